"""What a light is judged by: the dates and amounts of a project that a measure needs, and the value they come to.

``Evidence`` is plain text by name, so that it can be stored with the light and read on a later day. It holds no
count of days: ``value_of`` computes that for the day it is asked of.
"""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal

from scheduling.light_rules import HALF, HUNDRED, Dimension, Measure, Rule
from scheduling.project_day import NO_MONTHS, NOUGHT, Overdue, ProjectDay, YearPlan
from scheduling.time_progress import TimeBasis, months_elapsed, plan_to_date

Evidence = Mapping[str, str]
DAY = timedelta(days=1)


class Unknown(Exception):
    """There is nothing to judge by; the message says why, in words for people."""


def evidence_of(rule: Rule, day: ProjectDay) -> dict[str, str]:
    """What the measure of the rule needs of the project. Raises ``Unknown``; nothing is estimated."""
    if rule.measure in _INVESTED:
        return _INVESTED[rule.measure](rule, day, _reported_plan(day), judged_month(day.on, rule.measure))
    if rule.measure in _OTHERS:
        return _OTHERS[rule.measure](day)
    return _late(worst_late(rule.dimension, day))


def evidence_of_month(rule: Rule, day: ProjectDay, month: int) -> dict[str, str]:
    """The same for an investment measure at the end of an earlier month of the year, from what is known on the day."""
    done = (*day.months_done[:month], *NO_MONTHS[month:])
    past = ProjectDay(on=_end_of(day.on.year, month), plan=day.plan, months_done=done)
    return _INVESTED[rule.measure](rule, past, _reported_plan(day), month)


def judged_month(on: date, measure: Measure) -> int:
    """The month an investment measure speaks of on the day; nought: before the first one of the year."""
    gone = months_elapsed(on)
    return int(gone) if measure is Measure.MONTH_RATIO else int(gone + HALF)


def worst_late(dimension: Dimension, day: ProjectDay) -> Overdue | None:
    """What is overdue longest, or will be first; None: nothing, or no dimension in which things are overdue."""
    late = {
        Dimension.MILESTONE: day.late_node,
        Dimension.PERMIT: day.late_permit,
        Dimension.PROBLEM: day.late_problem,
    }
    return late.get(dimension)


def value_of(measure: Measure, evidence: Evidence, *, on: date) -> Decimal:
    """The value to compare with the thresholds, at the end of this day."""
    return _VALUES[measure](evidence, on)


def full_months(since: date, *, on: date) -> Decimal:
    """Months since a day: whole on the day that ends one, and a half more on the days up to the next.

    A month ends on the same day of the month or, where there is none, on its last (民法典 §202).
    """
    if on < since:
        return NOUGHT
    months = (on.year - since.year) * 12 + on.month - since.month
    if on < months_after(since, months):
        months -= 1
    return Decimal(months) if on == months_after(since, months) else months + HALF


def months_after(since: date, months: int) -> date:
    year, month = divmod(since.month - 1 + months, 12)
    last = _end_of(since.year + year, month + 1)
    return last if since.day >= last.day else last.replace(day=since.day)


def _end_of(year: int, month: int) -> date:
    return (date(year, month, 28) + 4 * DAY).replace(day=1) - DAY


def _reported_plan(day: ProjectDay) -> YearPlan:
    if day.plan is None:
        raise Unknown("未列入年度计划")
    if day.reported_to is None or day.reported_to.year < day.on.year:
        raise Unknown("本年尚无已审核的填报")
    return day.plan


def _against_target(rule: Rule, day: ProjectDay, plan: YearPlan, month: int) -> dict[str, str]:
    if not plan.annual_amount:
        raise Unknown("年度计划投资为 0")
    if rule.basis is TimeBasis.LINEAR:  # one division, the last: what has an end is not rounded on the way
        asked = rule.target_percent * plan.annual_amount * months_elapsed(day.on) / 1200
    else:
        asked = rule.target_percent * plan_to_date(plan.months, day.on) / 100
    if rule.measure is Measure.RATIO_TO_PLAN and not asked:
        raise Unknown("截至目前没有应完成的投资")
    return _amounts(day, plan=plan.annual_amount, to_date=asked, done=day.ytd_amount) | {
        "basis": rule.basis.value,
        "target_percent": str(rule.target_percent),
    }


def _of_year(rule: Rule, day: ProjectDay, plan: YearPlan, month: int) -> dict[str, str]:
    if not plan.annual_amount:
        raise Unknown("年度计划投资为 0")
    return _amounts(day, plan=plan.annual_amount, done=day.ytd_amount)


def _of_month(rule: Rule, day: ProjectDay, plan: YearPlan, month: int) -> dict[str, str]:
    if not month:
        raise Unknown("本年尚无整月")
    if not plan.months[month - 1]:
        raise Unknown(f"{month} 月没有计划投资")
    if day.reported_to is not None and day.reported_to < date(day.on.year, month, 1):
        raise Unknown(f"{month} 月尚未填报")
    return _amounts(day, plan=plan.months[month - 1], done=day.months_done[month - 1]) | {
        "month_end": _end_of(day.on.year, month).isoformat()
    }


def _amounts(day: ProjectDay, **amounts: Decimal) -> dict[str, str]:
    return {"on": day.on.isoformat()} | {name: str(amount) for name, amount in amounts.items()}


