"""更正: a bulletin with what some projects contributed replaced, and which of its printed figures then differ. 万元."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from operator import attrgetter, sub
from typing import NamedTuple

from reports.bulletin import Board, Bulletin, Change, Group, GroupTable
from reports.bulletin_figures import figures
from scheduling.light_rules import Light
from scheduling.parts import FIELDS, Parts
from scheduling.project_day import NOUGHT

ABSENT = "—"
_VALUES = attrgetter(*FIELDS)


@dataclass(frozen=True)
class Share:
    """What one project contributes. ``groups``: by table the key of its group, and what that is called.

    ``before``: what it contributed a month before, where it was in the plan then.
    """

    groups: Mapping[str, tuple[str, str]]
    parts: Parts
    month_amount: Decimal
    light: str
    before: Parts | None

    @property
    def is_planned(self) -> bool:
        return bool(self.parts.projects)


class Swap(NamedTuple):
    """One project as it counted, and as it counts as far as is known now."""

    old: Share
    new: Share


def corrected(bulletin: Bulletin, swaps: Sequence[Swap]) -> Bulletin:
    """The bulletin with these shares in place of those; every other project counts as it was frozen.

    Lists and boards are as they were: they are not sums.
    """
    return replace(
        bulletin,
        whole=_regrouped(bulletin.whole, [each.old for each in swaps], [each.new for each in swaps]),
        tables=tuple(_table(table, swaps, has_before=bulletin.before_on is not None) for table in bulletin.tables),
        same_now=bulletin.same_now + _sum(_difference(each) for each in swaps if each.old.before),
        same_month_amount=bulletin.same_month_amount
        + sum((each.new.month_amount - each.old.month_amount for each in swaps if each.old.before), NOUGHT),
    )


def changes(printed: Mapping[str, str], now: Bulletin) -> tuple[Change, ...]:
    """Every printed figure that is not what it was, in the order of the bulletin; those that are gone come last."""
    found = printed_of(now)
    names = [*found, *(name for name in printed if name not in found)]
    pairs = [(name, printed.get(name, ABSENT), found.get(name, ABSENT)) for name in names]
    return tuple(Change(*each) for each in pairs if each[1] != each[2])


def printed_of(bulletin: Bulletin) -> dict[str, str]:
    """Every figure as it is printed, the places on the boards among them."""
    places = {name: place for board in bulletin.boards for name, place in _places(board)}
    return {name: figure.printed for name, figure in figures(bulletin).items()} | places


def _places(board: Board) -> Iterable[tuple[str, str]]:
    for colour, placed in (("红榜", board.honoured), ("黑榜", board.lagging)):
        for each in placed:
            yield f"排名：{board.pool}·{each.name}·{colour}名次", f"第{each.rank}名"


def _table(table: GroupTable, swaps: Sequence[Swap], *, has_before: bool) -> GroupTable:
    said = [each.groups[table.by] for swap in swaps for each in swap]
    there = {group.key for group in table.groups}
    new = {key: name for key, name in said if key not in there}
    empty = [Group(key, name, Parts(), NOUGHT, Parts() if has_before else None) for key, name in new.items()]
    return replace(table, groups=tuple(_in_table(group, table.by, swaps) for group in (*table.groups, *empty)))


def _in_table(group: Group, by: str, swaps: Sequence[Swap]) -> Group:
    gone = [each.old for each in swaps if each.old.groups[by][0] == group.key]
    come = [each.new for each in swaps if each.new.groups[by][0] == group.key]
    return _regrouped(group, gone, come)


def _regrouped(group: Group, gone: Sequence[Share], come: Sequence[Share]) -> Group:
    if not gone and not come:
        return group
    lit = Counter(dict(group.lights))
    lit.update(each.light for each in come if each.is_planned)
    lit.subtract(each.light for each in gone if each.is_planned)
    return replace(
        group,
        parts=_less(group.parts + _sum(each.parts for each in come), _sum(each.parts for each in gone)),
        month_amount=group.month_amount + _month(come) - _month(gone),
        before=None if group.before is None else _less(group.before + _before(come), _before(gone)),
        lights=tuple((light.value, lit[light.value]) for light in Light if lit[light.value]),
    )


def _difference(swap: Swap) -> Parts:
    return _less(swap.new.parts, swap.old.parts)


def _less(parts: Parts, other: Parts) -> Parts:
    return Parts(*map(sub, _VALUES(parts), _VALUES(other)))


def _sum(parts: Iterable[Parts]) -> Parts:
    return sum(parts, Parts())


def _month(shares: Sequence[Share]) -> Decimal:
    return sum((each.month_amount for each in shares if each.is_planned), NOUGHT)


def _before(shares: Sequence[Share]) -> Parts:
    return _sum(each.before for each in shares if each.before and each.is_planned)
