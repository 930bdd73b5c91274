"""协调请求: a department is asked, has a limit, and accepts with a day, refuses with reasons or passes it on."""

from datetime import date, datetime

from django.db import transaction

from projects import audit
from projects.errors import NotAllowed, RuleViolation
from projects.models import Unit, User
from projects.recorded import day_of
from scheduling.models import Problem, ProblemMove, ProblemRequest

from .problem_moves import held_open, move, refuse_all_but, said

Outcome = ProblemRequest.Outcome


@transaction.atomic
def ask(*, problem: Problem, unit: Unit, question: str, answer_due_on: date, by: User, at: datetime) -> ProblemRequest:
    """请求协调: from now on the matter is in the court of the unit that is asked."""
    problem = held_open(problem)
    refuse_all_but(Problem.objects.in_hands_of(by), problem, "协调请求由项目方或当前办理单位提出。")
    return _ask(problem, unit, said(question, "请求事项"), answer_due_on, by=by, at=at)


@transaction.atomic
def accept(*, request: ProblemRequest, answer: str, promised_on: date, by: User, at: datetime) -> None:
    """受理: with the day by which it will be done; the matter stays with the unit."""
    request, problem = _to_answer(request, by)
    if promised_on < day_of(at):
        raise RuleViolation(f"承诺办结日期 {promised_on.isoformat()} 早于今天，请核对。")
    request.promised_on = promised_on
    words = said(answer, "答复内容")
    text = f"受理，承诺 {promised_on.isoformat()} 前办结：{words}"
    _answered(request, problem, Outcome.ACCEPTED, words, text=text, by=by, at=at)


@transaction.atomic
def refuse(*, request: ProblemRequest, answer: str, by: User, at: datetime) -> None:
    """不予受理: with reasons; the matter goes back to the unit responsible, or else to the lead unit."""
    request, problem = _to_answer(request, by)
    words = said(answer, "不予受理的理由")
    home = [problem.responsible_unit, problem.project.lead_unit]
    back = next((unit for unit in home if unit != request.unit), None)
    _answered(request, problem, Outcome.REFUSED, words, text=f"不予受理：{words}", court=back, by=by, at=at)


@transaction.atomic
def transfer(
    *, request: ProblemRequest, to: Unit, answer: str, answer_due_on: date, by: User, at: datetime
) -> ProblemRequest:
    """转交: asked anew of the unit whose business it is; the trail keeps both."""
    request, problem = _to_answer(request, by)
    if to == request.unit:
        raise RuleViolation(f"请求已在{to}，请选择其他单位。")
    words = said(answer, "转交理由")
    _answered(request, problem, Outcome.TRANSFERRED, words, text=f"转交{to}：{words}", by=by, at=at)
    return _ask(problem, to, request.question, answer_due_on, by=by, at=at, transferred_from=request)


def _ask(
    problem: Problem,
    unit: Unit,
    question: str,
    answer_due_on: date,
    *,
    by: User,
    at: datetime,
    transferred_from: ProblemRequest | None = None,
) -> ProblemRequest:
    if answer_due_on < day_of(at):
        raise RuleViolation(f"答复期限 {answer_due_on.isoformat()} 早于今天，请核对。")
    if ProblemRequest.objects.unanswered().filter(problem=problem, unit=unit).exists():
        raise RuleViolation(f"已有一项请求在等{unit}答复，请待其答复后再提。")
    request = ProblemRequest.objects.create(
        problem=problem,
        unit=unit,
        question=question,
        answer_due_on=answer_due_on,
        asked_by=by,
        asked_at=at,
        transferred_from=transferred_from,
    )
    text = f"请{unit}于 {answer_due_on.isoformat()} 前答复：{question}"
    move(problem, ProblemMove.Kind.ASKED, by=by, at=at, text=text, court=unit)
    changes = audit.in_words(None, request, ["unit", "question", "answer_due_on"])
    audit.record("problem.asked_about", problem, by=by, at=at, changes=changes)
    return request


def _to_answer(request: ProblemRequest, by: User) -> tuple[ProblemRequest, Problem]:
    """The request and its problem, held. Raises ``NotAllowed`` for another unit's, or the own."""
    problem = held_open(request.problem)
    request = ProblemRequest.objects.select_related("unit").get(pk=request.pk)
    if request.outcome:
        raise RuleViolation(f"该请求已由{request.answered_by}答复：{request.get_outcome_display()}。请刷新页面。")
    if not ProblemRequest.objects.addressed_to(by).filter(pk=request.pk).exists():
        raise NotAllowed(f"该请求由{request.unit}答复。")
    if request.asked_by_id == by.pk:
        raise NotAllowed("请求人不能答复自己提出的请求，请由本单位其他人答复。")
    return request, problem


def _answered(
    request: ProblemRequest,
    problem: Problem,
    outcome: ProblemRequest.Outcome,
    words: str,
    *,
    text: str,
    by: User,
    at: datetime,
    court: Unit | None = None,
) -> None:
    request.outcome, request.answer, request.answered_by, request.answered_at = outcome, words, by, at
    request.save()
    move(problem, ProblemMove.Kind.ANSWERED, by=by, at=at, text=text, court=court)
    changes = audit.in_words(None, request, ["unit", "outcome", "answer", "promised_on"])
    audit.record("problem.answered", problem, by=by, at=at, changes=changes)
