"""报送时限: when a report period is due, given the holidays."""

from collections.abc import Iterator
from datetime import date, timedelta

from projects.periods import Kind, Period, following, period_of
from projects.workdays import Announced, is_workday

DAY = timedelta(days=1)
MONTH_END = "MONTH_END"


def span_of(day: date, *, kind: str) -> Period:
    """The days reported as one; what is adjusted at the end of a month is adjusted for that month."""
    return period_of(day, kind=Kind.MONTH if kind == MONTH_END else Kind(kind))


def begun(first: date, *, kind: str, on: date) -> Iterator[Period]:
    """The periods from the one ``first`` lies in to the one ``on`` lies in; none where ``first`` is to come."""
    span = span_of(first, kind=kind)
    while span.starts_on <= on:
        yield span
        span = following(span)


def due_on(span: Period, *, postponed: bool, announced: Announced) -> date:
    """The last day where it is worked; else the last worked day of the period before it, or the first one after.

    Where it is ``postponed``, or no day of the period is worked, it is the first worked day after.
    """
    if not postponed:
        before = (span.ends_on - DAY * back for back in range((span.ends_on - span.starts_on).days + 1))
        worked = next((day for day in before if is_workday(day, announced).value), None)
        if worked:
            return worked
    day = span.ends_on
    while not is_workday(day, announced).value:
        day += DAY
    return day
