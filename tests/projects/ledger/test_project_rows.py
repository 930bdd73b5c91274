"""A ledger of one row a project: what it says of facts, plan, people and milestones."""

import copy
import json
from datetime import date
from decimal import Decimal

import pytest

from projects.actions import ledgers
from projects.errors import RuleViolation
from projects.ledger.files import RawRow, open_table
from projects.ledger.layout import SECTION
from projects.ledger.mapping import Status, WrongMapping
from projects.ledger.problems import Code
from projects.ledger.project_rows import ProjectRowReader
from tests.projects.ledger.samples import as_csv

pytestmark = pytest.mark.core

MAPPING = {
    "source": "year-plan",
    "title": "年度计划表",
    "rows": "project",
    "year": 2026,
    "file": {"sections": True, "totals": True},
    "codes": {
        "/": {"means": "blank"},
        "未定": {"means": "not_started"},
        "Exempt *": {"means": "coded", "note": "不公开"},
    },
    "project": {
        "key": ["名称"],
        "name": "名称",
        "lead_unit": {"column": "单位", "otherwise": "区重点办"},
        "focus_area": {"column": SECTION, "values": {"民生": "民生保障"}, "otherwise": "基础设施"},
    },
    "facts": {
        "total_investment": {"column": "总投资", "unit": "亿元"},
        "started_on": "开工",
        "built_from": "年限",
        "built_to": "年限",
        "longitude": "经度",
    },
    "plan": {
        "category": {"column": "类别"},
        "completes_this_year": {"column": "年内竣工"},
        "annual_plan_amount": "年度计划",
        "planned_start_on": "年限",
        "planned_finish_on": "年限",
        "month_3": "3月",
        "physical_goal": "目标",
    },
    "people": {"linked_leader": "领导"},
    "reported": {"plan_rate": {"column": "完成率", "unit": "ratio"}, "delay_reason": "原因"},
    "milestones": [
        {"name": "主体封顶", "stage": "主体施工", "planned_on": "封顶计划", "actual_on": "封顶实际"},
        {"name": "竣工验收", "stage": "竣工投产", "planned_on": "验收计划"},
    ],
}
ROW = {
    "名称": "滨河路", "单位": "区住建局", "总投资": "1.2", "开工": "2025-03-01", "年限": "2025.3-2027.6",
    "经度": "113.5",
    "类别": "续建", "年内竣工": "否", "年度计划": "3000", "3月": "250万元", "目标": "路基完成", "领导": "王某某",
    "完成率": 0.125,
    "原因": "征地", "封顶计划": "2026年9月底", "封顶实际": "", "验收计划": "",
}  # fmt: skip


def read(mapping: dict = MAPPING, **cells: object):
    row = ROW | cells
    reader = ProjectRowReader(ledgers.mapping_of(json.dumps(mapping)), len(row))
    return reader.read(RawRow(5, {SECTION: "民生", **row}, len(row)))


def test_a_row_is_a_project_with_all_it_says():
    row, problems = read()
    assert row.project == {"name": "滨河路", "lead_unit": "区住建局", "focus_area": "LIVELIHOOD"}
    assert row.facts.amounts == {"total_investment": Decimal(12_000)}
    assert row.facts.dates == {
        "started_on": date(2025, 3, 1),
        "built_from": date(2025, 3, 1),
        "built_to": date(2027, 6, 30),
    }
    assert row.facts.numbers == {"longitude": Decimal("113.5")}
    assert row.plan.texts == {"physical_goal": "路基完成", "category": "CONTINUING", "completes_this_year": "no"}
    assert row.plan.amounts == {"annual_plan_amount": Decimal(3000), "month_3": Decimal(250)}
    assert row.plan.dates == {"planned_start_on": date(2025, 3, 1), "planned_finish_on": date(2027, 6, 30)}
    assert row.plan.vague["planned_start_on"] == "2025.3-2027.6"
    assert (row.people.texts, row.reported.texts) == ({"linked_leader": "王某某"}, {"delay_reason": "征地"})
    assert row.reported.numbers == {"plan_rate": Decimal("12.5")}
    assert {problem.code for problem in problems} == {Code.VAGUE_DATE}


def test_a_row_has_the_milestones_of_which_it_says_anything():
    [node] = read()[0].milestones
    assert (node.project_key, node.milestone_key, node.name) == ("滨河路", "主体封顶", "主体封顶")
    assert (node.stage, node.status) == ("MAIN_CONSTRUCTION", None)
    assert node.dates == {"planned_on": date(2026, 9, 30), "actual_on": None}
    assert node.vague == {"planned_on": "2026年9月底"}


@pytest.mark.parametrize(
    ("word", "status"), [("已完成", Status.COMPLETE), ("正在推进", Status.IN_PROGRESS), ("2026-03-01", None)]
)
def test_a_word_for_a_finish_is_a_status(word, status):
    row, problems = read(封顶实际=word)
    assert row.milestones[0].status is status
    assert not [problem for problem in problems if problem.column == "封顶实际"]


