"""结果运用: proposed by a rule or by the office, approved by somebody else, told to the unit, put right and closed.

Nothing is sent before a person has approved it. Every step locks the measure and leaves a move.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db import transaction
from django.urls import reverse

from projects import audit, snapshots
from projects.errors import NotAllowed, RuleViolation
from projects.models import KeyProject, User
from projects.recorded import day_of
from projects.roles import Duty
from scheduling.dossier import Dossier
from scheduling.dossiers import dossiers
from scheduling.measure_flow import OPEN, ItemState, State, Verb, once_told
from scheduling.measure_proposals import Found, found
from scheduling.measure_rules import Level, Side
from scheduling.models import (
    Measure,
    MeasureMove,
    MeasureRuleEdition,
    Notice,
    PeriodClosing,
    RectificationItem,
)

from . import notices
from .measure_moves import held, step, write_down
from .words import refuse_silence

Kind = MeasureMove.Kind


@transaction.atomic
def propose_after(*, closing: PeriodClosing, at: datetime) -> list[Measure]:
    """The proposals of the rules for a closed month, made once however often it is asked for. Sends nothing.

    Not where one of the same side was made for this month already, decided or not, or is open and no milder.
    """
    closing = PeriodClosing.objects.select_for_update(of=("self",)).select_related("period").get(pk=closing.pk)
    edition = MeasureRuleEdition.objects.in_force(on=closing.period.ends_on)
    open_now = _open_levels()
    made = set(Measure.objects.filter(period=closing.period).values_list("project", "proposed_kind"))
    done = {(project, Level(kind).side) for project, kind in made}
    new = []
    for each in found(closing, edition.rule_set, at=at):
        level, project = each.proposal.level, each.project_id
        height = open_now.get((project, level.side), -1)
        if (project, level.side) not in done and level.height > height:
            new.append(_by_rule(each, closing, edition, at=at))
    return new


@transaction.atomic
def propose(*, project: KeyProject, kind: str, reasons: str, by: User, at: datetime) -> Measure:
    """提出: by the office in its own words, with the same evidence, put together by itself."""
    if not by.duties.include(Duty.PROPOSE_MEASURE):
        raise NotAllowed("结果运用由区重点办提出。")
    if project.is_package:
        raise RuleViolation(f"“{project.name}”是打包项目，请对其子项目提出。")
    words = refuse_silence(reasons, "请写明事由，如“连续两个月亮红灯，约定的进场时间未兑现”。")
    KeyProject.objects.select_for_update(of=("self",)).get(pk=project.pk)
    same = Measure.objects.open().filter(project=project, kind=kind).first()
    if same:
        raise RuleViolation(f"“{project.name}”已有{same.get_kind_display()}在办，不能重复提出。")
    new = _new(project, Level(kind), words, dossiers([project.pk], on=day_of(at), at=at)[project.pk], at=at)
    new.proposed_by = by
    return _kept(new, by=by, at=at)


@transaction.atomic
def approve(*, measure: Measure, kind: str, note: str = "", by: User, at: datetime) -> None:
    """批准, as proposed or, for a reason, at another level of the same side. Never by who proposed it."""
    measure = held(measure)
    level = Level(kind)
    is_changed = level != measure.level
    step(measure, Verb.CHANGE_LEVEL if is_changed else Verb.APPROVE, by=by)
    if level.side is not measure.side:
        raise RuleViolation(f"不能由{measure.side.value}改为{level.side.value}；请不采纳本建议，另行提出。")
    words = refuse_silence(note, "调整措施须写明原因。") if is_changed else note.strip()
    before = measure.get_kind_display()
    measure.kind, measure.decision_note = level, words
    _decide(measure, State.APPROVED, by=by, at=at)
    if measure.follows_id:
        _take_over(measure, by=by, at=at)
    write_down(measure, Kind.LEVEL_CHANGED if is_changed else Kind.APPROVED, text=words, by=by, at=at)
    changes = {"措施": [before, measure.get_kind_display()]} if is_changed else {}
    audit.record("measure.approved", measure, by=by, at=at, changes=changes | {"意见": [None, words]})


@transaction.atomic
def dismiss(*, measure: Measure, note: str, by: User, at: datetime) -> None:
    """不采纳: with a reason; the same rule does not propose it again for the same month."""
    measure = held(measure)
    step(measure, Verb.DISMISS, by=by)
    measure.decision_note = refuse_silence(note, "不采纳须写明原因。")
    _decide(measure, State.DISMISSED, by=by, at=at)
    write_down(measure, Kind.DISMISSED, text=measure.decision_note, by=by, at=at)
    audit.record("measure.dismissed", measure, by=by, at=at, changes={"原因": [None, measure.decision_note]})


@transaction.atomic
def decide_all(*, chosen: Sequence[Measure], approve_them: bool, note: str, by: User, at: datetime) -> None:
    """Several proposals at once, each as proposed or each dismissed for the same reason; all of them or none."""
    if not chosen:
        raise RuleViolation("请先勾选要审定的建议。")
    for measure in chosen:
        if approve_them:
            approve(measure=measure, kind=measure.kind, note=note, by=by, at=at)
        else:
            dismiss(measure=measure, note=note, by=by, at=at)


@transaction.atomic
def withdraw(*, measure: Measure, note: str, by: User, at: datetime) -> None:
    """撤回: approved and not yet told to anybody, it is dropped after all."""
    measure = held(measure)
    step(measure, Verb.WITHDRAW, by=by)
    measure.decision_note = refuse_silence(note, "撤回须写明原因。")
    _decide(measure, State.DISMISSED, by=by, at=at)
    write_down(measure, Kind.WITHDRAWN, text=measure.decision_note, by=by, at=at)
    audit.record("measure.withdrawn", measure, by=by, at=at, changes={"原因": [None, measure.decision_note]})


@transaction.atomic
def remind(*, measure: Measure, text: str, due_on: date, by: User, at: datetime) -> Notice:
    """发出提醒: a notice is enough, without a paper; the unit explains by the day."""
    measure = held(measure)
    step(measure, Verb.REMIND, by=by)
    words = refuse_silence(text, "请写明提醒的内容。")
    if due_on <= day_of(at):
        raise RuleViolation(f"说明期限 {due_on.isoformat()} 应晚于今天。")
    title = f"提醒：{measure.project.name}须于 {due_on.isoformat()} 前说明情况"
    notice = Notice(kind=Notice.Kind.MEASURE, unit=measure.unit, title=title[:200], body=words, url=url_of(measure))
    notices.issue(notice=notice, by=by, at=at)
    measure.due_on = due_on
    _tell(measure, text=words, by=by, at=at)
    audit.record("measure.reminded", measure, by=by, at=at, changes={"内容": [None, words]})
    return notice


@transaction.atomic
def tell(*, measure: Measure, number: str, by: User, at: datetime) -> None:
    """通知: its numbered notice was issued, and it goes on. Called by the issue itself; a praise ends with it."""
    measure = held(measure)
    if measure.state != State.APPROVED:
        raise RuleViolation(f"{measure}{measure.get_state_display()}，不能再发通知书。")
    measure.notice_number = number
    _tell(measure, text=number, by=by, at=at)
    audit.record("measure.told", measure, by=by, at=at, changes={"文号": [None, number]})


@transaction.atomic
def answer(*, measure: Measure, text: str, by: User, at: datetime) -> None:
    """书面说明: what the unit has to say, on the record."""
    measure = held(measure)
    step(measure, Verb.ANSWER, by=by)
    words = refuse_silence(text, "请写明情况、原因和整改措施。")
    write_down(measure, Kind.ANSWERED, text=words, by=by, at=at)
    audit.record("measure.answered", measure, by=by, at=at, changes={"说明": [None, words]})


@transaction.atomic
def close(*, measure: Measure, outcome: str, by: User, at: datetime) -> None:
    """办结: with what came of it. Raises ``RuleViolation`` while an item is open."""
    measure = held(measure)
    step(measure, Verb.CLOSE, by=by)
    if left := measure.items.open().count():
        raise RuleViolation(f"还有 {left} 项承诺、整改事项未销号，不能办结；逾期未完成的，请升级。")
    _close(measure, refuse_silence(outcome, "办结须写明落实情况。"), Kind.CLOSED, by=by, at=at)
    audit.record("measure.closed", measure, by=by, at=at, changes={"办结情况": [None, measure.outcome]})


@transaction.atomic
def escalate(*, measure: Measure, reasons: str, by: User, at: datetime) -> Measure:
    """升级: one level up is proposed; the present one is in force until that is approved."""
    measure = held(measure)
    step(measure, Verb.ESCALATE, by=by)
    above = measure.level.above
    if above is None:
        raise RuleViolation(f"{measure.get_kind_display()}已是最高一级。")
    if measure.followers.exclude(state=State.DISMISSED).exists():
        raise RuleViolation(f"{measure}已提出升级，正等审定。")
    words = refuse_silence(reasons, "升级须写明原因，如哪些事项逾期未完成。")
    evidence = dossiers([measure.project_id], on=day_of(at), at=at)[measure.project_id]
    new = _new(measure.project, above, words, evidence, at=at)
    new.proposed_by, new.follows = by, measure
    _kept(new, by=by, at=at)
    write_down(measure, Kind.ESCALATED, text=f"建议升级为{above.word}：{words}"[:500], by=by, at=at)
    audit.record("measure.escalated", measure, by=by, at=at, changes={"升级为": [None, above.word]})
    return new


def evidence_of(measure: Measure) -> Dossier:
    """The bundle as it was frozen."""
    return snapshots.from_json(Dossier, measure.evidence)


def url_of(measure: Measure) -> str:
    return reverse("measure", args=[measure.pk])


def _open_levels() -> dict[tuple[int, Side], int]:
    """By project and side, the height of the strongest open measure."""
    highest: dict[tuple[int, Side], int] = {}
    for project, kind in Measure.objects.open().values_list("project", "kind"):
        level = Level(kind)
        key = (project, level.side)
        highest[key] = max(level.height, highest.get(key, -1))
    return highest


def _by_rule(each: Found, closing: PeriodClosing, edition: MeasureRuleEdition, *, at: datetime) -> Measure:
    project = KeyProject.objects.select_related("lead_unit", "responsible_person").get(pk=each.project_id)
    new = _new(project, each.proposal.level, each.proposal.in_words(), each.dossier, at=at)
    new.rule, new.rule_edition, new.period = each.proposal.rule.key, edition.number, closing.period
    if each.proposal.rule.level is None:
        new.follows = _unheeded(project, on=day_of(at))
    return _kept(new, by=None, at=at)


def _unheeded(project: KeyProject, *, on: date) -> Measure | None:
    """The measure of which an item is overdue and that nothing follows yet, the strongest first."""
    late = RectificationItem.objects.overdue(on=on).filter(measure__project=project).values("measure")
    waiting = Measure.objects.filter(pk__in=late).exclude(
        pk__in=Measure.objects.exclude(state=State.DISMISSED).filter(follows__isnull=False).values("follows")
    )
    return max(waiting, key=lambda measure: measure.level.height, default=None)


def _new(project: KeyProject, level: Level, reasons: str, dossier: Dossier, *, at: datetime) -> Measure:
    content = snapshots.as_json(dossier)
    return Measure(
        kind=level,
        proposed_kind=level,
        project=project,
        unit=project.lead_unit,
        person=project.responsible_person,
        reasons=reasons,
        evidence=content.decode(),
        evidence_digest=snapshots.digest(content),
        proposed_at=at,
    )


def _kept(new: Measure, *, by: User | None, at: datetime) -> Measure:
    new.save(force_insert=True)
    write_down(new, Kind.PROPOSED, text=new.reasons[:500], by=by, at=at)
    changes = audit.in_words(None, new, ["kind", "project", "unit", "reasons"]) | {
        "材料校验码": [None, new.evidence_digest]
    }
    audit.record("measure.proposed", new, by=by, at=at, changes=changes)
    return new


def _decide(measure: Measure, state: State, *, by: User, at: datetime) -> None:
    measure.state, measure.decided_by, measure.decided_at = state, by, at
    measure.save(update_fields=["kind", "state", "decided_by", "decided_at", "decision_note"])


def _tell(measure: Measure, *, text: str, by: User, at: datetime) -> None:
    measure.state, measure.told_at = once_told(measure.level), at
    write_down(measure, Kind.TOLD, text=text[:500], by=by, at=at)
    if measure.state == State.CLOSED:
        measure.closed_by, measure.closed_at, measure.outcome = by, at, f"已印发{measure.notice_number}"
    measure.save(
        update_fields=["state", "told_at", "notice_number", "due_on", "closed_by", "closed_at", "outcome"],
    )


def _close(measure: Measure, outcome: str, kind: MeasureMove.Kind, *, by: User, at: datetime) -> None:
    measure.state, measure.closed_by, measure.closed_at, measure.outcome = State.CLOSED, by, at, outcome[:300]
    measure.save(update_fields=["state", "closed_by", "closed_at", "outcome"])
    write_down(measure, kind, text=outcome[:500], by=by, at=at)


def _take_over(measure: Measure, *, by: User, at: datetime) -> None:
    """What was not heeded ends with the stronger measure; its open items are carried over into that."""
    before = held(measure.follows) if measure.follows else None
    if before is None or before.state not in OPEN:
        return
    left: Iterable[RectificationItem] = before.items.open().select_for_update()
    for item in left:
        item.state = ItemState.ESCALATED
        item.report, item.handed_in_by, item.handed_in_at = "", None, None
        item.save(update_fields=["state", "report", "handed_in_by", "handed_in_at"])
    _close(before, f"升级为{measure.get_kind_display()}", Kind.CLOSED, by=by, at=at)
    audit.record("measure.closed", before, by=by, at=at, changes={"办结情况": [None, before.outcome]})
