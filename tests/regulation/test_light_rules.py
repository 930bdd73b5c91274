"""亮灯: the published rules light what they were printed to light, and no rule with a hole is put in force."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.models import PlanEntry
from scheduling.light_presets import INITIAL, JINHUA, PUBLISHED, SANYA, WUHAN, XINHUANG, YINCHUAN
from scheduling.light_proof import prove
from scheduling.light_rules import CATEGORIES, Band, Dimension, Escalation, Light, Measure, Rule, RuleSet, band_of
from scheduling.lights import judge
from scheduling.project_day import NO_MONTHS, ProjectDay, YearPlan

pytestmark = pytest.mark.core

GREEN, BLUE, YELLOW, RED = Light.GREEN, Light.BLUE, Light.YELLOW, Light.RED
EVENLY = (Decimal(1000),) * 12
MEASURES = st.sampled_from(list(Measure))


def lit(rules, measure, value):
    rule = next(rule for rule in rules.rules if rule.measure is measure)
    return band_of(rule.bands, Decimal(value)).light


def a_day(on, *, done, planned=EVENLY, **facts):
    months = (*(Decimal(month) for month in done), *NO_MONTHS)[:12]
    plan = YearPlan("NEW_START", False, sum(planned), planned, planned_start_on=facts.pop("planned_start_on", None))
    return ProjectDay(on=on, plan=plan, months_done=months, reported_to=on, **facts)


def of_rules(*rules):
    return RuleSet(edition=1, name="某区", source="", rules=rules)


def texts(rules):
    return [fault.text for fault in prove(rules)]


@pytest.mark.parametrize("rules", [*PUBLISHED, INITIAL], ids=lambda rules: rules.name)
def test_every_rule_set_that_ships_is_proved(rules):
    assert prove(rules) == ()


def test_what_yinchuan_printed_is_refused_for_its_hole():
    filled = YINCHUAN.rules[0]
    printed = replace(filled, bands=tuple(band for band in filled.bands if band.light is not BLUE))
    assert texts(replace(YINCHUAN, rules=(printed,))) == ["银川 投资：低 0（不含）至 10（不含）个百分点之间没有灯"]
    assert "补为蓝灯（关注）" in filled.note


@pytest.mark.parametrize(
    ("rules", "measure", "value", "light"),
    [
        pytest.param(YINCHUAN, Measure.GAP_PP, "-13.82", GREEN, id="银川-超13.82"),
        pytest.param(YINCHUAN, Measure.GAP_PP, "0", GREEN, id="银川-持平"),
        pytest.param(YINCHUAN, Measure.GAP_PP, "0.01", BLUE, id="银川-欠0.01"),
        pytest.param(YINCHUAN, Measure.GAP_PP, "9.99", BLUE, id="银川-欠9.99"),
        pytest.param(YINCHUAN, Measure.GAP_PP, "10", YELLOW, id="银川-欠10"),
        pytest.param(YINCHUAN, Measure.GAP_PP, "30", YELLOW, id="银川-欠30"),
        pytest.param(YINCHUAN, Measure.GAP_PP, "30.01", RED, id="银川-欠30.01"),
        pytest.param(YINCHUAN, Measure.ENTRY_MONTHS, "0.5", GREEN, id="银川-开工未满1月"),
        pytest.param(YINCHUAN, Measure.ENTRY_MONTHS, "1", YELLOW, id="银川-开工1月未入库"),
        pytest.param(YINCHUAN, Measure.ENTRY_MONTHS, "2", YELLOW, id="银川-开工2月未入库"),
        pytest.param(YINCHUAN, Measure.ENTRY_MONTHS, "2.5", RED, id="银川-超过2月未入库"),
        pytest.param(SANYA, Measure.RATIO_TO_PLAN, "100", GREEN, id="三亚-达到"),
        pytest.param(SANYA, Measure.RATIO_TO_PLAN, "50", YELLOW, id="三亚-低50"),
        pytest.param(SANYA, Measure.RATIO_TO_PLAN, "49.99", RED, id="三亚-低50.01"),
        pytest.param(WUHAN, Measure.RATIO_TO_PLAN, "80", BLUE, id="武汉-80"),
        pytest.param(WUHAN, Measure.RATIO_TO_PLAN, "79.99", YELLOW, id="武汉-79.99"),
        pytest.param(WUHAN, Measure.RATIO_TO_PLAN, "60", YELLOW, id="武汉-60"),
        pytest.param(WUHAN, Measure.RATIO_TO_PLAN, "59.99", RED, id="武汉-59.99"),
        pytest.param(XINHUANG, Measure.MONTH_RATIO, "60", YELLOW, id="新晃-60"),
        pytest.param(XINHUANG, Measure.MONTH_RATIO, "59.99", RED, id="新晃-黄牌"),
        pytest.param(JINHUA, Measure.SHARE_OF_YEAR, "42", GREEN, id="金华-蓝榜"),
        pytest.param(JINHUA, Measure.SHARE_OF_YEAR, "41.99", YELLOW, id="金华-黄榜"),
        pytest.param(JINHUA, Measure.SHARE_OF_YEAR, "25", YELLOW, id="金华-黄榜下限"),
        pytest.param(JINHUA, Measure.SHARE_OF_YEAR, "24.99", RED, id="金华-红榜"),
    ],
)
def test_a_threshold_belongs_to_the_band_it_was_printed_for(rules, measure, value, light):
    assert lit(rules, measure, value) is light


@pytest.mark.parametrize(
    ("month", "light"),
    [
        pytest.param(1, BLUE, id="1月不可能预警"),
        pytest.param(2, YELLOW, id="2月"),
        pytest.param(3, YELLOW, id="3月不可能滞后"),
        pytest.param(4, RED, id="4月"),
    ],
)
def test_points_are_blind_early_in_the_year(month, light):
    day = a_day(date(2026, month, 28 if month == 2 else 30 + month % 2), done=[])
    assert judge(day, YINCHUAN).of(Dimension.INVESTMENT).light is light


def test_thirty_points_are_met_exactly_though_a_third_has_no_end():
    planned = (Decimal(3), *(Decimal(0),) * 11)
    exactly, short = (a_day(date(2026, 8, 31), done=[done], planned=planned) for done in ("1.1", "1.0999"))
    assert judge(exactly, YINCHUAN).of(Dimension.INVESTMENT).light is YELLOW
    assert judge(short, YINCHUAN).of(Dimension.INVESTMENT).light is RED


def test_a_target_above_the_year_is_met_exactly_too():
    rule = replace(YINCHUAN.rules[0], target_percent=Decimal(120))
    day = a_day(date(2026, 10, 31), done=[1], planned=(Decimal(1), *(Decimal(0),) * 11))
    verdict = judge(day, of_rules(rule)).of(Dimension.INVESTMENT)
    assert (verdict.value, verdict.light) == (0, GREEN)


@pytest.mark.parametrize(
    ("on", "light"),
    [
        pytest.param(date(2026, 3, 30), GREEN, id="当月未到月末"),
        pytest.param(date(2026, 3, 31), YELLOW, id="计划当月未开工"),
        pytest.param(date(2026, 5, 30), YELLOW, id="第3月未到月末"),
        pytest.param(date(2026, 5, 31), RED, id="连续3月"),
    ],
)
def test_yinchuan_counts_month_ends_without_a_start(on, light):
    day = a_day(on, done=EVENLY, planned_start_on=date(2026, 3, 10))
    assert judge(day, YINCHUAN).of(Dimension.START).light is light
    started = replace(day, started_on=on)
    assert judge(started, YINCHUAN).of(Dimension.START).light is GREEN


@pytest.mark.parametrize(
    ("done", "light"),
    [
        pytest.param([1000, 1000, 900], YELLOW, id="一月未完成"),
        pytest.param([1000, 900, 900], RED, id="连续两月未完成"),
        pytest.param([900, 1000, 900], YELLOW, id="中间完成一月"),
        pytest.param([900, 900, 1300], GREEN, id="补上"),
    ],
)
def test_sanya_turns_red_when_a_month_is_missed_twice_running(done, light):
    assert judge(a_day(date(2026, 3, 31), done=done), SANYA).of(Dimension.INVESTMENT).light is light


def test_the_categories_are_those_of_the_plan():
    assert [(value, str(label)) for value, label in PlanEntry.Category.choices] == list(CATEGORIES.items())


def a_rule(measure=Measure.MILESTONE_DAYS, **parts):
    bands = (Band(GREEN, high=Decimal(0)), Band(RED, low=Decimal(0), low_closed=False))
    ratio = (Band(RED, high=Decimal(80), high_closed=False), Band(GREEN, low=Decimal(80)))
    return Rule(**{"measure": measure, "bands": bands if measure.value.more_is_worse else ratio} | parts)


@pytest.mark.parametrize(
    ("rules", "text"),
    [
        pytest.param([a_rule(bands=())], "某区 节点：一个区间也没有，所有数值都没有灯", id="无区间"),
        pytest.param(
            [a_rule(bands=(Band(GREEN, high=Decimal(7)), Band(RED, low=Decimal(11))))],
            "某区 节点：节点逾期 8（含）至 10（含）天之间没有灯",
            id="天数的洞",
        ),
        pytest.param(
            [a_rule(bands=(Band(GREEN, high=Decimal(8)), Band(RED, low=Decimal(8))))],
            "某区 节点：节点逾期 8 天有两种灯",
            id="重叠一天",
        ),
        pytest.param(
            [a_rule(bands=(Band(GREEN, high=Decimal(8)),))], "某区 节点：节点逾期 9（含）天以上没有灯", id="没有上限"
        ),
        pytest.param(
            [a_rule(bands=(Band(RED, high=Decimal(8)), Band(GREEN, low=Decimal(9))))],
            "某区 节点：正常排在滞后之后：数值越差，灯不能越轻",
            id="次序",
        ),
        pytest.param(
            [a_rule(bands=(Band(GREEN, high=Decimal(8)), Band(Light.NONE, low=Decimal(9))))],
            "某区 节点：一个区间只能亮正常、关注、预警、滞后四种灯之一",
            id="无数据不是区间",
        ),
        pytest.param(
            [a_rule(Measure.GAP_PP), a_rule(Measure.MONTH_RATIO)],
            "某区 投资：第 1 条与第 2 条混用百分比和百分点",
            id="混用",
        ),
        pytest.param([a_rule(), a_rule()], "某区 节点：第 1 条与第 2 条判定同一批项目", id="两条同一范围"),
        pytest.param([a_rule(categories=("NEW_START", "PRELIMINARY"))], "某区 节点：续建项目没有规则", id="漏一类"),
        pytest.param([a_rule(unit_paths=("/1/",))], "某区 节点：续建项目没有规则", id="漏其他单位"),
        pytest.param(
            [a_rule(Measure.GAP_PP, escalation=Escalation(RED, 2, YELLOW))],
            "某区 投资：连续滞后后改亮预警，没有加重",
            id="加重反而减轻",
        ),
        pytest.param(
            [a_rule(escalation=Escalation(YELLOW, 2))], "某区 节点：只有投资可以按连续月数加重", id="节点不计月"
        ),
        pytest.param([a_rule(target_percent=Decimal(0))], "某区 节点：目标百分比须大于 0", id="目标"),
        pytest.param([a_rule(unit_paths=("/1",)), a_rule()], "某区 节点：单位路径“/1”须以 / 结尾", id="路径"),
    ],
)
def test_a_rule_set_is_refused_in_words(rules, text):
    assert text in texts(of_rules(*rules))


def test_a_rule_for_a_unit_or_a_category_goes_before_the_general_one():
    rules = of_rules(a_rule(), a_rule(categories=("NEW_START",)), a_rule(unit_paths=("/1/",)))
    assert prove(rules) == ()

    def place(category, unit_path):
        return [place for place, _ in rules.in_force(Dimension.MILESTONE, category=category, unit_path=unit_path)]

    assert place("CONTINUING", "/2/") == [0]
    assert place("NEW_START", "/2/") == [1]
    assert place("NEW_START", "/1/3/") == [2]


@st.composite
def divided(draw):
    """A measure whose values are divided among the lights without a hole, by one to three thresholds apart."""
    measure = draw(MEASURES)
    scale = measure.value
    step = scale.step or Decimal("0.01")
    cuts = sorted(draw(st.sets(st.integers(1, 200), min_size=1, max_size=3)))
    lights = sorted(
        draw(st.sets(st.sampled_from([GREEN, BLUE, YELLOW, RED]), min_size=len(cuts) + 1, max_size=len(cuts) + 1)),
        key=lambda light: light.severity,
        reverse=not scale.more_is_worse,
    )
    edges = [(None, False), *((cut * 2 * step, draw(st.booleans())) for cut in cuts), (None, False)]
    bands = tuple(
        Band(light, low, belongs_above, high, not belongs_next)
        for light, (low, belongs_above), (high, belongs_next) in zip(lights, edges, edges[1:], strict=False)
    )
    return Rule(measure=measure, bands=bands)


def values_of(rule):
    """Every threshold and the values around it, as far as the measure can take them."""
    scale = rule.measure.value
    step = scale.step or Decimal("0.001")
    bounds = {bound for band in rule.bands for bound in (band.low, band.high) if bound is not None}
    near = {bound + step * times for bound in bounds | {Decimal(0)} for times in (-1, 0, 1)}
    return [value for value in near if scale.least is None or value >= scale.least]


def lights_of(rule, value):
    return [band.light for band in rule.bands if band.holds(value)]


@given(divided())
def test_what_is_divided_without_a_hole_is_accepted_and_lights_every_value_once(rule):
    assert texts(of_rules(rule)) == []
    assert all(len(lights_of(rule, value)) == 1 for value in values_of(rule))


BOUNDS = st.none() | st.integers(-2, 4).map(Decimal)
SEVERITIES = st.sampled_from([GREEN, BLUE, YELLOW, RED])
BANDS = st.lists(st.builds(Band, SEVERITIES, BOUNDS, st.booleans(), BOUNDS, st.booleans()), max_size=4).map(tuple)


@given(MEASURES, BANDS)
def test_a_rule_is_accepted_only_if_every_value_gets_one_light(measure, bands):
    rule = Rule(measure=measure, bands=bands)
    once = all(len(lights_of(rule, value)) == 1 for value in values_of(rule))
    said = [text for text in texts(of_rules(rule)) if "没有灯" in text or "有两种灯" in text]
    assert once is not bool(said)


@given(divided(), st.data())
def test_a_rule_with_a_band_taken_out_is_refused(rule, data):
    without = data.draw(st.sampled_from(rule.bands))
    assert texts(of_rules(replace(rule, bands=tuple(band for band in rule.bands if band is not without))))


@given(divided(), st.data())
def test_a_rule_with_a_band_made_wider_is_refused(rule, data):
    place = data.draw(st.integers(0, len(rule.bands) - 1))
    band = rule.bands[place]
    step = rule.measure.value.step or Decimal("0.01")
    upwards = {"high": band.high + step} if band.high is not None else {}
    downwards = {"low": band.low - step} if band.low is not None else {}
    wider = replace(band, **data.draw(st.sampled_from([change for change in (upwards, downwards) if change])))
    assert texts(of_rules(replace(rule, bands=(*rule.bands[:place], wider, *rule.bands[place + 1 :]))))
