"""What one project contributes to the indices of any group it is counted in: counts and amounts that add up.

Every index is of one set, the projects of the annual plan in force on the day: what is in a numerator is in its
denominator. Amounts are 万元.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from operator import add, attrgetter
from typing import Any

from scheduling.project_day import NOUGHT, ProjectDay, YearPlan
from scheduling.time_progress import next_step, plan_to_date

EXITED = "EXITED"
CONTINUING = "CONTINUING"
NEW_START = "NEW_START"
PRELIMINARY = "PRELIMINARY"


@dataclass(frozen=True, slots=True)
class Parts:
    """What one project, or a group of them, contributes to every index: additive counts and amounts.

    ``original_*``: of the projects of the year's first edition. ``since_start_amount``: of those whose total
    investment is known. ``targeted``: with an amount planned for the year. ``*_due``: planned by the day; what was
    done of the due is named ``*_due`` too, so an early start is in ``started`` and not yet in ``started_due``.
    """

    projects: int = 0
    annual_plan_amount: Decimal = NOUGHT
    plan_to_date_amount: Decimal = NOUGHT
    ytd_amount: Decimal = NOUGHT
    original_plan_amount: Decimal = NOUGHT
    original_ytd_amount: Decimal = NOUGHT
    total_investment: Decimal = NOUGHT
    since_start_amount: Decimal = NOUGHT
    targeted: int = 0
    on_target: int = 0
    building: int = 0
    finished: int = 0
    continuing: int = 0
    resumed: int = 0
    new_starts: int = 0
    started: int = 0
    starts_due: int = 0
    started_due: int = 0
    completions: int = 0
    completed: int = 0
    commissioned: int = 0
    completions_due: int = 0
    completed_due: int = 0
    commissioned_due: int = 0
    unplanned_projects: int = 0
    unplanned_ytd_amount: Decimal = NOUGHT

    def __add__(self, other: "Parts") -> "Parts":
        return Parts(*map(add, _VALUES(self), _VALUES(other)))

    @property
    def due_not_started(self) -> int:
        """应开未开: started = starts_due − due_not_started + started_early."""
        return self.starts_due - self.started_due

    @property
    def started_early(self) -> int:
        return self.started - self.started_due

    @property
    def due_not_completed(self) -> int:
        return self.completions_due - self.completed_due

    @property
    def completed_early(self) -> int:
        return self.completed - self.completed_due


FIELDS = tuple(field.name for field in fields(Parts))
_VALUES: Callable[[Parts], tuple[Any, ...]] = attrgetter(*FIELDS)


def parts_of(day: ProjectDay, *, half_months: bool = True) -> Parts:
    """What the project contributes at the end of the day. Packages and projects that left contribute nothing.

    One that is not in the plan is only counted as such. A suspended one stays in every denominator.
    """
    if not day.is_counted or day.tier == EXITED:
        return Parts()
    if day.plan is None:
        return Parts(unplanned_projects=1, unplanned_ytd_amount=day.ytd_amount)
    amounts = _amounts(day, day.plan, half_months=half_months)
    return amounts + _works(day, day.plan) + _starts(day, day.plan) + _completions(day, day.plan)


def next_change(day: ProjectDay, *, half_months: bool = True) -> date:
    """The first later day on which the same facts may contribute something else."""
    dates = [day.started_on, day.finished_on, day.commissioned_on]
    if day.plan is not None:
        dates += [day.plan.planned_start_on, day.plan.planned_finish_on]
    return min(next_step(day.on, half_months=half_months), *(each for each in dates if each and each > day.on))


def _amounts(day: ProjectDay, plan: YearPlan, *, half_months: bool) -> Parts:
    done, to_date = day.ytd_amount, plan_to_date(plan.months, day.on, half_months=half_months)
    is_targeted = plan.annual_amount > 0
    return Parts(
        projects=1,
        annual_plan_amount=plan.annual_amount,
        plan_to_date_amount=to_date,
        ytd_amount=done,
        original_plan_amount=plan.original_amount or NOUGHT,
        original_ytd_amount=done if plan.original_amount is not None else NOUGHT,
        total_investment=day.total_investment or NOUGHT,
        since_start_amount=day.since_start_amount if day.total_investment else NOUGHT,
        targeted=int(is_targeted),
        on_target=int(is_targeted and done >= to_date),
    )


def _works(day: ProjectDay, plan: YearPlan) -> Parts:
    """A continuing project started in an earlier year; it has resumed when money was spent on it this year."""
    is_continuing, is_finished = plan.category == CONTINUING, _is_past(day.finished_on, day.on)
    is_working = not day.is_suspended and any(amount > 0 for amount in day.months_done)
    return Parts(
        building=int((is_continuing or _is_past(day.started_on, day.on)) and not is_finished),
        finished=int(is_finished),
        continuing=int(is_continuing),
        resumed=int(is_continuing and (is_finished or is_working)),
    )


def _starts(day: ProjectDay, plan: YearPlan) -> Parts:
    """Only a new start has the duty to start; one without a planned day has it by the end of the year."""
    if plan.category != NEW_START:
        return Parts()
    is_started = _is_past(day.started_on, day.on) or _is_past(day.finished_on, day.on)
    is_due = _is_due(plan.planned_start_on, day.on)
    return Parts(
        new_starts=1,
        started=int(is_started),
        starts_due=int(is_due),
        started_due=int(is_due and is_started),
    )


def _completions(day: ProjectDay, plan: YearPlan) -> Parts:
    if not plan.completes_this_year or plan.category == PRELIMINARY:
        return Parts()
    is_due = _is_due(plan.planned_finish_on, day.on)
    is_completed, is_commissioned = _is_past(day.finished_on, day.on), _is_past(day.commissioned_on, day.on)
    return Parts(
        completions=1,
        completed=int(is_completed),
        commissioned=int(is_commissioned),
        completions_due=int(is_due),
        completed_due=int(is_due and is_completed),
        commissioned_due=int(is_due and is_commissioned),
    )


def _is_past(happened_on: date | None, on: date) -> bool:
    return happened_on is not None and happened_on <= on


def _is_due(planned_on: date | None, on: date) -> bool:
    """Due on its planned day already: a bulletin as of 30 June asks for what was planned by 30 June."""
    return (planned_on or on.replace(month=12, day=31)) <= on
