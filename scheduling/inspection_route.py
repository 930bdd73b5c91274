"""线路, asked: the itinerary of a round as its stops stand."""

from collections.abc import Iterable
from decimal import Decimal

from django.utils.timezone import localtime  # noqa: TID251 - given its moment

from scheduling.itinerary import Itinerary, Leg, Place, itinerary
from scheduling.models import InspectionRound, Stop


def itinerary_of(inspection: InspectionRound, stops: Iterable[Stop]) -> Itinerary:
    """Of these stops in their order, read with their projects; in the hours of the clock here."""
    legs = [
        Leg(stop.travel_minutes, stop.minutes, _place(stop.project.longitude, stop.project.latitude)) for stop in stops
    ]
    origin = _place(inspection.origin_longitude, inspection.origin_latitude)
    return itinerary(localtime(inspection.starts_at), legs, origin=origin, back_minutes=inspection.return_minutes)


def _place(longitude: Decimal | None, latitude: Decimal | None) -> Place | None:
    return None if longitude is None or latitude is None else Place(longitude, latitude)
