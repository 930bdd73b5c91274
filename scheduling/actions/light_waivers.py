"""亮灯豁免: asked for with a reason and evidence, for some days; granted or refused by another hand; taken back."""

from datetime import date, datetime, timedelta
from typing import Any

from projects import audit, recorded
from projects.actions.one_project import facts_of
from projects.errors import NotAllowed, RuleViolation
from projects.models import KeyProject, StoredFile, User
from projects.recorded import amended, day_of
from projects.roles import Duty
from scheduling.models import Dimension, LightWaiver

LONGEST = timedelta(days=366)
_DAY = timedelta(days=1)
_State = LightWaiver.State
_SAID = ["project", "dimension", "starts_on", "ends_on", "reason", "document_number", "evidence"]
_DECIDED = ["state", "decided_by", "decision_note", "ends_on"]


def ask(
    *,
    project: KeyProject,
    dimension: str,
    starts_on: date,
    ends_on: date,
    reason: str,
    document_number: str = "",
    evidence: StoredFile | None = None,
    by: User,
) -> LightWaiver:
    """申请豁免 of one light, both days included, by whom the project answers to or who reviews it, or the office."""
    if not may_ask(project, by):
        raise NotAllowed("豁免由本项目责任人、联络人、牵头单位审核人或区重点办申请。")
    with facts_of(project, moves_plan=False) as at:
        asked = LightWaiver(
            project=project,
            dimension=dimension,
            starts_on=starts_on,
            ends_on=ends_on,
            reason=reason.strip(),
            document_number=document_number,
            evidence=evidence,
            asked_by=by,
        )
        _refuse_unfit(asked, at)
        recorded.record([asked], by=by, at=at)
        changes = audit.in_words(None, asked, _SAID)
        audit.record("light_waiver.asked", asked, by=by, at=at, changes=changes)
    return asked


def grant(*, waiver: LightWaiver, note: str = "", by: User) -> LightWaiver:
    """批准: on its days the light of this dimension does not make the project's. Not by who asked for it."""
    return _decide(waiver, _State.GRANTED, note, by=by)


def refuse(*, waiver: LightWaiver, note: str, by: User) -> LightWaiver:
    """不批准, with the words why."""
    if not note.strip():
        raise RuleViolation("不批准须写明意见。")
    return _decide(waiver, _State.REFUSED, note, by=by)


def withdraw(*, waiver: LightWaiver, note: str = "", by: User) -> LightWaiver:
    """撤销, by who asked for it or who grants them. What was granted and has begun ends with the day before."""
    if by.pk != waiver.asked_by_id and not by.duties.include(Duty.WAIVE):
        raise NotAllowed("豁免由申请人撤销，或由区重点办、签发领导撤销。")
    with facts_of(waiver.project, moves_plan=False) as at:
        known = _current(waiver)
        if known.state not in (_State.ASKED, _State.GRANTED) or known.ends_on < day_of(at):
            raise RuleViolation(f"{known}{known.get_state_display()}或已到期，无须撤销。")
        facts: dict[str, Any] = {"state": _State.WITHDRAWN, "decision_note": note}
        action = "light_waiver.withdrawn"
        if known.state == _State.GRANTED and known.starts_on < day_of(at):
            facts, action = {"ends_on": day_of(at) - _DAY, "decision_note": note}, "light_waiver.ended"
        return _amend(known, action, by=by, at=at, **facts)


def may_ask(project: KeyProject, by: User) -> bool:
    """Whether this person may ask for a waiver of the project."""
    if not by.duties.include(Duty.ASK_WAIVER):
        return False
    if by.duties.include(Duty.KEEP_LIGHT_RULES) or project.is_answered_for_by(by):
        return True
    units = [unit for unit in (project.lead_unit, project.responsible_unit) if unit]
    paths = by.duties.unit_paths(Duty.REVIEW_REPORT)
    return any(unit.path.startswith(path) for unit in units for path in paths)


def may_decide(waiver: LightWaiver, by: User) -> bool:
    """Whether it waits for this person."""
    return waiver.state == _State.ASKED and by.duties.include(Duty.WAIVE) and waiver.asked_by_id != by.pk


def _decide(waiver: LightWaiver, state: str, note: str, *, by: User) -> LightWaiver:
    if not by.duties.include(Duty.WAIVE):
        raise NotAllowed("豁免由区重点办或签发领导批准。")
    if waiver.asked_by_id == by.pk:
        raise NotAllowed("申请人不能办理自己的豁免申请，请由他人批准。")
    with facts_of(waiver.project, moves_plan=False) as at:
        known = _current(waiver)
        if known.state != _State.ASKED:
            raise RuleViolation(f"{known}{known.get_state_display()}，不能再办理，请刷新页面。")
        action = "light_waiver.granted" if state == _State.GRANTED else "light_waiver.refused"
        return _amend(known, action, by=by, at=at, state=state, decided_by=by, decision_note=note.strip())


def _amend(known: LightWaiver, action: str, *, by: User, at: datetime, **facts: object) -> LightWaiver:
    following = amended(known, **facts)
    recorded.record([following], by=by, at=at)
    audit.record(action, following, by=by, at=at, changes=audit.in_words(known, following, _DECIDED))
    return following


def _current(waiver: LightWaiver) -> LightWaiver:
    """The version known now of the same waiver."""
    current = LightWaiver.objects.current().select_related("project")
    return current.get(project=waiver.project_id, dimension=waiver.dimension, starts_on=waiver.starts_on)


def _refuse_unfit(asked: LightWaiver, at: datetime) -> None:
    if asked.dimension == Dimension.REPORT:
        raise RuleViolation("填报灯不计入项目亮灯，无须豁免；请补报。")
    if asked.ends_on < max(asked.starts_on, day_of(at)):
        raise RuleViolation("豁免的止日不能早于起日，也不能早于今天。")
    if asked.ends_on - asked.starts_on > LONGEST:
        raise RuleViolation("一次豁免最长一年，到期仍有正当理由的请再次申请。")
    if not asked.reason:
        raise RuleViolation("请写明正当理由。")
    if not (asked.document_number or asked.evidence):
        raise RuleViolation("豁免须有佐证：请上传材料，或写明文号。")
    _refuse_overlap(asked)


def _refuse_overlap(asked: LightWaiver) -> None:
    """One at a time for one light, so that it is plain which one holds and until when."""
    known = LightWaiver.objects.current().filter(
        project=asked.project,
        dimension=asked.dimension,
        state__in=[_State.ASKED, _State.GRANTED],
        starts_on__lte=asked.ends_on,
        ends_on__gte=asked.starts_on,
    )
    if other := known.first():
        span = f"{other.starts_on.isoformat()} 至 {other.ends_on.isoformat()}"
        raise RuleViolation(
            f"{span} 的{asked.get_dimension_display()}灯豁免{other.get_state_display()}，请先办结或撤销。"
        )
