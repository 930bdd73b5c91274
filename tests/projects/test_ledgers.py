"""导入台账: what a ledger says goes in once, on two clocks, and no row is lost."""

import json
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.utils import timezone

from projects import changed, recorded
from projects.actions import ledgers
from projects.errors import RuleViolation
from projects.ledger.problems import Code
from projects.models import (
    AuditEvent,
    BudgetRevision,
    KeyProject,
    LedgerImport,
    Milestone,
    MilestoneAmounts,
    MilestoneDates,
    ProjectDates,
    Unit,
    VanishedRow,
)
from tests.factories import KeyProjectFactory, UnitFactory
from tests.projects.ledger.samples import (
    DESIGN,
    MAPPING,
    NOT_STARTED,
    STRUCTURE,
    as_csv,
    as_xlsx,
    with_,
)

pytestmark = [pytest.mark.django_db, pytest.mark.core]


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def load(*rows, by=None, dry_run=False, takes="GOOD", mapping=MAPPING, content=None, watch=None):
    at = timezone.now()
    waiting = ledgers.submit(
        content=BytesIO(content or as_csv(*rows)),
        name="台账.csv",
        mapping=ledgers.mapping_of(json.dumps(mapping)),
        is_dry_run=dry_run,
        takes=takes,
        by=by,
        at=at,
    )
    return ledgers.run(ledger_import=waiting, by=by, at=at, watch=watch)


def counted(done, *names):
    return tuple(done.counts[name] for name in names)


def codes(done):
    return [(problem.row, problem.code) for problem in done.problems.all()]


def structure(**wanted):
    return Milestone.objects.get(project__name="一小扩建", name="结构", **wanted)


def versions():
    models = (MilestoneDates, MilestoneAmounts, BudgetRevision, ProjectDates)
    return sum(model.objects.count() for model in models)


# --- the first ledger ---


def test_rows_become_projects_and_milestones_with_their_facts():
    done = load(DESIGN, STRUCTURE, NOT_STARTED)
    assert counted(done, "rows_read", "rows_rejected", "projects_new", "milestones_new") == (3, 0, 2, 3)

    dates = structure().dates.current().get()
    assert (dates.original_on, dates.approved_on, dates.started_on) == (
        date(2025, 6, 1), date(2025, 6, 1), date(2024, 4, 1),
    )  # fmt: skip
    amounts = structure().amounts.current().get()
    assert (amounts.budget_amount, amounts.spent_amount) == (Decimal(900), Decimal(500))
    design = Milestone.objects.get(name="设计").dates.current().get()
    assert (design.is_reached, design.actual_on) == (True, date(2024, 2, 20))


def test_a_project_has_a_code_a_unit_a_total_and_a_start():
    load(DESIGN, STRUCTURE)
    project = KeyProject.objects.get()
    assert (project.code, project.lead_unit.name, project.focus_area) == ("YB-00001", "区教育局", "LIVELIHOOD")
    assert project.sort_key.startswith("yi xiao")
    revision = project.budget_revisions.current().get()
    assert (revision.total_investment, revision.reason) == (Decimal(910), "台账“样表”各节点概算之和")
    start = project.dates.current().get()
    assert (start.started_on, start.evidence) == (date(2024, 4, 1), "台账“样表”")


def test_a_sum_that_lacks_a_part_says_so():
    load(DESIGN, with_(STRUCTURE, 概算="DOER"))
    assert "1 个节点无概算" in BudgetRevision.objects.get().reason


def test_no_budget_no_total():
    load(NOT_STARTED)
    assert not BudgetRevision.objects.exists()


def test_a_total_that_cannot_be_is_not_recorded_but_told():
    done = load(with_(STRUCTURE, 概算="-5"))
    assert not BudgetRevision.objects.exists()
    assert (2, "no_total") in codes(done)
    assert structure().amounts.get().budget_amount == Decimal("-0.0005")


def test_an_excel_file_says_the_same_as_text():
    row = [*STRUCTURE[:5], date(2024, 4, 1), date(2025, 6, 1), None, 9000000, 5000000]
    load(content=as_xlsx(row))
    assert structure().dates.get().approved_on == date(2025, 6, 1)
    assert counted(load(STRUCTURE), "versions_written", "milestones_unchanged") == (0, 1)


