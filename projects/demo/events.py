"""What is recorded of a project beside its steps: its tiers, its life's dates, interruptions, task force, plan."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import zip_longest

from projects.demo import words
from projects.demo.course import BEIJING, Course
from projects.demo.lives import Calendar
from projects.demo.plans import PlanSpec
from projects.demo.projects import ProjectSpec
from projects.demo.rows import Saved
from projects.demo.stages import FINISH, START
from projects.models import (
    KeyProject,
    LibraryTier,
    PlanEntry,
    PlanVersion,
    ProjectDates,
    Suspension,
    SuspensionDates,
    TaskForce,
    TaskForceMember,
    TierEntry,
    User,
)
from projects.models.annual_plan import MONTHS, month_field

_RESPONSIBILITIES = (
    "统筹推进，落实建设时序",
    "协调用地、手续和要素保障",
    "跟踪服务企业，收集问题",
    "调度进度，报送信息",
)


def _heard(day: date, *, not_before: datetime) -> datetime:
    """The evening of the day, or when the register first held the project."""
    return max(datetime.combine(day, time(17, 30), BEIJING), not_before)


def tier_entries(spec: ProjectSpec, project: KeyProject, calendar: Calendar, by: User) -> Iterator[TierEntry]:
    if spec.is_package:
        return
    for tier, day, at in _tiers(spec, calendar):
        entry = TierEntry(project=project, tier=tier, entered_on=day, recorded_at=at, recorded_by=by)
        if tier == LibraryTier.EXITED:
            entry.reason, entry.document_number = words.EXIT_REASON, f"示政办发〔{day.year}〕22号"
        yield entry


def _tiers(spec: ProjectSpec, calendar: Calendar) -> Iterator[tuple[LibraryTier, date, datetime]]:
    course, listed_at = spec.course, spec.listed_at
    prepared = course.began if course else calendar.this_year.date()
    early = [(LibraryTier.RESERVE, prepared - timedelta(days=120))]
    if spec.origin == "PROMOTION":
        early.append((LibraryTier.SIGNED, prepared - timedelta(days=40)))
    if course:
        early.append((LibraryTier.PREPARATION, prepared))
    yield from ((tier, day, _heard(day, not_before=listed_at)) for tier, day in early)
    if course:
        for tier, number in ((LibraryTier.BUILDING, START), (LibraryTier.COMPLETED, FINISH)):
            step = course.steps[number]
            if step.actual and step.known_at:
                yield tier, step.actual, step.known_at
    if spec.fate.exits:
        yield LibraryTier.EXITED, calendar.adjusted.date(), calendar.adjusted


def project_dates(spec: ProjectSpec, project: KeyProject, calendar: Calendar, by: User) -> Iterator[ProjectDates]:
    """One version after each thing that became known."""
    if not spec.course:
        return
    known: dict[datetime, dict[str, date | str]] = {}
    facts: dict[str, date | str] = {}
    for at, news in sorted(_life(spec, spec.course, calendar), key=lambda event: event[0]):
        facts = facts | news
        known[at] = facts
    for (at, facts), end in zip_longest(known.items(), list(known)[1:]):
        yield ProjectDates(project=project, recorded_at=at, superseded_at=end, recorded_by=by, **facts)


def _life(spec: ProjectSpec, course: Course, calendar: Calendar) -> Iterator[tuple[datetime, dict[str, date | str]]]:
    start, finish = course.steps[START], course.steps[FINISH]
    if not start.actual or not start.known_at:
        return
    started: dict[str, date | str] = {"started_on": start.actual, "evidence": "施工许可证、开工令及现场照片"}
    yield start.known_at, started | ({"ceremony_on": start.actual} if spec.is_flagship else {})
    entered = start.actual + timedelta(days=20 + int(spec.code[-3:]) * 7 % 45)
    if entered < calendar.anchor and spec.budgets[-1].total >= 500:
        yield _heard(entered, not_before=start.known_at), {"stat_entry_on": entered}
    if finish.actual and finish.known_at:
        ending = "commissioned_on" if spec.kind.focus_area == "INDUSTRY" else "handed_over_on"
        works = max(finish.actual - timedelta(days=12), start.actual)
        done = {"works_finished_on": works, "accepted_on": finish.actual, ending: finish.actual}
        yield finish.known_at, {**done, "evidence": "竣工验收备案表"}


def suspension_dates(
    spec: ProjectSpec, suspension: Suspension, calendar: Calendar, *, by: User, excused_by: User
) -> SuspensionDates:
    day = calendar.anchor - timedelta(days=spec.fate.suspended_for)
    is_excused = spec.fate.is_excused
    return SuspensionDates(
        suspension=suspension,
        suspended_on=day,
        reason=words.SUSPENSION_REASONS[0 if is_excused else 1],
        document_number=f"示重点办〔{day.year}〕9号" if is_excused else "",
        excused_by=excused_by if is_excused else None,
        recorded_at=_heard(day + timedelta(days=4), not_before=spec.listed_at),
        recorded_by=by,
    )


def task_force(spec: ProjectSpec, project: KeyProject, saved: Saved) -> TaskForce:
    formed = spec.listed_at.date() + timedelta(days=21)
    number = f"示重点组〔{formed.year}〕{int(spec.code[-3:])}号"
    head = saved.users[spec.linked_leader]
    return TaskForce(project=project, head=head, formed_on=formed, document_number=number)


def task_force_members(group: TaskForce, others: list[User]) -> Iterator[TaskForceMember]:
    for user, responsibility in zip(dict.fromkeys(others), _RESPONSIBILITIES, strict=False):
        yield TaskForceMember(task_force=group, user=user, responsibility=responsibility, starts_on=group.formed_on)


def plan_entries(plan: PlanSpec, version: PlanVersion, saved: Saved) -> Iterator[PlanEntry]:
    for entry in plan.entries:
        months = {month_field(month): amount for month, amount in zip(MONTHS, entry.months, strict=True)}
        yield PlanEntry(
            version=version,
            project=saved.projects[entry.project],
            category=entry.category,
            completes_this_year=entry.completes_this_year,
            annual_plan_amount=entry.amount,
            cumulative_before_year=entry.cumulative_before_year,
            planned_start_on=entry.planned_start_on,
            planned_finish_on=entry.planned_finish_on,
            physical_goal=entry.physical_goal,
            **months,
        )
