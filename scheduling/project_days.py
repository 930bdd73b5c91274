"""What is known of many projects on a day, read in a constant number of queries, as plain values for the arithmetic."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db.models import Max, Min, Q, Sum
from django.utils.timezone import make_aware

from projects.models import BudgetRevision, FundReceipt, KeyProject, PlanVersion, TierEntry
from scheduling import dated_items
from scheduling.amounts import Amounts, amounts_of
from scheduling.dated_items import Life, Planned
from scheduling.facts import known_facts
from scheduling.models import Problem, ProgressVersion, ReportingDuty, ReportPeriod
from scheduling.project_day import Overdue, ProjectDay
from scheduling.reporting import OWING_TIERS
from scheduling.standing import DAY, NO_FACTS, NODES, Facts, ItemKind, overdue


@dataclass(frozen=True)
class AsKnown:
    """Which state is asked for: of the end of ``on``, as known at ``known_at`` (None: now).

    Reports count that cover days up to ``covered_to``: today a report counts as soon as it is accepted, though its
    period ends on a later day of the year.
    """

    on: date
    known_at: datetime | None
    covered_to: date

    @classmethod
    def today(cls, on: date) -> "AsKnown":
        return cls(on, None, on.replace(month=12, day=31))

    @classmethod
    def past(cls, on: date, *, known_at: datetime | None) -> "AsKnown":
        return cls(on, known_at, on)

    @property
    def moment(self) -> datetime:
        """The last one that tells of the day and was known."""
        end = make_aware(datetime.combine(self.on, time.max))
        return min(self.known_at, end) if self.known_at else end


@dataclass(frozen=True, slots=True)
class Read:
    """One project as read: its dated items, its amounts, and all that lights and indices ask.

    ``turns``: the first later day on which something dated ahead takes effect that neither the items nor the day tell.
    """

    facts: Facts
    amounts: Amounts
    day: ProjectDay
    turns: date = date.max


def read(projects: Collection[int], asked: AsKnown) -> dict[int, Read]:
    """Each of these projects, packages too, whether or not anything is known of it."""
    said = dated_items.planned(projects, on=asked.on, known_at=asked.known_at)
    lived = dated_items.lives(projects, known_at=asked.known_at)
    facts = known_facts(projects, known_at=asked.known_at, also=_items(projects, asked, said, lived))
    amounts = amounts_of(projects, upto=asked.covered_to, known_at=asked.known_at)
    tiers, ahead = _tiers(projects, asked), _dated_ahead(projects, asked)
    missing = _missing_periods(projects, tiers, asked)
    return {
        project: Read(
            facts.get(project, NO_FACTS),
            amounts[project],
            ProjectDay(
                on=asked.on,
                tier=tiers[project].tier if project in tiers else "",
                plan=said.plans.get(project),
                owes_reports=project in missing,
                missing_periods=missing.get(project, 0),
                **lived.get(project, Life())._asdict(),
                **_of_items(facts.get(project, NO_FACTS), on=asked.on),
                **_of_amounts(amounts[project]),
                **columns,
            ),
            ahead.get(project, ahead[None]),
        )
        for project, columns in _columns(projects, asked).items()
    }


def _items(projects: Collection[int], asked: AsKnown, said: Planned, lived: Mapping[int, Life]) -> Mapping[int, Any]:
    return dated_items.by_project(
        dated_items.starts_and_finishes(said, lived),
        dated_items.permits(projects, on=asked.on, known_at=asked.known_at),
        dated_items.decisions(projects, at=asked.moment),
    )


def _tiers(projects: Collection[int], asked: AsKnown) -> dict[int, TierEntry]:
    held = TierEntry.objects.filter(project__in=projects).held_on(asked.on, known_at=asked.known_at)
    return {tier.project_id: tier for tier in held}


def _dated_ahead(projects: Collection[int], asked: AsKnown) -> dict[int | None, date]:
    """When the next edition of the plan (None: for all), the next tier and the next problem come to bear."""
    editions = PlanVersion.objects.approved().filter(effective_on__gt=asked.on).aggregate(next=Min("effective_on"))
    ahead: dict[int | None, date] = {None: editions["next"] or date.max}
    entries = TierEntry.objects.as_known(asked.known_at).filter(project__in=projects, entered_on__gt=asked.on)
    problems = Problem.objects.filter(project__in=projects, closed_at__isnull=True, needed_by__gte=asked.on)
    rows = (
        entries.order_by()
        .values_list("project", "entered_on")
        .union(problems.order_by().values_list("project", "needed_by"), all=True)
    )
    for project, day in rows:
        ahead[project] = min(max(day, asked.on + DAY), ahead.get(project, ahead[None]))
    return ahead


def _of_amounts(amounts: Amounts) -> dict[str, Any]:
    return {
        "months_done": amounts.months,
        "since_start_amount": amounts.since_start_amount,
        "reported_to": amounts.reported_to,
    }


def _of_items(facts: Facts, *, on: date) -> dict[str, Any]:
    late = overdue(facts, on=on)
    return {
        "is_suspended": any(span.holds(on) for span in facts.excused),
        "late_node": _worst((each for each in late if each.item.kind in NODES), on=on),
        "late_permit": _worst((each for each in late if each.item.kind is ItemKind.PERMIT), on=on),
    }


def _worst(late: Iterable[Any], *, on: date) -> Overdue | None:
    found = list(late)
    if not found:
        return None
    item, days = found[0].item, found[0].days
    return Overdue(item.name, item.approved_on, on - DAY * days, len(found))


def _columns(projects: Collection[int], asked: AsKnown) -> dict[int, dict[str, Any]]:
    """Of each project the fields of ``ProjectDay`` that a table of its own holds."""
    rows = KeyProject.objects.filter(pk__in=projects).values_list("pk", "is_package", "lead_unit__path")
    columns = {pk: {"is_counted": not is_package, "unit_path": path} for pk, is_package, path in rows}
    for part in (_totals, _funds, _late_problems):
        for project, found in part(projects, asked):
            columns[project].update(found)
    return columns


Found = Iterable[tuple[int, dict[str, Any]]]


def _totals(projects: Collection[int], asked: AsKnown) -> Found:
    budgets = BudgetRevision.objects.filter(project__in=projects).as_known(asked.known_at)
    for project, amount in budgets.values_list("project", "total_investment"):
        yield project, {"total_investment": amount}


def _funds(projects: Collection[int], asked: AsKnown) -> Found:
    receipts = FundReceipt.objects.filter(project__in=projects).as_known(asked.known_at)
    of_year = receipts.filter(month__year=asked.on.year, month__lte=asked.on).order_by().values_list("project")
    for project, received, paid in of_year.annotate(Sum("received_amount"), Sum("paid_amount")):
        yield project, {"received_amount": received, "paid_amount": paid}


def _late_problems(projects: Collection[int], asked: AsKnown) -> Found:
    late = Problem.objects.filter(project__in=projects).overdue_then(on=asked.on, at=asked.moment)
    found: dict[int, list[tuple[str, date]]] = defaultdict(list)
    for project, title, needed_by in late.order_by("needed_by", "pk").values_list("project", "title", "needed_by"):
        found[project].append((title, needed_by))
    for project, problems in found.items():
        title, needed_by = problems[0]
        yield project, {"late_problem": Overdue(title, needed_by, needed_by, len(problems))}


def _missing_periods(
    projects: Collection[int], tiers: Mapping[int, TierEntry], asked: AsKnown
) -> dict[int, int]:  # fmt: skip
    """By project that owes reports: the closed periods of its kind since it last told of one, or since it owes them."""
    owing = [project for project in projects if project in tiers and tiers[project].tier in OWING_TIERS]
    ends, told = _closed_ends(asked), _told_to(owing, asked)
    duties = ReportingDuty.objects.in_force(on=asked.on).filter(project__in=owing)
    kinds = dict(duties.values_list("project", "kind"))
    return {
        project: _closed_since(
            ends[kinds.get(project, ReportPeriod.Kind.WEEK)],
            max(told.get(project, date.min), tiers[project].entered_on - DAY),
        )
        for project in owing
    }


def _closed_ends(asked: AsKnown) -> Mapping[str, list[date]]:
    closed = ReportPeriod.objects.filter(locked_at__lte=asked.moment, ends_on__lte=asked.on)
    ends: dict[str, list[date]] = defaultdict(list)
    for kind, day in closed.order_by("ends_on").values_list("kind", "ends_on"):
        ends[kind].append(day)
    return ends


def _closed_since(ends: list[date], day: date) -> int:
    return len(ends) - bisect_right(ends, day)


def _told_to(projects: Collection[int], asked: AsKnown) -> dict[int, date]:
    """The last day of which anything was told that was not sent back, reviewed or not."""
    told = ProgressVersion.objects.as_known(asked.known_at).filter(
        ~Q(state=ProgressVersion.State.RETURNED),
        ~Q(report__period__kind=ReportPeriod.Kind.MONTH_END),
        report__project__in=projects,
        report__period__ends_on__lte=asked.covered_to,
    )
    return dict(told.order_by().values_list("report__project").annotate(Max("report__period__ends_on")))
