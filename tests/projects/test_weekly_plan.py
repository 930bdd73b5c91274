"""A month over its weeks: exact, by working days, and every week in one month only."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.weekly_plan import weekly_split, weeks_of
from projects.workdays import Announced

amounts = st.decimals(0, 10**8, places=4, allow_nan=False)
months = st.tuples(st.integers(2020, 2035), st.integers(1, 12))
NO_HOLIDAYS = Announced({})


def test_the_weeks_of_a_month_end_on_its_fridays():
    assert [week.ends_on.day for week in weeks_of(2026, 10)] == [2, 9, 16, 23, 30]


def test_the_days_after_the_last_friday_belong_to_the_next_month():
    first = weeks_of(2026, 11)[0]
    assert (first.starts_on, first.ends_on) == (date(2026, 10, 31), date(2026, 11, 6))


def test_a_year_ends_with_its_last_day():
    assert weeks_of(2026, 12)[-1].ends_on == date(2026, 12, 31)
    assert weeks_of(2027, 1)[0].starts_on == date(2027, 1, 1)


@given(st.integers(2020, 2035))
def test_every_day_of_a_year_lies_in_one_week_of_one_month(year):
    weeks = [week for month in range(1, 13) for week in weeks_of(year, month)]
    assert weeks[0].starts_on == date(year, 1, 1)
    assert weeks[-1].ends_on == date(year, 12, 31)
    for before, after in pairwise(weeks):
        assert after.starts_on == before.ends_on + timedelta(days=1)


@given(amounts, months, st.dictionaries(st.dates(date(2020, 1, 1), date(2035, 12, 31)), st.booleans(), max_size=20))
def test_the_weeks_always_sum_exactly_to_the_month(amount, month, days):
    weeks = weeks_of(*month)
    split = weekly_split(amount, weeks, Announced(days)).value
    assert len(split) == len(weeks)
    assert sum(split) == amount
    assert min(split) >= 0


@pytest.mark.parametrize(
    ("amount", "announced", "split"),
    [
        pytest.param("2500", {}, ["500"] * 5, id="by-working-days"),
        pytest.param("102.5", {}, ["20", "20", "20", "20", "22.5"], id="the-last-takes-the-remainder"),
        pytest.param(
            "1500",
            {date(2026, 10, day): False for day in range(1, 8)} | {date(2026, 10, 10): True},
            ["214", "142", "428", "357", "359"],
            id="national-day",
        ),
        pytest.param("0", {}, ["0"] * 5, id="nothing"),
    ],
)
def test_october_2026(amount, announced, split):
    assert weekly_split(Decimal(amount), weeks_of(2026, 10), Announced(announced)).value == tuple(map(Decimal, split))


def test_what_rests_on_no_announcement_says_so():
    assert weekly_split(Decimal(9), weeks_of(2026, 10), NO_HOLIDAYS).assumed_years == (2026,)


def test_a_month_without_any_working_day_is_shared_alike():
    weeks = weeks_of(2026, 10)
    off = {weeks[0].starts_on + timedelta(days=n): False for n in range(40)}
    assert weekly_split(Decimal(10), weeks, Announced(off)).value == (2, 2, 2, 2, 2)
