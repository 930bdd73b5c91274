"""办文: 拟稿 → 核稿 → 签发 → 登记编号 → 印发, by different people; what is signed is not altered, what is issued never.

Every step locks the paper, is refused in words, and leaves a move with who did it and for whom.
"""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from io import BytesIO

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from projects import audit
from projects.actions import stored_files
from projects.actions.numbering import next_number
from projects.errors import RuleViolation
from projects.models import StoredFile, Unit, User
from projects.recorded import day_of
from projects.roles import Duty
from reports import hands, papers
from reports.actions import documents
from reports.bulletin import Section
from reports.hands import Hand
from reports.linting import Finding, lint
from reports.models import Document, Draft, DraftMove, DraftText, Receipt
from reports.registered import findings_of, number_said, registered, series_of, written
from scheduling.actions import notices
from scheduling.models import Notice

_State, _Kind = Draft.State, DraftMove.Kind
_SAID = ("title", "addressee", "remark", "cc", "copies", "sections")
_FAULTS_TOLD = 5
_NAMED = ["title", "addressee", "remark", "cc", "copies"]


@transaction.atomic
def write(
    *,
    draft: Draft,
    based_on: int,
    title: str,
    addressee: str,
    remark: str,
    cc: str,
    copies: int,
    sections: Sequence[Section],
    by: User,
    at: datetime,
) -> DraftText:
    """拟稿: a further version of the words; the same words make none. ``based_on``: the version that was edited.

    Raises ``RuleViolation`` where somebody has written another meanwhile, and from 送核 on.
    """
    hands.hands_of(Duty.DRAFT_BULLETIN, by=by, at=at)
    draft = _locked(draft, _State.DRAFT, what=_("修改"))
    before = draft.text
    if before and before.sequence != based_on:
        said = {"name": before.recorded_by or _("系统"), "sequence": before.sequence}
        raise RuleViolation(_("%(name)s已改出第 %(sequence)d 稿，您的修改没有保存；请与现行文稿对照后再改。") % said)
    text = DraftText(draft=draft, title=title.strip(), addressee=addressee, remark=remark, cc=cc, copies=copies)
    text.sections = written(tuple(sections))
    if not text.title:
        raise RuleViolation(_("标题不能为空。"))
    if before and all(getattr(text, name) == getattr(before, name) for name in _SAID):
        return before
    return _kept(text, draft, before, by=by, at=at)


@transaction.atomic
def submit(*, draft: Draft, by: User, at: datetime) -> None:
    """送核: a round begins."""
    draft = _locked(draft, _State.DRAFT, what=_("送核"))
    hand = hands.hand_of(Duty.DRAFT_BULLETIN, by=by, at=at)
    _refuse_faults(draft, at=at)
    draft.submitted_by = by
    _move(draft, _Kind.SUBMITTED, _State.CHECKING, hand, at=at)
    audit.record("draft.submitted", draft, by=by, at=at, changes=_told(draft, hand))


@transaction.atomic
def check(*, draft: Draft, note: str = "", by: User, at: datetime) -> None:
    """核稿: what was submitted goes on to be signed."""
    draft = _locked(draft, _State.CHECKING, what=_("核稿"))
    hand = hands.checking(draft, by=by, at=at)
    draft.checked_by = by
    _move(draft, _Kind.CHECKED, _State.SIGNING, hand, note=note, at=at)
    audit.record("draft.checked", draft, by=by, at=at, changes=_told(draft, hand, note))


@transaction.atomic
def sign_off(*, draft: Draft, note: str = "", proof_follows: bool = False, by: User, at: datetime) -> None:
    """签发. After a change by the one who signed first; where he signs no more, the move says who signs for it now.

    Raises ``RuleViolation`` while its pages are not laid out, unless ``proof_follows``, and for a fault in them.
    """
    draft = _locked(draft, _State.SIGNING, what=_("签发"))
    hand = hands.signing(draft, by=by, at=at)
    if not proof_follows:
        _refuse_unproved(_text_of(draft))
    _refuse_faults(draft, at=at)
    original = draft.original_signer
    if original and hand.authority != original:
        note = _("原签发人%(name)s已不再签发。%(note)s") % {"name": original, "note": note}
    draft.signed_by, draft.signed_at = by, at
    draft.original_signer = original or hand.authority
    _move(draft, _Kind.SIGNED, _State.SIGNED, hand, note=note, at=at)
    audit.record("draft.signed_off", draft, by=by, at=at, changes=_told(draft, hand, note))


@transaction.atomic
def send_back(*, draft: Draft, note: str, by: User, at: datetime) -> None:
    """退回: to be mended, and then to go the whole round again. The checker may, or the signer, whoever has it."""
    draft = _locked(draft, _State.CHECKING, _State.SIGNING, what=_("退回"))
    duty = Duty.CHECK_BULLETIN if draft.state == _State.CHECKING else Duty.SIGN_OFF
    hand = hands.hand_of(duty, by=by, at=at)
    _give_back(draft, _Kind.RETURNED, hand, note=note, at=at)
    audit.record("draft.returned", draft, by=by, at=at, changes=_told(draft, hand, note))


