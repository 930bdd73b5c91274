"""A timetable of whole days: the announced workdays, calendar days, and what stops the building site."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Self

from projects.workdays import Announced, is_workday

from .axis import Axis, Interrupted, PlanError, Span, Unbroken
from .timetable import Timetable, Unit

SITE = "site"
YEAR = 366


def day_of(ordinal: int) -> date:
    try:
        return date.fromordinal(ordinal)
    except (ValueError, OverflowError):
        raise PlanError("排出的日期超出公元 1 年至 9999 年，请检查工期和要求日期。") from None


@dataclass(frozen=True, slots=True)
class Blackout:
    """停工期: winter, flood season, Spring Festival. The site rests on both days and between; offices do not."""

    name: str
    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise PlanError(f"停工期“{self.name}”的结束日期 {self.last} 早于开始日期 {self.first}。")


def every_year(name: str, *, first: tuple[int, int], last: tuple[int, int], years: Iterable[int]) -> list[Blackout]:
    """The same stop (month, day) in each of these years; one that ends before it begins runs into the next year.

    The last day of a month that is shorter in some years is written as the 28th.
    """
    over_new_year = last < first
    return [Blackout(name, date(year, *first), date(year + over_new_year, *last)) for year in years]


class DayTimetable(Timetable[date]):
    """Ticks are days. The calendar ``SITE`` is the office's calendar without the blackouts, for either unit."""

    def __init__(
        self,
        works: Callable[[date], bool],
        *,
        near: date,
        blackouts: Iterable[Blackout] = (),
        known_years: Collection[int] | None = None,
    ) -> None:
        """``near`` is any day of the plan. ``known_years`` None: the calendar is complete for every year."""
        self._spans = _Spans(works)
        self._near, self._known_years = near.toordinal(), known_years
        self._office = self._interrupted(self._spans.worked)
        self._unbroken: Axis = Unbroken()
        self._close_site(blackouts)

    @classmethod
    def of(cls, announced: Announced, *, near: date, blackouts: Iterable[Blackout] = ()) -> Self:
        """The calendar as announced; years not announced are Monday to Friday, and ``cautions`` names them."""

        def works(day: date) -> bool:
            return is_workday(day, announced).value

        return cls(works, near=near, blackouts=blackouts, known_years=announced.years)

    def with_blackouts(self, blackouts: Iterable[Blackout]) -> Self:
        """This timetable for another site. The office's days, already laid out, are shared."""
        sibling = type(self).__new__(type(self))
        sibling.__dict__.update(self.__dict__)
        sibling._close_site(blackouts)
        return sibling

    def axis(self, unit: Unit, calendar: str) -> Axis:
        if calendar == SITE and self._site:
            return self._site[unit]
        return self._office if unit is Unit.WORKING else self._unbroken

    def opens(self, moment: date) -> int:
        return moment.toordinal()

    def closes(self, moment: date) -> int:
        return moment.toordinal() + 1

    def start(self, tick: int) -> date:
        return day_of(tick)

    def finish(self, tick: int) -> date:
        return self.start(tick - 1)

    def cautions(self, first: date, last: date) -> tuple[str, ...]:
        if self._known_years is None:
            return ()
        years = [str(year) for year in range(first.year, last.year + 1) if year not in self._known_years]
        if not years:
            return ()
        return (f"{'、'.join(years)} 年的放假安排尚未公布（未录入），暂按周一至周五计算工作日。",)

    def _close_site(self, blackouts: Iterable[Blackout]) -> None:
        stops = sorted((b.first.toordinal(), b.last.toordinal() + 1) for b in blackouts)
        self._site: dict[Unit, Axis] = {}
        if stops:
            self._site = {
                Unit.WORKING: self._interrupted(lambda a, b: without(self._spans.worked(a, b), stops)),
                Unit.CALENDAR: self._interrupted(lambda a, b: without([(a, b)], stops)),
            }

    def _interrupted(self, spans_in: Callable[[int, int], Iterable[Span]]) -> Interrupted:
        return Interrupted(spans_in, origin=self._near, stretch=YEAR)


class _Spans:
    """Runs of working days, asked for once however many sites share them."""

    def __init__(self, works: Callable[[date], bool]) -> None:
        self._works = works
        self._asked: dict[tuple[int, int], list[Span]] = {}

    def worked(self, start: int, stop: int) -> list[Span]:
        if (start, stop) not in self._asked:
            self._asked[start, stop] = list(self._runs(start, stop))
        return self._asked[start, stop]

    def _runs(self, start: int, stop: int) -> Iterator[Span]:
        began: int | None = None
        for tick in range(start, stop):
            if self._works(day_of(tick)):
                began = tick if began is None else began
            elif began is not None:
                yield began, tick
                began = None
        if began is not None:
            yield began, stop


def without(spans: Iterable[Span], stops: Iterable[Span]) -> Iterator[Span]:
    """The spans less the stops, which come sorted and may overlap."""
    stops = list(stops)
    for start, end in spans:
        left = start
        for first, last in stops:
            if last <= left or first >= end:
                continue
            if first > left:
                yield left, first
            left = last
        if left < end:
            yield left, end
