"""结果运用规则: what about a project proposes which measure (domain §1.8, §1.9, §1.11): situation in, reasons out.

A rule is data: a trigger, a limit, the level it proposes. Nothing here decides anything: a person does.
"""

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, StrEnum
from typing import Any, NamedTuple

from projects import figures


class Side(Enum):
    """Who is called in, and who is praised."""

    STRICT = "督促问效"
    KIND = "表扬支持"


class Level(StrEnum):
    """Kinds of measures, on each side from the mildest to the strongest."""

    REMINDER = "REMINDER"
    INTERVIEW = "INTERVIEW"
    RECTIFICATION = "RECTIFICATION"
    LISTED_SUPERVISION = "LISTED_SUPERVISION"
    REMOVAL = "REMOVAL"
    COMMENDATION = "COMMENDATION"
    REWARD = "REWARD"
    POLICY_PREFERENCE = "POLICY_PREFERENCE"
    FUND_PREFERENCE = "FUND_PREFERENCE"

    @property
    def word(self) -> str:
        return _WORDS[self]

    @property
    def side(self) -> Side:
        return Side.STRICT if self in _LADDERS[Side.STRICT] else Side.KIND

    @property
    def height(self) -> int:
        """How far up its ladder it stands, from nought."""
        return _LADDERS[self.side].index(self)

    @property
    def above(self) -> "Level | None":
        """One level up; None at the top."""
        ladder = _LADDERS[self.side]
        return ladder[self.height + 1] if self.height + 1 < len(ladder) else None


_WORDS = dict(
    zip(
        Level,
        ("提醒", "约谈", "限期整改", "挂牌督办", "退出建议", "表扬", "奖励", "政策支持", "资金倾斜"),
        strict=True,
    )
)
_LADDERS: Mapping[Side, tuple[Level, ...]] = {
    Side.STRICT: (
        Level.REMINDER,
        Level.INTERVIEW,
        Level.RECTIFICATION,
        Level.LISTED_SUPERVISION,
        Level.REMOVAL,
    ),
    Side.KIND: (Level.COMMENDATION, Level.REWARD, Level.POLICY_PREFERENCE, Level.FUND_PREFERENCE),
}


def levels_of(side: Side) -> tuple[Level, ...]:
    return _LADDERS[side]


@dataclass(frozen=True)
class Situation:
    """Where a project stands, as far as rules ask. Days are calendar days, ``gap_pp`` how far ahead of the plan it is.

    ``lights``: the project's own light at the ends of the last months, the latest first, without a gap. ``broken``: the
    measures whose undertakings were not kept in time. ``solved_late``: problems solved after the day they were needed,
    in the months of ``lights``. ``is_early``: started or finished before its approved day this year.
    """

    lights: tuple[str, ...] = ()
    replans: int = 0
    late_decisions: int = 0
    late_decision_days: int = 0
    open_problems: int = 0
    late_problems: int = 0
    problem_days: int = 0
    solved_late: int = 0
    broken: tuple[Level, ...] = ()
    gap_pp: Decimal | None = None
    is_early: bool = False


class Means(NamedTuple):
    """``of`` measures it; ``said`` says it with its number; ``holds``: what must be so besides."""

    side: Side
    word: str
    unit: str
    of: Callable[[Situation], Decimal]
    said: Callable[[Situation, Decimal], str]
    holds: Callable[[Situation], bool] = lambda _situation: True


def in_a_row(lights: Iterable[str], *lit: str) -> int:
    """How many of the latest months in a row were so lit; a month paused or without data ends the row."""
    count = 0
    for light in lights:
        if light not in lit:
            break
        count += 1
    return count


def _count(name: str) -> Callable[[Situation], Decimal]:
    return lambda situation: Decimal(getattr(situation, name))


def _is_smooth(situation: Situation) -> bool:
    return not (situation.late_decisions or situation.late_problems or situation.solved_late or situation.broken)


def _said_smooth(_situation: Situation, value: Decimal) -> str:
    return f"连续 {value} 个月亮绿灯，没有逾期的交办事项，问题均按期解决"


def _said_ahead(situation: Situation, _value: Decimal) -> str:
    return f"较同期计划{figures.gap_pp(situation.gap_pp, 1)}，并提前开工或竣工"


def _said_late_decisions(situation: Situation, value: Decimal) -> str:
    return f"逾期未办结的交办事项 {value} 项，最长逾期 {situation.late_decision_days} 天"


def _said_problems(situation: Situation, value: Decimal) -> str:
    return f"未解决的问题 {value} 个，其中超过需解决日期 {situation.late_problems} 个"


def _said_broken(situation: Situation, value: Decimal) -> str:
    words = "、".join(dict.fromkeys(level.word for level in situation.broken))
    return f"{words}后承诺、整改事项逾期未完成 {value} 项"


