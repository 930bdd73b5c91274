"""周调度单 as Excel: the same figures as on paper, unrounded, with their definitions."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NamedTuple

from projects.sheets import Column, Kind, Sheet
from reports.dispatch_sheet import DispatchSheet, LateLine, ProjectLine, Reported, UnitLine
from reports.rendering.dispatch_sentences import sentences
from reports.rendering.dispatch_sheet import WORDS, days_of, known_of, title_of

_ACCEPTED_ALONE = "只统计锁定时点前已审核的填报，未审核的不计入"
_RATE = "当年累计 ÷ 年度计划；单位为累计之和 ÷ 计划之和，没有年度计划的从缺"
_CHANGE = "本周完成与上周同一项目本周完成之差，上周没有的从缺"


class Matter(NamedTuple):
    """One thing the meeting has to talk about. ``days`` overdue."""

    kind: str
    text: str
    project: str
    unit: str
    person: str
    due_on: Any
    days: int | None
    amount: Decimal | None = None


class Figure(NamedTuple):
    label: str
    value: Decimal | int | str | None
    unit: str = ""


def dispatch_book(sheet: DispatchSheet) -> list[Sheet[Any]]:
    """概况, 例外事项, then the projects, or for the district the units and their projects."""
    stamp = f"{days_of(sheet)}，{known_of(sheet)}"
    pages: list[tuple[str, list[Column[Any]], list[Any]]] = [
        ("概况", _FIGURES, list(_figures(sheet))),
        ("例外事项", _MATTERS, list(_matters(sheet))),
    ]
    if sheet.is_of_district:
        pages.append(("各单位进展", _UNITS, list(sheet.units)))
    pages.append(("各项目进展", _PROJECTS, list(sheet.projects)))
    said = {"要点": "".join(sentences(sheet))}
    return [Sheet(title_of(sheet), stamp, columns, rows, said, tab) for tab, columns, rows in pages]


def _figures(sheet: DispatchSheet) -> Iterator[Figure]:
    counts, total = sheet.completeness, sheet.total
    for label, count in (
        ("应报", counts.expected),
        ("已报", counts.reported),
        ("按时", counts.on_time),
        ("未报", counts.missing),
        ("退回未重报", counts.returned),
        ("已报未审核", counts.unreviewed),
        ("无变化", counts.unchanged),
    ):
        yield Figure(label, count, "项")
    yield Figure("待审核金额", counts.unreviewed_amount, "万元")
    yield Figure("本周完成", total.period, "万元")
    yield Figure("较上周", total.change, "万元")
    yield Figure("当年累计", total.year_to_date, "万元")
    yield Figure("年度计划", total.annual_plan, "万元")
    yield Figure("占年度计划", total.rate, "%")
    yield Figure("开工累计", total.since_start, "万元")
    for span in sheet.ahead.spans if sheet.ahead.reckoned_on else ():
        name = f"{span.weeks} 周内" if span.weeks else "下周"
        yield Figure(f"{name}必须开始", span.to_start, "项")
        yield Figure(f"{name}必须完成", span.to_finish, "项")


def _matters(sheet: DispatchSheet) -> Iterator[Matter]:
    for line in sheet.having(Reported.MISSING, Reported.RETURNED):
        yield Matter(WORDS[line.reported], "", line.name, line.unit, line.person, None, None)
    for line in sheet.waiting():
        yield Matter("待审核", "", line.name, line.unit, line.person, None, None, line.unreviewed)
    yield from (_late("本周新增逾期", each) for each in sheet.newly_overdue)
    yield from (_late("逾期项目", each) for each in sheet.overdue)
    for decision in sheet.decisions:
        about = (decision.text, decision.project, decision.unit, decision.person)
        yield Matter("未销号议定事项", *about, decision.due_on, decision.days)
    for request in sheet.requests:
        yield Matter(
            "未答复协调请求", request.question, request.project, request.unit, "", request.due_on, request.days
        )
    for step in sheet.ahead.must_start:
        yield Matter("下周必须开始", step.step, step.project, step.unit, step.person, step.start_on, None)


def _late(kind: str, line: LateLine) -> Matter:
    return Matter(kind, line.item, line.project, line.unit, line.person, line.approved_on, line.days)


def _amount_columns() -> list[Column[Any]]:
    return [
        Column("本周完成", lambda line: line.amounts.period, Kind.AMOUNT, definition=_ACCEPTED_ALONE),
        Column("较上周", lambda line: line.amounts.change, Kind.AMOUNT, definition=_CHANGE),
        Column("当年累计", lambda line: line.amounts.year_to_date, Kind.AMOUNT, definition=_ACCEPTED_ALONE),
        Column("年度计划", lambda line: line.amounts.annual_plan, Kind.AMOUNT, definition="锁定时生效的年度计划"),
        Column("占年度计划", lambda line: line.amounts.rate, Kind.RATE, definition=_RATE),
        Column("开工累计", lambda line: line.amounts.since_start, Kind.AMOUNT, definition=_ACCEPTED_ALONE),
    ]


_FIGURES: list[Column[Any]] = [
    Column("指标", lambda line: line.label),
    Column("数值", lambda line: line.value, Kind.AMOUNT, unit="单位见右列"),
    Column("单位", lambda line: line.unit),
]
_MATTERS: list[Column[Any]] = [
    Column("类别", lambda line: line.kind),
    Column("事项", lambda line: line.text),
    Column("项目", lambda line: line.project),
    Column("单位", lambda line: line.unit, definition="牵头单位；议定事项为责任单位，协调请求为被请求单位"),
    Column("责任人", lambda line: line.person),
    Column("期限", lambda line: line.due_on, Kind.DATE, definition="批准日期、办理期限、答复期限或最迟开始日期"),
    Column("超期", lambda line: line.days, Kind.NUMBER, unit="天", definition="期限次日起至本周末的日历天数"),
    Column("待审核金额", lambda line: line.amount, Kind.AMOUNT),
]
_UNITS: list[Column[UnitLine]] = [
    Column("牵头单位", lambda line: line.name),
    Column("应报", lambda line: line.completeness.expected, Kind.NUMBER, unit="项"),
    Column("已报", lambda line: line.completeness.reported, Kind.NUMBER, unit="项", definition="已审核和未审核的"),
    Column("按时", lambda line: line.completeness.on_time, Kind.NUMBER, unit="项"),
    Column("未报", lambda line: line.completeness.missing, Kind.NUMBER, unit="项"),
    Column("退回", lambda line: line.completeness.returned, Kind.NUMBER, unit="项", definition="退回后没有重报"),
    *_amount_columns(),
]
_PROJECTS: list[Column[ProjectLine]] = [
    Column("项目编号", lambda line: line.code),
    Column("项目", lambda line: line.name),
    Column("牵头单位", lambda line: line.unit),
    Column("责任人", lambda line: line.person),
    Column("当前阶段", lambda line: line.stage),
    Column("填报", lambda line: WORDS[line.reported]),
    Column("按时", lambda line: line.is_on_time),
    *_amount_columns(),
    Column(
        "待审核金额", lambda line: line.unreviewed, Kind.AMOUNT, definition="审核通过后将增减的本周金额，不计入各列"
    ),
    Column("形象进度", lambda line: line.physical_percent, Kind.RATE),
    Column("形象进度说明", lambda line: line.physical),
    Column("无变化", lambda line: line.unchanged, Kind.NUMBER, unit="期", definition="连续按“无变化”报送的期数"),
]
