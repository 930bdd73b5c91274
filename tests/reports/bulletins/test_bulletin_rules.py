"""通报规则: editions from a day on, never edited and never for a day that has passed."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from projects.errors import NotAllowed, RuleViolation
from projects.models import AuditEvent
from reports.actions import bulletin_rules
from reports.models import BulletinRule

pytestmark = [pytest.mark.django_db, pytest.mark.core]


def adopt(by, *, days=0, **said):
    on = timezone.localdate() + timedelta(days=days)
    return bulletin_rules.adopt(rule=BulletinRule(effective_on=on, **said), by=by, at=timezone.now())


def test_an_edition_holds_from_its_day_on_and_says_who_made_it(office):
    rule = adopt(office, days=3, draft_after=2)
    today = timezone.localdate()
    assert rule.recorded_by == office
    assert BulletinRule.objects.in_force(on=today).draft_after == 0
    assert BulletinRule.objects.in_force(on=today + timedelta(days=3)) == rule
    changes = AuditEvent.objects.get(action="bulletin_rule.adopted").changes
    assert changes["截止后几天起草"] == [0, 2]


def test_not_for_a_day_that_has_passed_nor_twice_for_one(office):
    with pytest.raises(RuleViolation, match="不能追溯"):
        adopt(office, days=-1)
    adopt(office)
    with pytest.raises(RuleViolation, match="已登记，不能改动"):
        adopt(office, copies=80)


@pytest.mark.parametrize(
    ("fault", "words", "constraint"),
    [
        ({"cutoff_day": 29}, "请填 1 至 28", "bulletin_rule_cutoff_in_every_month"),
        ({"draft_after": 28}, "请填 0 至 27", "bulletin_rule_drafts_within_a_month"),
        ({"fewest": 1}, "至少要有 2 家", "bulletin_rule_ranks_at_least_two"),
    ],
)
def test_what_no_office_can_keep_is_refused_in_words_and_by_the_database(office, fault, words, constraint):
    with pytest.raises(RuleViolation, match=words):
        adopt(office, **fault)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        BulletinRule.objects.create(effective_on=timezone.localdate(), **fault)


@pytest.mark.parametrize("who", ["lead", "dispatcher", "signer", "leader", "outsider", "sec_admin"])
def test_it_is_the_offices(request, who):
    with pytest.raises(NotAllowed, match="区重点办"):
        adopt(request.getfixturevalue(who))
