"""报告期: weeks, ten days, half months and months; which one a day lies in, and which one closed last.

A period lies in one year and belongs to the month of its last day, the reporting day. A week runs from
Saturday to Friday; the one in which a year ends is two periods, so that a year is a sum of its periods.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

DAY = timedelta(days=1)
_FRIDAY = 4


class Kind(StrEnum):
    WEEK = "WEEK"
    TEN_DAY = "TEN_DAY"
    HALF_MONTH = "HALF_MONTH"
    MONTH = "MONTH"


_LAST_DAYS = {Kind.TEN_DAY: (10, 20), Kind.HALF_MONTH: (15,), Kind.MONTH: ()}


@dataclass(frozen=True, order=True)
class Period:
    """Both days belong to it."""

    starts_on: date
    ends_on: date
    kind: Kind

    @property
    def month(self) -> tuple[int, int]:
        """The year and month it is counted in."""
        return self.ends_on.year, self.ends_on.month

    def __contains__(self, day: date) -> bool:
        return self.starts_on <= day <= self.ends_on


def period_of(day: date, *, kind: Kind) -> Period:
    if kind is Kind.WEEK:
        friday = day + DAY * ((_FRIDAY - day.weekday()) % 7)
        return Period(max(friday - 6 * DAY, date(day.year, 1, 1)), min(friday, date(day.year, 12, 31)), kind)
    last = (day.replace(day=28) + 4 * DAY).replace(day=1) - DAY
    ends = [day.replace(day=n) for n in _LAST_DAYS[kind]] + [last]
    starts = [day.replace(day=1), *(end + DAY for end in ends[:-1])]
    return next(Period(start, end, kind) for start, end in zip(starts, ends, strict=True) if day <= end)


def previous(period: Period) -> Period:
    return period_of(period.starts_on - DAY, kind=period.kind)


def following(period: Period) -> Period:
    return period_of(period.ends_on + DAY, kind=period.kind)


def closed_by(day: date, *, kind: Kind) -> Period:
    """The last period that is over before this day begins."""
    return previous(period_of(day, kind=kind))


def of_month(year: int, month: int, *, kind: Kind) -> Iterator[Period]:
    """The periods counted in this month, in order."""
    period = period_of(date(year, month, 1), kind=kind)
    while period.month == (year, month):
        yield period
        period = following(period)
