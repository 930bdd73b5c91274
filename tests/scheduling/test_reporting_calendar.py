"""报送时限: on which day a period is due, with and without holidays."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.periods import Kind
from projects.workdays import Announced, is_workday
from scheduling.reporting_calendar import MONTH_END, begun, due_on, span_of

QINGMING = Announced({date(2026, 4, 3): False})  # taken for a Friday off
NATIONAL_DAY = Announced({date(2026, 10, day): False for day in range(1, 9)} | {date(2026, 10, 10): True})
NEW_YEAR = Announced({date(2027, 1, 1): False})


@pytest.mark.parametrize(
    ("day", "postponed", "announced", "expected"),
    [
        pytest.param("2026-03-05", False, Announced({}), "2026-03-06", id="on its Friday"),
        pytest.param("2026-04-01", False, QINGMING, "2026-04-02", id="the Friday is off: the day before"),
        pytest.param("2026-04-01", True, QINGMING, "2026-04-06", id="postponed: the Monday after"),
        pytest.param("2026-10-01", False, NATIONAL_DAY, "2026-09-30", id="the last day worked of the week"),
        pytest.param("2026-10-05", False, NATIONAL_DAY, "2026-10-09", id="its Friday is worked again"),
        pytest.param("2026-10-05", True, NATIONAL_DAY, "2026-10-09", id="a worked Friday is not postponed"),
        pytest.param("2027-01-01", False, NEW_YEAR, "2027-01-04", id="no day of it is worked: the first one after"),
    ],
)
def test_the_day_a_week_is_due(day, postponed, announced, expected):
    week = span_of(date.fromisoformat(day), kind=Kind.WEEK)
    assert due_on(week, postponed=postponed, announced=announced) == date.fromisoformat(expected)


def test_a_week_without_a_single_working_day_is_due_on_the_first_one_after():
    off = Announced({date(2026, 10, 3) + timedelta(days=n): False for n in range(7)})
    week = span_of(date(2026, 10, 5), kind=Kind.WEEK)
    assert due_on(week, postponed=False, announced=off) == date(2026, 10, 12)


def test_a_month_is_adjusted_as_a_whole():
    assert span_of(date(2026, 2, 10), kind=MONTH_END).ends_on == date(2026, 2, 28)


@given(
    st.dates(date(2025, 1, 1), date(2030, 12, 1)),
    st.sampled_from(Kind),
    st.booleans(),
    st.sets(st.integers(0, 40), max_size=20),
)
def test_a_report_is_always_due_on_a_working_day(day, kind, postponed, off):
    span = span_of(day, kind=kind)
    announced = Announced({span.starts_on + timedelta(days=n): False for n in off})
    due = due_on(span, postponed=postponed, announced=announced)
    assert is_workday(due, announced).value
    assert due in span or due > span.ends_on
    assert due == span.ends_on or not is_workday(span.ends_on, announced).value


def test_periods_begun_follow_one_another_up_to_the_day():
    weeks = list(begun(date(2026, 12, 28), kind=Kind.WEEK, on=date(2027, 1, 4)))
    assert [week.ends_on for week in weeks] == [date(2026, 12, 31), date(2027, 1, 1), date(2027, 1, 8)]
    assert list(begun(date(2027, 2, 1), kind=Kind.MONTH, on=date(2027, 1, 4))) == []
