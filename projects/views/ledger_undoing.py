"""撤销导入: what it will take away or put back, then the word; the job that does it is watched here."""

from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect, HttpResponseClientRefresh

from projects import tasks
from projects.actions import ledgers
from projects.errors import RuleViolation
from projects.gate import SignedInRequest, requires
from projects.models import Job, LedgerImport
from projects.roles import Duty
from projects.views import ledger_pages as pages


@requires(Duty.IMPORT_LEDGER)
def ledger_import_undo(request: SignedInRequest, pk: int) -> HttpResponse:
    """Asked for, watched, refused; once it is done the import itself says so."""
    this = pages.visible(request, pk)
    if this.undone_at:
        result = reverse("ledger_import", args=[pk])
        return HttpResponseClientRedirect(result) if request.htmx else redirect(result)
    if request.method == "POST":
        return _asked(request, this)
    job = tasks.undo_of(this)
    own = {"label": this.file.name, "url": reverse("ledger_import", args=[pk])}
    context = {"title": _("撤销这次导入"), "trail": [*pages.trail(), own], "import": this}
    if job and job.is_under_way:
        template = "projects/ledger_import_undoing.html"
        part = f"{template}#progress" if request.htmx else template
        return render(request, part, {**context, "running": pages.undoing(job), "identity": pages.identity(this)})
    if request.htmx:
        return HttpResponseClientRefresh()
    return render(request, "projects/ledger_import_undo.html", {**context, **_prospect(this, job)})


def _asked(request: SignedInRequest, this: LedgerImport) -> HttpResponse:
    with transaction.atomic():
        if ledgers.can_be_asked(this):
            tasks.ask_for_undo(this, by=request.user, at=timezone.now())
    return redirect("ledger_import_undo", this.pk)


def _prospect(this: LedgerImport, job: Job | None) -> dict[str, Any]:
    """``refused``: how the last attempt ended; what stands against it now is asked anew."""
    refused = {"at": job.finished_at, "text": job.error} if job and job.state == Job.State.FAILED else None
    try:
        found = ledgers.prospect(this)
    except RuleViolation as refusal:
        return {"reason": refusal.message}
    return {"refused": refused, "found": found, "identity": pages.identity(this)}
