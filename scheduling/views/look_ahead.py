"""近期必办: what must start or be done this week, or in two, four, twelve weeks."""

from datetime import date
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects import jobs, sheets, tasks
from projects.figures import UNDEFINED, chinese_date, compact_date
from projects.gate import READERS, SignedInRequest, requires
from projects.lists import page_of
from projects.models import KeyProject, NodeOutlook, Stage
from projects.roles import Duty
from scheduling.filters import LookAheadFilter
from scheduling.look_ahead import Counts, Horizon, LookAhead
from scheduling.sheets import look_ahead_sheet

_LABELS = {
    Horizon.WEEK: gettext_lazy("本周"),
    Horizon.TWO: gettext_lazy("两周"),
    Horizon.FOUR: gettext_lazy("四周"),
    Horizon.TWELVE: gettext_lazy("十二周"),
}


@requires(*READERS)
def look_ahead_page(request: SignedInRequest) -> HttpResponse:
    on, horizon = timezone.localdate(), _horizon(request)
    conditions = LookAheadFilter(request.GET, queryset=KeyProject.objects.visible_to(request.user))
    ahead = LookAhead(conditions.qs, on=on, until=horizon.until(on))
    counts = ahead.counts()
    page = page_of(ahead.rows(kind=conditions.form.cleaned_data.get("kind") or ""), request)
    shown = {
        "title": _("近期必办"),
        "as_of": _as_of(ahead),
        "headline": _headline(counts, ahead, _LABELS[horizon]),
        "tabs": [_tab(request, each, horizon) for each in Horizon],
        "form": conditions.form,
        "used": len(conditions.used()),
        "clear_url": f"?weeks={horizon.value}",
        "rows": [_row(each, on=on, until=ahead.until) for each in page],
        "page": page,
        "export_url": f"{reverse('look_ahead_export')}?{request.GET.urlencode()}",
        "may_export": request.user.duties.include(Duty.EXPORT),
        "replanning": jobs.under_way(tasks.replan_schedules.name),
    }
    return render(request, "scheduling/look_ahead.html", shown)


@requires(*READERS)
def replan_progress(request: SignedInRequest) -> HttpResponse:
    """How far the reckoning of all schedules has come; empty once it is done."""
    replanning = jobs.under_way(tasks.replan_schedules.name)
    return render(request, "scheduling/look_ahead.html#replanning", {"replanning": replanning})


@requires(Duty.EXPORT)
def look_ahead_export(request: SignedInRequest) -> FileResponse:
    """The same rows as the page with the same address, of all its pages."""
    now, horizon = timezone.now(), _horizon(request)
    on = timezone.localtime(now).date()
    conditions = LookAheadFilter(request.GET, queryset=KeyProject.objects.visible_to(request.user))
    ahead = LookAhead(conditions.qs, on=on, until=horizon.until(on))
    rows = ahead.rows(kind=conditions.form.cleaned_data.get("kind") or "")
    sheet = look_ahead_sheet(rows, on=on, as_of=_as_of(ahead), filters=conditions.used())
    return sheets.download(sheet, by=request.user, at=now)


def _horizon(request: HttpRequest) -> Horizon:
    asked = request.GET.get("weeks", "")
    return next((each for each in Horizon if str(each.value) == asked), Horizon.WEEK)


def _as_of(ahead: LookAhead) -> str:
    day = ahead.reckoned_on()
    if day is None:
        return _("还没有项目编制倒排计划。")
    return _("%(on)s至%(until)s；按现行倒排计划推算于 %(day)s") % {
        "on": chinese_date(ahead.on),
        "until": chinese_date(ahead.until),
        "day": compact_date(day),
    }


def _headline(counts: Counts, ahead: LookAhead, span: Any) -> str:
    if not any(counts):
        return _("%(span)s没有必须开始或办结的事项。") % {"span": span}
    parts = [
        _("%(span)s必须开始 %(to_start)d 项，必须办结 %(to_finish)d 项")
        % {"span": span, "to_start": counts.to_start, "to_finish": counts.to_finish}
    ]
    if counts.missed:
        parts.append(_("另有 %(missed)d 项已过最迟日期，不抢回时间就误要求完成日期") % {"missed": counts.missed})
    return f"{'；'.join(parts)}。"


def _tab(request: HttpRequest, horizon: Horizon, current: Horizon) -> dict[str, Any]:
    kept = request.GET.copy()
    kept.pop("page", None)
    kept["weeks"] = str(horizon.value)
    return {"label": _LABELS[horizon], "url": f"?{kept.urlencode()}", "current": horizon is current}


def _row(step: NodeOutlook, *, on: date, until: date) -> dict[str, Any]:
    project = step.project
    return {
        "project": project.name,
        "url": reverse("project_detail", args=[project.code]),
        "node": step.node.name,
        "stage": Stage(step.node.stage).label,
        "must": must(step, on=on, until=until),
        "start": compact_date(step.late_start_on),
        "finish": compact_date(step.late_finish_on),
        "is_missed": is_missed(step, on=on),
        "float": step.total_float,
        "unit": str(project.lead_unit),
        "person": str(project.responsible_person or UNDEFINED),
        "leader": str(project.linked_leader or UNDEFINED),
        "authority": step.node.authority,
        "infeasible": "" if project.outlook.is_feasible else project.outlook.headline,
    }


def is_missed(step: NodeOutlook, *, on: date) -> bool:
    return step.late_finish_on < on or (not step.is_begun and step.late_start_on < on)


def must(step: NodeOutlook, *, on: date, until: date) -> str:
    """What is owed, in words: by how many days it is past, or what must happen by when."""
    if step.late_finish_on < on:
        return _("最迟完成已过 %(days)d 天") % {"days": (on - step.late_finish_on).days}
    if not step.is_begun and step.late_start_on < on:
        return _("最迟开始已过 %(days)d 天") % {"days": (on - step.late_start_on).days}
    said = []
    if not step.is_begun and step.late_start_on <= until:
        said.append(_("必须开始"))
    if step.late_finish_on <= until:
        said.append(_("必须办结"))
    return "、".join(said)