@transaction.atomic
def reopen(*, draft: Draft, note: str, by: User, at: datetime) -> None:
    """签发后修改: it is a draft again, and goes the whole round; in the end to the one who signed it."""
    draft = _locked(draft, _State.SIGNED, what=_("签发后修改"))
    hand = hands.hand_of(Duty.DRAFT_BULLETIN, by=by, at=at)
    _give_back(draft, _Kind.REOPENED, hand, note=note, at=at)
    audit.record("draft.reopened", draft, by=by, at=at, changes=_told(draft, hand, note))


@transaction.atomic
def register(*, draft: Draft, by: User, at: datetime) -> Document:
    """登记编号: the next number of its series and year, and a document that nothing can alter any more.

    Undone, the number is given again; two at once get two numbers, one after the other.
    """
    draft = _locked(draft, _State.SIGNED, what=_("登记"))
    hand = hands.hand_of(Duty.REGISTER, by=by, at=at)
    draft.document = _registered(draft, by=by, at=at)
    _move(draft, _Kind.REGISTERED, _State.REGISTERED, hand, note=draft.document.number, at=at)
    changes = _told(draft, hand) | {"文号": [None, draft.document.number]}
    audit.record("draft.registered", draft, by=by, at=at, changes=changes)
    return draft.document


@transaction.atomic
def issue(
    *,
    draft: Draft,
    units: Sequence[Unit],
    public: bool,
    names_may_stay: bool = False,
    forms_follow: bool = False,
    by: User,
    at: datetime,
) -> list[Receipt]:
    """印发 to these units, each with a notice that tells when it was opened. ``public``: also to everybody, unnamed.

    Raises ``RuleViolation`` while a form of it is not laid out, unless ``forms_follow``; and where the public version
    names persons, unless ``names_may_stay``.
    """
    draft = _locked(draft, _State.REGISTERED, what=_("印发"))
    hand = hands.hand_of(Duty.REGISTER, by=by, at=at)
    document = _registered_as(draft)
    if not forms_follow:
        _refuse_unlaid(document)
    if not units:
        raise RuleViolation(_("请至少选择一家送达单位。"))
    named = papers.people_in_public(papers.paper(document)) if public else ()
    if named and not names_may_stay:
        said = _("公开版中有个人姓名：%s。请不公开，或勾选“这些姓名可以公开”。")
        raise RuleViolation(said % "、".join(named))
    draft.is_public = public
    _move(draft, _Kind.ISSUED, _State.ISSUED, hand, at=at)
    receipts = [_sent(document, unit, by=by, at=at) for unit in dict.fromkeys(units)]
    changes = {"送达单位": [None, "、".join(map(str, dict.fromkeys(units)))], "公开": [None, public]}
    if named:
        changes["公开的姓名"] = [None, "、".join(named)]
    audit.record("draft.issued", draft, by=by, at=at, changes=_told(draft, hand) | changes)
    return receipts


@transaction.atomic
def void(*, draft: Draft, note: str, by: User, at: datetime) -> None:
    """作废: until it is issued. What has a number keeps it, and its document says so for ever."""
    draft = _locked(draft, *_BEFORE_ISSUE, what=_("作废"))
    hand = hands.hand_of(Duty.REGISTER if draft.document else Duty.DRAFT_BULLETIN, by=by, at=at)
    _move(draft, _Kind.VOIDED, _State.VOID, hand, note=_given(note, _("作废")), at=at)
    audit.record("draft.voided", draft, by=by, at=at, changes=_told(draft, hand, note))


@transaction.atomic
def keep_proof(
    *, text: DraftText, content: bytes, findings: Sequence[Finding], by: User | None, at: datetime
) -> StoredFile:
    """清样: the pages of one version of the words, laid out once and kept with what is wrong with them."""
    text = DraftText.objects.select_for_update(of=("self",)).select_related("proof").get(pk=text.pk)
    if text.proof:
        return text.proof
    name = _("%(title)s（第%(sequence)d稿清样）.pdf") % {"title": text.title, "sequence": text.sequence}
    text.proof = stored_files.keep(content=BytesIO(content), name=name, by=by, at=at)
    text.proof_findings = [asdict(each) for each in findings]
    text.save(update_fields=["proof", "proof_findings"])
    audit.record("draft.proof_kept", text, by=by, at=at)
    return text.proof


_ENDS = {_State.ISSUED, _State.VOID}
_BEFORE_ISSUE = tuple(state for state in _State if state not in _ENDS)


def _locked(draft: Draft, *states: Draft.State, what: str) -> Draft:
    """The paper as it stands, held until the step is done. Raises ``RuleViolation`` in any other state."""
    held = Draft.objects.select_for_update(of=("self",))
    found = held.select_related("text__recorded_by", "document", "signed_by", "original_signer").get(pk=draft.pk)
    if found.state not in states:
        said = {"draft": found, "state": found.get_state_display(), "what": what, "next": _next_of(found)}
        raise RuleViolation(_("《%(draft)s》%(state)s，不能%(what)s。%(next)s") % said)
    return found


