"""亮灯 of a project's day: the worst dimension, what is unknown, until when it holds, and the sentence for it."""

import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projects.figures import rounded
from scheduling.light_evidence import full_months
from scheduling.light_presets import INITIAL, JINHUA, PUBLISHED, SANYA, WUHAN, XINHUANG, YINCHUAN
from scheduling.light_proof import prove
from scheduling.light_rules import Band, Dimension, Escalation, Light, Measure, Rule, RuleSet
from scheduling.light_sentences import figures_in, sentence
from scheduling.lights import judge, overall, restored, turns
from scheduling.project_day import NO_MONTHS, Overdue, ProjectDay, YearPlan
from scheduling.time_progress import TimeBasis

pytestmark = pytest.mark.core

DAY = timedelta(days=1)
SEPTEMBER_30 = date(2026, 9, 30)
EVENLY = (Decimal(1000),) * 10 + (Decimal(0),) * 2
DAYS = (
    Band(Light.GREEN, high=Decimal(0)),
    Band(Light.BLUE, Decimal(0), False, Decimal(7)),
    Band(Light.YELLOW, Decimal(7), False, Decimal(30)),
    Band(Light.RED, low=Decimal(30), low_closed=False),
)
PAID = (Band(Light.RED, high=Decimal(80), high_closed=False), Band(Light.GREEN, low=Decimal(80)))
# With the measures that no preset uses.
OTHERS = RuleSet(
    edition=3,
    name="另一区",
    source="",
    rules=(
        Rule(
            measure=Measure.GAP_PP,
            basis=TimeBasis.PLAN,
            target_percent=Decimal(110),
            bands=YINCHUAN.rules[0].bands,
            escalation=Escalation(Light.BLUE, 2, Light.RED),
        ),
        *(
            Rule(measure=measure, bands=DAYS)
            for measure in (
                Measure.START_DELAY_DAYS,
                Measure.MILESTONE_COUNT,
                Measure.PERMIT_COUNT,
                Measure.PROBLEM_COUNT,
            )
        ),
        Rule(measure=Measure.PAID_RATIO, bands=PAID),
        Rule(measure=Measure.DAYS_SINCE_REPORT, bands=DAYS),
    ),
)
# Each rule alone, so that none hides behind a worse one.
EVERY_RULE = [
    RuleSet(edition=place, name="", source="", rules=(rule,))
    for place, rule in enumerate(
        dict.fromkeys(rule for rules in (*PUBLISHED, INITIAL, OTHERS) for rule in rules.rules), start=1
    )
]


def a_plan(**fields):
    values = {"category": "NEW_START", "completes_this_year": False, "annual_amount": sum(EVENLY), "months": EVENLY}
    return YearPlan(**values | fields)


def a_day(**facts):
    values = {"on": SEPTEMBER_30, "plan": a_plan(), "reported_to": date(2026, 9, 25)}
    return ProjectDay(**values | facts)


def done(amount):
    return (Decimal(amount), *NO_MONTHS[1:])


def light_of(day, dimension, rules=INITIAL):
    return judge(day, rules).of(dimension).light


def said(day, dimension, rules=INITIAL):
    return sentence(judge(day, rules).of(dimension), on=day.on)


def test_the_rules_of_the_other_district_are_proved():
    assert prove(OTHERS) == ()


def test_it_says_why_it_is_red():
    months = (*(Decimal(600),) * 6, Decimal(500), *NO_MONTHS[7:])
    rules = replace(YINCHUAN, edition=3, rules=tuple(reversed(YINCHUAN.rules)))
    assert said(a_day(months_done=months), Dimension.INVESTMENT, rules) == (
        "年度计划 10,000 万元，应完成 7,500 万元（9 月序时 75%），实际 4,100 万元（41.00%），"
        "低 34.00 个百分点；规则第 3 版第 3 条"
    )


def test_it_says_for_how_many_months():
    months = (*(Decimal(500),) * 8, Decimal(100), *NO_MONTHS[9:])
    day = a_day(months_done=months)
    assert "（9 月序时 75%），实际 4,100 万元（41.00%），低 34.00 个百分点；" in said(
        day, Dimension.INVESTMENT, YINCHUAN
    )
    later = replace(day, on=date(2026, 10, 31))
    assert "低 42.33 个百分点，连续第 2 月；" in said(later, Dimension.INVESTMENT, YINCHUAN)


def test_half_a_month_is_said_to_be_one():
    assert "应完成 7,083.3333 万元（9 月上半月序时 70.83%）" in said(
        a_day(on=date(2026, 9, 16)), Dimension.INVESTMENT, YINCHUAN
    )


def test_days_late_are_those_of_the_day_it_is_read():
    late = Overdue("主体封顶", date(2026, 10, 20), date(2026, 10, 20))
    verdict = judge(a_day(on=date(2026, 10, 30), late_node=late), INITIAL).of(Dimension.MILESTONE)
    stored = json.loads(json.dumps(verdict.stored()))
    read_on = date(2026, 11, 6)
    assert sentence(restored(stored, on=read_on), on=read_on) == (
        "“主体封顶”应于 2026-10-20 完成，已逾期 17 天，超过 7 天；规则第 1 版第 3 条"
    )


