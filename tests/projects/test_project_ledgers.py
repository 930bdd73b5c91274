"""一行一个项目的台账: into an empty and into a filled register, again, and in a newer edition."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from projects import recorded
from projects.actions import annual_plans, key_projects, ledgers, project_dates
from projects.errors import RuleViolation
from projects.models import (
    AuditEvent,
    BudgetRevision,
    KeyProject,
    LedgerImport,
    LedgerStatement,
    LibraryTier,
    Milestone,
    MilestoneDates,
    PlanEntry,
    PlanVersion,
    ProjectDates,
    TierEntry,
    VanishedRow,
)
from projects.monthly_plan import even_split
from projects.roles import Role
from tests.conftest import appoint
from tests.factories import KeyProjectFactory, MilestoneFactory, UnitFactory
from tests.projects.ledger.imports import load, load_template, register_digest
from tests.projects.ledger.test_public_lists import (
    AIRCRAFT,
    COURT,
    CRYPT,
    GMPP,
    LIBRARY,
    RAIL,
    as_geojson,
    as_text,
)

pytestmark = [pytest.mark.django_db, pytest.mark.core]

ROAD = {
    "project.code": "ZD-1", "project.name": "滨河路改造工程", "project.lead_unit": "区住建局",
    "project.focus_area": "民生保障", "facts.built_from": "2025.3-2027.6", "facts.total_investment": "12000",
    "facts.longitude": "113.5", "facts.latitude": "22.25", "facts.started_on": "2025-03-05",
    "plan.category": "续建", "plan.annual_plan_amount": "3000", "plan.cumulative_before_year": "4000",
    "plan.planned_finish_on": "2027-06-30", "facts.original_total_investment": "11000",
    "reported.ytd_amount": "760", "reported.plan_rate": "25.3%", "reported.physical_progress": "路基完成六成",
    "reported.delay_reason": "征迁", "milestones.主体封顶.planned_on": "2026-09-30",
}  # fmt: skip
SCHOOL = {"project.code": "ZD-2", "project.name": "一小扩建", "project.lead_unit": "区教育局"}


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def counted(done, *names):
    return tuple(done.counts[name] for name in names)


def codes(done):
    return [problem.code for problem in done.problems.order_by("row", "pk")]


def told(done, code):
    return done.problems.get(code=code).message


def road():
    return KeyProject.objects.get(code="ZD-1")


# --- into an empty register ---


def test_a_row_becomes_a_project_with_its_facts_its_plan_and_its_milestones():
    done = load_template(ROAD, SCHOOL)
    assert counted(done, "projects_new", "milestones_new", "plan_entries_new") == (2, 1, 1)
    project = road()
    assert (project.lead_unit.name, project.focus_area, project.built_from, project.built_to) == (
        "区住建局", "LIVELIHOOD", 2025, 2027,
    )  # fmt: skip
    assert (project.longitude, project.latitude) == (Decimal("113.5"), Decimal("22.25"))
    budget = BudgetRevision.objects.get()
    assert (budget.total_investment, budget.reason) == (Decimal(12000), "台账“重点项目台账（本系统模板）”")
    assert ProjectDates.objects.get().started_on == date(2025, 3, 5)
    assert Milestone.objects.get().dates.get().approved_on == date(2026, 9, 30)


def test_what_only_reports_may_say_is_kept_as_the_ledgers_word():
    load_template(ROAD)
    statement = LedgerStatement.objects.get()
    assert (statement.ytd_amount, statement.plan_rate, statement.original_total_investment) == (
        Decimal(760), Decimal("25.3"), Decimal(11000),
    )  # fmt: skip
    assert (statement.physical_progress, statement.delay_reason, statement.year) == ("路基完成六成", "征迁", 2026)


def test_all_or_nothing_writes_nothing_when_a_row_cannot_be_taken():
    before = register_digest()
    refused = load_template(ROAD, {"project.code": "ZD-3", "project.lead_unit": "区水利局"}, takes="ALL")
    assert (refused.state, refused.written_at) == (LedgerImport.State.REFUSED, None)
    assert counted(refused, "rows_rejected", "projects_new", "plan_entries_new") == (1, 1, 1)
    assert register_digest() == before


def test_a_dry_run_counts_the_same_and_writes_nothing():
    before = register_digest()
    rehearsed = load_template(ROAD, SCHOOL, dry_run=True)
    assert register_digest() == before
    done = load_template(ROAD, SCHOOL)
    assert [{**one.counts, "seconds": 0} for one in (rehearsed, done)] == [{**done.counts, "seconds": 0}] * 2


def test_repeated_keys_are_kept_apart_and_named():
    twin = {**ROAD, "project.code": "", "facts.total_investment": "500"}
    done = load_template(ROAD, twin)
    assert counted(done, "projects_new") == (2,)
    assert "与第 2 行识别项目的列完全相同" in told(done, "repeated_key")
    before = register_digest()
    assert counted(load_template(twin, ROAD), "projects_new", "projects_changed") == (0, 0)
    assert register_digest() == before


# --- into a register people have filled ---


@pytest.fixture
def known(office, lead_unit):
    return KeyProjectFactory(
        code="ZD-1", name="滨河路改造", national_code="2509-320193-89-01-544060", lead_unit=lead_unit,
        focus_area="INDUSTRY", note="人工登记",
    )  # fmt: skip


def test_a_project_people_registered_is_found_by_its_code_and_updated(known):
    done = load_template(ROAD)
    assert counted(done, "projects_new", "projects_changed", "projects_matched") == (0, 1, {"code": 1})
    assert "按项目编号与已登记的“滨河路改造”（ZD-1）对上" in told(done, "matched")
    project = KeyProject.objects.get()
    assert (project.name, project.note, project.focus_area) == ("滨河路改造工程", "人工登记", "LIVELIHOOD")


@pytest.mark.parametrize(
    ("row", "how"),
    [
        ({"project.national_code": "2509-320193-89-01-544060", "project.name": "新名称"}, "national_code"),
        ({"project.name": "滨河路改造"}, "name"),
    ],
)
def test_without_our_code_it_is_found_by_the_national_code_then_by_its_name(known, row, how):
    assert counted(load_template(row), "projects_new", "projects_matched") == (0, {how: 1})


@pytest.mark.parametrize(
    "row",
    [
        {"project.name": "滨河路改造", "project.code": "ZD-9"},
        {"project.name": "滨河路改造", "project.national_code": "2509-320193-89-01-544069"},
        {"project.name": "滨河路改造工程"},
    ],
)
def test_another_code_or_another_name_is_another_project(known, row):
    assert counted(load_template(row), "projects_new", "projects_matched") == (1, {})


def test_a_name_two_projects_bear_tells_nothing(known):
    KeyProjectFactory(name=known.name)
    assert counted(load_template({"project.name": known.name}), "projects_new") == (1,)


def test_a_blank_cell_erases_nothing_and_what_stands_in_for_it_neither(known, lead_unit):
    load_template({"project.code": "ZD-1", "project.name": "滨河路改造", "reported.ytd_amount": "1"})
    known.refresh_from_db()
    assert (known.lead_unit, known.focus_area, known.note) == (lead_unit, "INDUSTRY", "人工登记")


def test_people_are_found_by_name_and_post_and_never_made_up(known, lead_unit, lead, leader):
    row = {"project.code": "ZD-1", "project.name": known.name, "people.responsible_person": lead.full_name,
           "people.linked_leader": leader.full_name, "people.liaison": "无此人"}  # fmt: skip
    done = load_template(row)
    known.refresh_from_db()
    assert (known.responsible_person, known.linked_leader, known.liaison) == (lead, leader, None)
    assert told(done, "no_person") == "没有姓名为“无此人”的启用账号，未登记。"


def test_a_name_of_another_unit_or_of_two_people_is_not_taken(known, lead):
    stranger = appoint(Role.PROJECT_LEAD, UnitFactory(), full_name="外人")
    appoint(Role.PROJECT_LEAD, known.lead_unit, full_name=lead.full_name)
    row = {"project.code": "ZD-1", "project.name": known.name, "people.responsible_person": lead.full_name,
           "people.liaison": stranger.full_name}  # fmt: skip
    messages = [problem.message for problem in load_template(row).problems.filter(code="no_person")]
    assert any("分不清是哪一个" in message for message in messages)
    assert any("没有在本项目的牵头、责任或业主单位" in message for message in messages)


def test_somebody_named_later_is_found_when_the_file_comes_again(known):
    row = {"project.code": "ZD-1", "project.name": known.name, "people.liaison": "新来的"}
    load_template(row)
    newcomer = appoint(Role.PROJECT_LEAD, known.lead_unit, full_name="新来的")
    assert counted(load_template(row), "projects_changed") == (1,)
    known.refresh_from_db()
    assert known.liaison == newcomer


def test_an_approved_date_people_agreed_on_is_not_changed_by_a_ledger(known):
    milestone = MilestoneFactory(project=known, name="主体封顶")
    with recorded.writing() as at:
        agreed = MilestoneDates(milestone=milestone, original_on=date(2026, 6, 1), approved_on=date(2026, 6, 1))
        recorded.record([agreed], by=None, at=at)
    done = load_template({**ROAD, "milestones.主体封顶.actual_on": "2026-06-20"})
    dates = milestone.dates.current().get()
    assert (dates.approved_on, dates.actual_on) == (date(2026, 6, 1), date(2026, 6, 20))
    assert "改期须走变更申请" in told(done, "approved_stays")
    assert Milestone.objects.count() == 1


def test_a_package_is_given_no_figures(known):
    KeyProject.objects.filter(pk=known.pk).update(is_package=True)
    done = load_template(ROAD)
    assert "是打包项目" in told(done, "package")
    assert counted(done, "milestones_new", "plan_entries_new") == (0, 0)
    assert not BudgetRevision.objects.exists()


def test_dates_that_cannot_be_are_told_and_not_taken(known, office):
    tomorrow = timezone.localdate() + timedelta(days=1)
    done = load_template({**ROAD, "facts.started_on": tomorrow.isoformat(), "facts.longitude": ""})
    assert codes(done).count("not_taken") == 2
    assert not ProjectDates.objects.exists()


# --- the same ledger again, and a newer one ---


def test_the_same_file_again_writes_nothing():
    load_template(ROAD, SCHOOL)
    before = register_digest()
    again = load_template(SCHOOL, ROAD)
    assert counted(again, "versions_written", "projects_unchanged", "milestones_unchanged") == (0, 2, 1)
    assert (again.written_at, register_digest()) == (None, before)


def test_what_people_have_entered_since_stays_unless_the_ledger_says_something_new(office):
    load_template(ROAD)
    key_projects.revise_budget(
        project=road(), total_investment=Decimal(15000), reason="调概", document_number="1号", by=office
    )
    load_template({**ROAD, "project.note": "新备注"})
    assert BudgetRevision.objects.current().get().total_investment == Decimal(15000)
    load_template({**ROAD, "facts.total_investment": "16000"})
    assert BudgetRevision.objects.current().get().total_investment == Decimal(16000)
    assert BudgetRevision.objects.count() == 3


def test_a_back_dated_date_keeps_what_was_known_before(office):
    load_template({**ROAD, "facts.started_on": ""})
    project_dates.record_dates(
        dates=ProjectDates(project=road(), ceremony_on=date(2025, 3, 1), evidence="开工令"), by=office
    )
    before = timezone.now()
    load_template(ROAD)
    dates = road().dates.current().get()
    assert (dates.ceremony_on, dates.started_on) == (date(2025, 3, 1), date(2025, 3, 5))
    assert dates.evidence == "开工令；台账“重点项目台账（本系统模板）”"
    assert road().dates.known(at=before).get().started_on is None


def test_a_newer_ledger_states_anew_what_is_not_reviewed():
    load_template(ROAD)
    before = timezone.now()
    done = load_template({**ROAD, "reported.ytd_amount": "900", "reported.delay_reason": ""})
    assert counted(done, "projects_changed", "versions_by_fact") == (1, {"台账记载": 1})
    statement = LedgerStatement.objects.current().get()
    assert (statement.ytd_amount, statement.delay_reason) == (Decimal(900), "")
    assert LedgerStatement.objects.known(at=before).get().ytd_amount == Decimal(760)


# --- the plan of the year ---


def test_the_plan_goes_into_an_edition_drafted_for_it_with_months_that_come_to_the_year(office):
    done = load_template(ROAD, by=office)
    version = PlanVersion.objects.get()
    assert (version.state, version.effective_on, version.drafted_by) == ("DRAFT", date(2026, 1, 1), office)
    entry = PlanEntry.objects.get()
    assert (entry.annual_plan_amount, entry.month_1, entry.cumulative_before_year) == (3000, 250, 4000)
    assert "按建设月份平均" in told(done, "months_split")


def test_months_of_the_ledger_are_taken_and_brought_to_the_year_in_proportion():
    months = {f"plan.month_{month}": "100" for month in (1, 2)}
    done = load_template({**ROAD, **months, "plan.month_3": "200"})
    entry = PlanEntry.objects.get()
    assert entry.monthly_amounts()[:4] == [750, 750, 1500, 0]
    assert "各月合计 400 万元，比年度计划 3,000 万元少 2,600 万元" in told(done, "months_split")


@pytest.fixture
def approved(office, signer, known):
    at = timezone.now()
    version = annual_plans.draft(year=2026, effective_on=date(2026, 1, 1), reason="", by=office, at=at)
    [entry] = annual_plans.add_projects(
        version=version, projects=[known], category="NEW_START", reason="", by=office, at=at
    )
    figures = annual_plans.Figures("NEW_START", Decimal(1200), even_split(Decimal(1200)), physical_goal="封顶")
    annual_plans.amend_entry(entry=entry, figures=figures, by=office, at=at)
    annual_plans.submit(version=version, by=office, at=at)
    annual_plans.approve(version=version, document_number="1号", by=signer)
    return version


def test_the_approved_edition_is_never_altered(approved, office):
    before = approved.entries.values().get()
    done = load_template(ROAD, SCHOOL, by=office)
    assert counted(done, "plan_entries_new", "plan_entries_changed") == (0, 1)
    assert approved.entries.values().get() == before
    entry = PlanEntry.objects.get(version__number=2)
    assert (entry.category, entry.annual_plan_amount, entry.physical_goal) == ("CONTINUING", 3000, "封顶")
    assert entry.version.adjustments.get().reason == "按台账“重点项目台账（本系统模板）”登记"


def test_an_entry_that_says_the_same_drafts_nothing(approved):
    row = {"project.code": "ZD-1", "project.name": "滨河路改造", "plan.annual_plan_amount": "1200"}
    assert counted(load_template(row), "plan_entries_unchanged") == (1,)
    assert PlanVersion.objects.get() == approved


def test_while_an_edition_waits_to_be_approved_the_ledger_is_refused(approved, office):
    at = timezone.now()
    waiting = annual_plans.draft(year=2026, effective_on=date(2026, 7, 1), reason="调整", by=office, at=at)
    annual_plans.submit(version=waiting, by=office, at=at)
    before = register_digest()
    with pytest.raises(RuleViolation, match="正在等待批准，请先撤回"):
        load_template(ROAD)
    assert register_digest() == before


def test_a_project_people_took_out_of_the_edition_stays_out(office):
    load_template(ROAD, by=office)
    annual_plans.remove_entry(entry=PlanEntry.objects.get(), reason="", by=office, at=timezone.now())
    load_template(ROAD)
    assert not PlanEntry.objects.exists()


def test_an_edition_that_was_discarded_is_filled_again(office):
    load_template(ROAD, by=office)
    annual_plans.discard(version=PlanVersion.objects.get(), by=office, at=timezone.now())
    load_template(ROAD)
    assert PlanEntry.objects.get().annual_plan_amount == 3000


# --- projects the newer ledger no longer lists ---


def test_a_project_no_longer_listed_is_put_before_a_person_and_stays(office):
    load_template(ROAD, SCHOOL)
    done = load_template(ROAD)
    row = done.vanished.get()
    assert (row.project.name, row.milestone) == ("一小扩建", None)
    with pytest.raises(RuleViolation, match="须写明原因和文号"):
        ledgers.decide(row=row, decision=VanishedRow.Decision.EXIT, by=office)
    ledgers.decide(row=row, decision=VanishedRow.Decision.EXIT, reason="停建", document_number="1号", by=office)
    assert TierEntry.objects.get().tier == LibraryTier.EXITED
    assert counted(load_template(ROAD), "vanished") == (0,)
    assert AuditEvent.objects.filter(action="vanished_row.decided").count() == 1


def test_a_kept_project_is_not_asked_about_again(office):
    load_template(ROAD, SCHOOL)
    done = load_template(ROAD)
    with pytest.raises(RuleViolation, match="节点"):
        ledgers.decide(row=done.vanished.get(), decision=VanishedRow.Decision.WITHDRAW, by=office)
    assert ledgers.decide_rest(ledger_import=done, decision=VanishedRow.Decision.KEEP, by=office) == 1
    assert counted(load_template(ROAD), "vanished") == (0,)
    assert not TierEntry.objects.exists()


# --- the real lists ---


@pytest.mark.parametrize(
    ("name", "content", "newer", "found"),
    [
        pytest.param(
            "nyc-capital-detail", as_geojson(LIBRARY, COURT),
            as_geojson(LIBRARY | {"combined_total": 6000, "explanation_for_delay": ""}, COURT), (2, 1, 1),
            id="nyc-capital-detail",
        ),
        pytest.param(
            "uk-gmpp", as_text(GMPP, AIRCRAFT, CRYPT, RAIL, delimiter=";", encoding="windows-1252"),
            as_text(GMPP, [*AIRCRAFT[:-1], "£2,113.02"], CRYPT, RAIL, delimiter=";", encoding="windows-1252"),
            (3, 1, 1), id="uk-gmpp",
        ),
    ],
)  # fmt: skip
def test_public_lists_come_in_again_and_anew(name, content, newer, found):
    mapping = ledgers.shipped_mapping(name)
    first = load(content, mapping)
    assert counted(first, "projects_new", "plan_entries_new") == found[:2]
    before = register_digest()
    assert counted(load(content, mapping), "versions_written", "vanished") == (0, 0)
    assert register_digest() == before
    done = load(newer, mapping)
    assert counted(done, "projects_changed", "vanished") == (found[2], 0)
    assert done.counts["versions_by_fact"] == {"总投资": 1, "台账记载": 1}


def test_what_new_york_says_of_a_delay_is_kept_and_a_negative_plan_is_not():
    done = load(as_geojson(LIBRARY, COURT), ledgers.shipped_mapping("nyc-capital-detail"))
    library, court = LedgerStatement.objects.order_by("pk")
    assert (library.delay_reason, court.original_total_investment) == ("范围或设计变更", Decimal("41516.3"))
    assert "计划金额不能为负数" in told(done, "plan_not_taken")


# --- laws ---


CELLS = {
    "facts.total_investment": st.sampled_from(["", "1", "2.5"]),
    "facts.started_on": st.sampled_from(["", "2025-03-05", "2025年3月底", "2099-01-01"]),
    "facts.works_finished_on": st.sampled_from(["", "2025-01-05", "2026-01-05"]),
    "facts.longitude": st.sampled_from(["", "113.5"]),
    "plan.annual_plan_amount": st.sampled_from(["", "100", "-1", "0.3333"]),
    "plan.month_2": st.sampled_from(["", "50", "100"]),
    "people.liaison": st.sampled_from(["", "张三"]),
    "reported.physical_progress": st.sampled_from(["", "封顶"]),
    "milestones.主体封顶.actual_on": st.sampled_from(["", "已完成", "2026-01-05", "未完成"]),
    "project.name": st.sampled_from(["甲工程", "乙工程", "丙工程"]),
    "project.code": st.sampled_from(["", "ZD-1", "ZD-2"]),
}
ROWS = st.lists(st.fixed_dictionaries(CELLS), min_size=1, max_size=3)


class TestLaws(TestCase):
    @hypothesis_settings(max_examples=8)
    @given(ROWS, ROWS, st.randoms())
    def test_a_ledger_that_is_repeated_changes_nothing_in_any_order(self, earlier, rows, chance):
        load_template(*earlier)
        load_template(*rows)
        before = register_digest()
        chance.shuffle(rows)
        again = load_template(*rows)
        assert again.counts["versions_written"] == 0
        assert register_digest() == before


def test_a_batch_costs_a_fixed_number_of_queries(django_assert_max_num_queries):
    """However many rows: what grows is the batches, not the queries in one."""
    rows = [{**ROAD, "project.code": f"ZD-{n}", "project.name": f"工程{n}"} for n in range(200)]
    with django_assert_max_num_queries(150):
        load_template(*rows)
    with django_assert_max_num_queries(150):
        load_template(*({**row, "facts.total_investment": "9", "plan.annual_plan_amount": "7"} for row in rows))
    assert LedgerStatement.objects.count() == 400
