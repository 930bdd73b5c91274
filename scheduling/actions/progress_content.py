"""What a report says, whether that can be, and which doubts it raises."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Self

from projects.errors import RuleViolation
from projects.models import FundSource, Milestone
from projects.recorded import day_of
from scheduling.models import ProgressVersion, ReportPeriod
from scheduling.plausibility import Flag, Node, Report, Said, flags
from scheduling.report_basis import COMPARED, Basis

_TEXTS = ("physical_progress", "done_text", "next_text", "problems_text")


@dataclass(frozen=True)
class Content:
    """What a report says; the names are those of ``ProgressVersion``. Amounts are 万元 of this period alone.

    ``milestones``: dicts of ``milestone`` (its key), ``forecast_on``, ``actual_on`` (ISO, or empty) and ``evidence``.
    ``funds``: dicts of ``kind`` (of ``FundSource``), ``received`` and ``paid`` (万元, as text).
    """

    period_amount: Decimal
    physical_progress: str
    physical_percent: Decimal | None = None
    stat_amount: Decimal | None = None
    reduction_reason: str = ""
    done_text: str = ""
    next_text: str = ""
    problems_text: str = ""
    headcount: int | None = None
    is_unchanged: bool = False
    unchanged_reason: str = ""
    milestones: list[dict[str, Any]] = field(default_factory=list)
    funds: list[dict[str, Any]] = field(default_factory=list)
    explanation: str = ""

    @classmethod
    def of_adjustment(cls, *, amount: Decimal, reason: str) -> Self:
        """月末调整: so much more or less than the periods of the month say, and why."""
        reduction = reason if amount < 0 else ""
        return cls(period_amount=amount, physical_progress="", done_text=reason, reduction_reason=reduction)


def refuse_unfit(content: Content, period: ReportPeriod, basis: Basis, *, at: datetime) -> None:
    """Raises ``RuleViolation`` for what cannot be; what is merely doubtful is a flag."""
    if day_of(at) < period.starts_on:
        raise RuleViolation(f"{period}尚未开始，{period.starts_on.isoformat()} 起可以填报。")
    if content.period_amount < 0 and not content.reduction_reason.strip():
        raise RuleViolation(f"本期完成投资 {content.period_amount} 万元为负数，属核减，请填写核减原因。")
    if period.kind == ReportPeriod.Kind.MONTH_END:
        _refuse_more_than_money(content)
        return
    _refuse_wrong_claims(content, basis, at)
    if content.is_unchanged:
        _refuse_change(content, basis)
    elif basis.last and says_nothing_new(content, basis.last):
        raise RuleViolation("本期完成投资为 0，各项文字与上期完全相同：没有变化请按“无变化”报送，有变化请改写后再报。")


def _refuse_more_than_money(content: Content) -> None:
    """An adjustment corrects an amount for a reason; what was done is told in the periods. Nought takes one back."""
    if not content.done_text.strip():
        raise RuleViolation("月末调整须写明调整原因。")
    if content.is_unchanged or content.milestones or content.funds or content.physical_percent is not None:
        raise RuleViolation("月末调整只调整本月完成投资；节点、资金和形象进度请在当期填报或更正。")


def _refuse_change(content: Content, basis: Basis) -> None:
    if content.period_amount:
        raise RuleViolation(f"本期完成投资为 {content.period_amount} 万元，不能按“无变化”报送。")
    if content.milestones or content.funds:
        raise RuleViolation("填了节点进展或资金到位和支付，不能按“无变化”报送。")
    before = basis.unchanged_periods
    if before and not content.unchanged_reason.strip():
        raise RuleViolation(f"此前已连续 {before} 期无变化，本期再报“无变化”须填写原因。")


def says_nothing_new(content: Content, last: ProgressVersion) -> bool:
    """No money, no claims, and the words of the last period."""
    spent = content.period_amount or content.stat_amount or content.milestones or content.funds
    same = all(getattr(content, name).strip() == getattr(last, name).strip() for name in _TEXTS)
    return not spent and same and content.physical_percent in (None, last.physical_percent)


def _refuse_wrong_claims(content: Content, basis: Basis, at: datetime) -> None:
    known = {milestone.pk: milestone for milestone in basis.milestones}
    for claim in content.milestones:
        milestone = known.get(claim["milestone"])
        if milestone is None:
            raise RuleViolation("有的节点已经完成，或不属于本项目，请重新打开填报页面核对节点进展。")
        if (actual_on := day_claimed(claim, "actual_on")) and actual_on > day_of(at):
            raise RuleViolation(f"“{milestone}”的完成日期 {actual_on} 晚于今天；尚未完成的请填预计日期。")
    for claim in content.funds:
        if claim["kind"] not in FundSource.Kind.values or min(amount_claimed(claim, name) for name in _MONEY) < 0:
            raise RuleViolation("资金到位和支付须按资金来源填写，金额不能小于 0。")


_MONEY = ("received", "paid")


def amount_claimed(claim: dict[str, Any], name: str) -> Decimal:
    """万元; what is left empty is nought."""
    try:
        return Decimal(claim.get(name) or 0)
    except InvalidOperation:
        raise RuleViolation(f"资金金额“{claim[name]}”不是数字，请核对。") from None


def day_claimed(claim: dict[str, Any], name: str) -> date | None:
    given = claim.get(name)
    try:
        return date.fromisoformat(given) if given else None
    except ValueError:
        raise RuleViolation(f"节点日期“{given}”不是有效日期，请核对。") from None


def flags_of(content: Content, basis: Basis) -> list[dict[str, str]]:
    """The doubts, as a version keeps them."""
    return [stored(flag) for flag in flags(_compared(content, basis))]


def stored(flag: Flag) -> dict[str, str]:
    return {"code": flag.code, "text": flag.text}


def _compared(content: Content, basis: Basis) -> Report:
    claims = {claim["milestone"]: claim for claim in content.milestones}
    return Report(
        amount=content.period_amount,
        physical_progress=content.physical_progress,
        physical_percent=content.physical_percent,
        problems=content.problems_text,
        reduction_reason=content.reduction_reason,
        earlier=[
            Said(version.period_amount, version.physical_progress, version.physical_percent)
            for version in basis.earlier[:COMPARED]
        ],
        year_before=basis.before.year_to_date,
        since_start_before=basis.before.since_start,
        total_investment=basis.total_investment,
        target=basis.target.amount if basis.target else None,
        nodes=[_node(milestone, claims.get(milestone.pk, {})) for milestone in basis.milestones],
        month_before=basis.month_before,
    )


def _node(milestone: Milestone, claim: dict[str, Any]) -> Node:
    """``with_dates`` put the dates beside it."""
    return Node(
        name=milestone.name,
        approved_on=milestone.approved_on,  # type: ignore[attr-defined]
        forecast_on=day_claimed(claim, "forecast_on"),
        actual_on=day_claimed(claim, "actual_on"),
        evidence=claim.get("evidence", ""),
    )
