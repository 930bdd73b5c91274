"""投资完成率、开工率、竣工率: the rates of a project or a group, of the sum of its parts: Σ ÷ Σ, never a mean."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from scheduling.parts import Parts
from scheduling.project_day import NOUGHT
from scheduling.ratio import Ratio
from scheduling.time_progress import Basis, time_progress


class Index(StrEnum):
    INVESTMENT = "investment_rate"
    TO_DATE = "plan_to_date_rate"
    ORIGINAL = "original_investment_rate"
    OF_TOTAL = "total_investment_rate"
    ON_TARGET = "on_target_rate"
    START = "start_rate"
    START_ON_TIME = "on_time_start_rate"
    UNDER_WAY = "under_way_rate"
    START_RESUME = "start_resume_rate"
    COMPLETION = "completion_rate"
    COMPLETION_ON_TIME = "on_time_completion_rate"
    COMMISSION = "commission_rate"
    COMMISSION_ON_TIME = "on_time_commission_rate"


class Formula(NamedTuple):
    """The fields of ``Parts`` that are added above and below the line."""

    numerator: tuple[str, ...]
    denominator: tuple[str, ...]

    def of(self, parts: Parts) -> Ratio:
        above, below = (sum((Decimal(getattr(parts, name)) for name in names), NOUGHT) for names in self)
        return Ratio(above, below)


FORMULAS: Mapping[Index, Formula] = {
    Index.INVESTMENT: Formula(("ytd_amount",), ("annual_plan_amount",)),
    Index.TO_DATE: Formula(("ytd_amount",), ("plan_to_date_amount",)),
    Index.ORIGINAL: Formula(("original_ytd_amount",), ("original_plan_amount",)),
    Index.OF_TOTAL: Formula(("since_start_amount",), ("total_investment",)),
    Index.ON_TARGET: Formula(("on_target",), ("targeted",)),
    Index.START: Formula(("started",), ("new_starts",)),
    Index.START_ON_TIME: Formula(("started_due",), ("starts_due",)),
    Index.UNDER_WAY: Formula(("building", "finished"), ("projects",)),
    Index.START_RESUME: Formula(("resumed", "started"), ("continuing", "new_starts")),
    Index.COMPLETION: Formula(("completed",), ("completions",)),
    Index.COMPLETION_ON_TIME: Formula(("completed_due",), ("completions_due",)),
    Index.COMMISSION: Formula(("commissioned",), ("completions",)),
    Index.COMMISSION_ON_TIME: Formula(("commissioned_due",), ("completions_due",)),
}


@dataclass(frozen=True, slots=True)
class Indices:
    """``ratios`` by the name of the index; ``time_progress`` is what the investment is judged by."""

    ratios: Mapping[Index, Ratio]
    time_progress: Ratio

    def __getitem__(self, index: Index) -> Ratio:
        return self.ratios[index]

    @property
    def progress_gap_pp(self) -> Decimal | None:
        """超(欠)进度: 投资完成率 − 序时进度, in percentage points. None: nothing is planned."""
        return self[Index.INVESTMENT].gap_pp(self.time_progress)

    @property
    def original_gap_pp(self) -> Decimal | None:
        """超(欠)进度 against the plan as first approved. By the plan's curve it compares with today's curve."""
        return self[Index.ORIGINAL].gap_pp(self.time_progress)


def indices_of(parts: Parts, *, on: date, basis: Basis) -> Indices:
    """Every index of a project or a group. ``parts`` must be of the same day and the same half months as asked."""
    expected = time_progress(
        on, basis=basis, annual_amount=parts.annual_plan_amount, to_date_amount=parts.plan_to_date_amount
    )
    return Indices({index: formula.of(parts) for index, formula in FORMULAS.items()}, expected)


@dataclass(frozen=True, slots=True)
class Comparison:
    """同口径比较: the projects that were in the plan both times, and apart from them who came and who left."""

    same_now: Parts
    same_then: Parts
    entered: Mapping[int, Parts]
    left: Mapping[int, Parts]


def compare(now: Mapping[int, Parts], then: Mapping[int, Parts]) -> Comparison:
    """By project; one that is not in the plan at a time is not there at that time."""
    here = {project: parts for project, parts in now.items() if parts.projects}
    before = {project: parts for project, parts in then.items() if parts.projects}
    return Comparison(
        same_now=sum((here[project] for project in here if project in before), Parts()),
        same_then=sum((before[project] for project in before if project in here), Parts()),
        entered={project: parts for project, parts in here.items() if project not in before},
        left={project: parts for project, parts in before.items() if project not in here},
    )
