"""One row of a ledger of projects: the project, what is to be recorded of it, and its milestones."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from .files import RawRow
from .mapping import PARTS, Columns, LedgerMapping, NodeColumns, Source, Status
from .problems import Problem
from .reading import CellReader
from .rows import LedgerRow, read_dates

_REACHED = frozenset({"已完成", "完成", "已完工", "已竣工", "已办结", "办结", "已取得", "√", "✓", "是"})
_OPEN = frozenset(
    {"未完成", "未开始", "未开工", "进行中", "推进中", "正在推进", "正在办理", "办理中", "在建", "×", "否"}
)


@dataclass(frozen=True, slots=True)
class Values:
    """What one part of the row says, by name; None and the empty text where nothing could be read. Amounts: 万元.

    ``nothing`` names the dates said not to exist yet, ``vague`` the words of those that were no exact day.
    """

    texts: Mapping[str, str] = field(default_factory=dict)
    dates: Mapping[str, date | None] = field(default_factory=dict)
    amounts: Mapping[str, Decimal | None] = field(default_factory=dict)
    numbers: Mapping[str, Decimal | None] = field(default_factory=dict)
    nothing: frozenset[str] = frozenset()
    vague: Mapping[str, str] = field(default_factory=dict)


NO_VALUES = Values()


@dataclass(frozen=True, slots=True)
class ProjectRow:
    """``milestones`` are those of which the row says anything.

    ``defaults`` names the fields of the project that are no words of the row: constants, and what stands in for blanks.
    """

    number: int
    project_key: str
    project: Mapping[str, str]
    parts: Mapping[str, Values]
    milestones: tuple[LedgerRow, ...]
    defaults: frozenset[str] = frozenset()

    @property
    def facts(self) -> Values:
        return self.parts.get("facts", NO_VALUES)

    @property
    def plan(self) -> Values:
        return self.parts.get("plan", NO_VALUES)

    @property
    def people(self) -> Values:
        return self.parts.get("people", NO_VALUES)

    @property
    def reported(self) -> Values:
        return self.parts.get("reported", NO_VALUES)


class ProjectRowReader(CellReader):
    """Reads row after row of a ledger of projects."""

    def __init__(self, mapping: LedgerMapping, width: int) -> None:
        super().__init__(mapping, width)
        self._constants = [name for name, source in mapping.project.items() if source.constant]
        self._fallbacks = [(name, source) for name, source in mapping.project.items() if source.otherwise]
        self._nodes = [(node, [column.column for column in node.dates.values()]) for node in mapping.nodes]

    def read(self, raw: RawRow) -> tuple[ProjectRow | None, list[Problem]]:
        """The row, or None when it is none or nobody can tell which project it speaks of; and what is wrong with it."""
        return (self.row() if self.take(raw) else None), self.problems

    def row(self) -> ProjectRow:
        project = self.project()
        parts = {name: self.values(name, columns) for name, columns in self.mapping.parts.items()}
        nodes = [self.node(node, project) for node, columns in self._nodes if any(map(self.texts.get, columns))]
        return ProjectRow(self.raw.number, self.key, project, parts, tuple(nodes), self.defaults(project))

    def defaults(self, project: Mapping[str, str]) -> frozenset[str]:
        fallen = (name for name, source in self._fallbacks if self.is_fallback(source, project[name]))
        return frozenset((*self._constants, *fallen))

    def is_fallback(self, source: Source, text: str) -> bool:
        """Nothing in the row says this text; it is there because the mapping wants one."""
        if text != source.otherwise:
            return False
        written = self.texts[source.column] if source.column else ""
        return written != text if source.values is None else written.casefold() not in source.values

    def values(self, name: str, columns: Columns) -> Values:
        longest = PARTS[name].texts
        dates = read_dates(self, columns.dates)
        return Values(
            texts={
                name: self.shortened(self.text(source), longest.get(name, 100), source)
                for name, source in columns.texts.items()
            },
            dates=dates.days,
            amounts={name: self.amount(column) for name, column in columns.amounts.items()},
            numbers={name: self.number(name, column) for name, column in columns.numbers.items()},
            nothing=frozenset(dates.nothing),
            vague=dates.vague,
        )

    def node(self, node: NodeColumns, project: Mapping[str, str]) -> LedgerRow:
        """The name of a milestone is its key: it stands in the heading."""
        status = self.status(node)
        worded = {"actual_on"} if status and self.texts[node.dates["actual_on"].column] in _REACHED | _OPEN else set()
        dates = read_dates(self, {name: column for name, column in node.dates.items() if name not in worded})
        return LedgerRow(
            number=self.raw.number,
            project_key=self.key,
            milestone_key=node.name,
            project=project,
            name=node.name,
            stage=node.stage,
            status=status,
            dates=dates.days | dict.fromkeys(worded),
            nothing=frozenset(dates.nothing),
            vague=dates.vague,
        )

    def status(self, node: NodeColumns) -> Status | None:
        """Where the finish is a word: 已完成, 进行中. None: nothing but dates tells."""
        actual = node.dates.get("actual_on")
        word = self.texts[actual.column] if actual else ""
        if word in _REACHED:
            return Status.COMPLETE
        return Status.IN_PROGRESS if word in _OPEN else None
