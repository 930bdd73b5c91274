"""线路: where the round goes, when it is where, and a sketch of the way; the booklet prints the same."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from projects.gate import SignedInRequest, requires
from projects.models import KeyProject
from reports.charts import route_map
from reports.charts.chart import Chart
from scheduling.inspection_route import itinerary_of
from scheduling.itinerary import Call, Itinerary
from scheduling.models import InspectionRound, Stop
from scheduling.views.inspection_head import SEES, head, settled_or_404

_EDITABLE = InspectionRound.State.CHOOSING


@requires(*SEES)
def inspection_route(request: SignedInRequest, pk: int) -> HttpResponse:
    asked = settled_or_404(request, pk)
    stops = list(asked.stops.select_related("project__lead_unit"))
    day, links = itinerary_of(asked, stops), _links(request, stops)
    runs = head(request, asked, tab="inspection_route")
    shown = runs | {
        "headline": _headline(day, stops),
        "day": day,
        "leaves": _clock(day.starts_at),
        "back": _clock(day.back_at),
        "rows": [_row(stop, call, links) for stop, call in zip(stops, day.calls, strict=True)],
        "map": _map(asked, stops),
        "may_arrange": runs["runs"] and asked.state == _EDITABLE,
        "may_describe": runs["runs"] and asked.state in {_EDITABLE, InspectionRound.State.ROUTED},
    }
    return render(request, "reports/inspection_route.html", shown)


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
