"""考核, reckoned: contributions laid to who answered on their days, measured, scored in pools, with every fact kept.

The same scheme over the same days as known at the same moment gives the same digest.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from projects.figures import grouped
from projects.models import KeyProject, Unit
from scheduling.contributions import Contribution, Span, assessed_projects, contributions
from scheduling.holders import terms_of
from scheduling.score_formulas import Measured, decimal
from scheduling.score_indicators import HAND, INDICATORS, Kind, Measure
from scheduling.scoring import Entry, Points, Scheme, Scored, Subject, score
from scheduling.terms import Term, shares

_NOBODY_RANKED = 10**6
_EXCUSED = "没有可计分的事实：项目未列入计划，或经批准停缓建"
_ABSENT: Mapping[str, str] = {
    "investment_to_date": "没有同期投资计划",
    "investment_of_year": "没有年度投资计划",
    "started_on_time": "没有应开工项目",
    "started_of_year": "没有新开工项目",
    "finished_on_time": "没有应竣工项目",
    "finished_of_year": "没有计划竣工项目",
    "nodes_on_time": "没有到期节点",
    "own_late_days": "没有到期节点",
    "problems_solved": "没有到期问题",
    "reports_on_time": "没有应报的报告",
    "reports_first_time": "没有应报的报告",
    "observation": "没有观摩点",
    "verified": "没有被抽中核查",
    "permits_in_time": "没有办结的审批事项",
    "requests_answered": "没有到期的协调请求",
}


class Fact(NamedTuple):
    """What one project brought to one indicator of one subject. ``days``: how many of its days, None: all."""

    project: int
    text: str
    above: Fraction
    below: Fraction
    days: int | None = None


@dataclass(frozen=True)
class By:
    """What people gave by subject: points by item, and what is added or taken."""

    given: Mapping[int, Mapping[str, Decimal]] = field(default_factory=dict)
    entries: Mapping[int, Sequence[Entry]] = field(default_factory=dict)


@dataclass(frozen=True)
class Assessed:
    """One subject, ``key`` of a unit or a person by the kind of the scheme; ready to be stored."""

    key: int
    pool: str
    scored: Scored[int]
    breakdown: dict[str, Any]

    @property
    def digest(self) -> str:
        scored = self.scored
        return _digest([self.key, self.pool, scored.rank, scored.ranked, _text(scored.total), self.breakdown])


Facts = dict[int, dict[str, list[Fact]]]


def assessed(scheme: Scheme, kind: Kind, span: Span, by: By) -> list[Assessed]:
    """Everybody of this kind who answers for a project, in pools, the best first; single officials without a place."""
    facts = _facts(scheme, kind, span)
    pools = _pools(kind, facts)
    ranked = replace(scheme, fewest=_NOBODY_RANKED) if kind.is_of_people else scheme
    found = []
    for pool, keys in sorted(pools.items()):
        subjects = {key: _subject(scheme, facts[key], by, key) for key in keys}
        for key, scored in score(ranked, subjects).items():
            found.append(Assessed(key, pool, scored, _breakdown(scored, subjects[key], facts[key])))
    return sorted(found, key=_best_first)


def digest_of(found: Iterable[Assessed], *, content: Mapping[str, Any], span: Span) -> str:
    """Of the scheme, the days and everybody: what a reckoning said, in one line."""
    days = [span.starts_on.isoformat(), span.ends_on.isoformat()]
    return _digest([content, days, sorted(each.digest for each in found)])


def _digest(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _facts(scheme: Scheme, kind: Kind, span: Span) -> Facts:
    """By subject and indicator; a subject that answers for projects is there though it has no fact."""
    wanted = {item.indicator for item in scheme.items} - {HAND}
    owners = _owners(kind, span)
    found: Facts = {key: defaultdict(list) for key in owners.everybody}
    summed: dict[tuple[int, str, int, str], list[Fraction]] = {}
    for each in contributions(wanted, span, of_agencies=kind is Kind.AGENCY):
        for key, days, part in owners.shares(each):
            above, below = each.above * part, each.below * part
            of_subject = found.setdefault(key, defaultdict(list))
            if each.summed:
                sums = summed.setdefault(
                    (key, each.indicator, each.project, each.text), [Fraction(0), Fraction(0), Fraction(1)]
                )
                sums[0], sums[1] = sums[0] + above, sums[1] + below
                sums[2] = sums[2] if part == 1 else Fraction(0)
            else:
                of_subject[each.indicator].append(
                    Fact(each.project, each.text, above, below, None if part == 1 else days)
                )
    for (key, indicator, project, text), (above, below, whole) in summed.items():
        said = text.format(above=_said(above), below=_said(below))
        said += "" if whole else _("（按任职天数分摊）")
        found[key][indicator].append(Fact(project, said, above, below))
    return found


def _said(value: Fraction) -> str:
    whole = value.denominator == 1
    return grouped(decimal(value), 0 if whole else 2)


@dataclass(frozen=True)
class _Owners:
    """To whom the projects of this kind are laid."""

    kind: Kind
    terms: Mapping[int, Sequence[Term]]
    units: Mapping[int, int | None]
    everybody: frozenset[int]

    def shares(self, each: Contribution) -> list[tuple[int, int, Fraction]]:
        """Subject, days of it and the part of the whole; a day nobody answered for is laid to nobody."""
        if self.kind is Kind.AGENCY:
            return [(each.unit, 0, Fraction(1))] if each.unit else []
        if self.kind in _UNIT_COLUMNS:
            unit = self.units[each.project]
            return [(unit, 0, Fraction(1))] if unit else []
        days: dict[int, int] = defaultdict(int)
        parts: dict[int, Fraction] = defaultdict(Fraction)
        for share in shares(self.terms[each.project], since=each.since, until=each.until):
            key = _holder(self.kind, share.term)
            if key is not None:
                days[key] += share.days
                parts[key] += share.part
        return [(key, days[key], part) for key, part in parts.items()]


_UNIT_COLUMNS = {Kind.TOWN: "town", Kind.OWNER: "owner_org"}


def _holder(kind: Kind, term: Term) -> int | None:
    if kind is Kind.PERSON:
        return term.person
    return term.leader if kind is Kind.LEADER else term.lead_unit


def _owners(kind: Kind, span: Span) -> _Owners:
    projects = assessed_projects()
    if column := _UNIT_COLUMNS.get(kind):
        units = dict(KeyProject.objects.filter(pk__in=projects).values_list("pk", column))
        return _Owners(kind, {}, units, frozenset(unit for unit in units.values() if unit))
    if kind is Kind.AGENCY:
        return _Owners(kind, {}, {}, frozenset())
    terms = terms_of(projects, known_at=span.known_at)
    holders = {
        _holder(kind, share.term)
        for found in terms.values()
        for share in shares(found, since=span.starts_on, until=span.ends_on)
    }
    return _Owners(kind, terms, {}, frozenset(key for key in holders if key is not None))


def _pools(kind: Kind, facts: Facts) -> dict[str, list[int]]:
    """Units of one kind with their like (domain §11.7); people all in one, unranked."""
    if kind.is_of_people:
        return {"": sorted(facts)}
    if kind is not Kind.LEAD:
        return {kind.word: sorted(facts)}
    pools: dict[str, list[int]] = defaultdict(list)
    for pk, of_kind in Unit.objects.filter(pk__in=facts).order_by("pk").values_list("pk", "kind"):
        pools[str(Unit.Kind(of_kind).label)].append(pk)
    return pools


def _subject(scheme: Scheme, facts: Mapping[str, Sequence[Fact]], by: By, key: int) -> Subject:
    is_idle = not any(facts.values())
    measured = {
        item.key: Measured(absent=_EXCUSED) if is_idle else _measured(item.indicator, facts.get(item.indicator, ()))
        for item in scheme.items
    }
    return Subject(measured, by.given.get(key, {}), tuple(by.entries.get(key, ())), excused=_EXCUSED if is_idle else "")


def _measured(indicator: str, facts: Sequence[Fact]) -> Measured:
    if indicator == HAND:
        return Measured()
    above, below = (sum((getattr(fact, name) for fact in facts), Fraction(0)) for name in ("above", "below"))
    if INDICATORS[indicator].measure is Measure.PERCENT:
        return Measured(above, below, absent="" if below else _ABSENT[indicator])
    absent = "" if facts else _ABSENT.get(indicator, "")
    return Measured(above, each=tuple(decimal(fact.above) for fact in facts), absent=absent)


def _breakdown(scored: Scored[int], subject: Subject, facts: Mapping[str, Sequence[Fact]]) -> dict[str, Any]:
    return {
        "words": scored.words,
        "added": _text(scored.added),
        "taken": _text(scored.taken),
        "excused": subject.excused,
        "entries": [[each.name, _text(each.points)] for each in subject.entries],
        "items": [_item(each, subject, facts.get(each.item.indicator, ())) for each in scored.items],
    }


def _item(points: Points, subject: Subject, facts: Sequence[Fact]) -> dict[str, Any]:
    """Values as printed: four decimals are enough to see a rate, the facts beneath are exact."""
    item, measured = points.item, subject.measured[points.item.key]
    is_rate = INDICATORS[item.indicator].measure is Measure.PERCENT
    return {
        "key": item.key,
        "name": item.name,
        "indicator": item.indicator,
        "weight": _text(decimal(points.weight)),
        "value": None if points.value is None else str(decimal(points.value)),
        "above": str(measured.above),
        "below": str(measured.below) if is_rate else None,
        "points": _text(points.points),
        "words": points.words,
        "absent": points.absent,
        "facts": [
            [fact.project, fact.text, str(fact.above), str(fact.below), fact.days]
            for fact in sorted(facts, key=lambda fact: (fact.project, fact.text))
        ],
    }


def _text(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"


def _best_first(each: Assessed) -> tuple[Any, ...]:
    total = each.scored.total
    return (each.pool, each.scored.rank is None, each.scored.rank or 0, -(total or Decimal(-1)), each.key)
