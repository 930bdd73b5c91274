"""逾期清单: which items of which projects are overdue on a day, as known at a moment.

The list of today and of days to come stands in ``OpenItem``, one indexed comparison away. Every earlier day, and every
earlier knowledge, is evaluated from the versions of the facts by the same rule (``scheduling/standing.py``).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import Count, F, Max, QuerySet
from django.db.models.expressions import OrderBy

from projects.models import KeyProject
from scheduling.facts import known_facts
from scheduling.models import OpenItem
from scheduling.models.standing import leading
from scheduling.standing import ItemKind, Late, overdue

ORDERS = {"days": "late", "unit": "lead_unit__sort_key", "leader": "linked_leader__sort_key", "name": "sort_key"}
WORST_FIRST = "-days"
AT_ONCE = 500  # projects read by one query where all of them are wanted


@dataclass(frozen=True)
class Scope:
    """Which part of the list is asked for: items of these projects, of one stage or of all, late by so many days."""

    projects: QuerySet[KeyProject]
    stage: str = ""
    least_days: int = 1


class Totals(NamedTuple):
    projects: int
    items: int
    most_days: int


class ProjectLate(NamedTuple):
    project_id: int
    late: Late


class FromStandings:
    """The list of today or of a day to come, as known now."""

    def __init__(self, scope: Scope, *, on: date) -> None:
        self._on, self._stage = on, scope.stage
        items = OpenItem.objects.overdue(on=on).filter(project__in=scope.projects)
        items = items.filter(stage=scope.stage) if scope.stage else items
        self._items = items.late_by(scope.least_days) if scope.least_days > 1 else items

    @cached_property
    def totals(self) -> Totals:
        projects = Count("pk", filter=leading(stage=self._stage))
        found = self._items.aggregate(projects=projects, items=Count("pk"), most=Max("late"))
        return Totals(found["projects"], found["items"], found["most"].days if found["most"] else 0)

    def project_ids(self, *, sort: str = WORST_FIRST) -> Sequence[int]:
        """The projects that are late, sorted by one of ``ORDERS`` (``-``: descending), then by name."""
        column = ORDERS[sort.removeprefix("-")]
        first = column if column == "late" else f"project__{column}"
        ordered = self._items.filter(leading(stage=self._stage)).order_by(
            _turned(first, sort), "project__sort_key", "project__code"
        )
        return ordered.values_list("project_id", flat=True)  # type: ignore[return-value]

    def of_projects(self, project_ids: Collection[int]) -> dict[int, list[Late]]:
        """The overdue items of these projects, worst first."""
        return _by_project(_Read(self._items.filter(project__in=project_ids).order_by("due_on", "pk"), self._on)[:])

    def milestones(self) -> Sequence[ProjectLate]:
        """Every overdue milestone, worst first."""
        worst_first = ("-late", "project__sort_key", "project__code", "due_on", "pk")
        return _Read(self._items.filter(milestone__isnull=False).order_by(*worst_first), self._on)


class FromVersions:
    """The list of any day, as known at any moment (None: now)."""

    def __init__(self, scope: Scope, *, on: date, known_at: datetime | None) -> None:
        self._scope, self._on, self._known_at = scope, on, known_at

    @cached_property
    def _late(self) -> dict[int, list[Late]]:
        facts = known_facts(self._scope.projects, known_at=self._known_at, overdue_on=self._on)
        found = {project: self._wanted(overdue(known, on=self._on)) for project, known in facts.items()}
        return {project: late for project, late in found.items() if late}

    def _wanted(self, late: Iterable[Late]) -> list[Late]:
        stage, least = self._scope.stage, self._scope.least_days
        return [each for each in late if each.days >= least and stage in {"", each.item.stage}]

    @cached_property
    def totals(self) -> Totals:
        late = self._late.values()
        return Totals(len(late), sum(map(len, late)), max((items[0].days for items in late), default=0))

    def project_ids(self, *, sort: str = WORST_FIRST) -> Sequence[int]:
        column = ORDERS[sort.removeprefix("-")]
        if column != "late":
            return self._ordered(_turned(column, sort))
        return sorted(self._ordered(), key=lambda project: self._late[project][0].days, reverse=sort.startswith("-"))

    def _ordered(self, *first: OrderBy) -> list[int]:
        ordered = self._scope.projects.order_by(*first, "sort_key", "code").values_list("pk", flat=True)
        return [project for project in ordered if project in self._late]

    def of_projects(self, project_ids: Collection[int]) -> dict[int, list[Late]]:
        return {project: self._late[project] for project in project_ids if project in self._late}

    def milestones(self) -> Sequence[ProjectLate]:
        found = (ProjectLate(project, late) for project in self._ordered() for late in self._late[project])
        return sorted(
            (each for each in found if each.late.item.kind is ItemKind.MILESTONE),
            key=lambda each: each.late.days,
            reverse=True,
        )


OverdueList = FromStandings | FromVersions


def overdue_list(scope: Scope, *, on: date, known_at: datetime | None, today: date) -> OverdueList:
    """``known_at`` None is what is known now. Standings say nothing of the days before they were evaluated."""
    if known_at is None and on >= today:
        return FromStandings(scope, on=on)
    return FromVersions(scope, on=on, known_at=known_at)


def with_projects(found: Sequence[ProjectLate]) -> Iterator[tuple[KeyProject, Late]]:
    """The same in the same order, each with its project and the people who answer for it."""
    for start in range(0, len(found), AT_ONCE):
        part = found[start : start + AT_ONCE]
        projects = KeyProject.objects.with_people().in_bulk({each.project_id for each in part})
        yield from ((projects[each.project_id], each.late) for each in part)


class _Read(Sequence[ProjectLate]):
    """Open items as values; only the slice that is asked for is read from the database."""

    def __init__(self, items: QuerySet[OpenItem], on: date) -> None:
        self._items, self._on = items.select_related("milestone__responsible_person", "stage_target"), on

    def __len__(self) -> int:
        return self._items.count()

    def __getitem__(self, part: Any) -> Any:
        return [ProjectLate(item.project_id, item.late_on(self._on)) for item in self._items[part]]


def _turned(column: str, sort: str) -> OrderBy:
    """Whoever has no leader comes last, either way round."""
    return F(column).desc(nulls_last=True) if sort.startswith("-") else F(column).asc(nulls_last=True)


def _by_project(rows: Iterable[ProjectLate]) -> dict[int, list[Late]]:
    result: dict[int, list[Late]] = defaultdict(list)
    for project, late in rows:
        result[project].append(late)
    return result
