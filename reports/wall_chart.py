"""挂图: the frozen snapshot of a wall chart: plain values, composed once, drawn by what asks nothing more."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from projects.figures import days_late


class State(StrEnum):
    """How a row or a node stands on the day of the chart."""

    DONE = "done"
    LATE = "late"
    PAUSED = "paused"
    OPEN = "open"
    UNDATED = "undated"


@dataclass(frozen=True)
class Stretch:
    """From the first to the last day, both included."""

    first_on: date
    last_on: date
    name: str = ""


@dataclass(frozen=True)
class Bar:
    """One of the four stages (``step`` 1 to 4) as it was planned and as it went."""

    step: int
    planned: Stretch | None = None
    actual: Stretch | None = None


@dataclass(frozen=True)
class Node:
    """Something dated with its four dates. ``float_until``: the latest day that does no harm, where it is computed.

    ``float_days`` are counted in ``float_unit``, days of work or of the calendar; below nought it is late.
    """

    name: str
    state: State
    original_on: date | None = None
    approved_on: date | None = None
    forecast_on: date | None = None
    actual_on: date | None = None
    days_late: int = 0
    float_days: int | None = None
    float_unit: str = ""
    float_from: date | None = None
    float_until: date | None = None
    is_critical: bool = False

    @property
    def word(self) -> str:
        return {State.DONE: "完成", State.LATE: days_late(self.days_late), State.PAUSED: "停缓建"}.get(self.state, "")


@dataclass(frozen=True)
class Row:
    """A line of the chart: a project, or one node of a project.

    ``leading`` is the node its four dates are told of: the worst overdue one, else the next, else the last.
    """

    name: str
    unit: str
    person: str
    state: State
    word: str
    bars: tuple[Bar, ...] = ()
    nodes: tuple[Node, ...] = ()
    leading: Node | None = None
    blackouts: tuple[Stretch, ...] = ()
    address: str = ""
    is_heading: bool = False


@dataclass(frozen=True)
class Group:
    name: str
    rows: tuple[Row, ...]

    @property
    def note(self) -> str:
        counted = [row for row in self.rows if not row.is_heading]
        late = sum(row.state is State.LATE for row in counted)
        return f"{len(counted)} 项，{late} 项逾期" if late else f"{len(counted)} 项"


@dataclass(frozen=True)
class WallChart:
    """``of_nodes``: the rows are the nodes of one project. ``blackouts`` hold for every row.

    ``whole``: drawn over all its days, not over the year of its day.
    """

    title: str
    district: str
    scope: str
    finding: str
    on: date
    made_on: date
    of_nodes: bool
    headings: tuple[str, str, str]
    groups: tuple[Group, ...]
    blackouts: tuple[Stretch, ...] = ()
    whole: bool = False

    @property
    def rows(self) -> list[Row]:
        return [row for group in self.groups for row in group.rows]

    def extent(self) -> tuple[date, date] | None:
        """The first and the last day that anything on the chart speaks of; None of an empty one."""
        days = [day for row in self.rows for day in _days(row)]
        return (min(days), max(days)) if days else None


def _days(row: Row) -> list[date]:
    stretches = [stretch for bar in row.bars for stretch in (bar.planned, bar.actual) if stretch]
    found = [day for each in stretches for day in (each.first_on, each.last_on)]
    for node in row.nodes:
        dated = (node.original_on, node.approved_on, node.forecast_on, node.actual_on, node.float_until)
        found += [day for day in dated if day]
    return found
