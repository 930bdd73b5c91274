"""Why a light is what it is: one sentence with the numbers it was judged by, which read back to what is stored."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from projects.figures import exactly, percent, rounded
from scheduling.light_evidence import Evidence, judged_month, value_of
from scheduling.light_rules import HALF, HUNDRED, Dimension, Light, Measure
from scheduling.lights import Verdict
from scheduling.time_progress import TimeBasis, months_elapsed


class Figures(NamedTuple):
    """The days and the numbers of a sentence, each in reading order."""

    days: tuple[date, ...]
    numbers: tuple[Decimal, ...]


_NAME = re.compile(r"“.*”", re.DOTALL)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?")
_DONE = {Dimension.MILESTONE: "完成", Dimension.PERMIT: "办结", Dimension.PROBLEM: "解决"}
_BASIS = {TimeBasis.LINEAR: "序时", TimeBasis.PLAN: "计划进度"}


def sentence(verdict: Verdict, *, on: date) -> str:
    """The reason of a light in one sentence. Days late are those of ``on``, which may be later than the day judged."""
    cited = f"；{clause(verdict)}" if is_judged(verdict) else ""
    return f"{reason(verdict, on=on)}{cited}"


def reason(verdict: Verdict, *, on: date) -> str:
    """The same without the rule it rests on."""
    if verdict.measure is None or verdict.reason:
        return verdict.reason if verdict.light is Light.PAUSED else f"{verdict.reason}，无法判定"
    return "，".join(part for part in _said(verdict, verdict.measure, on) if part)


def is_judged(verdict: Verdict) -> bool:
    """Whether a rule gave the light; else nothing is known, or nothing is to be judged."""
    return verdict.measure is not None and not verdict.reason


def clause(verdict: Verdict) -> str:
    """Which rule of which edition gave the light."""
    place = "" if verdict.rule is None else f"第 {verdict.rule + 1} 条"
    return f"规则第 {verdict.edition} 版{place}"


def figures_in(text: str) -> Figures:
    """What a sentence of this module says in figures; a name in quotation marks says none."""
    bare = _NAME.sub("", text)
    days = tuple(date.fromisoformat(day) for day in _DAY.findall(bare))
    numbers = tuple(Decimal(number.replace(",", "")) for number in _NUMBER.findall(_DAY.sub("", bare)))
    return Figures(days, numbers)


def _said(verdict: Verdict, measure: Measure, on: date) -> list[str]:
    value = value_of(measure, verdict.inputs, on=on)
    if measure.dimension in _DONE:
        return _late(verdict, value, on)
    said = _WORDS[measure](verdict.inputs, value)
    if measure in _SAYS_THRESHOLD:
        said.append(verdict.crossed)
    return said + _in_a_row(verdict, measure)


def _in_a_row(verdict: Verdict, measure: Measure) -> list[str]:
    if "since" not in verdict.inputs:
        return []
    on, since = (date.fromisoformat(verdict.inputs[name]) for name in ("on", "since"))
    months = judged_month(on, measure) - since.month + 1
    said = [f"连续第 {months} 月"] if months > 1 else []
    return [*said, f"满 {verdict.raised_after} 个月加重为{verdict.light.word}"] if verdict.raised_after else said


def _gap(inputs: Evidence, value: Decimal) -> list[str]:
    rate = HUNDRED * Decimal(inputs["done"]) / Decimal(inputs["plan"])
    return [
        f"年度计划 {_amount(inputs['plan'])} 万元",
        f"应完成 {_amount(inputs['to_date'])} 万元（{_time(inputs)}）",
        f"实际 {_amount(inputs['done'])} 万元（{percent(rate)}）",
        _points(value),
    ]


def _points(value: Decimal) -> str:
    printed = rounded(value, 2)
    if not printed:
        return "与应完成额持平"
    return f"{'低' if printed > 0 else '高'} {abs(printed)} 个百分点"


def _time(inputs: Evidence) -> str:
    """9 月序时 75%: how far the year has come by the basis of the rule, and what part of it is the target."""
    asked = HUNDRED * Decimal(inputs["to_date"]) / Decimal(inputs["plan"])
    target = Decimal(inputs["target_percent"])
    word = f"{_month(inputs)}{_BASIS[TimeBasis(inputs['basis'])]}"
    if target == HUNDRED:
        return f"{word} {_short(asked)}%"
    return f"{word}的 {exactly(target)}%，即 {_short(asked)}%"


def _month(inputs: Evidence) -> str:
    gone = months_elapsed(date.fromisoformat(inputs["on"]))
    if not gone:
        return "年初"
    return f"{gone} 月" if gone == int(gone) else f"{int(gone + HALF)} 月上半月"


def _ratio(inputs: Evidence, value: Decimal) -> list[str]:
    return [
        f"年度计划 {_amount(inputs['plan'])} 万元",
        f"应完成 {_amount(inputs['to_date'])} 万元（{_time(inputs)}）",
        f"实际 {_amount(inputs['done'])} 万元",
        f"完成应完成额的 {percent(value)}",
    ]


def _share(inputs: Evidence, value: Decimal) -> list[str]:
    return [
        f"年度计划 {_amount(inputs['plan'])} 万元",
        f"实际 {_amount(inputs['done'])} 万元（{percent(value)}）",
    ]


def _month_ratio(inputs: Evidence, value: Decimal) -> list[str]:
    month = date.fromisoformat(inputs["month_end"]).month
    return [
        f"{month} 月计划 {_amount(inputs['plan'])} 万元",
        f"完成 {_amount(inputs['done'])} 万元（{percent(value)}）",
    ]


def _started(inputs: Evidence) -> list[str]:
    planned = f"（计划 {inputs['planned_start_on']}）" if "planned_start_on" in inputs else ""
    return [f"{inputs['started_on']} 已开工{planned}"]


def _start(unit: str) -> Callable[[Evidence, Decimal], list[str]]:
    def words(inputs: Evidence, value: Decimal) -> list[str]:
        if "started_on" in inputs:
            return _started(inputs)
        if not value:
            return [f"计划 {inputs['planned_start_on']} 开工", "尚未到期"]
        return [f"应于 {inputs['planned_start_on']} 开工", f"至今未开工，{unit.format(value)}"]

    return words


def _entry(inputs: Evidence, value: Decimal) -> list[str]:
    if "stat_entry_on" in inputs:
        return [f"{inputs['stat_entry_on']} 已入库"]
    whole = int(value)
    lasted = f"已{'满' if value == whole else '超过'} {whole} 个月" if whole else "未满 1 个月"
    return [f"{inputs['started_on']} 开工", f"至今未入库，{lasted}"]


def _funds(inputs: Evidence, value: Decimal) -> list[str]:
    return [
        f"到位资金 {_amount(inputs['received'])} 万元",
        f"支付 {_amount(inputs['paid'])} 万元（{percent(value)}）",
    ]


def _missing(inputs: Evidence, value: Decimal) -> list[str]:
    last = f"最近填报至 {inputs['reported_to']}" if "reported_to" in inputs else "尚无已审核的填报"
    return [last, f"连续 {value} 期未填报" if value else "没有漏报"]


def _last_report(inputs: Evidence, value: Decimal) -> list[str]:
    return [f"最近填报至 {inputs['reported_to']}", f"距今 {value} 天"]


def _late(verdict: Verdict, value: Decimal, on: date) -> list[str]:
    inputs, done = verdict.inputs, _DONE[verdict.dimension]
    if not inputs:
        return [f"没有逾期的{verdict.dimension.word}"]
    due_on, since = (date.fromisoformat(inputs[name]) for name in ("due_on", "late_since"))
    excused = f"扣除停缓建 {(since - due_on).days} 天" if since != due_on else ""
    item = f"“{inputs['name']}”应于 {inputs['due_on']} {done}"
    if on <= since:
        return [item, excused, "未逾期"]
    late = f"已逾期 {(on - since).days} 天"
    if verdict.measure is not None and verdict.measure.value.unit == "项":
        return [f"{verdict.dimension.word}逾期 {value} 项", verdict.crossed, f"最久的{item}", excused, late]
    others = f"共 {inputs['count']} 项逾期" if inputs["count"] != "1" else ""
    return [item, excused, late, verdict.crossed, others]


def _amount(text: str) -> str:
    """With every decimal the fact has; what was divided by twelve has no end and stops at four."""
    return exactly(rounded(Decimal(text), 4))


def _short(value: Decimal) -> str:
    return exactly(rounded(value, 2))


_WORDS: Mapping[Measure, Callable[[Evidence, Decimal], list[str]]] = {
    Measure.GAP_PP: _gap,
    Measure.RATIO_TO_PLAN: _ratio,
    Measure.SHARE_OF_YEAR: _share,
    Measure.MONTH_RATIO: _month_ratio,
    Measure.START_DELAY_MONTHS: _start("已过 {} 个月末"),
    Measure.START_DELAY_DAYS: _start("已逾期 {} 天"),
    Measure.ENTRY_MONTHS: _entry,
    Measure.PAID_RATIO: _funds,
    Measure.MISSING_PERIODS: _missing,
    Measure.DAYS_SINCE_REPORT: _last_report,
}
_SAYS_THRESHOLD = {
    Measure.RATIO_TO_PLAN,
    Measure.SHARE_OF_YEAR,
    Measure.MONTH_RATIO,
    Measure.START_DELAY_DAYS,
    Measure.PAID_RATIO,
    Measure.MISSING_PERIODS,
    Measure.DAYS_SINCE_REPORT,
}
