"""From the snapshot of a wall chart to shapes: the head of the time axis, and one band for each row."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from reports.drawing import (
    BLUE,
    GROUND,
    INK,
    LINE,
    SOFT,
    Box,
    Paint,
    Shape,
    balanced,
    line,
    rectangle,
    text,
    width_of,
)
from reports.rendering import rows
from reports.rendering.time_axis import Tick, TimeAxis, Zoom
from reports.wall_chart import Group, Row, WallChart

_GROUP_FILL, _HEADING_FILL = "#eef2f6", "#f8fafc"


@dataclass(frozen=True)
class Measures:
    """``text`` is the size of the words; everything else follows from the heights of the lines."""

    text: float
    row: float
    group: float

    @property
    def head(self) -> float:
        return self.text * 4.1

    def height(self, name_lines: int) -> float:
        return max(self.row, (name_lines * 1.2 + 0.5) * self.text)


@dataclass(frozen=True)
class Line:
    """A group's heading (without ``row``) or a row, with its height and the lines its name takes."""

    group: Group
    row: Row | None
    height: float
    name: tuple[str, ...] = ()
    is_continued: bool = False


def lines_of(chart: WallChart, measures: Measures, *, name_width: float | None = None) -> list[Line]:
    """``name_width`` None: names stand elsewhere and take one line."""
    found = []
    for group in chart.groups:
        found.append(Line(group, None, measures.group))
        for row in group.rows:
            name = balanced(row.name, size=measures.text, width=name_width) if name_width else [row.name]
            found.append(Line(group, row, measures.height(len(name) if name_width else 1), tuple(name)))
    return found


def head(axis: TimeAxis, top: float, measures: Measures, *, zoom: Zoom, on: date) -> list[Shape]:
    """Two storeys of time and, below them, the day of the chart."""
    storey, size = measures.text * 1.3, measures.text
    coarse, fine = _scales(axis, zoom, size)
    shapes = [rectangle(Box(axis.left, top, axis.right, top + measures.head), Paint(GROUND))]
    shapes += _storey(coarse, axis, top, storey, size, bold=True)
    shapes += _storey(fine, axis, top + storey, storey, size, bold=False)
    shapes.append(line((axis.left, top + 2 * storey), (axis.right, top + 2 * storey), Paint(stroke=INK, width=0.8)))
    return shapes + _day_tag(axis, top + 2 * storey, measures.head - 2 * storey, size, on)


def _scales(axis: TimeAxis, zoom: Zoom, size: float) -> tuple[list[Tick], list[Tick]]:
    if zoom is Zoom.DAY:
        return _named_months(axis), axis.days()
    if zoom is Zoom.WEEK:
        return _named_months(axis), axis.weeks()
    wide = axis.day_width * 30 >= size * 2.2
    return axis.years(), axis.months() if wide else axis.quarters() if axis.day_width * 90 >= size * 3 else []


def _named_months(axis: TimeAxis) -> list[Tick]:
    return [tick._replace(name=f"{tick.since.year}年{tick.since.month}月") for tick in axis.months()]


def _storey(
    ticks: Iterable[Tick], axis: TimeAxis, top: float, height: float, size: float, *, bold: bool
) -> list[Shape]:
    shapes = []
    for tick in ticks:
        left, right = axis.x(tick.since), axis.x(tick.until)
        shapes.append(line((left, top), (left, top + height), Paint(stroke="#aab4bf", width=0.5)))
        if width_of(tick.name, size) <= right - left:
            middle = ((left + right) / 2, top + height / 2)
            shapes.append(text(tick.name, *middle, size=size, fill=INK if bold else SOFT, anchor="middle", bold=bold))
    return shapes


def _day_tag(axis: TimeAxis, top: float, height: float, size: float, on: date) -> list[Shape]:
    if not axis.shows(on):
        return []
    words, x = f"截至{on.month}月{on.day}日", axis.middle(on)
    half = width_of(words, size) / 2 + size * 0.3
    middle = min(max(x, axis.left + half), axis.right - half)
    box = Box(middle - half, top + height * 0.06, middle + half, top + height * 0.94)
    return [
        rectangle(box, Paint(BLUE)),
        text(words, middle, (box.top + box.bottom) / 2, size=size, fill=GROUND, anchor="middle", bold=True),
    ]


def body(
    chart: WallChart, lines: Iterable[Line], axis: TimeAxis, top: float, measures: Measures, *, zoom: Zoom
) -> list[Shape]:
    """The bands of these lines below one another, from ``top`` down, and what runs through all of them.

    The day lies over the bars and under the signs and words.
    """
    lines = list(lines)
    through = Box(axis.left, top, axis.right, top + sum(each.height for each in lines))
    grounds, bars, signs, y = [], [], [], top
    for each in lines:
        box = Box(axis.left, y, axis.right, y + each.height)
        grounds += _ground(each, box)
        if each.row:
            drawn = rows.drawn(chart, each.row, axis, box, measures.text * 0.93)
            bars += drawn.under
            signs += drawn.over
        y = box.bottom
    common = [shape for each in chart.blackouts for shape in rows.blackout(each, axis, through, measures.text)]
    return [*grounds, *common, *_grid(axis, through, zoom), *bars, *_day(chart, axis, through), *signs]


def _ground(each: Line, box: Box) -> list[Shape]:
    edge = line((box.left, box.bottom), (box.right, box.bottom), Paint(stroke=LINE, width=0.6))
    if each.row is None:
        return [rectangle(box, Paint(_GROUP_FILL)), edge]
    return [rectangle(box, Paint(_HEADING_FILL)), edge] if each.row.is_heading else [edge]


def _grid(axis: TimeAxis, through: Box, zoom: Zoom) -> list[Shape]:
    ticks = axis.months() if zoom is not Zoom.MONTH or axis.day_width > 0.6 else axis.years()
    paint = Paint(stroke=LINE, width=0.6)
    return [line((axis.x(t.since), through.top), (axis.x(t.since), through.bottom), paint) for t in ticks]


def _day(chart: WallChart, axis: TimeAxis, through: Box) -> list[Shape]:
    if not axis.shows(chart.on):
        return []
    x = axis.middle(chart.on)
    return [line((x, through.top), (x, through.bottom), Paint(stroke=BLUE, width=1.4))]
