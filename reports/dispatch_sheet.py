"""周调度单: what the sheet of one week says, of one lead unit or of the district. Amounts are 万元, rates percent.

A frozen value: composed once, kept, and shown by what asks nothing more. Totals and rates are kept with it, as the
``EDITION`` of this arithmetic made them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from reports.bulletin import DecisionLine

EDITION = "1"
NOUGHT = Decimal(0)


class Reported(StrEnum):
    """How a project's report stood when the week was closed."""

    ACCEPTED = "ACCEPTED"
    UNREVIEWED = "UNREVIEWED"
    RETURNED = "RETURNED"
    MISSING = "MISSING"


@dataclass(frozen=True)
class Amounts:
    """Accepted reports alone. ``annual_plan`` None: not planned this year. ``change`` is against the week before."""

    period: Decimal
    year_to_date: Decimal
    since_start: Decimal
    annual_plan: Decimal | None
    change: Decimal | None

    @property
    def rate(self) -> Decimal | None:
        """占年度计划: done this year ÷ annual plan; None without a plan. Above 100 is lawful."""
        return 100 * self.year_to_date / self.annual_plan if self.annual_plan else None


@dataclass(frozen=True)
class ProjectLine:
    """One project. ``unchanged`` counts the periods in a row without news, of which ``is_unchanged`` says this one.

    ``unreviewed`` is what would be added by what waits for review: a report, or the correction of an accepted one.
    """

    code: str
    name: str
    unit: str
    person: str
    stage: str
    reported: Reported
    is_on_time: bool
    is_unchanged: bool
    amounts: Amounts
    unreviewed: Decimal
    physical: str
    physical_percent: Decimal | None
    unchanged: int


@dataclass(frozen=True)
class Completeness:
    """How many reports were owed, came, came in time (应报 = 已报 + 退回未重报 + 未报)."""

    expected: int = 0
    reported: int = 0
    on_time: int = 0
    unreviewed: int = 0
    returned: int = 0
    missing: int = 0
    unchanged: int = 0
    unreviewed_amount: Decimal = NOUGHT


@dataclass(frozen=True)
class UnitLine:
    """One lead unit in the sheet of the district."""

    name: str
    completeness: Completeness
    amounts: Amounts


@dataclass(frozen=True)
class LateLine:
    """An overdue item, or the worst of a project with how many ``others`` it has."""

    project: str
    unit: str
    item: str
    person: str
    original_on: date | None
    approved_on: date | None
    days: int
    others: int = 0


@dataclass(frozen=True, kw_only=True)
class AssignedLine(DecisionLine):
    """With who answers for it, and where it was decided."""

    person: str
    meeting: str


@dataclass(frozen=True)
class RequestLine:
    """An unanswered request for coordination. ``days`` past the limit for the answer."""

    project: str
    lead_unit: str
    question: str
    unit: str
    asked_on: date
    due_on: date
    days: int


@dataclass(frozen=True)
class StepLine:
    """A step that has to begin within the week to come."""

    project: str
    unit: str
    step: str
    person: str
    start_on: date


@dataclass(frozen=True)
class Ahead:
    """The steps whose latest start or finish falls within these days; ``weeks`` 0 is the week to come."""

    weeks: int
    until: date
    to_start: int
    to_finish: int


@dataclass(frozen=True)
class LookAhead:
    """近期必办 from ``since`` on, as ``reckoned_on`` that day; None: no project works by a schedule."""

    since: date
    reckoned_on: date | None
    missed: int
    spans: tuple[Ahead, ...]
    must_start: tuple[StepLine, ...]


@dataclass(frozen=True)
class DispatchSheet:
    """``unit`` empty: the district. ``follows`` is the digest of the sheet of the week before, "" of the first."""

    district: str
    unit: str
    starts_on: date
    ends_on: date
    known_at: datetime
    completeness: Completeness
    total: Amounts
    projects: tuple[ProjectLine, ...]
    units: tuple[UnitLine, ...]
    newly_overdue: tuple[LateLine, ...]
    overdue: tuple[LateLine, ...]
    decisions: tuple[AssignedLine, ...]
    requests: tuple[RequestLine, ...]
    ahead: LookAhead
    follows: str = ""

    @property
    def is_of_district(self) -> bool:
        return not self.unit

    def having(self, *states: Reported) -> list[ProjectLine]:
        return [line for line in self.projects if line.reported in states]

    def waiting(self) -> list[ProjectLine]:
        """What waits for review, the corrections of accepted reports among it."""
        return [line for line in self.projects if line.reported is Reported.UNREVIEWED or line.unreviewed]


def completeness(lines: Iterable[ProjectLine]) -> Completeness:
    counted = Completeness()
    for line in lines:
        counted = _sum(counted, _of_one(line))
    return counted


def total(amounts: Sequence[Amounts]) -> Amounts:
    """Sums of what is known; what nobody has stays undefined."""
    return Amounts(
        period=sum((each.period for each in amounts), NOUGHT),
        year_to_date=sum((each.year_to_date for each in amounts), NOUGHT),
        since_start=sum((each.since_start for each in amounts), NOUGHT),
        annual_plan=_sum_of_known(each.annual_plan for each in amounts),
        change=_sum_of_known(each.change for each in amounts),
    )


def by_unit(lines: Sequence[ProjectLine]) -> tuple[UnitLine, ...]:
    """In the order in which the units come."""
    units: dict[str, list[ProjectLine]] = {}
    for line in lines:
        units.setdefault(line.unit, []).append(line)
    return tuple(
        UnitLine(name, completeness(own), total([line.amounts for line in own])) for name, own in units.items()
    )


def _of_one(line: ProjectLine) -> Completeness:
    is_reported = line.reported in {Reported.ACCEPTED, Reported.UNREVIEWED}
    return Completeness(
        expected=1,
        reported=int(is_reported),
        on_time=int(is_reported and line.is_on_time),
        unreviewed=int(line.reported is Reported.UNREVIEWED),
        returned=int(line.reported is Reported.RETURNED),
        missing=int(line.reported is Reported.MISSING),
        unchanged=int(is_reported and line.is_unchanged),
        unreviewed_amount=line.unreviewed,
    )


def _sum(one: Completeness, other: Completeness) -> Completeness:
    names = [each.name for each in fields(Completeness)]
    return Completeness(**{name: getattr(one, name) + getattr(other, name) for name in names})


def _sum_of_known(values: Iterable[Decimal | None]) -> Decimal | None:
    known = [value for value in values if value is not None]
    return sum(known, NOUGHT) if known else None
