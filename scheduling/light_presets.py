"""亮灯规则 as places have published them, and the one we begin with (domain §1.8, §11).

Where the printed rule leaves values without a light, the preset fills them and its note says so: ``light_proof``
refuses a rule with a hole.
"""

from dataclasses import replace
from decimal import Decimal

from scheduling.light_rules import Band, Escalation, Light, Measure, Rule, RuleSet
from scheduling.time_progress import TimeBasis

GREEN, BLUE, YELLOW, RED = Light.GREEN, Light.BLUE, Light.YELLOW, Light.RED


def _up_to(light: Light, high: int, *, closed: bool = True) -> Band:
    return Band(light, high=Decimal(high), high_closed=closed)


def _between(light: Light, low: int, high: int, ends: str = "[]") -> Band:
    return Band(light, Decimal(low), ends[0] == "[", Decimal(high), ends[1] == "]")


def _from(light: Light, low: int) -> Band:
    return Band(light, low=Decimal(low))


def _above(light: Light, low: int) -> Band:
    return Band(light, low=Decimal(low), low_closed=False)


_GAP = (_up_to(GREEN, 0), _between(BLUE, 0, 10, "()"), _between(YELLOW, 10, 30), _above(RED, 30))
_DAYS = (_up_to(GREEN, 0), _between(BLUE, 1, 7), _between(YELLOW, 8, 30), _from(RED, 31))
_START = Rule(
    measure=Measure.START_DELAY_MONTHS,
    bands=(_up_to(GREEN, 0), _between(YELLOW, 1, 2), _from(RED, 3)),
    note="计划当月月末未开工为预警，连续 3 个月月末未开工为滞后；无正当理由才亮灯，有正当理由的按豁免办理。",
)
_ENTRY = Rule(
    measure=Measure.ENTRY_MONTHS,
    bands=(_up_to(GREEN, 1, closed=False), _between(YELLOW, 1, 2), _above(RED, 2)),
    note="原文写满 1 个月和超过 2 个月，未写两者之间和未满 1 个月：前者按预警，后者按正常。",
)
_FRESHNESS = Rule(
    measure=Measure.MISSING_PERIODS,
    bands=(_up_to(GREEN, 0), _between(BLUE, 1, 1), _between(YELLOW, 2, 2), _from(RED, 3)),
)

YINCHUAN = RuleSet(
    edition=1,
    name="银川",
    source="银川，2025 年公布",
    rules=(
        Rule(
            measure=Measure.GAP_PP,
            bands=_GAP,
            note="原文未写低于序时进度 0 至 10 个百分点（均不含）亮什么灯，补为蓝灯（关注）。",
        ),
        _START,
        _ENTRY,
    ),
    note="资金一条原文未给应支付的比例，未列入。",
)
SANYA = RuleSet(
    edition=1,
    name="三亚",
    source="三亚，2022 年公布",
    rules=(
        Rule(
            measure=Measure.RATIO_TO_PLAN,
            basis=TimeBasis.PLAN,
            bands=(_up_to(RED, 50, closed=False), _between(YELLOW, 50, 100, "[)"), _from(GREEN, 100)),
            note="原文只对年度计划 1,000 万元以上的项目亮牌，此处不分大小。",
        ),
        Rule(
            measure=Measure.MONTH_RATIO,
            bands=(_up_to(YELLOW, 100, closed=False), _from(GREEN, 100)),
            escalation=Escalation(YELLOW, 2, RED),
            note="原文按区评判月度任务，此处用于单个项目。",
        ),
    ),
)
WUHAN = RuleSet(
    edition=1,
    name="武汉",
    source="武汉公布，年份不详",
    rules=(
        Rule(
            measure=Measure.RATIO_TO_PLAN,
            bands=(
                _up_to(RED, 60, closed=False),
                _between(YELLOW, 60, 80, "[)"),
                _between(BLUE, 80, 100, "[)"),
                _from(GREEN, 100),
            ),
            note="原文只写低于 80% 和低于 60%，80%（含）以上未写：补为 80% 至 100%（不含）关注，100% 以上正常。",
        ),
    ),
)
XINHUANG = RuleSet(
    edition=1,
    name="新晃",
    source="新晃县，2015 年公布",
    rules=(
        Rule(
            measure=Measure.MONTH_RATIO,
            bands=(
                _up_to(RED, 60, closed=False),
                _between(YELLOW, 60, 80, "[)"),
                _between(BLUE, 80, 100, "[)"),
                _from(GREEN, 100),
            ),
            note="原文低于 60% 为黄牌，是最重一级，此处为滞后；80%（含）以上未写，补为 100% 以下关注、100% 以上正常。",
        ),
    ),
)
JINHUA = RuleSet(
    edition=1,
    name="金华",
    source="金华，2020 年 5 月通报",
    rules=(
        Rule(
            measure=Measure.SHARE_OF_YEAR,
            bands=(_up_to(RED, 25, closed=False), _between(YELLOW, 25, 42, "[)"), _from(GREEN, 42)),
            note="原文蓝榜为好，此处为正常；25% 和 42% 是 5 月（序时 41.7%）的门槛，其他月份须另立一版。",
        ),
    ),
)
INITIAL = RuleSet(
    edition=1,
    name="初始规则",
    source="参照银川 2025 年公布的标准，单个项目按月度计划比较；节点、审批、问题和填报的界限为自定",
    rules=(
        Rule(
            measure=Measure.GAP_PP,
            basis=TimeBasis.PLAN,
            bands=_GAP,
            note="低于应完成进度 0 至 10 个百分点（均不含）为关注。",
        ),
        _START,
        Rule(measure=Measure.MILESTONE_DAYS, bands=_DAYS),
        Rule(measure=Measure.PERMIT_DAYS, bands=_DAYS),
        Rule(measure=Measure.PROBLEM_DAYS, bands=_DAYS),
        _ENTRY,
        _FRESHNESS,
    ),
)
PUBLISHED = (YINCHUAN, SANYA, WUHAN, XINHUANG, JINHUA)
YINCHUAN_AS_PRINTED = replace(
    YINCHUAN,
    name="银川（原文）",
    rules=(
        replace(
            YINCHUAN.rules[0],
            bands=tuple(band for band in _GAP if band.light is not BLUE),
            note="按公布的原文，低于序时进度 0 至 10 个百分点（均不含）没有灯：补上以后才能启用。",
        ),
        *YINCHUAN.rules[1:],
    ),
)
_OTHERS = (
    Rule(
        measure=Measure.PAID_RATIO,
        bands=(_up_to(RED, 70, closed=False), _between(YELLOW, 70, 100, "[)"), _from(GREEN, 100)),
        note="参照天津 2022 年专项债使用的界限：低于应支付 30% 以内为预警，超过 30% 为滞后。",
    ),
    *(Rule(measure=measure, bands=_DAYS) for measure in (Measure.START_DELAY_DAYS, Measure.DAYS_SINCE_REPORT)),
    *(
        Rule(measure=measure, bands=(_up_to(GREEN, 0), _between(BLUE, 1, 1), _between(YELLOW, 2, 4), _from(RED, 5)))
        for measure in (Measure.MILESTONE_COUNT, Measure.PERMIT_COUNT, Measure.PROBLEM_COUNT)
    ),
)
"""For the measures that no rule set uses: where to begin from."""


def proposed(measure: Measure) -> Rule:
    """A proved rule of this measure to begin from."""
    known = (*INITIAL.rules, *(rule for rules in PUBLISHED for rule in rules.rules), *_OTHERS)
    return next(rule for rule in known if rule.measure is measure)