def test_units_nobody_knows_are_made_once_and_listed():
    UnitFactory(name="区水利局", short_name="水利局", path="000777/")
    done = load(
        STRUCTURE, with_(STRUCTURE, 编号="C", 单位="水利局"), with_(STRUCTURE, 编号="D", 单位="区教育局"),
        with_(STRUCTURE, 编号="E", 单位=""),
    )  # fmt: skip
    assert done.counts["units_created"] == ["区教育局", "区重点办"]
    made = Unit.objects.get(name="区教育局")
    assert made.path == f"{made.pk:06}/"
    assert KeyProject.objects.get(source_key="C").lead_unit.name == "区水利局"


def test_rows_of_a_project_may_stand_far_apart(monkeypatch):
    monkeypatch.setattr("projects.actions.ledgers.running.BATCH", 2)
    others = [with_(NOT_STARTED, 编号=f"X{n}") for n in range(7)]
    done = load(DESIGN, *others, STRUCTURE)
    assert counted(done, "projects_new", "milestones_new") == (8, 9)
    assert KeyProject.objects.get(source_key="A1").milestones.count() == 2
    assert BudgetRevision.objects.get().total_investment == Decimal(910)


# --- nothing is lost ---


def test_no_row_vanishes_for_a_bad_date_or_amount():
    spoilt = with_(STRUCTURE, 开始="?", 计划完成="2/30/2025", 实际完成="DOER", 概算="1e999", 完成="NaN", 状态="?")
    done = load(spoilt)
    assert counted(done, "rows_rejected", "milestones_new") == (0, 1)
    assert {code for _, code in codes(done)} == {"bad_date", "coded", "too_large", "bad_amount", "unknown_value"}


def test_only_a_row_nobody_can_place_is_rejected_and_counted_by_reason():
    done = load(STRUCTURE, with_(STRUCTURE, 编号=""), with_(STRUCTURE, 名称=""), with_(STRUCTURE, 编号=" ", 名称=""))
    assert counted(done, "rows_read", "rows_rejected", "rejected_by_reason") == (4, 3, {"no_key": 2, "no_name": 1})
    assert done.problems.filter(is_rejection=True).count() == 3


def test_a_project_whose_last_row_is_rejected_is_still_imported():
    done = load(STRUCTURE, with_(DESIGN, 名称=""))
    assert counted(done, "rows_rejected", "projects_new", "milestones_new") == (1, 1, 1)


def test_completion_without_a_readable_date_is_reached_and_told():
    done = load(with_(STRUCTURE, 状态="完成", 实际完成="DOER"))
    assert structure().dates.get().is_reached
    assert (2, "complete_without_date") in codes(done)


def test_a_planned_end_before_the_start_is_kept_and_told():
    done = load(with_(STRUCTURE, 计划完成="3/1/2024"))
    assert structure().dates.get().approved_on == date(2024, 3, 1)
    assert codes(done) == [(2, "planned_before_start")]


def test_each_problem_is_named_with_row_column_value_and_reason():
    done = load(with_(STRUCTURE, 计划完成="soon"))
    problem = done.problems.get()
    assert (problem.row, problem.column, problem.value, problem.code) == (2, "计划完成", "soon", "bad_date")
    assert problem.message == "不是能识别的日期，按没有日期处理。"
    assert done.counts["problems_by_code"] == {"bad_date": 1}


def test_rows_of_one_project_that_disagree_are_told_and_the_first_counts():
    done = load(DESIGN, with_(STRUCTURE, 单位="区水利局"))
    assert KeyProject.objects.get().lead_unit.name == "区教育局"
    [problem] = done.problems.filter(code="conflict")
    assert (problem.row, problem.column, problem.value) == (3, "单位", "区水利局")


def test_a_key_too_long_to_store_is_still_told_apart():
    long = "甲" * 500
    load(with_(STRUCTURE, 编号=f"{long}1"), with_(STRUCTURE, 编号=f"{long}2", 节点="乙" * 600))
    assert KeyProject.objects.count() == 2
    again = load(with_(STRUCTURE, 编号=f"{long}1"), with_(STRUCTURE, 编号=f"{long}2", 节点="乙" * 600))
    assert counted(again, "projects_new", "milestones_new", "versions_written", "vanished") == (0, 0, 0, 0)


# --- codes of projects ---


CODED = {**MAPPING, "project": {**MAPPING["project"], "code": "编号", "national_code": "单位"}}


