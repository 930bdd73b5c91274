"""国务院办公厅关于节假日安排的通知, 2024–2026: a few days each, as announced, against what the product reckons."""

from datetime import date

import pytest
from django.utils import timezone

from projects.actions import calendar
from projects.models import CalendarDay
from projects.workdays import Reckoned, add_workdays, is_workday, workdays_between

pytestmark = [pytest.mark.django_db, pytest.mark.core]

# (holiday, first and last day off, weekend days worked in exchange)
ANNOUNCED = {
    2024: [
        ("春节", "02-10", "02-17", ["02-04", "02-18"]),
        ("清明", "04-04", "04-06", ["04-07"]),
        ("劳动节", "05-01", "05-05", ["04-28", "05-11"]),
        ("中秋", "09-15", "09-17", ["09-14"]),
        ("国庆节", "10-01", "10-07", ["09-29", "10-12"]),
    ],
    2025: [
        ("元旦", "01-01", "01-01", []),
        ("春节", "01-28", "02-04", ["01-26", "02-08"]),
        ("劳动节", "05-01", "05-05", ["04-27"]),
        ("国庆节、中秋", "10-01", "10-08", ["09-28", "10-11"]),
    ],
    2026: [
        ("元旦", "01-01", "01-03", ["01-04"]),
        ("春节", "02-15", "02-23", ["02-14", "02-28"]),
        ("端午", "06-19", "06-21", []),
        ("中秋", "09-25", "09-27", []),
        ("国庆节", "10-01", "10-07", ["09-20", "10-10"]),
    ],
}
OFF = [(year, name, f"{year}-{day}") for year, rows in ANNOUNCED.items() for name, *span, _ in rows for day in span]
WORKED = [
    (year, name, f"{year}-{day}") for year, rows in ANNOUNCED.items() for name, _, _, days in rows for day in days
]


def taken(*years):
    for year in years:
        calendar.take_known_year(year=year, by=None, at=timezone.now())
    return CalendarDay.objects.announced(years)


@pytest.mark.parametrize(("year", "name", "day"), OFF, ids=str)
def test_the_first_and_last_day_of_a_holiday_are_off(year, name, day):
    answer = is_workday(date.fromisoformat(day), taken(year))
    assert not answer.value
    assert not answer.assumed_years


@pytest.mark.parametrize(("year", "name", "day"), WORKED, ids=str)
def test_the_weekend_day_given_in_exchange_is_worked(year, name, day):
    assert is_workday(date.fromisoformat(day), taken(year)).value


def test_a_limit_of_20_workdays_passes_over_the_spring_festival():
    """行政许可法 §82: limits are reckoned in workdays, without the legal holidays."""
    assert add_workdays(date(2025, 1, 20), 20, taken(2025)).value == date(2025, 2, 21)


def test_a_year_has_as_many_workdays_as_announced():
    """2025: 365 days, 104 of weekends, 18 weekdays off, 5 weekend days worked in exchange."""
    year = workdays_between(date(2024, 12, 31), date(2025, 12, 31), taken(2025))
    assert year == Reckoned(365 - 104 - 18 + 5)


def test_new_year_2023_began_in_2022():
    """2023 元旦: 2022-12-31 to 2023-01-02; the last day of 2022 stands in the announcement of 2023."""
    announced = taken(2022, 2023)
    assert not is_workday(date(2022, 12, 31), announced).value
    assert not is_workday(date(2023, 1, 2), announced).value
