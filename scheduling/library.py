"""项目库 as a list: which projects, in what state, and what they come to together."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any, NamedTuple

from django.db.models import Count, Exists, F, FilteredRelation, OuterRef, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce

from projects.models import KeyProject, PlanVersion, SuspensionDates
from projects.models.key_project import KeyProjectQuerySet
from scheduling.models.standing import standing_on
from scheduling.states import Shown, States

BY_NAME = ("sort_key", "code")
ORDERS = {
    "name": BY_NAME,
    "unit": ("lead_unit__sort_key", *BY_NAME),
    "total": ("total_or_none", *BY_NAME),
    "plan": ("plan_or_none", *BY_NAME),
    "late": ("late_or_never", *BY_NAME),
}
_NONE = Value(Decimal(-1))
_BATCH = 2_000


class Totals(NamedTuple):
    """Amounts in 万元; None where no project has one. A package is one item, its children are so many projects."""

    rows: int
    items: int
    projects: int
    total: Decimal | None
    plan: Decimal | None


@dataclass(frozen=True)
class Asked:
    """Which day the list shows, and as known when. ``version`` None: no plan was in force."""

    on: date
    known_at: datetime | None
    version: PlanVersion | None
    states: States


class Row(NamedTuple):
    project: Any
    shown: Shown


def orderable(projects: KeyProjectQuerySet, sort: str, asked: Asked) -> KeyProjectQuerySet:
    """These projects with what this order needs and no more: each thing more is read of every project."""
    match sort.removeprefix("-"):
        case "total":
            money = projects.with_total_investment(known_at=asked.known_at)
            return money.alias(total_or_none=Coalesce("total_investment", _NONE))
        case "plan":
            return projects.with_plan(asked.version).alias(plan_or_none=Coalesce("annual_plan_amount", _NONE))
        case "late":
            never = Value(date.max)
            return with_worst(projects, on=asked.on).alias(late_or_never=Coalesce("worst__late_since", never))
    return projects


def with_worst(projects: KeyProjectQuerySet, *, on: date) -> KeyProjectQuerySet:
    """``worst`` is the open item that has waited longest."""
    waiting_longest = Q(open_items__leads=True) & standing_on(on, "open_items__")
    return projects.alias(worst=FilteredRelation("open_items", condition=waiting_longest))


def totals(
    projects: KeyProjectQuerySet, *, version: PlanVersion | None, known_at: datetime | None = None
) -> Totals:  # fmt: skip
    """Of the whole list, whichever page of it is shown. ``version`` None: no plan is in force."""
    found = (
        projects.with_total_investment(known_at=known_at)
        .with_plan(version)
        .aggregate(
            rows=Count("pk"),
            items=Count(Coalesce("parent", "pk"), distinct=True),
            projects=Count("pk", filter=Q(is_package=False)),
            total=Sum("budget__total_investment"),
            plan=Sum("plan__annual_plan_amount"),
        )
    )
    return Totals(**found)


def rows_of(keys: Sequence[int], asked: Asked, *, counted: str = "") -> list[Row]:
    """The rows of one page, in this order. A page is chosen by keys: what a row shows is read for these few only."""
    found = _described(KeyProject.objects.filter(pk__in=keys), asked).only(*_SHOWN).in_bulk()
    return _rows(keys, found, asked, counted)


def all_rows(keys: Iterable[int], asked: Asked, *, counted: str = "") -> Iterator[Row]:
    """Every row with all its columns, in this order, read in batches."""
    wanted = iter(keys)
    while batch := list(islice(wanted, _BATCH)):
        found = _described(KeyProject.objects.filter(pk__in=batch), asked).in_bulk()
        yield from _rows(batch, found, asked, counted)


def with_state(projects: KeyProjectQuerySet, *, on: date, version: PlanVersion | None) -> QuerySet:
    """What is said of each project today: amounts, stage, tier, suspension, who answers."""
    described = _with_words(projects, on=on, known_at=None, version=version)
    return described.annotate(stage=F("standing__stage"), tier=F("standing__tier"))


def _rows(keys: Sequence[int], found: Mapping[int, Any], asked: Asked, counted: str) -> list[Row]:
    shown = asked.states.shown(keys, counted=counted)
    return [Row(found[key], shown.get(key, Shown())) for key in keys]


def _described(projects: KeyProjectQuerySet, asked: Asked) -> QuerySet:
    return _with_words(projects, on=asked.on, known_at=asked.known_at, version=asked.version)


def _with_words(
    projects: KeyProjectQuerySet, *, on: date, known_at: datetime | None, version: PlanVersion | None
) -> QuerySet:  # fmt: skip
    stopped = SuspensionDates.objects.as_known(known_at).in_effect(on=on).filter(suspension__project=OuterRef("pk"))
    return (
        projects.with_total_investment(known_at=known_at)
        .with_plan(version)
        .select_related("lead_unit", "town", "linked_leader", "responsible_person")
        .annotate(is_suspended=Exists(stopped))
    )


_PEOPLE = [f"{name}__{field}" for name in ("linked_leader", "responsible_person") for field in ("id", "full_name")]
_UNITS = [f"{name}__{field}" for name in ("lead_unit", "town") for field in ("id", "name", "short_name")]
_SHOWN = ["code", "name", "focus_area", "is_flagship", "is_package", "parent_id", *_UNITS, *_PEOPLE]
