"""What is known of many projects, read in a few queries and handed to the arithmetic as plain values."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import DateField, QuerySet, TextField, Value

from projects.models import KeyProject, LibraryTier, MilestoneDates, StageTargetDates, SuspensionDates, TierEntry
from projects.models.milestone import FourDates
from scheduling.standing import NODES, Facts, Item, ItemKind, Span, absences, joined

Projects = QuerySet[KeyProject] | Collection[int]
Entry = tuple[date, bool]
_SUSPENDED = "SUSPENDED"
_COLUMNS: dict[ItemKind, tuple[str, str, Any]] = {
    ItemKind.MILESTONE: ("milestone", "milestone__name", "milestone__responsible_person__full_name"),
    ItemKind.STAGE_TARGET: ("stage_target", "stage_target__target", Value(None, output_field=TextField())),
}
_FOUR_DATES = ("original_on", "approved_on", "forecast_on", "actual_on", "is_reached")


def known_facts(
    projects: Projects, *, known_at: datetime | None, also: Mapping[int, Collection[Item]] | None = None
) -> dict[int, Facts]:
    """The milestones, stage targets and interruptions by project; packages have none of their own.

    ``also``: items of other kinds, by project. ``known_at`` None: what is known now.
    """
    items: dict[int, list[Item]] = defaultdict(list)
    for project, kind, *values in _node_rows(projects, known_at=known_at):
        items[project].append(Item(ItemKind(kind), *values))
    for project, others in (also or {}).items():
        items[project] += others
    excused, entries = _interruptions(projects, known_at)
    return {
        project: Facts(items[project], joined(excused[project]), absences(entries[project]))
        for project in {*items, *excused, *entries}
    }


def _node_rows(projects: Projects, *, known_at: datetime | None) -> Iterable[tuple[Any, ...]]:
    milestones, targets = (_rows_of(kind, projects, known_at=known_at) for kind in sorted(NODES))
    return milestones.union(targets, all=True)


def _rows_of(kind: ItemKind, projects: Projects, *, known_at: datetime | None) -> QuerySet[Any, tuple[Any, ...]]:
    subject, name, person = _COLUMNS[kind]
    dates: type[FourDates] = MilestoneDates if kind is ItemKind.MILESTONE else StageTargetDates
    return (
        dates._default_manager.as_known(known_at)
        .filter(**{f"{subject}__project__in": projects, f"{subject}__project__is_package": False})
        .values_list(
            f"{subject}__project_id",
            Value(kind.value, output_field=TextField()),
            f"{subject}_id",
            f"{subject}__stage",
            name,
            person,
            *_FOUR_DATES,
        )
    )


def _interruptions(
    projects: Projects, known_at: datetime | None
) -> tuple[dict[int, list[Span]], dict[int, list[Entry]]]:
    """Excused suspensions, and the tier entries of those projects that ever left the register."""
    excused: dict[int, list[Span]] = defaultdict(list)
    entries: dict[int, list[Entry]] = defaultdict(list)
    for project, tier, since, until in _interruption_rows(projects, known_at):
        if tier == _SUSPENDED:
            excused[project].append(Span(since, until or date.max))
        else:
            entries[project].append((since, tier == LibraryTier.EXITED))
    return excused, entries


def _interruption_rows(projects: Projects, known_at: datetime | None) -> Iterable[tuple[Any, ...]]:
    suspensions = SuspensionDates.objects.filter(excused_by__isnull=False).as_known(known_at)
    entries = TierEntry.objects.filter(project__in=projects).as_known(known_at)
    left = entries.filter(tier=LibraryTier.EXITED)
    return (
        suspensions.filter(suspension__project__in=projects)
        .values_list("suspension__project_id", Value(_SUSPENDED), "suspended_on", "resumed_on")
        .union(
            entries.filter(project__in=left.values("project"))
            .order_by()
            .values_list("project_id", "tier", "entered_on", Value(None, output_field=DateField())),
            all=True,
        )
    )
