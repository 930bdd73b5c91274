"""日任务 and 工程量: the small verbs behind the page of targets, each on a page of its own."""

from datetime import date
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.actions import day_tasks, quantities
from projects.figures import compact_date, exactly
from projects.gate import SignedInRequest, requires
from projects.models import DayTask, KeyProject, Milestone, MilestoneQuantity, User
from projects.roles import Duty
from projects.views.forms import DayField, Page, answer, sent
from projects.views.key_projects import page_of, project_or_404


class TaskForm(forms.ModelForm):
    class Meta:
        model = DayTask
        fields = ["day", "text", "responsible_person"]
        field_classes = {"day": DayField}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["responsible_person"].queryset = User.objects.filter(is_active=True)  # type: ignore[attr-defined]


class FinishForm(forms.Form):
    done_on = DayField(label=gettext_lazy("完成日期"))
    result = forms.CharField(label=gettext_lazy("完成情况"), max_length=200, required=False)


class CancelForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("取消原因"), max_length=200)


class QuantityForm(forms.ModelForm):
    reason = forms.CharField(
        label=gettext_lazy("原因"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("首次设定可不填；调整设计工程量或权重须写明。"),
    )

    class Meta:
        model = MilestoneQuantity
        fields = ["unit", "planned_quantity", "weight"]
        help_texts = {
            "unit": gettext_lazy("如：米、平方米、台套。"),
            "weight": gettext_lazy("在本项目形象进度中所占的份量，只看各节点之间的比例。"),
        }


class DoneForm(forms.Form):
    done_quantity = forms.DecimalField(
        label=gettext_lazy("累计已完成工程量"), max_digits=14, decimal_places=2, min_value=0
    )
    reason = forms.CharField(
        label=gettext_lazy("更正原因"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("比上次填报减少时须写明。"),
    )


@requires(Duty.SPLIT_TARGETS)
def day_task_plan(request: SignedInRequest, code: str) -> HttpResponse:
    project = project_or_404(request, code)
    form = TaskForm(
        sent(request), initial={"day": request.GET.get("day"), "responsible_person": project.responsible_person_id}
    )

    def act() -> str:
        form.instance.project = project
        task = day_tasks.plan_day_task(task=form.instance, by=request.user)
        return _week_url(project, task.day)

    return answer(request, form, _page(project, _("安排日任务")), act)


@requires(Duty.SPLIT_TARGETS)
def day_task_finish(request: SignedInRequest, pk: int) -> HttpResponse:
    task = _task_or_404(request, pk)
    form = FinishForm(sent(request), initial={"done_on": task.day})

    def act() -> str:
        day_tasks.finish_day_task(task=task, by=request.user, **form.cleaned_data)
        return _week_url(task.project, task.day)

    return answer(request, form, _page(task.project, _("完成日任务"), text=_said(task)), act)


@requires(Duty.SPLIT_TARGETS)
def day_task_cancel(request: SignedInRequest, pk: int) -> HttpResponse:
    task, form = _task_or_404(request, pk), CancelForm(sent(request))

    def act() -> str:
        day_tasks.cancel_day_task(task=task, by=request.user, **form.cleaned_data)
        return _week_url(task.project, task.day)

    return answer(request, form, _page(task.project, _("取消日任务"), text=_said(task)), act)


@requires(Duty.SPLIT_TARGETS)
def quantity_set(request: SignedInRequest, pk: int) -> HttpResponse:
    milestone = _milestone_or_404(request, pk)
    known = quantities.quantity_of(milestone)
    initial = {name: getattr(known, name) for name in QuantityForm.Meta.fields} if known else {}
    form = QuantityForm(sent(request), initial=initial)

    def act() -> None:
        form.instance.milestone = milestone
        quantities.set_quantity(quantity=form.instance, reason=form.cleaned_data["reason"], by=request.user)

    page = _page(milestone.project, _("设定工程量：%(name)s") % {"name": milestone})
    return answer(request, form, page, act)


@requires(Duty.SPLIT_TARGETS)
def quantity_report(request: SignedInRequest, pk: int) -> HttpResponse:
    milestone = _milestone_or_404(request, pk)
    known = quantities.quantity_of(milestone)
    form = DoneForm(sent(request), initial={"done_quantity": known.done_quantity} if known else {})
    page = _page(milestone.project, _("填报工程量：%(name)s") % {"name": milestone}, text=_measured(known))
    return answer(
        request,
        form,
        page,
        lambda: quantities.report_quantity(milestone=milestone, by=request.user, **form.cleaned_data),
    )


def _page(project: KeyProject, title: str, text: str = "") -> Page:
    return page_of(project, title, text=text, back="project_targets")


def _week_url(project: KeyProject, day: date) -> str:
    return f"{reverse('project_targets', args=[project.code])}?week={day}#days"


def _said(task: DayTask) -> str:
    return f"{compact_date(task.day)}　{task.text}"


def _measured(known: MilestoneQuantity | None) -> str:
    if known is None:
        return _("本节点还没有设定工程量。")
    said = {"planned": exactly(known.planned_quantity), "done": exactly(known.done_quantity), "unit": known.unit}
    return _("设计 %(planned)s %(unit)s，上次填报累计完成 %(done)s %(unit)s。") % said


def _task_or_404(request: SignedInRequest, pk: int) -> DayTask:
    seen = KeyProject.objects.visible_to(request.user)
    return get_object_or_404(DayTask.objects.select_related("project").filter(project__in=seen), pk=pk)


def _milestone_or_404(request: SignedInRequest, pk: int) -> Milestone:
    seen = KeyProject.objects.visible_to(request.user)
    return get_object_or_404(Milestone.objects.select_related("project").filter(project__in=seen), pk=pk)
