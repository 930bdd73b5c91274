"""交接单: what one project's responsible person hands over, as of a moment. Amounts are 万元."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from reports.inspection_booklet import Node, Trouble

EDITION = "1"


@dataclass(frozen=True)
class Tenure:
    """Who answered for the project; ``since`` None: from its registration on, ``until`` None: still."""

    person: str
    since: date | None
    until: date | None


@dataclass(frozen=True)
class Promise:
    """What a department has promised on a request of the project; ``days`` past the day it named."""

    unit: str
    question: str
    answer: str
    promised_on: date | None
    days: int


@dataclass(frozen=True)
class Undertaking:
    """What was promised in an interview or demanded to be put right, and is open; ``days`` past its limit."""

    measure: str
    kind: str
    text: str
    due_on: date
    state: str
    days: int


@dataclass(frozen=True)
class Duty:
    """交办事项 that is open; ``days`` past its limit."""

    number: str
    text: str
    unit: str
    due_on: date
    state: str
    days: int


@dataclass(frozen=True)
class PermitLine:
    """审批手续 that is under way: where it lies and by when it is due."""

    name: str
    agency: str
    status: str
    due_on: date | None
    days: int


@dataclass(frozen=True)
class FileLine:
    """A paper kept with the project. ``kind``: what it proves."""

    kind: str
    name: str
    number: str
    dated_on: date | None


@dataclass(frozen=True)
class Handover:
    """``nodes``: overdue, or due within ``horizon``. ``lacking``: evidence asked for and not handed in.

    ``reported_to``: the last day an accepted report covers. ``unaccepted``: reports that wait or were sent back.
    """

    district: str
    title: str
    project: int
    code: str
    name: str
    unit: str
    leader: str
    handing: str
    receiving: str
    changed_on: date | None
    on: date
    known_at: datetime
    horizon: date
    year_to_date: Decimal
    annual_plan: Decimal | None
    reported_to: date | None
    unaccepted: int
    nodes: tuple[Node, ...]
    problems: tuple[Trouble, ...]
    promises: tuple[Promise, ...]
    duties: tuple[Duty, ...]
    undertakings: tuple[Undertaking, ...]
    permits: tuple[PermitLine, ...]
    lacking: tuple[str, ...]
    files: tuple[FileLine, ...]
    tenures: tuple[Tenure, ...]
    follows: str = field(default="")
