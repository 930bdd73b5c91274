"""变更申请: ask for what one's own word may not change, mend it when it comes back, take it back, press for it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from projects import audit, consequences
from projects.consequences import Consequences
from projects.errors import NotAllowed, RuleViolation
from projects.models import (
    BackwardSchedule,
    ChangeRequest,
    DelayReason,
    KeyProject,
    Milestone,
    Suspension,
    SuspensionDates,
    Unit,
    User,
)
from projects.models.change_request import ChangeRequestQuerySet
from projects.planning import readings
from projects.recorded import day_of
from projects.roles import Duty

from . import change_routes, milestones, project_dates, schedules
from .milestones import Dated
from .one_project import facts_of

_Kind, _State = ChangeRequest.Kind, ChangeRequest.State
_SAID = [
    "kind",
    "present_on",
    "proposed_on",
    "expected_resume_on",
    "excludes_lateness",
    "reason_code",
    "reason",
    "document_number",
]
_LONGEST_SUSPENSION_REASON = 180


@dataclass(frozen=True)
class Grounds:
    """Why something is asked for, and whose countersign (会签) is wanted besides."""

    reason: str
    reason_code: str = ""
    document_number: str = ""
    countersigners: Collection[Unit] = ()


def request_date_change(*, of: Dated, proposed_on: date, why: Grounds, by: User) -> ChangeRequest:
    """申请调整批准日期: until somebody else approves it, the approved date stands and is missed when it is."""
    _refuse_uncoded(why)
    with facts_of(of.project) as at:
        noun = "milestone" if isinstance(of, Milestone) else "stage_target"
        request = ChangeRequest(project=of.project, kind=_Kind.DATE, proposed_on=proposed_on, **{noun: of})
        _refuse_second(ChangeRequest.objects.filter(**{noun: of}), f"“{of}”")
        return _send(request, why, by=by, at=at)


def request_suspension(
    *,
    project: KeyProject,
    proposed_on: date,
    expected_resume_on: date,
    excludes_lateness: bool,
    why: Grounds,
    by: User,
) -> ChangeRequest:
    """申请停缓建: from which day, until when it is thought to last, and whether its days shall not count as late."""
    _refuse_uncoded(why)
    with facts_of(project) as at:
        _refuse_second(ChangeRequest.objects.filter(project=project, kind=_Kind.SUSPENSION), "停缓建")
        request = ChangeRequest(
            project=project,
            kind=_Kind.SUSPENSION,
            proposed_on=proposed_on,
            expected_resume_on=expected_resume_on,
            excludes_lateness=excludes_lateness,
        )
        return _send(request, why, by=by, at=at)


def request_resumption(*, suspension: Suspension, proposed_on: date, why: Grounds, by: User) -> ChangeRequest:
    """申请复工: the suspension would have lasted until the day before."""
    with facts_of(suspension.project) as at:
        _refuse_second(ChangeRequest.objects.filter(suspension=suspension, kind=_Kind.RESUMPTION), "复工")
        request = ChangeRequest(
            project=suspension.project, kind=_Kind.RESUMPTION, suspension=suspension, proposed_on=proposed_on
        )
        return _send(request, why, by=by, at=at)


def request_schedule(*, schedule: BackwardSchedule, why: Grounds, by: User) -> ChangeRequest:
    """倒排计划报批: from now on its author changes nothing in it, until it is approved or comes back."""
    with facts_of(schedule.project) as at:
        schedule = _locked(schedule)
        _refuse_second(ChangeRequest.objects.filter(schedule=schedule), f"“{schedule}”")
        request = ChangeRequest(
            project=schedule.project,
            kind=_Kind.SCHEDULE,
            schedule=schedule,
            proposed_on=schedule.required_finish_on,
        )
        request = _send(request, why, by=by, at=at)
        _submit(schedule, why.reason, by=by, at=at)
        return request


@dataclass(frozen=True)
class Proposal:
    """What may be said otherwise when a request is sent again; ``None`` where the matter has no such day."""

    proposed_on: date | None = None
    expected_resume_on: date | None = None
    excludes_lateness: bool = False


def amend_and_resend(*, request: ChangeRequest, proposal: Proposal, why: Grounds, by: User) -> ChangeRequest:
    """修改后重新报送: what was sent back goes through all hands again, in a new round."""
    with facts_of(request.project) as at:
        request = _own(request, by=by)
        refuse_stranger(request.project, by)
        if request.state != _State.RETURNED:
            raise RuleViolation("只有退回修改的申请可以修改后重新报送。")
        if request.schedule:
            request.schedule = _locked(request.schedule)
        before = ChangeRequest.objects.get(pk=request.pk)
        if not request.schedule:
            request.proposed_on = proposal.proposed_on
            request.expected_resume_on = proposal.expected_resume_on
            request.excludes_lateness = proposal.excludes_lateness
        if request.kind in (_Kind.DATE, _Kind.SUSPENSION):
            _refuse_uncoded(why)
        _state(request, why)
        _weigh(request, at=at)
        if request.schedule:
            _submit(request.schedule, why.reason, by=by, at=at)
        request.state = _State.OPEN
        request.save()
        changes = audit.in_words(before, request, _SAID)
        audit.record("change_request.resent", request, by=by, at=at, changes=changes)
        change_routes.open_round(request, why.countersigners, by=by, at=at)
        change_routes.start_clock(request, at=at)
    return request


def withdraw(*, request: ChangeRequest, by: User) -> None:
    """撤回: by its requester alone, while nobody has had the last word."""
    with facts_of(request.project) as at:
        request = _own(request, by=by)
        if request.state in ChangeRequest.ENDED:
            raise RuleViolation(f"该申请已办结（{request.get_state_display()}），不能再撤回。")
        change_routes.lapse(request, at=at)
        request.state, request.ended_at = _State.WITHDRAWN, at
        request.save(update_fields=["state", "ended_at"])
        if request.schedule and request.schedule.state == BackwardSchedule.State.SUBMITTED:
            request.schedule.state = BackwardSchedule.State.DRAFT
            request.schedule.save(update_fields=["state"])
        audit.record("change_request.withdrawn", request, by=by, at=at)


def chase(*, request: ChangeRequest, by: User) -> None:
    """催办: leaves its trace, and moves nothing. No request is ever decided by the passing of time."""
    with facts_of(request.project) as at:
        request = ChangeRequest.objects.get(pk=request.pk)
        if request.requested_by_id != by.pk and not by.duties.include(Duty.APPROVE_CHANGE):
            raise NotAllowed("催办由申请人或区重点办发起。")
        if request.state != _State.OPEN:
            raise RuleViolation(f"该申请{request.get_state_display()}，无须催办。")
        audit.record("change_request.chased", request, by=by, at=at)


def _send(request: ChangeRequest, why: Grounds, *, by: User, at: datetime) -> ChangeRequest:
    refuse_stranger(request.project, by)
    _state(request, why)
    _weigh(request, at=at)
    request.requested_by, request.requested_at = by, at
    request.save(force_insert=True)
    audit.record("change_request.sent", request, by=by, at=at, changes=audit.in_words(None, request, _SAID))
    change_routes.open_round(request, why.countersigners, by=by, at=at)
    change_routes.start_clock(request, at=at)
    return request


def refuse_stranger(project: KeyProject, by: User) -> None:
    """The office asks for any project, a lead for those answered for. Raises ``NotAllowed``."""
    is_office = by.duties.include(Duty.APPROVE_CHANGE)
    if not by.duties.include(Duty.REQUEST_CHANGE) or not (is_office or project.is_answered_for_by(by)):
        raise NotAllowed("变更由项目责任人、联络人或区重点办申请。")


def _own(request: ChangeRequest, *, by: User) -> ChangeRequest:
    request = ChangeRequest.objects.select_related("project", "schedule", "suspension").get(pk=request.pk)
    if request.requested_by_id != by.pk:
        raise NotAllowed("只有申请人本人可以撤回或修改申请。")
    return request


def _locked(schedule: BackwardSchedule) -> BackwardSchedule:
    """As stored; from now on nobody saves or discards it until this transaction has handed it in."""
    return BackwardSchedule.objects.select_for_update(of=("self",)).select_related("project").get(pk=schedule.pk)


def _state(request: ChangeRequest, why: Grounds) -> None:
    if not why.reason:
        raise RuleViolation("请写明原因。")
    request.reason, request.reason_code = why.reason, why.reason_code
    request.document_number = why.document_number


def _refuse_uncoded(why: Grounds) -> None:
    if why.reason_code not in DelayReason.values:
        raise RuleViolation("请选择原因类别。")


def _refuse_second(requests: ChangeRequestQuerySet, matter: str) -> None:
    if requests.in_work().exists():
        raise RuleViolation(f"{matter}已有一项变更申请在办，请待其办结，或由申请人先撤回。")


def _weigh(request: ChangeRequest, *, at: datetime) -> None:
    """Refuse what could not be carried out as things stand; keep what is known of its consequences."""
    found = _WEIGHED[_Kind(request.kind)](request, day_of(at))
    request.consequences = found.as_stored() if found else []


def _weigh_date(request: ChangeRequest, on: date) -> Consequences:
    of = request.subject()
    known = milestones.dates_of(of)
    milestones.refuse_replanning(of, known, request.asked_for())
    request.present_on = known.approved_on
    return consequences.of_new_date(of, on=on, proposed_on=request.asked_for())


def _weigh_suspension(request: ChangeRequest, _on: date) -> Consequences:
    suspended_on, until = request.asked_for(), request.expected_resume_on
    if not request.document_number:
        raise RuleViolation("停缓建须写明文号。")
    if len(request.reason) > _LONGEST_SUSPENSION_REASON:
        raise RuleViolation(f"停缓建原因请在 {_LONGEST_SUSPENSION_REASON} 字以内写明。")
    if until is None or until <= suspended_on:
        raise RuleViolation(f"计划复工日期须晚于停缓建日期 {suspended_on.isoformat()}。")
    project_dates.refuse_overlap(request.project, suspended_on)
    return consequences.of_interruption(request.project, suspended_on=suspended_on, until=until)


def _weigh_resumption(request: ChangeRequest, _on: date) -> None:
    known = SuspensionDates.objects.current().get(suspension=request.suspension)
    project_dates.refuse_resuming(known, request.asked_for())
    request.present_on = known.suspended_on


def _weigh_schedule(request: ChangeRequest, on: date) -> Consequences:
    schedule: Any = request.schedule  # the database holds that there is one
    if schedule.state not in BackwardSchedule.CHANGEABLE:
        raise RuleViolation(f"{schedule}{schedule.get_state_display()}，不能报批。")
    schedules.check(schedule, reason=request.reason, on=on)
    in_force = BackwardSchedule.objects.in_force().filter(project=request.project)
    request.present_on = next((reading.finish for reading in readings(in_force, on=on)), None)
    return consequences.of_schedule(schedule, on=on)


_WEIGHED = {
    _Kind.DATE: _weigh_date,
    _Kind.SUSPENSION: _weigh_suspension,
    _Kind.RESUMPTION: _weigh_resumption,
    _Kind.SCHEDULE: _weigh_schedule,
}


def _submit(schedule: BackwardSchedule, reason: str, *, by: User, at: datetime) -> None:
    """The edition keeps what was said for it, and offers it again when it comes back."""
    schedule.state, schedule.submitted_by, schedule.submitted_at = BackwardSchedule.State.SUBMITTED, by, at
    schedule.reason = reason
    schedule.save(update_fields=["state", "submitted_by", "submitted_at", "reason"])
