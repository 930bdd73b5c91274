"""The signs of a wall chart. Each differs from the others by its shape; its colour only says it again."""

from collections.abc import Sequence

from reports.drawing import (
    BLUE,
    GROUND,
    INK,
    MID,
    SOFT,
    WASH,
    Box,
    Paint,
    Shape,
    circle,
    hatched,
    line,
    path,
    rectangle,
)
from reports.rendering import placing

RED = "#c4161c"
STAGES = ("前期准备", "开工建设", "主体施工", "竣工投产")
_FILLS = (GROUND, WASH, MID, BLUE)
_LABELS = (INK, INK, INK, GROUND)


def done_flag(x: float, foot: float, height: float) -> list[Shape]:
    """红旗: a full cloth."""
    top, cloth = foot - height, height * 0.5
    return [
        line((x, foot), (x, top), Paint(stroke=INK, width=height * 0.06)),
        rectangle(Box(x, top, x + height * 0.62, top + cloth), Paint(RED)),
    ]


def late_flag(x: float, foot: float, height: float) -> list[Shape]:
    """黑旗: a pennant."""
    top = foot - height
    return [
        line((x, foot), (x, top), Paint(stroke=INK, width=height * 0.06)),
        path([(x, top), (x + height * 0.7, top + height * 0.28), (x, top + height * 0.56)], Paint(INK)),
    ]


def diamond(x: float, y: float, reach: float, paint: Paint) -> Shape:
    return path([(x, y - reach), (x + reach, y), (x, y + reach), (x - reach, y)], paint)


def original(x: float, y: float, reach: float) -> Shape:
    return diamond(x, y, reach, Paint(GROUND, INK, reach * 0.25))


def approved(x: float, y: float, reach: float) -> Shape:
    return diamond(x, y, reach, Paint(BLUE, GROUND, reach * 0.2))


def forecast(x: float, y: float, reach: float) -> Shape:
    return circle(x, y, reach * 0.85, Paint(GROUND, BLUE, reach * 0.3))


def whisker(left: float, right: float, y: float, reach: float) -> list[Shape]:
    """时差: how far it may still slip, from the earliest to the latest finish."""
    paint = Paint(stroke=SOFT, width=reach * 0.22)
    ends = [line((x, y - reach * 0.6), (x, y + reach * 0.6), paint) for x in (left, right)]
    return [line((left, y), (right, y), paint), *ends]


def stage_bar(box: Box, step: int) -> list[Shape]:
    """Empty, lined, tinted, full: the four stages in order."""
    shapes = [rectangle(box, Paint(_FILLS[step - 1], BLUE, max(box.height * 0.06, 0.4)))]
    if step == 2:
        shapes += hatched(box, Paint(stroke=MID, width=max(box.height * 0.06, 0.4)), gap=box.height * 0.5)
    return shapes


def stage_name(box: Box, step: int, size: float, taken: Sequence[Box] = ()) -> list[Shape]:
    """In full or in its first two signs, in a part of the bar where no sign stands; else not at all."""
    name = STAGES[step - 1]
    return placing.inside(box, (name, name[:2]), taken, size=size, fill=_LABELS[step - 1])


def actual_bar(box: Box) -> Shape:
    return rectangle(box, Paint("#8993a0"))


def blackout(box: Box, gap: float) -> list[Shape]:
    return [
        rectangle(box, Paint("#f3f4f6")),
        *hatched(box, Paint(stroke="#b9c1ca", width=gap * 0.1), gap=gap),
    ]


def lateness(left: float, right: float, y: float, width: float) -> Shape:
    """From the day it was due until the day of the chart."""
    return line((left, y), (right, y), Paint(stroke=INK, width=width, dash=f"{width * 2:.2f} {width * 1.5:.2f}"))


def before(x: float, y: float, reach: float) -> Shape:
    """It began, or was due, before the chart begins."""
    return path([(x, y), (x + reach, y - reach), (x + reach, y + reach)], Paint(INK))
