"""The life of a background job: asked for, claimed under a lease, renewed, ended or recovered.

A worker that dies keeps its claim until the lease runs out; then another attempt may claim the row.
``attempts`` is the fence: what an outdated attempt reports is not stored.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import models, transaction
from django.db.models import F, Q

from projects.models import Job

LEASE = timedelta(minutes=2)


@dataclass(frozen=True)
class Claim:
    """The right of one attempt to work on one job."""

    job_id: int
    subject: str
    attempt: int


class ClaimLost(Exception):
    """The lease ran out and another attempt took over; this one must stop without storing anything."""


def ask(kind: str, subject: str, *, at: datetime) -> Job:
    """The job for this subject, made unless it was asked for before. ``kind`` is the task's name."""
    job, _ = Job.objects.get_or_create(kind=kind, subject=subject, defaults={"requested_at": at})
    return job


def under_way(kind: str) -> Job | None:
    """The last job of this kind that has not ended, for whoever waits for it."""
    return Job.objects.filter(kind=kind, state__in=[Job.State.WAITING, Job.State.RUNNING]).first()


def claim(job_id: int, *, at: datetime) -> Claim | None:
    """Take the job if nobody holds it; None when somebody does, or it has ended."""
    taken = Job.objects.claimable(at=at).filter(pk=job_id)
    if not taken.update(state=Job.State.RUNNING, lease_until=at + LEASE, attempts=F("attempts") + 1, error=""):
        return None
    job = Job.objects.get(pk=job_id)
    return Claim(job.pk, job.subject, job.attempts)


def report(claim: Claim, *, done: int, total: int, at: datetime) -> None:
    """Show progress and renew the lease. Raises ``ClaimLost``."""
    _update(claim, done=done, total=total, lease_until=at + LEASE)


def finish(claim: Claim, *, at: datetime) -> None:
    """End the job well. Call it in the transaction that stores the result. Raises ``ClaimLost``."""
    _update(claim, state=Job.State.DONE, finished_at=at)


def fail(claim: Claim, *, error: str, at: datetime) -> None:
    """End the job badly; the error stays visible."""
    _update(claim, state=Job.State.FAILED, error=error, finished_at=at)


def retry(job: Job, *, at: datetime) -> None:
    """Begin a failed job anew, with all its attempts before it."""
    _begin_anew(job, [Job.State.FAILED], at=at)


def repeat(job: Job, *, at: datetime) -> None:
    """Have a job that has ended done once more, its subject having changed."""
    _begin_anew(job, [Job.State.DONE, Job.State.FAILED], at=at)


def _begin_anew(job: Job, ended: Sequence[Job.State], *, at: datetime) -> None:
    Job.objects.filter(pk=job.pk, state__in=ended).update(
        state=Job.State.WAITING, attempts=0, lease_until=None, finished_at=None, error="", requested_at=at
    )
    job.refresh_from_db()


@transaction.atomic
def abandoned(*, at: datetime) -> list[Job]:
    """Jobs whose worker died or whose message was lost, to be sent again; each at most once a lease.

    Those out of attempts are failed here, visibly.
    """
    dead = Job.objects.filter(state=Job.State.RUNNING, lease_until__lt=at)
    dead.filter(attempts__gte=Job.MAX_ATTEMPTS).update(
        state=Job.State.FAILED, finished_at=at, error="多次中断，未能完成。"
    )
    dead.update(state=Job.State.WAITING)
    unsent = Q(lease_until__isnull=True, requested_at__lt=at - LEASE) | Q(lease_until__lt=at)
    lost = list(Job.objects.select_for_update().filter(unsent, state=Job.State.WAITING))
    Job.objects.filter(pk__in=[job.pk for job in lost]).update(lease_until=at + LEASE)
    return lost


def divide(claim: Claim, *, kind: str, subjects: Sequence[str], at: datetime) -> list[Job]:
    """The parts of a claimed job, made unless they were before; returns those that wait. Raises ``ClaimLost``.

    All of them or none: from now on the job knows how many there are, and ``settle`` ends it.
    """
    with transaction.atomic():
        parts = [Job(kind=kind, subject=subject, requested_at=at) for subject in subjects]
        Job.objects.bulk_create(parts, ignore_conflicts=True)
        _update(claim, total=len(subjects), lease_until=at + LEASE)
    return list(Job.objects.filter(kind=kind, subject__in=subjects, state=Job.State.WAITING).order_by("pk"))


@transaction.atomic
def settle(job: Job, *, parts: models.QuerySet[Job], at: datetime) -> None:
    """Count the parts of a divided job. While some are at work it goes on; the last ends it, badly if one failed."""
    divided = Job.objects.select_for_update().filter(pk=job.pk, total__gt=0).first()
    if divided is None:
        return
    done, failed = (parts.filter(state=state).count() for state in (Job.State.DONE, Job.State.FAILED))
    divided.done, divided.error, divided.finished_at = done, "", at
    if done == divided.total:
        divided.state = Job.State.DONE
    elif done + failed == divided.total:
        divided.state, divided.error = Job.State.FAILED, f"{failed} 项没有完成。"
    else:
        divided.state, divided.lease_until, divided.attempts = Job.State.RUNNING, at + LEASE, 1
        divided.finished_at = None
    divided.save()


def _update(claim: Claim, **values: object) -> None:
    held = Job.objects.filter(pk=claim.job_id, state=Job.State.RUNNING, attempts=claim.attempt)
    if not held.update(**values):
        raise ClaimLost
