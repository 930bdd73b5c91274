"""Which project meets which fate, so that the district looks like one: most on time, one in six late."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from random import Random

from projects.demo.course import (
    BEIJING,
    Course,
    State,
    Step,
    changed,
    due_earlier,
    forecasts,
    happened,
    held_up,
    planned_days,
)
from projects.demo.stages import FINISH, START

# Days late, by how many projects: some a few days, few beyond a hundred.
_LATENESS = (
    1,
    2,
    3,
    3,
    5,
    6,
    8,
    9,
    11,
    12,
    14,
    16,
    17,
    19,
    22,
    24,
    26,
    29,
    33,
    37,
    41,
    46,
    52,
    58,
    63,
    74,
    86,
    97,
    112,
    134,
    188,
)
_UNUSED = (52, 74)  # everything is in hand, nobody builds, and the permit to build runs out
_FINISHED, _RESERVE, _PREPARING, _ADDED = 20, 15, 46, 5


@dataclass(frozen=True)
class Calendar:
    """When the plans were approved, as far as the anchor day allows."""

    anchor: date

    @property
    def last_year(self) -> datetime:
        return datetime(self.anchor.year - 2, 12, 26, 16, 30, tzinfo=BEIJING)

    @property
    def this_year(self) -> datetime:
        return datetime(self.anchor.year - 1, 12, 26, 16, 30, tzinfo=BEIJING)

    @property
    def adjusted_from(self) -> date:
        """The mid-year adjustment: July, or three weeks ago in the first half of a year."""
        middle = min(date(self.anchor.year, 7, 1), self.anchor - timedelta(days=21))
        return max(middle, date(self.anchor.year, 1, 1))

    @property
    def adjusted(self) -> datetime:
        day = self.adjusted_from - timedelta(days=3)
        return datetime(day.year, day.month, day.day, 17, tzinfo=BEIJING)


@dataclass(frozen=True)
class Fate:
    """What becomes of a project. ``days_late`` is what its first unreached step is overdue on the anchor day.

    ``awaits_start``: that step is the start.
    """

    state: State
    days_late: int = 0
    suspended_for: int = 0
    is_excused: bool = False
    exits: bool = False
    is_added: bool = False
    is_rescheduled: bool = False
    awaits_start: bool = False


SUSPENDED = Fate(State.BUILDING, days_late=41, suspended_for=96, is_excused=True)
STALLED = Fate(State.BUILDING, days_late=33, suspended_for=58)
EXITING = Fate(State.PREPARING, days_late=430, exits=True)


def fates(count: int, dice: Random) -> list[Fate]:
    """``count`` fates in random order; the shares stay the same."""
    late = [
        Fate(State.PREPARING if n % 10 in (2, 5, 8) else State.BUILDING, days, awaits_start=days in _UNUSED)
        for n, days in enumerate(_LATENESS)
    ]
    result = [
        SUSPENDED,
        STALLED,
        EXITING,
        *late,
        *(Fate(State.FINISHED) for _ in range(_FINISHED)),
        *(Fate(State.RESERVE) for _ in range(_RESERVE)),
        *(Fate(State.PREPARING, is_added=True) for _ in range(_ADDED)),
        *(Fate(State.PREPARING) for _ in range(_PREPARING - _ADDED - 9)),
    ]
    on_time = count - len(result)
    result += [Fate(State.BUILDING, is_rescheduled=n % 9 == 0) for n in range(on_time)]
    dice.shuffle(result)
    return result


def live(fate: Fate, *, months: tuple[int, int], calendar: Calendar, dice: Random) -> Course:
    """The course of a project of this fate that takes about so many months to build."""
    anchor = calendar.anchor
    began, days, reached = _plan(fate, months=months, anchor=anchor, dice=dice)
    listed_at = _listed(fate, began, calendar)
    steps = happened(days, reached=reached, anchor=anchor, listed_at=listed_at, dice=dice)
    if fate.is_rescheduled and listed_at < calendar.adjusted:
        steps = _rescheduled(steps, reached=reached, at=calendar.adjusted, dice=dice)
    elif dice.random() < 0.28 and fate.state is not State.FINISHED:
        steps = changed(steps, numbers=_movable(reached, dice), anchor=anchor, listed_at=listed_at, dice=dice)
    return Course(listed_at, began, tuple(forecasts(steps, anchor=anchor, listed_at=listed_at, dice=dice)))


def _plan(fate: Fate, *, months: tuple[int, int], anchor: date, dice: Random) -> tuple[date, list[date], int]:
    """The day it began to be prepared, the planned days, and how many of the steps were reached."""
    building, preparing = timedelta(days=30 * dice.randint(*months)), timedelta(days=dice.randint(190, 380))
    start = anchor
    if fate.state is State.PREPARING:
        start = anchor + timedelta(days=dice.randint(12, 170))
    elif fate.state is State.BUILDING:
        start = anchor - building * dice.uniform(0.05, 0.93)
    elif fate.state is State.FINISHED:
        start = anchor - timedelta(days=dice.randint(9, 330)) - building
    days = planned_days(began=start - preparing, start=start, finish=start + building, dice=dice)
    reached = sum(day < anchor for day in days)
    if fate.state is State.FINISHED:
        reached = len(days)
    elif fate.days_late:
        reached = dice.randint(1, START) if fate.state is State.PREPARING else dice.randint(START + 1, FINISH)
        reached = START if fate.awaits_start else reached
        days = held_up(days, at_step=reached, due=anchor - timedelta(days=fate.days_late))
    return days[0] - timedelta(days=30), days, reached


def _listed(fate: Fate, began: date, calendar: Calendar) -> datetime:
    if fate.is_added:
        return calendar.adjusted
    return calendar.last_year if began < calendar.last_year.date() + timedelta(days=90) else calendar.this_year


def _movable(reached: int, dice: Random) -> list[int]:
    """A few neighbouring steps about where the work stands; the start and the finish belong to the annual plan."""
    first = max(reached - dice.randint(0, 2), 1)
    return [n for n in range(first, first + dice.randint(1, 3)) if n not in (START, FINISH) and n < FINISH] or [1]


def _rescheduled(steps: list[Step], *, reached: int, at: datetime, dice: Random) -> list[Step]:
    """Everything still to come was moved by the mid-year adjustment of the plan."""
    shift = timedelta(days=dice.choice((30, 45, 60)))
    first = due_earlier(steps, numbers=range(max(reached, 1), len(steps)), by=shift)
    return [
        replace(step, original=first[number], changed_at=at)
        if first.get(number, step.original) < step.original
        else step
        for number, step in enumerate(steps)
    ]


def _is_earlier(first: dict[int, date], number: int, step: Step) -> bool:
    return number in first and first[number] < step.original
