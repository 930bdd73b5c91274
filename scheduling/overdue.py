"""逾期清单: which items of which projects are overdue on a day, as known at a moment.

The list of today and of days to come stands in ``OpenItem``, one indexed comparison away. Every earlier day, and every
earlier knowledge, is evaluated from the versions of the facts by the same rule (``scheduling/standing.py``).
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import Count, F, Max, Q, QuerySet
from django.db.models.expressions import OrderBy
from django.db.models.functions import Coalesce

from projects.models import KeyProject
from scheduling.evaluation import evaluated
from scheduling.models import OpenItem, Standing
from scheduling.models.standing import SUBJECTS, leading
from scheduling.project_days import AsKnown
from scheduling.standing import NODES, OWN_NAMES, Item, ItemKind, Key, Late, days_since

KINDS: Mapping[str, frozenset[ItemKind]] = {
    "START": frozenset({ItemKind.START}),
    "FINISH": frozenset({ItemKind.FINISH}),
    "NODE": NODES,
    "PERMIT": frozenset({ItemKind.PERMIT}),
    "INVESTMENT": frozenset({ItemKind.INVESTMENT}),
    "DECISION": frozenset({ItemKind.DECISION}),
}
"""类别: what kinds of items each takes in. A stage target is a node."""
ORDERS = {"days": "late", "unit": "lead_unit__sort_key", "leader": "linked_leader__sort_key", "name": "sort_key"}
WORST_FIRST = "-days"
AT_ONCE = 500  # projects read by one query where all of them are wanted
_NAMED_IN = {
    ItemKind.MILESTONE: "milestone__name",
    ItemKind.STAGE_TARGET: "stage_target__target",
    ItemKind.PERMIT: "permit__name",
    ItemKind.DECISION: "decision__text",
}
_SHOWN = (
    *("code", "name", "lead_unit__name", "lead_unit__short_name", "town__name"),
    *("responsible_person__full_name", "linked_leader__full_name"),
)


@dataclass(frozen=True)
class Scope:
    """Which part of the list is asked for: items of these projects, of one stage or of all, late by so many days.

    ``kind`` is one of ``KINDS``, "" all of them.
    """

    projects: QuerySet[KeyProject]
    stage: str = ""
    least_days: int = 1
    kind: str = ""

    @property
    def kinds(self) -> frozenset[ItemKind]:
        return KINDS.get(self.kind, frozenset(ItemKind))


class Totals(NamedTuple):
    """Of the kind that was asked for; ``by_kind`` are the items of every one of ``KINDS``."""

    projects: int
    items: int
    most_days: int
    by_kind: Mapping[str, int]


class ProjectLate(NamedTuple):
    project_id: int
    late: Late


class FromStandings:
    """The list of today or of a day to come, as known now."""

    def __init__(self, scope: Scope, *, on: date) -> None:
        self._on, self._scope = on, scope
        items = OpenItem.objects.overdue(on=on)
        if scope.projects.query.where:  # else every project is meant: no need to look each of them up
            items = items.filter(project__in=scope.projects)
        items = items.filter(stage=scope.stage) if scope.stage else items
        self._every_kind = items.late_by(scope.least_days) if scope.least_days > 1 else items
        self._items = self._every_kind.filter(kind__in=scope.kinds) if scope.kind else self._every_kind

    @cached_property
    def totals(self) -> Totals:
        scope = self._scope
        one_each = Q(kind__in=scope.kinds) if scope.kind else leading(stage=scope.stage)
        found = self._every_kind.aggregate(
            projects=Count("project_id", filter=one_each, distinct=bool(scope.kind)),
            most=Max("late", filter=one_each),
            **{kind.lower(): Count("project_id", filter=Q(kind__in=kinds)) for kind, kinds in KINDS.items()},
        )
        by_kind = {kind: found[kind.lower()] for kind in KINDS}
        items = by_kind[scope.kind] if scope.kind else sum(by_kind.values())
        return Totals(found["projects"], items, found["most"].days if found["most"] else 0, by_kind)

    def project_ids(self, *, sort: str = WORST_FIRST) -> Sequence[int]:
        """The projects that are late, by one of ``ORDERS`` (``-``: descending)."""
        column = ORDERS[sort.removeprefix("-")]
        if self._scope.kind:
            items: Any = self._items  # annotated with days late
            worst = items.order_by().values("project_id").annotate(worst=Max("late"))
        else:
            worst = self._items.filter(leading(stage=self._scope.stage)).annotate(worst=F("late"))
        by = "worst" if column == "late" else f"project__{column}"
        in_turn = worst.order_by(_turned(by, sort), "project_id")
        return in_turn.values_list("project_id", flat=True)

    def of_projects(self, project_ids: Collection[int]) -> dict[int, list[Late]]:
        """The overdue items of these projects, worst first."""
        found: dict[int, list[Late]] = defaultdict(list)
        for project, late in _Read(self._items.filter(project__in=project_ids).order_by("due_on", "pk"), self._on)[:]:
            found[project].append(late)
        return found

    def milestones(self) -> Sequence[ProjectLate]:
        """Every overdue milestone, worst first."""
        worst_first = ("-late", "project_id", "due_on", "milestone_id")
        return _Read(self._items.filter(milestone__isnull=False).order_by(*worst_first), self._on)

    def items(self) -> Sequence[ProjectLate]:
        """Every overdue item, worst first."""
        items: Any = self._items  # annotated with days late
        return _Read(items.order_by("-late", "project_id", "due_on", "pk"), self._on)

    def subjects(self) -> list[tuple[int, Key]]:
        """What is overdue, each with its project."""
        subject = Coalesce(*sorted(f"{column}_id" for column in SUBJECTS.values()), "project_id")
        found = self._items.annotate(subject=subject).values_list("project_id", "kind", "subject")
        return [(project, (ItemKind(kind), subject)) for project, kind, subject in found]

    def verdicts(self, project_ids: Collection[int]) -> dict[int, Mapping[str, Any]]:
        """Of these projects, by dimension, what a light says and why (``lights.restored``)."""
        return dict(Standing.objects.filter(project__in=project_ids).values_list("project", "verdicts"))


class FromVersions:
    """The list of any day, as known at any moment (None: now)."""

    def __init__(self, scope: Scope, *, on: date, known_at: datetime | None) -> None:
        self._scope, self._on, self._known_at = scope, on, known_at

    @cached_property
    def _found(self) -> dict[int, tuple[list[Late], Mapping[str, Any]]]:
        """Of every kind."""
        asked = AsKnown.past(self._on, known_at=self._known_at)
        projects = self._scope.projects.values_list("pk", flat=True)
        found = evaluated(projects, asked)
        return {each.project: (self._wanted(each.overdue()), each.columns["verdicts"]) for each in found}

    def _wanted(self, late: Iterable[Late]) -> list[Late]:
        stage, least = self._scope.stage, self._scope.least_days
        return [each for each in late if each.days >= least and stage in {"", each.item.stage}]

    @cached_property
    def _late(self) -> dict[int, list[Late]]:
        kinds = self._scope.kinds
        of_kind = ((pk, [each for each in late if each.item.kind in kinds]) for pk, (late, _) in self._found.items())
        return {project: late for project, late in of_kind if late}

    @cached_property
    def totals(self) -> Totals:
        late = self._late.values()
        count = Counter(each.item.kind for every, _ in self._found.values() for each in every)
        by_kind = {kind: sum(count[each] for each in kinds) for kind, kinds in KINDS.items()}
        return Totals(len(late), sum(map(len, late)), max((items[0].days for items in late), default=0), by_kind)

    def project_ids(self, *, sort: str = WORST_FIRST) -> Sequence[int]:
        column = ORDERS[sort.removeprefix("-")]
        if column == "late":
            return sorted(sorted(self._late), key=lambda pk: self._late[pk][0].days, reverse=sort.startswith("-"))
        ordered = self._scope.projects.order_by(_turned(column, sort), "pk").values_list("pk", flat=True)
        return [project for project in ordered if project in self._late]

    def of_projects(self, project_ids: Collection[int]) -> dict[int, list[Late]]:
        return {project: self._late[project] for project in project_ids if project in self._late}

    def milestones(self) -> Sequence[ProjectLate]:
        return [each for each in self.items() if each.late.item.kind is ItemKind.MILESTONE]

    def items(self) -> Sequence[ProjectLate]:
        found = (ProjectLate(project, late) for project, items in sorted(self._late.items()) for late in items)
        return sorted(found, key=lambda each: each.late.days, reverse=True)

    def subjects(self) -> list[tuple[int, Key]]:
        return [(project, late.item.key) for project, items in self._late.items() for late in items]

    def verdicts(self, project_ids: Collection[int]) -> dict[int, Mapping[str, Any]]:
        return {project: self._found[project][1] for project in project_ids}


OverdueList = FromStandings | FromVersions


def overdue_list(scope: Scope, *, on: date, known_at: datetime | None, today: date) -> OverdueList:
    """``known_at`` None is what is known now. Standings say nothing of the days before they were evaluated."""
    if known_at is None and on >= today:
        return FromStandings(scope, on=on)
    return FromVersions(scope, on=on, known_at=known_at)


def with_projects(found: Sequence[ProjectLate]) -> Iterator[tuple[KeyProject, Late]]:
    """The same in the same order, each with its project."""
    for start in range(0, len(found), AT_ONCE):
        part = found[start : start + AT_ONCE]
        projects = shown_projects({each.project_id for each in part})
        yield from ((projects[each.project_id], each.late) for each in part)


def shown_projects(project_ids: Collection[int]) -> dict[int, KeyProject]:
    """With the names of those who answer for them, and no more than a list shows."""
    return KeyProject.objects.with_people().only(*_SHOWN).in_bulk(project_ids)


class _Read(Sequence[ProjectLate]):
    """Open items as values; only the slice that is asked for is read from the database."""

    def __init__(self, items: QuerySet[OpenItem], on: date) -> None:
        self._items, self._on = items, on

    def __len__(self) -> int:
        return self._items.count()

    def __getitem__(self, part: Any) -> Any:
        rows = self._items[part].values_list(
            *("project_id", "kind", "milestone_id", "stage_target_id", "permit_id", "decision_id", "stage"),
            *("milestone__name", "stage_target__target", "permit__name", "decision__text"),
            *("milestone__responsible_person__full_name", "decision__owner_person__full_name"),
            *("original_on", "due_on", "forecast_on", "late_since", "original_late_since", "stopped_on"),
            named=True,
        )
        return [ProjectLate(row.project_id, self._late(row)) for row in rows]

    def _late(self, row: Any) -> Late:
        kind = ItemKind(row.kind)
        column = SUBJECTS.get(kind, "project")
        name = getattr(row, _NAMED_IN[kind]) if kind in _NAMED_IN else OWN_NAMES[kind]
        person = row.milestone__responsible_person__full_name or row.decision__owner_person__full_name
        dates = (row.original_on, row.due_on, row.forecast_on)
        return Late(
            Item(kind, getattr(row, f"{column}_id"), row.stage, name, person, *dates, actual_on=None, is_reached=False),
            days_since(row.late_since, on=self._on, stopped_on=row.stopped_on),
            days_since(row.original_late_since, on=self._on, stopped_on=row.stopped_on),
        )


def _turned(column: str, sort: str) -> OrderBy:
    """Whoever has no leader comes last, either way round."""
    return F(column).desc(nulls_last=True) if sort.startswith("-") else F(column).asc(nulls_last=True)
