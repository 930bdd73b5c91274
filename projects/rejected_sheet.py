"""不能导入的行 as Excel: the file's own header, its rows as they stood, and why each could not be imported.

Mended, it is uploaded like any other file: the two columns of ours are not read, and it is known again by its header.
"""

import tempfile
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import PurePath
from typing import IO, Any

from django.http import FileResponse
from django.utils.timezone import make_naive
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from projects import audit
from projects.actions.ledgers.rejected import RejectedRows
from projects.formulas import guarded
from projects.ledger.headings import OUR_COLUMNS
from projects.models import LedgerImport, User
from projects.sheets import LONGEST_TEXT, XLSX, has_excel_date

_REASON_WIDTH = 60


def download(rejected: RejectedRows, ledger_import: LedgerImport, *, by: User, at: datetime) -> FileResponse:
    """The file to save. Who took it is in the audit."""
    target = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    rows = write(rejected, target, at=at)
    changes = {"list": "不能导入的行", "file": ledger_import.file.sha256, "rows": rows}
    audit.record("list.exported", ledger_import, by=by, at=at, changes=changes)
    target.seek(0)
    name = f"{PurePath(ledger_import.file.name).stem}_不能导入的行.xlsx"
    return FileResponse(target, as_attachment=True, filename=name, content_type=XLSX)


def write(rejected: RejectedRows, target: IO[bytes], *, at: datetime) -> int:
    """Write the workbook; returns how many rows were rejected."""
    with Workbook(target) as book:
        book.set_properties({"created": make_naive(at)})
        return _write(book, rejected)


def _write(book: Workbook, rejected: RejectedRows) -> int:
    page = book.add_worksheet(_tab(rejected.sheet))
    width = max([len(rejected.columns), *(len(cells) for _, cells in rejected.head)])
    writer = _Cells(page, book.add_format({"num_format": "yyyy-mm-dd"}))
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "vcenter"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    for line, (_, cells) in enumerate(rejected.head):
        writer.row(line, cells)
    for area in rejected.merged:
        value = _at(rejected.head, area.first_row, area.first_column)
        if (area.first_row, area.first_column) != (area.last_row, area.last_column):
            page.merge_range(*area[:2], *area[2:], guarded(str(value or "")), bold)
    for place, heading in enumerate(OUR_COLUMNS, start=width):
        page.write_string(rejected.header_row - 1, place, heading, bold)
    page.set_column(0, width - 1, 14)
    page.set_column(width + 1, width + 1, _REASON_WIDTH)
    count = 0
    for line, row in enumerate(rejected.rows, start=len(rejected.head)):
        writer.row(line, row.cells)
        if row.reasons:
            count += 1
            page.write_number(line, width, row.number)
            page.write_string(line, width + 1, row.reasons[:LONGEST_TEXT], wrapped)
    return count


def _tab(name: str) -> str:
    return "".join(sign for sign in name if sign not in "[]:*?/\\")[:31].strip("'") or "数据"


def _at(head: Sequence[tuple[int, Sequence[Any]]], row: int, column: int) -> Any:
    cells = head[row][1]
    return cells[column] if column < len(cells) else ""


class _Cells:
    """Writes cells as the file had them; a text that a spreadsheet would take for a formula is marked."""

    def __init__(self, page: Worksheet, day: Format) -> None:
        self.page, self.day = page, day

    def row(self, line: int, cells: Sequence[Any]) -> None:
        for place, value in enumerate(cells):
            self.cell(line, place, value)

    def cell(self, line: int, place: int, value: Any) -> None:
        match value:
            case None | "":
                return
            case bool():
                self.page.write_boolean(line, place, value)
            case int() | float():
                self.page.write_number(line, place, value)
            case datetime() | date() if has_excel_date(value):
                self.page.write_datetime(line, place, value, self.day)
            case _:
                self.page.write_string(line, place, guarded(str(value))[:LONGEST_TEXT])
