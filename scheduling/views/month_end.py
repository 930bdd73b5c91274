"""月末调整: what the periods of a month come to, and by how much that is corrected at its end."""

from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.errors import RuleViolation
from projects.figures import exactly, signed
from projects.gate import SignedInRequest, requires
from projects.models import KeyProject, User
from projects.roles import Duty
from projects.views.forms import AmountField, sent
from scheduling import amounts, reports_due
from scheduling.actions import progress_reports
from scheduling.actions.progress_content import Content
from scheduling.models import ProgressVersion, ReportPeriod
from scheduling.views import report_words

_MONTHS_OFFERED = 12
State = ProgressVersion.State


class AdjustmentForm(forms.Form):
    """``said``: what was said last of this month; what was accepted is corrected with a reason of its own."""

    direction = forms.ChoiceField(
        label=gettext_lazy("调整方向"),
        choices=[("more", gettext_lazy("调增")), ("less", gettext_lazy("调减"))],
        widget=forms.RadioSelect,
    )
    amount = AmountField(label=gettext_lazy("调整额（万元）"))
    reason = forms.CharField(
        label=gettext_lazy("调整原因"), max_length=200, widget=forms.Textarea(attrs={"rows": 2, "maxlength": 200})
    )
    correction_reason = forms.CharField(label=gettext_lazy("更正原因"), max_length=200)
    client_id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, said: ProgressVersion | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.said = said
        if not said or said.state != State.ACCEPTED:
            del self.fields["correction_reason"]

    def clean_amount(self) -> Decimal:
        amount: Decimal = self.cleaned_data["amount"]
        if not amount and not self.said:
            raise forms.ValidationError(_("调整额为 0，本月无须调整。"))
        return amount

    def content(self) -> Content:
        amount = self.cleaned_data["amount"]
        signed_amount = -amount if self.cleaned_data["direction"] == "less" else amount
        return Content.of_adjustment(amount=signed_amount, reason=self.cleaned_data["reason"])


@requires(Duty.REPORT_PROGRESS)
def month_end(request: SignedInRequest, code: str) -> HttpResponse:
    """The statement of the month asked for, else of the present one, and the form to adjust it."""
    project = get_object_or_404(reports_due.own_projects(request.user), code=code)
    months = _months()
    asked = request.GET.get("period", "")
    period = next((each for each in months if not asked or str(each.pk) == asked), None)
    if asked and period is None:
        raise Http404
    shown: dict[str, Any] = {
        "title": _("月末调整"),
        "as_of": project.name,
        "trail": [
            {"label": _("周报填报"), "url": reverse("weekly_reports")},
            {"label": project.name, "url": reverse("weekly_report", args=[project.code])},
        ],
        "period": period,
    }
    if period is None:
        return render(request, "scheduling/month_end.html", shown)
    said = _said(project, period)
    form = AdjustmentForm(sent(request), said=said, initial=_initial(said))
    if form.is_valid():
        try:
            return redirect("report_receipt", _submitted(form, project, period, by=request.user))
        except RuleViolation as refusal:
            form.add_error(None, refusal.message)
    shown |= {
        "form": form,
        "said": said,
        "state": said.get_state_display() if said else "",
        "is_late": not period.takes_reports(at=timezone.now()),
        "months": [{"value": each.pk, "label": month_said(each), "selected": each == period} for each in months],
        "month": month_statement(project, period),
        "here": reports_due.form_url(project, period),
    }
    return render(request, "scheduling/month_end.html", shown)


def _submitted(form: AdjustmentForm, project: KeyProject, period: ReportPeriod, *, by: User) -> int:
    """The key of its receipt."""
    taken = progress_reports.submit(
        project=project,
        period=period,
        content=form.content(),
        client_id=form.cleaned_data["client_id"],
        correction_reason=form.cleaned_data.get("correction_reason", ""),
        by=by,
    )
    return taken.submission.pk


def month_said(period: ReportPeriod) -> str:
    return _("%(year)d年%(month)d月") % {"year": period.ends_on.year, "month": period.ends_on.month}


def month_statement(project: KeyProject, period: ReportPeriod) -> dict[str, Any]:
    """Every period of the month with what counts and what waits, its adjustment last; the sum is of what counts."""
    year, month, own = period.ends_on.year, period.ends_on.month, [project.pk]
    versions = amounts.of_month(own, year=year, month=month, known_at=None).select_related("report__period")
    rows: dict[int, dict[str, Any]] = {}
    for version in versions.order_by("report__period__ends_on", "report__period"):
        row = rows.setdefault(
            version.report.period_id, {"period": version.report.period, "counted": "", "under_way": ""}
        )
        if version.counts:
            row["counted"] = signed(version.period_amount)
        else:
            told = {"state": version.get_state_display(), "amount": exactly(version.period_amount)}
            row["under_way"] = _("%(state)s %(amount)s") % told
    return {
        "title": month_said(period),
        "rows": [{**row, "name": _period_named(row["period"])} for row in sorted(rows.values(), key=_adjustment_last)],
        "total": exactly(amounts.month_amounts(own, year=year, month=month, known_at=None)[project.pk]),
    }


def _adjustment_last(row: dict[str, Any]) -> bool:
    return bool(row["period"].kind == ReportPeriod.Kind.MONTH_END)


def _period_named(period: ReportPeriod) -> str:
    is_adjustment = period.kind == ReportPeriod.Kind.MONTH_END
    return str(period.get_kind_display()) if is_adjustment else report_words.period_said(period)


def _months() -> list[ReportPeriod]:
    begun = ReportPeriod.objects.filter(kind=ReportPeriod.Kind.MONTH_END, starts_on__lte=timezone.localdate())
    return list(begun.order_by("-ends_on")[:_MONTHS_OFFERED])


def _said(project: KeyProject, period: ReportPeriod) -> ProgressVersion | None:
    current = ProgressVersion.objects.current().filter(report__project=project, report__period=period)
    return current.select_related("reviewed_by").last_said()


def _initial(said: ProgressVersion | None) -> dict[str, Any]:
    if said is None:
        return {"client_id": uuid4()}
    return {
        "client_id": uuid4(),
        "direction": "less" if said.period_amount < 0 else "more",
        "amount": abs(said.period_amount),
        "reason": said.done_text,
    }
