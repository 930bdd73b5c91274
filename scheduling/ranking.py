"""排名: who stands where among their like (同类), by exact rates; equal rates share a rank.

Who is excused (停缓建, 豁免) is left out before: adding an excused project changes nobody's rank.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Generic, TypeVar

from scheduling.ratio import Ratio

Key = TypeVar("Key", bound=Hashable)
FEWEST = 3  # members with a rate: fewer are shown and not ranked


@dataclass(frozen=True, slots=True)
class Place(Generic[Key]):
    """``rank`` None: without a rate, or in a pool of too few; ``was``: the rank before, None for who had none."""

    key: Key
    ratio: Ratio
    rank: int | None = None
    was: int | None = None


def ranks(ratios: Mapping[Key, Ratio], *, fewest: int = FEWEST) -> dict[Key, int]:
    """Highest rate first: 1, 2, 2, 4. Nobody is ranked in a pool of fewer than ``fewest`` rates."""
    rates = {key: _exact(ratio) for key, ratio in ratios.items() if ratio.denominator}
    if len(rates) < fewest:
        return {}
    return {key: 1 + sum(other > rate for other in rates.values()) for key, rate in rates.items()}


def ranked(
    ratios: Mapping[Key, Ratio], before: Mapping[Key, Ratio], *, fewest: int = FEWEST
) -> list[Place[Key]]:  # fmt: skip
    """In the order of their rates, those without one last; ``before``: of the same projects a period ago."""
    now, then = ranks(ratios, fewest=fewest), ranks(before, fewest=fewest)
    places = [Place(key, ratio, now.get(key), then.get(key)) for key, ratio in ratios.items()]
    return sorted(places, key=lambda place: (not place.ratio.denominator, -_exact(place.ratio)))


def _exact(ratio: Ratio) -> Fraction:
    """Not divided: two rates cut off at the last digit could seem equal. Without a denominator it is nought."""
    return Fraction(ratio.numerator) / Fraction(ratio.denominator) if ratio.denominator else Fraction(0)
