"""审批: what the approver reads of an edition submitted, and decides about it."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from projects.actions import annual_plans
from projects.errors import RuleViolation
from projects.gate import SignedInRequest, requires
from projects.models import PlanVersion
from projects.roles import Duty
from projects.views.annual_plans import edition, editions_of, may_decide, version_url
from projects.views.plan_changes import compared
from projects.views.plan_drafts import trail_to
from projects.views.plan_forms import ApproveForm, SendBackForm


@requires(Duty.APPROVE_PLAN)
def plan_decide(request: SignedInRequest, year: int, number: int) -> HttpResponse:
    """What changes, and under it the two answers: approve with a document number, or send back with words."""
    version = edition(editions_of(request, year), number)
    if request.method != "POST" and not may_decide(request, version):
        return redirect(version_url("plan_version", version))
    sends_back = "send_back" in request.POST
    approval = ApproveForm(request.POST if request.method == "POST" and not sends_back else None)
    refusal = SendBackForm(request.POST if sends_back else None)
    form = refusal if sends_back else approval
    if request.method == "POST" and form.is_valid() and _decided(request, version, form):
        return redirect(version_url("plan_version", version))
    context = {
        "title": _("审批 %(version)s") % {"version": version},
        "trail": trail_to(version),
        "version": version,
        "totals": version.entries.totals(),
        "approval": approval,
        "refusal": refusal,
        **compared(request, version),
    }
    return render(request, "projects/plan_decide.html", context)


def _decided(request: SignedInRequest, version: PlanVersion, form: forms.Form) -> bool:
    try:
        if isinstance(form, SendBackForm):
            annual_plans.send_back(version=version, **form.cleaned_data, by=request.user, at=timezone.now())
            messages.success(request, _("%(version)s已退回编制人。") % {"version": version})
        else:
            annual_plans.approve(version=version, **form.cleaned_data, by=request.user)
            messages.success(request, _("%(version)s已批准，从此不可更改。") % {"version": version})
    except RuleViolation as refusal:
        form.add_error(None, refusal.message)
        return False
    return True
