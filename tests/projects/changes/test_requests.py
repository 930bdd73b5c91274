"""申请: who asks for what, on which grounds, and what is known of the consequences before anybody agrees."""

from datetime import date

import pytest
import time_machine
from django.db import IntegrityError, transaction

from projects.actions import change_requests, milestones, project_dates
from projects.actions.change_requests import Grounds
from projects.actions.milestones import dates_of
from projects.errors import NotAllowed, RuleViolation
from projects.models import (
    ApprovalStep,
    ChangeRequest,
    MilestoneDates,
    Post,
    Stage,
    SuspensionDates,
)
from projects.roles import Role
from tests.factories import (
    KeyProjectFactory,
    MilestoneFactory,
    PostFactory,
    StageTargetFactory,
    UnitFactory,
    UserFactory,
    date_milestone,
    date_stage_target,
    suspend,
)
from tests.projects.changes.cases import (
    PROMISED,
    agree,
    approved_on,
    ask,
    ask_to_suspend,
    hands,
    in_days,
    refuse,
    step_of,
)

pytestmark = [pytest.mark.django_db, pytest.mark.core]

State, Outcome = ChangeRequest.State, ApprovalStep.Outcome


class TestAsking:
    def test_a_lead_asks_for_the_own_project_and_nothing_moves_yet(self, milestone, lead):
        request = ask(milestone, lead)
        assert (request.state, request.present_on, request.proposed_on) == (State.OPEN, PROMISED, in_days(60))
        assert approved_on(milestone) == PROMISED
        assert hands(request) == [("区住房和城乡建设局", "审核", ""), ("区级", "批准", "")]

    def test_the_office_asks_for_any_and_needs_no_review(self, milestone, office):
        assert hands(ask(milestone, office)) == [("区级", "批准", "")]

    @pytest.mark.parametrize("who", ["dispatcher", "signer", "leader", "outsider", "sys_admin"])
    def test_nobody_else_does(self, milestone, request, who):
        with pytest.raises(NotAllowed, match="由项目责任人、联络人或区重点办申请"):
            ask(milestone, request.getfixturevalue(who))

    def test_nor_a_lead_for_another_project(self, lead):
        other = MilestoneFactory(project=KeyProjectFactory(responsible_person=UserFactory()))
        date_milestone(other, approved_on=PROMISED)
        with pytest.raises(NotAllowed):
            ask(other, lead)

    def test_the_reason_is_coded_and_written_out(self, milestone, lead):
        with pytest.raises(RuleViolation, match="请选择原因类别"):
            ask(milestone, lead, reason_code="")
        with pytest.raises(RuleViolation, match="请写明原因"):
            ask(milestone, lead, reason="")

    def test_there_is_nothing_to_change_before_a_promise_after_the_end_or_to_the_same_day(self, project, lead, office):
        unplanned = MilestoneFactory(project=project, name="未定")
        with pytest.raises(RuleViolation, match="尚未定计划日期"):
            ask(unplanned, lead)
        date_milestone(unplanned, approved_on=PROMISED)
        with pytest.raises(RuleViolation, match="与现行批准日期相同"):
            ask(unplanned, lead, day=PROMISED)
        milestones.complete(of=unplanned, actual_on=in_days(0), by=office)
        with pytest.raises(RuleViolation, match="已完成"):
            ask(unplanned, lead)

    def test_one_matter_is_asked_for_once_at_a_time(self, milestone, lead, office):
        ask(milestone, lead)
        with pytest.raises(RuleViolation, match="已有一项变更申请在办"):
            ask(milestone, office)

    def test_a_unit_without_a_reviewer_cannot_be_asked(self, milestone, lead):
        empty = UnitFactory(name="区空壳局")
        with pytest.raises(RuleViolation, match="“区空壳局”没有可办理的审核人"):
            ask(milestone, lead, countersigners=[empty])

    def test_a_reviewer_who_is_the_requester_is_nobody_to_review(self, milestone, lead, lead_unit, dispatcher):
        PostFactory(user=lead, unit=lead_unit, role=Role.REVIEWER)
        Post.objects.filter(user=dispatcher).delete()
        with pytest.raises(RuleViolation, match="申请人本人除外"):
            ask(milestone, lead)

    def test_an_office_without_a_signer_is_told_so(self, milestone, office, signer):
        Post.objects.filter(user=signer).delete()
        with pytest.raises(RuleViolation, match="须由签发领导批准"):
            ask(milestone, office)

    def test_each_hand_has_three_working_days_from_its_turn(self, milestone, lead, dispatcher):
        with time_machine.travel("2026-11-27T09:00:00+08:00"):  # a Friday
            request = ask(milestone, lead)
            assert step_of(request).due_on == date(2026, 12, 2)
        with time_machine.travel("2026-12-03T09:00:00+08:00"):
            agree(request, dispatcher)
            assert step_of(request).due_on == date(2026, 12, 8)


