"""设置 → 倒排模板: the templates by kind of project and way in, and one edition of one of them."""

from collections.abc import Iterable
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from projects.actions import templates as actions
from projects.blueprint import PHASES, STAGES, Blueprint, Course, Step, faults, typical_course
from projects.blueprint_changes import changes, duration_said, limit_said, stop_said
from projects.figures import compact_date, exactly
from projects.gate import READERS, SignedInRequest, requires
from projects.models import ScheduleTemplate, TemplateVersion
from projects.relations import written
from projects.roles import Duty
from projects.template_parts import blueprints_of
from projects.views.settings import settings_tabs

_NOUGHT = Decimal(0)
_VIEWS = {
    "steps": gettext_lazy("节点"),
    "stages": gettext_lazy("阶段要求"),
    "permits": gettext_lazy("审批事项"),
    "evidence": gettext_lazy("佐证材料"),
    "blackouts": gettext_lazy("停工期"),
    "changes": gettext_lazy("与上一版的差异"),
}


@requires(*READERS)
def template_list(request: SignedInRequest) -> HttpResponse:
    on, visible = timezone.localdate(), TemplateVersion.objects.visible_to(request.user)
    in_force = {version.template_id: version for version in visible.in_force(on=on)}
    others = visible.exclude(pk__in=[version.pk for version in in_force.values()])
    coming: dict[int, list[TemplateVersion]] = {}
    for version in others.exclude(effective_on__lte=on).order_by("number"):
        coming.setdefault(version.template_id, []).append(version)
    blueprints = blueprints_of(in_force.values())
    rows = [
        _template_row(template, in_force.get(template.pk), coming.get(template.pk, []), blueprints)
        for template in ScheduleTemplate.objects.order_by("pk")
    ]
    may_keep = request.user.duties.include(Duty.KEEP_TEMPLATES)
    context = {
        "title": _("倒排模板"),
        "as_of": _("编制倒排计划时按项目类型和审批方式选用；新版启用后，已编制的计划不受影响。"),
        "settings": settings_tabs("template_list"),
        "groups": [(kind, list(group)) for kind, group in groupby(rows, key=lambda row: row["kind"])],
        "may_keep": may_keep,
        "lacks_some": len(in_force) < len(actions.PROJECT_TYPES) * len(actions.ROUTES),
    }
    return render(request, "projects/template_list.html", context)


@require_POST
@requires(Duty.KEEP_TEMPLATES)
def template_take_initial(request: SignedInRequest) -> HttpResponse:
    count = actions.take_initial_editions(by=request.user, at=timezone.now())
    if count:
        messages.success(request, _("已载入 %(count)d 个初始模板。") % {"count": count})
    else:
        messages.info(request, _("各类模板都已有版本，没有需要载入的。"))
    return redirect("template_list")


@require_POST
@requires(Duty.KEEP_TEMPLATES)
def template_draft(request: SignedInRequest, pk: int) -> HttpResponse:
    template = get_object_or_404(ScheduleTemplate, pk=pk)
    version = actions.draft(template=template, by=request.user, at=timezone.now())
    messages.success(request, _("已建立%(version)s，修改完成后启用。") % {"version": version})
    return redirect("template_edition", version.pk)


@requires(*READERS)
def template_edition(request: SignedInRequest, pk: int) -> HttpResponse:
    version = edition(request, pk)
    before = actions.predecessor(version)
    found = blueprints_of([version, before] if before else [version])
    blueprint = found[version.pk]
    view = request.GET.get("view", "steps")
    view = view if view in _VIEWS else "steps"
    changed = changes(found[before.pk], blueprint) if before else []
    may_change = request.user.duties.include(Duty.KEEP_TEMPLATES) and version.state == TemplateVersion.State.DRAFT
    course = typical_course(blueprint)
    context = {
        "title": str(version),
        "trail": trail_to(),
        "version": version,
        "as_of": said_of(version),
        "badge": _badge(version),
        "others": _others(request, version),
        "figures": _figures(blueprint, course),
        "faults": faults(blueprint) if may_change else (),
        "view": view,
        "tabs": _tabs(version, view, blueprint, changes=len(changed) if before else None),
        "may_change": may_change,
        "edit_url": reverse(f"template_{view}", args=[version.pk]) if may_change and view != "changes" else "",
        "edit_label": _("修改%(part)s") % {"part": _VIEWS[view]},
        "may_draft": request.user.duties.include(Duty.KEEP_TEMPLATES) and not may_change,
        "before": before,
        **_PARTS[view](blueprint, course),
        "changes": changed,
    }
    return render(request, "projects/template_edition.html", context)


def edition(request: SignedInRequest, pk: int) -> TemplateVersion:
    visible = TemplateVersion.objects.visible_to(request.user).select_related("template", "drafted_by")
    return get_object_or_404(visible, pk=pk)


def trail_to(version: TemplateVersion | None = None) -> list[dict[str, str]]:
    trail = [{"label": _("倒排模板"), "url": reverse("template_list")}]
    return [*trail, {"label": str(version), "url": edition_url(version)}] if version else trail


def edition_url(version: TemplateVersion, view: str = "") -> str:
    return reverse("template_edition", args=[version.pk]) + (f"?view={view}" if view else "")


def said_of(version: TemplateVersion) -> str:
    who = version.drafted_by.full_name if version.drafted_by else _("系统")
    if version.effective_on:
        day = compact_date(version.effective_on)
        return _("自 %(day)s 起启用；编制人：%(who)s。") % {"day": day, "who": who}
    return _("尚未启用；编制人：%(who)s。") % {"who": who}


