"""版式体检: what the laid-out pages of a paper are found to be, measured where their words really stand."""

from dataclasses import replace

import pytest

from reports import papers
from reports.official import Annex, Form, Heading, Paragraph, Table, TableColumn
from reports.rendering.official import measured
from reports.rendering.official.measured import Line, Page, TablePart
from reports.rendering.official.page_linting import lint_pages
from tests.reports.official_papers import FULL, annex, paper, table

pytestmark = pytest.mark.core

FANG = {"FandolFang": "通报"}
AREA = (28.0, 37.0, 156.0, 225.0)
LINE = Line("通报", 39.1, 50.3, 28, 184, 37, 225 / 22, 16)


def found(said, **more):
    printed = papers.printed(said, **more)
    return lint_pages(measured.pages(printed.pages), faces=printed.faces)


def page(*lines, number=1, width=210.0, height=297.0, area=AREA, tables=()):
    return Page(number, width, height, area, lines or (LINE,), tables)


def told(*pages, faces=FANG):
    return [(each.rule, each.where, each.is_error) for each in lint_pages(pages, faces=faces)]


# ── laid out


@pytest.mark.parametrize("form", list(Form))
def test_nothing_is_wrong_with_a_paper_of_words_tables_and_pages_that_lie_across(form):
    body = [Heading(1, "一、总体进展"), *[Paragraph(FULL)] * 9, table()]
    said = paper(*body, form=form, annexes=(annex(rows=60), annex(rows=30, columns=10)))
    assert found(said, stamp="清样") == ()


def test_a_word_that_cannot_be_broken_is_found_where_it_leaves_the_type_area():
    (finding,) = found(paper(Paragraph("通报。"), Paragraph("a" * 120)))
    assert (finding.where, finding.is_error) == ("清样第1页第7行", True)
    assert "“aaaaaaaaaaaa…”排不下，超出版心" in finding.what


def test_a_number_wider_than_its_column_is_found_in_its_table():
    columns = (TableColumn("序号", 7), TableColumn("单位", 90), TableColumn("完成", 8, is_figure=True))
    (finding,) = found(paper(Table("表", "", columns, (("1", "区住建局", "9,876,543,210.1234"),))))
    assert finding.where.startswith("清样第1页表内第")
    assert "超出单元格" in finding.what


def test_a_cell_longer_than_a_page_leaves_the_page_after_it_without_heads():
    columns = (TableColumn("序号", 7), TableColumn("原因", 20), TableColumn("承诺", 73))
    rows = (("1", FULL * 7, ""), ("2", "", ""))
    findings = found(paper(annexes=(Annex("清单", (Table("表", "", columns, rows),)),)))
    assert {each.rule for each in findings} == {"table"}
    assert all("没有重复表头" in each.what for each in findings)


def test_amounts_without_their_unit_above_the_table_are_found():
    findings = found(paper(replace(table(), unit="")))
    assert {each.where for each in findings} <= {"清样第1页第1个表", "清样第2页第1个表"}
    assert all("没有注明“单位：”" in each.what for each in findings)


def test_a_rare_sign_of_another_face_is_to_be_looked_at_where_it_stands():
    findings = found(paper(Paragraph("项目负责人昇。")))
    assert ("face", False) in {(each.rule, each.is_error) for each in findings}
    assert all(not each.is_error for each in findings)
    assert any(each.where.endswith("第6字") and "“昇”" in each.what for each in findings)


# ── by measure


def test_an_ordinary_sign_that_is_in_no_official_face_is_a_fault():
    assert told(page(), faces={"Noto Sans CJK": "通报"}) == [("face", "清样第1页第1行第1字", True)]
    assert told(page(), faces=FANG | {"HanaMinA": "昇"}) == [("face", "清样", False)]


def test_another_sheet_or_another_type_area_is_a_fault():
    assert told(page(width=216.0, height=279.0)) == [("sheet", "清样第1页", True)]
    assert told(page(area=(20.0, 37.0, 170.0, 225.0))) == [("grid", "清样第1页", True)]
    assert told(page(width=297.0, height=210.0, area=(35.0, 28.0, 225.0, 156.0))) == []


def test_more_than_twenty_two_lines_or_twenty_eight_characters_are_a_fault():
    full = [replace(LINE, top=37 + place * 9.7) for place in range(23)]
    assert told(page(*full)) == [("grid", "清样第1页", True)]
    assert told(page(replace(LINE, text="字" * 29, x=28, end=184))) == [("grid", "清样第1页第1行", True)]


def test_a_line_off_the_grid_is_a_fault_unless_a_rare_sign_made_it_so():
    assert told(page(replace(LINE, pitch=10.6))) == [("grid", "清样第1页第1行", True)]
    assert told(page(replace(LINE, pitch=10.6, text="昇"))) == [("grid", "清样第1页第1行", False)]


def test_what_stands_below_the_type_area_is_a_fault():
    assert told(page(replace(LINE, top=256))) == [("grid", "清样第1页第1行", True)]


def test_the_signature_does_not_stand_on_a_page_of_its_own():
    organ = replace(LINE, role="organ")
    assert told(page(LINE, replace(organ, top=50))) == []
    assert told(page(organ)) == [("signature", "清样第1页第1行", True)]


@pytest.mark.parametrize(
    ("part", "is_found"),
    [
        (TablePart("单位：万元", ("序号", "完成万元")), False),
        (TablePart("", ("序号", "完成率%")), False),
        (TablePart("", ("序号", "完成万元")), True),
        (TablePart("", ("序号", "")), True),
        (TablePart("", ()), True),
    ],
)
def test_a_table_has_named_heads_and_its_unit(part, is_found):
    assert told(page(tables=(part,))) == ([("table", "清样第1页第1个表", True)] if is_found else [])
