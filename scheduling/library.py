"""项目库 as a list: which projects, in what state, and what they come to together."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum, auto
from itertools import islice
from typing import Any, NamedTuple

from django.db.models import Count, Exists, F, FilteredRelation, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from projects.models import BudgetRevision, KeyProject, PlanVersion, SuspensionDates
from projects.models.key_project import KeyProjectQuerySet
from projects.recorded import as_known_q
from scheduling.models.standing import standing_on
from scheduling.states import Shown, States

BY_NAME = ("sort_key", "code")
ORDERS = {
    "name": BY_NAME,
    "code": ("code",),
    "unit": ("lead_unit__sort_key", *BY_NAME),
    "town": ("town_or_none", *BY_NAME),
    "leader": ("leader_or_none", *BY_NAME),
    "area": ("focus_area", *BY_NAME),
    "industry": ("industry", *BY_NAME),
    "total": ("total_or_none", *BY_NAME),
    "plan": ("plan_or_none", *BY_NAME),
    "late": ("late_or_never", *BY_NAME),
}
_NONE = Value(Decimal(-1))
_LAST = Value("~")  # behind every pinyin
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


class Need(Enum):
    """What a column of the list reads beside the columns of the project itself."""

    TOTAL = auto()
    FIRST_TOTAL = auto()
    PLAN = auto()
    DATES = auto()
    SUSPENSION = auto()
    SUPPORT_UNITS = auto()


@dataclass(frozen=True)
class Wanted:
    """What the rows are read with, and no more: ``fields`` of the project, with ``__`` of what it belongs to."""

    fields: frozenset[str]
    needs: frozenset[Need]


def orderable(projects: KeyProjectQuerySet, sort: str, asked: Asked) -> KeyProjectQuerySet:
    """These projects with what this order needs and no more: each thing more is read of every project."""
    match sort.removeprefix("-"):
        case "town":
            return projects.alias(town_or_none=Coalesce("town__sort_key", _LAST))
        case "leader":
            return projects.alias(leader_or_none=Coalesce("linked_leader__sort_key", _LAST))
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


def rows_of(keys: Sequence[int], asked: Asked, wanted: Wanted, *, counted: str = "") -> list[Row]:
    """The rows of one page, in this order. A page is chosen by keys: what a row shows is read for these few only."""
    found = _read(keys, asked, wanted).in_bulk()
    return _rows(keys, found, asked, counted)


def all_rows(keys: Iterable[int], asked: Asked, wanted: Wanted, *, counted: str = "") -> Iterator[Row]:
    """Every row, in this order, read in batches."""
    left = iter(keys)
    while batch := list(islice(left, _BATCH)):
        yield from rows_of(batch, asked, wanted, counted=counted)


def with_state(projects: KeyProjectQuerySet, *, on: date, version: PlanVersion | None) -> QuerySet:
    """What is said of each project today: amounts, stage, tier, suspension, who answers."""
    described = (
        projects.with_total_investment()
        .with_plan(version)
        .select_related("lead_unit", "town", "linked_leader", "responsible_person")
        .annotate(stage=F("standing__stage"), tier=F("standing__tier"))
    )
    return _with_suspension(described, on=on, known_at=None)


def _rows(keys: Sequence[int], found: Mapping[int, Any], asked: Asked, counted: str) -> list[Row]:
    shown = asked.states.shown(keys, counted=counted)
    return [Row(found[key], shown.get(key, Shown())) for key in keys]


def _read(keys: Sequence[int], asked: Asked, wanted: Wanted) -> QuerySet:
    """With what the columns wanted are taken from; each thing more is read of every row."""
    joined = sorted({field.split("__")[0] for field in wanted.fields if "__" in field})
    rows: Any = KeyProject.objects.filter(pk__in=keys).only("code", *sorted(wanted.fields))
    rows = rows.select_related(*joined) if joined else rows
    for need in Need:
        if need in wanted.needs:
            rows = _READING[need](rows, asked)
    return rows


def _with_first_total(projects: KeyProjectQuerySet, asked: Asked) -> QuerySet:
    known = BudgetRevision.objects.filter(project=OuterRef("pk"))
    if asked.known_at is not None:
        known = known.filter(recorded_at__lte=asked.known_at)
    return projects.annotate(first_total=Subquery(known.order_by("recorded_at", "pk").values("total_investment")[:1]))


def _with_plan(projects: KeyProjectQuerySet, asked: Asked) -> QuerySet:
    names = ("completes_this_year", "planned_start_on", "planned_finish_on")
    return projects.with_plan(asked.version).annotate(**{name: F(f"plan__{name}") for name in names})


def _with_dates(projects: KeyProjectQuerySet, asked: Asked) -> QuerySet:
    lived = FilteredRelation("dates", condition=as_known_q(asked.known_at, "dates__"))
    names = ("started_on", "works_finished_on", "accepted_on", "commissioned_on")
    return projects.alias(lived=lived).annotate(**{name: F(f"lived__{name}") for name in names})


def _with_suspension(
    projects: QuerySet, *, on: date, known_at: datetime | None
) -> QuerySet:  # fmt: skip
    stopped = SuspensionDates.objects.as_known(known_at).in_effect(on=on).filter(suspension__project=OuterRef("pk"))
    return projects.annotate(is_suspended=Exists(stopped))


_READING: Mapping[Need, Callable[[Any, Asked], QuerySet]] = {
    Need.TOTAL: lambda projects, asked: projects.with_total_investment(known_at=asked.known_at),
    Need.FIRST_TOTAL: _with_first_total,
    Need.PLAN: _with_plan,
    Need.DATES: _with_dates,
    Need.SUSPENSION: lambda projects, asked: _with_suspension(projects, on=asked.on, known_at=asked.known_at),
    Need.SUPPORT_UNITS: lambda projects, _asked: projects.prefetch_related("support_units"),
}
