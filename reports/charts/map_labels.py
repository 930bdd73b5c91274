"""Names of flagged places: none over another, none over a sign."""

from collections.abc import Sequence
from typing import Protocol, TypeVar

from reports.charts.axes import spread
from reports.charts.spots import Sited
from reports.drawing import Box, Paint, Shape, clipped, path, text, width_of

COLUMN = 150  # the room that names beside the map take on either side
_STEP = 17
_FEW = 6


class Named(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def is_flagged(self) -> bool: ...


Spot = TypeVar("Spot", bound=Named)


def in_columns(sited: Sequence[Sited[Spot]], ground: Box, *, size: float) -> list[Shape]:
    """Left and right of the map, each with a line to its place; in the order given, as many as there is room for."""
    room = int((ground.height - 8) // _STEP)
    flagged = sorted((each for each in sited if each.what.is_flagged), key=lambda each: each.x)
    half = (len(flagged) + 1) // 2
    shapes = []
    for column, is_left in ((flagged[:half], True), (flagged[half:], False)):
        kept = [each for each in sited if each in column][:room]
        places = spread([each.y for each in kept], [_STEP] * len(kept), low=ground.top + 4, high=ground.bottom - 4)
        for each, y in zip(kept, places, strict=True):
            shapes += _beside(each, y, ground, size, is_left=is_left)
    return shapes


def _beside(each: Sited[Spot], y: float, ground: Box, size: float, *, is_left: bool) -> list[Shape]:
    words = clipped(each.what.name, size=size, width=COLUMN - 24)
    wide = width_of(words, size)
    edge, away = (ground.left + 8, 1) if is_left else (ground.right - 8, -1)
    begin = edge + away * (wide + 4)
    bend = edge + away * (COLUMN - 10)
    leader = path([(begin, y), (bend, y), (each.x, each.y)], Paint(stroke="#8993a0", width=0.8), closed=False)
    return [leader, text(words, edge, y, size=size, anchor="start" if is_left else "end")]


def at_the_signs(sited: Sequence[Sited[Spot]], within: Box, *, reach: float, size: float) -> list[Shape]:
    """Behind, before, above or below the sign; where there is no room, no name."""
    taken = [Box(each.x - reach, each.y - reach, each.x + reach, each.y + reach) for each in sited]
    shapes: list[Shape] = []
    for each in sited:
        if not each.what.is_flagged or len(shapes) == _FEW:
            continue
        words = clipped(each.what.name, size=size, width=size * 9)
        free = [box for box in _around(each, width_of(words, size), size, reach) if _is_free(box, within, taken)]
        if free:
            taken.append(free[0])
            shapes.append(text(words, free[0].left + 1, (free[0].top + free[0].bottom) / 2, size=size))
    return shapes


def _around(each: Sited[Spot], width: float, size: float, reach: float) -> list[Box]:
    half, away = size * 0.6, reach + 3
    beside = [(each.x + away, each.y), (each.x - away - width, each.y)]
    stacked = [(each.x - width / 2, each.y + turn * (away + half)) for turn in (-1, 1)]
    return [Box(left - 1, middle - half, left + width + 1, middle + half) for left, middle in beside + stacked]


def _is_free(box: Box, within: Box, taken: Sequence[Box]) -> bool:
    lies_within = box.left > within.left and box.right < within.right and box.top > within.top
    return lies_within and box.bottom < within.bottom and not any(box.meets(each) for each in taken)
