"""报告期: weeks, ten days, half months and months, as pure arithmetic."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.periods import Kind, Period, closed_by, following, of_month, period_of, previous

days = st.dates(date(2020, 1, 1), date(2040, 12, 31))
kinds = st.sampled_from(Kind)


def span(text, kind):
    first, last = text.split()
    return Period(date.fromisoformat(first), date.fromisoformat(last), kind)


@pytest.mark.parametrize(
    ("day", "kind", "expected"),
    [
        pytest.param("2026-11-21", Kind.WEEK, "2026-11-21 2026-11-27", id="a week begins on Saturday"),
        pytest.param("2026-11-27", Kind.WEEK, "2026-11-21 2026-11-27", id="and ends on Friday"),
        pytest.param("2026-11-23", Kind.WEEK, "2026-11-21 2026-11-27", id="Monday lies within"),
        pytest.param("2026-12-28", Kind.WEEK, "2026-12-26 2026-12-31", id="the year cuts its last week"),
        pytest.param("2027-01-01", Kind.WEEK, "2027-01-01 2027-01-01", id="and the next year's first"),
        pytest.param("2022-12-31", Kind.WEEK, "2022-12-31 2022-12-31", id="a year that ends on a Saturday"),
        pytest.param("2023-01-03", Kind.WEEK, "2023-01-01 2023-01-06", id="and the six days after it"),
        pytest.param("2021-12-31", Kind.WEEK, "2021-12-25 2021-12-31", id="a year that ends on a Friday is whole"),
        pytest.param("2026-02-10", Kind.TEN_DAY, "2026-02-01 2026-02-10", id="上旬"),
        pytest.param("2026-02-11", Kind.TEN_DAY, "2026-02-11 2026-02-20", id="中旬"),
        pytest.param("2026-02-21", Kind.TEN_DAY, "2026-02-21 2026-02-28", id="下旬 of a short month"),
        pytest.param("2024-02-29", Kind.TEN_DAY, "2024-02-21 2024-02-29", id="下旬 of a leap year"),
        pytest.param("2026-05-15", Kind.HALF_MONTH, "2026-05-01 2026-05-15", id="the first half"),
        pytest.param("2026-05-16", Kind.HALF_MONTH, "2026-05-16 2026-05-31", id="the second half"),
        pytest.param("2026-12-31", Kind.MONTH, "2026-12-01 2026-12-31", id="a month"),
    ],
)
def test_the_period_a_day_lies_in(day, kind, expected):
    assert period_of(date.fromisoformat(day), kind=kind) == span(expected, kind)


@pytest.mark.parametrize(
    ("day", "kind", "expected"),
    [
        pytest.param("2026-11-27", Kind.WEEK, "2026-11-14 2026-11-20", id="on Friday this week is not yet over"),
        pytest.param("2026-11-28", Kind.WEEK, "2026-11-21 2026-11-27", id="on Saturday it is"),
        pytest.param("2027-01-01", Kind.WEEK, "2026-12-26 2026-12-31", id="on New Year's Day the old year's part"),
        pytest.param("2026-10-08", Kind.MONTH, "2026-09-01 2026-09-30", id="in October, September"),
        pytest.param("2026-09-30", Kind.MONTH, "2026-08-01 2026-08-31", id="on its last day a month is not over"),
        pytest.param("2026-03-01", Kind.TEN_DAY, "2026-02-21 2026-02-28", id="下旬 of the month before"),
    ],
)
def test_the_period_that_closed_last(day, kind, expected):
    assert closed_by(date.fromisoformat(day), kind=kind) == span(expected, kind)


def test_a_week_belongs_to_the_month_of_its_friday():
    assert period_of(date(2026, 9, 26), kind=Kind.WEEK).month == (2026, 10)  # Saturday; its Friday is 2 October


def test_the_weeks_of_a_month():
    december = list(of_month(2026, 12, kind=Kind.WEEK))
    assert [str(week.ends_on) for week in december] == [
        "2026-12-04",
        "2026-12-11",
        "2026-12-18",
        "2026-12-25",
        "2026-12-31",
    ]
    assert december[0].starts_on == date(2026, 11, 28)
    assert [str(week.ends_on) for week in of_month(2027, 1, kind=Kind.WEEK)][:2] == ["2027-01-01", "2027-01-08"]


@given(days, kinds)
def test_periods_follow_one_another_without_gap_or_overlap(day, kind):
    period = period_of(day, kind=kind)
    assert day in period
    assert following(period).starts_on - period.ends_on == timedelta(days=1)
    assert previous(following(period)) == period


@given(days, kinds)
def test_every_day_of_a_period_names_the_same_period(day, kind):
    period = period_of(day, kind=kind)
    assert period_of(period.starts_on, kind=kind) == period_of(period.ends_on, kind=kind) == period


@given(days, kinds)
def test_a_period_lies_in_one_year(day, kind):
    period = period_of(day, kind=kind)
    assert period.starts_on.year == period.ends_on.year == day.year


@given(st.integers(2020, 2040), kinds)
def test_a_year_is_the_sum_of_the_periods_of_its_months(year, kind):
    """Each period is counted in exactly one month, so monthly statements add up to the year."""
    periods = [period for month in range(1, 13) for period in of_month(year, month, kind=kind)]
    assert (
        sum((period.ends_on - period.starts_on).days + 1 for period in periods)
        == date(year, 12, 31).timetuple().tm_yday
    )
    assert periods == sorted(set(periods))
