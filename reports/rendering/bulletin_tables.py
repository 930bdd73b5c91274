"""Tables of 月通报 and 更正通报: 序号 first, sums before their parts, units in the heads, cells as they are printed."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Generic, TypeVar

from projects import figures as written
from reports.bulletin import (
    Board,
    Bulletin,
    Cause,
    Change,
    DecisionLine,
    DueLine,
    Erratum,
    Group,
    LagLine,
    LateReport,
    Placed,
    ProblemLine,
)
from reports.bulletin_figures import DISTRICT, Figure, group_name, place_name, project_name
from reports.official import Table, TableColumn
from scheduling.standing import KIND_WORDS

Line = TypeVar("Line")
MOST_UPRIGHT = 8
"""So many columns stand upright; more lie across."""
PERSONS = frozenset({"责任人", "包联领导", "更正人"})
"""The columns that name persons."""
_OWNERS = {"unit": "责任口径", "town": "属地口径"}
_ROUNDED = "部分数据因四舍五入，存在总计与分项合计不等的情况。"


@dataclass(frozen=True)
class Column(Generic[Line]):
    label: str
    width: int
    words: Callable[[Line], str]
    unit: str = ""
    is_figure: bool = False
    name: Callable[[Line], str] = lambda _line: ""
    """Of the figure of the bulletin that it prints."""


@dataclass(frozen=True)
class Told:
    """A column of figures: the last part of their names."""

    label: str
    figure: str
    width: int
    unit: str = ""


_SHORT = (
    Told("项目数", "项目数", 9, "个"),
    Told("年度计划", "年度计划投资", 15, "万元"),
    Told("累计完成", "当年累计完成投资", 15, "万元"),
    Told("完成率", "投资完成率", 12, "%"),
    Told("超欠进度", "超欠进度", 14, "百分点"),
)
_LONG = (
    Told("项目数", "项目数", 8, "个"),
    Told("年度计划", "年度计划投资", 13, "万元"),
    Told("本月完成", "本月完成投资", 11, "万元"),
    Told("累计完成", "当年累计完成投资", 13, "万元"),
    Told("完成率", "投资完成率", 8, "%"),
    Told("上月末", "上月投资完成率", 8, "%"),
    Told("超欠进度", "超欠进度", 9, "百分点"),
    Told("计划开工", "计划新开工", 7, "个"),
    Told("已开工", "已开工", 7, "个"),
    Told("应开未开", "应开未开", 7, "个"),
    Told("计划竣工", "计划竣工", 7, "个"),
    Told("已竣工", "已竣工", 7, "个"),
    Told("红灯", "红灯项目数", 7, "个"),
    Told("黄灯", "黄灯项目数", 7, "个"),
)


def by_group(bulletin: Bulletin, named: Mapping[str, Figure], *by: str) -> Iterable[Table]:
    """Short tables for the body, of those divisions that divide anything."""
    for table in bulletin.tables:
        if table.by in by and len(table.groups) > 1:
            yield _of_groups(f"分{table.name}完成情况", table.name, table.groups, named, _SHORT, note="")


def whole(bulletin: Bulletin, named: Mapping[str, Figure]) -> list[Table]:
    """总表: by unit and by town, each below the whole district."""
    found = [
        _of_groups(f"各{table.name}（{_OWNERS[table.by]}）", table.name, table.groups, named, _LONG, note="")
        for table in bulletin.tables
        if table.by in _OWNERS and table.groups
    ]
    notes = [f"注：投资完成率为当年累计完成投资除以年度计划投资。{_ROUNDED}", *_late_reports(bulletin.late_reports)]
    return [*found[:-1], *(_noted(each, "".join(notes)) for each in found[-1:])]


def boards(bulletin: Bulletin) -> list[Table]:
    """Of each pool who stands on a board; who is not ranked is noted under it, the rule once, under the last."""
    found = [_of_board(each) for each in bulletin.boards]
    rules = "".join(dict.fromkeys(each.rule for each in bulletin.boards if each.rule))
    return [*found[:-1], *(_noted(each, f"注：{rules}{each.note}" if rules else each.note) for each in found[-1:])]


def lagging(bulletin: Bulletin) -> list[Table]:
    found = [
        _table("逾期项目", _LAGGING, bulletin.lagging, note="注：每个项目列逾期最久的一项，“另N项”为其余逾期事项。")
    ]
    found.append(_table("应开未开项目", _MISSED, [line for line in bulletin.starts if line.is_missed]))
    found.append(_table("应竣未竣项目", _MISSED, [line for line in bulletin.completions if line.is_missed]))
    return [each for each in found if each.rows]


def open_matters(bulletin: Bulletin) -> list[Table]:
    found = [
        _table("未解决的问题", _PROBLEMS, bulletin.problems),
        _table("未办结的交办事项", _DECISIONS, bulletin.decisions),
    ]
    return [each for each in found if each.rows]


def changes(erratum: Erratum) -> Table:
    return _table("", _CHANGES, erratum.changes)


def causes(erratum: Erratum) -> Table:
    return _table("", _CAUSES, erratum.causes)


def _of_groups(
    title: str,
    name: str,
    groups: Sequence[Group],
    named: Mapping[str, Figure],
    told: Sequence[Told],
    *,
    note: str,
) -> Table:
    lines = [("", DISTRICT, DISTRICT)]
    lines += [(str(turn), group.name, group_name(name, group.name)) for turn, group in enumerate(groups, start=1)]
    figures = [[f"{of}·{each.figure}" for each in told] for _turn, _said, of in lines]
    rows = [
        (turn, said, *(named[each].in_table if each in named else written.UNDEFINED for each in found))
        for (turn, said, _of), found in zip(lines, figures, strict=True)
    ]
    names = [("", "", *(each if each in named else "" for each in found)) for found in figures]
    heads = (
        TableColumn("序号", 7),
        TableColumn(name, 24),
        *(TableColumn(each.label, each.width, each.unit, is_figure=True) for each in told),
    )
    return Table(title, "单位：万元", heads, tuple(rows), totals=1, note=note, names=tuple(names))


def _of_board(board: Board) -> Table:
    lines = [*(("红榜", each) for each in board.honoured), *(("黑榜", each) for each in board.lagging)]
    notes = [
        "参评单位数不足，不排名。" if board.too_few else "",
        f"未计入排名的：{'、'.join(board.excused)}。" if board.excused else "",
    ]
    return _table(f"{board.pool}类", _PLACES, lines, note="".join(notes))


def _table(title: str, columns: Sequence[Column[Line]], lines: Sequence[Line], *, note: str = "") -> Table:
    heads = (
        TableColumn("序号", 7),
        *(TableColumn(each.label, each.width, each.unit, each.is_figure) for each in columns),
    )
    rows = tuple((str(turn), *(each.words(line) for each in columns)) for turn, line in enumerate(lines, start=1))
    names = tuple(("", *(each.name(line) for each in columns)) for line in lines)
    return Table(title, "", heads, rows, note=note, names=names)


def _noted(table: Table, note: str) -> Table:
    return replace(table, note=note)


def _late_reports(lines: Sequence[LateReport]) -> Iterable[str]:
    """补报 is footnoted where it is counted for the first time."""
    if lines:
        named = "；".join(
            f"{each.project.name}{each.month.year}年{each.month.month}月{written.exactly(each.amount)}万元"
            for each in lines
        )
        yield f"累计完成投资含以前月份的补报、更正：{named}。"


def _words(said: str) -> str:
    return said or written.UNDEFINED


def _day(on: date | None) -> str:
    return written.compact_date(on)


def _past(days: int) -> str:
    return str(days) if days > 0 else written.UNDEFINED


def _item(line: LagLine) -> str:
    """Which kind of duty, what of it, and how many more there are."""
    others = f"（另{line.others}项）" if line.others else ""
    return f"{KIND_WORDS[line.kind]}：{line.item}{others}"


def _named(line: LagLine, label: str) -> str:
    return f"{project_name(line.project.code)}·{label}"


def _gap_named(line: LagLine) -> str:
    return "" if line.gap_pp is None else _named(line, "超欠进度")


def _rate_named(placed: Placed) -> str:
    return f"{place_name(placed.name)}·投资完成率"


def _moment(at: datetime) -> str:
    return _day(at.date())


_LAGGING: Sequence[Column[LagLine]] = (
    Column("项目", 22, lambda line: line.project.name),
    Column("牵头单位", 12, lambda line: line.project.unit),
    Column("责任人", 8, lambda line: _words(line.project.person)),
    Column("包联领导", 8, lambda line: _words(line.project.leader)),
    Column("逾期事项", 20, _item),
    Column("原定日期", 13, lambda line: _day(line.original_on)),
    Column("批准日期", 13, lambda line: _day(line.approved_on)),
    Column("逾期", 6, lambda line: str(line.days), "天", True, lambda line: _named(line, "逾期天数")),
    Column("超欠进度", 8, lambda line: written.signed(line.gap_pp), "百分点", True, _gap_named),
    Column("原因", 22, lambda line: _words(line.cause)),
    Column("承诺", 22, lambda line: _words(line.promise)),
)
_MISSED: Sequence[Column[DueLine]] = (
    Column("项目", 32, lambda line: line.project.name),
    Column("牵头单位", 18, lambda line: line.project.unit),
    Column("属地", 12, lambda line: _words(line.project.town)),
    Column("责任人", 10, lambda line: _words(line.project.person)),
    Column("包联领导", 10, lambda line: _words(line.project.leader)),
    Column("计划日期", 15, lambda line: _day(line.planned_on)),
)
_PROBLEMS: Sequence[Column[ProblemLine]] = (
    Column("项目", 24, lambda line: line.project.name),
    Column("类别", 8, lambda line: line.kind),
    Column("问题", 34, lambda line: line.title),
    Column("办理单位", 14, lambda line: _words(line.unit)),
    Column("需解决日期", 15, lambda line: _day(line.needed_by)),
    Column("超期", 8, lambda line: _past(line.days), "天", is_figure=True),
)
_DECISIONS: Sequence[Column[DecisionLine]] = (
    Column("编号", 16, lambda line: _words(line.number)),
    Column("交办事项", 34, lambda line: line.text),
    Column("项目", 20, lambda line: _words(line.project)),
    Column("责任单位", 14, lambda line: _words(line.unit)),
    Column("办理期限", 15, lambda line: _day(line.due_on)),
    Column("超期", 8, lambda line: _past(line.days), "天", is_figure=True),
)
_PLACES: Sequence[Column[tuple[str, Placed]]] = (
    Column("榜别", 10, lambda line: line[0]),
    Column("单位", 30, lambda line: line[1].name),
    Column("名次", 12, lambda line: f"{line[1].rank}/{line[1].of}", is_figure=True),
    Column("上月名次", 12, lambda line: _past(line[1].was or 0), is_figure=True),
    Column("投资完成率", 14, lambda line: written.shown(line[1].rate, 2), "%", True, lambda line: _rate_named(line[1])),
    Column("达到目标", 12, lambda line: "是" if line[1].met else "否"),
)
_CHANGES: Sequence[Column[Change]] = (
    Column("指标", 45, lambda line: line.figure),
    Column("原文", 25, lambda line: line.old, is_figure=True),
    Column("更正为", 25, lambda line: line.new, is_figure=True),
)
_CAUSES: Sequence[Column[Cause]] = (
    Column("项目", 24, lambda line: line.project.name),
    Column("牵头单位", 14, lambda line: line.project.unit),
    Column("数据", 16, lambda line: line.what),
    Column("原数据", 12, lambda line: line.old, is_figure=True),
    Column("更正为", 12, lambda line: line.new, is_figure=True),
    Column("原因", 24, lambda line: _words(line.reason)),
    Column("更正人", 8, lambda line: _words(line.person)),
    Column("更正日期", 13, lambda line: _moment(line.at)),
)
