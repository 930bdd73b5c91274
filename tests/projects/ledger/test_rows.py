"""One row: what it says, what it fails to say, and when nobody can tell what it speaks of."""

import json
from datetime import date
from decimal import Decimal

import pytest

from projects.actions import ledgers
from projects.ledger.files import RawRow
from projects.ledger.mapping import Status
from projects.ledger.problems import Code
from projects.ledger.rows import RowReader
from tests.projects.ledger.samples import DESIGN, HEADER, MAPPING, NOT_STARTED, STRUCTURE, with_

pytestmark = pytest.mark.core

NAMES = [name.strip() for name in HEADER]


def read(*rows: list, mapping: dict = MAPPING):
    """The rows and what was said about them."""
    reader = RowReader(ledgers.mapping_of(json.dumps(mapping)), len(NAMES))
    found = [
        reader.read(RawRow(number, dict(zip(NAMES, row, strict=False)), len(row)))
        for number, row in enumerate(rows, start=2)
    ]
    return [row for row, _ in found], [problem for _, problems in found for problem in problems]


def test_a_clean_row_is_read_without_a_word():
    [row], problems = read(STRUCTURE)
    assert not problems
    assert (row.project_key, row.milestone_key, row.name) == ("A1", "结构", "结构")
    assert row.project == {"name": "一小扩建", "lead_unit": "区教育局", "focus_area": "LIVELIHOOD"}
    assert (row.stage, row.status) == ("MAIN_CONSTRUCTION", Status.IN_PROGRESS)
    assert row.dates == {"started_on": date(2024, 4, 1), "planned_on": date(2025, 6, 1), "actual_on": None}
    assert row.amounts == {"budget_amount": Decimal(900), "spent_amount": Decimal(500)}


def test_a_code_for_not_started_is_in_order():
    [row], problems = read(with_(NOT_STARTED, 概算="PNS"))
    assert not problems
    assert row.status is Status.NOT_STARTED
    assert row.nothing == {"started_on", "planned_on", "actual_on"}


@pytest.mark.parametrize(
    ("column", "value", "code", "said"),
    [
        ("计划完成", "DOER", Code.CODED, "填的是代码，没有日期：另行掌握"),
        ("概算", "doer", Code.CODED, "填的是代码，没有金额：另行掌握"),
        ("计划完成", "soon", Code.BAD_DATE, "不是能识别的日期，按没有日期处理"),
        ("计划完成", "2/30/2025", Code.BAD_DATE, "不是能识别的日期"),
        ("概算", "NaN", Code.BAD_AMOUNT, "不是有限的数，按没有金额处理"),
        ("概算", "1e300", Code.TOO_LARGE, "超出可登记的范围"),
        ("概算", "-5", Code.NEGATIVE, "金额为负，已照原样登记"),
        ("计划完成", "", Code.NO_PLANNED_DATE, "进行中而没有计划完成日期"),
        ("状态", "停了", Code.UNKNOWN_VALUE, "“停了”不在对应表内，按空白处理"),
        ("节点", "NULL", Code.MISSING_VALUE, "没有节点名称，暂记为“（未注明）”"),
        ("名称", "楼" * 250, Code.TOO_LONG, "有 250 字，只登记前 200 字"),
        ("名称", "caf\ufffd", Code.GARBLED, "有无法解码的字符"),
    ],
)
def test_a_bad_cell_is_named_and_the_row_stays(column, value, code, said):
    [row], problems = read(with_(STRUCTURE, **{column: value}))
    assert row is not None
    [problem] = [problem for problem in problems if problem.code is code]
    assert (problem.row, problem.column, problem.value) == (2, column, value[:200])
    assert said in problem.message
    assert not problem.rejected


def test_a_row_of_an_unknown_stage_still_has_one():
    [row], [problem] = read(with_(STRUCTURE, 节点="绿化"))
    assert (row.name, row.stage) == ("绿化", "COMMISSIONING")
    assert problem.code is Code.UNKNOWN_VALUE


def test_a_row_nobody_can_place_is_rejected_with_its_reason():
    rows, problems = read(with_(STRUCTURE, 编号=" "), with_(STRUCTURE, 名称=""), with_(STRUCTURE, 名称="NULL"))
    assert rows == [None, None, None]
    assert [(problem.row, problem.code, problem.rejected) for problem in problems] == [
        (2, Code.NO_KEY, True),
        (3, Code.NO_NAME, True),
        (4, Code.NO_NAME, True),
    ]


def test_a_row_with_every_typed_cell_spoilt_is_kept():
    spoilt = with_(STRUCTURE, 状态="?", 开始="?", 计划完成="?", 实际完成="?", 概算="?", 完成="?")
    [row], problems = read(spoilt)
    assert row.name == "结构"
    assert len(problems) == 6


def test_what_the_rows_of_a_project_repeat_is_complained_of_once():
    long = with_(STRUCTURE, 名称="楼" * 250)
    _, problems = read(long, with_(long, 节点="设计"))
    assert [problem.code for problem in problems] == [Code.TOO_LONG]


def test_missing_and_surplus_cells_are_told():
    reader = RowReader(ledgers.mapping_of(json.dumps(MAPPING)), len(NAMES))
    cells = dict(zip(NAMES, DESIGN, strict=True))
    _, problems = reader.read(RawRow(2, cells, 12, ("多", "余")))
    assert [(one.code, one.message) for one in problems] == [
        (Code.LONG_ROW, "本行比表头多出的内容没有列名，未导入：多、余。")
    ]
    row, problems = reader.read(RawRow(3, dict(zip(NAMES, DESIGN[:5], strict=False)), 5))
    assert row.name == "设计"
    assert problems[0].message == "本行只有 5 列，表头有 10 列，缺的按空白处理。"


def test_a_template_joins_columns_and_a_table_renames_what_it_knows():
    mapping = {**MAPPING, "project": {
        **MAPPING["project"],
        "location": {"template": "{单位}（{编号}）"},
        "lead_unit": {"column": "单位", "values": {"区教育局": "教育局"}, "otherwise": "区重点办"},
    }}  # fmt: skip
    rows, problems = read(STRUCTURE, with_(STRUCTURE, 单位=""), with_(STRUCTURE, 单位="别处"), mapping=mapping)
    assert [row.project["lead_unit"] for row in rows] == ["教育局", "区重点办", "区重点办"]
    assert rows[0].project["location"] == "区教育局（A1）"
    assert [problem.code for problem in problems] == [Code.UNKNOWN_VALUE]


def test_blanks_within_a_key_do_not_make_another_project():
    rows, _ = read(with_(STRUCTURE, 编号=" A1"), with_(STRUCTURE, 编号="A1\n"))
    assert {row.project_key for row in rows} == {"A1"}
