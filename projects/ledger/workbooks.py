"""``.xlsx`` and ``.xls``: their sheets as grids, with the cells that are merged."""

import re
import zipfile
from collections import defaultdict
from collections.abc import Iterator
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
_CELL = re.compile(rb"""\br=["']([A-Z]{1,3})(\d{1,7})["']""")


class SheetGrid(Grid):
    def __init__(self, sheet: CalamineSheet, *, fills_merged: bool) -> None:
        self.sheet, self.name, self.fills_merged = sheet, sheet.name, fills_merged
        self.merged = [Area(*first, *last) for first, last in sheet.merged_cell_ranges or []]

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
    try:
        _refuse_a_bomb(path)
        book = CalamineWorkbook.from_path(str(path))
        shown = [one.name for one in book.sheets_metadata if one.visible == SheetVisibleEnum.Visible]
        if not shown:
            raise UnreadableLedger("文件中没有可以看见的工作表。")
        if named and named not in book.sheet_names:
            raise UnreadableLedger(f"文件中没有工作表“{named}”，有的是：{'、'.join(book.sheet_names)}。")
        wanted = [named] if named else shown
        return [SheetGrid(book.get_sheet_by_name(name), fills_merged=fills_merged) for name in wanted]
    except UnreadableLedger:
        raise
    except PasswordError:
        raise UnreadableLedger(_PASSWORD) from None
    except Exception:  # given damaged bytes, the readers raise whatever they stumble upon
        if _is_encrypted(path):
            raise UnreadableLedger(_PASSWORD) from None
        raise UnreadableLedger("文件损坏或不是 Excel 工作簿，请用 Excel 或 WPS 打开后另存为 .xlsx 再导入。") from None


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
