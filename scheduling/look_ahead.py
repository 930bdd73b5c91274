"""近期必办: the steps that must start or be done within the coming days, or the finish of their project is lost.

By the latest dates of the schedules in force (``projects/actions/replanning.py``). Projects that are suspended or have
left the register owe nothing meanwhile.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from typing import NamedTuple

from django.db.models import Case, Count, Exists, F, OuterRef, QuerySet, SmallIntegerField, When

from projects.models import LibraryTier, NodeOutlook, ScheduleOutlook, SuspensionDates
from projects.models.key_project import KeyProjectQuerySet
from projects.models.outlook import missed_q, to_finish_q, to_start_q
from projects.periods import Kind, period_of


class Horizon(Enum):
    """How far one looks: to the end of this week, or so many weeks from today."""

    WEEK = 0
    TWO = 2
    FOUR = 4
    TWELVE = 12

    def until(self, on: date) -> date:
        """The last day of it."""
        return on + timedelta(weeks=self.value, days=-1) if self.value else period_of(on, kind=Kind.WEEK).ends_on


class Counts(NamedTuple):
    """``missed`` are those whose latest date is past already."""

    to_start: int
    to_finish: int
    missed: int


@dataclass(frozen=True)
class LookAhead:
    """The open steps of these projects whose latest start or finish lies within the horizon, or is past."""

    projects: KeyProjectQuerySet
    on: date
    until: date

    def counts(self) -> Counts:
        """One query. A step may have to be both started and done."""
        starts, finishes = to_start_q(self.on, self.until), to_finish_q(self.on, self.until)
        found = self._open().aggregate(
            to_start=Count("pk", filter=starts),
            to_finish=Count("pk", filter=finishes),
            missed=Count("pk", filter=missed_q(self.on)),
        )
        return Counts(**found)

    def rows(self, *, kind: str = "") -> QuerySet[NodeOutlook]:
        """What must happen in these days first, in its order, then what is past; a queryset, to be paged."""
        wanted = {
            "start": to_start_q(self.on, self.until),
            "finish": to_finish_q(self.on, self.until),
            "missed": missed_q(self.on),
        }.get(kind, to_start_q(date.min, self.until) | to_finish_q(date.min, self.until))
        related = (
            "node",
            "project__lead_unit",
            "project__responsible_person",
            "project__linked_leader",
            "project__outlook",
        )
        return (
            self._open()
            .filter(wanted)
            .select_related(*related)
            .annotate(is_past=_is_past(self.on), due_on=_DUE_ON)
            .order_by("is_past", "due_on", "project__sort_key", "node__position")
        )

    def reckoned_on(self) -> date | None:
        """The oldest day among these reckonings; None where no project works by a schedule."""
        first = ScheduleOutlook.objects.filter(project__in=self.projects).order_by("on").first()
        return first.on if first else None

    def _open(self) -> QuerySet[NodeOutlook]:
        stopped = (
            SuspensionDates.objects.current().in_effect(on=self.on).filter(suspension__project=OuterRef("project"))
        )
        return (
            NodeOutlook.objects.filter(is_done=False, project__in=self.projects)
            .exclude(project__standing__tier=LibraryTier.EXITED)
            .filter(~Exists(stopped))
        )


def _is_past(on: date) -> Case:
    return Case(When(missed_q(on), then=1), default=0, output_field=SmallIntegerField())


_DUE_ON = Case(When(is_begun=False, then=F("late_start_on")), default=F("late_finish_on"))