def test_a_code_somebody_has_is_replaced_and_told(lead_unit):
    KeyProjectFactory(code="A1", lead_unit=lead_unit)
    KeyProjectFactory(code="YB-00001", lead_unit=lead_unit)
    done = load(STRUCTURE, mapping=CODED)
    assert KeyProject.objects.get(source="sample").code == "YB-00002"
    assert "改编为 YB-00002" in done.problems.get(code="code_taken").message


def test_a_national_code_is_checked_and_never_taken_twice(lead_unit):
    good, taken = "2509-320193-89-01-544060", "2509-320193-89-01-544061"
    KeyProjectFactory(national_code=taken, lead_unit=lead_unit)
    done = load(
        with_(STRUCTURE, 单位=good), with_(STRUCTURE, 编号="B", 单位=good), with_(STRUCTURE, 编号="C", 单位=taken),
        with_(STRUCTURE, 编号="D", 单位="2509"), mapping=CODED,
    )  # fmt: skip
    found = dict(KeyProject.objects.filter(source="sample").values_list("source_key", "national_code"))
    assert found == {"A1": good, "B": None, "C": None, "D": None}
    assert [row for row, code in codes(done) if code == "bad_national_code"] == [3, 4, 5]


# --- the same ledger again ---


def test_the_same_file_again_changes_nothing():
    rows = [DESIGN, STRUCTURE, NOT_STARTED, with_(STRUCTURE, 编号="C", 计划完成="DOER", 概算="")]
    first = load(*rows)
    before = versions()
    second = load(*rows)
    assert counted(second, "versions_written", "projects_unchanged", "milestones_unchanged") == (0, 3, 4)
    assert counted(second, "units_created", "vanished", "problems") == ([], 0, first.counts["problems"])
    assert versions() == before


def test_the_same_file_leaves_alone_what_people_have_recorded_since(lead_unit):
    load(DESIGN, STRUCTURE)
    known = structure().dates.current().get()
    with recorded.writing() as at:
        recorded.record([recorded.amended(known, approved_on=date(2025, 12, 31))], by=None, at=at)
    KeyProject.objects.update(lead_unit=lead_unit)
    done = load(DESIGN, STRUCTURE)
    assert counted(done, "versions_written", "projects_changed") == (0, 0)
    assert structure().dates.current().get().approved_on == date(2025, 12, 31)
    assert KeyProject.objects.get().lead_unit == lead_unit


def test_a_file_sorted_anew_changes_nothing():
    rows = [DESIGN, STRUCTURE, NOT_STARTED, with_(STRUCTURE, 编号="B2"), with_(STRUCTURE, 概算="7")]
    load(*rows)
    done = load(*reversed(rows))
    assert counted(done, "versions_written", "milestones_changed", "milestones_new", "vanished") == (0, 0, 0, 0)


def test_the_bytes_are_kept_once():
    first, second = load(STRUCTURE), load(STRUCTURE)
    assert first.file == second.file


# --- a newer ledger ---


def test_completions_starts_dates_and_amounts_are_new_versions_beside_the_old():
    load(DESIGN, STRUCTURE, NOT_STARTED)
    then = timezone.now()
    done = load(
        DESIGN,
        with_(STRUCTURE, 状态="完成", 实际完成="5/20/2025", 完成="8800000"),
        with_(NOT_STARTED, 状态="在建", 开始="7/1/2025", 计划完成="9/1/2026", 概算="100"),
    )
    assert counted(done, "projects_changed", "milestones_changed", "milestones_unchanged") == (2, 2, 1)
    reached = structure().dates.current().get()
    assert (reached.is_reached, reached.actual_on) == (True, date(2025, 5, 20))
    assert not structure().dates.known(at=then).get().is_reached  # back-dated, but unknown then
    assert structure().amounts.current().get().spent_amount == Decimal(880)
    assert structure().amounts.known(at=then).get().spent_amount == Decimal(500)
    begun = MilestoneDates.objects.current().get(milestone__project__source_key="B2")
    assert (begun.started_on, begun.original_on) == (date(2025, 7, 1), date(2026, 9, 1))


def test_a_changed_planned_date_leaves_the_original():
    load(STRUCTURE)
    load(with_(STRUCTURE, 计划完成="9/30/2025"))
    dates = structure().dates.current().get()
    assert (dates.original_on, dates.approved_on) == (date(2025, 6, 1), date(2025, 9, 30))
    assert structure().dates.count() == 2


