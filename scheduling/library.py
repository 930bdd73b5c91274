"""项目库 as a list: which projects, in what state, and what they come to together."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Count, DateField, Exists, F, FilteredRelation, OuterRef, Q, QuerySet, Sum, Value
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


class Totals(NamedTuple):
    """Amounts in 万元; None where no project has one. A package is one item, its children are so many projects."""

    rows: int
    items: int
    projects: int
    total: Decimal | None
    plan: Decimal | None


def listed(projects: KeyProjectQuerySet, *, version: PlanVersion | None) -> KeyProjectQuerySet:
    """These projects with what the list adds up. ``version`` None: no plan is in force."""
    return projects.with_total_investment().with_plan(version)


def with_lateness(projects: KeyProjectQuerySet, *, on: date) -> KeyProjectQuerySet:
    """With the open item that has waited longest, and with what the list can be ordered by."""
    waiting_longest = Q(open_items__leads=True) & standing_on(on, "open_items__")
    return projects.alias(
        worst=FilteredRelation("open_items", condition=waiting_longest),
        total_or_none=Coalesce("total_investment", Value(Decimal(-1))),
        plan_or_none=Coalesce("annual_plan_amount", Value(Decimal(-1))),
        late_or_never=Coalesce("worst__late_since", Value(date.max), output_field=DateField()),
    )


def overdue(projects: KeyProjectQuerySet, *, on: date) -> KeyProjectQuerySet:
    return projects.filter(pk__in=OpenItem.objects.overdue(on=on).values("project"))


def totals(projects: QuerySet) -> Totals:
    """Of the whole list, whichever page of it is shown."""
    found = projects.aggregate(
        rows=Count("pk"),
        items=Count("pk", filter=Q(parent__isnull=True)),
        projects=Count("pk", filter=Q(is_package=False)),
        total=Sum("budget__total_investment"),
        plan=Sum("plan__annual_plan_amount"),
    )
    return Totals(**found)


def rows_of(keys: Sequence[int], *, on: date, version: PlanVersion | None) -> list[Any]:
    """The rows of one page, in this order. A page is chosen by keys: what a row shows is read for these few only."""
    shown = listed(KeyProject.objects.filter(pk__in=keys), version=version)
    return sorted(with_state(shown, on=on), key=lambda row: keys.index(row.pk))


def with_state(projects: KeyProjectQuerySet, *, on: date) -> QuerySet:
    """What a row shows beside names and amounts: stage, tier, lateness, suspension."""
    stopped = SuspensionDates.objects.current().in_effect(on=on).filter(suspension__project=OuterRef("pk"))
    return (
        with_lateness(projects, on=on)
        .select_related("lead_unit", "town", "linked_leader", "responsible_person")
        .annotate(
            stage=F("standing__stage"),
            tier=F("standing__tier"),
            late_since=F("worst__late_since"),
            stopped_on=F("worst__stopped_on"),
            is_suspended=Exists(stopped),
        )
    )
