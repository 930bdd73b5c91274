"""Tables as offices lay them out: headers over two lines, merged cells, sections, totals, notes."""

from io import BytesIO

import pytest
from xlsxwriter import Workbook

from projects.ledger.files import open_table
from projects.ledger.headings import alike, fingerprint, headings_of, unit_above, unit_in, year_in
from projects.ledger.layout import SECTION, SECTION_FIRST, SECTION_SECOND, Layout
from projects.ledger.problems import Code
from tests.projects.ledger.samples import as_csv

pytestmark = pytest.mark.core

REPORT = Layout(header_row=3, header_rows=2, has_sections=True, has_totals=True, has_notes=True, fills_merged=True)


def office_sheet() -> bytes:
    """The monthly report as the office really has it."""
    content = BytesIO()
    with Workbook(content) as book:
        sheet = book.add_worksheet("月报")
        sheet.merge_range(0, 0, 0, 6, "2026年重点项目月报表")
        sheet.write(1, 5, "单位：万元")
        for column, word in enumerate(["序号", "项目名称", "总投资"]):
            sheet.merge_range(2, column, 3, column, word)
        sheet.merge_range(2, 3, 2, 5, "当年完成情况")
        sheet.write_row(3, 3, ["3月完成投资", "1–3月累计完成投资", "1–3月工程形象进度"])
        sheet.merge_range(2, 6, 3, 6, "牵头单位")
        rows = [
            ["合计（3项）", "", 600, 10, 60],
            ["其中：在建（2项）", "", 500, 10, 60],
            ["一、市本级（2项）", "", 500],
            ["（一）", "在建（1项）"],
            [1, "滨河路工程", 300, 5, 30, "路基", "区住建局"],
            ["（二）", "前期（1项）"],
            [2, "十二中学", 200, 5, 30, "选址", "区教育局"],
            ["二、区级（1项）"],
            [3, "三类人员安置房", 100, 0, 0, "", ""],
            ["序号", "项目名称", "总投资", "当年完成情况"],
            ["小 计", "", 600],
            [],
            ["注：1. 数据截至3月底。"],
            ["2. 单位为万元。"],
            ["填报人：", "王某"],
        ]
        for line, row in enumerate(rows, start=4):
            sheet.write_row(line, 0, row)
    return content.getvalue()


@pytest.fixture
def opened(tmp_path):
    def table(content: bytes, layout: Layout):
        path = tmp_path / "ledger"
        path.write_bytes(content)
        return open_table(path, layout)

    return table


def test_a_merged_header_over_two_lines_is_one_heading_a_column(opened):
    assert opened(office_sheet(), REPORT).columns == [
        "序号", "项目名称", "总投资", "当年完成情况/3月完成投资", "当年完成情况/1–3月累计完成投资",
        "当年完成情况/1–3月工程形象进度", "牵头单位",
    ]  # fmt: skip


def test_sections_stand_for_the_rows_below_them(opened):
    rows = [row for row in opened(office_sheet(), REPORT).rows() if not row.left_out]
    assert [(row.number, row.cells["项目名称"], row.cells[SECTION]) for row in rows] == [
        (9, "滨河路工程", "市本级/在建"),
        (11, "十二中学", "市本级/前期"),
        (13, "三类人员安置房", "区级"),
    ]
    assert (rows[1].cells[SECTION_FIRST], rows[1].cells[SECTION_SECOND]) == ("市本级", "前期")


def test_every_row_that_is_no_project_is_told_with_its_reason(opened):
    left_out = [(row.number, row.left_out) for row in opened(office_sheet(), REPORT).rows() if row.left_out]
    assert left_out == [
        (5, Code.TOTAL), (6, Code.TOTAL), (7, Code.SECTION), (8, Code.SECTION), (10, Code.SECTION), (12, Code.SECTION),
        (14, Code.REPEATED_HEADER), (15, Code.TOTAL), (17, Code.FOOTNOTE), (18, Code.FOOTNOTE), (19, Code.FOOTNOTE),
    ]  # fmt: skip


def test_without_being_asked_nothing_is_left_out(opened):
    rows = list(opened(office_sheet(), Layout(header_row=3, header_rows=2)).rows())
    assert [row.left_out for row in rows] == [None] * 14


def test_a_cell_merged_over_rows_counts_for_each(opened):
    content = BytesIO()
    with Workbook(content) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["牵头单位", "项目"])
        sheet.merge_range(1, 0, 3, 0, "区住建局")
        sheet.write_column(1, 1, ["甲", "乙", "丙", "丁"])
    told = [row.cells["牵头单位"] for row in opened(content.getvalue(), Layout(fills_merged=True)).rows()]
    assert told == ["区住建局"] * 3 + [""]


def test_words_above_reach_over_the_blanks_that_have_words_below(opened):
    text = as_csv(["", "", "计划", "实际", ""], header=["序号", "名称", "封顶", "", "备注"])
    assert opened(text, Layout(header_rows=2)).columns == ["序号", "名称", "封顶/计划", "封顶/实际", "备注"]


@pytest.mark.parametrize(
    "row",
    [
        ["三类人员安置房", "", "区住建局", "", "新建"],
        ["1", "一、二期厂房", "区工信局", "300", ""],
        ["一、二期厂房", "300", "区工信局", "", ""],
        ["总计数中心大楼", "300", "", "", ""],
        ["说明书印刷厂", "300", "", "", ""],
        ["备用水源工程", "", "", "", ""],
    ],
)
def test_a_project_that_sounds_like_something_else_is_a_project(opened, row):
    [found] = opened(
        as_csv(row, header=["名称", "乙", "丙", "丁", "戊"]), Layout(has_sections=True, has_totals=True, has_notes=True)
    ).rows()
    assert found.left_out is None


def test_editions_of_one_ledger_have_one_fingerprint():
    march = ["序号", "总投资（万元）", "当年完成情况/1-3月累计完成投资", "2026年计划投资"]
    october = ["序号", "总 投资\n(亿元)", "当年完成情况/1—10月累计完成投资", "2027年计划投资"]
    assert fingerprint(march) == fingerprint(october)
    assert fingerprint(march) != fingerprint(march[1:])
    assert alike("Project_Building Identifier") == alike("project building identifier ")


@pytest.mark.parametrize(
    ("heading", "unit"),
    [
        ("总投资（亿元）", "亿元"),
        ("总投资(万元)", "万元"),
        ("总投资/元", "元"),
        ("单元数", ""),
        ("总投资〔单位：万元〕", "万元"),
    ],
)
def test_a_heading_names_its_unit(heading, unit):
    assert unit_in(heading) == unit


def test_what_stands_above_the_table_names_unit_and_year():
    assert unit_above("填报单位：区发改局    单位:亿元") == "亿元"
    assert year_in("某区2026年重点项目计划表") == 2026
    assert year_in("重点项目计划表") is None


def test_a_header_shorter_than_its_lower_line_is_no_harm():
    assert headings_of([["甲"], ["", "乙", "丙"]], [], first_row=1) == ["甲", "甲/乙", "甲/丙"]
