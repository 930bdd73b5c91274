"""台账模板: the empty ledger people fill in, with an example, what each column wants, and choices to pick from.

The example says 示例 in its first cell: that row is left out when the file comes back, whether removed or not.
The name of the first sheet carries the year, by which the file is known again.
"""

import tempfile
from collections.abc import Sequence
from datetime import datetime
from typing import IO

from django.http import FileResponse
from django.utils.timezone import make_naive
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from projects.ledger.targets import Kind
from projects.ledger.template import TemplateColumn, template_columns
from projects.models import FocusArea, KeyProject, Level, PlanEntry, Unit
from projects.sheets import XLSX

_ROWS = 1_000  # that have formats and choices
_EXAMPLE = "示例（导入时不读）"
_REQUIRED = frozenset({"project.name", "project.lead_unit"})
_FORMATS = {Kind.DATE: "yyyy-mm-dd", Kind.AMOUNT: "#,##0.00", Kind.PERCENT: "0.00", Kind.DEGREE: "0.000000"}
_KINDS = {
    Kind.TEXT: "文字", Kind.CHOICE: "从下拉框选", Kind.DATE: "日期", Kind.AMOUNT: "金额", Kind.PERCENT: "百分数",
    Kind.DEGREE: "度数",
}  # fmt: skip
_UNIT_LIST = "单位"


def download(*, year: int, at: datetime) -> FileResponse:
    """The template for the plan of this year, to save."""
    target = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    write(target, year=year, at=at)
    target.seek(0)
    name = f"重点项目台账模板_{year}年.xlsx"
    return FileResponse(target, as_attachment=True, filename=name, content_type=XLSX)


def write(target: IO[bytes], *, year: int, at: datetime) -> None:
    """The template for the plan of this year."""
    columns = template_columns()
    with Workbook(target) as book:
        book.set_properties({"created": make_naive(at)})
        page = book.add_worksheet(f"{year}年重点项目")
        _write_header(book, page, columns)
        _write_choices(page, columns, _list_units(book))
        _write_explanations(book, columns, year)


def _write_header(book: Workbook, page: Worksheet, columns: Sequence[TemplateColumn]) -> None:
    usual = {"bold": True, "bottom": 1, "text_wrap": True, "valign": "vcenter"}
    plain, needed = book.add_format({**usual, "bg_color": "#EEF2F7"}), book.add_format({**usual, "bg_color": "#CFE0F3"})
    example = book.add_format({"italic": True, "font_color": "#777777"})
    formats = {kind: book.add_format({"num_format": form}) for kind, form in _FORMATS.items()}
    text = book.add_format({"num_format": "@"})
    for place, column in enumerate(columns):
        page.set_column(place, place, _width(column), formats.get(column.kind, text if column.target else None))
        page.write_string(0, place, column.heading, needed if column.target in _REQUIRED else plain)
        _write_example(page, place, column, example)
    page.set_row(0, 34)
    page.freeze_panes(1, 3)


def _write_example(page: Worksheet, place: int, column: TemplateColumn, style: Format) -> None:
    """As text, whatever the column holds: an example is not reckoned with."""
    page.write_string(1, place, column.example if column.target else _EXAMPLE, style)


def _width(column: TemplateColumn) -> int:
    if column.target in {"project.name", "project.scale", "plan.physical_goal"}:
        return 30
    return 18 if not column.target else max(10, min(20, 2 * len(column.heading) + 2))


def _list_units(book: Workbook) -> str:
    """Units one may lead with, on a sheet nobody needs to see; the range they stand in, empty when there are none."""
    names = list(Unit.objects.active().leading().values_list("name", flat=True))
    page = book.add_worksheet(_UNIT_LIST)
    page.hide()
    page.write_column(0, 0, names)
    return f"={_UNIT_LIST}!$A$1:$A${len(names)}" if names else ""


def _write_choices(page: Worksheet, columns: Sequence[TemplateColumn], units: str) -> None:
    for place, column in enumerate(columns):
        words = _choices(column.target)
        if words:
            page.data_validation(1, place, _ROWS, place, {
                "validate": "list", "source": words, "error_title": "请从下拉框选", "error_type": "warning",
                "error_message": f"“{column.heading}”可以填：{'、'.join(words)}",
            })  # fmt: skip
        elif units and column.target in {"project.lead_unit", "project.responsible_unit"}:
            page.data_validation(1, place, _ROWS, place, {
                "validate": "list", "source": units, "error_title": "系统里没有这个单位", "error_type": "warning",
                "error_message": "照此导入会新建一个单位，请确认名称没有写错。",
            })  # fmt: skip


def _choices(target: str) -> list[str]:
    name = target.rpartition(".")[2]
    match target:
        case "plan.category":
            return [str(label) for label in PlanEntry.Category.labels]
        case "plan.completes_this_year":
            return ["是", "否"]
        case "project.level":
            return [str(label) for label in Level.labels]
        case "project.focus_area":
            return [str(label) for label in FocusArea.labels]
        case "project.construction_nature" | "project.management_class":
            return [str(label) for value, label in KeyProject._meta.get_field(name).choices or () if value]  # type: ignore[union-attr]
    return []


def _write_explanations(book: Workbook, columns: Sequence[TemplateColumn], year: int) -> None:
    page = book.add_worksheet("填写说明")
    head = book.add_format({"bold": True, "bg_color": "#EEF2F7", "bottom": 1})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    notes = [
        f"本表用于{year}年：第一张工作表的名称含有年份，请不要改。",
        "一行一个项目；列可以空着，可以增加自己的列（不导入），不要改已有的列名。",
        "第 2 行是示例，序号写着“示例”，导入时不读，可以删去也可以留着。",
        "金额的单位是万元；也可以在格子里写单位，如 1.2亿元。",
        "涉密项目不得录入本系统。",
    ]
    for line, note in enumerate(notes):
        page.write_string(line, 0, note)
    first = len(notes) + 1
    page.write_row(first, 0, ["列名", "必填", "内容", "怎样填", "示例"], head)
    for line, column in enumerate(columns, start=first + 1):
        page.write_row(line, 0, [*_explained(column)], wrapped)
    for place, width in enumerate((28, 8, 12, 60, 28)):
        page.set_column(place, place, width)


def _explained(column: TemplateColumn) -> list[str]:
    if not column.target:
        return [column.heading, "", _KINDS[column.kind], "不导入，只为方便核对", "1"]
    needed = "必填" if column.target in _REQUIRED else ""
    return [column.heading, needed, _KINDS[column.kind], column.hint or "没有可空", column.example]
