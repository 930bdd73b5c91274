"""日任务: for flagship projects, and for the last 30 days before a key node. Of nobody else is it asked, or taken."""

from datetime import date, datetime

from projects import audit
from projects.errors import NotAllowed, RuleViolation
from projects.models import DayTask, KeyProject, Milestone, User
from projects.models.milestone import DAILY_BEFORE
from projects.recorded import day_of
from projects.roles import Duty

from .one_project import answers_for, facts_of


def node_for(project: KeyProject, *, on: date) -> Milestone | None:
    """The nearest open key node whose last days hold this day."""
    return project.milestones.worked_by_day(since=on, until=on).first()


def plan_day_task(*, task: DayTask, by: User) -> DayTask:
    """安排日任务: for today or later. A key node it lies close before is named beside it."""
    _refuse_others(task.project, by)
    with facts_of(task.project) as at:
        if task.day < day_of(at):
            raise RuleViolation(f"{task.day.isoformat()} 已过，日任务只能安排今天或以后。")
        task.milestone = node_for(task.project, on=task.day)
        if not (task.milestone or task.project.is_flagship):
            raise RuleViolation(
                f"日任务只用于龙头项目，以及关键节点批准日期前 {DAILY_BEFORE.days} 天；"
                f"{task.day.isoformat()} 不在本项目任何未完成关键节点的这段时间内，按周安排即可。"
            )
        if task.project.day_tasks.filter(day=task.day, text=task.text).exists():
            raise RuleViolation("这一天已有同样的任务。")
        task.save(force_insert=True)
        names = ["day", "text", "milestone", "responsible_person"]
        audit.record("day_task.planned", task, by=by, at=at, changes=audit.in_words(None, task, names))
    return task


def finish_day_task(*, task: DayTask, done_on: date, result: str, by: User) -> None:
    """完成日任务: on which day, and what came of it."""
    _refuse_others(task.project, by)
    with facts_of(task.project) as at:
        known = _open(task)
        if done_on > day_of(at):
            raise RuleViolation(f"完成日期 {done_on.isoformat()} 晚于今天，请核对。")
        known.done_on, known.result = done_on, result
        _save(known, ["done_on", "result"], "day_task.done", by=by, at=at)


def cancel_day_task(*, task: DayTask, reason: str, by: User) -> None:
    """取消日任务: it stays in the list, with its reason."""
    if not reason:
        raise RuleViolation("取消任务须写明原因。")
    _refuse_others(task.project, by)
    with facts_of(task.project) as at:
        known = _open(task)
        known.cancelled_reason = reason
        _save(known, ["cancelled_reason"], "day_task.cancelled", by=by, at=at)


def _refuse_others(project: KeyProject, by: User) -> None:
    if not answers_for(project, by, Duty.SPLIT_TARGETS):
        raise NotAllowed("日任务由本项目责任人、联络人或区重点办安排。")


def _open(task: DayTask) -> DayTask:
    """As it is stored now; refused once it was done or cancelled."""
    known = DayTask.objects.get(pk=task.pk)
    if known.done_on:
        raise RuleViolation(f"该任务已于 {known.done_on.isoformat()} 完成。")
    if known.cancelled_reason:
        raise RuleViolation(f"该任务已取消：{known.cancelled_reason}。")
    return known


def _save(task: DayTask, names: list[str], action: str, *, by: User, at: datetime) -> None:
    changes = audit.in_words(DayTask.objects.get(pk=task.pk), task, names)
    task.save(update_fields=names)
    audit.record(action, task, by=by, at=at, changes=changes)
