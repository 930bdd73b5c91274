"""通报数字: every figure of a bulletin by its name, each printed in one way and made of what it says.

A name is 全区 or the table and the group, and what is told of it: ``全区·投资完成率``, ``单位：区住建局·投资完成率``.
In a text it stands between braces; the printed figure takes its place.
"""

import re
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from hashlib import blake2b
from types import MappingProxyType
from typing import Any, NamedTuple

from projects import figures as written
from reports.bulletin import WHOLE, Bulletin, Group
from scheduling.index_cards import CARDS, FIELD_NAMES, TIME_LINEAR
from scheduling.indices import FORMULAS, Index
from scheduling.light_rules import Light
from scheduling.parts import Parts
from scheduling.project_day import NOUGHT
from scheduling.ratio import Ratio
from scheduling.time_progress import Basis, time_progress

DISTRICT = "全区"
BEFORE, SAME = "@before", "@same"
"""Behind the key of a group: its projects that were in the plan a month before, as they stood then, and now."""
MONTH, MONTH_BEFORE = "month_amount", "month_before"
LIGHT = "light:"
OWNER, LINE, BOARD = "owner:", "project:", "board:"
"""Of a list the lines one unit owes, or that of one project; the units of a board without what is excused."""
BASIS = Basis()
_YI = Decimal(10_000)
_TOKEN = re.compile(r"\{([^{}]*)\}")

