"""结果运用的办理: one small form for each step."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from projects.gate import READERS, SignedInRequest, requires
from projects.models import KeyProject
from projects.roles import Duty
from projects.views.forms import DayField, Page, answer, sent
from scheduling.actions import measures, rectifications
from scheduling.actions.rectifications import Wanted
from scheduling.measure_rules import levels_of
from scheduling.models import Interview, Measure
from scheduling.views.meeting_verbs import MomentField

_WEEK, _MONTH = timedelta(days=7), timedelta(days=30)
_PROMISES = 4


def measure_or_404(request: SignedInRequest, pk: int) -> Measure:
    related = ("project__lead_unit", "unit", "person", "proposed_by", "decided_by", "follows", "period", "closed_by")
    return get_object_or_404(Measure.objects.visible_to(request.user).select_related(*related), pk=pk)


class ProposalForm(forms.Form):
    project = forms.ModelChoiceField(KeyProject.objects.none(), label=gettext_lazy("项目"))
    kind = forms.ChoiceField(label=gettext_lazy("措施"), choices=Measure.Kind.choices)
    reasons = forms.CharField(
        label=gettext_lazy("事由"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("亮灯、节点、问题、审批、交办等材料由系统自动汇集，不用抄写。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        projects = KeyProject.objects.counted()
        self.fields["project"].queryset = projects  # type: ignore[attr-defined]
        self.fields["project"].to_field_name = "code"  # type: ignore[attr-defined]


@requires(Duty.PROPOSE_MEASURE)
def measure_propose(request: SignedInRequest) -> HttpResponse:
    form = ProposalForm(sent(request), initial={"project": request.GET.get("project", "")})

    def act() -> str:
        new = measures.propose(**form.cleaned_data, by=request.user, at=timezone.now())
        return reverse("measure", args=[new.pk])

    trail = [{"label": _("结果运用"), "url": reverse("measure_list")}]
    text = _("规则每月自动提出建议；规则之外确需约谈、整改或表扬的，在此提出。提出后由签发领导审定。")
    page = Page(_("提出措施"), _("提出"), reverse("measure_list"), trail=trail, text=text, done=_("已提出，等待审定。"))
    return answer(request, form, page, act)


class DecisionForm(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("措施"))
    note = forms.CharField(
        label=gettext_lazy("意见"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("调整措施的，请写明原因。"),
    )

    def __init__(self, *args: Any, measure: Measure, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["kind"] = measure.kind
        labels = dict(Measure.Kind.choices)
        choices = [(level, labels[level]) for level in levels_of(measure.side)]
        self.fields["kind"].choices = choices  # type: ignore[attr-defined]


@requires(Duty.APPROVE_MEASURE)
def measure_approve(request: SignedInRequest, pk: int) -> HttpResponse:
    measure = measure_or_404(request, pk)
    form = DecisionForm(sent(request), measure=measure)
    return _step(request, measure, _("批准"), form, measures.approve, done=_("已批准，由区重点办办理。"))


@require_POST
@requires(Duty.APPROVE_MEASURE)
def measure_decide_all(request: SignedInRequest) -> HttpResponse:
    """Those ticked in the list."""
    keys = [int(each) for each in request.POST.getlist("chosen") if each.isdecimal()]
    chosen = list(Measure.objects.visible_to(request.user).filter(pk__in=keys).order_by("pk"))
    approves, note = "approve" in request.POST, request.POST.get("note", "").strip()[:300]
    measures.decide_all(chosen=chosen, approve_them=approves, note=note, by=request.user, at=timezone.now())
    said = _("已批准 %d 项。") if approves else _("已不采纳 %d 项。")
    messages.success(request, said % len(chosen))
    return redirect(f"{reverse('measure_list')}?tab=proposed")


class SaidForm(forms.Form):
    text = forms.CharField(max_length=300, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: Any, label: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = label


@requires(Duty.APPROVE_MEASURE)
def measure_dismiss(request: SignedInRequest, pk: int) -> HttpResponse:
    form = SaidForm(sent(request), label=_("不采纳的原因"))
    done = _("未采纳，同一月份不再按同一规则提出。")
    return _step(request, measure_or_404(request, pk), _("不采纳"), form, measures.dismiss, text_as="note", done=done)


@requires(Duty.APPROVE_MEASURE)
def measure_withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    form = SaidForm(sent(request), label=_("撤回的原因"))
    measure = measure_or_404(request, pk)
    return _step(request, measure, _("撤回"), form, measures.withdraw, text_as="note", danger=True, done=_("已撤回。"))


class ReminderForm(forms.Form):
    text = forms.CharField(label=gettext_lazy("提醒内容"), max_length=500, widget=forms.Textarea(attrs={"rows": 5}))
    due_on = DayField(label=gettext_lazy("说明期限"))


@requires(Duty.PROPOSE_MEASURE)
def measure_remind(request: SignedInRequest, pk: int) -> HttpResponse:
    measure = measure_or_404(request, pk)
    said = {"name": measure.project.name, "why": measure.reasons}
    text = _("“%(name)s”%(why)s请查明原因，制定措施，并书面说明。") % said
    form = ReminderForm(sent(request), initial={"text": text, "due_on": timezone.localdate() + _WEEK})
    return _step(request, measure, _("发出提醒"), form, measures.remind, done=_("已提醒责任单位。"))


class ArrangementForm(forms.Form):
    held_at = MomentField(label=gettext_lazy("约谈时间"))
    place = forms.CharField(label=gettext_lazy("约谈地点"), max_length=100)
    interviewees = forms.CharField(label=gettext_lazy("被约谈人"), max_length=200)
    interviewers = forms.CharField(label=gettext_lazy("约谈人"), max_length=200)
    attendees = forms.CharField(label=gettext_lazy("参加人"), max_length=300, required=False)


@requires(Duty.PROPOSE_MEASURE)
def measure_arrange(request: SignedInRequest, pk: int) -> HttpResponse:
    measure = measure_or_404(request, pk)
    known = Interview.objects.filter(measure=measure).first()
    names = list(ArrangementForm.base_fields)
    initial = {name: getattr(known, name) for name in names} if known else _usual(measure)
    form = ArrangementForm(sent(request), initial=initial)
    text = _("时间、地点和人员写进约谈通知书；通知书印发前可以重新安排。")
    return _step(request, measure, _("安排约谈"), form, rectifications.arrange, text=text, done=_("约谈已安排。"))


def _usual(measure: Measure) -> dict[str, Any]:
    person = f"、{measure.person}" if measure.person else ""
    return {"interviewees": _("%(unit)s主要负责同志%(person)s") % {"unit": measure.unit, "person": person}}


class RecordForm(forms.Form):
    held_at = MomentField(label=gettext_lazy("约谈时间"))
    attendees = forms.CharField(label=gettext_lazy("参加人"), max_length=300, required=False)
    demands = forms.CharField(
        label=gettext_lazy("要求与措施"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )
    explanation = forms.CharField(
        label=gettext_lazy("被约谈人情况说明"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for place in range(1, _PROMISES + 1):
            said = {"place": place}
            self.fields[f"text_{place}"] = forms.CharField(
                label=_("承诺事项 %(place)d") % said, max_length=300, required=place == 1
            )
            self.fields[f"due_on_{place}"] = DayField(label=_("事项 %(place)d 完成期限") % said, required=place == 1)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        for place in range(1, _PROMISES + 1):
            if bool(said.get(f"text_{place}")) != bool(said.get(f"due_on_{place}")):
                self.add_error(f"due_on_{place}", _("承诺事项和完成期限须同时填写。"))
        return said

    def given(self) -> dict[str, Any]:
        said = self.cleaned_data
        pairs = ((said[f"text_{place}"], said[f"due_on_{place}"]) for place in range(1, _PROMISES + 1))
        plain = {name: said[name] for name in ("held_at", "attendees", "demands", "explanation")}
        return plain | {"undertakings": [Wanted(text, due_on) for text, due_on in pairs if text]}


@requires(Duty.PROPOSE_MEASURE)
def measure_record(request: SignedInRequest, pk: int) -> HttpResponse:
    measure = measure_or_404(request, pk)
    known = get_object_or_404(Interview, measure=measure)
    initial = {"held_at": known.held_at, "attendees": known.attendees}
    form = RecordForm(sent(request), initial=initial)

    def act() -> None:
        rectifications.record(measure=measure, **form.given(), by=request.user, at=timezone.now())

    text = _("记录登记后不能改动；承诺事项到期由区重点办复查。")
    return answer(
        request, form, _page(measure, _("记录约谈"), text=text, done=_("约谈已记录，承诺事项开始计时。")), act
    )


class DemandForm(forms.Form):
    text = forms.CharField(label=gettext_lazy("整改事项"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
    due_on = DayField(label=gettext_lazy("完成期限"))


@requires(Duty.PROPOSE_MEASURE)
def measure_demand(request: SignedInRequest, pk: int) -> HttpResponse:
    measure = measure_or_404(request, pk)
    form = DemandForm(sent(request), initial={"due_on": timezone.localdate() + _MONTH})
    text = _("一事一项，写明做到什么程度；事项和期限写进通知书。")
    return _step(request, measure, _("添加整改事项"), form, rectifications.demand, text=text, done=_("已添加。"))


@requires(*READERS)
def measure_answer(request: SignedInRequest, pk: int) -> HttpResponse:
    form = SaidForm(sent(request), label=_("情况、原因和整改措施"))
    measure = measure_or_404(request, pk)
    return _step(request, measure, _("书面说明"), form, measures.answer, text_as="text", done=_("说明已登记。"))


@requires(Duty.PROPOSE_MEASURE)
def measure_close(request: SignedInRequest, pk: int) -> HttpResponse:
    form = SaidForm(sent(request), label=_("落实情况"))
    measure = measure_or_404(request, pk)
    return _step(request, measure, _("办结"), form, measures.close, text_as="outcome", done=_("已办结。"))


@requires(Duty.PROPOSE_MEASURE)
def measure_escalate(request: SignedInRequest, pk: int) -> HttpResponse:
    measure = measure_or_404(request, pk)
    form = SaidForm(sent(request), label=_("升级的原因"))
    above = measure.level.above
    text = _("将建议升级为%s，由签发领导审定；审定之前本措施继续有效。") % (above.word if above else "")
    done = _("已提出升级，等待审定。")
    return _step(request, measure, _("升级"), form, measures.escalate, text_as="reasons", text=text, done=done)


def _step(
    request: SignedInRequest,
    measure: Measure,
    title: str,
    form: forms.Form,
    act: Callable[..., Any],
    *,
    text_as: str = "",
    **page: Any,
) -> HttpResponse:
    """One call with what was filled in; ``text_as`` is what the action calls the form's words."""

    def step() -> None:
        said = {text_as: form.cleaned_data["text"]} if text_as else form.cleaned_data
        act(measure=measure, **said, by=request.user, at=timezone.now())

    page["text"] = page.get("text") or measure.reasons
    return answer(request, form, _page(measure, title, **page), step)


def _page(measure: Measure, title: str, *, text: str, done: str, danger: bool = False) -> Page:
    url = reverse("measure", args=[measure.pk])
    trail = [{"label": _("结果运用"), "url": reverse("measure_list")}, {"label": str(measure), "url": url}]
    return Page(title, title, url, trail=trail, text=text, done=done, danger=danger)
