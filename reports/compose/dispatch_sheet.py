"""周调度单: from what was frozen when the week was closed, and from the questions as they were known at that moment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from django.db.models import Q, QuerySet
from django.utils.timezone import localtime  # noqa: TID251 - given its moment

from projects.models import KeyProject, NodeOutlook, Stage, Unit
from reports import dispatch_sheet
from reports.dispatch_sheet import (
    Ahead,
    Amounts,
    AssignedLine,
    DispatchSheet,
    LateLine,
    LookAhead,
    ProjectLine,
    Reported,
    RequestLine,
    StepLine,
)
from scheduling import look_ahead
from scheduling.models import Decision, PeriodClosing, PeriodStanding, ProblemRequest, ReportPeriod
from scheduling.overdue import FromVersions, Scope
from scheduling.overdue_words import item_name
from scheduling.standing import DAY, ItemKind, Late, days_late

_Key = tuple[ItemKind, int]


def of_week(closing: PeriodClosing, unit: Unit | None, *, district: str) -> DispatchSheet:
    """The sheet of one lead unit, or of the district. As many queries for two hundred projects as for one."""
    week = _Week(closing, unit)
    lines = week.projects()
    late = week.late()
    return DispatchSheet(
        district=district,
        unit=unit.name if unit else "",
        starts_on=closing.period.starts_on,
        ends_on=closing.period.ends_on,
        known_at=localtime(closing.known_at),
        completeness=dispatch_sheet.completeness(lines),
        total=dispatch_sheet.total([line.amounts for line in lines]),
        projects=tuple(lines),
        units=() if unit else dispatch_sheet.by_unit(lines),
        newly_overdue=late.new,
        overdue=late.all,
        decisions=week.decisions(),
        requests=week.requests(),
        ahead=week.ahead(),
    )


def units_of(period: ReportPeriod) -> QuerySet[Unit]:
    """The lead units whose projects owed a report of this period."""
    return Unit.objects.filter(pk__in=PeriodStanding.objects.filter(period=period).owed().values("lead_unit"))


@dataclass(frozen=True)
class _Overdue:
    new: tuple[LateLine, ...]
    all: tuple[LateLine, ...]


@dataclass(frozen=True)
class _Week:
    """Everything that is asked about one closed week of one unit (None: of all)."""

    closing: PeriodClosing
    unit: Unit | None

    @cached_property
    def standings(self) -> list[PeriodStanding]:
        found = self._of_unit(self.closing.period).select_related("project__responsible_person", "lead_unit", "version")
        return list(found.order_by("lead_unit__sort_key", "lead_unit_id", "project__sort_key", "project__code"))

    @cached_property
    def before(self) -> PeriodClosing | None:
        """The closing of the week before this one."""
        period = self.closing.period
        closings = PeriodClosing.objects.filter(period__kind=period.kind, period__ends_on=period.starts_on - DAY)
        return closings.select_related("period").first()

    @cached_property
    def named(self) -> Mapping[int, PeriodStanding]:
        return {standing.project_id: standing for standing in self.standings}

    def projects(self) -> list[ProjectLine]:
        earlier = {} if self.before is None else {each.project_id: each for each in self._of_unit(self.before.period)}
        return [_project(standing, earlier.get(standing.project_id)) for standing in self.standings]

    def late(self) -> _Overdue:
        """What is overdue on the last day as known at the closing, and what of it was not a week before."""
        scope = Scope(KeyProject.objects.filter(pk__in=self._of_unit(self.closing.period).values("project")))
        now = FromVersions(scope, on=self.closing.period.ends_on, known_at=self.closing.known_at)
        then = FromVersions(
            scope,
            on=self.closing.period.starts_on - DAY,
            known_at=self.before.known_at if self.before else self.closing.known_at,
        )
        ids = now.project_ids()
        found, known = now.of_projects(ids), {_key(each) for each in _every(then)}
        new = [(project, each) for project in ids for each in found[project] if _key(each) not in known]
        new.sort(key=lambda pair: -pair[1].days)
        return _Overdue(
            new=tuple(self._late(project, each) for project, each in new),
            all=tuple(self._late(project, found[project][0], others=len(found[project]) - 1) for project in ids),
        )

    def decisions(self) -> tuple[AssignedLine, ...]:
        at, on = self.closing.known_at, self.closing.period.ends_on
        found = Decision.objects.open_then(at=at)
        if self.unit:
            own = Q(owner_unit=self.unit) | Q(issuing_unit=self.unit) | Q(project__in=self.named)
            found = found.filter(own)
        related = found.select_related("project", "owner_unit", "owner_person", "meeting")
        return tuple(
            AssignedLine(
                number=each.number,
                text=each.text,
                project=each.project.name if each.project else "",
                unit=str(each.owner_unit),
                person=str(each.owner_person or ""),
                meeting=each.meeting.title if each.meeting else each.get_source_display(),
                due_on=each.due_then,
                days=days_late(each.due_then, on=on),
            )
            for each in related.order_by("due_then", "pk")
        )

    def requests(self) -> tuple[RequestLine, ...]:
        """Those of the unit's projects, and those the unit itself owes an answer to."""
        on = self.closing.period.ends_on
        found = ProblemRequest.objects.unanswered_then(at=self.closing.known_at)
        if self.unit:
            found = found.filter(Q(unit=self.unit) | Q(problem__project__in=self.named))
        related = found.select_related("problem__project__lead_unit", "unit").order_by("answer_due_on", "pk")
        return tuple(
            RequestLine(
                project=each.problem.project.name,
                lead_unit=str(each.problem.project.lead_unit),
                question=each.question,
                unit=str(each.unit),
                asked_on=_day(each.asked_at),
                due_on=each.answer_due_on,
                days=days_late(each.answer_due_on, on=on),
            )
            for each in related
        )

    def ahead(self) -> LookAhead:
        """From the day after the week, by the schedules as they are reckoned when the sheet is composed."""
        since = self.closing.period.ends_on + DAY
        projects = KeyProject.objects.filter(pk__in=self._of_unit(self.closing.period).values("project"))
        spans, missed = [], 0
        for horizon in look_ahead.Horizon:
            until = horizon.until(since)
            counts = look_ahead.LookAhead(projects, since, until).counts()
            spans.append(Ahead(horizon.value, until, counts.to_start, counts.to_finish))
            missed = counts.missed
        week = look_ahead.LookAhead(projects, since, look_ahead.Horizon.WEEK.until(since))
        steps = tuple(_step(row) for row in week.rows(kind="start"))
        return LookAhead(since, week.reckoned_on(), missed, tuple(spans), steps)

    def _of_unit(self, period: ReportPeriod) -> QuerySet[PeriodStanding]:
        found = PeriodStanding.objects.filter(period=period).owed()
        return found.filter(lead_unit=self.unit) if self.unit else found

    def _late(self, project: int, late: Late, *, others: int = 0) -> LateLine:
        standing = self.named[project]
        return LateLine(
            project=standing.project.name,
            unit=str(standing.lead_unit),
            item=item_name(late.item),
            person=late.item.person or str(standing.project.responsible_person or ""),
            original_on=late.item.original_on,
            approved_on=late.item.approved_on,
            days=late.days,
            others=others,
        )


