"""投资和形象进度: what projects have reported so far, as known now or at a moment. 万元, of accepted reports."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import DecimalField, F, Max, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from scheduling.models import ProgressVersion, ReportPeriod
from scheduling.models.progress_report import ProgressVersionQuerySet, Totals, spent_before, years_of
from scheduling.project_day import NO_MONTHS

_NOUGHT = Value(Decimal(0), output_field=DecimalField(max_digits=16, decimal_places=4))


@dataclass(frozen=True)
class Amounts:
    """``unreviewed_amount`` is what the totals would gain if all that waits for review were accepted.

    ``year``: of the year-to-date and its twelve ``months``; ``reported_to``: the last day an accepted report covers,
    ``told_to``: the last of which anything was told that was not sent back, reviewed or not. None: nothing reported.
    """

    year: int
    ytd_amount: Decimal
    since_start_amount: Decimal
    unreviewed_amount: Decimal
    physical_percent: Decimal | None
    reported_to: date | None
    told_to: date | None = None
    months: tuple[Decimal, ...] = NO_MONTHS


class _Month(NamedTuple):
    """What was told in the periods of one month. ``amount`` None: nothing accepted."""

    amount: Decimal | None
    covered: date | None
    estimated: date | None
    told: date | None


_Months = dict[tuple[int, int], _Month]


def amounts_of(projects: Collection[int], *, upto: date, known_at: datetime | None) -> dict[int, Amounts]:
    """Up to and including the periods that end on ``upto``, in the year of it: four queries for any number."""
    known = ProgressVersion.objects.as_known(known_at).filter(
        report__project__in=projects, report__period__ends_on__lte=upto
    )
    told = _by_month(known)
    spent = {project: _spent(told[project]) for project in projects}
    first_years = {project: min(spent[project], default=(upto.year, 1))[0] for project in projects}
    before = spent_before(first_years, known_at=known_at)
    waiting, estimated = _waiting(known), {project: _last(told[project], "estimated") for project in projects}
    percents = _percents(known, estimated)
    return {
        project: _of_project(
            spent[project],
            year=upto.year,
            before=before.get(project, Decimal(0)),
            unreviewed_amount=waiting.get(project, Decimal(0)),
            physical_percent=percents.get(project),
            reported_to=_last(told[project], "covered"),
            told_to=_last(told[project], "told"),
        )
        for project in projects
    }


def month_amounts(projects: Collection[int], *, year: int, month: int, known_at: datetime | None) -> dict[int, Decimal]:
    """The statement of a month by project: its accepted periods, and what was adjusted at its end (月末调整)."""
    found = of_month(projects, year=year, month=month, known_at=known_at).accepted()
    sums = dict(found.order_by().values_list("report__project").annotate(Sum("period_amount")))
    return {project: sums.get(project, Decimal(0)) for project in projects}


def of_month(
    projects: Collection[int], *, year: int, month: int, known_at: datetime | None
) -> ProgressVersionQuerySet:  # fmt: skip
    """What counts and what is under way of the periods whose last day lies in the month."""
    return ProgressVersion.objects.as_known(known_at).filter(
        report__project__in=projects, report__period__ends_on__year=year, report__period__ends_on__month=month
    )


def _of_project(by_month: dict[tuple[int, int], Decimal], *, year: int, before: Decimal, **said: Any) -> Amounts:
    totals = Totals.of(years_of(by_month), year=year, before=before)
    months = tuple(by_month.get((year, month), Decimal(0)) for month in range(1, 13))
    return Amounts(
        year=year, months=months, ytd_amount=totals.year_to_date, since_start_amount=totals.since_start, **said
    )


def gained(known: ProgressVersionQuerySet) -> ProgressVersionQuerySet:
    """What waits for review, with what accepting it would add: all of a first report, the difference of a correction.

    Asked of versions known at one moment.
    """
    counting = known.accepted().filter(report=OuterRef("report"))
    replaced = Coalesce(Subquery(counting.values("period_amount")[:1]), _NOUGHT)
    return known.filter(state=ProgressVersion.State.SUBMITTED).annotate(gained_amount=F("period_amount") - replaced)


def _waiting(known: ProgressVersionQuerySet) -> dict[int, Decimal]:
    sums: dict[int, Decimal] = defaultdict(Decimal)
    for project, amount in gained(known).values_list("report__project", "gained_amount"):
        sums[project] += amount
    return sums


def _by_month(known: ProgressVersionQuerySet) -> dict[int, _Months]:
    """By project and (year, month), in one pass over all versions.

    An adjustment at the end of a month tells of money, not of days.
    """
    day, is_adjusted = "report__period__ends_on", Q(report__period__kind=ReportPeriod.Kind.MONTH_END)
    rows = known.order_by().values_list("report__project", f"{day}__year", f"{day}__month")
    rows = rows.annotate(
        amount=Sum("period_amount", filter=Q(counts=True)),
        covered=Max(day, filter=Q(counts=True) & ~is_adjusted),
        estimated=Max(day, filter=Q(counts=True, physical_percent__isnull=False)),
        told=Max(day, filter=~Q(state=ProgressVersion.State.RETURNED) & ~is_adjusted),
    )
    found: dict[int, _Months] = defaultdict(dict)
    for project, year, month, *told in rows:
        found[project][year, month] = _Month(*told)
    return found


def _spent(months: _Months) -> dict[tuple[int, int], Decimal]:
    return {month: told.amount for month, told in months.items() if told.amount is not None}


def _last(months: _Months, name: str) -> date | None:
    return max((day for told in months.values() if (day := getattr(told, name))), default=None)


def _percents(known: ProgressVersionQuerySet, estimated: Mapping[int, date | None]) -> dict[int, Decimal]:
    """形象进度 as estimated on these days."""
    told = known.accepted().filter(
        physical_percent__isnull=False, report__period__ends_on__in={day for day in estimated.values() if day}
    )
    rows = told.order_by("pk").values_list("report__project", "report__period__ends_on", "physical_percent")
    return {project: percent for project, day, percent in rows if day == estimated[project]}
