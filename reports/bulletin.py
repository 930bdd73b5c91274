"""月通报: what the bulletin of one month says, frozen when it was drafted. Amounts are 万元.

Every figure of it belongs to a group of projects and is made of the ``Parts`` they contribute, or counts the lines of
a list; ``bulletin_figures`` names them all and tells what each is made of.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from reports.measure_notice import MeasureNotice
from scheduling.parts import Parts

EDITION = "1"
WHOLE = "all"
"""The key of the group of all projects."""


@dataclass(frozen=True)
class Group:
    """Projects that are told of together. ``key``: ``all``, or the table and what they have in common: ``unit:12``.

    ``before``: the same projects at the end of the month before, as far as they were in the plan of the same year
    then; ``month_amount``: 本月完成, of the periods of this month alone. ``lights``: light → number of projects.
    """

    key: str
    name: str
    parts: Parts
    month_amount: Decimal
    before: Parts | None = None
    lights: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class GroupTable:
    """``by``: area, stage, category, level, unit (责任口径) or town (属地口径)."""

    by: str
    name: str
    groups: tuple[Group, ...]


@dataclass(frozen=True)
class Project:
    """Who a line is about."""

    pk: int
    code: str
    name: str
    unit: str
    town: str = ""
    person: str = ""
    leader: str = ""


@dataclass(frozen=True)
class DueLine:
    """A start or a completion: ``due`` by the end of the month, ``done`` by then; done and not due is early."""

    project: Project
    planned_on: date | None
    done_on: date | None
    is_due: bool
    is_done: bool

    @property
    def is_missed(self) -> bool:
        return self.is_due and not self.is_done

    @property
    def is_early(self) -> bool:
        return self.is_done and not self.is_due


@dataclass(frozen=True)
class LagLine:
    """A lagging project and its worst overdue item. ``gap_pp``: of the investment, None where that does not lag.

    ``kind`` is one of ``overdue.KINDS``; ``others``: how many items more are overdue.
    """

    project: Project
    kind: str
    item: str
    original_on: date | None
    approved_on: date | None
    days: int
    others: int
    light: str
    gap_pp: Decimal | None
    cause: str
    promise: str


@dataclass(frozen=True)
class ProblemLine:
    """An open problem; ``days`` past the day by which it was needed, nought while it is not."""

    project: Project
    kind: str
    title: str
    unit: str
    needed_by: date
    days: int


@dataclass(frozen=True)
class DecisionLine:
    """An open decision; ``days`` past its limit, nought while it is not."""

    number: str
    text: str
    project: str
    unit: str
    due_on: date
    days: int


@dataclass(frozen=True)
class Placed:
    """A unit on a board: ``rank`` of ``of``; ``was``: its rank a month ago on the same projects, None: it had none."""

    name: str
    rank: int
    of: int
    rate: Decimal
    was: int | None
    met: bool


@dataclass(frozen=True)
class Board:
    """快慢榜 and 红黑榜 of one pool: who is praised, who is named, who might have been and why not.

    ``too_few``: the pool has fewer members than are ranked, so nobody stands on it.
    """

    pool: str
    honoured: tuple[Placed, ...]
    lagging: tuple[Placed, ...]
    excused: tuple[str, ...]
    too_few: bool
    rule: str


@dataclass(frozen=True)
class LateReport:
    """补报: accepted since the last bulletin for an earlier month of the year; ``amount`` is what it adds to it."""

    project: Project
    month: date
    amount: Decimal


@dataclass(frozen=True)
class Moved:
    """A project that came into the plan or left it since the end of the month before."""

    project: Project
    parts: Parts


@dataclass(frozen=True)
class MeasureLine:
    """结果运用: a measure that was told to its unit. ``title``: the number of its notice, "" where it had none."""

    project: Project
    kind: str
    title: str
    on: date


@dataclass(frozen=True)
class ItemLine:
    """An undertaking or an item to be put right, under a measure of this kind."""

    project: Project
    kind: str
    title: str
    due_on: date


@dataclass(frozen=True)
class PracticeLine:
    """观摩好做法: what, and where it was seen."""

    project: Project
    title: str
    what: str


@dataclass(frozen=True)
class Basis:
    """What all of it rests on. ``rows_digest``: of what every project contributed, project by project."""

    plan: str
    light_rules: int
    formulas: str
    rows_digest: str
    versions: int


@dataclass(frozen=True)
class Bulletin:
    """``on``: the last day it tells of; ``before_on``: with which it is compared, None: with nothing.

    ``same_*``: of the projects that were in the plan both times; ``month_before``: what the month before brought them.
    ``starts`` and ``completions`` are all of the year. ``verified`` and ``drawn``: of the projects drawn for 随机核查
    whose result was recorded since the last bulletin, how many were found as told. ``measures`` were told this month;
    ``broken``: not handed in by their day, ``closed``: struck off; ``practices``: written down on the tour.
    """

    district: str
    year: int
    month: int
    on: date
    known_at: datetime
    before_on: date | None
    basis: Basis
    whole: Group
    tables: tuple[GroupTable, ...]
    same_now: Parts
    same_before: Parts
    same_month_amount: Decimal
    same_month_before: Decimal
    entered: tuple[Moved, ...]
    left: tuple[Moved, ...]
    starts: tuple[DueLine, ...]
    completions: tuple[DueLine, ...]
    lagging: tuple[LagLine, ...]
    problems: tuple[ProblemLine, ...]
    decisions: tuple[DecisionLine, ...]
    boards: tuple[Board, ...]
    late_reports: tuple[LateReport, ...]
    verified: int = 0
    drawn: int = 0
    measures: tuple[MeasureLine, ...] = ()
    broken: tuple[ItemLine, ...] = ()
    closed: tuple[ItemLine, ...] = ()
    practices: tuple[PracticeLine, ...] = ()


@dataclass(frozen=True)
class Section:
    """Narrative: a heading and text, in which ``{全区·投资完成率}`` stands for the printed figure of that name."""

    key: str
    heading: str
    text: str


@dataclass(frozen=True)
class Change:
    """One figure of an issued paper that a correction of a fact has changed, as printed then and now."""

    figure: str
    old: str
    new: str


@dataclass(frozen=True)
class Cause:
    """A fact that was corrected after the paper was drafted."""

    project: Project
    what: str
    old: str
    new: str
    reason: str
    person: str
    at: datetime


@dataclass(frozen=True)
class Erratum:
    """更正: what of one issued paper no longer holds, and why."""

    district: str
    corrects_number: str
    corrects_title: str
    corrects_digest: str
    known_at: datetime
    changes: tuple[Change, ...]
    causes: tuple[Cause, ...]


@dataclass(frozen=True)
class Registered:
    """A paper as it was registered: what was signed off, and nothing can be altered any more.

    It rests on ``bulletin``, on ``erratum`` or on ``notice``. ``number`` as printed; ``serial``: its number of the
    year. ``follows``: the digest of the paper registered before it in the same series, "" of the first.
    """

    form: str
    mark: str
    number: str
    serial: int
    year: int
    title: str
    addressee: str
    sections: tuple[Section, ...]
    signature: str
    signed_on: date
    signer: str
    remark: str
    cc: str
    printer: str
    copies: int
    bulletin: Bulletin | None = None
    erratum: Erratum | None = None
    notice: MeasureNotice | None = None
    follows: str = field(default="")
