"""四阶段目标与节点: promise a date, forecast it, reach it. 原定日期 is set once and stays."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from django.db.models import Max

from projects import audit, recorded
from projects.errors import NotAllowed, RuleViolation
from projects.models import (
    FourDates,
    KeyProject,
    Milestone,
    MilestoneDates,
    Stage,
    StageTarget,
    StageTargetDates,
    User,
)
from projects.recorded import day_of
from projects.roles import Duty

from .one_project import facts_of, refuse_future

Dated = Milestone | StageTarget


@dataclass(frozen=True)
class StageWanted:
    """What one stage has to reach: in words, and by which day while none is promised yet."""

    stage: Stage
    target: str = ""
    work_focus: str = ""
    task_requirement: str = ""
    planned_on: date | None = None


def set_stage_targets(*, project: KeyProject, wanted: Collection[StageWanted], by: User) -> None:
    """四阶段目标: words and first dates of the stages given. A promised date changes only by a request."""
    with facts_of(project) as at:
        known = {target.stage: target for target in project.stage_targets.all()}
        for stage in wanted:
            _set_stage_target(known.get(stage.stage), project, stage, by=by, at=at)
        refuse_stages_out_of_order(project)


def add_milestone(*, milestone: Milestone, planned_on: date, by: User) -> Milestone:
    """A node nobody planned before; its first planned date is its original and its approved one."""
    with facts_of(milestone.project) as at:
        _refuse_namesake(milestone)
        last = milestone.project.milestones.aggregate(Max("position"))["position__max"] or 0
        milestone.position = last + 1
        milestone.save(force_insert=True)
        changes = audit.in_words(None, milestone, _NODE)
        audit.record("milestone.added", milestone, by=by, at=at, changes=changes)
        _promise(milestone, planned_on, by=by, at=at)
    return milestone


def amend_milestone(*, milestone: Milestone, by: User) -> None:
    """What the node is called, where it belongs and who answers for it; its dates have verbs of their own."""
    with facts_of(milestone.project) as at:
        stored = Milestone.objects.get(pk=milestone.pk)
        if (stored.stage, stored.name) != (milestone.stage, milestone.name):
            _refuse_namesake(milestone)
        changes = audit.in_words(stored, milestone, _NODE)
        if changes:
            milestone.save(update_fields=_NODE)
            audit.record("milestone.amended", milestone, by=by, at=at, changes=changes)


def promise(*, of: Dated, planned_on: date, by: User) -> None:
    """定期: set the original and approved date, once. Later changes are requests."""
    with facts_of(of.project) as at:
        _promise(of, planned_on, by=by, at=at)


def reapprove(*, of: Dated, approved_on: date, reason: str, by: User, at: datetime) -> None:
    """What an approved request does to the date; the original stays beside it. What was reached is not re-planned.

    Within ``facts_of``: only ``change_decisions`` and a schedule put into force move an approved date.
    """
    known = dates_of(of)
    refuse_replanning(of, known, approved_on)
    say(of, "reapproved", by=by, at=at, why={"原因": [None, reason]}, approved_on=approved_on)
    if isinstance(of, StageTarget):
        refuse_stages_out_of_order(of.project)


def refuse_replanning(of: Dated, known: FourDates, approved_on: date) -> None:
    """What is neither promised nor open, and what would not change, is not re-planned."""
    if known.approved_on is None:
        raise RuleViolation(f"“{of}”尚未定计划日期，请先定期。")
    if known.is_reached:
        raise RuleViolation(f"“{of}”已完成，不能再调整批准日期。")
    if known.approved_on == approved_on:
        raise RuleViolation("新的批准日期与现行批准日期相同，无须调整。")


def forecast(*, of: Dated, forecast_on: date, by: User) -> None:
    """预计日期: what its lead now expects. The office may say it for any project, a lead for the own ones."""
    if not (by.duties.include(Duty.EDIT_REGISTER) or of.project.is_answered_for_by(by)):
        raise NotAllowed("预计日期由项目责任人、联络人或区重点办填报。")
    with facts_of(of.project) as at:
        known = dates_of(of)
        if known.is_reached:
            raise RuleViolation(f"“{of}”已完成，无须再预计。")
        if forecast_on < day_of(at):
            raise RuleViolation("预计日期不能早于今天；已经完成的请登记实际日期。")
        say(of, "forecast", by=by, at=at, forecast_on=forecast_on)


def complete(*, of: Milestone, actual_on: date, by: User) -> None:
    """完成: reached on this day. A wrong completion is taken back by ``reopen`` first.

    A stage is closed through its gate (``evidence.close_stage``).
    """
    with facts_of(of.project) as at:
        refuse_future(actual_on, what="实际日期", at=at)
        known = dates_of(of)
        if known.actual_on:
            raise RuleViolation(f"“{of}”已登记于 {known.actual_on.isoformat()} 完成；有误请先撤销完成。")
        say(of, "completed", by=by, at=at, actual_on=actual_on, is_reached=True)


def reopen(*, of: Dated, reason: str, by: User) -> None:
    """撤销完成: it was recorded as reached by mistake."""
    if not reason:
        raise RuleViolation("撤销完成须写明原因。")
    with facts_of(of.project) as at:
        if not dates_of(of).is_reached:
            raise RuleViolation(f"“{of}”尚未完成，无须撤销。")
        if isinstance(of, StageTarget):
            _refuse_reopening_below(of)
        say(of, "reopened", by=by, at=at, why={"原因": [None, reason]}, actual_on=None, is_reached=False)


def dates_of(subject: Dated) -> MilestoneDates | StageTargetDates:
    """The dates known now; blank ones while there are none."""
    if isinstance(subject, Milestone):
        known = MilestoneDates.objects.current().filter(milestone=subject).first()
        return known or MilestoneDates(milestone=subject)
    stage_known = StageTargetDates.objects.current().filter(stage_target=subject).first()
    return stage_known or StageTargetDates(stage_target=subject)


def say(
    subject: Dated, verb: str, *, by: User, at: datetime, why: dict[str, list] | None = None, **facts: object
) -> None:
    """Record what was said of these dates, and leave its trace. Within ``facts_of`` the project."""
    known = dates_of(subject)
    following = recorded.amended(known, **facts)
    recorded.record([following], by=by, at=at)
    noun = "milestone" if isinstance(subject, Milestone) else "stage_target"
    changes = audit.in_words(known, following, _FOUR) | (why or {})
    audit.record(f"{noun}.{verb}", subject, by=by, at=at, changes=changes)


_NODE = ["stage", "name", "is_key", "responsible_unit", "responsible_person"]
_FOUR = ["original_on", "approved_on", "forecast_on", "actual_on", "is_reached"]


def _refuse_namesake(milestone: Milestone) -> None:
    """A person tells the nodes of a stage apart by their names; those of a ledger have keys besides."""
    others = milestone.project.milestones.exclude(pk=milestone.pk)
    if others.filter(stage=milestone.stage, name=milestone.name).exists():
        raise RuleViolation(f"“{Stage(milestone.stage).label}”阶段已有节点“{milestone.name}”，请换一个名称。")


def _set_stage_target(
    known: StageTarget | None, project: KeyProject, wanted: StageWanted, *, by: User, at: datetime
) -> None:
    words = {"target": wanted.target, "work_focus": wanted.work_focus, "task_requirement": wanted.task_requirement}
    if known is None and not any(words.values()) and wanted.planned_on is None:
        return
    target = StageTarget(project=project, stage=wanted.stage, **words)
    changes = audit.in_words(known, target, words)
    if known:
        target.pk = known.pk
    target.save()
    if changes:
        audit.record("stage_target.set", target, by=by, at=at, changes=changes)
    if wanted.planned_on and dates_of(target).original_on is None:
        _promise(target, wanted.planned_on, by=by, at=at)


def _promise(subject: Dated, planned_on: date, *, by: User, at: datetime) -> None:
    known = dates_of(subject)
    if known.original_on:
        raise RuleViolation(f"“{subject}”的原定日期 {known.original_on.isoformat()} 已定，改期请申请调整批准日期。")
    say(subject, "promised", by=by, at=at, original_on=planned_on, approved_on=planned_on)


def refuse_stages_out_of_order(project: KeyProject, *, supposing: Mapping[Stage, date] | None = None) -> None:
    """前期准备 → 开工建设 → 主体施工 → 竣工投产: no stage is to be reached before the one it follows.

    ``supposing`` these dates were approved for the stages still open.
    """
    dates = StageTargetDates.objects.current().filter(stage_target__project=project)
    planned = dict(dates.values_list("stage_target__stage", "approved_on"))
    if supposing:
        reached = set(dates.filter(is_reached=True).values_list("stage_target__stage", flat=True))
        planned |= {stage: day for stage, day in supposing.items() if stage not in reached}
    in_order = [(stage, day) for stage in Stage if (day := planned.get(stage))]
    for (earlier, first), (later, second) in pairwise(in_order):
        if second < first:
            raise RuleViolation(f"“{later.label}”的计划日期（{second}）不能早于“{earlier.label}”（{first}）。")


def _refuse_reopening_below(target: StageTarget) -> None:
    """A stage stays closed while the one that follows it is."""
    later = [*Stage][[*Stage].index(Stage(target.stage)) + 1 :]
    dates = StageTargetDates.objects.current().filter(stage_target__project=target.project_id, is_reached=True)
    reached = {*dates.values_list("stage_target__stage", flat=True)}
    if built_on := [stage.label for stage in later if stage in reached]:
        raise RuleViolation(f"后续阶段“{built_on[-1]}”已完成，请先撤销该阶段的完成。")
