"""An approved edition of the annual plan is unalterable, whoever asks the database."""

from datetime import UTC, date, datetime

import pytest
from django.db import DatabaseError, transaction

from projects.models import AnnualPlan, PlanAdjustment, PlanEntry, PlanVersion
from tests.factories import KeyProjectFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.core]

NOON = datetime(2026, 1, 5, 4, tzinfo=UTC)


@pytest.fixture
def version():
    """In work, with one project and its reason."""
    plan = AnnualPlan.objects.create(year=2026)
    version = plan.versions.create(number=1, effective_on=date(2026, 1, 1), drafted_by=UserFactory(), drafted_at=NOON)
    version.entries.create(project=KeyProjectFactory(), category="CONTINUING", annual_plan_amount=12, month_1=12)
    version.adjustments.create(project=version.entries.get().project, reason="增补")
    return version


def approve(version):
    PlanVersion.objects.filter(pk=version.pk).update(
        state="APPROVED", decided_by=UserFactory(), decided_at=NOON, document_number="示政发〔2026〕1号"
    )


def other_version(version):
    plan = AnnualPlan.objects.create(year=2027)
    return plan.versions.create(number=1, effective_on=date(2027, 1, 1), drafted_at=NOON)


CHANGES = {
    "a project is added": lambda version: version.entries.create(
        project=KeyProjectFactory(), category="CONTINUING", annual_plan_amount=0
    ),
    "an amount is changed": lambda version: version.entries.update(annual_plan_amount=13, month_1=13),
    "a project is removed": lambda version: version.entries.all().delete(),
    "a project is moved out": lambda version: version.entries.update(version=other_version(version)),
    "a reason is added": lambda version: version.adjustments.create(project=KeyProjectFactory(), reason="补记"),
    "a reason is changed": lambda version: version.adjustments.update(reason="另一理由"),
    "a reason is removed": lambda version: version.adjustments.all().delete(),
    "the number of its document is changed": lambda version: version.plan.versions.update(document_number="x"),
    "the approval is taken back": lambda version: version.plan.versions.update(state="DRAFT"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_an_approved_version_refuses_that(version, change):
    approve(version)
    with pytest.raises(DatabaseError, match="已批准的版本不可更改"), transaction.atomic():
        change(version)


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_version_in_work_allows_that(version, change):
    change(version)


def test_a_project_is_not_moved_into_an_approved_version(version):
    approve(version)
    draft = other_version(version)
    entry = draft.entries.create(project=KeyProjectFactory(), category="CONTINUING", annual_plan_amount=0)
    with pytest.raises(DatabaseError, match="已批准的版本不可更改"), transaction.atomic():
        PlanEntry.objects.filter(pk=entry.pk).update(version=version)


def test_an_approved_version_is_not_deleted(version):
    PlanEntry.objects.all().delete()
    PlanAdjustment.objects.all().delete()
    approve(version)
    with pytest.raises(DatabaseError, match="已批准的版本不可更改"), transaction.atomic():
        PlanVersion.objects.filter(pk=version.pk).delete()
