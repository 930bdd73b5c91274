"""审批手续 of one project, and one permit with its clock, its versions and what may be done about it."""

from itertools import groupby
from typing import Any

from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from projects import permit_clock, permits
from projects.figures import UNDEFINED, compact_date
from projects.gate import READERS, SignedInRequest, requires
from projects.models import KeyProject, Permit, PermitPause, PermitPhase, PermitState, User
from projects.permit_clock import Reading
from projects.permits import Row, legal_limit_in_words, limit_in_words
from projects.roles import Duty
from projects.views import list_columns
from projects.views.downloads import attachment
from projects.views.key_projects import page_of, project_or_404
from projects.views.listing import asks_for_sheet, list_taken, sheet_url
from projects.views.permit_lines import line, validity_in_words, warning
from projects.views.project_head import head

Status = PermitState.Status


@requires(*READERS)
def project_permits(request: SignedInRequest, code: str) -> HttpResponseBase:
    """What the start still lacks, then the permits phase by phase."""
    project, on = project_or_404(request, code), timezone.localdate()
    rows = permits.rows_of(Permit.objects.filter(project=project), known_at=None)
    announced = permits.announced_for(rows, on=on)
    readings = [row.reading(on, announced) for row in rows]
    ready = permits.ready_to_start(rows, on=on, announced=announced)
    lines = [line(row, reading.value) for row, reading in zip(rows, readings, strict=True)]
    if asks_for_sheet(request):
        return list_taken(request, _("%s审批手续") % project, list_columns.PERMITS, lines)
    shown = {
        "sheet_url": sheet_url(request),
        "ready": ready.value.in_words(),
        "is_ready": ready.value.is_ready,
        "missing": [each for each in lines if each["blocks"]],
        "risk": permits.start_risk(rows, on=on),
        "warning": warning({*ready.assumed_years, *(year for each in readings for year in each.assumed_years)}),
        "phases": [{"name": name, "lines": [*group]} for name, group in groupby(lines, key=lambda each: each["phase"])],
        "may_keep": may_keep(request.user, project),
    }
    return render(request, "projects/project_permits.html", head(request, project, tab="project_permits") | shown)


@requires(*READERS)
def permit_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    permit, on = permit_or_404(request, pk), timezone.localdate()
    [row] = permits.rows_of(Permit.objects.filter(pk=pk), known_at=None)
    reading = row.reading(on, permits.announced_for([row], on=on))
    versions = permit.states.select_related("recorded_by", "attachment").order_by("-recorded_at", "-pk")
    shown = {
        "title": permit.name,
        "trail": _trail(permit.project),
        "permit": permit,
        "line": line(row, reading.value),
        "figures": _figures(row, reading.value),
        "facts": _facts(row),
        "warning": warning(reading.assumed_years),
        "pauses": [_pause(pause) for pause in row.pauses],
        "versions": [_version(version) for version in versions],
        "verbs": _verbs(request.user, row),
    }
    return render(request, "projects/permit_detail.html", shown)


@requires(*READERS)
def permit_attachment(request: SignedInRequest, pk: int) -> FileResponse:
    """批文: the document of one version of a permit's state, for whoever sees the project."""
    seen = KeyProject.objects.visible_to(request.user)
    states = PermitState.objects.filter(permit__project__in=seen).select_related("attachment")
    file = get_object_or_404(states, pk=pk).attachment
    if file is None:
        raise Http404
    return attachment(file)


def permit_or_404(request: SignedInRequest, pk: int) -> Permit:
    seen = KeyProject.objects.visible_to(request.user)
    return get_object_or_404(Permit.objects.select_related("project").filter(project__in=seen), pk=pk)


def may_keep(user: User, project: KeyProject) -> bool:
    """Whom the verbs are offered to; that they refuse everybody else is their own business."""
    return user.duties.include(Duty.EDIT_REGISTER) or (
        user.duties.include(Duty.KEEP_PERMITS) and project.is_answered_for_by(user)
    )


def _trail(project: KeyProject) -> list[dict[str, str]]:
    back = {"label": _("审批手续"), "url": reverse("project_permits", args=[project.code])}
    return [*page_of(project, "").trail, back]


def _figures(row: Row, reading: Reading) -> list[dict[str, str]]:
    state, limit = row.state, row.permit.limit()
    unit = _("工作日") if reading.in_workdays else _("天")
    ran = reading.days_left is not None
    paused = _("另中止 %d 天，不计") % reading.days_paused if reading.days_paused else ""
    expires = state.expires_on if state else None
    return [
        {"label": _("受理日期"), "value": compact_date(state.accepted_on if state else None)},
        {"label": _("应办结日期"), "value": compact_date(reading.due_on), "note": reading.in_words()},
        {"label": _("已用时限"), "value": str(reading.days_used) if ran else UNDEFINED, "unit": unit, "note": paused},
        {"label": _("时限"), "value": str(limit.days) if limit else UNDEFINED, "unit": unit},
        {"label": _("办结日期"), "value": compact_date(state.finished_on if state else None)},
        {"label": _("有效期至"), "value": compact_date(expires), "note": validity_in_words(row, reading)},
    ]


