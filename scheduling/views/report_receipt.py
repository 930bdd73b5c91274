"""回执: what was taken in, what it comes to, what is doubted, and what happens next."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects import figures
from projects.errors import RuleViolation
from projects.gate import READERS, SignedInRequest, requires
from projects.models import KeyProject
from projects.roles import Duty
from scheduling import reports_due
from scheduling.actions import progress_reports
from scheduling.models import ProgressSubmission, ReportPeriod
from scheduling.report_basis import basis_of
from scheduling.reports_due import State
from scheduling.views import report_words


class ExplanationForm(forms.Form):
    explanation = forms.CharField(label=gettext_lazy("说明"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


@requires(*READERS)
def report_receipt(request: SignedInRequest, pk: int) -> HttpResponse:
    submission = _submission(request, pk)
    report = submission.report
    current = report.versions.current().last_said() or submission.version
    may_explain = current.state == State.SUBMITTED and report.project.is_answered_for_by(request.user)
    basis = basis_of(report.project, report.period, known_at=timezone.now())
    context = {
        "title": _("已报送"),
        "as_of": f"{report.project.name}，{report_words.period_said(report.period)}",
        "trail": [{"label": _("周报填报"), "url": reverse("weekly_reports")}] if may_explain else [],
        "submission": submission,
        "version": current,
        "amount_label": _("月末调整") if basis.month_before is not None else _("本期完成"),
        "amount": figures.exactly(current.period_amount),
        "totals": report_words.totals(basis, current.period_amount),
        "unchanged": basis.unchanged_periods + 1 if current.is_unchanged else 0,
        "next": _what_comes_next(submission, current.state),
        "form": ExplanationForm(initial={"explanation": current.explanation}) if may_explain else None,
        "project_url": reverse("project_detail", args=[report.project.code]),
        "form_url": reports_due.form_url(report.project, report.period),
        "rest": _rest(request),
    }
    return render(request, "scheduling/report_receipt.html", context)


@requires(Duty.REPORT_PROGRESS)
def report_explain(request: SignedInRequest, pk: int) -> HttpResponse:
    submission = _submission(request, pk)
    form = ExplanationForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            progress_reports.explain(
                report=submission.report, explanation=form.cleaned_data["explanation"], by=request.user
            )
            messages.success(request, _("说明已保存，审核时一并查看。"))
        except RuleViolation as refusal:
            messages.error(request, refusal.message)
    elif form.is_bound:
        messages.error(request, _("说明须填写，不超过 300 字。"))
    return redirect("report_receipt", submission.pk)


def _submission(request: SignedInRequest, pk: int) -> ProgressSubmission:
    seen = KeyProject.objects.visible_to(request.user)
    people = ("report__project__lead_unit", "report__period", "submitted_by", "version")
    return get_object_or_404(ProgressSubmission.objects.select_related(*people).filter(report__project__in=seen), pk=pk)


def _what_comes_next(submission: ProgressSubmission, state: str) -> str:
    report = submission.report
    if state == State.ACCEPTED:
        return _("已审核通过，计入统计。")
    if state == State.RETURNED:
        return _("已退回，请按审核意见修改后重新报送。")
    until = timezone.localtime(report.period.review_until)
    is_adjustment = report.period.kind == ReportPeriod.Kind.MONTH_END
    return _("等待%(unit)s审核，%(until)s 前审核完毕；审核通过后计入统计，被退回会出现在“%(place)s”。") % {
        "place": _("月末调整") if is_adjustment else _("我的"),
        "unit": report.project.lead_unit,
        "until": f"{until:%m-%d %H:%M}",
    }


def _rest(request: SignedInRequest) -> list[dict[str, str]]:
    """The own projects still to be reported: the way on."""
    owed = reports_due.due_of(request.user, at=timezone.now())
    waiting = [due for due in owed if due.waits_for_the_lead]
    return [{"name": due.project.name, "url": reports_due.form_url(due.project, due.period)} for due in waiting[:5]]
