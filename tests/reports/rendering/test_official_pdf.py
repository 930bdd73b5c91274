"""公文 by GB/T 9704-2012, measured from the PDF in millimetres."""

import re
from dataclasses import replace
from itertools import pairwise

import pytest

from projects.errors import RuleViolation
from reports.official import Form, Heading, Paragraph
from reports.papers import official_pdf
from reports.rendering.official.laid_out import mark_points, signature_indents
from reports.rendering.official.titles import lines as title_lines
from tests.reports.official_papers import FULL, RARE, annex, edges, lines, paper, read, table, words

pytestmark = pytest.mark.core

TOP, LEFT, BOTTOM, RIGHT = 37, 28, 262, 184
CHARACTER, LINE = 156 / 28, 225 / 22
LINES_TO_SPARE = 25
SIGNS = 0.76  # of the size: how far characters reach above the base line


@pytest.fixture(scope="module")
def long():
    """Five pages of text and an annex that is longer than a page."""
    body = [Heading(1, "一、总体进展"), *[Paragraph(FULL)] * 18]
    return read(official_pdf(paper(*body, annexes=(annex(rows=60),))))


def one(page, beginning):
    return next(each for each in words(page) if each.text.startswith(beginning))


def close(value, to, within=0.15):
    return value == pytest.approx(to, abs=within)


def whole(reader):
    """All of the text, without the page numbers within."""
    return "".join(re.sub(r"\s|— \d+ —", "", page.extract_text()) for page in reader.pages)


# ── 版心


def test_a_full_page_has_twenty_two_lines_of_equal_pitch_that_fill_the_type_area(long):
    found = lines(long.pages[1])
    assert len(found) == 22
    assert all(close(after.y - before.y, LINE, 0.01) for before, after in pairwise(found))
    assert TOP < found[0].y - 0.88 * 16 * 25.4 / 72 < TOP + LINE / 2
    assert BOTTOM - LINE < found[-1].y < BOTTOM


def test_a_full_line_has_twenty_eight_characters_between_the_margins(long):
    found = lines(long.pages[1])
    assert max(len(each.text) for each in found) == 28
    assert close(min(each.x for each in found), LEFT, 0.01)
    assert pytest.approx(RIGHT - LEFT, abs=0.1) == 28 * (16 - 0.21) * 25.4 / 72


def test_a_paragraph_begins_two_characters_in(long):
    begins = [each.x for each in lines(long.pages[1]) if each.text.startswith(FULL[:5])]
    assert begins
    assert all(close(x, LEFT + 2 * CHARACTER, 0.01) for x in begins)


def test_every_page_is_a4(long):
    assert {(round(float(page.mediabox.width)), round(float(page.mediabox.height))) for page in long.pages} == {
        (595, 842)
    }


# ── 版头


def test_the_red_mark_begins_thirty_five_millimetres_below_the_type_area(long):
    mark = one(long.pages[0], "示范区人民政府办公室文件")
    assert mark.font == "FandolSong-Bold"
    assert close(mark.y - SIGNS * mark.points * 25.4 / 72, TOP + 35, 0.3)
    assert close((mark.x - LEFT) * 2 + 12 * mark.points * 25.4 / 72, RIGHT - LEFT, 1)


def test_the_number_stands_two_blank_lines_below_and_the_rule_four_millimetres_under_it(long):
    mark, number = one(long.pages[0], "示范区人民政府办公室文件"), one(long.pages[0], "示政办发〔2026〕12号")
    assert close(number.y - SIGNS * 16 * 25.4 / 72 - mark.y, 2 * LINE + 3.5, 1.5)
    rule = next(edge for edge in edges(long.pages[0]) if edge > number.y)
    assert close(rule - (number.y + 0.12 * 16 * 25.4 / 72), 4)


def test_a_long_name_is_written_smaller_so_that_it_fits():
    assert mark_points("示范区人民政府") == 48
    assert mark_points("示范区重点项目建设指挥部办公室文件") < 27


def test_the_title_stands_two_blank_lines_below_the_rule_in_size_two(long):
    title = one(long.pages[0], "关于2026年9月全区重点项目")
    rule = max(edge for edge in edges(long.pages[0]) if edge < title.y)
    assert (title.font, round(title.points)) == ("FandolSong-Bold", 22)
    assert 2 * LINE < title.y - SIGNS * 22 * 25.4 / 72 - rule < 3 * LINE


def test_the_addressee_stands_one_blank_line_below_the_title(long):
    last, to = one(long.pages[0], "建设进展情况的通报"), one(long.pages[0], "各镇人民政府")
    assert close(to.y - last.y, 2 * LINE, 1)
    assert close(to.x, LEFT, 0.01)


