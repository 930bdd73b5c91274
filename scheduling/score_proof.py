"""Proof of a scheme before it is adopted: weights that come to the whole, bands without hole or overlap, known words.

What is refused is said in the words of the item, so that whoever edits it knows what to mend.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise

from projects.figures import exactly
from scheduling.score_formulas import BandTable, Count, Linear, Manual, RankTable, Step, total
from scheduling.score_indicators import HAND, INDICATORS, Kind, Measure
from scheduling.scoring import Absent, Item, Scheme

MOST_ITEMS = 30


def prove(scheme: Scheme, *, kind: Kind) -> tuple[str, ...]:
    """Everything that keeps this scheme from being adopted for subjects of this kind; nothing: it is whole."""
    return (*_of_whole(scheme), *(f"{item.name}：{text}" for item in scheme.items for text in _of_item(item, kind)))


def _of_whole(scheme: Scheme) -> Iterator[str]:
    if not scheme.items:
        yield "一个考核项也没有"
        return
    come_to = total(item.weight for item in scheme.items)
    if scheme.full is not None and come_to != scheme.full:
        yield f"各项权重合计 {exactly(come_to)} 分，应为 {exactly(scheme.full)} 分"
    for what, values in (
        ("名称", [item.name for item in scheme.items]),
        ("代号", [item.key for item in scheme.items]),
    ):
        yield from (f"{what}“{value}”重复" for value in sorted({each for each in values if values.count(each) > 1}))
    if scheme.swing < 0:
        yield "加减分上限不能小于 0"
    if scheme.most is not None and scheme.most <= 0:
        yield "总分上限须大于 0"
    if not 0 <= scheme.places <= 4:
        yield "得分保留的小数位须为 0 至 4"
    if scheme.fewest < 2:
        yield "至少两个对象才排名"


def _of_item(item: Item, kind: Kind) -> Iterator[str]:
    if item.weight <= 0:
        yield "权重须大于 0"
    if item.absent is Absent.BASE and not 0 <= item.base <= item.weight:
        yield f"不适用时的基本分须在 0 至权重 {exactly(item.weight)} 分之间"
    indicator = INDICATORS.get(item.indicator)
    if indicator is None:
        yield f"没有“{item.indicator}”这个指标"
        return
    if kind not in indicator.kinds:
        yield f"指标“{indicator.name}”不用于考核{kind.word}"
    if (item.indicator == HAND) != isinstance(item.formula, Manual):
        yield "人工评定的指标和公式须同时选用"
    yield from _of_formula(item, indicator.measure, kind)


def _of_formula(item: Item, measure: Measure, kind: Kind) -> Iterator[str]:
    match item.formula:
        case Linear() as linear:
            yield from _of_linear(item, linear)
        case Step() as step:
            yield from _of_step(item, step, measure)
        case RankTable(places):
            if kind.is_of_people:
                yield "不对个人排名，不能按名次计分"
            yield from _of_places([(row.first, row.last) for row in places])
            yield from _too_much(item, [row.points for row in places])
        case Count() as count:
            yield from _of_count(item, count, measure)
        case BandTable() as table:
            yield from _of_table(item, table, measure)


def _of_linear(item: Item, linear: Linear) -> Iterator[str]:
    if linear.full == linear.nought:
        yield "满分线和零分线不能相同"
    if linear.most is not None and linear.most < item.weight:
        yield f"最高得分 {exactly(linear.most)} 分低于权重 {exactly(item.weight)} 分"


def _of_count(item: Item, count: Count, measure: Measure) -> Iterator[str]:
    if measure is not Measure.COUNT:
        yield "按个数计分只用于以个数计的指标"
    if count.least is not None and count.most is not None and count.least > count.most:
        yield "下限不能高于上限"
    yield from _too_much(item, [count.base, *([count.most] if count.most is not None else [])])


def _of_table(item: Item, table: BandTable, measure: Measure) -> Iterator[str]:
    if table.of_each and measure is not Measure.AMOUNT:
        yield "逐个项目计分只用于以金额计的指标"
    yield from _of_bands([(band.low, band.high) for band in table.bands], unit=measure.value)
    tops = [band.points for band in table.bands] if not table.of_each else []
    yield from _too_much(item, [*tops, *([table.most] if table.most is not None else [])])


def _of_step(item: Item, step: Step, measure: Measure) -> Iterator[str]:
    if measure is not Measure.PERCENT:
        yield "按百分点加减分只用于以百分比计的指标"
    if not step.targets:
        yield "没有目标"
        return
    if step.per <= 0:
        yield "每几个百分点须大于 0"
    if step.below < 0:
        yield "减分请填正数"
    if step.swing is not None and step.swing < 0:
        yield "加减分上限不能小于 0"
    if step.base > item.weight:
        yield f"基本分 {exactly(step.base)} 分超过权重 {exactly(item.weight)} 分"
    counts = [target.least for target in step.targets]
    if counts != sorted(set(counts)):
        yield "目标须按项目个数由少到多，不能重复"
    lowest = min(target.percent for target in step.targets)
    if step.above:
        if step.above[0].low > lowest:
            yield f"{exactly(lowest)}% 至 {exactly(step.above[0].low)}% 之间没有加分标准"
        yield from _joins([(segment.low, segment.high) for segment in step.above], unit="%")


def _of_places(places: Sequence[tuple[int, int]]) -> Iterator[str]:
    if not places:
        yield "名次表是空的"
        return
    if places[0][0] != 1:
        yield "名次表须从第 1 名开始"
    for first, last in places:
        if last < first:
            yield f"第 {first} 名至第 {last} 名颠倒了"
    for (_first, last), (following, _last) in pairwise(places):
        if following > last + 1:
            yield f"第 {last + 1} 名至第 {following - 1} 名没有得分"
        elif following <= last:
            yield f"第 {following} 名至第 {last} 名有两个得分"


def _of_bands(bands: Sequence[tuple[Decimal, Decimal | None]], *, unit: str) -> Iterator[str]:
    if not bands:
        yield "分档表是空的"
        return
    if bands[0][0] > 0:
        yield f"0 至 {exactly(bands[0][0])}{unit}没有得分"
    yield from _joins(bands, unit=unit)


def _joins(bands: Sequence[tuple[Decimal, Decimal | None]], *, unit: str) -> Iterator[str]:
    """Each begins where the one before it ends, and the last has no end."""
    for low, high in bands:
        if high is not None and high <= low:
            yield f"{exactly(low)} 至 {exactly(high)}{unit}的一档里没有数值"
    for (low, high), (following, _next) in pairwise(bands):
        if high is None or following < high:
            end = "以上" if high is None else f" 至 {exactly(high)}"
            yield f"{exactly(max(low, following))}{end}{unit}有两档"
        elif following > high:
            yield f"{exactly(high)} 至 {exactly(following)}{unit}没有得分"
    last = bands[-1][1]
    if last is not None:
        yield f"{exactly(last)}{unit}以上没有得分"


def _too_much(item: Item, tops: Sequence[Decimal]) -> Iterator[str]:
    most = max(tops, default=Decimal(0))
    if most > item.weight:
        yield f"最高可得 {exactly(most)} 分，超过权重 {exactly(item.weight)} 分"
