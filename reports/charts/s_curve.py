"""投资 S 曲线: what was planned month by month, what was done, and what is expected by the end of the year."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from projects import figures
from reports.charts.axes import Scale, height_at, spread, steps, year_share
from reports.charts.chart import Cell, Chart, Frame, Head, Picture, Table, charted
from reports.drawing import (
    BLUE,
    FAINT,
    GROUND,
    INK,
    LINE,
    SOFT,
    WASH,
    Box,
    Paint,
    Shape,
    circle,
    line,
    path,
    text,
    width_of,
)

Place = tuple[float, float]


class Point(NamedTuple):
    """Since the first of January, in 万元, by the end of this day."""

    on: date
    amount: Decimal


class Forecast(NamedTuple):
    """``likely`` (P50) is reached as often as not, ``safe`` (P80) four times in five; None where nobody says."""

    on: date
    likely: Decimal
    safe: Decimal | None = None


@dataclass(frozen=True)
class Curve:
    """Of the year of ``on``. ``planned_to_date`` is what the plan asks by that day, None where it asks nothing."""

    on: date
    plan: tuple[Point, ...]
    actual: tuple[Point, ...]
    planned_to_date: Decimal | None = None
    forecast: tuple[Forecast, ...] = ()

    @property
    def done(self) -> Decimal | None:
        return self.actual[-1].amount if self.actual else None

    @property
    def gap(self) -> Decimal | None:
        """Done beyond the plan in 万元; below nought it is behind."""
        return None if self.done is None or self.planned_to_date is None else self.done - self.planned_to_date

    @property
    def highest(self) -> Decimal:
        likely = [each.likely for each in self.forecast]
        amounts = [point.amount for point in (*self.plan, *self.actual)]
        return max([*amounts, *likely, self.planned_to_date or Decimal(0)], default=Decimal(0))


def chart(curve: Curve) -> Chart:
    """Amounts come in 万元 and are written in 亿元."""
    return charted(
        lambda frame: _drawn(curve, frame),
        title=_finding(curve),
        note="单位：亿元；自年初累计。",
        table=_table(curve),
        is_empty=not curve.plan and not curve.actual,
    )


def gap_words(curve: Curve) -> str:
    """欠 1.24 亿元, 超 0.30 亿元, 与计划持平; a dash where either is missing."""
    if curve.gap is None:
        return figures.UNDEFINED
    printed = figures.rounded(curve.gap.scaleb(-4), 2)
    if not printed:
        return "与计划持平"
    return f"{'超' if printed > 0 else '欠'} {abs(printed):,} 亿元"


def _finding(curve: Curve) -> str:
    if curve.done is None:
        return "尚无已审核的完成投资"
    done = f"截至{curve.on.month}月{curve.on.day}日完成投资 {figures.yi(curve.done)} 亿元"
    return done if curve.gap is None else f"{done}，比计划{gap_words(curve).removeprefix('与计划')}"


def _table(curve: Curve) -> Table:
    plan, actual = ({point.on: point.amount for point in points} for points in (curve.plan, curve.actual))
    if curve.planned_to_date is not None:
        plan.setdefault(curve.on, curve.planned_to_date)
    forecast = {each.on: each for each in curve.forecast}
    heads = [
        Head("截至", is_number=False),
        *(Head(words, "亿元") for words in ("计划", "实际", "预计", "八成把握")),
    ]
    rows = []
    for day in sorted({*plan, *actual, *forecast}):
        likely, safe = (forecast[day].likely, forecast[day].safe) if day in forecast else (None, None)
        amounts = (plan.get(day), actual.get(day), likely, safe)
        rows.append((Cell(f"{day.month}月{day.day}日", is_number=False), *(Cell(figures.yi(each)) for each in amounts)))
    return Table(tuple(heads), tuple(rows))


class Plane(NamedTuple):
    """Where days and amounts lie; ``box`` is the room between the axes."""

    box: Box
    days: Scale
    amounts: Scale

    def at(self, point: Point) -> Place:
        return self.days.at(year_share(point.on)), self.amounts.at(point.amount)

    def curve(self, points: Sequence[Point]) -> list[Place]:
        """From nought at the beginning of the year."""
        return [(self.box.left, self.box.bottom), *map(self.at, points)]


def plane_of(curve: Curve, frame: Frame) -> tuple[Plane, list[Decimal]]:
    """Also the amounts that have a line of their own, in 亿元."""
    ticks = steps(curve.highest.scaleb(-4), at_most=4 if frame.is_narrow else 7)
    left = max(width_of(_tick(tick), frame.text) for tick in ticks) + 8
    ends = max((width_of(words, frame.text) for words, _amount in _ends(curve)), default=0)
    box = Box(left, 26, frame.width - ends - 10, 216 if frame.is_narrow else 290)
    days = Scale(0, 1, box.left, box.right)
    return Plane(box, days, Scale(0, float(ticks[-1].scaleb(4)), box.bottom, box.top)), ticks


def _tick(amount: Decimal) -> str:
    return f"{amount.normalize():,f}"


def _drawn(curve: Curve, frame: Frame) -> Picture:
    plane, ticks = plane_of(curve, frame)
    shapes = [
        *_grid(plane, ticks, frame),
        *_band(curve, plane),
        *_day(curve, plane, frame),
        *_curves(curve, plane),
        *_gap(curve, plane, frame),
        *_end_labels(curve, plane, frame),
    ]
    return Picture(shapes, plane.box.bottom + 24)


def _grid(plane: Plane, ticks: Sequence[Decimal], frame: Frame) -> list[Shape]:
    box, shapes = plane.box, []
    for tick in ticks:
        y = plane.amounts.at(tick.scaleb(4))
        shapes.append(line((box.left, y), (box.right, y), Paint(stroke=LINE if tick else SOFT)))
        shapes.append(text(_tick(tick), box.left - 6, y, size=frame.text - 1, fill=FAINT, anchor="end"))
    for month in range(1, 13):
        if frame.is_narrow and month % 3:
            continue
        share = (month - (0 if frame.is_narrow else 0.5)) / 12
        anchor = "end" if frame.is_narrow and month == 12 else "middle"
        shapes.append(
            text(f"{month}月", plane.days.at(share), box.bottom + 13, size=frame.text - 1, fill=FAINT, anchor=anchor)
        )
    return shapes


def _day(curve: Curve, plane: Plane, frame: Frame) -> list[Shape]:
    x = plane.days.at(year_share(curve.on))
    words = f"截至{curve.on.month}月{curve.on.day}日"
    half = width_of(words, frame.text) / 2
    middle = min(max(x, plane.box.left + half), frame.width - half)
    return [
        line((x, 20), (x, plane.box.bottom), Paint(stroke=SOFT, width=1, dash="2 3")),
        text(words, middle, 10, size=frame.text, fill=SOFT, anchor="middle"),
    ]


def _curves(curve: Curve, plane: Plane) -> list[Shape]:
    shapes = []
    if curve.plan:
        shapes.append(path(plane.curve(curve.plan), Paint(stroke=SOFT, width=1.5), closed=False))
    if curve.forecast:
        paint = Paint(stroke=BLUE, width=2, dash="7 4")
        shapes.append(path([*_last_done(curve, plane), *_likely(curve, plane)], paint, closed=False))
    if curve.actual:
        done = plane.curve(curve.actual)
        shapes.append(path(done, Paint(stroke=BLUE, width=3), closed=False))
        shapes.append(circle(*done[-1], 4.5, Paint(BLUE, GROUND, 1.5)))
    return shapes


def _last_done(curve: Curve, plane: Plane) -> list[Place]:
    return plane.curve(curve.actual)[-1:]


def _likely(curve: Curve, plane: Plane) -> list[Place]:
    return [plane.at(Point(each.on, each.likely)) for each in curve.forecast]


def _band(curve: Curve, plane: Plane) -> list[Shape]:
    """From P50 down to P80."""
    safe = [plane.at(Point(each.on, each.safe)) for each in curve.forecast if each.safe is not None]
    if not safe:
        return []
    begin = _last_done(curve, plane)
    return [
        path([*begin, *_likely(curve, plane), *reversed(safe)], Paint(WASH)),
        path([*begin, *safe], Paint(stroke=BLUE, width=1, dash="1.5 2.5"), closed=False),
    ]


def _gap(curve: Curve, plane: Plane, frame: Frame) -> list[Shape]:
    """Measured on the line of the day. Above the curve to the left of it is nothing, nor below it to the right."""
    if curve.done is None:
        return []
    done = plane.at(curve.actual[-1])
    said = [(f"实际 {figures.yi(curve.done)}", BLUE)]
    shapes: list[Shape] = []
    x = plane.days.at(year_share(curve.on))
    if curve.gap is not None and curve.planned_to_date is not None:
        planned = plane.amounts.at(curve.planned_to_date)
        shapes = _measure(x, planned, done[1]) if abs(planned - done[1]) > 3 else []
        said.insert(0, (gap_words(curve), INK))
        said.append((f"计划 {figures.yi(curve.planned_to_date)}", SOFT))
    return shapes + _said(said, x, _lines(curve, plane), plane.box, frame.text)


def _measure(x: float, planned: float, done: float) -> list[Shape]:
    ends = [line((x - 4, y), (x + 4, y), Paint(stroke=INK, width=1.5)) for y in (planned, done)]
    return [line((x, planned), (x, done), Paint(stroke=INK, width=2.5)), *ends]


def _lines(curve: Curve, plane: Plane) -> list[list[Place]]:
    """All that words must not lie over."""
    found = [plane.curve(points) for points in (curve.plan, curve.actual) if points]
    return [*found, [*_last_done(curve, plane), *_likely(curve, plane)]] if curve.forecast else found


def _said(
    said: Sequence[tuple[str, str]], x: float, lines: Sequence[list[Place]], box: Box, size: float
) -> list[Shape]:
    """The first line is the finding; all of them stand in the first of four corners that is clear of the curves."""
    step = size + 5
    high, wide = step * len(said), max(width_of(words, size + 1) for words, _fill in said) + 12
    corners = _corners(x, wide, high, lines)
    fitting = [each for each in corners if each[2] >= box.top and each[2] + high <= box.bottom]
    fitting = [each for each in fitting if box.left < each[0] < box.right - wide]
    left, anchor, top = (fitting or corners)[0]
    place = left if anchor == "start" else left + wide
    return [
        text(words, place, top + (turn + 0.5) * step, size=size + (not turn), fill=fill, anchor=anchor, bold=not turn)
        for turn, (words, fill) in enumerate(said)
    ]


def _corners(x: float, wide: float, high: float, lines: Sequence[list[Place]]) -> list[tuple[float, str, float]]:
    """Left edge, side and top: the curves only rise, so one corner of the words has to be clear of them."""

    def above(at: float) -> float:
        return min(height_at(at, each) for each in lines) - high - 4

    def below(at: float) -> float:
        return max(height_at(at, each) for each in lines) + 6

    left, right = x - 10 - wide, x + 10
    return [
        (left, "end", above(x)),
        (right, "start", below(x)),
        (right, "start", above(x + wide)),
        (left, "end", below(x - wide)),
    ]


def _ends(curve: Curve) -> list[tuple[str, Decimal]]:
    """What is written where the curves end."""
    found = [(f"计划 {figures.yi(curve.plan[-1].amount)}", curve.plan[-1].amount)] if curve.plan else []
    if curve.forecast:
        last = curve.forecast[-1]
        found.append((f"预计 {figures.yi(last.likely)}", last.likely))
        if last.safe is not None:
            found.append((f"八成把握 {figures.yi(last.safe)}", last.safe))
    return found


def _end_labels(curve: Curve, plane: Plane, frame: Frame) -> list[Shape]:
    found = _ends(curve)
    wanted = [plane.amounts.at(amount) for _words, amount in found]
    places = spread(wanted, [frame.text + 4] * len(found), low=plane.box.top - 8, high=plane.box.bottom)
    return [
        text(words, plane.box.right + 6, y, size=frame.text, fill=SOFT if words.startswith("计划") else BLUE)
        for (words, _amount), y in zip(found, places, strict=True)
    ]
