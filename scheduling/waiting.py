"""What waits longest in each project: its one open item that is due first, late already or not yet."""

from datetime import date
from typing import Any, NamedTuple

from django.db.models import F, Subquery

from projects.models.key_project import KeyProjectQuerySet
from scheduling.counting import Rows, at_once
from scheduling.models import OpenItem
from scheduling.models.standing import overdue_on, standing_on
from scheduling.standing import days_since


class Waiting(NamedTuple):
    """One project and its open item due first. ``days_late`` nought: not late, or its clock stands still."""

    code: str
    name: str
    unit: str
    item: str
    due_on: date
    days_late: int
    light: str | None
    computed_light: str | None


class Counts(NamedTuple):
    projects: int
    late: int
    most_days: int


_LIGHTS = {name: F(f"project__standing__{name}") for name in ("light", "computed_light")}


def longest(projects: KeyProjectQuerySet, *, on: date, limit: int, late_only: bool = False) -> list[Waiting]:
    """One row per project that has anything open, the longest waiting first: one query."""
    items = OpenItem.objects.filter(standing_on(on), leads=True, project__in=projects)
    if late_only:
        items = items.filter(overdue_on(on))
    in_turn = items.order_by(F("late_since").asc(nulls_last=True), "project")
    rows = in_turn.with_subjects().select_related("project__lead_unit").annotate(**_LIGHTS)
    return [_waiting(item, on=on) for item in rows[:limit]]


def counts(projects: KeyProjectQuerySet, *, on: date) -> Counts:
    """One query, however many projects."""
    late: Any = OpenItem.objects.overdue(on=on).filter(leads=True, project__in=projects)
    most = Subquery(late.order_by("-late").values("late")[:1])
    found = at_once(projects=Rows(projects), late=Rows(late), most=most)
    return Counts(found["projects"], found["late"], found["most"].days if found["most"] else 0)


def _waiting(item: Any, *, on: date) -> Waiting:
    project, days = item.project, days_since(item.late_since, on=on, stopped_on=item.stopped_on)
    said = (project.code, project.name, str(project.lead_unit), item.name, item.due_on, days)
    return Waiting(*said, item.light, item.computed_light)
