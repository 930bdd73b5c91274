"""A timetable in seconds: calendars of working hours, as MS Project keeps them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from functools import partial

from projects.backward import Timetable, Unit
from projects.backward.axis import Axis, Interrupted, Span, Unbroken
from projects.backward.days import day_of

DAY = 24 * 60 * 60
Hours = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Exceptional:
    """Days on which other hours hold, by weekday; a weekday not named keeps its usual hours."""

    first: date
    last: date
    week: Mapping[int, Hours]


@dataclass(frozen=True, slots=True)
class Calendar:
    """Working hours by weekday (Monday is 0), in seconds of the day. What a calendar does not say its base says."""

    week: Mapping[int, Hours]
    exceptions: tuple[Exceptional, ...] = ()
    base: "Calendar | None" = None

    def hours(self, day: date) -> Hours:
        exceptional = self._exceptional(day)
        return self._usual(day) if exceptional is None else exceptional

    def _exceptional(self, day: date) -> Hours | None:
        for one in self.exceptions:
            if one.first <= day <= one.last and day.weekday() in one.week:
                return one.week[day.weekday()]
        return self.base._exceptional(day) if self.base else None

    def _usual(self, day: date) -> Hours:
        if day.weekday() in self.week:
            return self.week[day.weekday()]
        return self.base._usual(day) if self.base else ()


class OfficeHours(Timetable[datetime]):
    """Ticks are seconds. The calendar "" is the project's; tasks may name another."""

    def __init__(self, calendars: Mapping[str, Calendar], *, near: datetime, day_length: int) -> None:
        self._elapsed: Axis = Unbroken()
        self._day_length = day_length
        self._axes = {
            name: Interrupted(partial(_spans, calendar), origin=self.opens(near), stretch=366 * DAY)
            for name, calendar in calendars.items()
        }

    def axis(self, unit: Unit, calendar: str) -> Axis:
        return self._elapsed if unit is Unit.CALENDAR else self._axes[calendar]

    def opens(self, moment: datetime) -> int:
        return moment.toordinal() * DAY + moment.hour * 3600 + moment.minute * 60 + moment.second

    closes = opens

    def start(self, tick: int) -> datetime:
        ordinal, seconds = divmod(tick, DAY)
        return datetime.combine(day_of(ordinal), time()) + timedelta(seconds=seconds)

    finish = start

    def amount(self, ticks: int, unit: Unit = Unit.WORKING) -> Fraction:
        return Fraction(ticks, self._day_length if unit is Unit.WORKING else DAY)


def _spans(calendar: Calendar, first: int, last: int) -> Iterator[Span]:
    for ordinal in range(first // DAY, -(-last // DAY)):
        for start, end in calendar.hours(day_of(ordinal)):
            yield ordinal * DAY + start, ordinal * DAY + end
