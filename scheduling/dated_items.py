"""What a project owes beside its nodes: its start and finish of the year, permits at the counter, matters assigned."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import NamedTuple

from django.db.models import Q

from projects.models import PermitState, PlanEntry, PlanVersion, ProjectDates, Stage, StageTargetDates
from projects.models.annual_plan import MONTHS, month_field
from scheduling.models import Decision
from scheduling.project_day import YearPlan
from scheduling.standing import OWN_NAMES, Item, ItemKind


@dataclass
class Planned:
    """The plan of the year by project, and what its first edition said of start and finish.

    ``turns``: the first later day on which another edition, of this plan or of the next year's, takes effect.
    """

    plans: dict[int, YearPlan] = field(default_factory=dict)
    original: dict[int, tuple[date | None, date | None]] = field(default_factory=dict)
    turns: date = date.max


class Life(NamedTuple):
    """竣工 is the day of acceptance, 投产 that of full production or, where none is told, of being handed over."""

    started_on: date | None = None
    finished_on: date | None = None
    commissioned_on: date | None = None
    stat_entry_on: date | None = None


def planned(projects: Collection[int], *, on: date, known_at: datetime | None) -> Planned:
    editions = list(PlanVersion.objects.in_force_and_ahead(on=on, known_at=known_at))
    ahead = min((each.effective_on for each in editions if each.effective_on > on), default=date.max)
    version = next((each for each in editions if each.effective_on <= on), None)
    if version is None:
        return Planned(turns=ahead)
    said = Q(version=version) | Q(version__plan=version.plan_id, version__number=1)
    columns = ("project", "annual_plan_amount", "planned_start_on", "planned_finish_on")
    rows = PlanEntry.objects.filter(said, project__in=projects).values_list(
        "version", "version__number", "category", "completes_this_year", *columns, *map(month_field, MONTHS)
    )
    found = Planned(turns=ahead)
    amounts, plans = {}, {}
    for edition, number, category, completes, project, amount, start, finish, *months in rows:
        if number == 1:
            amounts[project], found.original[project] = amount, (start, finish)
        if edition == version.pk:
            plans[project] = YearPlan(category, completes, amount, tuple(months), start, finish)
    found.plans.update((pk, replace(plan, original_amount=amounts.get(pk))) for pk, plan in plans.items())
    return found


def lives(projects: Collection[int], *, known_at: datetime | None) -> dict[int, Life]:
    dates = ProjectDates.objects.filter(project__in=projects).as_known(known_at)
    columns = ("project", "started_on", "accepted_on", "commissioned_on", "handed_over_on", "stat_entry_on")
    return {
        project: Life(started, accepted, commissioned or handed_over, entered)
        for project, started, accepted, commissioned, handed_over, entered in dates.values_list(*columns)
    }


def approved_finishes(projects: Collection[int], *, on: date, known_at: datetime | None) -> dict[int, date]:
    """批准竣工: the finish whose missing is 应竣未竣, else the approved day of the last stage.

    The first is asked by the plan of the year, of projects to be completed in it; three queries.
    """
    last = StageTargetDates.objects.as_known(known_at).filter(stage_target__stage=Stage.COMMISSIONING)
    stages = last.filter(stage_target__project__in=projects, approved_on__isnull=False)
    days = stages.values_list("stage_target__project", "approved_on")
    version = PlanVersion.objects.filter(plan__year=on.year).in_force(on=on, known_at=known_at)
    asked = PlanEntry.objects.filter(version=version, project__in=projects, completes_this_year=True)
    planned_days = asked.filter(planned_finish_on__isnull=False).values_list("project", "planned_finish_on")
    return {project: day for project, day in [*days, *planned_days] if day}


def starts_and_finishes(said: Planned, lived: Mapping[int, Life]) -> Iterator[tuple[int, Item]]:
    """应开 and 应竣: what the plan of the year asks of a new start, and of a project to be completed."""
    for project, plan in said.plans.items():
        life, (start, finish) = lived.get(project, Life()), said.original.get(project, (None, None))
        if plan.category == PlanEntry.Category.NEW_START:
            yield project, _own(ItemKind.START, project, start, plan.planned_start_on, life.started_on)
        if plan.completes_this_year:
            yield project, _own(ItemKind.FINISH, project, finish, plan.planned_finish_on, life.finished_on)


_STAGES = {ItemKind.START: Stage.GROUNDBREAKING, ItemKind.FINISH: Stage.COMMISSIONING}


def _own(kind: ItemKind, project: int, original_on: date | None, due_on: date | None, done_on: date | None) -> Item:
    dates = (original_on or due_on, due_on, None, done_on)
    return Item(kind, project, _STAGES[kind], OWN_NAMES[kind], None, *dates, is_reached=done_on is not None)


def permits(projects: Collection[int], *, on: date, known_at: datetime | None) -> Iterable[tuple[int, Item]]:
    """At the counter on the day, each with the day its limit ends."""
    known = PermitState.objects.filter(permit__project__in=projects).as_known(known_at).running_then(on=on)
    rows = known.order_by("due_on", "permit").values_list("permit__project", "permit", "permit__name", "due_on")
    for project, permit, name, due_on in rows:
        known_as = (ItemKind.PERMIT, permit, Stage.PREPARATION, name, None)
        yield project, Item(*known_as, due_on, due_on, None, actual_on=None, is_reached=False)


def decisions(projects: Collection[int], *, at: datetime) -> Iterable[tuple[int, Item]]:
    """Not struck off at the moment, each with the limit it had then."""
    open_then = Decision.objects.filter(project__in=projects).open_then(at=at).order_by("due_then", "pk")
    columns = ("project", "pk", "text", "owner_person__full_name", "original_due_on", "due_then")
    for project, pk, text, person, original_on, due_on in open_then.values_list(*columns):
        known_as = (ItemKind.DECISION, pk, "", text, person)
        yield project, Item(*known_as, original_on, due_on, None, actual_on=None, is_reached=False)


def by_project(*found: Iterable[tuple[int, Item]]) -> dict[int, list[Item]]:
    items: dict[int, list[Item]] = defaultdict(list)
    for part in found:
        for project, item in part:
            items[project].append(item)
    return items
