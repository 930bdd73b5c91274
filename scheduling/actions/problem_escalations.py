"""升级: the clocks propose the next level, people decide."""

from datetime import datetime

from django.db import transaction

from projects import audit
from projects.errors import NotAllowed, RuleViolation
from projects.models import Unit, User
from projects.recorded import day_of
from projects.roles import Duty
from projects.workdays import Announced
from scheduling.models import EscalationLevel, Problem, ProblemMove
from scheduling.problem_clock import TOP, Limit, Stay, due_on, escalation_due
from scheduling.problems import announced_for, limits, stays_of

from .problem_moves import held_open, move, said, trace

Kind = ProblemMove.Kind


@transaction.atomic
def propose_due(*, at: datetime) -> int:
    """建议升级 wherever a level's limit has passed; returns how many. Asked for twice, each is proposed once."""
    on = day_of(at)
    waiting = Problem.objects.filter(state=Problem.State.OPEN, level__lt=TOP).not_proposed()
    problems = list(waiting.select_related("court_unit").select_for_update(of=("self",)).order_by("pk"))
    rules, announced = limits(), announced_for(problems, on=on)
    stays = stays_of(problems)
    due = [p for p in problems if escalation_due(stays[p.pk], rules, on=on, announced=announced).value]
    for problem in due:
        text = _overstayed(problem, rules, stays[problem.pk], announced)
        move(problem, Kind.ESCALATION_PROPOSED, by=None, at=at, text=text)
        trace("problem.escalation_proposed", problem, by=None, at=at, 说明=text)
    return len(due)


@transaction.atomic
def escalate(*, problem: Problem, court: Unit, text: str, by: User, at: datetime) -> None:
    """升级: what was proposed is confirmed; ahead of any proposal, it needs a reason.

    ``court`` is the unit that has it in hand on the next level.
    Raises ``NotAllowed`` for whom ``may_escalate`` leaves out, ``RuleViolation`` at the top.
    """
    problem = held_open(problem)
    if problem.level >= TOP:
        raise RuleViolation("问题已在区长专题会层级，不能再升级。")
    if not may_escalate(problem, by):
        raise NotAllowed(_WHO[EscalationLevel(problem.level)])
    words = text.strip() if _is_proposed(problem) else said(text, "提前升级的理由")
    before = problem.get_level_display()
    move(problem, Kind.ESCALATED, by=by, at=at, text=words, court=court, level=problem.level + 1)
    changes = {"协调层级": [before, problem.get_level_display()], "说明": [None, words or None]}
    audit.record("problem.escalated", problem, by=by, at=at, changes=changes)


@transaction.atomic
def decline(*, problem: Problem, text: str, by: User, at: datetime) -> None:
    """暂不升级: with a reason; the limit of the level runs once more from now."""
    problem = held_open(problem)
    if not may_decline(problem, by):
        raise NotAllowed("暂不升级由牵头单位审核人或区重点办决定；分管领导层级的由区重点办决定。")
    if not _is_proposed(problem):
        raise RuleViolation("该问题目前没有升级建议，可能已由他人处理，请刷新页面。")
    words = said(text, "暂不升级的理由")
    move(problem, Kind.ESCALATION_DECLINED, by=by, at=at, text=words)
    trace("problem.escalation_declined", problem, by=by, at=at, 说明=words)


_WHO = {
    EscalationLevel.PROJECT: "升级到牵头单位由项目责任人、联络人、牵头单位审核人或区重点办办理。",
    EscalationLevel.LEAD_UNIT: "升级到分管领导由牵头单位审核人或区重点办办理。",
    EscalationLevel.LEADER: "升级到区长专题会由区重点办办理。",
}


def may_escalate(problem: Problem, by: User) -> bool:
    """Of the project's level whoever is in charge; of the lead unit's its reviewer; beyond, the office."""
    if by.duties.include(Duty.EDIT_REGISTER):
        return True
    if problem.level == EscalationLevel.PROJECT:
        return Problem.objects.in_charge_of(by).filter(pk=problem.pk).exists()
    return may_decline(problem, by)


def may_decline(problem: Problem, by: User) -> bool:
    """A reviewer of the lead unit up to its own level; the office always."""
    if by.duties.include(Duty.EDIT_REGISTER):
        return True
    is_below = problem.level <= EscalationLevel.LEAD_UNIT
    return is_below and Problem.objects.led_by(by).filter(pk=problem.pk).exists()


def _is_proposed(problem: Problem) -> bool:
    return Problem.objects.to_escalate().filter(pk=problem.pk).exists()


def _overstayed(problem: Problem, rules: list[Limit], stay: Stay, announced: Announced) -> str:
    last = due_on(stay, rules, announced).value
    after = EscalationLevel(problem.level + 1).label
    return f"在“{problem.get_level_display()}”层级的期限 {last} 已过，建议升级到“{after}”。"
