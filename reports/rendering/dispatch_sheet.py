"""周调度单: from the snapshot to ready words in tables, the same for the page and for paper."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from projects import figures
from reports.dispatch_sheet import (
    Ahead,
    Amounts,
    AssignedLine,
    DispatchSheet,
    LateLine,
    ProjectLine,
    Reported,
    RequestLine,
    StepLine,
    UnitLine,
)
from reports.rendering.dispatch_sentences import days_between, sentences

Line = TypeVar("Line")
_FEW_ROWS = 8
WORDS = {
    Reported.ACCEPTED: "已审核",
    Reported.UNREVIEWED: "未审核",
    Reported.RETURNED: "退回未重报",
    Reported.MISSING: "未报",
}
NOTES = (
    "口径：调度口径。只统计锁定时点前已审核的填报；未审核的单列，不计入合计；锁定后补报和更正不改变本单。",
    "占年度计划 = 当年累计 ÷ 年度计划；合计和各单位均为累计之和 ÷ 计划之和。没有年度计划的记“—”。",
    "无变化：连续按“无变化”报送的期数。较上周：本周完成与上周同一项目本周完成之差，上周没有的记“—”。",
    "逾期从批准日期的次日起算，经批准不计逾期的停缓建天数已扣除。",
    "部分数据因四舍五入，存在总计与分项合计不等的情况。",
)


@dataclass(frozen=True)
class Column(Generic[Line]):
    """``width`` is a share of the paper in percent; ``style`` is the class of its cells."""

    label: str
    words: Callable[[Line], str]
    width: int
    unit: str = ""
    style: str = ""


@dataclass(frozen=True)
class Cell:
    """``label`` names it where there is no head above it; what heads its row needs none."""

    words: str
    label: str
    style: str


@dataclass(frozen=True)
class Head:
    label: str
    unit: str
    style: str
    width: int


@dataclass(frozen=True)
class Table:
    """``is_strong``: printed in heavy ink. ``total`` is its last row, or empty."""

    heads: tuple[Head, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: tuple[Cell, ...] = ()
    is_strong: bool = False

    @property
    def is_short(self) -> bool:
        """Kept on one page."""
        return len(self.rows) <= _FEW_ROWS


@dataclass(frozen=True)
class Part:
    """One heading of the sheet with its table; ``words`` where there is none."""

    title: str
    note: str = ""
    table: Table | None = None
    words: str = ""


@dataclass(frozen=True)
class Paper:
    title: str
    subtitle: str
    known: str
    findings: tuple[str, ...]
    parts: tuple[Part, ...]
    notes: tuple[str, ...] = NOTES


def title_of(sheet: DispatchSheet) -> str:
    return f"{sheet.unit or sheet.district}重点项目周调度单"


def days_of(sheet: DispatchSheet) -> str:
    return days_between(sheet.starts_on, sheet.ends_on)


def known_of(sheet: DispatchSheet) -> str:
    return f"数据锁定于 {figures.chinese_date(sheet.known_at.date())} {sheet.known_at:%H:%M}"


def laid_out(sheet: DispatchSheet) -> Paper:
    """Exceptions first; the table of all projects, or of all units, last."""
    of_district = sheet.is_of_district
    return Paper(
        title=title_of(sheet),
        subtitle=days_of(sheet),
        known=known_of(sheet),
        findings=tuple(sentences(sheet)),
        parts=(
            *_not_reported(sheet),
            _late("本周新增逾期", sheet.newly_overdue, of_district=of_district),
            _late("全部逾期项目", sheet.overdue, of_district=of_district, note="每个项目列最严重的一项。"),
            _part("未销号的议定事项", _DECISIONS, sheet.decisions),
            _part("未答复的协调请求", _REQUESTS, sheet.requests),
            *_coming(sheet, of_district=of_district),
            _units(sheet) if of_district else _projects(sheet),
        ),
    )


def _not_reported(sheet: DispatchSheet) -> Iterable[Part]:
    missing, unreviewed = sheet.having(Reported.MISSING, Reported.RETURNED), sheet.waiting()
    columns = _with_unit(_MISSING, _OWN_UNIT, of_district=sheet.is_of_district)
    yield _part("未报和退回未重报", columns, missing, is_strong=True)
    if unreviewed:
        columns = _with_unit(_UNREVIEWED, _OWN_UNIT, of_district=sheet.is_of_district)
        amount = figures.exactly(sheet.completeness.unreviewed_amount)
        yield _part("待审核", columns, unreviewed, note=f"共 {amount} 万元，未计入合计。")


def _late(title: str, lines: Sequence[LateLine], *, of_district: bool, note: str = "") -> Part:
    return _part(title, _with_unit(_LATE, _LATE_UNIT, of_district=of_district), lines, note=note)


def _coming(sheet: DispatchSheet, *, of_district: bool) -> Iterable[Part]:
    ahead = sheet.ahead
    if ahead.reckoned_on is None:
        return
    reckoned = f"按{figures.chinese_date(ahead.reckoned_on)}的倒排推算。"
    yield _part("下周必须开始的事项", _with_unit(_STEPS, _STEP_UNIT, of_district=of_district), ahead.must_start)
    yield Part("近期必办", f"自{figures.chinese_date(ahead.since)}起，{reckoned}", _table(_AHEAD, ahead.spans))


def _projects(sheet: DispatchSheet) -> Part:
    amounts = [column.words(sheet.total) for column in _AMOUNTS]
    return Part("各项目进展", "", _table(_PROJECTS, sheet.projects, total=["合计", "", *amounts, "", ""]))


def _units(sheet: DispatchSheet) -> Part:
    whole = UnitLine("合计", sheet.completeness, sheet.total)
    return Part("各单位进展", "", _table(_UNITS, sheet.units, total=[column.words(whole) for column in _UNITS]))


def _part(
    title: str, columns: Sequence[Column[Line]], lines: Sequence[Line], *, note: str = "", is_strong: bool = False
) -> Part:
    if not lines:
        return Part(title, words="无。")
    return Part(f"{title}（{len(lines)} 项）", note, _table(columns, lines, is_strong=is_strong))


def _table(
    columns: Sequence[Column[Line]], lines: Sequence[Line], *, total: Sequence[str] = (), is_strong: bool = False
) -> Table:
    heads = tuple(Head(each.label, each.unit, each.style, each.width) for each in columns)
    rows = tuple(_cells(heads, [column.words(line) for column in columns]) for line in lines)
    return Table(heads, rows, _cells(heads, total), is_strong)


def _cells(heads: Sequence[Head], words: Sequence[str]) -> tuple[Cell, ...]:
    return tuple(Cell(said, _label(head), head.style) for said, head in zip(words, heads, strict=False))


def _label(head: Head) -> str:
    if head.style == "cell-title":
        return ""
    return f"{head.label}（{head.unit}）" if head.unit else head.label


def _with_unit(columns: Sequence[Column[Line]], unit: Column[Line], *, of_district: bool) -> Sequence[Column[Line]]:
    """The sheet of a unit does not name the unit in every row; its first column takes the room."""
    if of_district:
        return [columns[0], unit, *columns[1:]]
    return [replace(columns[0], width=columns[0].width + unit.width), *columns[1:]]


def _people(words: str) -> str:
    return words or figures.UNDEFINED


def _reported(line: ProjectLine) -> str:
    if line.reported in {Reported.ACCEPTED, Reported.UNREVIEWED} and not line.is_on_time:
        return f"{WORDS[line.reported]}（迟报）"
    return WORDS[line.reported]


def _physical(line: ProjectLine) -> str:
    percent = "" if line.physical_percent is None else figures.percent(line.physical_percent)
    return "　".join(filter(None, (percent, line.physical))) or figures.UNDEFINED


def _days(days: int) -> str:
    return str(days) if days > 0 else figures.UNDEFINED


def _late_item(line: LateLine) -> str:
    return f"{line.item}（另 {line.others} 项）" if line.others else line.item


def _span(line: Ahead) -> str:
    return f"{line.weeks} 周内" if line.weeks else "下周"


_OWN_UNIT: Column[ProjectLine] = Column("牵头单位", lambda line: line.unit, 22)
_MISSING: list[Column[ProjectLine]] = [
    Column("项目", lambda line: line.name, 44, style="cell-title"),
    Column("责任人", lambda line: _people(line.person), 14),
    Column("填报", lambda line: WORDS[line.reported], 20),
]
_UNREVIEWED: list[Column[ProjectLine]] = [
    Column("项目", lambda line: line.name, 32, style="cell-title"),
    Column("责任人", lambda line: _people(line.person), 12),
    Column("填报", lambda line: WORDS[line.reported] if line.reported is Reported.UNREVIEWED else "更正待审核", 16),
    Column("待审核", lambda line: figures.exactly(line.unreviewed), 18, "万元", "num"),
]
_LATE_UNIT: Column[LateLine] = Column("牵头单位", lambda line: line.unit, 14)
_LATE: list[Column[LateLine]] = [
    Column("项目", lambda line: line.project, 24, style="cell-title"),
    Column("逾期事项", _late_item, 20),
    Column("责任人", lambda line: _people(line.person), 10),
    Column("原定", lambda line: figures.compact_date(line.original_on), 12, style="date"),
    Column("批准", lambda line: figures.compact_date(line.approved_on), 12, style="date"),
    Column("逾期", lambda line: str(line.days), 8, "天", "num"),
]
_DECISIONS: list[Column[AssignedLine]] = [
    Column("议定事项", lambda line: line.text, 33, style="cell-title"),
    Column("项目", lambda line: line.project or figures.UNDEFINED, 19),
    Column("来源", lambda line: line.meeting, 14),
    Column("责任单位", lambda line: "　".join(filter(None, (line.unit, line.person))), 14),
    Column("期限", lambda line: figures.compact_date(line.due_on), 12, style="date"),
    Column("超期", lambda line: _days(line.days), 8, "天", "num"),
]
_REQUESTS: list[Column[RequestLine]] = [
    Column("请求事项", lambda line: line.question, 32, style="cell-title"),
    Column("项目", lambda line: line.project, 22),
    Column("被请求单位", lambda line: line.unit, 14),
    Column("请求日期", lambda line: figures.compact_date(line.asked_on), 12, style="date"),
    Column("答复期限", lambda line: figures.compact_date(line.due_on), 12, style="date"),
    Column("超期", lambda line: _days(line.days), 8, "天", "num"),
]
_STEP_UNIT: Column[StepLine] = Column("牵头单位", lambda line: line.unit, 18)
_STEPS: list[Column[StepLine]] = [
    Column("项目", lambda line: line.project, 32, style="cell-title"),
    Column("事项", lambda line: line.step, 22),
    Column("责任人", lambda line: _people(line.person), 12),
    Column("最迟开始", lambda line: figures.compact_date(line.start_on), 16, style="date"),
]
_AHEAD: list[Column[Ahead]] = [
    Column("时段", _span, 20, style="cell-title"),
    Column("至", lambda line: figures.compact_date(line.until), 24, style="date"),
    Column("必须开始", lambda line: str(line.to_start), 28, "项", "num"),
    Column("必须完成", lambda line: str(line.to_finish), 28, "项", "num"),
]
_AMOUNTS: list[Column[Amounts]] = [
    Column("本周完成", lambda line: figures.wan(line.period), 8, "万元", "num"),
    Column("较上周", lambda line: figures.signed(line.change, 0), 7, "万元", "num"),
    Column("当年累计", lambda line: figures.wan(line.year_to_date), 8, "万元", "num"),
    Column("年度计划", lambda line: figures.wan(line.annual_plan), 8, "万元", "num"),
    Column("占年度计划", lambda line: figures.percent(line.rate), 7, style="num"),
    Column("开工累计", lambda line: figures.wan(line.since_start), 8, "万元", "num"),
]


def _of_project(column: Column[Amounts]) -> Column[ProjectLine]:
    return Column(column.label, lambda line: column.words(line.amounts), column.width, column.unit, column.style)


_PROJECTS: list[Column[ProjectLine]] = [
    Column("项目", lambda line: line.name, 18, style="cell-title"),
    Column("填报", _reported, 7),
    *(_of_project(column) for column in _AMOUNTS),
    Column("形象进度", _physical, 24),
    Column("无变化", lambda line: _days(line.unchanged), 5, "期", "num"),
]
_UNITS: list[Column[UnitLine]] = [
    Column("牵头单位", lambda line: line.name, 14, style="cell-title"),
    Column("应报", lambda line: str(line.completeness.expected), 6, "项", "num"),
    Column("已报", lambda line: str(line.completeness.reported), 6, "项", "num"),
    Column("按时", lambda line: str(line.completeness.on_time), 6, "项", "num"),
    Column("未报", lambda line: str(line.completeness.missing), 6, "项", "num"),
    Column("退回", lambda line: str(line.completeness.returned), 6, "项", "num"),
    Column("本周完成", lambda line: figures.wan(line.amounts.period), 9, "万元", "num"),
    Column("较上周", lambda line: figures.signed(line.amounts.change, 0), 9, "万元", "num"),
    Column("当年累计", lambda line: figures.yi(line.amounts.year_to_date), 10, "亿元", "num"),
    Column("年度计划", lambda line: figures.yi(line.amounts.annual_plan), 10, "亿元", "num"),
    Column("占年度计划", lambda line: figures.percent(line.amounts.rate), 10, style="num"),
    Column("开工累计", lambda line: figures.yi(line.amounts.since_start), 8, "亿元", "num"),
]
