"""亮灯规则 in words: each band as an interval with its ends, and what else a rule says, for people to read."""

from collections.abc import Mapping
from decimal import Decimal

from projects.figures import exactly
from scheduling.light_rules import CATEGORIES, HUNDRED, Band, Measure, Rule
from scheduling.time_progress import TimeBasis

MEASURES: Mapping[Measure, str] = {
    Measure.GAP_PP: "低于应完成进度",
    Measure.RATIO_TO_PLAN: "完成应完成额的比例",
    Measure.SHARE_OF_YEAR: "完成年度计划的比例",
    Measure.MONTH_RATIO: "完成当月计划的比例",
    Measure.START_DELAY_MONTHS: "应开工而未开工的月末数",
    Measure.START_DELAY_DAYS: "开工逾期天数",
    Measure.MILESTONE_DAYS: "节点逾期天数（最久的一项）",
    Measure.MILESTONE_COUNT: "逾期节点项数",
    Measure.PERMIT_DAYS: "审批逾期天数（最久的一项）",
    Measure.PERMIT_COUNT: "逾期审批项数",
    Measure.PROBLEM_DAYS: "问题逾期天数（最久的一项）",
    Measure.PROBLEM_COUNT: "逾期问题项数",
    Measure.ENTRY_MONTHS: "开工后未入库月数",
    Measure.PAID_RATIO: "支付占到位资金的比例",
    Measure.MISSING_PERIODS: "连续未填报期数",
    Measure.DAYS_SINCE_REPORT: "距最近填报天数",
}
BASES: Mapping[TimeBasis, str] = {TimeBasis.LINEAR: "按序时（全年均匀）", TimeBasis.PLAN: "按月度计划"}


def interval(band: Band, measure: Measure) -> str:
    """The values of the band with both ends, each said to belong to it (含) or not (不含)."""
    unit = measure.value.unit
    space = "" if unit == "%" else " "
    if band.low is None and band.high is None:
        return "所有数值"
    if band.low is not None and band.low == band.high:
        return f"{exactly(band.low)}{space}{unit}"
    if band.high is None:
        return f"{_end(band.low)}{space}{unit}以上（{_belongs(band.low_closed)}）"
    if band.low is None:
        return f"{_end(band.high)}{space}{unit}以下（{_belongs(band.high_closed)}）"
    return f"{_end(band.low)} 至 {_end(band.high)}{space}{unit}（{_ends(band)}）"


def scope(rule: Rule, *, units: Mapping[str, str]) -> str:
    """For which projects the rule is meant; ``units`` names units by their paths."""
    categories = "、".join(CATEGORIES.get(each, each) for each in rule.categories)
    paths = "、".join(units.get(path, path) for path in rule.unit_paths)
    return "，".join(part for part in (paths, categories and f"{categories}项目") if part) or "所有项目"


def target(rule: Rule) -> str:
    """What is compared with; "" where the measure is compared with nothing."""
    if not rule.measure.has_target:
        return ""
    percent = "" if rule.target_percent == HUNDRED else f"，以应完成额的 {exactly(rule.target_percent)}% 为目标"
    return f"{BASES[rule.basis]}{percent}"


def escalation(rule: Rule) -> str:
    """By which months in a row the light becomes worse; "" where they do not matter."""
    if not (found := rule.escalation):
        return ""
    return f"连续 {found.periods} 个月{found.light.word}或更重，加重为{found.becomes.word}"


def _end(bound: Decimal | None) -> str:
    return "" if bound is None else exactly(bound)


def _belongs(closed: bool) -> str:
    return "含" if closed else "不含"


def _ends(band: Band) -> str:
    if band.low_closed == band.high_closed:
        return "均含" if band.low_closed else "均不含"
    return f"{_belongs(band.low_closed)} {_end(band.low)}，{_belongs(band.high_closed)} {_end(band.high)}"