def test_a_cell_that_became_unreadable_erases_nothing():
    load(STRUCTURE)
    done = load(with_(STRUCTURE, 计划完成="DOER", 概算="?", 完成="600"))
    assert structure().dates.current().get().approved_on == date(2025, 6, 1)
    assert structure().amounts.current().get().budget_amount == Decimal(900)
    assert (2, "kept_known") in codes(done)


def test_changed_names_and_units_are_amended_and_traced():
    load(STRUCTURE)
    done = load(with_(STRUCTURE, 名称="一小改建", 单位="区水利局"))
    assert counted(done, "projects_changed", "versions_written", "units_created") == (1, 0, ["区水利局"])
    project = KeyProject.objects.get()
    assert (project.name, project.sort_key, project.lead_unit.name) == ("一小改建", "yi xiao gai jian", "区水利局")
    amended = AuditEvent.objects.filter(action="ledger.imported").first().changes["amended"]
    assert amended == {"YB-00001": {"项目名称": ["一小扩建", "一小改建"], "牵头单位": ["区教育局", "区水利局"]}}


def test_a_start_people_have_recorded_is_not_overwritten():
    load(STRUCTURE)
    project = KeyProject.objects.get()
    known = project.dates.current().get()
    with recorded.writing() as at:
        entered = recorded.amended(known, started_on=date(2024, 3, 1), evidence="开工令")
        recorded.record([entered], by=None, at=at)
    load(with_(STRUCTURE, 开始="5/1/2024"))
    assert project.dates.current().get().started_on == date(2024, 3, 1)


def test_a_start_after_the_works_were_finished_is_not_taken():
    load(with_(STRUCTURE, 开始=""))
    project = KeyProject.objects.get()
    with recorded.writing() as at:
        recorded.record([ProjectDates(project=project, works_finished_on=date(2024, 1, 1))], by=None, at=at)
    load(STRUCTURE)
    assert project.dates.current().get().started_on is None


def test_another_source_is_another_world():
    load(STRUCTURE)
    done = load(
        STRUCTURE, mapping={**MAPPING, "source": "other", "project": {**MAPPING["project"], "code_prefix": "Q-"}}
    )
    assert counted(done, "projects_new", "vanished") == (1, 0)


# --- repeated keys ---


REPEAT = with_(STRUCTURE, 计划完成="8/1/2025", 概算="77")


def test_repeated_keys_are_kept_apart_and_named():
    done = load(STRUCTURE, REPEAT)
    names = list(Milestone.objects.order_by("pk").values_list("name", "source_key"))
    assert names == [("结构", "结构"), ("结构（2）", "结构  #2")]
    [problem] = done.problems.all()
    assert (problem.row, problem.code) == (3, "repeated_key")
    assert problem.message == "重复键：与第 2 行同一项目、同一节点，另立为“结构（2）”。"


def test_repeats_in_another_order_are_the_same_repeats():
    load(STRUCTURE, REPEAT)
    assert counted(load(REPEAT, STRUCTURE), "versions_written", "milestones_new") == (0, 0)


def test_a_changed_repeat_is_matched_by_what_is_left():
    load(STRUCTURE, REPEAT)
    done = load(with_(REPEAT, 概算="78"), STRUCTURE)
    assert counted(done, "milestones_new", "milestones_changed", "milestones_unchanged") == (0, 1, 1)
    changed_one = Milestone.objects.get(source_key="结构  #2").amounts.current().get()
    assert changed_one.budget_amount == Decimal("0.0078")


def test_when_one_repeat_is_gone_it_is_the_other_that_vanished():
    load(STRUCTURE, REPEAT)
    done = load(REPEAT)
    assert done.vanished.get().milestone == Milestone.objects.get(source_key="结构")


# --- rows that vanished ---


def test_rows_that_vanished_are_listed_and_stay():
    load(DESIGN, STRUCTURE, NOT_STARTED)
    done = load(DESIGN)
    assert counted(done, "vanished", "versions_written") == (2, 0)
    assert {row.milestone.project.source_key for row in done.vanished.all()} == {"A1", "B2"}
    assert Milestone.objects.count() == 3


def test_the_first_import_of_a_source_has_nothing_to_miss():
    assert counted(load(DESIGN), "vanished") == (0,)


