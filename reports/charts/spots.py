"""Places that coincide: a few are moved apart, many are counted together."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import count
from math import cos, pi, sin, sqrt
from typing import Generic, NamedTuple, TypeVar

from reports.drawing import Box

What = TypeVar("What")
_TURN = pi * (3 - sqrt(5))  # the golden angle: steps outwards that never fall in line
_FARTHEST = 400


@dataclass(frozen=True)
class Sited(Generic[What]):
    what: What
    x: float
    y: float


class _Square(NamedTuple):
    across: int
    down: int


def sited(places: Iterable[tuple[What, float, float]], within: Box, *, apart: float) -> list[Sited[What]]:
    """Each where it lies, or beside it where an earlier one lies already; in the order given."""
    taken: set[_Square] = set()
    found = []
    for what, x, y in places:
        for turn in count():
            place = _held(
                x + _reach(turn, apart) * cos(turn * _TURN), y + _reach(turn, apart) * sin(turn * _TURN), within
            )
            square = _square(*place, apart, apart)
            if square not in taken or turn > _FARTHEST:
                break
        taken.add(square)
        found.append(Sited(what, *place))
    return found


def _reach(turn: int, apart: float) -> float:
    return apart * 0.9 * sqrt(turn)


def _held(x: float, y: float, within: Box) -> tuple[float, float]:
    return min(max(x, within.left), within.right), min(max(y, within.top), within.bottom)


def _square(x: float, y: float, across: float, down: float) -> _Square:
    return _Square(int(x // across), int(y // down))


@dataclass(frozen=True)
class Group(Generic[What]):
    """In the order they were given."""

    members: Sequence[What]
    x: float
    y: float


def grouped(
    places: Iterable[tuple[What, float, float]], within: Box, *, across: float, down: float
) -> list[Group[What]]:
    """All in one square together, at its left, so that words behind a sign stay within their square.

    What is left over beyond the last whole square belongs to that one.
    """
    found: dict[_Square, list[What]] = {}
    last = _Square(int(within.width // across) - 1, int(within.height // down) - 1)
    for what, x, y in places:
        square = _square(x - within.left, y - within.top, across, down)
        held = _Square(min(square.across, last.across), min(square.down, last.down))
        found.setdefault(held, []).append(what)
    return [
        Group(members, within.left + (square.across + 0.2) * across, within.top + (square.down + 0.5) * down)
        for square, members in sorted(found.items())
    ]
