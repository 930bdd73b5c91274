"""设置 → 报送时限、报送方式: by what hour reports are due, and which projects report otherwise than weekly."""

from datetime import date
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.figures import compact_date
from projects.gate import READERS, SignedInRequest, requires
from projects.lists import page_of
from projects.models import KeyProject
from projects.roles import Duty
from projects.views.forms import DayField, Page, answer, sent
from projects.views.settings import settings_tabs
from projects.widgets import PlainSelect
from scheduling.actions import reporting_rules as actions
from scheduling.models import ReportingDuty, ReportingRule, ReportPeriod

_MONTHS_AHEAD = 12
_Kind = ReportPeriod.Kind
_DUE_KINDS = [(kind.value, kind.label) for kind in _Kind]
_DUTY_KINDS = [(kind.value, kind.label) for kind in _Kind if kind != _Kind.MONTH_END]


class TimeOfDayField(forms.TimeField):
    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class RuleForm(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("类别"), choices=_DUE_KINDS)
    effective_on = DayField(
        label=gettext_lazy("生效日期"), help_text=gettext_lazy("这一天起开始的报告期按新时限；已开启的不变。")
    )
    due_time = TimeOfDayField(label=gettext_lazy("报送截止时刻"))
    review_time = TimeOfDayField(label=gettext_lazy("审核截止时刻"))
    when_holiday = forms.ChoiceField(label=gettext_lazy("截止日遇节假日"), choices=ReportingRule.Holiday.choices)


class DutyForm(forms.Form):
    project = forms.ModelChoiceField(
        label=gettext_lazy("项目"),
        queryset=KeyProject.objects.none(),
        widget=PlainSelect,
        empty_label=gettext_lazy("请选择"),
    )
    kind = forms.ChoiceField(label=gettext_lazy("报送方式"), choices=_DUTY_KINDS)
    starts_on = forms.TypedChoiceField(label=gettext_lazy("起始月份"), coerce=date.fromisoformat)
    reason = forms.CharField(label=gettext_lazy("原因"), max_length=200)

    def __init__(self, *args: Any, projects: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["project"].queryset = projects  # type: ignore[attr-defined]
        self.fields["starts_on"].choices = _months(today)  # type: ignore[attr-defined]


@requires(*READERS)
def reporting_rules(request: SignedInRequest) -> HttpResponse:
    today = timezone.localdate()
    rules = list(ReportingRule.objects.order_by("-effective_on"))
    shown = {
        "title": _("报送时限"),
        "as_of": _("没有登记时限的类别按最后一个工作日 12:00 报送截止、17:30 审核截止。"),
        "settings": settings_tabs("reporting_rules"),
        "groups": [(kind.label, _editions([rule for rule in rules if rule.kind == kind], today)) for kind in _Kind],
        "may_keep": request.user.duties.include(Duty.KEEP_REPORTING),
    }
    return render(request, "scheduling/reporting_rules.html", shown)


@requires(Duty.KEEP_REPORTING)
def reporting_rule_add(request: SignedInRequest) -> HttpResponse:
    page = Page(
        title=_("登记报送时限"),
        submit=_("登记"),
        back_url=reverse("reporting_rules"),
        trail=[{"label": _("报送时限"), "url": reverse("reporting_rules")}],
        text=_("登记后不能改动；需要调整的，另行登记一个新的生效日期。"),
        done=_("报送时限已登记。"),
    )
    form = RuleForm(sent(request), initial={"kind": request.GET.get("kind", _Kind.WEEK)})

    def act() -> None:
        actions.add_rule(**form.cleaned_data, by=request.user, at=timezone.now())

    return answer(request, form, page, act)


@requires(*READERS)
def reporting_duties(request: SignedInRequest) -> HttpResponse:
    """The projects that differ from weeks now or will, by name."""
    today = timezone.localdate()
    seen = KeyProject.objects.visible_to(request.user)
    duties = ReportingDuty.objects.filter(project__in=seen).exclude(ends_on__lt=today)
    differing = duties.exclude(kind=_Kind.WEEK, ends_on__isnull=True, starts_on__lte=today)
    page = page_of(differing.select_related("project__lead_unit").order_by("project__sort_key", "starts_on"), request)
    shown = {
        "title": _("报送方式"),
        "as_of": _("没有列出的项目报周报。"),
        "settings": settings_tabs("reporting_duties"),
        "page": page,
        "rows": [_duty(duty, today) for duty in page],
        "may_keep": request.user.duties.include(Duty.KEEP_REPORTING),
    }
    return render(request, "scheduling/reporting_duties.html", shown)


@requires(Duty.KEEP_REPORTING)
def reporting_duty_change(request: SignedInRequest) -> HttpResponse:
    page = Page(
        title=_("调整报送方式"),
        submit=_("调整"),
        back_url=reverse("reporting_duties"),
        trail=[{"label": _("报送方式"), "url": reverse("reporting_duties")}],
        text=_("从所选月份的第一天起改变；本月已有填报的，从下月起调整。"),
        done=_("报送方式已调整。"),
    )
    projects = KeyProject.objects.visible_to(request.user).counted().order_by("sort_key", "code")
    initial = {"project": request.GET.get("project", "")}
    form = DutyForm(sent(request), projects=projects, today=timezone.localdate(), initial=initial)

    def act() -> None:
        actions.change_duty(**form.cleaned_data, by=request.user, at=timezone.now())

    return answer(request, form, page, act)


def _editions(rules: list[ReportingRule], today: date) -> list[dict[str, Any]]:
    """The newest first; the first of those begun is in force."""
    begun = next((rule for rule in rules if rule.effective_on <= today), None)
    return [
        {
            "from": compact_date(rule.effective_on),
            "due": f"{rule.due_time:%H:%M}",
            "review": f"{rule.review_time:%H:%M}",
            "holiday": rule.get_when_holiday_display(),
            "word": _("现行") if rule == begun else _("未生效") if rule.effective_on > today else _("已停用"),
        }
        for rule in rules
    ]


def _duty(duty: ReportingDuty, today: date) -> dict[str, Any]:
    return {
        "name": duty.project.name,
        "url": reverse("project_detail", args=[duty.project.code]),
        "unit": str(duty.project.lead_unit),
        "kind": duty.get_kind_display(),
        "from": f"{duty.starts_on:%Y-%m}",
        "until": f"{duty.ends_on:%Y-%m}" if duty.ends_on else "",
        "is_to_come": duty.starts_on > today,
        "reason": duty.reason,
        "change_url": f"{reverse('reporting_duty_change')}?project={duty.project_id}",
    }


def _months(today: date) -> list[tuple[str, str]]:
    """This month and those after it, each by its first day."""
    firsts = [
        date(today.year + (today.month - 1 + ahead) // 12, (today.month - 1 + ahead) % 12 + 1, 1)
        for ahead in range(_MONTHS_AHEAD)
    ]
    return [(first.isoformat(), f"{first:%Y-%m}") for first in firsts]
