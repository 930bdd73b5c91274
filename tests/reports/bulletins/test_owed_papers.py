"""待办: each step of a paper is owed by those who may take it, and by nobody who has had a hand in it already."""

from datetime import timedelta

import pytest
from django.utils import timezone

from projects.models import Substitute
from projects.roles import Role
from reports.actions import drafts
from reports.owed_papers import of_papers
from scheduling.owed_lines import worded
from tests.conftest import appoint
from tests.reports.bulletins.papers import go, proved, rewrite, signed

pytestmark = [pytest.mark.django_db, pytest.mark.core]


def owed(*people):
    """What each is told of papers."""
    return [[each.text for each in lines(user)] for user in people]


def lines(user):
    principals = Substitute.objects.principals_of(user, on=timezone.localdate())
    return list(worded(of_papers(user, principals, timezone.now())))


def test_a_draft_is_owed_by_the_office(draft, people, leader, lead):
    words = ["1 份文稿待拟稿送核"]
    assert owed(*people, leader, lead) == [words, words, [], [], []]


def test_a_returned_one_says_so(draft, people):
    go(draft, drafts.submit, people[0])
    go(draft, drafts.send_back, people[1], note="改标题")
    [line] = lines(people[0])
    assert line.note == "其中 1 份被退回或签发后修改"


def test_a_submitted_one_is_checked_by_another_than_who_submitted_or_wrote_it(draft, people, third):
    rewrite(draft, third, title="关于十月进展情况的通报")
    go(draft, drafts.submit, people[0])
    assert owed(*people, third) == [[], ["1 份文稿等待您核稿"], [], []]


def test_a_checked_one_is_signed_and_then_registered_by_the_office(draft, people):
    go(draft, drafts.submit, people[0])
    go(draft, drafts.check, people[1])
    assert owed(*people) == [[], [], ["1 份文稿等待您签发"]]
    go(proved(draft), drafts.sign_off, people[2])
    words = ["1 份文稿已签发，待登记编号"]
    assert owed(*people) == [words, words, []]
    go(draft, drafts.register, people[0])
    words = ["1 份文书已登记，待印发"]
    assert owed(*people) == [words, words, []]


def test_a_substitute_owes_what_his_principal_does(draft, people, leader):
    today = timezone.localdate()
    days = {"starts_on": today, "ends_on": today + timedelta(days=3), "appointed_at": timezone.now()}
    Substitute.objects.create(principal=people[2], substitute=leader, **days)
    go(draft, drafts.submit, people[0])
    go(draft, drafts.check, people[1])
    assert owed(leader) == [["1 份文稿等待您签发"]]


def test_a_change_after_signing_is_owed_by_the_original_signer_alone(draft, people, government):
    other = appoint(Role.SIGNER, government, username="signer2", full_name="蒋签发")
    signed(draft, people)
    go(draft, drafts.reopen, people[0], note="补充一段")
    go(draft, drafts.submit, people[0])
    go(draft, drafts.check, people[1])
    assert owed(people[2], other) == [["1 份文稿等待您签发"], []]
