"""月通报的附表 as Excel: the same figures as on paper, unrounded, every list whole, with their definitions."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from projects.figures import chinese_date
from projects.sheets import Column, Kind, Sheet
from reports.bulletin import (
    Board,
    Bulletin,
    Cause,
    DecisionLine,
    DueLine,
    Erratum,
    Group,
    LagLine,
    LateReport,
    Moved,
    Placed,
    ProblemLine,
    Registered,
)
from reports.bulletin_figures import Figure, figures
from scheduling.index_cards import CARDS, Card
from scheduling.indices import FORMULAS, Index
from scheduling.standing import KIND_WORDS


class InTable(NamedTuple):
    """A group and the name of its table."""

    table: str
    group: Group


class OnBoard(NamedTuple):
    board: Board
    kind: str
    placed: Placed


def bulletin_book(registered: Registered) -> list[Sheet[Any]]:
    """概况 first, then the tables and lists that have rows, the definitions of the indices last."""
    if erratum := registered.erratum:
        return _erratum_book(registered, erratum)
    if bulletin := registered.bulletin:
        return _bulletin_book(registered, bulletin)
    return []


def _erratum_book(registered: Registered, erratum: Erratum) -> list[Sheet[Any]]:
    stamp = f"更正《{erratum.corrects_title}》（{erratum.corrects_number}）"
    return [
        Sheet(registered.title, stamp, _CHANGES, erratum.changes, tab="更正的数据"),
        Sheet(registered.title, stamp, _CAUSES, erratum.causes, tab="更正的原因"),
    ]


def _bulletin_book(registered: Registered, bulletin: Bulletin) -> list[Sheet[Any]]:
    stamp = f"截至{chinese_date(bulletin.on)}，按 {bulletin.known_at:%Y-%m-%d %H:%M} 所知"
    groups = [InTable(table.name, group) for table in bulletin.tables for group in table.groups]
    pages: list[tuple[str, list[Column[Any]], Sequence[Any]]] = [
        ("概况", _FIGURES, [each for each in figures(bulletin).values() if each.name.startswith("全区·")]),
        ("分组情况", _GROUPS, groups),
        ("红黑榜", _PLACES, list(_placed(bulletin))),
        ("逾期项目", _LAGGING, bulletin.lagging),
        ("开工", _DUE, bulletin.starts),
        ("竣工", _DUE, bulletin.completions),
        ("问题", _PROBLEMS, bulletin.problems),
        ("交办事项", _DECISIONS, bulletin.decisions),
        ("补报", _LATE_REPORTS, bulletin.late_reports),
        ("新列入", _MOVED, bulletin.entered),
        ("退出", _MOVED, bulletin.left),
        ("指标口径", _CARDS, list(CARDS.values())),
    ]
    return [Sheet(registered.title, stamp, columns, rows, tab=tab) for tab, columns, rows in pages if rows]


def _placed(bulletin: Bulletin) -> Iterator[OnBoard]:
    for board in bulletin.boards:
        yield from (OnBoard(board, "红榜", each) for each in board.honoured)
        yield from (OnBoard(board, "黑榜", each) for each in board.lagging)


def _rate(index: Index) -> Column[InTable]:
    card = CARDS[index]
    return Column(card.name, lambda line: FORMULAS[index].of(line.group.parts).rate, Kind.RATE, definition=card.formula)


def _count(label: str, field: str) -> Column[InTable]:
    return Column(label, lambda line: getattr(line.group.parts, field), Kind.NUMBER, unit="个")


def _amount(label: str, field: str) -> Column[InTable]:
    return Column(label, lambda line: getattr(line.group.parts, field), Kind.AMOUNT)


def _project(value: str, label: str) -> Column[Any]:
    return Column(label, lambda line: getattr(line.project, value))


_PROJECT: list[Column[Any]] = [
    _project("code", "项目编号"),
    _project("name", "项目"),
    _project("unit", "牵头单位"),
    _project("town", "属地"),
]
_PEOPLE: list[Column[Any]] = [_project("person", "责任人"), _project("leader", "包联领导")]
_FIGURES: list[Column[Figure]] = [
    Column("指标", lambda line: line.name.removeprefix("全区·")),
    Column("数值", lambda line: line.value, Kind.AMOUNT, unit="单位见通报所载", definition="没有取舍的数值"),
    Column("通报所载", lambda line: line.printed),
    Column("算法", lambda line: line.formula),
]
_GROUPS: list[Column[InTable]] = [
    Column("分组", lambda line: line.table),
    Column("名称", lambda line: line.group.name),
    _count("项目数", "projects"),
    _amount("年度计划", "annual_plan_amount"),
    _amount("同期计划", "plan_to_date_amount"),
    Column("本月完成", lambda line: line.group.month_amount, Kind.AMOUNT),
    _amount("累计完成", "ytd_amount"),
    _rate(Index.INVESTMENT),
    _rate(Index.TO_DATE),
    _count("计划新开工", "new_starts"),
    _count("已开工", "started"),
    _count("应开未开", "due_not_started"),
    _rate(Index.START),
    _count("计划竣工", "completions"),
    _count("已竣工", "completed"),
    _count("应竣未竣", "due_not_completed"),
    _rate(Index.COMPLETION),
]
_PLACES: list[Column[OnBoard]] = [
    Column("类别", lambda line: line.board.pool),
    Column("榜别", lambda line: line.kind),
    Column("单位", lambda line: line.placed.name),
    Column("名次", lambda line: line.placed.rank, Kind.NUMBER),
    Column("参评单位", lambda line: line.placed.of, Kind.NUMBER, unit="个"),
    Column("上月名次", lambda line: line.placed.was, Kind.NUMBER, definition="上月末按同一批项目计算的名次"),
    Column("投资完成率", lambda line: line.placed.rate, Kind.RATE),
    Column("达到目标", lambda line: line.placed.met),
    Column("规则", lambda line: line.board.rule),
    Column("未计入排名", lambda line: "、".join(line.board.excused)),
]
_LAGGING: list[Column[LagLine]] = [
    *_PROJECT,
    *_PEOPLE,
    Column("类别", lambda line: KIND_WORDS[line.kind]),
    Column("逾期事项", lambda line: line.item),
    Column("原定日期", lambda line: line.original_on, Kind.DATE, definition="首次批准的日期"),
    Column("批准日期", lambda line: line.approved_on, Kind.DATE, definition="现行计划批准的日期"),
    Column("逾期", lambda line: line.days, Kind.NUMBER, unit="天", definition="批准日期次日起的日历天数"),
    Column("其余逾期事项", lambda line: line.others, Kind.NUMBER, unit="项"),
    Column("超欠进度", lambda line: line.gap_pp, Kind.AMOUNT, unit="个百分点", definition="投资不滞后的从缺"),
    Column("原因", lambda line: line.cause),
    Column("承诺", lambda line: line.promise),
]
_DUE: list[Column[DueLine]] = [
    *_PROJECT,
    *_PEOPLE,
    Column("计划日期", lambda line: line.planned_on, Kind.DATE),
    Column("实际日期", lambda line: line.done_on, Kind.DATE),
    Column("应完成", lambda line: line.is_due),
    Column("已完成", lambda line: line.is_done),
]
_PROBLEMS: list[Column[ProblemLine]] = [
    *_PROJECT,
    Column("类别", lambda line: line.kind),
    Column("问题", lambda line: line.title),
    Column("办理单位", lambda line: line.unit),
    Column("需解决日期", lambda line: line.needed_by, Kind.DATE),
    Column("超期", lambda line: line.days, Kind.NUMBER, unit="天"),
]
_DECISIONS: list[Column[DecisionLine]] = [
    Column("编号", lambda line: line.number),
    Column("交办事项", lambda line: line.text),
    Column("项目", lambda line: line.project),
    Column("责任单位", lambda line: line.unit),
    Column("办理期限", lambda line: line.due_on, Kind.DATE),
    Column("超期", lambda line: line.days, Kind.NUMBER, unit="天"),
]
_LATE_REPORTS: list[Column[LateReport]] = [
    *_PROJECT,
    Column("所属月份", lambda line: f"{line.month:%Y-%m}"),
    Column("金额", lambda line: line.amount, Kind.AMOUNT),
]
_MOVED: list[Column[Moved]] = [
    *_PROJECT,
    Column("年度计划", lambda line: line.parts.annual_plan_amount, Kind.AMOUNT),
    Column("累计完成", lambda line: line.parts.ytd_amount, Kind.AMOUNT),
]
_CARDS: list[Column[Card]] = [
    Column("指标", lambda line: line.name),
    Column("算法", lambda line: line.formula),
    Column("口径", lambda line: line.basis),
    Column("其他口径", lambda line: line.beside),
]
_CHANGES: list[Column[Any]] = [
    Column("指标", lambda line: line.figure),
    Column("原文", lambda line: line.old),
    Column("更正为", lambda line: line.new),
]
_CAUSES: list[Column[Cause]] = [
    *_PROJECT,
    Column("数据", lambda line: line.what),
    Column("原数据", lambda line: line.old),
    Column("更正为", lambda line: line.new),
    Column("原因", lambda line: line.reason),
    Column("更正人", lambda line: line.person),
    Column("更正时间", lambda line: line.at, Kind.MOMENT),
]
