"""What a row of a ledger makes of the year's plan of its project. 万元, exact."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from projects.figures import exactly
from projects.monthly_plan import apportioned, even_split, excess, working_months

from .field_json import YES
from .mapping import MONTH_AMOUNTS
from .problems import Code
from .project_rows import Values

_CONTINUING, _NEW_START, _PRELIMINARY = "CONTINUING", "NEW_START", "PRELIMINARY"
Tell = Callable[[Code, str, object, str], None]  # the kind, the field, what was said, in words


@dataclass(frozen=True)
class PlanFigures:
    """An entry of the plan, its fields named as in the register; ``category`` is as stored."""

    category: str = ""
    completes_this_year: bool = False
    annual_plan_amount: Decimal = Decimal(0)
    months: tuple[Decimal, ...] = (Decimal(0),) * 12
    cumulative_before_year: Decimal = Decimal(0)
    planned_start_on: date | None = None
    planned_finish_on: date | None = None
    physical_goal: str = ""


NO_FIGURES = PlanFigures()


def figures_after(plan: Values, known: PlanFigures | None, *, year: int, tell: Tell) -> PlanFigures | None:
    """The entry as the row wants it: what it leaves blank stays as ``known``. None: it cannot be taken, and is told.

    Without months of its own a new amount goes over the months as the known ones did, else evenly over those in
    which the project is built; months that do not come to the year are brought to it in proportion. Both are told.
    """
    amounts = {name: amount for name, amount in plan.amounts.items() if amount is not None}
    below = [(name, amount) for name, amount in amounts.items() if amount < 0]
    for name, amount in below:
        tell(Code.PLAN_NOT_TAKEN, name, amount, "计划金额不能为负数，本行的年度计划未登记，请核实。")
    if below:
        return None
    after = _with_words(plan, known or NO_FIGURES, amounts, year=year, tell=tell)
    return _with_months(after, known, amounts, year=year, tell=tell)


def _with_words(plan: Values, known: PlanFigures, amounts: dict[str, Decimal], *, year: int, tell: Tell) -> PlanFigures:
    start = plan.dates.get("planned_start_on") or known.planned_start_on
    finish = plan.dates.get("planned_finish_on") or known.planned_finish_on
    if start and finish and finish < start:
        tell(
            Code.PLAN_NOT_TAKEN,
            "planned_finish_on",
            finish,
            f"计划竣工 {finish} 早于计划开工 {start}，两个日期未登记。",
        )
        start, finish = known.planned_start_on, known.planned_finish_on
    before = amounts.get("cumulative_before_year", known.cumulative_before_year)
    after = replace(
        known,
        category=plan.texts.get("category") or known.category,
        completes_this_year=_yes(plan.texts.get("completes_this_year", ""), known.completes_this_year),
        cumulative_before_year=before,
        planned_start_on=start,
        planned_finish_on=finish,
        physical_goal=plan.texts.get("physical_goal") or known.physical_goal,
    )
    if after.category:
        return after
    category, label = _supposed(start, before, year)
    tell(Code.SUPPOSED, "category", "", f"没有写明计划类别，按“{label}”登记，请核实。")
    return replace(after, category=category)


def _yes(word: str, known: bool) -> bool:
    return word == YES if word else known


def _supposed(start: date | None, before: Decimal, year: int) -> tuple[str, str]:
    if before or (start and start.year < year):
        return _CONTINUING, "续建"
    if start and start.year == year:
        return _NEW_START, "新开工"
    return _PRELIMINARY, "前期"


def _with_months(
    after: PlanFigures, known: PlanFigures | None, amounts: dict[str, Decimal], *, year: int, tell: Tell
) -> PlanFigures:
    given = [amounts.get(name) for name in MONTH_AMOUNTS]
    before = known.months if known else NO_FIGURES.months
    months = tuple(known if own is None else own for own, known in zip(given, before, strict=True))
    says_months = any(own is not None for own in given)
    amount = amounts.get("annual_plan_amount")
    if amount is None:
        amount = sum(months, Decimal(0)) if says_months else after.annual_plan_amount
    over = excess(amount, months)
    if over:
        months = _brought_to(amount, months, after, year)
        tell(Code.MONTHS_SPLIT, "annual_plan_amount", amount, _how_split(amount, over, before, says_months=says_months))
    return replace(after, annual_plan_amount=amount, months=months)


def _brought_to(amount: Decimal, months: Sequence[Decimal], after: PlanFigures, year: int) -> tuple[Decimal, ...]:
    if any(months):
        return apportioned(amount, [Fraction(month) for month in months])
    first, last = working_months(year=year, start=after.planned_start_on, finish=after.planned_finish_on)
    return even_split(amount, first=first, last=last)


def _how_split(amount: Decimal, over: Decimal, before: Sequence[Decimal], *, says_months: bool) -> str:
    if says_months:
        by = f"{'多' if over > 0 else '少'} {exactly(abs(over))} 万元"
        return (
            f"各月合计 {exactly(amount + over)} 万元，比年度计划 {exactly(amount)} 万元{by}，已按各月比例调整，请核实。"
        )
    how = "按原来各月的比例" if any(before) else "按建设月份平均"
    return f"年度计划 {exactly(amount)} 万元没有分月，已{how}分到各月，请核实。"
