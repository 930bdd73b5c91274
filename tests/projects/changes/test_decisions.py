"""办理: through which hands a request passes; until the last word what was approved stands, and is missed."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from projects.actions import change_decisions, change_requests
from projects.actions.change_requests import Proposal
from projects.actions.milestones import dates_of
from projects.errors import NotAllowed, RuleViolation
from projects.models import (
    ApprovalStep,
    AuditEvent,
    ChangeRequest,
    MilestoneDates,
    Stage,
)
from tests.factories import (
    StageTargetFactory,
    UnitFactory,
    date_stage_target,
    reapprove,
)
from tests.projects.changes.cases import (
    PROMISED,
    WHY,
    agree,
    approved_on,
    ask,
    hands,
    in_days,
    lead_reviewer,
    refuse,
    send_back,
    step_of,
)

pytestmark = [pytest.mark.django_db, pytest.mark.core]

State, Outcome = ChangeRequest.State, ApprovalStep.Outcome


class TestTheRoad:
    def test_review_then_countersigns_side_by_side_then_approval(self, milestone, lead, water, land, office):
        request = ask(milestone, lead, countersigners=[water.unit, land.unit])
        with pytest.raises(RuleViolation, match="还没有轮到"):
            change_decisions.agree(step=request.steps.get(unit=water.unit), by=water.reviewer)
        agree(request, lead_reviewer(request))
        agree(request, land.reviewer, unit=land.unit)
        assert ApprovalStep.objects.waiting().filter(request=request).get().unit == water.unit
        agree(request, water.reviewer, unit=water.unit)
        agree(request, office)
        request.refresh_from_db()
        assert request.state == State.APPROVED
        assert approved_on(milestone) == in_days(60)

    def test_the_approved_date_moves_with_the_last_word_and_the_original_stays(
        self, milestone, lead, dispatcher, office
    ):
        request = ask(milestone, lead)
        agree(request, dispatcher)
        assert approved_on(milestone) == PROMISED
        agree(request, office)
        known = dates_of(milestone)
        assert (known.original_on, known.approved_on, known.recorded_by) == (PROMISED, in_days(60), office)
        request.refresh_from_db()
        assert request.ended_at == known.recorded_at

    def test_refused_what_was_approved_stands_and_is_overdue_after_its_day(self, milestone, lead, dispatcher):
        request = ask(milestone, lead)
        refuse(request, dispatcher)
        request.refresh_from_db()
        assert (request.state, approved_on(milestone)) == (State.REFUSED, PROMISED)
        assert hands(request)[1] == ("区级", "批准", Outcome.LAPSED)
        current = MilestoneDates.objects.current()
        assert not current.overdue(on=PROMISED).exists()
        assert current.overdue(on=in_days(31)).exists()

    def test_so_it_does_while_the_request_is_open(self, milestone, lead):
        ask(milestone, lead)
        assert MilestoneDates.objects.current().overdue(on=in_days(31)).exists()

    def test_one_countersign_refused_ends_it(self, milestone, office, water, land):
        request = ask(milestone, office, countersigners=[water.unit, land.unit])
        refuse(request, water.reviewer, unit=water.unit)
        request.refresh_from_db()
        assert request.state == State.REFUSED
        with pytest.raises(RuleViolation, match="已经办理"):
            change_decisions.agree(step=request.steps.get(unit=land.unit), by=land.reviewer)

    @pytest.mark.parametrize("verb", [change_decisions.refuse, change_decisions.send_back])
    def test_a_no_needs_words(self, milestone, lead, dispatcher, verb):
        with pytest.raises(RuleViolation, match="须写明意见"):
            verb(step=step_of(ask(milestone, lead)), opinion="", by=dispatcher)

    def test_what_is_sent_back_is_mended_and_goes_through_all_hands_again(self, milestone, lead, dispatcher, office):
        request = ask(milestone, lead)
        agree(request, dispatcher)
        send_back(request, office)
        request.refresh_from_db()
        assert request.state == State.RETURNED
        assert not ApprovalStep.objects.waiting().exists()
        change_requests.amend_and_resend(request=request, proposal=Proposal(proposed_on=in_days(50)), why=WHY, by=lead)
        agree(request, dispatcher)
        agree(request, office)
        assert approved_on(milestone) == in_days(50)
        assert [(s.round, s.outcome) for s in request.steps.all()] == [
            (1, Outcome.AGREED),
            (1, Outcome.RETURNED),
            (2, Outcome.AGREED),
            (2, Outcome.AGREED),
        ]

    def test_only_what_came_back_is_sent_again_and_only_by_its_requester(self, milestone, lead, dispatcher, office):
        request = ask(milestone, lead)
        again = {"request": request, "proposal": Proposal(proposed_on=in_days(50)), "why": WHY}
        with pytest.raises(RuleViolation, match="只有退回修改的申请"):
            change_requests.amend_and_resend(**again, by=lead)
        send_back(request, dispatcher)
        with pytest.raises(NotAllowed, match="只有申请人本人"):
            change_requests.amend_and_resend(**again, by=office)

    def test_passed_on_the_row_stays_and_another_unit_answers(self, milestone, lead, dispatcher, water):
        request = ask(milestone, lead)
        change_decisions.pass_on(step=step_of(request), to=water.unit, opinion="属水利事项", by=dispatcher)
        assert hands(request) == [
            ("区住房和城乡建设局", "审核", Outcome.PASSED_ON),
            ("区水利局", "审核", ""),
            ("区级", "批准", ""),
        ]
        with pytest.raises(NotAllowed):
            agree(request, dispatcher)
        agree(request, water.reviewer)
        assert step_of(request).kind == ApprovalStep.Kind.APPROVE

    def test_it_is_passed_on_to_somebody_else_who_is_there(self, milestone, lead, dispatcher, lead_unit, office):
        request = ask(milestone, lead)
        step = step_of(request)
        with pytest.raises(RuleViolation, match="请转给其他单位"):
            change_decisions.pass_on(step=step, to=lead_unit, opinion="转", by=dispatcher)
        with pytest.raises(RuleViolation, match="没有可办理的审核人"):
            change_decisions.pass_on(step=step, to=UnitFactory(), opinion="转", by=dispatcher)
        agree(request, dispatcher)
        with pytest.raises(RuleViolation, match="批准环节不能转办"):
            change_decisions.pass_on(step=step_of(request), to=lead_unit, opinion="转", by=office)

    def test_who_holds_it_asks_one_more_and_decides_after(self, milestone, lead, office, water):
        request = ask(milestone, lead)
        agree(request, lead_reviewer(request))
        approval = step_of(request)
        with pytest.raises(NotAllowed):
            change_decisions.add_countersign(step=approval, unit=water.unit, by=lead)
        change_decisions.add_countersign(step=approval, unit=water.unit, by=office)
        with pytest.raises(RuleViolation, match="还没有轮到"):
            change_decisions.agree(step=approval, by=office)
        agree(request, water.reviewer)
        change_decisions.agree(step=approval, by=office)
        assert approved_on(milestone) == in_days(60)

    def test_nobody_is_asked_twice_at_once(self, milestone, office, water):
        request = ask(milestone, office, countersigners=[water.unit])
        with pytest.raises(RuleViolation, match="已在办理之列"):
            change_decisions.add_countersign(step=step_of(request), unit=water.unit, by=water.reviewer)

    def test_its_requester_withdraws_it_until_the_last_word(self, milestone, lead, dispatcher, office):
        request = ask(milestone, lead)
        with pytest.raises(NotAllowed, match="只有申请人本人"):
            change_requests.withdraw(request=request, by=office)
        change_requests.withdraw(request=request, by=lead)
        request.refresh_from_db()
        assert (request.state, approved_on(milestone)) == (State.WITHDRAWN, PROMISED)
        with pytest.raises(RuleViolation, match="已经办理"):
            change_decisions.agree(step=request.steps.first(), by=dispatcher)
        with pytest.raises(RuleViolation, match="已办结"):
            change_requests.withdraw(request=request, by=lead)
        ask(milestone, lead)

    def test_chasing_leaves_its_trace_and_moves_nothing(self, milestone, lead, dispatcher):
        request = ask(milestone, lead)
        change_requests.chase(request=request, by=lead)
        assert AuditEvent.objects.filter(action="change_request.chased").count() == 1
        assert step_of(request).outcome == ""
        with pytest.raises(NotAllowed):
            change_requests.chase(request=request, by=dispatcher)

    def test_nothing_is_approved_by_the_passing_of_time(self, milestone, lead):
        request = ask(milestone, lead)
        with time_machine.travel(timezone.now() + timedelta(days=400)):
            on = timezone.localdate()
            assert ApprovalStep.objects.waiting().overdue(on=on).get() == step_of(request)
            request.refresh_from_db()
            assert (request.state, approved_on(milestone)) == (State.OPEN, PROMISED)

    def test_what_was_approved_otherwise_meanwhile_is_not_overwritten(self, milestone, lead, dispatcher, office):
        request = ask(milestone, lead)
        agree(request, dispatcher)
        reapprove(milestone, in_days(40), office)
        with pytest.raises(RuleViolation, match="批准日期已由"):
            agree(request, office)
        request.refresh_from_db()
        assert (request.state, approved_on(milestone)) == (State.OPEN, in_days(40))
        assert step_of(request).outcome == ""

    def test_stages_out_of_order_are_refused_at_the_last_word_as_well(self, project, office, signer):
        first, second = (
            StageTargetFactory(project=project, stage=stage) for stage in (Stage.PREPARATION, Stage.GROUNDBREAKING)
        )
        date_stage_target(first, approved_on=in_days(10))
        date_stage_target(second, approved_on=in_days(20))
        request = ask(first, office, day=in_days(25))
        assert "1 项" in request.consequences["sentence"]
        with pytest.raises(RuleViolation, match="不能早于“前期准备”"):
            agree(request, signer)
        assert approved_on(first) == in_days(10)
