"""周目标: the month of the plan in force over its weeks, so that a weekly report has something to be held to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from projects import audit, recorded
from projects.errors import NotAllowed, RuleViolation
from projects.figures import exactly
from projects.models import KeyProject, PlanEntry, User, WeekTarget
from projects.models.annual_plan import month_field
from projects.monthly_plan import excess
from projects.roles import Duty
from projects.weekly_plan import weeks_of

from .one_project import answers_for, facts_of


@dataclass(frozen=True)
class WeekWanted:
    """What is to be done in the week that ends on this day. 万元."""

    ends_on: date
    amount: Decimal
    work: str = ""


def month_target(project: KeyProject, *, year: int, month: int, known_at: datetime) -> Decimal | None:
    """What the plan in force at the month's end gives it; None for a project not in the plan. One query or two."""
    last = weeks_of(year, month)[-1].ends_on
    entry = PlanEntry.objects.in_force(on=last, known_at=known_at).filter(project=project).first()
    return getattr(entry, month_field(month)) if entry else None


def set_week_targets(*, project: KeyProject, year: int, month: int, weeks: Sequence[WeekWanted], by: User) -> None:
    """分解周目标: every week of the month, summing exactly to the month. A change is a new version of that week."""
    if not answers_for(project, by, Duty.SPLIT_TARGETS):
        raise NotAllowed("周目标由本项目责任人、联络人或区重点办分解。")
    with facts_of(project) as at:
        _refuse_other_weeks(weeks, year, month)
        _refuse_other_sum(weeks, month, month_target(project, year=year, month=month, known_at=at))
        targets = [
            WeekTarget(project=project, week_ends_on=week.ends_on, amount=week.amount, work=week.work) for week in weeks
        ]
        changes = _changes(project, targets)
        if not changes:
            raise RuleViolation("与现行周目标相同，没有需要保存的变化。")
        recorded.record(targets, by=by, at=at)
        audit.record("week_targets.set", project, by=by, at=at, changes=changes)


def weeks_differ(month: int, target: Decimal, over: Decimal) -> str:
    """In words, by how much the weeks miss the month."""
    by = f"{'多' if over > 0 else '少'} {exactly(abs(over))} 万元"
    return f"各周合计 {exactly(target + over)} 万元，比 {month} 月目标 {exactly(target)} 万元{by}，须完全相等。"


def _refuse_other_weeks(weeks: Sequence[WeekWanted], year: int, month: int) -> None:
    if [week.ends_on for week in weeks] != [week.ends_on for week in weeks_of(year, month)]:
        raise RuleViolation(f"须逐周填写 {year} 年 {month} 月的全部各周，请重新打开本页填写。")
    if any(week.amount < 0 for week in weeks):
        raise RuleViolation("周目标不能小于 0。")


def _refuse_other_sum(weeks: Sequence[WeekWanted], month: int, target: Decimal | None) -> None:
    if target is None:
        raise RuleViolation("本项目不在该年度已批准的计划内，没有月度目标可分解；请先列入年度计划并批准。")
    if over := excess(target, [week.amount for week in weeks]):
        raise RuleViolation(weeks_differ(month, target, over))


def _changes(project: KeyProject, targets: Sequence[WeekTarget]) -> dict[str, list[str | None]]:
    days = [target.week_ends_on for target in targets]
    rows = WeekTarget.objects.current().filter(project=project, week_ends_on__in=days)
    known = {row.week_ends_on: row for row in rows}
    said = {each.week_ends_on: [_said(known.get(each.week_ends_on)), _said(each)] for each in targets}
    return {f"截至 {day.isoformat()} 的一周": pair for day, pair in said.items() if pair[0] != pair[1]}


def _said(target: WeekTarget | None) -> str | None:
    return "，".join(filter(None, [f"{exactly(target.amount)} 万元", target.work])) if target else None
