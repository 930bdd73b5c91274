"""周调度单: once a week is closed, a sheet for each lead unit and for the district; a job each, and one over them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from projects import audit, jobs
from projects.errors import RuleViolation
from projects.models import Job, Unit, User
from reports import papers
from reports.actions import documents
from reports.compose import dispatch_sheet as compose
from reports.dispatch_sheet import EDITION
from reports.models import Document
from reports.rendering.dispatch_sheet import days_of, title_of
from scheduling.closed_before import every_week_closed
from scheduling.models import PeriodClosing, ReportPeriod

WEEKS = 8  # how far back a week is looked after
PATIENCE = timedelta(hours=1)  # before what failed is tried again by itself
DISTRICT = 0


@dataclass(frozen=True)
class Kinds:
    """The names of the two tasks."""

    week: str
    sheet: str


def subject_of(period: ReportPeriod, unit_pk: int) -> str:
    return f"{period.pk} {unit_pk}"


def subjects_of(period: ReportPeriod) -> list[str]:
    """The district first, then the lead units in their order."""
    units = compose.units_of(period).order_by("sort_key", "pk").values_list("pk", flat=True)
    return [subject_of(period, unit) for unit in (DISTRICT, *units)]


def parts_of(period_pk: str, *, kinds: Kinds) -> QuerySet[Job]:
    return Job.objects.filter(kind=kinds.sheet, subject__startswith=f"{period_pk} ")


def make(subject: str, *, at: datetime) -> Document:
    """Freeze the sheet this subject names and render every form of it; what is there already stays as it is."""
    document = freeze(subject, at=at)
    for form in papers.forms_of(document):
        documents.render(document=document, format=form, at=at)
    return document


def freeze(subject: str, *, at: datetime) -> Document:
    """The sheet this subject names, composed once from what was frozen when its week was closed."""
    made = Document.objects.filter(kind=Document.Kind.WEEKLY_DISPATCH, subject=subject).first()
    return made or _composed(subject, at=at)


def _composed(subject: str, *, at: datetime) -> Document:
    period_pk, unit_pk = map(int, subject.split())
    closing = PeriodClosing.objects.select_related("period").get(period=period_pk)
    unit = Unit.objects.get(pk=unit_pk) if unit_pk != DISTRICT else None
    sheet = compose.of_week(closing, unit, district=settings.DISTRICT_NAME)
    return documents.freeze(
        kind=Document.Kind.WEEKLY_DISPATCH,
        subject=subject,
        title=f"{title_of(sheet)}（{days_of(sheet)}）",
        edition=EDITION,
        snapshot=sheet,
        unit=unit,
        period=closing.period,
        known_at=closing.known_at,
        by=None,
        at=at,
    )


def ask_for_all(*, kinds: Kinds, at: datetime) -> Iterator[Job]:
    """The jobs to send so that every closed week gets its sheets. A week waits until the one before it has ended."""
    for closing in reversed(every_week_closed()[:WEEKS]):
        job = jobs.ask(kinds.week, str(closing.period_id), at=at)
        if job.requested_at == at:
            yield job
        elif job.state == Job.State.FAILED and job.finished_at and job.finished_at <= at - PATIENCE:
            yield from _begin_again(job, kinds=kinds, at=at)
        if job.state in {Job.State.WAITING, Job.State.RUNNING}:
            return


def retry(*, job: Job, kinds: Kinds, by: User, at: datetime) -> None:
    """Begin one failed sheet anew. Raises ``RuleViolation`` for one that has not failed."""
    if job.state != Job.State.FAILED:
        raise RuleViolation(_("这份调度单没有失败，不需要重试，请刷新页面。"))
    with transaction.atomic():
        jobs.retry(job, at=at)
        audit.record("dispatch_sheet.retried", job, by=by, at=at)
    settle(job.subject, kinds=kinds, at=at)


def settle(subject: str, *, kinds: Kinds, at: datetime) -> None:
    """Count on the job of the week how many of its sheets are there."""
    period_pk = subject.split(maxsplit=1)[0]
    whole = Job.objects.filter(kind=kinds.week, subject=period_pk).first()
    if whole:
        jobs.settle(whole, parts=parts_of(period_pk, kinds=kinds), at=at)


def _begin_again(whole: Job, *, kinds: Kinds, at: datetime) -> list[Job]:
    failed = list(parts_of(whole.subject, kinds=kinds).filter(state=Job.State.FAILED))
    for job in failed or [whole]:
        jobs.retry(job, at=at)
    settle(whole.subject, kinds=kinds, at=at)
    whole.refresh_from_db()
    return failed or [whole]
