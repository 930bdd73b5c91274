"""谁还没报: unit by unit, in words ready for a chat group, and the chasing of one unit or all."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from projects.figures import percent
from projects.gate import SignedInRequest, requires
from projects.models import KeyProject
from projects.recorded import day_of
from projects.roles import Duty
from projects.views.listing import asks_for_sheet, list_taken, sheet_url
from scheduling.actions import notices
from scheduling.missing import OfUnit, all_said, missing
from scheduling.models import Notice, ReportPeriod
from scheduling.views import list_columns
from scheduling.views.reporting_words import reporting_tabs


@requires(Duty.CHASE, Duty.READ_DISTRICT)
def missing_reports(request: SignedInRequest) -> HttpResponseBase:
    """Of the period the address names, or of the one that is due next or was due last."""
    at, periods = timezone.now(), _periods()
    wanted = request.GET.get("period", "")
    period = next((each for each in periods if str(each.pk) == wanted), None) or _present(periods)
    places = reporting_tabs("missing_reports", user=request.user)
    shown: dict[str, Any] = {"title": _("未报和催报"), "period": period, "places": places}
    if period:
        rows = missing(KeyProject.objects.visible_to(request.user), period)
        if asks_for_sheet(request):
            return list_taken(request, _("%s未报情况") % period, list_columns.LACKING, rows)
        today = Notice.objects.filter(period=period, chased_on=day_of(at))
        chased = set(today.values_list("unit", flat=True))
        may_chase = [row for row in rows if row.lacking and _may_chase(request, row)]
        shown |= {
            "periods": [
                {"label": str(each), "url": f"?period={each.pk}", "current": each == period} for each in periods
            ],
            "headline": _headline(rows, period),
            "is_late": at > period.due_at and any(row.lacking for row in rows),
            "rows": [_row(row, chased, row in may_chase) for row in rows],
            "sheet_url": sheet_url(request),
            "text": all_said(rows, period, at=at),
            "left": [row.unit.pk for row in may_chase if row.unit.pk not in chased],
        }
    return render(request, "scheduling/missing_reports.html", shown)


@requires(Duty.CHASE)
@require_POST
def chase(request: SignedInRequest) -> HttpResponse:
    """催报: the units named, or all that one may chase."""
    sent = request.POST
    period = get_object_or_404(ReportPeriod, pk=_number(sent.get("period")))
    wanted = {_number(unit) for unit in sent.getlist("unit")}
    rows = missing(KeyProject.objects.visible_to(request.user), period)
    rows = [row for row in rows if row.unit.pk in wanted] if wanted else [r for r in rows if _may_chase(request, r)]
    back = f"{reverse('missing_reports')}?period={period.pk}"
    done = notices.chase(period=period, rows=rows, url=back, by=request.user, at=timezone.now())
    messages.success(request, _("已向 %(count)d 个单位发出催报通知。") % {"count": len(done)})
    return redirect(back)


def _periods() -> list[ReportPeriod]:
    """The latest ones; an adjustment at the end of a month is owed by nobody."""
    return list(ReportPeriod.objects.exclude(kind=ReportPeriod.Kind.MONTH_END).order_by("-ends_on", "kind")[:6])


def _present(periods: list[ReportPeriod]) -> ReportPeriod | None:
    """The one still open that is due first, else the last."""
    waiting = [each for each in periods if each.locked_at is None]
    return min(waiting, key=lambda each: each.due_at, default=periods[0] if periods else None)


def _may_chase(request: SignedInRequest, row: OfUnit) -> bool:
    duties = request.user.duties
    if duties.include(Duty.EDIT_REGISTER):
        return True
    return row.unit.path.startswith(duties.unit_paths(Duty.CHASE))


def _headline(rows: list[OfUnit], period: ReportPeriod) -> str:
    said = {
        "period": period,
        "owed": sum(row.owed for row in rows),
        "missing": sum(len(row.missing) for row in rows),
        "returned": sum(len(row.returned) for row in rows),
        "due": timezone.localtime(period.due_at).strftime("%m-%d %H:%M"),
    }
    if not said["owed"]:
        return _("%(period)s没有应报项目。") % said
    if not said["missing"] and not said["returned"]:
        return _("%(period)s应报 %(owed)d 个项目，已全部报送。") % said
    words = _("%(period)s应报 %(owed)d 个项目，未报 %(missing)d 个，退回未重报 %(returned)d 个，%(due)s 截止。")
    return words % said


def _row(row: OfUnit, chased: set[int], may_chase: bool) -> dict[str, Any]:
    told = [(each, _("未报")) for each in row.missing] + [(each, _("退回未重报")) for each in row.returned]
    return {
        "pk": row.unit.pk,
        "unit": row.unit.name,
        "owed": row.owed,
        "reported": row.owed - row.lacking,
        "lacking": row.lacking,
        "rate": percent(row.on_time_rate, 1),
        "projects": [{"name": each.name, "person": each.responsible_person or "", "why": why} for each, why in told],
        "is_chased": row.unit.pk in chased,
        "may_chase": may_chase and row.unit.pk not in chased,
    }


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 19 else 0
