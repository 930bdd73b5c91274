"""Excel: the one way a list leaves the system, with its definitions, its as-of stamp and its trace.

    sheet = Sheet(
        title="逾期清单",
        as_of="截至 2025-06-30，按今日所知",
        columns=[
            Column("项目名称", lambda row: row.name, definition="项目库登记的名称"),
            Column("批准日期", lambda row: row.approved_on, Kind.DATE, definition="现行计划批准的完成日期"),
            Column("总投资", lambda row: row.total, Kind.AMOUNT, definition="现行总投资，来源为项目库"),
        ],
        rows=rows.iterator(),
        filters={"牵头单位": "区住房和城乡建设局"},
    )
    return sheets.download(sheet, by=request.user, at=timezone.now())

Rows are written as they come, in constant memory. A text that a spreadsheet would take for a formula
gets a ``'`` in front: the cell is text anyway, but it stays harmless when somebody saves the sheet as
CSV and opens that. ``projects.ledger`` takes the mark off again when it reads.
"""

import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import IO, Any, Generic, TypeVar
from unicodedata import east_asian_width

from django.http import FileResponse
from django.utils.timezone import is_aware, localtime, make_naive  # noqa: TID251 - given its moment
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from projects import audit
from projects.errors import RuleViolation
from projects.formulas import guarded
from projects.models import User

Row = TypeVar("Row")

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_HEAD = 2  # title and stamp stand above the header
_MOST_ROWS = 1_048_576 - _HEAD - 1
LONGEST_TEXT = 32_767
_EARLIEST = date(1900, 3, 1)  # Excel counts a 29 February 1900
_NARROWEST, _WIDEST = 8, 60


class Kind(Enum):
    """What a column holds. The value is Excel's number format."""

    TEXT = "@"
    DATE = "yyyy-mm-dd"
    MOMENT = "yyyy-mm-dd hh:mm"
    AMOUNT = "#,##0.00"  # 万元 unless the column names another unit
    RATE = "0.00%"  # given in percent, as everywhere
    NUMBER = "#,##0"


@dataclass(frozen=True)
class Column(Generic[Row]):
    """One column: its heading, how a row yields its value (None leaves the cell empty), what it means."""

    label: str
    value: Callable[[Row], Any]
    kind: Kind = Kind.TEXT
    unit: str = ""
    definition: str = ""

    @property
    def heading(self) -> str:
        unit = self.unit or ("万元" if self.kind is Kind.AMOUNT else "")
        return f"{self.label}（{unit}）" if unit else self.label


def as_of_moment(at: datetime) -> str:
    """The stamp of a list that shows what stands in the register at this moment."""
    return f"截至 {localtime(at):%Y-%m-%d %H:%M}"


@dataclass(frozen=True)
class Sheet(Generic[Row]):
    """A list ready to leave: ``as_of`` is the sentence that says which day and whose knowledge it shows.

    ``tab`` names it in the workbook.
    """

    title: str
    as_of: str
    columns: Sequence[Column[Row]]
    rows: Iterable[Row]
    filters: Mapping[str, str] = field(default_factory=dict)
    tab: str = "数据"


def download(sheet: Sheet[Any], *, by: User, at: datetime) -> FileResponse:
    """The sheet as a file to save. Who took what, with which filters, is in the audit."""
    target = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    rows = write(sheet, target, by=by, at=at)
    changes = {"list": sheet.title, "as_of": sheet.as_of, "filters": dict(sheet.filters), "rows": rows}
    audit.record("list.exported", by, by=by, at=at, changes=changes)
    target.seek(0)
    name = f"{sheet.title.replace('/', '-')}_{make_naive(at):%Y%m%d_%H%M}.xlsx"
    return FileResponse(target, as_attachment=True, filename=name, content_type=XLSX)


def write(sheet: Sheet[Any], target: IO[bytes], *, by: User, at: datetime) -> int:
    """Write the workbook; returns how many rows the list had. Raises ``RuleViolation`` beyond Excel's limit."""
    return write_book([sheet], target, by=by, at=at)


def write_book(sheets: Sequence[Sheet[Any]], target: IO[bytes], *, by: User | None, at: datetime) -> int:
    """Lists that belong together, the first of which is the book's own; the same lists are the same bytes.

    ``by`` None is the system itself.
    """
    with Workbook(target, {"constant_memory": True}) as book:
        book.set_properties({"created": make_naive(at)})
        rows = sum(_write_rows(book, sheet) for sheet in sheets)
        _write_definitions(book, sheets, rows=rows, by=by, at=at)
    return rows


