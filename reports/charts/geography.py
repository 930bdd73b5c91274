"""From longitude and latitude to a place in a drawing: over a district the earth is flat enough."""

from collections.abc import Sequence
from decimal import Decimal
from math import cos, radians
from typing import NamedTuple

from reports.drawing import Box

Degrees = Decimal | float
_KILOMETRES = 111.32  # of one degree of latitude
_LEAST = 1.0  # kilometres: a single place is seen with this much around it


class Extent(NamedTuple):
    west: float
    south: float
    east: float
    north: float

    def holds(self, longitude: Degrees, latitude: Degrees) -> bool:
        return self.west <= float(longitude) <= self.east and self.south <= float(latitude) <= self.north


def extent_of(places: Sequence[tuple[Degrees, Degrees]]) -> Extent:
    """Of (longitude, latitude); of no places, a point that no place of ours lies at."""
    if not places:
        return Extent(0, 0, 0, 0)
    longitudes, latitudes = ([float(each) for each in part] for part in zip(*places, strict=True))
    return Extent(min(longitudes), min(latitudes), max(longitudes), max(latitudes))


class Projection(NamedTuple):
    """``pixels`` to a kilometre, east and north alike; the middle of the extent lies in the middle of the room."""

    longitude: float
    latitude: float
    x: float
    y: float
    pixels: float

    def at(self, longitude: Degrees, latitude: Degrees) -> tuple[float, float]:
        east = (float(longitude) - self.longitude) * _KILOMETRES * cos(radians(self.latitude))
        north = (float(latitude) - self.latitude) * _KILOMETRES
        return self.x + east * self.pixels, self.y - north * self.pixels

    def scale_bar(self, at_most: float) -> tuple[float, float]:
        """The longest round distance in kilometres that is no longer than this, and its length."""
        kilometres = next(each for each in _ROUND if each * self.pixels <= at_most)
        return kilometres, kilometres * self.pixels


_ROUND = [each * 10.0**power for power in range(4, -4, -1) for each in (5, 2, 1)]


def projected(extent: Extent, room: Box) -> Projection:
    """The extent as large as the room allows, its shape kept."""
    longitude, latitude = (extent.west + extent.east) / 2, (extent.south + extent.north) / 2
    east = (extent.east - extent.west) * _KILOMETRES * cos(radians(latitude))
    north = (extent.north - extent.south) * _KILOMETRES
    pixels = min(room.width / max(east, _LEAST), room.height / max(north, _LEAST))
    return Projection(longitude, latitude, (room.left + room.right) / 2, (room.top + room.bottom) / 2, pixels)
