"""结果运用规则: what proposes which measure, and in which words."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduling.measure_rules import (
    INITIAL,
    Level,
    Rule,
    Side,
    Situation,
    Trigger,
    as_text,
    faults,
    gaps,
    in_a_row,
    of_text,
    proposed,
)

pytestmark = pytest.mark.core
LIGHTS = st.lists(st.sampled_from(["GREEN", "BLUE", "YELLOW", "RED", "NONE", "PAUSED"]), max_size=8).map(tuple)


def level_of(side=Side.STRICT, rules=INITIAL, **situation):
    found = proposed(Situation(**situation), rules, side)
    return found and found.level


@pytest.mark.parametrize(
    ("situation", "level"),
    [
        pytest.param({"lights": ("GREEN", "RED", "RED")}, None, id="red-is-over"),
        pytest.param({"lights": ("YELLOW",)}, None, id="one-yellow"),
        pytest.param({"lights": ("YELLOW", "RED")}, Level.REMINDER, id="two-yellow-or-red"),
        pytest.param({"lights": ("RED",)}, Level.REMINDER, id="one-red"),
        pytest.param({"lights": ("RED", "RED")}, Level.INTERVIEW, id="two-reds"),
        pytest.param({"lights": ("RED", "PAUSED", "RED")}, Level.REMINDER, id="a-pause-ends-the-row"),
        pytest.param({"lights": ("RED",) * 3}, Level.RECTIFICATION, id="three-reds"),
        pytest.param({"lights": ("RED",) * 6}, Level.LISTED_SUPERVISION, id="six-reds"),
        pytest.param({"lights": ("RED",) * 24}, Level.REMOVAL, id="two-years"),
        pytest.param({"replans": 3}, Level.INTERVIEW, id="three-re-plans"),
        pytest.param({"late_decisions": 3, "late_decision_days": 14}, Level.REMINDER, id="three-late-decisions"),
        pytest.param({"late_decisions": 1, "late_decision_days": 30}, Level.INTERVIEW, id="one-very-late"),
        pytest.param({"lights": ("GREEN",) * 5, "open_problems": 4}, Level.REMINDER, id="on-time-with-many-problems"),
        pytest.param({"lights": ("GREEN",) * 5, "problem_days": 90}, Level.REMINDER, id="on-time-with-an-old-problem"),
        pytest.param({"broken": (Level.INTERVIEW,)}, Level.RECTIFICATION, id="a-broken-undertaking-goes-up"),
        pytest.param({"broken": (Level.REMOVAL,)}, Level.REMOVAL, id="the-top-stays-the-top"),
    ],
)
def test_what_is_proposed_of_those_called_in(situation, level):
    assert level_of(**situation) == level


@pytest.mark.parametrize(
    ("situation", "level"),
    [
        pytest.param({"lights": ("GREEN",) * 6}, Level.COMMENDATION, id="six-green-months"),
        pytest.param({"lights": ("GREEN",) * 5}, None, id="five-are-too-few"),
        pytest.param({"lights": ("GREEN",) * 6, "late_decisions": 1}, None, id="not-with-a-late-decision"),
        pytest.param({"lights": ("GREEN",) * 6, "solved_late": 1}, None, id="not-with-a-problem-solved-late"),
        pytest.param({"lights": ("GREEN",) * 6, "late_problems": 1}, None, id="not-with-a-late-problem"),
        pytest.param({"gap_pp": Decimal("12"), "is_early": True}, Level.REWARD, id="ahead-and-early"),
        pytest.param({"gap_pp": Decimal("12")}, None, id="ahead-but-not-early"),
        pytest.param({"gap_pp": Decimal("35"), "is_early": True}, Level.FUND_PREFERENCE, id="far-ahead"),
        pytest.param({"gap_pp": None, "is_early": True}, None, id="no-plan-no-gap"),
    ],
)
def test_what_is_proposed_of_those_praised(situation, level):
    assert level_of(Side.KIND, **situation) == level


def test_the_sentence_says_why_with_its_numbers_and_names_what_else_speaks_for_it():
    situation = Situation(
        lights=("RED", "RED"), late_decisions=4, late_decision_days=9, open_problems=5, late_problems=2
    )
    found = proposed(situation, INITIAL, Side.STRICT)
    assert found.in_words() == (
        "连续 2 个月亮红灯，达到“连续亮红灯 2 个月”的规定；同时逾期未办结的交办事项 4 项，最长逾期 9 天，"
        "未解决的问题 5 个，其中超过需解决日期 2 个。"
    )


def test_praise_says_its_numbers_too():
    found = proposed(Situation(gap_pp=Decimal("12.34"), is_early=True), INITIAL, Side.KIND)
    assert found.in_words().startswith("较同期计划超 12.3 个百分点，并提前开工或竣工，达到")


@given(LIGHTS)
def test_one_more_red_month_never_makes_it_milder(lights):
    before, after = level_of(lights=lights), level_of(lights=("RED", *lights))
    assert after is not None
    if before and in_a_row(lights, "RED"):
        assert after.height >= before.height


@given(LIGHTS, st.integers(0, 9), st.integers(0, 60))
def test_nobody_is_called_in_and_praised_for_the_same_lights(lights, late_decisions, days):
    case = {"lights": lights, "late_decisions": late_decisions, "late_decision_days": days if late_decisions else 0}
    assert not (level_of(**case) and level_of(Side.KIND, **case))


def test_the_initial_edition_is_sound_and_survives_being_written_down():
    assert not list(faults(INITIAL))
    assert of_text(as_text(INITIAL)) == INITIAL
    assert len({rule.key for rule in INITIAL}) == len(INITIAL)


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        pytest.param(INITIAL[:3], "“表扬支持”没有规则", id="one-side-empty"),
        pytest.param((*INITIAL, Rule(Trigger.RED_MONTHS, 2, Level.REMINDER)), "有两条规则", id="twice"),
        pytest.param((*INITIAL, Rule(Trigger.RED_MONTHS, 4, Level.INTERVIEW)), "不比", id="milder-the-longer"),
        pytest.param((*INITIAL, Rule(Trigger.REPLANS, 9, Level.REWARD)), "不能建议奖励", id="wrong-side"),
        pytest.param((*INITIAL, Rule(Trigger.REPLANS, 9, None)), "须写明建议的措施", id="no-level"),
        pytest.param((*INITIAL, Rule(Trigger.OPEN_PROBLEMS, 0, Level.REMINDER)), "1 个及以上", id="always"),
    ],
)
def test_rules_with_a_fault_are_told_so(rules, said):
    assert any(said in fault for fault in faults(rules))


def test_what_an_edition_leaves_out_is_told_before_it_is_adopted():
    rules = tuple(rule for rule in INITIAL if rule.trigger is not Trigger.OPEN_PROBLEMS)
    assert list(gaps(rules)) == ["“未解决的问题”不作为依据。"]
