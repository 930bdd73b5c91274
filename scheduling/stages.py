"""四阶段: how far each of the four stages of one project is on a day, from its plain dated facts."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from scheduling.standing import Facts, Item, ItemKind, overdue, stage_on


class State(StrEnum):
    DONE = "done"
    CURRENT = "current"
    LATE = "late"
    TODO = "todo"


class Step(NamedTuple):
    """``planned`` is the approved day, ``actual`` the day the stage was reached; ``days`` it is late."""

    stage: str
    planned: date | None
    actual: date | None
    state: State
    days: int


def four_stages(facts: Facts, *, on: date, order: Sequence[str]) -> list[Step]:
    """A stage is judged by its target or, without one, by its milestones; with neither it is still to come."""
    current = stage_on(facts.items, on=on, order=order)
    late = {(each.item.kind, each.item.subject): each.days for each in overdue(facts, on=on)}
    return [_step(stage, _deciding(facts.items, stage), late, is_current=stage == current, on=on) for stage in order]


def _deciding(items: Sequence[Item], stage: str) -> list[Item]:
    of_stage = [item for item in items if item.stage == stage]
    return [item for item in of_stage if item.kind is ItemKind.STAGE_TARGET] or of_stage


def _step(stage: str, items: list[Item], late: dict[tuple[ItemKind, int], int], *, is_current: bool, on: date) -> Step:
    is_done = bool(items) and not any(item.is_open(on=on) for item in items)
    days = max((late.get((item.kind, item.subject), 0) for item in items), default=0)
    planned = max((item.approved_on for item in items if item.approved_on), default=None)
    reached = [item.actual_on for item in items]
    actual = max(day for day in reached if day) if is_done and all(reached) else None
    return Step(stage, planned, actual, _state(is_done=is_done, is_late=days > 0, is_current=is_current), days)


def _state(*, is_done: bool, is_late: bool, is_current: bool) -> State:
    if is_done:
        return State.DONE
    if is_late:
        return State.LATE
    return State.CURRENT if is_current else State.TODO
