"""线路: where the round goes, when it is where, and a sketch of the way; the booklet prints the same."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from operator import methodcaller
from typing import Any

from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from projects.gate import SignedInRequest, requires
from projects.models import KeyProject
from projects.sheets import Column, Kind
from projects.views.listing import asks_for_sheet, list_taken, sheet_url
from reports.charts import route_map
from reports.charts.chart import Chart
from scheduling.inspection_route import itinerary_of
from scheduling.itinerary import Call, Itinerary
from scheduling.models import InspectionRound, Stop
from scheduling.views.inspection_head import SEES, head, settled_or_404

_EDITABLE = InspectionRound.State.CHOOSING
_COLUMNS = [
    Column[Any]("顺序", methodcaller("get", "order"), Kind.NUMBER, definition="空白的是集合出发和返回"),
    Column[Any]("到达", methodcaller("get", "arrives"), Kind.MOMENT, definition="由出发时间、行车和停留逐站推算"),
    Column[Any]("离开", methodcaller("get", "leaves"), Kind.MOMENT),
    Column[Any]("地点", methodcaller("get", "name"), definition="观摩点的项目名称，或集合地点"),
    Column[Any]("牵头单位", methodcaller("get", "unit")),
    Column[Any]("停车位置", methodcaller("get", "place"), definition="没有登记的，为项目的建设地点"),
    Column[Any]("行车", methodcaller("get", "travel"), Kind.NUMBER, unit="分钟", definition="从上一站到这里"),
    Column[Any]("停留", methodcaller("get", "stay"), Kind.NUMBER, unit="分钟"),
    Column[Any](
        "直线距离", methodcaller("get", "kilometres"), Kind.AMOUNT, unit="公里", definition="到上一站，按登记的坐标"
    ),
    Column[Any]("讲解人", methodcaller("get", "presenter")),
    Column[Any]("看点", methodcaller("get", "sights")),
    Column[Any]("分组", methodcaller("get", "pool"), definition="同组的观摩点一起排名"),
]


@requires(*SEES)
def inspection_route(request: SignedInRequest, pk: int) -> HttpResponseBase:
    asked = settled_or_404(request, pk)
    stops = list(asked.stops.select_related("project__lead_unit"))
    day = itinerary_of(asked, stops)
    if asks_for_sheet(request):
        return list_taken(request, _("%s行程") % asked, _COLUMNS, _hours(asked, stops, day))
    links = _links(request, stops)
    runs = head(request, asked, tab="inspection_route")
    shown = runs | {
        "headline": _headline(day, stops),
        "sheet_url": sheet_url(request) if stops else "",
        "day": day,
        "leaves": _clock(day.starts_at),
        "back": _clock(day.back_at),
        "rows": [_row(stop, call, links) for stop, call in zip(stops, day.calls, strict=True)],
        "map": _map(asked, stops),
        "may_arrange": runs["runs"] and asked.state == _EDITABLE,
        "may_describe": runs["runs"] and asked.state in {_EDITABLE, InspectionRound.State.ROUTED},
    }
    return render(request, "reports/inspection_route.html", shown)


def _hours(asked: InspectionRound, stops: Sequence[Stop], day: Itinerary) -> Iterator[dict[str, Any]]:
    """From the place where all meet, over the stops, and back to it."""
    yield {"leaves": day.starts_at, "name": _("%s集合出发") % asked.origin}
    for stop, call in zip(stops, day.calls, strict=True):
        yield {
            "order": stop.order,
            "arrives": call.arrives_at,
            "leaves": call.leaves_at,
            "name": stop.project.name,
            "unit": stop.project.lead_unit.name,
            "place": stop.place or stop.project.location,
            "travel": stop.travel_minutes,
            "stay": stop.minutes,
            "kilometres": None if call.kilometres is None else Decimal(call.kilometres),
            "presenter": stop.presenter,
            "sights": stop.sights,
            "pool": stop.pool,
        }
    yield {"arrives": day.back_at, "name": _("返回集合地点"), "travel": asked.return_minutes}


def _links(request: SignedInRequest, stops: Sequence[Stop]) -> set[int]:
    """The projects this person may open: the route is told to all, the projects are not."""
    seen = KeyProject.objects.visible_to(request.user).filter(pk__in=[stop.project_id for stop in stops])
    return set(seen.values_list("pk", flat=True))


def _headline(day: Itinerary, stops: Sequence[Stop]) -> str:
    if not stops:
        return _("还没有选定观摩点。")
    said = {
        "count": len(stops),
        "leaves": _clock(day.starts_at),
        "back": _clock(day.back_at),
        "whole": _lasting(day.minutes),
        "travel": _lasting(day.travelling),
        "stay": _lasting(day.staying),
    }
    return (
        _("%(count)d 个观摩点，%(leaves)s 出发，%(back)s 返回，共 %(whole)s：行车 %(travel)s，停留 %(stay)s。") % said
    )


def _lasting(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    if not hours:
        return _("%d 分钟") % rest
    return _("%(hours)d 小时 %(rest)d 分钟") % {"hours": hours, "rest": rest} if rest else _("%d 小时") % hours


def _clock(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%H:%M}"


def _row(stop: Stop, call: Call, links: set[int]) -> dict[str, Any]:
    project = stop.project
    return {
        "stop": stop,
        "name": project.name,
        "url": reverse("project_detail", args=[project.code]) if project.pk in links else "",
        "unit": project.lead_unit,
        "arrives": _clock(call.arrives_at),
        "leaves": _clock(call.leaves_at),
        "place": stop.place or project.location,
        "kilometres": "" if call.kilometres is None else f"{call.kilometres:.1f}",
        "doubt": call.doubt,
    }


def _map(asked: InspectionRound, stops: Sequence[Stop]) -> Chart:
    places = [
        route_map.Place(stop.order, stop.project.name, stop.project.longitude, stop.project.latitude)
        for stop in stops
        if stop.project.longitude is not None and stop.project.latitude is not None
    ]
    unplaced = len(stops) - len(places)
    if places and asked.origin_longitude is not None and asked.origin_latitude is not None:
        places.insert(0, route_map.Place(0, asked.origin, asked.origin_longitude, asked.origin_latitude))
    return route_map.chart(route_map.Route(tuple(places), unplaced))
