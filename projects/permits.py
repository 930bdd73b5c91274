"""审批手续, asked: the permits of projects with all that their clocks need, as known at a moment.

A constant number of queries, for one project as for a district.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from django.db.models import QuerySet

from projects import permit_clock
from projects.figures import UNDEFINED
from projects.models import (
    CalendarDay,
    Permit,
    PermitPause,
    PermitPhase,
    PermitState,
    ProjectDates,
)
from projects.permit_clock import Facts, Pause, Readiness, Reading, days_in_words
from projects.recorded import RecordedQuerySet
from projects.workdays import Announced, Reckoned

_PHASES = {phase: place for place, phase in enumerate(PermitPhase.values)}
_LONGEST_LIMIT = 2  # years beyond the day asked for in which a limit may still end


@dataclass(frozen=True)
class Row:
    """One permit with its state known, its pauses and the day its project started; ``state`` None: nothing happened."""

    permit: Permit
    state: PermitState | None
    pauses: tuple[PermitPause, ...] = ()
    started_on: date | None = None

    @cached_property
    def facts(self) -> Facts:
        return facts_of(self.permit, self.state, self.pauses)

    @property
    def is_gate(self) -> bool:
        """施工许可: without it nobody may start building."""
        return self.permit.is_required_for_start and self.permit.phase == PermitPhase.BUILDING

    def reading(self, on: date, announced: Announced) -> Reckoned[Reading]:
        return permit_clock.reading_on(self.facts, on, announced, started_on=self.started_on)


def facts_of(permit: Permit, state: PermitState | None, pauses: Iterable[PermitPause]) -> Facts:
    known = state or PermitState()
    return Facts(
        name=permit.name,
        status=str(known.status),
        is_required=permit.is_required_for_start,
        limit=permit.limit(),
        accepted_on=known.accepted_on,
        finished_on=known.finished_on,
        expires_on=known.expires_on,
        pauses=tuple(Pause(each.kind, each.paused_on, each.resumed_on) for each in pauses),
    )


def limit_in_words(permit: Permit) -> str:
    """The limit that counts, and whose it is."""
    limit = permit.limit()
    if limit is None:
        return UNDEFINED
    return f"{'法定' if permit.promised_days is None else '承诺'} {limit.in_words()}"


def legal_limit_in_words(permit: Permit) -> str:
    """What the law allows, where less was promised; empty where it is the limit itself."""
    if permit.promised_days is None or permit.legal_days is None:
        return ""
    return f"法定 {days_in_words(permit.legal_days, in_workdays=permit.counts_working_days)}"


def rows_of(permits: QuerySet[Permit], *, known_at: datetime | None) -> list[Row]:
    """These permits in the order of the four phases; ``known_at`` None: as known now. Four queries."""
    found = list(permits.order_by("project_id", "pk"))
    ids = permits.order_by().values("pk")
    states = {each.permit_id: each for each in _known(PermitState, known_at).filter(permit__in=ids)}
    pauses: dict[int, list[PermitPause]] = defaultdict(list)
    for pause in _known(PermitPause, known_at).filter(permit__in=ids).order_by("paused_on"):
        pauses[pause.permit_id].append(pause)
    started = _started(permits, known_at)
    rows = [Row(each, states.get(each.pk), tuple(pauses[each.pk]), started.get(each.project_id)) for each in found]
    return sorted(rows, key=lambda row: (row.permit.project_id, _PHASES[row.permit.phase], row.permit.pk))


def announced_for(rows: Iterable[Row], *, on: date) -> Announced:
    """The holidays of every year in which a clock of these permits may run by this day or still end after it."""
    begun = [row.state.accepted_on for row in rows if row.state and row.state.accepted_on]
    return CalendarDay.objects.announced(range(min([on, *begun]).year, on.year + _LONGEST_LIMIT + 1))


def due_days(rows: Sequence[Row], *, on: date) -> list[tuple[Row, date | None]]:
    """What ``PermitState.due_on`` has to say of each: the clock's answer with the holidays known now. One query."""
    announced = announced_for(rows, on=on)
    return [(row, permit_clock.due_on(row.facts, announced).value) for row in rows]


def ready_to_start(rows: Iterable[Row], *, on: date, announced: Announced) -> Reckoned[Readiness]:
    """具备开工条件 of one project, whose permits these are."""
    rows = list(rows)
    started_on = rows[0].started_on if rows else None
    return permit_clock.ready_to_start((row.facts for row in rows), on, announced, started_on=started_on)


def start_risk(rows: Iterable[Row], *, on: date) -> str:
    """先开工后办证, in a sentence: the project started before it had its 施工许可. Empty where it did not."""
    gates = [row for row in rows if row.is_gate]
    started_on = gates[0].started_on if gates else None
    if started_on is None or started_on > on:
        return ""
    found = permit_clock.start_risks([row.facts for row in gates], started_on)
    return f"先开工后办证：{started_on} 开工，{'；'.join(found)}。" if found else ""


def _known(model: type[PermitState | PermitPause | ProjectDates], known_at: datetime | None) -> RecordedQuerySet:
    versions: RecordedQuerySet = model.objects.all()
    return versions.current() if known_at is None else versions.known(at=known_at)


def _started(permits: QuerySet[Permit], known_at: datetime | None) -> dict[int, date]:
    projects = permits.order_by().values("project")
    dates = _known(ProjectDates, known_at).filter(project__in=projects, started_on__isnull=False)
    return dict(dates.values_list("project_id", "started_on"))
