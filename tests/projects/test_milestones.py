"""节点和四阶段目标: promised once, re-approved with a reason, forecast by its lead, reached on a day."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from projects.actions import milestones
from projects.actions.milestones import StageWanted, dates_of
from projects.errors import NotAllowed, RuleViolation
from projects.models import AuditEvent, Milestone, Stage
from tests.factories import (
    KeyProjectFactory,
    MilestoneFactory,
    StageTargetFactory,
    UserFactory,
    date_milestone,
    date_stage_target,
    reapprove,
)

pytestmark = [pytest.mark.django_db, pytest.mark.core]

JUNE, JULY = date(2026, 6, 30), date(2026, 7, 31)


def in_days(number):
    return timezone.localdate() + timedelta(days=number)


@pytest.fixture
def milestone(project):
    return MilestoneFactory(project=project, name="主体结构封顶")


@pytest.fixture
def promised(milestone):
    date_milestone(milestone, approved_on=JUNE)
    return milestone


def test_the_first_date_is_the_original_and_the_approved_one(milestone, office):
    milestones.promise(of=milestone, planned_on=JUNE, by=office)
    known = dates_of(milestone)
    assert (known.original_on, known.approved_on) == (JUNE, JUNE)


def test_a_date_is_promised_once(promised, office):
    with pytest.raises(RuleViolation, match="原定日期 2026-06-30 已定"):
        milestones.promise(of=promised, planned_on=JULY, by=office)


def test_a_new_approved_date_leaves_the_original(promised, office):
    reapprove(promised, JULY, office)
    known = dates_of(promised)
    assert (known.original_on, known.approved_on) == (JUNE, JULY)
    assert AuditEvent.objects.first().changes == {
        "批准日期": ["2026-06-30", "2026-07-31"],
        "原因": [None, "征迁：房屋未腾空"],
    }


def test_there_is_nothing_to_reapprove_before_a_promise(milestone, office):
    with pytest.raises(RuleViolation, match="尚未定计划日期"):
        reapprove(milestone, JULY, office)


def test_the_same_date_is_no_new_approval(promised, office):
    with pytest.raises(RuleViolation, match="相同"):
        reapprove(promised, JUNE, office)


def test_what_is_reached_is_not_planned_again(promised, office):
    milestones.complete(of=promised, actual_on=date(2025, 1, 5), by=office)
    with pytest.raises(RuleViolation, match="已完成"):
        reapprove(promised, JULY, office)
    with pytest.raises(RuleViolation, match="无须再预计"):
        milestones.forecast(of=promised, forecast_on=in_days(9), by=office)


class TestForecast:
    def test_a_lead_forecasts_the_own_project(self, promised, lead):
        milestones.forecast(of=promised, forecast_on=in_days(30), by=lead)
        known = dates_of(promised)
        assert (known.forecast_on, known.approved_on, known.recorded_by) == (in_days(30), JUNE, lead)

    def test_so_does_its_liaison(self, promised, outsider):
        promised.project.liaison = outsider
        promised.project.save()
        milestones.forecast(of=promised, forecast_on=in_days(30), by=outsider)
        assert dates_of(promised).recorded_by == outsider

    def test_and_the_office_for_any(self, promised, office):
        milestones.forecast(of=promised, forecast_on=in_days(30), by=office)
        assert dates_of(promised).forecast_on == in_days(30)

    @pytest.mark.parametrize("who", ["dispatcher", "signer", "leader", "outsider", "sys_admin"])
    def test_nobody_else_does(self, promised, request, who):
        with pytest.raises(NotAllowed, match="项目责任人"):
            milestones.forecast(of=promised, forecast_on=in_days(30), by=request.getfixturevalue(who))

    def test_nor_a_lead_for_another_project(self, lead):
        other = MilestoneFactory(project=KeyProjectFactory(responsible_person=UserFactory()))
        with pytest.raises(NotAllowed):
            milestones.forecast(of=other, forecast_on=in_days(30), by=lead)

    def test_a_forecast_looks_forward(self, promised, lead):
        with pytest.raises(RuleViolation, match="不能早于今天"):
            milestones.forecast(of=promised, forecast_on=in_days(-1), by=lead)
        milestones.forecast(of=promised, forecast_on=in_days(0), by=lead)


class TestCompletion:
    def test_it_is_reached_on_a_day_and_promises_stay(self, promised, office):
        milestones.complete(of=promised, actual_on=date(2025, 1, 5), by=office)
        known = dates_of(promised)
        assert (known.is_reached, known.actual_on, known.approved_on) == (True, date(2025, 1, 5), JUNE)

    def test_nothing_is_reached_tomorrow(self, promised, office):
        with pytest.raises(RuleViolation, match="晚于今天"):
            milestones.complete(of=promised, actual_on=in_days(1), by=office)

    def test_a_ledger_that_said_done_without_a_day_is_given_one(self, milestone, office):
        date_milestone(milestone, approved_on=JUNE, is_reached=True)
        milestones.complete(of=milestone, actual_on=date(2025, 1, 5), by=office)
        assert dates_of(milestone).actual_on == date(2025, 1, 5)

    def test_a_wrong_completion_is_taken_back_with_a_reason(self, promised, office):
        milestones.complete(of=promised, actual_on=date(2025, 1, 5), by=office)
        with pytest.raises(RuleViolation, match="请先撤销完成"):
            milestones.complete(of=promised, actual_on=date(2025, 1, 6), by=office)
        with pytest.raises(RuleViolation, match="须写明原因"):
            milestones.reopen(of=promised, reason="", by=office)
        milestones.reopen(of=promised, reason="登记错项目", by=office)
        known = dates_of(promised)
        assert (known.is_reached, known.actual_on) == (False, None)
        with pytest.raises(RuleViolation, match="尚未完成"):
            milestones.reopen(of=promised, reason="再撤一次", by=office)


class TestNodes:
    def test_a_new_node_comes_last_and_is_promised(self, project, office):
        for name in ("基坑支护", "地下室封顶"):
            node = Milestone(project=project, stage=Stage.MAIN_CONSTRUCTION, name=name)
            milestones.add_milestone(milestone=node, planned_on=JUNE, by=office)
        assert [m.name for m in project.milestones.all()] == ["基坑支护", "地下室封顶"]
        assert dates_of(node).original_on == JUNE

    def test_a_stage_has_no_two_nodes_of_one_name(self, milestone, office):
        node = Milestone(project=milestone.project, stage=milestone.stage, name=milestone.name)
        with pytest.raises(RuleViolation, match="“主体施工”阶段已有节点“主体结构封顶”"):
            milestones.add_milestone(milestone=node, planned_on=JUNE, by=office)

    def test_nor_by_renaming(self, milestone, office):
        other = MilestoneFactory(project=milestone.project, stage=milestone.stage, name="地下室封顶")
        other.name = milestone.name
        with pytest.raises(RuleViolation, match="“主体施工”阶段已有节点“主体结构封顶”"):
            milestones.amend_milestone(milestone=other, by=office)

    def test_renaming_leaves_a_trace(self, milestone, office):
        milestone.name = "主体封顶"
        milestones.amend_milestone(milestone=milestone, by=office)
        assert AuditEvent.objects.get().changes == {"节点名称": ["主体结构封顶", "主体封顶"]}

    def test_a_package_has_no_nodes(self, office):
        node = Milestone(project=KeyProjectFactory(is_package=True), stage=Stage.PREPARATION, name="立项")
        with pytest.raises(RuleViolation, match="打包项目"):
            milestones.add_milestone(milestone=node, planned_on=JUNE, by=office)


class TestStages:
    def set(self, project, by, *wanted):
        milestones.set_stage_targets(project=project, wanted=wanted, by=by)

    def test_words_and_first_dates_are_set_together(self, project, office):
        self.set(
            project, office, StageWanted(Stage.PREPARATION, "具备开工条件", "跑手续", "3 月底前取得施工许可", JUNE)
        )
        target = project.stage_targets.get()
        assert (target.work_focus, dates_of(target).original_on) == ("跑手续", JUNE)

    def test_an_empty_stage_is_not_made(self, project, office):
        self.set(project, office, StageWanted(Stage.PREPARATION))
        assert not project.stage_targets.exists()

    def test_words_may_change_and_the_promised_date_does_not(self, project, office):
        self.set(project, office, StageWanted(Stage.PREPARATION, "具备开工条件", planned_on=JUNE))
        self.set(project, office, StageWanted(Stage.PREPARATION, "取得施工许可", planned_on=JULY))
        target = project.stage_targets.get()
        assert (target.target, dates_of(target).approved_on) == ("取得施工许可", JUNE)

    def test_a_stage_is_not_planned_before_the_one_it_follows(self, project, office):
        with pytest.raises(RuleViolation, match="“主体施工”的计划日期（2026-06-30）不能早于“前期准备”"):
            self.set(
                project,
                office,
                StageWanted(Stage.PREPARATION, planned_on=JULY),
                StageWanted(Stage.MAIN_CONSTRUCTION, planned_on=JUNE),
            )
        assert not project.stage_targets.exists()

    def test_nor_moved_before_it(self, project, office):
        first, second = (
            StageTargetFactory(project=project, stage=stage) for stage in (Stage.PREPARATION, Stage.GROUNDBREAKING)
        )
        date_stage_target(first, approved_on=JUNE)
        date_stage_target(second, approved_on=JULY)
        with pytest.raises(RuleViolation, match="不能早于“前期准备”"):
            reapprove(second, date(2026, 5, 1), office)
        assert dates_of(second).approved_on == JULY


class TestLaws(TestCase):
    @settings(max_examples=25)
    @given(st.lists(st.dates(date(2026, 1, 1), date(2027, 12, 31)), min_size=1, max_size=6, unique=True))
    def test_however_often_it_is_reapproved_the_original_promise_is_never_erased(self, approved):
        milestone, office = MilestoneFactory(), UserFactory()
        milestones.promise(of=milestone, planned_on=approved[0], by=office)
        for day in approved[1:]:
            reapprove(milestone, day, office)
        versions = milestone.dates.order_by("recorded_at")
        assert [v.approved_on for v in versions] == approved
        assert {v.original_on for v in versions} == {approved[0]}
