"""结果运用的办理: the states of a measure, who may make which step of which kind, and where it leads.

提醒 → 约谈 → 限期整改 → 挂牌督办, and what supports: nothing is sent before somebody has approved it, and nothing is
closed but by a person.
"""

from collections.abc import Set
from dataclasses import dataclass, field
from enum import Enum, StrEnum

from scheduling.measure_rules import Level, Side, levels_of


class State(StrEnum):
    """``NOTIFIED``: told to the unit. ``UNDER_WAY``: undertakings or items are being carried out."""

    PROPOSED = "PROPOSED"
    APPROVED = "APPROVED"
    NOTIFIED = "NOTIFIED"
    UNDER_WAY = "UNDER_WAY"
    CLOSED = "CLOSED"
    DISMISSED = "DISMISSED"


class ItemState(StrEnum):
    OPEN = "OPEN"
    HANDED_IN = "HANDED_IN"
    CLOSED = "CLOSED"
    ESCALATED = "ESCALATED"


class Actor(Enum):
    """Who approves, who carries the measure through, and whom it concerns."""

    APPROVER = "签发领导"
    OFFICE = "区重点办"
    OWNER = "责任单位"


class Verb(Enum):
    APPROVE = "批准"
    CHANGE_LEVEL = "调整措施"
    DISMISS = "不采纳"
    ARRANGE = "安排约谈"
    DEMAND = "添加整改事项"
    REMIND = "发出提醒"
    DRAFT_NOTICE = "起草通知书"
    WITHDRAW = "撤回"
    RECORD = "记录约谈"
    ANSWER = "书面说明"
    CLOSE = "办结"
    ESCALATE = "升级"


OPEN = frozenset(State) - {State.CLOSED, State.DISMISSED}
TOLD = frozenset({State.NOTIFIED, State.UNDER_WAY, State.CLOSED})
WITH_ITEMS = frozenset({Level.INTERVIEW, Level.RECTIFICATION, Level.LISTED_SUPERVISION})
PUT_RIGHT = WITH_ITEMS - {Level.INTERVIEW}
STRICT, KIND = frozenset(levels_of(Side.STRICT)), frozenset(levels_of(Side.KIND))
EVERY = STRICT | KIND


@dataclass(frozen=True)
class Step:
    """Who may take it from which states, for which kinds of measures."""

    actor: Actor
    sources: frozenset[State]
    levels: frozenset[Level] = field(default=EVERY)


_ANSWERED = frozenset({State.NOTIFIED, State.UNDER_WAY})
STEPS: dict[Verb, Step] = {
    Verb.APPROVE: Step(Actor.APPROVER, frozenset({State.PROPOSED})),
    Verb.CHANGE_LEVEL: Step(Actor.APPROVER, frozenset({State.PROPOSED})),
    Verb.DISMISS: Step(Actor.APPROVER, frozenset({State.PROPOSED})),
    Verb.ARRANGE: Step(Actor.OFFICE, frozenset({State.APPROVED}), frozenset({Level.INTERVIEW})),
    Verb.DEMAND: Step(Actor.OFFICE, frozenset({State.APPROVED, State.UNDER_WAY}), PUT_RIGHT),
    Verb.REMIND: Step(Actor.OFFICE, frozenset({State.APPROVED}), frozenset({Level.REMINDER})),
    Verb.DRAFT_NOTICE: Step(Actor.OFFICE, frozenset({State.APPROVED}), EVERY - {Level.REMINDER}),
    Verb.WITHDRAW: Step(Actor.APPROVER, frozenset({State.APPROVED})),
    Verb.RECORD: Step(Actor.OFFICE, frozenset({State.NOTIFIED}), frozenset({Level.INTERVIEW})),
    Verb.ANSWER: Step(Actor.OWNER, _ANSWERED, STRICT),
    Verb.CLOSE: Step(Actor.OFFICE, _ANSWERED),
    Verb.ESCALATE: Step(Actor.OFFICE, _ANSWERED, STRICT - {Level.REMOVAL}),
}


def allowed(level: Level, state: State, *, actors: Set[Actor]) -> list[Verb]:
    """What these may do with it now, in the order of the table."""
    return [
        verb
        for verb, step in STEPS.items()
        if step.actor in actors and state in step.sources and level in step.levels and not _waits(verb, level, state)
    ]


def _waits(verb: Verb, level: Level, state: State) -> bool:
    """An interview that was announced is held and recorded before it can be closed."""
    return verb is Verb.CLOSE and level is Level.INTERVIEW and state is State.NOTIFIED


def once_told(level: Level) -> State:
    """Where a measure stands once its notice is out."""
    if level in PUT_RIGHT:
        return State.UNDER_WAY
    return State.CLOSED if level is Level.COMMENDATION else State.NOTIFIED


def next_step(level: Level, state: State) -> str:
    """What comes next and who does it, in one phrase."""
    if state is State.PROPOSED:
        return "待签发领导审定"
    if state is State.APPROVED:
        if level is Level.REMINDER:
            return "待区重点办发出提醒"
        return (
            "待区重点办起草通知书，核稿、签发后印发"
            if level.side is Side.STRICT
            else "待区重点办起草文书，核稿、签发后印发"
        )
    if state is State.NOTIFIED:
        words = {Level.INTERVIEW: "待约谈，约谈后记录承诺事项", Level.REMINDER: "待责任单位说明整改情况"}
        return words.get(level, "待区重点办登记落实情况后办结")
    if state is State.UNDER_WAY:
        return "待责任单位逐项整改、区重点办复查销号"
    return "已办结" if state is State.CLOSED else "未采纳"
