"""项目库: which projects, in what state?"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from projects import figures, sheets
from projects.gate import READERS, SignedInRequest, requires
from projects.lists import page_of, sorted_by
from projects.models import KeyProject, PlanVersion
from projects.roles import Duty
from projects.sheets import Column, Kind
from scheduling import library, light_rules
from scheduling.as_of import AsOf
from scheduling.as_of import asked as as_of_asked
from scheduling.conditions import COUNTED_NAMES
from scheduling.filters import LibraryFilters
from scheduling.library import Asked
from scheduling.library_columns import COLUMNS as COLUMNS_OF_LIBRARY
from scheduling.library_columns import USUAL, LibraryColumn, chosen, exported, library_sheet, wanted
from scheduling.list_views import COLUMNS, LeftOut, ListView, arranged
from scheduling.models import Light
from scheduling.states import states
from scheduling.views import library_table
from scheduling.views.column_chooser import PLACE, TICKED, column_chooser, left_out_words, no_result_words
from scheduling.views.saved_views import offered_views

_BY_NAME = "name"
_WORST_FIRST = sorted(Light, key=lambda light: -light_rules.Light(light).severity)


@dataclass(frozen=True)
class _Question:
    """What the address asks, on the day it is asked."""

    as_of: AsOf
    today: date
    asked: Asked
    filters: LibraryFilters
    view: ListView

    @property
    def columns(self) -> list[LibraryColumn]:
        return chosen(self.view.columns or USUAL)

    def left_out(self) -> LeftOut:
        return self.view.left_out(filters=self.filters.filters, columns=COLUMNS_OF_LIBRARY, orders=library.ORDERS)

    def as_of_parameters(self) -> dict[str, str]:
        """Of today nothing, so that the address stays true tomorrow."""
        return {} if self.as_of == AsOf(self.today) else self.as_of.parameters()

    def without_conditions(self) -> str:
        return replace(self.view, filters={}).address(**self.as_of_parameters())

    @property
    def words(self) -> str:
        if self.as_of == AsOf(self.today):
            day = _("截至%s") % figures.chinese_date(self.today)
        else:
            day = self.as_of.in_words()
        return f"{day}，{self.asked.version or _('本年度计划尚未批准')}"

    def ordered(self, request: SignedInRequest) -> Sequence[int] | QuerySet:
        """Keys. Of another day nothing late is stored to order by."""
        sort = self.view.sort or _BY_NAME
        found = library.orderable(self.filters.qs, sort, self.asked)
        keys = sorted_by(found, request, library.ORDERS, default=_BY_NAME).values_list("pk", flat=True)
        if sort.removeprefix("-") != "late" or self.as_of == AsOf(self.today):
            return keys
        shown = self.asked.states.shown(list(keys))
        return sorted(shown, key=lambda key: shown[key].days_late, reverse=not sort.startswith("-"))

    def lights(self) -> list[dict[str, Any]]:
        """How the projects listed stand: of each light how many, the worst first. A package has none."""
        counts = self.asked.states.among(self.filters.qs.counted().order_by()).lights()
        rest = {name: value for name, value in self.view.filters.items() if name != "dimension"}
        return [
            {
                "light": light.value.lower(),
                "word": light.label,
                "count": f"{counts[light]:,}",
                "url": f"?{replace(self.view, filters=rest | {'light': light}).address(**self.as_of_parameters())}",
            }
            for light in _WORST_FIRST
            if light in counts
        ]

    def counted(self) -> tuple[str, Decimal] | None:
        """The amount asked for, by name, and what the projects listed bring to it; a count is their number."""
        field = self.filters.counted_field
        if not field.endswith(("amount", "investment")):
            return None
        parts = self.asked.states.among(self.filters.qs.order_by()).parts()
        return str(COUNTED_NAMES[field]), getattr(parts, field)


@requires(*READERS)
def project_list(request: SignedInRequest) -> HttpResponse:
    """An address that says nothing opens the view the person chose to begin with."""
    views = offered_views(request)
    if not request.GET and (first := views.opening_address()):
        return redirect(f"{reverse('project_list')}?{first}")
    question = _question(request)
    asked, counted, columns = question.asked, question.counted(), question.columns
    totals = library.totals(question.filters.qs, version=asked.version, known_at=asked.known_at)
    page = page_of(question.ordered(request), request, count=totals.rows)
    field = question.filters.counted_field if counted else ""
    words = question.filters.form.cleaned_data.get("q", "")
    found = library.rows_of(list(page), asked, wanted(columns), counted=field)
    shown = {
        "title": _("项目库"),
        "as_of": question.words,
        "on": question.as_of.on,
        "moments": question.as_of.moments(today=question.today),
        "kept": [(name, value) for name, value in request.GET.items() if name not in {"on", "known_at", "page"}],
        "clear_url": f"?{question.without_conditions()}",
        "words": words,
        "lights": question.lights(),
        "no_result": no_result_words(words, len(question.filters.used())),
        "form": question.filters.form,
        "used": len(question.filters.used()),
        "sort": request.GET.get("sort") or _BY_NAME,
        "page": page,
        "columns": library_table.head(columns),
        "rows": library_table.rows(found, columns, as_usual=not question.view.columns),
        "total": library_table.total(totals, columns),
        "total_said": library_table.counted(totals),
        "counted": counted and {"label": counted[0], "total": figures.wan(counted[1])},
        "chooser": column_chooser(question.view, columns, question.as_of_parameters()),
        "left_out": left_out_words(question.left_out()),
        "views": views.shown(question.view),
        "may_register": request.user.duties.include(Duty.EDIT_REGISTER),
        "may_export": request.user.duties.include(Duty.EXPORT),
        "export_url": f"{reverse('project_list_export')}?{request.GET.urlencode()}",
    }
    return render(request, "scheduling/project_list.html", shown)


@requires(*READERS)
def project_list_columns(request: SignedInRequest) -> HttpResponse:
    """The columns ticked, in the order of the numbers beside them, as an address of the list."""
    given = _given(request)
    places = {name.removeprefix(PLACE): value for name, value in given.items() if name.startswith(PLACE)}
    rest = {name: value for name, value in given.items() if name not in {TICKED, COLUMNS} and PLACE not in name}
    view = replace(ListView.from_address(rest), columns=arranged(request.GET.getlist(TICKED), places))
    of_day = {name: rest[name] for name in ("on", "known_at") if rest.get(name)}
    return redirect(f"{reverse('project_list')}?{view.address(**of_day)}")


@requires(Duty.EXPORT)
def project_list_export(request: SignedInRequest) -> FileResponse:
    """The same projects and columns as the page with the same address, of all its pages.

    Where nobody chose, all columns there are: a sheet has room for them.
    """
    question = _question(request)
    counted, field = question.counted(), question.filters.counted_field
    columns = exported(question.view.columns)
    column: Column[library.Row] | None = counted and Column(
        counted[0],
        lambda row: row.shown.counted,
        Kind.AMOUNT,
        definition=_("本项目计入该指标的金额"),
    )
    rows = library.all_rows(
        question.ordered(request), question.asked, wanted(columns), counted=field if counted else ""
    )
    sheet = library_sheet(rows, columns, as_of=question.words, filters=question.filters.used(), counted=column)
    return sheets.download(sheet, by=request.user, at=timezone.now())


def _given(request: SignedInRequest) -> dict[str, str]:
    return {name: str(value) for name, value in request.GET.items()}


def _question(request: SignedInRequest) -> _Question:
    today = timezone.localdate()
    as_of = as_of_asked(request.GET, today=today)
    plans = PlanVersion.objects.filter(plan__year=as_of.on.year).select_related("plan")
    version = plans.in_force(on=as_of.on, known_at=as_of.known_at)
    seen = KeyProject.objects.visible_to(request.user)
    found = states(seen, on=as_of.on, known_at=as_of.known_at, today=today)
    asked = Asked(as_of.on, as_of.known_at, version, found)
    filters = LibraryFilters(request.GET, queryset=seen, asked=asked)
    return _Question(as_of, today, asked, filters, ListView.from_address(_given(request)))
