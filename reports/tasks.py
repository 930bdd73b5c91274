"""What documents leave to the background: each task reads the clock and makes one call."""

import structlog
from celery import current_app, shared_task
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from projects import jobs
from projects.models import Job, User
from projects.tasks import work_on
from reports import papers
from reports.actions import bulletins, dispatch_sheets, documents, drafts, errata, posters
from reports.models import Document, Draft, DraftText
from reports.registered import registered
from scheduling.models import PeriodClosing, ReportPeriod

log = structlog.get_logger(__name__)
_MOST_SECONDS = 240
_MOST_SECONDS_OF_A_SHEET = 120
_MOST_SECONDS_OF_A_PAPER = 600
_MOST_SECONDS_OF_A_PROOF = 120


@shared_task(soft_time_limit=_MOST_SECONDS, time_limit=_MOST_SECONDS + 30)
def render_poster(job_id: int) -> None:
    work_on(job_id, _render_poster, too_long=_("制图超过 4 分钟，已停止。请缩小范围后重试。"))


def _render_poster(claim: jobs.Claim) -> None:
    with transaction.atomic():
        posters.render(claim.subject, at=timezone.now())
        jobs.finish(claim, at=timezone.now())


def ask_for_poster(asked: posters.Asked, *, by: User) -> Job:
    """Have this poster rendered in the background once the present transaction is committed."""
    with transaction.atomic():
        job = posters.ask(asked, kind=render_poster.name, by=by, at=timezone.now())
        if job.state == Job.State.WAITING:
            render_poster.delay_on_commit(job.pk)  # type: ignore[attr-defined]  # Celery's Django task has it
    return job


@shared_task
def dispatch_closed_weeks() -> None:
    """Every minute: a week that has just been closed, and any of the last ones whose sheets are not complete."""
    for job in dispatch_sheets.ask_for_all(kinds=KINDS, at=timezone.now()):
        current_app.send_task(job.kind, [job.pk])


@shared_task
def compose_dispatch_sheets(job_id: int) -> None:
    """One job for each sheet of the week; theirs is the work, and the last of them ends this one."""
    claim = jobs.claim(job_id, at=timezone.now())
    if claim is None:
        return
    subjects = dispatch_sheets.subjects_of(ReportPeriod.objects.get(pk=claim.subject))
    try:
        parts = jobs.divide(claim, kind=KINDS.sheet, subjects=subjects, at=timezone.now())
    except jobs.ClaimLost:
        log.warning("compose_dispatch_sheets.claim_lost", job=job_id)
        return
    for part in parts:
        compose_dispatch_sheet.delay(part.pk)
    dispatch_sheets.settle(claim.subject, kinds=KINDS, at=timezone.now())


@shared_task(soft_time_limit=_MOST_SECONDS_OF_A_SHEET, time_limit=_MOST_SECONDS_OF_A_SHEET + 30)
def compose_dispatch_sheet(job_id: int) -> None:
    claim = work_on(job_id, _compose_dispatch_sheet, too_long=_("生成超过 2 分钟，已停止，可以重试。"))
    if claim:
        dispatch_sheets.settle(claim.subject, kinds=KINDS, at=timezone.now())


def _compose_dispatch_sheet(claim: jobs.Claim) -> None:
    dispatch_sheets.make(claim.subject, at=timezone.now())
    jobs.finish(claim, at=timezone.now())


KINDS = dispatch_sheets.Kinds(week=compose_dispatch_sheets.name, sheet=compose_dispatch_sheet.name)


def retry_dispatch_sheet(job: Job, *, by: User) -> None:
    """Have a failed sheet made again in the background."""
    with transaction.atomic():
        dispatch_sheets.retry(job=job, kinds=KINDS, by=by, at=timezone.now())
        compose_dispatch_sheet.delay_on_commit(job.pk)  # type: ignore[attr-defined]  # Celery's Django task has it


