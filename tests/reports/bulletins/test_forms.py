"""A registered paper in every form it is kept in, and the proof of one that is still being written."""

from dataclasses import replace
from io import BytesIO

import pytest
from django.utils import timezone
from docx import Document as Word
from openpyxl import load_workbook

from projects.errors import RuleViolation
from reports import papers
from reports.actions import documents
from reports.bulletin import EDITION, Section
from reports.bulletin_figures import figures
from reports.models import Document
from tests.reports import registered_papers as made
from tests.reports.official_papers import read, words

pytestmark = [pytest.mark.django_db, pytest.mark.core]


def registered(whole, office, kind=Document.Kind.MONTHLY_BULLETIN):
    at = timezone.now()
    return documents.register(
        kind=kind,
        subject=whole.title,
        snapshot=whole,
        series="示政办发",
        edition=EDITION,
        period=None,
        known_at=at,
        by=office,
        at=at,
    )


@pytest.mark.parametrize(
    ("whole", "kind"),
    [(made.registered(), Document.Kind.MONTHLY_BULLETIN), (made.erratum(), Document.Kind.ERRATUM)],
    ids=["bulletin", "erratum"],
)
def test_it_is_kept_as_pdf_word_and_excel_and_each_is_the_same_twice(whole, kind, office):
    document = registered(whole, office, kind)
    assert papers.forms_of(document) == ("PDF", "DOCX", "XLSX")
    for form in papers.forms_of(document):
        once = papers.written(document, form)
        assert once == papers.written(document, form)


def test_paper_and_word_carry_the_code_by_which_they_are_verified(office, settings):
    document = registered(made.registered(), office)
    code = document.digest[:12]
    assert papers.check_url(document) == f"{settings.SITE_URL.geturl().rstrip('/')}/verify/{code}/"
    assert code in read(papers.written(document, "PDF")).pages[-1].extract_text()
    said = [cell.text for row in Word(BytesIO(papers.written(document, "DOCX"))).tables[-1].rows for cell in row.cells]
    assert any(code in each for each in said)


def test_the_figures_of_the_annex_are_numbers_and_those_of_the_paper(office):
    whole = made.registered()
    book = load_workbook(BytesIO(papers.written(registered(whole, office), "XLSX")))
    told = {row[0]: row for row in book["概况"].iter_rows(min_row=4, values_only=True)}
    figure = figures(whole.bulletin)["全区·投资完成率"]
    assert told["投资完成率"][1] == pytest.approx(float(figure.value))
    assert told["投资完成率"][2] == figure.printed
    assert {"分组情况", "红黑榜", "逾期项目", "问题", "交办事项", "补报", "指标口径"} <= set(book.sheetnames)
    assert book["逾期项目"].max_row == 3 + len(whole.bulletin.lagging)


def test_a_proof_has_no_number_and_says_on_every_page_what_it_is():
    reader = read(papers.proof(made.registered()).content)
    assert all(any(each.text.startswith("清样") for each in words(page)) for page in reader.pages)
    assert "〔2026〕12号" not in "".join(page.extract_text() for page in reader.pages)


def test_a_proof_with_an_unknown_figure_is_refused_by_its_name():
    whole = replace(made.registered(), sections=(Section("a", "一、甲", "{全区·幸福指数}"),))
    with pytest.raises(RuleViolation, match="全区·幸福指数"):
        papers.proof(whole)
