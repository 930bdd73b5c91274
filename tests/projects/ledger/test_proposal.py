"""A file nobody has described: what it seems to be, what is doubtful, and the mapping that comes of it."""

import json
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projects.actions import ledgers
from projects.ledger.drafts import Assignment, Draft, draft_of, renamed
from projects.ledger.files import open_table
from projects.ledger.mapping import PARTS, Rows, WrongMapping
from projects.ledger.problems import Code, UnreadableLedger
from projects.ledger.project_rows import ProjectRowReader
from tests.projects.ledger.samples import MAPPING as OF_MILESTONES
from tests.projects.ledger.samples import as_csv
from tests.projects.ledger.test_layout import office_sheet
from tests.projects.ledger.test_project_rows import MAPPING as OF_PROJECTS

pytestmark = pytest.mark.core


@pytest.fixture
def proposed(tmp_path):
    def of(content: bytes, year: int = 2026):
        path = tmp_path / "ledger"
        path.write_bytes(content)
        return ledgers.proposed(ledgers.opened(path), year=year)

    return of


def targets(proposal):
    return {guess.column: guess.target for guess in proposal.guesses}


def drafted(proposal):
    draft = proposal.draft(source="office", lead_unit="区重点办", focus_area="基础设施")
    return ledgers.mapping_of(json.dumps(draft.json()))


def test_the_monthly_report_is_understood_as_it_stands(proposed, tmp_path):
    proposal = proposed(office_sheet())
    layout = proposal.layout
    assert (layout.header_row, layout.header_rows, layout.has_sections, layout.fills_merged) == (3, 2, True, True)
    assert (proposal.title, proposal.year, proposal.unit, proposal.key) == (
        "2026年重点项目月报表",
        2026,
        "万元",
        ("项目名称",),
    )
    assert targets(proposal) == {
        "序号": "",
        "项目名称": "project.name",
        "总投资": "facts.total_investment",
        "当年完成情况/3月完成投资": "reported.period_amount",
        "当年完成情况/1–3月累计完成投资": "reported.ytd_amount",
        "当年完成情况/1–3月工程形象进度": "reported.physical_progress",
        "牵头单位": "project.lead_unit",
        "〔分组一〕": "project.level",
        "〔分组二〕": "plan.category",
    }
    assert proposal.unmapped == ("序号",)
    assert proposal.doubts == ("没有重点领域列，请指定这份台账归入哪个领域。",)

    mapping = drafted(proposal)
    table = open_table(tmp_path / "ledger", mapping.layout)
    mapping.check_columns(table.columns)
    reader = ProjectRowReader(mapping, len(table.columns))
    rows = [row for row, _ in map(reader.read, table.rows()) if row]
    assert [(row.project["name"], row.project["level"], row.plan.texts["category"]) for row in rows] == [
        ("滨河路工程", "CITY", "CONTINUING"),
        ("十二中学", "CITY", "PRELIMINARY"),
        ("三类人员安置房", "DISTRICT", ""),
    ]


HEAD = [
    "序号",
    "项目名称",
    "总投资（亿元）",
    "拟开工时间",
    "竣工时间",
    "分月计划/3月",
    "主体封顶/计划时间",
    "主体封顶/责任人",
    "占年计划%",
    "业主单位/名称",
]
ROW = ["1", "滨河路", "1.2", "2026年3月", "2027.6", "300", "2026年9月底", "王某", "25%", "城投"]


def test_what_is_doubtful_is_said(proposed):
    proposal = proposed(as_csv(ROW, header=HEAD))
    assert [guess.target for guess in proposal.guesses] == [
        "", "project.name", "facts.total_investment", "plan.planned_start_on", "plan.planned_finish_on", "plan.month_3",
        "milestones.主体封顶.planned_on", "", "reported.plan_rate", "project.owner_org",
    ]  # fmt: skip
    assert [(guess.column, guess.why) for guess in proposal.guesses if guess.is_doubtful] == [
        ("竣工时间", "列名可以有几种含义")
    ]
    assert next(guess.unit for guess in proposal.guesses if guess.target == "facts.total_investment") == "亿元"
    assert "没有牵头单位列，请指定这份台账归哪个单位。" in proposal.doubts
    assert "没有写明年份，只写月日的日期按所选年份处理，请核对。" in proposal.doubts
    assert drafted(proposal).nodes[0].name == "主体封顶"


def test_two_columns_for_one_thing_are_not_both_taken(proposed):
    proposal = proposed(as_csv(["甲", "1", "2"], header=["项目名称", "总投资", "项目总投资"]))
    assert targets(proposal) == {"项目名称": "project.name", "总投资": "facts.total_investment", "项目总投资": ""}
    assert proposal.guesses[2].why == "另有一列更像这一项"


def test_a_column_whose_content_speaks_against_its_name_is_doubtful(proposed):
    proposal = proposed(
        as_csv(["甲", "待定", "收尾"], ["乙", "另行报送", "续建"], header=["项目名称", "总投资", "计划类别"])
    )
    money, category = proposal.guesses[1:]
    assert (money.is_doubtful, money.unknown) == (True, ("待定", "另行报送"))
    assert category.values == {**{word: word for word in category.values}, "收尾": "续建"}


