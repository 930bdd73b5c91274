"""From bytes to rows: ``.csv`` in the encodings offices really use, ``.xlsx`` and ``.xls``.

A file is read as often as it is asked for and never held whole (a workbook's sheet is, by its reader).
"""

import codecs
import csv
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

from python_calamine import CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum

from projects.errors import RuleViolation

from .cells import line_of
from .mapping import Layout

DEFAULT_ENCODINGS = ("utf-8", "gb18030", "windows-1252")
LARGEST_UNPACKED = 600_000_000  # bytes of XML in a workbook
LARGEST_SHEET = 10_000_000  # cells
_CHUNK = 1 << 20
_CELL = re.compile(rb"""\br=["']([A-Z]{1,3})(\d{1,7})["']""")
_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


class UnreadableLedger(RuleViolation):
    """The file as a whole cannot be read; the message says why and what would help."""


@dataclass(frozen=True, slots=True)
class RawRow:
    """``number`` counts as Excel does; ``width`` is how many cells the file has in this row."""

    number: int
    cells: dict[str, Any]
    width: int
    surplus: tuple[str, ...] = ()


class Table(Protocol):
    columns: list[str]

    def rows(self) -> Iterator[RawRow]:
        """Every row below the header that is not blank. Raises ``UnreadableLedger``."""


def open_table(path: Path, layout: Layout) -> Table:
    """The table in this file, told apart by its content. Raises ``UnreadableLedger``."""
    with path.open("rb") as file:
        start = file.read(4096)
    if not start.strip():
        raise UnreadableLedger("文件是空的，没有可以导入的内容。")
    if start.startswith((_ZIP, _OLE)):
        return _Sheet(_sheet(path, layout), layout)
    return _Csv(path, layout, _encoding(path, start, layout.encodings or DEFAULT_ENCODINGS))


def _columns(header: Sequence[Any]) -> list[str]:
    columns = [line_of(cell) for cell in header]
    if not any(columns):
        raise UnreadableLedger("表头所在行是空的，请核对列对应中的表头所在行（header_row）。")
    return columns


def _row(number: int, columns: list[str], values: list[Any]) -> RawRow | None:
    """None for a blank row. Of columns with one name the first counts; a mapping may not use them anyway."""
    if not any(value is not None and value != "" for value in values):
        return None
    surplus = tuple(line_of(value) for value in values[len(columns) :] if line_of(value))
    return RawRow(number, dict(zip(columns, values, strict=False)), len(values), surplus)


# --- Text -------------------------------------------------------------------------------------------


class _Csv:
    def __init__(self, path: Path, layout: Layout, encoding: str) -> None:
        self.path, self.encoding, self.header_row = path, encoding, layout.header_row
        self.delimiter = layout.delimiter or self._likely_delimiter()
        lines = list(islice(self._lines(), self.header_row))
        if len(lines) < self.header_row:
            raise UnreadableLedger(f"文件只有 {len(lines)} 行，没有第 {self.header_row} 行作表头。")
        self.columns = _columns(lines[-1])

    def rows(self) -> Iterator[RawRow]:
        below = islice(self._lines(), self.header_row, None)
        for number, values in enumerate(below, start=self.header_row + 1):
            row = _row(number, self.columns, values)
            if row:
                yield row

    def _lines(self) -> Iterator[list[str]]:
        with self.path.open(encoding=self.encoding, errors="replace", newline="") as file:
            reader = csv.reader(file, delimiter=self.delimiter)
            try:
                yield from reader
            except csv.Error:
                where = f"文件第 {reader.line_num} 行附近"
                raise UnreadableLedger(f"{where}有过长的内容，可能缺少配对的英文双引号，请检查后再试。") from None

    def _likely_delimiter(self) -> str:
        with self.path.open(encoding=self.encoding, errors="replace", newline="") as file:
            header = "".join(islice(iter(lambda: file.readline(_CHUNK), ""), self.header_row))
        return max(",;\t|", key=header.count)


def _encoding(path: Path, start: bytes, candidates: Sequence[str]) -> str:
    """What the marks at the beginning say, else the first candidate that can read every byte.

    When none can, the first one; the cells it cannot read are reported one by one.
    """
    for mark, name in _BOMS.items():
        if start.startswith(mark):
            return name
    if b"\x00" in start:
        return _without_mark(start)
    return next((name for name in candidates if _decodes(path, name)), candidates[0])


def _without_mark(start: bytes) -> str:
    """UTF-16 has a zero byte beside every Latin letter; anything else with zero bytes is not a text."""
    low, high = start[1::2].count(0), start[::2].count(0)
    if max(low, high) * 5 < len(start):
        raise UnreadableLedger("这不是文本表格，也不是 Excel 文件，请另存为 .xlsx 或 .csv 后再导入。")
    return "utf-16-le" if low > high else "utf-16-be"


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True


# --- Workbooks --------------------------------------------------------------------------------------


class _Sheet:
    def __init__(self, sheet: CalamineSheet, layout: Layout) -> None:
        self.sheet, self.header_row = sheet, layout.header_row
        header = next((values for number, values in self._lines() if number == self.header_row), None)
        if header is None:
            raise UnreadableLedger(f"工作表“{sheet.name}”没有第 {self.header_row} 行作表头。")
        self.columns = _columns(header)

    def rows(self) -> Iterator[RawRow]:
        for number, values in self._lines():
            row = _row(number, self.columns, values) if number > self.header_row else None
            if row:
                yield row

    def _lines(self) -> Iterator[tuple[int, list[Any]]]:
        return enumerate(self.sheet.iter_rows(), start=1)


def _sheet(path: Path, layout: Layout) -> CalamineSheet:
    try:
        _refuse_a_bomb(path)
        book = CalamineWorkbook.from_path(str(path))
        shown = [one.name for one in book.sheets_metadata if one.visible == SheetVisibleEnum.Visible]
        name = layout.sheet or next(iter(shown), "")
        if not name:
            raise UnreadableLedger("文件中没有可以看见的工作表。")
        if name not in book.sheet_names:
            raise UnreadableLedger(f"文件中没有工作表“{name}”，有的是：{'、'.join(book.sheet_names)}。")
        return book.get_sheet_by_name(name)
    except PasswordError:
        raise UnreadableLedger("文件有打开密码，请去掉密码另存后再导入。") from None
    except UnreadableLedger:
        raise
    except Exception:  # given damaged bytes, the readers raise whatever they stumble upon
        raise UnreadableLedger("文件损坏或不是 Excel 工作簿，请用 Excel 或 WPS 打开后另存为 .xlsx 再导入。") from None


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
            if part.filename.startswith("xl/worksheets/") and _area(packed, part) > LARGEST_SHEET:
                raise UnreadableLedger(
                    "工作表的范围过大，通常是很远处有一个多余的单元格，请删去数据以外的行和列，另存后再导入。"
                )


def _area(packed: zipfile.ZipFile, part: zipfile.ZipInfo) -> int:
    """How many cells the sheet spans, from its first to its farthest."""
    columns, rows, rest = {0}, {0}, b""
    with packed.open(part) as sheet:
        while chunk := sheet.read(_CHUNK):
            for letters, number in set(_CELL.findall(rest + chunk)):
                columns.add(_column_number(letters))
                rows.add(int(number))
            rest = chunk[-16:]
    return max(columns) * max(rows)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
