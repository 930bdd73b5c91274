"""年度计划: the editions of each year, and what one edition says of every project."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Count, Sum
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects import figures, lists, sheets
from projects.gate import READERS, SignedInRequest, requires
from projects.models import PlanEntry, PlanVersion
from projects.models.annual_plan import MONTHS, PlanEntryQuerySet, month_field
from projects.models.key_project import matching
from projects.roles import Duty
from projects.sheets import Column, Kind, Sheet
from projects.views.forms import UnitFilters
from projects.views.list_columns import PLAN_EDITIONS
from projects.views.listing import asks_for_sheet, list_taken, sheet_url

_COMPLETING = "COMPLETING"
_State = PlanVersion.State
_TONES: dict[str, str] = {_State.DRAFT: "", _State.SUBMITTED: "solid", _State.APPROVED: "blue", _State.RETURNED: "ink"}
_NAME = ("project__sort_key", "project__code")
_ORDERS = {
    "name": _NAME,
    "amount": ("annual_plan_amount", *_NAME),
    "start": ("planned_start_on", *_NAME),
    "finish": ("planned_finish_on", *_NAME),
}


class EntryFilters(UnitFilters):
    q = forms.CharField(label=gettext_lazy("名称、编号或拼音"), required=False)
    category = forms.ChoiceField(
        label=gettext_lazy("计划类别"),
        required=False,
        choices=[("", gettext_lazy("全部")), *PlanEntry.Category.choices, (_COMPLETING, gettext_lazy("年内竣工投产"))],
    )
    unit = forms.ChoiceField(label=gettext_lazy("牵头单位"), required=False)
    view = forms.CharField(required=False, widget=forms.HiddenInput)
    field_order = ["q", "category", "unit", "view"]

    def narrow(self, entries: PlanEntryQuerySet) -> PlanEntryQuerySet:
        if not self.is_valid():
            return entries.none()
        wanted = self.cleaned_data
        entries = entries.filter(matching(wanted["q"], "project__"))
        if wanted["category"]:
            is_flag = wanted["category"] == _COMPLETING
            entries = entries.filter(**({"completes_this_year": True} if is_flag else {"category": wanted["category"]}))
        return entries.filter(project__lead_unit=wanted["unit"]) if wanted["unit"] else entries

    def used(self) -> dict[str, str]:
        """What the list is narrowed by, in words."""
        said = {name: self.cleaned_data.get(name) for name in ("q", "category", "unit")}
        choices: dict[str, str] = dict(self.fields["category"].choices)  # type: ignore[attr-defined]
        if said["category"]:
            said["category"] = choices[said["category"]]
        return {str(self.fields[name].label): str(value) for name, value in said.items() if value}


@requires(*READERS)
def annual_plan_list(request: SignedInRequest) -> HttpResponseBase:
    versions = PlanVersion.objects.visible_to(request.user).select_related("plan", "drafted_by", "decided_by")
    if request.user.duties.include(Duty.READ_DISTRICT):
        versions = versions.annotate(projects=Count("entries"), amount=Sum("entries__annual_plan_amount"))
    on, at = timezone.localdate(), timezone.now()
    in_force = PlanVersion.objects.filter(plan__year=on.year).in_force(on=on, known_at=at)
    ordered = versions.order_by("-plan__year", "-number")
    if asks_for_sheet(request):
        return list_taken(request, _("年度计划"), PLAN_EDITIONS, ordered)
    rows = [_version_row(version, in_force) for version in ordered]
    context = {
        "title": _("年度计划"),
        "rows": rows,
        "sheet_url": sheet_url(request),
        "shows_sums": request.user.duties.include(Duty.READ_DISTRICT),
        "waiting": list(PlanVersion.objects.awaiting(request.user).select_related("plan")),
        "may_draft": request.user.duties.include(Duty.DRAFT_PLAN),
    }
    return render(request, "projects/annual_plan_list.html", context)


@requires(*READERS)
def annual_plan(request: SignedInRequest, year: int) -> HttpResponse:
    """The edition a day is judged by (``?on=``, else today); in a year with none in force yet, the latest."""
    day = _day_asked(request)
    versions = PlanVersion.objects.visible_to(request.user).filter(plan__year=year)
    version = versions.in_force(on=day, known_at=timezone.now()) or versions.order_by("-number").first()
    if not version:
        raise Http404
    return redirect(version_url("plan_version", version, year))


@requires(*READERS)
def plan_version(request: SignedInRequest, year: int, number: int) -> HttpResponse:
    editions = editions_of(request, year)
    version = edition(editions, number)
    form = EntryFilters(request.GET)
    seen = version.entries.visible_to(request.user)
    found = form.narrow(seen)
    used = form.used() if form.is_valid() else {}
    totals = found.totals(by_month=_by_month(request))
    ordered = lists.sorted_by(found.select_related("project__lead_unit"), request, _ORDERS, default="name")
    page = lists.page_of(ordered, request, count=totals["all"])
    may_change = request.user.duties.include(Duty.DRAFT_PLAN) and version.state in PlanVersion.CHANGEABLE
    context = {
        "title": str(version),
        "trail": [{"label": _("年度计划"), "url": reverse("annual_plan_list")}],
        "as_of": said_of(version),
        "version": version,
        "badge": {"word": version.get_state_display(), "tone": _TONES[version.state]},
        "replaced_by": next((other for other in editions if _replaces(other, version)), None),
        "tabs": version_tabs(version, "months" if _by_month(request) else "entries"),
        "figures": _cards(seen.totals() if used else totals, request),
        "form": form,
        "used": len(used),
        "sort": request.GET.get("sort", "name"),
        "page": page,
        "by_month": _by_month(request),
        "months": MONTHS,
        "rows": [_entry_row(entry, may_change=may_change) for entry in page],
        "total": _total_row(totals),
        "may_change": may_change,
        "may_submit": may_change,
        "may_withdraw": request.user.duties.include(Duty.DRAFT_PLAN) and version.state == _State.SUBMITTED,
        "may_decide": may_decide(request, version),
        "may_export": request.user.duties.include(Duty.EXPORT),
        "query": request.GET.urlencode(),
    }
    return render(request, "projects/plan_version.html", context)


@requires(Duty.EXPORT)
def plan_version_export(request: SignedInRequest, year: int, number: int) -> FileResponse:
    """The same projects as the page with the same address, of all its pages, with their months."""
    version = edition(editions_of(request, year), number)
    form = EntryFilters(request.GET)
    found = form.narrow(version.entries.visible_to(request.user).select_related("project__lead_unit"))
    ordered = lists.sorted_by(found, request, _ORDERS, default="name")
    sheet = Sheet(
        title=str(version),
        as_of=said_of(version),
        columns=_columns(),
        rows=ordered.iterator(chunk_size=2_000),
        filters=form.used() if form.is_valid() else {},
    )
    return sheets.download(sheet, by=request.user, at=timezone.now())


def editions_of(request: SignedInRequest, year: int) -> list[PlanVersion]:
    """The editions of a year this person may see, the newest first: one query, however the page uses them."""
    people = ("plan", "drafted_by", "submitted_by", "decided_by")
    return list(PlanVersion.objects.visible_to(request.user).filter(plan__year=year).select_related(*people))


def edition(editions: list[PlanVersion], number: int) -> PlanVersion:
    for version in editions:
        if version.number == number:
            return version
    raise Http404


def may_decide(request: SignedInRequest, version: PlanVersion) -> bool:
    own = request.user.pk in {version.drafted_by_id, version.submitted_by_id}
    return version.state == _State.SUBMITTED and request.user.duties.include(Duty.APPROVE_PLAN) and not own


def version_url(name: str, version: PlanVersion, year: int | None = None) -> str:
    return reverse(name, args=[year or version.plan.year, version.number])


def version_tabs(version: PlanVersion, current: str) -> list[dict[str, object]]:
    entries = version_url("plan_version", version)
    tabs = [
        ("entries", _("计划一览"), entries),
        ("months", _("月度目标"), f"{entries}?view=months"),
        ("changes", _("与上一版的差异"), version_url("plan_changes", version)),
    ]
    return [{"label": label, "url": url, "current": name == current} for name, label, url in tabs]


def _day_asked(request: SignedInRequest) -> date:
    form = forms.DateField(required=False)
    try:
        return form.clean(request.GET.get("on")) or timezone.localdate()
    except forms.ValidationError:
        return timezone.localdate()


def _by_month(request: SignedInRequest) -> bool:
    return request.GET.get("view") == "months"


def _replaces(other: PlanVersion, version: PlanVersion) -> bool:
    return version.state == other.state == _State.APPROVED and other.number == version.number + 1


def said_of(version: PlanVersion) -> str:
    since = _("%(day)s起生效") % {"day": figures.chinese_date(version.effective_on)}
    return " · ".join(word for word in (since, version.document_number) if word)


def _version_row(version: PlanVersion, in_force: PlanVersion | None) -> dict[str, Any]:
    return {
        "url": version_url("plan_version", version),
        "name": str(version),
        "state": version.get_state_display(),
        "tone": _TONES[version.state],
        "is_in_force": version == in_force,
        "effective_on": version.effective_on,
        "document_number": version.document_number or "—",
        "drafted_by": version.drafted_by or "—",
        "decided_by": (version.decided_by if version.state == _State.APPROVED else None) or "—",
        "projects": getattr(version, "projects", None),
        "amount": getattr(version, "amount", None),
    }


def _cards(totals: Mapping[str, Any], request: SignedInRequest) -> list[dict[str, str]]:
    """Counts by category, each opening its list."""
    view = "&view=months" if _by_month(request) else ""
    categories = [
        (_("续建"), "continuing", PlanEntry.Category.CONTINUING),
        (_("新开工"), "new_start", PlanEntry.Category.NEW_START),
        (_("前期"), "preliminary", PlanEntry.Category.PRELIMINARY),
        (_("年内竣工投产"), "completing", _COMPLETING),
    ]
    return [
        {"label": _("年度计划投资"), "unit": _("亿元"), "value": figures.yi(totals["amount"] or Decimal(0))},
        {"label": _("计划项目"), "unit": _("项"), "value": f"{totals['all']:,}", "href": f"?{view[1:]}"},
        *(
            {"label": label, "unit": _("项"), "value": f"{totals[key]:,}", "href": f"?category={value}{view}"}
            for label, key, value in categories
        ),
    ]


def _entry_row(entry: PlanEntry, *, may_change: bool) -> dict[str, Any]:
    return {
        "name": entry.project.name,
        "url": reverse("project_detail", args=[entry.project.code]),
        "code": entry.project.code,
        "unit": str(entry.project.lead_unit),
        "category": entry.get_category_display(),
        "completes": entry.completes_this_year,
        "amount": figures.wan(entry.annual_plan_amount),
        "before": figures.wan(entry.cumulative_before_year),
        "start": figures.compact_date(entry.planned_start_on),
        "finish": figures.compact_date(entry.planned_finish_on),
        "goal": entry.physical_goal,
        "months": [figures.wan(amount) for amount in entry.monthly_amounts()],
        "edit_url": reverse("plan_entry", args=[entry.pk]) if may_change else "",
    }


def _total_row(totals: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "count": f"{totals['all']:,}",
        "amount": figures.wan(totals["amount"]),
        "before": figures.wan(totals["before"]),
        "months": [figures.wan(totals.get(month_field(month))) for month in MONTHS],
    }


def _columns() -> list[Column[PlanEntry]]:
    def in_month(month: int) -> Column[PlanEntry]:
        return Column(f"{month} 月", lambda row: getattr(row, month_field(month)), Kind.AMOUNT)

    return [
        Column("项目编号", lambda row: row.project.code),
        Column("项目名称", lambda row: row.project.name, definition="项目库登记的名称"),
        Column("牵头单位", lambda row: row.project.lead_unit.name),
        Column("计划类别", lambda row: row.get_category_display(), definition="续建、新开工、前期，三者互斥"),
        Column("年内竣工投产", lambda row: "是" if row.completes_this_year else "否", definition="与计划类别相互独立"),
        Column("年度计划投资", lambda row: row.annual_plan_amount, Kind.AMOUNT, definition="等于十二个月之和"),
        Column("至上年底累计完成投资", lambda row: row.cumulative_before_year, Kind.AMOUNT),
        Column("计划开工", lambda row: row.planned_start_on, Kind.DATE),
        Column("计划竣工", lambda row: row.planned_finish_on, Kind.DATE),
        Column("年度形象进度目标", lambda row: row.physical_goal),
        *map(in_month, MONTHS),
    ]
