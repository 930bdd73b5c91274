"""亮灯规则 as data: what is measured, which values give which light, and for which projects (domain §1.8).

A rule set is proved (``light_proof``) before it is put in force. Bands are intervals of a measure's values; what
lies between two thresholds is never left to the reader.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum, StrEnum
from typing import NamedTuple

from projects.figures import exactly
from scheduling.time_progress import TimeBasis

HUNDRED = Decimal(100)
WHOLE = Decimal(1)
HALF = Decimal("0.5")
CATEGORIES: Mapping[str, str] = {"CONTINUING": "续建", "NEW_START": "新开工", "PRELIMINARY": "前期"}


class Light(StrEnum):
    """From the best to the worst; the last two say that nothing is judged."""

    GREEN = "GREEN"
    BLUE = "BLUE"
    YELLOW = "YELLOW"
    RED = "RED"
    NONE = "NONE"
    PAUSED = "PAUSED"

    @property
    def word(self) -> str:
        return _WORDS[self]

    @property
    def severity(self) -> int:
        """Nought is green, three is red; -1: not a judgement."""
        return _SCALE.index(self) if self in _SCALE else -1


_SCALE = (Light.GREEN, Light.BLUE, Light.YELLOW, Light.RED)
_WORDS = {
    Light.GREEN: "正常",
    Light.BLUE: "关注",
    Light.YELLOW: "预警",
    Light.RED: "滞后",
    Light.NONE: "无数据",
    Light.PAUSED: "停缓建",
}


class Dimension(StrEnum):
    """What is lit. ``REPORT`` is how fresh the figures are: a light of its own, never part of the project's."""

    INVESTMENT = "INVESTMENT"
    START = "START"
    MILESTONE = "MILESTONE"
    PERMIT = "PERMIT"
    PROBLEM = "PROBLEM"
    ENTRY = "ENTRY"
    FUND = "FUND"
    REPORT = "REPORT"

    @property
    def word(self) -> str:
        return _DIMENSION_WORDS[self]


_DIMENSION_WORDS = dict(zip(Dimension, ("投资", "开工", "节点", "审批", "问题", "入库", "资金", "填报"), strict=True))


class Scale(NamedTuple):
    """The values a measure can take: from ``least`` (None: no bound) in steps of ``step`` (None: every value)."""

    dimension: Dimension
    word: str
    unit: str
    more_is_worse: bool
    step: Decimal | None = None
    least: Decimal | None = None


_NOUGHT = Decimal(0)


class Measure(Enum):
    """What a rule compares with its thresholds. The value is stored by its name."""

    GAP_PP = Scale(Dimension.INVESTMENT, "低", "个百分点", more_is_worse=True)
    RATIO_TO_PLAN = Scale(Dimension.INVESTMENT, "完成应完成额的", "%", more_is_worse=False)
    SHARE_OF_YEAR = Scale(Dimension.INVESTMENT, "完成年度计划的", "%", more_is_worse=False)
    MONTH_RATIO = Scale(Dimension.INVESTMENT, "完成当月计划的", "%", more_is_worse=False)
    START_DELAY_MONTHS = Scale(Dimension.START, "未开工连续", "个月", True, WHOLE, _NOUGHT)
    START_DELAY_DAYS = Scale(Dimension.START, "开工逾期", "天", True, WHOLE, _NOUGHT)
    MILESTONE_DAYS = Scale(Dimension.MILESTONE, "节点逾期", "天", True, WHOLE, _NOUGHT)
    MILESTONE_COUNT = Scale(Dimension.MILESTONE, "逾期节点", "项", True, WHOLE, _NOUGHT)
    PERMIT_DAYS = Scale(Dimension.PERMIT, "审批逾期", "天", True, WHOLE, _NOUGHT)
    PERMIT_COUNT = Scale(Dimension.PERMIT, "逾期审批", "项", True, WHOLE, _NOUGHT)
    PROBLEM_DAYS = Scale(Dimension.PROBLEM, "问题逾期", "天", True, WHOLE, _NOUGHT)
    PROBLEM_COUNT = Scale(Dimension.PROBLEM, "逾期问题", "项", True, WHOLE, _NOUGHT)
    ENTRY_MONTHS = Scale(Dimension.ENTRY, "开工未入库", "个月", True, HALF, _NOUGHT)
    PAID_RATIO = Scale(Dimension.FUND, "支付到位资金的", "%", more_is_worse=False)
    MISSING_PERIODS = Scale(Dimension.REPORT, "连续未填报", "期", True, WHOLE, _NOUGHT)
    DAYS_SINCE_REPORT = Scale(Dimension.REPORT, "距最近填报", "天", True, WHOLE, _NOUGHT)

    @property
    def dimension(self) -> Dimension:
        return self.value.dimension

    @property
    def has_target(self) -> bool:
        """Compared with what should be done by now, which follows the basis and the target of the rule."""
        return self in (Measure.GAP_PP, Measure.RATIO_TO_PLAN)

    def written(self, value: Decimal) -> str:
        unit = self.value.unit
        return f"{exactly(value)}{unit}" if unit == "%" else f"{exactly(value)} {unit}"


