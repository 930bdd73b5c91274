"""A half-year as the tests of its assessment make it."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from projects import recorded
from projects.models import AnnualPlan, PlanEntry, PlanVersion, ProjectDates
from projects.models.annual_plan import MONTHS, month_field
from projects.periods import Kind as PeriodKind
from scheduling.actions import assessment_schemes, assessments, periods
from scheduling.models import Assessment, ProgressReport, ProgressVersion
from scheduling.score_indicators import Kind
from scheduling.score_presets import HUNDRED
from tests.factories import MilestoneFactory, date_milestone
from tests.scheduling.reporting_samples import enter_tier

NOW = datetime(2026, 7, 10, 2, tzinfo=UTC)
FROM, UNTIL = date(2026, 1, 1), date(2026, 6, 30)
EARLY = datetime(2026, 1, 2, 2, tzinfo=UTC)


def planned(*projects, office, signer, monthly=100, started=None):
    """An approved plan of the year in which each of these is a new start due in March, with so much for each month."""
    version = PlanVersion.objects.create(
        plan=AnnualPlan.objects.create(year=2026),
        number=1,
        effective_on=FROM,
        document_number="府办〔2026〕1号",
        drafted_by=office,
        drafted_at=EARLY,
    )
    for project in projects:
        enter_tier(project, entered_on=FROM)
        PlanEntry.objects.create(
            version=version,
            project=project,
            category="NEW_START",
            annual_plan_amount=12 * monthly,
            planned_start_on=date(2026, 3, 10),
            **{month_field(month): Decimal(monthly) for month in MONTHS},
        )
    decided = {"decided_by": signer, "decided_at": EARLY, "submitted_by": office, "submitted_at": EARLY}
    PlanVersion.objects.filter(pk=version.pk).update(state="APPROVED", **decided)


def started(project, on):
    with recorded.writing() as at:
        recorded.record([ProjectDates(project=project, started_on=on)], by=None, at=at)


def reported(project, day, amount, by, reviewer):
    """An accepted report of the week of this day, as if it had been there in time."""
    week = periods.open_period(kind=PeriodKind.WEEK, day=day, by=None, at=NOW)
    at = week.due_at - timedelta(hours=2)
    report = ProgressReport.objects.get_or_create(project=project, period=week)[0]
    return ProgressVersion.objects.create(
        report=report,
        counts=True,
        state="ACCEPTED",
        period_amount=Decimal(amount),
        physical_progress="主体",
        done_text="完成",
        next_text="继续",
        submitted_by=by,
        reviewed_by=reviewer,
        recorded_by=reviewer,
        recorded_at=at,
    )


def corrected(version, amount):
    """Another amount of the same week, known only now."""
    with recorded.writing() as at:
        recorded.record([recorded.amended(version, period_amount=Decimal(amount))], by=None, at=at)


def node(project, due, done=None):
    milestone = MilestoneFactory(project=project)
    date_milestone(milestone, approved_on=due, actual_on=done)
    return milestone


def adopted(office, signer, *, scheme=HUNDRED, kind=Kind.LEAD, at=NOW):
    made = assessment_schemes.draft(year=2026, kind=kind, scheme=scheme, by=office, at=at)
    assessment_schemes.adopt(scheme=made, by=signer, at=at)
    made.refresh_from_db()
    return made


def begun(scheme, office, *, at=NOW):
    """Opened and reckoned once."""
    revision = assessments.begin(
        scheme=scheme, title="2026 年上半年考核", starts_on=FROM, ends_on=UNTIL, by=office, at=at
    )
    assessments.reckon(revision)
    return Assessment.objects.select_related("scheme").get(pk=revision.assessment_id)


def item(score, key):
    return next(each for each in score.breakdown["items"] if each["key"] == key)
