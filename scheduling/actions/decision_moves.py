"""One move of a decision: allowed to this person in this state, made, written down and audited."""

from copy import copy
from datetime import date, datetime
from typing import Any

from projects import audit, changed
from projects.errors import NotAllowed, RuleViolation
from projects.models import User
from projects.recorded import day_of
from scheduling import decision_flow as flow
from scheduling.decision_flow import Side, Verb
from scheduling.models import Decision, DecisionMove

TOLD = ["due_on", "state"]


def locked(decision: Decision) -> Decision:
    """As it stands now; nobody else moves it until this transaction ends."""
    return Decision.objects.select_for_update().get(pk=decision.pk)


def sides_of(decision: Decision, user: User) -> set[Side]:
    """Two queries. One person may stand on both sides; who asked for the closing never closes."""
    one = Decision.objects.filter(pk=decision.pk)
    asked = {Side.ISSUER: one.given_by(user), Side.OWNER: one.carried_out_by(user)}
    return {side for side, found in asked.items() if found.exists()}


def refuse_unallowed(decision: Decision, verb: Verb, *, by: User) -> None:
    """Raises ``NotAllowed`` for the other side, ``RuleViolation`` for a state in which it cannot be done."""
    move = flow.MOVES[verb]
    if move.side not in sides_of(decision, by):
        whose = {Side.ISSUER: "交办单位", Side.OWNER: f"责任单位{decision.owner_unit}或责任人"}[move.side]
        raise NotAllowed(f"{decision.number}的{verb.value}由{whose}办理。")
    if decision.state not in move.sources:
        raise RuleViolation(
            f"{decision.number}现为“{decision.get_state_display()}”，不能{verb.value}；可能已由他人办理，请刷新页面。"
        )


def make(
    decision: Decision,
    verb: Verb,
    kind: DecisionMove.Kind,
    action: str,
    *,
    text: str,
    by: User,
    at: datetime,
    **set_to: Any,
) -> Decision:
    """``set_to`` are the other fields it sets. Returns the decision as it stands after."""
    known = locked(decision)
    moved = copy(known)
    refuse_unallowed(known, verb, by=by)
    moved.state = flow.after(flow.State(known.state), verb)
    for name, value in set_to.items():
        setattr(moved, name, value)
    moved.save(update_fields=["state", *set_to])
    write_down(moved, kind, text=text, by=by, at=at)
    announce(moved, at=at)
    changes = audit.in_words(known, moved, TOLD) | ({"说明": [None, text]} if text else {})
    audit.record(action, moved, by=by, at=at, changes=changes)
    return moved


def write_down(decision: Decision, kind: DecisionMove.Kind, *, text: str = "", by: User, at: datetime) -> None:
    DecisionMove.objects.create(decision=decision, kind=kind, text=text, by=by, at=at)


def announce(decision: Decision, *, at: datetime) -> None:
    """What is assigned to a project is part of where it stands."""
    if decision.project_id:
        changed.announce([decision.project_id], at=at, moves_plan=False)


def refuse_past(due_on: date, *, at: datetime) -> None:
    if due_on < day_of(at):
        raise RuleViolation(f"期限 {due_on.isoformat()} 早于今天，请填写今天或以后的日期。")
