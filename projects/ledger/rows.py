"""One row of a ledger of milestones: what it says about a project and one of its milestones, and fails to say."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from .cells import line_of
from .days import Day
from .files import RawRow, Table
from .mapping import DateColumn, LedgerMapping, Meaning, Status
from .problems import Code, Problem
from .reading import CellReader, key_of

_MILESTONE_NAME = 200
UNNAMED = "（未注明）"


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """``dates`` and ``amounts`` hold what could be read; ``nothing`` names the dates said not to exist yet.

    ``vague``: the words of those dates that were no exact day, by name.
    """

    number: int
    project_key: str
    milestone_key: str
    project: Mapping[str, str] = field(default_factory=dict)
    name: str = ""
    stage: str = ""
    status: Status | None = None
    dates: Mapping[str, date | None] = field(default_factory=dict)
    amounts: Mapping[str, Decimal | None] = field(default_factory=dict)
    nothing: frozenset[str] = frozenset()
    vague: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class ReadDates:
    """Dates by name as far as they could be read; see ``LedgerRow``."""

    days: dict[str, date | None] = field(default_factory=dict)
    nothing: set[str] = field(default_factory=set)
    vague: dict[str, str] = field(default_factory=dict)


def keys(mapping: LedgerMapping, table: Table) -> Iterator[tuple[int, str]]:
    """The number and project key of every row (none where it is left out): enough to know which belong together."""
    for raw in table.rows():
        parts = [] if raw.left_out else [line_of(raw.cells.get(column)) for column in mapping.project_key]
        yield raw.number, key_of(parts)


def read_dates(reader: CellReader, columns: Mapping[str, DateColumn]) -> ReadDates:
    """These dates of the row the reader has taken."""
    read = ReadDates()
    for name, column in columns.items():
        found = reader.date(column)
        read.days[name] = found.on if isinstance(found, Day) else None
        if isinstance(found, Day):
            if found.is_vague:
                read.vague[name] = found.words
        elif found and found.means is Meaning.NOT_STARTED:
            read.nothing.add(name)
    return read


class RowReader(CellReader):
    """Reads row after row of a ledger of milestones."""

    def read(self, raw: RawRow) -> tuple[LedgerRow | None, list[Problem]]:
        """The row, or None when it is none or nobody can tell which project it speaks of; and what is wrong with it."""
        return (self.row() if self.take(raw) else None), self.problems

    def row(self) -> LedgerRow:
        mapping, project = self.mapping, self.project()
        name = self.shortened(self.milestone_name(), _MILESTONE_NAME, mapping.milestone["name"])
        stage, status = self.text(mapping.milestone["stage"]), self.status()
        dates = read_dates(self, mapping.dates)
        return LedgerRow(
            number=self.raw.number,
            project_key=self.key,
            milestone_key=key_of([self.texts[column] for column in mapping.milestone_key]) or UNNAMED,
            project=project,
            name=name,
            stage=stage,
            status=status,
            dates=dates.days,
            amounts={name: self.amount(column) for name, column in mapping.amounts.items()},
            nothing=frozenset(dates.nothing),
            vague=dates.vague,
        )

    def milestone_name(self) -> str:
        source = self.mapping.milestone["name"]
        name = self.text(source)
        if not name:
            self.say(Code.MISSING_VALUE, next(iter(source.columns), ""), f"没有节点名称，暂记为“{UNNAMED}”。")
        return name or UNNAMED

    def status(self) -> Status | None:
        source = self.mapping.milestone.get("status")
        word = self.text(source) if source else ""
        planned = self.mapping.dates.get("planned_on")
        if word == Status.IN_PROGRESS.value and planned and not self.texts[planned.column]:
            self.say(Code.NO_PLANNED_DATE, planned.column, "进行中而没有计划完成日期，无法判断是否逾期。")
        return Status(word) if word else None
