"""What the week leaves to the background: each task reads the clock and makes one call."""

from collections.abc import Iterable
from datetime import datetime
from io import BytesIO

import structlog
from celery import shared_task
from django.db import transaction
from django.utils import timezone

from projects import jobs
from projects.errors import RuleViolation
from projects.tasks import ask_for_scan
from scheduling.actions import attachments
from scheduling.models import Attachment

log = structlog.get_logger(__name__)


@shared_task
def make_thumbnail(job_id: int) -> None:
    claim = jobs.claim(job_id, at=timezone.now())
    if claim is None:
        return
    attachment = Attachment.objects.select_related("file").get(pk=claim.subject)
    try:
        small = BytesIO(attachments.thumbnail_of(attachment))
        with transaction.atomic():
            attachments.keep_thumbnail(attachment=attachment, content=small, at=timezone.now())
            jobs.finish(claim, at=timezone.now())
    except RuleViolation as refusal:
        jobs.fail(claim, error=refusal.message, at=timezone.now())
    except jobs.ClaimLost:
        log.warning("make_thumbnail.claim_lost", job=job_id)


def look_after(handed_in: Iterable[Attachment], *, at: datetime) -> None:
    """What becomes of attachments in the background once the present transaction is committed."""
    for attachment in handed_in:
        ask_for_scan(attachment.file, at=at)
        if attachment.kind == Attachment.Kind.PHOTO:
            job = jobs.ask(make_thumbnail.name, str(attachment.pk), at=at)
            make_thumbnail.delay_on_commit(job.pk)  # type: ignore[attr-defined]  # Celery's Django task has it