COUNTS: Mapping[str, str] = {
    "项目数": "projects",
    "在建": "building",
    "续建": "continuing",
    "计划新开工": "new_starts",
    "已开工": "started",
    "应开工": "starts_due",
    "应开工已开工": "started_due",
    "应开未开": "due_not_started",
    "提前开工": "started_early",
    "计划竣工": "completions",
    "已竣工": "completed",
    "已投产": "commissioned",
    "应竣工": "completions_due",
    "应竣工已竣工": "completed_due",
    "应竣未竣": "due_not_completed",
    "提前竣工": "completed_early",
    "有投资任务": "targeted",
    "达到目标进度": "on_target",
}
AMOUNTS: Mapping[str, str] = {
    "年度计划投资": "annual_plan_amount",
    "同期计划投资": "plan_to_date_amount",
    "当年累计完成投资": "ytd_amount",
    "总投资": "total_investment",
}
RATES = (
    Index.INVESTMENT,
    Index.TO_DATE,
    Index.ON_TARGET,
    Index.START,
    Index.START_ON_TIME,
    Index.START_RESUME,
    Index.COMPLETION,
    Index.COMPLETION_ON_TIME,
    Index.COMMISSION,
    Index.COMMISSION_ON_TIME,
)
LIGHTS: Mapping[str, Light] = {"红灯项目数": Light.RED, "黄灯项目数": Light.YELLOW}
LISTS: Mapping[str, tuple[str, str]] = {
    "逾期项目数": ("lagging", "有事项逾期的项目"),
    "投资滞后项目数": ("lagging.investment", "投资低于同期计划并亮灯的逾期项目"),
    "开放问题数": ("problems", "尚未解决的问题"),
    "超期问题数": ("problems.late", "已过需解决日期、尚未解决的问题"),
    "未办结交办数": ("decisions", "尚未销号的交办事项"),
    "超期交办数": ("decisions.late", "已过办理期限、尚未销号的交办事项"),
    "新增项目数": ("entered", "上月末以后列入年度计划的项目"),
    "退出项目数": ("left", "上月末以后退出年度计划的项目"),
    "补报数": ("late_reports", "上次通报以后审核通过、属于以前月份的填报"),
}
_DERIVED = {
    "due_not_started": "应开工 － 应开工已开工",
    "started_early": "已开工 － 应开工已开工",
    "due_not_completed": "应竣工 － 应竣工已竣工",
    "completed_early": "已竣工 － 应竣工已竣工",
}


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure. ``printed``: as prose has it, with its unit; ``in_table``: where the head names the unit.

    ``value`` is the sum of ``numerator``, or that in percent of the sum of ``denominator``, less ``less``; None:
    undefined. Both are fields or properties of ``Parts``, ``month_amount``, ``month_before`` or ``light:RED``, of the
    projects of ``group``. A ``listed`` figure counts the lines of that list, or adds up their ``numerator``.
    """

    name: str
    printed: str
    in_table: str
    value: Decimal | int | None
    formula: str
    numerator: tuple[str, ...] = ()
    denominator: tuple[str, ...] = ()
    group: str = ""
    listed: str = ""
    less: Decimal = NOUGHT


class UnknownFigure(LookupError):
    """``names``: what stands between braces in a text and is no figure of the bulletin."""

    def __init__(self, names: list[str]) -> None:
        self.names = names
        super().__init__("没有这样的数字：" + "、".join(names))


def figures(bulletin: Bulletin) -> Mapping[str, Figure]:
    """Every figure by its name, in the order of the bulletin; of the same bulletin they are made once."""
    return _by_name(_Same(bulletin))


class _Same:
    """A bulletin as the one it is: to compare what two say takes longer than to make their figures."""

    def __init__(self, bulletin: Bulletin) -> None:
        self.bulletin = bulletin

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.bulletin is self.bulletin

    def __hash__(self) -> int:
        return id(self.bulletin)


@lru_cache(maxsize=2)
def _by_name(same: _Same) -> Mapping[str, Figure]:
    return MappingProxyType({figure.name: figure for figure in _every(same.bulletin)})


def tokens(text: str) -> list[str]:
    """The names between braces, in their order."""
    return _TOKEN.findall(text)


def with_figures(text: str, figures: Mapping[str, Figure]) -> str:
    """The text as it is printed. Raises ``UnknownFigure`` with every name that is none."""
    if unknown := [name for name in tokens(text) if name not in figures]:
        raise UnknownFigure(unknown)
    return _TOKEN.sub(lambda found: figures[found[1]].printed, text)


def amount_in_words(value: Decimal) -> str:
    """In 亿元 from one 亿元 on, below it in 万元; a paper parts no thousands."""
    is_great = abs(value) >= _YI
    return f"{written.shown(value.scaleb(-4), 2)}亿元" if is_great else f"{written.shown(value, 0)}万元"


def gap_in_words(value: Decimal | None) -> str:
    """超5.9个百分点, as a paper has it: without spaces."""
    return written.gap_pp(value, 1).replace(" ", "")


def change_in_words(value: Decimal | None, unit: str) -> str:
    """上升 or 下降, by the printed figure: what prints as nought is 持平."""
    if value is None:
        return written.UNDEFINED
    printed = written.rounded(value, 1)
    return f"{'上升' if printed > 0 else '下降'}{abs(printed)}{unit}" if printed else "持平"


def group_name(table: str, group: str) -> str:
    """What the figures of a group are called by."""
    return f"{table}：{group}"


def place_name(unit: str) -> str:
    """What the figures of a unit on a board are called by."""
    return f"排名：{unit}"


def project_name(code: str) -> str:
    """What the figures of a lagging project are called by."""
    return f"项目：{code}"


def code_of(name: str) -> str:
    """Eight signs that stand for the name of a figure in an address, which has no room for the name itself."""
    return urlsafe_b64encode(blake2b(name.encode(), digest_size=6).digest()).decode()


def recomputed(figure: Figure, *, above: Decimal, below: Decimal) -> Decimal | None:
    """What the figure comes to by what its projects or lines add up to above and below the line."""
    value = Ratio(above, below).rate if figure.denominator else above
    return None if value is None else value - figure.less


def expected(bulletin: Bulletin) -> Ratio:
    """序时进度: the months gone of twelve."""
    return time_progress(bulletin.on, basis=BASIS, annual_amount=NOUGHT, to_date_amount=NOUGHT)


def lines(bulletin: Bulletin, listed: str, group: str = "") -> tuple[Any, ...]:
    """The lines of a list, or of the part a dot names: ``starts.missed``, ``problems.用地``; of one ``group``."""
    name, _, part = listed.partition(".")
    found: tuple[Any, ...] = getattr(bulletin, name)
    return tuple(line for line in found if (not part or _is_of(line, part)) and _belongs(line, group))


def _belongs(line: Any, group: str) -> bool:
    if group.startswith(OWNER):
        return bool(line.unit == group.removeprefix(OWNER))
    return not group.startswith(LINE) or str(line.project.pk) == group.removeprefix(LINE)


_PARTS_OF_LISTS: Mapping[str, Callable[..., bool]] = {
    "late": lambda line: line.days > 0,
    "investment": lambda line: line.gap_pp is not None,
    "due": lambda line: line.is_due,
    "done": lambda line: line.is_done,
    "missed": lambda line: line.is_missed,
    "early": lambda line: line.is_early,
}


def _is_of(line: Any, part: str) -> bool:
    first, _, rest = part.partition(".")
    if first in _PARTS_OF_LISTS:
        return _PARTS_OF_LISTS[first](line)
    return bool(line.kind == first) and (not rest or _is_of(line, rest))


class _Made(NamedTuple):
    """What a figure is made of, as ``Figure`` has it."""

    formula: str
    numerator: tuple[str, ...] = ()
    denominator: tuple[str, ...] = ()
    group: str = ""
    listed: str = ""


def _every(bulletin: Bulletin) -> Iterator[Figure]:
    time, card = expected(bulletin), CARDS[TIME_LINEAR]
    yield _percent(f"{DISTRICT}·{card.name}", time.rate, _Made(card.formula))
    yield from _of_group(DISTRICT, bulletin.whole, time)
    if bulletin.before_on is not None:
        yield from _month_on_month(bulletin)
    yield from _of_lists(bulletin)
    for table in bulletin.tables:
        for group in table.groups:
            yield from _of_group(group_name(table.name, group.name), group, time)
    yield from _of_boards(bulletin)
    yield from _of_lines(bulletin)


def _of_group(name: str, group: Group, time: Ratio) -> Iterator[Figure]:
    for label, field in COUNTS.items():
        made = _Made(_DERIVED.get(field) or FIELD_NAMES[field], (field,), group=group.key)
        yield _count(f"{name}·{label}", getattr(group.parts, field), made)
    for label, field in AMOUNTS.items():
        made = _Made(f"{FIELD_NAMES[field]}之和", (field,), group=group.key)
        yield _amount(f"{name}·{label}", getattr(group.parts, field), made)
    of_month = _Made("本月各报告期已审核的完成投资之和", (MONTH,), group=group.key)
    yield _amount(f"{name}·本月完成投资", group.month_amount, of_month)
    for index in RATES:
        yield _rate(f"{name}·{CARDS[index].name}", index, group.parts, group.key)
    yield _gap(f"{name}·超欠进度", group.parts, time, group.key)
    if group.before is not None:
        yield _rate(f"{name}·上月投资完成率", Index.INVESTMENT, group.before, group.key + BEFORE)
    lit = dict(group.lights)
    for label, light in LIGHTS.items():
        made = _Made(f"年度计划内亮{light.word}的项目", (LIGHT + light.value,), group=group.key)
        yield _count(f"{name}·{label}", lit.get(light.value, 0), made)


def _month_on_month(bulletin: Bulletin) -> Iterator[Figure]:
    """环比, of the projects that were in the plan both times (同口径)."""
    same, formula = WHOLE + SAME, FORMULAS[Index.INVESTMENT]
    before, now = bulletin.same_before, bulletin.same_now
    yield _rate(f"{DISTRICT}·同口径投资完成率", Index.INVESTMENT, now, same)
    risen, less = formula.of(now).gap_pp(formula.of(before)), formula.of(before).rate or NOUGHT
    made = _Made("同口径投资完成率 － 上月投资完成率", *formula, group=same)
    yield _changed(f"{DISTRICT}·投资完成率环比", risen, "个百分点", made, less=less)
    month, last = bulletin.same_month_amount, bulletin.same_month_before
    made = _Made("上月已列入年度计划的项目上月完成投资，以上月末所知为准", (MONTH_BEFORE,), group=same)
    yield _amount(f"{DISTRICT}·上月完成投资", last, made)
    made = _Made("上月已列入年度计划的项目本月完成投资", (MONTH,), group=same)
    yield _amount(f"{DISTRICT}·同口径本月完成投资", month, made)
    grown = Ratio(month, last).gap_pp(Ratio(Decimal(1), Decimal(1)))
    made = _Made("同口径本月完成投资 ÷ 上月完成投资 × 100% － 100%", (MONTH,), (MONTH_BEFORE,), same)
    yield _changed(f"{DISTRICT}·本月完成投资环比", grown, "%", made, less=Decimal(100))


def _of_lists(bulletin: Bulletin) -> Iterator[Figure]:
    for label, (listed, what) in LISTS.items():
        yield _listed(f"{DISTRICT}·{label}", bulletin, listed, what)
    added = sum((line.amount for line in bulletin.late_reports), NOUGHT)
    made = _Made("补报、更正使以前月份完成投资增加的数额", ("amount",), listed="late_reports")
    printed = ("增加" if added >= 0 else "减少") + amount_in_words(abs(added))
    yield Figure(f"{DISTRICT}·补报金额", printed, written.wan(added), added, *made)
    for kind in dict.fromkeys(line.kind for line in bulletin.problems):
        for label, part in (("开放问题数", kind), ("超期问题数", f"{kind}.late")):
            what = f"{LISTS[label][1]}中的{kind}问题"
            yield _listed(f"问题：{kind}·{label}", bulletin, f"problems.{part}", what)
    for unit in dict.fromkeys(line.unit for line in bulletin.decisions):
        made = _Made(f"{unit}承办的超期交办事项", group=OWNER + unit, listed="decisions.late")
        yield _count(f"交办：{unit}·超期交办数", len(lines(bulletin, made.listed, made.group)), made)
    yield from _of_verifications(bulletin)


def _of_verifications(bulletin: Bulletin) -> Iterator[Figure]:
    drawn, verified = bulletin.drawn, bulletin.verified
    of_drawn = _Made("本月登记核查结果的项目", ("drawn",), listed="verifications")
    of_verified = _Made("本月核查核实无误的项目", ("verified",), listed="verifications")
    rate = _Made("核实数 ÷ 随机核查数 × 100%", ("verified",), ("drawn",), listed="verifications")
    yield _count(f"{DISTRICT}·随机核查数", drawn, of_drawn)
    yield _count(f"{DISTRICT}·核实数", verified, of_verified)
    yield _percent(f"{DISTRICT}·核实率", Ratio(Decimal(verified), Decimal(drawn)).rate, rate)


def _of_boards(bulletin: Bulletin) -> Iterator[Figure]:
    """By the rate of a unit's projects that are not excused, which may differ from that of all of them."""
    formula = CARDS[Index.INVESTMENT].formula + "，不含停缓建和获准豁免的项目"
    for board in bulletin.boards:
        for placed in (*board.honoured, *board.lagging):
            made = _Made(formula, *FORMULAS[Index.INVESTMENT], group=BOARD + placed.name)
            yield _percent(f"{place_name(placed.name)}·投资完成率", placed.rate, made)


