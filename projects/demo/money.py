"""Amounts of the invented projects, in whole 万元. What is split sums exactly to what was split."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from random import Random

# Building goes on all year; frost and the Spring Festival slow it down.
_SEASON = (4, 3, 8, 9, 10, 9, 8, 9, 11, 11, 10, 8)


def split(total: int, weights: Sequence[float]) -> list[int]:
    """In proportion to the weights; the last that has one takes the remainder. No weight, no amount."""
    whole, result = sum(weights), [0] * len(weights)
    bearing = [i for i, weight in enumerate(weights) if weight > 0]
    for i in bearing[:-1]:
        result[i] = int(total * weights[i] / whole)
    if bearing:
        result[bearing[-1]] = total - sum(result)
    return result


def by_year(total: int, start: date, finish: date) -> dict[int, int]:
    years = list(range(start.year, finish.year + 1))
    return dict(zip(years, split(total, [_days_in(year, start, finish) for year in years]), strict=True))


def _days_in(year: int, start: date, finish: date) -> int:
    first, last = max(start, date(year, 1, 1)), min(finish, date(year, 12, 31))
    return max((last - first).days + 1, 0)


def by_month(amount: int, *, year: int, start: date, finish: date) -> tuple[Decimal, ...]:
    """The months in which the project builds, weighted by season; before a later start, the last quarter."""
    first, last = max(start, date(year, 1, 1)), min(finish, date(year, 12, 31))
    building = range(first.month, last.month + 1) if first <= last else range(10, 13)
    weights = [_SEASON[month - 1] if month in building else 0 for month in range(1, 13)]
    return tuple(map(Decimal, split(amount, weights)))


def adjusted(months: Sequence[Decimal], *, by: Decimal, from_month: int) -> tuple[Decimal, ...]:
    """The months still to come raised or lowered by this share; what has passed stays."""
    return tuple(
        amount if month < from_month else (amount * (1 + by)).quantize(Decimal(1))
        for month, amount in enumerate(months, start=1)
    )


def fund_sources(total: int, *, is_government: bool, dice: Random) -> dict[str, Decimal]:
    """Where the money comes from, by ``FundSource.Kind``."""
    if is_government:
        kinds = ["FISCAL", *dice.sample(("CENTRAL", "SPECIAL_BOND", "LOAN"), k=dice.randint(1, 2))]
    else:
        kinds = ["OWN", *(["LOAN"] if dice.random() < 0.7 else []), *(["FOREIGN"] if dice.random() < 0.06 else [])]
    amounts = split(total, [dice.randint(2, 8) for _ in kinds])
    return {kind: Decimal(amount) for kind, amount in zip(kinds, amounts, strict=True)}
