"""Projects that have reported for weeks, for the tests of forecasts, contradictions and draws."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from projects import changed, recorded
from projects.models import AnnualPlan, BudgetRevision, LibraryTier, PlanEntry, PlanVersion, Stage, TierEntry
from scheduling.actions import forecasts
from scheduling.models import ProgressReport, ProgressVersion, ReportPeriod
from tests.factories import KeyProjectFactory, StageTargetFactory, date_stage_target

FRIDAY = date(2026, 11, 27)
NIGHT = datetime(2026, 11, 27, 18, tzinfo=UTC)  # 02:00 on the 28th in Beijing
ON = date(2026, 11, 28)


def weeks(number):
    """The last so many, closed; the earliest first."""
    ends = [FRIDAY - timedelta(weeks=back) for back in range(number)]
    moments = [datetime(day.year, day.month, day.day, 4, tzinfo=UTC) for day in ends]
    for day, moment in zip(ends, moments, strict=True):
        said = {"ends_on": day, "due_at": moment, "review_until": moment, "locked_at": moment}
        ReportPeriod.objects.get_or_create(kind="WEEK", starts_on=day - timedelta(days=6), defaults=said)
    return list(ReportPeriod.objects.filter(ends_on__in=ends).order_by("ends_on"))


def built(people, amounts, *, total="1000", finish=None, percents=None, ago=0, **fields):
    """A project being built that reported these amounts week by week, accepted each time, the last so many ago."""
    project = KeyProjectFactory(responsible_person=people[0], **fields)
    record(TierEntry(project=project, tier=LibraryTier.BUILDING, entered_on=date(2025, 1, 1)))
    record(BudgetRevision(project=project, total_investment=Decimal(total)))
    if finish:
        date_stage_target(StageTargetFactory(project=project, stage=Stage.COMMISSIONING), approved_on=finish)
    periods = weeks(len(amounts) + ago)[: len(amounts)]
    told = zip(periods, amounts, percents or [None] * len(amounts), strict=True)
    record(*(accepted(project, people, period, amount, percent) for period, amount, percent in told))
    return project


def planned(project, office, signer, *, finish=None):
    """In the plan of the year; ``finish``: to be completed by then."""
    plan = AnnualPlan.objects.create(year=ON.year)
    version = PlanVersion.objects.create(
        plan=plan, number=1, effective_on=date(ON.year, 1, 1), drafted_by=office, drafted_at=NIGHT
    )
    said = {"category": "CONTINUING", "completes_this_year": bool(finish), "planned_finish_on": finish}
    PlanEntry.objects.create(version=version, project=project, annual_plan_amount=0, **said)
    version.state, version.decided_by, version.decided_at = "APPROVED", signer, NIGHT
    version.document_number = "示政发〔2026〕1号"
    version.save()


def accepted(project, people, period, amount, percent=None, **said):
    report, _ = ProgressReport.objects.get_or_create(project=project, period=period)
    return ProgressVersion(
        report=report,
        counts=True,
        state="ACCEPTED",
        period_amount=Decimal(amount),
        physical_percent=percent,
        physical_progress="主体施工",
        submitted_by=people[0],
        reviewed_by=people[1],
        **said,
    )


def record(*versions):
    with recorded.writing() as at:
        recorded.record(versions, by=None, at=at)


def night(projects, at=NIGHT):
    """As standings and forecasts are renewed after midnight."""
    changed.announce([project.pk for project in projects], at=at)
    forecasts.renew(at=at, progress=lambda _done, _total: None)
