"""倒排计划: drawn up from a fixed finish, proved, approved by somebody else, then frozen as a baseline."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from projects import consequences
from projects.actions import milestones, schedules, templates
from projects.baselines import compare
from projects.errors import NotAllowed, RuleViolation
from projects.models import (
    AuditEvent,
    BackwardSchedule,
    Baseline,
    Milestone,
    MilestoneDates,
    StageTargetDates,
    TemplateVersion,
)
from projects.planning import StepWanted, StopWanted, from_blueprint, from_edition, readings, supposed
from projects.relations import parse
from projects.template_parts import blueprint_of
from tests.factories import KeyProjectFactory, MilestoneFactory, date_milestone
from tests.projects.planning.plans import approved, in_force, reapproved, steps, submitted, wanted

pytestmark = [pytest.mark.django_db, pytest.mark.core]


def in_days(number):
    return timezone.localdate() + timedelta(days=number)


def draft(project, by, *, finish=None, **parts):
    plan = wanted(finish=finish or in_days(300), **parts)
    return schedules.draft(project=project, wanted=plan, by=by, at=timezone.now())


def reading_of(schedule):
    [reading] = readings(BackwardSchedule.objects.filter(pk=schedule.pk), on=timezone.localdate())
    return reading


class TestDrafting:
    def test_the_last_step_is_planned_for_the_required_finish_and_all_others_worked_back(self, project, lead):
        schedule = draft(project, lead)
        last = schedule.nodes.last()
        reading = reading_of(schedule)
        assert last.planned_finish_on == reading.plan.nodes[str(last.pk)].late_finish
        assert [node.planned_finish_on for node in schedule.nodes.all()] == [
            reading.plan.nodes[str(node.pk)].late_finish for node in schedule.nodes.all()
        ]

    def test_the_office_draws_one_up_for_any_project(self, project, office):
        assert draft(project, office).number == 1

    @pytest.mark.parametrize("who", ["dispatcher", "signer", "leader", "outsider", "sys_admin"])
    def test_nobody_else_does(self, project, request, who):
        with pytest.raises(NotAllowed, match="项目责任人、联络人或区重点办"):
            draft(project, request.getfixturevalue(who))

    def test_one_edition_is_in_work_at_a_time(self, project, lead):
        draft(project, lead)
        with pytest.raises(RuleViolation, match="编制中，一次只能编制一版"):
            draft(project, lead)

    def test_a_discarded_number_is_not_given_again(self, project, lead):
        schedules.discard(schedule=draft(project, lead), by=lead, at=timezone.now())
        assert draft(project, lead).number == 2

    def test_a_package_has_no_schedule(self, office):
        with pytest.raises(RuleViolation, match="请为它的子项目倒排"):
            draft(KeyProjectFactory(is_package=True), office)

    def test_the_finish_follows_the_start(self, project, lead):
        with pytest.raises(RuleViolation, match=r"要求完成日期（.*）须晚于编排起点"):
            draft(project, lead, finish=in_days(-1))

    def test_a_circle_is_refused_by_name(self, project, lead):
        circle = steps(after=parse("5", step="用地批复"))
        with pytest.raises(RuleViolation, match=r"循环依赖：.*“用地批复”"):
            draft(project, lead, steps=circle)
        assert not BackwardSchedule.objects.exists()

    def test_waiting_for_a_step_that_is_not_there_is_refused(self, project, lead):
        with pytest.raises(RuleViolation, match="第 1 步“用地批复”的前置关系写了序号 9，没有这一步"):
            draft(project, lead, steps=steps(after=parse("9", step="用地批复")))

    def test_a_permit_that_the_project_does_not_need_is_refused(self, project, lead):
        with pytest.raises(RuleViolation, match="审批事项“用地批复”不在本项目的审批手续中"):
            draft(project, lead, steps=steps(permit="用地批复"))

    def test_what_is_too_short_is_never_squeezed(self, project, lead):
        schedule = draft(project, lead, finish=in_days(60))
        reading = reading_of(schedule)
        assert not reading.plan.is_feasible
        assert schedule.nodes.last().planned_finish_on == reading.plan.earliest_finish > in_days(60)

    def test_saving_replaces_the_steps_and_keeps_what_was_planned_by_hand(self, project, lead):
        schedule, by_hand = draft(project, lead), in_days(200)
        changed = steps(planned_start_on=in_days(150), planned_finish_on=by_hand)
        schedules.save(schedule=schedule, wanted=wanted(finish=in_days(300), steps=changed), by=lead, at=timezone.now())
        assert schedule.nodes.count() == 5
        assert schedule.nodes.first().planned_finish_on == by_hand
        assert AuditEvent.objects.filter(action="schedule.saved").count() == 1

    def test_an_edition_read_back_is_what_was_wanted(self, project, lead):
        plan = wanted(finish=in_days(300), stops=(StopWanted("春节", in_days(60), in_days(70)),))
        schedule = schedules.draft(project=project, wanted=plan, by=lead, at=timezone.now())
        again = from_edition(schedule)
        assert (again.stops, [step.after for step in again.steps]) == (plan.stops, [step.after for step in plan.steps])


class TestFeasibilityBeforeSaving:
    def test_what_is_supposed_equals_what_is_stored(self, project, lead):
        plan = wanted(finish=in_days(300), stops=(StopWanted("冬季停工", in_days(30), in_days(90)),))
        before = supposed(project, plan, on=timezone.localdate())
        after = reading_of(schedules.draft(project=project, wanted=plan, by=lead, at=timezone.now())).plan
        assert [n.late_finish for n in before.nodes.values()] == [n.late_finish for n in after.nodes.values()]
        assert (before.to_spare, before.is_feasible) == (after.to_spare, after.is_feasible)

    @settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.integers(170, 400), st.integers(1, 60))
    def test_a_later_finish_never_makes_it_worse(self, project, days, more):
        on = timezone.localdate()
        sooner = supposed(project, wanted(finish=in_days(days)), on=on)
        later = supposed(project, wanted(finish=in_days(days + more)), on=on)
        assert later.to_spare >= sooner.to_spare


class TestAskingForApproval:
    def test_an_infeasible_edition_must_say_why(self, project, lead):
        schedule = draft(project, lead, finish=in_days(60))
        with pytest.raises(RuleViolation, match=r"工期不可行，欠 .* 个工作日，报批须写明理由"):
            schedules.check(schedule, reason="", on=timezone.localdate())
        schedules.check(schedule, reason="区里要求年内投产，拟并联审批", on=timezone.localdate())

    def test_no_step_is_planned_before_it_can_be_done(self, project, lead):
        schedule = draft(project, lead, steps=steps(planned_finish_on=in_days(3)))
        with pytest.raises(RuleViolation, match=r"“用地批复”的计划完成（.*）早于最早可能的"):
            schedules.check(schedule, reason="", on=timezone.localdate())

    def test_nor_after_its_latest_date(self, project, lead):
        schedule = draft(project, lead, steps=steps(planned_finish_on=in_days(299)))
        with pytest.raises(RuleViolation, match=r"“用地批复”的计划完成（.*）晚于最迟的"):
            schedules.check(schedule, reason="", on=timezone.localdate())

    def test_no_stage_ends_before_the_one_it_follows_and_the_step_to_blame_is_named(self, project, lead):
        loose = (*steps(), StepWanted(position=6, stage="PREPARATION", name="用地组卷", duration=5))
        schedule = draft(project, lead, steps=loose)
        with pytest.raises(RuleViolation, match=r"早于“前期准备”的“用地组卷”（.*）。请给“用地组卷”填写更早的计划完成"):
            schedules.check(schedule, reason="", on=timezone.localdate())

    def test_nor_before_one_the_project_keeps_besides(self, project, lead, signer):
        """What could not be approved is said before anybody is asked to approve it."""
        in_force(project, lead, signer, finish=in_days(300))
        schedule = draft(project, lead, finish=in_days(330), steps=steps()[:-1])
        with pytest.raises(RuleViolation, match=r"“竣工投产”的计划日期（.*）不能早于“主体施工”"):
            schedules.check(schedule, reason="", on=timezone.localdate())


class TestApproval:
    def test_its_dates_become_promises_and_the_moment_a_baseline(self, project, lead, signer):
        schedule = in_force(project, lead, signer, finish=in_days(300))
        promised = MilestoneDates.objects.current().filter(milestone__project=project)
        assert {row.approved_on for row in promised} == {node.planned_finish_on for node in schedule.nodes.all()}
        assert all(row.original_on == row.approved_on for row in promised)
        baseline = Baseline.objects.get()
        assert (baseline.name, baseline.schedule) == ("第 1 版批准计划", schedule)
        assert MilestoneDates.objects.known(at=baseline.known_at).count() == 5

    def test_a_stage_is_due_with_the_last_of_its_steps(self, project, lead, signer):
        schedule = in_force(project, lead, signer, finish=in_days(300))
        due = dict(StageTargetDates.objects.current().values_list("stage_target__stage", "approved_on"))
        assert due["PREPARATION"] == schedule.nodes.get(name="施工许可证").planned_finish_on
        assert due["COMMISSIONING"] == schedule.nodes.last().planned_finish_on

    def test_the_stages_ask_for_the_documents_of_the_template_in_its_words(self, project, office, signer):
        templates.take_initial_editions(by=office, at=timezone.now())
        edition = TemplateVersion.objects.get(template__project_type="ROAD", template__approval_route="GOV")
        plan = from_blueprint(blueprint_of(edition), starts_on=timezone.localdate(), required_finish_on=in_days(1_500))
        unbound = tuple(replace(step, permit="") for step in plan.steps)
        schedule = schedules.draft(
            project=project, wanted=replace(plan, steps=unbound), template=edition, by=office, at=timezone.now()
        )
        approved(schedule, office, signer)
        target = project.stage_targets.get(stage="PREPARATION")
        assert list(target.evidence.values_list("name", flat=True)) == list(
            edition.evidence.filter(stage="PREPARATION").values_list("name", flat=True)
        )
        assert target.work_focus == edition.stages.get(stage="PREPARATION").work_focus

    def test_only_what_was_submitted_is_approved(self, project, lead, signer):
        schedule = draft(project, lead)
        with pytest.raises(RuleViolation, match="编制中，不在待批准状态"):
            approved_as_it_is(schedule, signer)

    def test_the_author_does_not_approve_it(self, project, office):
        schedule = draft(project, office)
        with pytest.raises(DatabaseError), transaction.atomic():
            approved(schedule, office, office)

    def test_an_approved_edition_is_unalterable(self, project, lead, signer):
        schedule = in_force(project, lead, signer, finish=in_days(300))
        with pytest.raises(RuleViolation, match="已经批准，请另编新版"):
            schedules.save(schedule=schedule, wanted=from_edition(schedule), by=lead, at=timezone.now())
        for change in (
            lambda: schedule.nodes.update(duration=1),
            lambda: schedule.links.all().delete(),
            lambda: schedule.blackouts.create(name="冬季", first_on=in_days(1), last_on=in_days(2)),
        ):
            with pytest.raises(DatabaseError, match="已批准的版本不可更改"), transaction.atomic():
                change()

    def test_a_milestone_of_the_same_name_in_its_stage_is_taken_over_with_its_original_date(
        self, project, lead, office, signer
    ):
        known = Milestone(project=project, stage="PREPARATION", name="用地批复")
        milestones.add_milestone(milestone=known, planned_on=date(2026, 1, 31), by=office)
        schedule = in_force(project, lead, signer, finish=in_days(300))
        assert schedule.nodes.first().milestone == known
        assert milestones.dates_of(known).original_on == date(2026, 1, 31)

    def test_what_the_next_edition_leaves_out_is_owed_no_longer_and_keeps_its_promise(self, project, lead, signer):
        first = in_force(project, lead, signer, finish=in_days(300))
        dropped = first.nodes.get(name="基础施工").milestone
        promise = milestones.dates_of(dropped).approved_on
        kept = from_edition(first)
        shorter = tuple(
            step if step.position != 4 else type(step)(**{**vars(step), "after": parse("2", step=step.name)})
            for step in kept.steps
            if step.name != "基础施工"
        )
        in_force(project, lead, signer, finish=in_days(300), steps=shorter)
        known = milestones.dates_of(dropped)
        assert (known.approved_on, known.original_on) == (None, promise)
        changes = AuditEvent.objects.filter(action="schedule.approved").latest("pk").changes
        assert changes["基础施工"] == [promise.isoformat(), None]

    def test_what_was_reached_keeps_its_dates(self, project, lead, office, signer):
        first = in_force(project, lead, signer, finish=in_days(300))
        reached = first.nodes.first().milestone
        milestones.complete(of=reached, actual_on=timezone.localdate(), by=office)
        before = milestones.dates_of(reached)
        again = from_edition(first)
        loosened = tuple(
            type(step)(**{**vars(step), "planned_start_on": None, "planned_finish_on": None}) for step in again.steps
        )
        in_force(project, lead, signer, finish=in_days(320), steps=loosened)
        assert milestones.dates_of(reached).approved_on == before.approved_on

    def test_a_step_called_otherwise_keeps_its_milestone_and_its_old_name_is_free_for_a_new_one(
        self, project, lead, signer
    ):
        first = in_force(project, lead, signer, finish=in_days(300))
        kept = first.nodes.get(name="用地批复").milestone
        edition = from_edition(first)
        renamed = replace(edition.steps[0], name="用地预审")
        new = StepWanted(position=6, stage="PREPARATION", name="用地批复", duration=1)
        after = replace(edition.steps[1], after=parse("1;6", step="施工许可证"))
        draft(project, lead, steps=(renamed, after, *edition.steps[2:], new))
        second = project.schedules.in_work().get()
        said = {row.name: row.note for row in consequences.of_schedule(second).rows}
        assert said["用地预审"].endswith("，原名“用地批复”")
        assert said["用地批复"] == "新增"
        approved(second, lead, signer)
        assert second.nodes.get(name="用地预审").milestone == kept
        assert second.nodes.get(name="用地批复").milestone != kept

    def test_its_other_name_is_in_the_trace_so_that_baselines_can_be_compared(self, project, lead, signer):
        first = in_force(project, lead, signer, finish=in_days(300))
        edition = from_edition(first)
        again = (replace(edition.steps[0], name="用地预审"), *edition.steps[1:])
        in_force(project, lead, signer, finish=in_days(300), steps=again)
        later, earlier = Baseline.objects.order_by("-known_at")
        projects = type(project).objects.filter(pk=project.pk)
        found = compare(projects, earlier=earlier.known_at, later=later.known_at)
        assert [(row.former_name, row.name) for row in found.rows if row.former_name] == [("用地批复", "用地预审")]

    def test_what_was_reached_before_any_plan_is_said_to_stay_as_it_is(self, project, lead, office, signer):
        known = MilestoneFactory(project=project, stage="PREPARATION", name="用地批复")
        milestones.complete(of=known, actual_on=timezone.localdate(), by=office)
        schedule = draft(project, lead)
        said = {row.name: (row.would_be_on, row.note) for row in consequences.of_schedule(schedule).rows}
        approved(schedule, lead, signer)
        assert said["用地批复"] == (milestones.dates_of(known).approved_on, "已完成，日期不变")

    def test_a_stage_without_steps_is_named_and_keeps_its_date(self, project, lead, signer):
        in_force(project, lead, signer, finish=in_days(300))
        target = project.stage_targets.get(stage="PREPARATION")
        promised = milestones.dates_of(target).approved_on
        rest = tuple(replace(step, stage="GROUNDBREAKING") for step in steps()[:2])
        schedule = draft(project, lead, finish=in_days(330), steps=(*rest, *steps()[2:]))
        said = {row.name: row.note for row in consequences.of_schedule(schedule).rows}
        assert said["“前期准备”阶段目标"] == "不在倒排计划内，批准日期不变"
        approved(schedule, lead, signer)
        assert milestones.dates_of(target).approved_on == promised

    def test_what_is_said_is_what_happens(self, project, lead, office, signer):
        """Every date the request names is the date approved afterwards."""
        in_force(project, lead, signer, finish=in_days(300))
        date_milestone(MilestoneFactory(project=project, name="台账节点"), approved_on=in_days(20))
        first, _permit, foundation, *rest = steps()
        shorter = (first, replace(foundation, after=parse("1", step="基础施工")), *rest)
        schedule = draft(project, office, finish=in_days(310), steps=shorter)
        said = {row.name: row.would_be_on for row in consequences.of_schedule(schedule).rows}
        approved(schedule, office, signer)
        names = {m.name: milestones.dates_of(m).approved_on for m in project.milestones.all()}
        stages = {f"“{t}”阶段目标": milestones.dates_of(t).approved_on for t in project.stage_targets.all()}
        assert said == names | stages


class TestRequiredFinish:
    """What is approved later moves the finish only where it ends the whole."""

    @pytest.fixture
    def schedule(self, project, lead, signer):
        aside = StepWanted(position=6, stage="GROUNDBREAKING", name="临时道路", duration=5, after=parse("2", step="路"))
        return in_force(project, lead, signer, finish=in_days(300), steps=with_early(aside))

    def test_a_side_branch_moved_leaves_it_where_it_was(self, schedule, signer):
        aside = schedule.nodes.get(name="临时道路")
        reapproved(aside.milestone, aside.planned_finish_on + timedelta(days=7), signer)
        assert reading_of(schedule).finish == schedule.required_finish_on

    def test_the_last_step_moved_moves_it(self, schedule, signer):
        last = schedule.nodes.get(name="竣工验收").milestone
        reapproved(last, in_days(330), signer)
        assert reading_of(schedule).finish == in_days(330)


def with_early(aside):
    """Beside the five steps one that nothing waits for, planned by hand long before the finish."""
    return (*steps(), replace(aside, planned_finish_on=in_days(150)))


def approved_as_it_is(schedule, by):
    from projects.actions import schedule_approval  # noqa: PLC0415
    from projects.actions.one_project import facts_of  # noqa: PLC0415

    with facts_of(schedule.project) as at:
        schedule_approval.put_into_force(schedule=schedule, by=by, at=at)


def test_five_queries_read_any_number_of_schedules(lead, signer, django_assert_num_queries):
    for _ in range(30):
        submitted(draft(KeyProjectFactory(responsible_person=lead), lead), lead)
    with django_assert_num_queries(5):
        found = readings(BackwardSchedule.objects.all(), on=timezone.localdate())
        assert all(reading.plan.nodes for reading in found)
