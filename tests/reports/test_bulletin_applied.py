"""通报的结果运用和观摩好做法: told with projects and units, every number a figure of the paper."""

from dataclasses import replace
from datetime import date

import pytest

from reports import bulletin_prose
from reports.bulletin import ItemLine, MeasureLine, PracticeLine, Project
from reports.bulletin_figures import figures, with_figures
from reports.linting import lint
from tests.reports.registered_papers import bulletin, registered

pytestmark = pytest.mark.core
BRIDGE = Project(1, "ZD-1", "滨河路大桥", "区交通局")
SCHOOL = Project(2, "ZD-2", "第3中学", "区教育局")
TOLD = (
    MeasureLine(BRIDGE, "约谈", "×重点督〔2026〕1号", date(2026, 10, 9)),
    MeasureLine(SCHOOL, "约谈", "×重点督〔2026〕2号", date(2026, 10, 12)),
    MeasureLine(SCHOOL, "表扬", "×重点督〔2026〕3号", date(2026, 10, 20)),
)
BROKEN = (ItemLine(BRIDGE, "约谈", "增加20名工人", date(2026, 10, 15)),)
SEEN = (PracticeLine(SCHOOL, "样板先行", "先做样板间，节约工期20天"),)
EVERY = replace(bulletin(), measures=TOLD, broken=BROKEN, closed=BROKEN, practices=SEEN)


def said(whole):
    named = figures(whole)
    return {each.key: with_figures(each.text, named) for each in bulletin_prose.sections(whole)}


def test_who_was_called_in_and_praised_stands_by_kind_with_project_and_unit():
    text = said(EVERY)["measures"]
    assert "10月共采取措施3项" in text
    assert "约谈2个：“滨河路大桥”（区交通局）、“第3中学”（区教育局）" in text
    assert "表扬1个：“第3中学”（区教育局）" in text
    assert "到期未兑现的承诺、整改事项1项：“滨河路大桥”（区交通局）“增加20名工人”，期限10月15日" in text
    assert "经复查销号的承诺、整改事项1项" in text


def test_good_practice_says_what_where_and_whom_to_ask():
    text = said(EVERY)["practices"]
    assert text == "“样板先行”（“第3中学”，区教育局）。主要做法是“先做样板间，节约工期20天”，可向区教育局了解。"


def test_a_month_without_any_says_nothing_of_it():
    assert not {"measures", "practices"} & said(bulletin()).keys()


def test_the_linter_knows_its_numbers_and_lets_others_words_be():
    paper = registered(EVERY, sections=bulletin_prose.sections(EVERY))
    assert not [each for each in lint(paper) if each.where.endswith(("结果运用", "观摩好做法"))]