def test_a_ledger_of_milestones_is_told_from_one_of_projects(proposed):
    head = ["项目名称", "牵头单位", "节点名称", "计划完成时间", "实际完成时间"]
    proposal = proposed(
        as_csv(["甲", "区住建局", "封顶", "3/28/2026", ""], ["甲", "区住建局", "验收", "4/1/2026", ""], header=head)
    )
    assert (proposal.rows, proposal.date_formats) == (Rows.MILESTONE, ("%m/%d/%Y",))
    assert drafted(proposal).milestone_key == ("节点名称",)


def test_a_key_that_does_not_tell_projects_apart_is_a_doubt(proposed):
    proposal = proposed(as_csv(["甲", "1"], ["甲", "2"], header=["项目名称", "总投资"]))
    assert "“项目名称”有重复或空缺，请核对用哪些列识别项目。" in proposal.doubts
    both = proposed(as_csv(["甲", "区住建局"], ["甲", "区水利局"], header=["项目名称", "牵头单位"]))
    assert both.key == ("项目名称", "牵头单位")


def test_dates_that_can_be_read_two_ways_are_a_doubt(proposed):
    proposal = proposed(as_csv(["甲", "3/4/2026"], header=["项目名称", "拟开工时间"]))
    assert "形如 3/4/2026 的日期分不清月和日，暂按先月后日处理，请核对。" in proposal.doubts


def test_a_file_without_a_table_is_refused(proposed):
    with pytest.raises(UnreadableLedger, match="没有找到表头"):
        proposed("甲\n乙\n".encode())


def test_an_edition_a_month_later_is_read_by_the_same_mapping():
    mapping = {"project": {"key": ["项目名称"]}, "reported": {"ytd_amount": {"column": "1-3月累计完成投资"}}}
    later = renamed(mapping, ["项目 名称", "1-4月累计完成投资", "4月完成投资"])
    assert later == {"project": {"key": ["项目 名称"]}, "reported": {"ytd_amount": {"column": "1-4月累计完成投资"}}}


@pytest.mark.parametrize("mapping", [OF_MILESTONES, OF_PROJECTS], ids=["milestones", "projects"])
def test_a_mapping_comes_back_from_its_draft_with_the_same_meaning(mapping):
    draft = draft_of(mapping)
    assert draft_of(draft.json()) == draft
    before, after = ledgers.mapping_of(json.dumps(mapping)), ledgers.mapping_of(json.dumps(draft.json()))
    assert {**vars(after), "raw": None} == {**vars(before), "raw": None}


FIELDS = [f"{part}.{name}" for part, known in PARTS.items() for name in known.names()]
SPECS = st.fixed_dictionaries({"column": st.text(min_size=1, max_size=5)}, optional={"unit": st.just("万元")})
STAGES = st.dictionaries(st.text(min_size=1, max_size=6), st.just("主体施工"), max_size=3)


@settings(max_examples=40)
@given(st.lists(st.tuples(st.sampled_from(FIELDS), SPECS), unique_by=lambda one: one[0]), STAGES, SPECS)
def test_any_draft_comes_back_from_its_json(fields, stages, spec):
    nodes = [Assignment(f"milestones.{name}.planned_on", spec) for name in stages]
    parts = {target.partition(".")[0] for target, _ in fields}
    draft = Draft(
        {"source": "s", **{part: {} for part in parts}}, (*(Assignment(*one) for one in fields), *nodes), stages
    )
    back = draft_of(draft.json())
    assert back.json() == draft.json()
    assert set(map(str, back.assignments)) == set(map(str, draft.assignments))


CELLS = st.sampled_from(
    [
        "项目名称",
        "总投资",
        "计划开工",
        "节点",
        "合计",
        "一、市本级（2项）",
        "",
        "3月",
        "2026.3",
        "注：",
        "甲",
        "0",
        "单位：亿元",
    ]
)


@settings(max_examples=40)
@given(st.lists(st.lists(CELLS | st.text(max_size=6), min_size=1, max_size=6), min_size=1, max_size=8))
def test_any_table_gives_a_proposal_that_can_be_read_or_a_message(tmp_path_factory, rows):
    path = tmp_path_factory.getbasetemp() / "proposed"
    path.write_bytes(as_csv(*rows[1:], header=rows[0]).replace(b"\x00", b""))
    with suppress(UnreadableLedger, WrongMapping):
        proposal = ledgers.proposed(ledgers.opened(path), year=2026)
        taken = [guess.target for guess in proposal.guesses if guess.target]
        assert len(set(taken)) == len(taken)
        if "project.name" in taken:
            mapping = drafted(proposal)
            table = open_table(path, mapping.layout)
            reader = ProjectRowReader(mapping, len(table.columns)) if mapping.rows is Rows.PROJECT else None
            for raw in table.rows() if reader else ():
                row, problems = reader.read(raw)
                assert row or problems
                assert all(problem.code in Code for problem in problems)


WORKBOOK = office_sheet()
DAMAGE = st.lists(st.tuples(st.integers(0, len(WORKBOOK) - 1), st.integers(0, 255)), max_size=8)


def damaged(places: list[tuple[int, int]]) -> bytes:
    content = bytearray(WORKBOOK)
    for place, byte in places:
        content[place] = byte
    return bytes(content)


@settings(max_examples=60)
@given(st.binary(max_size=500) | DAMAGE.map(damaged) | st.binary(max_size=60).map(b'{"features": ['.__add__))
def test_any_bytes_give_a_proposal_or_a_message(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "any-proposed"
    path.write_bytes(content)
    with suppress(UnreadableLedger):
        assert ledgers.proposed(ledgers.opened(path), year=2026).layout.header_row
