"""What each sign of a wall chart means."""

from collections.abc import Callable
from typing import NamedTuple

from reports.drawing import BLUE, SOFT, Box, Paint, Shape, line, number, svg, text, width_of
from reports.rendering import marks


class Sign(NamedTuple):
    """``room`` and heights are in sizes of the words beside it."""

    words: str
    room: float
    draw: Callable[[Box, float], list[Shape]]


def legend(left: float, top: float, width: float, size: float, *, of_nodes: bool) -> tuple[list[Shape], float]:
    """In as many lines as it takes; also where it ends."""
    x, y, step = left, top, size * 2.2
    shapes: list[Shape] = [text("图例", x, y + step / 2, size=size, bold=True)]
    x += size * 3
    for sign in NODE_SIGNS if of_nodes else PROJECT_SIGNS:
        taken = (sign.room + 0.6) * size + width_of(sign.words, size) + 1.4 * size
        if x + taken > left + width:
            x, y = left, y + step
        box = Box(x, y, x + sign.room * size, y + step)
        shapes += sign.draw(box, size)
        shapes.append(text(sign.words, box.right + 0.6 * size, y + step / 2, size=size, fill=SOFT))
        x += taken
    return shapes, y + step


def signs(size: float, *, of_nodes: bool) -> list[tuple[str, str]]:
    """Each sign by itself with its words, for a page that breaks its lines as it likes."""
    found = []
    for sign in NODE_SIGNS if of_nodes else PROJECT_SIGNS:
        box = Box(0, 0, sign.room * size, size * 2)
        room = {"width": number(box.width), "height": number(box.height)}
        found.append((svg(sign.draw(box, size), box, label="", **room), sign.words))
    return found


def _across(box: Box) -> float:
    return (box.left + box.right) / 2


def _down(box: Box) -> float:
    return (box.top + box.bottom) / 2


def _lane(box: Box, size: float, half: float) -> Box:
    return Box(box.left, _down(box) - half * size, box.right, _down(box) + half * size)


def _four_bars(box: Box, size: float) -> list[Shape]:
    lane = _lane(box, size, 0.65)
    part = lane.width / 4
    each = [lane._replace(left=lane.left + turn * part, right=lane.left + (turn + 1) * part) for turn in range(4)]
    named = [(place, step) for step, place in enumerate(each, start=1)]
    bars = [shape for place, step in named for shape in marks.stage_bar(place, step)]
    return bars + [shape for place, step in named for shape in marks.stage_name(place, step, size * 0.93)]


def _today(box: Box, _size: float) -> list[Shape]:
    return [line((_across(box), box.top), (_across(box), box.bottom), Paint(stroke=BLUE, width=1.4))]


_BARS = Sign("计划（上）", 17.6, _four_bars)
_ACTUAL = Sign("实际（下）", 3, lambda box, size: [marks.actual_bar(_lane(box, size, 0.25))])
_DONE = Sign("红旗：完成", 1, lambda box, size: marks.done_flag(box.left, _down(box) + size * 0.8, size * 1.6))
_LATE = Sign("黑旗：逾期", 1, lambda box, size: marks.late_flag(box.left, _down(box) + size * 0.8, size * 1.6))
_LATENESS = Sign("逾期至今", 3, lambda box, size: [marks.lateness(box.left, box.right, _down(box), size * 0.15)])
_BLACKOUT = Sign("停工期、停缓建", 3, lambda box, size: marks.blackout(_lane(box, size, 0.65), size * 0.5))
_DAY = Sign("截至日", 1, _today)
_ORIGINAL = Sign("原定日期", 1, lambda box, size: [marks.original(_across(box), _down(box), size * 0.5)])
_APPROVED = Sign("批准日期", 1, lambda box, size: [marks.approved(_across(box), _down(box), size * 0.5)])
_FORECAST = Sign("预计日期", 1, lambda box, size: [marks.forecast(_across(box), _down(box), size * 0.5)])
_FLOAT = Sign(
    "时差：最早至最迟完成，不足为欠", 3, lambda box, size: marks.whisker(box.left, box.right, _down(box), size * 0.5)
)
_KEY_OPEN = Sign("关键节点", 1, lambda box, size: [marks.original(_across(box), _down(box), size * 0.4)])
_KEY_DONE = Sign("已完成的关键节点", 1, lambda box, size: [marks.approved(_across(box), _down(box), size * 0.4)])
_BEFORE = Sign("起点在图外", 1, lambda box, size: [marks.before(box.left, _down(box), size * 0.4)])

PROJECT_SIGNS = (_BARS, _ACTUAL, _DONE, _LATE, _LATENESS, _KEY_OPEN, _KEY_DONE, _BLACKOUT, _DAY, _BEFORE)
NODE_SIGNS = (
    *(_BARS, _ACTUAL, _ORIGINAL, _APPROVED, _FORECAST, _DONE, _LATE, _LATENESS, _FLOAT, _BLACKOUT, _DAY, _BEFORE),
)
