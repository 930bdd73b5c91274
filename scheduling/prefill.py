"""What a report's form opens with: the words of the last period to amend and blank figures, or what was said before."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from projects.models import KeyProject, TaskForce
from scheduling.field_merge import as_sent
from scheduling.models import DailyLine, ProgressVersion, ReportPeriod
from scheduling.report_basis import Basis

_CARRIED = ("physical_progress", "done_text", "next_text", "problems_text")
_SAID = (
    *_CARRIED,
    "period_amount",
    "reduction_reason",
    "stat_amount",
    "physical_percent",
    "headcount",
    "unchanged_reason",
    "correction_reason",
)


def from_last(basis: Basis, lines: Sequence[DailyLine] = ()) -> dict[str, str]:
    """Words to amend. A project that reports by day finds what its days came to."""
    words = {name: getattr(basis.last, name) for name in _CARRIED} if basis.last else {}
    if lines:
        words["done_text"] = "\n".join(f"{line.day.month}月{line.day.day}日：{line.text}" for line in lines)
        words["period_amount"] = written(sum((line.amount for line in lines), Decimal(0)))
    return {name: as_sent(text) for name, text in words.items()}


def from_version(version: ProgressVersion) -> dict[str, str]:
    """What was said, as it would be typed: by field name of the form."""
    said = {name: written(getattr(version, name)) for name in _SAID}
    for claim in version.milestones:
        for name in ("forecast_on", "actual_on", "evidence"):
            said[milestone_field(claim["milestone"], name)] = claim.get(name) or ""
    for claim in version.funds:
        for name in ("received", "paid"):
            said[fund_field(claim["kind"], name)] = claim.get(name) or ""
    return said


def milestone_field(pk: int, name: str) -> str:
    return f"milestone-{pk}-{name}"


def fund_field(kind: str, name: str) -> str:
    return f"fund-{kind}-{name}"


def daily_lines(project: KeyProject, period: ReportPeriod) -> list[DailyLine]:
    """The days of this period, where the project's task force reports by day. One query or two."""
    since = TaskForce.objects.filter(project=project, reports_daily_from__lte=period.ends_on).values_list(
        "reports_daily_from", flat=True
    )
    from_day = next(iter(since), None)
    if from_day is None:
        return []
    days = (max(from_day, period.starts_on), period.ends_on)
    return [*DailyLine.objects.filter(project=project, day__range=days)]


def written(value: Any) -> str:
    """A stored value as a person would type it: no zeros behind it, nothing for nothing."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}" if value else "0"
    return "" if value is None else as_sent(str(value))
