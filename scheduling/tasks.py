"""What the dispatch leaves to the background: each task reads the clock and makes one call."""

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from scheduling.actions import digests, problem_escalations


@shared_task
def propose_escalations() -> None:
    """Every morning; asked for twice, each problem is proposed once for its stay on a level."""
    problem_escalations.propose_due(at=timezone.now())


@shared_task
def compose_digests() -> None:
    """On working mornings, several times: who owed nothing at first may owe something later; nobody gets two."""
    if settings.SENDS_MAIL:
        digests.compose(at=timezone.now())


@shared_task
def send_digests() -> None:
    """Every minute of the morning, so many at a time as a mail server takes without complaint."""
    if settings.SENDS_MAIL:
        digests.deliver(at=timezone.now(), site=settings.SITE_URL.geturl())