class TestConsequences:
    def test_later_nodes_and_stages_promised_before_the_new_day_are_named(self, milestone, project, lead):
        behind = MilestoneFactory(project=project, name="设备安装", position=2)
        date_milestone(behind, approved_on=in_days(45))
        safe = MilestoneFactory(project=project, name="竣工验收", position=3)
        date_milestone(safe, approved_on=in_days(90))
        before = MilestoneFactory(project=project, name="地下室", position=0)
        date_milestone(before, approved_on=in_days(10))
        stage = StageTargetFactory(project=project, stage=Stage.MAIN_CONSTRUCTION)
        date_stage_target(stage, approved_on=in_days(50))
        request = ask(milestone, lead)
        assert [row["name"] for row in request.consequences["rows"]] == ["设备安装", "“主体施工”阶段目标"]
        assert "后续 2 项的批准日期早于申请日期" in request.consequences["sentence"]

    def test_nothing_broken_is_said_too(self, milestone, lead):
        assert "不受影响" in ask(milestone, lead).consequences["sentence"]

    def test_an_interruption_names_what_falls_due_in_it(self, milestone, project, lead):
        assert [row["name"] for row in ask_to_suspend(project, lead).consequences["rows"]] == ["主体结构封顶"]


class TestSuspensions:
    def test_approved_it_begins_and_its_days_are_excused_by_the_approver(self, project, lead, dispatcher, office):
        request = ask_to_suspend(project, lead)
        agree(request, dispatcher)
        assert not SuspensionDates.objects.exists()
        agree(request, office)
        known = SuspensionDates.objects.current().get()
        assert (known.suspended_on, known.excused_by, known.reason) == (in_days(-1), office, "征迁：两户房屋未腾空")

    def test_without_being_asked_nothing_is_excused_and_the_requester_never_excuses(self, project, office, signer):
        agree(ask_to_suspend(project, office, excludes_lateness=False), signer)
        known = SuspensionDates.objects.current().get()
        assert known.excused_by is None
        with pytest.raises(NotAllowed, match="由您申请或经办"):
            project_dates.excuse(suspension=known.suspension, by=office)

    def test_it_needs_a_document_an_end_and_a_project_at_work(self, project, lead, office):
        with pytest.raises(RuleViolation, match="文号"):
            ask_to_suspend(project, lead, document_number="")
        with pytest.raises(RuleViolation, match="计划复工日期须晚于停缓建日期"):
            ask_to_suspend(project, lead, suspended_on=in_days(90))
        with pytest.raises(RuleViolation, match="字以内"):
            ask_to_suspend(project, lead, reason="等" * 181)
        suspend(project, in_days(-20), office)
        with pytest.raises(RuleViolation, match="起处于停缓建"):
            ask_to_suspend(project, lead)

    def test_of_two_requests_the_second_waits(self, project, lead, office):
        ask_to_suspend(project, lead)
        with pytest.raises(RuleViolation, match="已有一项变更申请在办"):
            ask_to_suspend(project, office)

    def test_work_resumes_when_that_is_approved_and_the_excuse_stays(self, project, lead, dispatcher, office, signer):
        stopped = suspend(project, in_days(-20), office, excused_by=signer)
        request = change_requests.request_resumption(
            suspension=stopped, proposed_on=in_days(-2), why=Grounds("征迁完成"), by=lead
        )
        agree(request, dispatcher)
        agree(request, signer)
        known = stopped.dates.current().get()
        assert (known.resumed_on, known.excused_by) == (in_days(-2), signer)
        with pytest.raises(RuleViolation, match="无须再申请"):
            change_requests.request_resumption(suspension=stopped, proposed_on=in_days(0), why=Grounds("再"), by=lead)

    def test_a_package_has_nothing_to_suspend(self, office):
        with pytest.raises(RuleViolation, match="打包项目"):
            ask_to_suspend(KeyProjectFactory(is_package=True), office)


class TestReplans:
    def test_three_replans_are_counted_and_the_original_is_kept(self, milestone, lead, dispatcher, office):
        for number in (50, 70, 90):
            request = ask(milestone, lead, day=in_days(number))
            agree(request, dispatcher)
            agree(request, office)
        known = dates_of(milestone)
        assert (known.original_on, known.approved_on) == (PROMISED, in_days(90))
        assert milestone.dates.replans(known_at=None).count() == 3
        assert MilestoneDates.objects.replan_counts() == {milestone.pk: 3}

    def test_the_first_promise_a_forecast_and_the_end_are_none(self, project, lead, office):
        node = MilestoneFactory(project=project)
        milestones.promise(of=node, planned_on=PROMISED, by=office)
        milestones.forecast(of=node, forecast_on=in_days(50), by=lead)
        milestones.complete(of=node, actual_on=in_days(0), by=office)
        assert node.dates.count() == 3
        assert not node.dates.replans(known_at=None).exists()

    def test_what_was_refused_is_none(self, milestone, lead, dispatcher):
        refuse(ask(milestone, lead), dispatcher)
        assert not milestone.dates.replans(known_at=None).exists()


def test_the_database_knows_no_second_open_request_of_one_milestone(milestone, lead):
    request = ask(milestone, lead)
    request.pk = None
    # SQLite names only the columns of a broken UNIQUE.
    broken = r"change_request_one_open_per_milestone|projects_changerequest\.milestone_id"
    with pytest.raises(IntegrityError, match=broken), transaction.atomic():
        request.save(force_insert=True)
