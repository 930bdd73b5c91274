"""问题: raised, amended, told about, and handed from one unit to another."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from projects import audit, changed
from projects.errors import NotAllowed, RuleViolation
from projects.models import KeyProject, Unit, User
from projects.models.key_project import in_units_of
from projects.recorded import day_of
from projects.roles import Duty
from scheduling.models import Problem, ProblemMove

from .problem_moves import held_open, move, refuse_all_but, said, trace

Kind = ProblemMove.Kind
_TOLD = ("kind", "title", "description", "responsible_unit", "needed_by", "milestone", "effect_days")


def may_raise(project: KeyProject, by: User) -> bool:
    """The office for any project, a lead for the own ones, a reviewer for those the own units lead or answer for."""
    duties = by.duties
    if duties.include(Duty.RAISE_PROBLEM) and (duties.include(Duty.EDIT_REGISTER) or project.is_answered_for_by(by)):
        return True
    return KeyProject.objects.filter(in_units_of(duties, Duty.ANSWER_REQUEST), pk=project.pk).exists()


@transaction.atomic
def raise_problem(*, problem: Problem, support_units: Iterable[Unit], by: User, at: datetime) -> Problem:
    """提出问题: it begins on the project's own level, in the court of the unit that answers for it.

    Raises ``NotAllowed`` for another's project.
    """
    if not may_raise(problem.project, by):
        raise NotAllowed(f"“{problem.project.name}”的问题由其责任人、联络人、牵头单位审核人或区重点办提出。")
    if problem.needed_by < day_of(at):
        raise RuleViolation(f"需解决日期 {problem.needed_by.isoformat()} 早于今天，请核对。")
    _refuse_unfit(problem)
    problem.court_unit, problem.court_since, problem.level_since = problem.responsible_unit, at, at
    problem.raised_by, problem.raised_at = by, at
    move(problem, Kind.RAISED, by=by, at=at, text=problem.description)
    problem.support_units.set(support_units)
    audit.record("problem.raised", problem, by=by, at=at, changes=_changes(None, problem))
    return problem


@transaction.atomic
def amend(*, problem: Problem, support_units: Iterable[Unit], by: User, at: datetime) -> None:
    """修改: what it is about and what it delays; who has it in hand stays as it is."""
    before = held_open(problem)
    refuse_all_but(
        Problem.objects.in_charge_of(by), problem, "问题由项目责任人、联络人、牵头单位审核人或区重点办修改。"
    )
    _refuse_unfit(problem)
    changes, units = _changes(before, problem), list(support_units)
    supported = set(before.support_units.all())
    if supported != set(units):
        changes["配合单位"] = ["、".join(map(str, supported)) or None, "、".join(map(str, units)) or None]
    if not changes:
        raise RuleViolation("没有改动，无须保存。")
    problem.save(update_fields=_TOLD)
    changed.announce([problem.project_id], at=at, moves_plan=False)
    problem.support_units.set(units)
    audit.record("problem.amended", problem, by=by, at=at, changes=changes)


@transaction.atomic
def note(*, problem: Problem, text: str, by: User, at: datetime) -> None:
    """进展: told by whoever works on it, in any of the units concerned."""
    problem = held_open(problem)
    refuse_all_but(Problem.objects.worked_on_by(by), problem, "进展由项目方，或责任、配合、办理单位填写。")
    words = said(text, "进展情况")
    move(problem, Kind.NOTED, by=by, at=at, text=words)
    trace("problem.noted", problem, by=by, at=at, 进展=words)


@transaction.atomic
def hand_over(*, problem: Problem, to: Unit, text: str, by: User, at: datetime) -> None:
    """转办: another unit has it in hand from now on, and its days begin to count."""
    problem = held_open(problem)
    refuse_all_but(Problem.objects.in_hands_of(by), problem, "转办由项目方或当前办理单位办理。")
    if to == problem.court_unit:
        raise RuleViolation(f"问题已在{to}办理，请选择其他单位。")
    words, before = said(text, "转办理由"), problem.court_unit
    move(problem, Kind.HANDED_OVER, by=by, at=at, text=words, court=to)
    changes = {"当前办理单位": [str(before), str(to)], "说明": [None, words]}
    audit.record("problem.handed_over", problem, by=by, at=at, changes=changes)


def _changes(before: Problem | None, after: Problem) -> dict[str, list[Any]]:
    return audit.in_words(before, after, _TOLD)


def _refuse_unfit(problem: Problem) -> None:
    if problem.milestone and problem.milestone.project_id != problem.project_id:
        raise RuleViolation(f"节点“{problem.milestone}”不属于本项目，请另选。")
    if problem.effect_days and not problem.milestone:
        raise RuleViolation("填写影响天数时须选择影响的节点。")
