"""An October that was reported, closed, drafted and issued; and what is corrected afterwards."""

from datetime import UTC, date, datetime

import time_machine
from django.utils import timezone

from projects.models import AnnualPlan, PlanEntry, PlanVersion
from reports.actions import bulletins, drafts
from reports.models import Draft
from scheduling.actions import closings, periods
from tests.reports.bulletins.papers import go, signed
from tests.scheduling.reporting_samples import report, week_of

JANUARY = datetime(2026, 1, 5, 2, tzinfo=UTC)
OCTOBER = datetime(2026, 10, 16, 2, tzinfo=UTC)
CLOSED = datetime(2026, 11, 2, 10, tzinfo=UTC)
ISSUED = datetime(2026, 11, 4, 2, tzinfo=UTC)
LATER = datetime(2026, 11, 12, 2, tzinfo=UTC)
WEEK = date(2026, 10, 14)


def plan(projects, office, signer, *, number=1, effective_on=date(2026, 1, 1), at=JANUARY, **said):
    """Each of them with 1,200 in twelve equal months, but for what is said of them by their code."""
    version = PlanVersion.objects.create(
        plan=AnnualPlan.objects.get_or_create(year=2026)[0],
        number=number,
        effective_on=effective_on,
        reason="按审计意见调整",
        drafted_by=office,
        drafted_at=at,
    )
    for project in projects:
        months = {f"month_{n}": 100 for n in range(1, 13)}
        entry = {"category": "CONTINUING", "annual_plan_amount": 1200, "cumulative_before_year": 0} | months
        PlanEntry.objects.create(
            version=version, project=project, **(entry | said.get(project.code.replace("-", ""), {}))
        )
    version.state, version.decided_by, version.decided_at = "APPROVED", signer, at
    version.document_number = "示政发〔2026〕1号"
    version.save()


def close_october():
    with time_machine.travel(OCTOBER):
        period = periods.open_period(kind="MONTH_END", day=WEEK, by=None, at=OCTOBER)
    with time_machine.travel(CLOSED):
        closing = closings.close(period=period, by=None)
        closings.freeze(closing, progress=lambda done, total: None)
        return closings.finish(closing, by=None, at=CLOSED)


def reported(project, lead, dispatcher, amount):
    with time_machine.travel(OCTOBER):
        return report(project, week_of(WEEK, at=OCTOBER), lead, amount, accepted_by=dispatcher)


def corrected(project, lead, dispatcher, amount, *, at=LATER):
    with time_machine.travel(at):
        week = week_of(WEEK, at=at)
        report(project, week, lead, amount, correction_reason="重复计算", accepted_by=dispatcher)


def issued(draft, people):
    """As if every form of it had been laid out."""
    with time_machine.travel(ISSUED):
        signed(draft, people)
        go(draft, drafts.register, people[0])
    Draft.objects.filter(pk=draft.pk).update(state=Draft.State.ISSUED, ended_at=ISSUED)
    draft.refresh_from_db()
    return draft.document


def issue_october(people):
    closing = close_october()
    with time_machine.travel(ISSUED):
        draft = bulletins.draft_month(closing=closing, by=None, at=timezone.now())
    return issued(draft, people)
