"""观摩评分: what the judges' marks and the months of the quarter come to for one stop (domain §1.7).

Exact until shown: fractions go in and come out, and every step is kept, so that a page can say how a figure came about.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction

FULL = 100
PLACES = 2
_MOST_ITEMS = 20


@dataclass(frozen=True, slots=True)
class Item:
    """评分项. ``maximum``: whole or with decimals; the maxima of a sheet need not make 100."""

    key: str
    name: str
    maximum: Decimal
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    items: tuple[Item, ...]

    @classmethod
    def of(cls, stored: Iterable[Mapping[str, object]]) -> "Sheet":
        """As ``ScoreSheet.items`` keeps it."""
        return cls(
            tuple(
                Item(str(one["key"]), str(one["name"]), Decimal(str(one["maximum"])), str(one.get("hint", "")))
                for one in stored
            )
        )

    @property
    def total(self) -> Decimal:
        return sum((item.maximum for item in self.items), Decimal(0))

    def faults(self) -> list[str]:
        """Why nobody can score by this sheet; empty: one can."""
        if not self.items:
            return ["评分表至少要有一项。"]
        found = []
        if len(self.items) > _MOST_ITEMS:
            found.append(f"评分表最多 {_MOST_ITEMS} 项，现有 {len(self.items)} 项，请合并。")
        names = [item.name for item in self.items]
        found += [f"“{name}”写了两次，请改名或移除一项。" for name in dict.fromkeys(names) if names.count(name) > 1]
        found += [f"“{item.name}”的满分须大于 0。" for item in self.items if item.maximum <= 0]
        return found

    def read(self, typed: Mapping[str, str]) -> "Read":
        """The marks as typed: what they are, and by item what is wrong with them."""
        marks, wrong = {}, {}
        for item in self.items:
            try:
                marks[item.key] = _mark(item, typed.get(item.key, ""))
            except ValueError as fault:
                wrong[item.key] = str(fault)
        return Read(marks, wrong)


@dataclass(frozen=True, slots=True)
class Read:
    """``wrong``: item key → the sentence that names the item, the value and what is allowed."""

    marks: dict[str, Decimal]
    wrong: dict[str, str]

    @property
    def total(self) -> Decimal:
        return sum(self.marks.values(), Decimal(0))


def _mark(item: Item, text: str) -> Decimal:
    said = text.strip().replace("．", ".").replace("。", ".")
    if not said:
        raise ValueError(f"“{item.name}”还没有打分，请填 0 至 {plain(item.maximum)}。")
    allowed = f"请填 0 至 {plain(item.maximum)} 之间、最多两位小数的数"
    try:
        mark = Decimal(said)
    except InvalidOperation:
        raise ValueError(f"“{item.name}”填的是“{text.strip()[:20]}”，不是数字，{allowed}。") from None
    if not mark.is_finite() or not 0 <= mark <= item.maximum:
        raise ValueError(f"“{item.name}”填的是 {said[:20]}，超出范围，{allowed}。")
    if mark != mark.quantize(Decimal(1).scaleb(-PLACES)):
        raise ValueError(f"“{item.name}”填的是 {said[:20]}，小数过多，{allowed}。")
    return mark


def plain(value: Decimal) -> str:
    """A mark as people write it: 30, 7.5."""
    return f"{value.normalize():f}"


@dataclass(frozen=True, slots=True)
class Given:
    """What one judge gave: ``who`` is a name, or empty where the scoring is anonymous."""

    total: Decimal
    who: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """评委组 with the marks of those of its judges who scored the stop; who recused himself is not among them."""

    name: str
    weight: Decimal
    marks: tuple[Given, ...] = ()


@dataclass(frozen=True, slots=True)
class GroupMean:
    """``kept``, ``dropped``: highest first. ``mean`` None: nobody of the group scored the stop."""

    group: Group
    kept: tuple[Given, ...]
    dropped: tuple[Given, ...]

    @property
    def mean(self) -> Fraction | None:
        return _mean([Fraction(given.total) for given in self.kept])


def trimmed(group: Group, *, trimmed_from: int) -> GroupMean:
    """去掉一个最高分和一个最低分, where at least ``trimmed_from`` of this group scored this stop.

    Counted within the group: of two groups of three each loses nothing, so that no group is left without a mark.
    Of several equal ones one is dropped.
    """
    marks = tuple(sorted(group.marks, key=lambda given: (-given.total, given.who)))
    if len(marks) < max(trimmed_from, 3):
        return GroupMean(group, marks, ())
    return GroupMean(group, marks[1:-1], (marks[0], marks[-1]))


@dataclass(frozen=True, slots=True)
class Observation:
    """观摩得分 out of 100. None: nobody scored the stop."""

    groups: tuple[GroupMean, ...]
    full: Decimal

    @property
    def scored(self) -> tuple[GroupMean, ...]:
        return tuple(each for each in self.groups if each.mean is not None)

    def share(self, each: GroupMean) -> Fraction:
        """Its part of the whole: the weights of groups that gave no mark are spread over those that did."""
        whole = sum((Fraction(other.group.weight) for other in self.scored), Fraction(0))
        return Fraction(each.group.weight) / whole if each.mean is not None and whole else Fraction(0)

    @property
    def score(self) -> Fraction | None:
        means = [(each, each.mean) for each in self.scored]
        if not means or not self.full:
            return None
        return FULL * sum((self.share(each) * mean for each, mean in means if mean), Fraction(0)) / Fraction(self.full)


def observed(groups: Iterable[Group], *, full: Decimal, trimmed_from: int) -> Observation:
    """``full``: the total of the sheet, which becomes 100."""
    return Observation(tuple(trimmed(group, trimmed_from=trimmed_from) for group in groups), full)


@dataclass(frozen=True, slots=True)
class MonthDone:
    """The frozen state at a month's end: since January done and planned, 万元."""

    year: int
    month: int
    done: Decimal
    planned: Decimal

    @property
    def score(self) -> Fraction | None:
        """min(100, 100 × done ÷ planned to date), not below nought. None: nothing was planned yet."""
        if self.planned <= 0:
            return None
        return min(Fraction(FULL), max(Fraction(0), FULL * Fraction(self.done) / Fraction(self.planned)))


