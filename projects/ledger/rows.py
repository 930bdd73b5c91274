"""One row of a ledger: what it says about a project and one of its milestones, and what it fails to say."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from .cells import UnreadableError, amount_of, date_of, line_of
from .files import RawRow, Table
from .mapping import PROJECT_TEXTS, LedgerMapping, Meaning, Source, StandIn, Status
from .problems import Code, Problem

_KEY_JOINT = " | "
_MILESTONE_NAME = 200
_UNIT_NAME = 100
UNNAMED = "（未注明）"


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """``dates`` and ``amounts`` hold what could be read; ``nothing`` names the dates said not to exist yet."""

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


def keys(mapping: LedgerMapping, table: Table) -> Iterator[tuple[int, str]]:
    """The number and project key of every row: enough to know which rows belong together."""
    for raw in table.rows():
        yield raw.number, _key([line_of(raw.cells.get(column)) for column in mapping.project_key])


def _key(parts: list[str]) -> str:
    return _KEY_JOINT.join(parts) if any(parts) else ""


class RowReader:
    """Reads row after row. What the rows of one project repeat is read, and complained of, once."""

    def __init__(self, mapping: LedgerMapping, width: int) -> None:
        self.mapping, self.width = mapping, width
        self.problems: list[Problem] = []
        self._used = sorted(mapping.columns())
        self._repeated = sorted({name for source in mapping.project.values() for name in source.columns})
        self._written: list[str] | None = None
        self._project: dict[str, str] = {}

    def read(self, raw: RawRow) -> tuple[LedgerRow | None, list[Problem]]:
        """The row, or None when nobody can tell which project it speaks of; and what is wrong with it."""
        self.raw, self.problems = raw, []
        self.texts = {column: line_of(raw.cells.get(column)) for column in self._used}
        self.key = _key([self.texts[column] for column in self.mapping.project_key])
        self.check_width()
        return self.row(), self.problems

    def say(self, code: Code, column: str, message: str, *, rejected: bool = False) -> None:
        value = self.texts[column][:200] if column else ""
        self.problems.append(Problem(self.raw.number, column, value, code, message, rejected))

    def check_width(self) -> None:
        if self.raw.width < self.width:
            self.say(Code.SHORT_ROW, "", f"本行只有 {self.raw.width} 列，表头有 {self.width} 列，缺的按空白处理。")
        if self.raw.surplus:
            more = "、".join(self.raw.surplus)[:100]
            self.say(Code.LONG_ROW, "", f"本行比表头多出的内容没有列名，未导入：{more}。")

    def row(self) -> LedgerRow | None:
        mapping = self.mapping
        if not self.key:
            self.say(Code.NO_KEY, mapping.project_key[0], "用来识别项目的列全部空缺，本行未导入。", rejected=True)
            return None
        project = self.project()
        if not project["name"]:
            column = next(iter(mapping.project["name"].columns), "")
            self.say(Code.NO_NAME, column, "没有项目名称，本行未导入。", rejected=True)
            return None
        nothing: set[str] = set()
        return LedgerRow(
            number=self.raw.number,
            project_key=self.key,
            milestone_key=_key([self.texts[column] for column in mapping.milestone_key]) or UNNAMED,
            project=project,
            name=self.shortened(self.milestone_name(), _MILESTONE_NAME, mapping.milestone["name"]),
            stage=self.text(mapping.milestone["stage"]),
            status=self.status(),
            dates={name: self.date(name, nothing) for name in mapping.dates},
            amounts={name: self.amount(name) for name in mapping.amounts},
            nothing=frozenset(nothing),
        )

    # --- texts ---

    def project(self) -> dict[str, str]:
        written = [self.texts[column] for column in self._repeated]
        if written != self._written:
            self._written = written
            self._project = {name: self.project_text(name, source) for name, source in self.mapping.project.items()}
        return self._project

    def project_text(self, name: str, source: Source) -> str:
        return self.shortened(self.text(source), PROJECT_TEXTS.get(name, _UNIT_NAME), source)

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

    def text(self, source: Source) -> str:
        if source.constant:
            return source.constant
        if source.template:
            return source.filled({column: self.cell(column) for column in source.columns}) or source.otherwise
        written = self.cell(source.column)
        if source.values is None:
            return written or source.otherwise
        meant = source.values.get(written.casefold())
        return meant if meant is not None else self.outside_the_table(source, written)

    def outside_the_table(self, source: Source, written: str) -> str:
        """What is not in the table is taken as it stands, unless only certain words will do."""
        fallback = source.otherwise if source.is_closed or not written else source.otherwise or written
        if written and (source.is_closed or source.otherwise):
            shown = f"按“{source.otherwise}”处理" if source.otherwise else "按空白处理"
            self.say(Code.UNKNOWN_VALUE, source.column, f"“{written[:50]}”不在对应表内，{shown}。")
        return fallback

    def cell(self, column: str) -> str:
        text = self.texts[column]
        if "\ufffd" in text:
            self.say(Code.GARBLED, column, "有无法解码的字符，请核对文件编码。")
        stand_in = self.mapping.stand_in(text) if text else None
        return "" if stand_in and stand_in.means is Meaning.BLANK else text

    def shortened(self, text: str, longest: int, source: Source) -> str:
        if len(text) <= longest:
            return text
        column = next(iter(source.columns), "")
        self.say(Code.TOO_LONG, column, f"有 {len(text)} 字，只登记前 {longest} 字。")
        return text[:longest]

    # --- typed cells ---

    def date(self, name: str, nothing: set[str]) -> date | None:
        column = self.mapping.dates[name]
        if not self.texts[column.column]:
            return None
        stand_in = self.stand_in(column.column, "日期")
        if stand_in:
            if stand_in.means is Meaning.NOT_STARTED:
                nothing.add(name)
            return None
        try:
            return date_of(self.raw.cells[column.column], column.formats)
        except UnreadableError as fault:
            self.say(fault.code, column.column, f"{fault.message}，按没有日期处理。")
            return None

    def amount(self, name: str) -> Decimal | None:
        column = self.mapping.amounts[name]
        if not self.texts[column.column] or self.stand_in(column.column, "金额"):
            return None
        try:
            amount = amount_of(self.raw.cells[column.column], column.unit)
        except UnreadableError as fault:
            self.say(fault.code, column.column, f"{fault.message}，按没有金额处理。")
            return None
        if amount < 0:
            self.say(Code.NEGATIVE, column.column, "金额为负，已照原样登记，请核实。")
        return amount

    def stand_in(self, column: str, wanted: str) -> StandIn | None:
        found = self.mapping.stand_in(self.texts[column])
        if found and found.means is Meaning.CODED:
            note = f"：{found.note}" if found.note else ""
            self.say(Code.CODED, column, f"填的是代码，没有{wanted}{note}。")
        return found
