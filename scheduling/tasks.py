"""What the dispatch leaves to the background: each task reads the clock and makes one call."""

import structlog
from celery import shared_task
from django.db import transaction
from django.utils import timezone

from projects import jobs
from projects.errors import RuleViolation
from projects.models import Job
from scheduling.actions import closings, periods, problem_escalations
from scheduling.models import ReportPeriod

log = structlog.get_logger(__name__)


@shared_task
def keep_report_periods() -> None:
    """Beat runs this all day; a period is opened once and closed by one job, however often it is asked for."""
    at = timezone.now()
    for period in periods.keep_calendar(at=at):
        close_report_period.delay(closing_job(period).pk)


def closing_job(period: ReportPeriod) -> Job:
    return jobs.ask(close_report_period.name, str(period.pk), at=timezone.now())


@shared_task
def close_report_period(job_id: int) -> None:
    """Lock the period, freeze it batch by batch and enter it in the ledger; no attempt is in vain."""
    claim = jobs.claim(job_id, at=timezone.now())
    if claim is None:
        return

    def progress(done: int, total: int) -> None:
        jobs.report(claim, done=done, total=total, at=timezone.now())

    try:
        closing = closings.close(period=ReportPeriod.objects.get(pk=claim.subject), by=None)
        closings.freeze(closing, progress=progress)
        with transaction.atomic():
            closings.finish(closing, by=None, at=timezone.now())
            jobs.finish(claim, at=timezone.now())
    except RuleViolation as refusal:
        jobs.fail(claim, error=refusal.message, at=timezone.now())
    except jobs.ClaimLost:
        log.warning("close_report_period.claim_lost", job=job_id)


@shared_task
def propose_escalations() -> None:
    """Every morning; asked for twice, each problem is proposed once for its stay on a level."""
    problem_escalations.propose_due(at=timezone.now())
