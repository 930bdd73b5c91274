"""Working days (工作日): Monday to Friday, except where the State Council announced otherwise.

Nobody announces a year before the November before it. A year whose holidays are not entered is
reckoned Monday to Friday, and every answer that did so names it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Generic, TypeVar

Value = TypeVar("Value")


@dataclass(frozen=True)
class Announced:
    """The days on which the calendar differs from Monday to Friday; ``True`` is a workday (调休上班)."""

    days: Mapping[date, bool]

    @cached_property
    def years(self) -> frozenset[int]:
        """Years whose holidays are known.

        National Day is announced with every year. A day at a year's very end may stand in the next
        year's announcement, so a single known day does not make its year known.
        """
        return frozenset(day.year for day in self.days if (day.month, day.day) == (10, 1))


@dataclass(frozen=True)
class Reckoned(Generic[Value]):
    """An answer, and the years for which it only assumed Monday to Friday."""

    value: Value
    assumed_years: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        raise TypeError("ask for .value: an answer that rests on an assumption is no yes or no")


def is_workday(day: date, announced: Announced) -> Reckoned[bool]:
    return Reckoned(_is_worked(day, announced), _assumed([day], announced))


def add_workdays(start: date, workdays: int, announced: Announced) -> Reckoned[date]:
    """The last day of a limit of so many workdays; the day it starts on does not count (民法典 §201).

    Nought is the day itself, worked or not. A negative limit counts backwards.
    """
    counted, left = [start], abs(workdays)
    while left:
        counted.append(counted[-1] + timedelta(days=1 if workdays > 0 else -1))
        left -= _is_worked(counted[-1], announced)
    return Reckoned(counted[-1], _assumed(counted[1:], announced))


def workdays_between(start: date, end: date, announced: Announced) -> Reckoned[int]:
    """Workdays after ``start`` up to and including ``end``; negative when ``end`` lies before."""
    step = 1 if end >= start else -1
    counted = [start + timedelta(days=step * n) for n in range(1, abs((end - start).days) + 1)]
    return Reckoned(step * sum(_is_worked(day, announced) for day in counted), _assumed(counted, announced))


def _is_worked(day: date, announced: Announced) -> bool:
    return announced.days.get(day, day.weekday() < 5)


def _assumed(days: Iterable[date], announced: Announced) -> tuple[int, ...]:
    """A day entered by itself is known, whatever is known of its year."""
    return tuple(sorted({day.year for day in days if day not in announced.days} - announced.years))
