"""快慢榜 and 红黑榜 of one pool (同类), by the 绵阳 rule (domain §1.6).

Red is who met the target and is among the first, black who did not meet it and is among the last. Whoever met the
target or is excused stays off the black board, so that a board may have fewer names than places.
"""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from scheduling.project_day import NOUGHT
from scheduling.ranking import FEWEST, Place, ranked
from scheduling.ratio import Ratio

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Places:
    """How many are honoured and how many are named as lagging; ``fewest``: with fewer rates nobody is."""

    honoured: int
    lagging: int
    fewest: int = FEWEST


@dataclass(frozen=True, slots=True)
class Competing(Generic[Key]):
    """What one project brings to the rate of its member, now and a period ago (None: it was not there)."""

    member: Key
    ratio: Ratio
    before: Ratio | None = None
    is_excused: bool = False


@dataclass(frozen=True, slots=True)
class Board(Generic[Key]):
    """``honoured`` from the best, ``lagging`` from the last; ``ranked``: how many were, nought where too few."""

    honoured: tuple[Place[Key], ...]
    lagging: tuple[Place[Key], ...]
    ranked: int

    @property
    def too_few(self) -> bool:
        return not self.ranked


def board(brought: Iterable[Competing[Key]], *, target: Ratio, places: Places) -> Board[Key]:
    """Who stands on the two boards. Equal rates share a rank, so they are on a board all of them or none.

    What is excused counts for nobody. The last place is 1 from below.
    """
    competing = [each for each in brought if not each.is_excused]
    now = _sums((each.member, each.ratio) for each in competing)
    then = _sums((each.member, each.before) for each in competing if each.before)
    found = [place for place in ranked(now, then, fewest=places.fewest) if place.rank is not None]
    above = {place.key: _met(place.ratio, target) for place in found}
    honoured = [place for place in found if above[place.key] and (place.rank or 0) <= places.honoured]
    lagging = [place for place in found if not above[place.key] and from_below(place, found) <= places.lagging]
    return Board(tuple(honoured), tuple(reversed(lagging)), len(found))


def from_below(place: Place[Key], found: Iterable[Place[Key]]) -> int:
    """The rank counted from the last: 1, and the same for equal rates."""
    return 1 + sum((other.rank or 0) > (place.rank or 0) for other in found)


def _met(ratio: Ratio, target: Ratio) -> bool:
    """Exactly: what prints alike may lie on either side."""
    gap = ratio.gap_pp(target)
    return gap is not None and gap >= 0


def _sums(ratios: Iterable[tuple[Key, Ratio]]) -> dict[Key, Ratio]:
    sums: dict[Key, Ratio] = {}
    for member, ratio in ratios:
        known = sums.get(member, Ratio(NOUGHT, NOUGHT))
        sums[member] = Ratio(known.numerator + ratio.numerator, known.denominator + ratio.denominator)
    return sums
