"""议题的办理: the agenda drawn up anew, arranged, filled before the meeting, noted and decided on at it."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from projects.gate import SignedInRequest, requires
from projects.models import KeyProject
from projects.roles import Duty
from projects.views.forms import Page, answer, say_what_empty_means, sent
from scheduling.actions import agendas, decisions
from scheduling.models import AgendaItem
from scheduling.views.decision_forms import MatterForm
from scheduling.views.meetings import meeting_or_404, trail_of


class AddForm(forms.Form):
    project = forms.ModelChoiceField(
        KeyProject.objects.none(),
        label=gettext_lazy("项目"),
        required=False,
        help_text=gettext_lazy("列入项目时，其未销号事项和未解决问题一并列入。"),
    )
    subject = forms.CharField(label=gettext_lazy("或其他议题"), max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if bool(said.get("project")) == bool(said.get("subject")):
            raise forms.ValidationError(_("请选择一个项目，或填写一个议题。"))
        return said


class NoteForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("会议意见"), required=False, widget=forms.Textarea(attrs={"rows": 3}), max_length=2000
    )


class InputForm(forms.Form):
    text = forms.CharField(label=gettext_lazy("会前材料"), widget=forms.Textarea(attrs={"rows": 8}), max_length=4000)


@requires(Duty.CALL_MEETING)
@require_POST
def agenda_refresh(request: SignedInRequest, pk: int) -> HttpResponse:
    asked = meeting_or_404(request, pk)
    agendas.refresh(meeting=asked, by=request.user, at=timezone.now())
    messages.success(request, _("议程已按当前情况更新。"))
    return redirect("meeting", pk=asked.pk)


@requires(Duty.CALL_MEETING)
def agenda_add(request: SignedInRequest, pk: int) -> HttpResponse:
    asked, form = meeting_or_404(request, pk), AddForm(sent(request))
    form.fields["project"].queryset = KeyProject.objects.visible_to(request.user)  # type: ignore[attr-defined]

    def act() -> None:
        said = {"meeting": asked, "by": request.user, "at": timezone.now()}
        if project := form.cleaned_data["project"]:
            agendas.add_project(project=project, **said)
        else:
            agendas.add_other(subject=form.cleaned_data["subject"], **said)

    url = reverse("meeting", args=[asked.pk])
    return answer(
        request, form, Page(_("增加议题"), _("增加"), url, trail=trail_of(asked), done=_("议题已增加。")), act
    )


@requires(Duty.CALL_MEETING)
@require_POST
def agenda_remove(request: SignedInRequest, pk: int) -> HttpResponse:
    item = _item_or_404(request, pk)
    agendas.remove(item=item, by=request.user, at=timezone.now())
    messages.success(request, _("已撤下“%(subject)s”；未办结的事项会再列入下次会议。") % {"subject": item.subject})
    return redirect("meeting", pk=item.meeting_id)


@requires(Duty.CALL_MEETING)
@require_POST
def agenda_move(request: SignedInRequest, pk: int) -> HttpResponse:
    item = _item_or_404(request, pk)
    agendas.move(item=item, up=request.POST.get("to") == "up", by=request.user, at=timezone.now())
    return redirect(_place(item))


@requires(Duty.CARRY_OUT)
def agenda_input(request: SignedInRequest, pk: int) -> HttpResponse:
    item = _item_or_404(request, pk)
    form = InputForm(sent(request), initial={"text": item.input})

    def act() -> None:
        agendas.hand_in(item=item, text=form.cleaned_data["text"], by=request.user, at=timezone.now())

    return _on_item(request, item, form, act, title=_("报送会前材料"), submit=_("报送"))


@requires(Duty.CALL_MEETING)
def agenda_note(request: SignedInRequest, pk: int) -> HttpResponse:
    item = _item_or_404(request, pk)
    form = NoteForm(sent(request), initial={"text": item.note})

    def act() -> None:
        agendas.note(item=item, text=form.cleaned_data["text"], by=request.user, at=timezone.now())

    return _on_item(request, item, form, act, title=_("会议意见"), submit=_("保存"))


@requires(Duty.CALL_MEETING)
def agenda_decide(request: SignedInRequest, pk: int) -> HttpResponse:
    item = _item_or_404(request, pk)
    form = MatterForm(sent(request), on=timezone.localdate(), project=item.project)

    def act() -> None:
        matter = form.matter(project=item.project, item=item)
        now = timezone.now()
        decisions.decide(meeting=item.meeting, agenda_item=item, matter=matter, by=request.user, at=now)

    return _on_item(request, item, form, act, title=_("登记议定事项"), submit=_("登记并交办"))


def _on_item(
    request: SignedInRequest, item: AgendaItem, form: forms.Form, act: Callable[[], None], *, title: str, submit: str
) -> HttpResponse:
    """On a page of its own; asked for by htmx, the form alone, to stand below its item."""
    if request.htmx and request.method == "GET":
        for field in form.fields.values():
            say_what_empty_means(field)
        shown = {"form": form, "submit": submit, "action": request.path}
        response = render(request, "scheduling/_agenda_form.html", shown)
    else:
        page = Page(title, submit, _place(item), trail=trail_of(item.meeting), text=item.subject)
        response = answer(request, form, page, act)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _place(item: AgendaItem) -> str:
    return f"{reverse('meeting', args=[item.meeting_id])}#item-{item.pk}"


def _item_or_404(request: SignedInRequest, pk: int) -> AgendaItem:
    seen = AgendaItem.objects.visible_to(request.user).select_related("meeting__unit", "project__lead_unit", "problem")
    return get_object_or_404(seen, pk=pk)
