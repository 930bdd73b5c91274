"""观摩手册: the tab of a round where its papers are made and issued, and where everybody else finds them."""

from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from projects import figures
from projects.gate import SignedInRequest, requires
from projects.models import Job
from projects.roles import Duty
from reports import papers, tasks
from reports.actions import booklets
from reports.models import BookletProof, Document, Receipt
from scheduling.models import InspectionRound
from scheduling.views.inspection_head import SEES, head, round_or_404, settled_or_404

_TEMPLATE = "reports/booklet.html"
_State = InspectionRound.State
_MAY_ISSUE = {_State.ROUTED, _State.SCORING}


@requires(*SEES)
def inspection_booklet(request: SignedInRequest, pk: int) -> HttpResponse:
    """What was issued of the round and, for the office, how far the proof is; asked by htmx, only that."""
    opened = settled_or_404(request, pk)
    duties = request.user.duties
    shown: dict[str, Any] = {
        "round": opened,
        "may_ask": duties.include(Duty.INSPECT) and opened.state != _State.CANCELLED,
        "may_issue": duties.include(Duty.REGISTER),
        "here": reverse("inspection_booklet", args=[pk]),
    }
    if shown["may_ask"]:
        shown |= _proof(opened)
    if request.htmx:
        return render(request, f"{_TEMPLATE}#proof", shown)
    return render(
        request, _TEMPLATE, head(request, opened, tab="inspection_booklet") | shown | _issued(request, opened)
    )


@require_POST
@requires(Duty.INSPECT)
def inspection_booklet_ask(request: SignedInRequest, pk: int) -> HttpResponse:
    tasks.ask_for_booklet(round_or_404(request, pk), by=request.user)
    return redirect("inspection_booklet", pk)


@requires(Duty.INSPECT)
def inspection_booklet_proof(request: SignedInRequest, pk: int) -> FileResponse:
    """The last proof that is made."""
    opened = round_or_404(request, pk)
    proof = _last_made(opened)
    if proof is None or proof.file is None:
        raise Http404
    content = booklets.take(proof=proof, by=request.user, at=timezone.now()).open("rb")
    return FileResponse(content, filename=proof.file.name, content_type="application/pdf")


@require_POST
@requires(Duty.REGISTER)
def inspection_booklet_issue(request: SignedInRequest, pk: int) -> HttpResponse:
    """The proof that was looked at, and no other: its key comes with the form."""
    opened = round_or_404(request, pk)
    asked = request.POST.get("proof", "")
    proof = get_object_or_404(opened.booklet_proofs.made(), pk=asked if asked.isdecimal() else 0)
    document = tasks.issue_booklet(proof, by=request.user)
    messages.success(request, _("已登记印发，文号%s；正在生成带文号的 PDF，各单位已收到通知。") % document.number)
    return redirect("inspection_booklet", pk)


@require_POST
@requires(Duty.REGISTER)
def inspection_result_issue(request: SignedInRequest, pk: int) -> HttpResponse:
    document = tasks.issue_result(round_or_404(request, pk), by=request.user)
    messages.success(request, _("结果单已登记印发，文号%s；各单位已收到通知。") % document.number)
    return redirect("inspection_booklet", pk)


def _last_made(opened: InspectionRound) -> BookletProof | None:
    return opened.booklet_proofs.made().select_related("file").first()


def _proof(opened: InspectionRound) -> dict[str, Any]:
    last = opened.booklet_proofs.select_related("file").first()
    job = tasks.booklet_job(last) if last else None
    made = last if last and last.made_at else _last_made(opened)
    is_waiting = job is not None and job.state in {Job.State.WAITING, Job.State.RUNNING}
    is_issued = (
        made is not None
        and Document.objects.filter(kind=Document.Kind.INSPECTION_BOOKLET, subject=str(made.pk)).exists()
    )
    return {
        "job": job if is_waiting else None,
        "failed": job.error if job and job.state == Job.State.FAILED else "",
        "proof": made,
        "proof_said": _made_in_words(made) if made else "",
        "is_issued": is_issued,
        "can_issue": made is not None and not is_issued and opened.state in _MAY_ISSUE,
        "why_not": "" if opened.state in _MAY_ISSUE else _why_not(opened),
    }


def _made_in_words(proof: BookletProof) -> str:
    at = timezone.localtime(proof.asked_at)
    size = (proof.file.size if proof.file else 0) / (1 << 20)
    said = {"day": figures.chinese_date(at.date()), "time": f"{at:%H:%M}", "size": f"{size:.1f}"}
    return _("%(day)s %(time)s 的数据，%(size)s MB。") % said


def _why_not(opened: InspectionRound) -> str:
    if opened.state == _State.CHOOSING:
        return _("线路确定之后才能印发。")
    return _("评分已锁定，手册不再印发。")


def _issued(request: SignedInRequest, opened: InspectionRound) -> dict[str, Any]:
    found = Document.objects.filter(round=opened).visible_to(request.user).defer("content")
    receipts = Prefetch("receipts", Receipt.objects.select_related("notice"))
    documents = list(found.prefetch_related("renditions", receipts).order_by("-pk"))
    rows = [_row(each) for each in documents]
    kinds = Document.Kind
    has_result = any(each.kind == kinds.INSPECTION_RESULT for each in documents)
    return {
        "booklets": [row for row in rows if row["kind"] == kinds.INSPECTION_BOOKLET],
        "results": [row for row in rows if row["kind"] == kinds.INSPECTION_RESULT],
        "is_published": opened.state == _State.PUBLISHED,
        "may_issue_result": opened.state == _State.PUBLISHED
        and request.user.duties.include(Duty.REGISTER)
        and not has_result,
    }


def _row(document: Document) -> dict[str, Any]:
    receipts = document.receipts.all()
    return {
        "kind": document.kind,
        "number": document.number,
        "title": document.title,
        "url": reverse("inspection_paper", args=[document.pk]),
        "day": figures.chinese_date(timezone.localtime(document.composed_at).date()),
        "is_made": bool(document.renditions.all()),
        "file_url": reverse("inspection_paper_file", args=[document.pk, "pdf"]),
        "sent": len(receipts),
        "read": sum(each.notice.read_at is not None for each in receipts),
        "code": papers.number_of(document),
    }