def test_a_decision_says_who_and_when_and_is_not_asked_for_again(office):
    load(DESIGN, STRUCTURE)
    vanished = load(DESIGN).vanished.get()
    ledgers.decide(row=vanished, decision=VanishedRow.Decision.KEEP, by=office)
    vanished.refresh_from_db()
    assert (vanished.decision, vanished.decided_by) == ("KEEP", office)
    assert vanished.decided_at is not None
    assert AuditEvent.objects.get(action="vanished_row.decided").by == office
    assert counted(load(DESIGN), "vanished") == (0,)
    with pytest.raises(RuleViolation, match="已由赵重点处理为“保留”"):
        ledgers.decide(row=vanished, decision=VanishedRow.Decision.WITHDRAW, by=office)


def test_an_open_question_is_asked_by_every_import_and_answered_once(office):
    load(DESIGN, STRUCTURE)
    first, second = load(DESIGN), load(DESIGN)
    ledgers.decide(row=second.vanished.get(), decision=VanishedRow.Decision.KEEP, by=office)
    assert first.vanished.get().decision == "KEEP"


def test_the_rest_is_decided_in_one_word(office):
    load(DESIGN, STRUCTURE, NOT_STARTED)
    done = load(DESIGN)
    wanted = {"ledger_import": done, "decision": VanishedRow.Decision.WITHDRAW, "by": office}
    assert ledgers.decide_rest(**wanted) == 2
    assert ledgers.decide_rest(**wanted) == 0
    assert AuditEvent.objects.filter(action="vanished_rows.decided").count() == 1


def test_a_withdrawn_milestone_is_owed_no_longer_but_its_promise_stays(office):
    load(DESIGN, STRUCTURE)
    vanished = load(DESIGN).vanished.get()
    before = timezone.now()
    ledgers.decide(row=vanished, decision=VanishedRow.Decision.WITHDRAW, by=office)
    dates = vanished.milestone.dates
    assert dates.current().get().approved_on is None
    assert dates.current().get().original_on == date(2025, 6, 1)
    assert dates.known(at=before).get().approved_on == date(2025, 6, 1)
    assert not vanished.project.open_items.filter(milestone=vanished.milestone).exists()


def test_a_kept_milestone_is_owed_as_before(office):
    load(DESIGN, STRUCTURE)
    vanished = load(DESIGN).vanished.get()
    ledgers.decide(row=vanished, decision=VanishedRow.Decision.KEEP, by=office)
    assert vanished.milestone.dates.get().approved_on == date(2025, 6, 1)


def test_a_dry_run_decides_nothing(office):
    load(DESIGN, STRUCTURE)
    done = load(DESIGN, dry_run=True)
    assert counted(done, "vanished") == (1,)
    with pytest.raises(RuleViolation, match="试导入"):
        ledgers.decide(row=done.vanished.get(), decision=VanishedRow.Decision.KEEP, by=office)


# --- the dry run, the trace, the refusal ---


def test_a_dry_run_tells_the_same_and_writes_nothing():
    rows = [DESIGN, with_(STRUCTURE, 计划完成="soon"), NOT_STARTED]
    rehearsed = load(*rows, dry_run=True)
    assert not KeyProject.objects.exists()
    assert not Unit.objects.exists()
    assert versions() == 0
    assert rehearsed.state == LedgerImport.State.DONE
    done = load(*rows)
    told = [{name: value for name, value in one.counts.items() if name != "seconds"} for one in (rehearsed, done)]
    assert told[0] == told[1]
    assert codes(rehearsed) == codes(done)


def test_a_dry_run_can_be_made_real_once_it_is_done(office):
    rehearsed = load(DESIGN, dry_run=True)
    waiting = ledgers.repeat(ledger_import=rehearsed, by=office, at=timezone.now())
    assert counted(ledgers.run(ledger_import=waiting, by=office, at=timezone.now()), "projects_new") == (1,)
    with pytest.raises(RuleViolation, match="只有已完成的试导入"):
        ledgers.repeat(ledger_import=waiting, by=office, at=timezone.now())


def test_all_or_nothing_writes_nothing_when_a_row_cannot_be_taken(office):
    refused = load(STRUCTURE, with_(DESIGN, 编号=""), takes="ALL")
    assert (refused.state, refused.written_at) == (LedgerImport.State.REFUSED, None)
    assert counted(refused, "rows_read", "rows_rejected", "projects_new", "vanished") == (2, 1, 1, 0)
    assert codes(refused) == [(3, "no_key")]
    assert (KeyProject.objects.count(), Unit.objects.filter(name="区教育局").count(), versions()) == (0, 0, 0)
    waiting = ledgers.repeat(ledger_import=refused, takes=LedgerImport.Takes.GOOD, by=office, at=timezone.now())
    assert ledgers.run(ledger_import=waiting, by=office, at=timezone.now()).state == LedgerImport.State.DONE
    assert KeyProject.objects.count() == 1


