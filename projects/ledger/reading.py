"""Cells of one row, read as the mapping says; what cannot be taken is said with its column and the reason."""

from decimal import Decimal
from typing import Any

from .cells import UnreadableError, amount_of, coordinate_of, date_of, line_of, percent_of
from .days import Day, day_of
from .files import RawRow
from .mapping import PROJECT_TEXTS, AmountColumn, DateColumn, LedgerMapping, Meaning, NumberColumn, Source, StandIn
from .problems import Code, Problem

_KEY_JOINT = " | "
_UNIT_NAME = 100
_DEGREES = {"longitude": 180, "latitude": 90}
_LEFT_OUT = {
    Code.TOTAL: "“{}”是合计行，不是项目，未导入。",
    Code.SECTION: "“{}”是分组行，记为其下各行的分组。",
    Code.FOOTNOTE: "“{}”是表下的说明，未导入。",
    Code.EXAMPLE: "“{}”是填写示例，未导入。",
    Code.REPEATED_HEADER: "“{}”是重复的表头，未导入。",
}


def key_of(parts: list[str]) -> str:
    """The columns of a key as one text; empty when all of them are."""
    return _KEY_JOINT.join(parts) if any(parts) else ""


class CellReader:
    """What rows of every kind have in common. What the rows of one project repeat is read, and complained of, once."""

    raw: RawRow

    def __init__(self, mapping: LedgerMapping, width: int) -> None:
        self.mapping, self.width = mapping, width
        self.problems: list[Problem] = []
        self.texts: dict[str, str] = {}
        self.key = ""
        self._used = sorted(mapping.columns())
        self._repeated = sorted({name for source in mapping.project.values() for name in source.columns})
        self._written: list[str] | None = None
        self._project: dict[str, str] = {}

    def take(self, raw: RawRow) -> bool:
        """Begin with this row; false when it is no row of the table or nobody can tell its project."""
        self.raw, self.problems, self.key = raw, [], ""
        self.texts = {column: line_of(raw.cells.get(column)) for column in self._used}
        if raw.left_out:
            message = _LEFT_OUT[raw.left_out].format(raw.words[:100])
            self.problems.append(Problem(raw.number, "", raw.words[:200], raw.left_out, message))
            return False
        self.key = key_of([self.texts[column] for column in self.mapping.project_key])
        self.check_width()
        return self.is_placed()

    def say(self, code: Code, column: str, message: str, *, rejected: bool = False) -> None:
        value = self.texts[column][:200] if column else ""
        self.problems.append(Problem(self.raw.number, column, value, code, message, rejected))

    def check_width(self) -> None:
        if self.raw.width < self.width:
            self.say(Code.SHORT_ROW, "", f"本行只有 {self.raw.width} 列，表头有 {self.width} 列，缺的按空白处理。")
        if self.raw.surplus:
            more = "、".join(self.raw.surplus)[:100]
            self.say(Code.LONG_ROW, "", f"本行比表头多出的内容没有列名，未导入：{more}。")

    def is_placed(self) -> bool:
        if not self.key:
            self.say(Code.NO_KEY, self.mapping.project_key[0], "用来识别项目的列全部空缺，本行未导入。", rejected=True)
        elif not self.project()["name"]:
            column = next(iter(self.mapping.project["name"].columns), "")
            self.say(Code.NO_NAME, column, "没有项目名称，本行未导入。", rejected=True)
        else:
            return True
        return False

    # --- texts ---

    def project(self) -> dict[str, str]:
        written = [self.texts[column] for column in self._repeated]
        if written != self._written:
            self._written = written
            self._project = {name: self.project_text(name, source) for name, source in self.mapping.project.items()}
        return self._project

    def project_text(self, name: str, source: Source) -> str:
        return self.shortened(self.text(source), PROJECT_TEXTS.get(name, _UNIT_NAME), source)

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

    def date(self, column: DateColumn) -> Day | StandIn | None:
        """The day; a code that stands in its place; None where there is nothing that can be read."""
        if not self.texts[column.column]:
            return None
        if stand_in := self.stand_in(column.column, "日期"):
            return stand_in
        raw = self.raw.cells[column.column]
        try:
            if column.edge is None:
                return Day(date_of(raw, column.formats))
            day = day_of(raw, column.formats, edge=column.edge, year=self.mapping.year)
        except UnreadableError as fault:
            self.say(fault.code, column.column, f"{fault.message}，按没有日期处理。")
            return None
        if day.is_vague:
            self.say(Code.VAGUE_DATE, column.column, _vague(raw, day))
        return day

    def amount(self, column: AmountColumn) -> Decimal | None:
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

    def number(self, name: str, column: NumberColumn) -> Decimal | None:
        if not self.texts[column.column] or self.stand_in(column.column, "数值"):
            return None
        raw, largest = self.raw.cells[column.column], _DEGREES.get(name)
        try:
            return coordinate_of(raw, largest=largest) if largest else percent_of(raw, is_ratio=column.is_ratio)
        except UnreadableError as fault:
            self.say(fault.code, column.column, f"{fault.message}，按空白处理。")
            return None

    def stand_in(self, column: str, wanted: str) -> StandIn | None:
        found = self.mapping.stand_in(self.texts[column])
        if found and found.means is Meaning.CODED:
            note = f"：{found.note}" if found.note else ""
            self.say(Code.CODED, column, f"填的是代码，没有{wanted}{note}。")
        return found


def _vague(raw: Any, day: Day) -> str:
    """A number may have lost a zero: 2026.10 typed into Excel is the same as 2026.1."""
    lost = "，也可能是 10 月" if not isinstance(raw, str) and day.words.endswith(".1") else ""
    return f"写的是“{day.words}”，不是确切日期，按 {day.on} 登记{lost}，请核实。"
