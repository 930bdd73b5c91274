"""与上周末相比: what was overdue when the last week was closed, and what is so now."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import QuerySet

from projects.models import KeyProject
from scheduling.closed_before import weeks_closed
from scheduling.models import PeriodStanding
from scheduling.standing import Item, ItemKind, Key


class Past(NamedTuple):
    """An item that was overdue at the closing."""

    project_id: int
    kind: ItemKind
    subject: int
    name: str
    due_on: date

    @property
    def key(self) -> Key:
        return self.kind, self.subject


@dataclass(frozen=True)
class LastWeek:
    """What was overdue then and what lights there were, by project. Of ``unrecorded`` projects nothing was kept."""

    ends_on: date
    known_at: datetime
    items: Mapping[int, list[Past]] = field(default_factory=dict)
    lights: Mapping[int, str] = field(default_factory=dict)
    unrecorded: frozenset[int] = frozenset()

    def is_new(self, project: int, key: Key) -> bool:
        return project not in self.unrecorded and all(each.key != key for each in self.items.get(project, ()))

    def gone(self, late: Iterable[tuple[int, Key]]) -> list[Past]:
        """What of it is overdue no longer, the projects in the order of their keys."""
        still = {key for _project, key in late}
        return [each for project in sorted(self.items) for each in self.items[project] if each.key not in still]


def kept(item: Item) -> dict[str, Any]:
    """As the closing of a period freezes an overdue item."""
    due_on = item.approved_on.isoformat() if item.approved_on else None
    return {"kind": item.kind.value, "subject": item.subject, "name": item.name, "due_on": due_on}


def last_week(projects: QuerySet[KeyProject], *, before: date, at: datetime | None) -> LastWeek | None:
    """None where no week was closed yet, or nothing of what was overdue was kept. Two queries."""
    closing = weeks_closed(before=before, known_at=at).first()
    if closing is None:
        return None
    frozen = PeriodStanding.objects.filter(period=closing.period_id, project__in=projects)
    rows = list(frozen.values_list("project", "late_items", "light"))
    unrecorded = frozenset(project for project, items, _light in rows if items is None)
    if len(unrecorded) == len(rows):
        return None
    return LastWeek(
        closing.period.ends_on,
        closing.known_at,
        items={project: [_past(project, each) for each in items] for project, items, _light in rows if items},
        lights={project: light for project, _items, light in rows if project not in unrecorded},
        unrecorded=unrecorded,
    )


def _past(project: int, kept: Mapping[str, Any]) -> Past:
    due_on = date.fromisoformat(kept["due_on"])
    return Past(project, ItemKind(kept["kind"]), kept["subject"], kept["name"], due_on)
