"""计分公式: from one thing measured to points, exactly, and in words that carry its numbers (domain §1.10).

Reckoned in fractions, so that nothing is lost before ``scoring`` rounds a score once.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from projects.figures import exactly, shown

NOUGHT = Fraction(0)


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured: ``above`` ÷ ``below`` in percent; ``below`` None: a count or an amount.

    ``each``: the amounts of the projects one by one. ``absent``: why it does not apply to this subject.
    """

    above: Fraction = NOUGHT
    below: Fraction | None = None
    each: tuple[Decimal, ...] = ()
    absent: str = ""

    @property
    def value(self) -> Fraction:
        """Percent, or the count itself; nought of nought is nought."""
        if self.below is None:
            return self.above
        return 100 * self.above / self.below if self.below else NOUGHT


class Case(NamedTuple):
    """One subject before one formula. ``place``: among its like by this value, None: not ranked.

    ``given``: what people gave by hand, None: nothing yet.
    """

    measured: Measured
    weight: Fraction
    place: int | None = None
    given: Decimal | None = None


class Found(NamedTuple):
    points: Fraction
    words: str


@dataclass(frozen=True, slots=True)
class Linear:
    """线性: full points at ``full``, none at ``nought``, in proportion between; ``nought`` may be the greater.

    ``most``: points beyond the weight where more than full is done; None: the weight is the most.
    """

    full: Decimal = Decimal(100)
    nought: Decimal = Decimal(0)
    most: Decimal | None = None

    def found(self, case: Case) -> Found:
        share = (case.measured.value - Fraction(self.nought)) / Fraction(self.full - self.nought)
        most = case.weight if self.most is None else Fraction(self.most)
        points = _clipped(case.weight * share, NOUGHT, most)
        said = f"满分线 {exactly(self.full)}，零分线 {exactly(self.nought)}，权重 {written(case.weight)} 分，按比例"
        return Found(points, f"{said}得 {written(points)} 分{_limit(points, most)}")


class Segment(NamedTuple):
    """For every ``Step.per`` points of value between these two (percent): so many points more."""

    low: Decimal
    high: Decimal | None
    points: Decimal


class Target(NamedTuple):
    """The target of who has at least so many in the denominator."""

    least: int
    percent: Decimal


