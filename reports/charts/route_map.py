"""线路示意: the stops of a tour where they lie, numbered in their order; no map of anybody else is fetched."""

from collections.abc import Sequence
from dataclasses import dataclass

from reports.charts import map_labels
from reports.charts.chart import Cell, Chart, Frame, Head, Picture, Table, charted
from reports.charts.geography import Degrees, Projection, extent_of, projected
from reports.charts.spots import Sited, sited
from reports.drawing import (
    BLUE,
    FAINT,
    GROUND,
    INK,
    MID,
    Box,
    Paint,
    Shape,
    circle,
    line,
    path,
    rectangle,
    text,
)

_EDGE, _FOOT, _REACH = 26, 26, 8.5


@dataclass(frozen=True)
class Place:
    """``order`` nought: where the tour begins."""

    order: int
    words: str
    longitude: Degrees
    latitude: Degrees

    @property
    def name(self) -> str:
        return f"{self.order}　{self.words}" if self.order else self.words

    @property
    def is_flagged(self) -> bool:
        return True


@dataclass(frozen=True)
class Route:
    """In the order of the tour; ``unplaced`` stops have no coordinates."""

    places: tuple[Place, ...]
    unplaced: int = 0


def chart(route: Route) -> Chart:
    stops = [place for place in route.places if place.order]
    return charted(
        lambda frame: _drawn(route, frame),
        title=f"{len(stops) + route.unplaced} 个观摩点",
        note="示意图，连线表示先后顺序，不是行车路线。" + (f"{route.unplaced} 个没有坐标。" if route.unplaced else ""),
        table=Table(
            (Head("顺序"), Head("观摩点", is_number=False)),
            tuple((Cell(str(place.order)), Cell(place.words, is_number=False)) for place in stops),
        ),
        is_empty=not stops,
    )


def _drawn(route: Route, frame: Frame) -> Picture:
    ground = Box(0.5, 0.5, frame.width - 0.5, 320 if frame.is_narrow else max(400, 9 * len(route.places) + 60))
    edge = _EDGE if frame.is_narrow else map_labels.COLUMN + 12
    inner = Box(ground.left + edge, ground.top + _EDGE, ground.right - edge, ground.bottom - _EDGE)
    projection = projected(extent_of([(place.longitude, place.latitude) for place in route.places]), inner)
    places = [(place, *projection.at(place.longitude, place.latitude)) for place in route.places]
    found = sited(places, inner, apart=_REACH * 2)
    shapes = [rectangle(ground, Paint("#f7f9fb", "#c9d2dc", 1)), *_legs(found)]
    if frame.is_narrow:
        shapes += [shape for each in found for shape in _sign(each, frame)]
    else:
        shapes += map_labels.in_columns(found, ground, size=frame.text - 2)
        shapes += [shape for each in found for shape in _sign(each, frame)]
    return Picture([*shapes, *_foot(projection, ground, frame)], ground.bottom + _FOOT)


def _legs(found: Sequence[Sited[Place]]) -> list[Shape]:
    in_order = sorted(found, key=lambda each: each.what.order)
    if len(in_order) < 2:
        return []
    return [path([(each.x, each.y) for each in in_order], Paint(stroke=MID, width=2.2), closed=False)]


def _sign(each: Sited[Place], frame: Frame) -> list[Shape]:
    if not each.what.order:
        return [circle(each.x, each.y, _REACH, Paint(GROUND, INK, 2)), circle(each.x, each.y, 3, Paint(INK))]
    words = str(each.what.order)
    return [
        circle(each.x, each.y, _REACH, Paint(BLUE, GROUND, 1.2)),
        text(words, each.x, each.y, size=frame.text - 3, fill=GROUND, anchor="middle", bold=True),
    ]


def _foot(projection: Projection, ground: Box, frame: Frame) -> list[Shape]:
    """The scale on the left, north on the right."""
    y, size, paint = ground.bottom + 13, frame.text - 1, Paint(stroke=INK, width=1.5)
    kilometres, length = projection.scale_bar(frame.width / 5)
    distance = f"{kilometres:g} 公里" if kilometres >= 1 else f"{kilometres * 1000:g} 米"
    right = frame.width - 6
    return [
        *(line((x, y - 4), (x, y + 4), paint) for x in (1, 1 + length)),
        line((1, y), (1 + length, y), paint),
        text(distance, length + 7, y, size=size, fill=FAINT),
        path([(right, y - 8), (right + 5, y + 8), (right, y + 4), (right - 5, y + 8)], Paint(INK)),
        text("北", right - 8, y, size=size, fill=FAINT, anchor="end"),
    ]
