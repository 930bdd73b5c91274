"""A project that owes something of every kind, and a week that was closed before some of it was late."""

from datetime import UTC, date, datetime

import time_machine
from django.utils import timezone

from projects import changed, recorded
from projects.models import AnnualPlan, Permit, PermitState, PlanEntry, PlanVersion
from scheduling.actions import closings, decisions, standings
from scheduling.actions.decisions import Matter
from tests.factories import MilestoneFactory, date_milestone
from tests.scheduling.reporting_samples import enter_tier, report, week_of

FEBRUARY = datetime(2026, 2, 20, 2, tzinfo=UTC)
CLOSED = datetime(2026, 2, 27, 10, tzinfo=UTC)
THURSDAY = datetime(2026, 3, 5, 2, tzinfo=UTC)
TODAY = date(2026, 3, 5)


def evaluate(*projects):
    standings.refresh([project.pk for project in projects], timezone.now())


def late(project, approved_on, name="主体结构封顶", **dates):
    milestone = MilestoneFactory(project=project, name=name)
    version = date_milestone(milestone, approved_on=approved_on, **dates)
    changed.announce([project.pk], at=version.recorded_at)
    return milestone


def plan_for(project, office, signer, **entry):
    version = PlanVersion.objects.create(
        plan=AnnualPlan.objects.get_or_create(year=2026)[0],
        number=1,
        effective_on=date(2026, 1, 1),
        drafted_by=office,
        drafted_at=FEBRUARY,
    )
    months = {f"month_{n}": 100 for n in range(1, 13)}
    said = {"category": "NEW_START", "annual_plan_amount": 1200, "cumulative_before_year": 0} | months | entry
    PlanEntry.objects.create(version=version, project=project, **said)
    version.state, version.decided_by, version.decided_at = "APPROVED", signer, FEBRUARY
    version.document_number = "示政发〔2026〕1号"
    version.save()


def permit(project, due_on, name="施工许可证"):
    made = Permit.objects.create(project=project, phase="LAND", name=name, agency="区行政审批服务局")
    state = PermitState(permit=made, status="ACCEPTED", accepted_on=date(2026, 2, 2), due_on=due_on)
    with recorded.writing() as at:
        recorded.record([state], by=None, at=at)


def owes_everything(project, *, lead, lead_unit, dispatcher, office, signer):
    """In February: a start, a finish, a node, a permit, an investment and a matter that are late in March."""
    with time_machine.travel(FEBRUARY):
        enter_tier(project)
        dates = {"planned_start_on": date(2026, 2, 10), "planned_finish_on": date(2026, 3, 2)}
        plan_for(project, office, signer, completes_this_year=True, **dates)
        report(project, week_of(date(2026, 2, 19), at=FEBRUARY), lead, "10", accepted_by=dispatcher, next_text="抢工")
        permit(project, date(2026, 2, 25))
        matter = Matter("三月底前完成剩余房屋征收", lead_unit, date(2026, 3, 3), owner_person=lead, project=project)
        decisions.instruct(matter=matter, issuing_unit=None, by=office, at=FEBRUARY)
        late(project, date(2026, 3, 1))
    with time_machine.travel(THURSDAY):
        evaluate(project)


def close_the_week(day=date(2026, 2, 26), *, at=CLOSED):
    """As it was on the Friday evening."""
    with time_machine.travel(FEBRUARY):
        period = week_of(day, at=FEBRUARY)
    with time_machine.travel(at):
        closing = closings.close(period=period, by=None)
        closings.freeze(closing, progress=lambda done, total: None)
        return closings.finish(closing, by=None, at=at)
