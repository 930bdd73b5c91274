"""观摩候选条件: what is asked of a project, each with the sentence that says how it stands (domain §1.7)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduling.inspection_candidates import Facts, Quarter, Rule, Stand, candidacy

pytestmark = pytest.mark.core

RULE = Rule(Quarter(2026, 4), emphases=("COMPLETION",))
FIT = Facts(
    required=9,
    invested=Decimal(5000),
    total=Decimal(10000),
    started_on=date(2025, 3, 5),
    stat_entry_on=date(2025, 5, 1),
    planned_finish_on=date(2026, 12, 20),
    verdict="RECOMMENDED",
)


def reasons(facts=FIT, rule=RULE):
    return {reason.text: reason for reason in candidacy(facts, rule).reasons}


def test_a_project_that_meets_every_condition_is_eligible_and_says_of_each_how_it_stands():
    found = candidacy(FIT, RULE)
    assert found.is_eligible
    assert found.is_emphasised
    assert [reason.text for reason in found.reasons] == [
        "最近 4 轮未观摩",
        "具备开工条件，开工必备手续 9 项均已办结或不涉及",
        "累计完成投资占总投资 50.0%，不低于 33%",
        "牵头单位推荐",
        "计划 2026-12-20 竣工",
    ]


@pytest.mark.parametrize(
    ("facts", "text"),
    [
        pytest.param({"shown_in": ("前轮",)}, "前轮已观摩，最近 4 轮观摩过的不再入选", id="shown-lately"),
        pytest.param({"missing": ("环评",)}, "不具备开工条件，开工必备手续还差 1 项：环评", id="formalities"),
        pytest.param({"invested": Decimal(2740)}, "累计完成投资占总投资 27.4%，低于 33%", id="invested"),
        pytest.param({"invested": Decimal("3299.6")}, "累计完成投资占总投资 32.9960%，低于 33%", id="hardly-below"),
        pytest.param({"is_suspended": True}, "停缓建中", id="suspended"),
        pytest.param({"finished_on": date(2025, 12, 31)}, "2025-12-31 已竣工，不是本年度的在建项目", id="done"),
        pytest.param({"verdict": "NOT_RECOMMENDED", "opinion": "未平整"}, "牵头单位不推荐：未平整", id="department"),
        pytest.param({"required": 0}, "没有登记开工必备手续，无从判断是否具备开工条件", id="unknown-formalities"),
        pytest.param({"total": None}, "总投资未登记，无法计算累计完成投资占比", id="unknown-total"),
        pytest.param({"total": Decimal(0)}, "总投资未登记，无法计算累计完成投资占比", id="no-total"),
    ],
)  # fmt: skip
def test_what_speaks_against_a_project_excludes_it_in_words(facts, text):
    found = candidacy(replace(FIT, **facts), RULE)
    assert not found.is_eligible
    assert found.against == (text,)


def test_what_is_not_known_is_said_to_be_unknown_and_not_unmet():
    assert reasons(replace(FIT, total=None))["总投资未登记，无法计算累计完成投资占比"].stand is Stand.UNKNOWN


def test_a_third_is_enough_to_the_last_decimal():
    assert candidacy(replace(FIT, invested=Decimal(3300)), RULE).is_eligible


def test_what_the_rule_does_not_ask_for_is_not_spoken_of():
    rule = Rule(Quarter(2026, 4), rest_rounds=0, needs_formalities=False, least_invested=None)
    assert [*reasons(Facts(), rule)] == ["牵头单位尚未初审"]


def test_a_unit_that_has_not_spoken_yet_excludes_nothing():
    assert candidacy(replace(FIT, verdict=""), RULE).is_eligible


def test_a_quarter_that_looks_at_starts_does_not_ask_what_was_just_begun_to_be_a_third_done():
    begun = replace(FIT, started_on=date(2026, 2, 1), invested=Decimal(100))
    assert candidacy(begun, replace(RULE, emphases=("START",))).is_eligible
    assert not candidacy(begun, RULE).is_eligible


@pytest.mark.parametrize(
    ("emphasis", "facts", "stand"),
    [
        ("START", {"started_on": date(2026, 1, 1)}, Stand.MET),
        ("START", {"started_on": date(2025, 12, 31)}, Stand.UNMET),
        ("START", {"started_on": None}, Stand.UNMET),
        ("STATISTICS", {"stat_entry_on": date(2026, 9, 9)}, Stand.MET),
        ("STATISTICS", {"stat_entry_on": None}, Stand.UNMET),
        ("PROGRESS", {"light": "正常", "is_green": True}, Stand.MET),
        ("PROGRESS", {"light": "滞后"}, Stand.UNMET),
        ("PROGRESS", {}, Stand.UNKNOWN),
        ("COMPLETION", {"planned_finish_on": date(2026, 10, 1)}, Stand.MET),
        ("COMPLETION", {"planned_finish_on": date(2026, 9, 30)}, Stand.UNMET),
        ("COMPLETION", {"planned_finish_on": None}, Stand.UNKNOWN),
        ("COMPLETION", {"finished_on": date(2026, 10, 8)}, Stand.MET),
    ],
)
def test_an_emphasis_speaks_for_a_project_and_never_excludes_it(emphasis, facts, stand):
    found = candidacy(replace(FIT, **facts), replace(RULE, emphases=(emphasis,)))
    (reason,) = [each for each in found.reasons if each.is_emphasis]
    assert reason.stand is stand
    assert found.is_eligible
    assert found.is_emphasised == (stand is Stand.MET)


amounts = st.decimals(0, 10**6, places=4)


@given(invested=amounts, total=amounts, least=st.decimals(0, 100, places=2))
def test_the_printed_share_never_contradicts_the_verdict(invested, total, least):
    facts = replace(FIT, invested=invested, total=total)
    found = candidacy(facts, replace(RULE, least_invested=least))
    if total:
        assert found.is_eligible == (100 * invested / total >= least)
    else:
        assert not found.is_eligible