def _badge(version: TemplateVersion) -> dict[str, str]:
    if version.state == TemplateVersion.State.DRAFT:
        return {"word": _("编制中"), "tone": ""}
    is_coming = version.effective_on and version.effective_on > timezone.localdate()
    return {"word": _("待启用") if is_coming else _("已启用"), "tone": "blue"}


def _others(request: SignedInRequest, version: TemplateVersion) -> list[dict[str, str]]:
    editions = TemplateVersion.objects.visible_to(request.user).filter(template=version.template)
    return [
        {"label": _("第 %(number)d 版") % {"number": other.number}, "url": edition_url(other)}
        for other in editions.exclude(pk=version.pk)
    ]


def _template_row(
    template: ScheduleTemplate,
    version: TemplateVersion | None,
    coming: list[TemplateVersion],
    blueprints: dict[int, Blueprint],
) -> dict[str, Any]:
    blueprint = blueprints[version.pk] if version else None
    course = typical_course(blueprint) if blueprint else None
    return {
        "pk": template.pk,
        "kind": template.get_project_type_display(),
        "route": template.get_approval_route_display(),
        "version": version,
        "steps": len(blueprint.steps) if blueprint else None,
        "permits": len(blueprint.permits) if blueprint else None,
        "workdays": course.workdays if course else None,
        "months": course.months if course else None,
        "coming": [
            {
                "url": edition_url(other),
                "label": _("第 %(number)d 版 %(state)s") % {"number": other.number, "state": _badge(other)["word"]},
            }
            for other in coming
        ],
    }


def _figures(blueprint: Blueprint, course: Course | None) -> list[dict[str, Any]]:
    required = sum(permit.is_required_for_start for permit in blueprint.permits)
    return [
        {"label": _("最短工期"), "value": str(course.workdays) if course else "—", "unit": _("工作日")},
        {"label": _("折合"), "value": f"{course.months}" if course else "—", "unit": _("个月")},
        {"label": _("节点"), "value": str(len(blueprint.steps)), "unit": _("个")},
        {"label": _("开工必备审批"), "value": f"{required} / {len(blueprint.permits)}", "unit": _("项")},
    ]


def _tabs(version: TemplateVersion, view: str, blueprint: Blueprint, *, changes: int | None) -> list[dict[str, object]]:
    counts = {name: len(getattr(blueprint, name)) for name in ("steps", "permits", "evidence", "blackouts")}
    return [
        {
            "label": label,
            "url": edition_url(version, "" if name == "steps" else name),
            "current": name == view,
            "count": changes if name == "changes" else counts.get(name),
        }
        for name, label in _VIEWS.items()
        if name != "changes" or changes is not None
    ]


def _by_stage(found: Iterable[Any]) -> list[tuple[str, list[Any]]]:
    return [(STAGES[stage], list(group)) for stage, group in groupby(found, key=lambda each: each.stage)]


def _steps(blueprint: Blueprint, course: Course | None) -> dict[str, Any]:
    stages = [(stage, [_step_row(step, course) for step in steps]) for stage, steps in _by_stage(blueprint.steps)]
    return {"stages": stages, "weights": exactly(sum((step.weight for step in blueprint.steps), start=_NOUGHT))}


def _step_row(step: Step, course: Course | None) -> dict[str, Any]:
    window = course.windows[step.position] if course else None
    return {
        "step": step,
        "duration": duration_said(step),
        "after": written(step.after) or "—",
        "weight": exactly(step.weight) if step.weight else "",
        "days": _("第 %(first)d–%(last)d 天") % {"first": window.first_day, "last": window.last_day} if window else "",
        "to_spare": window.to_spare if window else "",
    }


def _permits(blueprint: Blueprint, _course: Course | None) -> dict[str, Any]:
    order = list(PHASES)
    in_order = sorted(blueprint.permits, key=lambda permit: order.index(permit.phase))
    rows = [
        {
            "permit": permit,
            "phase": PHASES[permit.phase],
            "legal": limit_said(permit.legal_days, working=permit.counts_working_days),
            "promised": limit_said(permit.promised_days, working=permit.counts_working_days),
            "validity": _validity(permit.valid_months, permit.max_extensions),
        }
        for permit in in_order
    ]
    return {"phases": [(phase, list(group)) for phase, group in groupby(rows, key=lambda row: row["phase"])]}


def _validity(months: int | None, extensions: int) -> str:
    if not months:
        return ""
    said = _("%(months)d 个月") % {"months": months}
    return said + (_("，可延 %(count)d 次") % {"count": extensions} if extensions else "")


def _words(blueprint: Blueprint, _course: Course | None) -> dict[str, Any]:
    return {"words": [{"stage": STAGES[words.stage], "words": words} for words in blueprint.stages]}


def _evidence(blueprint: Blueprint, _course: Course | None) -> dict[str, Any]:
    return {"papers": _by_stage(blueprint.evidence)}


def _blackouts(blueprint: Blueprint, _course: Course | None) -> dict[str, Any]:
    resting = [step for step in blueprint.steps if step.stops_in_blackout]
    stops = [{"name": stop.name, "days": stop_said(stop)} for stop in blueprint.blackouts]
    return {"stops": stops, "resting": "、".join(step.name for step in resting)}


def _changes(_blueprint: Blueprint, _course: Course | None) -> dict[str, Any]:
    return {}


_PARTS = {
    "steps": _steps,
    "stages": _words,
    "permits": _permits,
    "evidence": _evidence,
    "blackouts": _blackouts,
    "changes": _changes,
}
