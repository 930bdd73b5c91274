"""附件影像: handed in as they are, by those who answer for what they belong to; taken away, never erased."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO

from django.db import transaction
from django.utils.timezone import is_naive, make_aware

from projects import audit, uploads
from projects.actions import stored_files
from projects.errors import NotAllowed, RuleViolation
from projects.models import KeyProject, User
from projects.roles import Duty
from scheduling import photo
from scheduling.models import (
    Attachment,
    Decision,
    Meeting,
    Problem,
    ProgressReport,
    RectificationItem,
    ReportPeriod,
)
from scheduling.models.attachment import AttachmentQuerySet

Subject = ProgressReport | Problem | Meeting | Decision | RectificationItem
MOST = 20
_LISTED, _ROOM = 70, 500

SUBJECTS: dict[str, type[Subject]] = {
    "report": ProgressReport,
    "problem": Problem,
    "meeting": Meeting,
    "decision": Decision,
    "rectification": RectificationItem,
}
"""By what an attachment calls them."""
_WHO: dict[type[Subject], tuple[frozenset[Duty], str]] = {
    Problem: (
        frozenset({Duty.RAISE_PROBLEM, Duty.HANDLE_PROBLEM, Duty.ANSWER_REQUEST}),
        "问题的附件由提出、办理和协调它的单位上传。",
    ),
    Meeting: (frozenset({Duty.CALL_MEETING}), "会议的附件由召集单位或区重点办上传。"),
    Decision: (frozenset({Duty.CARRY_OUT, Duty.CLOSE_OUT}), "议定事项的附件由责任单位或交办单位上传。"),
    RectificationItem: (
        frozenset({Duty.CARRY_OUT_MEASURE, Duty.PROPOSE_MEASURE}),
        "整改佐证由责任单位上传，复查影像由区重点办上传。",
    ),
}


@dataclass(frozen=True)
class HandedIn:
    """A file as it came, and what it is called."""

    content: IO[bytes]
    name: str


@dataclass(frozen=True)
class Said:
    """What whoever hands files in says of them."""

    kind: Attachment.Kind = Attachment.Kind.PHOTO
    caption: str = ""
    document_number: str = ""
    dated_on: date | None = None
    expires_on: date | None = None


@transaction.atomic
def attach(*, subject: Subject, files: Sequence[HandedIn], said: Said, by: User, at: datetime) -> list[Attachment]:
    """上传, several at once. What is with it already is not attached twice, so sending again does no harm.

    Returns the new ones. Raises ``RuleViolation`` beyond ``MOST`` and for what is not as its name says.
    """
    _refuse_stranger(subject, by)
    if said.dated_on and said.expires_on and said.expires_on < said.dated_on:
        raise RuleViolation(f"有效期 {said.expires_on.isoformat()} 早于文件日期 {said.dated_on.isoformat()}，请核对。")
    type(subject).objects.select_for_update().get(pk=subject.pk)
    kept = of(subject).kept()
    there = set(kept.values_list("file", flat=True))
    new: list[Attachment] = []
    for each in files:
        attachment = _attachment(subject, each, said, by, at)
        if attachment.file_id not in there:
            there.add(attachment.file_id)
            new.append(attachment)
    if new and len(there) > MOST:
        raise RuleViolation(f"每处最多 {MOST} 个附件，已有 {len(there) - len(new)} 个；请选最能说明情况的上传。")
    for attachment in new:
        attachment.save(force_insert=True)
        audit.record("attachment.attached", attachment, by=by, at=at, changes=_in_words(attachment))
    return new


@transaction.atomic
def caption(*, attachment: Attachment, caption: str, by: User, at: datetime) -> None:
    """写说明: in other words, by those who may attach, until it was reviewed or closed."""
    known = _changeable(attachment, by)
    changes = {"说明": [known.caption, caption]}
    known.caption = caption
    known.save(update_fields=["caption"])
    audit.record("attachment.captioned", known, by=by, at=at, changes=changes)


@transaction.atomic
def remove(*, attachment: Attachment, by: User, at: datetime) -> None:
    """移除: nobody is shown it any more; it stays on record. What was reviewed or closed keeps what it has."""
    known = _changeable(attachment, by)
    known.removed_at, known.removed_by = at, by
    known.save(update_fields=["removed_at", "removed_by"])
    audit.record("attachment.removed", known, by=by, at=at)


@transaction.atomic
def report_for(*, project: KeyProject, period: ReportPeriod, by: User) -> ProgressReport:
    """What photos belong to that come before the report itself is submitted."""
    report = ProgressReport.objects.filter(project=project, period=period).first() or ProgressReport(
        project=project, period=period
    )
    _refuse_stranger(report, by)
    return report if report.pk else ProgressReport.objects.get_or_create(project=project, period=period)[0]


def thumbnail_of(attachment: Attachment) -> bytes:
    """The small copy of a photo; stores nothing."""
    with stored_files.where(attachment.file).open("rb") as content:
        return photo.thumbnail(content)


@transaction.atomic
def keep_thumbnail(*, attachment: Attachment, content: IO[bytes], at: datetime) -> None:
    """Of what was there from the beginning another form is kept: nothing anybody did, so nothing for the log."""
    small = stored_files.keep(content=content, name=f"{attachment.file.sha256[:12]}.jpg", by=None, at=at)
    Attachment.objects.filter(pk=attachment.pk).update(thumbnail=small)


def may_attach(subject: Subject, by: User) -> bool:
    """Reports: who answers for the project, and not who reviews. Others: who sees them and has to do with them."""
    if isinstance(subject, ProgressReport):
        return by.duties.include(Duty.REPORT_PROGRESS) and subject.project.is_answered_for_by(by)
    duties, _words = _WHO[type(subject)]
    if not any(map(by.duties.include, duties)):
        return False
    return type(subject).objects.visible_to(by).filter(pk=subject.pk).exists()


def noun_of(subject: Subject) -> str:
    """What an attachment calls it."""
    return next(noun for noun, model in SUBJECTS.items() if isinstance(subject, model))


def of(subject: Subject) -> AttachmentQuerySet:
    return Attachment.objects.filter(**{noun_of(subject): subject})


def named(subject: Subject) -> str:
    """What is attached to it, in one phrase of less than a hundred characters; empty where nothing is."""
    names = [str(each) for each in of(subject).kept()]
    listed = "、".join(names)
    return f"附件 {len(names)} 个：{listed[:_LISTED]}{'…' if len(listed) > _LISTED else ''}" if names else ""


def with_evidence(words: str, subject: Subject) -> str:
    """The words of whoever asks to close it, and what was attached to it then, as far as there is room."""
    found = named(subject)
    return f"{words}（{found}）"[:_ROOM] if found else words


def subject_of(attachment: Attachment) -> Subject:
    return next(found for noun in SUBJECTS if (found := getattr(attachment, noun)))


def _refuse_stranger(subject: Subject, by: User) -> None:
    if may_attach(subject, by):
        return
    if isinstance(subject, ProgressReport):
        raise NotAllowed(f"“{subject.project.name}”的影像由其责任人或联络人上传。")
    raise NotAllowed(_WHO[type(subject)][1])


def _attachment(subject: Subject, each: HandedIn, said: Said, by: User, at: datetime) -> Attachment:
    is_photo = said.kind == Attachment.Kind.PHOTO
    kinds = uploads.PHOTOS if is_photo else uploads.KINDS
    attachment = Attachment(
        **{noun_of(subject): subject},
        **vars(said),
        project=getattr(subject, "project", None),
        name=each.name[-200:],
        uploaded_by=by,
        uploaded_at=at,
    )
    uploads.refuse_unfit(content=each.content, name=each.name, kinds=kinds)
    if is_photo:
        _describe(attachment, each)
    attachment.file = stored_files.keep_document(content=each.content, name=each.name, kinds=kinds, by=by, at=at)
    return attachment


def _describe(attachment: Attachment, each: HandedIn) -> None:
    """A camera that does not tell its zone means the time here."""
    try:
        found = photo.describe(each.content)
    except RuleViolation as refusal:
        raise RuleViolation(f"“{each.name[-60:]}”：{refusal.message}") from refusal
    moment = found.taken_at
    attachment.taken_at = make_aware(moment) if moment and is_naive(moment) else moment
    attachment.camera, attachment.width, attachment.height = found.camera, found.width, found.height


def _changeable(attachment: Attachment, by: User) -> Attachment:
    known = Attachment.objects.kept().select_for_update().filter(pk=attachment.pk).first()
    if known is None:
        raise RuleViolation("该附件已被移除，请刷新页面。")
    _refuse_stranger(subject_of(known), by)
    if settled := _settled(subject_of(known)):
        raise RuleViolation(f"{settled}，附件随之存档，不能改动。")
    return known


def _settled(subject: Subject) -> str:
    """Why what it has stays with it; empty while it is under way."""
    match subject:
        case ProgressReport():
            return "该期填报已审核" if subject.versions.current().filter(counts=True).exists() else ""
        case Problem():
            return "该问题已销号" if subject.state == Problem.State.CLOSED else ""
        case Meeting():
            return "会议纪要已印发" if subject.state == Meeting.State.ISSUED else ""
        case RectificationItem():
            return "" if subject.state == RectificationItem.State.OPEN else "该整改事项已报送或办结"
        case _:
            return "" if subject.state not in (Decision.State.CLOSED, Decision.State.WITHDRAWN) else "该事项已办结"


def _in_words(attachment: Attachment) -> dict[str, list[object]]:
    names = ["kind", "name", "caption", "document_number", "dated_on", "expires_on", "taken_at", "camera"]
    return {**audit.in_words(None, attachment, names), "SHA-256": [None, attachment.file.sha256]}
