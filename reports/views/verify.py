"""文书校验: whether a paper in hand was registered here; open to everybody who holds it."""

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from projects.figures import chinese_date
from reports.models import Draft
from reports.verification import Told, is_code, told_of


class CodeForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("校验码或文号"),
        help_text=gettext_lazy("校验码印在文末版记处，12 位数字和字母。"),
        max_length=64,
        error_messages={"required": gettext_lazy("请输入校验码或文号。")},
    )


@login_not_required
@never_cache
def verify(request: HttpRequest) -> HttpResponse:
    """Asked by a number, it is answered here; a code has an address of its own."""
    form = CodeForm(request.GET if "code" in request.GET else None)
    if not form.is_valid():
        return _answered(request, {"title": _("文书校验"), "form": form})
    asked = form.cleaned_data["code"]
    return redirect("verify_paper", asked.lower()) if is_code(asked) else _told_of(request, asked)


@login_not_required
@never_cache
def verify_paper(request: HttpRequest, code: str) -> HttpResponse:
    """What was registered under this code; of a paper that is not ours, only that."""
    return _told_of(request, code)


def _told_of(request: HttpRequest, asked: str) -> HttpResponse:
    """Papers that are told apart by nothing else are none: the code tells them."""
    papers = told_of(asked)
    if len(papers) != 1:
        return _answered(request, {"title": _("没有查到这份文书"), "code": asked, "form": CodeForm()}, status=404)
    return _answered(request, {"title": _("文书校验"), "found": _shown(papers[0])})


def _shown(told: Told) -> dict[str, Any]:
    is_issued = told.state == Draft.State.ISSUED
    when = _("印发日期") if is_issued else _("作废日期") if told.state == Draft.State.VOID else _("登记日期")
    return {
        "public_url": reverse("bulletin_public", args=[told.pk]) if told.is_public else "",
        "is_void": told.state == Draft.State.VOID,
        "is_issued": is_issued,
        "corrections": told.corrected_by,
        "facts": [
            {"label": _("文种"), "value": told.kind},
            {"label": _("文号"), "value": told.number},
            {"label": _("标题"), "value": told.title},
            {"label": _("印发机关"), "value": told.printer},
            {"label": when, "value": chinese_date(told.on)},
            {"label": _("校验码"), "value": told.digest},
        ],
    }


def _answered(request: HttpRequest, given: dict[str, Any], *, status: int = 200) -> HttpResponse:
    response = render(request, "reports/verify.html", given, status=status)
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
