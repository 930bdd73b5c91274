"""倒排: draw up a project's schedule, worked back from its finish, until somebody is asked to approve it."""

from collections.abc import Mapping
from datetime import date, datetime
from itertools import pairwise

from django.db import transaction

from projects import audit
from projects.backward import PlanError, headline
from projects.blueprint import Blueprint, Step, misfits
from projects.errors import NotAllowed, RuleViolation
from projects.models import (
    BackwardSchedule,
    ChangeRequest,
    KeyProject,
    Permit,
    ScheduleBlackout,
    ScheduleLink,
    ScheduleNode,
    Stage,
    TemplateVersion,
    User,
)
from projects.planning import Reading, StepWanted, Wanted, readings, settled, start_for
from projects.recorded import day_of
from projects.relations import Relation
from projects.roles import Duty

from .milestones import refuse_stages_out_of_order

_HEADING = ["required_finish_on", "starts_on"]
_WORDS = {
    BackwardSchedule.State.SUBMITTED: "正在等待批准，请先撤回申请",
    BackwardSchedule.State.APPROVED: "已经批准，请另编新版",
    BackwardSchedule.State.DISCARDED: "已经作废，请另编新版",
}


@transaction.atomic
def draft(
    *,
    project: KeyProject,
    wanted: Wanted,
    template: TemplateVersion | None = None,
    by: User,
    at: datetime,
) -> BackwardSchedule:
    """编制: a new edition with these steps, its dates worked back from the finish.

    Raises ``RuleViolation`` while another edition is in work, and for a network that cannot be reckoned.
    """
    refuse_strangers(project, by)
    KeyProject.objects.select_for_update(no_key=True).get(pk=project.pk)
    if project.is_package:
        raise RuleViolation(f"“{project.name}”是打包项目，没有自己的工期，请为它的子项目倒排。")
    if working := project.schedules.in_work().first():
        raise RuleViolation(f"{working}{working.get_state_display()}，一次只能编制一版；请先办结或作废。")
    last = project.schedules.first()
    schedule = BackwardSchedule(
        project=project,
        number=last.number + 1 if last else 1,
        template=template,
        required_finish_on=wanted.required_finish_on,
        starts_on=wanted.starts_on,
        drafted_by=by,
        drafted_at=at,
    )
    refuse_unlikely(wanted)
    schedule.save(force_insert=True)
    _write_parts(schedule, wanted)
    _settle_dates(_reckoned(schedule, on=day_of(at)))
    changes = audit.in_words(None, schedule, _HEADING) | {"节点": [None, len(wanted.steps)]}
    audit.record("schedule.drafted", schedule, by=by, at=at, changes=changes)
    return schedule


@transaction.atomic
def save(*, schedule: BackwardSchedule, wanted: Wanted, by: User, at: datetime) -> BackwardSchedule:
    """修改: the whole edition as its author now wants it; what has no planned dates is worked back again."""
    schedule = _changeable(schedule, by=by)
    before = BackwardSchedule(required_finish_on=schedule.required_finish_on, starts_on=schedule.starts_on)
    schedule.required_finish_on, schedule.starts_on = wanted.required_finish_on, wanted.starts_on
    refuse_unlikely(wanted)
    schedule.save(update_fields=_HEADING)
    counted = schedule.nodes.count()
    for parts in (schedule.links, schedule.nodes, schedule.blackouts):
        parts.all().delete()
    _write_parts(schedule, wanted)
    _settle_dates(_reckoned(schedule, on=day_of(at)))
    changes = audit.in_words(before, schedule, _HEADING) | {"节点": [counted, len(wanted.steps)]}
    audit.record("schedule.saved", schedule, by=by, at=at, changes=changes)
    return schedule


@transaction.atomic
def discard(*, schedule: BackwardSchedule, by: User, at: datetime) -> None:
    """作废: an edition nobody was asked to approve. Its number is not given again."""
    schedule = _changeable(schedule, by=by)
    if schedule.change_requests.exclude(state__in=ChangeRequest.ENDED).exists():
        raise RuleViolation(f"{schedule}的报批申请退回后还没有撤回，请先撤回申请，再作废。")
    schedule.state = BackwardSchedule.State.DISCARDED
    schedule.save(update_fields=["state"])
    audit.record("schedule.discarded", schedule, by=by, at=at)


def check(schedule: BackwardSchedule, *, reason: str, on: date) -> Reading:
    """What must hold before somebody is asked to approve it. Raises ``RuleViolation``.

    An infeasible edition may be asked for, because the finish is not its author's to move; then it says why.
    """
    reading = _reckoned(schedule, on=on)
    if not reading.plan.is_feasible and not reason:
        raise RuleViolation(f"{headline(reading.plan)}，报批须写明理由和拟采取的措施；或调整工期、关系、要求完成日期。")
    for row in reading.rows:
        _refuse_impossible_dates(row, reading)
    _refuse_stages_out_of_order(reading)
    return reading


def may_draw_up(project: KeyProject, by: User) -> bool:
    """Schedules are drawn up by those who answer for the project, or by the office."""
    drafts = by.duties.include(Duty.DRAFT_SCHEDULE)
    return drafts and (by.duties.include(Duty.EDIT_REGISTER) or project.is_answered_for_by(by))


def refuse_strangers(project: KeyProject, by: User) -> None:
    if not may_draw_up(project, by):
        raise NotAllowed("倒排计划由项目责任人、联络人或区重点办编制。")


