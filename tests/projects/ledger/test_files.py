"""Any bytes give rows or a clear message."""

import struct
import zipfile
from contextlib import suppress
from datetime import date, datetime
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from xlsxwriter import Workbook

from projects.ledger import workbooks
from projects.ledger.files import open_table
from projects.ledger.layout import Layout
from projects.ledger.problems import UnreadableLedger
from tests.projects.ledger.samples import DESIGN, HEADER, STRUCTURE, as_csv, as_xlsx

pytestmark = pytest.mark.core

COLUMNS = ["编号", "名称", "单位", "节点", "状态", "开始", "计划完成", "实际完成", "概算", "完成"]


@pytest.fixture
def table(tmp_path):
    def opened(content: bytes, **layout):
        path = tmp_path / "ledger"
        path.write_bytes(content)
        return open_table(path, Layout(**layout))

    return opened


def names(table):
    return [(row.number, row.cells["名称"]) for row in table.rows()]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_text_is_read_in_the_encodings_offices_use(table, encoding, delimiter):
    read = table(as_csv(DESIGN, STRUCTURE, encoding=encoding, delimiter=delimiter))
    assert read.columns == COLUMNS
    assert names(read) == [(2, "一小扩建"), (3, "一小扩建")]


def test_western_bytes_are_read_as_the_mapping_says(table):
    content = "name;cost\nCafé;£1\n".encode("windows-1252")
    read = table(content, encodings=("utf-8", "windows-1252"))
    assert [row.cells for row in read.rows()] == [{"name": "Café", "cost": "£1"}]


def test_one_bad_byte_spoils_one_cell(table):
    read = table(
        "name,cost\nCaf\xe9,1\n甲,2\n".encode("latin-1", "replace").replace(b"?", b"\xff"), encodings=("utf-8",)
    )
    assert [row.cells["cost"] for row in read.rows()] == ["1", "2"]
    assert "\ufffd" in next(read.rows()).cells["name"]


def test_a_workbook_is_read_with_its_types(table):
    row = [*DESIGN[:6], date(2024, 3, 1), None, 100000, 0.5]
    read = table(as_xlsx(row))
    assert read.columns == COLUMNS
    [found] = read.rows()
    assert found.number == 2
    assert found.cells["计划完成"] in (date(2024, 3, 1), datetime(2024, 3, 1))
    assert found.cells["概算"] == 100000


def test_rows_are_numbered_as_excel_does(table):
    content = as_xlsx(DESIGN, [""] * 10, STRUCTURE, above=2)
    assert [number for number, _ in names(table(content, header_row=3))] == [4, 6]
    text = b"\n\n" + as_csv(DESIGN) + b"\n" + as_csv(STRUCTURE, header=DESIGN)
    assert [number for number, _ in names(table(text, header_row=3))] == [4, 6, 7]


def test_a_quoted_line_break_is_one_row(table):
    assert names(table(as_csv(["A1", "一小\n扩建", *DESIGN[2:]], STRUCTURE))) == [(2, "一小\n扩建"), (3, "一小扩建")]


def test_a_table_can_be_read_twice(table):
    read = table(as_csv(DESIGN))
    assert names(read) == names(read)


def test_more_and_fewer_cells_than_the_header_are_told(table):
    short, long = list(table(as_csv(["A1", "甲"], [*DESIGN, "多", " ", "余"])).rows())
    assert (short.width, short.surplus) == (2, ())
    assert (long.width, long.surplus) == (13, ("多", "余"))


def test_the_named_sheet_is_read(table):
    content = BytesIO()
    with Workbook(content) as book:
        book.add_worksheet("说明").write(0, 0, "请看下一页")
        sheet = book.add_worksheet("台账")
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, DESIGN)
    assert names(table(content.getvalue(), sheet="台账")) == [(2, "一小扩建")]
    with pytest.raises(UnreadableLedger, match="没有工作表“总表”，有的是：说明、台账"):
        table(content.getvalue(), sheet="总表")