@pytest.mark.parametrize(
    ("late", "words"),
    [
        pytest.param(None, "没有逾期的节点；", id="没有"),
        pytest.param(
            Overdue("封顶", date(2026, 10, 1), date(2026, 10, 1)), "“封顶”应于 2026-10-01 完成，未逾期；", id="未到"
        ),
        pytest.param(
            Overdue("封顶", date(2026, 9, 1), date(2026, 9, 11), 3),
            "“封顶”应于 2026-09-01 完成，扣除停缓建 10 天，已逾期 19 天，超过 7 天，共 3 项逾期；",
            id="扣除停缓建",
        ),
    ],
)
def test_it_says_which_node_is_late_and_how_many_more(late, words):
    assert said(a_day(late_node=late), Dimension.MILESTONE).startswith(words)


@pytest.mark.parametrize(
    ("facts", "dimension", "words"),
    [
        pytest.param({"plan": None}, Dimension.INVESTMENT, "未列入年度计划，无法判定", id="无计划"),
        pytest.param({"reported_to": None}, Dimension.INVESTMENT, "本年尚无已审核的填报，无法判定", id="未填报"),
        pytest.param(
            {"plan": a_plan(annual_amount=Decimal(0))}, Dimension.INVESTMENT, "年度计划投资为 0，无法判定", id="零"
        ),
        pytest.param({}, Dimension.START, "年度计划没有开工时间，无法判定", id="无开工时间"),
        pytest.param({}, Dimension.ENTRY, "尚未开工，无法判定", id="未开工"),
        pytest.param(
            {"plan": a_plan(category="CONTINUING", planned_start_on=date(2024, 3, 1))},
            Dimension.START,
            "续建项目没有登记开工日期，无法判定",
            id="续建无开工日期",
        ),
        pytest.param({"owes_reports": False}, Dimension.REPORT, "不要求填报，无法判定", id="不填报"),
    ],
)
def test_what_is_unknown_is_never_estimated(facts, dimension, words):
    assert light_of(a_day(**facts), dimension) is Light.NONE
    assert said(a_day(**facts), dimension) == words


def test_the_worst_dimension_is_the_light_of_the_project():
    late = Overdue("主体封顶", date(2026, 9, 20), date(2026, 9, 20))
    verdicts = judge(a_day(months_done=done(10000), late_node=late), INITIAL).verdicts
    assert overall(verdicts) is Light.YELLOW
    assert overall(verdicts, waived={Dimension.MILESTONE}) is Light.GREEN


def test_stale_figures_are_a_light_of_their_own():
    day = a_day(months_done=done(10000), missing_periods=5)
    assert light_of(day, Dimension.REPORT) is Light.RED
    assert overall(judge(day, INITIAL).verdicts) is Light.GREEN


def test_a_project_of_which_nothing_is_known_is_not_green():
    assert overall(judge(ProjectDay(on=SEPTEMBER_30), INITIAL).verdicts) is Light.NONE


def test_a_suspended_project_is_paused_whatever_is_late():
    late = Overdue("主体封顶", date(2026, 3, 1), date(2026, 3, 1))
    verdicts = judge(a_day(is_suspended=True, late_node=late), INITIAL).verdicts
    assert overall(verdicts, waived={Dimension.MILESTONE}) is Light.PAUSED


def test_months_in_a_row_make_it_worse_and_it_says_so():
    months = (*(Decimal(1000),) * 8, *NO_MONTHS[8:])
    first, second = (a_day(on=on, months_done=months) for on in (SEPTEMBER_30, date(2026, 10, 31)))
    rule = Rule(
        measure=Measure.GAP_PP,
        basis=TimeBasis.PLAN,
        bands=YINCHUAN.rules[0].bands,
        escalation=Escalation(Light.YELLOW, 2, Light.RED),
    )
    rules = RuleSet(edition=2, name="", source="", rules=(rule,))
    assert light_of(first, Dimension.INVESTMENT, rules) is Light.YELLOW
    assert light_of(second, Dimension.INVESTMENT, rules) is Light.RED
    assert "低 20.00 个百分点，连续第 2 月，满 2 个月加重为滞后；" in said(second, Dimension.INVESTMENT, rules)


@pytest.mark.parametrize(
    ("since", "on", "months"),
    [
        pytest.param(date(2026, 3, 10), date(2026, 3, 10), "0", id="当天"),
        pytest.param(date(2026, 3, 10), date(2026, 4, 9), "0.5", id="未满一月"),
        pytest.param(date(2026, 3, 10), date(2026, 4, 10), "1", id="满一月"),
        pytest.param(date(2026, 3, 10), date(2026, 5, 11), "2.5", id="超过两月"),
        pytest.param(date(2026, 1, 31), date(2026, 2, 28), "1", id="没有对应日"),
        pytest.param(date(2025, 11, 30), date(2026, 2, 28), "3", id="跨年"),
    ],
)
def test_a_month_ends_on_its_own_day_or_the_last(since, on, months):
    assert full_months(since, on=on) == Decimal(months)


