"""项目库 as a list: which projects, in what state, and what they come to together."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Count, Exists, F, FilteredRelation, OuterRef, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce

from projects.models import KeyProject, PlanVersion, SuspensionDates
from projects.models.key_project import KeyProjectQuerySet
from scheduling.models import OpenItem
from scheduling.models.standing import standing_on

BY_NAME = ("sort_key", "code")
ORDERS = {
    "name": BY_NAME,
    "unit": ("lead_unit__sort_key", *BY_NAME),
    "total": ("total_or_none", *BY_NAME),
    "plan": ("plan_or_none", *BY_NAME),
    "late": ("late_or_never", *BY_NAME),
}
_NONE = Value(Decimal(-1))


class Totals(NamedTuple):
    """Amounts in 万元; None where no project has one. A package is one item, its children are so many projects."""

    rows: int
    items: int
    projects: int
    total: Decimal | None
    plan: Decimal | None


def orderable(projects: KeyProjectQuerySet, sort: str, *, on: date, version: PlanVersion | None) -> KeyProjectQuerySet:
    """These projects with what this order needs and no more: each thing more is read of every project."""
    match sort.removeprefix("-"):
        case "total":
            return projects.with_total_investment().alias(total_or_none=Coalesce("total_investment", _NONE))
        case "plan":
            return projects.with_plan(version).alias(plan_or_none=Coalesce("annual_plan_amount", _NONE))
        case "late":
            never = Value(date.max)
            return with_worst(projects, on=on).alias(late_or_never=Coalesce("worst__late_since", never))
    return projects


def with_worst(projects: KeyProjectQuerySet, *, on: date) -> KeyProjectQuerySet:
    """``worst`` is the open item that has waited longest."""
    waiting_longest = Q(open_items__leads=True) & standing_on(on, "open_items__")
    return projects.alias(worst=FilteredRelation("open_items", condition=waiting_longest))


def overdue(projects: KeyProjectQuerySet, *, on: date) -> KeyProjectQuerySet:
    """A project is overdue when the item that has waited longest is."""
    return projects.filter(pk__in=OpenItem.objects.overdue(on=on).filter(leads=True).values("project"))


def totals(projects: KeyProjectQuerySet, *, version: PlanVersion | None) -> Totals:
    """Of the whole list, whichever page of it is shown. ``version`` None: no plan is in force."""
    found = (
        projects.with_total_investment()
        .with_plan(version)
        .aggregate(
            rows=Count("pk"),
            items=Count("pk", filter=Q(parent__isnull=True)),
            projects=Count("pk", filter=Q(is_package=False)),
            total=Sum("budget__total_investment"),
            plan=Sum("plan__annual_plan_amount"),
        )
    )
    return Totals(**found)


def rows_of(keys: Sequence[int], *, on: date, version: PlanVersion | None) -> list[Any]:
    """The rows of one page, in this order. A page is chosen by keys: what a row shows is read for these few only."""
    rows = with_state(KeyProject.objects.filter(pk__in=keys), on=on, version=version)
    return sorted(rows.only(*_SHOWN), key=lambda row: keys.index(row.pk))


def with_state(projects: KeyProjectQuerySet, *, on: date, version: PlanVersion | None) -> QuerySet:
    """What is said of each project: amounts, stage, tier, lateness, suspension, who answers."""
    stopped = SuspensionDates.objects.current().in_effect(on=on).filter(suspension__project=OuterRef("pk"))
    return (
        with_worst(projects.with_total_investment().with_plan(version), on=on)
        .select_related("lead_unit", "town", "linked_leader", "responsible_person")
        .annotate(
            stage=F("standing__stage"),
            tier=F("standing__tier"),
            light=F("standing__light"),
            computed_light=F("standing__computed_light"),
            late_since=F("worst__late_since"),
            stopped_on=F("worst__stopped_on"),
            is_suspended=Exists(stopped),
        )
    )


_PEOPLE = [f"{name}__{field}" for name in ("linked_leader", "responsible_person") for field in ("id", "full_name")]
_UNITS = [f"{name}__{field}" for name in ("lead_unit", "town") for field in ("id", "name", "short_name")]
_SHOWN = ["code", "name", "focus_area", "is_flagship", "is_package", "parent_id", *_UNITS, *_PEOPLE]
