"""Proof of a rule set before it is put in force: every value of every measure used gets exactly one light.

What is refused is named in the words of the rule, so that whoever edits it knows where to put the threshold.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import combinations, pairwise

from projects.figures import exactly
from scheduling.light_rules import CATEGORIES, HUNDRED, Band, Dimension, Measure, Rule, RuleSet

MOST_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a rule set cannot be put in force. ``rule``: its place in the set; None: it is about the set."""

    rule: int | None
    text: str


@dataclass(frozen=True, slots=True)
class Reach:
    """An interval of a measure's values. On a measure with steps both ends are values, so both belong to it."""

    low: Decimal | None
    low_closed: bool
    high: Decimal | None
    high_closed: bool

    @property
    def is_empty(self) -> bool:
        if self.low is None or self.high is None:
            return False
        return self.low > self.high or (self.low == self.high and not (self.low_closed and self.high_closed))


def prove(rules: RuleSet) -> tuple[Fault, ...]:
    """Everything that keeps this rule set from being put in force; nothing: every value gets exactly one light."""
    of_rules = (
        Fault(place, f"{rules.name} {_scope(rule)}：{text}")
        for place, rule in enumerate(rules.rules)
        for text in _faults_of(rule)
    )
    return (*of_rules, *_conflicts(rules), *_uncovered(rules))


def reach_of(band: Band, measure: Measure) -> Reach:
    """The values of the measure that lie in the band."""
    scale = measure.value
    low, low_closed = band.low, band.low_closed
    if scale.least is not None and (low is None or low < scale.least):
        low, low_closed = scale.least, True
    if scale.step is None:
        return Reach(low, low_closed, band.high, band.high_closed)
    high = band.high
    if low is not None:
        nearest = (low / scale.step).to_integral_value(ROUND_CEILING) * scale.step
        low = nearest + scale.step if nearest == low and not low_closed else nearest
    if high is not None:
        nearest = (high / scale.step).to_integral_value(ROUND_FLOOR) * scale.step
        high = nearest - scale.step if nearest == high and not band.high_closed else nearest
    return Reach(low, True, high, True)


def _faults_of(rule: Rule) -> Iterator[str]:
    yield from _band_faults(rule)
    if rule.target_percent <= 0:
        yield "目标百分比须大于 0"
    elif rule.target_percent != HUNDRED and not rule.measure.has_target:
        yield "此指标不与应完成额比较，不能另设目标百分比"
    yield from _escalation_faults(rule)
    yield from (f"没有“{category}”这一类项目" for category in rule.categories if category not in CATEGORIES)
    yield from (f"单位路径“{path}”须以 / 结尾" for path in rule.unit_paths if not path.endswith("/"))


def _band_faults(rule: Rule) -> Iterator[str]:
    if any(band.light.severity < 0 for band in rule.bands):
        yield "一个区间只能亮正常、关注、预警、滞后四种灯之一"
    placed = [(reach_of(band, rule.measure), band) for band in rule.bands]
    yield from (f"{band.light.word}的区间里没有任何数值" for reach, band in placed if reach.is_empty)
    ordered = sorted(
        (pair for pair in placed if not pair[0].is_empty),
        key=lambda pair: (pair[0].low is not None, pair[0].low or 0, not pair[0].low_closed),
    )
    yield from _holes_and_overlaps(rule.measure, [reach for reach, _ in ordered])
    lights = [band.light for _, band in (ordered if rule.measure.value.more_is_worse else reversed(ordered))]
    for better, worse in pairwise(lights):
        if worse.severity < better.severity:
            yield f"{worse.word}排在{better.word}之后：数值越差，灯不能越轻"


def _holes_and_overlaps(measure: Measure, reaches: list[Reach]) -> Iterator[str]:
    """One pass from the lowest value up; ``seen`` is covered so far and has no upper end once a band has none."""
    if not reaches:
        yield "一个区间也没有，所有数值都没有灯"
        return
    least = measure.value.least
    seen = reaches[0]
    if seen.low is not None and (least is None or seen.low > least):
        yield f"{_between(measure, _before(measure, least, seen))}没有灯"
    for reach in reaches[1:]:
        between = _gap(measure, seen, reach)
        if not between.is_empty:
            yield f"{_between(measure, between)}没有灯"
        shared = _shared(seen, reach)
        if not shared.is_empty:
            yield f"{_between(measure, shared)}有两种灯"
        seen = _further(seen, reach)
    if seen.high is not None:
        yield f"{_between(measure, _after(measure, seen))}没有灯"


