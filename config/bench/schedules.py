"""A schedule in force for every synthetic project: its twelve milestones one after the other, some side by side."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Protocol

from config.bench.copying import Row, copy, set_sequences
from config.bench.scale import STEPS
from projects.demo.networks import ROADS, WEIGHTS
from projects.demo.stages import STAGE_OF_STEP, STAGES
from projects.demo.stages import STEPS as STEP_NAMES
from projects.models import BackwardSchedule, ScheduleBlackout, ScheduleLink, ScheduleNode

_ROAD, _NAMES = ROADS["building"], STEP_NAMES["building"]
_LINKS = tuple((before, step) for step in range(STEPS) for before in _ROAD.after[step])
_DURATION = 34  # of the 55 days between two steps
_STOP = ("春节", (1, 28), (2, 16))


class Planned(Protocol):
    """A synthetic project, as far as its schedule is concerned."""

    @property
    def id(self) -> int: ...
    @property
    def began(self) -> date: ...
    @property
    def lead(self) -> int: ...

    def due(self, step: int) -> date: ...


def copy_schedules(projects: Sequence[Planned], *, known_at: datetime, by: int) -> None:
    """Keys are made up in order: edition ``n`` is that of the n-th project, as its milestones are."""
    heads = (
        "id", "project_id", "number", "state", "required_finish_on", "starts_on", "drafted_at", "drafted_by_id",
        "submitted_at", "submitted_by_id", "decided_at", "decided_by_id",
    )  # fmt: skip
    nodes = (
        "id", "version_id", "milestone_id", "position", "stage", "name", "duration", "unit", "stops_in_blackout",
        "weight", "authority", "outcome", "planned_start_on", "planned_finish_on",
    )  # fmt: skip
    copy(BackwardSchedule, heads, _heads(projects, known_at, by))
    copy(ScheduleNode, nodes, _nodes(projects))
    copy(ScheduleLink, ("id", "version_id", "predecessor_id", "successor_id"), _links(projects))
    copy(ScheduleBlackout, ("id", "version_id", "name", "first_on", "last_on"), _stops(projects))
    set_sequences((BackwardSchedule, ScheduleNode, ScheduleLink, ScheduleBlackout))


def _heads(projects: Sequence[Planned], known_at: datetime, by: int) -> Iterator[Row]:
    for number, project in enumerate(projects, start=1):
        finish, begin = project.due(STEPS - 1), project.began - timedelta(days=30)
        drafted, decided = (known_at, project.lead), (known_at, by)
        yield number, project.id, 1, "APPROVED", finish, begin, *drafted, *drafted, *decided


def _nodes(projects: Sequence[Planned]) -> Iterator[Row]:
    for number, project in enumerate(projects):
        for step, name in enumerate(_NAMES):
            key, place = number * STEPS + step + 1, _ROAD.begins_after(step)
            start = project.due(step) - timedelta(days=54) if place is None else project.due(place) + timedelta(days=1)
            yield (
                key, number + 1, key, step + 1, STAGES[STAGE_OF_STEP[step]], name, _DURATION, _ROAD.unit(step).value,
                _ROAD.stops_in_blackout(step), WEIGHTS[step], _ROAD.authorities[step], _ROAD.outcome(step), start,
                project.due(step),
            )  # fmt: skip


def _links(projects: Sequence[Planned]) -> Iterator[Row]:
    key = 0
    for number in range(len(projects)):
        for before, step in _LINKS:
            key += 1
            yield key, number + 1, number * STEPS + before + 1, number * STEPS + step + 1


def _stops(projects: Sequence[Planned]) -> Iterator[Row]:
    """Spring Festival in every year of the plan."""
    key, (name, first, last) = 0, _STOP
    for number, project in enumerate(projects, start=1):
        for year in range(project.began.year, project.due(STEPS - 1).year + 1):
            key += 1
            yield key, number, name, date(year, *first), date(year, *last)
