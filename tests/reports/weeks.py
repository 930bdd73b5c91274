"""Closed weeks as the closing leaves them: the ledger entry and one frozen row a project."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.utils import timezone

from projects import recorded
from scheduling.models import PeriodClosing, PeriodStanding, ProgressReport, ProgressVersion, ReportPeriod
from tests.factories import UserFactory

FRIDAY = date(2026, 3, 13)
Reported = PeriodStanding.Reported


def moment(day, hour):
    return timezone.make_aware(datetime.combine(day, hour))


def week(ends_on=FRIDAY, *, kind="WEEK"):
    days = {"starts_on": ends_on - timedelta(days=6), "ends_on": ends_on}
    limits = {"due_at": moment(ends_on, time(12)), "review_until": moment(ends_on, time(17, 30))}
    return ReportPeriod.objects.get_or_create(kind=kind, **days, defaults=limits)[0]


def close(period, *, at=None):
    at = at or period.review_until
    ReportPeriod.objects.filter(pk=period.pk).update(locked_at=at)
    return PeriodClosing.objects.create(period=period, known_at=at, finished_at=at)


def freeze(period, project, *, reported=Reported.ACCEPTED, plan=Decimal(12000), amount=Decimal(120), **more):
    version = None if reported == Reported.MISSING else _version(period, project, amount)
    said = {
        "lead_unit": project.lead_unit,
        "version": version,
        "reported": reported,
        "is_on_time": reported == Reported.ACCEPTED,
        "period_amount": amount if reported == Reported.ACCEPTED else Decimal(0),
        "unreviewed_amount": amount if reported == Reported.UNREVIEWED else Decimal(0),
        "ytd_amount": Decimal("1530.5"),
        "since_start_amount": Decimal("20480.75"),
        "annual_plan_amount": plan,
        "physical_percent": Decimal("46.5"),
    }
    return PeriodStanding.objects.create(period=period, project=project, **(said | more))


def _version(period, project, amount):
    report = ProgressReport.objects.create(project=project, period=period)
    version = ProgressVersion(
        report=report, period_amount=amount, physical_progress="主体施工至三层", submitted_by=UserFactory()
    )
    with recorded.writing() as at:
        recorded.record([version], by=None, at=at)
    return version