def _of_lines(bulletin: Bulletin) -> Iterator[Figure]:
    for line in bulletin.lagging:
        name, group = project_name(line.project.code), f"{LINE}{line.project.pk}"
        days = _Made("逾期最久的事项逾期的日历天数", ("days",), group=group, listed="lagging")
        yield _count(f"{name}·逾期天数", line.days, days)
        if line.gap_pp is not None:
            what = "投资完成率 － 同期计划投资占年度计划投资的比例"
            made = _Made(what, ("gap_pp",), group=group, listed="lagging")
            yield _gapped(f"{name}·超欠进度", line.gap_pp, made)


def _count(name: str, value: int, made: _Made) -> Figure:
    return Figure(name, str(value), written.grouped(Decimal(value), 0), value, *made)


def _amount(name: str, value: Decimal, made: _Made) -> Figure:
    return Figure(name, amount_in_words(value), written.wan(value), value, *made)


def _percent(name: str, value: Decimal | None, made: _Made) -> Figure:
    return Figure(name, written.percent(value, 1), written.shown(value, 2), value, *made)


def _rate(name: str, index: Index, parts: Parts, group: str) -> Figure:
    formula = FORMULAS[index]
    return _percent(name, formula.of(parts).rate, _Made(CARDS[index].formula, *formula, group=group))


def _gap(name: str, parts: Parts, time: Ratio, group: str) -> Figure:
    formula = FORMULAS[Index.INVESTMENT]
    made = _Made("投资完成率 － 序时进度", *formula, group=group)
    return _gapped(name, formula.of(parts).gap_pp(time), made, less=time.rate or NOUGHT)


def _gapped(name: str, gap: Decimal | None, made: _Made, *, less: Decimal = NOUGHT) -> Figure:
    return Figure(name, gap_in_words(gap), written.signed(gap), gap, *made, less=less)


def _listed(name: str, bulletin: Bulletin, listed: str, formula: str) -> Figure:
    return _count(name, len(lines(bulletin, listed)), _Made(formula, listed=listed))


def _changed(name: str, value: Decimal | None, unit: str, made: _Made, *, less: Decimal) -> Figure:
    return Figure(name, change_in_words(value, unit), written.signed(value), value, *made, less=less)