def test_a_hidden_sheet_is_not_the_first(table):
    content = BytesIO()
    with Workbook(content) as book:
        book.add_worksheet("字典").hide()
        shown = book.add_worksheet("台账")
        shown.write_row(0, 0, HEADER)
        shown.activate()
        shown.set_first_sheet()
    assert table(content.getvalue()).columns == COLUMNS


def zipped(**parts: bytes) -> bytes:
    content = BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, part in parts.items():
            packed.writestr(name, part)
    return content.getvalue()


def compound_file(stream: str) -> bytes:
    """The smallest old-style container with one stream of this name: what Office makes of a file with a password."""
    end, free, none = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFF
    head = struct.pack(
        "<8s16s6H10I", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6, 0,
        0, 0, 1, 1, 0, 4096, end, 0, end, 0,
    ) + struct.pack("<109I", 0, *[free] * 108)  # fmt: skip
    table = struct.pack("<128I", 0xFFFFFFFD, end, *range(3, 10), end, *[free] * 118)

    def entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
        text = name.encode("utf-16-le")
        length = len(text) + 2 if name else 0
        return struct.pack("<64sHBB3I36sIQ", text, length, kind, 1, none, none, child, b"", start, size)

    entries = entry("Root Entry", 5, 1, end, 0) + entry(stream, 2, none, 2, 4096) + entry("", 0, none, 0, 0) * 2
    return head + table + entries + bytes(4096)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(b"", "文件是空的", id="empty"),
        pytest.param(b" \n\n", "文件是空的", id="blank"),
        pytest.param(b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR" + bytes(range(256)), "不是文本表格", id="picture"),
        pytest.param(b"PK\x03\x04broken", "损坏或不是 Excel 工作簿", id="broken-zip"),
        pytest.param(zipped(**{"word/document.xml": b"<x/>"}), "这不是 Excel 工作簿", id="other-zip"),
        pytest.param(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "损坏或不是 Excel 工作簿", id="broken-xls"),
        pytest.param(as_xlsx()[:-400], "损坏或不是 Excel 工作簿", id="cut-short"),
        pytest.param(b",,,\n1,2,3,4\n", "表头所在行是空的", id="blank-header"),
        pytest.param(b'a,b\n"' + b"x" * 200_000, "可能缺少配对的英文双引号", id="open-quote"),
    ],
)
def test_what_cannot_be_read_says_what_would_help(table, content, said):
    with pytest.raises(UnreadableLedger, match=said):
        list(table(content).rows())


def test_a_header_beyond_the_end_is_told(table):
    with pytest.raises(UnreadableLedger, match="文件只有 1 行，没有第 3 行作表头"):
        table(as_csv(), header_row=3)
    with pytest.raises(UnreadableLedger, match="没有第 3 行作表头"):
        table(as_xlsx(), header_row=3)


@pytest.mark.parametrize("begins", [b"<html><table>", b'<?xml version="1.0"?><Workbook>', b"\xef\xbb\xbf <TABLE>"])
def test_a_web_page_that_calls_itself_a_workbook_is_told(table, begins):
    with pytest.raises(UnreadableLedger, match=r"这其实是网页或 XML 文件.*另存为 \.xlsx"):
        table(begins + b"<tr><td>1</td></tr>")


def test_a_workbook_with_a_password_is_told(table):
    with pytest.raises(UnreadableLedger, match="文件有打开密码"):
        table(compound_file("EncryptedPackage"))


def test_blank_rows_without_end_are_no_rows(table):
    read = table(as_csv(DESIGN) + b",,,\r\n" * 200_000 + as_csv(STRUCTURE, header=DESIGN))
    assert [number for number, _ in names(read)] == [2, 200_003, 200_004]


