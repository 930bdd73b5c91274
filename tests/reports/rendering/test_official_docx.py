"""公文 as Word, read back: official faces, the same page, heads that are repeated, the same bytes twice."""

from datetime import UTC, datetime
from io import BytesIO

import pytest
from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.oxml.ns import qn
from docx.shared import Pt

from reports.official import Heading, Paragraph
from reports.rendering.official import docx
from tests.reports.official_papers import annex, paper, table

pytestmark = pytest.mark.core

AT = datetime(2026, 10, 9, 1, tzinfo=UTC)
WHOLE = paper(
    Heading(1, "一、总体进展"),
    Heading(2, "（一）投资情况"),
    Paragraph("正文。"),
    table(3),
    annexes=(annex(rows=4), annex("排名表", columns=10)),
)


@pytest.fixture(scope="module")
def read():
    return Document(BytesIO(docx.written(WHOLE, at=AT)))


def one(document, text):
    return next(each for each in document.paragraphs if each.text == text)


def face(found):
    """The East Asian face and the size of a paragraph's first run."""
    run = found.runs[0]
    return run._element.rPr.rFonts.get(qn("w:eastAsia")), run.font.size.pt


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("示政办发〔2026〕12号", ("仿宋_GB2312", 16)),
        ("关于2026年9月全区重点项目\n建设进展情况的通报", ("方正小标宋简体", 22)),
        ("一、总体进展", ("黑体", 16)),
        ("（一）投资情况", ("楷体_GB2312", 16)),
        ("正文。", ("仿宋_GB2312", 16)),
        ("附件1", ("黑体", 16)),
    ],
)
def test_faces_have_their_official_names(read, text, said):
    assert face(one(read, text)) == said


def test_the_page_and_its_grid_are_those_of_the_standard(read):
    first = read.sections[0]
    assert (round(first.page_width.mm), round(first.page_height.mm)) == (210, 297)
    margins = (first.top_margin, first.bottom_margin, first.left_margin, first.right_margin)
    assert [round(each.mm) for each in margins] == [37, 35, 28, 26]
    text = one(read, "正文。")
    assert text.paragraph_format.line_spacing == Pt(28.95)
    assert text.paragraph_format.first_line_indent.pt == 31.5
    assert text.runs[0]._element.rPr.find(qn("w:spacing")).get(qn("w:val")) == "-5"


def test_mark_and_rule_are_red(read):
    assert str(one(read, "示范区人民政府办公室文件").runs[0].font.color.rgb) == "E60012"
    rule = one(read, "示政办发〔2026〕12号")._element.pPr.find(qn("w:pBdr")).find(qn("w:bottom"))
    assert rule.get(qn("w:color")) == "E60012"


def test_heads_of_tables_are_repeated(read):
    for each in read.tables[:-1]:
        heads = [row for row in each.rows if row._tr.trPr.find(qn("w:tblHeader")) is not None]
        assert [row.cells[0].text for row in heads] == ["单位：万元", "序号"]


def test_odd_and_even_pages_have_their_number_at_the_outer_side(read):
    assert read.settings.odd_and_even_pages_header_footer
    odd, even = read.sections[0].footer.paragraphs, read.sections[0].even_page_footer.paragraphs
    assert [each[0]._element.pPr.find(qn("w:jc")).get(qn("w:val")) for each in (odd, even)] == ["right", "left"]
    assert all("PAGE" in each[0]._element.xml for each in (odd, even))
    assert odd[0].text == "—  —"


def test_a_wide_annex_lies_across_and_the_imprint_has_an_even_page(read):
    turns = [section.orientation for section in read.sections]
    assert turns == [WD_ORIENT.PORTRAIT, WD_ORIENT.LANDSCAPE, WD_ORIENT.PORTRAIT]
    assert read.sections[-1].start_type == WD_SECTION.EVEN_PAGE
    said = [cell.text for row in read.tables[-1].rows for cell in row.cells]
    assert "抄送：区委办公室，区人大常委会办公室，区政协办公室。" in said
    assert "2026年10月10日印发" in said
    assert "共印60份" in said


def test_the_same_paper_is_the_same_bytes_and_says_whose_it_is(read):
    assert docx.written(WHOLE, at=AT) == docx.written(WHOLE, at=AT)
    said = read.core_properties
    assert (said.title, said.author) == ("关于2026年9月全区重点项目建设进展情况的通报", "示范区人民政府办公室")
    assert said.created == AT
