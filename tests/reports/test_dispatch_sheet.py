"""周调度单: totals are sums, rates Σ ÷ Σ, every sentence says figures of the sheet, and all forms say the same."""

import re
from decimal import Decimal
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from pypdf import PdfReader

from projects import figures
from reports import dispatch_sheet, papers, snapshots
from reports.dispatch_sheet import Amounts, Completeness, Reported
from reports.models import Document, Rendition
from reports.rendering import dispatch_sentences as say
from reports.rendering.dispatch_sheet import laid_out
from tests.reports.dispatch_sheets import AHEAD, KNOWN_AT, mixed, project, sheet

amounts = st.builds(
    Amounts,
    st.decimals(-5000, 90000, places=4),
    st.decimals(0, 900000, places=4),
    st.decimals(0, 9000000, places=4),
    st.none() | st.decimals(0, 900000, places=4),
    st.none() | st.decimals(-5000, 5000, places=4),
)


@given(st.lists(amounts, max_size=8))
def test_the_rate_of_many_is_the_sum_of_what_is_done_by_the_sum_of_what_is_planned(lines):
    whole = dispatch_sheet.total(lines)
    plans = [each.annual_plan for each in lines if each.annual_plan is not None]
    if sum(plans):
        assert whole.rate == 100 * sum(each.year_to_date for each in lines) / sum(plans)
    else:
        assert whole.rate is None


@pytest.mark.parametrize("plan", [None, Decimal(0)])
def test_without_a_plan_there_is_no_rate(plan):
    assert laid_out(sheet([project(plan=plan)])).parts[-1].table.rows[0][6].words == "—"


def test_above_a_hundred_percent_is_lawful():
    assert Amounts(Decimal(1), Decimal(150), Decimal(1), Decimal(100), None).rate == 150


@given(st.lists(st.sampled_from(list(Reported)), max_size=12))
def test_every_report_that_was_owed_came_was_returned_or_is_missing(states):
    found = dispatch_sheet.completeness([project(reported=state) for state in states])
    assert found.expected == len(states) == found.reported + found.returned + found.missing
    assert found.on_time + found.unreviewed <= found.reported + found.unreviewed


def test_a_correction_that_waits_is_named_beside_the_accepted_report_that_counts():
    whole = sheet([project(unreviewed=Decimal("-12.5"))])
    waiting = next(part for part in laid_out(whole).parts if part.title.startswith("待审核"))
    assert [cell.words for cell in waiting.table.rows[0]][2:] == ["更正待审核", "-12.5"]
    assert "已报中有 0 项未审核；待审核金额 -12.5 万元" in say.reporting(whole.completeness)


def numbers(words):
    return [Decimal(each.replace(",", "")) for each in re.findall(r"\d[\d,]*(?:\.\d+)?", words)]


counts = st.integers(0, 300)


@given(st.builds(Completeness, *[counts] * 7, st.decimals(0, 90000, places=4)))
def test_the_sentence_on_reporting_says_its_counts(found):
    said = [found.expected, found.reported, found.on_time, found.missing]
    said += [found.returned] if found.returned else []
    is_waiting = found.unreviewed or found.unreviewed_amount
    said += [found.unreviewed, found.unreviewed_amount] if is_waiting else []
    assert numbers(say.reporting(found)) == said


@given(amounts)
def test_the_sentence_on_investment_says_its_amounts(total):
    said = [abs(figures.rounded(total.period, 0))]
    change = total.change and figures.rounded(total.change, 0)
    said += [abs(change)] if change else []
    said.append(figures.rounded(total.year_to_date.scaleb(-4), 2))
    if total.rate is not None:
        said += [figures.rounded(total.annual_plan.scaleb(-4), 2), figures.rounded(total.rate, 1)]
    said.append(figures.rounded(total.since_start.scaleb(-4), 2))
    words = say.investment(total)
    assert numbers(words) == said
    assert ("增加" in words, "减少" in words) == (bool(change and change > 0), bool(change and change < 0))


