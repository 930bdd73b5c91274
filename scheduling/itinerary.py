"""观摩行程: when the buses leave, arrive at each stop, and are back; and whether the minutes can be true."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from math import asin, cos, radians, sin, sqrt
from typing import NamedTuple

_EARTH = 6371.0  # kilometres
FASTEST = 80
"""Kilometres by air in an hour beyond which nobody drives a bus through a district."""


class Place(NamedTuple):
    """In degrees."""

    longitude: Decimal | float
    latitude: Decimal | float


class Leg(NamedTuple):
    """The way to a stop and the stay there, in minutes. ``place`` None: no coordinates."""

    travel: int
    stay: int
    place: Place | None = None


class Call(NamedTuple):
    """One stop as it falls in the day. ``kilometres`` by air from the one before; None: one of both has no place."""

    arrives_at: datetime
    leaves_at: datetime
    kilometres: float | None
    doubt: str


@dataclass(frozen=True)
class Itinerary:
    """``back_at``: at the origin again, after the way back, of which ``doubt`` speaks."""

    starts_at: datetime
    calls: tuple[Call, ...]
    back_at: datetime
    travelling: int
    staying: int
    kilometres: float
    doubt: str

    @property
    def minutes(self) -> int:
        return self.travelling + self.staying

    @property
    def is_overnight(self) -> bool:
        return self.back_at.date() != self.starts_at.date()


def itinerary(starts_at: datetime, legs: Iterable[Leg], *, origin: Place | None, back_minutes: int) -> Itinerary:
    """From the origin over the stops in their order and back; ``kilometres`` is the sum of what is known.

    Without a stop nobody leaves: it ends as it begins.
    """
    legs, now, at = list(legs), starts_at, origin
    calls, known = [], 0.0
    for leg in legs:
        arrives_at = now + timedelta(minutes=leg.travel)
        now = arrives_at + timedelta(minutes=leg.stay)
        kilometres = by_air(at, leg.place)
        known += kilometres or 0
        calls.append(Call(arrives_at, now, kilometres, _doubt(kilometres, leg.travel)))
        at = leg.place
    home = by_air(at, origin) if legs else None
    travelling = sum(leg.travel for leg in legs) + (back_minutes if legs else 0)
    staying = sum(leg.stay for leg in legs)
    back_at = starts_at + timedelta(minutes=travelling + staying)
    return Itinerary(
        starts_at, tuple(calls), back_at, travelling, staying, known + (home or 0), _doubt(home, back_minutes)
    )


def by_air(one: Place | None, other: Place | None) -> float | None:
    """Kilometres in a straight line (haversine); None where one has no coordinates."""
    if one is None or other is None:
        return None
    west, south, east, north = (radians(each) for each in (*one, *other))
    chord = sin((north - south) / 2) ** 2 + cos(south) * cos(north) * sin((east - west) / 2) ** 2
    return 2 * _EARTH * asin(sqrt(min(1.0, chord)))


def _doubt(kilometres: float | None, minutes: int) -> str:
    if kilometres is None or kilometres * 60 <= FASTEST * minutes:
        return ""
    return f"直线距离 {kilometres:.1f} 公里，{minutes} 分钟到不了，请核对行车时间"