def _settle_dates(reading: Reading) -> None:
    """Steps without planned dates get those the backward pass leaves them; a mere start is worked back as well."""
    plan, missing = reading.plan, [row for row in reading.rows if None in (row.planned_start_on, row.planned_finish_on)]
    for row in missing:
        if row.planned_finish_on is None:
            row.planned_start_on, row.planned_finish_on = settled(plan.nodes[str(row.pk)])
        else:
            row.planned_start_on = start_for(plan, str(row.pk), finish=row.planned_finish_on)
    ScheduleNode.objects.bulk_update(missing, ["planned_start_on", "planned_finish_on"])


def _changeable(schedule: BackwardSchedule, *, by: User) -> BackwardSchedule:
    schedule = BackwardSchedule.objects.select_for_update(of=("self",)).select_related("project").get(pk=schedule.pk)
    refuse_strangers(schedule.project, by)
    if schedule.state not in BackwardSchedule.CHANGEABLE:
        raise RuleViolation(f"{schedule}{_WORDS[BackwardSchedule.State(schedule.state)]}。")
    return schedule


def refuse_unlikely(wanted: Wanted) -> None:
    """Slips no edition can hold, each said with the step it is in. Raises ``RuleViolation``."""
    if not wanted.steps:
        raise RuleViolation("倒排计划至少要有一个节点。")
    if wanted.required_finish_on <= wanted.starts_on:
        raise RuleViolation(
            f"要求完成日期（{wanted.required_finish_on}）须晚于编排起点（{wanted.starts_on}），请核对。"
        )
    if slips := misfits(Blueprint(steps=tuple(_as_step(step) for step in wanted.steps))):
        raise RuleViolation("".join(slips))


def _as_step(step: StepWanted) -> Step:
    return Step(**{name: getattr(step, name) for name in Step.__dataclass_fields__ if name != "permit_name"})


def _write_parts(schedule: BackwardSchedule, wanted: Wanted) -> None:
    permits = dict(Permit.objects.filter(project=schedule.project_id).values_list("name", "pk"))
    made = ScheduleNode.objects.bulk_create(_node(schedule, step, permits) for step in wanted.steps)
    by_position = {node.position: node for node in made}
    ScheduleLink.objects.bulk_create(
        _link(schedule, step, relation, by_position) for step in wanted.steps for relation in step.after
    )
    ScheduleBlackout.objects.bulk_create(ScheduleBlackout(version=schedule, **vars(stop)) for stop in wanted.stops)


def _node(schedule: BackwardSchedule, step: StepWanted, permits: Mapping[str, int]) -> ScheduleNode:
    copied = {name: value for name, value in vars(step).items() if name not in {"after", "permit"}}
    if step.permit and step.permit not in permits:
        raise RuleViolation(f"第 {step.position} 行“{step.name}”对应的审批事项“{step.permit}”不在本项目的审批手续中。")
    return ScheduleNode(version=schedule, permit_id=permits.get(step.permit), **copied)


def _link(
    schedule: BackwardSchedule, step: StepWanted, relation: Relation, by_position: Mapping[int, ScheduleNode]
) -> ScheduleLink:
    return ScheduleLink(
        version=schedule,
        predecessor=by_position[relation.position],
        successor=by_position[step.position],
        kind=relation.kind,
        lag=relation.lag,
        unit=relation.unit,
    )


def _reckoned(schedule: BackwardSchedule, *, on: date) -> Reading:
    """Worked back, or refused in the words of the arithmetic."""
    [reading] = readings(BackwardSchedule.objects.filter(pk=schedule.pk), on=on)
    try:
        reading.plan  # noqa: B018 - reckons
    except PlanError as impossible:
        raise RuleViolation(str(impossible)) from None
    return reading


def _refuse_impossible_dates(row: ScheduleNode, reading: Reading) -> None:
    one, planned = reading.plan.nodes[str(row.pk)], row.planned_finish_on
    if planned is None or one.node.finished_on:
        return
    if planned < one.early_finish:
        raise RuleViolation(
            f"“{row.name}”的计划完成（{planned}）早于最早可能的 {one.early_finish}，请核对工期和前置关系。"
        )
    if reading.plan.is_feasible and planned > one.late_finish:
        raise RuleViolation(f"“{row.name}”的计划完成（{planned}）晚于最迟的 {one.late_finish}，会误了要求完成日期。")


def _refuse_stages_out_of_order(reading: Reading) -> None:
    """A stage is due with its last step; one due before the stage it follows could not be approved.

    Stages that the edition does not move count as they stand.
    """
    order = list(Stage)
    rows = sorted(reading.rows, key=lambda row: (order.index(Stage(row.stage)), row.planned_finish_on))
    last_of = {Stage(row.stage): row for row in rows}
    for earlier, later in pairwise(last_of.values()):
        if later.planned_finish_on < earlier.planned_finish_on:
            raise RuleViolation(
                f"“{Stage(later.stage).label}”最后的节点“{later.name}”计划 {later.planned_finish_on} 完成，"
                f"早于“{Stage(earlier.stage).label}”的“{earlier.name}”（{earlier.planned_finish_on}）。"
                f"请给“{earlier.name}”填写更早的计划完成日期，或补上后续节点对它的前置关系。"
            )
    due = {stage: row.planned_finish_on for stage, row in last_of.items()}
    refuse_stages_out_of_order(reading.schedule.project, supposing=due)
