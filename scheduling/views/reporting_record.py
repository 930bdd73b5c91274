"""报送情况: how each period was reported, unit by unit and project by project, from what was frozen."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Case, When
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from projects.figures import exactly, percent
from projects.gate import SignedInRequest, requires
from projects.lists import page_of
from projects.models import Job, Unit
from projects.recorded import day_of
from projects.roles import Duty
from projects.views.listing import asks_for_sheet, list_taken, sheet_url
from scheduling import reporting_record, tasks
from scheduling.models import PeriodStanding, ReportPeriod
from scheduling.models.report_period import PeriodStandingQuerySet
from scheduling.reporting_record import Counts, Record
from scheduling.views import list_columns
from scheduling.views.reporting_words import RECORD_READERS, is_closed, reporting_tabs, stage_said

_PER_PAGE = 12
_Reported = PeriodStanding.Reported
_LACKING_FIRST = (_Reported.MISSING, _Reported.RETURNED, _Reported.UNREVIEWED, _Reported.ACCEPTED)
_Kind = ReportPeriod.Kind


@requires(*RECORD_READERS)
def reporting_list(request: SignedInRequest) -> HttpResponseBase:
    at, standings = timezone.now(), PeriodStanding.objects.visible_to(request.user).owed()
    begun = ReportPeriod.objects.filter(starts_on__lte=day_of(at))
    kinds = set(begun.order_by().values_list("kind", flat=True).distinct())
    kind = _kind(request, kinds)
    found = begun.filter(kind=kind).select_related("closing").order_by("-ends_on")
    if asks_for_sheet(request):
        counts = reporting_record.counted(standings.filter(period__in=found), by="period")
        lines = ({"period": each} | row for each, row in zip(found, _period_rows(list(found), counts, at), strict=True))
        return list_taken(
            request, _("报送情况"), list_columns.PERIODS, lines, filters={_("报告期类别"): str(_Kind(kind).label)}
        )
    page = page_of(found, request, per_page=_PER_PAGE)
    periods = list(page)
    shown = {
        "title": _("报送情况"),
        "as_of": _scope_said(request),
        "places": reporting_tabs("reporting_list", user=request.user),
        "kinds": [
            {"label": each.label, "url": f"?kind={each.value}", "current": each == kind}
            for each in _Kind
            if each in kinds
        ],
        "page": page,
        "sheet_url": sheet_url(request),
        "rows": _period_rows(periods, reporting_record.counted(standings.filter(period__in=periods), by="period"), at),
        "is_owed": kind != _Kind.MONTH_END,
        "may_retry": request.user.duties.include(Duty.KEEP_REPORTING),
        **_units(reporting_record.records(standings, kind=kind)),
    }
    return render(request, "scheduling/reporting_list.html", shown)


@requires(*RECORD_READERS)
def reporting_period(request: SignedInRequest, pk: int) -> HttpResponseBase:
    """One period: its units, then its projects, those lacking first; ``?unit=`` and ``?state=`` narrow the projects."""
    at = timezone.now()
    begun = ReportPeriod.objects.filter(starts_on__lte=day_of(at)).select_related("closing")
    period = get_object_or_404(begun, pk=pk)
    standings = PeriodStanding.objects.visible_to(request.user).owed().filter(period=period)
    by_unit = reporting_record.counted(standings, by="lead_unit")
    units = reporting_record.units_of(by_unit)
    unit = next((each for each in units if str(each.pk) == request.GET.get("unit")), None)
    state, lines = request.GET.get("state", ""), standings.filter(lead_unit=unit) if unit else standings
    ordered = _lines(lines.filter(reported=state) if state in _Reported else lines)
    if asks_for_sheet(request):
        narrowed = {_("牵头单位"): unit and unit.name, _("报送"): _Reported(state).label if state in _Reported else ""}
        told = {name: str(value) for name, value in narrowed.items() if value}
        return list_taken(request, _("%s报送情况") % period, list_columns.PERIOD_LINES, ordered, filters=told)
    page = page_of(ordered, request)
    job = _jobs([period]).get(period.pk)
    shown = {
        "title": str(period),
        "as_of": f"{_scope_said(request)}；{stage_said(period, job, at=at)}",
        "trail": [{"label": _("报送情况"), "url": f"{reverse('reporting_list')}?kind={period.kind}"}],
        "period": period,
        "headline": _headline(period, reporting_record.total(Counts, by_unit.values()), job),
        "is_late": any(counts.missing for counts in by_unit.values()),
        "is_closed": is_closed(period),
        "is_owed": period.kind != _Kind.MONTH_END,
        "has_sheet": is_closed(period) and period.kind == _Kind.WEEK,
        "failed": job is not None and job.state == Job.State.FAILED,
        "may_retry": request.user.duties.include(Duty.KEEP_REPORTING),
        "units": _unit_counts(units, by_unit),
        "unit": unit,
        "states": _states(by_unit[unit.pk] if unit else reporting_record.total(Counts, by_unit.values()), state, unit),
        "page": page,
        "sheet_url": sheet_url(request),
        "rows": [_line(each) for each in page],
    }
    return render(request, "scheduling/reporting_period.html", shown)


@require_POST
@requires(Duty.KEEP_REPORTING)
def reporting_retry(request: SignedInRequest, pk: int) -> HttpResponse:
    period = get_object_or_404(ReportPeriod, pk=pk)
    tasks.retry_closing(period, by=request.user)
    return redirect("reporting_period", period.pk)


def _kind(request: SignedInRequest, kinds: set[str]) -> str:
    asked = request.GET.get("kind", "")
    return asked if asked in kinds else str(_Kind.WEEK)


def _scope_said(request: SignedInRequest) -> str:
    return _("全区") if request.user.duties.include(Duty.READ_DISTRICT) else _("本单位牵头的项目")


def _jobs(periods: Sequence[ReportPeriod]) -> dict[int, Job]:
    kind, subjects = tasks.close_report_period.name, [str(period.pk) for period in periods]
    return {int(job.subject): job for job in Job.objects.filter(kind=kind, subject__in=subjects)}


def _period_rows(periods: Sequence[ReportPeriod], counts: dict[int, Counts], at: datetime) -> list[dict[str, Any]]:
    jobs = _jobs([period for period in periods if not is_closed(period)])
    return [_period_row(period, counts.get(period.pk, Counts()), jobs.get(period.pk), at) for period in periods]


def _period_row(period: ReportPeriod, counts: Counts, job: Job | None, at: datetime) -> dict[str, Any]:
    has_failed = job is not None and job.state == Job.State.FAILED
    return {
        "pk": period.pk,
        "days": _days(period),
        "year": period.ends_on.year,
        "stage": stage_said(period, job, at=at),
        "is_closed": is_closed(period),
        "error": job.error if job and has_failed else "",
        "counts": counts,
        "rate": percent(counts.on_time_rate, 1),
    }


def _days(period: ReportPeriod) -> str:
    return f"{_day(period.starts_on)}至{_day(period.ends_on)}"


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日"


def _units(found: dict[int, Record]) -> dict[str, Any]:
    """Those that report in time least often come first."""
    rows = [(unit, found[unit.pk]) for unit in reporting_record.units_of(found)]
    rows.sort(key=lambda row: row[1].on_time_rate or 0)
    whole = reporting_record.total(Record, found.values())
    return {
        "units": [_unit_record(str(unit), record) for unit, record in rows],
        "whole": _unit_record(_("合计"), whole) if len(rows) > 1 else None,
        "looked_back": reporting_record.LOOKED_BACK,
    }


def _unit_record(name: str, record: Record) -> dict[str, Any]:
    rates = {"on_time_rate": percent(record.on_time_rate, 1), "return_rate": percent(record.return_rate, 1)}
    return {"name": name, "record": record, **rates}


def _headline(period: ReportPeriod, counts: Counts, job: Job | None) -> str:
    if not is_closed(period):
        failed = job is not None and job.state == Job.State.FAILED
        return job.error if job and failed else _("报告期锁定后，这里登记各单位和项目的报送情况。")
    said = vars(counts) | {"rate": percent(counts.on_time_rate, 1)}
    if period.kind == _Kind.MONTH_END:
        return _("%(expected)d 个项目作了月末调整，其中未审核 %(unreviewed)d 个，退回未重报 %(returned)d 个。") % said
    if not counts.expected:
        return _("没有应报的项目。")
    words = _(
        "应报 %(expected)d 个，已报 %(told)d 个，按时率 %(rate)s；未报 %(missing)d 个，退回未重报 %(returned)d 个"
    )
    late = _("，锁定后补报 %(came_late)d 个。") if counts.came_late else _("。")
    return words % said + late % said


def _unit_counts(units: Sequence[Unit], counts: dict[int, Counts]) -> list[dict[str, Any]]:
    return [
        {
            "name": str(unit),
            "url": f"?unit={unit.pk}#lines",
            "counts": counts[unit.pk],
            "rate": percent(counts[unit.pk].on_time_rate, 1),
        }
        for unit in units
    ]


def _states(counts: Counts, current: str, unit: Unit | None) -> list[dict[str, Any]]:
    known = {
        "": (_("全部"), counts.expected),
        _Reported.MISSING: (_Reported.MISSING.label, counts.missing),
        _Reported.RETURNED: (_Reported.RETURNED.label, counts.returned),
        _Reported.UNREVIEWED: (_Reported.UNREVIEWED.label, counts.unreviewed),
        _Reported.ACCEPTED: (_Reported.ACCEPTED.label, counts.told - counts.unreviewed),
    }
    of_unit = f"&unit={unit.pk}" if unit else ""
    return [
        {"label": label, "count": count, "current": state == current, "url": f"?state={state}{of_unit}#lines"}
        for state, (label, count) in known.items()
    ]


def _lines(lines: PeriodStandingQuerySet) -> Any:
    place = Case(*(When(reported=state, then=place) for place, state in enumerate(_LACKING_FIRST)))
    ordered = reporting_record.with_lateness(lines).order_by(place, "lead_unit__sort_key", "project__sort_key", "pk")
    return ordered.select_related("project__lead_unit", "lead_unit", "version")


def _line(standing: Any) -> dict[str, Any]:
    marks = [
        (standing.is_on_time, _("按时")),
        (standing.is_unchanged, _("无变化")),
        (standing.came_late, _("已补报")),
    ]
    return {
        "name": standing.project.name,
        "url": reverse("project_detail", args=[standing.project.code]),
        "unit": str(standing.lead_unit),
        "state": standing.get_reported_display(),
        "is_lacking": standing.reported in {_Reported.MISSING, _Reported.RETURNED},
        "report_url": reverse("progress_report", args=[standing.version.report_id]) if standing.version else "",
        "marks": [word for holds, word in marks if holds],
        "amount": exactly(standing.period_amount),
        "unreviewed": exactly(standing.unreviewed_amount) if standing.unreviewed_amount else "",
        "quiet": standing.unchanged_periods,
    }
