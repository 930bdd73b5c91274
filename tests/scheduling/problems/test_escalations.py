"""升级: the clocks propose once, people decide."""

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from projects.errors import NotAllowed, RuleViolation
from scheduling.actions import problem_escalations
from scheduling.models import EscalationRule, Problem, ProblemMove
from scheduling.problems import courts
from tests.scheduling.problems.cases import ask, ask_to_close, close, fresh, raise_it

pytestmark = [pytest.mark.django_db, pytest.mark.core]
Kind = ProblemMove.Kind
MONDAY = timezone.make_aware(datetime(2025, 9, 8, 10))  # a week of five workdays follows


def after(days):
    return MONDAY + timedelta(days=days)


@pytest.fixture
def problem(project, lead):
    return raise_it(project, lead, at=MONDAY)


def propose(days):
    return problem_escalations.propose_due(at=after(days))


def escalate(problem, by, *, text="", court=None, days=8):
    said = {"court": court or problem.court_unit, "text": text}
    problem_escalations.escalate(problem=problem, by=by, at=after(days), **said)


def test_the_next_level_is_proposed_from_the_day_after_the_limit(problem):
    assert propose(7) == 0
    assert propose(8) == 1
    move = problem.moves.last()
    assert (move.kind, move.by, move.level) == (Kind.ESCALATION_PROPOSED, None, 1)
    assert "2025-09-15" in move.text
    assert fresh(problem).level == 1


def test_it_is_proposed_once_for_one_stay(problem):
    assert (propose(8), propose(8), propose(30)) == (1, 0, 0)


def test_confirmed_it_goes_up_and_the_next_limit_begins(problem, dispatcher):
    propose(8)
    escalate(problem, dispatcher)
    assert (fresh(problem).level, fresh(problem).level_since) == (2, after(8))
    assert not Problem.objects.to_escalate()
    assert (propose(15), propose(16)) == (0, 1)


def test_declined_it_stays_and_is_proposed_again_after_another_limit(problem, dispatcher):
    propose(8)
    problem_escalations.decline(problem=problem, text="本周内可解决", by=dispatcher, at=after(8))
    assert not Problem.objects.to_escalate()
    assert (fresh(problem).level, propose(15), propose(16)) == (1, 0, 1)


def test_the_limit_is_a_dated_rule(problem):
    EscalationRule.objects.create(level=1, effective_on=date(2025, 1, 1), limit_workdays=2)
    assert propose(3) == 1


@pytest.mark.parametrize("waits", ["closed", "awaiting"])
def test_nothing_is_proposed_of_what_nobody_works_on(problem, lead, dispatcher, waits):
    ask_to_close(problem, lead, at=after(1))
    if waits == "closed":
        close(problem, dispatcher, at=after(1))
    assert propose(40) == 0


@pytest.mark.parametrize(
    ("level", "allowed"),
    [
        (1, {"lead", "dispatcher", "office"}),
        (2, {"dispatcher", "office"}),
        (3, {"office"}),
    ],
)
@pytest.mark.parametrize("who", ["lead", "dispatcher", "office", "outsider", "leader"])
def test_who_takes_it_up(request, problem, level, allowed, who):
    Problem.objects.filter(pk=problem.pk).update(level=level)
    by = request.getfixturevalue(who)
    if who in allowed:
        escalate(problem, by, text="协调不动")
        assert fresh(problem).level == level + 1
    else:
        with pytest.raises(NotAllowed):
            escalate(problem, by, text="协调不动")


def test_ahead_of_the_clock_it_needs_a_reason(problem, lead):
    with pytest.raises(RuleViolation, match="提前升级的理由"):
        escalate(problem, lead)


def test_a_lead_does_not_decline(problem, lead):
    propose(8)
    with pytest.raises(NotAllowed):
        problem_escalations.decline(problem=problem, text="再等等", by=lead, at=after(8))


def test_there_is_nothing_to_decline_unproposed(problem, dispatcher):
    with pytest.raises(RuleViolation, match="没有升级建议"):
        problem_escalations.decline(problem=problem, text="再等等", by=dispatcher, at=after(1))


def test_beyond_the_district_head_there_is_nobody(problem, office):
    Problem.objects.filter(pk=problem.pk).update(level=4)
    with pytest.raises(RuleViolation, match="不能再升级"):
        escalate(problem, office, text="协调不动")


class TestCourts:
    def test_every_unit_answers_for_the_days_it_held(self, problem, lead, land, dispatcher):
        ask(problem, land, lead, at=after(3))  # Thursday: three workdays with the lead unit
        assert [(c.unit, c.days, c.waiting) for c in courts(Problem.objects.all(), on=after(11).date())] == [
            (land.unit, 6, 1),
            (problem.responsible_unit, 3, 0),
        ]

    def test_the_days_of_waiting_for_the_askers_word_are_nobodys(self, problem, lead, dispatcher):
        ask_to_close(problem, lead, at=after(2))
        close(problem, dispatcher, at=after(9))
        (court,) = courts(Problem.objects.all(), on=after(11).date())
        assert (court.days, court.waiting, court.oldest) == (2, 0, 0)

    def test_it_counts_the_days_of_this_year_alone(self, problem):
        (court,) = courts(Problem.objects.all(), on=date(2026, 1, 5))
        assert court.days == 3  # 1 January is a Thursday; nothing is announced here
        assert court.oldest > 60
