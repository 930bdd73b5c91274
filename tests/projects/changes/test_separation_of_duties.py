"""提出的人不批准: of no kind, in no role, under no other name."""

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from projects.actions import change_decisions, change_requests, schedules, substitutes
from projects.actions.change_requests import Grounds
from projects.errors import NotAllowed, RuleViolation
from projects.models import (
    ApprovalStep,
    AuditEvent,
    ChangeRequest,
    Unit,
    duties_of,
)
from projects.roles import Role
from tests.conftest import appoint
from tests.factories import (
    KeyProjectFactory,
    MilestoneFactory,
    PostFactory,
    UnitFactory,
    UserFactory,
    date_milestone,
    suspend,
)
from tests.projects.changes.cases import (
    PROMISED,
    agree,
    approved_on,
    ask,
    ask_to_suspend,
    in_days,
    refuse,
    send_back,
)
from tests.projects.planning.plans import wanted

pytestmark = [pytest.mark.django_db, pytest.mark.core]

State, Outcome = ChangeRequest.State, ApprovalStep.Outcome


class TestSeparation:
    """提出的人不批准; 批准的人另有角色."""

    def test_the_office_does_not_approve_what_the_office_asked_for(self, milestone, office, government, signer):
        colleague = appoint(Role.OFFICE, government, username="office2")
        request = ask(milestone, office)
        with pytest.raises(NotAllowed, match="由您提出，须由另一人办理"):
            agree(request, office)
        with pytest.raises(NotAllowed, match="须由签发领导批准"):
            agree(request, colleague)
        agree(request, signer)
        assert approved_on(milestone) == in_days(60)

    def test_who_holds_the_other_role_as_well_may_unless_it_is_the_own_request(
        self, milestone, office, signer, government
    ):
        both = appoint(Role.OFFICE, government, username="both")
        PostFactory(user=both, unit=government, role=Role.SIGNER)
        both.duties = duties_of(both, on=timezone.localdate())
        agree(ask(milestone, office), both)
        assert approved_on(milestone) == in_days(60)

    def test_a_lead_who_reviews_as_well_does_not_review_the_own_request(self, milestone, lead, lead_unit, dispatcher):
        PostFactory(user=lead, unit=lead_unit, role=Role.REVIEWER)
        request = ask(milestone, lead)
        with pytest.raises(NotAllowed, match="由您提出"):
            agree(request, lead)

    def test_whoever_reviewed_it_does_not_approve_it_in_somebody_else_s_stead(
        self, milestone, lead, dispatcher, signer, office
    ):
        request = ask(milestone, lead)
        substitutes.appoint(
            substitute=dispatcher, starts_on=in_days(0), ends_on=in_days(5), by=signer, at=timezone.now()
        )
        agree(request, dispatcher)
        with pytest.raises(NotAllowed, match="您已办理过这项申请的前一环节"):
            agree(request, dispatcher)
        assert not ApprovalStep.objects.awaiting(dispatcher, on=timezone.localdate()).exists()
        agree(request, office)

    def test_whoever_drew_up_the_schedule_does_not_approve_it(self, project, lead, dispatcher, office, signer):
        drawn_up = schedules.draft(project=project, wanted=wanted(finish=in_days(300)), by=office, at=timezone.now())
        request = change_requests.request_schedule(schedule=drawn_up, why=Grounds(reason="按区计划倒排"), by=lead)
        agree(request, dispatcher)
        with pytest.raises(NotAllowed, match="本版计划由您编制，须由另一人批准"):
            agree(request, office)
        agree(request, signer)

    @pytest.mark.parametrize("who", ["leader", "outsider", "lead", "office", "signer", "sec_admin"])
    def test_only_who_is_addressed_decides(self, milestone, lead, request, who):
        asked = ask(milestone, lead)
        with pytest.raises(NotAllowed):
            agree(asked, request.getfixturevalue(who))

    @pytest.mark.parametrize("kind", ["date", "suspension", "resumption"])
    def test_of_every_kind_the_requester_decides_nothing(self, kind, milestone, project, office, signer):
        if kind == "date":
            request = ask(milestone, office)
        elif kind == "suspension":
            request = ask_to_suspend(project, office)
        else:
            stopped = suspend(project, in_days(-20), signer)
            request = change_requests.request_resumption(
                suspension=stopped, proposed_on=in_days(0), why=Grounds("征迁完成"), by=office
            )
        for verb in (agree, refuse, send_back):
            with pytest.raises(NotAllowed, match="由您提出"):
                verb(request, office)
        agree(request, signer)
        request.refresh_from_db()
        assert request.state == State.APPROVED

    def test_every_verb_leaves_its_trace(self, milestone, lead, dispatcher, office):
        request = ask(milestone, lead)
        agree(request, dispatcher)
        agree(request, office)
        assert list(AuditEvent.objects.order_by("pk").values_list("action", "by_name")) == [
            ("change_request.sent", "李项目"),
            ("change_request.agreed", "王审核"),
            ("change_request.agreed", "赵重点"),
            ("milestone.reapproved", "赵重点"),
            ("change_request.approved", "赵重点"),
        ]


ROLES = st.sets(st.sampled_from([Role.OFFICE, Role.SIGNER, Role.REVIEWER, Role.PROJECT_LEAD, Role.LEADER]), min_size=1)


class TestLaws(TestCase):
    @settings(max_examples=30)
    @given(ROLES, ROLES, st.booleans())
    def test_whoever_approves_is_another_person_with_a_role_the_requester_has_not(self, asking, deciding, is_same):
        government = UnitFactory(kind=Unit.Kind.GOVERNMENT)
        requester = _with_roles(asking | {Role.PROJECT_LEAD}, government)
        decider = requester if is_same else _with_roles(deciding, government)
        for role in (Role.SIGNER, Role.OFFICE, Role.REVIEWER):
            _with_roles({role}, government)
        project = KeyProjectFactory(lead_unit=government, responsible_person=requester)
        node = MilestoneFactory(project=project)
        date_milestone(node, approved_on=PROMISED)
        try:
            request = ask(node, requester)
        except RuleViolation as refusal:  # the requester holds every role that approves
            assert "没有可批准的人" in refusal.message  # noqa: PT017
            return
        for _each in range(2):
            step = ApprovalStep.objects.waiting().filter(request=request).first()
            if step is None:
                break
            try:
                change_decisions.agree(step=step, by=decider)
            except NotAllowed:
                break
        for step in ApprovalStep.objects.filter(outcome=Outcome.AGREED):
            assert step.decided_by != requester
            if step.kind == ApprovalStep.Kind.APPROVE:
                assert (deciding & {Role.OFFICE, Role.SIGNER}) - (asking | {Role.PROJECT_LEAD})


def _with_roles(roles, unit):
    user = UserFactory()
    for role in roles:
        PostFactory(user=user, unit=unit, role=role)
    user.duties = duties_of(user, on=timezone.localdate())
    return user
