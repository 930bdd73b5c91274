"""审批手续: prepared, accepted, paused, granted or refused; each step a new version of the permit's state.

Who answers for the project keeps its permits, and the office those of all. The due day is reckoned with every step and
kept with the state, so that a list can ask the database who is overdue.
"""

from datetime import date

from django.core.files import File

from projects import permit_clock
from projects.errors import RuleViolation
from projects.models import Permit, PermitPause, PermitState, User

from .one_project import refuse_future
from .permit_corrections import NOT_AT_THE_COUNTER
from .permit_step import Status, Step, refuse_before, step_of


def not_concerned(*, permit: Permit, reason: str, by: User) -> None:
    """不涉及: the project does not need it, for a reason."""
    if not reason:
        raise RuleViolation("不涉及的审批事项须写明理由。")
    with step_of(permit, by) as step:
        hint = "不能登记为不涉及；确有错误请先撤销上一步。"
        step.refuse_unless(Status.NOT_BEGUN, Status.PREPARING, Status.REFUSED, hint=hint)
        step.say("ruled_out", status=Status.NOT_CONCERNED, note=reason, planned_on=None, **NOT_AT_THE_COUNTER)


def prepare(*, permit: Permit, planned_on: date, handler: str = "", by: User) -> None:
    """材料准备: the application is being made, to be finished by a planned day. After a refusal it begins anew."""
    with step_of(permit, by) as step:
        allowed = (Status.NOT_BEGUN, Status.PREPARING, Status.REFUSED, Status.EXPIRED)
        step.refuse_unless(*allowed, hint="不能登记材料准备；确有错误请先撤销上一步。")
        if planned_on < step.today:
            raise RuleViolation(f"计划办结日期 {planned_on} 不能早于今天。")
        facts = NOT_AT_THE_COUNTER | {"planned_on": planned_on, "handler": handler or step.known.handler}
        step.say("prepared", status=Status.PREPARING, note="", **facts)


def accept(*, permit: Permit, accepted_on: date, by: User) -> None:
    """受理: the agency took the application; from the day after its limit runs."""
    with step_of(permit, by) as step:
        refuse_future(accepted_on, what="受理日期", at=step.at)
        hint = "请先登记材料准备（申请），再登记受理。"
        if step.status in {*permit_clock.AT_THE_COUNTER, Status.GRANTED}:
            hint = "无须再登记受理；日期有误请更正。"
        step.refuse_unless(Status.PREPARING, hint=hint)
        step.refuse_acceptance(accepted_on)
        step.say("accepted", status=Status.ACCEPTED, accepted_on=accepted_on)


def pause(*, permit: Permit, kind: PermitPause.Kind, paused_on: date, reason: str, by: User) -> None:
    """补正或特别程序: the limit stands still from this day until the day before it resumes."""
    if not reason:
        raise RuleViolation("中止时限须写明补正或特别程序的内容。")
    with step_of(permit, by) as step:
        step.refuse_unless(Status.ACCEPTED, hint="只有已受理的审批事项才能中止时限。")
        refuse_future(paused_on, what="中止日期", at=step.at)
        refuse_before(paused_on, "中止日期", step.known.accepted_on, "受理日期")
        for earlier in step.pauses:
            refuse_before(paused_on, "中止日期", earlier.resumed_on, "上一次恢复日期")
        step.keep_pause(PermitPause(permit=permit, kind=kind, paused_on=paused_on, reason=reason))
        step.say("paused", status=Status(kind), note=reason)


def resume(*, permit: Permit, resumed_on: date, by: User) -> None:
    """恢复: from this day the limit runs on, with as much of it left as there was."""
    with step_of(permit, by) as step:
        step.refuse_unless(Status.SUPPLEMENT, Status.SPECIAL, hint="时限没有中止，无须恢复。")
        refuse_future(resumed_on, what="恢复日期", at=step.at)
        step.close_pause(resumed_on, what="恢复日期")
        step.say("resumed", status=Status.ACCEPTED, note="")


