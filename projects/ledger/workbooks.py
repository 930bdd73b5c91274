"""``.xlsx`` and ``.xls``: their sheets as grids, with the cells that are merged."""

import re
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

from python_calamine import CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum

from .grids import Area, Grid, RawLine
from .problems import UnreadableLedger

LARGEST_UNPACKED = 600_000_000  # bytes of XML in a workbook
LARGEST_SHEET = 10_000_000  # cells
_CHUNK = 1 << 20
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_PASSWORD = "文件有打开密码，请去掉密码另存后再导入。"  # noqa: S105 - a sentence
_DAMAGED = "文件损坏或不是 Excel 工作簿，请用 Excel 或 WPS 打开后另存为 .xlsx 再导入。"
_COLUMN = re.compile(rb"""r(?<=\sr)\s*=\s*["']([A-Za-z]+)\d""")
_ROW = re.compile(rb"""r(?<=\sr)\s*=\s*["'][A-Za-z]+(\d+)""")
_ROW_TAG = re.compile(rb"""<(?:\w+:)?row\s[^<>]*+""")
_NUMBER = re.compile(rb"""\sr\s*=\s*["'](\d+)""")


class SheetGrid(Grid):
    """Laid out in memory, as its reader does, when it is first asked for."""

    def __init__(self, path: Path, book: CalamineWorkbook, name: str, *, fills_merged: bool) -> None:
        self.path, self.book, self.name, self.fills_merged = path, book, name, fills_merged

    @cached_property
    def sheet(self) -> CalamineSheet:
        """Raises ``UnreadableLedger``."""
        with _refusing_in_words(self.path):
            return self.book.get_sheet_by_name(self.name)

    @cached_property
    def merged(self) -> Sequence[Area]:  # type: ignore[override]
        return [Area(*first, *last) for first, last in self.sheet.merged_cell_ranges or []]

    def lines(self) -> Iterator[RawLine]:
        plain = enumerate(self.sheet.iter_rows(), start=1)
        return self._filled(plain) if self.fills_merged else plain

    def _filled(self, lines: Iterator[RawLine]) -> Iterator[RawLine]:
        """What several rows share by a merged cell, said in each of them."""
        starting: dict[int, list[Area]] = defaultdict(list)
        for area in self.merged:
            if area.first_column == area.last_column:
                starting[area.first_row + 1].append(area)
        shared: dict[int, tuple[Any, int]] = {}  # by column: the value, and the last row it holds for
        for number, values in lines:
            for column, (value, last) in list(shared.items()):
                if number > last:
                    del shared[column]
                elif column < len(values):
                    values[column] = value
            for area in starting.get(number, ()):
                if area.first_column < len(values):
                    shared[area.first_column] = (values[area.first_column], area.last_row + 1)
            yield number, values


def sheets(path: Path, *, named: str = "", fills_merged: bool = False) -> list[SheetGrid]:
    """The visible sheets, or the one that is named. Raises ``UnreadableLedger``."""
    with _refusing_in_words(path):
        _refuse_a_bomb(path)
        book = CalamineWorkbook.from_path(str(path))
        shown = [one.name for one in book.sheets_metadata if one.visible == SheetVisibleEnum.Visible]
        if not shown:
            raise UnreadableLedger("文件中没有可以看见的工作表。")
        if named and named not in book.sheet_names:
            raise UnreadableLedger(f"文件中没有工作表“{named}”，有的是：{'、'.join(book.sheet_names)}。")
        return [SheetGrid(path, book, name, fills_merged=fills_merged) for name in ([named] if named else shown)]


def unpacked_size(path: Path) -> int:
    """Bytes its reader will go through; of what is damaged 0."""
    if not zipfile.is_zipfile(path):
        return path.stat().st_size
    try:
        with zipfile.ZipFile(path) as packed:
            return sum(part.file_size for part in packed.infolist())
    except zipfile.BadZipFile:
        return 0


@contextmanager
def _refusing_in_words(path: Path) -> Iterator[None]:
    """Given damaged bytes, the readers raise whatever they stumble upon."""
    try:
        yield
    except UnreadableLedger:
        raise
    except PasswordError:
        raise UnreadableLedger(_PASSWORD) from None
    except Exception:
        raise UnreadableLedger(_PASSWORD if _is_encrypted(path) else _DAMAGED) from None


def _is_encrypted(path: Path) -> bool:
    """A container of this name is what Office makes of an .xlsx with a password."""
    rest = b""
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            if _ENCRYPTED in rest + chunk:
                return True
            rest = chunk[-len(_ENCRYPTED) :]
    return False


def _refuse_a_bomb(path: Path) -> None:
    """Stop before the reader would unpack too much, or lay out a sheet that one stray cell makes enormous."""
    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as packed:
        parts = packed.infolist()
        if sum(part.file_size for part in parts) > LARGEST_UNPACKED:
            raise UnreadableLedger("文件展开后过大，请删去多余的工作表和空行，或分成几个文件导入。")
        if "xl/workbook.xml" not in packed.namelist():
            raise UnreadableLedger("这不是 Excel 工作簿，请另存为 .xlsx 后再导入。")
        for part in parts:
            if _area(packed, part) > LARGEST_SHEET:  # a workbook may call its sheets as it likes
                raise UnreadableLedger(
                    "工作表的范围过大，通常是很远处有一个多余的单元格，请删去数据以外的行和列，另存后再导入。"
                )


def _area(packed: zipfile.ZipFile, part: zipfile.ZipInfo) -> int:
    """How many cells the sheet spans, from its first to its farthest, as its reader understands them."""
    columns: set[bytes] = set()
    rows: set[bytes] = set()
    rest = b""
    with packed.open(part) as sheet:
        while chunk := sheet.read(_CHUNK):
            piece = rest + chunk
            columns.update(_COLUMN.findall(piece))
            rows.update(_ROW.findall(piece), _filled_rows(piece))
            rest = piece[piece.rfind(b"<") :]
            if len(rest) > _CHUNK:
                if _ROW_TAG.match(rest):
                    raise UnreadableLedger(_DAMAGED)
                rest = b""
    return max(map(_column_number, columns), default=1) * max(map(int, rows), default=1)


def _filled_rows(piece: bytes) -> Iterator[bytes]:
    """The numbers of rows that hold something: their cells need not say where they are."""
    for tag in _ROW_TAG.findall(piece):
        number = _NUMBER.search(tag)
        if number and not tag.endswith(b"/"):
            yield number[1]


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number
