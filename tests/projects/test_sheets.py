"""Excel exports: typed cells, definitions, a stamp, a trace, and nothing a spreadsheet would execute."""

from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from projects import formulas, sheets
from projects.models import AuditEvent
from projects.sheets import Column, Kind, Sheet

pytestmark = [pytest.mark.django_db, pytest.mark.core]

NOON = datetime(2026, 3, 2, 4, 5, tzinfo=UTC)
COLUMNS = [
    Column("项目名称", lambda row: row["name"], definition="项目库登记的名称"),
    Column("批准日期", lambda row: row["day"], Kind.DATE, definition="现行计划"),
    Column("总投资", lambda row: row["amount"], Kind.AMOUNT),
    Column("完成率", lambda row: row["rate"], Kind.RATE),
    Column("逾期", lambda row: row["days"], Kind.NUMBER, unit="天"),
    Column("登记时间", lambda row: row["at"], Kind.MOMENT),
]
ROW = {
    "name": "滨河路改造",
    "day": date(2025, 6, 30),
    "amount": Decimal("1234.5678"),
    "rate": Decimal("61.1429"),
    "days": 17,
    "at": NOON,
}


def sheet_of(*rows, **overrides):
    given_ = {"title": "逾期清单", "as_of": "截至 2025-06-30", "columns": COLUMNS, "rows": rows}
    return Sheet(**{**given_, **overrides})


def written(sheet, by):
    target = BytesIO()
    sheets.write(sheet, target, by=by, at=NOON)
    return load_workbook(target)


def test_a_sheet_has_a_title_a_stamp_a_header_with_units_and_then_the_rows(office):
    page = written(sheet_of(ROW), office)["数据"]
    rows = [[cell.value for cell in line] for line in page.iter_rows()]
    assert rows[0][0] == "逾期清单"
    assert rows[1][0] == "截至 2025-06-30"
    assert rows[2] == ["项目名称", "批准日期", "总投资（万元）", "完成率", "逾期（天）", "登记时间"]
    assert rows[3] == [
        "滨河路改造", datetime(2025, 6, 30), 1234.5678, 0.611429, 17, datetime(2026, 3, 2, 12, 5),
    ]  # fmt: skip


def test_dates_are_dates_and_amounts_are_numbers_that_show_as_such(office):
    page = written(sheet_of(ROW), office)["数据"]
    assert [cell.data_type for cell in page[4]] == ["s", "d", "n", "n", "n", "d"]
    assert page["C4"].number_format == "#,##0.00"
    assert page["D4"].number_format == "0.00%"


def test_the_header_stays_in_sight_and_filters(office):
    page = written(sheet_of(ROW, ROW), office)["数据"]
    assert page.freeze_panes == "B4"
    assert page.auto_filter.ref == "A3:F5"


def test_what_is_undefined_is_an_empty_cell(office):
    page = written(sheet_of(dict.fromkeys(ROW)), office)["数据"]
    assert [cell.value for cell in page[4]] == [None] * 6


def test_an_empty_list_is_still_a_sheet(office):
    assert written(sheet_of(), office)["数据"]["A3"].value == "项目名称"


def test_a_day_excel_cannot_count_is_written_in_words(office):
    page = written(sheet_of({**ROW, "day": date(1899, 1, 1)}), office)["数据"]
    assert page["B4"].value == "1899-01-01"


def test_the_definitions_name_every_column_and_what_was_asked_for(office):
    page = written(sheet_of(ROW, filters={"牵头单位": "区住建局"}), office)["口径说明"]
    said = {row[0].value: row[1].value for row in page.iter_rows()}
    assert said["项目名称"] == "项目库登记的名称"
    assert said["筛选条件"] == "牵头单位：区住建局"
    assert said["导出人"] == "赵重点"
    assert said["导出时间"] == "2026-03-02 12:05"
    assert said["行数"] == "1"


@pytest.mark.parametrize(
    "text", ["=1+1", "+86", "-5", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", " =1+1", '=HYPERLINK("http://x")']
)
def test_a_text_that_looks_like_a_formula_is_marked_as_text(office, text):
    cell = written(sheet_of({**ROW, "name": text}), office)["数据"]["A4"]
    assert cell.data_type == "s"
    assert cell.value.startswith("'")


@pytest.mark.parametrize("text", ["滨河路", "1-2 号楼", "a=b", "", "—", " 一期"])
def test_an_ordinary_text_is_left_alone(text):
    assert formulas.guarded(text) == text


@given(st.text(max_size=50))
def test_no_text_begins_like_a_formula_once_guarded(text):
    assert formulas.guarded(text)[:1] not in formulas.STARTS or not text


def test_a_download_has_a_chinese_name_and_leaves_a_trace(office):
    response = sheets.download(sheet_of(ROW, ROW, filters={"镇街": "城关镇"}), by=office, at=NOON)
    assert "filename*=utf-8''%E9%80%BE%E6%9C%9F%E6%B8%85%E5%8D%95_20260302_1205.xlsx" in response["Content-Disposition"]
    assert response["Content-Type"] == sheets.XLSX
    page = load_workbook(BytesIO(b"".join(response.streaming_content)))["数据"]
    assert page.max_row == 5

    event = AuditEvent.objects.get(action="list.exported")
    assert event.by == office
    assert event.changes == {
        "list": "逾期清单", "as_of": "截至 2025-06-30", "filters": {"镇街": "城关镇"}, "rows": 2,
    }  # fmt: skip
    response.close()
