"""目标分解: the year's months, the month's weeks, the week's days where kept, and what is built by the piece."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from projects import figures
from projects.actions.one_project import answers_for
from projects.gate import READERS, SignedInRequest, requires
from projects.models import DayTask, KeyProject, MilestoneQuantity, PlanEntry, WeekTarget
from projects.models.annual_plan import MONTHS
from projects.periods import Kind, Period, period_of
from projects.physical_progress import Quantity, physical_progress
from projects.roles import Duty
from projects.views.project_head import head
from projects.weekly_plan import weeks_of


@dataclass(frozen=True)
class Split:
    """One year of one project as known now, looked at in one of its months."""

    project: KeyProject
    year: int
    month: int
    known_at: datetime

    @cached_property
    def entry(self) -> PlanEntry | None:
        """Of the plan in force at the month's end: the one its weeks have to sum to."""
        entries = PlanEntry.objects.in_force(on=self.weeks[-1].ends_on, known_at=self.known_at)
        return entries.filter(project=self.project).select_related("version__plan").first()

    @cached_property
    def weeks(self) -> tuple[Period, ...]:
        return weeks_of(self.year, self.month)

    @cached_property
    def targets(self) -> Mapping[date, WeekTarget]:
        """Of the whole year, by the last day of their week."""
        rows = WeekTarget.objects.current().filter(project=self.project, week_ends_on__year=self.year)
        return {row.week_ends_on: row for row in rows}

    def amount(self, month: int) -> Decimal | None:
        return self.entry.monthly_amounts()[month - 1] if self.entry else None

    def together(self, month: int) -> Decimal | None:
        """What the weeks of this month come to; None while it is not split."""
        amounts = [target.amount for day, target in self.targets.items() if day.month == month]
        return sum(amounts, Decimal(0)) if amounts else None


@requires(*READERS)
def project_targets(request: SignedInRequest, code: str) -> HttpResponse:
    project = get_object_or_404(KeyProject.objects.visible_to(request.user), code=code)
    shown = head(request, project, tab="project_targets")
    if not project.is_package:
        shown |= _targets(request, project, today=timezone.localdate())
    return render(request, "projects/project_targets.html", shown)


def _targets(request: SignedInRequest, project: KeyProject, *, today: date) -> dict[str, Any]:
    week = _asked_week(request, today)
    year, month = week.month
    split = Split(project, year, month, timezone.now())
    may_split = answers_for(project, request.user, Duty.SPLIT_TARGETS)
    return {
        "year": year,
        "month": month,
        "plan": split.entry.version if split.entry else None,
        "annual": split.entry.annual_plan_amount if split.entry else None,
        "months": [_month(split, each) for each in MONTHS],
        "years": [{"label": each, "url": f"?week={date(each, month, 1)}"} for each in (year - 1, year + 1)],
        "weeks": [_week(split, each, shown=week, today=today) for each in split.weeks],
        "differs": _difference(split),
        "set_url": reverse("week_targets_set", args=[project.code, year, month]) if may_split and split.entry else "",
        "days": days_shown(project, week, today, may=may_split),
        "quantities": _quantities(project, may=may_split),
    }


def _asked_week(request: SignedInRequest, today: date) -> Period:
    """The week of the day asked for; of today where none was, or no day."""
    try:
        day = date.fromisoformat(request.GET.get("week", ""))
    except ValueError:
        day = today
    return period_of(day if 2000 <= day.year <= 2100 else today, kind=Kind.WEEK)


def _month(split: Split, month: int) -> dict[str, Any]:
    amount, together = split.amount(month), split.together(month)
    if together is None:
        mark, word = "○", _("未分周")
    elif together == amount:
        mark, word = "✓", _("已分周")
    else:
        mark, word = "！", _("与月目标不符")
    return {
        "label": _("%(month)d 月") % {"month": month},
        "amount": figures.UNDEFINED if amount is None else figures.exactly(amount),
        "mark": mark,
        "word": word,
        "url": f"?week={weeks_of(split.year, month)[0].ends_on}",
        "current": month == split.month,
    }


