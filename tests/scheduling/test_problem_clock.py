"""第几天、谁手里: the days of a problem, and when the next level is due."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.workdays import Announced, workdays_between
from scheduling.delay_shares import Claim, divided, shares
from scheduling.problem_clock import Limit, Span, Stay, Turn, due_on, escalation_due, held, spans

MONDAY = date(2026, 9, 7)
ANNOUNCED = Announced({date(2026, 10, day): False for day in range(1, 8)} | {date(2026, 10, 10): True})
UNITS = ["住建局", "水利局", "规资局"]


def day(number):
    return MONDAY + timedelta(days=number)


@st.composite
def histories(draw):
    """Turns in order, the first one with a unit, some of them closed or reopened."""
    steps = draw(st.lists(st.integers(0, 9), min_size=1, max_size=9))
    when, turns = MONDAY, []
    for number, step in enumerate(steps):
        when += timedelta(days=step)
        turns.append(Turn(when, draw(st.sampled_from(UNITS if not number else [*UNITS, None]))))
    return turns, when + timedelta(days=draw(st.integers(-20, 60)))


@given(histories())
def test_the_days_of_all_units_come_to_the_days_it_was_open(history):
    turns, on = history
    parts = held(turns, on=on, announced=ANNOUNCED).value
    open_days = 0
    for number in range((on - MONDAY).days):
        begins = day(number)  # the day after belongs to whoever has it at its beginning
        holders = [turn.holder for turn in turns if turn.on <= begins]
        if holders and holders[-1]:
            open_days += workdays_between(begins, day(number + 1), ANNOUNCED).value
    assert sum(parts.values()) == open_days


@given(histories(), st.integers(0, 60))
def test_the_days_before_and_after_a_day_come_to_all_of_them(history, number):
    turns, on = history
    cut = min(day(number), on)
    parts = [held(turns, on=cut, announced=ANNOUNCED), held(turns, on=on, since=cut, announced=ANNOUNCED)]
    assert sum(sum(part.value.values()) for part in parts) == sum(
        held(turns, on=on, announced=ANNOUNCED).value.values()
    )


def test_a_report_of_progress_does_not_break_the_time_with_a_unit():
    turns = [Turn(day(0), "水利局"), Turn(day(2), "水利局"), Turn(day(4), "规资局")]
    assert spans(turns, on=day(7)) == [Span("水利局", day(0), day(4)), Span("规资局", day(4), day(7))]
    assert held(turns, on=day(7), announced=ANNOUNCED).value == {"水利局": 4, "规资局": 1}


@pytest.mark.parametrize(
    ("level", "since", "last"),
    [
        pytest.param(1, MONDAY, date(2026, 9, 14), id="项目-五个工作日"),
        pytest.param(2, MONDAY, date(2026, 9, 14), id="牵头单位-五个工作日"),
        pytest.param(3, MONDAY, date(2026, 9, 21), id="分管领导-十个工作日"),
        pytest.param(1, date(2026, 9, 30), date(2026, 10, 13), id="国庆假期不计-十月十日补班"),
        pytest.param(4, MONDAY, None, id="区长专题会-没有上一级"),
    ],
)
def test_a_level_has_its_limit(level, since, last):
    assert due_on(Stay(level, since), [], ANNOUNCED).value == last


def test_going_up_is_due_from_the_day_after_the_limit():
    stay, last = Stay(1, MONDAY), date(2026, 9, 14)
    assert escalation_due(stay, [], on=last, announced=ANNOUNCED).value is None
    assert escalation_due(stay, [], on=last + timedelta(days=1), announced=ANNOUNCED).value == 2


def test_declined_the_limit_runs_once_more():
    stay = Stay(1, MONDAY, reminded_on=date(2026, 9, 15))
    assert due_on(stay, [], ANNOUNCED).value == date(2026, 9, 22)


def test_a_stay_is_judged_by_the_rule_in_force_when_it_began():
    rules = [Limit(1, date(2026, 1, 1), 3), Limit(1, date(2026, 9, 8), 9), Limit(2, date(2026, 1, 1), 7)]
    assert due_on(Stay(1, MONDAY), rules, ANNOUNCED).value == date(2026, 9, 10)
    assert due_on(Stay(1, date(2026, 9, 8)), rules, ANNOUNCED).value == date(2026, 9, 21)


claims = st.lists(
    st.builds(Claim, st.integers(0, 90), st.dictionaries(st.sampled_from(UNITS), st.integers(0, 60), max_size=3)),
    max_size=5,
)


@given(st.integers(0, 400), st.integers(0, 400), claims)
def test_the_parts_of_a_delay_come_to_the_whole(late, paused, claimed):
    found = shares(late=late, paused=paused, claims=claimed)
    assert sum(found.of.values()) + found.own + found.paused == late
    assert min([found.own, found.paused, *found.of.values()]) >= 0


@given(st.integers(0, 500), st.lists(st.integers(0, 50), min_size=1, max_size=6))
def test_whole_days_are_divided_without_rest(whole, weights):
    parts = divided(whole, weights)
    assert sum(parts) == whole
    total = sum(weights)
    assert all(abs(part - whole * weight / total) < 1 for part, weight in zip(parts, weights, strict=True) if total)


def test_what_problems_do_not_explain_is_the_projects_own():
    claim = Claim(10, {"水利局": 3, "规资局": 1})
    found = shares(late=17, paused=2, claims=[claim])
    assert (dict(found.of), found.own, found.paused) == ({"水利局": 8, "规资局": 2}, 5, 2)


def test_more_claimed_than_late_is_cut_in_proportion():
    found = shares(late=6, paused=0, claims=[Claim(20, {"水利局": 1}), Claim(10, {"规资局": 1})])
    assert (dict(found.of), found.own) == ({"水利局": 4, "规资局": 2}, 0)
