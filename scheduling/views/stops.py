"""观摩点: put in order, timed and described; every verb by a button of its own, without a script."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from projects.errors import RuleViolation
from projects.gate import SignedInRequest, requires
from projects.roles import Duty
from projects.views.forms import Page, answer, sent
from scheduling.actions import stops as actions
from scheduling.actions.stops import Description, Timing
from scheduling.models import InspectionRound, Stop
from scheduling.views.inspection_head import round_or_404, trail_of


class TimingForm(forms.Form):
    """One line of the timetable."""

    place = forms.IntegerField(label=gettext_lazy("顺序"), min_value=1, max_value=200)
    travel_minutes = forms.IntegerField(label=gettext_lazy("行车（分钟）"), min_value=0, max_value=240)
    minutes = forms.IntegerField(label=gettext_lazy("停留（分钟）"), min_value=5, max_value=240)
    presenter = forms.CharField(label=gettext_lazy("讲解人"), max_length=50, required=False)


class DescriptionForm(forms.ModelForm):
    class Meta:
        model = Stop
        fields = ["place", "presenter", "travel_minutes", "minutes", "pool", "sights"]
        widgets = {"sights": forms.Textarea(attrs={"rows": 5})}
        help_texts = {
            "place": gettext_lazy("车停在哪里、从哪个门进。"),
            "pool": gettext_lazy("同组的观摩点一起排名。"),
            "sights": gettext_lazy("印在观摩手册上，一行一条。"),
        }


@requires(Duty.INSPECT)
def inspection_timetable(request: SignedInRequest, pk: int) -> HttpResponse:
    asked = round_or_404(request, pk)
    rows = [(stop, _timing_form(request, stop)) for stop in asked.stops.select_related("project")]
    wrong = [form for _stop, form in rows if not form.is_valid()]  # all are asked, so that each says what is wrong
    if request.method == "POST" and not wrong and _arranged(request, asked, rows):
        return redirect("inspection_route", pk=asked.pk)
    shown = {
        "title": _("编排时间表"),
        "trail": trail_of(asked),
        "inspection": asked,
        "columns": [field.label for field in TimingForm.base_fields.values()],
        "rows": [{"stop": stop, "form": form, "fields": list(form)} for stop, form in rows],
        "back_url": reverse("inspection_route", args=[asked.pk]),
    }
    return render(request, "scheduling/inspection_timetable.html", shown)


@requires(Duty.INSPECT)
def stop_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    stop = stop_or_404(request, pk)
    form = DescriptionForm(sent(request), instance=stop)

    def act() -> None:
        said = Description(**form.cleaned_data)
        actions.describe(stop=stop, description=said, by=request.user, at=timezone.now())

    return answer(request, form, page_of_stop(stop, submit=_("保存"), done=_("观摩点已保存。")), act)


@requires(Duty.INSPECT)
@require_POST
def stop_move(request: SignedInRequest, pk: int) -> HttpResponse:
    stop = stop_or_404(request, pk)
    actions.move(stop=stop, up=request.POST.get("to") == "up", by=request.user, at=timezone.now())
    return redirect(f"{reverse('inspection_route', args=[stop.round_id])}#stop-{stop.pk}")


@requires(Duty.INSPECT)
@require_POST
def stop_drop(request: SignedInRequest, pk: int) -> HttpResponse:
    stop = stop_or_404(request, pk)
    actions.drop(stop=stop, by=request.user, at=timezone.now())
    messages.success(request, _("“%(name)s”已取消选定。") % {"name": stop.project.name})
    return redirect("inspection_route", pk=stop.round_id)


def stop_or_404(request: SignedInRequest, pk: int) -> Stop:
    seen = Stop.objects.filter(round__in=InspectionRound.objects.visible_to(request.user))
    return get_object_or_404(seen.select_related("round", "project__lead_unit"), pk=pk)


def page_of_stop(stop: Stop, *, submit: str, done: str, title: str = "", back: str = "inspection_route") -> Page:
    url = reverse(back, args=[stop.round_id])
    name = stop.project.name
    return Page(f"{title}：{name}" if title else name, submit, url, trail=trail_of(stop.round), done=done)


def _timing_form(request: SignedInRequest, stop: Stop) -> TimingForm:
    initial = {name: getattr(stop, name) for name in ("travel_minutes", "minutes", "presenter")}
    return TimingForm(sent(request), prefix=f"stop-{stop.pk}", initial=initial | {"place": stop.order})


def _arranged(request: SignedInRequest, asked: InspectionRound, rows: Sequence[tuple[Stop, Any]]) -> bool:
    timings = [Timing(stop, **form.cleaned_data) for stop, form in rows]
    try:
        actions.arrange(inspection=asked, timings=timings, by=request.user, at=timezone.now())
    except RuleViolation as refusal:
        messages.error(request, refusal.message)
        return False
    messages.success(request, _("时间表已保存。"))
    return True
