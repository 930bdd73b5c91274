"""Working time on a line of ticks, against counting ticks one by one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.backward import PlanError
from projects.backward.axis import IDLE_STRETCHES, Interrupted, Unbroken

STRETCH = 10
moments, amounts = st.integers(-40, 40), st.integers(-15, 15)
patterns = st.sets(st.integers(0, 6), min_size=1)


def axis(pattern: set[int]) -> Interrupted:
    """Ticks are worked by their number modulo seven."""
    return Interrupted(
        lambda start, stop: [(tick, tick + 1) for tick in range(start, stop) if tick % 7 in pattern],
        origin=3,
        stretch=STRETCH,
    )


def counted(pattern: set[int], start: int, stop: int) -> int:
    if stop < start:
        return -counted(pattern, stop, start)
    return sum(tick % 7 in pattern for tick in range(start, stop))


@given(patterns, moments, moments)
def test_work_between_two_moments_is_the_ticks_worked_between_them(pattern, start, stop):
    assert axis(pattern).between(start, stop) == counted(pattern, start, stop)


@given(patterns, moments, amounts.filter(bool))
def test_after_is_the_first_moment_with_so_much_work_between(pattern, moment, work):
    reached = axis(pattern).after(moment, work)
    assert counted(pattern, moment, reached) == work
    assert counted(pattern, moment, reached - 1) == work - 1


@given(patterns, moments, amounts.filter(bool))
def test_ahead_is_the_last_moment_with_so_much_work_between(pattern, moment, work):
    reached = axis(pattern).ahead(moment, work)
    assert counted(pattern, reached, moment) == work
    assert counted(pattern, reached + 1, moment) == work - 1


@given(patterns, moments, moments, amounts)
def test_forward_and_backward_agree_on_what_fits(pattern, start, stop, work):
    line = axis(pattern)
    assert (line.after(start, work) <= stop) == (start <= line.ahead(stop, work))


@given(patterns, moments)
def test_work_starts_and_stops_where_ticks_are_worked(pattern, moment):
    line = axis(pattern)
    opening, closing, last = line.opening(moment), line.closing(moment), line.last_opening(moment)
    assert closing <= moment <= opening
    assert opening % 7 in pattern
    assert (closing - 1) % 7 in pattern
    assert last == max(tick for tick in range(moment - 7, moment + 1) if tick % 7 in pattern)


@given(moments, amounts)
def test_without_interruption_work_is_time(moment, work):
    line = Unbroken()
    assert line.after(moment, work) == moment + work
    assert line.ahead(moment, work) == moment - work
    assert line.opening(moment) == line.closing(moment) == line.last_opening(moment) == moment


@pytest.mark.parametrize("ask", [lambda line: line.after(5, 1), lambda line: line.ahead(5, 1)])
def test_a_calendar_without_a_working_day_is_an_error(ask):
    idle = Interrupted(lambda start, stop: [], origin=0, stretch=STRETCH)
    with pytest.raises(PlanError, match=f"连续 {IDLE_STRETCHES} 年没有一个工作日"):
        ask(idle)


def test_a_schedule_of_centuries_is_an_error():
    line = Interrupted(lambda start, stop: [(start, start + 1)], origin=0, stretch=STRETCH)
    with pytest.raises(PlanError, match="200 年以上"):
        line.after(0, 1_000)
