"""任期: who answered for a project on which days, and how much of a stretch of days falls to each."""

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import NamedTuple

_DAY = timedelta(days=1)


class Term(NamedTuple):
    """Those who answered up to and including ``until``; keys of a unit and of two people, None where nobody did."""

    until: date
    lead_unit: int
    person: int | None
    leader: int | None


class Share(NamedTuple):
    """``days`` of the stretch fall to this term; the shares of a stretch come to 1."""

    term: Term
    days: int
    part: Fraction


def shares(terms: Sequence[Term], *, since: date, until: date) -> list[Share]:
    """The stretch of days, both ends in it, divided among the terms by days; they are in order, the last endless."""
    whole = (until - since).days + 1
    found: list[Share] = []
    begins = since
    for term in terms:
        days = (min(term.until, until) - begins).days + 1
        if days > 0:
            found.append(Share(term, days, Fraction(days, whole)))
            begins += days * _DAY
    return found
