"""Working days, as pure arithmetic."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.workdays import Announced, Reckoned, add_workdays, is_workday, workdays_between

NOTHING = Announced({})
NATIONAL_DAYS = Announced({date(2026, 10, day): False for day in range(1, 8)} | {date(2026, 10, 10): True})
days = st.dates(date(2026, 1, 1), date(2026, 12, 1))
limits = st.integers(-60, 60)


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        pytest.param(date(2026, 9, 30), True, id="an ordinary Wednesday"),
        pytest.param(date(2026, 10, 1), False, id="a holiday on a Thursday"),
        pytest.param(date(2026, 10, 10), True, id="a Saturday made up for"),
        pytest.param(date(2026, 10, 11), False, id="an ordinary Sunday"),
    ],
)
def test_announcements_come_before_the_week(day, worked):
    assert is_workday(day, NATIONAL_DAYS) == Reckoned(worked)


def test_an_unannounced_year_is_monday_to_friday_and_says_so():
    assert is_workday(date(2027, 10, 1), NATIONAL_DAYS) == Reckoned(True, (2027,))
    assert add_workdays(date(2027, 9, 30), 1, NOTHING) == Reckoned(date(2027, 10, 1), (2027,))


def test_a_day_announced_with_the_next_year_does_not_make_its_own_year_known():
    new_year = Announced({date(2022, 12, 31): False, date(2023, 1, 1): False, date(2023, 10, 1): False})
    assert new_year.years == {2023}
    assert is_workday(date(2022, 12, 31), new_year) == Reckoned(False)
    assert is_workday(date(2022, 12, 30), new_year) == Reckoned(True, (2022,))


def test_an_answer_across_new_year_names_every_year_it_assumed():
    assert add_workdays(date(2026, 12, 30), 3, NATIONAL_DAYS).assumed_years == (2027,)
    assert workdays_between(date(2027, 1, 1), date(2024, 12, 31), NATIONAL_DAYS).assumed_years == (2024, 2025)


def test_a_reckoned_answer_is_not_taken_for_a_yes():
    with pytest.raises(TypeError):
        bool(is_workday(date(2026, 10, 1), NATIONAL_DAYS))


def test_the_day_a_limit_starts_on_does_not_count():
    assert add_workdays(date(2026, 9, 29), 1, NATIONAL_DAYS).value == date(2026, 9, 30)


def test_a_limit_of_no_days_ends_where_it_starts_even_on_a_holiday():
    assert add_workdays(date(2026, 10, 3), 0, NATIONAL_DAYS).value == date(2026, 10, 3)


def test_a_limit_passes_over_the_holidays_and_counts_the_day_made_up():
    assert add_workdays(date(2026, 9, 30), 3, NATIONAL_DAYS).value == date(2026, 10, 10)
    assert workdays_between(date(2026, 9, 30), date(2026, 10, 10), NATIONAL_DAYS).value == 3


def test_a_limit_counts_backwards_too():
    assert add_workdays(date(2026, 10, 10), -3, NATIONAL_DAYS).value == date(2026, 9, 30)


@given(days, limits)
def test_counting_back_what_was_added(start, limit):
    end = add_workdays(start, limit, NATIONAL_DAYS).value
    counted = workdays_between(start, end, NATIONAL_DAYS).value
    assert counted == limit


@given(days, days, days)
def test_stretches_add_up(one, other, third):
    first, middle, last = sorted((one, other, third))
    whole = workdays_between(first, last, NATIONAL_DAYS).value
    parts = workdays_between(first, middle, NATIONAL_DAYS).value + workdays_between(middle, last, NATIONAL_DAYS).value
    assert whole == parts


@given(days, st.integers(1, 60))
def test_a_limit_ends_on_a_workday(start, limit):
    end = add_workdays(start, limit, NATIONAL_DAYS).value
    assert is_workday(end, NATIONAL_DAYS).value
    assert end - start >= timedelta(days=limit)
