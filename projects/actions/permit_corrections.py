"""更正和撤销: what was recorded of a permit by mistake. Every version stays; the reason is in the audit."""

from datetime import date
from typing import Any

from django.core.files import File

from projects import permit_clock
from projects.errors import RuleViolation
from projects.models import Permit, PermitState, User
from projects.recorded import amended

from .one_project import refuse_future
from .permit_step import Status, Step, refuse_before, step_of

NOT_AT_THE_COUNTER: dict[str, Any] = {
    "accepted_on": None,
    "finished_on": None,
    "document_number": "",
    "expires_on": None,
    "extensions": 0,
    "attachment": None,
}
_UNDECIDED = {name: value for name, value in NOT_AT_THE_COUNTER.items() if name != "accepted_on"}


def reopen(*, permit: Permit, reason: str, by: User) -> None:
    """撤销上一步: back to the step before it, as granted to at the counter, at the counter to in preparation."""
    if not reason:
        raise RuleViolation("撤销须写明原因。")
    with step_of(permit, by) as step:
        step.say("reopened", why=reason, **_taken_back(step))


def correct(*, permit: Permit, reason: str, document: File | None = None, by: User, **said: Any) -> None:
    """更正: other dates, number, validity or handler of the step as it stands; ``said`` are fields of the state.

    The status stays. A due day is reckoned anew, and an expiry if the day it is reckoned from changed without it.
    """
    if not reason:
        raise RuleViolation("更正须写明原因。")
    with step_of(permit, by) as step:
        if document:
            said["attachment"] = step.kept(document)
        following = amended(step.known, **said)
        if following.finished_on != step.known.finished_on and following.expires_on == step.known.expires_on:
            following.expires_on = _expiry_of(permit, following)
            said["expires_on"] = following.expires_on
        _refuse_impossible(following, step)
        if following.says_the_same_as(step.known):
            raise RuleViolation("没有需要更正的变化。")
        step.say("corrected", why=reason, **said)


def _refuse_impossible(state: PermitState, step: Step) -> None:
    for name, what in (("accepted_on", "受理日期"), ("finished_on", "办结日期")):
        if getattr(step.known, name) and not getattr(state, name):
            raise RuleViolation(f"{what}不能留空；尚未发生的请撤销上一步。")
        if getattr(state, name) and not getattr(step.known, name):
            raise RuleViolation(f"{what}不能在更正中登记，请用相应的步骤登记。")
        refuse_future(getattr(state, name), what=what, at=step.at)
    if step.status in {Status.GRANTED, Status.EXPIRED} and not state.document_number:
        raise RuleViolation("办结须填写批准文号或证号。")
    if state.accepted_on:
        step.refuse_acceptance(state.accepted_on)
    for pause in step.pauses_of_this:
        refuse_before(pause.paused_on, "中止日期", state.accepted_on, "受理日期")
    if state.finished_on:
        days = [state.accepted_on, *(pause.resumed_on or pause.paused_on for pause in step.pauses_of_this)]
        refuse_before(state.finished_on, "办结日期", max(filter(None, days), default=None), "受理或恢复日期")
        refuse_before(state.expires_on or state.finished_on, "有效期至", state.finished_on, "办结日期")


def _expiry_of(permit: Permit, state: PermitState) -> date | None:
    if state.finished_on is None or permit.valid_months is None:
        return state.expires_on
    return permit_clock.expiry(state.finished_on, valid_months=permit.valid_months, extensions=state.extensions)


def _taken_back(step: Step) -> dict[str, Any]:
    """The facts of the step before this one."""
    match step.status:
        case Status.GRANTED | Status.REFUSED:
            return {"status": Status.ACCEPTED, "note": "", **_UNDECIDED}
        case Status.EXPIRED:
            return {"status": Status.GRANTED, "note": ""}
        case Status.SUPPLEMENT | Status.SPECIAL:
            step.withdraw_pause()
            return {"status": Status.ACCEPTED, "note": ""}
        case Status.ACCEPTED if step.pauses_of_this:
            last = step.pauses_of_this[-1]
            step.keep_pause(amended(last, resumed_on=None))
            return {"status": Status(last.kind), "note": last.reason}
        case Status.ACCEPTED:
            return {"status": Status.PREPARING, **NOT_AT_THE_COUNTER}
        case Status.PREPARING | Status.NOT_CONCERNED:
            return {"status": Status.NOT_BEGUN, "note": "", "planned_on": None}
    raise RuleViolation(f"“{step.permit}”尚未启动，没有可撤销的步骤。")
