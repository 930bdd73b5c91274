"""What an edition of the plan changes against the approved one before it, as its approver reads it."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from projects import figures
from projects.gate import READERS, SignedInRequest, requires
from projects.lists import page_of
from projects.models import KeyProject, PlanEntry, PlanVersion
from projects.models.annual_plan import MONTHS, month_field
from projects.monthly_plan import Change, ChangeKind, changes
from projects.views import list_columns
from projects.views.annual_plans import edition, editions_of, may_decide, said_of, version_tabs
from projects.views.listing import asks_for_sheet, list_taken, sheet_url

_PER_PAGE = 50
_MONTHS = {month_field(month): month for month in MONTHS}
_ORDER = list(ChangeKind)
_TONES = {ChangeKind.ADDED: "solid", ChangeKind.REMOVED: "ink", ChangeKind.CHANGED: "blue"}


@requires(*READERS)
def plan_changes(request: SignedInRequest, year: int, number: int) -> HttpResponseBase:
    version = edition(editions_of(request, year), number)
    if asks_for_sheet(request):
        return list_taken(request, _("%s变化") % version, list_columns.PLAN_CHANGES, _told(request, version))
    found = compared(request, version)
    context = found | {
        "sheet_url": sheet_url(request) if found["before"] else "",
        "title": str(version),
        "trail": [{"label": _("年度计划"), "url": reverse("annual_plan_list")}],
        "as_of": said_of(version),
        "version": version,
        "tabs": version_tabs(version, "changes"),
        "may_decide": may_decide(request, version),
    }
    return render(request, "projects/plan_changes.html", context)


def compared(request: SignedInRequest, version: PlanVersion) -> dict[str, Any]:
    """The changes one page of them at a time, and what they come to; without a predecessor there are none."""
    before = version.predecessor()
    if not before:
        return {"before": None, "sums": [], "page": None, "rows": []}
    found = _found(request, version, before)
    page = page_of(_in_order(found), request, per_page=_PER_PAGE)
    reasons = dict(version.adjustments.values_list("project", "reason"))
    return {
        "before": before,
        "sums": _sums(found),
        "page": page,
        "rows": [_row(change, project, reasons) for change, project in page],
    }


def _found(request: SignedInRequest, version: PlanVersion, before: PlanVersion) -> list[Change]:
    was, now = (each.entries.visible_to(request.user).figures() for each in (before, version))
    return list(changes(was, now))


def _told(request: SignedInRequest, version: PlanVersion) -> list[dict[str, Any]]:
    """All of them, as Excel has them."""
    before = version.predecessor()
    pairs = _in_order(_found(request, version, before)) if before else []
    reasons = dict(version.adjustments.values_list("project", "reason"))
    return [
        _row(change, project, reasons) | {"change": _moved(change), "said": _said(change)} for change, project in pairs
    ]


def _said(change: Change) -> str:
    return "；".join("　".join(filter(None, map(str, line.values()))) for line in _lines(change))


def _in_order(found: list[Change]) -> list[tuple[Change, KeyProject]]:
    """Added, removed, changed; each by name."""
    named = {project.pk: project for project in _projects(found)}
    pairs = [(change, named[change.project]) for change in found]
    pairs.sort(key=lambda pair: (_ORDER.index(pair[0].kind), pair[1].sort_key, pair[1].code))
    return pairs


def _projects(found: list[Change]) -> Any:
    projects = KeyProject.objects.filter(pk__in=[change.project for change in found])
    return projects.select_related("lead_unit").only(
        "code", "name", "sort_key", "lead_unit__name", "lead_unit__short_name"
    )


def _sums(found: list[Change]) -> list[dict[str, str]]:
    """How many of each kind, and by how much each kind moves the year (亿元)."""
    sums = []
    for kind in ChangeKind:
        of_kind = [change for change in found if change.kind is kind]
        moved = sum(map(_moved, of_kind), Decimal(0))
        note = _("计划投资 %(moved)s 亿元") % {"moved": figures.signed(moved.scaleb(-4))}
        sums.append({"label": kind.value, "value": str(len(of_kind)), "note": note})
    return sums


def _moved(change: Change) -> Decimal:
    """By how much this change moves the year's amount."""
    pair = next((pair for pair in change.fields if pair[0] == "annual_plan_amount"), None)
    return (pair[2] or Decimal(0)) - (pair[1] or Decimal(0)) if pair else Decimal(0)


def _row(change: Change, project: KeyProject, reasons: Mapping[int, str]) -> dict[str, Any]:
    return {
        "kind": change.kind.value,
        "tone": _TONES[change.kind],
        "name": project.name,
        "url": reverse("project_detail", args=[project.code]),
        "unit": str(project.lead_unit),
        "fields": _lines(change),
        "moved": figures.signed(_moved(change), 0),
        "reason": reasons.get(project.pk, ""),
    }


def _lines(change: Change) -> list[dict[str, str]]:
    """Field by field, from and to. What is added or removed is told by its main figures alone."""
    if change.kind is not ChangeKind.CHANGED:
        side = 2 if change.kind is ChangeKind.ADDED else 1
        told = {pair[0]: pair[side] for pair in change.fields}
        names = ("category", "annual_plan_amount", "planned_start_on", "planned_finish_on")
        return [{"label": _label(name), "to": _value(name, told[name])} for name in names]
    lines = [
        {"label": _label(name), "from": _value(name, old), "to": _value(name, new)}
        for name, old, new in change.fields
        if name not in _MONTHS
    ]
    return [*lines, *_month_lines(change)]


def _month_lines(change: Change) -> list[dict[str, str]]:
    moved = [(_MONTHS[name], old, new) for name, old, new in change.fields if name in _MONTHS]
    if not moved:
        return []
    said = "，".join(f"{month} 月 {figures.exactly(old)} → {figures.exactly(new)}" for month, old, new in moved)
    return [{"label": _("月度目标（万元）"), "to": said}]


def _label(name: str) -> str:
    return str(PlanEntry._meta.get_field(name).verbose_name)  # type: ignore[union-attr]


def _value(name: str, value: Any) -> str:
    if name == "category":
        return str(PlanEntry.Category(value).label)
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, Decimal):
        return figures.exactly(value)
    if isinstance(value, date):
        return figures.compact_date(value)
    return value or "—"
