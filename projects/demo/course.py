"""How a project runs: the days of its twelve steps as first approved, as approved now, and as they happened.

Everything is invented backwards from the anchor day, and nothing is known before it happened.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import Enum
from itertools import zip_longest
from random import Random
from zoneinfo import ZoneInfo

from projects.demo.stages import FINISH, START

BEIJING = ZoneInfo("Asia/Shanghai")
# Where the twelve steps lie: the first five between the idea and the start, the rest between start and finish.
_PREPARING = (0.12, 0.34, 0.58, 0.8, 0.96)
_BUILDING = (0.0, 0.16, 0.33, 0.54, 0.76, 0.91, 1.0)


class State(Enum):
    RESERVE = "储备"
    PREPARING = "前期"
    BUILDING = "在建"
    FINISHED = "竣工"


@dataclass(frozen=True)
class Step:
    """The dates of one step. ``changed_at`` is when ``approved`` replaced ``original``."""

    original: date
    approved: date
    actual: date | None = None
    changed_at: datetime | None = None
    known_at: datetime | None = None
    forecast: date | None = None
    forecast_at: datetime | None = None

    def approved_at(self, moment: datetime) -> date:
        """The date approved as known at this moment."""
        return self.original if self.changed_at and moment < self.changed_at else self.approved


@dataclass(frozen=True)
class Version:
    """The four dates of a step as known from one moment until the next version."""

    recorded_at: datetime
    superseded_at: datetime | None
    original_on: date
    approved_on: date
    forecast_on: date | None
    actual_on: date | None


@dataclass(frozen=True)
class Course:
    """One project's life. ``listed_at`` is when the register first held it."""

    listed_at: datetime
    began: date
    steps: tuple[Step, ...]

    @property
    def started(self) -> date | None:
        return self.steps[START].actual

    @property
    def finished(self) -> date | None:
        return self.steps[FINISH].actual

    def was_started_before(self, year: int) -> bool:
        return self.started is not None and self.started.year < year


def moment(day: date, dice: Random) -> datetime:
    """A minute of the working hours of this day."""
    return datetime.combine(day, time(dice.randint(9, 16), dice.randint(0, 59)), BEIJING)


def planned_days(*, began: date, start: date, finish: date, dice: Random) -> list[date]:
    """Twelve days in order; most lie on the 10th, the 20th or the end of a month, as people plan."""
    shares = [(began, start, share) for share in _PREPARING] + [(start, finish, share) for share in _BUILDING]
    days = [first + (last - first) * share for first, last, share in shares]
    return sorted(_round(day) if dice.random() < 0.75 else day for day in days)


def _round(day: date) -> date:
    if day.day <= 5:
        return day.replace(day=1) - timedelta(days=1)
    if day.day <= 15:
        return day.replace(day=10)
    if day.day <= 25:
        return day.replace(day=20)
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def held_up(days: Sequence[date], *, at_step: int, due: date) -> list[date]:
    """The same plan moved so that this step was due on this day, the order kept."""
    moved = [day + (due - days[at_step]) for day in days]
    return [min(d, due) if i < at_step else max(d, due) for i, d in enumerate(moved)]


def happened(days: Sequence[date], *, reached: int, anchor: date, listed_at: datetime, dice: Random) -> list[Step]:
    """The first ``reached`` steps were reached, about when planned; the register heard of it a little later."""
    steps, previous = [], date.min
    for number, day in enumerate(days):
        step = Step(day, day)
        if number < reached:
            previous = min(max(day + timedelta(days=_slip(dice)), previous), anchor - timedelta(days=1))
            heard = min(previous + timedelta(days=_lag(dice)), anchor - timedelta(days=1))
            step = replace(step, actual=previous, known_at=max(moment(heard, dice), listed_at))
        steps.append(step)
    return steps


def _slip(dice: Random) -> int:
    roll = dice.random()
    if roll < 0.55:
        return -dice.randint(0, 12)
    return 0 if roll < 0.82 else dice.randint(1, 18)


