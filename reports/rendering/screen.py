"""The chart on a screen: head and body apart, so that the head stays in sight; the names beside them are HTML."""

from dataclasses import dataclass
from datetime import date, timedelta

from reports.drawing import Box, Shape, number, svg
from reports.rendering.legend import signs
from reports.rendering.time_axis import TimeAxis, Zoom, fitted, month_begin, month_end, year_of
from reports.rendering.wall_chart import Measures, body, head, lines_of
from reports.wall_chart import WallChart

# As in static/css/wall_chart.css: names and bars stand in line.
MEASURES = Measures(text=12, row=44, group=32)
_WIDTH = 980
_WEEKS, _DAYS = 26, 56


@dataclass(frozen=True)
class OnScreen:
    """``day_at``: how far right the day of the chart lies, where it is in the window."""

    head: str
    body: str
    legend: list[tuple[str, str]]
    day_at: int | None


def window(chart: WallChart, *, zoom: Zoom, begins: date | None) -> tuple[date, date]:
    """The days in sight: the year of the chart's day, or all of its dates; closer, a stretch around that day.

    ``begins``: from this day on instead.
    """
    if zoom is Zoom.MONTH:
        return _months(chart, begins=begins)
    weeks_before = 8 if zoom is Zoom.WEEK else 2
    first_on = begins or chart.on - timedelta(weeks=weeks_before)
    first_on -= timedelta(days=first_on.weekday())
    return first_on, first_on + timedelta(days=(7 * _WEEKS if zoom is Zoom.WEEK else _DAYS) - 1)


def _months(chart: WallChart, *, begins: date | None) -> tuple[date, date]:
    extent = chart.extent()
    if chart.whole and extent and begins is None:
        first_on, last_on = min(extent[0], chart.on), max(extent[1], chart.on)
        return month_begin(first_on), month_end(last_on + timedelta(days=31))
    if begins is None:
        return year_of(chart.on)
    first_on = month_begin(begins)
    return first_on, month_begin(first_on + timedelta(days=367)) - timedelta(days=1)


def drawn(chart: WallChart, *, days: tuple[date, date], zoom: Zoom) -> OnScreen:
    axis = fitted(*days, left=0, right=_width(days))
    lines = lines_of(chart, MEASURES)
    height = sum(each.height for each in lines)
    label = f"{chart.title}，截至{chart.on.isoformat()}；同样的内容见下方数据表"
    shapes = body(chart, lines, axis, 0, MEASURES, zoom=zoom)
    return OnScreen(
        _svg(head(axis, 0, MEASURES, zoom=zoom, on=chart.on), axis, MEASURES.head, label=""),
        _svg(shapes, axis, height, label=label),
        signs(12, of_nodes=chart.of_nodes),
        round(axis.middle(chart.on)) if axis.shows(chart.on) else None,
    )


def _width(days: tuple[date, date]) -> float:
    """The projects of many years get more room than a year does, within reason."""
    months = (days[1] - days[0]).days / 30.4
    return max(_WIDTH, min(months * 18, 2 * _WIDTH))


def _svg(shapes: list[Shape], axis: TimeAxis, height: float, *, label: str) -> str:
    view = Box(0, 0, axis.right, height)
    return svg(shapes, view, width=number(axis.right), height=number(height), label=label)