@pytest.mark.parametrize(
    ("column", "value", "code", "said"),
    [
        ("封顶计划", "2026年9月底", Code.VAGUE_DATE, "写的是“2026年9月底”，不是确切日期，按 2026-09-30 登记，请核实"),
        ("封顶计划", 2026.1, Code.VAGUE_DATE, "按 2026-01-31 登记，也可能是 10 月"),
        ("封顶计划", "尽快", Code.BAD_DATE, "按没有日期处理"),
        ("总投资", "约三亿", Code.BAD_AMOUNT, "按没有金额处理"),
        ("总投资", "Exempt under Section 26", Code.CODED, "填的是代码，没有金额：不公开"),
        ("经度", "1135", Code.BAD_NUMBER, "不是合理的经纬度"),
        ("完成率", "一半", Code.BAD_NUMBER, "不是能识别的百分数"),
        ("类别", "收尾", Code.UNKNOWN_VALUE, "不在对应表内"),
        ("目标", "路" * 301, Code.TOO_LONG, "只登记前 300 字"),
    ],
)
def test_a_bad_cell_is_named_and_the_row_stays(column, value, code, said):
    row, problems = read(**{column: value})
    assert row.project["name"] == "滨河路"
    [problem] = [problem for problem in problems if problem.column == column]
    assert (problem.row, problem.code) == (5, code)
    assert said in problem.message


def test_a_dash_is_nothing_and_a_code_says_there_is_no_date_yet():
    row, problems = read(开工="未定", 总投资="/", 年限="/")
    assert (row.facts.amounts["total_investment"], row.facts.nothing) == (None, {"started_on"})
    assert not [problem for problem in problems if problem.column in {"开工", "总投资", "年限"}]


def test_rows_that_are_no_projects_are_told_and_reject_nothing(tmp_path):
    path = tmp_path / "ledger.csv"
    head = list(ROW)
    rows = [["合计", *[""] * 16], ["一、民生（1个）", *[""] * 16], list(ROW.values())]
    path.write_bytes(as_csv(*rows, header=head))
    mapping = ledgers.mapping_of(json.dumps(MAPPING))
    table = open_table(path, mapping.layout)
    mapping.check_columns(table.columns)
    reader = ProjectRowReader(mapping, len(table.columns))
    total, section, project = [reader.read(raw) for raw in table.rows()]
    assert [(found, problems[0].code, problems[0].rejected) for found, problems in (total, section)] == [
        (None, Code.TOTAL, False),
        (None, Code.SECTION, False),
    ]
    assert project[0].project["focus_area"] == "LIVELIHOOD"


def changed(path: str, value: object) -> dict:
    mapping = copy.deepcopy(MAPPING)
    *way, last = path.split(".")
    place = mapping
    for step in way:
        place = place[step]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return mapping


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("year", None, "（plan）：有年度计划的列，须在顶层写明年份"),
        ("year", 26, "（year）：应为 1900 至 2100 的整数"),
        ("facts.total_invest", "总投资", "没有“total_invest”这一项，是否想写“total_investment”？"),
        ("plan.category", {"column": "类别", "values": {"收尾": "竣工"}}, "“竣工”不可用，可用的有：CONTINUING、续建"),
        ("reported.plan_rate", {"column": "完成率", "unit": "元"}, "“元”不可用，可用的有：percent、ratio"),
        ("milestones", {}, "（milestones）：应为至多 60 组的列表"),
        ("milestones", [{"name": "封顶", "stage": "收尾", "planned_on": "a"}], "（milestones.1.stage）：“收尾”不可用"),
        ("milestones", [{"name": "封顶", "stage": "主体施工"}], "（milestones.1）：至少写一列日期"),
        ("milestones", [MAPPING["milestones"][0]] * 2, "（milestones.1）：节点“主体封顶”写了两遍"),
        ("milestone", {}, "没有“milestone”这一项，是否想写“milestones”？"),
        ("project.total_investment", "sum_of_budgets", "没有“total_investment”这一项"),
        ("file.sections", "yes", "（file.sections）：应为 true（是）或 false（否）"),
        ("file.header_rows", 4, "（file.header_rows）：应为 1 至 3 的整数"),
    ],
)
def test_what_is_wrong_in_a_mapping_is_said_with_its_place(path, value, said):
    with pytest.raises(WrongMapping) as refusal:
        ledgers.mapping_of(json.dumps(changed(path, value)))
    assert said in refusal.value.message


def test_section_columns_stand_only_where_sections_are_read():
    with pytest.raises(RuleViolation, match="文件中没有这些列：“〔分组〕”"):
        ledgers.mapping_of(json.dumps(changed("file", {}))).check_columns(list(ROW))
