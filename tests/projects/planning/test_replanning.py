"""推算: what the schedule in force comes to is known in the moment a fact changes, and every night."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from projects import jobs, tasks
from projects.actions import milestones, permit_items, permits, replanning
from projects.models import Job, NodeOutlook, Permit, ScheduleOutlook
from projects.planning import effects_of
from tests.factories import KeyProjectFactory
from tests.projects.planning.plans import in_force, steps

pytestmark = [pytest.mark.django_db, pytest.mark.core]


def in_days(number):
    return timezone.localdate() + timedelta(days=number)


@pytest.fixture
def schedule(project, lead, signer):
    return in_force(project, lead, signer, finish=in_days(300))


def milestone(schedule, name):
    return schedule.nodes.get(name=name).milestone


def test_an_approved_schedule_is_reckoned_at_once(schedule):
    outlook = ScheduleOutlook.objects.get()
    assert (outlook.is_feasible, outlook.on) == (True, timezone.localdate())
    assert NodeOutlook.objects.count() == 5


def test_a_forecast_beyond_the_latest_date_makes_it_infeasible_and_names_the_chain(schedule, lead):
    milestones.forecast(of=milestone(schedule, "用地批复"), forecast_on=in_days(250), by=lead)
    outlook = ScheduleOutlook.objects.get()
    assert not outlook.is_feasible
    assert outlook.to_spare < 0
    assert outlook.headline.startswith("工期不可行，欠 ")
    assert "施工许可证最迟" in outlook.sentence
    assert "卡点：用地批复（市自然资源局，尚未开始）" in outlook.sentence


def test_what_was_done_is_done_and_waits_for_nothing(schedule, office):
    milestones.complete(of=milestone(schedule, "用地批复"), actual_on=timezone.localdate(), by=office)
    outlook = NodeOutlook.objects.get(node__name="用地批复")
    assert (outlook.is_done, outlook.is_begun, outlook.is_critical) == (True, True, False)


class TestPermits:
    """A step that follows a permit is as far as the permit is, from the moment that is recorded."""

    @pytest.fixture
    def permit(self, project, lead, signer):
        item = Permit(project=project, phase="LAND", name="用地审批", legal_days=20)
        permit = permit_items.add_permit(permit=item, by=lead)
        in_force(project, lead, signer, finish=in_days(300), steps=steps(permit="用地审批"))
        return permit

    @pytest.fixture
    def accepted(self, permit, lead):
        permits.prepare(permit=permit, planned_on=in_days(0), by=lead)
        permits.accept(permit=permit, accepted_on=in_days(-15), by=lead)
        return permit

    def step(self):
        return NodeOutlook.objects.get(node__name="用地批复")

    def test_accepted_it_has_begun_and_what_is_left_of_its_days_is_planned(self, accepted):
        begun = self.step()
        assert (begun.is_begun, begun.is_done, begun.early_start_on) == (True, False, in_days(-15))

    def test_granted_it_is_done(self, accepted, lead):
        permits.grant(permit=accepted, finished_on=in_days(-1), document_number="示地〔2026〕1号", by=lead)
        assert (self.step().is_done, self.step().early_finish_on) == (True, in_days(-1))

    def test_not_concerned_it_takes_no_time(self, permit, lead):
        before = self.step().early_finish_on
        permits.not_concerned(permit=permit, reason="利用既有场地", by=lead)
        assert self.step().early_finish_on < before

    def test_refused_it_begins_anew(self, permit, accepted, lead):
        permits.refuse(permit=accepted, finished_on=in_days(-1), reason="材料不符", by=lead)
        again = self.step()
        assert (again.is_begun, again.early_start_on >= in_days(0)) == (False, True)


def test_stored_is_recomputed(schedule, lead):
    milestones.forecast(of=milestone(schedule, "基础施工"), forecast_on=in_days(280), by=lead)
    stored = list(NodeOutlook.objects.order_by("pk").values())
    replanning.refresh([schedule.project_id], timezone.now())
    assert list(NodeOutlook.objects.order_by("pk").values()) == stored


def test_a_step_that_stays_where_it_was_is_not_written_again(schedule):
    at = timezone.now()
    replanning.refresh([schedule.project_id], at)
    with CaptureQueriesContext(connection) as caught:
        replanning.refresh([schedule.project_id], at)
    written = [query["sql"] for query in caught if re.match("INSERT|UPDATE|DELETE", query["sql"])]
    assert all("nodeoutlook" not in sql for sql in written)


def test_a_step_no_longer_in_the_schedule_in_force_has_no_outlook_left(schedule, project, lead, signer):
    in_force(project, lead, signer, finish=in_days(320))
    assert set(NodeOutlook.objects.values_list("node__version__number", flat=True)) == {2}
    assert ScheduleOutlook.objects.get(project=project).version.number == 2


def test_what_is_done_entirely_is_not_infeasible_however_late(schedule, office):
    last = ScheduleOutlook.objects.get().due_on + timedelta(days=40)
    with time_machine.travel(last + timedelta(days=2), tick=False):
        for node in schedule.nodes.all():
            milestones.complete(of=node.milestone, actual_on=last - timedelta(days=5 - node.position), by=office)
    outlook = ScheduleOutlook.objects.get()
    assert (outlook.is_feasible, outlook.to_spare, outlook.headline) == (True, 0, "全部节点已完成")
    assert outlook.sentence.startswith("全部节点已完成，竣工验收于")


def test_a_project_without_a_schedule_costs_one_query(project, django_assert_num_queries):
    with django_assert_num_queries(1):
        replanning.refresh([project.pk], timezone.now())


def test_thirty_projects_cost_as_much_as_one(lead, signer, django_assert_num_queries):
    projects = [KeyProjectFactory(responsible_person=lead) for _ in range(30)]
    for each in projects:
        in_force(each, lead, signer, finish=in_days(300))
    with django_assert_num_queries(12):
        replanning.refresh([each.pk for each in projects], timezone.now())


def test_the_nightly_job_shows_how_far_it_is_and_ends(schedule):
    job = jobs.ask(tasks.replan_schedules.name, timezone.localdate().isoformat(), at=timezone.now())
    tasks.replan_schedules(job.pk)
    job = Job.objects.get()
    assert (job.state, job.done, job.total) == (Job.State.DONE, 1, 1)


def test_a_day_that_passes_moves_what_has_not_begun(schedule):
    tomorrow = timezone.now() + timedelta(days=40)
    with time_machine.travel(tomorrow, tick=False):
        job = jobs.ask(tasks.replan_schedules.name, timezone.localdate().isoformat(), at=timezone.now())
        tasks.replan_schedules(job.pk)
        first = NodeOutlook.objects.get(node__name="用地批复")
        assert first.early_start_on >= timezone.localdate()


class TestEffectsOfAnotherDate:
    def test_a_date_within_the_slack_breaks_nothing(self, schedule):
        first = milestone(schedule, "用地批复")
        effects = effects_of(first, on=timezone.localdate(), proposed_on=milestones.dates_of(first).approved_on)
        assert (effects.steps, effects.breaks_the_finish) == ((), False)

    def test_a_later_one_names_every_step_that_can_no_longer_keep_its_date(self, schedule):
        first = milestone(schedule, "用地批复")
        proposed = milestones.dates_of(first).approved_on + timedelta(days=30)
        effects = effects_of(first, on=timezone.localdate(), proposed_on=proposed)
        assert [step.name for step in effects.steps] == ["施工许可证", "基础施工", "主体施工", "竣工验收"]
        assert effects.breaks_the_finish
        assert all(step.days > 0 for step in effects.steps)

    def test_without_a_schedule_there_is_nothing_to_say(self, project, office):
        from tests.factories import MilestoneFactory  # noqa: PLC0415

        assert effects_of(MilestoneFactory(project=project), on=timezone.localdate(), proposed_on=in_days(9)) is None


def test_a_holiday_entered_has_every_schedule_reckoned_anew(
    schedule, enter, office, monkeypatch, django_capture_on_commit_callbacks
):
    sent = []
    monkeypatch.setattr(tasks.replan_schedules, "delay", sent.append)
    holiday = {"name": "中秋节", "first": "2027-09-15", "last": "2027-09-15", "worked": ""}
    with django_capture_on_commit_callbacks(execute=True):
        page = enter(office).post(reverse("holiday_enter"), holiday, follow=True).content.decode()
    assert "各项目的倒排计划正在重新推算" in page
    assert sent == [Job.objects.get().pk]
    tasks.replan_schedules(sent[0])
    assert Job.objects.get().state == Job.State.DONE
