"""目标分解: weeks that sum to the month, days only where they are called for, and progress by the piece."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from projects.actions import annual_plans, day_tasks, milestones, quantities, week_targets
from projects.actions.annual_plans import Figures
from projects.actions.week_targets import WeekWanted
from projects.errors import NotAllowed, RuleViolation
from projects.history import changes_of
from projects.models import AuditEvent, DayTask, KeyProject, MilestoneQuantity, WeekTarget
from projects.monthly_plan import even_split
from projects.roles import Role
from projects.weekly_plan import weeks_of
from tests.conftest import appoint
from tests.factories import KeyProjectFactory, MilestoneFactory, UnitFactory, date_milestone

pytestmark = [pytest.mark.django_db, pytest.mark.core]

YEAR, OCTOBER = timezone.localdate().year, 10
HUNDRED = Decimal(100)


def in_days(number):
    return timezone.localdate() + timedelta(days=number)


def approve_plan(office, signer, project, amount, effective_on=date(YEAR, 1, 1)):
    """An edition in which the project has this much each month."""
    at = timezone.now()
    version = annual_plans.draft(year=YEAR, effective_on=effective_on, reason="调整", by=office, at=at)
    entry = version.entries.filter(project=project).first()
    if entry is None:
        (entry,) = annual_plans.add_projects(
            version=version, projects=[project], category="CONTINUING", reason="增补", by=office, at=at
        )
    year = amount * 12
    figures = Figures(category="CONTINUING", annual_plan_amount=year, months=even_split(year))
    annual_plans.amend_entry(entry=entry, figures=figures, reason="调整", by=office, at=at)
    annual_plans.submit(version=version, by=office, at=at)
    annual_plans.approve(version=version, document_number="示政发〔2026〕1号", by=signer)


@pytest.fixture
def planned(office, signer, project):
    approve_plan(office, signer, project, HUNDRED)
    return project


def wanted(*amounts, work="基础开挖"):
    ends = [week.ends_on for week in weeks_of(YEAR, OCTOBER)]
    shares = [Decimal(amount) for amount in amounts]
    shares += [Decimal(0)] * (len(ends) - len(shares))
    return [WeekWanted(day, share, work) for day, share in zip(ends, shares, strict=True)]


def split(project, by, weeks):
    week_targets.set_week_targets(project=project, year=YEAR, month=OCTOBER, weeks=weeks, by=by)


class TestWeeks:
    def test_the_lead_splits_the_month(self, planned, lead):
        split(planned, lead, wanted(40, 60))
        known = WeekTarget.objects.current().filter(project=planned).order_by("week_ends_on")
        assert [target.amount for target in known][:3] == [40, 60, 0]
        assert known[0].work == "基础开挖"

    @pytest.mark.parametrize(("amounts", "by"), [((40, 61), "多 1 万元"), ((40, "59.9999"), "少 0.0001 万元")])
    def test_the_weeks_come_to_the_month_exactly(self, planned, lead, amounts, by):
        with pytest.raises(RuleViolation, match=f"比 10 月目标 100 万元{by}"):
            split(planned, lead, wanted(*amounts))
        assert not WeekTarget.objects.exists()

    def test_no_week_is_left_out(self, planned, lead):
        with pytest.raises(RuleViolation, match="全部各周"):
            split(planned, lead, wanted(40, 60)[:-1])

    def test_no_week_takes_back_what_another_has_too_much(self, planned, lead):
        with pytest.raises(RuleViolation, match="不能小于 0"):
            split(planned, lead, wanted(140, -40))

    def test_a_project_outside_the_plan_has_nothing_to_split(self, project, lead):
        with pytest.raises(RuleViolation, match="不在该年度已批准的计划内"):
            split(project, lead, wanted(100))

    def test_the_plan_in_force_at_the_end_of_the_month_decides(self, planned, office, signer, lead):
        approve_plan(office, signer, planned, Decimal(130), effective_on=date(YEAR, OCTOBER, 15))
        split(planned, lead, wanted(100, 30))
        assert week_targets.month_target(planned, year=YEAR, month=9, known_at=timezone.now()) == 100

    def test_a_report_is_held_to_what_was_known_then(self, planned, lead, office):
        split(planned, lead, wanted(40, 60))
        before = timezone.now()
        split(planned, office, wanted(30, 70))
        friday = weeks_of(YEAR, OCTOBER)[0].ends_on
        then = WeekTarget.objects.of_week(ends_on=friday, known_at=before).get(project=planned)
        now = WeekTarget.objects.of_week(ends_on=friday, known_at=timezone.now()).get(project=planned)
        assert (then.amount, now.amount) == (40, 30)
        assert (then.recorded_by, now.recorded_by) == (lead, office)

    def test_only_what_changed_is_recorded_and_told(self, planned, lead):
        split(planned, lead, wanted(40, 60))
        with pytest.raises(RuleViolation, match="没有需要保存的变化"):
            split(planned, lead, wanted(40, 60))
        weeks = wanted(40, 60)
        weeks[0] = WeekWanted(weeks[0].ends_on, Decimal(40), "支护")
        split(planned, lead, weeks)
        day = weeks[0].ends_on
        assert AuditEvent.objects.first().changes == {f"截至 {day} 的一周": ["40 万元，基础开挖", "40 万元，支护"]}
        assert WeekTarget.objects.filter(week_ends_on=day).count() == 2
        assert WeekTarget.objects.filter(week_ends_on=weeks[1].ends_on).count() == 1
        assert changes_of(planned)[0].action == "week_targets.set"

    @pytest.mark.parametrize("who", ["dispatcher", "signer", "leader", "outsider", "sys_admin"])
    def test_nobody_but_the_lead_and_the_office_splits(self, planned, request, who):
        with pytest.raises(NotAllowed, match="本项目责任人"):
            split(planned, request.getfixturevalue(who), wanted(40, 60))

    def test_a_package_has_no_targets(self, office):
        with pytest.raises(RuleViolation, match="打包项目"):
            split(KeyProjectFactory(is_package=True), office, wanted(100))


class TestLaws(TestCase):
    @settings(max_examples=15)
    @given(st.lists(st.integers(0, 200), min_size=5, max_size=5))
    def test_weeks_are_kept_exactly_when_they_come_to_the_month(self, amounts):
        government = UnitFactory()
        office, signer = appoint(Role.OFFICE, government), appoint(Role.SIGNER, government)
        project = KeyProjectFactory()
        approve_plan(office, signer, project, HUNDRED)
        fitting = [*amounts[:-1], 100 - sum(amounts[:-1])]
        for tried in (amounts, fitting):
            lawful = sum(tried) == HUNDRED and min(tried) >= 0
            weeks = wanted(*tried[: len(weeks_of(YEAR, OCTOBER))], work=f"{tried}")
            lawful = lawful and len(weeks) == len(tried)
            try:
                split(project, office, weeks)
            except RuleViolation:
                assert not lawful
            together = sum(WeekTarget.objects.current().filter(project=project).values_list("amount", flat=True))
            assert together in (0, HUNDRED)


class TestDays:
    @pytest.fixture
    def flagship(self, project):
        KeyProject.objects.filter(pk=project.pk).update(is_flagship=True)
        project.refresh_from_db()
        return project

    def plan(self, project, by, day, text="浇筑二层梁板"):
        return day_tasks.plan_day_task(task=DayTask(project=project, day=day, text=text), by=by)

    def near(self, project, days, **more):
        node = MilestoneFactory(project=project, **({"is_key": True} | more))
        date_milestone(node, approved_on=in_days(days))
        return node

    def test_a_flagship_is_planned_day_by_day(self, flagship, lead):
        task = self.plan(flagship, lead, in_days(3))
        assert (task.milestone, flagship.day_tasks.get()) == (None, task)

    def test_any_other_project_only_before_a_key_node(self, project, lead):
        with pytest.raises(RuleViolation, match="只用于龙头项目，以及关键节点批准日期前 30 天"):
            self.plan(project, lead, in_days(3))

    @pytest.mark.parametrize(
        ("days", "may"),
        [
            pytest.param(34, False, id="31-before"),
            pytest.param(33, True, id="30-before"),
            pytest.param(3, True, id="its-day"),
            pytest.param(2, False, id="after"),
        ],
    )
    def test_the_last_thirty_days_and_the_day_itself(self, project, lead, days, may):
        node = self.near(project, days)
        if may:
            assert self.plan(project, lead, in_days(3)).milestone == node
        else:
            with pytest.raises(RuleViolation, match="只用于龙头项目"):
                self.plan(project, lead, in_days(3))

    def test_an_ordinary_node_calls_for_none(self, project, lead):
        self.near(project, 9, is_key=False)
        with pytest.raises(RuleViolation):
            self.plan(project, lead, in_days(3))

    def test_nor_does_one_that_is_reached(self, project, lead, office):
        milestones.complete(of=self.near(project, 9), actual_on=in_days(0), by=office)
        with pytest.raises(RuleViolation):
            self.plan(project, lead, in_days(3))

    def test_yesterday_is_not_planned(self, flagship, lead):
        with pytest.raises(RuleViolation, match="已过"):
            self.plan(flagship, lead, in_days(-1))

    def test_the_same_is_said_once_a_day(self, flagship, lead):
        self.plan(flagship, lead, in_days(1))
        with pytest.raises(RuleViolation, match="已有同样的任务"):
            self.plan(flagship, lead, in_days(1))
        with pytest.raises(IntegrityError), transaction.atomic():
            DayTask.objects.create(project=flagship, day=in_days(1), text="浇筑二层梁板")

    def test_it_is_done_once_on_a_day_that_has_come(self, flagship, lead):
        task = self.plan(flagship, lead, in_days(0))
        with pytest.raises(RuleViolation, match="晚于今天"):
            day_tasks.finish_day_task(task=task, done_on=in_days(1), result="", by=lead)
        day_tasks.finish_day_task(task=task, done_on=in_days(0), result="完成 120 立方米", by=lead)
        with pytest.raises(RuleViolation, match="已于"):
            day_tasks.cancel_day_task(task=task, reason="停电", by=lead)
        task.refresh_from_db()
        assert (task.done_on, task.result, task.cancelled_reason) == (in_days(0), "完成 120 立方米", "")

    def test_it_is_cancelled_with_a_reason_and_stays(self, flagship, lead):
        task = self.plan(flagship, lead, in_days(0))
        with pytest.raises(RuleViolation, match="须写明原因"):
            day_tasks.cancel_day_task(task=task, reason="", by=lead)
        day_tasks.cancel_day_task(task=task, reason="停电", by=lead)
        with pytest.raises(RuleViolation, match="已取消：停电"):
            day_tasks.finish_day_task(task=task, done_on=in_days(0), result="", by=lead)
        assert [event.action for event in AuditEvent.objects.all()] == ["day_task.cancelled", "day_task.planned"]

    @pytest.mark.parametrize("who", ["dispatcher", "signer", "leader", "outsider"])
    def test_nobody_but_the_lead_and_the_office_plans(self, flagship, lead, request, who):
        task, by = self.plan(flagship, lead, in_days(0)), request.getfixturevalue(who)
        with pytest.raises(NotAllowed, match="本项目责任人"):
            self.plan(flagship, by, in_days(1))
        with pytest.raises(NotAllowed):
            day_tasks.finish_day_task(task=task, done_on=in_days(0), result="", by=by)
        with pytest.raises(NotAllowed):
            day_tasks.cancel_day_task(task=task, reason="停电", by=by)


class TestQuantities:
    @pytest.fixture
    def node(self, project):
        return MilestoneFactory(project=project, name="雨污水管")

    def set(self, node, by, *, planned=1200, unit="米", weight=1, reason=""):
        row = MilestoneQuantity(milestone=node, unit=unit, planned_quantity=Decimal(planned), weight=Decimal(weight))
        quantities.set_quantity(quantity=row, reason=reason, by=by)

    def report(self, node, by, done, reason=""):
        quantities.report_quantity(milestone=node, done_quantity=Decimal(done), reason=reason, by=by)

    def test_progress_is_rolled_up_by_weights(self, node, project, lead):
        other = MilestoneFactory(project=project, name="路灯")
        assert quantities.progress_of(project, known_at=timezone.now()) is None
        self.set(node, lead, weight=3)
        self.set(other, lead, planned=40, unit="台套")
        self.report(node, lead, 300)
        before = timezone.now()
        self.report(other, lead, 40)
        assert quantities.progress_of(project, known_at=before) == Decimal("18.75")
        assert quantities.progress_of(project, known_at=timezone.now()) == Decimal("43.75")

    def test_it_does_not_fall_without_a_reason(self, node, lead):
        self.set(node, lead)
        self.report(node, lead, 300)
        with pytest.raises(RuleViolation, match="不应少于上次填报的 300 米"):
            self.report(node, lead, 299)
        self.report(node, lead, 280, reason="重复计量")
        assert AuditEvent.objects.first().changes == {
            "已完成工程量": ["300.00", "280.00"],
            "原因": [None, "重复计量"],
        }

    def test_the_plan_changes_with_a_reason_and_keeps_what_is_done(self, node, lead):
        self.set(node, lead)
        self.report(node, lead, 300)
        with pytest.raises(RuleViolation, match="须写明原因"):
            self.set(node, lead, planned=600)
        self.set(node, lead, planned=600, reason="设计变更")
        known = quantities.quantity_of(node)
        assert (known.planned_quantity, known.done_quantity) == (600, 300)
        assert node.quantities.count() == 3

    def test_what_was_measured_in_metres_stays_in_metres(self, node, lead):
        self.set(node, lead)
        self.report(node, lead, 300)
        with pytest.raises(RuleViolation, match="不能改换计量单位"):
            self.set(node, lead, unit="台套", reason="更正")

    def test_there_is_nothing_to_report_before_a_plan(self, node, lead):
        with pytest.raises(RuleViolation, match="还没有设定工程量"):
            self.report(node, lead, 300)

    def test_nothing_new_is_not_recorded(self, node, lead):
        self.set(node, lead)
        with pytest.raises(RuleViolation, match="没有需要登记的变化"):
            self.report(node, lead, 0)
        with pytest.raises(RuleViolation, match="没有需要保存的变化"):
            self.set(node, lead)

    def test_nought_is_no_plan(self, node, lead):
        with pytest.raises(RuleViolation, match="须大于 0"):
            self.set(node, lead, planned=0)

    @pytest.mark.parametrize("who", ["dispatcher", "signer", "leader", "outsider"])
    def test_nobody_but_the_lead_and_the_office_measures(self, node, request, who):
        with pytest.raises(NotAllowed, match="本项目责任人"):
            self.set(node, request.getfixturevalue(who))
        with pytest.raises(NotAllowed):
            self.report(node, request.getfixturevalue(who), 1)
