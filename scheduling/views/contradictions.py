"""预警核查 · 外绿内红: whose figures do not fit, the most doubtful first; whom to verify, and nothing of guilt."""

from typing import Any

from django.db.models import Count, Q
from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from projects import sheets
from projects.gate import SignedInRequest, requires
from projects.lists import page_of
from projects.models import KeyProject
from projects.roles import Duty
from scheduling.filters import ContradictionFilter
from scheduling.forecasts import back_tested
from scheduling.light_rules import Light
from scheduling.models import ContradictionCheck
from scheduling.models.contradiction_check import ContradictionCheckQuerySet
from scheduling.views.warning_words import VERIFIERS, night_said, warning_tabs
from scheduling.warning_sheets import contradiction_sheet


@requires(*VERIFIERS)
def contradiction_list(request: SignedInRequest) -> HttpResponse:
    conditions = ContradictionFilter(request.GET, queryset=KeyProject.objects.visible_to(request.user))
    checks = _narrowed(conditions)
    page = page_of(_with_project(checks.doubted()), request)
    shown = {
        "title": _("预警核查"),
        "as_of": night_said(back_tested()),
        "tabs": warning_tabs(request.user, current="contradiction_list"),
        "headline": _headline(checks),
        "form": conditions.form,
        "used": len(conditions.used()),
        "page": page,
        "rows": [_row(each) for each in page],
        "export_url": f"{reverse('contradiction_list_export')}?{request.GET.urlencode()}",
        "may_export": request.user.duties.include(Duty.EXPORT),
    }
    return render(request, "scheduling/contradiction_list.html", shown)


@requires(*VERIFIERS)
def contradiction_list_export(request: SignedInRequest) -> FileResponse:
    """The same rows as the page with the same address, of all its pages."""
    conditions = ContradictionFilter(request.GET, queryset=KeyProject.objects.visible_to(request.user))
    rows = _with_project(_narrowed(conditions).doubted())
    sheet = contradiction_sheet(rows, as_of=night_said(back_tested()), filters=conditions.used())
    return sheets.download(sheet, by=request.user, at=timezone.now())


def _narrowed(conditions: ContradictionFilter) -> ContradictionCheckQuerySet:
    checks = ContradictionCheck.objects.filter(project__in=conditions.qs)
    kind = conditions.form.cleaned_data.get("kind")
    return checks.with_kind(kind) if kind else checks


def _with_project(checks: ContradictionCheckQuerySet) -> ContradictionCheckQuerySet:
    return checks.select_related("project__lead_unit", "project__responsible_person", "project__standing")


def _headline(checks: ContradictionCheckQuerySet) -> str:
    doubted = Q(score__gt=0)
    found = checks.aggregate(
        all=Count("pk"),
        doubted=Count("pk", filter=doubted),
        green=Count("pk", filter=doubted & Q(project__standing__light=Light.GREEN.value)),
    )
    if not found["doubted"]:
        return _("核对了 %(all)d 个项目，没有发现对不上的数据。") % found
    words = _("核对了 %(all)d 个项目，%(doubted)d 个的数据对不上，其中 %(green)d 个亮灯为正常。")
    return words % found


def _row(check: ContradictionCheck) -> dict[str, Any]:
    project = check.project
    light = Light(project.standing.light)
    return {
        "project": project.name,
        "url": reverse("project_detail", args=[project.code]),
        "unit": project.lead_unit,
        "score": check.score,
        "light": light.value.lower(),
        "word": light.word,
        "found": check.found,
    }
