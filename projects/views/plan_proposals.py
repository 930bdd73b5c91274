"""月度目标的建议: what the two buttons of a plan entry fill in. Nothing is saved by them."""

from decimal import Decimal

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from projects.errors import RuleViolation
from projects.models import BackwardSchedule, PlanEntry, ScheduleNode
from projects.models.annual_plan import MONTHS, month_field
from projects.monthly_plan import Span, curve_split, even_split, working_months
from projects.views.forms import AmountField, DayField

EVEN, CURVE = "even", "curve"


def proposed(posted: QueryDict, entry: PlanEntry) -> QueryDict:
    """What was sent; asked for a proposal, with the months filled in. Raises ``RuleViolation`` where there is none."""
    if "propose" not in posted:
        return posted
    amounts = AmountField()
    try:
        amount = amounts.clean(posted.get("annual_plan_amount"))
        months = by_schedule(amount, entry) if posted["propose"] == CURVE else _evenly(amount, posted, entry)
    except forms.ValidationError:
        return posted  # the form says what is wrong
    split = posted.copy()
    for month, share in zip(MONTHS, months, strict=True):
        split[month_field(month)] = amounts.prepare_value(share)
    return split


def by_schedule(amount: Decimal, entry: PlanEntry) -> tuple[Decimal, ...]:
    """按倒排计划分月: along the weighted steps of the schedule in force. Raises ``RuleViolation`` without any."""
    schedule = BackwardSchedule.objects.in_force().filter(project=entry.project_id)
    dated = ScheduleNode.objects.filter(
        version__in=schedule, weight__gt=0, planned_start_on__isnull=False, planned_finish_on__isnull=False
    )
    rows = dated.values_list("planned_start_on", "planned_finish_on", "weight")
    spans = [Span(*row) for row in rows]  # type: ignore[arg-type]  # dated, as asked for
    if not spans:
        raise RuleViolation(_("本项目还没有已批准的、带权重的倒排计划，请先编制报批，或改用“按月均分”。"))
    months = curve_split(amount, spans, year=entry.version.plan.year)
    if months is None:
        said = {"year": entry.version.plan.year}
        raise RuleViolation(_("倒排计划中带权重的节点都不在 %(year)d 年内，请改用“按月均分”。") % said)
    return months


def _evenly(amount: Decimal, posted: QueryDict, entry: PlanEntry) -> tuple[Decimal, ...]:
    """Over the months the project is built in."""
    days = DayField(required=False)
    start, finish = (days.clean(posted.get(name)) for name in ("planned_start_on", "planned_finish_on"))
    first, last = working_months(year=entry.version.plan.year, start=start, finish=finish)
    return even_split(amount, first=first, last=last)
