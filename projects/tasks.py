"""What runs in the background: each task reads the clock and makes one call.

A job's kind is the name of its task; ``recover_jobs`` sends again what was lost.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from types import TracebackType
from typing import Self

import structlog
from celery import current_app, shared_task
from celery.exceptions import SoftTimeLimitExceeded
from django.db import connection, connections, transaction
from django.utils import timezone

from projects import audit, jobs
from projects.actions import audits, ledgers, replanning, scanning
from projects.errors import RuleViolation
from projects.models import CalendarDay, Job, LedgerImport, StoredFile, User

log = structlog.get_logger(__name__)


def work_on(job_id: int, work: Callable[[jobs.Claim], None], *, too_long: str = "") -> jobs.Claim | None:
    """What every job's task does around its work: claim it, end it badly in words, stop where another took over.

    ``work`` ends it well itself, in the transaction that stores the result. ``too_long`` is said when the soft time
    limit of a task that has one is reached. Returns the claim it worked under; None where there was none to be had.
    """
    claim = jobs.claim(job_id, at=timezone.now())
    if claim is None:
        return None
    try:
        work(claim)
    except RuleViolation as refusal:
        jobs.fail(claim, error=refusal.message, at=timezone.now())
    except SoftTimeLimitExceeded:
        jobs.fail(claim, error=too_long, at=timezone.now())
    except jobs.ClaimLost:
        log.warning("job.claim_lost", job=job_id)
    return claim


def shown_on(claim: jobs.Claim) -> Callable[[int, int], None]:
    """How work tells how far it is; its lease is renewed with it."""
    return lambda done, total: jobs.report(claim, done=done, total=total, at=timezone.now())


@shared_task
def seal_audit() -> None:
    while audit.seal():
        pass


@shared_task
def verify_audit_chain(by_id: int | None = None) -> None:
    """Nightly, or because somebody asked. A broken chain is worth an error in the log of the machine too."""
    by = User.objects.get(pk=by_id) if by_id else None
    found = audits.verify_chain(by=by, at=timezone.now())
    if found.broken_at is not None:
        log.error("audit.chain_broken", position=found.broken_at, reason=found.reason)


@shared_task
def recover_jobs() -> None:
    at = timezone.now()
    for job in jobs.abandoned(at=at):
        current_app.send_task(job.kind, [job.pk])
    ledgers.close_abandoned(recognising=recognise_ledger.name, importing=import_ledger.name, at=at)


@shared_task
def check_calendar() -> None:
    """Next year's holidays are announced in November; from December on their absence is worth a warning."""
    today = timezone.localdate()
    if today.month == 12 and not CalendarDay.objects.covers(today.year + 1):
        log.warning("calendar.next_year_missing", year=today.year + 1)


@shared_task
def replan_every_night() -> None:
    """A day that passed moves what has not begun; asked for twice on one day it is done once."""
    at = timezone.now()
    replan_schedules.delay(_replan_job(timezone.localtime(at).date().isoformat(), at=at).pk)


def ask_for_replan(*, at: datetime) -> Job:
    """Have every schedule reckoned anew once the present transaction is committed: the calendar changed under them."""
    job = _replan_job(timezone.localtime(at).isoformat(), at=at)
    replan_schedules.delay_on_commit(job.pk)  # type: ignore[attr-defined]  # Celery's Django task has it
    return job


def _replan_job(subject: str, *, at: datetime) -> Job:
    return jobs.ask(replan_schedules.name, subject, at=at)


@shared_task
def replan_schedules(job_id: int) -> None:
    """推算全部倒排计划 of the day with which the subject begins; stored batch by batch, so no attempt is in vain."""
    claim = jobs.claim(job_id, at=timezone.now())
    if claim is None:
        return
    try:
        replanning.replan_all(on=date.fromisoformat(claim.subject[:10]), progress=shown_on(claim))
        jobs.finish(claim, at=timezone.now())
    except jobs.ClaimLost:
        log.warning("replan_schedules.claim_lost", job=job_id)


@shared_task
def recognise_ledger(job_id: int) -> None:
    work_on(job_id, _recognise_ledger)


def _recognise_ledger(claim: jobs.Claim) -> None:
    at = timezone.now()

    def stored(recognised: LedgerImport) -> None:
        ask_for_next(recognised, at=at)
        jobs.finish(claim, at=timezone.now())

    this = LedgerImport.objects.select_related("file", "requested_by").get(pk=claim.subject)
    ledgers.recognise(ledger_import=this, by=this.requested_by, at=at, stored=stored)


