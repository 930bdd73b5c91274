"""How long a problem has been on its level and in a unit's court, and which escalation is due (domain §1.4).

Days are workdays; the day a matter arrives does not count (民法典 §201), so a day belongs to whoever had
the matter when it began, and the parts come to the whole exactly.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Generic, NamedTuple, TypeVar

from projects.workdays import Announced, Reckoned, add_workdays, workdays_between

TOP = 4
# 项目 5、牵头单位 5、分管领导 10 个工作日: what holds where no rule is entered.
DEFAULT_LIMITS: Mapping[int, int] = {1: 5, 2: 5, 3: 10}

Holder = TypeVar("Holder", bound=Hashable)


class Turn(NamedTuple, Generic[Holder]):
    """From this day on ``holder`` has the matter; None: nobody has, it is closed."""

    on: date
    holder: Holder | None


class Span(NamedTuple, Generic[Holder]):
    """The days after ``since`` up to and including ``until``, all of them with one holder."""

    holder: Holder
    since: date
    until: date


class Limit(NamedTuple):
    """A rule of an edition: so many workdays on this level, for stays that begin from a day on."""

    level: int
    effective_on: date
    workdays: int


@dataclass(frozen=True)
class Stay:
    """A problem on its level. ``reminded_on`` is when going up was last declined: the limit runs again from then."""

    level: int
    since: date
    reminded_on: date | None = None

    @property
    def counted_from(self) -> date:
        return max(self.since, self.reminded_on or self.since)


def spans(turns: Iterable[Turn[Holder]], *, on: date) -> list[Span[Holder]]:
    """Who had it from when to when, up to this day; the turns are in order. Moves that change nothing join."""
    found: list[Span[Holder]] = []
    ordered = [turn for turn in turns if turn.on <= on]
    for place, turn in enumerate(ordered):
        until = ordered[place + 1].on if place + 1 < len(ordered) else on
        if turn.holder is None:
            continue
        last = found[-1] if found else None
        if last and last.holder == turn.holder and last.until == turn.on:
            found[-1] = last._replace(until=until)
        else:
            found.append(Span(turn.holder, turn.on, until))
    return found


def days_of(span: Span[Holder], announced: Announced) -> Reckoned[int]:
    return workdays_between(span.since, span.until, announced)


def held(
    turns: Iterable[Turn[Holder]], *, on: date, announced: Announced, since: date | None = None
) -> Reckoned[dict[Holder, int]]:
    """Workdays each holder had it, up to this day and, where ``since`` is given, after that one only."""
    days: dict[Holder, int] = defaultdict(int)
    years: set[int] = set()
    for span in spans(turns, on=on):
        if since and span.until <= since:
            continue
        found = days_of(span._replace(since=max(span.since, since or span.since)), announced)
        days[span.holder] += found.value
        years.update(found.assumed_years)
    return Reckoned(dict(days), tuple(sorted(years)))


class Answering(NamedTuple):
    """The clock of a request: workdays since it was asked, but for those on which nobody had the matter in hand."""

    used: int
    excluded: int


def answering(
    turns: Iterable[Turn[Holder]], *, asked_on: date, until: date, idle: Holder, announced: Announced
) -> Reckoned[Answering]:
    """How long it has waited for its answer, up to this day. ``idle`` holds the days of waiting for the asker."""
    whole = workdays_between(asked_on, until, announced)
    days = held(turns, on=until, since=asked_on, announced=announced)
    used = sum(count for holder, count in days.value.items() if holder != idle)
    return Reckoned(Answering(used, whole.value - used), whole.assumed_years)


def limit_of(stay: Stay, limits: Iterable[Limit]) -> int | None:
    """Workdays allowed on this level by the edition in force when the stay began; None at the top."""
    if stay.level >= TOP:
        return None
    of_level = [limit for limit in limits if limit.level == stay.level and limit.effective_on <= stay.since]
    latest = max(of_level, key=lambda limit: limit.effective_on, default=None)
    return latest.workdays if latest else DEFAULT_LIMITS[stay.level]


def due_on(stay: Stay, limits: Iterable[Limit], announced: Announced) -> Reckoned[date | None]:
    """The last day on this level; None at the top, where there is nobody to turn to."""
    allowed = limit_of(stay, limits)
    if allowed is None:
        return Reckoned(None)
    found = add_workdays(stay.counted_from, allowed, announced)
    return Reckoned(found.value, found.assumed_years)


def escalation_due(stay: Stay, limits: Iterable[Limit], *, on: date, announced: Announced) -> Reckoned[int | None]:
    """The level to propose from the day after the limit; None while it runs, and at the top."""
    last = due_on(stay, limits, announced)
    is_due = last.value is not None and last.value < on
    return Reckoned(stay.level + 1 if is_due else None, last.assumed_years)
