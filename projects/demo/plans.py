"""The annual plans: last year's, this year's, and this year's as adjusted half-way."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

from projects.demo.course import Course
from projects.demo.lives import Calendar
from projects.demo.money import adjusted, by_month, by_year
from projects.demo.projects import ProjectSpec
from projects.demo.stages import FINISH, START, STEPS


@dataclass(frozen=True)
class EntrySpec:
    """One project in one edition of the plan; amounts are 万元."""

    project: str
    category: str
    completes_this_year: bool
    months: tuple[Decimal, ...]
    cumulative_before_year: Decimal
    planned_start_on: date
    planned_finish_on: date
    physical_goal: str

    @property
    def amount(self) -> Decimal:
        return sum(self.months, Decimal(0))


@dataclass(frozen=True)
class PlanSpec:
    year: int
    number: int
    effective_on: date
    decided_at: datetime
    document_number: str
    reason: str
    entries: tuple[EntrySpec, ...]
    adjustments: Mapping[str, str] = field(default_factory=dict)

    @property
    def drafted_at(self) -> datetime:
        return self.decided_at - timedelta(days=9, hours=6)

    @property
    def submitted_at(self) -> datetime:
        return self.decided_at - timedelta(days=3, hours=2)


def plans(projects: Sequence[ProjectSpec], calendar: Calendar, dice: Random) -> tuple[PlanSpec, ...]:
    year = calendar.anchor.year
    last = tuple(_entries(projects, year=year - 1, decided_at=calendar.last_year))
    first = tuple(_entries(projects, year=year, decided_at=calendar.this_year))
    second = tuple(_adjusted(projects, first, calendar, dice))
    return (
        PlanSpec(year - 1, 1, date(year - 1, 1, 1), calendar.last_year, f"示政发〔{year - 2}〕41号", "", last),
        PlanSpec(year, 1, date(year, 1, 1), calendar.this_year, f"示政发〔{year - 1}〕38号", "", first),
        PlanSpec(
            year,
            2,
            calendar.adjusted_from,
            calendar.adjusted,
            f"示政发〔{calendar.adjusted.year}〕17号",
            "根据上半年实施情况，增补项目、核减退出项目，并调整部分项目年度投资和竣工时间。",
            second,
            _reasons(first, second),
        ),
    )


def _reasons(first: Sequence[EntrySpec], second: Sequence[EntrySpec]) -> dict[str, str]:
    """Why a project is in the second edition other than in the first, by its code."""
    before, after = ({entry.project: entry for entry in entries} for entries in (first, second))
    reasons = dict.fromkeys(before.keys() - after.keys(), "连续两年未实质性开工，退出年度计划")
    reasons |= dict.fromkeys(after.keys() - before.keys(), "上半年完成立项，具备实施条件，增补列入")
    for code in before.keys() & after.keys():
        if after[code] != before[code]:
            reasons[code] = _reason(before[code], after[code])
    return dict(sorted(reasons.items()))


def _reason(before: EntrySpec, after: EntrySpec) -> str:
    if after.amount > before.amount:
        return "建设进度快于预期，调增年度投资"
    if after.amount < before.amount:
        return "受前期手续影响，调减年度投资"
    return "优化施工组织，调整开竣工时间"


def _entries(projects: Sequence[ProjectSpec], *, year: int, decided_at: datetime) -> Iterator[EntrySpec]:
    """The projects then listed and not finished before the year."""
    for project in projects:
        course = project.course
        if course and course.listed_at <= decided_at and not (course.finished and course.finished.year < year):
            yield _entry(project, course, year=year, known_at=decided_at)


def _entry(project: ProjectSpec, course: Course, *, year: int, known_at: datetime) -> EntrySpec:
    start, finish = (course.steps[number].approved_at(known_at) for number in (START, FINISH))
    category = _category(course, start=start, year=year)
    amount, before = _amounts(project, category, year=year, start=start, finish=finish)
    by_year_end = [step for step in course.steps if step.approved_at(known_at).year <= year]
    goal = STEPS[project.kind.course][max(len(by_year_end) - 1, 0)]
    return EntrySpec(
        project.code,
        category,
        category != "PRELIMINARY" and finish.year <= year,
        by_month(amount, year=year, start=start, finish=max(finish, date(year, 3, 31))),
        Decimal(before),
        start,
        finish,
        f"年底前实现：{goal}",
    )


def _amounts(project: ProjectSpec, category: str, *, year: int, start: date, finish: date) -> tuple[int, int]:
    """What is to be spent this year and what was before it; preparation costs the government a little."""
    total = int(project.budgets[0].total)
    if category == "PRELIMINARY":
        return (total // 40 if project.kind.is_government else 0), 0
    spent = by_year(total, start, finish)
    before = sum(amount for y, amount in spent.items() if y < year)
    if category == "NEW_START":  # what should have been done before is still to do
        return max(spent.get(year, 0) + before, total // 20), 0
    return spent.get(year) or max(total - before, total // 10), before


def _category(course: Course, *, start: date, year: int) -> str:
    if course.was_started_before(year):
        return "CONTINUING"
    return "NEW_START" if start.year <= year else "PRELIMINARY"


def _adjusted(
    projects: Sequence[ProjectSpec], first: Sequence[EntrySpec], calendar: Calendar, dice: Random
) -> Iterator[EntrySpec]:
    """Without those that left, with those added, about one amount in eight changed from here on."""
    by_code = {project.code: project for project in projects}
    for entry in first:
        project = by_code[entry.project]
        if project.fate.exits or project.course is None:
            continue
        share = Decimal(dice.choice((-25, -15, -10, 10, 20))) / 100 if dice.random() < 0.13 else Decimal(0)
        start, finish = (project.course.steps[n].approved_at(calendar.adjusted) for n in (START, FINISH))
        yield replace(
            entry,
            months=adjusted(entry.months, by=share, from_month=calendar.adjusted_from.month),
            planned_start_on=start,
            planned_finish_on=finish,
            completes_this_year=entry.category != "PRELIMINARY" and finish.year <= calendar.anchor.year,
        )
    for project in projects:
        if project.fate.is_added and project.course:
            yield _entry(project, project.course, year=calendar.anchor.year, known_at=calendar.adjusted)
