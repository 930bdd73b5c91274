"""逾期清单: who is late, by how much, and why."""

from decimal import Decimal
from typing import Any

from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from projects import sheets
from projects.figures import chinese_date, grouped
from projects.gate import READERS, SignedInRequest, requires
from projects.lists import page_of
from projects.roles import Duty
from scheduling.overdue_sheet import overdue_sheet
from scheduling.overdue_words import OverdueRow
from scheduling.standing import KIND_WORDS
from scheduling.views.overdue_lines import line
from scheduling.views.overdue_question import Question, address_of, compared, question_of

_PROJECTS = 20  # on a page, each with all its items


@requires(*READERS)
def overdue_page(request: SignedInRequest) -> HttpResponse:
    question = question_of(request)
    if "print" in request.GET:
        return render(request, "scheduling/overdue_print.html", _printed(request, question))
    return render(request, "scheduling/overdue_list.html", _listed(request, question))


@requires(Duty.EXPORT)
def overdue_export(request: SignedInRequest) -> FileResponse:
    """The same rows as the page with the same address, of all its pages."""
    question, now = question_of(request), timezone.now()
    ids = question.late.project_ids(sort=question.sort)
    rows = (OverdueRow(project, each) for project, items in question.rows(ids) for each in items)
    as_of = question.as_of.as_printed(at=now).in_words()
    sheet = overdue_sheet(rows, on=question.as_of.on, as_of=as_of, filters=question.filter.used())
    return sheets.download(sheet, by=request.user, at=now)


def _listed(request: SignedInRequest, question: Question) -> dict[str, Any]:
    late = question.late
    ids = late.project_ids(sort=question.sort)
    page = page_of(ids, request, per_page=_PROJECTS, count=late.totals.projects)
    return _heading(request, question) | {
        "rows": [line(*each, on=question.as_of.on) for each in question.rows(list(page))],
        "page": page,
        "sort": question.sort,
        "tabs": _tabs(request, question),
        "form": question.filter.form,
        "moments": question.as_of.moments(today=question.today),
        "kept": [(name, value) for name, value in request.GET.items() if name not in {"on", "known_at", "page"}],
        "clear_url": f"?{question.as_of.address()}",
        "print_url": f"?{address_of(request, print=1)}",
        "export_url": f"{reverse('overdue_export')}?{address_of(request)}",
        "changes_url": f"{reverse('overdue_changes')}?{address_of(request)}",
        "may_export": request.user.duties.include(Duty.EXPORT),
    }


def _printed(request: SignedInRequest, question: Question) -> dict[str, Any]:
    ids = question.late.project_ids(sort=question.sort)
    return _heading(request, question) | {
        "as_of": question.as_of.as_printed(at=timezone.now()).in_words(),
        "rows": [line(*each, on=question.as_of.on) for each in question.rows(ids)],
        "back_url": f"{reverse('overdue_list')}?{address_of(request)}",
    }


def _heading(request: SignedInRequest, question: Question) -> dict[str, Any]:
    used = question.filter.used()
    return {
        "title": _("逾期清单"),
        "as_of": question.as_of.in_words(),
        "on": question.as_of.on,
        "used": len(used),
        "conditions": "；".join(f"{label}：{words}" for label, words in used.items()),
        "headline": _headline(question, sees_all=request.user.duties.include(Duty.READ_DISTRICT), narrowed=bool(used)),
        "compared": compared(question),
        "empty_text": _("可放宽或清除筛选条件，或换一个截至日期。")
        if used
        else _("开工、竣工、节点、审批、投资和交办事项都没有超过期限。"),
    }


def _headline(question: Question, *, sees_all: bool, narrowed: bool) -> str:
    totals, day = question.late.totals, chinese_date(question.as_of.on)
    among = _among(sees_all=sees_all, narrowed=narrowed)
    if not totals.items:
        return _("截至%(day)s，%(among)s没有逾期事项。") % {"day": day, "among": among}
    figures = {"projects": totals.projects, "items": totals.items, "most_days": totals.most_days}
    words = {name: grouped(Decimal(count), 0) for name, count in figures.items()}
    words |= {"day": day, "among": _("%s中，") % among if among else ""}
    return _("截至%(day)s，%(among)s共 %(projects)s 个项目 %(items)s 项逾期，最长逾期 %(most_days)s 天。") % words


def _among(*, sees_all: bool, narrowed: bool) -> str:
    """Which projects the sentence speaks of; of the whole district it need not say so."""
    if narrowed:
        return _("符合条件的项目") if sees_all else _("您可查看且符合条件的项目")
    return "" if sees_all else _("您可查看的项目")


def _tabs(request: SignedInRequest, question: Question) -> list[dict[str, Any]]:
    counts, chosen = question.late.totals.by_kind, question.scope.kind
    every = {"label": _("全部"), "url": f"?{address_of(request, kind='')}", "current": not chosen}
    return [
        every | {"count": sum(counts.values())},
        *(
            {
                "label": word,
                "url": f"?{address_of(request, kind=kind)}",
                "current": kind == chosen,
                "count": counts[kind],
            }
            for kind, word in KIND_WORDS.items()
        ),
    ]
