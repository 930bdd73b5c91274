"""倒排计划 of the invented projects: the edition approved with the plan, and a second one where all was moved."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from projects.backward import SITE, Blackout, DayTimetable
from projects.demo.course import BEIJING, Course
from projects.demo.lives import Calendar
from projects.demo.networks import WEIGHTS, Road, blueprint_for, names_of, road_of
from projects.demo.projects import ProjectSpec
from projects.demo.stages import FINISH, LAST_STEP, STAGE_OF_STEP, STAGES, START
from projects.models import (
    BackwardSchedule,
    Baseline,
    KeyProject,
    Milestone,
    Permit,
    Relation,
    ScheduleBlackout,
    ScheduleLink,
    ScheduleNode,
    User,
)

_VERY_LATE, _ASKING = 40, 2


@dataclass(frozen=True)
class Edition:
    """One edition: when each step was to be done, and since when that was approved.

    ``is_open``: it was not approved yet, and ``decided_at`` is when the last hand passed it on.
    """

    number: int
    days: tuple[date, ...]
    starts_on: date
    decided_at: datetime
    reason: str
    is_open: bool = False

    @property
    def required_finish_on(self) -> date:
        return self.days[FINISH]


def has_schedule(spec: ProjectSpec) -> bool:
    """Every project with a life of its own, but for the one that leaves."""
    return spec.course is not None and not spec.fate.exits


def editions(spec: ProjectSpec, calendar: Calendar) -> tuple[Edition, ...]:
    """A date moved by itself stays in the edition as it was: it was asked for, not planned anew."""
    if spec.course is None or not has_schedule(spec):
        return ()
    course = spec.course
    original = tuple(step.original for step in course.steps)
    first = Edition(1, original, course.began, course.listed_at, "随年度计划一并编制，倒排至竣工。")
    if not is_replanned(course):
        return (first,)
    approved = tuple(step.approved for step in course.steps)
    why = "年度计划调整，未完节点重新倒排。"
    return (first, Edition(2, approved, course.began, calendar.adjusted, why))


def asked_for(projects: Sequence[ProjectSpec], calendar: Calendar) -> dict[str, Edition]:
    """Two late projects ask for a plan drawn up anew, by code: all that is open moves on by what is late."""
    late = [spec for spec in projects if spec.fate.days_late > _VERY_LATE and has_schedule(spec)]
    return {spec.code: _drawn_up_anew(spec, calendar) for spec in late[-_ASKING:]}


def _drawn_up_anew(spec: ProjectSpec, calendar: Calendar) -> Edition:
    steps = spec.course.steps if spec.course else ()
    shift = timedelta(days=spec.fate.days_late + 20)
    days = tuple(step.approved if step.actual else step.approved + shift for step in steps)
    asked = datetime.combine(calendar.anchor - timedelta(days=2), time(10, 30), BEIJING)
    number = 1 + len(editions(spec, calendar))
    return Edition(number, days, calendar.anchor, asked, "实际进度滞后，未完节点重新倒排，并增加作业面。", is_open=True)


def is_replanned(course: Course) -> bool:
    """Whether the finish itself was moved: then all that was to come was planned anew."""
    return course.steps[FINISH].changed_at is not None


def timetable_for(spec: ProjectSpec, office: DayTimetable) -> DayTimetable:
    return office.with_blackouts(Blackout(name, first, last) for name, first, last in stops(spec))


def stops(spec: ProjectSpec) -> Iterator[tuple[str, date, date]]:
    """The yearly stops of the template, while this project is built: name, first and last day."""
    if spec.course is None:
        return
    first, last = spec.course.steps[START].original, spec.course.steps[FINISH].approved
    for yearly in blueprint_for(spec).blackouts:
        for stop in yearly.in_years(range(first.year - 1, last.year + 1)):
            if stop.last >= first and stop.first <= last:
                yield stop.name, stop.first, stop.last


def blackouts(spec: ProjectSpec, version: BackwardSchedule) -> Iterator[ScheduleBlackout]:
    for name, first, last in stops(spec):
        yield ScheduleBlackout(version=version, name=name, first_on=first, last_on=last)


def durations(spec: ProjectSpec, timetable: DayTimetable) -> list[int]:
    """How long each step takes, in its own days: what its dates leave it, less what was planned in reserve."""
    if spec.course is None:
        return []
    road, steps = road_of(spec), spec.course.steps
    reserve = reserve_of(spec)
    result = []
    for number, step in enumerate(steps):
        before = road.begins_after(number)
        axis = timetable.axis(road.unit(number), SITE if road.stops_in_blackout(number) else "")
        windows = (
            (steps[before].original if before is not None else spec.course.began, step.original),
            (steps[before].approved if before is not None else spec.course.began, step.approved),
        )
        free = min(axis.between(timetable.closes(first), timetable.closes(last)) for first, last in windows)
        result.append(max(0, min(free, max(1, int(free * (1 - reserve))))))
    return result


def reserve_of(spec: ProjectSpec) -> float:
    """Between eleven and thirty-one hundredths: the same one for a project every time."""
    return 0.11 + int(spec.code[-3:]) * 37 % 100 / 500


def schedule(edition: Edition, project: KeyProject, *, by: User, approved_by: User) -> BackwardSchedule:
    """Still a draft, as what is approved takes no more parts."""
    return BackwardSchedule(
        project=project,
        number=edition.number,
        required_finish_on=edition.required_finish_on,
        starts_on=edition.starts_on,
        reason=edition.reason,
        drafted_by=by,
        drafted_at=edition.decided_at - timedelta(days=12, hours=3),
        submitted_by=by,
        submitted_at=edition.decided_at - timedelta(days=6, hours=1),
        decided_by=None if edition.is_open else approved_by,
        decided_at=None if edition.is_open else edition.decided_at,
        state=BackwardSchedule.State.SUBMITTED if edition.is_open else BackwardSchedule.State.DRAFT,
    )


def nodes(
    version: BackwardSchedule,
    edition: Edition,
    spec: ProjectSpec,
    *,
    lengths: Sequence[int],
    steps: Sequence[Milestone],
    permits: dict[str, Permit],
) -> Iterator[ScheduleNode]:
    road = road_of(spec)
    for number, name in enumerate(names_of(spec)):
        finish = edition.days[number]
        yield ScheduleNode(
            version=version,
            position=number + 1,
            stage=STAGES[STAGE_OF_STEP[number]],
            name=name,
            duration=lengths[number],
            unit=road.unit(number),
            stops_in_blackout=road.stops_in_blackout(number),
            is_key=number in LAST_STEP or number == START,
            weight=WEIGHTS[number],
            authority=road.authorities[number].format(town=spec.named.town),
            outcome=road.outcome(number),
            milestone=steps[number],
            permit=permits.get(road.permits[number]) if number < len(road.permits) else None,
            planned_start_on=planned_start(road, number, edition),
            planned_finish_on=finish,
        )


def planned_start(road: Road, number: int, edition: Edition) -> date:
    """The day after what it waits for, and never after its own finish."""
    before = road.begins_after(number)
    start = edition.starts_on if before is None else edition.days[before] + timedelta(days=1)
    return min(start, edition.days[number])


def links(version: BackwardSchedule, made: Sequence[ScheduleNode], spec: ProjectSpec) -> Iterator[ScheduleLink]:
    for number, waits_for in enumerate(road_of(spec).after):
        for before in waits_for:
            yield ScheduleLink(
                version=version,
                predecessor=made[before],
                successor=made[number],
                kind=Relation.FINISH_TO_START,
            )


def baseline(version: BackwardSchedule, edition: Edition) -> Baseline:
    return Baseline(
        project_id=version.project_id,
        name=f"第 {version.number} 版批准计划",
        known_at=edition.decided_at,
        taken_by=version.decided_by,
        schedule=version,
    )
