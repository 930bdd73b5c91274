"""Time as a length: which day stands where, and what is written above it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

DAY = timedelta(days=1)


class Zoom(StrEnum):
    MONTH = "month"
    WEEK = "week"
    DAY = "day"


class Tick(NamedTuple):
    """A stretch of the axis with its name; ``until`` is the day after its last."""

    since: date
    until: date
    name: str


@dataclass(frozen=True)
class TimeAxis:
    """The days from ``first_on`` to ``last_on``, each ``day_width`` wide, beginning at ``left``."""

    first_on: date
    last_on: date
    left: float
    day_width: float

    @property
    def right(self) -> float:
        return self.left + ((self.last_on - self.first_on).days + 1) * self.day_width

    def x(self, day: date) -> float:
        """The left edge of this day, held within the axis."""
        return min(max(self.left + (day - self.first_on).days * self.day_width, self.left), self.right)

    def middle(self, day: date) -> float:
        """Where a mark of this day stands."""
        return min(self.x(day) + self.day_width / 2, self.right)

    def shows(self, day: date) -> bool:
        return self.first_on <= day <= self.last_on

    def meets(self, first_on: date, last_on: date) -> bool:
        return first_on <= self.last_on and last_on >= self.first_on

    def years(self) -> list[Tick]:
        return list(self._ticks(_next_year, lambda day: f"{day.year}年"))

    def months(self) -> list[Tick]:
        return list(self._ticks(_next_month, lambda day: f"{day.month}月"))

    def quarters(self) -> list[Tick]:
        return list(self._ticks(_next_quarter, lambda day: f"{(day.month + 2) // 3}季度"))

    def weeks(self) -> list[Tick]:
        return list(self._ticks(_next_monday, lambda day: f"{day.month}.{day.day}"))

    def days(self) -> list[Tick]:
        return list(self._ticks(lambda day: day + DAY, lambda day: str(day.day)))

    def _ticks(self, following: Callable[[date], date], name: Callable[[date], str]) -> Iterator[Tick]:
        since = self.first_on
        while since <= self.last_on:
            until = min(following(since), self.last_on + DAY)
            yield Tick(since, until, name(since))
            since = until


def fitted(first_on: date, last_on: date, *, left: float, right: float) -> TimeAxis:
    """The axis of these days that fills the room between the two edges."""
    return TimeAxis(first_on, last_on, left, (right - left) / ((last_on - first_on).days + 1))


def year_of(day: date) -> tuple[date, date]:
    """The year of this day; where it is nearly over, also what comes next: the two months after the day's own."""
    return date(day.year, 1, 1), max(date(day.year, 12, 31), month_end(_next_month(_next_month(day))))


def month_begin(day: date) -> date:
    return day.replace(day=1)


def month_end(day: date) -> date:
    return _next_month(day) - DAY


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def _next_quarter(day: date) -> date:
    month = (day.month + 2) // 3 * 3 + 1
    return date(day.year + (month > 12), (month - 1) % 12 + 1, 1)


def _next_year(day: date) -> date:
    return date(day.year + 1, 1, 1)


def _next_monday(day: date) -> date:
    return day + timedelta(days=7 - day.weekday())
