"""审批手续 of the projects in preparation: in hand, at the counter, or still to come."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta

from projects.demo.course import BEIJING, Course
from projects.demo.lives import Calendar
from projects.demo.projects import ProjectSpec
from projects.demo.stages import PERMITS, START, PermitKind
from projects.models import KeyProject, Permit, PermitPause, PermitState, User
from projects.permit_clock import expiry
from projects.workdays import Announced, add_workdays

Status = PermitState.Status
# Months of validity and how often they may be extended (domain §4.1, §4.2).
_VALID = {
    "用地预审与选址意见书": (36, 0),
    "项目核准": (24, 1),
    "环境影响评价": (60, 0),
    "建设工程规划许可证": (12, 0),
    "施工许可证": (3, 2),
}
_SUPPLEMENT = "补充地质勘察和日照分析材料"


def kinds_of(spec: ProjectSpec) -> tuple[PermitKind, ...]:
    found: tuple[PermitKind, ...] = getattr(PERMITS, spec.route)
    return found


def permits(spec: ProjectSpec, project: KeyProject) -> Iterator[Permit]:
    for kind in kinds_of(spec):
        valid_months, max_extensions = _VALID.get(kind.name, (None, 0))
        yield Permit(
            project=project,
            phase=kind.phase,
            name=kind.name,
            agency=kind.agency,
            is_required_for_start=True,
            legal_days=kind.days,
            promised_days=kind.promised,
            counts_working_days=not kind.calendar_days,
            valid_months=valid_months,
            max_extensions=max_extensions,
        )


def permit_states(
    spec: ProjectSpec, found: Sequence[Permit], calendar: Calendar, *, announced: Announced, by: User
) -> Iterator[PermitState]:
    """One version where nothing happened since the project was listed, two where something did."""
    if not spec.course:
        return
    for number, (kind, permit) in enumerate(zip(kinds_of(spec), found, strict=True)):
        waiting = PermitState(permit=permit, status=Status.NOT_BEGUN, planned_on=spec.course.steps[kind.step].original)
        moved, at = _moved(spec, spec.course, kind, calendar, announced)
        waiting.recorded_at, waiting.recorded_by = spec.listed_at, by
        if moved is None:
            yield waiting
            continue
        moved.permit, moved.planned_on = permit, waiting.planned_on
        moved.recorded_at, moved.recorded_by = max(at, spec.listed_at), by
        if moved.finished_on:
            moved.document_number = f"示审批〔{moved.finished_on.year}〕{int(spec.code[-3:]) * 7 + number}号"
        if moved.recorded_at > spec.listed_at:
            waiting.superseded_at = moved.recorded_at
            yield waiting
        yield moved


def pauses(states: Sequence[PermitState]) -> Iterator[PermitPause]:
    """A supplement asked for on the day after the acceptance, and not yet handed in."""
    for state in states:
        if state.status == Status.SUPPLEMENT and state.accepted_on and state.superseded_at is None:
            yield PermitPause(
                permit=state.permit,
                kind=PermitPause.Kind.SUPPLEMENT,
                paused_on=state.accepted_on + timedelta(days=1),
                reason=_SUPPLEMENT,
                recorded_at=state.recorded_at,
                recorded_by=state.recorded_by,
            )


def _moved(
    spec: ProjectSpec, course: Course, kind: PermitKind, calendar: Calendar, announced: Announced
) -> tuple[PermitState | None, datetime]:
    """What became of a permit since the listing, and when that was recorded; None while nothing did."""
    step, chance = course.steps[kind.step], int(spec.code[-3:])
    reached = sum(step.actual is not None for step in course.steps[:START])
    if kind.name == "环境影响评价" and spec.kind.focus_area == "LIVELIHOOD" and chance % 3 == 0:
        return PermitState(status=Status.NOT_CONCERNED, note="不在环评分类管理名录内"), spec.listed_at
    if step.actual and step.known_at:
        return _granted(kind, step.actual, announced), step.known_at
    if kind.step == reached:
        accepted = calendar.anchor - timedelta(
            days=spec.fate.days_late + (2 * kind.promised if spec.fate.days_late else 3)
        )
        state = PermitState(status=Status.ACCEPTED, accepted_on=accepted, due_on=_due(kind, accepted, announced))
        if spec.fate.days_late and chance % 2:
            state.status, state.due_on, state.note = Status.SUPPLEMENT, None, _SUPPLEMENT
        return state, datetime.combine(accepted, time(16), BEIJING)
    if kind.step == reached + 1:
        return PermitState(status=Status.PREPARING), datetime.combine(calendar.anchor - timedelta(5), time(15), BEIJING)
    return None, spec.listed_at


def _granted(kind: PermitKind, finished: date, announced: Announced) -> PermitState:
    accepted = finished - timedelta(days=kind.promised + kind.promised // 2)
    valid_months, _extensions = _VALID.get(kind.name, (None, 0))
    return PermitState(
        status=Status.GRANTED,
        accepted_on=accepted,
        due_on=_due(kind, accepted, announced),
        finished_on=finished,
        expires_on=expiry(finished, valid_months=valid_months),
    )


def _due(kind: PermitKind, accepted: date, announced: Announced) -> date:
    """The promised limit, in workdays unless the law reckons in days."""
    if kind.calendar_days:
        return accepted + timedelta(days=kind.promised)
    return add_workdays(accepted, kind.promised, announced).value
