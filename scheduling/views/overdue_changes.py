"""逾期变化: what is overdue that was not when the last week was closed, and what is no longer."""

from collections.abc import Mapping
from typing import Any

from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from projects.figures import chinese_date, compact_date, days_late
from projects.gate import READERS, SignedInRequest, requires
from projects.models import KeyProject
from projects.views.listing import asks_for_sheet, list_taken, sheet_url
from scheduling.last_week import LastWeek, Past
from scheduling.overdue import OverdueList, shown_projects
from scheduling.overdue_words import item_name, kind_word
from scheduling.standing import Late
from scheduling.views import list_columns
from scheduling.views.overdue_question import address_of, compared, question_of


@requires(*READERS)
def overdue_changes(request: SignedInRequest) -> HttpResponseBase:
    question = question_of(request)
    then, late = question.last_week, question.of_every_kind
    new = _new(late, then) if then else {}
    gone = then.gone(late.subjects()) if then else []
    projects = shown_projects({*new, *(each.project_id for each in gone)})
    newly = [_row(projects[pk], _newly(each)) for pk, items in new.items() for each in items]
    no_longer = [_row(projects[each.project_id], _no_longer(each)) for each in gone]
    if asks_for_sheet(request):
        said = [{"change": _("新增")} | row for row in newly] + [{"change": _("不再逾期")} | row for row in no_longer]
        stamp = question.as_of.in_words()
        return list_taken(request, _("逾期变化"), list_columns.OVERDUE_CHANGES, said, as_of=stamp)
    shown = {
        "title": _("逾期变化"),
        "sheet_url": sheet_url(request),
        "trail": [{"label": _("逾期清单"), "url": f"{reverse('overdue_list')}?{address_of(request)}"}],
        "as_of": question.as_of.in_words(),
        "headline": compared(question) or _("没有可以比较的上周数据。"),
        "new": newly,
        "gone": no_longer,
        "since": chinese_date(then.ends_on) if then else "",
    }
    return render(request, "scheduling/overdue_changes.html", shown)


def _new(late: OverdueList, then: LastWeek) -> Mapping[int, list[Late]]:
    keys = {key for project, key in late.subjects() if then.is_new(project, key)}
    of_projects = late.of_projects({project for project, key in late.subjects() if key in keys})
    return {
        project: [each for each in items if each.item.key in keys] for project, items in sorted(of_projects.items())
    }


def _row(project: KeyProject, item: Mapping[str, Any]) -> dict[str, Any]:
    address = reverse("project_detail", args=[project.code])
    return {"name": project.name, "url": address, "unit": str(project.lead_unit), **item}


def _newly(late: Late) -> dict[str, Any]:
    item = late.item
    said = {"kind": kind_word(item.kind), "item": item_name(item), "due": compact_date(item.approved_on)}
    return said | {"late": days_late(late.days)}


def _no_longer(past: Past) -> dict[str, Any]:
    return {"kind": kind_word(past.kind), "item": past.name, "due": compact_date(past.due_on)}
