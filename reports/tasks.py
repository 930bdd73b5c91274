"""What documents leave to the background: each task reads the clock and makes one call."""

import structlog
from celery import shared_task
from celery.exceptions import SoftTimeLimitExceeded
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from projects import jobs
from projects.errors import RuleViolation
from projects.models import Job, User
from reports.actions import posters

log = structlog.get_logger(__name__)
_MOST_SECONDS = 240


@shared_task(soft_time_limit=_MOST_SECONDS, time_limit=_MOST_SECONDS + 30)
def render_poster(job_id: int) -> None:
    claim = jobs.claim(job_id, at=timezone.now())
    if claim is None:
        return
    try:
        with transaction.atomic():
            posters.render(claim.subject, at=timezone.now())
            jobs.finish(claim, at=timezone.now())
    except RuleViolation as refusal:
        jobs.fail(claim, error=refusal.message, at=timezone.now())
    except SoftTimeLimitExceeded:
        jobs.fail(claim, error=_("制图超过 4 分钟，已停止。请缩小范围后重试。"), at=timezone.now())
    except jobs.ClaimLost:
        log.warning("render_poster.claim_lost", job=job_id)


def ask_for_poster(asked: posters.Asked, *, by: User) -> Job:
    """Have this poster rendered in the background once the present transaction is committed."""
    with transaction.atomic():
        job = posters.ask(asked, kind=render_poster.name, by=by, at=timezone.now())
        if job.state == Job.State.WAITING:
            render_poster.delay_on_commit(job.pk)  # type: ignore[attr-defined]  # Celery's Django task has it
    return job
