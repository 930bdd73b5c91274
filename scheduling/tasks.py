"""What the dispatch leaves to the background: each task reads the clock and makes one call."""

from collections.abc import Iterable
from datetime import UTC, datetime
from io import BytesIO

from celery import shared_task
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from projects import jobs
from projects.models import Job, User
from projects.recorded import day_of
from projects.tasks import ask_for_scan, shown_on, work_on
from scheduling.actions import (
    assessments,
    attachments,
    closings,
    digests,
    forecasts,
    light_dry_runs,
    measures,
    periods,
    problem_escalations,
    standings,
)
from scheduling.dossiers import last_month
from scheduling.models import (
    AssessmentRevision,
    Attachment,
    LightDryRun,
    LightRuleEdition,
    PeriodClosing,
    ReportPeriod,
    Standing,
)

_PART, _MOST_PARTS = 2_500, 8  # projects one worker evaluates at a stretch, and how many may do so at once


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
    work_on(job_id, _close_report_period)


def _close_report_period(claim: jobs.Claim) -> None:
    closing = closings.close(period=ReportPeriod.objects.get(pk=claim.subject), by=None)
    closings.freeze(closing, progress=shown_on(claim))
    standings.refresh_after(closing, at=timezone.now())
    with transaction.atomic():
        closings.finish(closing, by=None, at=timezone.now())
        jobs.finish(claim, at=timezone.now())


@shared_task
def refresh_standings_every_night() -> None:
    """Soon after midnight, and every hour for what was missed; nothing expired, nothing is done."""
    at = timezone.now()
    for job in _refreshing(f"{at.astimezone(UTC):%Y-%m-%dT%H}", at=at):
        refresh_standings.delay(job.pk)


def _refreshing(occasion: str, *, at: datetime) -> list[Job]:
    """What has expired, divided among the workers; once for each occasion, a word without a space."""
    expired = Standing.objects.expired(on=day_of(at)).count()
    parts = min(_MOST_PARTS, -(-expired // _PART))
    return [jobs.ask(refresh_standings.name, f"{occasion} {part}/{parts}", at=at) for part in range(parts)]


@shared_task
def refresh_standings(job_id: int) -> None:
    """每日评估: one share of what expired with the day, stored batch by batch, so no attempt is in vain."""
    work_on(job_id, _refresh_standings)


def _refresh_standings(claim: jobs.Claim) -> None:
    part, parts = map(int, claim.subject.split(" ")[1].split("/"))
    standings.refresh_expired(at=timezone.now(), progress=shown_on(claim), part=part, parts=parts)
    jobs.finish(claim, at=timezone.now())


def ask_for_new_judgement(edition: LightRuleEdition, *, at: datetime) -> None:
    """Rules in force already have every project judged anew once they are committed; later ones on their night."""
    if edition.effective_on <= day_of(at):
        for job in _refreshing(f"edition-{edition.number}", at=at):
            refresh_standings.delay_on_commit(job.pk)  # type: ignore[attr-defined]  # Celery's Django task has it


@shared_task
def dry_run_light_rules(job_id: int) -> None:
    """试算亮灯规则: only the result is stored."""
    work_on(job_id, _dry_run_light_rules)


def _dry_run_light_rules(claim: jobs.Claim) -> None:
    run = LightDryRun.objects.select_related("edition").get(pk=claim.subject)
    result = light_dry_runs.reckon(run, progress=shown_on(claim))
    with transaction.atomic():
        light_dry_runs.finish(run, result, at=timezone.now())
        jobs.finish(claim, at=timezone.now())


def ask_for_dry_run(run: LightDryRun, *, at: datetime) -> None:
    job = jobs.ask(dry_run_light_rules.name, str(run.pk), at=at)
    dry_run_light_rules.delay_on_commit(job.pk)  # type: ignore[attr-defined]  # Celery's Django task has it


@shared_task
def reckon_assessment(job_id: int) -> None:
    """计算考核: everybody is scored as known at this moment, and kept as one revision."""
    work_on(job_id, _reckon_assessment)


def _reckon_assessment(claim: jobs.Claim) -> None:
    revision = AssessmentRevision.objects.select_related("assessment__scheme", "asked_by").get(pk=claim.subject)
    assessments.reckon(revision)
    jobs.finish(claim, at=timezone.now())


def ask_for_assessment(revision: AssessmentRevision, *, at: datetime) -> None:
    job = jobs.ask(reckon_assessment.name, str(revision.pk), at=at)
    reckon_assessment.delay_on_commit(job.pk)  # type: ignore[attr-defined]  # Celery's Django task has it


@shared_task
def forecast_every_night() -> None:
    """After the day was evaluated, and again for what was missed; once done, a day is not done again."""
    at = timezone.now()
    foretell.delay(jobs.ask(foretell.name, day_of(at).isoformat(), at=at).pk)


@shared_task
def foretell(job_id: int) -> None:
    """每日预测: forecasts, back-test and contradictions, stored batch by batch."""
    work_on(job_id, _foretell)


def _foretell(claim: jobs.Claim) -> None:
    forecasts.renew(at=timezone.now(), progress=shown_on(claim))
    jobs.finish(claim, at=timezone.now())


def retry_closing(period: ReportPeriod, *, by: User) -> None:
    """Have a closing that failed made again in the background."""
    with transaction.atomic():
        job = closing_job(period)
        closings.retry(period=period, job=job, by=by, at=timezone.now())
        close_report_period.delay_on_commit(job.pk)  # type: ignore[attr-defined]  # Celery's Django task has it


@shared_task
def propose_escalations() -> None:
    """Every morning; asked for twice, each problem is proposed once for its stay on a level."""
    problem_escalations.propose_due(at=timezone.now())


@shared_task
def propose_measures() -> None:
    """Every ten minutes: the rules look at a month once it is closed. They only propose, and each month once."""
    at = timezone.now()
    if closing := last_month(on=day_of(at)):
        job = jobs.ask(measures_of_month.name, str(closing.period_id), at=at)
        if job.state == Job.State.WAITING:
            measures_of_month.delay(job.pk)


@shared_task
def measures_of_month(job_id: int) -> None:
    """提出建议: what the rules say of the last closed month; nothing is sent to anybody."""
    work_on(job_id, _measures_of_month)


def _measures_of_month(claim: jobs.Claim) -> None:
    closing = PeriodClosing.objects.get(period=int(claim.subject))
    with transaction.atomic():
        measures.propose_after(closing=closing, at=timezone.now())
        jobs.finish(claim, at=timezone.now())


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


@shared_task
def make_thumbnail(job_id: int) -> None:
    work_on(job_id, _make_thumbnail)


def _make_thumbnail(claim: jobs.Claim) -> None:
    attachment = Attachment.objects.select_related("file").get(pk=claim.subject)
    small = BytesIO(attachments.thumbnail_of(attachment))
    with transaction.atomic():
        attachments.keep_thumbnail(attachment=attachment, content=small, at=timezone.now())
        jobs.finish(claim, at=timezone.now())


def look_after(handed_in: Iterable[Attachment], *, at: datetime) -> None:
    """What becomes of attachments in the background once the present transaction is committed."""
    for attachment in handed_in:
        ask_for_scan(attachment.file, at=at)
        if attachment.kind == Attachment.Kind.PHOTO:
            job = jobs.ask(make_thumbnail.name, str(attachment.pk), at=at)
            make_thumbnail.delay_on_commit(job.pk)  # type: ignore[attr-defined]  # Celery's Django task has it
