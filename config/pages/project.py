"""项目: how is this one? The first screen says it in a sentence; what is behind it follows."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from config.pages.project_course import Course, course_of
from config.pages.project_lights import lights
from projects import figures, permit_clock, permits
from projects.actions.project_dates import HAPPENINGS
from projects.gate import READERS, SignedInRequest, requires
from projects.models import (
    ChangeRequest,
    KeyProject,
    LibraryTier,
    Permit,
    PermitState,
    PlanEntry,
    PlanVersion,
    ProjectDates,
    ScheduleOutlook,
    Stage,
    SuspensionDates,
)
from projects.roles import Duty
from projects.views.permit_lines import line
from projects.views.project_head import head, may_ask
from scheduling import library
from scheduling.forecasts import back_tested
from scheduling.models import FinishForecast
from scheduling.stages import State, Step
from scheduling.views.warning_words import forecast_said

_NOT_UNDER_WAY = permit_clock.SETTLED | {PermitState.Status.NOT_BEGUN}


@requires(*READERS)
def project_detail(request: SignedInRequest, code: str) -> HttpResponse:
    on = timezone.localdate()
    related = ("lead_unit", "responsible_unit", "responsible_person", "linked_leader", "town", "parent")
    seen = KeyProject.objects.visible_to(request.user).select_related(*related).with_total_investment()
    project = get_object_or_404(seen, code=code)
    plans = PlanVersion.objects.filter(plan__year=on.year).select_related("plan")
    version = plans.in_force(on=on, known_at=timezone.now())
    shown = head(request, project, tab="project_detail") | {"people": _people(project)}
    if project.is_package:
        return render(request, "pages/package_detail.html", shown | _package(request, project, version, on=on))
    return render(request, "pages/project_detail.html", shown | _project(request, project, version, on=on))


def _project(request: SignedInRequest, project: KeyProject, version: PlanVersion | None, *, on: date) -> dict[str, Any]:
    course = course_of(project, on=on)
    entry = PlanEntry.objects.filter(project=project, version=version).first() if version else None
    dates = ProjectDates.objects.current().filter(project=project).first()
    asks = may_ask(request, project)
    return {
        "finding": course.in_words(),
        "outlook": ScheduleOutlook.objects.filter(project=project).first(),
        "foretold": _foretold(project),
        "is_late": bool(course.late),
        "lights": lights(request, project, on=on),
        "stages": [stage_shown(step) for step in course.steps],
        "figures": _figures(project, version, entry, course),
        "planned": _planned(entry),
        "happened": _happened(dates),
        "plan": course.rows(),
        "suspensions": [_suspension(request, row, asks=asks) for row in course.suspensions],
        "requests": [_request(each) for each in ChangeRequest.objects.filter(project=project).in_work().with_limit()],
    } | _permits(project, on=on)


def _foretold(project: KeyProject) -> dict[str, str]:
    """What last night foretold, and how far that can be trusted; nothing of what is neither prepared nor built."""
    forecast = FinishForecast.objects.filter(project=project).first()
    if forecast is None:
        return {}
    tested = back_tested() if forecast.p50_on else None
    return {
        "line": forecast_said(forecast),
        "warning": forecast.warning,
        "trend": forecast.trend,
        "tested": tested.sentence if tested else "",
    }


def _people(project: KeyProject) -> list[dict[str, Any]]:
    """Who answers for it; 责任单位 is named where it is another than the lead unit."""
    facts: list[dict[str, Any]] = [{"label": _("牵头单位"), "value": project.lead_unit.name}]
    if project.responsible_unit and project.responsible_unit != project.lead_unit:
        facts.append({"label": _("责任单位"), "value": project.responsible_unit.name})
    facts += [
        {"label": _("责任人"), "value": project.responsible_person or figures.UNDEFINED},
        {"label": _("包联领导"), "value": project.linked_leader or figures.UNDEFINED},
        {"label": _("属地镇街"), "value": project.town or figures.UNDEFINED},
    ]
    if project.parent:
        url = reverse("project_detail", args=[project.parent.code])
        facts.append({"label": _("所属打包项目"), "value": project.parent.name, "href": url})
    return facts


def _figures(
    project: KeyProject, version: PlanVersion | None, entry: PlanEntry | None, course: Course
) -> list[dict[str, Any]]:
    history = reverse("project_history", args=[project.code])
    plan = figures.wan(entry.annual_plan_amount) if entry else figures.UNDEFINED
    return [
        {
            "label": _("总投资"),
            "unit": _("亿元"),
            "value": figures.yi(project.total_investment),  # type: ignore[attr-defined]
            "href": history,
        },
        {
            "label": _("年度计划投资"),
            "unit": _("万元"),
            "value": plan,
            "note": str(version) if version else _("本年度计划尚未批准"),
        },
        {
            "label": _("至上年底累计完成"),
            "unit": _("万元"),
            "value": figures.wan(entry.cumulative_before_year) if entry else figures.UNDEFINED,
        },
        {
            "label": _("逾期事项"),
            "unit": _("项"),
            "value": str(len(course.late)),
            "note": figures.days_late(course.late[0].days) if course.late else "",
            "href": "#plan",
        },
        {
            "label": _("改期次数"),
            "unit": _("次"),
            "value": str(course.replans),
            "note": _("经批准的改期合计"),
            "href": "#plan",
        },
        {"label": _("项目库层级"), "value": course.tier or figures.UNDEFINED, "note": course.tier_note},
    ]


def stage_shown(step: Step) -> dict[str, Any]:
    word = figures.days_late(step.days) if step.state is State.LATE else ""
    label = Stage(step.stage).label
    return {"name": label, "planned": step.planned, "actual": step.actual, "state": step.state.value, "word": word}


def _planned(entry: PlanEntry | None) -> list[dict[str, Any]]:
    """What the plan of the year says of the project."""
    if entry is None:
        return []
    completes = _("，年内竣工投产") if entry.completes_this_year else ""
    return [
        {"label": _("计划类别"), "value": f"{PlanEntry.Category(entry.category).label}{completes}"},
        {"label": _("计划开工"), "value": figures.compact_date(entry.planned_start_on)},
        {"label": _("计划竣工"), "value": figures.compact_date(entry.planned_finish_on)},
        {"label": _("年度形象进度目标"), "value": entry.physical_goal or figures.UNDEFINED, "wide": True},
    ]


def _happened(dates: ProjectDates | None) -> list[dict[str, Any]]:
    fields = {name: ProjectDates._meta.get_field(name) for name in HAPPENINGS}
    facts: list[dict[str, Any]] = [
        {"label": field.verbose_name, "value": figures.compact_date(getattr(dates, name, None))}  # type: ignore[union-attr]
        for name, field in fields.items()
    ]
    return [*facts, {"label": _("依据"), "value": (dates and dates.evidence) or figures.UNDEFINED, "wide": True}]


def _permits(project: KeyProject, *, on: date) -> dict[str, Any]:
    """The permits being worked on, what still blocks the start, and what it was begun without; the tab has them all."""
    rows = permits.rows_of(Permit.objects.filter(project=project), known_at=None)
    announced = permits.announced_for(rows, on=on)
    ready = permits.ready_to_start(rows, on=on, announced=announced).value
    readings = [(row, row.reading(on, announced).value) for row in rows]
    settled = sum(reading.status in permit_clock.SETTLED for _row, reading in readings)
    return {
        "permits": [line(row, reading) for row, reading in readings if reading.status not in _NOT_UNDER_WAY],
        "settled": _("共 %(all)d 项，已办结或不涉及 %(settled)d 项。") % {"all": len(rows), "settled": settled}
        if rows
        else "",
        "ready": ready.in_words() if rows else "",
        "missing": list(ready.missing),
        "risk": permits.start_risk(rows, on=on),
    }


def _suspension(request: SignedInRequest, row: SuspensionDates, *, asks: bool) -> dict[str, Any]:
    excuses = request.user.duties.include(Duty.EXCUSE)
    until = figures.compact_date(row.resumed_on) if row.resumed_on else _("今")
    return {
        "span": _("%(since)s 至 %(until)s") % {"since": figures.compact_date(row.suspended_on), "until": until},
        "reason": row.reason,
        "number": row.document_number,
        "excused": _("%(name)s批准不计逾期") % {"name": row.excused_by} if row.excused_by else _("计逾期"),
        "resume_url": reverse("suspension_resume", args=[row.suspension_id]) if asks and not row.resumed_on else "",
        "excuse_url": reverse("suspension_excuse", args=[row.suspension_id]) if excuses and not row.excused_by else "",
    }


def _request(asked: ChangeRequest) -> dict[str, str]:
    url, limit = reverse("change_request", args=[asked.pk]), asked.limit_on  # type: ignore[attr-defined]
    due = _("%(day)s 前办理") % {"day": figures.compact_date(limit)} if limit else asked.get_state_display()
    text = f"{asked.get_kind_display()}　{figures.compact_date(asked.proposed_on)}　{asked.reason}"
    return {"url": url, "text": text, "due": due}


def _package(request: SignedInRequest, project: KeyProject, version: PlanVersion | None, *, on: date) -> dict[str, Any]:
    """A package has no figures of its own: it is what its children come to together."""
    children = KeyProject.objects.visible_to(request.user).filter(parent=project)
    totals = library.totals(children, version=version)
    shown = [
        {"label": _("子项目"), "unit": _("个"), "value": str(totals.projects)},
        {"label": _("总投资"), "unit": _("亿元"), "value": figures.yi(totals.total), "note": _("子项目合计")},
        {"label": _("年度计划投资"), "unit": _("万元"), "value": figures.wan(totals.plan), "note": _("子项目合计")},
    ]
    rows = library.with_state(children, on=on, version=version).order_by(*library.BY_NAME)
    return {"figures": shown, "children": [_child(child) for child in rows]}


def _child(child: Any) -> dict[str, Any]:
    return {
        "url": reverse("project_detail", args=[child.code]),
        "name": child.name,
        "tier": LibraryTier(child.tier).label if child.tier else "",
        "stage": Stage(child.stage).label if child.stage else "",
        "total": figures.yi(child.total_investment),
        "plan": figures.wan(child.annual_plan_amount),
    }
