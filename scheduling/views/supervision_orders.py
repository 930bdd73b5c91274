"""督办单: what calls for one, what was issued, and one as it is printed, received and answered."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from projects.figures import chinese_date, compact_date
from projects.gate import READERS, SignedInRequest, requires
from projects.lists import page_of
from projects.recorded import day_of
from projects.roles import Duty
from projects.views.forms import Page, answer, confirmation, sent
from projects.views.listing import asks_for_sheet, list_taken, sheet_url
from scheduling.actions import supervision_orders
from scheduling.minutes import owner_said
from scheduling.models import Decision, SupervisionOrder
from scheduling.supervision import orders_due
from scheduling.views import list_columns
from scheduling.views.decision_forms import SaidForm
from scheduling.views.decision_words import clock_said, dispatch_tabs
from scheduling.views.decisions import order_state
from scheduling.views.notices import receipts

_PROPOSED = 30


@requires(*READERS)
def supervision_order_list(request: SignedInRequest) -> HttpResponseBase:
    on, issues = timezone.localdate(), request.user.duties.include(Duty.SUPERVISE)
    orders = SupervisionOrder.objects.visible_to(request.user).select_related("decision", "unit", "issued_by")
    ordered = orders.order_by("-issued_at", "-pk")
    if asks_for_sheet(request):
        return list_taken(request, _("督办单"), list_columns.orders(on), ordered)
    page = page_of(ordered, request)
    proposed = _proposed(on=on) if issues else []
    shown = {
        "title": _("周调度"),
        "tabs": dispatch_tabs("supervision_order_list", user=request.user),
        "issues": issues,
        "proposed": proposed[:_PROPOSED],
        "more": max(0, len(proposed) - _PROPOSED),
        "page": page,
        "sheet_url": sheet_url(request),
        "rows": [_row(each, on=on) for each in page],
    }
    return render(request, "scheduling/supervision_order_list.html", shown)


def _proposed(*, on: date) -> list[dict[str, Any]]:
    """Of all open decisions of the district; the most overdue first."""
    decisions = list(
        Decision.objects.with_owner().select_related("owner_unit", "owner_person").order_by("due_on", "pk")
    )
    due = orders_due(decisions, on=on)
    return [
        {
            "colour": SupervisionOrder.Level(due[each.pk]).label,
            "number": each.number,
            "text": each.text,
            "url": reverse("decision", args=[each.pk]),
            "issue_url": reverse("decision_supervise", args=[each.pk]),
            "owner": owner_said(each),
            "clock": clock_said(each, on=on),
        }
        for each in decisions
        if each.pk in due
    ]


def _row(order: SupervisionOrder, *, on: date) -> dict[str, Any]:
    return {
        "name": str(order),
        "url": reverse("supervision_order", args=[order.pk]),
        "text": order.decision.text,
        "unit": order.unit,
        "issued": compact_date(day_of(order.issued_at)),
        "due": compact_date(order.due_on),
        "state": order_state(order),
        "is_late": not order.reply and order.due_on < on,
    }


@requires(*READERS)
def supervision_order(request: SignedInRequest, pk: int) -> HttpResponse:
    order = _order_or_404(request, pk)
    answers = SupervisionOrder.objects.addressed_to(request.user).unanswered().filter(pk=order.pk).exists()
    shown = {
        "title": str(order),
        "trail": [{"label": _("督办单"), "url": reverse("supervision_order_list")}],
        "order": order,
        "state": order_state(order),
        "issued": chinese_date(day_of(order.issued_at)),
        "due": chinese_date(order.due_on),
        "original_due": chinese_date(order.decision.due_on),
        "owner": owner_said(order.decision),
        "receipts": receipts(order.notices.sent()),
        "may_receive": answers and order.received_at is None,
        "may_reply": answers and order.received_at is not None,
    }
    return render(request, "scheduling/supervision_order.html", shown)


@requires(*READERS)
def order_receive(request: SignedInRequest, pk: int) -> HttpResponse:
    order = _order_or_404(request, pk)
    page = _page(order, _("签收督办单"), text=order.text, submit=_("签收"), done=_("已签收，请在督办期限前回复。"))

    def act() -> None:
        supervision_orders.receive(order=order, by=request.user, at=timezone.now())

    return answer(request, confirmation(request), page, act)


@requires(*READERS)
def order_reply(request: SignedInRequest, pk: int) -> HttpResponse:
    order, form = _order_or_404(request, pk), SaidForm(sent(request), label=_("回复"))
    text = _("说明未按期办理的原因、采取的措施和完成时间。回复不等于办结，办结后请申请销号。")

    def act() -> None:
        supervision_orders.reply(order=order, text=form.cleaned_data["text"], by=request.user, at=timezone.now())

    page = _page(order, _("回复督办单"), text=text, submit=_("回复"), done=_("已回复。"))
    return answer(request, form, page, act)


def _order_or_404(request: SignedInRequest, pk: int) -> SupervisionOrder:
    related = ("decision__project", "decision__owner_unit", "decision__owner_person", "unit", "issued_by")
    orders = SupervisionOrder.objects.visible_to(request.user).select_related(*related, "received_by", "replied_by")
    return get_object_or_404(orders, pk=pk)


def _page(order: SupervisionOrder, title: str, *, text: str, submit: str, done: str) -> Page:
    url = reverse("supervision_order", args=[order.pk])
    trail = [{"label": _("督办单"), "url": reverse("supervision_order_list")}, {"label": str(order), "url": url}]
    return Page(title, submit, url, trail=trail, text=text, done=done)
