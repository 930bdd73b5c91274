"""月度分解: a year's amount over the months, and how two editions of a plan differ. 万元, exact."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_FLOOR, Decimal
from enum import Enum
from typing import Any

MONTHS_A_YEAR = 12
Figures = Mapping[str, Any]


def even_split(amount: Decimal, *, first: int = 1, last: int = MONTHS_A_YEAR) -> tuple[Decimal, ...]:
    """按月均分: whole 万元 each from month ``first`` to ``last``, the last one takes the remainder; twelve amounts."""
    share = (amount / (last - first + 1)).to_integral_value(ROUND_FLOOR)
    months = [share if first <= month < last else Decimal(0) for month in range(1, MONTHS_A_YEAR + 1)]
    months[last - 1] = amount - sum(months)
    return tuple(months)


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