def test_all_or_nothing_writes_all_when_every_row_can_be_taken():
    assert load(STRUCTURE, DESIGN, takes="ALL").state == LedgerImport.State.DONE
    assert Milestone.objects.count() == 2


def test_an_import_that_changed_something_knows_its_moment():
    first, again, rehearsed = load(STRUCTURE), load(STRUCTURE), load(DESIGN, dry_run=True)
    assert first.written_at == structure().dates.get().recorded_at
    assert (again.written_at, rehearsed.written_at) == (None, None)


def test_an_import_leaves_one_trace_with_its_counts(office):
    done = load(DESIGN, STRUCTURE, by=office)
    event = AuditEvent.objects.get()
    assert (event.action, event.by, event.subject_id) == ("ledger.imported", office, str(done.pk))
    assert event.changes["rows_read"] == 2
    assert event.changes["file"] == done.file.sha256
    assert MilestoneDates.objects.first().recorded_by == office


def test_all_touched_projects_are_announced_once(monkeypatch):
    told = []
    monkeypatch.setattr(changed, "_listeners", [lambda ids, at: told.append(sorted(ids))])
    load(DESIGN, NOT_STARTED)
    load(DESIGN, with_(NOT_STARTED, 完成="5"))
    load(DESIGN, with_(NOT_STARTED, 完成="6"), dry_run=True)
    projects = KeyProject.objects.order_by("source_key").values_list("pk", flat=True)
    assert told == [sorted(projects), [projects[1]]]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x03\x04broken", "损坏"),
        (as_csv(header=["甲", "乙"]), "文件中没有这些列"),
        (as_csv(), "表头下面没有任何内容"),
    ],
)
def test_when_nothing_can_be_imported_the_import_says_why(content, said):
    with pytest.raises(RuleViolation, match=said):
        load(content=content)
    failed = LedgerImport.objects.get()
    assert failed.state == LedgerImport.State.FAILED
    assert said in failed.error
    assert AuditEvent.objects.get().action == "ledger.refused"


def test_an_import_ends_once():
    done = load(DESIGN)
    with pytest.raises(RuleViolation, match="已经结束"):
        ledgers.run(ledger_import=done, by=None, at=timezone.now())


def test_who_watches_sees_it_move(monkeypatch):
    monkeypatch.setattr("projects.actions.ledgers.running.BATCH", 2)
    seen = []

    class Watch(ledgers.Watch):
        def progress(self, done, total):
            seen.append((done, total))

        def stored(self):
            seen.append(LedgerImport.objects.get().state)

    load(DESIGN, STRUCTURE, NOT_STARTED, watch=Watch())
    read, reckoned = [(0, 3), (2, 3), (3, 3)], [(3, 3)]
    assert seen == [*read, *reckoned, "DONE"]


def test_problems_beyond_the_limit_are_counted(monkeypatch):
    monkeypatch.setattr("projects.actions.ledgers.running.MOST_PROBLEMS", 2)
    done = load(*(with_(STRUCTURE, 编号=f"X{n}", 概算="?") for n in range(5)))
    assert counted(done, "problems", "problems_by_code") == (5, {Code.BAD_AMOUNT: 5})
    assert done.problems.count() == 2


def test_a_batch_costs_a_fixed_number_of_queries(django_assert_max_num_queries):
    """However many rows: what grows is the batches, not the queries in one."""
    with django_assert_max_num_queries(104):
        load(*(with_(STRUCTURE, 编号=f"X{n}") for n in range(300)))
    with django_assert_max_num_queries(104):
        load(*(with_(STRUCTURE, 编号=f"X{n}", 完成="1") for n in range(300)))


def test_what_was_known_before_an_import_is_still_known_so():
    load(STRUCTURE)
    before = timezone.now()
    for day in ("7/1/2025", "8/1/2025", "9/1/2025"):
        load(with_(STRUCTURE, 计划完成=day))
    assert structure().dates.known(at=before).get().approved_on == date(2025, 6, 1)
    assert structure().dates.known(at=timezone.now() + timedelta(days=1)).get().approved_on == date(2025, 9, 1)
