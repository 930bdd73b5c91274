"""What stands in the band of one row: bars below, and over them the signs with their words."""

from dataclasses import dataclass, field
from datetime import date

from reports.drawing import INK, SOFT, Box, Shape
from reports.rendering import marks, placing
from reports.rendering.time_axis import TimeAxis
from reports.wall_chart import Bar, Node, Row, State, Stretch, WallChart

# Heights within the band, in parts of it: what was planned above, what came of it below.
_PLANNED, _ACTUAL = (0.1, 0.54), (0.69, 0.85)
_EDGE, _LANE, _LOW, _FOOT = 0.1, 0.32, 0.77, 0.95
_FLAG, _SMALL_FLAG = 0.6, 0.42


@dataclass
class Drawn:
    """``under`` and ``over`` the line of the day. ``taken``: where words may not lie."""

    under: list[Shape] = field(default_factory=list)
    over: list[Shape] = field(default_factory=list)
    taken: list[Box] = field(default_factory=list)

    def sign(self, *shapes: Shape) -> Box:
        self.over += shapes
        box = _around(shapes)
        self.taken.append(box)
        return box


@dataclass(frozen=True)
class Band:
    """One row's room on the axis, on the day of the chart; ``size`` is that of its words."""

    axis: TimeAxis
    box: Box
    size: float
    on: date

    def y(self, part: float) -> float:
        return self.box.top + self.box.height * part

    def place(self, stretch: Stretch, lane: tuple[float, float]) -> Box:
        return _stretched(stretch, self.axis, self.y(lane[0]), self.y(lane[1]))

    def caption(self, drawn: Drawn, words: str, sign: Box, *, fill: str = INK, bold: bool = False) -> None:
        y, within = self.y(_LOW), (self.axis.left, self.axis.right)
        drawn.sign(*placing.beside(words, sign, y, drawn.taken, size=self.size, within=within, fill=fill, bold=bold))


def drawn(chart: WallChart, row: Row, axis: TimeAxis, box: Box, size: float) -> Drawn:
    """Signs first, then words where the signs leave room. Of a project's nodes the stages alone bear names."""
    found, band = Drawn(), Band(axis, box, size, chart.on)
    for each in row.blackouts:
        found.under += blackout(each, axis, box, size)
    for bar in row.bars:
        found.under += _planned(bar, band)
        for actual in _actual(bar, band):
            found.under.append(actual)
            found.taken.append(actual.box)
    if axis.shows(chart.on):
        found.taken.append(Box(axis.middle(chart.on), box.top, axis.middle(chart.on), box.bottom))
    if chart.of_nodes:
        _nodes(row, band, found)
    else:
        _project(row, band, found)
    if row.is_heading or not chart.of_nodes:
        found.over += [shape for bar in row.bars for shape in _name(bar, band, found.taken)]
    return found


def blackout(stretch: Stretch, axis: TimeAxis, within: Box, size: float) -> list[Shape]:
    if not axis.meets(stretch.first_on, stretch.last_on):
        return []
    return marks.blackout(_stretched(stretch, axis, within.top, within.bottom), size * 0.5)


def _stretched(stretch: Stretch, axis: TimeAxis, top: float, bottom: float) -> Box:
    left, right = axis.x(stretch.first_on), axis.x(stretch.last_on) + axis.day_width
    return Box(left, top, max(min(right, axis.right), left + 0.8), bottom)


def _around(shapes: tuple[Shape, ...]) -> Box:
    boxes = [shape.box for shape in shapes]
    edges = (min(box.left for box in boxes), min(box.top for box in boxes))
    return Box(*edges, max(box.right for box in boxes), max(box.bottom for box in boxes))


def _planned(bar: Bar, band: Band) -> list[Shape]:
    axis = band.axis
    if bar.planned is None or not axis.meets(bar.planned.first_on, bar.planned.last_on):
        return []
    place = band.place(bar.planned, _PLANNED)
    shapes = marks.stage_bar(place, bar.step)
    if bar.planned.first_on < axis.first_on:
        shapes.append(marks.before(axis.left, (place.top + place.bottom) / 2, band.box.height * 0.1))
    return shapes


def _actual(bar: Bar, band: Band) -> list[Shape]:
    if bar.actual is None or not band.axis.meets(bar.actual.first_on, bar.actual.last_on):
        return []
    place = band.place(bar.actual, _ACTUAL)
    return [marks.actual_bar(place._replace(right=max(place.left + 0.6, place.right - 0.8)))]


