"""办理: agree, refuse, send back, pass on, ask one more to countersign; and what an approval brings about.

Every hand has to agree: one refusal ends the request, and what was approved before stands.
"""

from datetime import datetime
from typing import Any

from projects import audit
from projects.errors import NotAllowed, RuleViolation
from projects.models import (
    ApprovalStep,
    BackwardSchedule,
    ChangeRequest,
    DelayReason,
    Substitute,
    Unit,
    User,
)
from projects.models.change_request import had_a_hand_in
from projects.recorded import day_of
from projects.roles import GRANTS, Duty, Role

from . import change_routes, milestones, project_dates
from .one_project import facts_of
from .schedule_approval import put_into_force

_Kind, _Outcome, _State = ApprovalStep.Kind, ApprovalStep.Outcome, ChangeRequest.State


def agree(*, step: ApprovalStep, opinion: str = "", by: User) -> None:
    """同意. The last hand's agreement is the approval: what was asked for is so from this moment."""
    with facts_of(step.request.project) as at:
        step = _answer(step, _Outcome.AGREED, opinion, by=by, at=at)
        if step.kind == _Kind.APPROVE:
            _end(step.request, _State.APPROVED, at=at)
            _carry_out(step.request, by=by, at=at)
            audit.record("change_request.approved", step.request, by=by, at=at)
        else:
            change_routes.start_clock(step.request, at=at)


def refuse(*, step: ApprovalStep, opinion: str, by: User) -> None:
    """不同意: the request is ended, by whichever hand."""
    with facts_of(step.request.project) as at:
        step = _answer(step, _Outcome.REFUSED, opinion, by=by, at=at)
        _end(step.request, _State.REFUSED, at=at)
        _give_back(step.request)


def send_back(*, step: ApprovalStep, opinion: str, by: User) -> None:
    """退回修改: the requester may mend it and send it again, through all hands."""
    with facts_of(step.request.project) as at:
        step = _answer(step, _Outcome.RETURNED, opinion, by=by, at=at)
        change_routes.lapse(step.request, at=at)
        step.request.state = _State.RETURNED
        step.request.save(update_fields=["state"])
        _give_back(step.request)


def pass_on(*, step: ApprovalStep, to: Unit, opinion: str, by: User) -> None:
    """转办: it is another unit's matter. The row stays, and another stands beside it."""
    with facts_of(step.request.project) as at:
        if step.kind == _Kind.APPROVE:
            raise RuleViolation("批准环节不能转办；确需其他单位意见的，请加签。")
        if step.unit_id == to.pk:
            raise RuleViolation(f"该环节本由“{to}”办理，请转给其他单位。")
        step = _answer(step, _Outcome.PASSED_ON, opinion, by=by, at=at, why={"转办单位": [None, str(to)]})
        change_routes.add_hand(step.request, step.kind, to, at=at)


def add_countersign(*, step: ApprovalStep, unit: Unit, by: User) -> None:
    """加签: whoever holds the request asks one more unit. It is heard before the approval."""
    with facts_of(step.request.project) as at:
        step, principal = _held(step, by=by, at=at)
        change_routes.add_hand(step.request, _Kind.COUNTERSIGN, unit, at=at)
        changes = {"会签单位": [None, str(unit)], **_in_the_stead_of(principal)}
        audit.record("change_request.countersign_added", step.request, by=by, at=at, changes=changes)


def _answer(
    step: ApprovalStep,
    outcome: ApprovalStep.Outcome,
    opinion: str,
    *,
    by: User,
    at: datetime,
    why: dict[str, list] | None = None,
) -> ApprovalStep:
    if outcome is not _Outcome.AGREED and not opinion:
        raise RuleViolation(f"{outcome.label}须写明意见。")
    step, principal = _held(step, by=by, at=at)
    step.outcome, step.opinion, step.decided_at = outcome, opinion, at
    step.decided_by, step.on_behalf_of = by, principal
    step.save(update_fields=["outcome", "opinion", "decided_at", "decided_by", "on_behalf_of"])
    changes = {
        "环节": [None, _hand(step)],
        "意见": [None, opinion or None],
        **_in_the_stead_of(principal),
        **(why or {}),
    }
    audit.record(f"change_request.{_PAST[outcome]}", step.request, by=by, at=at, changes=changes)
    return step


_PAST = {
    _Outcome.AGREED: "agreed",
    _Outcome.REFUSED: "refused",
    _Outcome.RETURNED: "returned",
    _Outcome.PASSED_ON: "passed_on",
}