def ask_for_next(ledger_import: LedgerImport, *, at: datetime) -> None:
    """Have done what this import waits for, if that is no person: that it is recognised, or that it runs."""
    if ledger_import.state == LedgerImport.State.READING:
        job = jobs.ask(recognise_ledger.name, str(ledger_import.pk), at=at)
        jobs.repeat(job, at=at)
        recognise_ledger.delay_on_commit(job.pk)  # type: ignore[attr-defined]  # Celery's Django task has it
    elif ledger_import.state == LedgerImport.State.WAITING:
        ask_for_import(ledger_import, at=at)


@shared_task
def import_ledger(job_id: int) -> None:
    work_on(job_id, _import_ledger)


def _import_ledger(claim: jobs.Claim) -> None:
    ledger_import = LedgerImport.objects.select_related("file", "requested_by").get(pk=claim.subject)
    with _Watch(claim) as watch:
        ledgers.run(ledger_import=ledger_import, by=ledger_import.requested_by, at=timezone.now(), watch=watch)


def ask_for_import(ledger_import: LedgerImport, *, at: datetime) -> Job:
    """Have this import run in the background once the present transaction is committed."""
    job = jobs.ask(import_ledger.name, str(ledger_import.pk), at=at)
    import_ledger.delay_on_commit(job.pk)  # type: ignore[attr-defined]  # Celery's Django task has it
    return job


@shared_task
def undo_ledger(job_id: int) -> None:
    work_on(job_id, _undo_ledger)


def _undo_ledger(claim: jobs.Claim) -> None:
    this, by = claim.subject.split()
    with _Watch(claim) as watch:
        ledgers.undo(ledger_import=LedgerImport.objects.get(pk=this), by=User.objects.get(pk=by), watch=watch)


def ask_for_undo(ledger_import: LedgerImport, *, by: User, at: datetime) -> Job:
    """Have this import taken back in the background once the present transaction is committed.

    While that is under way nothing is added to it; once refused, it is asked for anew.
    """
    last = undo_of(ledger_import)
    if last and last.is_under_way:
        return last
    job = jobs.ask(undo_ledger.name, f"{ledger_import.pk} {by.pk}", at=at)
    jobs.retry(job, at=at)
    undo_ledger.delay_on_commit(job.pk)  # type: ignore[attr-defined]  # Celery's Django task has it
    return job


def undo_of(ledger_import: LedgerImport) -> Job | None:
    """The job last asked for to take this import back; its subject names the import and who asked."""
    return Job.objects.filter(kind=undo_ledger.name, subject__startswith=f"{ledger_import.pk} ").first()


@shared_task
def scan_file(job_id: int) -> None:
    work_on(job_id, _scan_file)


def _scan_file(claim: jobs.Claim) -> None:
    file = StoredFile.objects.get(pk=claim.subject)
    infected = scanning.is_infected(file)
    with transaction.atomic():
        if infected:
            scanning.quarantine(file=file, at=timezone.now())
        jobs.finish(claim, at=timezone.now())


def ask_for_scan(file: StoredFile, *, at: datetime) -> None:
    """Have these bytes shown to the virus scanner, where there is one, once the present transaction is committed."""
    if scanning.is_configured():
        job = jobs.ask(scan_file.name, str(file.pk), at=at)
        scan_file.delay_on_commit(job.pk)  # type: ignore[attr-defined]  # Celery's Django task has it


class _Watch(ledgers.Watch):
    """Shows the progress of an import or its undo and keeps its lease.

    Either is one transaction, so its progress is stored beside it, on a connection of its own. On
    SQLite, where it is the one writer, there is none to be shown until it ends.
    """

    def __init__(self, claim: jobs.Claim) -> None:
        self.claim = claim
        self.beside = ThreadPoolExecutor(max_workers=1)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.beside.submit(connections.close_all).result()
        self.beside.shutdown()

    def progress(self, done: int, total: int) -> None:
        if connection.vendor == "sqlite" and connection.in_atomic_block:
            return
        self.beside.submit(jobs.report, self.claim, done=done, total=total, at=timezone.now()).result()

    def stored(self) -> None:
        jobs.finish(self.claim, at=timezone.now())
