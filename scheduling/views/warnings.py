"""预警核查 · 完工预测: which projects will hardly be done by their approved day, and how far to trust that."""

from typing import Any

from django.db.models import Count, F, Q
from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from projects import sheets
from projects.figures import UNDEFINED, compact_date
from projects.filters import used
from projects.gate import READERS, SignedInRequest, requires
from projects.lists import page_of
from projects.models import KeyProject
from projects.roles import Duty
from scheduling.filters import WarningFilter
from scheduling.forecasts import back_tested
from scheduling.models import FinishForecast
from scheduling.models.finish_forecast import FinishForecastQuerySet
from scheduling.views.warning_words import buckets, forecast_state, night_said, refusals, warning_tabs
from scheduling.warning_sheets import forecast_sheet

_BEYOND = Q(p50_on__gt=F("approved_finish"))


@requires(*READERS)
def warning_list(request: SignedInRequest) -> HttpResponse:
    conditions = WarningFilter(request.GET, queryset=KeyProject.objects.visible_to(request.user))
    forecasts = FinishForecast.objects.filter(project__in=conditions.qs)
    tested = back_tested()
    page = page_of(_soonest_first(forecasts.warned()), request)
    shown = {
        "title": _("预警核查"),
        "as_of": night_said(tested),
        "tabs": warning_tabs(request.user, current="warning_list"),
        "headline": _headline(forecasts),
        "tested": tested,
        "buckets": buckets(tested),
        "refusals": refusals(forecasts.refusals()),
        "form": conditions.form,
        "used": len(conditions.used()),
        "page": page,
        "rows": [_row(each) for each in page],
        "export_url": f"{reverse('warning_list_export')}?{request.GET.urlencode()}",
        "may_export": request.user.duties.include(Duty.EXPORT),
    }
    return render(request, "scheduling/warning_list.html", shown)


@requires(Duty.EXPORT)
def warning_list_export(request: SignedInRequest) -> FileResponse:
    """The same rows as the page with the same address, of all its pages."""
    conditions = WarningFilter(request.GET, queryset=KeyProject.objects.visible_to(request.user))
    rows = _soonest_first(FinishForecast.objects.filter(project__in=conditions.qs).warned())
    sheet = forecast_sheet(rows, as_of=night_said(back_tested()), filters=used(conditions.form))
    return sheets.download(sheet, by=request.user, at=timezone.now())


def _soonest_first(forecasts: FinishForecastQuerySet) -> FinishForecastQuerySet:
    ordered = forecasts.order_by("approved_finish", "project__sort_key")
    return ordered.select_related("project__lead_unit", "project__responsible_person")


def _headline(forecasts: FinishForecastQuerySet) -> str:
    found = forecasts.aggregate(
        all=Count("pk", filter=Q(refusal="")),
        late=Count("pk", filter=_BEYOND),
        unsure=Count("pk", filter=~Q(warning="") & ~_BEYOND),
        slower=Count("pk", filter=Q(warning="") & ~Q(trend="")),
    )
    if not found["all"]:
        return _("目前没有可以预测完工日期的项目。")
    words = _(
        "预测了 %(all)d 个项目：%(late)d 个预计晚于批准日期，%(unsure)d 个按期把握不足八成，%(slower)d 个余量减少。"
    )
    return words % found


def _row(forecast: FinishForecast) -> dict[str, Any]:
    project = forecast.project
    return {
        "project": project.name,
        "url": reverse("project_detail", args=[project.code]),
        "unit": project.lead_unit,
        "person": project.responsible_person or UNDEFINED,
        "approved": compact_date(forecast.approved_finish),
        "p50": compact_date(forecast.p50_on),
        "p80": compact_date(forecast.p80_on) if forecast.p80_on else _("十年以后"),
        "slack": forecast.slack,
        "state": forecast_state(forecast),
        "trend": forecast.trend,
        "basis": forecast.basis,
    }