class Trigger(Enum):
    """What a rule looks at; the name is what is stored."""

    YELLOW_MONTHS = Means(
        Side.STRICT,
        "连续亮黄灯或红灯",
        "个月",
        lambda case: Decimal(in_a_row(case.lights, "YELLOW", "RED")),
        lambda _case, value: f"连续 {value} 个月亮黄灯或红灯",
    )
    RED_MONTHS = Means(
        Side.STRICT,
        "连续亮红灯",
        "个月",
        lambda case: Decimal(in_a_row(case.lights, "RED")),
        lambda _case, value: f"连续 {value} 个月亮红灯",
    )
    REPLANS = Means(
        Side.STRICT,
        "当年调整工期",
        "次",
        _count("replans"),
        lambda _case, value: f"今年已调整工期 {value} 次",
    )
    LATE_DECISIONS = Means(Side.STRICT, "逾期交办事项", "项", _count("late_decisions"), _said_late_decisions)
    LATE_DECISION_DAYS = Means(
        Side.STRICT,
        "交办事项最长逾期",
        "天",
        _count("late_decision_days"),
        lambda _case, value: f"交办事项最长逾期 {value} 天",
    )
    OPEN_PROBLEMS = Means(Side.STRICT, "未解决的问题", "个", _count("open_problems"), _said_problems)
    PROBLEM_DAYS = Means(
        Side.STRICT,
        "问题最久未解决",
        "天",
        _count("problem_days"),
        lambda _case, value: f"最久的问题提出 {value} 天仍未解决",
    )
    BROKEN_UNDERTAKINGS = Means(
        Side.STRICT, "逾期未兑现的承诺、整改事项", "项", lambda case: Decimal(len(case.broken)), _said_broken
    )
    SMOOTH_MONTHS = Means(
        Side.KIND,
        "连续亮绿灯，无逾期交办，问题按期解决",
        "个月",
        lambda case: Decimal(in_a_row(case.lights, "GREEN")),
        _said_smooth,
        _is_smooth,
    )
    AHEAD_PP = Means(
        Side.KIND,
        "超过同期计划，并提前开工或竣工",
        "个百分点",
        lambda case: case.gap_pp if case.gap_pp is not None else Decimal(-1),
        _said_ahead,
        lambda case: case.is_early and _is_smooth(case),
    )

    @property
    def side(self) -> Side:
        return self.value.side

    @property
    def word(self) -> str:
        return self.value.word

    @property
    def unit(self) -> str:
        return self.value.unit


@dataclass(frozen=True)
class Rule:
    """``limit`` and more of the trigger proposes ``level``; None: one level above the measure that was not heeded."""

    trigger: Trigger
    limit: int
    level: Level | None

    @property
    def key(self) -> str:
        """What it is called in a proposal: stable from edition to edition, so that nothing is proposed twice."""
        return f"{self.trigger.name}:{self.level or 'ABOVE'}"

    def in_words(self) -> str:
        level = self.level.word if self.level else "在原措施上提高一级"
        return f"{self.trigger.word} {self.limit} {self.trigger.unit}及以上：{level}"


@dataclass(frozen=True)
class Proposal:
    """``rule`` leads to ``level``; ``reasons`` are all that speak for a measure of this side, the leading one first."""

    rule: Rule
    level: Level
    reasons: tuple[str, ...]

    def in_words(self) -> str:
        """Why, in one sentence with its numbers."""
        first, *others = self.reasons
        also = f"；同时{'，'.join(others)}" if others else ""
        return f"{first}，达到“{self.rule.trigger.word} {self.rule.limit} {self.rule.trigger.unit}”的规定{also}。"


INITIAL: tuple[Rule, ...] = (
    Rule(Trigger.YELLOW_MONTHS, 2, Level.REMINDER),
    Rule(Trigger.RED_MONTHS, 1, Level.REMINDER),
    Rule(Trigger.RED_MONTHS, 2, Level.INTERVIEW),
    Rule(Trigger.RED_MONTHS, 3, Level.RECTIFICATION),
    Rule(Trigger.RED_MONTHS, 6, Level.LISTED_SUPERVISION),
    Rule(Trigger.RED_MONTHS, 24, Level.REMOVAL),
    Rule(Trigger.REPLANS, 2, Level.REMINDER),
    Rule(Trigger.REPLANS, 3, Level.INTERVIEW),
    Rule(Trigger.LATE_DECISIONS, 3, Level.REMINDER),
    Rule(Trigger.LATE_DECISION_DAYS, 15, Level.REMINDER),
    Rule(Trigger.LATE_DECISION_DAYS, 30, Level.INTERVIEW),
    Rule(Trigger.OPEN_PROBLEMS, 4, Level.REMINDER),
    Rule(Trigger.PROBLEM_DAYS, 90, Level.REMINDER),
    Rule(Trigger.BROKEN_UNDERTAKINGS, 1, None),
    Rule(Trigger.SMOOTH_MONTHS, 6, Level.COMMENDATION),
    Rule(Trigger.AHEAD_PP, 10, Level.REWARD),
    Rule(Trigger.AHEAD_PP, 20, Level.POLICY_PREFERENCE),
    Rule(Trigger.AHEAD_PP, 30, Level.FUND_PREFERENCE),
)
"""What holds where no edition is entered: after 三亚 and 华亭 (§1.9), 福建 for the exit after two years."""


