"""分解周目标: the weeks of one month on one form; “按工作日分周” proposes them and saves nothing."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from projects.actions import week_targets
from projects.actions.week_targets import WeekWanted
from projects.errors import RuleViolation
from projects.figures import exactly
from projects.gate import SignedInRequest, requires
from projects.models import CalendarDay, KeyProject, WeekTarget
from projects.periods import Period
from projects.roles import Duty
from projects.views.forms import AmountField
from projects.views.key_projects import page_of, project_or_404
from projects.views.targets import week_said
from projects.weekly_plan import weekly_split, weeks_of


class WeeksForm(forms.Form):
    """An amount and a task for each week."""

    def __init__(self, *args: Any, weeks: Sequence[Period], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.weeks = weeks
        for week in weeks:
            label = week_said(week)
            self.fields[f"amount_{week.ends_on}"] = AmountField(label=_("%(week)s（万元）") % {"week": label})
            self.fields[f"work_{week.ends_on}"] = forms.CharField(
                label=_("%(week)s 本周任务") % {"week": label}, max_length=500, required=False
            )

    def rows(self) -> list[dict[str, Any]]:
        return [
            {"week": week_said(week), "amount": self[f"amount_{week.ends_on}"], "work": self[f"work_{week.ends_on}"]}
            for week in self.weeks
        ]

    def wanted(self) -> list[WeekWanted]:
        given = self.cleaned_data
        days = [week.ends_on for week in self.weeks]
        return [WeekWanted(day, given[f"amount_{day}"], given[f"work_{day}"]) for day in days]


@requires(Duty.SPLIT_TARGETS)
def week_targets_set(request: SignedInRequest, code: str, year: int, month: int) -> HttpResponse:
    project = project_or_404(request, code)
    if not (1 <= month <= 12 and 2000 <= year <= 2100):
        raise Http404
    weeks = weeks_of(year, month)
    target = week_targets.month_target(project, year=year, month=month, known_at=timezone.now())
    proposes = "propose" in request.POST
    form = WeeksForm(
        _proposed(request.POST, weeks, target) if request.method == "POST" else None,
        weeks=weeks,
        initial=_known(project, weeks),
    )
    if request.method == "POST" and not proposes and form.is_valid():
        try:
            week_targets.set_week_targets(project=project, year=year, month=month, weeks=form.wanted(), by=request.user)
        except RuleViolation as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("%(month)d 月的周目标已保存。") % {"month": month})
            return redirect(_back(project, weeks))
    title = _("分解 %(year)d 年 %(month)d 月周目标") % {"year": year, "month": month}
    context = vars(page_of(project, title)) | {
        "form": form,
        "month": month,
        "target": None if target is None else exactly(target),
        "is_proposed": proposes,
        "back_url": _back(project, weeks),
    }
    return render(request, "projects/week_targets.html", context)


def _back(project: KeyProject, weeks: Sequence[Period]) -> str:
    return f"{reverse('project_targets', args=[project.code])}?week={weeks[0].ends_on}"


def _known(project: KeyProject, weeks: Sequence[Period]) -> dict[str, Any]:
    days = [week.ends_on for week in weeks]
    said: dict[str, Any] = {}
    for row in WeekTarget.objects.current().filter(project=project, week_ends_on__in=days):
        said |= {f"amount_{row.week_ends_on}": row.amount, f"work_{row.week_ends_on}": row.work}
    return said


def _proposed(posted: QueryDict, weeks: Sequence[Period], target: Decimal | None) -> QueryDict:
    """What was sent; asked for a proposal, with the amounts by working days. The tasks typed are kept."""
    if "propose" not in posted or target is None:
        return posted
    announced = CalendarDay.objects.announced({day.year for week in weeks for day in (week.starts_on, week.ends_on)})
    split, amounts = posted.copy(), AmountField()
    for week, share in zip(weeks, weekly_split(target, weeks, announced).value, strict=True):
        split[f"amount_{week.ends_on}"] = amounts.prepare_value(share)
    return split
