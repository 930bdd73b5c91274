"""通报数据: every figure of a paper, and what stands behind each: projects, and the reports of each project."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from projects.gate import SignedInRequest, requires
from projects.lists import page_of
from projects.models import User
from projects.roles import Duty
from reports.bulletin import Bulletin
from reports.bulletin_figures import Figure, figures
from reports.models import Document, Draft
from reports.registered import facts_of
from reports.views.bulletin_access import papers_of

_TEMPLATE = "reports/bulletin_figures.html"


@requires(Duty.READ_DISTRICT)
def bulletin_figures(request: SignedInRequest, pk: int) -> HttpResponse:
    """All of them, or those whose name has every word that is looked for; asked by htmx, only these."""
    draft, bulletin = told_of(request, pk)
    words = request.GET.get("q", "").split()
    found = [each for each in figures(bulletin).values() if all(word in each.name for word in words)]
    page = page_of(found, request)
    given = {
        "title": _("通报数据"),
        "trail": trail_of(draft),
        "q": " ".join(words),
        "page": page,
        "rows": [_row(each, draft) for each in page],
        "here": reverse("bulletin_figures", args=[pk]),
    }
    return render(request, f"{_TEMPLATE}#found" if request.htmx else _TEMPLATE, given)


def told_of(request: SignedInRequest, pk: int) -> tuple[Draft, Bulletin]:
    """The paper and its figures: of one under way for who has a hand in it, of an issued one for whoever reads it."""
    draft = get_object_or_404(Draft.objects.select_related("text", "document"), pk=pk)
    if not _is_seen(draft, request.user):
        raise Http404
    told = facts_of(draft)
    if not isinstance(told, Bulletin):
        raise Http404
    return draft, told


def _is_seen(draft: Draft, user: User) -> bool:
    if papers_of(user).filter(pk=draft.pk).exists():
        return True
    return Document.objects.filter(draft=draft).visible_to(user).exists()


def trail_of(draft: Draft) -> list[dict[str, str]]:
    is_issued = draft.state == Draft.State.ISSUED
    url = reverse("bulletin_issued", args=[draft.document_id]) if is_issued else reverse("bulletin", args=[draft.pk])
    return [{"label": _("月通报"), "url": reverse("bulletin_list")}, {"label": str(draft), "url": url}]


def _row(figure: Figure, draft: Draft) -> dict[str, Any]:
    return {
        "name": figure.name,
        "token": f"{{{figure.name}}}",
        "printed": figure.printed,
        "url": reverse("bulletin_figure", args=[draft.pk, figure.name]),
    }
