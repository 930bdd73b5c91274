"""销号: whoever worked on it says it is solved, and shows it; only the asker's side closes it (features G6)."""

from datetime import datetime

from django.db import transaction

from projects.errors import NotAllowed, RuleViolation
from projects.models import User
from scheduling.models import Problem, ProblemMove, ProblemRequest

from .attachments import with_evidence
from .problem_moves import held, held_open, move, refuse_all_but, said, trace

Kind, State = ProblemMove.Kind, Problem.State


@transaction.atomic
def ask_to_close(*, problem: Problem, evidence: str, by: User, at: datetime) -> None:
    """申请销号: says what shows that it is solved, and names what is attached.

    It waits for the asker's word, the clocks of its level stand.
    """
    problem = held_open(problem)
    refuse_all_but(Problem.objects.in_hands_of(by), problem, "申请销号由项目方或当前办理单位提出。")
    waiting = ProblemRequest.objects.unanswered().filter(problem=problem).select_related("unit").first()
    if waiting:
        raise RuleViolation(f"{waiting.unit}尚未答复协调请求，请待其答复后再申请销号。")
    words = with_evidence(said(evidence, "解决情况和佐证"), problem)
    problem.state = State.AWAITING_CHECK
    move(problem, Kind.CLOSE_ASKED, by=by, at=at, text=words)
    trace("problem.close_asked", problem, by=by, at=at, 解决情况=words)


@transaction.atomic
def close(*, problem: Problem, text: str = "", by: User, at: datetime) -> None:
    """销号, by the asker's word. Raises ``NotAllowed`` for others, and for the person who asked to close it."""
    problem = _awaiting(problem, by)
    problem.state, problem.closed_at, problem.closed_by = State.CLOSED, at, by
    move(problem, Kind.CLOSED, by=by, at=at, text=text.strip())
    trace("problem.closed", problem, by=by, at=at, 意见=text.strip() or "同意销号")


@transaction.atomic
def refuse_close(*, problem: Problem, text: str, by: User, at: datetime) -> None:
    """不同意销号: with what is still missing; work goes on where it was, and its days count again."""
    problem = _awaiting(problem, by)
    words = said(text, "不同意销号的理由")
    problem.state, problem.court_since = State.OPEN, at
    move(problem, Kind.CLOSE_REFUSED, by=by, at=at, text=words)
    trace("problem.close_refused", problem, by=by, at=at, 意见=words)


@transaction.atomic
def reopen(*, problem: Problem, text: str, by: User, at: datetime) -> None:
    """重新打开: it was not solved after all. Back to who had it last, on its level; both clocks start anew."""
    problem = held(problem)
    if problem.state != State.CLOSED:
        raise RuleViolation(f"问题“{problem.title}”并未销号，无须重新打开。")
    if problem.raised_by_id != by.pk:
        in_charge = Problem.objects.in_charge_of(by)
        refuse_all_but(in_charge, problem, "重新打开由提出人、项目方、牵头单位审核人或区重点办办理。")
    words = said(text, "重新打开的原因")
    problem.state, problem.closed_at, problem.closed_by = State.OPEN, None, None
    problem.court_since = problem.level_since = at
    move(problem, Kind.REOPENED, by=by, at=at, text=words)
    trace("problem.reopened", problem, by=by, at=at, 原因=words)


def _awaiting(problem: Problem, by: User) -> Problem:
    problem = held(problem)
    if problem.state != State.AWAITING_CHECK:
        raise RuleViolation(f"问题“{problem.title}”没有等待确认的销号申请，请刷新页面。")
    asked = problem.moves.filter(kind=Kind.CLOSE_ASKED).order_by("-at", "-pk")[0]
    if asked.by_id == by.pk:
        raise NotAllowed("申请销号的人不能自己确认，请由提出人、项目责任人或牵头单位审核人确认。")
    refuse_all_but(
        Problem.objects.awaiting_word_of(by),
        problem,
        "销号由提出人，或代其确认的项目责任人、联络人、牵头单位审核人确认。",
    )
    return problem
