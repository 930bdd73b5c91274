"""观摩手册: everything that is printed of one round of 季观摩, frozen when it was composed. Amounts are 万元."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from reports.bulletin import Board, Group

EDITION = "1"
SERIES = "季观摩"


@dataclass(frozen=True)
class Photo:
    """``sha256`` names the kept file; ``taken_on``: by the camera, else when it was handed in."""

    sha256: str
    taken_on: date
    caption: str


@dataclass(frozen=True)
class Stage:
    """``state`` is one of ``scheduling.stages.State``; ``days`` it is late."""

    name: str
    planned_on: date | None
    actual_on: date | None
    state: str
    days: int


@dataclass(frozen=True)
class Point:
    """Since the first of January, by the end of this day."""

    on: date
    amount: Decimal


@dataclass(frozen=True)
class Course:
    """The year of one project; ``planned_to_date`` None: nothing was planned for it."""

    on: date
    plan: tuple[Point, ...]
    actual: tuple[Point, ...]
    planned_to_date: Decimal | None


@dataclass(frozen=True)
class Node:
    """A milestone with its four dates; ``days`` it is late on the day of the booklet."""

    name: str
    is_key: bool
    original_on: date | None
    approved_on: date | None
    forecast_on: date | None
    actual_on: date | None
    is_reached: bool
    days: int


@dataclass(frozen=True)
class Request:
    """协调请求 that waits for its answer; ``days`` past the limit."""

    unit: str
    question: str
    due_on: date
    days: int


@dataclass(frozen=True)
class Trouble:
    """An open problem: whose court it is in, since when, on which level; ``days`` past the day it was needed by."""

    kind: str
    title: str
    unit: str
    level: str
    since: date
    needed_by: date
    days: int
    requests: tuple[Request, ...]


@dataclass(frozen=True)
class People:
    lead_unit: str
    responsible_unit: str
    person: str
    leader: str
    town: str
    owner: str
    contractor: str
    supervisor: str


@dataclass(frozen=True)
class Figures:
    """None: nobody knows. ``reported_to``: the last day an accepted report covers."""

    total_investment: Decimal | None
    annual_plan: Decimal | None
    year_to_date: Decimal
    since_start: Decimal
    physical: str
    physical_percent: Decimal | None
    reported_to: date | None
    light: str


@dataclass(frozen=True)
class Visit:
    """When and how long; minutes of ``travel`` are from the stop before, or from where the tour begins."""

    order: int
    arrives_at: datetime
    leaves_at: datetime
    travel: int
    minutes: int
    pool: str
    place: str
    presenter: str
    longitude: Decimal | None
    latitude: Decimal | None


@dataclass(frozen=True)
class StopPage:
    """``earlier``: a photo of the same place label, taken before ``photo``. ``address``: of the project's page."""

    visit: Visit
    project: int
    code: str
    name: str
    area: str
    level: str
    nature: str
    scale: str
    years: str
    sights: str
    people: People
    figures: Figures
    stages: tuple[Stage, ...]
    course: Course
    nodes: tuple[Node, ...]
    troubles: tuple[Trouble, ...]
    photo: Photo | None
    earlier: Photo | None
    address: str


@dataclass(frozen=True)
class Quarter:
    """三项指标 and 排名 of the quarter's last closed month ``on``, exactly as the bulletin reckons them."""

    on: date
    known_at: datetime
    whole: Group
    units: tuple[Group, ...]
    boards: tuple[Board, ...]


@dataclass(frozen=True)
class FindingLine:
    """What the round before found, and where it stands: ``solved_on`` None: still open, ``days`` past its limit."""

    project: str
    title: str
    unit: str
    found_on: date
    needed_by: date
    solved_on: date | None
    days: int


@dataclass(frozen=True)
class Practice:
    """好做法 seen on a tour before."""

    round: str
    project: str
    title: str
    what: str
    contact: str


@dataclass(frozen=True)
class Item:
    key: str
    name: str
    maximum: str
    hint: str


@dataclass(frozen=True)
class JudgeSheet:
    """``judge``: the name, or the number of an anonymous one; ``recused``: the orders of the stops not to be scored."""

    judge: str
    group: str
    recused: tuple[int, ...]


@dataclass(frozen=True)
class Scoring:
    """评分表; without judges one blank sheet is printed."""

    name: str
    items: tuple[Item, ...]
    judges: tuple[JudgeSheet, ...]


@dataclass(frozen=True)
class Booklet:
    """``quarter_figures`` None: no month of the quarter, nor an earlier one of the year, is closed yet.

    ``number`` as printed, "" of a proof; ``serial``: its number of ``year``, in which it was issued. ``follows``: the
    digest of the paper registered before it in the series. ``previous_round``: the round the findings are of.
    """

    district: str
    printer: str
    title: str
    of_year: int
    quarter: int
    emphases: tuple[str, ...]
    on: date
    known_at: datetime
    starts_at: datetime
    back_at: datetime
    origin: str
    origin_longitude: Decimal | None
    origin_latitude: Decimal | None
    stops: tuple[StopPage, ...]
    quarter_figures: Quarter | None
    previous_round: str
    findings: tuple[FindingLine, ...]
    practices: tuple[Practice, ...]
    scoring: Scoring
    number: str = field(default="")
    year: int = field(default=0)
    serial: int = field(default=0)
    issued_on: date | None = field(default=None)
    follows: str = field(default="")

    @property
    def visits(self) -> tuple[tuple[int, Visit], ...]:
        """The route: which project when; what the office decided, and nothing that is reported."""
        return tuple((stop.project, stop.visit) for stop in self.stops)