def _start(day: ProjectDay) -> dict[str, str]:
    planned_on = day.plan.planned_start_on if day.plan else None
    if day.started_on is None:
        _require_start(day.plan)
        if planned_on is None:
            raise Unknown("年度计划没有开工时间" if day.plan else "未列入年度计划")
    return _dates(planned_start_on=planned_on, started_on=day.started_on)


def _entry(day: ProjectDay) -> dict[str, str]:
    if day.started_on is None and day.stat_entry_on is None:
        _require_start(day.plan)
        raise Unknown("尚未开工")
    return _dates(started_on=day.started_on, stat_entry_on=day.stat_entry_on)


def _require_start(plan: YearPlan | None) -> None:
    """A 续建 project has started by definition: without the day, it is the record that lacks it."""
    if plan and plan.category == "CONTINUING":
        raise Unknown("续建项目没有登记开工日期")


def _late(late: Overdue | None) -> dict[str, str]:
    if late is None:
        return {}
    return {"name": late.name, "count": str(late.count)} | _dates(due_on=late.due_on, late_since=late.late_since)


def _funds(day: ProjectDay) -> dict[str, str]:
    if not day.received_amount:
        raise Unknown("没有到位资金")
    return _amounts(day, received=day.received_amount, paid=day.paid_amount)


def _missing(day: ProjectDay) -> dict[str, str]:
    return {"missing_periods": str(day.missing_periods)} | _last_report(day)


def _last_report(day: ProjectDay) -> dict[str, str]:
    if not day.owes_reports:
        raise Unknown("不要求填报")
    return _dates(reported_to=day.reported_to)


def _days_since_report(day: ProjectDay) -> dict[str, str]:
    if not (evidence := _last_report(day)):
        raise Unknown("尚无已审核的填报")
    return evidence


def _dates(**days: date | None) -> dict[str, str]:
    return {name: day.isoformat() for name, day in days.items() if day is not None}


def _gap(evidence: Evidence, on: date) -> Decimal:
    behind = Decimal(evidence["to_date"]) - Decimal(evidence["done"])
    return HUNDRED * behind / Decimal(evidence["plan"])


def _share(part: str, whole: str) -> Callable[[Evidence, date], Decimal]:
    return lambda evidence, on: HUNDRED * Decimal(evidence[part]) / Decimal(evidence[whole])


def _days_after(name: str, *, unless: str = "") -> Callable[[Evidence, date], Decimal]:
    def days(evidence: Evidence, on: date) -> Decimal:
        if unless in evidence or name not in evidence:
            return NOUGHT
        return Decimal(max(0, (on - date.fromisoformat(evidence[name])).days))

    return days


def _count(evidence: Evidence, on: date) -> Decimal:
    return Decimal(evidence["count"]) if _days_after("late_since")(evidence, on) else NOUGHT


def _month_ends_unstarted(evidence: Evidence, on: date) -> Decimal:
    """月末 passed without a start, that of the planned month included."""
    if "started_on" in evidence:
        return NOUGHT
    planned_on = date.fromisoformat(evidence["planned_start_on"])
    months = (on.year - planned_on.year) * 12 + on.month - planned_on.month
    return Decimal(max(0, months + (on == _end_of(on.year, on.month))))


def _months_unentered(evidence: Evidence, on: date) -> Decimal:
    if "stat_entry_on" in evidence:
        return NOUGHT
    return full_months(date.fromisoformat(evidence["started_on"]), on=on)


_INVESTED: Mapping[Measure, Callable[[Rule, ProjectDay, YearPlan, int], dict[str, str]]] = {
    Measure.GAP_PP: _against_target,
    Measure.RATIO_TO_PLAN: _against_target,
    Measure.SHARE_OF_YEAR: _of_year,
    Measure.MONTH_RATIO: _of_month,
}
_OTHERS: Mapping[Measure, Callable[[ProjectDay], dict[str, str]]] = {
    Measure.START_DELAY_MONTHS: _start,
    Measure.START_DELAY_DAYS: _start,
    Measure.ENTRY_MONTHS: _entry,
    Measure.PAID_RATIO: _funds,
    Measure.MISSING_PERIODS: _missing,
    Measure.DAYS_SINCE_REPORT: _days_since_report,
}
_VALUES: Mapping[Measure, Callable[[Evidence, date], Decimal]] = {
    Measure.GAP_PP: _gap,
    Measure.RATIO_TO_PLAN: _share("done", "to_date"),
    Measure.SHARE_OF_YEAR: _share("done", "plan"),
    Measure.MONTH_RATIO: _share("done", "plan"),
    Measure.START_DELAY_MONTHS: _month_ends_unstarted,
    Measure.START_DELAY_DAYS: _days_after("planned_start_on", unless="started_on"),
    Measure.MILESTONE_DAYS: _days_after("late_since"),
    Measure.MILESTONE_COUNT: _count,
    Measure.PERMIT_DAYS: _days_after("late_since"),
    Measure.PERMIT_COUNT: _count,
    Measure.PROBLEM_DAYS: _days_after("late_since"),
    Measure.PROBLEM_COUNT: _count,
    Measure.ENTRY_MONTHS: _months_unentered,
    Measure.PAID_RATIO: _share("paid", "received"),
    Measure.MISSING_PERIODS: lambda evidence, on: Decimal(evidence["missing_periods"]),
    Measure.DAYS_SINCE_REPORT: _days_after("reported_to"),
}
