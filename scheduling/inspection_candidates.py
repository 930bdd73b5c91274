"""观摩候选: what speaks for and against showing a project in a quarter, each in a sentence (domain §1.7)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum

from projects.figures import percent, rounded

START, STATISTICS, PROGRESS, COMPLETION = "START", "STATISTICS", "PROGRESS", "COMPLETION"
RECOMMENDED, NOT_RECOMMENDED = "RECOMMENDED", "NOT_RECOMMENDED"
_NAMED = 3
_PLACES = (1, 2, 4)


class Stand(Enum):
    """How it stands with a reason; unknown is said and never guessed."""

    MET = "符合"
    UNMET = "不符合"
    UNKNOWN = "不明"


@dataclass(frozen=True)
class Quarter:
    year: int
    number: int

    @property
    def starts_on(self) -> date:
        return date(self.year, 3 * self.number - 2, 1)

    def holds(self, day: date) -> bool:
        return (day.year, (day.month + 2) // 3) == (self.year, self.number)


@dataclass(frozen=True)
class Rule:
    """Of one round. ``least_invested``: percent of the total investment done since the start; None: not asked for."""

    quarter: Quarter
    rest_rounds: int = 4
    needs_formalities: bool = True
    least_invested: Decimal | None = Decimal(33)
    emphases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Facts:
    """What is known of one project. Amounts are 万元; None: not recorded.

    ``shown_in``: the last rounds that showed it, of as many as the rule lets it rest. ``required`` 0: no permit is
    marked as needed for the start. ``light`` is the word of the project's light, ``is_green`` whether it is on time.
    """

    shown_in: tuple[str, ...] = ()
    required: int = 0
    missing: tuple[str, ...] = ()
    invested: Decimal = Decimal(0)
    total: Decimal | None = None
    started_on: date | None = None
    stat_entry_on: date | None = None
    planned_finish_on: date | None = None
    finished_on: date | None = None
    is_suspended: bool = False
    light: str = ""
    is_green: bool = False
    verdict: str = ""
    opinion: str = ""


@dataclass(frozen=True)
class Reason:
    """``excludes``: with it the project is chosen only as an exception."""

    stand: Stand
    text: str
    excludes: bool = False
    is_emphasis: bool = False


@dataclass(frozen=True)
class Candidacy:
    reasons: tuple[Reason, ...] = field(default=())

    @property
    def is_eligible(self) -> bool:
        return not any(reason.excludes for reason in self.reasons)

    @property
    def against(self) -> tuple[str, ...]:
        return tuple(reason.text for reason in self.reasons if reason.excludes)

    @property
    def is_emphasised(self) -> bool:
        """At least one emphasis of the quarter speaks for it."""
        return any(reason.is_emphasis and reason.stand is Stand.MET for reason in self.reasons)


def candidacy(facts: Facts, rule: Rule) -> Candidacy:
    """All reasons of the rule, those that exclude first to be read; an emphasis never excludes."""
    return Candidacy(
        (*_of_life(facts, rule), *_of_rule(facts, rule), *_of_department(facts), *_of_emphasis(facts, rule))
    )


def share_invested(facts: Facts) -> Decimal | None:
    """累计完成投资 ÷ 总投资, percent; None without a total investment."""
    return 100 * facts.invested / facts.total if facts.total else None


def _must(is_met: bool | None, text: str) -> Reason:
    stand = Stand.UNKNOWN if is_met is None else Stand.MET if is_met else Stand.UNMET
    return Reason(stand, text, excludes=not is_met)


def _of_life(facts: Facts, rule: Rule) -> Iterator[Reason]:
    if facts.is_suspended:
        yield _must(False, "停缓建中")
    if facts.finished_on and facts.finished_on.year < rule.quarter.year:
        yield _must(False, f"{facts.finished_on} 已竣工，不是本年度的在建项目")


def _of_rule(facts: Facts, rule: Rule) -> Iterator[Reason]:
    if rule.rest_rounds and facts.shown_in:
        yield _must(False, f"{facts.shown_in[0]}已观摩，最近 {rule.rest_rounds} 轮观摩过的不再入选")
    elif rule.rest_rounds:
        yield _must(True, f"最近 {rule.rest_rounds} 轮未观摩")
    if rule.needs_formalities:
        yield _formalities(facts)
    if rule.least_invested is not None:
        yield _invested(facts, rule, rule.least_invested)


def _formalities(facts: Facts) -> Reason:
    if not facts.required:
        return _must(None, "没有登记开工必备手续，无从判断是否具备开工条件")
    if not facts.missing:
        return _must(True, f"具备开工条件，开工必备手续 {facts.required} 项均已办结或不涉及")
    named = "、".join(facts.missing[:_NAMED]) + ("等" if len(facts.missing) > _NAMED else "")
    return _must(False, f"不具备开工条件，开工必备手续还差 {len(facts.missing)} 项：{named}")


def _invested(facts: Facts, rule: Rule, least: Decimal) -> Reason:
    """A quarter that looks at starts does not ask what was just begun to be a third done."""
    if START in rule.emphases and _started_this_year(facts, rule):
        return _must(True, f"本季度侧重开工，{facts.started_on} 新开工，不要求累计完成投资占比")
    share = share_invested(facts)
    if share is None:
        return _must(None, "总投资未登记，无法计算累计完成投资占比")
    compared = "不低于" if share >= least else "低于"
    return _must(share >= least, f"累计完成投资占总投资 {_told(share, least)}，{compared} {least.normalize():f}%")


def _told(share: Decimal, least: Decimal) -> str:
    """With as many decimals as it takes to stand on its own side of the threshold."""
    places = next((each for each in _PLACES if (rounded(share, each) >= least) == (share >= least)), _PLACES[-1])
    return percent(share, places)


def _of_department(facts: Facts) -> Iterator[Reason]:
    """部门初审: a unit that has not spoken yet excludes nothing."""
    opinion = f"：{facts.opinion}" if facts.opinion else ""
    if facts.verdict == RECOMMENDED:
        yield Reason(Stand.MET, f"牵头单位推荐{opinion}")
    elif facts.verdict == NOT_RECOMMENDED:
        yield _must(False, f"牵头单位不推荐{opinion}")
    else:
        yield Reason(Stand.UNKNOWN, "牵头单位尚未初审")


def _of_emphasis(facts: Facts, rule: Rule) -> Iterator[Reason]:
    told = {START: _start, STATISTICS: _statistics, PROGRESS: _progress, COMPLETION: _completion}
    for emphasis in rule.emphases:
        stand, text = told[emphasis](facts, rule)
        yield Reason(stand, text, is_emphasis=True)


def _met(holds: bool) -> Stand:
    return Stand.MET if holds else Stand.UNMET


def _started_this_year(facts: Facts, rule: Rule) -> bool:
    return facts.started_on is not None and facts.started_on.year == rule.quarter.year


def _start(facts: Facts, rule: Rule) -> tuple[Stand, str]:
    if facts.started_on is None:
        return Stand.UNMET, "尚未开工"
    return _met(_started_this_year(facts, rule)), f"{facts.started_on} 开工"


def _statistics(facts: Facts, rule: Rule) -> tuple[Stand, str]:
    if facts.stat_entry_on is None:
        return Stand.UNMET, "尚未入库纳统"
    return _met(facts.stat_entry_on.year == rule.quarter.year), f"{facts.stat_entry_on} 入库纳统"


def _progress(facts: Facts, _rule: Rule) -> tuple[Stand, str]:
    if not facts.light:
        return Stand.UNKNOWN, "尚未亮灯"
    return _met(facts.is_green), f"亮灯为{facts.light}"


def _completion(facts: Facts, rule: Rule) -> tuple[Stand, str]:
    if facts.finished_on:
        return _met(rule.quarter.holds(facts.finished_on)), f"{facts.finished_on} 已竣工"
    if facts.planned_finish_on is None:
        return Stand.UNKNOWN, "年度计划没有写明竣工日期"
    return _met(rule.quarter.holds(facts.planned_finish_on)), f"计划 {facts.planned_finish_on} 竣工"
