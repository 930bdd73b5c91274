"""逾期清单: who is late, by how much, since when."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from projects import sheets
from projects.figures import UNDEFINED, chinese_date, compact_date, days_late, grouped
from projects.gate import READERS, SignedInRequest, requires
from projects.lists import page_of
from projects.models import KeyProject, Stage
from projects.roles import Duty
from scheduling.as_of import AsOf, asked
from scheduling.filters import OverdueFilter
from scheduling.overdue import AT_ONCE, ORDERS, WORST_FIRST, OverdueList, overdue_list, shown_projects
from scheduling.sheets import OverdueRow, item_name, overdue_sheet
from scheduling.standing import Late


@dataclass(frozen=True)
class _Question:
    """What the address asks, and the list that answers."""

    as_of: AsOf
    filter: OverdueFilter
    sort: str
    late: OverdueList


@requires(*READERS)
def overdue_page(request: SignedInRequest) -> HttpResponse:
    question = _question(request)
    if "print" in request.GET:
        return render(request, "scheduling/overdue_print.html", _printed(request, question))
    return render(request, "scheduling/overdue_list.html", _listed(request, question))


@requires(Duty.EXPORT)
def overdue_export(request: SignedInRequest) -> FileResponse:
    """The same rows as the page with the same address, of all its pages."""
    question = _question(request)
    ids = question.late.project_ids(sort=question.sort)
    rows = (OverdueRow(project, each) for project, late in _read(question.late, ids) for each in late)
    now = timezone.now()
    sheet = overdue_sheet(rows, as_of=question.as_of.as_printed(at=now).in_words(), filters=question.filter.used())
    return sheets.download(sheet, by=request.user, at=now)


def _question(request: SignedInRequest) -> _Question:
    today = timezone.localdate()
    as_of = asked(request.GET, today=today)
    conditions = OverdueFilter(request.GET, queryset=KeyProject.objects.visible_to(request.user))
    sort = request.GET.get("sort", WORST_FIRST)
    late = overdue_list(conditions.scope(), on=as_of.on, known_at=as_of.known_at, today=today)
    return _Question(as_of, conditions, sort if sort.removeprefix("-") in ORDERS else WORST_FIRST, late)


def _listed(request: SignedInRequest, question: _Question) -> dict[str, Any]:
    late = question.late
    page = page_of(late.project_ids(sort=question.sort), request, count=late.totals.projects)
    return _heading(request, question) | {
        "rows": [_row(*each, on=question.as_of.on) for each in _read(late, list(page))],
        "page": page,
        "sort": question.sort,
        "form": question.filter.form,
        "moments": question.as_of.moments(today=timezone.localdate()),
        "kept": [(name, value) for name, value in request.GET.items() if name not in {"on", "known_at", "page"}],
        "clear_url": f"?{question.as_of.address()}",
        "print_url": f"?{_address(request, print=1)}",
        "export_url": f"{reverse('overdue_export')}?{_address(request)}",
        "may_export": request.user.duties.include(Duty.EXPORT),
    }


def _printed(request: SignedInRequest, question: _Question) -> dict[str, Any]:
    late = question.late
    return _heading(request, question) | {
        "as_of": question.as_of.as_printed(at=timezone.now()).in_words(),
        "rows": [_row(*each, on=question.as_of.on) for each in _read(late, late.project_ids(sort=question.sort))],
        "back_url": f"{reverse('overdue_list')}?{_address(request)}",
    }


def _heading(request: SignedInRequest, question: _Question) -> dict[str, Any]:
    used = question.filter.used()
    return {
        "title": _("逾期清单"),
        "as_of": question.as_of.in_words(),
        "on": question.as_of.on,
        "used": len(used),
        "conditions": "；".join(f"{label}：{words}" for label, words in used.items()),
        "headline": _headline(question, sees_all=request.user.duties.include(Duty.READ_DISTRICT), narrowed=bool(used)),
        "empty_text": _("可放宽或清除筛选条件，或换一个截至日期。")
        if used
        else _("各项节点和阶段目标都没有超过批准日期。"),
    }


def _headline(question: _Question, *, sees_all: bool, narrowed: bool) -> str:
    totals, day = question.late.totals, chinese_date(question.as_of.on)
    among = _among(sees_all=sees_all, narrowed=narrowed)
    if not totals.items:
        return _("截至%(day)s，%(among)s没有逾期事项。") % {"day": day, "among": among}
    words = {name: grouped(Decimal(count), 0) for name, count in totals._asdict().items()}
    words |= {"day": day, "among": _("%s中，") % among if among else ""}
    return _("截至%(day)s，%(among)s共 %(projects)s 个项目 %(items)s 项逾期，最长逾期 %(most_days)s 天。") % words


def _among(*, sees_all: bool, narrowed: bool) -> str:
    """Which projects the sentence speaks of; of the whole district it need not say so."""
    if narrowed:
        return _("符合条件的项目") if sees_all else _("您可查看且符合条件的项目")
    return "" if sees_all else _("您可查看的项目")


def _read(late: OverdueList, project_ids: Sequence[int]) -> Iterator[tuple[KeyProject, list[Late]]]:
    """These projects in this order, each with its overdue items."""
    for start in range(0, len(project_ids), AT_ONCE):
        part = list(project_ids[start : start + AT_ONCE])
        projects, items = shown_projects(part), late.of_projects(part)
        yield from ((projects[pk], items[pk]) for pk in part if items.get(pk))


def _row(project: KeyProject, late: list[Late], *, on: date) -> dict[str, Any]:
    person = str(project.responsible_person or UNDEFINED)
    return {
        "name": project.name,
        "url": reverse("project_detail", args=[project.code]),
        "unit": str(project.lead_unit),
        "person": person,
        "leader": str(project.linked_leader or UNDEFINED),
        "span": len(late),
        "why": _why(late, on=on),
        "items": items_in_words(late, answering=person),
    }


def _why(late: list[Late], *, on: date) -> str:
    """Of the worst item, what was promised at first and what is expected now."""
    item = late[0].item
    parts = [_("共 %d 项逾期") % len(late)] if len(late) > 1 else []
    if item.original_on != item.approved_on:
        parts.append(_("原定 %s") % compact_date(item.original_on))
    if item.forecast_on is None:
        parts.append(_("尚未填报预计日期"))
    else:
        expected = _("预计 %s 完成，预计日期已过") if item.forecast_on < on else _("预计 %s 完成")
        parts.append(expected % compact_date(item.forecast_on))
    return "，".join(parts)


def items_in_words(late: Iterable[Late], *, answering: str = "") -> list[dict[str, Any]]:
    """For ``scheduling/_overdue_items.html``. A person is named where it is not ``answering``, who is named already."""
    return [_item(each, answering=answering) for each in late]


def _item(late: Late, *, answering: str) -> dict[str, Any]:
    item, name = late.item, item_name(late)
    is_replanned = item.original_on != item.approved_on
    return {
        "stage": Stage(item.stage).label,
        "name": f"{name}（{item.person}）" if item.person and item.person != answering else name,
        "original": compact_date(item.original_on),
        "approved": compact_date(item.approved_on),
        "forecast": compact_date(item.forecast_on),
        "days": f"{late.days:,}",
        "original_days": f"{late.original_days:,}" if late.original_days else UNDEFINED,
        "words": {
            "original": _("原定 %s") % compact_date(item.original_on) if is_replanned else _("原定相同"),
            "approved": _("批准 %s") % compact_date(item.approved_on),
            "forecast": _("预计 %s") % compact_date(item.forecast_on),
            "late": days_late(late.days),
            "late_original": _("较原定晚 %s 天") % f"{late.original_days:,}" if is_replanned else "",
        },
    }


def _address(request: SignedInRequest, **more: object) -> str:
    """The address of this question without the page of the list."""
    kept = request.GET.copy()
    for name in ("page", "print"):
        kept.pop(name, None)
    kept.update({name: str(value) for name, value in more.items()})
    return kept.urlencode()