def _facts(row: Row) -> list[dict[str, Any]]:
    permit, state = row.permit, row.state or PermitState()
    extensions = _("已延期 %(done)d 次，最多 %(most)d 次") % {"done": state.extensions, "most": permit.max_extensions}
    months = _("%d 个月") % permit.valid_months if permit.valid_months else UNDEFINED
    project_url = reverse("project_detail", args=[permit.project.code])
    return [
        {"label": _("项目"), "value": permit.project.name, "href": project_url},
        {"label": _("审批阶段"), "value": PermitPhase(permit.phase).label},
        {"label": _("审批部门"), "value": permit.agency or UNDEFINED},
        {"label": _("开工必备"), "value": _("是") if permit.is_required_for_start else _("否")},
        {"label": _("办理时限"), "value": limit_in_words(permit)},
        {"label": _("法定时限"), "value": legal_limit_in_words(permit) or _("同办理时限")},
        {"label": _("有效期"), "value": f"{months}；{extensions}" if permit.max_extensions else months},
        {"label": _("计划办结"), "value": compact_date(state.planned_on)},
        {"label": _("经办人"), "value": state.handler or UNDEFINED},
        {"label": _("批准文号"), "value": state.document_number or UNDEFINED},
        {"label": _("适用条件"), "value": permit.condition or UNDEFINED, "wide": True},
        {"label": _("说明"), "value": state.note or UNDEFINED, "wide": True},
    ]


def _pause(pause: PermitPause) -> dict[str, str]:
    return {
        "kind": str(PermitPause.Kind(pause.kind).label),
        "paused": compact_date(pause.paused_on),
        "resumed": compact_date(pause.resumed_on) if pause.resumed_on else _("尚未恢复"),
        "reason": pause.reason,
    }


def _version(state: PermitState) -> dict[str, Any]:
    return {
        "at": state.recorded_at,
        "by": state.recorded_by.full_name if state.recorded_by else _("系统"),
        "status": Status(state.status).label,
        "mark": str(state.status).lower(),
        "planned": compact_date(state.planned_on),
        "accepted": compact_date(state.accepted_on),
        "due": compact_date(state.due_on),
        "finished": compact_date(state.finished_on),
        "number": state.document_number,
        "expires": compact_date(state.expires_on),
        "note": state.note,
        "file": state.attachment.name if state.attachment else "",
        "file_url": reverse("permit_attachment", args=[state.pk]) if state.attachment_id else "",
    }


def _verbs(user: User, row: Row) -> list[dict[str, Any]]:
    """What this person may do about the permit as it stands, the likeliest first."""
    if not may_keep(user, row.permit.project):
        return []
    status = Status(row.state.status) if row.state else Status.NOT_BEGUN
    is_running, is_paused = status == Status.ACCEPTED, status in {Status.SUPPLEMENT, Status.SPECIAL}
    is_open = status in {Status.NOT_BEGUN, Status.PREPARING, Status.REFUSED}
    is_limited = status == Status.GRANTED and bool(row.state and row.state.expires_on)
    is_void = is_limited and permit_clock.is_expired(
        row.facts.expires_on, timezone.localdate(), started_on=row.started_on
    )
    offered = [
        (_("登记受理"), "accept", status == Status.PREPARING),
        (_("登记办结"), "grant", is_running),
        (_("登记恢复"), "resume", is_paused),
        (_("登记过期"), "expire", is_void),
        (_("登记材料准备"), "prepare", is_open or status == Status.EXPIRED),
        (_("补正或特别程序"), "pause", is_running),
        (_("登记延期"), "extend", is_limited and not is_void and row.permit.max_extensions > 0),
        (_("登记不予许可"), "refuse", is_running or is_paused),
        (_("不涉及"), "not_concerned", is_open),
        (_("更正"), "correct", status not in {Status.NOT_BEGUN, Status.NOT_CONCERNED}),
        (_("撤销上一步"), "reopen", status != Status.NOT_BEGUN),
        (_("修改事项"), "edit", True),
    ]
    verbs = [(label, verb) for label, verb, may in offered if may]
    return [
        {"label": label, "url": reverse(f"permit_{verb}", args=[row.permit.pk]), "is_first": place == 0}
        for place, (label, verb) in enumerate(verbs)
    ]
