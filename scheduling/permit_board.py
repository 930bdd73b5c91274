"""审批看板: the permits of many projects as of a day, the worst first, and what the agencies hold.

Overdue, soon due, refused, void or nearly so come before what is paused, runs or has not begun; what is settled is
left out unless it is asked for. A constant number of queries.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet

from projects import permit_clock, permits
from projects.models import KeyProject, LibraryTier, Permit, PermitState, TierEntry
from projects.permit_clock import AT_THE_COUNTER, Reading
from projects.permits import Row
from scheduling.permit_league import Held, OfAgency, league

Status = PermitState.Status


class Concern(IntEnum):
    """Why somebody should look at a permit, the most pressing first."""

    OVERDUE = 0
    SOON = 1
    REFUSED = 2
    EXPIRED = 3
    EXPIRING = 4
    PAUSED = 5
    RUNNING = 6
    PREPARING = 7
    NOT_BEGUN = 8
    SETTLED = 9


class BoardRow(NamedTuple):
    row: Row
    reading: Reading
    concern: Concern


@dataclass(frozen=True)
class Scope:
    """Which permits are asked for: of these projects; empty words mean all. ``concerns`` None: all but the settled."""

    projects: QuerySet[KeyProject]
    agency: str = ""
    phase: str = ""
    status: str = ""
    concerns: frozenset[Concern] | None = None


class Totals(NamedTuple):
    at_the_counter: int
    paused: int
    overdue: int
    soon: int
    refused: int
    expired: int
    expiring: int


@dataclass(frozen=True)
class Board:
    """``rows`` in order, of the scope; ``everything`` also holds what was decided this year, for the agencies."""

    scope: Scope
    on: date
    everything: list[BoardRow]
    assumed_years: tuple[int, ...] = field(default=())

    @cached_property
    def rows(self) -> list[BoardRow]:
        scope = self.scope
        if scope.status:
            found = [each for each in self.everything if each.reading.status == scope.status]
        else:
            found = [each for each in self.everything if each.concern is not Concern.SETTLED]
        if scope.concerns is not None:
            found = [each for each in found if each.concern in scope.concerns]
        return sorted(found, key=_worst_first)

    @property
    def totals(self) -> Totals:
        count = Counter(each.concern for each in self.rows)
        return Totals(
            at_the_counter=sum(each.reading.status in AT_THE_COUNTER for each in self.rows),
            paused=count[Concern.PAUSED],
            overdue=count[Concern.OVERDUE],
            soon=count[Concern.SOON],
            refused=count[Concern.REFUSED],
            expired=count[Concern.EXPIRED],
            expiring=count[Concern.EXPIRING],
        )

    def held(self) -> list[Held]:
        """What is at the counter on the day and what was decided in its year up to it."""
        return list(_held(self.everything, on=self.on))

    def agencies(self) -> list[OfAgency]:
        """The same by agency and item."""
        return league(self.held())


def board(scope: Scope, *, on: date, known_at: datetime | None) -> Board:
    """``known_at`` None: as known now. Six queries, whatever the number of permits."""
    rows = permits.rows_of(_asked(scope, on=on, known_at=known_at), known_at=known_at)
    announced = permits.announced_for(rows, on=on)
    soon = permit_clock.soon_until(on, announced)
    readings = [row.reading(on, announced) for row in rows]
    everything = [
        BoardRow(row, reading.value, _concern(row, reading.value, soon_until=soon.value))
        for row, reading in zip(rows, readings, strict=True)
    ]
    return Board(scope, on, everything, tuple(sorted({year for each in readings for year in each.assumed_years})))


def agencies_of(projects: QuerySet[KeyProject]) -> list[str]:
    """The agencies that have to do with these projects, for choosing among."""
    named = Permit.objects.filter(project__in=projects).exclude(agency="")
    return list(named.order_by("agency").values_list("agency", flat=True).distinct())


def _asked(scope: Scope, *, on: date, known_at: datetime | None) -> QuerySet[Permit]:
    found = Permit.objects.filter(project__in=scope.projects, project__is_package=False)
    found = found.exclude(project__in=_gone(on=on, known_at=known_at).values("project"))
    if scope.agency:
        found = found.filter(agency=scope.agency)
    if scope.phase:
        found = found.filter(phase=scope.phase)
    if scope.status in permit_clock.SETTLED:
        return found
    return found.exclude(pk__in=_long_settled(on=on, known_at=known_at).values("permit"))


def _gone(*, on: date, known_at: datetime | None) -> QuerySet[Any]:
    """By the last entry up to the day, the project has left the register."""
    entries = _known(TierEntry.objects.filter(entered_on__lte=on), known_at)
    later = entries.filter(project=OuterRef("project"), entered_on__gt=OuterRef("entered_on"))
    return entries.filter(~Exists(later), tier=LibraryTier.EXITED)


def _long_settled(*, on: date, known_at: datetime | None) -> QuerySet[Any]:
    """Not concerned, or granted before this year and good for long: neither on the board nor in the year's tally."""
    good = Q(expires_on__isnull=True) | Q(expires_on__gt=on + permit_clock.EXPIRING * permit_clock.ONE_DAY)
    granted = Q(status=Status.GRANTED, finished_on__lt=date(on.year, 1, 1)) & good
    return _known(PermitState.objects.filter(granted | Q(status=Status.NOT_CONCERNED)), known_at)


def _known(versions: Any, known_at: datetime | None) -> Any:
    return versions.current() if known_at is None else versions.known(at=known_at)


_OF_STATUS = {
    Status.REFUSED: Concern.REFUSED,
    Status.EXPIRED: Concern.EXPIRED,
    Status.SUPPLEMENT: Concern.PAUSED,
    Status.SPECIAL: Concern.PAUSED,
    Status.ACCEPTED: Concern.RUNNING,
    Status.PREPARING: Concern.PREPARING,
    Status.NOT_BEGUN: Concern.NOT_BEGUN,
}


def _concern(row: Row, reading: Reading, *, soon_until: date) -> Concern:
    if reading.is_overdue:
        return Concern.OVERDUE
    if reading.is_running and reading.due_on and reading.due_on <= soon_until:
        return Concern.SOON
    is_granted = reading.status == Status.GRANTED
    if is_granted and permit_clock.is_expiring(row.facts.expires_on, reading.on, started_on=row.started_on):
        return Concern.EXPIRING
    return _OF_STATUS.get(Status(reading.status), Concern.SETTLED)


def _worst_first(each: BoardRow) -> tuple[Any, ...]:
    """By concern; within it by the day that matters: the earliest due, planned or ending first."""
    state = each.row.state
    days = (each.reading.due_on, state and state.expires_on, state and state.planned_on)
    day = next((day for day in days if day), date.max)
    return (each.concern, day, each.row.permit.project_id, each.row.permit.pk)


def _held(rows: Iterable[BoardRow], *, on: date) -> Iterable[Held]:
    for row, reading, _concern_of in rows:
        finished_on = row.facts.finished_on
        is_decided = reading.status not in AT_THE_COUNTER
        if is_decided and (finished_on is None or not date(on.year, 1, 1) <= finished_on <= on):
            continue
        if row.facts.accepted_on is None:
            continue
        limit = row.facts.limit.days if row.facts.limit else None
        yield Held(row.permit.agency, row.permit.name, reading, limit, is_decided)
