"""清样: the pages of one version of the words as a PDF, laid out by a worker and kept with it."""

from typing import Any

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from projects.actions import stored_files
from projects.gate import READERS, SignedInRequest, requires
from projects.models import Job
from reports import tasks
from reports.models import Draft
from reports.views.bulletin_access import draft_or_404, text_of


@require_POST
@requires(*READERS)
def bulletin_proof_ask(request: SignedInRequest, pk: int) -> HttpResponse:
    tasks.ask_for_proof(text_of(draft_or_404(request, pk)))
    return redirect("bulletin", pk)


@requires(*READERS)
def bulletin_proof_made(request: SignedInRequest, pk: int) -> HttpResponse:
    """How far it is; asked by the page while it waits."""
    return render(request, "reports/_bulletin_proof.html", {"proof": proof_of(draft_or_404(request, pk))})


@requires(*READERS)
def bulletin_proof(request: SignedInRequest, pk: int) -> FileResponse:
    proof = text_of(draft_or_404(request, pk)).proof
    if proof is None:
        raise Http404
    content = stored_files.where(proof).open("rb")
    return FileResponse(content, filename=proof.name, content_type="application/pdf")


def proof_of(draft: Draft) -> dict[str, Any]:
    """Where the pages of the present words lie, or how far they are."""
    text = text_of(draft)
    if text.proof_id:
        return {"url": reverse("bulletin_proof", args=[draft.pk])}
    job = Job.objects.filter(kind=tasks.lay_out_proof.name, subject=str(text.pk)).first()
    return {
        "ask_url": reverse("bulletin_proof_ask", args=[draft.pk]),
        "here": reverse("bulletin_proof_made", args=[draft.pk]),
        "is_waiting": job is not None and job.state in {Job.State.WAITING, Job.State.RUNNING},
        "error": job.error if job and job.state == Job.State.FAILED else "",
    }
