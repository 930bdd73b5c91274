"""What was frozen last before a day: with what today is compared."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from projects.models.key_project import KeyProjectQuerySet
from scheduling.models import PeriodClosing, PeriodStanding, ReportPeriod
from scheduling.models.report_period import PeriodStandingQuerySet

_OFFERED = 5
_APART = timedelta(days=5)


def every_week_closed() -> QuerySet[PeriodClosing]:
    """Weeks that are entered in the ledger, the latest first."""
    closed = PeriodClosing.objects.filter(finished_at__isnull=False, period__kind=ReportPeriod.Kind.WEEK)
    return closed.select_related("period").order_by("-period__ends_on")


def weeks_closed(*, before: date, known_at: datetime | None) -> QuerySet[PeriodClosing]:
    """Of these the ones that ended before the day, as far as they were closed then (None: now)."""
    found = every_week_closed().filter(period__ends_on__lt=before)
    return found if known_at is None else found.filter(known_at__lte=known_at)


def closed_weeks(*, on: date, known_at: datetime | None) -> list[PeriodClosing]:
    """The last few of them, for choosing among."""
    return list(weeks_closed(before=on, known_at=known_at)[:_OFFERED])


def a_week_before(closings: Sequence[PeriodClosing], *, on: date) -> PeriodClosing | None:
    """Of these the last that ended some days ago: one that ended yesterday tells of no change yet."""
    apart = [closing for closing in closings if closing.period.ends_on <= on - _APART]
    return next(iter(apart or closings[-1:]), None)


def frozen(closing: PeriodClosing, projects: KeyProjectQuerySet) -> PeriodStandingQuerySet:
    """Where these projects stood when the period was closed."""
    return PeriodStanding.objects.filter(period=closing.period_id, project__in=projects)


def in_plan_then(closing: PeriodClosing) -> QuerySet[Any, Any]:
    return PeriodStanding.objects.filter(counted_projects__gt=0, period=closing.period_id).values("project")


def with_light_then(closing: PeriodClosing, light: str) -> QuerySet[Any, Any]:
    return PeriodStanding.objects.filter(period=closing.period_id, light=light).values("project")
