"""From the snapshot of a wall chart to shapes: the head of the time axis, and one band for each row."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from reports.rendering import marks
from reports.rendering.drawing import (
    GROUND,
    INK,
    LINE,
    SOFT,
    Box,
    Paint,
    Shape,
    line,
    rectangle,
    text,
    width_of,
    wrapped,
)
from reports.rendering.time_axis import Tick, TimeAxis, Zoom
from reports.wall_chart import Bar, Group, Node, Row, State, Stretch, WallChart

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
            name = wrapped(row.name, size=measures.text, width=name_width) if name_width else [row.name]
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
        rectangle(box, Paint(marks.BLUE)),
        text(words, middle, (box.top + box.bottom) / 2, size=size, fill=GROUND, anchor="middle", bold=True),
    ]


def body(
    chart: WallChart, lines: Iterable[Line], axis: TimeAxis, top: float, measures: Measures, *, zoom: Zoom
) -> list[Shape]:
    """The bands of these lines below one another, from ``top`` down; then what runs through all of them."""
    lines = list(lines)
    bottom = top + sum(each.height for each in lines)
    through = Box(axis.left, top, axis.right, bottom)
    grounds, shapes, y = [], [], top
    for each in lines:
        box = Box(axis.left, y, axis.right, y + each.height)
        grounds += _ground(each, box)
        if each.row:
            shapes += _row(chart, each.row, axis, box, measures)
        y = box.bottom
    common = [shape for each in chart.blackouts for shape in _blackout(each, axis, through, measures)]
    return [*grounds, *common, *_grid(axis, through, zoom), *_day(chart, axis, through), *shapes]


def _ground(each: Line, box: Box) -> list[Shape]:
    edge = line((box.left, box.bottom), (box.right, box.bottom), Paint(stroke=LINE, width=0.6))
    if each.row is None:
        return [rectangle(box, Paint(_GROUP_FILL)), edge]
    return [rectangle(box, Paint(_HEADING_FILL)), edge] if each.row.is_heading else [edge]


def _grid(axis: TimeAxis, through: Box, zoom: Zoom) -> list[Shape]:
    ticks = axis.months() if zoom is not Zoom.MONTH or axis.day_width > 0.6 else axis.years()
    paint = Paint(stroke=LINE, width=0.6)
    return [line((axis.x(t.since), through.top), (axis.x(t.since), through.bottom), paint) for t in ticks]


def _blackout(stretch: Stretch, axis: TimeAxis, within: Box, measures: Measures) -> list[Shape]:
    if not axis.meets(stretch.first_on, stretch.last_on):
        return []
    return marks.blackout(_box(stretch, axis, within.top, within.bottom), measures.text * 0.5)


def _day(chart: WallChart, axis: TimeAxis, through: Box) -> list[Shape]:
    if not axis.shows(chart.on):
        return []
    x = axis.middle(chart.on)
    return [line((x, through.top), (x, through.bottom), Paint(stroke=marks.BLUE, width=1.4))]


def _box(stretch: Stretch, axis: TimeAxis, top: float, bottom: float) -> Box:
    left, right = axis.x(stretch.first_on), axis.x(stretch.last_on) + axis.day_width
    return Box(left, top, max(min(right, axis.right), left + 0.8), bottom)


def _row(chart: WallChart, row: Row, axis: TimeAxis, box: Box, measures: Measures) -> list[Shape]:
    shapes = [shape for each in row.blackouts for shape in _blackout(each, axis, box, measures)]
    for bar in row.bars:
        shapes += _bar(bar, axis, box, measures)
    if chart.of_nodes:
        return shapes + [shape for node in row.nodes for shape in _node(chart, node, axis, box, measures)]
    return shapes + _project_marks(chart, row, axis, box, measures)


def _bar(bar: Bar, axis: TimeAxis, box: Box, measures: Measures) -> list[Shape]:
    """Planned above, actual below."""
    shapes: list[Shape] = []
    if bar.planned and axis.meets(bar.planned.first_on, bar.planned.last_on):
        place = _box(bar.planned, axis, box.top + box.height * 0.1, box.top + box.height * 0.56)
        shapes += marks.stage_bar(place, bar.step, measures.text * 0.93)
        if bar.planned.first_on < axis.first_on:
            shapes.append(marks.before(axis.left, (place.top + place.bottom) / 2, box.height * 0.1))
    if bar.actual and axis.meets(bar.actual.first_on, bar.actual.last_on):
        place = _box(bar.actual, axis, box.top + box.height * 0.66, box.top + box.height * 0.82)
        shapes.append(marks.actual_bar(place._replace(right=max(place.left + 0.6, place.right - 0.8))))
    return shapes


def _project_marks(chart: WallChart, row: Row, axis: TimeAxis, box: Box, measures: Measures) -> list[Shape]:
    shapes = []
    for node in row.nodes:
        if node.approved_on and axis.shows(node.approved_on) and node.state is not State.LATE:
            sign = marks.approved if node.state is State.DONE else marks.original
            shapes.append(sign(axis.middle(node.approved_on), box.top + box.height * 0.61, box.height * 0.1))
    for bar in row.bars:
        if _ends(bar, row, chart) and bar.actual and axis.shows(bar.actual.last_on):
            shapes += marks.done_flag(axis.middle(bar.actual.last_on), box.bottom - box.height * 0.1, box.height * 0.55)
    if row.leading and row.state is State.LATE:
        shapes += _late(row.leading, chart, axis, box, measures)
    if row.leading and row.state is State.DONE:
        shapes += _done(row.leading, axis, box, measures)
    return shapes


def _ends(bar: Bar, row: Row, chart: WallChart) -> bool:
    """The stage is over: another one goes on, or all is done. Of the last one the row itself bears the flag."""
    later = any(other.step > bar.step and other.actual for other in row.bars)
    return later and bar.actual is not None and bar.actual.last_on <= chart.on


def _node(chart: WallChart, node: Node, axis: TimeAxis, box: Box, measures: Measures) -> list[Shape]:
    reach, lane, low = box.height * 0.17, box.top + box.height * 0.33, box.top + box.height * 0.74
    shapes: list[Shape] = []
    if node.float_from and node.float_until and axis.meets(node.float_from, node.float_until):
        shapes += _float(node, axis, low, reach, measures)
    if node.original_on and node.original_on != node.approved_on and axis.shows(node.original_on):
        shapes.append(marks.original(axis.middle(node.original_on), lane, reach))
    if node.approved_on and axis.shows(node.approved_on):
        shapes.append(marks.approved(axis.middle(node.approved_on), lane, reach))
    if node.forecast_on and axis.shows(node.forecast_on):
        shapes.append(marks.forecast(axis.middle(node.forecast_on), low, reach))
    if node.state is State.LATE:
        shapes += _late(node, chart, axis, box, measures)
    if node.state is State.DONE:
        shapes += _done(node, axis, box, measures)
    return shapes


def _float(node: Node, axis: TimeAxis, y: float, reach: float, measures: Measures) -> list[Shape]:
    days = node.float_days or 0
    words = f"时差 {days} 天" if days >= 0 else f"缺 {-days} 天"
    words += "（关键）" if node.is_critical else ""
    left, right = sorted((axis.middle(node.float_from or axis.first_on), axis.middle(node.float_until or axis.last_on)))
    said = marks.caption(words, right + reach, y, size=measures.text * 0.93, fill=SOFT, right=axis.right)
    return [*marks.whisker(left, right, y, reach), *said]


def _late(node: Node, chart: WallChart, axis: TimeAxis, box: Box, measures: Measures) -> list[Shape]:
    """黑旗 where it was due, a broken line from there to the day of the chart, and how late in words."""
    due = node.approved_on
    if due is None or due > axis.last_on:
        return []
    x, low = axis.middle(due), box.top + box.height * 0.74
    until = axis.middle(min(chart.on, axis.last_on))
    shapes = [marks.lateness(x, until, low, box.height * 0.06)] if until > x else []
    shapes += marks.late_flag(x, box.bottom - box.height * 0.08, box.height * 0.62)
    if due < axis.first_on:
        shapes.append(marks.before(axis.left, low, box.height * 0.12))
    at = x + box.height * 0.5
    return shapes + marks.caption(node.word, at, low, size=measures.text * 0.93, bold=True, right=axis.right)


def _done(node: Node, axis: TimeAxis, box: Box, measures: Measures) -> list[Shape]:
    day = node.actual_on or node.approved_on
    if day is None or not axis.shows(day):
        return []
    x, low = axis.middle(day), box.top + box.height * 0.74
    shapes = marks.done_flag(x, box.bottom - box.height * 0.08, box.height * 0.62)
    at = x + box.height * 0.5
    return shapes + marks.caption(node.word, at, low, size=measures.text * 0.93, fill=marks.RED, right=axis.right)
