"""From bytes to rows: text, workbooks and GeoJSON, told apart by their content.

A file is read as often as it is asked for and never held whole (a workbook's sheet is, by its reader).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from .cells import line_of
from .geojson import FeatureGrid
from .grids import Grid, RawLine
from .headings import headings_of
from .layout import Layout
from .problems import Code, UnreadableLedger
from .row_kinds import Judgement, RowJudge
from .text_files import TextGrid
from .workbooks import sheets

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_WEB_PAGE = (b"<html", b"<!doctype", b"<table", b"<?xml", b"<meta")


@dataclass(frozen=True, slots=True)
class RawRow:
    """``number`` counts as Excel does; ``width`` is how many cells the file has in this row.

    ``left_out``: the row is no row of the table but a total, a section, a note; ``words`` are its first ones.
    """

    number: int
    cells: dict[str, Any]
    width: int
    surplus: tuple[str, ...] = ()
    left_out: Code | None = None
    words: str = ""


def is_workbook(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4).startswith((_ZIP, _OLE))


def open_grids(path: Path, layout: Layout) -> Sequence[Grid]:
    """The tables of this file: of a workbook its visible sheets, or the one named. Raises ``UnreadableLedger``."""
    with path.open("rb") as file:
        start = file.read(4096)
    if not start.strip():
        raise UnreadableLedger("文件是空的，没有可以导入的内容。")
    if start.startswith((_ZIP, _OLE)):
        return sheets(path, named=layout.sheet, fills_merged=layout.fills_merged)
    begins = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    if begins.lower().startswith(_WEB_PAGE):
        raise UnreadableLedger(
            "这其实是网页或 XML 文件（有的系统把它存成 .xls），请用 Excel 或 WPS 打开后另存为 .xlsx 再导入。"
        )
    if begins.startswith(b"{"):
        return [FeatureGrid(path)]
    return [TextGrid(path, layout, start)]


def open_table(path: Path, layout: Layout) -> "Table":
    """The table in this file. Raises ``UnreadableLedger``."""
    return Table(open_grids(path, layout)[0], layout)


class Table:
    """The rows below the header of one sheet."""

    def __init__(self, grid: Grid, layout: Layout) -> None:
        self.grid, self.layout = grid, layout
        self.last_header_row = layout.header_row + layout.header_rows - 1
        lines = list(islice(grid.lines(), self.last_header_row))
        if len(lines) < self.last_header_row:
            raise UnreadableLedger(self._too_short(len(lines)))
        header = [values for _, values in lines[layout.header_row - 1 :]]
        self.columns = headings_of(header, grid.merged, first_row=layout.header_row)
        if not any(self.columns):
            raise UnreadableLedger("表头所在行是空的，请核对列对应中的表头所在行（header_row）。")

    def _too_short(self, lines: int) -> str:
        if self.grid.name:
            return f"工作表“{self.grid.name}”没有第 {self.last_header_row} 行作表头。"
        return f"文件只有 {lines} 行，没有第 {self.last_header_row} 行作表头。"

    def rows(self) -> Iterator[RawRow]:
        """Every row below the header that is not blank. Raises ``UnreadableLedger``."""
        layout = self.layout
        judge = RowJudge(self.columns, layout) if layout.has_sections or layout.has_totals or layout.has_notes else None
        for line in islice(self.grid.lines(), self.last_header_row, None):
            row = self._row(line, judge)
            if row:
                yield row

    def _row(self, line: RawLine, judge: RowJudge | None) -> RawRow | None:
        """None for a blank row. Of columns with one name the first counts; a mapping may not use them anyway."""
        number, values = line
        if not any(value is not None and value != "" for value in values):
            return None
        if judge is None:
            return self._whole(number, values, {}, Judgement())
        if not any(map(line_of, values)):
            return None
        return self._whole(number, values, judge.section(), judge.judge(values))

    def _whole(self, number: int, values: list[Any], section: dict[str, str], judged: Judgement) -> RawRow:
        beyond = values[len(self.columns) :]
        surplus = tuple(line_of(value) for value in beyond if line_of(value)) if beyond else ()
        cells = dict(zip(self.columns, values, strict=False))
        cells |= section
        return RawRow(number, cells, len(values), surplus, judged.code, judged.words)
