"""审核台: what is new this week, what is odd about it, and who has not reported."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import F, Q
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.figures import UNDEFINED, exactly, shown
from projects.gate import READERS, SignedInRequest, requires
from projects.lists import page_of
from projects.models import KeyProject
from projects.roles import Duty
from projects.views.forms import Page, UnitFilters, answer, confirmation, sent
from projects.views.listing import asks_for_sheet, list_taken, sheet_url
from scheduling import reviewing
from scheduling.actions import progress_reports, report_reviews
from scheduling.models import ProgressReport, ProgressVersion, ReportPeriod
from scheduling.reviewing import Desk, Reported
from scheduling.views import list_columns
from scheduling.views.galleries import gallery
from scheduling.views.light_words import lit
from scheduling.views.month_end import month_statement
from scheduling.views.reporting_words import reporting_tabs

_STATES = [
    (Reported.SUBMITTED, gettext_lazy("待审核")),
    (Reported.RETURNED, gettext_lazy("已退回")),
    (Reported.ACCEPTED, gettext_lazy("已通过")),
    (Reported.MISSING, gettext_lazy("未报")),
]
_PERIODS_OFFERED = 12
_KEPT = ("unit", "state", "page")
_SHORT = 60
_FIELDS = (
    "period_amount", "reduction_reason", "stat_amount", "physical_progress", "physical_percent", "done_text",
    "next_text", "problems_text", "headcount", "unchanged_reason", "explanation",
)  # fmt: skip
_OF_ADJUSTMENT = {"period_amount": gettext_lazy("调整额（万元）"), "done_text": gettext_lazy("调整原因")}


class ReturnForm(forms.Form):
    note = forms.CharField(label=gettext_lazy("退回意见"), max_length=500, widget=forms.Textarea({"rows": 4}))


class AcceptForm(forms.Form):
    note = forms.CharField(label=gettext_lazy("审核意见（可不填）"), max_length=500, required=False)


@requires(*READERS)
def review_desk(request: SignedInRequest) -> HttpResponseBase:
    scope = _scope(request)
    periods = list(ReportPeriod.objects.filter(starts_on__lte=timezone.localdate())[:_PERIODS_OFFERED])
    waiting = reviewing.waiting_by_period(scope, by=request.user)
    period = _chosen(request, periods, waiting)
    heading = {"title": _("审核台"), "period": period, "places": reporting_tabs("review_desk", user=request.user)}
    if period is None:
        return render(request, "scheduling/review_desk.html", heading)
    filters = UnitFilters(request.GET)
    unit = filters.cleaned_data["unit"] if filters.is_valid() else None
    if unit:
        scope &= Q(lead_unit__path__startswith=unit.path)
    desk = reviewing.desk(period, scope, known_at=None, by=request.user)
    state = _state(request, desk)
    projects = KeyProject.objects.filter(pk__in=desk.projects(state)).select_related("lead_unit", "responsible_person")
    projects = projects.annotate(light=F("standing__light"), computed_light=F("standing__computed_light"))
    ordered = projects.order_by("lead_unit__sort_key", "sort_key")
    if asks_for_sheet(request):
        told = {_("状态"): str(dict(_STATES)[state])} | ({_("单位"): unit.name} if unit else {})
        rows = _rows(period, list(ordered), request)
        return list_taken(request, _("%s审核台") % period, list_columns.REVIEWED, rows, filters=told)
    page = page_of(ordered, request, count=desk.counts[state])
    context = heading | {
        "as_of": _("%(period)s，%(due)s 报送截止，%(until)s 审核截止") % _limits(period),
        **_offered(periods, period, waiting),
        "headline": _headline(desk),
        "tabs": _tabs(desk, period, state, request.GET.get("unit", "")),
        "kept": urlencode({"unit": request.GET.get("unit", ""), "state": state, "page": page.number}),
        "form": filters,
        "rows": _rows(period, list(page), request),
        "state": request.GET.get("state", ""),
        "is_missing": state == Reported.MISSING,
        "may_chase": request.user.duties.include(Duty.CHASE),
        "page": page,
        "sheet_url": sheet_url(request),
        "unflagged": desk.unflagged if state == Reported.SUBMITTED else 0,
    }
    return render(request, "scheduling/review_desk.html", context)


def _offered(periods: Sequence[ReportPeriod], period: ReportPeriod, waiting: Mapping[int, int]) -> dict[str, Any]:
    """The periods to choose from, and those in which something else waits."""
    elsewhere = [each for each in periods if each.pk in waiting and each != period]
    return {
        "periods": [{"value": each.pk, "label": str(each), "selected": each == period} for each in periods],
        "waiting_elsewhere": [{"value": each.pk, "label": str(each), "count": waiting[each.pk]} for each in elsewhere],
    }


@requires(*READERS)
def accept_all(request: SignedInRequest, pk: int) -> HttpResponse:
    _scope(request)
    period = get_object_or_404(ReportPeriod, pk=pk)
    filters = UnitFilters(request.GET)
    unit = filters.cleaned_data["unit"] if filters.is_valid() else None
    whose = _("%(unit)s牵头的项目，") % {"unit": unit} if unit else ""
    said = _("%(period)s中没有提示、不是您本人填报的，逐份记为审核通过。") % {"period": period}
    page = Page(
        title=_("通过全部无提示的填报"),
        submit=_("全部通过"),
        back_url=_desk_url(request, period.pk),
        text=f"{whose}{said}",
    )

    def act() -> None:
        count = report_reviews.accept_all(period=period, of=unit, by=request.user)
        messages.success(request, _("%(count)d 份填报已审核通过。") % {"count": count})

    return answer(request, confirmation(request), page, act)


@requires(*READERS)
def accept(request: SignedInRequest, pk: int) -> HttpResponse:
    report, form = _report_or_404(request, pk), AcceptForm(sent(request))
    page = _page(request, report, _("通过“%(name)s”的填报"), submit=_("审核通过"), done=_("已审核通过，计入统计。"))
    return answer(
        request, form, page, lambda: progress_reports.accept(report=report, by=request.user, **form.cleaned_data)
    )


@requires(*READERS)
def send_back(request: SignedInRequest, pk: int) -> HttpResponse:
    report, form = _report_or_404(request, pk), ReturnForm(sent(request))
    page = _page(request, report, _("退回“%(name)s”的填报"), submit=_("退回"), done=_("已退回，填报人会看到您的意见。"))
    return answer(
        request, form, page, lambda: progress_reports.send_back(report=report, by=request.user, **form.cleaned_data)
    )


@requires(*READERS)
def report_page(request: SignedInRequest, pk: int) -> HttpResponse:
    """One report beside the one before it, with everything that was ever said of it."""
    report = _report_or_404(request, pk)
    project, period = report.project, report.period
    version = reviewing.told(period, [project.pk])[project.pk]
    before = reviewing.told_before(period, [project.pk]).get(project.pk)
    scope = reviewing.reviewable(reviewing.reviewers(request.user, on=timezone.localdate()))
    may_review = reviewing.waiting(scope, by=request.user).filter(pk=version.pk).exists()
    context = {
        "title": _("%(project)s填报") % {"project": project.name},
        "as_of": str(period),
        "trail": [{"label": project.name, "url": reverse("project_detail", args=[project.code])}],
        "report": report,
        "state": _word(version),
        "marks": _marks(version),
        "flags": version.flags,
        "review_note": version.review_note,
        "fields": _fields(version, before, period),
        "month": month_statement(project, period) if period.kind == ReportPeriod.Kind.MONTH_END else None,
        "entries": [_entry(each) for each in reviewing.history(version)],
        "may_review": may_review,
        "gallery": gallery(request, report, back=request.get_full_path()),
    }
    return render(request, "scheduling/progress_report.html", context)


def _scope(request: SignedInRequest) -> Q:
    people = reviewing.reviewers(request.user, on=timezone.localdate())
    if not people:
        raise PermissionDenied(_("审核台由牵头单位审核人、区重点办和受其授权代办的人使用。"))
    return reviewing.reviewable(people)


def _chosen(request: SignedInRequest, periods: list[ReportPeriod], waiting: dict[int, int]) -> ReportPeriod | None:
    """The one asked for; else the latest in which something waits, else the week that is open, else the last one."""
    asked = request.GET.get("period", "")
    weeks = [each for each in periods if each.kind == ReportPeriod.Kind.WEEK]
    offered = [each for each in periods if str(each.pk) == asked] or [each for each in periods if each.pk in waiting]
    return next(iter(offered or weeks or periods), None)


def _state(request: SignedInRequest, desk: Desk) -> Reported:
    asked = request.GET.get("state", "")
    if asked in set(Reported):
        return Reported(asked)
    return next((state for state, _word in _STATES if desk.counts[state]), Reported.SUBMITTED)


def _limits(period: ReportPeriod) -> dict[str, str]:
    due, until = localtime(period.due_at), localtime(period.review_until)
    return {"period": str(period), "due": f"{due:%m-%d %H:%M}", "until": f"{until:%m-%d %H:%M}"}


def _headline(desk: Desk) -> str:
    counts = {state.name.lower(): desk.counts[state] for state in Reported}
    said = _("应报 %(owed)d 个项目，已报 %(told)d 个：待审核 %(submitted)d，已通过 %(accepted)d，已退回 %(returned)d；")
    told = len(desk.states) - counts["missing"]
    return (said + _("未报 %(missing)d 个。")) % {"owed": desk.owed, "told": told, **counts}


def _tabs(desk: Desk, period: ReportPeriod, chosen: Reported, unit: str) -> list[dict[str, Any]]:
    return [
        {
            "label": word,
            "count": desk.counts[state],
            "current": state == chosen,
            "url": f"?period={period.pk}&state={state}&unit={unit}",
        }
        for state, word in _STATES
    ]


def _rows(period: ReportPeriod, projects: list[Any], request: SignedInRequest) -> list[dict[str, Any]]:
    keys = [project.pk for project in projects]
    told, before = reviewing.told(period, keys), reviewing.told_before(period, keys)
    rows = []
    for project in projects:
        row: dict[str, Any] = {
            "name": project.name,
            "lit": lit(project.light, project.computed_light),
            "unit": str(project.lead_unit),
            "person": str(project.responsible_person or UNDEFINED),
            "url": reverse("project_detail", args=[project.code]),
        }
        if version := told.get(project.pk):
            row |= _said(version, before.get(project.pk))
            row["url"] = reverse("progress_report", args=[version.report_id])
            row["is_own"] = version.submitted_by_id == request.user.pk
        rows.append(row)
    return rows


def _said(version: ProgressVersion, before: ProgressVersion | None) -> dict[str, Any]:
    percent = version.physical_percent
    gained = percent - before.physical_percent if before and before.physical_percent and percent else None
    grown = version.period_amount - before.period_amount if before else None
    is_same = before is not None and before.physical_progress == version.physical_progress
    return {
        "pk": version.report_id,
        "amount": exactly(version.period_amount),
        "grown": _signed(grown),
        "percent": f"{exactly(percent)}%" if percent is not None else UNDEFINED,
        "gained": _signed(gained),
        "text": _("形象进度与上期相同") if is_same else _short(version.physical_progress),
        "done": _short(version.done_text),
        "photos": version.photo_count,  # type: ignore[attr-defined]
        "marks": _marks(version),
        "flags": [flag["text"] for flag in version.flags],
        "explanation": version.explanation,
        "note": version.review_note,
        "waits": version.state == ProgressVersion.State.SUBMITTED,
    }


def _signed(difference: Any) -> str:
    return "" if difference is None else f"{'+' if difference > 0 else ''}{exactly(difference)}"


def _short(text: str) -> str:
    return text if len(text) <= _SHORT else f"{text[:_SHORT]}…"


def _marks(version: ProgressVersion) -> list[str]:
    marks = [
        (version.is_unchanged, _("无变化")),
        (version.is_late, _("补报")),
        (bool(version.correction_reason), _("更正")),
    ]
    return [word for holds, word in marks if holds]


def _word(version: ProgressVersion) -> str:
    return str(ProgressVersion.State(version.state).label)


def _fields(version: ProgressVersion, before: ProgressVersion | None, period: ReportPeriod) -> list[dict[str, Any]]:
    """An adjustment tells of an amount and its reason, in words of its own."""
    words = _OF_ADJUSTMENT if period.kind == ReportPeriod.Kind.MONTH_END else {}
    names = [*words, "explanation"] if words else _FIELDS
    rows = (_beside(version, before, name, words.get(name)) for name in names)
    return [row for row in rows if row["is_said"]]


def _beside(version: ProgressVersion, before: ProgressVersion | None, name: str, word: Any) -> dict[str, Any]:
    label = word or ProgressVersion._meta.get_field(name).verbose_name  # type: ignore[union-attr]
    now, then = (_value(each, name) for each in (version, before))
    return {
        "label": label,
        "now": now,
        "before": then,
        "is_new": before is not None and now != then,
        "is_said": {now, then} != {UNDEFINED},
    }


def _value(version: ProgressVersion | None, name: str) -> str:
    value = getattr(version, name) if version else None
    if value is None or value == "":
        return UNDEFINED
    return shown(value, 2) if name in {"period_amount", "stat_amount", "physical_percent"} else str(value)


def _entry(version: Any) -> dict[str, object]:
    """One line of the history: who did what, when, with which words."""
    said = {
        ProgressVersion.State.SUBMITTED: (_("报送"), version.submitted_by, version.correction_reason),
        ProgressVersion.State.ACCEPTED: (_("审核通过"), version.reviewed_by, version.review_note),
        ProgressVersion.State.RETURNED: (_("退回"), version.reviewed_by, version.review_note),
    }
    title, who, words = said[ProgressVersion.State(version.state)]
    amount = _("%(amount)s 万元") % {"amount": exactly(version.period_amount)}
    receipt = _("回执 %(number)s") % {"number": version.receipt} if version.receipt else ""
    return {
        "when": localtime(version.recorded_at).date(),
        "title": f"{title}　{amount}",
        "text": "　".join(part for part in (words, receipt) if part),
        "who": f"{who}　{localtime(version.recorded_at):%H:%M}",
    }


def _report_or_404(request: SignedInRequest, pk: int) -> ProgressReport:
    """Seen by whoever sees the project, and by those who stand in for its reviewers."""
    people = reviewing.reviewers(request.user, on=timezone.localdate())
    seen = KeyProject.objects.visible_to(request.user) | KeyProject.objects.filter(reviewing.reviewable(people))
    reports = ProgressReport.objects.select_related("project", "period").filter(project__in=seen)
    return get_object_or_404(reports.filter(versions__isnull=False).distinct(), pk=pk)


def _desk_url(request: SignedInRequest, period: int) -> str:
    """The desk as it was left: this period, and the unit, state and page the address brought along."""
    kept = {name: request.GET[name] for name in _KEPT if request.GET.get(name)}
    return f"{reverse('review_desk')}?{urlencode({'period': period, **kept})}"


def _page(request: SignedInRequest, report: ProgressReport, title: str, *, submit: str, done: str) -> Page:
    return Page(
        title=title % {"name": report.project.name},
        submit=submit,
        done=done,
        back_url=_desk_url(request, report.period_id),
        trail=[{"label": _("审核台"), "url": _desk_url(request, report.period_id)}],
        text=str(report.period),
    )