def _project(standing: PeriodStanding, before: PeriodStanding | None) -> ProjectLine:
    return ProjectLine(
        code=standing.project.code,
        name=standing.project.name,
        unit=str(standing.lead_unit),
        person=str(standing.project.responsible_person or ""),
        stage=str(Stage(standing.stage).label) if standing.stage else "",
        reported=Reported(standing.reported),
        is_on_time=standing.is_on_time,
        is_unchanged=standing.is_unchanged,
        amounts=Amounts(
            period=standing.period_amount,
            year_to_date=standing.ytd_amount,
            since_start=standing.since_start_amount,
            annual_plan=standing.annual_plan_amount,
            change=standing.period_amount - before.period_amount if before else None,
        ),
        unreviewed=standing.unreviewed_amount,
        physical=standing.version.physical_progress if standing.version else "",
        physical_percent=standing.physical_percent,
        unchanged=standing.unchanged_periods,
    )


def _step(row: NodeOutlook) -> StepLine:
    return StepLine(
        project=row.project.name,
        unit=str(row.project.lead_unit),
        step=row.node.name,
        person=str(row.project.responsible_person or ""),
        start_on=row.late_start_on,
    )


def _every(found: FromVersions) -> Sequence[Late]:
    by_project = found.of_projects(found.project_ids())
    return [late for items in by_project.values() for late in items]


def _key(late: Late) -> _Key:
    return late.item.kind, late.item.subject


def _day(at: datetime) -> date:
    return localtime(at).date()
