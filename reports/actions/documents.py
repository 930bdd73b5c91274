"""文书: frozen once, rendered once, found unaltered or named. What is issued is never composed again."""

from dataclasses import dataclass, replace
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any, Protocol

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from projects import audit
from projects.actions import stored_files
from projects.models import NumberCounter, StoredFile, Unit, User
from reports import papers, snapshots
from reports.booklet_pages import Progress, unseen
from reports.models import Document, Rendition
from scheduling.models import InspectionRound, ReportPeriod

_CHUNK = 200


class Numbered(Protocol):
    """A frozen snapshot that bears its number; ``follows``: the digest of the one before it in its series."""

    @property
    def title(self) -> str: ...

    @property
    def number(self) -> str: ...

    @property
    def year(self) -> int: ...

    @property
    def serial(self) -> int: ...

    @property
    def follows(self) -> str: ...


@transaction.atomic
def freeze(
    *,
    kind: str,
    subject: str,
    title: str,
    edition: str,
    snapshot: Any,
    unit: Unit | None,
    period: ReportPeriod | None,
    known_at: datetime,
    by: User | None,
    at: datetime,
) -> Document:
    """The document of this kind and subject. Only the first call composes it; any later one changes no byte.

    It ``follows`` the last one of the same kind and unit before its period: the digest of that is part of its own.
    Without a period it follows none.
    """
    if found := Document.objects.filter(kind=kind, subject=subject).first():
        return found
    said = {"title": title, "unit": unit, "period": period, "edition": edition, "known_at": known_at}
    columns = said | _content(snapshot, _before(kind, unit, period)) | {"composed_by": by, "composed_at": at}
    document, is_new = Document.objects.get_or_create(kind=kind, subject=subject, defaults=columns)
    if is_new:
        audit.record("document.frozen", document, by=by, at=at, changes={"校验码": [None, document.digest]})
    return document


@transaction.atomic
def register(
    *,
    kind: str,
    subject: str,
    snapshot: Numbered,
    series: str,
    edition: str,
    period: ReportPeriod | None,
    known_at: datetime,
    by: User,
    at: datetime,
    of_round: InspectionRound | None = None,
) -> Document:
    """The numbered document of a snapshot; it ``follows`` the one registered before in its series.

    Called while the counter of the series is held, so that no other comes between.
    """
    numbered = {"series": series, "year": snapshot.year, "serial": snapshot.serial, "number": snapshot.number}
    said = {"kind": kind, "subject": subject, "title": snapshot.title, "edition": edition, "known_at": known_at}
    previous = Document.objects.filter(series=series).order_by("-pk").first()
    columns = numbered | said | _content(snapshot, previous) | {"composed_by": by, "composed_at": at}
    document = Document.objects.create(period=period, round=of_round, **columns)
    audit.record("document.registered", document, by=by, at=at, changes={"校验码": [None, document.digest]})
    return document


def render(
    *,
    document: Document,
    format: str,  # noqa: A002 - the model's word
    at: datetime,
    progress: Progress = unseen,
) -> Rendition:
    """Its bytes in one form, made and kept the first time. Raises ``RuleViolation`` where a font lacks a sign.

    The bytes are made outside of any transaction: nobody waits for a page to be laid out.
    """
    if found := document.renditions.filter(format=format).first():
        return found
    content = papers.written(document, format, progress=progress)
    with transaction.atomic():
        file = stored_files.keep(content=BytesIO(content), name=file_name(document, format), by=None, at=at)
        rendition, _is_new = Rendition.objects.get_or_create(
            document=document, format=format, defaults={"file": file, "rendered_at": at}
        )
    return rendition


def take(*, rendition: Rendition, by: User, at: datetime) -> Path:
    """Where the bytes lie, to be handed out; who took them is in the audit."""
    audit.record("document.taken", rendition.document, by=by, at=at, changes={"格式": [None, rendition.format]})
    return stored_files.where(rendition.file)


def file_name(document: Document, format: str) -> str:  # noqa: A002 - the model's word
    return f"{document.title}.{format.lower()}"


@dataclass(frozen=True)
class Verification:
    """``broken`` None: every document examined is as it was frozen."""

    documents: int
    files: int
    broken: Document | None = None
    reason: str = ""


def verify() -> Verification:
    """Reckon every digest anew, the oldest document first, and stop at the first that does not hold. Writes nothing."""
    files = 0
    for turn, document in enumerate(_oldest_first().iterator(chunk_size=_CHUNK)):
        renditions = list(document.renditions.all())
        if (
            reason := _fault(document)
            or _fault_of_number(document)
            or _fault_of_files([each.file for each in renditions])
        ):
            return Verification(turn, files, document, reason)
        files += len(renditions)
    return Verification(Document.objects.count(), files)


def _oldest_first() -> QuerySet[Document]:
    return Document.objects.select_related("previous").prefetch_related("renditions__file").order_by("pk")


def _content(snapshot: Any, previous: Document | None) -> dict[str, Any]:
    content = snapshots.as_json(replace(snapshot, follows=previous.digest if previous else ""))
    return {"previous": previous, "content": content.decode(), "digest": snapshots.digest(content)}


def _before(kind: str, unit: Unit | None, period: ReportPeriod | None) -> Document | None:
    if period is None:
        return None
    earlier = Document.objects.filter(kind=kind, unit=unit, period__ends_on__lt=period.starts_on)
    return earlier.order_by("-period__ends_on").first()


def _fault(document: Document) -> str:
    if snapshots.digest(document.content.encode()) != document.digest:
        return _("快照与登记的校验码不符")
    follows = document.previous.digest if document.previous else ""
    if papers.snapshot_of(document).follows != follows:
        return _("与上一期文书不衔接")
    return ""


def _fault_of_number(document: Document) -> str:
    """Numbers of a series run on without a gap, from 1 in every year; what became void keeps its own."""
    if document.serial is None or document.year is None:
        return ""
    said, previous = papers.snapshot_of(document), document.previous
    if (said.number, said.serial, said.year) != (document.number, document.serial, document.year):
        return _("文号与快照不符")
    last = (previous.serial or 0) if previous and previous.year == document.year else 0
    if document.serial != last + 1:
        return _("编号不连续，前面缺少第 %d 号") % (last + 1)
    given = NumberCounter.objects.filter(kind=document.series, year=document.year).values_list("last", flat=True)
    is_last = not document.following.filter(year=document.year).exists()
    if is_last and document.serial != next(iter(given), 0):
        return _("编号不连续，后面缺少第 %d 号") % (document.serial + 1)
    return ""


def _fault_of_files(files: list[StoredFile]) -> str:
    for file in files:
        place = stored_files.where(file)
        if not place.exists():
            return _("文件“%s”缺失") % file.name
        if snapshots.digest(place.read_bytes()) != file.sha256:
            return _("文件“%s”与登记的校验码不符") % file.name
    return ""