def _name(bar: Bar, band: Band, taken: list[Box]) -> list[Shape]:
    if bar.planned is None or not band.axis.meets(bar.planned.first_on, bar.planned.last_on):
        return []
    place = band.place(bar.planned, _PLANNED)
    return marks.stage_name(place, bar.step, min(band.size, place.height * 0.8), taken)


def _project(row: Row, band: Band, found: Drawn) -> None:
    axis, height = band.axis, band.box.height
    for node in row.nodes:
        if node.approved_on and axis.shows(node.approved_on) and node.state is not State.LATE:
            sign = marks.approved if node.state is State.DONE else marks.original
            found.sign(sign(axis.middle(node.approved_on), band.y(_EDGE), height * 0.09))
    for bar in row.bars:
        if bar.actual and _ends(bar, row, band.on) and axis.shows(bar.actual.last_on):
            found.sign(*marks.done_flag(axis.middle(bar.actual.last_on), band.y(_FOOT), height * _FLAG))
    if row.leading and row.state is State.LATE:
        _late(row.leading, band, found, height * _FLAG)
    if row.leading and row.state is State.DONE:
        _done(row.leading, band, found, height * _FLAG)


def _ends(bar: Bar, row: Row, on: date) -> bool:
    """The stage is over: another one goes on, or all is done. Of the last one the row itself bears the flag."""
    later = any(other.step > bar.step and other.actual for other in row.bars)
    return later and bar.actual is not None and bar.actual.last_on <= on


def _nodes(row: Row, band: Band, found: Drawn) -> None:
    """The flags stay below the planned dates and hide none of them."""
    flag = band.box.height * _SMALL_FLAG
    for node in row.nodes:
        _dates(node, band, found)
        whisker = _whisker(node, band, found)
        if node.state is State.LATE:
            _late(node, band, found, flag)
        if node.state is State.DONE:
            _done(node, band, found, flag)
        if whisker:
            band.caption(found, _float_in_words(node), whisker, fill=SOFT)


def _dates(node: Node, band: Band, found: Drawn) -> None:
    axis, reach = band.axis, band.box.height * 0.17
    if node.original_on and node.original_on != node.approved_on and axis.shows(node.original_on):
        found.sign(marks.original(axis.middle(node.original_on), band.y(_LANE), reach))
    if node.approved_on and axis.shows(node.approved_on):
        found.sign(marks.approved(axis.middle(node.approved_on), band.y(_LANE), reach))
    if node.forecast_on and axis.shows(node.forecast_on):
        found.sign(marks.forecast(axis.middle(node.forecast_on), band.y(_LOW), reach))


def _whisker(node: Node, band: Band, found: Drawn) -> Box | None:
    if node.float_from is None or node.float_until is None:
        return None
    first_on, last_on = sorted((node.float_from, node.float_until))
    if not band.axis.meets(first_on, last_on):
        return None
    left, right = band.axis.middle(first_on), band.axis.middle(last_on)
    return found.sign(*marks.whisker(left, right, band.y(_LOW), band.box.height * 0.17))


def _float_in_words(node: Node) -> str:
    """How far it may slip, or, where it is too late already, how much is missing."""
    days = node.float_days or 0
    words = f"时差 {days} {node.float_unit}" if days >= 0 else f"欠 {-days} {node.float_unit}"
    return words + ("（关键）" if node.is_critical else "")


def _late(node: Node, band: Band, found: Drawn, flag: float) -> None:
    """黑旗 where it was due, a broken line from there to the day of the chart, and how late in words."""
    due, axis, height = node.approved_on, band.axis, band.box.height
    if due is None or due > axis.last_on:
        return
    x, until = axis.middle(due), axis.middle(min(band.on, axis.last_on))
    sign = found.sign(*marks.late_flag(x, band.y(_FOOT), flag))
    if until > x:
        dashes = marks.lateness(x, until, band.y(_LOW), height * 0.06)
        found.over.append(dashes)
        sign = _around((Shape(sign, ""), dashes))
    if due < axis.first_on:
        found.over.append(marks.before(axis.left, band.y(_LOW), height * 0.12))
    band.caption(found, node.word, sign, bold=True)


def _done(node: Node, band: Band, found: Drawn, flag: float) -> None:
    day = node.actual_on or node.approved_on
    if day is None or not band.axis.shows(day):
        return
    sign = found.sign(*marks.done_flag(band.axis.middle(day), band.y(_FOOT), flag))
    band.caption(found, node.word, sign, fill=marks.RED)