@shared_task
def draft_bulletins() -> None:
    """Every ten minutes: a job for each closed month whose bulletin is to be drafted; drafted once, however often."""
    at = timezone.now()
    for closing in bulletins.due(at=at):
        job = jobs.ask(draft_bulletin.name, str(closing.period_id), at=at)
        if job.state == Job.State.WAITING:
            draft_bulletin.delay(job.pk)


@shared_task(soft_time_limit=_MOST_SECONDS_OF_A_PAPER, time_limit=_MOST_SECONDS_OF_A_PAPER + 30)
def draft_bulletin(job_id: int) -> None:
    work_on(job_id, _draft_bulletin, too_long=_("起草超过 10 分钟，已停止，可以重试。"))


def _draft_bulletin(claim: jobs.Claim) -> None:
    closing = PeriodClosing.objects.select_related("period").get(period=int(claim.subject))
    with transaction.atomic():
        bulletins.draft_month(closing=closing, by=None, at=timezone.now())
        jobs.finish(claim, at=timezone.now())


@shared_task
def propose_errata() -> None:
    """Every night; asked for twice, the same erratum is drafted once."""
    errata.propose(at=timezone.now())


@shared_task(soft_time_limit=_MOST_SECONDS_OF_A_PAPER, time_limit=_MOST_SECONDS_OF_A_PAPER + 30)
def render_document(job_id: int) -> None:
    work_on(job_id, _render_document, too_long=_("排版超过 10 分钟，已停止，可以重试。"))


def _render_document(claim: jobs.Claim) -> None:
    """The subject names the document and the form; its number stays, whatever becomes of this."""
    pk, form = claim.subject.split()
    documents.render(document=Document.objects.get(pk=pk), format=form, at=timezone.now())
    jobs.finish(claim, at=timezone.now())


def register_draft(draft: Draft, *, by: User) -> Document:
    """Register it, and have every form of it laid out once that is committed."""
    with transaction.atomic():
        document = drafts.register(draft=draft, by=by, at=timezone.now())
        for form in papers.forms_of(document):
            job = jobs.ask(render_document.name, f"{document.pk} {form}", at=timezone.now())
            render_document.delay_on_commit(job.pk)  # type: ignore[attr-defined]  # Celery's Django task has it
    return document


def retry_paper(job: Job, *, by: User) -> None:
    """Have a draft or a form of a paper that failed made again in the background."""
    with transaction.atomic():
        bulletins.retry(job=job, by=by, at=timezone.now())
        task = render_document if job.kind == render_document.name else draft_bulletin
        task.delay_on_commit(job.pk)  # type: ignore[attr-defined]  # Celery's Django task has it


@shared_task(soft_time_limit=_MOST_SECONDS_OF_A_PROOF, time_limit=_MOST_SECONDS_OF_A_PROOF + 30)
def lay_out_proof(job_id: int) -> None:
    work_on(job_id, _lay_out_proof, too_long=_("排版超过 2 分钟，已停止，可以重试。"))


def _lay_out_proof(claim: jobs.Claim) -> None:
    text = DraftText.objects.select_related("draft__signed_by").get(pk=claim.subject)
    content, findings = papers.proof(registered(text.draft, text, on=timezone.localdate()))
    with transaction.atomic():
        drafts.keep_proof(text=text, content=content, findings=findings, by=None, at=timezone.now())
        jobs.finish(claim, at=timezone.now())


def submit_draft(draft: Draft, *, by: User) -> None:
    """送核, and have the pages laid out that are measured before 签发."""
    with transaction.atomic():
        drafts.submit(draft=draft, by=by, at=timezone.now())
        draft.refresh_from_db()
        if draft.text and not draft.text.proof_id:
            ask_for_proof(draft.text)


def ask_for_proof(text: DraftText) -> None:
    """Have these words laid out in the background; a failed attempt is begun anew."""
    with transaction.atomic():
        job = jobs.ask(lay_out_proof.name, str(text.pk), at=timezone.now())
        if job.state == Job.State.FAILED:
            jobs.retry(job, at=timezone.now())
        if job.state == Job.State.WAITING:
            lay_out_proof.delay_on_commit(job.pk)  # type: ignore[attr-defined]  # Celery's Django task has it
