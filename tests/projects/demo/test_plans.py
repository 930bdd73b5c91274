"""The demo's plans as they lie in the database: a schedule for every project, and all that hangs on it."""

from collections import defaultdict
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.models import Count, F, Q

from projects import permits
from projects.actions import demo, replanning
from projects.models import (
    ApprovalStep,
    BackwardSchedule,
    Baseline,
    ChangeRequest,
    DayTask,
    EvidenceItem,
    KeyProject,
    LibraryTier,
    MilestoneDates,
    MilestoneQuantity,
    NodeOutlook,
    Permit,
    PermitPause,
    PermitState,
    PlanEntry,
    ProjectDates,
    ScheduleNode,
    ScheduleOutlook,
    StageTargetDates,
    Substitute,
    WeekTarget,
)
from projects.models.annual_plan import month_field
from projects.planning import readings
from tests.projects.demo.test_load import ANCHOR

pytestmark = [pytest.mark.django_db, pytest.mark.core]


@pytest.fixture(scope="module")
def district(django_db_setup, django_db_blocker):
    """The demo, loaded once for this file, reckoned on its own day and rolled back after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        demo.load(seed=2025, anchor=ANCHOR, by=None)
        list(replanning.replan(None, on=ANCHOR))
        connection.check_constraints()  # here once, or every test would do it for all that was loaded
        yield
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def loaded(district, db):
    return district


def in_force():
    return BackwardSchedule.objects.in_force()


def test_every_project_with_a_life_of_its_own_works_by_a_schedule():
    left = KeyProject.objects.filter(tier_entries__tier=LibraryTier.EXITED)
    living = KeyProject.objects.counted().exclude(milestones=None).exclude(pk__in=left)
    assert set(in_force().values_list("project", flat=True)) == set(living.values_list("pk", flat=True))
    assert living.count() == 180


def test_a_schedules_steps_are_the_milestones_of_its_project():
    steps = defaultdict(set)
    for project, milestone in ScheduleNode.objects.filter(version__in=in_force()).values_list(
        "version__project", "milestone"
    ):
        steps[project].add(milestone)
    for project in KeyProject.objects.filter(pk__in=steps).prefetch_related("milestones"):
        assert steps[project.pk] == {milestone.pk for milestone in project.milestones.all()}


def test_an_approved_date_is_the_planned_one_unless_a_request_moved_it():
    planned = dict(ScheduleNode.objects.filter(version__in=in_force()).values_list("milestone", "planned_finish_on"))
    dates = MilestoneDates.objects.current().filter(milestone__in=planned)
    moved = {row.milestone_id: row.approved_on for row in dates if row.approved_on != planned[row.milestone_id]}
    agreed = ChangeRequest.objects.filter(state="APPROVED", milestone__in=moved)
    assert len(moved) > 20
    assert dict(agreed.values_list("milestone", "proposed_on")) == moved


def test_the_moment_of_every_approval_is_a_baseline_and_so_is_the_beginning_of_the_year():
    approved = BackwardSchedule.objects.approved()
    assert approved.filter(number=2).count() >= 3
    assert (
        Baseline.objects.filter(schedule__in=approved, known_at=F("schedule__decided_at")).count() == approved.count()
    )
    assert Baseline.objects.get(project=None).name == "年初计划"


def test_every_network_can_be_reckoned_and_says_how_it_stands():
    assert all(reading.plan.nodes for reading in readings(in_force(), on=ANCHOR))
    assert ScheduleOutlook.objects.count() == in_force().count()


def test_most_plans_hold_with_something_to_spare_and_one_in_nine_does_not():
    hold = ScheduleOutlook.objects.filter(is_feasible=True)
    assert 12 <= ScheduleOutlook.objects.filter(is_feasible=False).count() <= 28
    assert hold.filter(to_spare__gte=10).count() > hold.count() // 2


def test_what_is_finished_is_not_infeasible():
    finished = ScheduleOutlook.objects.filter(headline="全部节点已完成")
    assert finished.count() == 20
    assert not finished.filter(is_feasible=False).exists()


def test_what_is_stored_is_what_comes_out_again():
    stored = [list(model.objects.order_by("pk").values()) for model in (ScheduleOutlook, NodeOutlook)]
    NodeOutlook.objects.all().delete()
    list(replanning.replan(None, on=ANCHOR))
    assert [list(model.objects.order_by("pk").values()) for model in (ScheduleOutlook, NodeOutlook)] == stored


def test_due_days_of_permits_are_the_clocks():
    rows = permits.rows_of(Permit.objects.all(), known_at=None)
    held = [row for row in rows if row.state and row.state.accepted_on and not row.state.finished_on]
    assert len(held) > 20
    assert all(row.state.due_on == due for row, due in permits.due_days(held, on=ANCHOR))


def test_permits_wait_for_papers_for_experts_and_for_too_long():
    now = PermitState.objects.current()
    assert now.filter(status="SUPPLEMENT").exists()
    assert now.filter(status="SPECIAL").exists()
    assert now.filter(status="ACCEPTED", due_on__lt=ANCHOR).count() >= 2
    paused = PermitPause.objects.current().filter(resumed_on=None).values("permit")
    assert set(now.filter(status__in=["SUPPLEMENT", "SPECIAL"]).values_list("permit", flat=True)) == {
        row["permit"] for row in paused
    }


def test_a_permit_granted_has_its_number_and_was_granted_before_the_anchor():
    granted = PermitState.objects.filter(status="GRANTED")
    assert granted.count() > 1_000
    assert not granted.filter(Q(document_number="") | Q(finished_on__gte=ANCHOR)).exists()


def test_two_projects_began_before_they_were_permitted_to():
    rows = permits.rows_of(Permit.objects.filter(name="施工许可证"), known_at=None)
    begun = [row for row in rows if permits.start_risk([row], on=ANCHOR)]
    assert len(begun) == 2


def test_a_permit_to_build_runs_out_unused():
    started = ProjectDates.objects.current().exclude(started_on=None).values("project")
    unused = PermitState.objects.current().filter(permit__name="施工许可证", status="GRANTED")
    soon = unused.exclude(permit__project__in=started).filter(expires_on__lte=ANCHOR + timedelta(days=60))
    assert soon.exists()


def test_a_closed_stage_has_all_its_papers_and_an_open_one_has_none():
    reached = StageTargetDates.objects.current().filter(is_reached=True).values("stage_target")
    handed = EvidenceItem.objects.annotate(papers_in=Count("papers"))
    closed = handed.filter(stage_target__in=reached)
    assert closed.exists()
    assert not closed.filter(papers_in=0, stage_target__project__schedules__isnull=False).exists()
    assert not handed.exclude(stage_target__in=reached).filter(papers_in__gt=0).exists()


def test_the_weeks_of_a_month_sum_exactly_to_the_month():
    sums = defaultdict(int)
    for row in WeekTarget.objects.current():
        sums[row.project_id, row.week_ends_on.replace(day=1)] += row.amount
    assert len(sums) > 60
    for (project, month), amount in sums.items():
        entries = PlanEntry.objects.filter(version__plan__year=month.year, project=project)
        entry = entries.filter(version__effective_on__lte=max(month, ANCHOR)).order_by("-version__number").first()
        assert getattr(entry, month_field(month.month)) == amount


def test_only_flagships_have_tasks_by_the_day_and_built_quantities_never_exceed_the_design():
    assert DayTask.objects.exists()
    assert not DayTask.objects.filter(project__is_flagship=False).exists()
    assert MilestoneQuantity.objects.filter(done_quantity__gt=0).exists()
    assert not MilestoneQuantity.objects.filter(done_quantity__gt=F("planned_quantity")).exists()


def test_requests_stand_in_every_state_and_at_every_hand():
    assert set(ChangeRequest.objects.values_list("state", flat=True)) == set(ChangeRequest.State)
    assert set(ChangeRequest.objects.values_list("kind", flat=True)) == set(ChangeRequest.Kind)
    assert 8 <= ChangeRequest.objects.open().count() <= 14
    waiting = ApprovalStep.objects.waiting()
    assert set(waiting.values_list("kind", flat=True)) == set(ApprovalStep.Kind)
    assert waiting.overdue(on=ANCHOR).exists()
    assert waiting.filter(due_on__gte=ANCHOR).exists()


def test_nobody_decided_what_he_had_asked_for():
    decided = ApprovalStep.objects.exclude(decided_by=None)
    assert decided.exists()
    assert not decided.filter(decided_by=F("request__requested_by")).exists()


def test_nothing_of_it_is_known_after_the_anchor():
    for model in (PermitState, PermitPause, WeekTarget, MilestoneQuantity):
        assert not model.objects.filter(recorded_at__date__gte=ANCHOR).exists()
    assert not ChangeRequest.objects.filter(Q(requested_at__date__gte=ANCHOR) | Q(ended_at__date__gte=ANCHOR)).exists()
    assert not ApprovalStep.objects.filter(decided_at__date__gte=ANCHOR).exists()
    assert not BackwardSchedule.objects.filter(decided_at__date__gte=ANCHOR).exists()


def test_somebody_stands_in_for_somebody_and_a_few_drafts_wait():
    assert Substitute.objects.in_force(on=ANCHOR).count() == 1
    drafts = BackwardSchedule.objects.in_work()
    assert sorted(drafts.values_list("state", flat=True)) == ["DRAFT", "DRAFT", "DRAFT", "SUBMITTED", "SUBMITTED"]
