"""What stands beside a report: what earlier periods said, the totals before it, plan, target and open milestones."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import takewhile

from django.db.models import Sum

from projects.models import BudgetRevision, KeyProject, Milestone, PlanEntry, WeekTarget
from scheduling.models import ProgressVersion, ReportPeriod
from scheduling.models.progress_report import Totals

COMPARED = 4
"""How many earlier periods an amount is held to."""
_LOOKED_BACK = 13
_NODES = 60


@dataclass(frozen=True)
class Basis:
    """``earlier`` newest first; ``before`` leaves out the report itself. 万元; None is not known.

    ``month_before``: of an adjustment, what the periods of its month come to.
    """

    earlier: Sequence[ProgressVersion]
    before: Totals
    annual_plan_amount: Decimal | None
    total_investment: Decimal | None
    target: WeekTarget | None
    milestones: Sequence[Milestone]
    month_before: Decimal | None = None

    @property
    def last(self) -> ProgressVersion | None:
        """What the last period said that was reported."""
        return self.earlier[0] if self.earlier else None

    @property
    def unchanged_periods(self) -> int:
        """连续无变化: how many of the last reports in a row said so, a quarter of weeks at most."""
        return len([*takewhile(lambda version: version.is_unchanged, self.earlier)])


def basis_of(project: KeyProject, period: ReportPeriod, *, known_at: datetime) -> Basis:
    """As known at this moment, which is now: reviewed and unreviewed reports alike. Eight queries, or nine."""
    others = ProgressVersion.objects.current().declared().exclude(report__period=period)
    entry = PlanEntry.objects.in_force(on=period.ends_on, known_at=known_at).filter(project=project).first()
    budget = BudgetRevision.objects.current().filter(project=project).first()
    return Basis(
        earlier=_earlier(project, period),
        before=others.totals(project=project, upto=period),
        annual_plan_amount=entry.annual_plan_amount if entry else None,
        total_investment=budget.total_investment if budget else None,
        target=_target(project, period, known_at),
        milestones=[*project.milestones.to_be_reached(on=period.ends_on)[:_NODES]],
        month_before=_month_before(project, period),
    )


def _earlier(project: KeyProject, period: ReportPeriod) -> list[ProgressVersion]:
    said = ProgressVersion.objects.current().declared().filter(report__project=project)
    ended = said.filter(report__period__ends_on__lt=period.starts_on).exclude(
        report__period__kind=ReportPeriod.Kind.MONTH_END
    )
    return [*ended.select_related("report__period").order_by("-report__period__ends_on")[:_LOOKED_BACK]]


def _month_before(project: KeyProject, period: ReportPeriod) -> Decimal | None:
    if period.kind != ReportPeriod.Kind.MONTH_END:
        return None
    said = ProgressVersion.objects.current().declared().exclude(report__period=period).filter(report__project=project)
    in_month = said.filter(report__period__ends_on__range=(period.starts_on, period.ends_on))
    return in_month.aggregate(amount=Sum("period_amount", default=Decimal(0)))["amount"]


def _target(project: KeyProject, period: ReportPeriod, known_at: datetime) -> WeekTarget | None:
    if period.kind != ReportPeriod.Kind.WEEK:
        return None
    return WeekTarget.objects.of_week(ends_on=period.ends_on, known_at=known_at).filter(project=project).first()
