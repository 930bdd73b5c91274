"""How moments of a schedule (dates, times of day, periods) stand for ticks."""

from abc import ABC, abstractmethod
from enum import StrEnum
from fractions import Fraction
from typing import ClassVar, Generic, TypeVar

from .axis import Axis, Unbroken

M = TypeVar("M")


class Unit(StrEnum):
    """In what a duration or a lag is counted: 工作日, or 日历天 that run through weekends and holidays."""

    WORKING = "WORKING"
    CALENDAR = "CALENDAR"


class Timetable(ABC, Generic[M]):
    """The calendars of a network. ``M`` is what its moments are: ``date``, ``datetime`` or ``int``."""

    unit_name: ClassVar[str] = "个工作日"
    # Whether a milestone is shown when the following work can start, not when the work before it ends.
    milestones_open: ClassVar[bool] = False

    @abstractmethod
    def axis(self, unit: Unit, calendar: str) -> Axis:
        """What is worked under this unit and this named calendar; "" is the office's calendar."""

    @abstractmethod
    def opens(self, moment: M) -> int:
        """The tick at which this day (this moment) begins."""

    @abstractmethod
    def closes(self, moment: M) -> int:
        """The tick at which this day (this moment) is over."""

    @abstractmethod
    def start(self, tick: int) -> M:
        """How a start at this tick is written: the day that begins there."""

    @abstractmethod
    def finish(self, tick: int) -> M:
        """How a finish at this tick is written: the day that ends there."""

    def amount(self, ticks: int, unit: Unit = Unit.WORKING) -> Fraction:
        """A number of ticks in days (or periods)."""
        return Fraction(ticks)

    def cautions(self, first: M, last: M) -> tuple[str, ...]:
        """What a reader of dates in this range must be warned of."""
        return ()


class Periods(Timetable[int]):
    """Plain periods counted from nought: no calendar at all."""

    unit_name = "期"

    def axis(self, unit: Unit, calendar: str) -> Axis:
        return Unbroken()

    def opens(self, moment: int) -> int:
        return moment

    def closes(self, moment: int) -> int:
        return moment

    def start(self, tick: int) -> int:
        return tick

    def finish(self, tick: int) -> int:
        return tick


PERIODS = Periods()
