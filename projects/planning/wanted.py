"""A schedule as its author writes it, before anything is stored: from a template, from the edition before, by hand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from projects.backward import Blackout, DayTimetable, Link, LinkKind, Network, Plan, Unit, backward_pass
from projects.blueprint import Blueprint
from projects.models import BackwardSchedule, CalendarDay, KeyProject, MilestoneDates, PermitState
from projects.relations import Relation

from .identity import carried_on
from .reading import Reading, node_of


@dataclass(frozen=True, kw_only=True)
class StepWanted:
    """One step; ``after`` names by position what it waits for. ``permit`` is the name of one of the project's permits.

    Without planned dates those of the backward pass are taken.
    """

    position: int
    stage: str
    name: str
    duration: int
    unit: str = Unit.WORKING
    after: tuple[Relation, ...] = ()
    stops_in_blackout: bool = False
    is_key: bool = False
    weight: Decimal = Decimal(0)
    authority: str = ""
    outcome: str = ""
    permit: str = ""
    milestone_id: int | None = None
    planned_start_on: date | None = None
    planned_finish_on: date | None = None
    locked_on: date | None = None


@dataclass(frozen=True)
class StopWanted:
    """停工期: both days and those between."""

    name: str
    first_on: date
    last_on: date


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """The whole edition."""

    required_finish_on: date
    starts_on: date
    steps: tuple[StepWanted, ...]
    stops: tuple[StopWanted, ...] = ()


def from_blueprint(blueprint: Blueprint, *, starts_on: date, required_finish_on: date) -> Wanted:
    """The road a template knows, laid to this finish; its yearly stops in every year of the plan."""
    steps = tuple(
        StepWanted(
            **{name: value for name, value in vars(step).items() if name != "permit_name"}, permit=step.permit_name
        )
        for step in blueprint.steps
    )
    years = range(starts_on.year - 1, required_finish_on.year + 1)
    stops = (stop for yearly in blueprint.blackouts for stop in yearly.in_years(years))
    within = (stop for stop in stops if stop.last >= starts_on and stop.first <= required_finish_on)
    return Wanted(
        required_finish_on=required_finish_on,
        starts_on=starts_on,
        steps=steps,
        stops=tuple(StopWanted(stop.name, stop.first, stop.last) for stop in within),
    )


def from_edition(schedule: BackwardSchedule) -> Wanted:
    """An edition as it stands, to be changed or to start the next one from: three queries."""
    nodes = list(schedule.nodes.select_related("permit"))
    positions = {node.pk: node.position for node in nodes}
    after: dict[int, list[Relation]] = {node.pk: [] for node in nodes}
    for link in schedule.links.all():
        relation = Relation(positions[link.predecessor_id], LinkKind(link.kind), link.lag, Unit(link.unit))
        after[link.successor_id].append(relation)
    copied = [name for name in StepWanted.__dataclass_fields__ if name not in {"after", "permit"}]
    return Wanted(
        required_finish_on=schedule.required_finish_on,
        starts_on=schedule.starts_on,
        steps=tuple(
            StepWanted(
                **{name: getattr(node, name) for name in copied},
                after=tuple(sorted(after[node.pk])),
                permit=node.permit.name if node.permit else "",
            )
            for node in nodes
        ),
        stops=tuple(StopWanted(stop.name, stop.first_on, stop.last_on) for stop in schedule.blackouts.all()),
    )


def known_to(project: KeyProject, wanted: Wanted) -> Wanted:
    """With the milestones the project has already, found by stage and name, so that what is reached counts."""
    known = carried_on(wanted.steps, project.milestones.all())
    steps = (
        replace(step, milestone_id=known[step.position].pk if step.position in known else None) for step in wanted.steps
    )
    return replace(wanted, steps=tuple(steps))


def continued(reading: Reading, *, starts_on: date, required_finish_on: date) -> Wanted:
    """The edition in force carried on: approved dates that still can be kept are kept, all others worked back again.

    Another finish asks for other dates, so then none is kept.
    """
    edition = from_edition(reading.schedule)
    rows = {row.position: row for row in reading.rows}
    moved = required_finish_on != reading.finish
    steps = (_carried_on(step, rows[step.position], reading, moved=moved) for step in edition.steps)
    return replace(edition, starts_on=starts_on, required_finish_on=required_finish_on, steps=tuple(steps))


def _carried_on(step: StepWanted, row: Any, reading: Reading, *, moved: bool) -> StepWanted:
    one = reading.plan.nodes[str(row.pk)]
    kept = row.approved_on or row.planned_finish_on
    if one.node.finished_on is None and (moved or not kept or not one.early_finish <= kept <= one.late_finish):
        return replace(step, planned_start_on=None, planned_finish_on=None)
    start = row.planned_start_on if row.planned_start_on and kept and row.planned_start_on <= kept else None
    return replace(step, planned_start_on=start, planned_finish_on=kept)


def supposed(project: KeyProject, wanted: Wanted, *, on: date) -> Plan[date]:
    """What this edition would come to, with what is known of the project's milestones and permits: three queries.

    Its nodes are keyed by position. Raises ``PlanError`` for a network that cannot be reckoned.
    """
    timetable = _timetable(wanted, on=on)
    rows = _with_facts(project, wanted.steps)
    network = Network(
        nodes=tuple(node_of(row, on=on) for row in rows),
        links=tuple(_link(step, relation) for step in wanted.steps for relation in step.after),
        timetable=timetable,
        on=max(on, wanted.starts_on),
    )
    return backward_pass(network, finish=wanted.required_finish_on)


@dataclass(frozen=True)
class _Row:
    """A step with its facts, as ``node_of`` reads a stored one."""

    step: StepWanted
    dates: MilestoneDates | None
    permit: PermitState | None

    @property
    def pk(self) -> int:
        return self.step.position

    def __getattr__(self, name: str) -> Any:
        if name.startswith("permit_"):
            return getattr(self.permit, name.removeprefix("permit_"), None)
        if hasattr(self.step, name):
            return getattr(self.step, name)
        return getattr(self.dates, name, None)


def _with_facts(project: KeyProject, steps: Sequence[StepWanted]) -> list[_Row]:
    ids = [step.milestone_id for step in steps if step.milestone_id]
    dates = {row.milestone_id: row for row in MilestoneDates.objects.current().filter(milestone__in=ids)}
    states = PermitState.objects.current().filter(permit__project=project).select_related("permit")
    permits: Mapping[str, PermitState] = {state.permit.name: state for state in states}
    return [_Row(step, dates.get(step.milestone_id or 0), permits.get(step.permit)) for step in steps]


def _timetable(wanted: Wanted, *, on: date) -> DayTimetable:
    years = range(min(on, wanted.starts_on).year - 1, max(on, wanted.required_finish_on).year + 4)
    stops = [Blackout(stop.name, stop.first_on, stop.last_on) for stop in wanted.stops]
    return DayTimetable.of(CalendarDay.objects.announced(years), near=on, blackouts=stops)


def _link(step: StepWanted, relation: Relation) -> Link:
    return Link(str(relation.position), str(step.position), relation.kind, relation.lag, relation.unit)
