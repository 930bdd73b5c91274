"""How every verb about a problem begins and ends: held as it stands, moved, and the move written down."""

from datetime import datetime

from projects import audit, changed
from projects.errors import NotAllowed, RuleViolation
from projects.models import Unit, User
from scheduling.models import Problem, ProblemMove
from scheduling.models.problem import ProblemQuerySet

from .words import refuse_silence

_LONGEST = 500


def held(problem: Problem) -> Problem:
    """The problem as stored, nobody else's until the transaction ends."""
    related = Problem.objects.select_related("project__lead_unit", "court_unit", "responsible_unit")
    return related.select_for_update(of=("self",)).get(pk=problem.pk)


def held_open(problem: Problem) -> Problem:
    """As ``held``; raises ``RuleViolation`` where it is not being worked on."""
    problem = held(problem)
    if problem.state == Problem.State.CLOSED:
        raise RuleViolation(f"问题“{problem.title}”已解决销号，如又出现请先重新打开。")
    if problem.state == Problem.State.AWAITING_CHECK:
        raise RuleViolation(f"问题“{problem.title}”已申请销号，正等提出人确认；不同意销号后才能继续办理。")
    return problem


def refuse_all_but(allowed: ProblemQuerySet, problem: Problem, why: str) -> None:
    """``NotAllowed`` where this problem is not among those allowed."""
    if not allowed.filter(pk=problem.pk).exists():
        raise NotAllowed(why)


def said(text: str, what: str) -> str:
    """The words a move must have. Raises ``RuleViolation`` without any."""
    return refuse_silence(text, f"请写明{what}。")


def move(
    problem: Problem,
    kind: ProblemMove.Kind,
    *,
    by: User | None,
    at: datetime,
    text: str = "",
    court: Unit | None = None,
    level: int | None = None,
) -> ProblemMove:
    """Store the problem with its new hands and level, if any, and what happened."""
    if court and court != problem.court_unit:
        problem.court_unit, problem.court_since = court, at
    if level and level != problem.level:
        problem.level, problem.level_since = level, at
    problem.save()
    changed.announce([problem.project_id], at=at, moves_plan=False)
    is_worked_on = problem.state == Problem.State.OPEN
    return ProblemMove.objects.create(
        problem=problem,
        kind=kind,
        level=problem.level,
        court_unit=problem.court_unit if is_worked_on else None,
        text=text[:_LONGEST],
        at=at,
        by=by,
    )


def trace(action: str, problem: Problem, *, by: User | None, at: datetime, **said: object) -> None:
    """The line in the audit; ``said`` in Chinese: what a reader of the log needs to know."""
    audit.record(action, problem, by=by, at=at, changes={name: [None, str(value)] for name, value in said.items()})
