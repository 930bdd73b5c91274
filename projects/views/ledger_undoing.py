"""撤销导入: what it will take away or put back, then the word."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from projects.actions import ledgers
from projects.gate import SignedInRequest, requires
from projects.models import LedgerImport
from projects.roles import Duty
from projects.views import ledger_pages as pages


@requires(Duty.IMPORT_LEDGER)
def ledger_import_undo(request: SignedInRequest, pk: int) -> HttpResponse:
    imports = LedgerImport.objects.visible_to(request.user).select_related("file", "undone_by")
    this = get_object_or_404(imports, pk=pk)
    if request.method == "POST":
        ledgers.undo(ledger_import=this, by=request.user)
        messages.success(request, _("已撤销这次导入，各项内容回到导入之前。"))
        return redirect("ledger_import", this.pk)
    own = {"label": this.file.name, "url": reverse("ledger_import", args=[this.pk])}
    context = {"title": _("撤销这次导入"), "trail": [*pages.trail(), own], "import": this}
    if reason := ledgers.why_not_undone(this):
        context["reason"] = reason
    else:
        context["brought"], context["changed"] = ledgers.to_be_undone(this)
    return render(request, "projects/ledger_import_undo.html", context)
