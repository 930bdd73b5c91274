"""外绿内红: what of a report does not fit what was said before. Each doubt has its number and its reason; none blocks.

Amounts are 万元, rates percent, gaps percentage points. Whoever reports may explain; whoever reviews looks there first.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from projects.figures import exactly, percent, rounded

_JUMP = 3
"""How many times the mean of the last periods is much."""
_OVER_TARGET = 2
_LEAST_TO_COMPARE = 3
_GAP_PP = Decimal(20)
_GREAT_PERCENT = 20
"""What part of its month an adjustment may be before it is doubted."""


class Flag(NamedTuple):
    code: str
    text: str


@dataclass(frozen=True)
class Said:
    """What one earlier period said."""

    amount: Decimal
    physical_progress: str
    physical_percent: Decimal | None = None


@dataclass(frozen=True)
class Node:
    """A milestone not reached before, and what this report claims of it."""

    name: str
    approved_on: date | None
    forecast_on: date | None = None
    actual_on: date | None = None
    evidence: str = ""


@dataclass(frozen=True)
class Report:
    """A report beside what is known. ``earlier`` newest first; totals without this report; None is not known."""

    amount: Decimal
    physical_progress: str
    physical_percent: Decimal | None = None
    problems: str = ""
    reduction_reason: str = ""
    earlier: Sequence[Said] = ()
    year_before: Decimal = Decimal(0)
    since_start_before: Decimal = Decimal(0)
    total_investment: Decimal | None = None
    target: Decimal | None = None
    nodes: Sequence[Node] = field(default_factory=tuple)
    month_before: Decimal | None = None
    """Of an adjustment at the end of a month (月末调整): what the periods of the month come to."""

    @property
    def since_start(self) -> Decimal:
        return self.since_start_before + self.amount


def beyond_total(since_start: Decimal, total: Decimal | None) -> str | None:
    """开工累计 above 总投资, in words; None: it is not, or the total is not known."""
    if total is None or since_start <= total:
        return None
    return (
        f"开工累计 {exactly(since_start)} 万元，已超过总投资 {exactly(total)} 万元"
        f"（超出 {exactly(since_start - total)} 万元）；如概算已调整，请先登记调概。"
    )


def rate_gap(since_start: Decimal, total: Decimal | None, physical_percent: Decimal | None) -> str | None:
    """Investment and 形象进度 more than 20 percentage points apart (domain §3.5), in words; None: not, or not known."""
    if physical_percent is None or not total:
        return None
    invested = 100 * since_start / total
    gap = invested - physical_percent
    if abs(gap) <= _GAP_PP:
        return None
    side = "高" if gap > 0 else "低"
    return (
        f"开工累计占总投资 {percent(invested, 1)}，形象进度 {percent(physical_percent, 1)}，"
        f"投资比形象进度{side} {rounded(abs(gap), 1)} 个百分点（超过 {_GAP_PP} 个百分点）。"
    )


def flags(report: Report) -> list[Flag]:
    """Everything about this report that asks for a second look, the money first."""
    checks = _OF_ADJUSTMENT if report.month_before is not None else _OF_PERIOD
    return [flag for check in checks for flag in check(report)]


def _reduction(report: Report) -> Iterator[Flag]:
    if report.amount < 0:
        before, after = exactly(report.year_before), exactly(report.year_before + report.amount)
        yield Flag(
            "REDUCTION",
            f"本期核减 {exactly(-report.amount)} 万元，当年累计由 {before} 万元降为 {after} 万元；"
            f"核减原因：{report.reduction_reason or '未填'}。",
        )


def _jump(report: Report) -> Iterator[Flag]:
    spent = [said.amount for said in report.earlier]
    mean = sum(spent, Decimal(0)) / len(spent) if len(spent) >= _LEAST_TO_COMPARE else Decimal(0)
    if mean > 0 and report.amount > _JUMP * mean:
        times = rounded(report.amount / mean, 1)
        yield Flag(
            "JUMP",
            f"本期完成 {exactly(report.amount)} 万元，是前 {len(spent)} 期平均数 {_said(mean)} 万元的 {times} 倍，"
            "请核对是否多填、错填单位。",
        )


def _beyond_target(report: Report) -> Iterator[Flag]:
    if report.target and report.amount > _OVER_TARGET * report.target:
        times = rounded(report.amount / report.target, 1)
        yield Flag(
            "BEYOND_TARGET",
            f"本期完成 {exactly(report.amount)} 万元，是周目标 {exactly(report.target)} 万元的 {times} 倍。",
        )


def _beyond_total(report: Report) -> Iterator[Flag]:
    words = beyond_total(report.since_start, report.total_investment)
    if words and report.amount > 0:
        yield Flag("BEYOND_TOTAL", words)


def _gap(report: Report) -> Iterator[Flag]:
    if words := rate_gap(report.since_start, report.total_investment, report.physical_percent):
        yield Flag("RATE_GAP", words)


def _same_words(report: Report) -> Iterator[Flag]:
    if len(report.earlier) < 2:
        return
    last, before = report.earlier[0], report.earlier[1]
    same = report.physical_progress == last.physical_progress == before.physical_progress
    if same and report.amount > 0 and last.amount > 0:
        yield Flag(
            "SAME_WORDS",
            f"连续两期共完成投资 {exactly(report.amount + last.amount)} 万元，"
            f"形象进度仍为“{report.physical_progress}”，没有更新。",
        )


def _percent_falls(report: Report) -> Iterator[Flag]:
    known = next((said.physical_percent for said in report.earlier if said.physical_percent is not None), None)
    if known is not None and report.physical_percent is not None and report.physical_percent < known:
        yield Flag(
            "PERCENT_FALLS",
            f"形象进度由上次的 {percent(known, 1)} 降为 {percent(report.physical_percent, 1)}，请说明原因。",
        )


def _nodes(report: Report) -> Iterator[Flag]:
    for node in report.nodes:
        if node.actual_on and not node.evidence:
            yield Flag("NO_EVIDENCE", f"“{node.name}”报为 {node.actual_on} 完成，没有写明依据。")
        late = node.forecast_on and node.approved_on and node.forecast_on > node.approved_on
        if late and not node.actual_on and not report.problems.strip():
            days = (node.forecast_on - node.approved_on).days  # type: ignore[operator]  # both are there: it is late
            yield Flag(
                "LATE_WITHOUT_PROBLEM",
                f"“{node.name}”预计 {node.forecast_on} 完成，比批准日期 {node.approved_on} 晚 {days} 天，"
                "“存在问题”却没有填写。",
            )


def _complete(report: Report) -> Iterator[Flag]:
    waiting = [node.name for node in report.nodes if not node.actual_on]
    if report.physical_percent == 100 and waiting:
        named = "、".join(waiting[:3]) + ("等" if len(waiting) > 3 else "")
        yield Flag("COMPLETE_WITH_OPEN", f"形象进度已填 100%，还有 {len(waiting)} 个节点没有完成：{named}。")


def _great_adjustment(report: Report) -> Iterator[Flag]:
    month = report.month_before or Decimal(0)
    after = month + report.amount
    if after < 0:
        yield Flag("MONTH_BELOW_NOUGHT", f"调整后本月完成 {exactly(after)} 万元，小于 0，请核对。")
    elif abs(report.amount) > month * _GREAT_PERCENT / 100:
        yield Flag(
            "GREAT_ADJUSTMENT",
            f"调整 {exactly(report.amount)} 万元，超过本月各期合计 {exactly(month)} 万元的 {_GREAT_PERCENT}%，请核对。",
        )


_OF_PERIOD = (_reduction, _jump, _beyond_target, _beyond_total, _gap, _same_words, _percent_falls, _nodes, _complete)
_OF_ADJUSTMENT = (_reduction, _great_adjustment, _beyond_total)


def _said(mean: Decimal) -> str:
    return exactly(rounded(mean, 2))
