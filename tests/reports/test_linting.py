"""公文体检: one thing wrong, one finding that says where and how to mend it; the drafted words have none."""

from dataclasses import replace

import pytest

from reports.bulletin import Section
from reports.bulletin_figures import figures
from reports.linting import chinese, lint
from reports.official import Form
from tests.reports import registered_papers as made

pytestmark = pytest.mark.core


def found(*texts, **more):
    """Rules and severity of the findings in a paper of these sections."""
    sections = tuple(Section(f"s{n}", f"{chinese(n)}、部分", text) for n, text in enumerate(texts, start=1))
    return [(each.rule, each.is_error) for each in lint(made.registered(sections=sections, **more))]


@pytest.mark.parametrize("whole", [made.registered(), made.erratum()], ids=["bulletin", "erratum"])
def test_what_the_system_drafts_has_no_error(whole):
    assert [each for each in lint(whole) if each.is_error] == []


def test_every_single_altered_digit_in_the_prose_is_caught():
    whole = made.registered()
    printed = figures(whole.bulletin)["全区·投资完成率"].printed
    assert found(f"投资完成率{printed}。") == []
    for place, digit in enumerate(printed):
        if digit.isdigit():
            other = printed[:place] + str((int(digit) + 1) % 10) + printed[place + 1 :]
            assert found(f"投资完成率{other}。") == [("number", True)]


@pytest.mark.parametrize(
    ("text", "findings"),
    [
        pytest.param("{全区·幸福指数}", [("token", True)], id="unknown-figure"),
        pytest.param("完成投资12.34亿元。", [("number", True)], id="foreign-amount"),
        pytest.param("共有987个项目。", [("number", False)], id="foreign-count"),
        pytest.param("3个月内、5个工作日内办结。", [], id="spans-of-time"),
        pytest.param("“完成投资12.34亿元”的说法有误。", [], id="quoted"),
        pytest.param("", [("section", True)], id="empty"),
        pytest.param("联系电话13812345678。", [("personal", True)], id="mobile"),
        pytest.param("按照示政办发[2026]3号文件。", [("numbering", True)], id="brackets"),
        pytest.param("按照示政办发〔2026〕03号文件。", [("numbering", True)], id="leading-zero"),
        pytest.param("（一）甲。\n（三）乙。", [("heading", True)], id="second-level"),
        pytest.param("1.甲。\n3.乙。", [("heading", True)], id="third-level"),
        pytest.param("进展顺利,但有滞后。", [("sign", False)], id="half-width"),
        pytest.param("字" * 4001, [("length", False)], id="too-long"),
    ],
)
def test_one_thing_wrong_in_the_text_is_one_finding(text, findings):
    assert found(text) == findings


@pytest.mark.parametrize(
    ("more", "findings"),
    [
        pytest.param({"title": "关于2026年10月项目的情况"}, [("title", True)], id="not-a-bulletin"),
        pytest.param({"title": ""}, [("title", True)], id="no-title"),
        pytest.param({"addressee": "各镇"}, [("addressee", True)], id="no-colon"),
        pytest.param({"addressee": ""}, [("addressee", True)], id="no-addressee"),
        pytest.param({"number": "示政办发[2026]12号"}, [("numbering", True)], id="brackets"),
        pytest.param({"number": "示政办发〔2026〕第12号"}, [("numbering", True)], id="with-第"),
        pytest.param({"number": ""}, [], id="not-numbered-yet"),
        pytest.param({"form": Form.BRIEF.value, "number": "第9期", "addressee": ""}, [], id="brief"),
        pytest.param({"copies": 0}, [("copies", False)], id="no-copies"),
    ],
)
def test_one_thing_wrong_around_the_text_is_one_finding(more, findings):
    assert found("进展顺利。", **more) == findings


def test_headings_count_on():
    whole = made.registered(sections=(Section("a", "一、甲", "甲。"), Section("b", "三、乙", "乙。")))
    (finding,) = lint(whole)
    assert (finding.where, finding.is_error) == ("三、乙", True)
    assert "“二、”" in finding.what


def test_a_finding_says_where_and_how_to_mend_it():
    whole = replace(made.registered(), addressee="各镇")
    (finding,) = lint(whole)
    assert finding.where == "主送机关"
    assert "请补上" in finding.what


@pytest.mark.parametrize(("number", "said"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (35, "三十五")])
def test_headings_are_numbered_in_chinese(number, said):
    assert chinese(number) == said
