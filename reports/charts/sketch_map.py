"""项目分布示意: where the projects lie, on a ground of our own; no map of anybody else is fetched."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from reports.charts import lights, map_labels
from reports.charts.chart import Cell, Chart, Frame, Head, Picture, Table, charted
from reports.charts.geography import Degrees, Extent, Projection, extent_of, projected
from reports.charts.spots import Group, Sited, grouped, sited
from reports.drawing import FAINT, GROUND, INK, Box, Paint, Shape, line, linked, path, rectangle, text, width_of

_LEGEND, _EDGE, _FOOT = 22, 20, 26
_MANY, _MANY_NARROW = 250, 60


@dataclass(frozen=True)
class Spot:
    """A project where it lies. ``is_flagged``: its name is written beside it, where there is room."""

    name: str
    longitude: Degrees
    latitude: Degrees
    light: str
    href: str = ""
    is_flagged: bool = False

    @property
    def said(self) -> str:
        return f"{self.name}（{lights.WORDS[self.light]}）"


@dataclass(frozen=True)
class Sketch:
    """``outline``: the border of the district as (longitude, latitude); ``unplaced`` projects have no place."""

    spots: tuple[Spot, ...]
    outline: tuple[tuple[Degrees, Degrees], ...] = ()
    unplaced: int = 0


def chart(sketch: Sketch) -> Chart:
    """Where there is an outline it is fitted to, and what lies outside is counted; else to the places."""
    extent = extent_of(sketch.outline or [(spot.longitude, spot.latitude) for spot in sketch.spots])
    seen = [spot for spot in sketch.spots if extent.holds(spot.longitude, spot.latitude)]
    return charted(
        lambda frame: _drawn(sketch, seen, extent, frame),
        title=_finding(seen),
        note=_note(sketch, outside=len(sketch.spots) - len(seen)),
        table=_table(seen),
        is_empty=not seen,
    )


def _counts(spots: Sequence[Spot]) -> list[tuple[str, int]]:
    found = Counter(spot.light for spot in spots)
    return [(light, found[light]) for light in lights.WORDS if found[light]]


def _finding(spots: Sequence[Spot]) -> str:
    if not spots:
        return "没有可以上图的项目"
    behind = [f"{lights.WORDS[light]} {count} 项" for light, count in _counts(spots) if light in {"red", "yellow"}]
    return f"上图 {len(spots)} 项，" + ("、".join(behind) or "无滞后、无预警")


def _note(sketch: Sketch, *, outside: int) -> str:
    left_out = [
        f"{count} 项{words}" for count, words in ((sketch.unplaced, "没有坐标"), (outside, "坐标在区域外")) if count
    ]
    return "示意图，不作界线依据。" + (f"未上图：{'、'.join(left_out)}。" if left_out else "")


def _table(spots: Sequence[Spot]) -> Table:
    counts = [(Cell(lights.WORDS[light], is_number=False), Cell(str(count))) for light, count in _counts(spots)]
    flagged = [spot for spot in spots if spot.is_flagged]
    named = [(Cell(spot.name, spot.href, is_number=False), Cell(lights.WORDS[spot.light])) for spot in flagged]
    return Table((Head("亮灯、标注的项目", is_number=False), Head("项目（项）、亮灯")), (*counts, *named))


def _drawn(sketch: Sketch, spots: Sequence[Spot], extent: Extent, frame: Frame) -> Picture:
    keys, top = _legend(spots, frame)
    ground = Box(0.5, top, frame.width - 0.5, top + (280 if frame.is_narrow else 400))
    is_crowded = len(spots) > (_MANY_NARROW if frame.is_narrow else _MANY)
    names_beside = not frame.is_narrow and not is_crowded and any(spot.is_flagged for spot in spots)
    edge = map_labels.COLUMN if names_beside else _EDGE
    inner = Box(ground.left + edge, ground.top + _EDGE, ground.right - edge, ground.bottom - _EDGE)
    projection = projected(extent, inner)
    places = [(spot, *projection.at(spot.longitude, spot.latitude)) for spot in spots]
    places.sort(key=lambda place: lights.rank(place[0].light))
    shapes = [*keys, rectangle(ground, Paint("#f7f9fb", "#aab4bf", 1))]
    if sketch.outline:
        shapes.append(path([projection.at(*corner) for corner in sketch.outline], Paint(GROUND, FAINT, 1.2)))
    shapes += _groups(places, inner, frame) if is_crowded else _signs(places, inner, ground, frame)
    words = "每格：最差的灯有几项／共几项" if is_crowded else ""
    return Picture([*shapes, *_foot(projection, ground, frame, words)], ground.bottom + _FOOT)


def _legend(spots: Sequence[Spot], frame: Frame) -> tuple[list[Shape], float]:
    """Each light with its number, in as many lines as it takes; also where it ends."""
    x, y, size = 0.0, 9.0, frame.text
    shapes: list[Shape] = []
    for light, count in _counts(spots):
        words = f" {count}"
        room = lights.room_of(light, size) + width_of(words, size)
        if x and x + room > frame.width:
            x, y = 0.0, y + _LEGEND
        shapes += lights.named(light, x, y, size)
        shapes.append(text(words.strip(), x + lights.room_of(light, size) + 5, y, size=size, fill=INK, bold=True))
        x += room + 20
    return shapes, y + 13


Place = tuple[Spot, float, float]


def _signs(places: Sequence[Place], within: Box, ground: Box, frame: Frame) -> list[Shape]:
    """The worst lie on top, and where they are; what coincides with them gives way."""
    reach = 5.0 if frame.is_narrow else 5.5
    found = sited(places, within, apart=reach * 2)
    signs = [_single(each, reach) for each in reversed(found)]
    if frame.is_narrow:
        return [*signs, *map_labels.at_the_signs(found, ground, reach=reach, size=frame.text - 1)]
    return [*map_labels.in_columns(found, ground, size=frame.text - 1), *signs]


def _groups(places: Sequence[Place], within: Box, frame: Frame) -> list[Shape]:
    groups = grouped(places, within, across=66 if frame.is_narrow else 74, down=30)
    return [_group(group, frame) for group in groups]


def _single(each: Sited[Spot], reach: float) -> Shape:
    spot = each.what
    return linked(lights.sign(spot.light, each.x, each.y, reach), spot.href, spot.said)


def _group(group: Group[Spot], frame: Frame) -> Shape:
    """One alone opens its project."""
    first, number = group.members[0], len(group.members)
    sign = lights.sign(first.light, group.x, group.y, 5.5)
    if number == 1:
        return linked(sign, first.href, first.said)
    counts = _counts(group.members)
    words = f"{counts[0][1]}／{number}" if len(counts) > 1 else str(number)
    said = "、".join(f"{lights.WORDS[light]} {count}" for light, count in counts)
    return linked([*sign, text(words, group.x + 9, group.y, size=frame.text - 1)], "", f"{number} 项：{said}")


def _foot(projection: Projection, ground: Box, frame: Frame, words: str) -> list[Shape]:
    """The scale on the left, north on the right, how to read the groups between them."""
    y, size, paint = ground.bottom + 13, frame.text - 1, Paint(stroke=INK, width=1.5)
    kilometres, length = projection.scale_bar(frame.width / 5)
    distance = f"{kilometres:g} 公里" if kilometres >= 1 else f"{kilometres * 1000:g} 米"
    left, right = 1, frame.width - 6
    return [
        *(line((x, y - 4), (x, y + 4), paint) for x in (left, left + length)),
        line((left, y), (left + length, y), paint),
        text(distance, left + length + 6, y, size=size, fill=FAINT),
        *([text(words, right - 28, y, size=size, fill=FAINT, anchor="end")] if words else []),
        path([(right, y - 8), (right + 5, y + 8), (right, y + 4), (right - 5, y + 8)], Paint(INK)),
        text("北", right - 8, y, size=size, fill=FAINT, anchor="end"),
    ]
