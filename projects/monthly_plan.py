"""月度分解: a year's amount over the months, and how two editions of a plan differ. 万元, exact."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Any

MONTHS_A_YEAR = 12
Figures = Mapping[str, Any]


def apportioned(amount: Decimal, shares: Sequence[Fraction | int]) -> tuple[Decimal, ...]:
    """Whole 万元 in proportion to the shares, of which one at least is not nought; the last takes the remainder."""
    total = sum(shares)
    parts = [Decimal(int(Fraction(amount) * share / total)) for share in shares]
    last = max(place for place, share in enumerate(shares) if share)
    parts[last] += amount - sum(parts)
    return tuple(parts)


def even_split(amount: Decimal, *, first: int = 1, last: int = MONTHS_A_YEAR) -> tuple[Decimal, ...]:
    """按月均分: the same for each month from ``first`` to ``last``; twelve amounts, as ``apportioned``."""
    each = amount // (last - first + 1)
    parts = [each if first <= month <= last else Decimal(0) for month in range(1, MONTHS_A_YEAR + 1)]
    parts[last - 1] += amount - sum(parts)
    return tuple(parts)


@dataclass(frozen=True)
class Span:
    """A step of the work; both days belong to it. ``weight`` is its share of the whole: only proportions count."""

    starts_on: date
    finishes_on: date
    weight: Decimal

    def part_within(self, first: date, last: date) -> Fraction:
        """How much of the weight falls on these days, when it is spread evenly over the step's own."""
        shared = (min(last, self.finishes_on) - max(first, self.starts_on)).days + 1
        return Fraction(self.weight) * max(shared, 0) / ((self.finishes_on - self.starts_on).days + 1)


def curve_split(amount: Decimal, spans: Collection[Span], *, year: int) -> tuple[Decimal, ...] | None:
    """按计划曲线分月: as the weights of the steps fall on the months of the year; twelve amounts, as ``apportioned``.

    None where no step with a weight falls within the year.
    """
    firsts = [date(year, month, 1) for month in range(1, MONTHS_A_YEAR + 1)]
    lasts = [first - timedelta(days=1) for first in (*firsts[1:], date(year + 1, 1, 1))]
    shares = [
        sum((span.part_within(first, last) for span in spans), Fraction(0))
        for first, last in zip(firsts, lasts, strict=True)
    ]
    return apportioned(amount, shares) if any(shares) else None


def working_months(*, year: int, start: date | None, finish: date | None) -> tuple[int, int]:
    """From which month to which of the year a project is built on; the whole year when that is not known."""
    first = start.month if start and start.year == year else 1
    last = finish.month if finish and finish.year == year else MONTHS_A_YEAR
    return (first, last) if first <= last else (1, MONTHS_A_YEAR)


def excess(amount: Decimal, months: Sequence[Decimal]) -> Decimal:
    """By how much the months come to more than the year; negative: to less."""
    return sum(months, Decimal(0)) - amount


class ChangeKind(Enum):
    ADDED = "增补"
    REMOVED = "退出"
    CHANGED = "调整"


@dataclass(frozen=True)
class Change:
    """What became of one project from one edition to the next; ``fields`` are name, before, after."""

    project: int
    kind: ChangeKind
    fields: tuple[tuple[str, Any, Any], ...]


def changes(before: Mapping[int, Figures], after: Mapping[int, Figures]) -> Iterator[Change]:
    """Added, removed and changed projects, in this order."""
    for project in after.keys() - before.keys():
        yield Change(project, ChangeKind.ADDED, tuple((name, None, value) for name, value in after[project].items()))
    for project in before.keys() - after.keys():
        yield Change(project, ChangeKind.REMOVED, tuple((name, old, None) for name, old in before[project].items()))
    for project in before.keys() & after.keys():
        old, new = before[project], after[project]
        if differing := tuple((name, old[name], new[name]) for name in new if old[name] != new[name]):
            yield Change(project, ChangeKind.CHANGED, differing)
