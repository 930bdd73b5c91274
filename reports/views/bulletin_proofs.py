"""清样 and the forms of what is registered: what a worker lays out, and how far it is."""

from typing import Any

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from projects.actions import stored_files
from projects.gate import READERS, SignedInRequest, requires
from projects.models import Job
from reports import papers, tasks
from reports.models import Draft, Rendition
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


@requires(*READERS)
def bulletin_forms(request: SignedInRequest, pk: int) -> HttpResponse:
    """How far the forms of a registered paper are; asked by the page while it waits."""
    return render(request, "reports/_bulletin_forms.html", {"forms": forms_of(draft_or_404(request, pk))})


def forms_of(draft: Draft) -> dict[str, Any] | None:
    """Of a registered paper that waits to be issued, each form with where it lies, or how far it is."""
    if draft.document is None or draft.state != Draft.State.REGISTERED:
        return None
    made = set(draft.document.renditions.values_list("format", flat=True))
    subjects = {f"{draft.document.pk} {form}": form for form in papers.forms_of(draft.document)}
    asked = Job.objects.filter(kind=tasks.render_document.name, subject__in=subjects)
    errors = {subjects[each.subject]: each.error for each in asked if each.state == Job.State.FAILED}
    return {
        "here": reverse("bulletin_forms", args=[draft.pk]),
        "is_waiting": any(form not in made and form not in errors for form in subjects.values()),
        "rows": [
            {
                "label": Rendition.Format(form).label,
                "url": reverse("bulletin_file", args=[draft.document.pk, form.lower()]) if form in made else "",
                "error": errors.get(form, ""),
            }
            for form in subjects.values()
        ],
    }


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
