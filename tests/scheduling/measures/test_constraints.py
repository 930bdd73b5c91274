"""What the rules forbid of measures, the database refuses."""

import pytest
from django.db import IntegrityError, transaction

from scheduling.actions import measures
from scheduling.models import Interview, Measure, MeasureMove, MeasureRuleEdition, RectificationItem
from tests.scheduling.measures.cases import (
    NOW,
    TODAY,
    approved,
    arrange,
    closed_months,
    in_days,
    proposed,
    record,
    told,
)

pytestmark = [pytest.mark.django_db, pytest.mark.core]


def refused(name, act):
    """SQLite names a broken CHECK but only the columns of a broken UNIQUE."""
    with pytest.raises(IntegrityError, match=f"{name}|^UNIQUE"), transaction.atomic():
        act()


@pytest.fixture
def measure(project, office):
    return proposed(project, office)


def by_rule(project, period, **more):
    facts = {"kind": "REMINDER", "proposed_kind": "REMINDER", "project": project, "unit": project.lead_unit}
    facts |= {"reasons": "红灯", "evidence": "{}", "evidence_digest": "0" * 64, "proposed_at": NOW}
    return Measure(**facts | {"rule": "RED_MONTHS:REMINDER", "rule_edition": 1, "period": period} | more)


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("measure_says_why", {"reasons": ""}),
        ("measure_evidence_digest_is_sha256", {"evidence_digest": "x"}),
        ("measure_proposed_by_a_person_or_a_rule", {"rule": ""}),
        ("measure_decided_by_somebody", {"state": "APPROVED"}),
        ("measure_changed_or_dismissed_for_a_reason", {"kind": "INTERVIEW"}),
        ("measure_goes_on_once_told", {"told_at": NOW}),
        ("measure_closed_by_somebody_in_words", {"outcome": "好"}),
    ],
)
def test_a_measure_is_whole(name, changes, project):
    period = closed_months(1)[0].period
    refused(name, by_rule(project, period, **changes).save)


def test_one_open_proposal_of_a_rule_and_one_for_a_month(project, signer):
    first, second = (each.period for each in closed_months(2))
    by_rule(project, first).save()
    refused("measure_one_open_per_rule", by_rule(project, second).save)
    Measure.objects.update(state="DISMISSED", decided_by=signer, decided_at=NOW, decision_note="已整改")
    refused("measure_once_per_rule_and_period", by_rule(project, first).save)


def test_nobody_decides_on_the_own_proposal(measure, office):
    changes = {"state": "APPROVED", "decided_by": office, "decided_at": NOW}
    refused("measure_not_decided_by_its_proposer", lambda: Measure.objects.update(**changes))


def test_a_measure_follows_another_and_is_followed_once(project, office, signer):
    first = told(project, office, signer, "RECTIFICATION")
    second, third = proposed(project, office, "REMOVAL"), proposed(project, office)
    period = closed_months(1)[0].period
    by_rule(project, period, follows=first).save()
    refused("measure_followed_once", by_rule(project, period, rule="OTHER", follows=first).save)
    assert second.pk != third.pk


def test_evidence_and_reasons_are_never_rewritten(measure):
    refused("历史记录不可更改或删除", lambda: Measure.objects.update(evidence="{}"))
    refused("历史记录不可更改或删除", lambda: Measure.objects.update(reasons="另一个"))


def test_moves_and_editions_are_never_altered_or_deleted(measure, office):
    refused("历史记录不可更改或删除", lambda: MeasureMove.objects.update(text="x"))
    edition = MeasureRuleEdition.objects.create(number=2, effective_on=TODAY, rules=[], recorded_at=NOW)
    refused("历史记录不可更改或删除", lambda: MeasureRuleEdition.objects.update(code="x"))
    refused(
        "measure_rule_edition_after_the_initial", lambda: MeasureRuleEdition(number=1, effective_on=in_days(1)).save()
    )
    refused("measure_rule_edition_has_a_code", MeasureRuleEdition(number=3, effective_on=in_days(2), code="").save)
    assert edition.pk


def test_moves_say_why_and_rules_only_propose(measure):
    refused(
        "measure_move_says_why", MeasureMove(measure=measure, kind="DISMISSED", at=NOW, by=measure.proposed_by).save
    )
    refused("measure_move_rules_only_propose", MeasureMove(measure=measure, kind="CLOSED", at=NOW).save)


def test_a_record_of_an_interview_is_whole_and_stays_as_it_is(project, office, signer):
    measure = approved(project, office, signer)
    found = arrange(measure, office)
    refused(
        "interview_recorded_whole", lambda: Interview.objects.update(recorded_at=in_future(found), recorded_by=office)
    )
    words = {"demands": "抓紧", "explanation": "好", "recorded_by": office}
    refused("interview_recorded_after_it_was_held", lambda: Interview.objects.update(recorded_at=NOW, **words))
    measures.tell(measure=measure, number="×重点督〔2026〕1号", by=office, at=NOW)
    record(measure, office)
    refused("历史记录不可更改或删除", lambda: Interview.objects.update(demands="x"))


def in_future(interview):
    return interview.held_at


def test_an_item_is_handed_in_and_closed_by_two_people(project, office, signer, lead):
    told(project, office, signer, "RECTIFICATION")
    items = RectificationItem.objects.all()
    refused("rectification_item_handed_in_by_somebody", lambda: items.update(state="HANDED_IN"))
    given = {"state": "CLOSED", "report": "已完成", "handed_in_by": lead, "handed_in_at": NOW}
    refused("rectification_item_closed_by_somebody", lambda: items.update(**given))
    given |= {"closed_by": lead, "closed_at": NOW, "opinion": "属实"}
    refused("rectification_item_not_closed_by_who_handed_it_in", lambda: items.update(**given))