def test_the_sentences_on_what_is_open_say_how_many_and_how_late():
    whole = sheet()
    assert numbers(say.lateness(whole)) == [2, 4, 45, 1]
    assert numbers(say.open_matters(whole)) == [1, 1, 1, 0]
    assert numbers(say.coming(AHEAD)) == [2026, 3, 14, 3, 20, 1, 2, 3]


def document(whole):
    content = snapshots.as_json(whole)
    kind = Document.Kind.WEEKLY_DISPATCH
    return Document(
        kind=kind, content=content.decode(), digest=snapshots.digest(content), composed_at=KNOWN_AT, title="单"
    )


def squeezed(words):
    return re.sub(r"\s", "", words)


def pdf_of(whole):
    return PdfReader(BytesIO(papers.written(document(whole), Rendition.Format.PDF)))


@pytest.mark.parametrize("of_district", [False, True])
def test_every_word_of_the_sheet_is_text_of_the_pdf(of_district):
    whole = sheet(mixed(40), of_district=of_district)
    reader = pdf_of(whole)
    found = "".join(squeezed(page.extract_text()) for page in reader.pages)
    paper = laid_out(whole)
    words = [paper.title, paper.subtitle, paper.known, *paper.findings, *paper.notes]
    for part in paper.parts:
        words += [part.title, part.note, part.words]
        words += [cell.words for row in (*part.table.rows, part.table.total) for cell in row] if part.table else []
    assert [each for each in words if squeezed(each) not in found] == []
    assert f"共{len(reader.pages)}页" in found


def test_two_hundred_projects_of_one_unit_take_as_many_pages_as_they_need_with_their_heads():
    pages = pdf_of(sheet(mixed(200))).pages
    assert 13 <= len(pages) <= 17
    assert all("占年度计划" in squeezed(page.extract_text()) for page in pages[2:-1])


def test_every_form_is_the_same_bytes_twice():
    whole = document(sheet(mixed()))
    for form in papers.forms_of(whole):
        assert papers.written(whole, form) == papers.written(whole, form)


def test_rare_names_are_printed_and_a_sign_no_font_has_stops_the_printing():
    rare = "上㙍镇昇玥垚产业园厂房30000㎡"
    assert rare in squeezed(pdf_of(sheet([project(name=rare)])).pages[-1].extract_text())
    with pytest.raises(papers.RuleViolation, match="系统字体里没有这些字：\U000f1234"):
        pdf_of(sheet([project(name="\U000f1234")]))


@pytest.mark.parametrize("of_district", [False, True])
def test_excel_has_the_figures_that_are_printed(of_district):
    whole = sheet(mixed(), of_district=of_district)
    book = load_workbook(BytesIO(papers.written(document(whole), Rendition.Format.XLSX)))
    page = book["各单位进展" if of_district else "各项目进展"]
    heads, *rows = [[cell.value for cell in row] for row in page.iter_rows(min_row=3)]
    written = {head.split("（")[0]: [row[place] for row in rows] for place, head in enumerate(heads)}
    table = laid_out(whole).parts[-1].table
    for head, *cells in zip(table.heads, *table.rows, strict=True):
        if head.label in {"本周完成", "较上周", "当年累计", "年度计划", "开工累计"}:
            scale = Decimal(10000) if head.unit == "亿元" else Decimal(1)
            places = 2 if head.unit == "亿元" else 0
            shown = [figures.rounded(Decimal(str(value)) / scale, places) for value in written[head.label]]
            assert [numbers(cell.words)[0] for cell in cells] == [abs(value) for value in shown]
    assert [row[0].value for row in book["例外事项"].iter_rows(min_row=4)].count("未报") == whole.completeness.missing
    assert "占年度计划" in [row[0].value for row in book["口径说明"].iter_rows()]
