"""Where many projects stand on a day, as known at a moment: Σ and lights by whatever they are grouped by.

Today is read from what is stored, every other day and knowledge is evaluated on demand: the same figures either way.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from functools import cached_property
from typing import Any, Protocol

from django.db.models import F

from projects.models.key_project import KeyProjectQuerySet
from scheduling.evaluation import evaluated
from scheduling.models import Standing
from scheduling.models.evaluated import LIGHT_FIELDS, LightCounts
from scheduling.parts import Parts
from scheduling.project_days import AsKnown

Key = Any


class States(Protocol):
    """``by`` is a column of KeyProject, with ``__`` through its foreign keys."""

    def parts(self) -> Parts: ...

    def parts_by(self, by: str) -> dict[Key, Parts]: ...

    def lights_by(self, by: str) -> dict[Key, LightCounts]: ...

    def standings(self) -> Sequence[Standing]:
        """One for each project, in the order of their keys; of another day they are not in the database."""
        ...


class Stored:
    """Today, as known now."""

    def __init__(self, projects: KeyProjectQuerySet) -> None:
        self._standings = Standing.objects.filter(project__in=projects)

    def parts(self) -> Parts:
        return self._standings.parts()

    def parts_by(self, by: str) -> dict[Key, Parts]:
        return self._standings.parts_by(f"project__{by}")

    def lights_by(self, by: str) -> dict[Key, LightCounts]:
        return self._standings.lights_by(f"project__{by}")

    def standings(self) -> Sequence[Standing]:
        return list(self._standings.order_by("project"))


class OnDemand:
    """Any day, as known at any moment."""

    def __init__(self, projects: KeyProjectQuerySet, asked: AsKnown) -> None:
        self._projects, self._asked = projects, asked

    @cached_property
    def _found(self) -> list[Standing]:
        projects = self._projects.values_list("pk", flat=True)
        return [found.standing(at=self._asked.moment) for found in evaluated(projects, self._asked)]

    def parts(self) -> Parts:
        return sum((found.parts for found in self._found), Parts())

    def parts_by(self, by: str) -> dict[Key, Parts]:
        groups = self._groups(by)
        sums: dict[Key, Parts] = defaultdict(Parts)
        for found in self._found:
            sums[groups[found.project_id]] += found.parts
        return sums

    def lights_by(self, by: str) -> dict[Key, LightCounts]:
        groups = self._groups(by)
        counts: dict[Key, LightCounts] = defaultdict(LightCounts)
        for found in self._found:
            counts[groups[found.project_id]].update((name, getattr(found, name)) for name in LIGHT_FIELDS)
        return counts

    def standings(self) -> Sequence[Standing]:
        return self._found

    def _groups(self, by: str) -> dict[int, Key]:
        return dict(self._projects.order_by().annotate(grouped_by=F(by)).values_list("pk", "grouped_by"))


def states(projects: KeyProjectQuerySet, *, on: date, known_at: datetime | None, today: date) -> States:
    """``known_at`` None: as known now."""
    if known_at is None and on == today:
        return Stored(projects)
    return OnDemand(projects, AsKnown.past(on, known_at=known_at))
