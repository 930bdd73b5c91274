"""Values as places: scales, round steps, and words that do not lie over one another."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise
from math import ceil
from typing import NamedTuple

_ROUND = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))


class Scale(NamedTuple):
    """From ``low`` to ``high`` in values, from ``start`` to ``end`` in the drawing."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: Decimal | float) -> float:
        return self.start + (float(value) - self.low) / (self.high - self.low) * (self.end - self.start)


def steps(highest: Decimal, *, at_most: int) -> list[Decimal]:
    """Round values from nought to the first at or above ``highest``, in at most so many steps."""
    highest = max(highest, Decimal("0.01"))
    least = highest / at_most
    power = Decimal(1).scaleb(least.adjusted())
    step = next(each * power for each in _ROUND if each * power >= least)
    return [step * turn for turn in range(ceil(highest / step) + 1)]


def height_at(x: float, places: Sequence[tuple[float, float]]) -> float:
    """How high a line drawn from left to right runs at ``x``; before and behind it, as at its ends."""
    for (x0, y0), (x1, y1) in pairwise(places):
        if x0 <= x <= x1 and x1 > x0:
            return y0 + (x - x0) / (x1 - x0) * (y1 - y0)
    return places[0][1] if x < places[0][0] else places[-1][1]


def year_share(day: date) -> float:
    """How much of its year is over at the end of this day."""
    first = date(day.year, 1, 1)
    return ((day - first).days + 1) / (date(day.year + 1, 1, 1) - first).days


def spread(wanted: Sequence[float], rooms: Sequence[float], *, low: float, high: float) -> list[float]:
    """The middles of words, each as near as can be to where it is wanted, none over another.

    All lie between ``low`` and ``high`` if they fit there at all.
    """
    order = sorted(range(len(wanted)), key=lambda turn: wanted[turn])
    places = [0.0] * len(wanted)
    edge = low
    for turn in order:
        places[turn] = max(wanted[turn], edge + rooms[turn] / 2)
        edge = places[turn] + rooms[turn] / 2
    edge = high
    for turn in reversed(order):
        places[turn] = min(places[turn], edge - rooms[turn] / 2)
        edge = places[turn] - rooms[turn] / 2
    return places
