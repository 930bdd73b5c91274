"""A small district in its year: projects of every kind an index counts, each light of the investment among them."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

from projects import changed, recorded
from projects.models import AnnualPlan, KeyProject, PlanEntry, PlanVersion, ProjectDates, Stage, Unit
from projects.models.annual_plan import month_field
from tests.factories import KeyProjectFactory, MilestoneFactory, UnitFactory, date_milestone, suspend
from tests.scheduling.reporting_samples import enter_tier, report, week_of

TODAY = timezone.localdate()
YEAR = TODAY.year
NEW_YEAR = date(YEAR, 1, 1)
YESTERDAY = TODAY - timedelta(days=1)


@dataclass(frozen=True)
class Plot:
    """What is planned of a project, and what became of it. Days are days ago."""

    category: str = "NEW_START"
    completes: bool = False
    amount: int = 1200
    done: int = 0
    due: int | None = 1
    started: int | None = None
    finish_due: int | None = None
    finished: int | None = None
    late: bool = False
    suspended: bool = False
    town: bool = True


PLOTS = (
    Plot(done=900, started=5, due=3),
    Plot(done=40, due=30, late=True),
    Plot(done=100, due=-20, started=9),
    Plot(done=0, due=-30, town=False),
    Plot("CONTINUING", completes=True, done=1300, due=None, started=400, finish_due=2, finished=4),
    Plot("CONTINUING", completes=True, done=700, due=None, started=400, finish_due=3, late=True),
    Plot("CONTINUING", completes=True, done=0, due=None, started=500, finish_due=-9, finished=1),
    Plot("PRELIMINARY", amount=0, due=None),
    Plot("CONTINUING", done=200, due=None, started=300, suspended=True),
)


def drafted_plan(office, *, year=YEAR):
    return PlanVersion.objects.create(
        plan=AnnualPlan.objects.get_or_create(year=year)[0],
        number=1,
        effective_on=date(year, 1, 1),
        document_number="府办〔2026〕1号",
        drafted_by=office,
        drafted_at=timezone.now(),
    )


def approve(version, office, signer):
    """Once it is, no entry can be added to it."""
    now = timezone.now()
    decided = {"decided_by": signer, "decided_at": now, "submitted_by": office, "submitted_at": now}
    PlanVersion.objects.filter(pk=version.pk).update(state="APPROVED", **decided)


def ago(days):
    return None if days is None else TODAY - timedelta(days=days)


def built(plot, *, version, unit, lead, town, week, by, **said):
    """One project as plotted, reported and accepted; its standing is that of today."""
    known = {"lead_unit": unit, "responsible_person": lead, "town": town if plot.town else None} | said
    project = enter_tier(KeyProjectFactory(**known), entered_on=NEW_YEAR)
    months = {month_field(month): Decimal(plot.amount) / 12 for month in range(1, 13)}
    PlanEntry.objects.create(
        version=version,
        project=project,
        category=plot.category,
        completes_this_year=plot.completes,
        annual_plan_amount=plot.amount,
        planned_start_on=ago(plot.due),
        planned_finish_on=ago(plot.finish_due),
        **months,
    )
    with recorded.writing() as at:
        dates = ProjectDates(project=project, started_on=ago(plot.started), accepted_on=ago(plot.finished))
        recorded.record([dates], by=None, at=at)
    if plot.late:
        node = MilestoneFactory(project=project, stage=Stage.MAIN_CONSTRUCTION)
        date_milestone(node, approved_on=YESTERDAY - timedelta(days=30))
    if plot.done:
        report(project, week, lead, str(plot.done), accepted_by=by)
    if plot.suspended:
        suspend(project, YESTERDAY, by, excused_by=by)
    return project


def district(*, office, signer, lead, dispatcher, lead_unit, plots=PLOTS):
    """All the plots under the unit of the lead, and one project that no plan knows."""
    version, week = drafted_plan(office), week_of(TODAY, at=timezone.now())
    town = UnitFactory(name="城关镇", kind=Unit.Kind.TOWN)
    around = {"version": version, "unit": lead_unit, "lead": lead, "town": town, "week": week, "by": dispatcher}
    for plot in plots:
        built(plot, **around)
    approve(version, office, signer)
    enter_tier(KeyProjectFactory(lead_unit=lead_unit, responsible_person=lead), "PREPARATION", NEW_YEAR)
    renew()
    return version


def renew():
    """Evaluate everything as an announced change does."""
    changed.announce(list(KeyProject.objects.values_list("pk", flat=True)), at=timezone.now())
