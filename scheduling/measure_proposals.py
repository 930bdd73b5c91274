"""建议: what a set of rules proposes once a month is closed, and what another set would propose. Stores nothing."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from django.db.models import QuerySet

from projects.models import LibraryTier
from projects.recorded import day_of
from scheduling.dossier import Dossier
from scheduling.dossiers import dossiers
from scheduling.measure_rules import Level, Proposal, Rule, Side, proposed
from scheduling.models import PeriodClosing, PeriodStanding

_AT_ONCE = 500


class Found(NamedTuple):
    """What a rule proposes of a project, with the evidence it was found in."""

    project_id: int
    proposal: Proposal
    dossier: Dossier


class Differs(NamedTuple):
    """What two sets of rules propose of one project on one side; None: nothing."""

    dossier: Dossier
    before: Proposal | None
    after: Proposal | None


@dataclass
class DryRun:
    """``before`` and ``after``: by level, how many are proposed. ``rows``: where the second set proposes or differs."""

    before: Counter[Level] = field(default_factory=Counter)
    after: Counter[Level] = field(default_factory=Counter)
    rows: list[Differs] = field(default_factory=list)


def found(closing: PeriodClosing, rules: Sequence[Rule], *, at: datetime) -> Iterator[Found]:
    """What these rules propose once the period is closed, as of today."""
    for project, dossier in _each(closing, at=at):
        for side in Side:
            if proposal := proposed(dossier.situation, rules, side):
                yield Found(project, proposal, dossier)


def dry_run(closing: PeriodClosing, before: Sequence[Rule], after: Sequence[Rule], *, at: datetime) -> DryRun:
    """Both sets over the same evidence, those that differ first."""
    run = DryRun()
    for _project, dossier in _each(closing, at=at):
        for side in Side:
            pair = [proposed(dossier.situation, rules, side) for rules in (before, after)]
            for counted, proposal in zip((run.before, run.after), pair, strict=True):
                if proposal:
                    counted[proposal.level] += 1
            if any(pair):
                run.rows.append(Differs(dossier, *pair))
    run.rows.sort(key=_first)
    return run


def _first(row: Differs) -> tuple[bool, bool, int]:
    before, after = (each.level if each else None for each in (row.before, row.after))
    level = after or before
    return before == after, level is not None and level.side is Side.KIND, -level.height if level else 0


def _each(closing: PeriodClosing, *, at: datetime) -> Iterator[tuple[int, Dossier]]:
    every = list(_judged(closing).order_by("project").values_list("project", flat=True))
    for start in range(0, len(every), _AT_ONCE):
        yield from dossiers(every[start : start + _AT_ONCE], on=day_of(at), at=at).items()


def _judged(closing: PeriodClosing) -> QuerySet[PeriodStanding]:
    """Not those that have left the register or are suspended."""
    standings = PeriodStanding.objects.filter(period=closing.period_id, project__is_package=False)
    return standings.exclude(tier=LibraryTier.EXITED).exclude(light="PAUSED")
