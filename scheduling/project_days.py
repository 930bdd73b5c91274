"""What is known of many projects on a day, read in a constant number of queries, as plain values for the arithmetic."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db.models import Sum
from django.utils.timezone import make_aware

from projects.models import BudgetRevision, FundReceipt, KeyProject, TierEntry
from scheduling import dated_items
from scheduling.amounts import Amounts, amounts_of
from scheduling.dated_items import Life, Planned
from scheduling.facts import known_facts
from scheduling.models import Problem, ReportingDuty, ReportPeriod
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


def read(projects: Collection[int], asked: AsKnown, *, with_funds: bool) -> dict[int, Read]:
    """Each of these projects, packages too, whether or not anything is known of it.

    ``with_funds``: what was received and paid is read too, which only the rules of 资金 ask.
    """
    said = dated_items.planned(projects, on=asked.on, known_at=asked.known_at)
    lived = dated_items.lives(projects, known_at=asked.known_at)
    facts = known_facts(projects, known_at=asked.known_at, also=_items(projects, asked, said, lived))
    amounts = amounts_of(projects, upto=asked.covered_to, known_at=asked.known_at)
    tiers, entering = _tiers(projects, asked)
    problems, ahead = _late_and_to_come(projects, asked)
    turns = _earliest(said.turns, entering, ahead)
    missing = _missing_periods(tiers, amounts, asked)
    columns = _columns(projects, asked)
    for project, found in _funds(projects, asked) if with_funds else ():
        columns[project].update(found)
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
                late_problem=problems.get(project),
                **_of_amounts(amounts[project]),
                **of_project,
            ),
            turns.get(project, said.turns),
        )
        for project, of_project in columns.items()
    }


def _items(projects: Collection[int], asked: AsKnown, said: Planned, lived: Mapping[int, Life]) -> Mapping[int, Any]:
    return dated_items.by_project(
        dated_items.starts_and_finishes(said, lived),
        dated_items.permits(projects, on=asked.on, known_at=asked.known_at),
        dated_items.decisions(projects, at=asked.moment),
    )


def _tiers(projects: Collection[int], asked: AsKnown) -> tuple[dict[int, TierEntry], dict[int, date]]:
    """By project the tier it is in, and the day on which it enters the next one."""
    held: dict[int, TierEntry] = {}
    ahead: dict[int, date] = {}
    entries = TierEntry.objects.as_known(asked.known_at).filter(project__in=projects)
    for entry in entries.order_by("entered_on"):
        if entry.entered_on <= asked.on:
            held[entry.project_id] = entry
        else:
            ahead.setdefault(entry.project_id, entry.entered_on)
    return held, ahead


def _late_and_to_come(projects: Collection[int], asked: AsKnown) -> tuple[dict[int, Overdue], dict[int, date]]:
    """By project its problem that is late longest, and the first day after the next that is needed by."""
    late: dict[int, list[tuple[str, date]]] = defaultdict(list)
    ahead: dict[int, date] = {}
    open_then = Problem.objects.filter(project__in=projects).open_then(at=asked.moment)
    for project, title, needed_by in open_then.order_by("needed_by", "pk").values_list("project", "title", "needed_by"):
        if needed_by < asked.on:
            late[project].append((title, needed_by))
        else:
            ahead.setdefault(project, needed_by + DAY)
    worst = {project: (*problems[0], len(problems)) for project, problems in late.items()}
    return {project: Overdue(title, day, day, count) for project, (title, day, count) in worst.items()}, ahead


def _earliest(of_all: date, *found: Mapping[int, date]) -> dict[int, date]:
    projects = {project for part in found for project in part}
    return {project: min(of_all, *(part.get(project, of_all) for part in found)) for project in projects}


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
    """Of each project what the register says of it."""
    rows = KeyProject.objects.filter(pk__in=projects).order_by("pk").values_list("pk", "is_package", "lead_unit__path")
    budgets = BudgetRevision.objects.filter(project__in=projects).as_known(asked.known_at)
    totals = dict(budgets.values_list("project", "total_investment"))
    return {
        pk: {"is_counted": not is_package, "unit_path": path, "total_investment": totals.get(pk)}
        for pk, is_package, path in rows
    }


def _funds(projects: Collection[int], asked: AsKnown) -> Iterable[tuple[int, dict[str, Any]]]:
    receipts = FundReceipt.objects.filter(project__in=projects).as_known(asked.known_at)
    of_year = receipts.filter(month__year=asked.on.year, month__lte=asked.on).order_by().values_list("project")
    for project, received, paid in of_year.annotate(Sum("received_amount"), Sum("paid_amount")):
        yield project, {"received_amount": received, "paid_amount": paid}


def _missing_periods(
    tiers: Mapping[int, TierEntry], amounts: Mapping[int, Amounts], asked: AsKnown
) -> dict[int, int]:  # fmt: skip
    """By project that owes reports: the closed periods of its kind since it last told of one, or since it owes them."""
    owing = [project for project, held in tiers.items() if held.tier in OWING_TIERS]
    ends = _closed_ends(asked)
    duties = ReportingDuty.objects.in_force(on=asked.on).filter(project__in=owing)
    kinds = dict(duties.order_by().values_list("project", "kind"))
    return {
        project: _closed_since(
            ends[kinds.get(project, ReportPeriod.Kind.WEEK)],
            max(amounts[project].told_to or date.min, tiers[project].entered_on - DAY),
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
