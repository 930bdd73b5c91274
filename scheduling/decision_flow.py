"""销号: the moves of a matter given out (交办), who may make each, and which colour of order is due (domain §1.5).

Nothing here looks at the time but ``order_due`` and ``standing_of``, and neither moves anything: a matter leaves the
list only when the issuing side closes or withdraws it.
"""

from collections.abc import Set
from dataclasses import dataclass
from datetime import date
from enum import Enum, StrEnum

from projects.workdays import Announced, workdays_between

WARNING_WORKDAYS = 3
RECEIPT_WORKDAYS = 2


class State(StrEnum):
    AWAITING_RECEIPT = "AWAITING_RECEIPT"
    IN_HAND = "IN_HAND"
    AWAITING_CHECK = "AWAITING_CHECK"
    REDO = "REDO"
    CLOSED = "CLOSED"
    WITHDRAWN = "WITHDRAWN"


class Side(Enum):
    """Who gave the matter out, and who carries it out."""

    ISSUER = "ISSUER"
    OWNER = "OWNER"


class Verb(Enum):
    RECEIVE = "签收"
    NOTE = "填报进展"
    ASK_TO_CLOSE = "申请销号"
    ASK_EXTENSION = "申请延期"
    CLOSE_OUT = "销号"
    SEND_BACK = "退回重办"
    DECIDE_EXTENSION = "审批延期"
    CHASE = "催办"
    SUPERVISE = "督办"
    WITHDRAW = "撤销"
    REOPEN = "重新交办"


class Level(StrEnum):
    """Colours of a supervision order, in their order."""

    BLUE = "BLUE"
    YELLOW = "YELLOW"
    RED = "RED"


class Standing(Enum):
    """Side states that are never stored."""

    EXTENSION_ASKED = "延期申请中"
    OVERDUE = "逾期"
    EXTENDED = "已延期"
    IN_TIME = ""


OPEN = frozenset({State.AWAITING_RECEIPT, State.IN_HAND, State.AWAITING_CHECK, State.REDO})
WITH_OWNER = OPEN - {State.AWAITING_CHECK}
RECEIVED = WITH_OWNER - {State.AWAITING_RECEIPT}
ENDED = frozenset(State) - OPEN


@dataclass(frozen=True)
class Move:
    """From which states a side may do it, and where it leads; ``to`` None: the state stays."""

    side: Side
    sources: frozenset[State]
    to: State | None = None


MOVES: dict[Verb, Move] = {
    Verb.RECEIVE: Move(Side.OWNER, frozenset({State.AWAITING_RECEIPT}), State.IN_HAND),
    Verb.NOTE: Move(Side.OWNER, RECEIVED),
    Verb.ASK_TO_CLOSE: Move(Side.OWNER, RECEIVED, State.AWAITING_CHECK),
    Verb.ASK_EXTENSION: Move(Side.OWNER, RECEIVED),
    Verb.CLOSE_OUT: Move(Side.ISSUER, frozenset({State.AWAITING_CHECK}), State.CLOSED),
    Verb.SEND_BACK: Move(Side.ISSUER, frozenset({State.AWAITING_CHECK}), State.REDO),
    Verb.DECIDE_EXTENSION: Move(Side.ISSUER, OPEN),
    Verb.CHASE: Move(Side.ISSUER, WITH_OWNER),
    Verb.SUPERVISE: Move(Side.ISSUER, WITH_OWNER),
    Verb.WITHDRAW: Move(Side.ISSUER, OPEN, State.WITHDRAWN),
    Verb.REOPEN: Move(Side.ISSUER, ENDED, State.IN_HAND),
}


def allowed(state: State, *, sides: Set[Side]) -> list[Verb]:
    """What these sides may do now, in the order of the table."""
    return [verb for verb, move in MOVES.items() if move.side in sides and state in move.sources]


def after(state: State, verb: Verb) -> State:
    """Where the verb leads. Raises ``ValueError`` where it is not allowed."""
    move = MOVES[verb]
    if state not in move.sources:
        raise ValueError(f"{verb.value}: {state}")
    return move.to or state


def standing_of(*, state: State, original_due_on: date, due_on: date, extension_asked: bool, on: date) -> Standing:
    """The side state of an open matter. Overdue from the day after the due date, and while it waits for the check."""
    if state not in OPEN:
        return Standing.IN_TIME
    if is_overdue(state, due_on=due_on, on=on):
        return Standing.OVERDUE
    if extension_asked:
        return Standing.EXTENSION_ASKED
    return Standing.EXTENDED if due_on > original_due_on else Standing.IN_TIME


def is_overdue(state: State, *, due_on: date, on: date) -> bool:
    return state in OPEN and on > due_on


@dataclass(frozen=True)
class Order:
    """A supervision order as issued: its colour, and the day by which it is to be answered."""

    level: Level
    due_on: date


def order_due(
    *, state: State, due_on: date, assigned_on: date, last: Order | None, on: date, announced: Announced
) -> Level | None:
    """The colour to be proposed today, after 三明 and 华亭: each follows the last, and only once its limit has passed.

    Blue: due within three working days, or not received within two. Yellow: the due date passed, and blue's own limit.
    Red: yellow's limit passed. None: nothing to propose, or the matter is in the issuing side's court.
    """
    if state not in WITH_OWNER:
        return None
    if last is None:
        is_near = workdays_between(on, due_on, announced).value <= WARNING_WORKDAYS
        is_unreceived = workdays_between(assigned_on, on, announced).value > RECEIPT_WORKDAYS
        return Level.BLUE if is_near or (state is State.AWAITING_RECEIPT and is_unreceived) else None
    return following(last.level) if on > max(due_on, last.due_on) else None


def following(level: Level | None) -> Level | None:
    """The colour after this one; None after red."""
    every = [*Level]
    place = 0 if level is None else every.index(level) + 1
    return every[place] if place < len(every) else None
