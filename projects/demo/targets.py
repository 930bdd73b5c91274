"""目标分解 of the invented projects: the money of a month by week, the flagships by day, what is built by piece."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from projects.demo.course import BEIJING, State
from projects.demo.lives import Calendar
from projects.demo.networks import names_of, road_of
from projects.demo.plans import EntrySpec, PlanSpec
from projects.demo.projects import ProjectSpec
from projects.demo.stages import FINISH, START
from projects.models import DayTask, KeyProject, Milestone, MilestoneQuantity, User, WeekTarget
from projects.weekly_plan import weekly_split, weeks_of
from projects.workdays import Announced, is_workday

_OF_FIVE = 4  # so many of five projects being built have their weeks planned
_DAYS_BEFORE, _DAYS_AFTER = 7, 9
_DAILY = (
    "{what}施工作业面移交和安全交底",
    "{what}进场材料验收和见证取样",
    "{what}工序报验和隐蔽工程验收",
    "{what}班组加班组织和机械调配",
    "召开现场例会，协调交叉作业",
)
# What is counted of which step, and how much of it a road of one kilometre or a factory of one hectare has.
_QUANTITIES = {
    "road": ((7, "米", 1850), (8, "立方米", 26000), (9, "平方米", 21000), (10, "米", 1960)),
    "water": ((8, "米", 1720), (9, "台套", 6), (10, "平方米", 9800)),
    "factory": ((6, "根", 460), (7, "吨", 1380), (8, "平方米", 15600), (9, "米", 2240)),
}


def is_split(spec: ProjectSpec) -> bool:
    """Being built, not suspended; of these most."""
    is_built = spec.fate.state is State.BUILDING and not spec.fate.suspended_for and not spec.is_package
    return is_built and spec.course is not None and int(spec.code[-3:]) % 5 < _OF_FIVE


def in_force(plans: Sequence[PlanSpec], year: int, *, on: date) -> Mapping[str, EntrySpec]:
    """The entries of the edition by which this year is judged on this day."""
    known = [plan for plan in plans if plan.year == year and plan.effective_on <= on]
    return {entry.project: entry for entry in known[-1].entries} if known else {}


def week_targets(
    spec: ProjectSpec, project: KeyProject, plans: Sequence[PlanSpec], calendar: Calendar, announced: Announced
) -> Iterator[WeekTarget]:
    """This month and the next one, as far as the year is planned; the weeks sum exactly to the month."""
    anchor = calendar.anchor
    following = date(anchor.year + anchor.month // 12, anchor.month % 12 + 1, 1)
    for first in (anchor.replace(day=1), following):
        entry = in_force(plans, first.year, on=max(first, anchor)).get(spec.code)
        weeks = weeks_of(first.year, first.month)
        if entry is None or not entry.months[first.month - 1]:
            continue
        at = _said(first, spec, calendar)
        shares = weekly_split(entry.months[first.month - 1], weeks, announced).value
        for week, amount in zip(weeks, shares, strict=True):
            yield WeekTarget(
                project=project,
                week_ends_on=week.ends_on,
                amount=amount,
                work=f"{_in_hand(spec, week.ends_on)}按周计划推进",
                recorded_at=at,
                recorded_by_id=project.responsible_person_id,
            )


def _said(first: date, spec: ProjectSpec, calendar: Calendar) -> datetime:
    """Some days before the month begins, and after the plan that gives it its amount."""
    day = min(first - timedelta(days=4), calendar.anchor - timedelta(days=1))
    said = datetime.combine(day, time(15, 20), BEIJING)
    latest = datetime.combine(calendar.anchor - timedelta(days=1), time(17), BEIJING)
    return min(max(said, spec.listed_at, calendar.adjusted + timedelta(hours=1)), max(latest, spec.listed_at))


def _in_hand(spec: ProjectSpec, on: date) -> str:
    """What is being worked on then, as approved."""
    steps = spec.course.steps if spec.course else ()
    names = names_of(spec)
    found = (name for name, step in zip(names, steps, strict=True) if not step.actual and step.approved >= on)
    return next(found, names[-1]).removesuffix("完成")


def day_tasks(
    spec: ProjectSpec, project: KeyProject, steps: Sequence[Milestone], calendar: Calendar, announced: Announced
) -> Iterator[DayTask]:
    """The working days about the anchor of a flagship project that is being built; what is past is done, mostly."""
    if not spec.is_flagship or spec.course is None or spec.course.started is None:
        return
    place = next((n for n, step in enumerate(spec.course.steps) if not step.actual), FINISH)
    what = names_of(spec)[place].removesuffix("完成")
    for offset in range(-_DAYS_BEFORE, _DAYS_AFTER + 1):
        day = calendar.anchor + timedelta(days=offset)
        if not is_workday(day, announced).value:
            continue
        text = _DAILY[(offset + int(spec.code[-3:])) % len(_DAILY)].format(what=what)
        task = DayTask(project=project, milestone=steps[place], day=day, text=text)
        task.responsible_person_id = project.responsible_person_id
        if offset < 0 and (offset + int(spec.code[-3:])) % 6:
            task.done_on, task.result = day, "已完成"
        yield task


def quantities(
    spec: ProjectSpec, steps: Sequence[Milestone], calendar: Calendar, by: User
) -> Iterator[MilestoneQuantity]:
    """For roads, rivers and factories that have started: as much done as there was time for."""
    if spec.course is None or spec.course.started is None:
        return
    size = Decimal(1 + int(spec.code[-3:]) % 7) / 2
    road = road_of(spec)
    for number, unit, of_one in _QUANTITIES.get(spec.kind.course, ()):
        step = spec.course.steps[number]
        before = spec.course.steps[road.begins_after(number) or START]
        planned = (of_one * size).quantize(Decimal(1))
        done = planned if step.actual else Decimal(0)
        if not step.actual and before.actual:
            passed, due = (calendar.anchor - before.actual).days, max((step.approved - before.actual).days, 1)
            done = (planned * min(passed * 100 // max(due, passed + 9), 96) / 100).quantize(Decimal(1))
        said = datetime.combine(calendar.anchor - timedelta(days=2), time(10, 5), BEIJING)
        yield MilestoneQuantity(
            milestone=steps[number],
            unit=unit,
            planned_quantity=planned,
            done_quantity=done,
            weight=of_weight(number),
            recorded_at=max(said, spec.listed_at),
            recorded_by=by,
        )


def of_weight(number: int) -> Decimal:
    return Decimal(number - START)
