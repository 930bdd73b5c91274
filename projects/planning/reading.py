"""From rows to networks: a constant number of queries for a batch of schedules, the arithmetic without any."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.db.models import F, FilteredRelation, Q, QuerySet

from projects import permit_clock
from projects.backward import (
    SITE,
    Blackout,
    DayTimetable,
    Link,
    LinkKind,
    Network,
    Node,
    Plan,
    Scheduled,
    Unit,
    backward_pass,
)
from projects.models import (
    BackwardSchedule,
    CalendarDay,
    PermitState,
    ScheduleBlackout,
    ScheduleLink,
    ScheduleNode,
)

_LINK = ("version_id", "predecessor_id", "successor_id", "kind", "lag", "unit")
_STOP = ("version_id", "name", "first_on", "last_on")


@dataclass(frozen=True)
class Reading:
    """One edition with what is known of its steps. ``rows`` carry the facts; ``finish`` is the finish required now."""

    schedule: BackwardSchedule
    rows: Sequence[Any]
    network: Network[date]
    finish: date

    @cached_property
    def plan(self) -> Plan[date]:
        """Raises ``PlanError`` for a network that cannot be reckoned."""
        return backward_pass(self.network, finish=self.finish)

    def supposing(self, **of_step: Any) -> "Reading":
        """The same with other words about one step, ``key`` naming it: what would follow from them."""
        key = of_step.pop("key")
        nodes = tuple(replace(node, **of_step) if node.key == key else node for node in self.network.nodes)
        return replace(self, network=replace(self.network, nodes=nodes))


def readings(schedules: QuerySet[BackwardSchedule], *, on: date) -> list[Reading]:
    """Each of these editions, as known now and reckoned from this day: five queries, however many."""
    found = list(schedules)
    ids = [schedule.pk for schedule in found]
    rows = _by_version(_nodes(ids))
    links = _by_version(ScheduleLink.objects.filter(version__in=ids).values_list(*_LINK, named=True))
    blackouts = _by_version(ScheduleBlackout.objects.filter(version__in=ids).values_list(*_STOP, named=True))
    sites = _Sites(_calendar(found, on=on))
    return [
        _reading(schedule, rows[schedule.pk], links[schedule.pk], sites.closed_by(blackouts[schedule.pk]), on=on)
        for schedule in found
    ]


class _Sites:
    """The calendars of sites: those closed on the same days share one, laid out once."""

    def __init__(self, office: DayTimetable) -> None:
        self._office = office
        self._known: dict[tuple[Blackout, ...], DayTimetable] = {}

    def closed_by(self, rows: Iterable[Any]) -> DayTimetable:
        stops = tuple(sorted((Blackout(row.name, row.first_on, row.last_on) for row in rows), key=_first_day))
        if stops not in self._known:
            self._known[stops] = self._office.with_blackouts(stops)
        return self._known[stops]


def _first_day(stop: Blackout) -> date:
    return stop.first


def _by_version(rows: Iterable[Any]) -> Mapping[int, list[Any]]:
    grouped: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        grouped[row.version_id].append(row)
    return grouped


def _nodes(versions: Sequence[int]) -> QuerySet[ScheduleNode]:
    """The steps with the dates of their milestones and the states of their permits, as known now."""
    dates = FilteredRelation("milestone__dates", condition=Q(milestone__dates__superseded_at__isnull=True))
    state = FilteredRelation("permit__states", condition=Q(permit__states__superseded_at__isnull=True))
    known = ("started_on", "actual_on", "is_reached", "forecast_on", "approved_on", "original_on")
    facts = {name: F(f"now__{name}") for name in known}
    return (
        ScheduleNode.objects.filter(version__in=versions)
        .alias(now=dates, held=state)
        .annotate(
            **facts,
            permit_status=F("held__status"),
            permit_accepted_on=F("held__accepted_on"),
            permit_finished_on=F("held__finished_on"),
        )
        .order_by("version", "position")
    )


def _calendar(schedules: Sequence[BackwardSchedule], *, on: date) -> DayTimetable:
    """One calendar for all: the announced days of every year a plan may touch."""
    days = [on, *(day for each in schedules for day in (each.starts_on, each.required_finish_on))]
    years = range(min(days).year - 1, max(days).year + 4)
    return DayTimetable.of(CalendarDay.objects.announced(years), near=on)


def _reading(
    schedule: BackwardSchedule,
    rows: Sequence[Any],
    links: Sequence[Any],
    timetable: DayTimetable,
    *,
    on: date,
) -> Reading:
    network = Network(
        nodes=tuple(node_of(row, on=on) for row in rows),
        links=tuple(link_of(link) for link in links),
        timetable=timetable,
        on=max(on, schedule.starts_on) if schedule.state in BackwardSchedule.IN_WORK else on,
    )
    return Reading(schedule, rows, network, _required_finish(schedule, rows, links))


def node_of(row: Any, *, on: date) -> Node[date]:
    """A step as the arithmetic takes it. What its milestone or its permit says has happened, has happened."""
    started, finished = _begun(row, on=on), _done(row, on=on)
    is_forecast = finished is None and row.forecast_on is not None and row.forecast_on >= on
    return Node(
        key=str(row.pk),
        name=row.name,
        duration=0 if row.permit_status == PermitState.Status.NOT_CONCERNED else row.duration,
        unit=Unit(row.unit),
        calendar=SITE if row.stops_in_blackout else "",
        authority=row.authority,
        outcome=row.outcome,
        started_on=min(started, finished) if started and finished else started,
        finished_on=finished,
        finishes_not_before=row.forecast_on if is_forecast else None,
        finishes_not_after=row.locked_on,
    )


def settled(one: Scheduled[date]) -> tuple[date, date]:
    """The start and the finish a step is planned for unless somebody says otherwise: the latest possible, or the
    earliest where that is past already. Nothing is squeezed; an infeasible plan runs beyond its required finish.
    What is done was done when it was.
    """
    if one.node.finished_on is not None:
        return min(one.early_start, one.node.finished_on), one.node.finished_on
    finish = max(one.late_finish, one.early_finish)
    return min(max(one.late_start, one.early_start), finish), finish


def start_for(plan: Plan[date], key: str, *, finish: date) -> date:
    """The last day on which a step can start to be finished by this one."""
    node, axis, timetable = plan.network.by_key[key], plan.network.axes[key], plan.network.timetable
    if not node.duration:
        return finish
    return timetable.start(axis.last_opening(axis.ahead(timetable.closes(finish), node.duration)))


def link_of(link: Any) -> Link:
    return Link(str(link.predecessor_id), str(link.successor_id), LinkKind(link.kind), link.lag, Unit(link.unit))


def _begun(row: Any, *, on: date) -> date | None:
    """An application refused or run out begins anew; only one at the counter, or granted, has begun."""
    counts = row.permit_status in permit_clock.AT_THE_COUNTER | permit_clock.SETTLED
    started = row.started_on or (row.permit_accepted_on if counts else None)
    return started if started and started <= on else None


def _done(row: Any, *, on: date) -> date | None:
    """The day it was done, not after this one. Reached on a day nobody knows: when it was due, or yesterday."""
    finished = row.actual_on
    if finished is None and row.is_reached:
        finished = min(row.approved_on or on, on - timedelta(days=1))
    if finished is None and row.permit_status in permit_clock.SETTLED:
        finished = row.permit_finished_on
    return finished if finished and finished <= on else None


def _required_finish(schedule: BackwardSchedule, rows: Sequence[Any], links: Sequence[Any]) -> date:
    """The finish of the edition, or what was approved since for the steps that end the network.

    Of several such steps the last one counts. An edition in work asks for a finish of its own, whatever is approved
    now.
    """
    required, left = schedule.required_finish_on, {link.predecessor_id for link in links}
    ends = [row for row in rows if row.pk not in left and row.planned_finish_on]
    if schedule.state in BackwardSchedule.IN_WORK or not ends:
        return required
    last = max(row.approved_on or row.planned_finish_on for row in ends)
    return required if last == max(row.planned_finish_on for row in ends) else last
