"""亮灯: one project on one day judged by a rule set. Pure: facts and rules in, lights with their evidence out.

Each dimension is lit by the rules meant most closely for the project, the worst of them counting. The project's light
is the worst of its dimensions; how fresh the figures are is a light of its own.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import ROUND_FLOOR, Decimal
from typing import Any

from scheduling.light_evidence import (
    Evidence,
    Unknown,
    evidence_of,
    evidence_of_month,
    full_months,
    judged_month,
    months_after,
    value_of,
    worst_late,
)
from scheduling.light_rules import Dimension, Light, Measure, Rule, RuleSet, band_of, crossing, worst
from scheduling.project_day import ProjectDay
from scheduling.time_progress import next_step

DAY = timedelta(days=1)
A_CENTURY = 36_525


@dataclass(frozen=True, slots=True)
class Verdict:
    """The light of one dimension and all it takes to say why.

    ``inputs``: the dates and amounts it was judged by, none where nothing is late or nothing is known. ``reason``: why
    nothing is judged. ``crossed``: the threshold passed, in words. ``raised_after``: the months in a row that made the
    light worse than its band; None: they did not. ``value`` is that of the day judged.
    """

    dimension: Dimension
    light: Light
    edition: int
    rule: int | None = None
    measure: Measure | None = None
    value: Decimal | None = None
    inputs: Evidence = field(default_factory=dict)
    reason: str = ""
    crossed: str = ""
    raised_after: int | None = None

    def stored(self) -> dict[str, object]:
        """As JSON keeps it: all but the value, which is that of a day."""
        kept = {name: getattr(self, name) for name in _KEPT}
        return kept | {"inputs": dict(self.inputs), "measure": self.measure and self.measure.name}


_KEPT = ("dimension", "light", "edition", "rule", "reason", "crossed", "raised_after")


def restored(parts: Mapping[str, Any], *, on: date) -> Verdict:
    """The verdict whose ``stored`` parts these are, with its value at the end of the day."""
    measure = Measure[parts["measure"]] if parts["measure"] else None
    value = value_of(measure, parts["inputs"], on=on) if measure and not parts["reason"] else None
    return Verdict(
        **{name: parts[name] for name in _KEPT}
        | {
            "dimension": Dimension(parts["dimension"]),
            "light": Light(parts["light"]),
            "measure": measure,
            "value": value,
            "inputs": parts["inputs"],
        }
    )


@dataclass(frozen=True, slots=True)
class Judgement:
    """All dimensions in which the rule set judges, in their order."""

    on: date
    edition: int
    verdicts: tuple[Verdict, ...]

    def of(self, dimension: Dimension) -> Verdict | None:
        return next((verdict for verdict in self.verdicts if verdict.dimension is dimension), None)


def judge(day: ProjectDay, rules: RuleSet) -> Judgement:
    """The lights at the end of the day, by a rule set that was proved."""
    verdicts = tuple(_verdict(dimension, day, rules) for dimension in rules.dimensions)
    return Judgement(day.on, rules.edition, verdicts)


def overall(verdicts: Sequence[Verdict], *, waived: Collection[Dimension] = frozenset()) -> Light:
    """The project's light: the worst of its dimensions but for those waived and the freshness of its figures.

    Suspended: ``PAUSED``. ``GREEN`` only where something is known to be well: that nothing is late is no evidence
    for a project of which nothing is known.
    """
    counted = [verdict for verdict in verdicts if verdict.dimension is not Dimension.REPORT]
    if any(verdict.light is Light.PAUSED for verdict in counted):
        return Light.PAUSED
    counted = [verdict for verdict in counted if verdict.dimension not in waived]
    return worst([verdict.light for verdict in counted if verdict.inputs])


def turns(day: ProjectDay, rules: RuleSet) -> date:
    """The first later day on which a light could change though no fact does, at most 1 January.

    Until the day before, ``judge`` gives the same lights. What the day does not tell, such as an item that falls due
    later than the worst one, is for the caller to take into account.
    """
    ahead = [date(day.on.year + 1, 1, 1)]
    for dimension in rules.dimensions:
        for _, rule in _in_force(dimension, day, rules):
            ahead += _turns_of(rule, day)
    return min(turn for turn in ahead if turn > day.on)


def _in_force(dimension: Dimension, day: ProjectDay, rules: RuleSet) -> list[tuple[int, Rule]]:
    category = day.plan.category if day.plan else ""
    return rules.in_force(dimension, category=category, unit_path=day.unit_path)


def _verdict(dimension: Dimension, day: ProjectDay, rules: RuleSet) -> Verdict:
    if day.is_suspended and dimension is not Dimension.REPORT:
        return Verdict(dimension, Light.PAUSED, rules.edition, reason="停缓建期间不判定")
    in_force = _in_force(dimension, day, rules)
    if not in_force:
        return Verdict(dimension, Light.NONE, rules.edition, reason="未列入年度计划")
    found = [_judged(place, rule, day, rules.edition) for place, rule in in_force]
    return max(found, key=lambda verdict: verdict.light.severity)


def _judged(place: int, rule: Rule, day: ProjectDay, edition: int) -> Verdict:
    known = Verdict(rule.dimension, Light.NONE, edition, rule=place, measure=rule.measure)
    try:
        evidence = evidence_of(rule, day)
    except Unknown as unknown:
        return replace(known, reason=str(unknown))
    value = value_of(rule.measure, evidence, on=day.on)
    band = band_of(rule.bands, value)
    found = replace(known, light=band.light, value=value, inputs=evidence, crossed=crossing(rule.measure, band))
    return _in_a_row(found, rule, day) if rule.dimension is Dimension.INVESTMENT else found


def _in_a_row(found: Verdict, rule: Rule, day: ProjectDay) -> Verdict:
    """With the month since when it has been no better, and with the worse light that takes where it lasted."""
    if (escalation := rule.escalation) and found.light.severity >= escalation.light.severity:
        months = _months_no_better(escalation.light, rule, day)
        if months >= escalation.periods and escalation.becomes.severity > found.light.severity:
            inputs = _since(found.inputs, rule, day, months)
            return replace(found, light=escalation.becomes, inputs=inputs, raised_after=escalation.periods)
    if found.light is Light.GREEN:
        return found
    return replace(found, inputs=_since(found.inputs, rule, day, _months_no_better(found.light, rule, day)))


def _since(evidence: Evidence, rule: Rule, day: ProjectDay, months: int) -> Evidence:
    first = judged_month(day.on, rule.measure) - months + 1
    return {**evidence, "since": f"{day.on.year}-{max(first, 1):02}-01"}


def _months_no_better(light: Light, rule: Rule, day: ProjectDay) -> int:
    """Months in a row, the one judged included, in which the band was this light or a worse one."""
    months = 1
    for month in range(judged_month(day.on, rule.measure) - 1, 0, -1):
        try:
            evidence = evidence_of_month(rule, day, month)
        except Unknown:
            break
        if band_of(rule.bands, value_of(rule.measure, evidence, on=day.on)).light.severity < light.severity:
            break
        months += 1
    return months


def _turns_of(rule: Rule, day: ProjectDay) -> Iterator[date]:
    """The days on which the measure's value can pass a threshold, by the dates of the project."""
    if rule.dimension is Dimension.INVESTMENT or rule.measure is Measure.START_DELAY_MONTHS:
        yield next_step(day.on)
    elif rule.measure is Measure.ENTRY_MONTHS and day.started_on:
        months = int(full_months(day.started_on, on=day.on).to_integral_value(ROUND_FLOOR))
        for ahead in (months, months + 1):
            anniversary = months_after(day.started_on, ahead)
            yield from (anniversary, anniversary + DAY)
    elif since := _counted_from(rule, day):
        bounds = {bound for band in rule.bands for bound in (band.low, band.high) if bound is not None}
        for bound in bounds | {Decimal(0)}:
            whole = int(bound.to_integral_value(ROUND_FLOOR))
            if abs(whole) < A_CENTURY:
                yield from (since + DAY * whole, since + DAY * (whole + 1))


def _counted_from(rule: Rule, day: ProjectDay) -> date | None:
    """The day after which the days of the measure count; None: no day does."""
    if rule.measure is Measure.START_DELAY_DAYS:
        return day.plan.planned_start_on if day.plan else None
    if rule.measure is Measure.DAYS_SINCE_REPORT:
        return day.reported_to
    late = worst_late(rule.dimension, day)
    return late.late_since if late else None
