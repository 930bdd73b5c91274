"""项目库: which projects, in what state?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet, TextChoices
from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from projects import figures, sheets
from projects.gate import READERS, SignedInRequest, requires
from projects.lists import page_of, sorted_by
from projects.models import FocusArea, KeyProject, LibraryTier, PlanEntry, PlanVersion, Stage
from projects.roles import Duty
from projects.sheets import Column, Kind
from scheduling import library
from scheduling.as_of import AsOf
from scheduling.as_of import asked as as_of_asked
from scheduling.conditions import COUNTED_NAMES
from scheduling.filters import LibraryFilters
from scheduling.library import Asked
from scheduling.sheets import library_sheet
from scheduling.states import states
from scheduling.views.light_words import lit

_BY_NAME = "name"
_STEPS = {stage.value: step for step, stage in enumerate(Stage, start=1)}


@dataclass(frozen=True)
class _Question:
    """What the address asks, on the day it is asked."""

    as_of: AsOf
    today: date
    asked: Asked
    filters: LibraryFilters

    @property
    def words(self) -> str:
        if self.as_of == AsOf(self.today):
            day = _("截至%s") % figures.chinese_date(self.today)
        else:
            day = self.as_of.in_words()
        return f"{day}，{self.asked.version or _('本年度计划尚未批准')}"

    def ordered(self, request: SignedInRequest) -> Sequence[int] | QuerySet:
        """Keys. Of another day nothing late is stored to order by."""
        sort = request.GET.get("sort", _BY_NAME)
        found = library.orderable(self.filters.qs, sort, self.asked)
        keys = sorted_by(found, request, library.ORDERS, default=_BY_NAME).values_list("pk", flat=True)
        if sort.removeprefix("-") != "late" or self.as_of == AsOf(self.today):
            return keys
        shown = self.asked.states.shown(list(keys))
        return sorted(shown, key=lambda key: shown[key].days_late, reverse=not sort.startswith("-"))

    def counted(self) -> tuple[str, Decimal] | None:
        """The amount asked for, by name, and what the projects listed bring to it; a count is their number."""
        field = self.filters.counted_field
        if not field.endswith(("amount", "investment")):
            return None
        parts = self.asked.states.among(self.filters.qs.order_by()).parts()
        return str(COUNTED_NAMES[field]), getattr(parts, field)


@requires(*READERS)
def project_list(request: SignedInRequest) -> HttpResponse:
    question = _question(request)
    asked, counted = question.asked, question.counted()
    totals = library.totals(question.filters.qs, version=asked.version, known_at=asked.known_at)
    page = page_of(question.ordered(request), request, count=totals.rows)
    words = _Words.now()
    rows = library.rows_of(list(page), asked, counted=question.filters.counted_field if counted else "")
    shown = {
        "title": _("项目库"),
        "as_of": question.words,
        "on": question.as_of.on,
        "moments": question.as_of.moments(today=question.today),
        "kept": [(name, value) for name, value in request.GET.items() if name not in {"on", "known_at", "page"}],
        "clear_url": f"?{question.as_of.address()}" if question.as_of != AsOf(question.today) else "?",
        "form": question.filters.form,
        "used": len(question.filters.used()),
        "sort": request.GET.get("sort", _BY_NAME),
        "page": page,
        "rows": [_row(row, words) for row in rows],
        "total": _total(totals),
        "counted": counted and {"label": counted[0], "total": figures.wan(counted[1])},
        "may_register": request.user.duties.include(Duty.EDIT_REGISTER),
        "may_export": request.user.duties.include(Duty.EXPORT),
        "export_url": f"{reverse('project_list_export')}?{request.GET.urlencode()}",
    }
    return render(request, "scheduling/project_list.html", shown)


@requires(Duty.EXPORT)
def project_list_export(request: SignedInRequest) -> FileResponse:
    """The same projects as the page with the same address, of all its pages."""
    question = _question(request)
    counted, field = question.counted(), question.filters.counted_field
    column: Column[library.Row] | None = counted and Column(
        counted[0],
        lambda row: row.shown.counted,
        Kind.AMOUNT,
        definition=_("本项目计入该指标的金额"),
    )
    sheet = library_sheet(
        library.all_rows(question.ordered(request), question.asked, counted=field if counted else ""),
        as_of=question.words,
        filters=question.filters.used(),
        counted=column,
    )
    return sheets.download(sheet, by=request.user, at=timezone.now())


def _question(request: SignedInRequest) -> _Question:
    today = timezone.localdate()
    as_of = as_of_asked(request.GET, today=today)
    plans = PlanVersion.objects.filter(plan__year=as_of.on.year).select_related("plan")
    version = plans.in_force(on=as_of.on, known_at=as_of.known_at)
    seen = KeyProject.objects.visible_to(request.user)
    found = states(seen, on=as_of.on, known_at=as_of.known_at, today=today)
    asked = Asked(as_of.on, as_of.known_at, version, found)
    return _Question(as_of, today, asked, LibraryFilters(request.GET, queryset=seen, asked=asked))


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


def _row(row: library.Row, words: _Words) -> dict[str, Any]:
    project, shown = row
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
        "tier": words.tiers.get(shown.tier, ""),
        "category": words.categories.get(project.plan_category, ""),
        "stage": words.stages.get(shown.stage, figures.UNDEFINED),
        "step": _STEPS.get(shown.stage),
        "total": figures.yi(project.total_investment),
        "plan": figures.wan(project.annual_plan_amount),
        "late": f"{shown.days_late:,}" if shown.days_late else "",
        "lit": None if project.is_package else lit(shown.light, shown.computed_light),
        "counted": figures.wan(Decimal(shown.counted or 0)),
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
