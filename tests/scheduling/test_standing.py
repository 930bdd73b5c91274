"""逾期: the arithmetic, without a database."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from scheduling.standing import (
    DAY,
    Facts,
    Item,
    ItemKind,
    Span,
    absences,
    days_late,
    days_since,
    joined,
    outlook,
    overdue,
    stage_on,
)

STAGES = ["PREPARATION", "GROUNDBREAKING", "MAIN_CONSTRUCTION", "COMMISSIONING"]
MARCH_5 = date(2026, 3, 5)
MARCH = Span(date(2026, 3, 1), date(2026, 4, 1))
STILL_SUSPENDED = Span(date(2026, 3, 1))


def milestone(approved_on=MARCH_5, **fields):
    values = {
        "kind": ItemKind.MILESTONE,
        "subject": 1,
        "stage": "MAIN_CONSTRUCTION",
        "name": "主体结构封顶",
        "person": None,
        "original_on": approved_on,
        "approved_on": approved_on,
        "forecast_on": None,
        "actual_on": None,
        "is_reached": fields.get("actual_on") is not None,
    }
    return Item(**values | fields)


def late_days(item, on, excused=(), away=()):
    return [late.days for late in overdue(Facts([item], excused, away), on=on)]


# One item, one day


def test_an_item_is_not_overdue_on_its_approved_date():
    assert late_days(milestone(), on=MARCH_5) == []


def test_it_is_overdue_from_the_day_after():
    assert late_days(milestone(), on=MARCH_5 + DAY) == [1]


def test_reached_on_the_very_day_it_is_not_overdue_at_the_end_of_it():
    reached_late = milestone(actual_on=date(2026, 3, 10))
    assert late_days(reached_late, on=date(2026, 3, 9)) == [4]
    assert late_days(reached_late, on=date(2026, 3, 10)) == []


def test_reached_without_a_date_is_reached():
    assert late_days(milestone(is_reached=True), on=date(2030, 1, 1)) == []


def test_without_an_approved_date_nothing_is_overdue():
    assert late_days(milestone(None, original_on=MARCH_5), on=date(2030, 1, 1)) == []


def test_days_late_are_told_against_the_original_promise_too():
    moved = milestone(date(2026, 3, 31), original_on=MARCH_5)
    [late] = overdue(Facts([moved]), on=date(2026, 4, 2))
    assert (late.days, late.original_days) == (2, 28)


def test_a_plan_brought_forward_is_not_yet_late_against_the_original():
    hastened = milestone(MARCH_5, original_on=date(2026, 6, 1))
    [late] = overdue(Facts([hastened]), on=date(2026, 3, 10))
    assert (late.days, late.original_days) == (5, 0)


def test_the_item_that_has_waited_longest_comes_first():
    items = [milestone(date(2026, 3, day), subject=day) for day in (9, 2, 5)]
    assert [late.item.subject for late in overdue(Facts(items), on=date(2026, 3, 31))] == [2, 5, 9]


# Suspension


@pytest.mark.parametrize(
    ("due_on", "on", "days"),
    [
        pytest.param(date(2026, 3, 10), date(2026, 3, 31), [], id="due-within-does-not-lapse-within"),
        pytest.param(date(2026, 3, 10), date(2026, 4, 1), [1], id="it-lapses-when-work-resumes"),
        pytest.param(date(2026, 2, 27), date(2026, 2, 28), [1], id="overdue-before"),
        pytest.param(date(2026, 2, 27), date(2026, 3, 20), [1], id="overdue-before-stays-overdue-and-gains-no-day"),
        pytest.param(date(2026, 2, 27), date(2026, 4, 1), [2], id="and-goes-on-afterwards"),
        pytest.param(date(2026, 2, 28), date(2026, 3, 1), [], id="due-the-day-before-does-not-lapse-on-the-first-day"),
        pytest.param(date(2026, 3, 31), date(2026, 4, 1), [1], id="due-on-the-last-day"),
        pytest.param(date(2026, 4, 1), date(2026, 4, 1), [], id="due-on-the-day-of-resumption"),
    ],
)
def test_excused_days_do_not_count(due_on, on, days):
    assert late_days(milestone(due_on), on=on, excused=(MARCH,)) == days


def test_while_nobody_knows_when_work_resumes_what_falls_due_is_not_overdue():
    assert late_days(milestone(date(2026, 3, 10)), on=date(2027, 3, 10), excused=(STILL_SUSPENDED,)) == []


def test_a_day_in_two_suspensions_is_excused_once():
    overlapping = joined([Span(date(2026, 3, 10), date(2026, 4, 1)), Span(date(2026, 3, 1), date(2026, 3, 15))])
    assert overlapping == (MARCH,)


# Off the register


def test_a_project_that_has_exited_owes_nothing():
    away = absences([(date(2025, 1, 1), False), (date(2026, 3, 20), True)])
    assert late_days(milestone(), on=date(2026, 3, 19), away=away) == [14]
    assert late_days(milestone(), on=date(2026, 3, 20), away=away) == []


def test_a_project_that_came_back_owes_again():
    away = absences([(date(2026, 3, 20), True), (date(2026, 5, 1), False)])
    assert late_days(milestone(), on=date(2026, 4, 30), away=away) == []
    assert late_days(milestone(), on=date(2026, 5, 1), away=away) == [57]


# The stage


T, M = ItemKind.STAGE_TARGET, ItemKind.MILESTONE


@pytest.mark.parametrize(
    ("items", "stage"),
    [
        pytest.param([], "", id="nothing-known"),
        pytest.param([(T, 0, False), (T, 1, False)], "PREPARATION", id="the-first"),
        pytest.param([(T, 0, True), (T, 1, False)], "GROUNDBREAKING", id="after-one-reached"),
        pytest.param([(M, 0, True), (M, 2, False)], "MAIN_CONSTRUCTION", id="milestones-alone"),
        pytest.param([(T, 0, True), (M, 0, False), (M, 1, False)], "GROUNDBREAKING", id="a-target-decides"),
        pytest.param([(M, 1, True)], "GROUNDBREAKING", id="all-reached"),
    ],
)
def test_the_stage_is_the_first_not_reached(items, stage):
    known = [milestone(kind=kind, stage=STAGES[n], is_reached=reached) for kind, n, reached in items]
    assert stage_on(known, on=MARCH_5, order=STAGES) == stage


# Laws

days = st.dates(date(2026, 1, 1), date(2026, 12, 31))


@st.composite
def spans(draw):
    since = draw(days)
    until = draw(st.one_of(st.just(date.max), st.integers(1, 90).map(lambda n: since + timedelta(n))))
    return Span(since, until)


excuses = st.lists(spans(), max_size=4).map(joined)


@st.composite
def items(draw):
    reached = draw(st.booleans())
    return milestone(
        draw(st.one_of(st.none(), days)),
        kind=draw(st.sampled_from(ItemKind)),
        subject=draw(st.integers(1, 1000)),
        stage=draw(st.sampled_from(STAGES)),
        original_on=draw(days),
        actual_on=draw(st.one_of(st.none(), days)) if reached else None,
        is_reached=reached,
    )


entries = st.lists(st.tuples(days, st.booleans()), max_size=3, unique_by=lambda entry: entry[0])
projects = st.builds(
    Facts,
    st.lists(items(), max_size=6, unique_by=lambda item: (item.kind, item.subject)),
    excuses,
    entries.map(absences),
)


@given(days, days)
def test_without_suspension_days_late_are_the_days_between(due_on, on):
    assert days_late(due_on, on=on) == max(0, (on - due_on).days)


@given(days, days, excuses)
def test_days_late_grow_by_one_with_every_day_that_is_not_excused(due_on, on, excused):
    assume(on >= due_on)
    counted = not any(span.holds(on + DAY) for span in excused)
    assert days_late(due_on, on=on + DAY, excused=excused) == days_late(due_on, on=on, excused=excused) + counted


@given(days, days, excuses, spans())
def test_one_more_excuse_never_makes_it_worse(due_on, on, excused, one_more):
    more = days_late(due_on, on=on, excused=joined([*excused, one_more]))
    assert 0 <= more <= days_late(due_on, on=on, excused=excused)


@given(st.lists(spans(), max_size=5))
def test_joined_spans_hold_the_same_days_and_are_apart(given_spans):
    together = joined(given_spans)
    for day in (date(2026, 1, 1) + timedelta(n) for n in range(0, 400, 3)):
        assert any(span.holds(day) for span in together) == any(span.holds(day) for span in given_spans)
    assert all(left.until < right.since for left, right in pairwise(together))


@given(projects, days)
def test_overdue_is_what_is_late_by_a_day_or_more(facts, on):
    gone = any(span.holds(on) for span in facts.away)
    expected = {
        (item.kind, item.subject): days_late(item.approved_on, on=on, excused=facts.excused)
        for item in facts.items
        if not gone and item.approved_on and item.is_open(on=on)
    }
    found = {(late.item.kind, late.item.subject): late.days for late in overdue(facts, on=on)}
    assert found == {key: n for key, n in expected.items() if n > 0}


@given(projects, days, st.integers(0, 400))
def test_the_outlook_of_a_day_says_of_every_later_day_what_the_rule_says_of_it(facts, today, later):
    on = today + timedelta(later)
    asked = [
        (each.item, days_since(each.late_since, on=on, stopped_on=each.stopped_on),
         days_since(each.original_late_since, on=on, stopped_on=each.stopped_on), each.leads, each.leads_stage)
        for each in outlook(facts, on=today)
        if each.since <= on < each.until and each.late_since is not None and each.late_since < on
    ]  # fmt: skip
    rule = overdue(facts, on=on)
    assert [found[:3] for found in asked] == [tuple(late) for late in rule]
    assert [leads for *_, leads, _ in asked] == [n == 0 for n in range(len(rule))]
    assert {item.stage for item, *_, leads in asked if leads} == {late.item.stage for late in rule}
    assert sum(leads for *_, leads in asked) == len({late.item.stage for late in rule})
