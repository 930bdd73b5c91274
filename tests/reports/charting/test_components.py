"""What holds for every chart: links, words, a table with the same figures; no styles, nothing cut off; print."""

import re
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from pypdf import PdfReader

from reports.charts import changes, funnel, lights
from reports.rendering import pdf
from tests.reports.charting.samples import card, charts, matrix, room_of, words_of

pytestmark = pytest.mark.core

CHARTS = charts()
EVERY = pytest.mark.parametrize("chart", [pytest.param(chart, id=name) for name, chart in CHARTS.items()])
CSS = Path(settings.BASE_DIR) / "static" / "css" / "charts.css"


def page_of(chart):
    return render_to_string("components/charts/chart.html", {"chart": chart})


def table_of(matrix):
    return render_to_string("components/charts/light_matrix.html", {"matrix": matrix})


def cells_of(chart):
    return [cell for row in chart.table.rows for cell in row]


@EVERY
def test_a_drawing_has_a_name_and_neither_styles_nor_classes(chart):
    for drawing in (chart.wide, chart.narrow):
        assert f'role="group" aria-label="{chart.title}"' in drawing
        assert "style" not in drawing
        assert "class=" not in drawing


@EVERY
def test_no_words_are_cut_off_or_too_small(chart):
    for drawing in (chart.wide, chart.narrow):
        width, height = room_of(drawing)
        outside = [each for each in words_of(drawing) if each.left < -1 or each.right > width + 1 or each.y > height]
        assert outside == []
        assert min(each.size for each in words_of(drawing)) >= 11


@EVERY
def test_words_stand_out_from_their_ground(chart):
    for fill in {each.fill for each in words_of(chart.wide)}:
        parts = [int(fill[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        luminance = sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
        assert 1.0 / (luminance + 0.05) >= 4.5  # the ground may be a little grey


@pytest.mark.parametrize("name", ["funnel", "dues", "ranking", "changes", "map"])
def test_what_the_table_opens_the_drawing_opens_too(name):
    hrefs = {cell.href for cell in cells_of(CHARTS[name]) if cell.href}
    assert hrefs
    assert [href for href in hrefs if f'href="{href}"' not in CHARTS[name].wide] == []


@pytest.mark.parametrize("name", ["s_curve", "funnel", "dues", "ranking", "changes", "map"])
def test_every_figure_beside_a_drawing_stands_in_its_table(name):
    chart = CHARTS[name]
    told = {number for cell in cells_of(chart) for number in re.findall(r"\d+(?:\.\d+)?", cell.words)}
    said = [each.said for each in words_of(chart.wide)]
    figures = {
        "s_curve": r"(?:实际|预计|计划|把握) ([\d.]+)",
        "funnel": r"(\d+) 项|逾期 (\d+)|([\d.]+%)",
        "dues": r"(?:按期|已开|未开|提前|应开工) (\d+)",
        "ranking": r"上期第 (\d+)",
        "changes": r"^(\d+) 项",
        "map": r"^(\d+)$",
    }[name]
    found = {
        number
        for words in said
        for match in re.findall(figures, words)
        for number in re.findall(r"\d[\d.]*", str(match))
    }
    assert found
    assert found <= told


@EVERY
def test_the_table_behind_a_drawing_has_its_heads(chart):
    page = page_of(chart)
    assert page.count('scope="col"') == len(chart.table.heads)
    assert page.count('scope="row"') == len(chart.table.rows)
    assert chart.title in page


def test_an_empty_chart_says_so_instead_of_drawing():
    page = page_of(changes.chart([]))
    assert "<svg" not in page
    assert "没有可以画的数据" in page


def test_names_are_written_as_they_are_and_never_as_markup():
    page = page_of(funnel.chart([funnel.Stage('<b>"&', 3, 1, '/?a=1&b="')]))
    assert "<b>&quot;" not in page
    assert "&lt;b&gt;" in page
    assert "href='/?a=1&amp;b=\"'" in page


def test_the_matrix_of_twenty_units_is_small_and_says_each_light_by_number():
    page = table_of(matrix())
    assert len(page.encode()) < 15_000
    assert page.count('scope="row"') == 21
    assert '<a class="red" href="?of=100.0.red">1</a>' in page


def test_the_matrix_counts_worst_first_and_adds_up():
    found = matrix(units=6)
    assert all(
        [lights.rank(each.light) for each in cell] == sorted(lights.rank(each.light) for each in cell)
        for row in found.rows
        for cell in row.cells
    )
    assert [sum(each.count for each in cell) for cell in found.total.cells] == [6 * (10 + turn) for turn in range(7)]


def test_every_light_of_the_matrix_has_a_sign_and_a_word():
    rules = CSS.read_text()
    for light, word in lights.WORDS.items():
        assert f'.light-matrix .{light}::before {{ content: "" / "{word}";' in rules


def test_all_charts_are_printed_with_their_words():
    rules = (Path(pdf.__file__).parent / "paper.css").read_text() + CSS.read_text()
    cards = f'<dl class="figures">{render_to_string("components/charts/index_card.html", {"card": card()})}</dl>'
    body = "".join([cards, *map(page_of, CHARTS.values()), table_of(matrix(units=4))])
    head = f'<meta charset="utf-8"><title>图</title><style>{rules}</style>'
    html = f'<!doctype html><html lang="zh-Hans"><head>{head}</head><body>{body}</body></html>'
    found = re.sub(r"\s", "", "".join(page.extract_text() for page in PdfReader(BytesIO(pdf.of_html(html))).pages))
    for said in (
        "欠2.48亿元",
        "八成把握28.83",
        "按期98",
        "主体施工",
        "序时79.73%",
        "变差9项",
        "欠8.33个百分点",
        "公里",
    ):
        assert said in found
    for chart in CHARTS.values():
        assert re.sub(r"\s", "", chart.title) in found
