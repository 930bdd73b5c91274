"""办理环节: whose hands a request passes through, in which order, and by when each has to answer."""

from collections.abc import Collection
from datetime import date, datetime

from django.db.models import Max, QuerySet

from projects.errors import RuleViolation
from projects.models import ApprovalStep, CalendarDay, ChangeRequest, Post, Unit, User
from projects.recorded import day_of
from projects.roles import GRANTS, Duty, Role
from projects.workdays import add_workdays

# 办理期限: working days for each hand, from the day it is that hand's turn. Passed, it is overdue and stays open.
STEP_WORKDAYS = 3

_Kind = ApprovalStep.Kind
POSITIONS = {_Kind.REVIEW: 1, _Kind.COUNTERSIGN: 2, _Kind.APPROVE: 3}


def open_round(request: ChangeRequest, countersigners: Collection[Unit], *, by: User, at: datetime) -> None:
    """审核 → 会签, side by side → 批准. What the district itself asks for needs no review by a unit."""
    on, number = day_of(at), (_round(request) or 0) + 1
    is_districts_own = by.duties.include(Duty.APPROVE_CHANGE)
    units = [] if is_districts_own else [(_Kind.REVIEW, request.project.lead_unit)]
    for kind, unit in [*units, *((_Kind.COUNTERSIGN, unit) for unit in countersigners)]:
        refuse_unit_without_reviewer(unit, besides=by, on=on)
        _step(request, kind, unit, number=number, at=at)
    _refuse_without_approver(by, on=on)
    _step(request, _Kind.APPROVE, None, number=number, at=at)


def add_hand(request: ChangeRequest, kind: str, unit: Unit, *, at: datetime) -> ApprovalStep:
    """One more hand in the present round: a countersign asked for on the way, or the unit it was passed on to."""
    number = _round(request) or 1
    if request.steps.filter(round=number, kind=kind, unit=unit, outcome="").exists():
        raise RuleViolation(f"“{unit}”已在办理之列，无须再加。")
    refuse_unit_without_reviewer(unit, besides=request.requested_by, on=day_of(at))
    return _step(request, kind, unit, number=number, at=at)


def start_clock(request: ChangeRequest, *, at: datetime) -> None:
    """The limit of each hand runs from the day it is that hand's turn."""
    waiting = ApprovalStep.objects.waiting().filter(request=request)
    ApprovalStep.objects.filter(pk__in=[step.pk for step in waiting]).update(due_on=_due(at))


def lapse(request: ChangeRequest, *, at: datetime) -> None:
    """Nobody has to answer any more."""
    request.steps.filter(outcome="").update(outcome=ApprovalStep.Outcome.LAPSED, decided_at=at)


def refuse_unit_without_reviewer(unit: Unit, *, besides: User, on: date) -> None:
    steps = unit.path.split("/")[:-1]
    above = ["/".join(steps[: place + 1]) + "/" for place in range(len(steps))]
    if not _serving(_roles_with(Duty.REVIEW_CHANGE), besides, on=on).filter(unit__path__in=above).exists():
        raise RuleViolation(f"“{unit}”没有可办理的审核人（申请人本人除外），请联系安全管理员任命，或改选单位。")


def _refuse_without_approver(requester: User, *, on: date) -> None:
    roles = _roles_with(Duty.APPROVE_CHANGE) - requester.duties.roles
    if not _serving(roles, requester, on=on).exists():
        words = "、".join(str(role.label) for role in sorted(roles)) or "其他角色"
        raise RuleViolation(f"没有可批准的人：须由{words}批准，请联系安全管理员任命。")


def _roles_with(duty: Duty) -> frozenset[Role]:
    return frozenset(role for role, duties in GRANTS.items() if duty in duties)


def _serving(roles: Collection[Role], besides: User, *, on: date) -> QuerySet[Post]:
    posts = Post.objects.in_force(on=on).filter(role__in=roles, user__is_active=True, unit__is_active=True)
    return posts.exclude(user=besides)


def _step(request: ChangeRequest, kind: str, unit: Unit | None, *, number: int, at: datetime) -> ApprovalStep:
    return ApprovalStep.objects.create(
        request=request, round=number, position=POSITIONS[_Kind(kind)], kind=kind, unit=unit, due_on=_due(at)
    )


def _round(request: ChangeRequest) -> int | None:
    return request.steps.aggregate(Max("round"))["round__max"]


def _due(at: datetime) -> date:
    start = day_of(at)
    announced = CalendarDay.objects.announced([start.year, start.year + 1])
    return add_workdays(start, STEP_WORKDAYS, announced).value
