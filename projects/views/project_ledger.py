"""台账和历史 of one project: all that is registered about it, and what became of it."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from projects import history
from projects.audit_words import action_said, value_said
from projects.figures import UNDEFINED, exactly, wan
from projects.gate import READERS, SignedInRequest, requires
from projects.lists import page_of
from projects.models import FundSource, KeyProject, LedgerStatement, LibraryTier, TierEntry
from projects.views import list_columns
from projects.views.listing import asks_for_sheet, list_taken, sheet_url
from projects.views.project_form import GROUPS, WIDE
from projects.views.project_head import head

_PER_PAGE = 40
_STATED = ("original_total_investment", *LedgerStatement.REPORTED)
_LINES = 6  # of one change, before the others are folded


@requires(*READERS)
def project_ledger(request: SignedInRequest, code: str) -> HttpResponse:
    related = ("lead_unit", "responsible_unit", "responsible_person", "liaison", "linked_leader", "town", "parent")
    parties = ("owner_org", "contractor", "supervisor_org")
    seen = KeyProject.objects.visible_to(request.user).select_related(*related, *parties).with_total_investment()
    project = get_object_or_404(seen, code=code)
    shown = {
        "groups": _groups(project),
        "tiers": _tiers(project),
        "funds": _funds(project),
        "statements": list(_statements(project)),
    }
    return render(request, "projects/project_ledger.html", head(request, project, tab="project_ledger") | shown)


@requires(*READERS)
def project_history(request: SignedInRequest, code: str) -> HttpResponseBase:
    project = get_object_or_404(KeyProject.objects.visible_to(request.user), code=code)
    found = history.changes_of(project)
    if asks_for_sheet(request):
        return list_taken(request, _("%s历史") % project, list_columns.HISTORY, map(_told, found))
    page = page_of(found, request, per_page=_PER_PAGE)
    shown = {"page": page, "sheet_url": sheet_url(request), "changes": [_change(change) for change in page.object_list]}
    return render(request, "projects/project_history.html", head(request, project, tab="project_history") | shown)


def _groups(project: KeyProject) -> list[dict[str, Any]]:
    """Every field of the register, as the form has them."""
    return [{"title": title, "facts": [_fact(project, name) for name in names]} for title, names in GROUPS]


def _fact(project: KeyProject, name: str) -> dict[str, Any]:
    field: Any = KeyProject._meta.get_field(name)
    return {"label": field.verbose_name, "value": _value(project, field) or UNDEFINED, "wide": name in WIDE}


def _value(project: KeyProject, field: Any) -> str:
    if field.many_to_many:
        return "、".join(map(str, getattr(project, field.name).all()))
    if field.choices:
        return str(getattr(project, f"get_{field.name}_display")())
    return value_said(getattr(project, field.name))


def _tiers(project: KeyProject) -> list[dict[str, Any]]:
    entries = TierEntry.objects.current().filter(project=project).order_by("-entered_on")
    return [
        {
            "when": entry.entered_on,
            "title": LibraryTier(entry.tier).label,
            "text": "　".join(filter(None, [entry.reason, entry.document_number])),
            "tone": "strong" if entry.tier == LibraryTier.EXITED else "done",
        }
        for entry in entries
    ]


def _funds(project: KeyProject) -> dict[str, Any]:
    """What each source gives, their sum, and what the total investment still lacks. 万元."""
    sources = [(FundSource.Kind(s.kind).label, s.amount) for s in project.fund_sources.order_by("-amount")]
    total = project.total_investment  # type: ignore[attr-defined]
    together = sum((amount for _label, amount in sources), start=Decimal(0))
    return {
        "rows": [{"label": label, "amount": wan(amount)} for label, amount in sources],
        "sum": wan(together) if sources else UNDEFINED,
        "gap": wan(total - together) if sources and total is not None and total > together else "",
    }


def _statements(project: KeyProject) -> Iterator[dict[str, Any]]:
    """台账记载 as each ledger has it: nobody has reviewed it, and it counts in no index."""
    for statement in LedgerStatement.objects.current().filter(project=project).order_by("-recorded_at"):
        said = [(name, getattr(statement, name)) for name in _STATED]
        if facts := [_stated(name, value) for name, value in said if value not in (None, "")]:
            yield {"title": statement.title, "year": statement.year, "at": statement.recorded_at, "facts": facts}


def _stated(name: str, value: Any) -> dict[str, Any]:
    field: Any = LedgerStatement._meta.get_field(name)
    is_text = isinstance(value, str)
    return {"label": field.verbose_name, "value": value if is_text else exactly(value), "wide": is_text}


def _told(change: history.Change) -> dict[str, Any]:
    """One change in one row."""
    shown = _change(change)
    fields = [(line["of"], each) for line in [*shown["lines"], *shown["more"]] for each in line["fields"]]
    said = [f"{of}{each['field']}：{each['before']} → {each['after']}" for of, each in fields]
    return shown | {"said": "；".join(said)}


def _change(change: history.Change) -> dict[str, Any]:
    """One line for each thing that changed, with all that changed about it."""
    things: dict[str, list[dict[str, str]]] = {}
    for line in change.lines:
        before, after = value_said(line.before), value_said(line.after)
        things.setdefault(line.of, []).append({"field": line.field, "before": before, "after": after})
    lines = [{"of": of, "fields": fields} for of, fields in things.items()]
    return {
        "at": change.at,
        "by": change.by_name,
        "title": action_said(change.action) if change.action else _("登记数据"),
        "lines": lines[:_LINES],
        "more": lines[_LINES:],
    }
