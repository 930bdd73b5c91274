"""Thousands of rows at once are stored as each of them would be by itself."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from projects import bulk
from projects.models import AnnualPlan, JournalPage, LedgerImport, PlanEntry, PlanVersion, StoredFile
from tests.factories import KeyProjectFactory

pytestmark = [pytest.mark.django_db, pytest.mark.core]

MANY = 150  # beyond what is stored by a plain statement
AT = datetime(2026, 3, 15, 7, 0, tzinfo=UTC)
WORDS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20)
JSON = st.lists(st.none() | st.booleans() | st.integers(-9, 9) | WORDS, max_size=3)


@pytest.fixture
def ledger_import():
    file = StoredFile.objects.create(name="台账.csv", sha256="0" * 64, size=1, uploaded_at=AT)
    return LedgerImport.objects.create(file=file, source="test", mapping={}, requested_at=AT)


@pytest.fixture
def version():
    plan = AnnualPlan.objects.create(year=2026)
    return PlanVersion.objects.create(plan=plan, number=1, effective_on=date(2026, 1, 1), drafted_at=AT)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=WORDS, made=JSON)
def test_whatever_stands_in_a_row_is_read_again_as_it_was(ledger_import, words, made):
    pages = [JournalPage(ledger_import=ledger_import, model=f"{words}{number}", made=made) for number in range(MANY)]
    bulk.insert(pages)
    stored = JournalPage.objects.in_bulk([page.pk for page in pages])
    assert [(stored[page.pk].model, stored[page.pk].made) for page in pages] == [(page.model, made) for page in pages]


def test_rows_know_their_keys_and_those_made_later_get_others(ledger_import):
    pages = [JournalPage(ledger_import=ledger_import, model="x") for _ in range(MANY)]
    bulk.insert(pages)
    assert len({page.pk for page in pages}) == MANY
    assert not any(page._state.adding for page in pages)
    assert JournalPage.objects.create(ledger_import=ledger_import, model="y").pk not in {page.pk for page in pages}


def test_no_rows_are_stored_without_asking_the_database(django_assert_num_queries):
    with django_assert_num_queries(0):
        bulk.insert([])
        bulk.upsert([], unique=["id"], update=[])


def test_what_the_database_refuses_is_refused_of_many_too(version):
    project = KeyProjectFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        bulk.insert([_entry(version, project) for _ in range(MANY)])
    assert not PlanEntry.objects.exists()


@pytest.mark.parametrize("number", [3, MANY])
def test_of_rows_that_are_there_only_what_is_named_changes(version, number):
    projects = KeyProjectFactory.create_batch(number)
    known = _entry(version, projects[0], physical_goal="封顶", planned_start_on=date(2026, 3, 1))
    known.save()
    wanted = [_entry(version, project, physical_goal="竣工") for project in projects]
    bulk.upsert(wanted, unique=["version", "project"], update=["physical_goal"])
    said = PlanEntry.objects.values_list("project", "physical_goal", "planned_start_on")
    assert set(said) == {
        (projects[0].pk, "竣工", date(2026, 3, 1)),
        *((project.pk, "竣工", None) for project in projects[1:]),
    }
    assert PlanEntry.objects.get(project=projects[0]).pk == known.pk


def _entry(version, project, **said):
    amount = {"annual_plan_amount": Decimal(0)}
    return PlanEntry(version=version, project=project, category=PlanEntry.Category.CONTINUING, **amount, **said)