def _write_rows(book: Workbook, sheet: Sheet[Any]) -> int:
    page = book.add_worksheet(sheet.tab)
    page.write_string(0, 0, guarded(sheet.title), book.add_format({"bold": True, "font_size": 16}))
    page.write_string(1, 0, guarded(sheet.as_of), book.add_format({"font_color": "#555555"}))
    _write_headings(book, page, _HEAD, [column.heading for column in sheet.columns])
    cells = _Cells(page, {kind: _format(book, kind) for kind in Kind})
    widths = [_width(column.heading) + 3 for column in sheet.columns]
    line = _HEAD
    for line, row in enumerate(sheet.rows, start=_HEAD + 1):
        if line > _MOST_ROWS + _HEAD:
            raise RuleViolation(f"清单超过 {_MOST_ROWS:,} 行，Excel 放不下，请先筛选再导出。")
        for place, column in enumerate(sheet.columns):
            width = cells.write(line, place, column.value(row), column.kind)
            widths[place] = max(widths[place], width)
    for place, width in enumerate(widths):
        page.set_column(place, place, min(max(width + 1, _NARROWEST), _WIDEST))
    page.freeze_panes(_HEAD + 1, 1)
    page.autofilter(_HEAD, 0, max(line, _HEAD + 1), len(sheet.columns) - 1)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.repeat_rows(_HEAD)
    return line - _HEAD


def _write_definitions(
    book: Workbook, sheets: Sequence[Sheet[Any]], *, rows: int, by: User | None, at: datetime
) -> None:
    page = book.add_worksheet("口径说明")
    sheet, wrapped = sheets[0], book.add_format({"text_wrap": True, "valign": "top"})
    conditions = "；".join(f"{name}：{value}" for name, value in sheet.filters.items())
    about = [
        ("清单", sheet.title),
        ("截止", sheet.as_of),
        ("筛选条件", conditions or "无"),
        ("行数", str(rows)),
        ("导出人", by.full_name if by else "系统"),
        ("导出时间", f"{make_naive(at):%Y-%m-%d %H:%M}"),
        ("空白单元格", "表示没有登记，或按口径无从计算（如没有计划就没有完成率）。"),
        ("数值", "单元格内为原始数值，仅显示时四舍五入，合计与分项之和可能因此相差末位。"),
        ("单引号", "以 = + - @ 等开头的文字前加了单引号，以免另存后被当作公式；再导入本系统时自动去掉。"),
    ]
    _write_headings(book, page, 0, ["列名", "口径和来源"])
    columns = (column for each in sheets for column in each.columns)
    lines = list(dict.fromkeys((column.heading, column.definition or "见列名") for column in columns))
    for line, pair in enumerate([*lines, ("", ""), *about], start=1):
        for place, text in enumerate(pair):
            page.write_string(line, place, guarded(text), wrapped)
    page.set_column(0, 0, 26)
    page.set_column(1, 1, 90)
    page.freeze_panes(1, 0)


def _write_headings(book: Workbook, page: Worksheet, line: int, headings: Sequence[str]) -> None:
    style = book.add_format({"bold": True, "bg_color": "#EEF2F7", "bottom": 1, "text_wrap": True, "valign": "vcenter"})
    for place, heading in enumerate(headings):
        page.write_string(line, place, guarded(heading), style)


def _format(book: Workbook, kind: Kind) -> Format:
    wraps = kind is Kind.TEXT
    return book.add_format({"num_format": kind.value, "text_wrap": wraps, "valign": "top"})


@dataclass(frozen=True)
class _Cells:
    """Writes typed cells; what does not fit the kind of its column is written as text."""

    page: Worksheet
    formats: Mapping[Kind, Format]

    def write(self, line: int, place: int, value: Any, kind: Kind) -> int:
        """Returns the width the cell asks for."""
        style = self.formats[kind]
        match kind, value:
            case _, None | "":
                self.page.write_blank(line, place, None, style)
                return 0
            case Kind.DATE | Kind.MOMENT, date() if has_excel_date(value):
                self.page.write_datetime(line, place, _naive(value), style)
                return 10 if kind is Kind.DATE else 16
            case Kind.RATE, int() | Decimal():
                self.page.write_number(line, place, float(Decimal(value) / 100), style)
                return 9
            case Kind.AMOUNT | Kind.NUMBER, int() | Decimal():
                self.page.write_number(line, place, float(value), style)
                return len(f"{value:,.2f}")
        text = guarded(_words(value))[:LONGEST_TEXT]
        self.page.write_string(line, place, text, self.formats[Kind.TEXT])
        return _width(text)


def has_excel_date(value: date) -> bool:
    """Whether Excel can keep this day or moment as one; earlier ones are written as text."""
    return (value.date() if isinstance(value, datetime) else value) >= _EARLIEST


def _naive(value: date) -> date:
    """Excel knows no time zones: a moment is written in local time."""
    return make_naive(value) if isinstance(value, datetime) and is_aware(value) else value


def _words(value: Any) -> str:
    return {True: "是", False: "否"}[value] if isinstance(value, bool) else str(value)


def _width(text: str) -> int:
    """Columns a text takes on the screen: a Chinese character takes two."""
    longest = max(text.splitlines() or [""], key=len)
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in longest[:_WIDEST])