AMOUNTS = st.decimals(0, 100_000, places=4)
NAMES = st.text(st.sampled_from("主体3#号楼封顶2026-01-02“”，"), min_size=1, max_size=12)


@st.composite
def days(draw):
    """A day of 2026 with facts of the two months before and, of what is due, the two after."""
    on = draw(st.dates(date(2026, 1, 1), date(2026, 12, 31)))
    near = st.integers(-60, 60).map(lambda ahead: on + DAY * ahead)
    before = st.none() | st.integers(-60, 0).map(lambda ahead: on + DAY * ahead)

    def late():
        due_on = draw(near)
        return Overdue(draw(NAMES), due_on, due_on + DAY * draw(st.integers(0, 20)), draw(st.integers(1, 9)))

    months = tuple(draw(st.lists(AMOUNTS, min_size=12, max_size=12)))
    plan = a_plan(
        category=draw(st.sampled_from(["CONTINUING", "NEW_START", "PRELIMINARY"])),
        annual_amount=sum(months),
        months=months,
        planned_start_on=draw(st.none() | near),
    )
    return ProjectDay(
        on=on,
        plan=draw(st.none() | st.just(plan)),
        is_suspended=draw(st.integers(0, 9)) == 9,
        months_done=tuple(draw(AMOUNTS) if month <= on.month else Decimal(0) for month in range(1, 13)),
        started_on=draw(before),
        stat_entry_on=draw(before),
        late_node=late() if draw(st.booleans()) else None,
        late_permit=late() if draw(st.booleans()) else None,
        late_problem=late() if draw(st.booleans()) else None,
        received_amount=draw(AMOUNTS),
        paid_amount=draw(AMOUNTS),
        reported_to=draw(before),
        missing_periods=draw(st.integers(0, 5)),
    )


@settings(max_examples=20)
@given(days())
def test_a_light_turns_only_on_the_day_foretold(day):
    for rules in EVERY_RULE:
        left = min(100, (date(2026, 12, 31) - day.on).days)
        ahead = [replace(day, on=day.on + DAY * each) for each in range(left + 1)]
        lights = [judge(each, rules).verdicts[0].light for each in ahead]
        for (before, after), (light, next_light) in zip(pairwise(ahead), pairwise(lights), strict=True):
            if light is not next_light:
                assert turns(before, rules) == after.on


@settings(max_examples=60)
@given(days())
def test_what_is_foretold_lies_ahead_and_within_the_year(day):
    for rules in EVERY_RULE:
        assert day.on < turns(day, rules) <= date(2027, 1, 1)


@settings(max_examples=60)
@given(days())
def test_what_is_stored_reads_back_as_it_was_judged(day):
    for rules in EVERY_RULE:
        verdict = judge(day, rules).verdicts[0]
        assert restored(json.loads(json.dumps(verdict.stored())), on=day.on) == verdict


def figures_stored(verdict):
    """What a sentence has to say in this order: the amounts it was judged by, then what they come to on the day."""
    inputs = verdict.inputs
    amounts = [rounded(Decimal(inputs[name]), 4) for name in AMOUNTS_KEPT if name in inputs]
    if verdict.measure is Measure.ENTRY_MONTHS:
        return amounts
    return [*amounts, abs(rounded(verdict.value, 2))] if verdict.value else amounts


AMOUNTS_KEPT = ("plan", "to_date", "done", "received", "paid")
DAYS_KEPT = ("due_on", "planned_start_on", "reported_to", "stat_entry_on")


@settings(max_examples=60)
@given(days())
def test_the_figures_of_a_sentence_read_back_to_what_is_stored(day):
    for rules in EVERY_RULE:
        verdict = judge(day, rules).verdicts[0]
        found = figures_in(sentence(verdict, on=day.on))
        if not verdict.inputs:
            continue
        rest = iter(found.numbers)
        assert all(number in rest for number in figures_stored(verdict) if number)
        assert found.numbers[-2:] == (rules.edition, 1)
        assert {verdict.inputs[name] for name in DAYS_KEPT if name in verdict.inputs} <= set(map(str, found.days))


def test_the_published_rules_agree_on_the_best_and_the_worst():
    best, worst = a_day(months_done=(*(Decimal(1000),) * 9, *NO_MONTHS[9:])), a_day()
    for rules in (YINCHUAN, SANYA, WUHAN, XINHUANG, JINHUA):
        assert light_of(best, Dimension.INVESTMENT, rules) is Light.GREEN
        assert light_of(worst, Dimension.INVESTMENT, rules) is Light.RED
