"""观摩文书: one issued paper of a round, who has opened it, and its file."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from projects.figures import UNDEFINED, chinese_date
from projects.gate import SignedInRequest, requires
from projects.models import Job
from projects.roles import Duty
from reports import papers, tasks
from reports.actions import receipts
from reports.models import Document, Rendition
from reports.models.document import ROUND_KINDS
from reports.views.document_files import handed_out
from reports.views.receipts import receipts_of
from scheduling.views.inspection_head import SEES


@requires(*SEES)
def inspection_paper(request: SignedInRequest, pk: int) -> HttpResponse:
    """Opening it is the receipt of whoever it was sent to."""
    document = _document_or_404(request, pk)
    receipts.open_paper(document=document, by=request.user, at=timezone.now())
    job = _job(document)
    shown = {
        "title": document.title,
        "trail": [
            {"label": _("季观摩"), "url": reverse("inspection_list")},
            {"label": str(document.round), "url": reverse("inspection_booklet", args=[document.round_id])},
        ],
        "document": document,
        "kind": document.get_kind_display(),
        "facts": _facts(document),
        "file_url": _file_url(document),
        "is_waiting": job is not None and job.state in {Job.State.WAITING, Job.State.RUNNING},
        "job": job,
        "failed": job.error if job and job.state == Job.State.FAILED else "",
        "retry_url": reverse("inspection_paper_retry", args=[pk]),
        "may_remind": request.user.duties.include(Duty.REGISTER),
        "receipts": receipts_of(document) if request.user.duties.include(Duty.READ_DISTRICT) else None,
        "here": reverse("inspection_paper", args=[pk]),
    }
    return render(request, "reports/inspection_paper.html", shown)


@requires(*SEES)
def inspection_paper_file(request: SignedInRequest, pk: int, form: str) -> FileResponse:
    return handed_out(_document_or_404(request, pk), form, by=request.user)


@require_POST
@requires(Duty.REGISTER)
def inspection_paper_remind(request: SignedInRequest, pk: int) -> HttpResponse:
    receipts.remind(document=_document_or_404(request, pk), by=request.user, at=timezone.now())
    messages.success(request, _("已向未打开的单位催阅。"))
    return redirect("inspection_paper", pk)


@require_POST
@requires(Duty.REGISTER)
def inspection_paper_retry(request: SignedInRequest, pk: int) -> HttpResponse:
    job = _job(_document_or_404(request, pk))
    if job is None:
        raise Http404
    tasks.retry_paper(job, by=request.user)
    messages.success(request, _("已重新开始，完成后请刷新查看。"))
    return redirect("inspection_paper", pk)


def _document_or_404(request: SignedInRequest, pk: int) -> Document:
    seen = Document.objects.filter(kind__in=ROUND_KINDS).visible_to(request.user)
    return get_object_or_404(seen.select_related("round", "previous"), pk=pk)


def _job(document: Document) -> Job | None:
    form = Rendition.Format.PDF
    return Job.objects.filter(kind=tasks.render_document.name, subject=f"{document.pk} {form}").first()


def _file_url(document: Document) -> str:
    made = document.renditions.filter(format=Rendition.Format.PDF).exists()
    return reverse("inspection_paper_file", args=[document.pk, "pdf"]) if made else ""


def _facts(document: Document) -> list[dict[str, Any]]:
    code, following = papers.number_of(document), document.following.first()
    told = [
        (_("文号"), document.number, ""),
        (_("印发日期"), chinese_date(timezone.localtime(document.composed_at).date()), ""),
        (_("登记人"), str(document.composed_by or _("系统")), ""),
        (_("校验码"), code, reverse("verify_paper", args=[code])),
        (_("上一号"), document.previous.number if document.previous else UNDEFINED, ""),
        (_("下一号"), following.number if following else UNDEFINED, ""),
    ]
    return [{"label": label, "value": value, "href": href} for label, value, href in told]
