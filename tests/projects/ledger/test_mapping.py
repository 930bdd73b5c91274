"""A mapping is read strictly: what is wrong is said with what, where and how to mend it."""

import copy
import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.actions import ledgers
from projects.errors import RuleViolation
from projects.ledger.mapping import Meaning, WrongMapping
from tests.projects.ledger.samples import MAPPING

pytestmark = pytest.mark.core


def changed(path: str, value: object) -> dict:
    """The sample mapping with one place changed; ``None`` takes it away."""
    mapping = copy.deepcopy(MAPPING)
    *way, last = path.split(".")
    place = mapping
    for step in way:
        place = place.setdefault(step, {})
    if value is None:
        del place[last]
    else:
        place[last] = value
    return mapping


def read(mapping: dict):
    return ledgers.mapping_of(json.dumps(mapping))


def test_the_sample_is_right():
    mapping = read(MAPPING)
    assert mapping.source == "sample"
    assert mapping.project["focus_area"].constant == "LIVELIHOOD"
    assert mapping.milestone["stage"].values["结构"] == "MAIN_CONSTRUCTION"
    assert mapping.amounts["budget_amount"].unit == "元"
    assert mapping.raw == MAPPING


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("source", None, "（source）：不能空缺"),
        ("source", 5, "（source）：应为文字"),
        ("titel", "台账", "没有“titel”这一项，是否想写“title”？"),
        ("rows", "year", "（rows）：“year”不可用，可用的有：milestone、project"),
        ("project.key", [], "（project.key）：至少要写一项"),
        ("project.key", "编号", "（project.key）：应为文字的列表"),
        ("project.name", None, "（project）：缺少必要的项：name"),
        ("project.lead_uint", "单位", "是否想写“lead_unit”？"),
        (
            "project.focus_area",
            {"constant": "农业"},
            "（project.focus_area.constant）：“农业”不可用，可用的有：INDUSTRY",
        ),
        ("project.focus_area", {"column": "领域"}, "（project.focus_area）：须写 otherwise"),
        ("project.lead_unit", {"column": "单位"}, "（project.lead_unit）：须写 otherwise"),
        ("project.name", {"column": "名称", "constant": "甲"}, "三者写一个，且只写一个"),
        ("project.name", {"template": "没有列"}, "花括号要成对，且至少引用一列"),
        ("project.name", {"template": "{名称"}, "花括号要成对"),
        ("milestone.stage", {"column": "节点", "values": {"a": "封顶"}, "otherwise": "主体施工"}, "“封顶”不可用"),
        ("milestone.status", {"column": "状态", "values": {"好": "done"}}, "“done”不可用，可用的有：not_started"),
        ("milestone.planned_on", {"column": "计划完成", "format": "%Y"}, "没有“format”这一项"),
        ("milestone.budget_amount", {"column": "概算", "unit": "美元"}, "“美元”不可用，可用的有：元"),
        ("date_formats", ["%m/%d"], "“%m/%d”不是完整的日期格式"),
        ("date_formats", ["%Q"], "“%Q”不是完整的日期格式"),
        ("file.encodings", ["ebcdic"], "不认识编码“ebcdic”，可用的有：utf-8"),
        ("file.header_row", 0, "应为 1 至 20 的整数"),
        ("file.header_row", True, "应为 1 至 20 的整数"),
        ("file.delimiter", "::", "分隔符只能是"),
        ("codes.PNS", {"means": "later"}, "（codes.PNS.means）：“later”不可用"),
        ("codes", ["PNS"], "（codes）：应写成一组"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(path, value, said):
    with pytest.raises(WrongMapping) as refusal:
        read(changed(path, value))
    assert said in refusal.value.message


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "第 1 行第 2 列起不是有效的 JSON"),
        ('{"source": "a", "source": "b"}', "“source”在同一组里写了两遍"),
        ('{"source": NaN}', "不能使用 NaN"),
        ("[1]", "（顶层）：应写成一组"),
        ("[" * 100_000, "不是有效的 JSON"),
        ('{"source": ' + "9" * 5_000 + "}", "不是有效的 JSON"),
        ('{"source": "\\ud800"}', "不是 UTF-8"),
        ('{"source": "\\u0000"}', "空字符"),
        (b"\xff\xfe{}", "不是 UTF-8"),
        ("x" * 1_000_001, "超过 1 MB"),
    ],
)
def test_what_is_no_json_is_refused(text, said):
    with pytest.raises(WrongMapping) as refusal:
        ledgers.mapping_of(text)
    assert said in refusal.value.message


def test_a_mark_before_the_json_is_no_harm():
    assert ledgers.mapping_of(b"\xef\xbb\xbf" + json.dumps(MAPPING).encode()).title == "样表"


def test_columns_the_file_lacks_are_named_with_their_likeness():
    with pytest.raises(WrongMapping, match="“计划完成”（文件中有“计划完成日”）"):
        read(MAPPING).check_columns(
            ["编号", "名称", "单位", "节点", "状态", "开始", "计划完成日", "实际完成", "概算", "完成"]
        )


def test_a_column_that_stands_twice_is_not_guessed():
    mapping = read(MAPPING)
    with pytest.raises(WrongMapping, match="重名的列：概算"):
        mapping.check_columns([*mapping.columns(), "概算"])


def test_codes_are_known_in_any_case_and_by_their_beginning():
    mapping = read(changed("codes", {"PNS": {"means": "not_started"}, "Exempt *": {"means": "coded"}}))
    assert mapping.stand_in("pns").means is Meaning.NOT_STARTED
    assert mapping.stand_in("Exempt under Section 26").means is Meaning.CODED
    assert mapping.stand_in("PNSX") is None


def test_every_mapping_that_comes_with_the_product_is_right(settings):
    files = list((settings.BASE_DIR / "docs" / "mappings").glob("*.json"))
    assert len(files) >= 3
    for file in files:
        mapping = ledgers.mapping_of(file.read_bytes())
        assert mapping.source == file.stem
        assert file.stem in ledgers.shipped()


def test_a_mapping_that_is_not_shipped_is_refused():
    with pytest.raises(RuleViolation, match=r"没有名为“\.\./x”的列对应"):
        ledgers.shipped_mapping("../x")


JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=10,
)
PLACES = ["source", "project", "project.key", "project.name", "project.focus_area", "project.code_prefix", "milestone",
          "milestone.stage", "milestone.planned_on", "milestone.budget_amount", "codes", "codes.PNS", "file",
          "file.encodings", "date_formats", "amount_unit"]  # fmt: skip


@given(st.sampled_from(PLACES), JSON.filter(lambda value: value is not None))
def test_anything_in_any_place_is_read_or_refused_in_words(path, value):
    with suppress(WrongMapping):
        assert read(changed(path, value)).source


@given(st.binary(max_size=200) | st.text(max_size=200))
def test_any_bytes_are_a_mapping_or_refused_in_words(content):
    with pytest.raises(WrongMapping):
        ledgers.mapping_of(content)


def test_the_examples_in_the_description_are_right(settings):
    described = (settings.BASE_DIR / "docs" / "mappings" / "README.md").read_text()
    examples = [part.split("```")[0] for part in described.split("```json")[1:]]
    assert [ledgers.mapping_of(example).source for example in examples] == ["district-2026", "year-plan-2026"]
