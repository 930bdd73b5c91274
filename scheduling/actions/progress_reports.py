"""填报: the lead says what a period brought. Reviewing and correcting are verbs of a later day."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from projects import audit, recorded
from projects.actions.one_project import facts_of
from projects.errors import NotAllowed, RuleViolation
from projects.models import KeyProject, User
from projects.recorded import day_of
from scheduling.models import ProgressReport, ProgressVersion, ReportPeriod
from scheduling.models.progress_report import Totals

State = ProgressVersion.State


@dataclass(frozen=True)
class Submitted:
    """A report taken in, and the totals it leads to: accepted and unreviewed periods together."""

    report: ProgressReport
    totals: Totals


def submit(
    *,
    project: KeyProject,
    period: ReportPeriod,
    period_amount: Decimal,
    physical_progress: str,
    physical_percent: Decimal | None = None,
    reduction_reason: str = "",
    done_text: str = "",
    next_text: str = "",
    problems_text: str = "",
    by: User,
) -> Submitted:
    """填报, or fill in again what was sent back or is not yet reviewed: a new version each time.

    ``period_amount`` is 万元 of this period alone; below nought it needs ``reduction_reason`` (核减).
    Raises ``NotAllowed`` for another's project, ``RuleViolation`` for a period that takes no reports.
    """
    with facts_of(project) as at:
        _refuse_stranger(project, by)
        _refuse_closed(ReportPeriod.objects.get(pk=period.pk), at)
        if period_amount < 0 and not reduction_reason.strip():
            raise RuleViolation(f"本期完成投资 {period_amount} 万元为负数，属核减，请填写核减原因。")
        report, _ = ProgressReport.objects.get_or_create(project=project, period=period)
        before = report.versions.current().first()
        if before and before.state == State.ACCEPTED:
            raise RuleViolation(f"{period}已审核通过，不能重新填报；确需更正的，请联系审核人。")
        version = ProgressVersion(
            report=report,
            period_amount=period_amount,
            reduction_reason=reduction_reason,
            physical_progress=physical_progress,
            physical_percent=physical_percent,
            done_text=done_text,
            next_text=next_text,
            problems_text=problems_text,
            submitted_by=by,
        )
        recorded.record([version], by=by, at=at)
        changes = audit.in_words(before, version, ("period_amount", "physical_progress", "physical_percent"))
        audit.record("progress_report.submitted", report, by=by, at=at, changes=changes)
        totals = ProgressVersion.objects.current().declared().totals(project=project, upto=period)
    return Submitted(report, totals)


def _refuse_stranger(project: KeyProject, by: User) -> None:
    if not project.is_answered_for_by(by):
        raise NotAllowed(f"只有“{project.name}”的责任人或联络人可以填报。")


def _refuse_closed(period: ReportPeriod, at: datetime) -> None:
    if not period.takes_reports(at=at):
        raise RuleViolation(f"{period}已锁定，不再接受填报；确需补报的，请联系区重点办。")
    if day_of(at) < period.starts_on:
        raise RuleViolation(f"{period}尚未开始，{period.starts_on.isoformat()} 起可以填报。")
