"""A week, a project that owes it, and what is said of it."""

from datetime import date
from decimal import Decimal
from uuid import uuid4

from projects import recorded
from projects.models import TierEntry
from projects.periods import Kind
from scheduling.actions import periods, progress_reports
from scheduling.actions.progress_reports import Content
from tests.factories import KeyProjectFactory


def week_of(day, *, at, kind=Kind.WEEK):
    return periods.open_period(kind=kind, day=day, by=None, at=at)


def enter_tier(project, tier="BUILDING", entered_on=date(2025, 1, 1)):
    with recorded.writing() as at:
        recorded.record([TierEntry(project=project, tier=tier, entered_on=entered_on, reason="按文件")], by=None, at=at)
    return project


def project_of(lead, lead_unit, **said):
    return enter_tier(KeyProjectFactory(lead_unit=lead_unit, responsible_person=lead, **said))


def report(project, period, by, amount="120.5", *, correction_reason="", accepted_by=None, **said):
    content = Content(**({"period_amount": Decimal(amount), "physical_progress": "主体施工至三层"} | said))
    told = progress_reports.submit(
        project=project,
        period=period,
        content=content,
        client_id=uuid4(),
        correction_reason=correction_reason,
        by=by,
    ).report
    if accepted_by:
        progress_reports.accept(report=told, by=accepted_by)
    return told
