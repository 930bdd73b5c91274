"""文书校验: whether a paper in hand was registered here; open to everybody who holds it."""

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from projects.figures import chinese_date
from reports.models import Document, Draft

_SHORTEST = 12


class CodeForm(forms.Form):
    code = forms.RegexField(
        r"^\s*[0-9a-fA-F]{12,64}\s*$",
        label=gettext_lazy("校验码"),
        help_text=gettext_lazy("印在文末版记处，12 位数字和字母。"),
        error_messages={"invalid": gettext_lazy("校验码是 12 位以上的数字和字母 a 至 f，请核对后重新输入。")},
    )


@login_not_required
@never_cache
def verify(request: HttpRequest) -> HttpResponse:
    form = CodeForm(request.GET if "code" in request.GET else None)
    if form.is_valid():
        return redirect("verify_paper", form.cleaned_data["code"].strip().lower())
    return _answered(request, {"title": _("文书校验"), "form": form})


@login_not_required
@never_cache
def verify_paper(request: HttpRequest, code: str) -> HttpResponse:
    """What was registered under this code; of a paper that is not ours, only that."""
    document = _registered_as(code)
    if document is None:
        return _answered(request, {"title": _("没有查到这份文书"), "code": code, "form": CodeForm()}, status=404)
    return _answered(request, {"title": _("文书校验"), "found": _told(document)})


def _registered_as(code: str) -> Document | None:
    """Numbered papers alone; two that begin alike are none."""
    if len(code) < _SHORTEST or not code.isalnum():
        return None
    found = Document.objects.filter(serial__isnull=False, digest__startswith=code.lower())
    papers = list(found.select_related("draft__corrects")[:2])
    return papers[0] if len(papers) == 1 else None


def _told(document: Document) -> dict[str, Any]:
    draft = document.draft
    is_issued = draft.state == Draft.State.ISSUED
    corrections = Draft.objects.filter(corrects=document, state=Draft.State.ISSUED).select_related("document")
    return {
        "public_url": reverse("bulletin_public", args=[document.pk]) if is_issued and draft.is_public else "",
        "is_void": draft.state == Draft.State.VOID,
        "is_issued": is_issued,
        "corrections": [each.document.number for each in corrections if each.document],
        "facts": [
            {"label": _("文号"), "value": document.number},
            {"label": _("标题"), "value": document.title},
            {"label": _("登记日期"), "value": chinese_date(timezone.localtime(document.composed_at).date())},
            {"label": _("校验码"), "value": document.digest},
        ],
    }


def _answered(request: HttpRequest, given: dict[str, Any], *, status: int = 200) -> HttpResponse:
    response = render(request, "reports/verify.html", given, status=status)
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
