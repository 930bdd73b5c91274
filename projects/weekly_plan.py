"""周目标分解: a month's amount over its weeks. 万元, exact. A week belongs to the month of its last day."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from projects.monthly_plan import apportioned
from projects.periods import Kind, Period, of_month
from projects.workdays import Announced, Reckoned, workdays_between

_DAY = timedelta(days=1)


def weeks_of(year: int, month: int) -> tuple[Period, ...]:
    """The weeks counted in this month, in order."""
    return tuple(of_month(year, month, kind=Kind.WEEK))


def weekly_split(amount: Decimal, weeks: Sequence[Period], announced: Announced) -> Reckoned[tuple[Decimal, ...]]:
    """按工作日分周: in proportion to the working days of each week, as ``apportioned``.

    Weeks in which nobody works get nothing; should that be all of them, they share alike.
    """
    counts = [workdays_between(week.starts_on - _DAY, week.ends_on, announced) for week in weeks]
    assumed = {year for count in counts for year in count.assumed_years}
    shares = [count.value for count in counts]
    return Reckoned(apportioned(amount, shares if any(shares) else [1] * len(weeks)), tuple(sorted(assumed)))
