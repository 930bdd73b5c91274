"""观摩结果: locked by the office, published by somebody else; the only writer of ``StopResult``."""

from collections import defaultdict
from datetime import datetime

from django.db import transaction
from django.urls import reverse

from projects import audit
from projects.errors import NotAllowed, RuleViolation
from projects.figures import shown
from projects.models import Unit, User
from projects.roles import Duty
from scheduling.inspection_results import Reckoned, breakdown, reckon
from scheduling.judging import Panel
from scheduling.models import InspectionRound, Notice, StopResult
from scheduling.observation import decimal

from . import notices
from .words import refuse_silence

State = InspectionRound.State
_NAMED = 5


@transaction.atomic
def lock(
    *, inspection: InspectionRound, even_incomplete: bool = False, note: str = "", by: User, at: datetime
) -> list[StopResult]:
    """锁定评分 and reckon the results. Incomplete only when said so, with a note that is printed with the result."""
    inspection = _opened(inspection, by, Duty.INSPECT, "评分由区重点办锁定。")
    if inspection.state != State.SCORING:
        raise RuleViolation(f"评分中的观摩才能锁定；“{inspection}”现在是“{State(inspection.state).label}”。")
    panel = Panel.of(inspection)
    if not any(panel.score(judge, stop) for judge, stop in panel.due()):
        raise RuleViolation("还没有一份评分，不能锁定。")
    inspection.lock_note = _note_of_lacking(panel, even_incomplete, note)
    inspection.state, inspection.locked_by, inspection.locked_at = State.LOCKED, by, at
    inspection.save(update_fields=["state", "locked_by", "locked_at", "lock_note"])
    rows = StopResult.objects.bulk_create(_result(one, panel) for one in reckon(panel))
    lacking = len(panel.lacking())
    changes = {"观摩点": [None, len(rows)], "未评": [None, lacking], "未评齐说明": [None, inspection.lock_note]}
    audit.record("inspection_round.locked", inspection, by=by, at=at, changes=changes)
    return rows


@transaction.atomic
def unlock(*, inspection: InspectionRound, reason: str, by: User, at: datetime) -> None:
    """解除锁定, for a reason, before the result is published. What was reckoned is reckoned anew at the next lock."""
    reason = refuse_silence(reason, "请写明解除锁定的原因。")
    inspection = _opened(inspection, by, Duty.INSPECT, "评分由区重点办解除锁定。")
    if inspection.state != State.LOCKED:
        raise RuleViolation(
            "结果已公布，不能再解除锁定。" if inspection.state == State.PUBLISHED else "评分没有锁定，无须解除。"
        )
    StopResult.objects.filter(stop__round=inspection).delete()
    inspection.state, inspection.locked_by, inspection.locked_at = State.SCORING, None, None
    inspection.lock_note = ""
    inspection.save(update_fields=["state", "locked_by", "locked_at", "lock_note"])
    audit.record("inspection_round.unlocked", inspection, by=by, at=at, changes={"原因": [None, reason]})


@transaction.atomic
def publish(*, inspection: InspectionRound, by: User, at: datetime) -> None:
    """公布结果, by another than who locked the scores; every unit concerned is told how its stops did."""
    inspection = _opened(inspection, by, Duty.PUBLISH_RESULT, "观摩结果由签发领导公布。")
    if inspection.state != State.LOCKED:
        raise RuleViolation(
            "观摩结果已公布。" if inspection.state == State.PUBLISHED else "评分锁定后才能公布，请先由区重点办锁定。"
        )
    if inspection.locked_by == by:
        raise RuleViolation("锁定评分和公布结果须由两人办理，请由另一位领导公布。")
    inspection.state, inspection.published_by, inspection.published_at = State.PUBLISHED, by, at
    inspection.save(update_fields=["state", "published_by", "published_at"])
    audit.record("inspection_round.published", inspection, by=by, at=at)
    _tell_units(inspection, by=by, at=at)


def _opened(inspection: InspectionRound, by: User, duty: Duty, refusal: str) -> InspectionRound:
    if not by.duties.include(duty):
        raise NotAllowed(refusal)
    return InspectionRound.objects.select_for_update(no_key=True).get(pk=inspection.pk)


def _note_of_lacking(panel: Panel, even_incomplete: bool, note: str) -> str:
    lacking = panel.lacking()
    if not lacking:
        return ""
    due = sum(1 for _ in panel.due())
    judges = list(dict.fromkeys(panel.called(judge) for judge, _ in lacking))
    named = "、".join(judges[:_NAMED]) + (f"等 {len(judges)} 人" if len(judges) > _NAMED else "")
    said = f"应评 {due} 份，已评 {due - len(lacking)} 份，还缺 {len(lacking)} 份（{named}）"
    if not even_incomplete:
        raise RuleViolation(f"{said}。请催请评委补评；确需现在锁定的，请勾选“未评齐也锁定”并写明说明。")
    return refuse_silence(note, f"{said}，未评齐就锁定须写明说明。")


def _result(one: Reckoned, panel: Panel) -> StopResult:
    result = one.result
    values = (result.routine, result.observation, result.score)
    routine, observation, score = (None if value is None else decimal(value) for value in values)
    return StopResult(
        stop=one.stop,
        routine=routine,
        observation=observation,
        result=score,
        rank=one.rank,
        ranked=one.ranked,
        breakdown=breakdown(one, panel),
    )


def _tell_units(inspection: InspectionRound, *, by: User, at: datetime) -> None:
    """Contractors have no accounts; they are told by their projects."""
    lines: dict[Unit, list[str]] = defaultdict(list)
    concerned = ("lead_unit", "responsible_unit", "town")
    results = StopResult.objects.filter(stop__round=inspection).select_related(
        *(f"stop__project__{name}" for name in concerned)
    )
    for result in results.order_by("stop__order"):
        project = result.stop.project
        for unit in {getattr(project, name) for name in concerned}:
            if unit and unit.kind != Unit.Kind.ENTERPRISE:
                lines[unit].append(_line(result))
    url = reverse("inspection_results", args=[inspection.pk])
    for unit, said in lines.items():
        notice = Notice(kind=Notice.Kind.INSPECTION, unit=unit, title=f"{inspection}结果已公布", url=url)
        notice.body = "\n".join(said)
        notices.issue(notice=notice, by=by, at=at)


def _line(result: StopResult) -> str:
    place = f"，第 {result.rank} 名（{result.ranked} 个排名）" if result.rank else "，不排名次"
    return f"“{result.stop.project.name}”综合得分 {shown(result.result, 2)}{place}"