@pytest.mark.parametrize(
    ("title", "broken"),
    [
        ("关于2026年9月全区重点项目建设进展情况的通报", ("关于2026年9月全区重点项目", "建设进展情况的通报")),
        ("关于重点项目的通报", ("关于重点项目的通报",)),
        (
            "关于更正2026年9月全区重点项目建设进展情况通报有关数据的通报",
            ("关于更正2026年9月全区重点", "项目建设进展情况通报有关数据的通报"),
        ),
    ],
)
def test_a_title_is_broken_between_words_and_never_into_a_square(title, broken):
    found = title_lines(title, widest=20)
    assert "".join(found) == title
    assert len({len(each) for each in found}) == len(found)
    assert all(not each.startswith("的") for each in found)
    if title.startswith("关于2026"):
        assert found == broken


# ── 主体


def test_headings_are_written_in_the_faces_of_their_levels():
    heads = [Heading(1, "一、总体进展"), Heading(2, "（一）投资"), Heading(3, "1．续建项目"), Heading(4, "（1）其他")]
    page = read(official_pdf(paper(*heads, Paragraph(FULL)))).pages[0]
    assert [one(page, each.text).font for each in heads] == [
        "FandolHei",
        "FandolKai",
        "FandolFang",
        "FandolFang",
    ]


def test_the_unsealed_signature_stands_two_characters_from_the_right_and_the_date_two_further_in():
    page = read(official_pdf(paper(Paragraph("通报。")))).pages[0]
    organ = next(each for each in lines(page) if each.text == "示范区人民政府办公室")
    dated, text = one(page, "2026年10月9日"), one(page, "通报。")
    assert close(organ.x + 10 * CHARACTER, RIGHT - 2 * CHARACTER, 0.5)
    assert close(dated.x - organ.x, 2 * CHARACTER, 0.01)
    assert close(organ.y - text.y, 2 * LINE, 0.01)


def test_a_date_longer_than_the_organ_keeps_two_characters_to_its_right():
    organ, dated = signature_indents("区政府", "2026年10月19日")
    assert dated == 28 - 2 - 7.5 + 0.5
    assert organ == dated - 2


def test_the_list_of_annexes_is_aligned_with_the_first_character_of_the_names():
    long_name = "各单位（责任口径）和各镇街（属地口径）重点项目建设进展情况总表"
    page = read(official_pdf(paper(Paragraph("通报。"), annexes=(annex(long_name), annex("排名表"))))).pages[0]
    listed = one(page, "附件：")
    names = [each for each in lines(page) if each.y >= listed.y and each.y < listed.y + 2.5 * LINE]
    assert listed.text.startswith("附件：")
    assert close(listed.x, LEFT + 2 * CHARACTER, 0.01)
    assert "；" not in "".join(each.text for each in names)
    wrapped = next(each for each in names if each.y > listed.y + 1)
    assert close(wrapped.x, LEFT + 6.5 * CHARACTER, 0.1)


def test_an_annex_begins_on_a_new_page_with_its_title_on_the_third_line(long):
    page = next(each for each in long.pages if "附件" in each.extract_text()[:4])
    label, title = lines(page)[0], one(page, "重点项目滞后和未开工项目清单")
    assert (label.text, label.font) == ("附件", "FandolHei")
    assert close(label.x, LEFT, 0.01)
    assert close(title.y - label.y, 2 * LINE, 1.2)


def test_the_heads_of_a_table_and_its_unit_are_repeated_on_each_page(long):
    pages = [page for page in long.pages if "指标1" in page.extract_text()]
    assert len(pages) > 1
    for page in pages:
        assert one(page, "序号").font == "FandolHei"
        unit = one(page, "单位：万元")
        assert unit.x > RIGHT - 30


# ── 页码和版记


def test_page_numbers_stand_seven_millimetres_below_the_type_area_odd_right_and_even_left(long):
    for number, page in enumerate(long.pages, start=1):
        mark = one(page, f"— {number} —")
        assert close(mark.y - 0.3 * 14 * 25.4 / 72, BOTTOM + 7)
        assert round(mark.points) == 14
        width = (2 + 2 * 0.333 + 0.5 * len(str(number))) * 14 * 25.4 / 72
        assert close(mark.x + width, RIGHT - CHARACTER, 0.4) if number % 2 else close(mark.x, LEFT + CHARACTER, 0.01)


