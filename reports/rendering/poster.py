"""The chart on paper: A0 and A1 in one piece, A3 in tiles that are pasted together. All lengths are points.

The words are as large as the paper allows; below ``SMALLEST`` the chart goes on on a further poster instead.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from reports.drawing import BLUE, INK, SOFT, Box, Paint, Shape, line, number, rectangle, text, width_of, wrapped
from reports.rendering import marks
from reports.rendering.legend import legend
from reports.rendering.time_axis import Zoom, fitted, month_begin, month_end, year_of
from reports.rendering.wall_chart import Line, Measures, body, head, lines_of
from reports.wall_chart import Row, State, WallChart

MM = 72 / 25.4
SMALLEST = 6.5  # points
_LARGEST = 0.01  # in widths of the paper
_ROW, _MOST_STRETCHED = 2.3, 1.6  # height of a line in sizes of its words, and how much it grows to fill the paper
_ROOMY = [_ROW + more / 20 for more in range(14, 0, -1)]
_MARGIN, _GAP = 12 * MM, 8 * MM
_MOST_PANELS = 3
_LEAST_TIME = 34  # width of the time axis, in sizes of the words


class Paper(StrEnum):
    A0 = "A0"
    A1 = "A1"
    A3 = "A3"


LANDSCAPE = {Paper.A0: (1189, 841), Paper.A1: (841, 594), Paper.A3: (420, 297)}


@dataclass(frozen=True)
class Poster:
    """One piece of wall: its shapes, its size, the size of its words."""

    shapes: list[Shape]
    width: float
    height: float
    text: float


@dataclass(frozen=True)
class Columns:
    """Where the names stand, from the left edge of a panel."""

    name: float
    unit: float
    person: float
    word: float

    @property
    def width(self) -> float:
        return self.name + self.unit + self.person + self.word


@dataclass(frozen=True)
class Plan:
    """How the lines are laid out: the size of the words and which lines stand in which panel of which poster."""

    measures: Measures
    columns: Columns
    across: int
    posters: list[list[list[Line]]]


def posters(chart: WallChart, *, width: float, height: float, number_of: str) -> list[Poster]:
    """``number_of`` is the sheet's own number, by which its data can be told from any other's."""
    room = Box(_MARGIN, _MARGIN + _title_height(width), width - _MARGIN, height - _MARGIN - _foot_height(width))
    plan, days, paper = _planned(chart, room), _days(chart), (width, height)
    found = []
    for turn, panels in enumerate(plan.posters, start=1):
        stamp = f"{number_of}　第 {turn} 张，共 {len(plan.posters)} 张"
        shapes = [*_title(chart, width), *_foot(chart, paper, stamp, plan.measures.text)]
        shapes += _side_by_side(chart, plan, panels, room, days)
        found.append(Poster(shapes, width, height, plan.measures.text))
    return found


def _title_height(width: float) -> float:
    return width * 0.042


def _foot_height(width: float) -> float:
    return width * 0.028


def _days(chart: WallChart) -> tuple[date, date]:
    extent = chart.extent()
    if not (chart.whole and extent):
        return year_of(chart.on)
    return month_begin(min(extent[0], chart.on)), month_end(max(extent[1], chart.on) + timedelta(days=31))


def _planned(chart: WallChart, room: Box) -> Plan:
    """The largest words with which one poster holds everything; else the smallest, on several."""
    lines = len(chart.rows) + len(chart.groups)
    for size in _sizes(room.right + _MARGIN):
        for panels in range(1, _MOST_PANELS + 1):
            if lines * size * 1.7 > panels * room.height:
                continue  # not even without headings and names of two lines
            plan = _with(chart, room, size, panels)
            if plan and len(plan.posters) == 1:
                return _stretched(plan, room) if panels == 1 else _spaced(plan, chart, room)
    plans = [_with(chart, room, SMALLEST, panels) for panels in range(_MOST_PANELS, 0, -1)]
    return next(plan for plan in plans if plan)


def _sizes(width: float) -> Iterator[float]:
    """Half a point by half a point down to the smallest."""
    half_points = int(width * _LARGEST * 2)
    while half_points >= SMALLEST * 2:
        yield half_points / 2
        half_points -= 1


def _stretched(plan: Plan, room: Box) -> Plan:
    """Few rows stand further apart instead of leaving the paper empty."""
    lines = plan.posters[0][0]
    used = sum(each.height for each in lines)
    if not used:
        return plan
    factor = min(_MOST_STRETCHED, (room.height - plan.measures.head) / used)
    return replace(plan, posters=[[[replace(each, height=each.height * factor) for each in lines]]])


def _spaced(plan: Plan, chart: WallChart, room: Box) -> Plan:
    """Side by side as well: as far apart as one poster allows."""
    tried = (_with(chart, room, plan.measures.text, plan.across, row=row) for row in _ROOMY)
    return next((each for each in tried if each and len(each.posters) == 1), plan)


def _with(chart: WallChart, room: Box, size: float, panels: int, *, row: float = _ROW) -> Plan | None:
    columns, width = _columns(size), (room.width - _GAP * (panels - 1)) / panels
    if width - columns.width < _LEAST_TIME * size:
        return None
    measures = Measures(size, row=size * row, group=size * 1.7)
    lines = lines_of(chart, measures, name_width=columns.name - size)
    held = _panels(lines, room.height - measures.head)
    return Plan(measures, columns, panels, [held[at : at + panels] for at in range(0, len(held), panels)] or [[[]]])


def _columns(size: float) -> Columns:
    return Columns(name=size * 22, unit=size * 8, person=size * 5, word=size * 7.5)


def _panels(lines: Sequence[Line], height: float) -> list[list[Line]]:
    """Filled one after another; a group that goes on says so again at the top, and none begins at the very foot."""
    panels: list[list[Line]] = []
    current: list[Line] = []
    for at, each in enumerate(lines):
        needed = each.height + (lines[at + 1].height if each.row is None and at + 1 < len(lines) else 0)
        if current and sum(held.height for held in current) + needed > height:
            panels.append(current)
            current = []
            if each.row is not None:
                current.append(Line(each.group, None, _group_height(lines), is_continued=True))
        current.append(each)
    return [*panels, current] if current else panels


def _group_height(lines: Sequence[Line]) -> float:
    return next(each.height for each in lines if each.row is None)


def _side_by_side(
    chart: WallChart, plan: Plan, panels: list[list[Line]], room: Box, days: tuple[date, date]
) -> list[Shape]:
    width = (room.width - _GAP * (plan.across - 1)) / plan.across
    shapes: list[Shape] = []
    for turn, lines in enumerate(panels):
        left = room.left + turn * (width + _GAP)
        shapes += _panel(chart, lines, plan, Box(left, room.top, left + width, room.bottom), days)
    return shapes


def _panel(chart: WallChart, lines: list[Line], plan: Plan, room: Box, days: tuple[date, date]) -> list[Shape]:
    measures, columns = plan.measures, plan.columns
    axis = fitted(*days, left=room.left + columns.width, right=room.right)
    top = room.top + measures.head
    shapes = body(chart, lines, axis, top, measures, zoom=Zoom.MONTH)
    shapes += head(axis, room.top, measures, zoom=Zoom.MONTH, on=chart.on)
    shapes += _headings(chart, columns, room, measures)
    y = top
    for each in lines:
        shapes += _names(each, columns, Box(room.left, y, axis.left, y + each.height), measures.text)
        y += each.height
    return shapes


def _headings(chart: WallChart, columns: Columns, room: Box, measures: Measures) -> list[Shape]:
    y, size = room.top + measures.text * 1.3, measures.text
    foot = room.top + measures.text * 2.6
    shapes = [line((room.left, foot), (room.left + columns.width, foot), Paint(stroke=INK, width=0.8))]
    x = room.left
    widths = (columns.name, columns.unit, columns.person, columns.word)
    for words, width in zip((*chart.headings, "状态"), widths, strict=True):
        shapes.append(text(words, x + size * 0.3, y, size=size, bold=True))
        x += width
    return shapes


def _names(each: Line, columns: Columns, box: Box, size: float) -> list[Shape]:
    edge = line((box.left, box.bottom), (box.right, box.bottom), Paint(stroke="#dde3ea", width=0.6))
    middle = (box.top + box.bottom) / 2
    if each.row is None:
        words = each.group.name + ("（续）" if each.is_continued else f"　{each.group.note}")
        ground = rectangle(box, Paint("#eef2f6"))
        return [ground, edge, text(words, box.left + size * 0.3, middle, size=size, bold=True)]
    shapes, x = [edge], box.left + size * 0.3
    first = middle - (len(each.name) - 1) * size * 0.6
    for turn, words in enumerate(each.name):
        at = first + turn * size * 1.2
        shapes.append(text(words, x, at, size=size, bold=each.row.is_heading))
    x += columns.name
    for words, width in ((each.row.unit, columns.unit), (each.row.person, columns.person)):
        shapes.append(_fitted(words, x, middle, size, width))
        x += width
    return shapes + _word(each.row, x, middle, size, columns.word)


def _word(row: Row, x: float, y: float, size: float, width: float) -> list[Shape]:
    """How it stands, in a word and, done or overdue, by its flag: also where the day lies outside of the chart."""
    flags = {State.DONE: marks.done_flag, State.LATE: marks.late_flag}
    is_late = row.state is State.LATE
    if row.state not in flags:
        return [_fitted(row.word, x, y, size, width)]
    flag = flags[row.state](x, y + size * 0.55, size * 1.1)
    return [*flag, _fitted(row.word, x + size, y, size, width - size, is_strong=is_late)]


def _fitted(words: str, x: float, y: float, size: float, width: float, *, is_strong: bool = False) -> Shape:
    """Words too long for their column are written smaller, never cut off."""
    taken = width_of(words, size)
    fits = size * min(1, (width - size * 0.4) / taken) if taken else size
    return text(words, x, y, size=fits, fill=INK if is_strong else SOFT, bold=is_strong)


def _title(chart: WallChart, width: float) -> list[Shape]:
    size, top = width * 0.017, _MARGIN
    small = size * 0.42
    right = width - _MARGIN
    shapes = [text(chart.title, _MARGIN, top + size * 0.6, size=size, bold=True)]
    stamp = f"截至 {chart.on.year}年{chart.on.month}月{chart.on.day}日"
    shapes.append(text(stamp, right, top + size * 0.45, size=size * 0.62, anchor="end", fill=BLUE, bold=True))
    made = f"{chart.made_on.year}年{chart.made_on.month}月{chart.made_on.day}日制图　{chart.district}"
    shapes.append(text(made, right, top + size * 1.25, size=small, anchor="end", fill=SOFT))
    room = right - _MARGIN - width_of(made, small) - small * 3
    y = top + size * 1.5
    for words in wrapped(f"{chart.finding}　{chart.scope}", size=small, width=room)[:3]:
        shapes.append(text(words, _MARGIN, y, size=small))
        y += small * 1.35
    return shapes


def _foot(chart: WallChart, paper: tuple[float, float], stamp: str, size: float) -> list[Shape]:
    width, height = paper
    top, small = height - _MARGIN - _foot_height(width) * 0.86, width * 0.0056
    shapes, bottom = legend(_MARGIN, top, width - 2 * _MARGIN, small, of_nodes=chart.of_nodes)
    said = "；".join(f"{each.name} {each.first_on} 至 {each.last_on}" for each in chart.blackouts)
    note = f"图号 {stamp}　正文字号 {number(size)} 磅　" + (f"停工期：{said}　" if said else "")
    note += "日期均以批准计划为准，逾期从批准日期的次日起算，经批准不计逾期的停缓建天数已扣除。"
    return [*shapes, text(note, _MARGIN, bottom + small * 0.9, size=small, fill=SOFT)]
