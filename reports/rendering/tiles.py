"""A poster from A3 sheets: which window each tile shows, and the marks by which they are pasted together. Points."""

from collections.abc import Iterator
from dataclasses import dataclass

from reports.drawing import FAINT, GROUND, INK, Box, Paint, Shape, line, rectangle, text
from reports.rendering.poster import LANDSCAPE, MM, Paper

OVERLAP = 10 * MM
EDGE = 12 * MM  # of a sheet, where printers leave it white and the marks stand
SHEET = tuple(side * MM for side in LANDSCAPE[Paper.A3])
SHOWN = (SHEET[0] - 2 * EDGE, SHEET[1] - 2 * EDGE)  # what one tile shows of the poster
STEP = (SHOWN[0] - OVERLAP, SHOWN[1] - OVERLAP)


@dataclass(frozen=True)
class Tile:
    """``window`` is what it shows of the poster; rows and columns count from one."""

    row: int
    column: int
    window: Box

    @property
    def name(self) -> str:
        return f"{self.row}-{self.column}"


def poster_size(side: int) -> tuple[float, float]:
    """Of a poster of ``side`` times ``side`` sheets."""
    return STEP[0] * side + OVERLAP, STEP[1] * side + OVERLAP


def tiles(side: int) -> list[Tile]:
    """Row by row; neighbours show the same 10 mm."""
    return [
        Tile(row + 1, column + 1, _window(column * STEP[0], row * STEP[1]))
        for row in range(side)
        for column in range(side)
    ]


def _window(left: float, top: float) -> Box:
    return Box(left, top, left + SHOWN[0], top + SHOWN[1])


def around(tile: Tile, side: int) -> list[Shape]:
    """What is printed on the sheet besides its part of the poster, in the sheet's own coordinates."""
    inner = Box(EDGE, EDGE, EDGE + SHOWN[0], EDGE + SHOWN[1])
    return [*_white_edges(inner), *_crop_marks(inner), *_pasting(tile, side, inner), *_sketch(tile, side, inner)]


def _white_edges(inner: Box) -> list[Shape]:
    paint, (width, height) = Paint(GROUND), SHEET
    edges = (
        *(Box(0, 0, width, inner.top), Box(0, inner.bottom, width, height)),
        *(Box(0, 0, inner.left, height), Box(inner.right, 0, width, height)),
    )
    return [rectangle(edge, paint) for edge in edges]


def _crop_marks(inner: Box) -> Iterator[Shape]:
    """At the corners of what is shown, and of what is left when the overlap is cut off."""
    paint, reach, gap = Paint(stroke=INK, width=0.5), 6 * MM, 1 * MM
    for x in (inner.left, inner.right):
        yield line((x, inner.top - gap), (x, inner.top - gap - reach), paint)
        yield line((x, inner.bottom + gap), (x, inner.bottom + gap + reach), paint)
    for y in (inner.top, inner.bottom):
        yield line((inner.left - gap, y), (inner.left - gap - reach, y), paint)
        yield line((inner.right + gap, y), (inner.right + gap + reach, y), paint)


def _pasting(tile: Tile, side: int, inner: Box) -> Iterator[Shape]:
    """Registration crosses that lie on those of the neighbour, and to where the neighbour is pasted."""
    half = OVERLAP / 2
    if tile.column < side:
        yield from _crosses([(inner.right - half, inner.top + part * inner.height) for part in (0.25, 0.75)])
        yield from _edge((inner.right - OVERLAP, inner.top), (inner.right - OVERLAP, inner.bottom))
    if tile.column > 1:
        yield from _crosses([(inner.left + half, inner.top + part * inner.height) for part in (0.25, 0.75)])
    if tile.row < side:
        yield from _crosses([(inner.left + part * inner.width, inner.bottom - half) for part in (0.25, 0.75)])
        yield from _edge((inner.left, inner.bottom - OVERLAP), (inner.right, inner.bottom - OVERLAP))
    if tile.row > 1:
        yield from _crosses([(inner.left + part * inner.width, inner.top + half) for part in (0.25, 0.75)])


def _edge(start: tuple[float, float], end: tuple[float, float]) -> list[Shape]:
    return [line(start, end, Paint(stroke=FAINT, width=0.4, dash="4 3"))]


def _crosses(places: list[tuple[float, float]]) -> Iterator[Shape]:
    paint, reach = Paint(stroke=INK, width=0.5), 2.5 * MM
    for x, y in places:
        yield line((x - reach, y), (x + reach, y), paint)
        yield line((x, y - reach), (x, y + reach), paint)


def _sketch(tile: Tile, side: int, inner: Box) -> Iterator[Shape]:
    """How the sheets lie, with this one filled; its name and what to do."""
    part, top = 2.6 * MM, inner.bottom + 2 * MM
    left = inner.right - 8 * MM - side * part * 1.4
    for row in range(side):
        for column in range(side):
            box = Box(
                left + column * part * 1.4, top + row * part, left + (column + 1) * part * 1.4, top + (row + 1) * part
            )
            mine = (row + 1, column + 1) == (tile.row, tile.column)
            yield rectangle(box, Paint(INK if mine else GROUND, INK, 0.5))
    words = f"第 {tile.row} 行第 {tile.column} 列（{tile.name}），共 {side} 行 {side} 列"
    yield text(words, inner.left + 10 * MM, inner.bottom + 6 * MM, size=9, bold=True)
    how = "沿虚线搭接 10 毫米，十字对齐；先拼每行，再拼各行"
    yield text(how, inner.left + 90 * MM, inner.bottom + 6 * MM, size=8, fill=FAINT)