def _next_of(draft: Draft) -> str:
    """What to do where something else was meant."""
    if draft.state in {_State.CHECKING, _State.SIGNING}:
        return _("需要修改的，请核稿人或签发领导退回。")
    if draft.state == _State.SIGNED:
        return _("需要修改的，请办理签发后修改，改后重新核稿，仍由原签发人签发。")
    if draft.state == _State.REGISTERED:
        return _("登记后的文书不再改变，请刷新页面查看。")
    if draft.state == _State.ISSUED:
        return _("印发后的文书不再改变；数据有误的，请发更正通报。")
    return _("请刷新页面查看。")


def _refuse_faults(draft: Draft, *, at: datetime) -> None:
    """What the linter holds to be wrong is mended before it goes on."""
    text = _text_of(draft)
    found = (*lint(registered(draft, text, on=day_of(at))), *findings_of(text))
    if faults := [each for each in found if each.is_error]:
        told = "".join(f"\n{each.where}：{each.what}" for each in faults[:_FAULTS_TOLD])
        raise RuleViolation(_("公文体检有 %(count)d 处须改正：%(told)s") % {"count": len(faults), "told": told})


def _refuse_unproved(text: DraftText) -> None:
    if text.proof_id is None:
        said = _("第 %d 稿的清样还没有生成，版式没有检查。请先在文稿页生成清样，生成后再签发。")
        raise RuleViolation(said % text.sequence)


def _kept(text: DraftText, draft: Draft, before: DraftText | None, *, by: User, at: datetime) -> DraftText:
    text.sequence = before.sequence + 1 if before else 1
    text.recorded_by, text.recorded_at = by, at
    text.save()
    draft.text = text
    draft.save(update_fields=["text"])
    changes = audit.in_words(before, text, _NAMED) | {"版次": [before and before.sequence, text.sequence]}
    audit.record("draft.written", draft, by=by, at=at, changes=changes)
    return text


def _move(draft: Draft, kind: DraftMove.Kind, state: Draft.State, hand: Hand, *, note: str = "", at: datetime) -> None:
    draft.moves.create(text=_text_of(draft), kind=kind, by=hand.by, principal=hand.principal, at=at, note=note)
    draft.state, draft.ended_at = state, at if state in _ENDS else None
    draft.save()


def _give_back(draft: Draft, kind: DraftMove.Kind, hand: Hand, *, note: str, at: datetime) -> None:
    draft.submitted_by = draft.checked_by = draft.signed_by = draft.signed_at = None
    _move(draft, kind, _State.DRAFT, hand, note=_given(note, str(kind.label)), at=at)


def _given(note: str, what: str) -> str:
    if not note.strip():
        raise RuleViolation(_("%(what)s须写明原因。") % {"what": what})
    return note.strip()


def _told(draft: Draft, hand: Hand, note: str = "") -> dict[str, list[str | None]]:
    told = {"版次": str(draft.text.sequence) if draft.text else "", "意见": note}
    if hand.principal:
        told["代为办理"] = hand.principal.full_name
    return {label: [None, value] for label, value in told.items() if value}


def _registered(draft: Draft, *, by: User, at: datetime) -> Document:
    on, series = day_of(at), series_of(draft)
    serial = next_number(kind=series, year=on.year)
    number = number_said(draft, year=on.year, serial=serial)
    return documents.register(
        kind=draft.kind,
        subject=draft.subject,
        snapshot=registered(draft, _text_of(draft), on=on, number=number, serial=serial),
        series=series,
        edition=draft.edition,
        period=draft.period,
        known_at=draft.known_at,
        by=by,
        at=at,
    )


def _text_of(draft: Draft) -> DraftText:
    if draft.text is None:
        raise RuleViolation(_("文稿还没有正文，请先拟稿。"))
    return draft.text


def _registered_as(draft: Draft) -> Document:
    assert draft.document  # noqa: S101 - the database holds that what is registered has one
    return draft.document


def _refuse_unlaid(document: Document) -> None:
    made = set(document.renditions.values_list("format", flat=True))
    if lacking := [form for form in papers.forms_of(document) if form not in made]:
        raise RuleViolation(_("%s 版式还没有生成，请稍候；生成失败的，请先重试。") % "、".join(lacking))


def _sent(document: Document, unit: Unit, *, by: User, at: datetime) -> Receipt:
    body = _("%(number)s《%(title)s》已印发，请及时阅知。") % {"number": document.number, "title": document.title}
    notice = Notice(kind=Notice.Kind.BULLETIN, unit=unit, title=document.title, body=body)
    notice.url = reverse("bulletin_issued", args=[document.pk])
    notices.issue(notice=notice, by=by, at=at)
    return Receipt.objects.create(document=document, unit=unit, notice=notice)
