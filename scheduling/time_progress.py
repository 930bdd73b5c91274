"""序时进度: how much of a year's plan should be done by a day, by the months gone or by the plan's own curve.

Bulletins count whole months, and half a month from the 15th: 云浮 1–8 月上半月 is 7.5 ÷ 12.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from scheduling.project_day import NOUGHT
from scheduling.ratio import Ratio

DAY = timedelta(days=1)
MONTHS_A_YEAR = Decimal(12)
HALF = Decimal("0.5")
MID_MONTH = 15


class TimeBasis(StrEnum):
    """LINEAR: the months gone ÷ 12. PLAN: what the plan asks by the day ÷ the plan of the year."""

    LINEAR = "LINEAR"
    PLAN = "PLAN"


@dataclass(frozen=True, slots=True)
class Basis:
    """By what a rate is judged. ``target_percent``: how much of the annual plan the year is set to reach."""

    time: TimeBasis = TimeBasis.LINEAR
    target_percent: Decimal = Decimal(100)
    half_months: bool = True


def months_elapsed(on: date, *, half_months: bool = True) -> Decimal:
    """How many months of its year are gone at the end of the day: on the last day of a month, that month too."""
    if _is_last_of_month(on):
        return Decimal(on.month)
    return on.month - 1 + (HALF if half_months and on.day >= MID_MONTH else NOUGHT)


def next_step(on: date, *, half_months: bool = True) -> date:
    """The first later day on which ``months_elapsed`` is another: a 15th, a last of the month, or 1 January."""
    if (on.month, on.day) == (12, 31):
        return on + DAY
    first = (on + DAY).replace(day=1) if _is_last_of_month(on) else on.replace(day=1)
    middle = first.replace(day=MID_MONTH)
    return middle if half_months and on < middle else _last_of_month(first)


def plan_to_date(months: Sequence[Decimal], on: date, *, half_months: bool = True) -> Decimal:
    """同期计划投资: the months gone and, from the 15th, half of the running one. 万元.

    Exact: half of an amount with four decimals has five.
    """
    gone = months_elapsed(on, half_months=half_months)
    whole = int(gone)
    return sum(months[:whole], NOUGHT) + (months[whole] * HALF if gone > whole else NOUGHT)


def behind_since(months: Sequence[Decimal], *, done: Decimal, on: date) -> date:
    """The last step before ``on`` by which the plan asked for no more than what is done now.

    The end of the year before where even the first step asked for more.
    """
    steps = [date(on.year - 1, 12, 31)]
    while (step := next_step(steps[-1])) < on:
        steps.append(step)
    return max(step for step in steps if step.year < on.year or plan_to_date(months, step) <= done)


def time_progress(on: date, *, basis: Basis, annual_amount: Decimal, to_date_amount: Decimal) -> Ratio:
    """序时进度 at the end of the day. By the plan it is undefined where nothing is planned for the year."""
    target = basis.target_percent.scaleb(-2)
    if basis.time is TimeBasis.PLAN:
        return Ratio(target * to_date_amount, annual_amount)
    return Ratio(target * months_elapsed(on, half_months=basis.half_months), MONTHS_A_YEAR)


def _is_last_of_month(day: date) -> bool:
    return (day + DAY).month != day.month


def _last_of_month(day: date) -> date:
    return (day.replace(day=28) + 4 * DAY).replace(day=1) - DAY
