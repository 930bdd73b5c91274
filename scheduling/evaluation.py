"""The evaluation: facts, rules and a day make the standing of a project. Everything anybody reads is a view of it.

Stored for today by ``actions/standings``, frozen by ``actions/closings``, made on demand for every other day and
every other knowledge: always by ``evaluated``.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any

from projects.models import KeyProject, Stage
from scheduling.light_presets import INITIAL
from scheduling.light_rules import Dimension, Light, RuleSet
from scheduling.lights import Judgement, judge, overall, turns
from scheduling.models import LightRuleEdition, LightWaiver, Standing
from scheduling.models.evaluated import COUNTED, light_field
from scheduling.parts import FIELDS, Parts, next_change, parts_of
from scheduling.project_days import AsKnown, Read, read
from scheduling.standing import (
    DAY,
    OWN_NAMES,
    Facts,
    Item,
    ItemKind,
    Late,
    Prospect,
    outlook,
    overdue,
    stage_on,
    turns_ahead,
)
from scheduling.time_progress import behind_since

BATCH = 500  # projects held in memory at a time
_BEHIND = {Light.YELLOW, Light.RED}


@dataclass(frozen=True)
class Rules:
    """The rule set in force, the waivers granted, and when either changes: of a project, else (None) of all."""

    rules: RuleSet
    waivers: Mapping[int, Mapping[str, LightWaiver]]
    turns: Mapping[int | None, date]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One project: the columns of ``Evaluated`` and more, and the items it owes, the year's investment included.

    ``valid_until``: the last day on which all of it holds if no new fact arrives.
    """

    project: int
    read: Read
    facts: Facts
    judgement: Judgement
    parts: Parts
    columns: Mapping[str, Any]
    valid_until: date

    @property
    def stage(self) -> str:
        return stage_on(self.facts.items, on=self.read.day.on, order=Stage.values)

    def standing(self, *, at: datetime) -> Standing:
        """The row that says so; not yet stored."""
        amounts = self.read.amounts
        return Standing(
            project_id=self.project,
            stage=self.stage,
            tier=self.read.day.tier,
            amounts_year=amounts.year,
            ytd_amount=amounts.ytd_amount,
            since_start_amount=amounts.since_start_amount,
            unreviewed_amount=amounts.unreviewed_amount,
            physical_percent=amounts.physical_percent,
            reported_to=amounts.reported_to,
            evaluated_at=at,
            valid_until=self.valid_until,
            **self.columns,
        )

    def overdue(self) -> list[Late]:
        """What is overdue on the day, worst first."""
        return overdue(self.facts, on=self.read.day.on)

    def outlook(self) -> list[Prospect]:
        """The same of the day and every later one."""
        return outlook(self.facts, on=self.read.day.on)


def evaluated(
    projects: Collection[int], asked: AsKnown, *, rules: RuleSet | None = None, batch: int = BATCH
) -> Iterator[Evaluation]:
    """These projects as asked, in the order of their keys. ``rules`` None: those in force on the day as known then."""
    ordered = iter(sorted(projects))
    edition = (rules, date.max) if rules else _edition_in_force(asked)
    with_funds = Dimension.FUND in edition[0].dimensions
    while part := list(islice(ordered, batch)):
        in_force = _rules_for(part, *edition, asked)
        for project, found in read(part, asked, with_funds=with_funds).items():
            yield _evaluate(project, found, in_force)


def rules_in_force(asked: AsKnown) -> RuleSet:
    """The edition the day is judged by; the initial one before any was adopted."""
    return _edition_in_force(asked)[0]


def every_project() -> list[int]:
    return list(KeyProject.objects.counted().order_by("pk").values_list("pk", flat=True))


def _edition_in_force(asked: AsKnown) -> tuple[RuleSet, date]:
    """The rules of the day, and the day on which the next edition takes their place."""
    editions = list(LightRuleEdition.objects.in_force_and_ahead(on=asked.on, known_at=asked.known_at))
    begun = editions[:1] if editions and editions[0].effective_on <= asked.on else []
    ahead = min((edition.effective_on for edition in editions[len(begun) :]), default=date.max)
    return (begun[0].rule_set if begun else INITIAL), ahead


def _rules_for(projects: Collection[int], rules: RuleSet, next_on: date, asked: AsKnown) -> Rules:
    granted: dict[int, dict[str, LightWaiver]] = defaultdict(dict)
    ahead: dict[int | None, date] = {None: next_on}
    known = LightWaiver.objects.as_known(asked.known_at).filter(project__in=projects, ends_on__gte=asked.on)
    for waiver in known.filter(state=LightWaiver.State.GRANTED):
        if waiver.starts_on > asked.on:
            turn = waiver.starts_on
        else:
            granted[waiver.project_id][waiver.dimension] = waiver
            turn = waiver.ends_on + DAY
        ahead[waiver.project_id] = min(turn, ahead.get(waiver.project_id, next_on))
    return Rules(rules, granted, ahead)


def _evaluate(project: int, found: Read, in_force: Rules) -> Evaluation:
    day, waivers = found.day, in_force.waivers.get(project, {})
    judgement, parts = judge(day, in_force.rules), parts_of(day)
    facts = _with_investment(project, found, judgement)
    ahead = min(
        turns(day, in_force.rules),
        next_change(day),
        turns_ahead(facts, on=day.on),
        found.turns,
        in_force.turns.get(project, in_force.turns[None]),
    )
    return Evaluation(
        project, found, facts, judgement, parts, _columns(found, judgement, parts, waivers), valid_until=ahead - DAY
    )


def _columns(
    found: Read, judgement: Judgement, parts: Parts, waivers: Mapping[str, LightWaiver]
) -> dict[str, Any]:  # fmt: skip
    verdicts, waived = judgement.verdicts, {Dimension(name) for name in waivers}
    return {
        "edition": judgement.edition,
        "light": overall(verdicts, waived=waived).value,
        "computed_light": overall(verdicts).value,
        **{light_field(dimension.value): Light.NONE.value for dimension in Dimension},
        **{light_field(verdict.dimension.value): verdict.light.value for verdict in verdicts},
        "verdicts": {
            verdict.dimension.value: verdict.stored() | _waiver(waivers.get(verdict.dimension.value))
            for verdict in verdicts
        },
        "plan_category": found.day.plan.category if found.day.plan else "",
        **{COUNTED + name: getattr(parts, name) for name in FIELDS},
    }


def _waiver(waiver: LightWaiver | None) -> dict[str, str]:
    return {} if waiver is None else {"waived_until": waiver.ends_on.isoformat(), "waived_for": waiver.reason}


def _with_investment(project: int, found: Read, judgement: Judgement) -> Facts:
    """投资滞后 is owed since the day by which the plan asked for what has been done so far.

    A finished project owes no more: what is left of its plan was not needed.
    """
    verdict, plan = judgement.of(Dimension.INVESTMENT), found.day.plan
    is_finished = found.day.finished_on is not None and found.day.finished_on <= found.day.on
    if verdict is None or plan is None or is_finished or verdict.light not in _BEHIND:
        return found.facts
    since = behind_since(plan.months, done=found.day.ytd_amount, on=found.day.on)
    kind, dates = ItemKind.INVESTMENT, (None, since, None)
    item = Item(kind, project, "", OWN_NAMES[kind], None, *dates, actual_on=None, is_reached=False)
    return Facts([*found.facts.items, item], found.facts.excused, found.facts.away)
