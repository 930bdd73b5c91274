"""申请: a new date, a suspension, a resumption, a schedule; and the same again after it came back."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from projects import consequences
from projects.actions import change_requests, milestones
from projects.actions.change_requests import Proposal
from projects.actions.milestones import Dated
from projects.consequences import Consequences
from projects.errors import RuleViolation
from projects.figures import compact_date
from projects.gate import SignedInRequest, requires
from projects.models import BackwardSchedule, ChangeRequest, KeyProject, Suspension
from projects.roles import Duty
from projects.views.change_forms import FORMS, DateChangeForm, GroundsForm, ResumptionForm, ScheduleForm, SuspensionForm
from projects.views.change_words import four_dates_said, matter_of
from projects.views.forms import Page, say_what_empty_means, sent
from projects.views.key_projects import page_of, project_or_404


@requires(Duty.REQUEST_CHANGE)
def date_change(request: SignedInRequest, of: type[Dated], pk: int) -> HttpResponse:
    """What it breaks further on is shown before it can be sent."""
    seen = KeyProject.objects.visible_to(request.user)
    subject: Any = get_object_or_404(of.objects.select_related("project").filter(project__in=seen), pk=pk)
    form = DateChangeForm(sent(request))
    page = page_of(subject.project, _("申请调整批准日期：%(name)s") % {"name": subject}, text=four_dates_said(subject))
    if not form.may_be_sent():
        return _preview(request, form, page, subject)
    return _send(
        request,
        form,
        page,
        lambda: change_requests.request_date_change(of=subject, **form.days(), why=form.grounds(), by=request.user),
    )


def _preview(request: SignedInRequest, form: DateChangeForm, page: Page, subject: Dated) -> HttpResponse:
    if not form.is_bound or not form.is_valid():
        return _form_page(request, form, page, submit=_("查看影响"))
    day = form.cleaned_data["proposed_on"]
    try:
        milestones.refuse_replanning(subject, milestones.dates_of(subject), day)
    except RuleViolation as refusal:
        form.add_error("proposed_on", refusal.message)
        return _form_page(request, form, page, submit=_("查看影响"))
    looked_at = request.POST.copy()
    looked_at["previewed"] = day.isoformat()
    found = consequences.of_new_date(subject, on=timezone.localdate(), proposed_on=day)
    return _form_page(request, DateChangeForm(looked_at), page, found=found)


@requires(Duty.REQUEST_CHANGE)
def suspension(request: SignedInRequest, code: str) -> HttpResponse:
    project = project_or_404(request, code)
    form = SuspensionForm(sent(request))
    page = page_of(project, _("申请停缓建"), text=_("批准后项目转入停缓建；停缓建期间仍计逾期，除非批准不计。"))
    return _send(
        request,
        form,
        page,
        lambda: change_requests.request_suspension(project=project, **form.days(), why=form.grounds(), by=request.user),
    )


@requires(Duty.REQUEST_CHANGE)
def resumption(request: SignedInRequest, pk: int) -> HttpResponse:
    seen = KeyProject.objects.visible_to(request.user)
    stopped = get_object_or_404(Suspension.objects.select_related("project").filter(project__in=seen), pk=pk)
    known = stopped.dates.current().get()
    form = ResumptionForm(sent(request))
    text = _("%(day)s 起停缓建，原因：%(reason)s。") % {"day": known.suspended_on, "reason": known.reason}
    return _send(
        request,
        form,
        page_of(stopped.project, _("申请复工"), text=text),
        lambda: change_requests.request_resumption(
            suspension=stopped, **form.days(), why=form.grounds(), by=request.user
        ),
    )


@requires(Duty.REQUEST_CHANGE)
def schedule(request: SignedInRequest, pk: int) -> HttpResponse:
    seen = KeyProject.objects.visible_to(request.user)
    drafted = get_object_or_404(BackwardSchedule.objects.select_related("project").filter(project__in=seen), pk=pk)
    form = ScheduleForm(sent(request), initial={"reason": drafted.reason})
    return _send(
        request,
        form,
        page_of(drafted.project, _("%(schedule)s报批") % {"schedule": drafted}),
        lambda: change_requests.request_schedule(schedule=drafted, why=form.grounds(), by=request.user),
        found=consequences.of_schedule(drafted, on=timezone.localdate()),
    )


@requires(Duty.REQUEST_CHANGE)
def amend(request: SignedInRequest, pk: int) -> HttpResponse:
    """退回修改: the same form with what was said, to be sent through all hands again."""
    returned = get_object_or_404(
        ChangeRequest.objects.visible_to(request.user).select_related(
            "project", "milestone__project", "stage_target__project", "schedule"
        ),
        pk=pk,
    )
    if returned.requested_by_id != request.user.pk:
        raise PermissionDenied(_("只有申请人本人可以修改申请。"))
    form = FORMS[returned.kind](sent(request), initial=_said(returned))
    page = page_of(returned.project, _("修改后重新报送：%(matter)s") % {"matter": matter_of(returned)})
    if isinstance(form, DateChangeForm) and not form.may_be_sent():
        return _preview(request, form, page, returned.subject())
    return _send(request, form, page, lambda: _resend(returned, form, request))


def _resend(returned: ChangeRequest, form: GroundsForm, request: SignedInRequest) -> ChangeRequest:
    return change_requests.amend_and_resend(
        request=returned, proposal=Proposal(**form.days()), why=form.grounds(), by=request.user
    )


def _said(returned: ChangeRequest) -> dict[str, Any]:
    names = ("proposed_on", "expected_resume_on", "excludes_lateness", "reason_code", "reason", "document_number")
    asked = returned.steps.filter(kind="COUNTERSIGN").values_list("unit", flat=True)
    return {name: getattr(returned, name) for name in names} | {"countersigners": sorted(set(asked))}


def _send(
    request: SignedInRequest,
    form: GroundsForm,
    page: Page,
    verb: Callable[[], ChangeRequest],
    *,
    found: Consequences | None = None,
) -> HttpResponse:
    if form.is_bound and form.is_valid():
        try:
            made = verb()
        except RuleViolation as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("申请已提交，办理情况在这里查看。"))
            return redirect("change_request", made.pk)
    return _form_page(request, form, page, found=found)


def _form_page(
    request: SignedInRequest,
    form: GroundsForm,
    page: Page,
    *,
    found: Consequences | None = None,
    submit: str = "",
) -> HttpResponse:
    for each in form.fields.values():
        say_what_empty_means(each)
    shown = {
        **vars(page),
        "form": form,
        "submit": submit or _("提交申请"),
        "found": found,
        "rows": [consequence_row(row) for row in found.rows] if found else [],
        "plain_fields": [field for field in form if field.name != "countersigners"],
        "asks_others": bool(form["countersigners"].value()),
    }
    return render(request, "projects/change_form.html", shown)


def consequence_row(row: consequences.Touched) -> dict[str, str]:
    return {
        "name": row.name,
        "approved": compact_date(row.approved_on),
        "would_be": compact_date(row.would_be_on),
        "days": "" if row.days is None else f"{row.days:+d}",
        "note": row.note,
    }
