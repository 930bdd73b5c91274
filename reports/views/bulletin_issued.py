"""印发的通报: the paper as it was registered, who has opened it, what corrects it, and its files."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from projects.figures import UNDEFINED, chinese_date
from projects.gate import READERS, SignedInRequest, requires
from projects.roles import Duty
from reports import papers
from reports.actions import receipts
from reports.bulletin import Registered
from reports.bulletin_figures import figures
from reports.models import Document, Draft, Rendition
from reports.models.draft import has_a_hand
from reports.official import OfficialPaper
from reports.rendering.bulletin_paper import paper_of, public_version
from reports.views.bulletin_access import trail_of
from reports.views.bulletin_list import KINDS
from reports.views.bulletin_page import FigureLinks
from reports.views.document_files import handed_out
from reports.views.official_page import marked, page_of
from reports.views.receipts import receipts_of

_TEMPLATE = "reports/bulletin_issued.html"
_KINDS = {*KINDS, Document.Kind.MEASURE_NOTICE}


@requires(*READERS)
def bulletin_issued(request: SignedInRequest, pk: int) -> HttpResponse:
    """Opening it is the receipt of whoever it was sent to."""
    document = _document_or_404(request, pk)
    receipts.open_paper(document=document, by=request.user, at=timezone.now())
    registered = papers.snapshot_of(document)
    reads_all = request.user.duties.include(Duty.READ_DISTRICT)
    links = FigureLinks(document.draft.pk) if reads_all and registered.bulletin else None
    given = _around(document, registered) | {
        "page": page_of(_paper(registered, document), links=links, annex=_annex(request)),
        "receipts": receipts_of(document) if reads_all else None,
        "may_remind": request.user.duties.include(Duty.REGISTER) and document.draft.state == Draft.State.ISSUED,
        "draft_url": reverse("bulletin", args=[document.draft.pk]) if has_a_hand(request.user) else "",
        "compare_url": _compare_url(document) if reads_all else "",
    }
    return render(request, _TEMPLATE, given)


@login_not_required
def bulletin_public(request: HttpRequest, pk: int) -> HttpResponse:
    """Without the names of persons, open to everybody; only of what was issued to everybody."""
    issued = Document.objects.filter(draft__is_public=True, draft__state=Draft.State.ISSUED)
    document = get_object_or_404(issued.select_related("draft"), pk=pk)
    paper = public_version(_paper(papers.snapshot_of(document), document))
    given = {
        "title": document.title,
        "number": document.number,
        "page": page_of(paper, annex=_annex(request)),
        "corrections": [each["number"] for each in _corrections(document)],
        "verify_url": reverse("verify_paper", args=[papers.number_of(document)]),
    }
    return render(request, "reports/bulletin_public.html", given)


@requires(*READERS)
def bulletin_file(request: SignedInRequest, pk: int, form: str) -> FileResponse:
    return handed_out(_document_or_404(request, pk), form, by=request.user)


@require_POST
@requires(Duty.REGISTER)
def bulletin_remind(request: SignedInRequest, pk: int) -> HttpResponse:
    document = _document_or_404(request, pk)
    receipts.remind(document=document, by=request.user, at=timezone.now())
    messages.success(request, _("已向未打开的单位催阅。"))
    return redirect("bulletin_issued", pk)


def _document_or_404(request: SignedInRequest, pk: int) -> Document:
    papers_of_us = Document.objects.filter(kind__in=_KINDS).visible_to(request.user)
    return get_object_or_404(
        papers_of_us.select_related("draft__corrects", "draft__signed_by", "draft__measure__project", "previous"), pk=pk
    )


def _paper(registered: Registered, document: Document) -> OfficialPaper:
    named = figures(registered.bulletin) if registered.bulletin else {}
    return paper_of(marked(registered, named), check_url="", check_code=papers.number_of(document))


def _around(document: Document, registered: Registered) -> dict[str, Any]:
    draft = document.draft
    return {
        "title": document.title,
        "trail": trail_of(draft),
        "document": document,
        "kind": document.get_kind_display(),
        "is_void": draft.state == Draft.State.VOID,
        "is_issued": draft.state == Draft.State.ISSUED,
        "facts": _facts(document, registered),
        "forms": _forms(document),
        "public_url": reverse("bulletin_public", args=[document.pk]) if draft.is_public else "",
        "corrects": draft.corrects,
        "corrections": _corrections(document),
        "annex_url": "?annex=",
    }


def _facts(document: Document, registered: Registered) -> list[dict[str, Any]]:
    draft, following = document.draft, document.following.first()
    told = [
        (_("文号"), document.number, ""),
        (_("签发人"), registered.signer, ""),
        (_("签发日期"), chinese_date(registered.signed_on), ""),
        (_("印发日期"), chinese_date(timezone.localtime(draft.ended_at).date()) if draft.ended_at else UNDEFINED, ""),
        (_("校验码"), papers.number_of(document), reverse("verify_paper", args=[papers.number_of(document)])),
        (_("上一期"), _named(document.previous), _url(document.previous)),
        (_("下一期"), _named(following), _url(following)),
    ]
    return [{"label": label, "value": value, "href": href} for label, value, href in told]


def _named(document: Document | None) -> str:
    return document.number if document else UNDEFINED


def _url(document: Document | None) -> str:
    return reverse("bulletin_issued", args=[document.pk]) if document else ""


def _corrections(document: Document) -> list[dict[str, str]]:
    found = Draft.objects.filter(corrects=document, document__isnull=False).select_related("document")
    return [
        {"number": _named(each.document), "title": str(each.document), "url": _url(each.document)} for each in found
    ]


def _forms(document: Document) -> list[dict[str, str]]:
    made = set(document.renditions.values_list("format", flat=True))
    return [
        {"label": str(label), "url": reverse("bulletin_file", args=[document.pk, form.lower()])}
        for form, label in Rendition.Format.choices
        if form in made
    ]


def _compare_url(document: Document) -> str:
    if document.kind != Document.Kind.MONTHLY_BULLETIN:
        return ""
    return f"{reverse('bulletin_difference')}?b={document.pk}"


def _annex(request: HttpRequest) -> int | None:
    asked = request.GET.get("annex", "")
    return int(asked) if asked.isdecimal() else None
