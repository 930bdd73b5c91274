"""One project on one day: the plain facts from which lights and indices are computed. Amounts are 万元."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

NOUGHT = Decimal(0)
NO_MONTHS = (NOUGHT,) * 12


@dataclass(frozen=True, slots=True)
class YearPlan:
    """The project in the annual plan in force on the day; ``months`` sum exactly to ``annual_amount``.

    ``category`` is a value of ``PlanEntry.Category``. ``original_amount`` is what the first edition of the year
    asked of the project; None: it was added later.
    """

    category: str
    completes_this_year: bool
    annual_amount: Decimal
    months: tuple[Decimal, ...]
    planned_start_on: date | None = None
    planned_finish_on: date | None = None
    original_amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Overdue:
    """The worst of its dimension: overdue on every day after ``late_since``, excused days already left out.

    ``count``: how many are overdue on the day.
    """

    name: str
    due_on: date
    late_since: date
    count: int = 1


@dataclass(frozen=True, slots=True)
class ProjectDay:
    """What is known of one project at the end of ``on``, of its year and its accepted reports.

    ``plan`` None: not in the annual plan. ``months_done`` are the twelve months of the year of ``on``, by the last day
    of the periods reported; those to come are nought. ``reported_to``: the last day an accepted report covers, None
    while nothing was reported. ``missing_periods``: closed periods in a row, up to the last, that owed a report and
    got none. ``is_suspended``: within a suspension that was excused. ``paid_amount`` counts this year alone.
    """

    on: date
    is_counted: bool = True
    tier: str = ""
    unit_path: str = ""
    is_suspended: bool = False
    plan: YearPlan | None = None
    months_done: tuple[Decimal, ...] = NO_MONTHS
    since_start_amount: Decimal = NOUGHT
    total_investment: Decimal | None = None
    started_on: date | None = None
    finished_on: date | None = None
    commissioned_on: date | None = None
    stat_entry_on: date | None = None
    late_node: Overdue | None = None
    late_permit: Overdue | None = None
    late_problem: Overdue | None = None
    received_amount: Decimal = NOUGHT
    paid_amount: Decimal = NOUGHT
    owes_reports: bool = True
    reported_to: date | None = None
    missing_periods: int = 0

    @property
    def ytd_amount(self) -> Decimal:
        return sum(self.months_done, NOUGHT)
