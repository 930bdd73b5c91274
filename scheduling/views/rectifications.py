"""承诺、整改事项: one with its evidence, handed in by its unit and re-inspected by the office."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from projects.figures import chinese_date
from projects.gate import READERS, SignedInRequest, requires
from projects.roles import Duty
from projects.views.forms import Page, answer, sent
from scheduling.actions import rectifications
from scheduling.models import RectificationItem
from scheduling.views.galleries import evidence_said, gallery
from scheduling.views.measure_verbs import SaidForm
from scheduling.views.measure_words import due_said, entries_of, item_row


@requires(*READERS)
def rectification(request: SignedInRequest, pk: int) -> HttpResponse:
    item, on = _item_or_404(request, pk), timezone.localdate()
    measure = item.measure
    row = item_row(item, url="", on=on)
    facts = [
        {"label": _("项目"), "value": measure.project, "href": reverse("project_detail", args=[measure.project.code])},
        {"label": _("责任单位"), "value": measure.unit},
        {"label": _("类别"), "value": item.get_origin_display()},
        {"label": _("完成期限"), "value": chinese_date(item.due_on)},
        {
            "label": _("依据"),
            "value": _("%(kind)s　%(number)s") % {"kind": measure.get_kind_display(), "number": measure.notice_number},
            "href": reverse("measure", args=[measure.pk]),
        },
    ]
    if item.report:
        facts.append({"label": _("完成情况"), "value": item.report, "wide": True})
    if item.opinion:
        facts.append({"label": _("复查意见"), "value": item.opinion, "wide": True})
    shown = {
        "title": item.get_origin_display(),
        "trail": _trail(item)[:-1],
        "item": row,
        "due": due_said(item.due_on, on=on, is_open=item.state == RectificationItem.State.OPEN),
        "facts": facts,
        "entries": entries_of(item.moves.select_related("by", "item")),
        "may_hand_in": rectifications.may_hand_in(item, request.user),
        "may_inspect": rectifications.may_inspect(item, request.user),
        "pk": item.pk,
        "gallery": gallery(request, item, back=request.get_full_path()),
    }
    return render(request, "scheduling/rectification.html", shown)


@requires(Duty.CARRY_OUT_MEASURE)
def rectification_hand_in(request: SignedInRequest, pk: int) -> HttpResponse:
    item = _item_or_404(request, pk)
    form = SaidForm(sent(request), label=_("完成情况"))
    said = {"text": f"{item.text}。{evidence_said(item)}", "done": _("已报送，等待区重点办复查。")}
    return _step(request, item, _("报送整改情况"), form, rectifications.hand_in, text_as="report", **said)


@requires(Duty.PROPOSE_MEASURE)
def rectification_close(request: SignedInRequest, pk: int) -> HttpResponse:
    item = _item_or_404(request, pk)
    form = SaidForm(sent(request), label=_("复查意见"))
    said = {"text": f"{item.text}。{item.report}", "done": _("已销号。")}
    return _step(request, item, _("复查销号"), form, rectifications.close_item, text_as="opinion", **said)


@requires(Duty.PROPOSE_MEASURE)
def rectification_send_back(request: SignedInRequest, pk: int) -> HttpResponse:
    item = _item_or_404(request, pk)
    form = SaidForm(sent(request), label=_("哪里没有做到"))
    said = {"text": f"{item.text}。{item.report}", "done": _("已退回责任单位继续整改。")}
    return _step(request, item, _("复查退回"), form, rectifications.send_back, text_as="opinion", **said)


def _item_or_404(request: SignedInRequest, pk: int) -> RectificationItem:
    seen = RectificationItem.objects.visible_to(request.user)
    return get_object_or_404(seen.select_related("measure__project", "measure__unit"), pk=pk)


def _trail(item: RectificationItem) -> list[dict[str, str]]:
    return [
        {"label": _("结果运用"), "url": reverse("measure_list")},
        {"label": str(item.measure), "url": reverse("measure", args=[item.measure_id])},
        {"label": str(item.get_origin_display()), "url": reverse("rectification", args=[item.pk])},
    ]


def _step(
    request: SignedInRequest,
    item: RectificationItem,
    title: str,
    form: forms.Form,
    act: Callable[..., Any],
    *,
    text_as: str,
    text: str,
    done: str,
) -> HttpResponse:
    def step() -> None:
        act(item=item, **{text_as: form.cleaned_data["text"]}, by=request.user, at=timezone.now())

    back = reverse("rectification", args=[item.pk])
    return answer(request, form, Page(title, title, back, trail=_trail(item), text=text, done=done), step)
