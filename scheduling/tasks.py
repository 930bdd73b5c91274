"""What the dispatch leaves to the background: each task reads the clock and makes one call."""

from celery import shared_task
from django.utils import timezone

from scheduling.actions import problem_escalations


@shared_task
def propose_escalations() -> None:
    """Every morning; asked for twice, each problem is proposed once for its stay on a level."""
    problem_escalations.propose_due(at=timezone.now())
