"""What a row makes of what is known: the next version of a milestone's dates and amounts.

A cell that is empty or cannot be read never erases what is known; the status does what it says, and a
code that means "not started" says that there is no date.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from .mapping import MILESTONE_AMOUNTS, DateColumn, Status
from .problems import Code, Problem
from .rows import LedgerRow


class Dates(NamedTuple):
    """The facts of one version, named as the register names them."""

    original_on: date | None = None
    approved_on: date | None = None
    forecast_on: date | None = None
    actual_on: date | None = None
    is_reached: bool = False
    planned_start_on: date | None = None
    started_on: date | None = None


class Amounts(NamedTuple):
    """万元."""

    budget_amount: Decimal | None = None
    estimate_amount: Decimal | None = None
    spent_amount: Decimal | None = None


NOTHING_KNOWN = Dates()


def dates_after(row: LedgerRow, known: Dates) -> Dates:
    """The original date stays the first approved one, whatever comes later."""

    def stated(name: str, before: date | None) -> date | None:
        return None if name in row.nothing else row.dates.get(name) or before

    approved = stated("planned_on", known.approved_on)
    reached, actual = _ending(row, known)
    return Dates(
        original_on=known.original_on or approved,
        approved_on=approved,
        forecast_on=stated("forecast_on", known.forecast_on),
        actual_on=actual,
        is_reached=reached,
        planned_start_on=stated("planned_start_on", known.planned_start_on),
        started_on=stated("started_on", None if row.status is Status.NOT_STARTED else known.started_on),
    )


def _ending(row: LedgerRow, known: Dates) -> tuple[bool, date | None]:
    stated = row.dates.get("actual_on")
    match row.status:
        case Status.COMPLETE:
            return True, stated or known.actual_on
        case Status.NOT_STARTED | Status.IN_PROGRESS:
            return False, None
    return known.is_reached or stated is not None, stated or known.actual_on


def amounts_after(row: LedgerRow, known: Amounts) -> Amounts:
    def stated(name: str) -> Decimal | None:
        amount = row.amounts.get(name)
        return getattr(known, name) if amount is None else amount

    return Amounts(*(stated(name) for name in MILESTONE_AMOUNTS))


def doubts(row: LedgerRow, after: Dates, columns: Mapping[str, DateColumn]) -> Iterable[Problem]:
    """What does not fit together. It is kept as it stands; somebody should look."""

    def problem(code: Code, name: str, value: date | None, message: str) -> Problem:
        column = columns[name].column if name in columns else ""
        return Problem(row.number, column, value.isoformat() if value else "", code, message)

    planned, started, actual = after.approved_on, after.started_on, after.actual_on
    if planned and started and planned < started:
        message = f"计划完成 {planned} 早于实际开始 {started}，已照原样登记，请核实。"
        yield problem(Code.PLANNED_BEFORE_START, "planned_on", planned, message)
    if actual and started and actual < started:
        message = f"实际完成 {actual} 早于实际开始 {started}，已照原样登记，请核实。"
        yield problem(Code.ENDED_BEFORE_START, "actual_on", actual, message)
    if after.is_reached and not actual:
        message = "状态为已完成，但没有可读的实际完成日期，按已完成登记，日期待补。"
        yield problem(Code.COMPLETE_WITHOUT_DATE, "actual_on", None, message)
    stated = row.dates.get("actual_on")
    if stated and not after.is_reached:
        message = f"状态为未完成，却填了实际完成日期 {stated}，按未完成登记，请核实。"
        yield problem(Code.STATUS_AGAINST_DATE, "actual_on", stated, message)
    if planned and "planned_on" in columns and not row.dates.get("planned_on"):
        message = f"本期没有给出可用的计划日期，沿用原批准日期 {planned}。"
        yield problem(Code.KEPT, "planned_on", planned, message)
