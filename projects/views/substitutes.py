"""我的代办授权: who decides for me, from when to when; and for whom I decide."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.actions import substitutes
from projects.gate import READERS, SignedInRequest, requires
from projects.models import Substitute, User
from projects.roles import ADMINISTRATORS
from projects.views.forms import DayField, Page, answer, confirmation, sent


class SubstituteForm(forms.Form):
    substitute = forms.ModelChoiceField(label=gettext_lazy("代办人"), queryset=User.objects.none())
    starts_on = DayField(label=gettext_lazy("开始日期"))
    ends_on = DayField(label=gettext_lazy("结束日期"), help_text=gettext_lazy("含当日；到期自动失效，也可随时收回。"))

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.filter(is_active=True).exclude(pk=by.pk)
        people = people.exclude(posts__role__in=ADMINISTRATORS)
        self.fields["substitute"].queryset = people  # type: ignore[attr-defined]


@requires(*READERS)
def substitute_list(request: SignedInRequest) -> HttpResponse:
    on, user = timezone.localdate(), request.user
    people = Substitute.objects.select_related("principal", "substitute")
    shown = {
        "title": _("我的代办授权"),
        "given": [_row(row, on=on, is_mine=True) for row in people.filter(principal=user)],
        "held": [_row(row, on=on, is_mine=False) for row in people.filter(substitute=user)],
    }
    return render(request, "projects/substitute_list.html", shown)


def _row(row: Substitute, *, on: Any, is_mine: bool) -> dict[str, Any]:
    return {
        "who": row.substitute if is_mine else row.principal,
        "starts_on": row.starts_on,
        "ends_on": row.ends_on,
        "state": _state(row, on=on),
        "url": reverse("substitute_take_back", args=[row.pk])
        if is_mine and row.ended_at is None and row.ends_on >= on
        else "",
    }


def _state(row: Substitute, *, on: Any) -> str:
    if row.ended_at:
        return _("已收回")
    if row.ends_on < on:
        return _("已到期")
    return _("尚未开始") if row.starts_on > on else _("生效中")


@requires(*READERS)
def substitute_appoint(request: SignedInRequest) -> HttpResponse:
    form = SubstituteForm(sent(request), by=request.user)
    text = _("授权期间，等您办理的变更申请由代办人办理，办理过程同时写明两人姓名；您本人仍可办理。")

    def act() -> None:
        substitutes.appoint(**form.cleaned_data, by=request.user, at=timezone.now())

    return answer(request, form, _page(_("授权代办"), text=text, submit=_("授权"), done=_("已授权。")), act)


@requires(*READERS)
def take_back(request: SignedInRequest, pk: int) -> HttpResponse:
    given = get_object_or_404(Substitute.objects.select_related("substitute"), pk=pk, principal=request.user)
    text = _("收回后，%(name)s不再代您办理；已经办理的有效。") % {"name": given.substitute}
    return answer(
        request,
        confirmation(request),
        _page(_("收回代办授权"), text=text, submit=_("收回"), done=_("已收回。")),
        lambda: substitutes.take_back(substitute=given, by=request.user, at=timezone.now()),
    )


def _page(title: str, *, text: str, submit: str, done: str) -> Page:
    url = reverse("substitute_list")
    return Page(title, submit, url, trail=[{"label": _("我的代办授权"), "url": url}], text=text, done=done)