def _week(split: Split, week: Period, *, shown: Period, today: date) -> dict[str, Any]:
    target = split.targets.get(week.ends_on)
    return {
        "label": week_said(week),
        "note": _("本周") if today in week else "",
        "amount": figures.exactly(target.amount) if target else figures.UNDEFINED,
        "work": target.work if target else "",
        "url": f"?week={week.ends_on}#days",
        "current": week == shown,
    }


def week_said(week: Period) -> str:
    """Its days, as a row is called."""
    return f"{week.starts_on:%m-%d} — {week.ends_on:%m-%d}"


def _difference(split: Split) -> str:
    amount, together = split.amount(split.month), split.together(split.month)
    if amount is None or together is None or amount == together:
        return ""
    said = {"month": split.month, "weeks": figures.exactly(together), "amount": figures.exactly(amount)}
    return _("%(month)d 月各周合计 %(weeks)s 万元，现行月度目标为 %(amount)s 万元，请重新分解。") % said


def days_shown(project: KeyProject, week: Period, today: date, *, may: bool) -> dict[str, Any]:
    """The day tasks of the week shown, and whether any may be planned in it."""
    tasks = DayTask.objects.filter(project=project, day__range=(week.starts_on, week.ends_on))
    near: Any = project.milestones.worked_by_day(since=week.starts_on, until=week.ends_on)
    nodes = [{"name": node.name, "on": figures.compact_date(node.approved_on)} for node in near]
    plans = may and (project.is_flagship or bool(nodes)) and today <= week.ends_on
    first = max(today, week.starts_on)
    return {
        "week": week_said(week),
        "is_this_week": today in week,
        "rows": [_task(task, today, may=may) for task in tasks.select_related("responsible_person", "milestone")],
        "nodes": nodes,
        "are_kept": project.is_flagship or bool(nodes),
        "plan_url": f"{reverse('day_task_plan', args=[project.code])}?day={first}" if plans else "",
    }


def _task(task: DayTask, today: date, *, may: bool) -> dict[str, Any]:
    is_open = not (task.done_on or task.cancelled_reason)
    if task.done_on:
        mark, word = "✓", _("已完成")
    elif task.cancelled_reason:
        mark, word = "—", _("已取消")
    else:
        mark, word = ("！", _("未完成")) if task.day < today else ("○", _("待办"))
    return {
        "day": figures.compact_date(task.day),
        "text": task.text,
        "node": task.milestone.name if task.milestone else "",
        "who": task.responsible_person or "",
        "mark": mark,
        "word": word,
        "is_late": is_open and task.day < today,
        "note": task.result or task.cancelled_reason,
        "finish_url": reverse("day_task_finish", args=[task.pk]) if may and is_open else "",
        "cancel_url": reverse("day_task_cancel", args=[task.pk]) if may and is_open else "",
    }


def _quantities(project: KeyProject, *, may: bool) -> dict[str, Any]:
    """The nodes measured by the piece, what they come to together, and those that might yet be."""
    rows = {row.milestone_id: row for row in MilestoneQuantity.objects.current().filter(milestone__project=project)}
    milestones = [*project.milestones.all()] if rows or may else []
    together = physical_progress(_quantity(row) for row in rows.values())
    return {
        "rows": [_measured(each, rows[each.pk], may=may) for each in milestones if each.pk in rows],
        "others": [
            {"name": each.name, "url": reverse("quantity_set", args=[each.pk])}
            for each in milestones
            if may and each.pk not in rows
        ],
        "percent": figures.percent(together),
        "whole": int(together or 0),
    }


def _measured(milestone: Any, row: MilestoneQuantity, *, may: bool) -> dict[str, Any]:
    percent = 100 * _quantity(row).fraction
    return {
        "name": milestone.name,
        "url": reverse("milestone", args=[milestone.pk]),
        "unit": row.unit,
        "planned": figures.exactly(row.planned_quantity),
        "done": figures.exactly(row.done_quantity),
        "weight": figures.exactly(row.weight),
        "percent": figures.percent(percent),
        "whole": int(percent),
        "report_url": reverse("quantity_report", args=[milestone.pk]) if may else "",
        "set_url": reverse("quantity_set", args=[milestone.pk]) if may else "",
    }


def _quantity(row: MilestoneQuantity) -> Quantity:
    return Quantity(row.planned_quantity, row.done_quantity, row.weight)
