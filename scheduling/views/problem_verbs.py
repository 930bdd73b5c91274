"""What may be done about a problem: each verb on a page of its own, with its small form."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.gate import SignedInRequest, requires
from projects.models import KeyProject, Unit
from projects.roles import Duty
from projects.views.forms import DayField, Page, answer, sent
from projects.views.key_projects import project_or_404
from scheduling.actions import problem_closings, problem_escalations, problem_requests, problems
from scheduling.models import EscalationLevel, Problem, ProblemRequest
from scheduling.views.galleries import evidence_said
from scheduling.views.problem_page import problem_or_404

_WORKS = (Duty.HANDLE_PROBLEM, Duty.ANSWER_REQUEST)


class ProblemForm(forms.ModelForm):
    class Meta:
        model = Problem
        fields = [
            "kind",
            "title",
            "description",
            "responsible_unit",
            "support_units",
            "needed_by",
            "milestone",
            "effect_days",
        ]
        field_classes = {"needed_by": DayField}
        widgets = {
            "description": forms.Textarea(attrs={"rows": 4}),
            "support_units": forms.SelectMultiple(attrs={"size": 6}),
        }
        help_texts = {
            "title": gettext_lazy("一事一项，一句话说清卡在哪里。"),
            "responsible_unit": gettext_lazy("由谁解决；提出后即由该单位办理。"),
            "support_units": gettext_lazy("可选多个，电脑上按住 Ctrl 键点选。"),
            "effect_days": gettext_lazy("如不解决，估计该节点推迟的日历天数。"),
        }

    def __init__(self, *args: Any, project: KeyProject, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.project = project
        units = Unit.objects.active().leading()
        self.fields["responsible_unit"].queryset = units  # type: ignore[attr-defined]
        self.fields["support_units"].queryset = units  # type: ignore[attr-defined]
        self.fields["milestone"].queryset = project.milestones.all()  # type: ignore[attr-defined]


class WordsForm(forms.Form):
    """One text; what it says is the verb's business."""

    text = forms.CharField(widget=forms.Textarea(attrs={"rows": 4}), max_length=500)

    def __init__(self, *args: Any, label: Any, required: bool = True, help_text: Any = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["text"]
        field.label, field.required, field.help_text = label, required, help_text


class HandOverForm(forms.Form):
    to = forms.ModelChoiceField(Unit.objects.active().leading(), label=gettext_lazy("转给"))
    text = forms.CharField(label=gettext_lazy("转办理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class AskForm(forms.Form):
    unit = forms.ModelChoiceField(Unit.objects.active().leading(), label=gettext_lazy("请求单位"))
    question = forms.CharField(label=gettext_lazy("请求事项"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
    answer_due_on = DayField(label=gettext_lazy("答复期限"))


class EscalateForm(forms.Form):
    court = forms.ModelChoiceField(Unit.objects.active().leading(), label=gettext_lazy("此后由哪个单位办理"))
    text = forms.CharField(
        label=gettext_lazy("说明"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class AcceptForm(forms.Form):
    promised_on = DayField(label=gettext_lazy("承诺办结日期"))
    answer = forms.CharField(label=gettext_lazy("答复内容"), max_length=400, widget=forms.Textarea(attrs={"rows": 3}))


class RefuseForm(forms.Form):
    answer = forms.CharField(
        label=gettext_lazy("不予受理的理由"), max_length=400, widget=forms.Textarea(attrs={"rows": 3})
    )


class TransferForm(forms.Form):
    to = forms.ModelChoiceField(Unit.objects.active().leading(), label=gettext_lazy("转交"))
    answer = forms.CharField(label=gettext_lazy("转交理由"), max_length=400, widget=forms.Textarea(attrs={"rows": 3}))
    answer_due_on = DayField(label=gettext_lazy("答复期限"), help_text=gettext_lazy("原期限未过的，一般不延长。"))


@requires(Duty.RAISE_PROBLEM)
def problem_new(request: SignedInRequest, code: str) -> HttpResponse:
    project = project_or_404(request, code)
    initial = {"responsible_unit": project.responsible_unit_id or project.lead_unit_id}
    form = ProblemForm(sent(request), project=project, initial=initial)
    url = reverse("project_problems", args=[project.code])
    page = Page(
        _("提出问题"),
        _("提出"),
        url,
        trail=[{"label": project.name, "url": url}],
        done=_("已提出，责任单位从现在起办理。"),
    )

    def act() -> str:
        units = form.cleaned_data["support_units"]
        raised = problems.raise_problem(problem=form.instance, support_units=units, by=request.user, at=timezone.now())
        return reverse("problem", args=[raised.pk])

    return answer(request, form, page, act)


@requires(Duty.RAISE_PROBLEM)
def problem_amend(request: SignedInRequest, pk: int) -> HttpResponse:
    problem = problem_or_404(request, pk)
    form = ProblemForm(sent(request), project=problem.project, instance=problem)

    def act() -> None:
        units = form.cleaned_data["support_units"]
        problems.amend(problem=form.instance, support_units=units, by=request.user, at=timezone.now())

    return answer(request, form, _page(problem, _("修改问题"), submit=_("保存"), done=_("已保存。")), act)


@requires(*_WORKS)
def problem_note(request: SignedInRequest, pk: int) -> HttpResponse:
    return _say(request, pk, _("填写进展"), problems.note, label=_("进展情况"), done=_("进展已记入办理过程。"))


@requires(*_WORKS)
def problem_hand_over(request: SignedInRequest, pk: int) -> HttpResponse:
    text = _("转办后由新的单位办理，用时从转到之日起计算。")
    return _do(request, pk, HandOverForm(sent(request)), problems.hand_over, _("转办"), text=text, done=_("已转办。"))


@requires(*_WORKS)
def problem_ask(request: SignedInRequest, pk: int) -> HttpResponse:
    text = _("提出后问题转到该单位手里；该单位受理、不予受理或转交，都须写明。")
    done = _("已提出协调请求，待对方答复。")
    return _do(request, pk, AskForm(sent(request)), problem_requests.ask, _("请求协调"), text=text, done=done)


@requires(*_WORKS)
def problem_escalate(request: SignedInRequest, pk: int) -> HttpResponse:
    problem = problem_or_404(request, pk)
    above = min(problem.level + 1, EscalationLevel.DISTRICT_HEAD)
    is_to_lead_unit = above == EscalationLevel.LEAD_UNIT
    court = problem.project.lead_unit_id if is_to_lead_unit else problem.court_unit_id
    said = {"now": problem.get_level_display(), "above": EscalationLevel(above).label}
    text = _("从“%(now)s”升级到“%(above)s”，新层级的期限从今天起算。") % said
    if not problem.is_proposed:  # type: ignore[attr-defined]
        text += _("期限未到提前升级的，须写明理由。")
    form = EscalateForm(sent(request), initial={"court": court})
    return _do(request, pk, form, problem_escalations.escalate, _("升级"), text=text, done=_("已升级。"))


@requires(*_WORKS)
def problem_decline(request: SignedInRequest, pk: int) -> HttpResponse:
    text = _("本层级的期限从今天起再算一次，到期仍未解决的再次建议升级。")
    verb = problem_escalations.decline
    return _say(request, pk, _("暂不升级"), verb, label=_("理由"), text=text, done=_("已登记暂不升级。"))


@requires(*_WORKS)
def problem_ask_to_close(request: SignedInRequest, pk: int) -> HttpResponse:
    problem = problem_or_404(request, pk)
    form = WordsForm(
        sent(request),
        label=_("解决情况和佐证"),
        help_text=_("写明怎样解决的，以及文号、日期、照片等佐证。"),
    )

    def act() -> None:
        evidence = form.cleaned_data["text"]
        problem_closings.ask_to_close(problem=problem, evidence=evidence, by=request.user, at=timezone.now())

    text = _("由提出人，或代其确认的项目责任人、联络人、牵头单位审核人确认后销号；申请人不能自己确认。")
    text += evidence_said(problem)
    return answer(request, form, _page(problem, _("申请销号"), text=text, done=_("已申请，等待确认。")), act)


@requires(*_WORKS)
def problem_close(request: SignedInRequest, pk: int) -> HttpResponse:
    text = _("确认后问题销号，全部记录保留；再出现时可重新打开。")
    verb = problem_closings.close
    return _say(request, pk, _("确认销号"), verb, label=_("意见"), required=False, text=text, done=_("已销号。"))


@requires(*_WORKS)
def problem_refuse_close(request: SignedInRequest, pk: int) -> HttpResponse:
    verb = problem_closings.refuse_close
    return _say(request, pk, _("不同意销号"), verb, label=_("还差什么"), done=_("已退回办理。"))


@requires(*_WORKS)
def problem_reopen(request: SignedInRequest, pk: int) -> HttpResponse:
    text = _("问题回到最后办理的单位，层级不变，期限从今天起算。")
    verb = problem_closings.reopen
    return _say(request, pk, _("重新打开"), verb, label=_("原因"), text=text, done=_("已重新打开。"))


@requires(Duty.ANSWER_REQUEST)
def problem_request_accept(request: SignedInRequest, pk: int) -> HttpResponse:
    return _answer_request(request, pk, AcceptForm(sent(request)), problem_requests.accept, _("受理协调请求"))


@requires(Duty.ANSWER_REQUEST)
def problem_request_refuse(request: SignedInRequest, pk: int) -> HttpResponse:
    return _answer_request(request, pk, RefuseForm(sent(request)), problem_requests.refuse, _("不予受理"))


@requires(Duty.ANSWER_REQUEST)
def problem_request_transfer(request: SignedInRequest, pk: int) -> HttpResponse:
    asked = _request_or_404(request, pk)
    form = TransferForm(sent(request), initial={"answer_due_on": asked.answer_due_on})
    return _answer_request(request, pk, form, problem_requests.transfer, _("转交协调请求"))


def _answer_request(
    request: SignedInRequest, pk: int, form: forms.Form, verb: Callable[..., Any], title: str
) -> HttpResponse:
    asked = _request_or_404(request, pk)
    said = {"question": asked.question, "day": asked.answer_due_on.isoformat(), "by": asked.asked_by}
    text = _("%(by)s请求：%(question)s（%(day)s 前答复）") % said

    def act() -> None:
        verb(request=asked, by=request.user, at=timezone.now(), **form.cleaned_data)

    return answer(request, form, _page(asked.problem, title, text=text, done=_("已答复。")), act)


def _request_or_404(request: SignedInRequest, pk: int) -> ProblemRequest:
    mine = ProblemRequest.objects.addressed_to(request.user)
    return get_object_or_404(mine.select_related("problem__project", "unit", "asked_by", "answered_by"), pk=pk)


def _say(
    request: SignedInRequest,
    pk: int,
    title: str,
    verb: Callable[..., Any],
    *,
    label: str,
    done: str,
    text: str = "",
    required: bool = True,
) -> HttpResponse:
    """A verb that wants one text."""
    form = WordsForm(sent(request), label=label, required=required)
    return _do(request, pk, form, verb, title, text=text, done=done)


def _do(
    request: SignedInRequest,
    pk: int,
    form: forms.Form,
    verb: Callable[..., Any],
    title: str,
    *,
    done: str,
    text: str = "",
) -> HttpResponse:
    problem = problem_or_404(request, pk)

    def act() -> None:
        verb(problem=problem, by=request.user, at=timezone.now(), **form.cleaned_data)

    return answer(request, form, _page(problem, title, text=text, done=done), act)


def _page(problem: Problem, title: str, *, done: str, text: str = "", submit: str = "") -> Page:
    url = reverse("problem", args=[problem.pk])
    trail = [{"label": _("问题协调"), "url": reverse("problem_list")}, {"label": problem.title, "url": url}]
    return Page(title, submit or title, url, trail=trail, text=text, done=done)
