"""观摩手册: composed and laid out on asking; one of these proofs is issued, as it was seen, under the next number."""

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from projects import audit
from projects.actions import stored_files
from projects.errors import RuleViolation
from projects.models import StoredFile, User
from projects.recorded import day_of
from projects.roles import Duty
from reports import papers, snapshots
from reports.actions import inspection_papers
from reports.actions.inspection_papers import printer_on, refuse_others
from reports.booklet_pages import Progress
from reports.compose import inspection_booklet as compose
from reports.inspection_booklet import Booklet
from reports.models import BookletProof, Document
from scheduling.models import InspectionRound

_State = InspectionRound.State
_BEFORE_ITS_END = {_State.ROUTED, _State.SCORING}


@transaction.atomic
def ask(*, round: InspectionRound, by: User, at: datetime) -> BookletProof:  # noqa: A002 - the model's word
    """A new proof, to be made in the background. Raises ``RuleViolation`` for a round that shows nothing."""
    refuse_others(Duty.INSPECT, by)
    if round.state == _State.CANCELLED:
        raise RuleViolation(_("本轮观摩已取消，不能生成手册。"))
    if not round.stops.exists():
        raise RuleViolation(_("线路还没有观摩点，请先选定观摩点。"))
    proof = BookletProof.objects.create(round=round, asked_by=by, asked_at=at)
    audit.record("booklet.asked", round, by=by, at=at)
    return proof


def make(proof: BookletProof, *, progress: Progress, at: datetime) -> BookletProof:
    """Compose and lay it out; made before, nothing changes. Raises ``RuleViolation`` where a font lacks a sign."""
    if proof.made_at:
        return proof
    booklet = compose.of_round(proof.round, _asked(at))
    content = papers.booklet_proof(booklet, progress=progress)
    names = (f"{booklet.title}（预览稿）.json", f"{booklet.title}（预览稿）.pdf")
    with transaction.atomic():
        snapshot = stored_files.keep(content=BytesIO(snapshots.as_json(booklet)), name=names[0], by=None, at=at)
        proof.snapshot, proof.made_at = snapshot, at
        proof.file = stored_files.keep(content=BytesIO(content), name=names[1], by=None, at=at)
        proof.save(update_fields=["snapshot", "file", "made_at"])
        audit.record("booklet.made", proof.round, by=None, at=at)
    return proof


def take(*, proof: BookletProof, by: User, at: datetime) -> Path:
    """Where the proof lies, to be handed out. Raises ``RuleViolation`` while it is not made."""
    audit.record("booklet.proof_taken", proof.round, by=by, at=at)
    return stored_files.where(_made(proof.file))


@transaction.atomic
def issue(*, proof: BookletProof, by: User, at: datetime) -> Document:
    """登记印发: the proof as it was seen, numbered and frozen, and a notice to every unit with a stop.

    Once for each proof; a further one of the round is a new document. Raises ``RuleViolation`` where the route is
    not settled or has changed since, or the scores are locked.
    """
    refuse_others(Duty.REGISTER, by)
    opened = InspectionRound.objects.select_for_update().get(pk=proof.round_id)
    booklet = snapshots.from_json(Booklet, stored_files.where(_made(proof.snapshot)).read_bytes())
    _refuse_unfit(opened, proof, booklet)
    document = inspection_papers.register(
        kind=Document.Kind.INSPECTION_BOOKLET, subject=str(proof.pk), snapshot=booklet, of_round=opened, by=by, at=at
    )
    inspection_papers.send(document=document, by=by, at=at)
    audit.record("booklet.issued", opened, by=by, at=at, changes={_("文号"): [None, document.number]})
    return document


def of_round(round: InspectionRound) -> Sequence[Document]:  # noqa: A002 - the model's word
    """The booklets issued of a round, the one in force first."""
    found = Document.objects.filter(round=round, kind=Document.Kind.INSPECTION_BOOKLET)
    return list(found.order_by("-pk").defer("content").prefetch_related("renditions"))


def _refuse_unfit(opened: InspectionRound, proof: BookletProof, booklet: Booklet) -> None:
    if opened.state not in _BEFORE_ITS_END:
        said = {"state": opened.get_state_display()}
        raise RuleViolation(_("本轮观摩%(state)s，不能印发手册：线路确定之后、评分锁定之前印发。") % said)
    if compose.visits(opened) != booklet.visits:
        raise RuleViolation(_("预览之后线路有改动，请重新生成预览，核对后再印发。"))
    if Document.objects.filter(kind=Document.Kind.INSPECTION_BOOKLET, subject=str(proof.pk)).exists():
        raise RuleViolation(_("这一预览稿已经印发。内容有变化的，请重新生成预览后再印发。"))


def _made(file: StoredFile | None) -> StoredFile:
    if file is None:
        raise RuleViolation(_("预览稿还没有生成，请稍候。"))
    return file


def _asked(at: datetime) -> compose.Asked:
    on = day_of(at)
    return compose.Asked(settings.DISTRICT_NAME, printer_on(at), settings.SITE_URL.geturl().rstrip("/"), on, at)