def routine(months: Sequence[MonthDone]) -> Fraction | None:
    """日常得分: the mean of the months of the quarter that give a score; None: none of them does.

    After 禹州 (three monthly scores and the leaders' observation); months that are not closed yet, or planned nothing,
    are left out.
    """
    return _mean([score for month in months if (score := month.score) is not None])


@dataclass(frozen=True, slots=True)
class Result:
    """综合得分 = k·日常 + (1 − k)·观摩, ``routine_share`` k in percent.

    Where a part that counts is undefined, so is the result: one part alone would be compared with what others got
    from both. ``why`` says which.
    """

    routine: Fraction | None
    observation: Fraction | None
    routine_share: Decimal

    @property
    def score(self) -> Fraction | None:
        k = Fraction(self.routine_share) / FULL
        if (k > 0 and self.routine is None) or (k < 1 and self.observation is None):
            return None
        return k * (self.routine or 0) + (1 - k) * (self.observation or 0)

    @property
    def why(self) -> str:
        """Why there is no result; empty where there is one."""
        lacking = []
        if self.routine_share > 0 and self.routine is None:
            lacking.append("本季度没有已锁定且有同期计划的月份，日常得分无法计算")
        if self.routine_share < FULL and self.observation is None:
            lacking.append("没有评委评分，观摩得分无法计算")
        return f"{'；'.join(lacking)}，因此没有综合得分，不参加排名。" if lacking else ""


def decimal(value: Fraction, places: int = 4) -> Decimal:
    """Half up, once; what it was reckoned with stays exact."""
    scaled = value * 10**places
    whole = (2 * abs(scaled.numerator) + scaled.denominator) // (2 * scaled.denominator)
    return Decimal(whole if scaled >= 0 else -whole).scaleb(-places)


def _mean(values: Sequence[Fraction]) -> Fraction | None:
    return sum(values, Fraction(0)) / len(values) if values else None