@dataclass(frozen=True, slots=True)
class Step:
    """按百分点加减: ``base`` at the target, less for every ``per`` points short of it, more for those above it.

    ``swing``: the most that is added or taken. ``whole``: only whole steps count. ``targets`` by how many projects
    the rate is of, the smallest first.
    """

    base: Decimal
    targets: tuple[Target, ...]
    below: Decimal
    above: tuple[Segment, ...] = ()
    per: Decimal = Decimal(1)
    swing: Decimal | None = None
    whole: bool = False

    def target(self, measured: Measured) -> Decimal:
        number = measured.below or NOUGHT
        fitting = [target.percent for target in self.targets if target.least <= number]
        return fitting[-1] if fitting else self.targets[0].percent

    def found(self, case: Case) -> Found:
        target, value = self.target(case.measured), case.measured.value
        gap = value - Fraction(target)
        moved = -self._steps(-gap) * Fraction(self.below) if gap < 0 else self._gained(Fraction(target), value)
        if self.swing is not None:
            moved = _clipped(moved, -Fraction(self.swing), Fraction(self.swing))
        points = max(NOUGHT, Fraction(self.base) + moved)
        side = f"低 {written(-gap)} 个百分点，减" if gap < 0 else f"高 {written(gap)} 个百分点，加"
        most = "" if self.swing is None else f"（加减不超过 {exactly(self.swing)} 分）"
        return Found(
            points,
            f"目标 {exactly(target)}%，比目标{side} {written(abs(moved))} 分{most}，基本分 {exactly(self.base)} 分，"
            f"得 {written(points)} 分",
        )

    def _gained(self, target: Fraction, value: Fraction) -> Fraction:
        """In one segment after the other, from the target or the beginning of the segment, whichever is higher."""
        gained = NOUGHT
        for segment in self.above:
            low = max(target, Fraction(segment.low))
            high = value if segment.high is None else min(value, Fraction(segment.high))
            if high > low:
                gained += self._steps(high - low) * Fraction(segment.points)
        return gained

    def _steps(self, distance: Fraction) -> Fraction:
        steps = distance / Fraction(self.per)
        return Fraction(steps.numerator // steps.denominator) if self.whole else steps


class Places(NamedTuple):
    """From this place to that one: so many points."""

    first: int
    last: int
    points: Decimal


@dataclass(frozen=True, slots=True)
class RankTable:
    """按名次: who stands where among its like; behind the last place of the table there are no points."""

    places: tuple[Places, ...]

    def found(self, case: Case) -> Found:
        if case.place is None:
            return Found(NOUGHT, "不参加排名，不得分")
        points = next((Fraction(row.points) for row in self.places if row.first <= case.place <= row.last), NOUGHT)
        return Found(points, f"组内第 {case.place} 名，得 {written(points)} 分")


@dataclass(frozen=True, slots=True)
class Count:
    """按个数: ``base`` and so many points for each, within ``least`` and ``most``; ``each`` may be below nought."""

    each: Decimal
    base: Decimal = Decimal(0)
    least: Decimal | None = Decimal(0)
    most: Decimal | None = None

    def found(self, case: Case) -> Found:
        count = case.measured.value
        wanted = Fraction(self.base) + count * Fraction(self.each)
        points = _within(wanted, self.least, self.most)
        base = f"基本分 {exactly(self.base)} 分，" if self.base else ""
        change = f"每个{'加' if self.each >= 0 else '减'} {exactly(abs(self.each))} 分"
        bound = "" if points == wanted else "（到限）"
        return Found(points, f"{base}{written(count)} 个，{change}，得 {written(points)} 分{bound}")


class Amounts(NamedTuple):
    """From ``low`` (itself too) to below ``high`` (None: without end): so many points."""

    low: Decimal
    high: Decimal | None
    points: Decimal

    def holds(self, value: Fraction) -> bool:
        return Fraction(self.low) <= value and (self.high is None or value < Fraction(self.high))


@dataclass(frozen=True, slots=True)
class BandTable:
    """按档: the points of the band the value lies in. ``of_each``: of every project by itself, added up."""

    bands: tuple[Amounts, ...]
    of_each: bool = False
    most: Decimal | None = None

    def found(self, case: Case) -> Found:
        values = [Fraction(each) for each in case.measured.each] if self.of_each else [case.measured.value]
        wanted = sum((self._of(value) for value in values), NOUGHT)
        points = _within(wanted, None, self.most)
        bound = "" if points == wanted else "（到限）"
        if self.of_each:
            return Found(points, f"{len(values)} 个项目按档逐个计分，合计 {written(points)} 分{bound}")
        return Found(points, f"按所在档得 {written(points)} 分{bound}")

    def _of(self, value: Fraction) -> Fraction:
        return next((Fraction(band.points) for band in self.bands if band.holds(value)), NOUGHT)


@dataclass(frozen=True, slots=True)
class Manual:
    """人工评定: people give the points, with evidence; nothing given is nought and said so."""

    def found(self, case: Case) -> Found:
        if case.given is None:
            return Found(NOUGHT, "尚未评定，暂计 0 分")
        points = _clipped(Fraction(case.given), NOUGHT, case.weight)
        return Found(points, f"人工评定 {written(points)} 分")


Formula = Linear | Step | RankTable | Count | BandTable | Manual


def written(value: Fraction) -> str:
    """With two decimals, for words."""
    text = shown(decimal(value), 2)
    return text.rstrip("0").rstrip(".") if "." in text else text


def decimal(value: Fraction) -> Decimal:
    """For showing: divided once."""
    return Decimal(value.numerator) / Decimal(value.denominator)


def rounded(value: Fraction, places: int) -> Decimal:
    """Half up, exactly: not of a quotient that was already cut off."""
    scale = 10**places
    scaled = abs(value) * scale + Fraction(1, 2)
    whole = Decimal(scaled.numerator // scaled.denominator).scaleb(-places)
    return (-whole if value < 0 else whole) + 0


def rounded_together(values: Sequence[Fraction], places: int) -> list[Decimal]:
    """Each within one last place of itself, the largest remainders up first, so that they come to the rounded sum."""
    scaled = [value * 10**places for value in values]
    whole = [value.numerator // value.denominator for value in scaled]
    left = int(rounded(sum(scaled, NOUGHT), 0)) - sum(whole)
    in_turn = sorted(range(len(scaled)), key=lambda turn: (whole[turn] - scaled[turn], turn))
    for turn in in_turn[:left]:
        whole[turn] += 1
    return [Decimal(value).scaleb(-places) + 0 for value in whole]


def total(values: Iterable[Decimal]) -> Decimal:
    return sum(values, Decimal(0))


def _clipped(value: Fraction, low: Fraction, high: Fraction) -> Fraction:
    return max(low, min(value, high))


def _within(value: Fraction, least: Decimal | None, most: Decimal | None) -> Fraction:
    value = value if least is None else max(value, Fraction(least))
    return value if most is None else min(value, Fraction(most))


def _limit(points: Fraction, most: Fraction) -> str:
    return "（满分）" if points == most else ""
