"""What the tests of inspections share: projects with all that a round asks of them, and a round."""

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from projects import recorded
from projects.models import BudgetRevision, Permit, PermitState, ProjectDates
from scheduling.actions import inspections, stops
from scheduling.actions.inspections import Arrangement
from scheduling.models import Standing


def records(*versions):
    with recorded.writing() as at:
        for version in versions:
            recorded.record([version], by=None, at=at)


def make_fit(project, *, share=50):
    """Its one permit is granted, it has started, and so much of its total investment is done."""
    day = timezone.localdate() - timedelta(days=400)
    permit = Permit.objects.create(project=project, name="施工许可证", phase="BUILDING", is_required_for_start=True)
    records(
        BudgetRevision(project=project, total_investment=Decimal(10000)),
        PermitState(permit=permit, status="GRANTED", accepted_on=day, finished_on=day),
        ProjectDates(project=project, started_on=day),
    )
    standing = {"since_start_amount": Decimal(100 * share), "light": "GREEN", "evaluated_at": timezone.now()}
    Standing.objects.update_or_create(project=project, defaults=standing)
    return project


def arrangement(title="2026年第四季度观摩", *, starts_in=timedelta(days=10), **said):
    starts_at = timezone.now() + starts_in
    return Arrangement(title, **{"emphases": ["COMPLETION"], "starts_at": starts_at, "origin": "区政府东门"} | said)


def open_round(by, *, year=2026, quarter=4, **said):
    said = arrangement(f"{year}年第{quarter}季度观摩", **said)
    return inspections.open_round(year=year, quarter=quarter, arrangement=said, by=by, at=timezone.now())


def choose(inspection, *projects, by):
    return [stops.choose(inspection=inspection, project=each, by=by, at=timezone.now()) for each in projects]
