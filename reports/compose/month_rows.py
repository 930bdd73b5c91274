"""What a monthly bulletin rests on: where every project stood at the end of a month, and what the month brought."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import QuerySet, Sum

from projects.models import KeyProject, Unit
from reports.bulletin import Project
from scheduling.evaluation import evaluated
from scheduling.models import PeriodClosing, PeriodStanding, ProgressVersion, ReportPeriod
from scheduling.models.evaluated import Evaluated
from scheduling.models.progress_report import ProgressVersionQuerySet
from scheduling.parts import Parts
from scheduling.project_day import NOUGHT
from scheduling.project_days import AsKnown
from scheduling.standing import DAY, Late


@dataclass(frozen=True)
class Row:
    """One project. ``standing`` says its light, stage and category, ``month_amount`` what the month brought, 万元."""

    project: KeyProject
    unit: Unit
    standing: Evaluated
    stage: str
    parts: Parts
    month_amount: Decimal

    @property
    def is_planned(self) -> bool:
        return bool(self.parts.projects)

    def told(self, *, person: str = "") -> Project:
        """``person``: who answers for the line, where it is somebody else than for the project."""
        project = self.project
        return Project(
            pk=project.pk,
            code=project.code,
            name=project.name,
            unit=str(self.unit),
            town=str(project.town or ""),
            person=person or str(project.responsible_person or ""),
            leader=str(project.linked_leader or ""),
        )


class Seen(NamedTuple):
    """What was evaluated of a project: what was overdue, worst first, and why it was lit. ``standing``: if asked."""

    late: Sequence[Late]
    verdicts: Mapping[str, Any]
    standing: tuple[Evaluated, str] | None


@dataclass(frozen=True)
class MonthEnd:
    """A closed month up to ``on``, its last day or the day its figures are cut off, as known at the closing."""

    closing: PeriodClosing
    cutoff_day: int | None = None

    @property
    def on(self) -> date:
        last = self.closing.period.ends_on
        return last.replace(day=self.cutoff_day) if self.cutoff_day else last

    @property
    def starts_on(self) -> date:
        """The day after the one before was cut off; a year begins on 1 January all the same."""
        first = self.closing.period.starts_on
        if self.cutoff_day is None or first.month == 1:
            return first
        return (first - DAY).replace(day=self.cutoff_day) + DAY

    @property
    def asked(self) -> AsKnown:
        return AsKnown.past(self.on, known_at=self.closing.known_at)

    @cached_property
    def before(self) -> "MonthEnd | None":
        """The month before, in whichever year; None: it was not closed."""
        closings = PeriodClosing.objects.filter(
            period__kind=ReportPeriod.Kind.MONTH_END,
            period__ends_on=self.closing.period.starts_on - DAY,
            finished_at__isnull=False,
        )
        found = closings.select_related("period").first()
        return MonthEnd(found, self.cutoff_day) if found else None

    @property
    def compared(self) -> "MonthEnd | None":
        """The month before in the same year: with another year's plan nothing is compared."""
        return self.before if self.before and self.before.on.year == self.on.year else None

    @property
    def projects(self) -> QuerySet[Any, Any]:
        """Of the register then, as ``pk__in`` takes them."""
        return PeriodStanding.objects.filter(period=self.closing.period_id).order_by().values("project")

    @cached_property
    def seen(self) -> Mapping[int, Seen]:
        """At the end of a month what is frozen says all but how long each item is late; else every project."""
        wanted = self.projects if self.cutoff_day else self.projects.exclude(late_items=[])
        found = evaluated(wanted.values_list("project", flat=True), self.asked)
        at = self.closing.known_at
        return {
            each.project: Seen(
                each.overdue(),
                each.columns["verdicts"],
                (each.standing(at=at), each.stage) if self.cutoff_day else None,
            )
            for each in found
        }

    @cached_property
    def rows(self) -> Sequence[Row]:
        """In the order of the units and of the names. A constant number of queries."""
        brought = self.month_amounts()
        return [
            Row(project, each.lead_unit, standing, stage, standing.parts, brought.get(project.pk, NOUGHT))
            for each in self._frozen()
            for project, standing, stage in [(each.project, *self._stood(each))]
        ]

    @cached_property
    def planned(self) -> Mapping[int, Row]:
        """Those in the plan of the year, by project."""
        return {row.project.pk: row for row in self.rows if row.is_planned}

    def month_amounts(self) -> dict[int, Decimal]:
        """本月完成: the accepted reports whose last day lies in the month, and what was adjusted at its end."""
        found = self.accepted().filter(report__period__ends_on__range=(self.starts_on, self.on))
        return dict(found.order_by().values_list("report__project").annotate(Sum("period_amount")))

    def accepted(self) -> ProgressVersionQuerySet:
        """What counted then, of the year up to the day."""
        known: ProgressVersionQuerySet = ProgressVersion.objects.known(at=self.closing.known_at)
        of_year = (date(self.on.year, 1, 1), self.on)
        return known.accepted().filter(report__project__in=self.projects, report__period__ends_on__range=of_year)

    def _frozen(self) -> Iterable[PeriodStanding]:
        found = PeriodStanding.objects.filter(period=self.closing.period_id)
        people = ("project__town", "project__responsible_person", "project__linked_leader")
        return found.select_related("lead_unit", *people).order_by(
            "lead_unit__sort_key", "lead_unit_id", "project__sort_key", "project__code"
        )

    def _stood(self, frozen: PeriodStanding) -> tuple[Evaluated, str]:
        stood = self.seen[frozen.project_id].standing if self.cutoff_day else None
        return stood or (frozen, frozen.stage)
