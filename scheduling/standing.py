"""逾期: what is late on a day and by how much, from plain dated facts of one project.

An item is overdue from the day after its approved date, as long as it is open at the end of the day. Days of an
excused suspension do not count: what falls due within one lapses when work resumes, what was overdue before stays
so and gains no day. A project that has left the register owes nothing.

The same rule is asked in two forms. ``overdue`` answers for one day. ``outlook`` answers for a day and every later
one by dates alone, so that it can be stored and compared in the database without a nightly recount.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

DAY = timedelta(days=1)


class ItemKind(StrEnum):
    START = "START"
    FINISH = "FINISH"
    MILESTONE = "MILESTONE"
    STAGE_TARGET = "STAGE_TARGET"
    PERMIT = "PERMIT"
    INVESTMENT = "INVESTMENT"
    DECISION = "DECISION"


KIND_WORDS = {
    "START": "应开未开",
    "FINISH": "应竣未竣",
    "NODE": "节点逾期",
    "PERMIT": "审批逾期",
    "INVESTMENT": "投资滞后",
    "DECISION": "交办逾期",
}
"""What is overdue, by the keys of ``overdue.KINDS``."""
NODES = frozenset({ItemKind.MILESTONE, ItemKind.STAGE_TARGET})
OWN_NAMES = {ItemKind.START: "开工", ItemKind.FINISH: "竣工", ItemKind.INVESTMENT: "年度投资"}
"""What the items about a project itself are called."""
_ORDER = {kind: place for place, kind in enumerate(ItemKind)}


Key = tuple[ItemKind, int]
"""What an item is about: its kind and subject. No two items have the same."""


class Item(NamedTuple):
    """What is to be done, with its four dates. Without an approved date it is never overdue.

    ``subject`` is the key of what it is about, of the project itself for a start, a finish and the investment.
    ``is_reached`` without ``actual_on``: reached, the day is not known. ``person`` answers for this item alone.
    """

    kind: ItemKind
    subject: int
    stage: str
    name: str
    person: str | None
    original_on: date | None
    approved_on: date | None
    forecast_on: date | None
    actual_on: date | None
    is_reached: bool

    @property
    def key(self) -> Key:
        return self.kind, self.subject

    def is_open(self, *, on: date) -> bool:
        return not self.is_reached or (self.actual_on is not None and self.actual_on > on)


class Span(NamedTuple):
    """From ``since`` until the day before ``until``; ``date.max``: no end in sight."""

    since: date
    until: date = date.max

    def holds(self, day: date) -> bool:
        return self.since <= day < self.until

    def days_within(self, *, after: date, to: date) -> int:
        return max(0, (min(self.until - DAY, to) - max(self.since - DAY, after)).days)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one project. ``excused`` and ``away`` are joined (see ``joined``, ``absences``)."""

    items: Sequence[Item]
    excused: Sequence[Span] = ()
    away: Sequence[Span] = ()


NO_FACTS = Facts(items=())


class Late(NamedTuple):
    """An overdue item with its days late against the approved and against the original date."""

    item: Item
    days: int
    original_days: int


class Prospect(NamedTuple):
    """What holds of an open item on the days ``[since, until)``, until a new fact arrives.

    It is overdue on a day after ``late_since``, by the days from ``late_since`` to that day or to ``stopped_on``,
    whichever comes first. ``late_since`` None: not overdue on any of these days. ``leads``: of the project's open
    items it has waited longest; ``leads_stage``: of those of its stage.
    """

    item: Item
    due_on: date
    since: date
    until: date
    late_since: date | None
    original_late_since: date | None
    stopped_on: date | None
    leads: bool
    leads_stage: bool


def joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The same days as disjoint spans in order, so that no day is excused twice."""
    result: list[Span] = []
    for span in sorted(spans):
        if result and span.since <= result[-1].until:
            result[-1] = Span(result[-1].since, max(result[-1].until, span.until))
        else:
            result.append(span)
    return tuple(result)


def absences(entries: Iterable[tuple[date, bool]]) -> tuple[Span, ...]:
    """When the project was off the register, from (day, whether that day it exited) of its tier entries."""
    result: list[Span] = []
    since = None
    for entered_on, exited in sorted(entries):
        if exited and since is None:
            since = entered_on
        elif not exited and since is not None:
            result.append(Span(since, entered_on))
            since = None
    return (*result, Span(since)) if since else tuple(result)


def days_late(due_on: date | None, *, on: date, excused: Sequence[Span] = ()) -> int:
    """Calendar days after ``due_on`` up to and including ``on``, without the excused ones. No date: nought."""
    if due_on is None or on <= due_on:
        return 0
    return (on - due_on).days - sum(span.days_within(after=due_on, to=on) for span in excused)


def days_since(late_since: date | None, *, on: date, stopped_on: date | None) -> int:
    """``days_late`` from what was stored of an open item (``Prospect``)."""
    return 0 if late_since is None else max(0, (min(on, stopped_on or on) - late_since).days)


def overdue(facts: Facts, *, on: date) -> list[Late]:
    """The overdue items of the project at the end of this day, worst first."""
    if any(span.holds(on) for span in facts.away):
        return []
    late = (
        Late(
            item,
            days_late(due_on, on=on, excused=facts.excused),
            days_late(item.original_on, on=on, excused=facts.excused),
        )
        for due_on, item in _waiting(facts.items, on=on)
    )
    return [each for each in late if each.days]


def outlook(facts: Facts, *, on: date) -> list[Prospect]:
    """``overdue`` of this day and of every later one. A fact dated ahead divides the days to come."""
    return [
        prospect
        for span in _days_ahead(facts, on=on)
        if not any(away.holds(span.since) for away in facts.away)
        for prospect in _prospects(facts, span)
    ]


def turns_ahead(facts: Facts, *, on: date) -> date:
    """The first later day on which a dated fact changes what is owed: it falls due, happens or is interrupted."""
    due = (item.approved_on + DAY for item in facts.items if item.approved_on is not None and item.is_open(on=on))
    done = (item.actual_on for item in facts.items if item.actual_on is not None)
    interrupted = (day for span in (*facts.excused, *facts.away) for day in span)
    return min((day for days in (due, done, interrupted) for day in days if day > on), default=date.max)


def stage_on(items: Iterable[Item], *, on: date, order: Sequence[str]) -> str:
    """The first stage not reached, by its target or, without one, by its milestones.

    All reached: the last stage. Nothing known of any: "".
    """
    known: dict[str, list[Item]] = {}
    for item in (item for item in items if item.kind in NODES):
        known.setdefault(item.stage, []).append(item)
    last = ""
    for stage in (stage for stage in order if stage in known):
        targets = [item for item in known[stage] if item.kind is ItemKind.STAGE_TARGET]
        if any(item.is_open(on=on) for item in targets or known[stage]):
            return stage
        last = stage
    return last


def _waiting(items: Iterable[Item], *, on: date) -> list[tuple[date, Item]]:
    """Open items with their due dates. Days late never grow with a later date, so the first is the worst."""
    waiting = [(item.approved_on, item) for item in items if item.approved_on and item.is_open(on=on)]
    return sorted(waiting, key=lambda pair: (pair[0], _ORDER[pair[1].kind], pair[1].subject))


def _days_ahead(facts: Facts, *, on: date) -> Iterator[Span]:
    """From this day on, divided where a fact dated ahead takes effect."""
    turns = {day for span in (*facts.excused, *facts.away) for day in span}
    turns |= {item.actual_on for item in facts.items if item.actual_on is not None}
    return (Span(*pair) for pair in pairwise([on, *sorted(day for day in turns if on < day < date.max), date.max]))


def _prospects(facts: Facts, days: Span) -> Iterator[Prospect]:
    over = [span for span in facts.excused if span.until <= days.since]
    running = next((span for span in facts.excused if span.holds(days.since)), None)
    stopped_on = running.since - DAY if running else None
    stages: set[str] = set()
    for turn, (due_on, item) in enumerate(_waiting(facts.items, on=days.since)):
        yield Prospect(
            item,
            due_on,
            days.since,
            days.until,
            _late_since(due_on, over=over, stopped_on=stopped_on),
            _late_since(item.original_on, over=over, stopped_on=stopped_on),
            stopped_on,
            leads=turn == 0,
            leads_stage=item.stage not in stages,
        )
        stages.add(item.stage)


def _late_since(due_on: date | None, *, over: Sequence[Span], stopped_on: date | None) -> date | None:
    """The due date moved by the excused days that are over; None where the clock stopped before it passed."""
    if due_on is None:
        return None
    since = due_on + DAY * sum(span.days_within(after=due_on, to=span.until) for span in over)
    return since if stopped_on is None or since < stopped_on else None