def grant(
    *,
    permit: Permit,
    finished_on: date,
    document_number: str,
    expires_on: date | None = None,
    document: File | None = None,
    by: User,
) -> None:
    """办结: granted by a document. ``expires_on`` None: as its months of validity say."""
    if not document_number:
        raise RuleViolation("办结须填写批准文号或证号。")
    with step_of(permit, by) as step:
        hint = "请先登记恢复。" if step.open_pause else "须先受理才能办结。"
        step.refuse_unless(Status.ACCEPTED, hint=hint)
        refuse_future(finished_on, what="办结日期", at=step.at)
        refuse_before(finished_on, "办结日期", step.last_day, "受理或恢复日期")
        if expires_on and expires_on < finished_on:
            raise RuleViolation(f"有效期至 {expires_on} 不能早于办结日期 {finished_on}。")
        step.say(
            "granted",
            status=Status.GRANTED,
            finished_on=finished_on,
            document_number=document_number,
            expires_on=expires_on or permit_clock.expiry(finished_on, valid_months=permit.valid_months),
            attachment=step.kept(document),
        )


def refuse(*, permit: Permit, finished_on: date, reason: str, by: User) -> None:
    """不予许可, with what the agency said. A pause that lasts ends with it."""
    if not reason:
        raise RuleViolation("不予许可须写明理由。")
    with step_of(permit, by) as step:
        step.refuse_unless(
            Status.ACCEPTED, Status.SUPPLEMENT, Status.SPECIAL, hint="没有受理的申请，不能登记不予许可。"
        )
        refuse_future(finished_on, what="不予许可日期", at=step.at)
        if step.open_pause:
            step.close_pause(finished_on, what="不予许可日期")
        refuse_before(finished_on, "不予许可日期", step.last_day, "受理或恢复日期")
        step.say("refused", status=Status.REFUSED, finished_on=finished_on, note=reason)


def extend(*, permit: Permit, reason: str, by: User) -> None:
    """延期: the same validity again, as often as the law allows, before it ends and before the project started."""
    if not reason:
        raise RuleViolation("延期须写明理由和批准文号。")
    with step_of(permit, by) as step:
        step.refuse_unless(Status.GRANTED, hint="只有办结的审批事项才能延期。")
        known, months = step.known, permit.valid_months
        if months is None or known.expires_on is None:
            raise RuleViolation(f"“{permit}”没有有效期，无须延期。")
        if known.extensions >= permit.max_extensions:
            raise RuleViolation(f"“{permit}”最多延期 {permit.max_extensions} 次，已延期 {known.extensions} 次。")
        if known.expires_on < step.today:
            raise RuleViolation(f"“{permit}”已于 {known.expires_on} 过期，须重新办理，不能再延期。")
        _refuse_used(step)
        step.say(
            "extended", why=reason, expires_on=_extended(known, months), extensions=known.extensions + 1, note=reason
        )


def expire(*, permit: Permit, reason: str, by: User) -> None:
    """过期: recorded as void after its validity ended unused; the day itself is known without it."""
    if not reason:
        raise RuleViolation("登记过期须写明依据。")
    with step_of(permit, by) as step:
        step.refuse_unless(Status.GRANTED, hint="只有办结的审批事项才会过期。")
        if step.known.expires_on is None or step.known.expires_on >= step.today:
            raise RuleViolation(f"“{permit}”仍在有效期内，不能登记过期。")
        _refuse_used(step)
        step.say("expired", status=Status.EXPIRED, note=reason)


def _refuse_used(step: Step) -> None:
    """A start in time uses a permit up: it neither ends nor needs more time."""
    started_on = step.started_on
    if permit_clock.is_used(step.known.expires_on, step.today, started_on=started_on):
        raise RuleViolation(f"项目已于 {started_on} 开工，“{step.permit}”不会再过期，无须登记。")


def _extended(known: PermitState, months: int) -> date | None:
    """From the day it was granted, where the expiry was reckoned from it; else from the expiry that was printed."""
    of_extensions = [
        permit_clock.expiry(known.finished_on, valid_months=months, extensions=known.extensions + more)
        for more in (0, 1)
        if known.finished_on
    ]
    if known.expires_on in of_extensions[:1]:
        return of_extensions[1]
    return permit_clock.months_later(known.expires_on, months) if known.expires_on else None
