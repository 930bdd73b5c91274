"""Days as lengths. The laws hold for whatever days and widths."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.rendering.time_axis import TimeAxis, fitted, month_begin, month_end, year_of

days = st.dates(date(2000, 1, 1), date(2060, 12, 31))
axes = st.builds(
    lambda first, length, left, width: TimeAxis(first, first + timedelta(days=length), left, width),
    days,
    st.integers(0, 4_000),
    st.floats(0, 500),
    st.floats(0.05, 40),
)


@pytest.mark.parametrize(
    ("day", "last"),
    [
        pytest.param(date(2026, 3, 5), date(2026, 12, 31), id="spring"),
        pytest.param(date(2026, 10, 31), date(2026, 12, 31), id="end-of-october"),
        pytest.param(date(2026, 11, 28), date(2027, 1, 31), id="november"),
        pytest.param(date(2026, 12, 31), date(2027, 2, 28), id="new-year-s-eve"),
    ],
)
def test_the_year_of_a_day_shows_two_full_months_after_its_own(day, last):
    assert year_of(day) == (date(2026, 1, 1), last)


@given(axes, days, days)
def test_a_later_day_never_stands_further_left(axis, one, other):
    earlier, later = sorted((one, other))
    assert axis.x(earlier) <= axis.x(later)
    assert axis.middle(earlier) <= axis.middle(later)


@given(axes, days)
def test_whatever_the_day_its_mark_is_on_the_axis(axis, day):
    assert axis.left <= axis.x(day) <= axis.right
    assert axis.left <= axis.middle(day) <= axis.right


@given(axes, st.sampled_from(["years", "quarters", "months", "weeks", "days"]))
def test_the_ticks_cover_the_axis_without_gap_or_overlap(axis, kind):
    ticks = getattr(axis, kind)()
    assert ticks[0].since == axis.first_on
    assert ticks[-1].until == axis.last_on + timedelta(days=1)
    assert all(one.until == other.since for one, other in pairwise(ticks))


def test_a_fitted_axis_fills_the_room():
    axis = fitted(date(2026, 1, 1), date(2026, 12, 31), left=100, right=830)
    assert (axis.x(date(2026, 1, 1)), axis.right) == (100, pytest.approx(830))


@pytest.mark.parametrize(
    ("day", "begin", "end"),
    [
        (date(2026, 2, 15), date(2026, 2, 1), date(2026, 2, 28)),
        (date(2028, 2, 29), date(2028, 2, 1), date(2028, 2, 29)),
        (date(2026, 12, 31), date(2026, 12, 1), date(2026, 12, 31)),
    ],
)
def test_a_month_begins_and_ends(day, begin, end):
    assert (month_begin(day), month_end(day)) == (begin, end)