def proposed(situation: Situation, rules: Sequence[Rule], side: Side) -> Proposal | None:
    """The strongest measure of this side that a rule proposes, with all the reasons there are; None: no rule does."""
    met = [rule for rule in rules if rule.trigger.side is side and _is_met(rule, situation)]
    levels = [(level, rule) for rule in met if (level := _level(rule, situation))]
    if not levels:
        return None
    level, leading = max(levels, key=lambda found: found[0].height)
    order = [leading.trigger, *(rule.trigger for rule in met)]
    reasons = tuple(_said(trigger, situation) for trigger in dict.fromkeys(order) if not _is_told(trigger, leading))
    return Proposal(leading, level, reasons)


def faults(rules: Sequence[Rule]) -> Iterator[str]:
    """What is wrong with a set of rules, in words; none: it may be adopted."""
    for side in Side:
        if not any(rule.trigger.side is side for rule in rules):
            yield f"“{side.value}”没有规则。请至少填一条。"
    for trigger in Trigger:
        own = sorted((rule for rule in rules if rule.trigger is trigger), key=lambda rule: rule.limit)
        yield from _faults_of(trigger, own)


def gaps(rules: Sequence[Rule]) -> Iterator[str]:
    """What a set of rules leaves open: no fault, but to be seen before it is adopted."""
    for side in Side:
        reached = {rule.level for rule in rules if rule.trigger.side is side}
        missing = [level.word for level in levels_of(side) if level not in reached]
        if missing:
            yield f"没有规则会直接建议：{'、'.join(missing)}。"
    for trigger in Trigger:
        limits = [rule.limit for rule in rules if rule.trigger is trigger]
        if not limits:
            yield f"“{trigger.word}”不作为依据。"


def _faults_of(trigger: Trigger, rules: Sequence[Rule]) -> Iterator[str]:
    for rule in rules:
        if rule.limit < 1:
            yield f"“{trigger.word}”的标准应为 1 {trigger.unit}及以上。"
        if rule.level and rule.level.side is not trigger.side:
            yield f"“{trigger.word}”属于{trigger.side.value}，不能建议{rule.level.word}。"
        if rule.level is None and trigger is not Trigger.BROKEN_UNDERTAKINGS:
            yield f"“{trigger.word}”须写明建议的措施；只有承诺未兑现可以“提高一级”。"
    for lower, higher in itertools.pairwise(rules):
        if higher.limit == lower.limit:
            yield f"“{trigger.word} {lower.limit} {trigger.unit}”有两条规则，请只留一条。"
        elif lower.level and higher.level and higher.level.height <= lower.level.height:
            yield (
                f"“{trigger.word}”{higher.limit} {trigger.unit}建议{higher.level.word}，不比"
                f" {lower.limit} {trigger.unit}的{lower.level.word}更强。请调整，标准越高措施应越强。"
            )


def _is_met(rule: Rule, situation: Situation) -> bool:
    means = rule.trigger.value
    return means.of(situation) >= rule.limit and means.holds(situation)


def _level(rule: Rule, situation: Situation) -> Level | None:
    """None: the measure that was not heeded has nothing above it that a rule would propose."""
    if rule.level:
        return rule.level
    highest = max(situation.broken, key=lambda level: level.height)
    return highest.above or highest


def _is_told(trigger: Trigger, leading: Rule) -> bool:
    """Red months are yellow or red ones too: they are told once."""
    return trigger is Trigger.YELLOW_MONTHS and leading.trigger is Trigger.RED_MONTHS


def _said(trigger: Trigger, situation: Situation) -> str:
    means = trigger.value
    return means.said(situation, means.of(situation))


def as_text(rules: Sequence[Rule]) -> list[dict[str, Any]]:
    """As an edition stores them."""
    return [{"trigger": each.trigger.name, "limit": each.limit, "level": each.level} for each in rules]


def of_text(texts: Sequence[Mapping[str, Any]]) -> tuple[Rule, ...]:
    """Raises ``KeyError`` or ``ValueError`` for what is no rule."""
    return tuple(
        Rule(Trigger[each["trigger"]], int(each["limit"]), Level(each["level"]) if each["level"] else None)
        for each in texts
    )
