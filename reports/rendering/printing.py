"""From the snapshot of a wall chart to the pages of a PDF."""

from dataclasses import dataclass

from reports.drawing import Box, Shape, number, svg
from reports.rendering import tiles
from reports.rendering.poster import LANDSCAPE, MM, Paper, Poster, posters
from reports.wall_chart import WallChart

_FEW = 60  # rows for which four sheets of A3 do


@dataclass(frozen=True)
class Pages:
    """One SVG a page, and the size of all pages."""

    drawings: list[str]
    width_mm: float
    height_mm: float


def pages(chart: WallChart, paper: Paper, *, number_of: str) -> Pages:
    width_mm, height_mm = LANDSCAPE[paper]
    if paper is Paper.A3:
        side = 2 if len(chart.rows) <= _FEW else 3
        width, height = tiles.poster_size(side)
        found = posters(chart, width=width, height=height, number_of=number_of)
        drawings = [_tile(poster, tile, side) for poster in found for tile in tiles.tiles(side)]
    else:
        found = posters(chart, width=width_mm * MM, height=height_mm * MM, number_of=number_of)
        drawings = [_sheet(each.shapes, Box(0, 0, each.width, each.height), width_mm, height_mm) for each in found]
    return Pages(drawings, width_mm, height_mm)


def _sheet(shapes: list[Shape], view: Box, width_mm: float, height_mm: float) -> str:
    return svg(shapes, view, width=f"{width_mm}mm", height=f"{height_mm}mm", label="")


def _tile(poster: Poster, tile: tiles.Tile, side: int) -> str:
    """The poster moved under the sheet's window; the white edges lie over it, the marks over them."""
    width, height = tiles.SHEET
    left, top = tile.window.left - tiles.EDGE, tile.window.top - tiles.EDGE
    seen = [shape for shape in poster.shapes if shape.box.meets(tile.window)]
    moved = f'<g transform="translate({number(-left)} {number(-top)})">{"".join(each.markup for each in seen)}</g>'
    sheet = Box(0, 0, width, height)
    return _sheet([Shape(sheet, moved), *tiles.around(tile, side)], sheet, *LANDSCAPE[Paper.A3])