def test_a_million_blank_rows_with_borders_are_refused(table):
    content = BytesIO()
    with Workbook(content, {"constant_memory": True}) as book:
        sheet, line = book.add_worksheet(), book.add_format({"border": 1})
        sheet.write_row(0, 0, HEADER)
        sheet.write_blank(1_048_575, 29, None, line)
    with pytest.raises(UnreadableLedger, match="请删去数据以外的行和列"):
        table(content.getvalue())


def test_a_bomb_is_not_unpacked(table, monkeypatch):
    monkeypatch.setattr(workbooks, "LARGEST_UNPACKED", 10_000)
    with pytest.raises(UnreadableLedger, match="文件展开后过大"):
        table(zipped(**{"xl/workbook.xml": b" " * 20_000}))


def test_one_stray_cell_far_away_does_not_take_the_memory(table):
    content = BytesIO()
    with Workbook(content) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "编号")
        sheet.write(1_048_575, 16_383, "远")
    with pytest.raises(UnreadableLedger, match="很远处有一个多余的单元格"):
        table(content.getvalue())


FAR = "很远处有一个多余的单元格"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        pytest.param(b'<row r="2000000"><c><v>1</v></c></row>', FAR, id="by-its-row"),
        pytest.param(b'<row r="9"><c r="aaa20000"><v>1</v></c></row>', FAR, id="small-letters"),
        pytest.param(b'<row r="9"><c r = "A002000000"><v>1</v></c></row>', FAR, id="spaces-and-zeros"),
        pytest.param(b'<row r="9"><c r="AAAA9000"><v>1</v></c></row>', FAR, id="four-letters"),
        pytest.param(b"<row" + b" " * 3_000_000 + b'r="2000000"><c/></row>', "文件损坏", id="behind-three-megabytes"),
    ],
)
def test_a_far_cell_is_seen_however_it_is_written(table, row, said):
    with zipfile.ZipFile(BytesIO(as_xlsx(DESIGN))) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    parts["xl/worksheets/sheet1.xml"] = parts["xl/worksheets/sheet1.xml"].replace(
        b"</sheetData>", row + b"</sheetData>"
    )
    with pytest.raises(UnreadableLedger, match=said):
        table(zipped(**parts))


def test_rows_that_only_have_a_height_may_reach_to_the_end(table):
    content = BytesIO()
    with Workbook(content) as book:
        sheet = book.add_worksheet()
        for place, row in enumerate([HEADER, DESIGN]):
            sheet.write_row(place, 0, row)
        sheet.set_row(1_048_575, 30)
    assert names(table(content.getvalue())) == [(2, "一小扩建")]


def read_all(table, content: bytes) -> None:
    """To the end, or refused in words; anything else is a crash."""
    with suppress(UnreadableLedger):
        assert all(row.number > 0 for row in table(content).rows())


@given(st.binary(max_size=2_000))
def test_any_bytes_give_rows_or_a_message(tmp_path_factory, content):
    read_all(_opener(tmp_path_factory), content)


@given(st.text(max_size=500), st.sampled_from(["utf-8", "gb18030", "utf-16", "utf-16-be"]))
def test_any_text_gives_rows_or_a_message(tmp_path_factory, text, encoding):
    read_all(_opener(tmp_path_factory), text.encode(encoding, "ignore"))


WORKBOOK = as_xlsx(DESIGN, STRUCTURE)


@given(st.lists(st.tuples(st.integers(0, len(WORKBOOK) - 1), st.integers(0, 255)), min_size=1, max_size=8))
def test_any_damage_to_a_workbook_gives_rows_or_a_message(tmp_path_factory, damage):
    content = bytearray(WORKBOOK)
    for place, byte in damage:
        content[place] = byte
    read_all(_opener(tmp_path_factory), bytes(content))


def _opener(tmp_path_factory):
    path = tmp_path_factory.getbasetemp() / "any"

    def opened(content: bytes, **layout):
        path.write_bytes(content)
        return open_table(path, Layout(**layout))

    return opened
