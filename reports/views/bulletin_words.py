"""办文状态: how far a paper is from 拟稿 to 印发, whose turn it is, and what this person may do with it now."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.errors import NotAllowed
from projects.models import User
from projects.roles import Duty
from reports import hands
from reports.hands import Hand
from reports.models import Draft, DraftMove

_State, _Done = Draft.State, DraftMove.Kind
_ORDER = [_State.DRAFT, _State.CHECKING, _State.SIGNING, _State.SIGNED, _State.REGISTERED, _State.ISSUED]
STEPS: list[tuple[Promise, DraftMove.Kind]] = [
    (gettext_lazy("拟稿"), _Done.SUBMITTED),
    (gettext_lazy("核稿"), _Done.CHECKED),
    (gettext_lazy("签发"), _Done.SIGNED),
    (gettext_lazy("登记"), _Done.REGISTERED),
    (gettext_lazy("印发"), _Done.ISSUED),
]


@dataclass(frozen=True)
class Verb:
    """A button. ``name``: its address; ``note``: whether words may or must be given with it, or none.

    ``as_whom`` raises ``NotAllowed`` for who may not do it now.
    """

    name: str
    label: Promise
    as_whom: Callable[..., Hand]
    note: Literal["none", "may", "must"] = "none"


def _holder(duty: Duty) -> Callable[..., Hand]:
    return lambda _draft, *, by, at: hands.hand_of(duty, by=by, at=at)


_SEND_BACK = gettext_lazy("退回修改")
_VERBS: dict[str, list[Verb]] = {
    _State.DRAFT: [Verb("bulletin_submit", gettext_lazy("送核"), _holder(Duty.DRAFT_BULLETIN))],
    _State.CHECKING: [
        Verb("bulletin_check", gettext_lazy("核稿通过"), hands.checking, "may"),
        Verb("bulletin_send_back", _SEND_BACK, _holder(Duty.CHECK_BULLETIN), "must"),
    ],
    _State.SIGNING: [
        Verb("bulletin_sign", gettext_lazy("签发"), hands.signing, "may"),
        Verb("bulletin_send_back", _SEND_BACK, _holder(Duty.SIGN_OFF), "must"),
    ],
    _State.SIGNED: [
        Verb("bulletin_register", gettext_lazy("登记编号"), _holder(Duty.REGISTER)),
        Verb("bulletin_reopen", gettext_lazy("签发后修改"), _holder(Duty.DRAFT_BULLETIN), "must"),
    ],
    _State.REGISTERED: [Verb("bulletin_issue", gettext_lazy("印发"), _holder(Duty.REGISTER))],
}


def verbs_of(draft: Draft, *, by: User, at: datetime) -> list[Verb]:
    """What this person may do with it now, as himself or for another."""
    return [verb for verb in _VERBS.get(draft.state, []) if _may(verb, draft, by=by, at=at)]


def _may(verb: Verb, draft: Draft, *, by: User, at: datetime) -> bool:
    try:
        verb.as_whom(draft, by=by, at=at)
    except NotAllowed:
        return False
    return True


def may_void(draft: Draft, *, by: User) -> bool:
    duty = Duty.REGISTER if draft.document_id else Duty.DRAFT_BULLETIN
    return draft.state not in {_State.ISSUED, _State.VOID} and by.duties.include(duty)


def may_draft_again(draft: Draft, *, by: User) -> bool:
    is_monthly = draft.kind == Draft.Kind.MONTHLY_BULLETIN
    return is_monthly and draft.state == _State.VOID and by.duties.include(Duty.DRAFT_BULLETIN)


def steps_of(draft: Draft, moves: Sequence[DraftMove]) -> list[dict[str, Any]]:
    """The five steps, each with its state, and with who took it last and when once it is behind."""
    reached = -1 if draft.state == _State.VOID else _ORDER.index(_State(draft.state))
    last = {move.kind: move for move in moves}
    return [_step(str(label), place - reached, last.get(kind)) for place, (label, kind) in enumerate(STEPS)]


def _step(name: str, ahead: int, move: DraftMove | None) -> dict[str, Any]:
    step = {"name": name, "state": "done" if ahead < 0 else "todo" if ahead else "current"}
    return step | {"who": by_whom(move), "when": move.at} if move and ahead < 0 else step


def by_whom(move: DraftMove) -> str:
    if move.principal:
        return _("%(by)s（代%(principal)s）") % {"by": move.by, "principal": move.principal}
    return str(move.by)


def turn_of(draft: Draft) -> str:
    """Whose turn it is, in one sentence."""
    if draft.state == _State.DRAFT:
        return _("待区重点办修改后送核")
    if draft.state == _State.CHECKING:
        return _("待核稿，由%s以外的人员办理") % draft.submitted_by
    if draft.state == _State.SIGNING:
        return _("待%s签发") % (draft.original_signer or _("签发领导"))
    if draft.state == _State.SIGNED:
        return _("待登记编号")
    return _("待印发") if draft.state == _State.REGISTERED else str(draft.get_state_display())


def since(draft: Draft, moves: Sequence[DraftMove]) -> datetime:
    """Since when it is where it is."""
    return moves[-1].at if moves else draft.drafted_at


def why_back(draft: Draft, moves: Sequence[DraftMove]) -> str:
    """Why it lies on the desk of who drafts it once more; empty where it was not sent back."""
    last = moves[-1] if moves else None
    if draft.state != _State.DRAFT or last is None or last.kind not in {_Done.RETURNED, _Done.REOPENED}:
        return ""
    return _("%(who)s退回：%(note)s") % {"who": by_whom(last), "note": last.note}
