"""考核: a scheme of items turns what was measured of every subject of a pool into points, totals and places.

The total is rounded once, to the places of the scheme, and its items so that they come to it as printed; equal totals
share a place. Who is excused is scored but ranked with nobody: it changes no one else.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Generic, TypeVar

from projects.figures import exactly
from scheduling.ranking import FEWEST, ranks
from scheduling.ratio import Ratio
from scheduling.score_formulas import (
    NOUGHT,
    Case,
    Formula,
    Measured,
    RankTable,
    rounded,
    rounded_together,
    total,
    written,
)
from scheduling.score_indicators import INDICATORS

Key = TypeVar("Key", bound=Hashable)


class Absent(StrEnum):
    """What becomes of an item that does not apply to a subject (不适用)."""

    SPREAD = "SPREAD"
    BASE = "BASE"

    @property
    def word(self) -> str:
        return "权重分摊到其他项" if self is Absent.SPREAD else "计基本分"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing a subject is scored by. ``weight``: its full points; ``base``: its points where it does not apply."""

    key: str
    name: str
    weight: Decimal
    indicator: str
    formula: Formula
    absent: Absent = Absent.SPREAD
    base: Decimal = Decimal(0)
    note: str = ""


@dataclass(frozen=True, slots=True)
class Scheme:
    """``full``: what the weights come to; None: points are added without end. ``swing``: the most of 加分 and of 减分.

    ``most``: the most of a total; None: none. ``fewest``: with fewer subjects in a pool nobody is ranked.
    """

    name: str
    items: tuple[Item, ...]
    full: Decimal | None = Decimal(100)
    swing: Decimal = Decimal(10)
    most: Decimal | None = None
    places: int = 2
    fewest: int = FEWEST
    source: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """加减分: ``points`` below nought are taken."""

    name: str
    points: Decimal


@dataclass(frozen=True, slots=True)
class Subject:
    """What is known of one subject: by item what was measured, what was given by hand; ``excused``: why not ranked."""

    measured: Mapping[str, Measured]
    given: Mapping[str, Decimal] = field(default_factory=dict)
    entries: tuple[Entry, ...] = ()
    excused: str = ""


@dataclass(frozen=True, slots=True)
class Points:
    """One item of one subject. ``value`` None: it does not apply, ``absent`` says why; ``weight`` after any spread."""

    item: Item
    value: Fraction | None
    weight: Fraction
    points: Decimal
    words: str
    absent: str = ""


@dataclass(frozen=True, slots=True)
class Scored(Generic[Key]):
    """``total`` None: nothing applies. ``rank`` None: not ranked. ``added`` and ``taken`` within the scheme's swing."""

    key: Key
    items: tuple[Points, ...]
    added: Decimal
    taken: Decimal
    total: Decimal | None
    words: str
    rank: int | None = None
    ranked: int = 0


def score(scheme: Scheme, pool: Mapping[Key, Subject]) -> dict[Key, Scored[Key]]:
    """Every subject of one pool (同类), with its place among those that are not excused."""
    competing = {key: subject for key, subject in pool.items() if not subject.excused}
    places = {item.key: _places(item, competing) for item in scheme.items if isinstance(item.formula, RankTable)}
    found = {
        key: _scored(scheme, key, subject, {item: at.get(key) for item, at in places.items()})
        for key, subject in pool.items()
    }
    totals = {key: found[key].total for key in competing}
    standing = ranks(
        {key: Ratio(points, Decimal(1)) for key, points in totals.items() if points is not None}, fewest=scheme.fewest
    )
    return {key: _placed(each, standing.get(key), len(standing)) for key, each in found.items()}


def spread(scheme: Scheme, subject: Subject) -> dict[str, Fraction]:
    """The weight of every item of this subject: what does not apply gives its weight to the others in proportion."""
    weights = {item.key: Fraction(item.weight) for item in scheme.items}
    away = [item.key for item in scheme.items if _is_spread(item, subject)]
    kept = sum((weight for key, weight in weights.items() if key not in away), NOUGHT)
    if not away or not kept:
        return weights
    factor = sum(weights.values(), NOUGHT) / kept
    return {key: NOUGHT if key in away else weight * factor for key, weight in weights.items()}


def _is_spread(item: Item, subject: Subject) -> bool:
    return bool(subject.measured[item.key].absent) and item.absent is Absent.SPREAD


def _places(item: Item, competing: Mapping[Key, Subject]) -> dict[Key, int]:
    sign = 1 if INDICATORS[item.indicator].more_is_better else -1
    values = {
        key: sign * subject.measured[item.key].value
        for key, subject in competing.items()
        if not subject.measured[item.key].absent
    }
    return ranks(
        {key: Ratio(Decimal(value.numerator), Decimal(value.denominator)) for key, value in values.items()}, fewest=1
    )


def _scored(scheme: Scheme, key: Key, subject: Subject, places: Mapping[str, int | None]) -> Scored[Key]:
    weights = spread(scheme, subject)
    exact = [_exact(item, subject, weights[item.key], places.get(item.key)) for item in scheme.items]
    printed = rounded_together([points for points, _each in exact], scheme.places)
    items = tuple(replace(each, points=points) for points, (_exactly, each) in zip(printed, exact, strict=True))
    added = _bounded(scheme, total(each.points for each in subject.entries if each.points > 0))
    taken = _bounded(scheme, total(-each.points for each in subject.entries if each.points < 0))
    if all(each.absent for each in items):
        return Scored(key, items, added, taken, None, "没有适用的考核项，不计分")
    wanted = total(each.points for each in items) + added - taken
    come_to = max(Decimal(0), wanted if scheme.most is None else min(wanted, scheme.most))
    said = f"各项 {exactly(total(each.points for each in items))} 分"
    said += f"＋加分 {exactly(added)} 分" if added else ""
    said += f"－减分 {exactly(taken)} 分" if taken else ""
    return Scored(key, items, added, taken, come_to, f"{said}＝{exactly(come_to)} 分{_bound(scheme, wanted)}")


def _exact(item: Item, subject: Subject, weight: Fraction, place: int | None) -> tuple[Fraction, Points]:
    """The points exactly, and all else that is said of them."""
    measured = subject.measured[item.key]
    if measured.absent:
        points = Fraction(item.base) if item.absent is Absent.BASE else NOUGHT
        said = f"不适用（{measured.absent}），{item.absent.word}"
        said += f" {exactly(item.base)} 分" if item.absent is Absent.BASE else ""
        return points, Points(item, None, weight, Decimal(0), said, measured.absent)
    found = item.formula.found(Case(measured, Fraction(item.weight), place, subject.given.get(item.key)))
    factor = weight / Fraction(item.weight)
    points, words = found.points * factor, found.words
    if factor != 1:
        words += f"；其他项不适用，权重由 {exactly(item.weight)} 分摊为 {written(weight)} 分，折为 {written(points)} 分"
    return points, Points(item, measured.value, weight, Decimal(0), words)


def _bounded(scheme: Scheme, points: Decimal) -> Decimal:
    return rounded(Fraction(min(points, scheme.swing)), scheme.places)


def _bound(scheme: Scheme, wanted: Decimal) -> str:
    if scheme.most is not None and wanted > scheme.most:
        return f"（总分不超过 {exactly(scheme.most)} 分）"
    return "（总分不低于 0 分）" if wanted < 0 else ""


def _placed(scored: Scored[Key], rank: int | None, ranked: int) -> Scored[Key]:
    return replace(scored, rank=rank, ranked=ranked if rank else 0)