@dataclass(frozen=True, slots=True)
class Band:
    """The values that give one light. A bound of None: none; a closed bound belongs to the band."""

    light: Light
    low: Decimal | None = None
    low_closed: bool = True
    high: Decimal | None = None
    high_closed: bool = True

    def holds(self, value: Decimal) -> bool:
        above = self.low is None or value > self.low or (self.low_closed and value == self.low)
        below = self.high is None or value < self.high or (self.high_closed and value == self.high)
        return above and below


class Escalation(NamedTuple):
    """In ``light`` or worse for so many months in a row, the running one included: ``becomes``."""

    light: Light
    periods: int
    becomes: Light = Light.RED


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Which values of a measure give which light, for which projects.

    ``target_percent`` of what the basis asks is the target. No ``categories``: all of them; no ``unit_paths``: every
    unit, else the units below these paths. ``note`` says what the printed rule left open and how it is filled.
    """

    measure: Measure
    bands: tuple[Band, ...]
    basis: TimeBasis = TimeBasis.LINEAR
    target_percent: Decimal = HUNDRED
    escalation: Escalation | None = None
    categories: tuple[str, ...] = ()
    unit_paths: tuple[str, ...] = ()
    note: str = ""

    @property
    def dimension(self) -> Dimension:
        return self.measure.dimension

    def closeness(self, *, category: str, unit_path: str) -> tuple[int, bool] | None:
        """How closely the rule is meant for such a project: its own unit before all, then its category. None: not."""
        if self.categories and category not in self.categories:
            return None
        reach = [len(path) for path in self.unit_paths if unit_path.startswith(path)]
        if self.unit_paths and not reach:
            return None
        return max(reach, default=0), bool(self.categories)


@dataclass(frozen=True, slots=True)
class RuleSet:
    """An edition of the rules. A dimension without a rule is off."""

    edition: int
    name: str
    source: str
    rules: tuple[Rule, ...]
    note: str = ""
    _closest: dict[tuple[Dimension, str, str], list[tuple[int, Rule]]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )  # found before

    @property
    def dimensions(self) -> tuple[Dimension, ...]:
        used = {rule.dimension for rule in self.rules}
        return tuple(dimension for dimension in Dimension if dimension in used)

    def in_force(self, dimension: Dimension, *, category: str, unit_path: str) -> list[tuple[int, Rule]]:
        """The rules that judge such a project, with their places: those meant most closely for it, and only those."""
        asked = dimension, category, unit_path
        if asked not in self._closest:
            self._closest[asked] = self._find(*asked)
        return self._closest[asked]

    def _find(self, dimension: Dimension, category: str, unit_path: str) -> list[tuple[int, Rule]]:
        fitting = [
            (closeness, place, rule)
            for place, rule in enumerate(self.rules)
            if rule.dimension is dimension
            and (closeness := rule.closeness(category=category, unit_path=unit_path)) is not None
        ]
        closest = max((closeness for closeness, _, _ in fitting), default=None)
        return [(place, rule) for closeness, place, rule in fitting if closeness == closest]


def worst(lights: Sequence[Light]) -> Light:
    """The worst of the lights that are a judgement; none of them is: ``NONE``."""
    return max(lights, key=lambda light: light.severity, default=Light.NONE)


def band_of(bands: Sequence[Band], value: Decimal) -> Band:
    """The band of this value. Raises ``LookupError`` in a hole, which no proved rule has."""
    for band in bands:
        if band.holds(value):
            return band
    raise LookupError(value)


def crossing(measure: Measure, band: Band) -> str:
    """Which threshold a value of this band has passed, in words; "" in the best band."""
    scale = measure.value
    edge, closed = (band.low, band.low_closed) if scale.more_is_worse else (band.high, band.high_closed)
    if edge is None or band.light is Light.GREEN:
        return ""
    if closed and scale.step == WHOLE:
        edge, closed = edge - WHOLE, False
    if scale.more_is_worse:
        return f"{'达到' if closed else '超过'} {measure.written(edge)}"
    return f"{'不高于' if closed else '低于'} {measure.written(edge)}"
