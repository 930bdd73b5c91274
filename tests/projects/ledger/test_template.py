"""What the template writes is read back the same, whatever is filled in."""

from datetime import date, datetime
from decimal import Decimal
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from xlsxwriter import Workbook

from projects.actions import ledgers
from projects.ledger.cells import line_of
from projects.ledger.files import open_table
from projects.ledger.project_rows import ProjectRowReader
from projects.ledger.targets import Kind
from projects.ledger.template import TemplateColumn, template_columns
from tests.projects.ledger.samples import as_csv

pytestmark = pytest.mark.core

COLUMNS = template_columns()
WORDS = {
    "project.level": "市级重点", "project.focus_area": "民生保障", "project.construction_nature": "扩建",
    "project.management_class": "跟踪服务类", "plan.category": "新开工", "plan.completes_this_year": "是",
}  # fmt: skip
BLANK = st.just("")
TEXTS = st.text("甲乙丙丁戊道路工程 AZ09（）、", min_size=1, max_size=20).map(line_of).filter(bool)
NAMES = TEXTS.map(lambda text: f"工程{text}")
KINDS = {
    Kind.DATE: st.dates(date(1990, 1, 1), date(2090, 1, 1)),
    Kind.AMOUNT: st.decimals(0, 10**9, places=4),
    Kind.PERCENT: st.decimals(0, 999, places=2),
    Kind.DEGREE: st.decimals(-90, 90, places=6),
    Kind.TEXT: TEXTS,
}


def value_of(column: TemplateColumn) -> st.SearchStrategy:
    if column.target == "project.name":
        return NAMES
    if column.target == "facts.built_from":
        return BLANK
    return BLANK | (st.just(WORDS[column.target]) if column.kind is Kind.CHOICE else KINDS[column.kind])


def said(row, target: str):
    """What was read for this column of the template."""
    part, _, name = target.partition(".")
    if part == "project":
        return row.project[name]
    if part == "milestones":
        node, _, name = name.rpartition(".")
        return next((one.dates[name] for one in row.milestones if one.name == node), None)
    values = row.parts[part]
    kinds = (values.texts, values.dates, values.amounts, values.numbers)
    return next(kind[name] for kind in kinds if name in kind)


def in_file(value: object) -> object:
    return str(value) if isinstance(value, Decimal) else value


def as_sheet(rows: list[list]) -> bytes:
    content = BytesIO()
    with Workbook(content) as book:
        sheet, day = book.add_worksheet("台账"), book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, [column.heading for column in COLUMNS])
        for line, row in enumerate(rows, start=1):
            for place, value in enumerate(row):
                if isinstance(value, date):
                    sheet.write_datetime(line, place, datetime(value.year, value.month, value.day), day)
                else:
                    sheet.write(line, place, in_file(value))
    return content.getvalue()


def read(path, content: bytes):
    path.write_bytes(content)
    mapping = ledgers.template_mapping(year=2026)
    table = open_table(path, mapping.layout)
    mapping.check_columns(table.columns)
    reader = ProjectRowReader(mapping, len(table.columns))
    found = [reader.read(raw) for raw in table.rows()]
    return [row for row, _ in found], [problem for _, problems in found for problem in problems]


@settings(max_examples=12)
@given(st.lists(st.tuples(*(value_of(column) for column in COLUMNS)), min_size=1, max_size=2), st.booleans())
def test_a_ledger_written_by_the_template_is_read_back_the_same(tmp_path_factory, rows, is_workbook):
    path = tmp_path_factory.getbasetemp() / "template"
    lines = [list(map(in_file, row)) for row in rows]
    content = as_sheet(rows) if is_workbook else as_csv(*lines, header=[column.heading for column in COLUMNS])
    found, problems = read(path, content)
    assert not problems
    for row, values in zip(found, rows, strict=True):
        for column, value in zip(COLUMNS, values, strict=True):
            if column.target and column.kind is not Kind.CHOICE and column.target not in {"project.lead_unit"}:
                assert said(row, column.target) == (value if value != "" else "" if column.kind is Kind.TEXT else None)


def test_the_examples_of_the_template_are_right(tmp_path):
    [row], problems = read(tmp_path / "ledger", as_sheet([[column.example for column in COLUMNS]]))
    assert {problem.column for problem in problems} == {"建设起止年限"}
    assert (row.project["lead_unit"], row.project["focus_area"]) == ("区住建局", "INFRASTRUCTURE")
    assert (row.plan.texts["category"], row.plan.texts["completes_this_year"]) == ("CONTINUING", "no")
    assert row.facts.dates["built_from"] == date(2025, 3, 1)
    assert row.facts.dates["built_to"] == date(2027, 6, 30)
    assert {node.name for node in row.milestones} == {"开工进场", "基础完工", "主体封顶", "竣工验收", "正式投产或交付"}


def test_every_column_stands_once():
    headings = [column.heading for column in COLUMNS]
    assert len(set(headings)) == len(headings)


def test_the_template_is_recognised_without_its_mapping(tmp_path):
    path = tmp_path / "ledger"
    path.write_bytes(as_sheet([[column.example for column in COLUMNS]]))
    proposal = ledgers.proposed(ledgers.opened(path), year=2026)
    found = {guess.column: guess.target for guess in proposal.guesses}
    assert found == {column.heading: column.target for column in COLUMNS}
    assert not [guess.column for guess in proposal.guesses if guess.is_doubtful]
