"""合理性提示: a clean week raises no doubt; each contradiction is found, with its number."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from scheduling.plausibility import Node, Report, Said, flags

MARCH = date(2026, 3, 31)
CLEAN = Report(
    amount=Decimal(100),
    physical_progress="主体施工至三层",
    physical_percent=Decimal(40),
    earlier=[
        Said(Decimal(90), "主体施工至二层", Decimal(38)),
        Said(Decimal(110), "主体施工至一层", Decimal(36)),
        Said(Decimal(100), "基础完成", Decimal(34)),
    ],
    year_before=Decimal(300),
    since_start_before=Decimal(3900),
    total_investment=Decimal(10_000),
    target=Decimal(110),
    nodes=[Node("主体封顶", MARCH, forecast_on=MARCH)],
)


def codes(report):
    return [flag.code for flag in flags(report)]


@pytest.mark.parametrize(
    ("code", "said", "words"),
    [
        ("REDUCTION", {"amount": Decimal(-30), "reduction_reason": "审计核减"}, "由 300 万元降为 270 万元"),
        ("JUMP", {"amount": Decimal("310"), "target": None}, "是前 3 期平均数 100 万元的 3.1 倍"),
        ("BEYOND_TARGET", {"amount": Decimal(221)}, "是周目标 110 万元的 2.0 倍"),
        ("BEYOND_TOTAL", {"total_investment": Decimal(3950), "physical_percent": None}, "超出 50 万元"),
        ("RATE_GAP", {"since_start_before": Decimal(6000)}, "投资比形象进度高 21.0 个百分点"),
        ("RATE_GAP", {"since_start_before": Decimal(1880)}, "投资比形象进度低 20.2 个百分点"),
        ("PERCENT_FALLS", {"physical_percent": Decimal("37.9")}, "由上次的 38.0% 降为 37.9%"),
        ("NO_EVIDENCE", {"nodes": [Node("主体封顶", MARCH, actual_on=MARCH)]}, "没有写明依据"),
        (
            "LATE_WITHOUT_PROBLEM",
            {"nodes": [Node("主体封顶", MARCH, forecast_on=MARCH + timedelta(days=9))]},
            "晚 9 天",
        ),
        (
            "COMPLETE_WITH_OPEN",
            {"physical_percent": Decimal(100), "since_start_before": Decimal(9800)},
            "还有 1 个节点没有完成：主体封顶",
        ),
    ],
)
def test_each_contradiction_is_found_alone_and_with_its_number(code, said, words):
    assert flags(CLEAN) == []
    [flag] = flags(replace(CLEAN, **said))
    assert flag.code == code
    assert words in flag.text


def test_money_of_two_periods_under_the_same_words_is_doubted():
    same = [Said(said.amount, CLEAN.physical_progress, said.physical_percent) for said in CLEAN.earlier]
    assert codes(replace(CLEAN, earlier=same)) == ["SAME_WORDS"]
    assert "连续两期共完成投资 190 万元" in flags(replace(CLEAN, earlier=same))[0].text
    assert codes(replace(CLEAN, earlier=[same[0], *CLEAN.earlier[1:]])) == []  # one period may be within a floor
    assert codes(replace(CLEAN, earlier=same, amount=Decimal(0))) == []


def test_who_names_the_problem_may_expect_to_be_late():
    late = [Node("主体封顶", MARCH, forecast_on=MARCH + timedelta(days=9))]
    assert codes(replace(CLEAN, nodes=late, problems="钢筋供应不足")) == []


def test_a_completion_with_its_evidence_is_believed():
    done = [Node("主体封顶", MARCH, actual_on=MARCH, evidence="监理验收单 3 号")]
    assert codes(replace(CLEAN, nodes=done)) == []


amounts = st.decimals("0", "100000", places=2)


@given(past=st.lists(amounts, min_size=0, max_size=4), amount=amounts)
def test_no_more_than_the_usual_is_never_a_jump(past, amount):
    earlier = [Said(each, f"第{number}层") for number, each in enumerate(past)]
    assume(not past or amount <= 3 * sum(past) / len(past))
    assert codes(Report(amount, "屋面", earlier=earlier)) == []


@given(start=amounts, weeks=st.lists(st.decimals("1", "100", places=2), min_size=1, max_size=20))
def test_steady_weeks_towards_the_total_raise_no_doubt(start, weeks):
    """Spent in proportion to what is built, never beyond twice the target."""
    total = start + sum(weeks)
    done, earlier = start, []
    for number, amount in enumerate(weeks):
        report = Report(
            amount,
            f"第 {number} 段",
            100 * (done + amount) / total,
            earlier=earlier[:1],
            year_before=done,
            since_start_before=done,
            total_investment=total,
            target=amount,
        )
        assert codes(report) == []
        done += amount
        earlier.insert(0, Said(amount, report.physical_progress, report.physical_percent))


@given(spent=st.decimals("0", "10000", places=2), percent=st.decimals("0", "100", places=2), amount=amounts)
def test_money_and_building_are_compared_exactly_at_twenty_points(spent, percent, amount):
    report = Report(amount, "主体", percent, since_start_before=spent, total_investment=Decimal(10_000))
    gap = abs((spent + amount) / 100 - percent)
    assert ("RATE_GAP" in codes(report)) == (gap > 20)
