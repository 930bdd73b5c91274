"""服务台账 and 日报: the small verbs of a task force, each on a page of its own."""

from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.actions import task_forces
from projects.figures import chinese_date, compact_date
from projects.gate import SignedInRequest, requires
from projects.models import KeyProject, TaskForce, User
from projects.roles import Duty
from projects.views.forms import AmountField, DayField, Page, answer, sent
from projects.views.key_projects import page_of, project_or_404
from scheduling.actions import service_log
from scheduling.models import DailyLine, ServiceRequest

_A_WEEK = timedelta(days=7)


class RequestForm(forms.ModelForm):
    class Meta:
        model = ServiceRequest
        fields = ["text", "asked_by", "asked_on", "handler", "due_on"]
        field_classes = {"asked_on": DayField, "due_on": DayField}
        widgets = {"text": forms.Textarea(attrs={"rows": 3})}
        help_texts = {"asked_by": gettext_lazy("项目单位、施工单位或其他提出诉求的单位。")}

    def __init__(self, *args: Any, serving: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["handler"].queryset = serving  # type: ignore[attr-defined]


class SettleForm(forms.Form):
    handled_on = DayField(label=gettext_lazy("办结日期"))
    result = forms.CharField(label=gettext_lazy("办理结果"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class HandOverForm(forms.Form):
    handler = forms.ModelChoiceField(User.objects.none(), label=gettext_lazy("转交给"))

    def __init__(self, *args: Any, serving: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["handler"].queryset = serving  # type: ignore[attr-defined]


class DailySwitchForm(forms.Form):
    starts_on = DayField(
        label=gettext_lazy("按日报送起"),
        required=False,
        help_text=gettext_lazy("自该日起责任人每天报一句话；留空即停用，只报周报。"),
    )


class DailyLineForm(forms.ModelForm):
    amount = AmountField(label=gettext_lazy("当日完成投资（万元）"), initial=0)

    class Meta:
        model = DailyLine
        fields = ["text", "amount", "headcount"]


@requires(Duty.KEEP_SERVICE_LOG)
def service_request_log(request: SignedInRequest, code: str) -> HttpResponse:
    force, at = force_or_404(request, code), timezone.now()
    today = timezone.localtime(at).date()
    usual = {"asked_on": today, "due_on": today + _A_WEEK, "asked_by": force.project.lead_unit.name}
    form = RequestForm(
        sent(request), instance=ServiceRequest(task_force=force), initial=usual, serving=force.serving(on=today)
    )
    return answer(
        request,
        form,
        _page(force.project, _("登记诉求"), submit=_("登记")),
        lambda: service_log.log(asked=form.instance, by=request.user, at=at),
    )


@requires(Duty.KEEP_SERVICE_LOG)
def service_request_settle(request: SignedInRequest, pk: int) -> HttpResponse:
    asked, at = _request_or_404(request, pk), timezone.now()
    form = SettleForm(sent(request), initial={"handled_on": timezone.localtime(at).date()})
    return answer(
        request,
        form,
        _page(asked.task_force.project, _("办结诉求"), text=_said(asked), submit=_("办结")),
        lambda: service_log.settle(request=asked, by=request.user, at=at, **form.cleaned_data),
    )


@requires(Duty.KEEP_SERVICE_LOG)
def service_request_hand_over(request: SignedInRequest, pk: int) -> HttpResponse:
    asked, at = _request_or_404(request, pk), timezone.now()
    serving = asked.task_force.serving(on=timezone.localtime(at).date()).exclude(pk=asked.handler_id)
    form = HandOverForm(sent(request), serving=serving)
    return answer(
        request,
        form,
        _page(asked.task_force.project, _("转交诉求"), text=_said(asked), submit=_("转交")),
        lambda: service_log.hand_over(request=asked, by=request.user, at=at, **form.cleaned_data),
    )


@requires(Duty.EDIT_REGISTER)
def task_force_daily(request: SignedInRequest, code: str) -> HttpResponse:
    """启用或停用日报."""
    force = force_or_404(request, code)
    form = DailySwitchForm(sent(request), initial={"starts_on": force.reports_daily_from})
    return answer(
        request,
        form,
        _page(force.project, _("启用或停用日报")),
        lambda: task_forces.report_daily(task_force=force, by=request.user, at=timezone.now(), **form.cleaned_data),
    )


@requires(Duty.REPORT_PROGRESS)
def daily_line_say(request: SignedInRequest, code: str) -> HttpResponse:
    project, at = project_or_404(request, code), timezone.now()
    day = timezone.localtime(at).date()
    known = DailyLine.objects.filter(project=project, day=day).first()
    form = DailyLineForm(sent(request), initial=forms.model_to_dict(known) if known else None)
    text = _("当日可以修改；本周周报报送后不再填写。")
    page = _page(project, _("%(day)s日报") % {"day": chinese_date(day)}, text=text, submit=_("报送"))
    return answer(
        request,
        form,
        page,
        lambda: service_log.say_daily_line(project=project, by=request.user, at=at, **form.cleaned_data),
    )


def force_or_404(request: SignedInRequest, code: str) -> TaskForce:
    seen = TaskForce.objects.visible_to(request.user, on=timezone.localdate())
    return get_object_or_404(seen.select_related("project__lead_unit", "head"), project__code=code)


def _request_or_404(request: SignedInRequest, pk: int) -> ServiceRequest:
    seen = TaskForce.objects.visible_to(request.user, on=timezone.localdate())
    asked = ServiceRequest.objects.select_related("task_force__project", "handler")
    return get_object_or_404(asked.filter(task_force__in=seen), pk=pk)


def _said(asked: ServiceRequest) -> str:
    said = {"text": asked.text, "who": asked.handler, "day": compact_date(asked.due_on)}
    return _("%(text)s（%(who)s承办，%(day)s 前办结）") % said


def _page(project: KeyProject, title: str, **more: Any) -> Page:
    return page_of(project, title, back="task_force", **more)
