"""批准倒排计划: its dates become the promises of the project's milestones and stages, and the moment a baseline.

Only the decision on a change request calls this, in its own transaction.
"""

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from datetime import date, datetime

from projects import audit, recorded
from projects.errors import RuleViolation
from projects.models import (
    BackwardSchedule,
    Baseline,
    Milestone,
    MilestoneDates,
    ScheduleNode,
    Stage,
    StageTarget,
    StageTargetDates,
    User,
)
from projects.planning import carried_on

from . import evidence
from .milestones import refuse_stages_out_of_order


def put_into_force(*, schedule: BackwardSchedule, by: User, at: datetime) -> Baseline:
    """Write the edition's dates down and freeze it. Call it where the facts of the project are being written.

    What the edition before held and this one does not is owed no longer, and keeps its original date. What was
    reached keeps its dates.
    """
    if schedule.state != BackwardSchedule.State.SUBMITTED:
        raise RuleViolation(f"{schedule}{schedule.get_state_display()}，不在待批准状态。")
    nodes = list(schedule.nodes.all())
    before = BackwardSchedule.objects.in_force().filter(project=schedule.project_id).first()
    _give_milestones(schedule, nodes, by=by, at=at)
    changes = _promise_milestones(nodes, _dropped(before, nodes), by=by, at=at)
    _promise_stages(schedule, nodes, by=by, at=at)
    refuse_stages_out_of_order(schedule.project)
    schedule.state, schedule.decided_by, schedule.decided_at = BackwardSchedule.State.APPROVED, by, at
    schedule.save(update_fields=["state", "decided_by", "decided_at"])
    audit.record("schedule.approved", schedule, by=by, at=at, changes=changes)
    return Baseline.objects.create(
        project=schedule.project, name=f"第 {schedule.number} 版批准计划", known_at=at, taken_by=by, schedule=schedule
    )


def _give_milestones(schedule: BackwardSchedule, nodes: Sequence[ScheduleNode], *, by: User, at: datetime) -> None:
    """Each step has its milestone, the one it carries on or a new one, called as the step is."""
    known = carried_on(nodes, schedule.project.milestones.all())
    for node in nodes:
        milestone = known.get(node.position) or Milestone(project=schedule.project)
        _name_like(node, milestone, by=by, at=at)
        node.milestone = milestone
    ScheduleNode.objects.bulk_update(nodes, ["milestone"])


def _name_like(node: ScheduleNode, milestone: Milestone, *, by: User, at: datetime) -> None:
    """A comparison of baselines learns from the trace what it was called before."""
    before = copy(milestone)
    milestone.stage, milestone.name = node.stage, node.name
    milestone.position, milestone.is_key = node.position, node.is_key
    milestone.save()
    if before.pk and (changes := audit.in_words(before, milestone, ["stage", "name", "is_key"])):
        audit.record("milestone.amended", milestone, by=by, at=at, changes=changes)


def _dropped(before: BackwardSchedule | None, nodes: Sequence[ScheduleNode]) -> list[int]:
    if before is None:
        return []
    kept = {node.milestone_id for node in nodes}
    return [pk for pk in before.nodes.values_list("milestone", flat=True) if pk and pk not in kept]


def _promise_milestones(
    nodes: Sequence[ScheduleNode], dropped: Sequence[int], *, by: User, at: datetime
) -> dict[str, list[date | None]]:
    """Returns what changed, by milestone: its approved date before and after."""
    ids = [*dropped, *(node.milestone_id for node in nodes if node.milestone_id)]
    known = {row.milestone_id: row for row in MilestoneDates.objects.current().filter(milestone__in=ids)}
    names = dict(Milestone.objects.filter(pk__in=ids).values_list("pk", "name"))
    versions = [_promised(known.get(node.milestone_id or 0), node) for node in nodes]
    versions += [
        recorded.amended(known[pk], approved_on=None) for pk in dropped if pk in known and not known[pk].is_reached
    ]
    recorded.record(versions, by=by, at=at)
    earlier = {pk: row.approved_on for pk, row in known.items()}
    pairs = [(names[v.milestone_id], [earlier.get(v.milestone_id), v.approved_on]) for v in versions]
    return {name: pair for name, pair in pairs if pair[0] != pair[1]}


def _promised(known: MilestoneDates | None, node: ScheduleNode) -> MilestoneDates:
    known = known or MilestoneDates(milestone=node.milestone)
    if known.is_reached:
        return recorded.amended(known)
    return recorded.amended(
        known,
        planned_start_on=node.planned_start_on,
        approved_on=node.planned_finish_on,
        original_on=known.original_on or node.planned_finish_on,
    )


def _promise_stages(schedule: BackwardSchedule, nodes: Iterable[ScheduleNode], *, by: User, at: datetime) -> None:
    """A stage is due with the last of its steps."""
    due: dict[str, date] = {}
    for node in nodes:
        if node.planned_finish_on:
            due[node.stage] = max(due.get(node.stage, node.planned_finish_on), node.planned_finish_on)
    targets = _stage_targets(schedule, due)
    known = {
        row.stage_target_id: row for row in StageTargetDates.objects.current().filter(stage_target__in=targets.values())
    }
    versions = []
    for stage, day in due.items():
        row = known.get(targets[stage].pk) or StageTargetDates(stage_target=targets[stage])
        if not row.is_reached:
            versions.append(recorded.amended(row, approved_on=day, original_on=row.original_on or day))
    if versions:
        recorded.record(versions, by=by, at=at)
    _ask_for_evidence(schedule, [row.stage_target for row in versions], by=by, at=at)


def _ask_for_evidence(
    schedule: BackwardSchedule, open_targets: Iterable[StageTarget], *, by: User, at: datetime
) -> None:
    """The documents the template lists, of the stages still open; what is asked for already stays as it is."""
    papers = list(schedule.template.evidence.all()) if schedule.template else []
    for target in open_targets:
        if names := [paper.name for paper in papers if paper.stage == target.stage]:
            evidence.ask(target, names, by=by, at=at)


def _stage_targets(schedule: BackwardSchedule, stages: Iterable[str]) -> Mapping[str, StageTarget]:
    """Those the project has, and new ones in the words of the template where it had none."""
    known = {target.stage: target for target in schedule.project.stage_targets.all()}
    said = {each.stage: each for each in schedule.template.stages.all()} if schedule.template else {}
    for stage in stages:
        if stage not in known:
            words = said.get(stage)
            known[stage] = StageTarget.objects.create(
                project=schedule.project,
                stage=Stage(stage),
                target=words.target if words else "",
                work_focus=words.work_focus if words else "",
                task_requirement=words.task_requirement if words else "",
            )
    return known
