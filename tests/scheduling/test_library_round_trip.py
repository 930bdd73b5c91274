"""Ledgers in, 项目库 out as Excel, and in again: the same values, nothing changed, and never a formula."""

import json
from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from projects import formulas, template_sheet
from projects.actions import annual_plans, ledgers
from projects.ledger.cells import line_of
from projects.models import BudgetRevision, KeyProject, LedgerStatement, PlanEntry, PlanVersion
from tests.projects.ledger.imports import HEADINGS, load, load_template, register_digest
from tests.projects.test_undoing import standing_now

pytestmark = [pytest.mark.django_db, pytest.mark.core]

TODAY = timezone.localdate()
ROAD = {
    "project.code": "ZD-1", "project.name": "滨河路改造工程", "project.lead_unit": "区住建局",
    "project.focus_area": "民生保障", "project.level": "市级重点", "project.town": "城关镇",
    "project.construction_nature": "改建", "project.investor": "区城投公司", "project.scale": "全长 3.2 公里",
    "project.note": "=3+4 标段", "facts.built_from": "2025-2027", "facts.total_investment": Decimal("12000.1234"),
    "facts.started_on": date(2025, 3, 5), "plan.category": "续建", "plan.completes_this_year": "否",
    "plan.annual_plan_amount": Decimal("3000.5"), "plan.planned_finish_on": date(2027, 6, 30),
}  # fmt: skip


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def desk(enter, office):
    return enter(office)


def exported(desk) -> bytes:
    return b"".join(desk.get(reverse("project_list_export")).streaming_content)


def filled_template(*rows) -> bytes:
    """The template people download, with these rows typed into it: a text stays one, whatever it begins with."""
    content = BytesIO()
    template_sheet.write(content, year=TODAY.year, at=timezone.now())
    book = load_workbook(content)
    page = book.worksheets[0]
    place = {cell.value: cell.column for cell in page[1]}
    for line, row in enumerate(rows, start=3):
        for target, value in row.items():
            cell = page.cell(line, place[HEADINGS[target]], value)
            if isinstance(value, str):
                cell.data_type = "s"
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def received(content: bytes, by):
    """As the office sends it: our own template is known by its header; of another file the proposal is taken."""
    at = timezone.now()
    this = ledgers.receive(content=ContentFile(content), name="台账.xlsx", by=by, at=at)
    mapping = ledgers.mapping_of(json.dumps(this.mapping))
    return load(content, mapping, by=by)


def register():
    """All but what the ledgers themselves said."""
    return {name: rows for name, rows in standing_now().items() if name != LedgerStatement.__name__}


# --- formulas ---

TEXTS = ("name", "lead_unit", "investor", "location", "scale", "note", "industry")
FORMULA = st.builds(
    "{}{}".format,
    st.sampled_from([*"=+-@", "\t=", "\r@", "' ="]),
    st.text("SUM(A1:9)|!'/ 道路", min_size=1, max_size=12),
).filter(lambda text: line_of(text) not in {"-", "—", "/", ""})
DANGEROUS = st.lists(
    st.fixed_dictionaries({f"project.{name}": FORMULA for name in TEXTS}),
    min_size=2,
    max_size=4,
    unique_by=lambda row: line_of(row["project.name"]),
)


@settings(max_examples=3, phases=[Phase.generate], suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=DANGEROUS, is_workbook=st.booleans())
def test_what_looks_like_a_formula_is_read_as_text_leaves_guarded_and_comes_back(desk, office, rows, is_workbook):
    with transaction.atomic():
        received(filled_template(*rows), office) if is_workbook else load_template(*rows, year=TODAY.year)
        said = sorted(tuple(line_of(row[f"project.{name}"]) for name in TEXTS) for row in rows)
        fields = ["lead_unit__name" if name == "lead_unit" else name for name in TEXTS]
        assert sorted(KeyProject.objects.values_list(*fields)) == said

        content = exported(desk)
        cells = [cell for line in load_workbook(BytesIO(content))["数据"].iter_rows() for cell in line]
        assert not [cell for cell in cells if cell.data_type == "f" or str(cell.value)[:1] in formulas.STARTS]
        assert {formulas.guarded(text) for row in said for text in row} <= {cell.value for cell in cells}

        before = register()
        assert received(content, office).counts["projects_new"] == 0
        assert register() == before
        transaction.set_rollback(True)


# --- our own files ---


def test_the_library_as_excel_read_in_again_changes_nothing(desk, office, signer):
    load(filled_template(ROAD), ledgers.template_mapping(year=TODAY.year), by=office)
    annual_plans.submit(version=PlanVersion.objects.get(), by=office, at=timezone.now())
    annual_plans.approve(version=PlanVersion.objects.get(), document_number="1号", by=signer)
    before = register()
    done = received(exported(desk), office)
    assert (done.counts["projects_new"], done.counts["plan_entries_unchanged"]) == (0, 1)
    assert done.counts["versions_by_fact"] == {"台账记载": 1}
    assert register() == before
    assert received(exported(desk), office).written_at is None


def test_our_own_template_says_what_was_typed_and_nothing_the_second_time(office):
    content = filled_template(ROAD, {"project.name": "一小扩建", "project.lead_unit": "+86 局"})
    assert received(content, office).counts["projects_new"] == 2
    road = KeyProject.objects.get(code="ZD-1")
    assert (road.name, road.note, road.level, road.built_from, road.built_to) == (
        "滨河路改造工程", "=3+4 标段", "CITY", 2025, 2027,
    )  # fmt: skip
    assert BudgetRevision.objects.get().total_investment == Decimal("12000.1234")
    entry = PlanEntry.objects.get()
    assert (entry.annual_plan_amount, entry.planned_finish_on) == (Decimal("3000.5"), date(2027, 6, 30))
    before = register_digest()
    assert received(content, office).written_at is None
    assert register_digest() == before
