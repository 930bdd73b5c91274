"""Which agency holds what for how long: days between acceptance and decision, pauses excluded, against the limits.

A mean against a limit is Σ days ÷ Σ limits over the same permits, never a mean of rates.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import median

from projects.permit_clock import Reading


@dataclass(frozen=True)
class Held:
    """One permit an agency has at the counter or decided, with the clock's reading and its limit in days."""

    agency: str
    name: str
    reading: Reading
    limit: int | None
    is_decided: bool


@dataclass(frozen=True)
class Tally:
    """What some permits come to. ``mean``, ``middle`` and ``rate`` (%) are of the decided ones; None without any."""

    running: int
    overdue: int
    longest: int
    decided: int
    over_limit: int
    mean: Decimal | None
    middle: Decimal | None
    mean_limit: Decimal | None
    rate: Decimal | None


@dataclass(frozen=True)
class OfItem:
    """One approval item at one agency; ``in_workdays`` is the unit of all its days."""

    name: str
    in_workdays: bool
    tally: Tally


@dataclass(frozen=True)
class OfAgency:
    agency: str
    running: int
    overdue: int
    decided: int
    over_limit: int
    items: Sequence[OfItem]


def league(held: Iterable[Held]) -> list[OfAgency]:
    """Agencies by what is overdue with them, then by what they hold; within one, its items likewise."""
    of: dict[str, dict[tuple[str, bool], list[Held]]] = defaultdict(lambda: defaultdict(list))
    for each in held:
        of[each.agency][each.name, each.reading.in_workdays].append(each)
    found = [_of_agency(agency, items) for agency, items in of.items()]
    return sorted(found, key=lambda row: (-row.overdue, -row.running, -row.decided, row.agency))


def tally(held: Sequence[Held]) -> Tally:
    decided = [each for each in held if each.is_decided]
    running = [each for each in held if not each.is_decided]
    days = [Decimal(each.reading.days_used) for each in decided]
    limited = [each for each in decided if each.limit]
    limits = sum(each.limit or 0 for each in limited)
    return Tally(
        running=len(running),
        overdue=sum(each.reading.is_overdue for each in running),
        longest=max((each.reading.days_used for each in running), default=0),
        decided=len(decided),
        over_limit=sum(each.reading.days_over > 0 for each in decided),
        mean=sum(days, Decimal(0)) / len(days) if days else None,
        middle=median(days) if days else None,
        mean_limit=Decimal(limits) / len(limited) if limited else None,
        rate=100 * Decimal(sum(each.reading.days_used for each in limited)) / limits if limits else None,
    )


def _of_agency(agency: str, items: dict[tuple[str, bool], list[Held]]) -> OfAgency:
    rows = [OfItem(name, in_workdays, tally(held)) for (name, in_workdays), held in items.items()]
    rows.sort(key=lambda row: (-row.tally.overdue, -row.tally.running, row.name))
    return OfAgency(
        agency,
        running=sum(row.tally.running for row in rows),
        overdue=sum(row.tally.overdue for row in rows),
        decided=sum(row.tally.decided for row in rows),
        over_limit=sum(row.tally.over_limit for row in rows),
        items=rows,
    )