@pytest.mark.parametrize("paragraphs", [1, 3, 4])
def test_the_imprint_ends_at_the_foot_of_the_last_page_which_is_even(paragraphs):
    reader = read(official_pdf(paper(*[Paragraph(FULL)] * paragraphs)))
    last = reader.pages[-1]
    assert len(reader.pages) % 2 == 0
    assert "印发" in last.extract_text()
    assert close(max(each for each in edges(last) if each < BOTTOM + 1), BOTTOM, 0.05)
    assert whole(reader).count("抄送：") == 1
    assert close(one(last, f"— {len(reader.pages)} —").x, LEFT + CHARACTER, 0.01)
    assert last.extract_text().count("—") == 2


def test_blank_page_and_imprint_after_it_are_not_numbered():
    """The text fills the second page to where the 版记 no longer fits."""
    filled = read(official_pdf(paper(Paragraph("字" * (28 * LINES_TO_SPARE - 2)))))
    assert len(filled.pages) == 4
    assert not filled.pages[2].extract_text().strip()
    assert "— 2 —" in filled.pages[1].extract_text()
    assert "—" not in filled.pages[2].extract_text() + filled.pages[3].extract_text()


def test_rules_of_the_imprint_are_thick_outside_and_thin_inside():
    last = read(official_pdf(paper())).pages[-1]
    first = one(last, "抄送").y
    found = [edge for edge in edges(last) if first - 10 < edge <= BOTTOM + 0.01]
    thick = [after - before for before, after in pairwise(found) if close(after - before, 0.35, 0.02)]
    thin = [after - before for before, after in pairwise(found) if close(after - before, 0.25, 0.02)]
    assert len(thick) >= 2
    assert thin
    assert round(one(last, "抄送").points) == 14


def test_a_wide_annex_lies_across_and_keeps_the_page_number_where_it_is_in_the_book():
    reader = read(official_pdf(paper(Paragraph("通报。"), annexes=(annex(rows=30, columns=10),))))
    across = [page for page in reader.pages if page.mediabox.width > page.mediabox.height]
    assert len(across) == 2
    for number, page in enumerate(across, start=2):
        mark = one(page, f"— {number} —")
        assert close(35 - (mark.x + 0.3 * 14 * 25.4 / 72), 7)  # the dash, from the type area of the upright page
        assert close(mark.y, 28 + CHARACTER if number % 2 == 0 else 184 - CHARACTER - 15.7, 0.2)
    assert reader.pages[-1].mediabox.height > reader.pages[-1].mediabox.width


# ── 文字和文件


def test_every_word_is_there_as_text(long):
    found = whole(long)
    assert found.count(FULL[:33]) == 90
    for said in ("示范区人民政府办公室文件", "一、总体进展", "（此件公开发布）", "共印60份", "ab12cd34ef56", "第60局"):
        assert said in found


def test_rare_characters_are_printed_in_every_face():
    body = [Heading(1, RARE), Heading(2, RARE), Paragraph(RARE), replace(table(), title=RARE)]
    reader = read(official_pdf(paper(*body, title=f"{RARE}通报", mark=RARE)))
    assert whole(reader).count(RARE) == 6


def test_a_character_that_no_font_has_stops_the_printing():
    with pytest.raises(RuleViolation, match="\U000f1234"):
        official_pdf(paper(Paragraph("\U000f1234")))


def test_the_same_paper_is_the_same_bytes_and_says_what_it_is():
    content = official_pdf(paper())
    reader = read(content)
    assert content == official_pdf(paper())
    assert reader.metadata.title == "关于2026年9月全区重点项目建设进展情况的通报"
    assert reader.metadata.author == "示范区人民政府办公室"
    assert "示政办发〔2026〕12号" in reader.metadata["/Keywords"]
    assert reader.trailer["/Root"]["/Lang"] == "zh-Hans"
    assert [each["/Title"] for each in reader.outline[1]] == ["一、总体进展"]
    assert b"pdfaid:part" in reader.trailer["/Root"]["/Metadata"].get_data()


def test_a_proof_says_so_above_the_type_area_of_every_page(long):
    reader = read(official_pdf(paper(), stamp="清样"))
    assert all(one(page, "清样").y < TOP for page in reader.pages)
    assert "清样" not in whole(long)


def test_the_brief_has_its_name_issue_organ_and_day_above_the_red_rule():
    brief = paper(form=Form.BRIEF, mark="示范区重点项目建设通报", number="第9期")
    page = read(official_pdf(brief)).pages[0]
    name, issue = one(page, "示范区重点项目建设通报"), one(page, "第9期")
    organ = one(page, "示范区人民政府办公室")
    assert name.y < issue.y < organ.y < one(page, "关于2026年9月").y
    assert "2026年10月9日" in organ.text + "".join(each.text for each in words(page) if close(each.y, organ.y, 0.1))
