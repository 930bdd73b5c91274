"""Posters as PDF: exact paper, every word as text, no glyph missing, never too small to read."""

import re
from dataclasses import replace
from io import BytesIO

import pytest
from pypdf import PdfReader

from reports.rendering import pdf, printing
from reports.rendering.poster import LANDSCAPE, MM, SMALLEST, Paper, posters
from reports.wall_chart import Node, Row, State
from tests.reports.charts import ON, chart, row

RARE = "上㙍镇昇玥垚产业园厂房 30000㎡ 建设项目（二期）"


def rendered(whole, paper):
    pages = printing.pages(whole, paper, number_of="ab12cd34ef56")
    size = {"width_mm": pages.width_mm, "height_mm": pages.height_mm}
    return PdfReader(BytesIO(pdf.of_drawings(pages.drawings, title=whole.title, **size)))


def words_of(page):
    return re.sub(r"\s", "", page.extract_text())


def many(number):
    return [row(f"第{n:03}号滨河片区基础设施工程", days=n % 5 * 3) for n in range(number)]


@pytest.mark.parametrize("paper", Paper)
def test_every_page_is_exactly_its_paper(paper):
    width, height = LANDSCAPE[paper]
    for page in rendered(chart(many(3)), paper).pages:
        assert (float(page.mediabox.width) / MM, float(page.mediabox.height) / MM) == pytest.approx(
            (width, height), abs=0.01
        )


def test_every_name_of_two_hundred_projects_is_text_on_one_page():
    whole = chart(many(200), groups=14)
    reader = rendered(whole, Paper.A1)
    found = words_of(reader.pages[0])
    assert len(reader.pages) == 1
    assert [each.name for each in whole.rows if each.name not in found] == []


@pytest.mark.parametrize("paper", [Paper.A0, Paper.A1])
def test_two_hundred_projects_are_readable_on_one_poster(paper):
    width, height = LANDSCAPE[paper]
    (only,) = posters(chart(many(200), groups=14), width=width * MM, height=height * MM, number_of="")
    assert only.text >= SMALLEST


def test_a_few_rows_are_written_larger_on_larger_paper():
    def size(paper):
        width, height = LANDSCAPE[paper]
        (only,) = posters(chart(many(16), groups=4), width=width * MM, height=height * MM, number_of="")
        return only.text

    assert size(Paper.A0) > size(Paper.A1) >= 20


def test_overdue_and_done_are_marked_in_words():
    found = words_of(rendered(chart([row(days=17), row(state=State.DONE)]), Paper.A1).pages[0])
    assert found.count("逾期17天") == 2  # beside the name and beside the flag
    assert found.count("完成") >= 2


def test_title_day_count_and_size_of_words_are_on_the_poster():
    found = words_of(rendered(chart([row()], finding="195 个项目，32 个逾期。"), Paper.A1).pages[0])
    for said in ("示范区重点项目挂图", "截至2026年3月5日", "195个项目，32个逾期。", "图例", "ab12cd34ef56", "正文字号"):
        assert said in found


def test_rare_names_are_printed_with_a_font_that_has_them():
    reader = rendered(chart([row(RARE)]), Paper.A1)
    assert "上㙍镇昇玥垚产业园厂房30000㎡建设项目（二期）" in words_of(reader.pages[0])


def test_a_sign_that_no_font_has_stops_the_printing():
    with pytest.raises(pdf.MissingGlyph, match="\U000f1234"):
        rendered(chart([row("\U000f1234")]), Paper.A1)


def test_what_one_poster_cannot_hold_in_readable_words_goes_on_on_a_second():
    whole = chart(many(600), groups=14)
    width, height = LANDSCAPE[Paper.A1]
    found = posters(whole, width=width * MM, height=height * MM, number_of="")
    assert len(found) > 1
    assert {each.text for each in found} == {SMALLEST}
    drawn = "".join(shape.markup for each in found for shape in each.shapes)
    assert all(each.name in drawn for each in whole.rows)
    assert "（续）" in drawn


@pytest.mark.parametrize(("rows", "sheets"), [(12, 4), (64, 9)])
def test_tiles_of_a3_show_every_name(rows, sheets):
    whole = chart(many(rows))
    reader = rendered(whole, Paper.A3)
    found = "".join(words_of(page) for page in reader.pages)
    assert len(reader.pages) == sheets
    assert [each.name for each in whole.rows if each.name not in found] == []


def test_sixty_nodes_fit_one_page():
    nodes = [Node(f"第{n}道工序", State.OPEN, ON, ON) for n in range(60)]
    rows = [Row(node.name, "区住建局", "王玥", State.OPEN, "未完成", nodes=(node,), leading=node) for node in nodes]
    reader = rendered(replace(chart(rows, of_nodes=True, groups=4), whole=True), Paper.A1)
    found = words_of(reader.pages[0])
    assert len(reader.pages) == 1
    assert all(node.name in found for node in nodes)


def test_the_same_chart_is_printed_the_same_twice():
    pages = printing.pages(chart([row()]), Paper.A1, number_of="1")
    twice = {pdf.of_drawings(pages.drawings, width_mm=841, height_mm=594, title="图") for _ in range(2)}
    assert len(twice) == 1


@pytest.mark.parametrize("address", ["file:///etc/passwd", "http://127.0.0.1:1/x.png"])
def test_nothing_from_outside_is_fetched(address):
    with pytest.raises(pdf.Refused):
        pdf.of_html(f'<img src="{address}">')