def _before(measure: Measure, least: Decimal | None, first: Reach) -> Reach:
    step = measure.value.step
    if step is not None and first.low is not None:
        return Reach(least, True, first.low - step, True)
    return Reach(least, True, first.low, not first.low_closed)


def _after(measure: Measure, last: Reach) -> Reach:
    step = measure.value.step
    if step is not None and last.high is not None:
        return Reach(last.high + step, True, None, True)
    return Reach(last.high, not last.high_closed, None, True)


def _gap(measure: Measure, lower: Reach, upper: Reach) -> Reach:
    """The values above the one and below the other; empty where they meet or share some."""
    if lower.high is None or upper.low is None:
        return _NOTHING
    above, below = _after(measure, lower), _before(measure, None, upper)
    return Reach(above.low, above.low_closed, below.high, below.high_closed)


def _shared(lower: Reach, upper: Reach) -> Reach:
    """``upper`` begins no earlier than ``lower``, so what they share begins with it."""
    nearer = min(
        (lower, upper),
        key=lambda reach: (reach.high is None, reach.high or 0, reach.high_closed),
    )
    return Reach(upper.low, upper.low_closed, nearer.high, nearer.high_closed)


def _further(one: Reach, other: Reach) -> Reach:
    return max((one, other), key=lambda reach: (reach.high is None, reach.high or 0, reach.high_closed))


_NOTHING = Reach(Decimal(1), True, Decimal(0), True)


def _between(measure: Measure, reach: Reach) -> str:
    scale = measure.value
    if reach.low is None and reach.high is None:
        return "所有数值"
    if reach.low is not None and reach.low == reach.high:
        return f"{scale.word} {measure.written(reach.low)}"
    if reach.high is None:
        return f"{scale.word} {_end(reach.low, reach.low_closed)}{scale.unit}以上"
    if reach.low is None:
        return f"{scale.word} {_end(reach.high, reach.high_closed)}{scale.unit}以下"
    ends = f"{_end(reach.low, reach.low_closed)}至 {_end(reach.high, reach.high_closed)}"
    return f"{scale.word} {ends}{scale.unit}之间"


def _end(value: Decimal | None, closed: bool) -> str:
    return "" if value is None else f"{exactly(value)}（{'含' if closed else '不含'}）"


def _escalation_faults(rule: Rule) -> Iterator[str]:
    if (escalation := rule.escalation) is None:
        return
    if rule.dimension is not Dimension.INVESTMENT:
        yield "只有投资可以按连续月数加重"
    if escalation.becomes.severity <= escalation.light.severity:
        yield f"连续{escalation.light.word}后改亮{escalation.becomes.word}，没有加重"
    elif escalation.light.severity < 1:
        yield "连续正常不能加重"
    if not 2 <= escalation.periods <= MOST_MONTHS:
        yield f"连续月数须为 2 至 {MOST_MONTHS}"


def _conflicts(rules: RuleSet) -> Iterator[Fault]:
    """Two rules that would judge the same project: by one measure twice, or by percentages and points at once."""
    for (first, one), (second, other) in combinations(enumerate(rules.rules), 2):
        if one.dimension is not other.dimension or not _meet(one, other):
            continue
        where = f"{rules.name} {_scope(other)}："
        if one.measure is other.measure:
            yield Fault(second, f"{where}第 {first + 1} 条与第 {second + 1} 条判定同一批项目")
        elif Measure.GAP_PP in (one.measure, other.measure):
            yield Fault(second, f"{where}第 {first + 1} 条与第 {second + 1} 条混用百分比和百分点")


def _meet(one: Rule, other: Rule) -> bool:
    """As closely meant as each other for some project."""
    if bool(one.categories) != bool(other.categories):
        return False
    if one.categories and not set(one.categories) & set(other.categories):
        return False
    return bool(set(one.unit_paths or ("",)) & set(other.unit_paths or ("",)))


def _uncovered(rules: RuleSet) -> Iterator[Fault]:
    """A dimension that is used has a rule for every category, in the units no rule names as well."""
    for dimension in rules.dimensions:
        for category, word in CATEGORIES.items():
            if not rules.in_force(dimension, category=category, unit_path=""):
                yield Fault(None, f"{rules.name} {dimension.word}：{word}项目没有规则")


def _scope(rule: Rule) -> str:
    words = "、".join(CATEGORIES.get(category, category) for category in rule.categories)
    return f"{rule.dimension.word}（{words}）" if words else rule.dimension.word
