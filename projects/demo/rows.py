"""The composed district as rows not yet saved, in the order in which they refer to one another."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from projects import names
from projects.backward import DayTimetable
from projects.demo.course import Step, Version, versions
from projects.demo.editions import editions, planned_start
from projects.demo.lives import Calendar
from projects.demo.networks import road_of
from projects.demo.projects import ProjectSpec
from projects.demo.stages import (
    FINISH,
    LAST_STEP,
    STAGE_OF_STEP,
    STAGES,
    START,
    STEPS,
    TARGETS,
    TASK_REQUIREMENTS,
    WORK_FOCUS,
)
from projects.models import (
    BackwardSchedule,
    BudgetRevision,
    FundSource,
    KeyProject,
    Milestone,
    MilestoneDates,
    Permit,
    StageTarget,
    StageTargetDates,
    Suspension,
    Unit,
    User,
)
from projects.models.milestone import FourDates
from projects.workdays import Announced

Dates = TypeVar("Dates", bound=FourDates)


@dataclass
class Saved:
    """What later rows refer to, by the name the composition uses; steps and permits by the project's primary key."""

    units: dict[str, Unit] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    projects: dict[str, KeyProject] = field(default_factory=dict)
    targets: dict[int, list[StageTarget]] = field(default_factory=dict)
    steps: dict[int, list[Milestone]] = field(default_factory=dict)
    suspensions: dict[str, Suspension] = field(default_factory=dict)
    editions: dict[tuple[str, int], BackwardSchedule] = field(default_factory=dict)
    permits: dict[int, dict[str, Permit]] = field(default_factory=dict)
    announced: Announced = field(default_factory=lambda: Announced({}))
    timetable: DayTimetable = field(init=False)


def key_project(spec: ProjectSpec, saved: Saved) -> KeyProject:
    named, units, users = spec.named, saved.units, saved.users
    steps = spec.course.steps if spec.course else ()
    return KeyProject(
        code=spec.code,
        name=named.name,
        sort_key=names.sort_key(named.name),
        search_text=names.search_text(named.name, spec.code, spec.national_code or ""),
        national_code=spec.national_code,
        is_package=spec.is_package,
        parent=saved.projects.get(spec.package),
        lead_unit=units[spec.lead_unit],
        responsible_unit=units[spec.responsible_unit],
        owner_org=units[spec.owner_org],
        contractor=units.get(spec.contractor),
        supervisor_org=units.get(spec.supervisor_org),
        town=units[named.town],
        linked_leader=users[spec.linked_leader],
        responsible_person=users[spec.responsible_person],
        liaison=users[spec.liaison],
        focus_area=spec.kind.focus_area,
        industry=spec.kind.industry,
        level=spec.level,
        is_flagship=spec.is_flagship,
        approval_route=spec.route,
        origin=spec.origin,
        investor="" if spec.kind.is_government else spec.owner_org,
        location=named.location,
        longitude=named.longitude,
        latitude=named.latitude,
        scale=named.scale,
        built_from=steps[START].original.year if steps else None,
        built_to=steps[FINISH].approved.year if steps else None,
        **spec.traits,
    )


def budget_revisions(spec: ProjectSpec, project: KeyProject, by: User) -> Iterator[BudgetRevision]:
    for budget in spec.budgets:
        yield BudgetRevision(
            project=project,
            total_investment=budget.total,
            reason=budget.reason,
            document_number=budget.document_number,
            recorded_at=budget.recorded_at,
            superseded_at=budget.superseded_at,
            recorded_by=by,
        )


def fund_sources(spec: ProjectSpec, project: KeyProject) -> Iterator[FundSource]:
    return (FundSource(project=project, kind=kind, amount=amount) for kind, amount in spec.funds.items())


def stage_targets(spec: ProjectSpec, project: KeyProject) -> Iterator[StageTarget]:
    days = [spec.course.steps[last].original if spec.course else None for last in LAST_STEP]
    said = [f"{day.year}年{day.month}月底" if day else "计划时间" for day in days]
    filled = dict(zip(("prepared", "grounded", "built", "finished"), said, strict=True))
    for number, stage in enumerate(STAGES):
        yield StageTarget(
            project=project,
            stage=stage,
            target=TARGETS[number],
            work_focus=WORK_FOCUS[spec.kind.focus_area][number],
            task_requirement=TASK_REQUIREMENTS[spec.kind.focus_area][number].format(**filled),
        )


def milestones(spec: ProjectSpec, project: KeyProject) -> Iterator[Milestone]:
    for position, name in enumerate(STEPS[spec.kind.course]):
        yield Milestone(
            project=project,
            stage=STAGES[STAGE_OF_STEP[position]],
            name=name,
            position=position + 1,
            is_key=position in LAST_STEP or position == START,
            responsible_unit=project.responsible_unit,
            responsible_person=project.responsible_person,
        )


def stage_target_dates(spec: ProjectSpec, targets: Iterable[StageTarget], by: User) -> Iterator[StageTargetDates]:
    """A stage is reached with its last step."""
    if spec.course:
        for target, last in zip(targets, LAST_STEP, strict=True):
            for version in versions(spec.course.steps[last], listed_at=spec.listed_at):
                yield _dated(StageTargetDates(stage_target=target), version, by)


def milestone_dates(
    spec: ProjectSpec, steps: Iterable[Milestone], calendar: Calendar, by: User
) -> Iterator[MilestoneDates]:
    if not spec.course:
        return
    road, plans = road_of(spec), editions(spec, calendar)
    for number, (milestone, step) in enumerate(zip(steps, spec.course.steps, strict=True)):
        place = road.begins_after(number)
        before = None if place is None else spec.course.steps[place]
        for version in versions(step, listed_at=spec.listed_at, after=before):
            row = MilestoneDates(milestone=milestone)
            known = [each for each in plans if each.decided_at <= version.recorded_at]
            row.planned_start_on = planned_start(road, number, known[-1]) if known else None
            row.started_on = _begun(version, before, began=spec.course.began)
            yield _dated(row, version, by)


def _begun(version: Version, before: Step | None, *, began: date) -> date | None:
    """A step begins when the one it waits for is done; known with that."""
    if before is None:
        return began
    heard = before.known_at is not None and before.known_at <= version.recorded_at
    return before.actual if heard or version.actual_on else None


def _dated(row: Dates, version: Version, by: User) -> Dates:
    row.original_on, row.approved_on = version.original_on, version.approved_on
    row.forecast_on, row.actual_on = version.forecast_on, version.actual_on
    row.is_reached = version.actual_on is not None
    row.recorded_at, row.superseded_at, row.recorded_by = version.recorded_at, version.superseded_at, by
    return row
