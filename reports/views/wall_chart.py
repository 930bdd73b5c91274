"""挂图作战: where does everything stand in time?"""

from datetime import date, timedelta
from typing import Any

from django.core.paginator import Page
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from projects.figures import UNDEFINED, chinese_date, compact_date
from projects.gate import READERS, SignedInRequest, requires
from projects.lists import page_of
from projects.models import KeyProject
from projects.roles import Duty
from reports.compose import wall_chart as compose
from reports.filters import ZOOMS
from reports.rendering import screen
from reports.rendering.poster import Paper
from reports.rendering.time_axis import Zoom
from reports.views.asked import Asked, address, asked
from reports.wall_chart import Group, Row, State, WallChart

_TEMPLATE = "reports/wall_chart.html"
_MOST_IN_SIGHT = 60  # rows of one project that stand on the page in full, without a frame that scrolls down


@requires(*READERS)
def wall_chart(request: SignedInRequest) -> HttpResponse:
    """Of one project with ``?project=``, else of all that the filters leave; asked by htmx, the chart alone."""
    question = asked(request)
    page = None if question.project else _page(request, question)
    chart = _chart(question, page)
    is_part = page is not None and page.has_other_pages()
    shown = _drawn(request, question, chart, is_part=is_part) | {"page": page}
    if request.htmx:
        return render(request, f"{_TEMPLATE}#chart", shown)
    return render(request, _TEMPLATE, _around(request, question, chart) | shown)


def _page(request: SignedInRequest, question: Asked) -> Page[KeyProject]:
    return page_of(question.in_order(), request)


def _chart(question: Asked, page: Page[KeyProject] | None) -> WallChart:
    if question.project:
        return compose.of_one(question.project, heading=question.heading)
    return question.chart_of(list(page or ()))


def _drawn(request: SignedInRequest, question: Asked, chart: WallChart, *, is_part: bool) -> dict[str, Any]:
    days = screen.window(chart, zoom=question.zoom, begins=question.begins)
    return {
        "chart": screen.drawn(chart, days=days, zoom=question.zoom),
        "label": chart.title,
        "of_nodes": chart.of_nodes,
        "is_in_full": chart.of_nodes and len(chart.rows) <= _MOST_IN_SIGHT,
        "headings": chart.headings,
        "groups": [_group(each, chart, is_part=is_part) for each in chart.groups],
        "window": f"{chinese_date(days[0])}至{chinese_date(days[1])}",
        "blackouts": [f"{each.name} {each.first_on} 至 {each.last_on}" for each in chart.blackouts],
        "zooms": _zooms(request, question.zoom),
        "steps": _steps(request, days),
    }


def _around(request: SignedInRequest, question: Asked, chart: WallChart) -> dict[str, Any]:
    project = question.project
    return {
        "title": project.name if project else _("挂图作战"),
        "trail": [{"label": _("挂图作战"), "url": reverse("wall_chart")}],
        "project_url": reverse("project_detail", args=[project.code]) if project else "",
        "as_of": _("截至%s，按目前所知") % chinese_date(question.on),
        "on": question.on,
        "kept": [(name, value) for name, value in request.GET.items() if name not in {"on", "page", "from"}],
        "finding": chart.finding,
        "scope": chart.scope if project else "",
        "form": None if project else question.filter.form,
        "used": len(question.filter.used()),
        "clear_url": f"?on={question.on}" if question.on != question.today else "?",
        "papers": _papers(),
        "ask_url": f"{reverse('wall_chart_poster_ask')}?{address(request, page=None, zoom=None, size=None)}",
        "may_print": request.user.duties.include(Duty.EXPORT),
    }


def _papers() -> list[dict[str, str]]:
    words = {Paper.A0: _("A0 整张"), Paper.A1: _("A1 整张"), Paper.A3: _("A3 拼贴")}
    return [{"value": str(paper), "label": label} for paper, label in words.items()]


def _zooms(request: SignedInRequest, chosen: Zoom) -> list[dict[str, Any]]:
    return [
        {
            "key": str(zoom),
            "label": label,
            "url": f"?{address(request, zoom=zoom, **{'from': None})}",
            "is_on": zoom is chosen,
        }
        for zoom, label in ZOOMS.items()
    ]


def _steps(request: SignedInRequest, days: tuple[date, date]) -> list[dict[str, str]]:
    """Half of what is in sight back and forth, and to where the chart would stand by itself."""
    half = timedelta(days=(days[1] - days[0]).days // 2 + 1)
    places = ((_("前移"), "back", days[0] - half), (_("回到截至日"), "home", None), (_("后移"), "on", days[0] + half))
    return [
        {"key": key, "label": label, "url": f"?{address(request, **{'from': first_on})}"}
        for label, key, first_on in places
    ]


def _group(group: Group, chart: WallChart, *, is_part: bool) -> dict[str, Any]:
    note = _("本页 %s") % group.note if is_part else group.note
    return {"name": group.name, "note": note, "rows": [_row(row, chart) for row in group.rows]}


def _row(row: Row, chart: WallChart) -> dict[str, Any]:
    told = row.leading
    return {
        "name": row.name,
        "url": reverse("project_detail", args=[row.address]) if row.address else "",
        "chart_url": f"?project={row.address}&on={chart.on}" if row.address else "",
        "unit": row.unit,
        "person": row.person,
        "word": row.word,
        "is_late": row.state is State.LATE,
        "is_done": row.state is State.DONE,
        "is_heading": row.is_heading,
        "told": "" if chart.of_nodes or told is None else told.name,
        "original": compact_date(told.original_on if told else None),
        "approved": compact_date(told.approved_on if told else None),
        "forecast": compact_date(told.forecast_on if told else None),
        "actual": compact_date(told.actual_on if told else None),
        "float": UNDEFINED if told is None or told.float_days is None else f"{told.float_days} {told.float_unit}",
    }
