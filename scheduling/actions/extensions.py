"""延期: asked for before the due date, with a reason and a new date; decided by the issuing side."""

from datetime import date, datetime

from django.db import transaction

from projects.errors import NotAllowed, RuleViolation
from projects.models import User
from projects.recorded import day_of
from scheduling.decision_flow import Verb
from scheduling.models import Decision, DecisionMove, ExtensionRequest

from .decision_moves import locked, make
from .words import refuse_silence


@transaction.atomic
def ask(*, decision: Decision, proposed_due_on: date, reason: str, by: User, at: datetime) -> ExtensionRequest:
    """申请延期. Until it is decided the present due date holds."""
    reason, known = refuse_silence(reason, "申请延期须写明原因。"), locked(decision)
    if day_of(at) >= known.due_on:
        raise RuleViolation(f"延期须在期限 {known.due_on.isoformat()} 之前申请；已到期的请如实填报进展并抓紧办理。")
    if proposed_due_on <= known.due_on:
        raise RuleViolation(f"申请延至的日期须晚于现行期限 {known.due_on.isoformat()}。")
    if known.extensions.filter(outcome="").exists():
        raise RuleViolation(f"{known.number}已有一项延期申请等待审批。")
    text = f"申请延至 {proposed_due_on.isoformat()}：{reason}"
    kind, action = DecisionMove.Kind.EXTENSION_ASKED, "decision.extension_asked_for"
    make(known, Verb.ASK_EXTENSION, kind, action, text=text, by=by, at=at)
    return ExtensionRequest.objects.create(
        decision=known,
        present_due_on=known.due_on,
        proposed_due_on=proposed_due_on,
        reason=reason,
        asked_by=by,
        asked_at=at,
    )


@transaction.atomic
def agree(*, extension: ExtensionRequest, opinion: str = "", by: User, at: datetime) -> None:
    """同意延期: the due date moves; the original one stays on record."""
    known = _decided(extension, ExtensionRequest.Outcome.AGREED, opinion, by=by, at=at)
    text = f"延至 {known.proposed_due_on.isoformat()}。{opinion}"
    kind, action = DecisionMove.Kind.EXTENDED, "decision.extended"
    make(known.decision, Verb.DECIDE_EXTENSION, kind, action, text=text, by=by, at=at, due_on=known.proposed_due_on)


@transaction.atomic
def refuse(*, extension: ExtensionRequest, opinion: str, by: User, at: datetime) -> None:
    """不同意延期: with words; the due date stands."""
    opinion = refuse_silence(opinion, "不同意延期须写明意见。")
    known = _decided(extension, ExtensionRequest.Outcome.REFUSED, opinion, by=by, at=at)
    kind, action = DecisionMove.Kind.EXTENSION_REFUSED, "decision.extension_refused"
    make(known.decision, Verb.DECIDE_EXTENSION, kind, action, text=opinion, by=by, at=at)


def _decided(
    extension: ExtensionRequest, outcome: ExtensionRequest.Outcome, opinion: str, *, by: User, at: datetime
) -> ExtensionRequest:
    known = ExtensionRequest.objects.select_for_update().get(pk=extension.pk)
    if known.outcome:
        raise RuleViolation("这项延期申请已审批，请刷新页面。")
    if by.pk in {known.asked_by_id, known.decision.owner_person_id}:
        raise NotAllowed("延期由您申请或事项由您承办，须由交办单位其他人审批。")
    known.outcome, known.opinion, known.decided_by, known.decided_at = outcome, opinion, by, at
    known.save(update_fields=["outcome", "opinion", "decided_by", "decided_at"])
    return known
