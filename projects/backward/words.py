"""What a plan means, in the words of the office."""

from datetime import date
from fractions import Fraction
from typing import Any

from .plan import Plan, Scheduled


def is_over(plan: Plan[Any]) -> bool:
    """Everything is done: whether in time or not, there is nothing left to plan."""
    return all(one.node.finished_on is not None for one in plan.nodes.values())


def headline(plan: Plan[Any]) -> str:
    if is_over(plan):
        return "全部节点已完成"
    if not plan.is_feasible:
        return f"工期不可行，欠 {_shortage(plan)}"
    return f"工期可行，富余 {_length(plan, plan.to_spare)}" if plan.to_spare else "工期可行，没有富余"


def sentence(plan: Plan[date]) -> str:
    """Whether the finish can be kept; if not, which node is how late on the way to it and who is being waited for."""
    if is_over(plan):
        last = max(plan.nodes.values(), key=lambda one: (one.early_finish, one.node.key))
        return f"全部节点已完成，{last.node.name}于{_day(plan, last.early_finish)}"
    aim = f"要{_day(plan, plan.due)}{plan.chain[-1].node.name}"
    if plan.is_feasible:
        return f"{aim}，{headline(plan)}；目前预计{_day(plan, plan.expected)}"
    gate = plan.gate
    return (
        f"{aim}，{gate.node.name}最迟{_day(plan, gate.late_finish)}{gate.node.outcome or '完成'}；"
        f"目前预计{_day(plan, gate.early_finish)}，欠 {_shortage(plan)}，"
        f"卡点：{plan.bottleneck.node.name}（{_waited_for(plan, plan.bottleneck)}）"
    )


def _waited_for(plan: Plan[date], bottleneck: Scheduled[date]) -> str:
    node = bottleneck.node
    state = "尚未开始" if node.started_on is None else f"已 {(plan.network.on - node.started_on).days} 天"
    return f"{node.authority}，{state}" if node.authority else state


def _shortage(plan: Plan[Any]) -> str:
    """Counted in calendar days where only days that nobody works are missing."""
    return _length(plan, plan.shortage) if plan.shortage else f"{(plan.expected - plan.due).days} 天"


def _length(plan: Plan[Any], ticks: int) -> str:
    return f"{_plain(plan.network.timetable.amount(ticks))} {plan.network.timetable.unit_name}"


def _plain(amount: Fraction) -> str:
    """A number of days without trailing zeros, at most two decimals."""
    return f"{float(amount):.2f}".rstrip("0").rstrip(".")


def _day(plan: Plan[date], day: date) -> str:
    """With its year where that is not the year of the plan, and set off by blanks as figures are."""
    year = "" if day.year == plan.network.on.year else f"{day.year} 年 "
    return f" {year}{day.month} 月 {day.day} 日"
