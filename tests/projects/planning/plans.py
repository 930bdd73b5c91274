"""A small road to completion: approval, start, structure, finish."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

from projects.actions import milestones, schedule_approval, schedules
from projects.actions.one_project import facts_of
from projects.models import BackwardSchedule
from projects.planning import StepWanted, Wanted
from projects.relations import parse

BEIJING = ZoneInfo("Asia/Shanghai")
STEPS = (
    ("PREPARATION", "用地批复", 20, "", {"authority": "市自然资源局", "unit": "WORKING"}),
    ("PREPARATION", "施工许可证", 5, "1", {"outcome": "取得", "authority": "区行政审批局"}),
    ("GROUNDBREAKING", "基础施工", 30, "2", {"unit": "CALENDAR", "is_key": True}),
    ("MAIN_CONSTRUCTION", "主体施工", 90, "3", {"unit": "CALENDAR", "weight": 60}),
    ("COMMISSIONING", "竣工验收", 10, "4", {"outcome": "完成", "is_key": True}),
)


def steps(**of_first):
    """The five steps; ``of_first`` changes the first."""
    made = [
        StepWanted(position=n, stage=stage, name=name, duration=days, after=parse(after, step=name), **more)
        for n, (stage, name, days, after, more) in enumerate(STEPS, 1)
    ]
    first = {**vars(made[0]), **of_first}
    return (StepWanted(**first), *made[1:])


def wanted(*, finish: date, starts: date | None = None, **parts) -> Wanted:
    parts.setdefault("steps", steps())
    return Wanted(required_finish_on=finish, starts_on=starts or timezone.localdate(), **parts)


def submitted(schedule: BackwardSchedule, by) -> BackwardSchedule:
    """As a change request hands it in."""
    schedule.state, schedule.submitted_by, schedule.submitted_at = "SUBMITTED", by, timezone.now()
    schedule.save()
    return schedule


def in_force(project, by, approver, *, finish: date, **parts) -> BackwardSchedule:
    schedule = schedules.draft(project=project, wanted=wanted(finish=finish, **parts), by=by, at=timezone.now())
    return approved(schedule, by, approver)


def approved(schedule, by, approver):
    with facts_of(schedule.project) as at:
        schedule_approval.put_into_force(schedule=submitted(schedule, by), by=approver, at=at)
    return schedule


def reapproved(milestone, day: date, by) -> None:
    """As the decision on a request moves an approved date."""
    with facts_of(milestone.project) as at:
        milestones.reapprove(of=milestone, approved_on=day, reason="征迁未完成", by=by, at=at)


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=BEIJING)
