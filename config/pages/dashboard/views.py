"""驾驶舱: are we meeting the year? The page, its big screen, and the parts that are fetched by themselves."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.core.cache import cache
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import quote_etag
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from config.pages.dashboard import cards, changes, charts, place, ranks, table
from config.pages.dashboard.asked import GROUPS, Asked
from projects.gate import SignedInRequest, requires
from projects.roles import Duty
from scheduling.index_cards import CARDS

_READERS = (Duty.READ_DISTRICT, Duty.READ_UNIT)
_KEPT_FOR = 10 * 60  # seconds; what has changed has another tag
_FIGURES, _SCREEN = "pages/dashboard/_figures.html", "pages/dashboard/_screen.html"
Part = Callable[[SignedInRequest, Asked], dict[str, Any]]


@requires(*_READERS)
def dashboard(request: SignedInRequest) -> HttpResponse:
    asked = _asked(request)
    shown = _head(asked) | {
        "figures": _drawn(asked, _FIGURES),
        "screen_url": asked.page("dashboard_screen", by="area"),
    }
    return render(request, "pages/dashboard/dashboard.html", shown)


@requires(*_READERS)
def dashboard_screen(request: SignedInRequest) -> HttpResponse:
    """大屏: large, without navigation, and fresh by itself."""
    asked = _asked(request)
    shown = _head(asked) | {"figures": _drawn(asked, _SCREEN), "back_url": asked.page("dashboard")}
    return render(request, "pages/dashboard/screen.html", shown)


@requires(*_READERS)
def dashboard_figures(request: SignedInRequest) -> HttpResponse:
    """The part of the page, or of the big screen, that is asked for again and again: 304 while nothing changed."""
    asked = _asked(request)
    template = _SCREEN if "screen" in request.GET else _FIGURES
    etag = quote_etag(asked.tag(template))
    response = get_conditional_response(request, etag=etag) or HttpResponse(_drawn(asked, template))
    response["ETag"], response["Cache-Control"] = etag, "private, no-cache"
    response["HX-Trigger-After-Swap"] = "figures"
    return response


@requires(*_READERS)
def dashboard_groups(request: SignedInRequest) -> HttpResponse:
    return _part(request, "groups", _("分组和亮灯"), _groups)


@requires(*_READERS)
def dashboard_ranking(request: SignedInRequest) -> HttpResponse:
    return _part(request, "ranking", _("排名"), _ranking)


@requires(*_READERS)
def dashboard_changes(request: SignedInRequest) -> HttpResponse:
    return _part(request, "changes", _("比上周"), _changes)


@requires(*_READERS)
def dashboard_map(request: SignedInRequest) -> HttpResponse:
    return _part(request, "map", _("分布示意"), lambda _request, asked: {"chart": place.sketch(asked)})


@requires(*_READERS)
def index_card(request: SignedInRequest, index: str) -> HttpResponse:
    """口径卡: what the rate is made of, each list one click away, and the other common definition beside it."""
    if index not in CARDS:
        raise Http404
    asked, card = _asked(request), CARDS[index]
    shown = _head(asked) | {"title": card.name, "card": card} | cards.card_page(asked, card)
    return render(request, "pages/dashboard/index_card.html", shown | {"trail": _trail(asked)})


def _asked(request: SignedInRequest) -> Asked:
    return Asked(request, today=timezone.localdate(), at=timezone.now())


def _head(asked: Asked) -> dict[str, Any]:
    return {
        "title": _("驾驶舱"),
        "as_of": asked.in_words,
        "on": asked.on,
        "moments": asked.as_of.moments(today=asked.today),
        "kept": [("by", asked.by)],
        "groups_url": asked.page("dashboard_groups"),
        "ranking_url": asked.page("dashboard_ranking"),
        "changes_url": asked.page("dashboard_changes"),
        "map_url": asked.page("dashboard_map"),
    }


def _trail(asked: Asked) -> list[dict[str, str]]:
    return [{"label": _("驾驶舱"), "url": asked.page("dashboard")}]


def _group(asked: Asked, key: str) -> dict[str, Any]:
    group = GROUPS[key]
    label = _("按%(label)s（%(basis)s）") % {"label": group.label, "basis": group.basis}
    return {"label": label, "url": asked.page("dashboard_groups", by=key), "current": key == asked.by}


def _drawn(asked: Asked, template: str) -> SafeString:
    """Drawn once for all who see the same: the charts take longer than everything else."""
    tag = asked.tag(template)
    found = cache.get(f"dashboard:{tag}")
    if found is None:
        found = render_to_string(template, _figures(asked, template) | {"etag": quote_etag(tag)})
        cache.set(f"dashboard:{tag}", str(found), _KEPT_FOR)
    return mark_safe(found)  # noqa: S308 - our own template, kept as it was rendered


def _figures(asked: Asked, template: str) -> dict[str, Any]:
    screen = {"screen": "1"} if template == _SCREEN else {}
    return {
        "poll_url": asked.page("dashboard_figures", **screen) if asked.is_now else "",
        "parts": asked.parts,
        "items": asked.states.items(),
        "counted_url": asked.list_of(counted="projects"),
        "unplanned_url": asked.list_of(counted="unplanned_projects"),
        "finding": _finding(asked),
        "cards": cards.core(asked),
        "investment": charts.investment(asked),
        "stages": charts.stages(asked),
        "due": charts.due(asked),
        "lights": replace(charts.lights(asked), rows=()) if template == _SCREEN else None,
    }


def _part(request: SignedInRequest, name: str, title: str, part: Part) -> HttpResponse:
    """A section of the page, which is also a page of its own."""
    asked = _asked(request)
    template = f"pages/dashboard/_{name}.html"
    if request.htmx:
        response = render(request, template, part(request, asked))
    else:
        shown = _head(asked) | {"title": title, "template": template, "trail": _trail(asked)}
        response = render(request, "pages/dashboard/part.html", shown | part(request, asked))
    patch_vary_headers(response, ["HX-Request"])
    return response


def _groups(_request: SignedInRequest, asked: Asked) -> dict[str, Any]:
    return {
        "rows": table.rows(asked),
        "lights": charts.lights(asked),
        "group": asked.group,
        "tabs": [_group(asked, key) for key in GROUPS],
    }


def _ranking(request: SignedInRequest, asked: Asked) -> dict[str, Any]:
    found = ranks.ranking(asked, rate=request.GET.get("rate", ""), by=request.GET.get("pool", ""))
    rates = [
        {
            "label": CARDS[rate].name,
            "url": asked.page("dashboard_ranking", rate=rate, pool=found.by),
            "current": rate == found.rate,
        }
        for rate in ranks.RATES
    ]
    pools = [
        {
            "label": label,
            "url": asked.page("dashboard_ranking", rate=found.rate, pool=by),
            "current": by == found.by,
        }
        for by, label in ranks.BY.items()
    ]
    return {"ranking": found, "rates": rates, "pools": pools}


def _changes(request: SignedInRequest, asked: Asked) -> dict[str, Any]:
    weeks = [
        {
            "label": _("比 %s") % closing.period.ends_on.isoformat(),
            "url": asked.page("dashboard_changes", since=str(closing.period_id)),
            "current": closing == asked.since,
        }
        for closing in asked.closings
    ]
    return {"changes": changes.changes(asked), "weeks": weeks}


def _finding(asked: Asked) -> str:
    """The first sentence: how the year stands."""
    if not asked.parts.projects:
        return _("这一天没有已生效的年度计划，或计划内没有您可查看的项目。")
    investment = cards.core(asked)[0]
    words = {
        "rate": investment.value,
        "gap": investment.gap,
        "missed": asked.parts.due_not_started,
        "unfinished": asked.parts.due_not_completed,
    }
    return _("投资完成 %(rate)s，比序时进度%(gap)s；应开未开 %(missed)s 项，应竣未竣 %(unfinished)s 项。") % words
