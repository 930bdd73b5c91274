"""项目库: which projects, in what state?"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import TextChoices
from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects import figures, sheets
from projects.filters import OneOf, ProjectFilters
from projects.gate import READERS, SignedInRequest, requires
from projects.lists import page_of, sorted_by
from projects.models import FocusArea, KeyProject, LibraryTier, PlanEntry, PlanVersion, Stage
from projects.models.key_project import KeyProjectQuerySet
from projects.roles import Duty
from scheduling import library
from scheduling.models import Light
from scheduling.sheets import library_sheet
from scheduling.standing import days_since
from scheduling.views.light_words import lit

_BY_NAME = "name"
_STEPS = {stage.value: step for step, stage in enumerate(Stage, start=1)}


class LibraryFilters(ProjectFilters):
    tier = OneOf(label=gettext_lazy("项目库层级"), field_name="standing__tier", choices=LibraryTier.choices)
    stage = OneOf(label=gettext_lazy("当前阶段"), field_name="standing__stage", choices=Stage.choices)
    light = OneOf(label=gettext_lazy("亮灯"), field_name="standing__light", choices=Light.choices)
    late = OneOf(label=gettext_lazy("逾期"), choices=[("yes", gettext_lazy("仅逾期项目"))], method="overdue")

    def overdue(self, projects: KeyProjectQuerySet, _name: str, _value: str) -> KeyProjectQuerySet:
        return library.overdue(projects, on=timezone.localdate())


@dataclass(frozen=True)
class _Question:
    """What the address asks, on the day it is asked."""

    on: date
    version: PlanVersion | None
    filters: LibraryFilters

    @property
    def as_of(self) -> str:
        said = {"day": figures.chinese_date(self.on), "plan": self.version or _("本年度计划尚未批准")}
        return _("截至%(day)s，%(plan)s") % said

    def ordered(self, request: SignedInRequest) -> KeyProjectQuerySet:
        sort = request.GET.get("sort", _BY_NAME)
        found = library.orderable(self.filters.qs, sort, on=self.on, version=self.version)
        return sorted_by(found, request, library.ORDERS, default=_BY_NAME)


@requires(*READERS)
def project_list(request: SignedInRequest) -> HttpResponse:
    question = _question(request)
    on, version = question.on, question.version
    totals = library.totals(question.filters.qs, version=version)
    page = page_of(question.ordered(request).values_list("pk", flat=True), request, count=totals.rows)
    words = _Words.now()
    shown = {
        "title": _("项目库"),
        "as_of": question.as_of,
        "form": question.filters.form,
        "used": len(question.filters.used()),
        "sort": request.GET.get("sort", _BY_NAME),
        "page": page,
        "rows": [_row(row, words, on=on) for row in library.rows_of(list(page), on=on, version=version)],
        "total": _total(totals),
        "may_register": request.user.duties.include(Duty.EDIT_REGISTER),
        "may_export": request.user.duties.include(Duty.EXPORT),
        "export_url": f"{reverse('project_list_export')}?{request.GET.urlencode()}",
    }
    return render(request, "scheduling/project_list.html", shown)


@requires(Duty.EXPORT)
def project_list_export(request: SignedInRequest) -> FileResponse:
    """The same projects as the page with the same address, of all its pages."""
    question = _question(request)
    rows = library.with_state(question.ordered(request), on=question.on, version=question.version)
    sheet = library_sheet(
        rows.iterator(chunk_size=2_000), on=question.on, as_of=question.as_of, filters=question.filters.used()
    )
    return sheets.download(sheet, by=request.user, at=timezone.now())


def _question(request: SignedInRequest) -> _Question:
    on = timezone.localdate()
    plans = PlanVersion.objects.filter(plan__year=on.year).select_related("plan")
    version = plans.in_force(on=on, known_at=timezone.now())
    seen = KeyProject.objects.visible_to(request.user)
    return _Question(on, version, LibraryFilters(request.GET, queryset=seen, version=version))


@dataclass(frozen=True)
class _Words:
    """The words of the rows, looked up once for the page and not for each row."""

    areas: dict[str, str]
    tiers: dict[str, str]
    categories: dict[str, str]
    stages: dict[str, str]
    flagship: str
    package: str
    child: str

    @classmethod
    def now(cls) -> "_Words":
        return cls(
            areas=_labels(FocusArea),
            tiers=_labels(LibraryTier),
            categories=_labels(PlanEntry.Category),
            stages=_labels(Stage),
            flagship=_("龙头"),
            package=_("打包"),
            child=_("子项目"),
        )


def _labels(choices: type[TextChoices]) -> dict[str, str]:
    return {str(value): str(label) for value, label in choices.choices}


def _row(project: Any, words: _Words, *, on: date) -> dict[str, Any]:
    late = days_since(project.late_since, on=on, stopped_on=project.stopped_on)
    return {
        "url": reverse("project_detail", args=[project.code]),
        "name": project.name,
        "code": project.code,
        "marks": _marks(project, words),
        "unit": str(project.lead_unit),
        "person": str(project.responsible_person or ""),
        "town": str(project.town or ""),
        "area": words.areas[project.focus_area],
        "leader": str(project.linked_leader or ""),
        "tier": words.tiers.get(project.tier, ""),
        "category": words.categories.get(project.plan_category, ""),
        "stage": words.stages.get(project.stage, figures.UNDEFINED),
        "step": _STEPS.get(project.stage),
        "lit": lit(project.light, project.computed_light),
        "total": figures.yi(project.total_investment),
        "plan": figures.wan(project.annual_plan_amount),
        "late": f"{late:,}" if late else "",
        "is_suspended": project.is_suspended,
    }


def _marks(project: KeyProject, words: _Words) -> list[str]:
    marks = [
        (project.is_flagship, words.flagship),
        (project.is_package, words.package),
        (project.parent_id, words.child),
    ]
    return [word for holds, word in marks if holds]


def _total(totals: library.Totals) -> dict[str, str]:
    counted = _("%(projects)s 个项目") % {"projects": f"{totals.projects:,}"}
    if totals.items != totals.projects:
        counted = _("%(items)s 项，按子项 %(projects)s 个") % {
            "items": f"{totals.items:,}",
            "projects": f"{totals.projects:,}",
        }
    return {"counted": counted, "total": figures.yi(totals.total), "plan": figures.wan(totals.plan)}
