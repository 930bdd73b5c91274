"""年度计划入库: what a ledger of projects says of the year's plan goes into the edition in work."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import Any

from django.db.models import QuerySet

from projects.actions import annual_plans
from projects.figures import exactly
from projects.ledger.mapping import LedgerMapping
from projects.ledger.plan_figures import PlanFigures, figures_after
from projects.ledger.problems import Code, Problem
from projects.ledger.project_rows import Values
from projects.ledger.stated import plan_of
from projects.models import AnnualPlan, KeyProject, PlanAdjustment, PlanEntry, PlanVersion

from .milestone_writing import Recorder
from .registering import Say
from .stating import Decline, StatedGroup

_FIELDS = [name for name in PlanFigures.__dataclass_fields__ if name != "months"]


class PlanWriter:
    """The approved edition is never altered: where none is in work, one is drafted for the first entry that differs."""

    def __init__(self, mapping: LedgerMapping, recorder: Recorder, *, say: Say, decline: Decline) -> None:
        self.mapping, self.recorder, self.say, self.decline = mapping, recorder, say, decline
        self.year = mapping.year or 0  # a mapping with a plan has its year
        self.counts = Counter(new=0, changed=0, unchanged=0)
        versions = PlanVersion.objects.filter(plan__year=self.year)
        self._edition = versions.in_work().first() or versions.approved().first()  # what the year is known by
        self._reason = f"按台账“{mapping.title}”登记"

    def write(self, groups: Sequence[StatedGroup]) -> set[int]:
        """Returns the projects whose entry is new or changed."""
        stating = [group for group in groups if self._says_plan(group)]
        news = [group for group in stating if group.news_of(plan_of(self.year)) or self._edition is None]
        known = self._known(news) if news else {}
        wanted = {group: self._figures(group, known.get(group.project.pk)) for group in news}
        differing = {
            group: figures for group, figures in wanted.items() if figures and figures != known.get(group.project.pk)
        }
        if differing:
            self._fill(differing)
        untaken = sum(figures is None for figures in wanted.values())
        changed = sum(group.project.pk in known for group in differing)
        self.counts.update(
            new=len(differing) - changed, changed=changed, unchanged=len(stating) - len(differing) - untaken
        )
        return {group.project.pk for group in differing}

    def _says_plan(self, group: StatedGroup) -> bool:
        return any(name.startswith(f"{plan_of(self.year)}.") for name in group.said)

    def _known(self, groups: Sequence[StatedGroup]) -> dict[int, PlanFigures]:
        projects = [group.project.pk for group in groups if not group.is_new]
        if not projects or self._edition is None:
            return {}
        entries = PlanEntry.objects.filter(version=self._edition, project__in=projects)
        return {entry.project_id: _figures_of(entry) for entry in entries}

    def _figures(self, group: StatedGroup, known: PlanFigures | None) -> PlanFigures | None:
        plan = _only(group.row.plan, group.news_of(plan_of(self.year))) if known else group.row.plan
        figures = figures_after(plan, known, year=self.year, tell=partial(self._tell, group))
        if figures is None:
            group.refused.update(f"{plan_of(self.year)}.{name}" for name in group.news_of(plan_of(self.year)))
        return figures

    def _tell(self, group: StatedGroup, code: Code, name: str, value: object, message: str) -> None:
        """What was adjusted is taken all the same; only what was not is tried again."""
        if code is Code.PLAN_NOT_TAKEN:
            self.decline(group, f"plan.{name}", code, value, message)
        else:
            column = self.mapping.column_of(f"plan.{name}")
            self.say(Problem(group.row.number, column, _as_written(value), code, message))

    def _fill(self, wanted: Mapping[StatedGroup, PlanFigures]) -> None:
        by, at, reason = self.recorder.by, self.recorder.at, self._reason
        figures = {group.project: annual_plans.Figures(**vars(one)) for group, one in wanted.items()}
        with self.recorder.journal.noting(*self._parts(figures)):
            self._edition = annual_plans.edition_to_fill(year=self.year, reason=reason, by=by, at=at)
            annual_plans.fill(version=self._edition, figures=figures, reason=reason, by=by, at=at)

    def _parts(self, projects: Collection[KeyProject]) -> Iterator[QuerySet[Any]]:
        """Of the year's plan what filling in these projects may change, the whole before its parts."""
        yield AnnualPlan.objects.filter(year=self.year)
        editions = PlanVersion.objects.filter(plan__year=self.year).in_work()
        yield editions
        for model in (PlanEntry, PlanAdjustment):
            yield model._default_manager.filter(version__in=editions, project__in=projects)


def _as_written(value: object) -> str:
    return exactly(value) if isinstance(value, Decimal) else str(value)[:200]


def _only(plan: Values, names: Collection[str]) -> Values:
    return Values(
        texts={name: text for name, text in plan.texts.items() if name in names},
        dates={name: day for name, day in plan.dates.items() if name in names},
        amounts={name: amount for name, amount in plan.amounts.items() if name in names},
    )


def _figures_of(entry: PlanEntry) -> PlanFigures:
    fields = {name: getattr(entry, name) for name in _FIELDS}
    return PlanFigures(**fields, months=tuple(entry.monthly_amounts()))
