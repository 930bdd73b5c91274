"""候选项目, asked: every project a round may show, with what speaks for and against it as known now."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any, NamedTuple

from django.db.models import QuerySet

from projects import permits
from projects.models import KeyProject, LibraryTier, Permit, SuspensionDates
from projects.models.key_project import KeyProjectQuerySet
from projects.permit_clock import Readiness
from scheduling import inspection_candidates as rules
from scheduling.dated_items import Life, lives, planned
from scheduling.inspection_candidates import Candidacy, Facts, Quarter, Rule
from scheduling.models import InspectionRound, Light, PreScreening, Stop

_NOT_YET = [LibraryTier.RESERVE, LibraryTier.SIGNED, LibraryTier.EXITED]
_NO_PERMITS = Readiness(required=0)
_SHOWN = (
    *("code", "name", "sort_key", "location", "longitude", "latitude", "focus_area"),
    *("lead_unit__name", "lead_unit__short_name", "lead_unit__kind", "standing__light", "standing__computed_light"),
    "standing__since_start_amount",
)


@dataclass(frozen=True)
class Candidate:
    """``share``: 累计完成投资 ÷ 总投资, percent. ``said``: what its unit said of it; ``stop``: that it was chosen."""

    project: KeyProject
    candidacy: Candidacy
    share: Decimal | None
    light: str
    computed_light: str
    said: PreScreening | None = None
    stop: Stop | None = None


class _Read(NamedTuple):
    """By project what is known beside its own row."""

    shown_in: Mapping[int, Sequence[str]]
    readiness: Mapping[int, Readiness]
    lives: Mapping[int, Life]
    finishes: Mapping[int, date | None]
    suspended: frozenset[int]
    said: Mapping[int, PreScreening]


def rule_of(inspection: InspectionRound) -> Rule:
    """The rule the round was opened by, with its emphases as they are now."""
    least = inspection.rule.get("least_invested")
    return Rule(
        quarter=Quarter(inspection.year, inspection.quarter),
        rest_rounds=inspection.rule.get("rest_rounds", 0),
        needs_formalities=inspection.rule.get("needs_formalities", False),
        least_invested=None if least is None else Decimal(least),
        emphases=tuple(inspection.emphases),
    )


def pool(inspection: InspectionRound, *, projects: KeyProjectQuerySet, on: date) -> list[Candidate]:
    """Those of these projects that are beyond signing and in the register, the best founded first.

    A constant number of queries. Packages are shown by their children.
    """
    asked = projects.counted().exclude(standing__tier__in=_NOT_YET)
    shown: Any = asked.with_total_investment().select_related("lead_unit", "standing").only(*_SHOWN)
    rule, found = rule_of(inspection), list(shown)
    read = _read(inspection, rule, asked, [each.pk for each in found], on=on)
    stops = {stop.project_id: stop for stop in inspection.stops.all()}
    return sorted((_candidate(each, rule, read, stops.get(each.pk)) for each in found), key=_best_founded)


def unscreened(inspection: InspectionRound, *, projects: KeyProjectQuerySet, on: date) -> int:
    """How many of these would be eligible and wait for the word of their unit."""
    return sum(each.candidacy.is_eligible and each.said is None for each in pool(inspection, projects=projects, on=on))


def _read(
    inspection: InspectionRound,
    rule: Rule,
    asked: QuerySet[KeyProject],
    keys: list[int],
    *,
    on: date,
) -> _Read:
    stopped = SuspensionDates.objects.current().in_effect(on=on).filter(suspension__project__in=keys)
    return _Read(
        shown_in=_shown_in(rule),
        readiness=dict(_readiness(asked, on=on)),
        lives=lives(keys, known_at=None),
        finishes={pk: plan.planned_finish_on for pk, plan in planned(keys, on=on, known_at=None).plans.items()},
        suspended=frozenset(stopped.values_list("suspension__project", flat=True)),
        said={said.project_id: said for said in inspection.pre_screenings.select_related("by", "unit")},
    )


def _shown_in(rule: Rule) -> Mapping[int, Sequence[str]]:
    """By project the last rounds that showed it, of those in which it has to rest; the last first."""
    quarter = rule.quarter
    earlier = InspectionRound.objects.routed().before(year=quarter.year, quarter=quarter.number)[: rule.rest_rounds]
    last = dict(earlier.values_list("pk", "title"))
    found: dict[int, list[str]] = defaultdict(list)
    for project, shown in Stop.objects.filter(round__in=last).values_list("project", "round"):
        found[project].append(last[shown])
    order = {title: place for place, title in enumerate(last.values())}
    return {project: sorted(titles, key=lambda title: order[title]) for project, titles in found.items()}


def _readiness(asked: QuerySet[KeyProject], *, on: date) -> Iterator[tuple[int, Readiness]]:
    needed = Permit.objects.filter(project__in=asked.values("pk"), is_required_for_start=True)
    rows = permits.rows_of(needed, known_at=None)
    announced = permits.announced_for(rows, on=on)
    for project, of_project in groupby(rows, key=lambda row: row.permit.project_id):
        yield project, permits.ready_to_start(of_project, on=on, announced=announced).value


def _candidate(project: Any, rule: Rule, read: _Read, stop: Stop | None) -> Candidate:
    facts, standing = _facts(project, read), getattr(project, "standing", None)
    return Candidate(
        project=project,
        candidacy=rules.candidacy(facts, rule),
        share=rules.share_invested(facts),
        light=standing.light if standing else Light.NONE,
        computed_light=standing.computed_light if standing else Light.NONE,
        said=read.said.get(project.pk),
        stop=stop,
    )


def _facts(project: Any, read: _Read) -> Facts:
    pk, standing = project.pk, getattr(project, "standing", None)
    life, ready = read.lives.get(pk, Life()), read.readiness.get(pk, _NO_PERMITS)
    said, light = read.said.get(pk), standing.light if standing else Light.NONE
    return Facts(
        shown_in=tuple(read.shown_in.get(pk, ())),
        required=ready.required,
        missing=ready.missing,
        invested=standing.since_start_amount if standing else Decimal(0),
        total=project.total_investment,
        started_on=life.started_on,
        stat_entry_on=life.stat_entry_on,
        planned_finish_on=read.finishes.get(pk),
        finished_on=life.finished_on,
        is_suspended=pk in read.suspended,
        light="" if light == Light.NONE else str(Light(light).label),
        is_green=light == Light.GREEN,
        verdict=said.verdict if said else "",
        opinion=said.note if said else "",
    )


def _best_founded(each: Candidate) -> tuple[Any, ...]:
    """Eligible, then recommended, then of the quarter's emphasis, then by what was done."""
    is_recommended = each.said is not None and each.said.verdict == PreScreening.Verdict.RECOMMENDED
    standing = (not each.candidacy.is_eligible, not is_recommended, not each.candidacy.is_emphasised)
    return (*standing, -(each.share or Decimal(0)), each.project.sort_key, each.project.code)
