"""速度: the accepted weeks of many projects, and the days their leads foretold, as the arithmetic takes them. 万元."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple

from django.db.models import Count, Max, Q, Sum

from projects.models import BudgetRevision, MilestoneDates, SuspensionDates
from projects.recorded import day_of
from scheduling.back_test import Declared, Pace, Point, known_then
from scheduling.contradictions import Week
from scheduling.dated_items import approved_finishes, lives
from scheduling.models import ProgressVersion, ReportPeriod
from scheduling.models.progress_report import spent_before
from scheduling.standing import Span, joined


class _Told(NamedTuple):
    """All that ended on one day; ``reports`` None: nothing but an adjustment at the end of a month."""

    ends_on: date
    amount: Decimal
    physical_percent: Decimal | None
    reports: int | None
    unchanged: int


class History(NamedTuple):
    pace: Pace
    weeks: list[Week]


def paces(projects: Collection[int], *, upto: date, known_at: datetime | None) -> dict[int, Pace]:
    """By project, up to and including the periods that end on ``upto``, as known at a moment (None: now).

    Eight queries for any number; those that reported nothing are left out. An adjustment at the end of a month
    (月末调整) tells of money, not of days: it is counted with the next report. Finished is 竣工验收, and the approved
    finish the one that 应竣未竣 goes by, so that forecast, overdue list and indices speak of the same day.
    """
    return {project: found.pace for project, found in histories(projects, upto=upto, known_at=known_at).items()}


def histories(projects: Collection[int], *, upto: date, known_at: datetime | None) -> dict[int, History]:
    """As ``paces``, and the reports one by one, in the same queries."""
    told = _told(projects, upto=upto, known_at=known_at)
    before = spent_before({project: days[0].ends_on.year for project, days in told.items()}, known_at=known_at)
    totals = dict(
        BudgetRevision.objects.as_known(known_at)
        .filter(project__in=projects)
        .values_list("project", "total_investment")
    )
    finished = _finished(projects, upto=upto, known_at=known_at)
    approved = approved_finishes(projects, on=upto, known_at=known_at)
    paused = _paused(projects, known_at=known_at)
    return {
        project: History(
            Pace(
                points=list(_points(days, before=before.get(project, Decimal(0)))),
                total_amount=totals.get(project),
                approved_finish=approved.get(project),
                finished_on=finished.get(project),
                paused=known_then(paused.get(project, ()), upto),
            ),
            [Week(day.ends_on, day.amount, day.physical_percent, bool(day.unchanged)) for day in days if day.reports],
        )
        for project, days in told.items()
    }


def declared(projects: Collection[int], *, known_at: datetime) -> list[Declared]:
    """Every day foretold for a milestone of these projects, from the day it was first said; one query.

    Those of a milestone that is reached on a day nobody knows are left out.
    """
    rows = (
        MilestoneDates.objects.filter(milestone__project__in=projects, recorded_at__lte=known_at)
        .order_by("milestone", "recorded_at", "pk")
        .values_list("milestone", "recorded_at", "forecast_on", "actual_on", "is_reached")
    )
    found = []
    for _milestone, versions in groupby(rows, key=lambda row: row[0]):
        said: dict[date, date] = {}
        reached_on, is_reached = None, False
        for _, recorded_at, forecast_on, reached_on, is_reached in versions:  # noqa: B007 - the last version counts
            if forecast_on and not is_reached:
                said.setdefault(forecast_on, day_of(recorded_at))
        if reached_on or not is_reached:
            found += [Declared(made_on, forecast_on, reached_on) for forecast_on, made_on in said.items()]
    return found


def _told(projects: Collection[int], *, upto: date, known_at: datetime | None) -> dict[int, list[_Told]]:
    day, adjusted = "report__period__ends_on", Q(report__period__kind=ReportPeriod.Kind.MONTH_END)
    accepted = ProgressVersion.objects.as_known(known_at).accepted().filter(report__project__in=projects)
    days = accepted.filter(report__period__ends_on__lte=upto).values_list("report__project", day)
    found: dict[int, list[_Told]] = defaultdict(list)
    for project, *values in days.annotate(
        amount=Sum("period_amount"),
        percent=Max("physical_percent"),
        told=Max("report", filter=~adjusted),
        unchanged=Count("report", filter=Q(is_unchanged=True)),
    ).order_by("report__project", day):
        found[project].append(_Told(*values))
    return found


def _points(days: list[_Told], *, before: Decimal) -> Iterator[Point]:
    done = before
    for ends_on, amount, physical_percent, reports, _unchanged in days:
        done += amount
        if reports:
            yield Point(ends_on, done, physical_percent)


def _finished(projects: Collection[int], *, upto: date, known_at: datetime | None) -> dict[int, date]:
    found = lives(projects, known_at=known_at)
    return {project: day for project, life in found.items() if (day := life.finished_on) and day <= upto}


def _paused(projects: Collection[int], *, known_at: datetime | None) -> dict[int, tuple[Span, ...]]:
    """停缓建 approved not to count as lateness, in order."""
    excused = SuspensionDates.objects.as_known(known_at).filter(excused_by__isnull=False)
    rows = excused.filter(suspension__project__in=projects).order_by("suspended_on")
    found: dict[int, list[Span]] = defaultdict(list)
    for project, since, until in rows.values_list("suspension__project", "suspended_on", "resumed_on"):
        found[project].append(Span(since, until or date.max))
    return {project: joined(spans) for project, spans in found.items()}