_ABOUT = (
    "unit",
    "request__project",
    "request__milestone__project",
    "request__stage_target__project",
    "request__schedule__project",
    "request__schedule__template",
    "request__suspension__project",
    "request__requested_by",
)


def _held(step: ApprovalStep, *, by: User, at: datetime) -> tuple[ApprovalStep, User | None]:
    """The step as it stands, and in whose stead it is answered (None: as oneself)."""
    waiting = ApprovalStep.objects.waiting().select_related(*_ABOUT).filter(pk=step.pk).first()
    if waiting is None:
        raise RuleViolation("该环节已经办理或还没有轮到，请刷新页面查看。")
    this = ApprovalStep.objects.filter(pk=step.pk)
    if this.answerable_by(by).exists():
        return waiting, None
    for principal in Substitute.objects.principals_of(by, on=day_of(at)):
        if this.answerable_by(principal, acting=by).exists():
            return waiting, principal
    raise NotAllowed(_why_not(waiting, by))


def _why_not(step: ApprovalStep, by: User) -> str:
    if step.request.requested_by_id == by.pk:
        return "这项申请由您提出，须由另一人办理。"
    if ApprovalStep.objects.filter(had_a_hand_in(by), pk=step.pk, kind=_Kind.APPROVE).exists():
        return "您已办理过这项申请的前一环节，或本版计划由您编制，须由另一人批准。"
    if step.kind == _Kind.APPROVE and by.duties.include(Duty.APPROVE_CHANGE):
        roles = {role for role, duties in GRANTS.items() if Duty.APPROVE_CHANGE in duties} - by.duties.roles
        words = "、".join(str(Role(role).label) for role in sorted(roles)) or "其他角色"
        return f"申请人与您角色相同，须由{words}批准。"
    return f"该环节由{_hand(step)}，您不在办理人之列。"


def _hand(step: ApprovalStep) -> str:
    return f"{step.unit or '区重点办或签发领导'}{step.get_kind_display()}"


def _in_the_stead_of(principal: User | None) -> dict[str, list]:
    return {"代办授权人": [None, principal.full_name]} if principal else {}


def _end(request: ChangeRequest, state: ChangeRequest.State, *, at: datetime) -> None:
    change_routes.lapse(request, at=at)
    request.state, request.ended_at = state, at
    request.save(update_fields=["state", "ended_at"])


def _give_back(request: ChangeRequest) -> None:
    """A schedule that was not approved is its author's again."""
    if request.schedule:
        request.schedule.state = BackwardSchedule.State.RETURNED
        request.schedule.save(update_fields=["state"])


def _carry_out(request: ChangeRequest, *, by: User, at: datetime) -> None:
    _DONE[ChangeRequest.Kind(request.kind)](request, by=by, at=at)


def _move_date(request: ChangeRequest, *, by: User, at: datetime) -> None:
    of = request.subject()
    known = milestones.dates_of(of)
    if known.approved_on != request.present_on:
        raise RuleViolation(
            f"申请提出后，“{of}”的批准日期已由 {request.present_on} 变为 {known.approved_on or '空'}，"
            "请退回申请人核对后重新报送。"
        )
    milestones.reapprove(of=of, approved_on=request.asked_for(), reason=_reason(request), by=by, at=at)


def _suspend(request: ChangeRequest, *, by: User, at: datetime) -> None:
    request.suspension = project_dates.suspend(
        project=request.project,
        suspended_on=request.asked_for(),
        reason=_reason(request),
        document_number=request.document_number,
        excused_by=by if request.excludes_lateness else None,
        by=by,
        at=at,
    )
    request.save(update_fields=["suspension"])


def _resume(request: ChangeRequest, *, by: User, at: datetime) -> None:
    stopped: Any = request.suspension  # the database holds that there is one
    project_dates.resume(suspension=stopped, resumed_on=request.asked_for(), by=by, at=at)


def _reason(request: ChangeRequest) -> str:
    return f"{DelayReason(request.reason_code).label}：{request.reason}"


def _put_into_force(request: ChangeRequest, *, by: User, at: datetime) -> None:
    schedule: Any = request.schedule  # the database holds that there is one
    put_into_force(schedule=schedule, by=by, at=at)


_DONE = {
    ChangeRequest.Kind.SCHEDULE: _put_into_force,
    ChangeRequest.Kind.DATE: _move_date,
    ChangeRequest.Kind.SUSPENSION: _suspend,
    ChangeRequest.Kind.RESUMPTION: _resume,
}
