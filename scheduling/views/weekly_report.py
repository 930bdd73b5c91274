"""周报填报: what must I say this week? The list of what is owed, and the one form."""

import json
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from projects.errors import RuleViolation
from projects.gate import SignedInRequest, requires
from projects.roles import Duty
from projects.views.listing import asks_for_sheet, list_taken, sheet_url
from scheduling import reports_due
from scheduling.actions import progress_drafts, progress_reports
from scheduling.actions.progress_drafts import Typed
from scheduling.models import ProgressSubmission
from scheduling.views import list_columns, report_words
from scheduling.views.galleries import gallery_of_report
from scheduling.views.report_form import ReportForm
from scheduling.views.report_opening import Opening, Sent


@requires(Duty.REPORT_PROGRESS)
def weekly_reports(request: SignedInRequest) -> HttpResponseBase:
    at = timezone.now()
    owed = reports_due.due_of(request.user, at=at)
    if asks_for_sheet(request):
        return list_taken(request, _("周报填报"), list_columns.OWED, owed)
    rows = [report_words.row(due, at=at) for due in owed]
    context = {
        "title": _("周报填报"),
        "as_of": report_words.headline(owed),
        "rows": rows,
        "sheet_url": sheet_url(request) if rows else "",
        "others": report_words.others(request.user, owed),
        "has_periods": bool(reports_due.open_periods(at=at)),
        "may_batch": len({due.project.pk for due in owed}) > 1,
    }
    return render(request, "scheduling/weekly_reports.html", context)


@requires(Duty.REPORT_PROGRESS)
def weekly_report(request: SignedInRequest, code: str) -> HttpResponse:
    """Shown, saved as a draft, or submitted; what somebody else changed meanwhile is put side by side first."""
    opening = _opening(request, code)
    if request.method != "POST":
        return _show(request, opening, opening.form())
    if taken := _taken(request, opening):
        return redirect("report_receipt", taken.pk)
    sent = Sent.of(request.POST, opening)
    if sent.is_stale or sent.conflicts:
        return _show_conflict(request, opening, sent)
    pressed = {name: "1" for name in ("unchanged",) if name in request.POST}
    form = ReportForm(sent.fields | pressed, basis=opening.basis)
    if "save" in request.POST:
        return _save(request, opening, form, sent.fields)
    if form.is_valid():
        try:
            submitted = progress_reports.submit(
                project=opening.project,
                period=opening.period,
                content=form.content(),
                client_id=_client_id(request),
                correction_reason=form.cleaned_data["correction_reason"],
                by=request.user,
            )
        except RuleViolation as refusal:
            form.add_error(None, refusal.message)
        else:
            return redirect("report_receipt", submitted.submission.pk)
    return _show(request, opening, form)


@requires(Duty.REPORT_PROGRESS)
@require_POST
def report_draft(request: SignedInRequest, code: str) -> HttpResponse:
    """自动保存, asked for by the page itself: what was kept, and what somebody else wrote."""
    opening = _opening(request, code)
    try:
        told = json.loads(request.body)
        if told.get("seen", opening.seen) != opening.seen:
            raise RuleViolation(_("本期已有新的报送，请刷新页面核对；您填的内容已保存在本机。"))
        names = opening.written
        typed = {
            name: Typed(str(each["base"]), str(each["text"])) for name, each in told["typed"].items() if name in names
        }
        saved = progress_drafts.save(
            project=opening.project, period=opening.period, typed=typed, by=request.user, at=timezone.now()
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return JsonResponse({"detail": _("请求格式不正确。")}, status=400)
    except RuleViolation as refusal:
        return JsonResponse({"detail": refusal.message}, status=409)
    return JsonResponse(report_words.saved_said(saved, opening.blank))


def _opening(request: SignedInRequest, code: str) -> Opening:
    project = get_object_or_404(reports_due.own_projects(request.user), code=code)
    return Opening.of(project, asked=request.GET.get("period", ""), at=timezone.now())


def _client_id(request: SignedInRequest) -> UUID:
    try:
        return UUID(request.POST.get("client_id", ""))
    except ValueError:
        return uuid4()


def _taken(request: SignedInRequest, opening: Opening) -> ProgressSubmission | None:
    """The receipt this form has already brought: a form sent twice is taken in once."""
    mine = ProgressSubmission.objects.filter(submitted_by=request.user, report__project=opening.project)
    return mine.filter(report__period=opening.period, client_id=_client_id(request)).first()


def _save(request: SignedInRequest, opening: Opening, form: ReportForm, fields: dict[str, str]) -> HttpResponse:
    typed = {name: Typed(opening.written[name], text) for name, text in fields.items()}
    try:
        progress_drafts.save(
            project=opening.project, period=opening.period, typed=typed, by=request.user, at=timezone.now()
        )
    except RuleViolation as refusal:
        form.add_error(None, refusal.message)
        return _show(request, opening, form)
    messages.success(request, _("草稿已保存，还没有报送。"))
    return redirect(reports_due.form_url(opening.project, opening.period))


def _show(request: SignedInRequest, opening: Opening, form: ReportForm) -> HttpResponse:
    context = report_words.around(opening, form, at=timezone.now()) | {
        "user_key": request.user.pk,
        "client_id": request.POST.get("client_id") or uuid4(),
        "base": json.dumps(opening.written, ensure_ascii=False),
        "gallery": gallery_of_report(
            request, opening.project, opening.period, back=reports_due.form_url(opening.project, opening.period)
        ),
    }
    return render(request, "scheduling/weekly_report.html", context)


def _show_conflict(request: SignedInRequest, opening: Opening, sent: Sent) -> HttpResponse:
    context: dict[str, Any] = report_words.conflict(opening, sent) | {
        "client_id": request.POST.get("client_id") or uuid4(),
        "base": json.dumps(opening.written, ensure_ascii=False),
        "pressed": [name for name in ("unchanged", "save") if name in request.POST],
    }
    return render(request, "scheduling/report_conflict.html", context)
