"""Whose are the days a milestone is late: explained by problems, excused by a pause, or the project's own.

The parts always come to the whole; where more was claimed than it is late, every claim is cut in proportion.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Generic, NamedTuple, TypeVar

Whose = TypeVar("Whose", bound=Hashable)


class Claim(NamedTuple, Generic[Whose]):
    """A problem that delays the milestone by ``days``; ``held`` is how many workdays each party had it."""

    days: int
    held: Mapping[Whose, int]


class Shares(NamedTuple, Generic[Whose]):
    """Calendar days. ``own`` is what no problem explains, ``paused`` what an approved pause took."""

    late: int
    paused: int
    of: Mapping[Whose, int]
    own: int


def shares(*, late: int, paused: int, claims: Iterable[Claim[Whose]]) -> Shares[Whose]:
    """``late`` is all the days since the date was missed, ``paused`` those of them that are excused."""
    paused = min(paused, late)
    accountable = late - paused
    wanted: dict[Whose, int] = {}
    for claim in claims:
        parties = list(claim.held)
        for party, days in zip(parties, divided(claim.days, list(claim.held.values())), strict=True):
            wanted[party] = wanted.get(party, 0) + days
    explained = min(accountable, sum(wanted.values()))
    given = dict(zip(wanted, divided(explained, list(wanted.values())), strict=True))
    return Shares(late=late, paused=paused, of=given, own=accountable - sum(given.values()))


def divided(whole: int, weights: Sequence[int]) -> list[int]:
    """Whole days in proportion, the largest remainders first, so that they come to the whole; no weights: evenly."""
    if not weights:
        return []
    total = sum(weights)
    even = [1] * len(weights)
    weighed, total = (weights, total) if total else (even, len(even))
    parts = [whole * weight // total for weight in weighed]
    remainders = [whole * weight % total for weight in weighed]
    in_turn = sorted(range(len(parts)), key=lambda place: (-remainders[place], place))
    for place in in_turn[: whole - sum(parts)]:
        parts[place] += 1
    return parts
