"""代办: for some days another person decides what waits for one; the trail names both."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from projects.actions import change_decisions, substitutes
from projects.errors import NotAllowed, RuleViolation
from projects.models import ApprovalStep, ChangeRequest, Substitute
from projects.roles import Role
from tests.conftest import appoint
from tests.factories import PostFactory, UserFactory
from tests.projects.changes.cases import agree, approved_on, ask, in_days, step_of

pytestmark = [pytest.mark.django_db, pytest.mark.core]


def appoint_substitute(principal, substitute, *, since=0, until=5):
    return substitutes.appoint(
        substitute=substitute, starts_on=in_days(since), ends_on=in_days(until), by=principal, at=timezone.now()
    )


def awaiting(user):
    return ApprovalStep.objects.awaiting(user, on=timezone.localdate())


class TestAppointing:
    def test_nobody_stands_in_for_oneself(self, office):
        with pytest.raises(RuleViolation, match="不能授权本人"):
            appoint_substitute(office, office)
        with pytest.raises(IntegrityError, match="substitute_is_another"), transaction.atomic():
            Substitute.objects.create(
                principal=office,
                substitute=office,
                starts_on=in_days(0),
                ends_on=in_days(1),
                appointed_at=timezone.now(),
            )

    @pytest.mark.parametrize(("since", "until"), [(3, 2), (-9, -1)])
    def test_the_days_are_in_order_and_not_past(self, office, leader, since, until):
        with pytest.raises(RuleViolation, match="结束日期不能早于"):
            appoint_substitute(office, leader, since=since, until=until)

    def test_an_administrator_a_judge_and_a_closed_account_do_not_serve(self, office, sys_admin, government, leader):
        judge = appoint(Role.JUDGE, government, username="judge")
        leader.is_active = False
        leader.save()
        for person in (sys_admin, judge, leader, UserFactory()):
            with pytest.raises(RuleViolation, match="没有业务角色"):
                appoint_substitute(office, person)

    def test_one_at_a_time(self, office, leader, dispatcher):
        given = appoint_substitute(office, leader)
        with pytest.raises(RuleViolation, match="已授权孙区长代办"):
            appoint_substitute(office, dispatcher, since=5, until=9)
        substitutes.take_back(substitute=given, by=office, at=timezone.now())
        appoint_substitute(office, dispatcher, since=5, until=9)

    def test_only_the_principal_takes_it_back_and_once(self, office, leader):
        given = appoint_substitute(office, leader)
        with pytest.raises(NotAllowed):
            substitutes.take_back(substitute=given, by=leader, at=timezone.now())
        substitutes.take_back(substitute=given, by=office, at=timezone.now())
        with pytest.raises(RuleViolation, match="已收回"):
            substitutes.take_back(substitute=given, by=office, at=timezone.now())


class TestDeciding:
    def test_what_waits_already_is_decided_and_both_names_are_kept(self, milestone, lead, dispatcher, outsider, enter):
        request = ask(milestone, lead)
        appoint_substitute(dispatcher, outsider)
        assert awaiting(outsider).get() == step_of(request)
        agree(request, outsider)
        step = request.steps.first()
        assert (step.decided_by, step.on_behalf_of) == (outsider, dispatcher)
        page = enter(lead).get(reverse("change_request", args=[request.pk])).content.decode()
        assert "周旁观（代王审核办理）" in page

    def test_before_after_and_once_taken_back_nothing_waits(self, milestone, lead, dispatcher, outsider):
        request = ask(milestone, lead)
        given = appoint_substitute(dispatcher, outsider, since=2, until=3)
        for days, waits in [(1, False), (2, True), (3, True), (4, False)]:
            with time_machine.travel(timezone.now() + timedelta(days=days)):
                assert awaiting(outsider).exists() is waits
        with pytest.raises(NotAllowed):
            agree(request, outsider)
        substitutes.take_back(substitute=given, by=dispatcher, at=timezone.now())
        with time_machine.travel(timezone.now() + timedelta(days=2)):
            assert not awaiting(outsider).exists()

    def test_the_principal_still_decides_in_person(self, milestone, lead, dispatcher, outsider):
        request = ask(milestone, lead)
        appoint_substitute(dispatcher, outsider)
        agree(request, dispatcher)
        assert request.steps.first().on_behalf_of is None

    def test_the_requester_decides_nothing_under_another_name(self, milestone, lead, dispatcher):
        request = ask(milestone, lead)
        appoint_substitute(dispatcher, lead)
        assert not awaiting(lead).exists()
        with pytest.raises(NotAllowed, match="由您提出"):
            agree(request, lead)

    def test_nor_does_the_office_through_a_colleague_who_stands_in_for_the_signer(
        self, milestone, office, signer, government
    ):
        colleague = appoint(Role.OFFICE, government, username="office2")
        request = ask(milestone, office)
        appoint_substitute(signer, colleague)
        assert not awaiting(colleague).exists()
        with pytest.raises(NotAllowed):
            agree(request, colleague)

    def test_a_leader_may_stand_in_for_the_signer(self, milestone, office, signer, leader):
        request = ask(milestone, office)
        appoint_substitute(signer, leader)
        agree(request, leader)
        assert approved_on(milestone) == in_days(60)

    def test_a_substitute_of_a_substitute_is_none(self, milestone, lead, dispatcher, outsider, leader):
        request = ask(milestone, lead)
        appoint_substitute(dispatcher, outsider)
        appoint_substitute(outsider, leader)
        with pytest.raises(NotAllowed):
            change_decisions.agree(step=step_of(request), by=leader)

    def test_who_lost_the_post_has_nothing_to_give(self, milestone, lead, dispatcher, outsider, lead_unit):
        PostFactory(user=UserFactory(), unit=lead_unit, role=Role.REVIEWER)
        ask(milestone, lead)
        appoint_substitute(dispatcher, outsider)
        dispatcher.posts.update(ends_on=in_days(-1))
        assert not awaiting(outsider).exists()

    def test_a_substitute_sees_what_is_decided_and_what_was(self, milestone, lead, dispatcher, outsider):
        request = ask(milestone, lead)
        seen = ChangeRequest.objects.open_to
        assert not seen(outsider, on=timezone.localdate()).exists()
        given = appoint_substitute(dispatcher, outsider)
        assert seen(outsider, on=timezone.localdate()).get() == request
        agree(request, outsider)
        substitutes.take_back(substitute=given, by=dispatcher, at=timezone.now())
        assert seen(outsider, on=timezone.localdate()).get() == request


class TestPages:
    def test_given_and_taken_back_on_a_page_of_ones_own(self, enter, office, leader):
        client = enter(office)
        client.post(
            reverse("substitute_appoint"),
            {"substitute": leader.pk, "starts_on": in_days(0).isoformat(), "ends_on": in_days(3).isoformat()},
        )
        assert "孙区长" in client.get(reverse("substitute_list")).content.decode()
        given = Substitute.objects.get()
        assert "赵重点" in enter(leader).get(reverse("substitute_list")).content.decode()
        assert enter(leader).post(reverse("substitute_take_back", args=[given.pk])).status_code == 404
        enter(office).post(reverse("substitute_take_back", args=[given.pk]))
        given.refresh_from_db()
        assert given.ended_at

    def test_administrators_are_not_offered(self, enter, office, leader, sys_admin):
        form = enter(office).get(reverse("substitute_appoint")).context["form"]
        people = set(form.fields["substitute"].queryset)
        assert leader in people
        assert not people & {sys_admin, office}