def _lag(dice: Random) -> int:
    """Most is reported within the week; some only weeks later."""
    return dice.randint(0, 6) if dice.random() < 0.87 else dice.randint(10, 26)


def changed(
    steps: Sequence[Step], *, numbers: Sequence[int], anchor: date, listed_at: datetime, dice: Random
) -> list[Step]:
    """These steps were first due earlier; a later date was approved about when the first one passed."""
    result = list(steps)
    shift = timedelta(days=dice.choice((15, 20, 30, 45, 60, 90)))
    for number, original in due_earlier(steps, numbers=numbers, by=shift).items():
        result[number] = replace(steps[number], original=original)
    moved = [number for number in numbers if result[number].original < steps[number].original]
    if not moved:
        return list(steps)
    first_due = result[moved[0]].original
    earliest, latest = listed_at.date() + timedelta(days=3), anchor - timedelta(days=2)
    decided = min(max(first_due + timedelta(days=dice.randint(-20, 28)), earliest), latest)
    changed_at = max(moment(decided, dice), listed_at)
    for number in moved:
        step = result[number]
        heard = step.known_at and max(step.known_at, changed_at + timedelta(hours=1))
        result[number] = replace(step, changed_at=changed_at, known_at=heard)
    return result


def due_earlier(steps: Sequence[Step], *, numbers: Sequence[int], by: timedelta) -> dict[int, date]:
    """What these steps were due on at first: earlier by so much, but with half of their time left at least."""
    first: dict[int, date] = {}
    for number in numbers:
        before = steps[number - 1]
        half = (steps[number].original - before.original) // 2
        first[number] = max(steps[number].original - by, first.get(number - 1, before.original) + half)
    return first


def forecasts(steps: Sequence[Step], *, anchor: date, listed_at: datetime, dice: Random) -> list[Step]:
    """What the leads now expect: every overdue step has a promise, some of the next ones a date of their own.

    What is promised late pushes the steps behind it.
    """
    result, latest = [], date.min
    for step in steps:
        said = moment(anchor - timedelta(days=dice.randint(1, 20)), dice)
        promised = None if step.actual else _promised(step, anchor, dice)
        if step.actual is None and latest >= (promised or step.approved):
            promised = latest + timedelta(days=dice.randint(5, 15))
        latest = promised or latest
        at = max(said, listed_at, step.changed_at or listed_at)
        result.append(replace(step, forecast=promised, forecast_at=at) if promised else step)
    return result


def _promised(step: Step, anchor: date, dice: Random) -> date | None:
    """None while nobody expects anything but the approved date."""
    if step.approved < anchor:
        return anchor + timedelta(days=dice.randint(8, 60))
    if (step.approved - anchor).days < 90 and dice.random() < 0.4:
        return max(step.approved + timedelta(days=dice.randint(-6, 12)), anchor + timedelta(days=1))
    return None


def versions(step: Step, *, listed_at: datetime, after: Step | None = None) -> list[Version]:
    """What the register held of this step, one version after the other.

    An open step has one more since what it comes ``after`` is known to be done: it has begun.
    """
    events: list[tuple[datetime, dict[str, date | None]]] = [(listed_at, {})]
    if after and after.known_at and not step.actual:
        events.append((after.known_at, {}))
    if step.changed_at:
        events.append((step.changed_at, {"approved_on": step.approved}))
    if step.forecast_at:
        events.append((step.forecast_at, {"forecast_on": step.forecast}))
    if step.known_at:
        events.append((step.known_at, {"actual_on": step.actual}))
    events.sort(key=lambda event: event[0])
    first = step.original if step.changed_at else step.approved
    facts: dict[str, date | None] = {"approved_on": first, "forecast_on": None, "actual_on": None}
    states: dict[datetime, dict[str, date | None]] = {}
    for at, news in events:
        facts = facts | news
        states[at] = facts
    return [
        Version(at, end, original_on=step.original, **known)
        for (at, known), end in zip_longest(states.items(), list(states)[1:])
    ]
