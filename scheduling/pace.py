"""速度: the accepted weeks of many projects, and the days their leads foretold, as the arithmetic takes them. 万元."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple

from django.db.models import Max, Q, Sum
from django.db.models.functions import Coalesce

from projects.models import BudgetRevision, MilestoneDates, ProjectDates, StageTargetDates
from projects.models.milestone import Stage
from projects.recorded import day_of
from scheduling.back_test import Declared, Pace, Point
from scheduling.models import ProgressVersion, ReportPeriod
from scheduling.models.progress_report import spent_before


class _Told(NamedTuple):
    """All that ended on one day; ``reports`` None: nothing but an adjustment at the end of a month."""

    ends_on: date
    amount: Decimal
    physical_percent: Decimal | None
    reports: int | None


def paces(projects: Collection[int], *, upto: date, known_at: datetime | None) -> dict[int, Pace]:
    """By project, up to and including the periods that end on ``upto``, as known at a moment (None: now).

    Five queries for any number; those that reported nothing are left out. An adjustment at the end of a month
    (月末调整) tells of money, not of days: it is counted with the next report. Finished is 完工, or else 竣工验收.
    """
    told = _told(projects, upto=upto, known_at=known_at)
    before = spent_before({project: days[0].ends_on.year for project, days in told.items()}, known_at=known_at)
    totals = dict(
        BudgetRevision.objects.as_known(known_at)
        .filter(project__in=projects)
        .values_list("project", "total_investment")
    )
    finished, approved = _finished(projects, upto=upto, known_at=known_at), _approved(projects, known_at=known_at)
    return {
        project: Pace(
            points=list(_points(days, before=before.get(project, Decimal(0)))),
            total_amount=totals.get(project),
            approved_finish=approved.get(project),
            finished_on=finished.get(project),
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
        amount=Sum("period_amount"), percent=Max("physical_percent"), told=Max("report", filter=~adjusted)
    ).order_by("report__project", day):
        found[project].append(_Told(*values))
    return found


def _points(days: list[_Told], *, before: Decimal) -> Iterator[Point]:
    done = before
    for ends_on, amount, physical_percent, reports in days:
        done += amount
        if reports:
            yield Point(ends_on, done, physical_percent)


def _finished(projects: Collection[int], *, upto: date, known_at: datetime | None) -> dict[int, date]:
    dates = ProjectDates.objects.as_known(known_at).filter(project__in=projects)
    finished = dates.annotate(finished_on=Coalesce("works_finished_on", "accepted_on")).filter(finished_on__lte=upto)
    return dict(finished.values_list("project", "finished_on"))


def _approved(projects: Collection[int], *, known_at: datetime | None) -> dict[int, date]:
    last = StageTargetDates.objects.as_known(known_at).filter(stage_target__stage=Stage.COMMISSIONING)
    days = last.filter(stage_target__project__in=projects).values_list("stage_target__project", "approved_on")
    return {project: approved_on for project, approved_on in days if approved_on}
