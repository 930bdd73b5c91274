"""交接单: its ready words, the same on the page and on paper."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from projects import figures
from reports.handover import Handover, Tenure


@dataclass(frozen=True)
class Row:
    """``cells``: what each is called, and what it says."""

    cells: tuple[tuple[str, str], ...]
    is_late: bool


@dataclass(frozen=True)
class Part:
    """One kind of open matter; ``empty`` is said where there is none. ``heads`` with the percent of their width."""

    title: str
    heads: tuple[tuple[str, int], ...]
    rows: tuple[Row, ...]
    empty: str


@dataclass(frozen=True)
class Sheet:
    title: str
    finding: str
    known: str
    facts: tuple[tuple[str, str], ...]
    parts: tuple[Part, ...]
    signatures: tuple[tuple[str, str], ...]


def laid_out(sheet: Handover) -> Sheet:
    """Parts without anything open say so themselves: nothing was forgotten."""
    return Sheet(
        title=sheet.title,
        finding=_finding(sheet),
        known=f"截至{figures.chinese_date(sheet.on)} {sheet.known_at:%H:%M}，按当时登记的数据",
        facts=tuple(_facts(sheet)),
        parts=(
            _nodes(sheet),
            _problems(sheet),
            _requests(sheet),
            _promises(sheet),
            _duties(sheet),
            _undertakings(sheet),
            _permits(sheet),
            _part(
                "待交的佐证材料", (("材料", 100),), [((each,), False) for each in sheet.lacking], "没有待交的佐证材料。"
            ),
            _files(sheet),
            _part(
                "历任责任人",
                (("姓名", 30), ("任职日期", 70)),
                [(_tenure(each), False) for each in sheet.tenures],
                "没有登记责任人。",
            ),
        ),
        signatures=(("移交人", sheet.handing), ("接收人", sheet.receiving), ("监交人", "")),
    )


def _finding(sheet: Handover) -> str:
    requests = sum(len(each.requests) for each in sheet.problems)
    late = sum(
        each.days > 0 for group in (sheet.nodes, sheet.problems, sheet.duties, sheet.undertakings) for each in group
    )
    said = f"{len(sheet.nodes)} 个节点待完成，{len(sheet.problems)} 个问题、"
    said += f"{requests} 项协调请求、{len(sheet.duties)} 件交办、{len(sheet.undertakings)} 项承诺和整改未结"
    return f"{said}；其中 {late} 项已逾期。" if late else f"{said}，没有逾期。"


def _facts(sheet: Handover) -> list[tuple[str, str]]:
    plan = f"{figures.wan(sheet.annual_plan)} 万元" if sheet.annual_plan is not None else "未列入年度计划"
    reported = figures.chinese_date(sheet.reported_to) if sheet.reported_to else "还没有已审核的填报"
    return [
        ("项目", f"{sheet.name}（{sheet.code}）"),
        ("牵头单位", sheet.unit),
        ("包联领导", sheet.leader or figures.UNDEFINED),
        ("移交人", sheet.handing or figures.UNDEFINED),
        ("接收人", sheet.receiving or figures.UNDEFINED),
        ("变更日期", figures.chinese_date(sheet.changed_on)),
        ("今年完成投资", f"{figures.wan(sheet.year_to_date)} 万元（年度计划 {plan}）"),
        ("填报截至", reported + (f"，另有 {sheet.unaccepted} 份待审核或被退回" if sheet.unaccepted else "")),
    ]


_Heads = tuple[tuple[str, int], ...]


def _part(title: str, heads: _Heads, rows: Sequence[tuple[tuple[str, ...], bool]], empty: str) -> Part:
    labels = [label for label, _width in heads]
    return Part(title, heads, tuple(Row(tuple(zip(labels, cells, strict=True)), late) for cells, late in rows), empty)


def _nodes(sheet: Handover) -> Part:
    rows = [
        (
            (each.name, *map(_day, (each.original_on, each.approved_on, each.forecast_on)), _late(each.days)),
            each.days > 0,
        )
        for each in sheet.nodes
    ]
    title = f"已逾期和 {figures.chinese_date(sheet.horizon)} 前到期的节点"
    return _part(
        title,
        (("节点", 36), ("原定", 16), ("批准", 16), ("预计", 16), ("状态", 16)),
        rows,
        "没有逾期和近期到期的节点。",
    )


def _problems(sheet: Handover) -> Part:
    rows = [
        ((f"{each.kind}：{each.title}", each.unit, each.level, _day(each.needed_by), _late(each.days)), each.days > 0)
        for each in sheet.problems
    ]
    return _part(
        "未解决的问题",
        (("问题", 40), ("办理单位", 18), ("协调层级", 14), ("需解决", 14), ("状态", 14)),
        rows,
        "没有未解决的问题。",
    )


def _requests(sheet: Handover) -> Part:
    rows = [
        ((each.unit, each.question, _day(each.due_on), _late(each.days)), each.days > 0)
        for problem in sheet.problems
        for each in problem.requests
    ]
    return _part(
        "未答复的协调请求",
        (("部门", 20), ("请求事项", 50), ("答复期限", 14), ("状态", 16)),
        rows,
        "没有未答复的协调请求。",
    )


def _promises(sheet: Handover) -> Part:
    rows = [
        ((each.unit, each.question, each.answer, _day(each.promised_on), _late(each.days)), each.days > 0)
        for each in sheet.promises
    ]
    return _part(
        "部门的承诺",
        (("部门", 18), ("请求事项", 28), ("答复", 24), ("承诺办结", 14), ("状态", 16)),
        rows,
        "没有尚未兑现的承诺。",
    )


def _duties(sheet: Handover) -> Part:
    rows = [
        ((each.number, each.text, each.unit, each.state, _day(each.due_on), _late(each.days)), each.days > 0)
        for each in sheet.duties
    ]
    return _part(
        "未结的交办事项",
        (("编号", 16), ("事项", 34), ("责任单位", 14), ("办理状态", 10), ("期限", 12), ("状态", 14)),
        rows,
        "没有未结的交办事项。",
    )


def _undertakings(sheet: Handover) -> Part:
    rows = [
        ((each.measure, each.kind, each.text, each.state, _day(each.due_on), _late(each.days)), each.days > 0)
        for each in sheet.undertakings
    ]
    return _part(
        "约谈承诺和整改事项",
        (("措施", 12), ("类别", 12), ("事项", 38), ("办理状态", 12), ("期限", 12), ("状态", 14)),
        rows,
        "没有未销号的承诺和整改事项。",
    )


def _permits(sheet: Handover) -> Part:
    rows = [
        ((each.name, each.agency or figures.UNDEFINED, each.status, _day(each.due_on), _late(each.days)), each.days > 0)
        for each in sheet.permits
    ]
    return _part(
        "在办的审批手续",
        (("事项", 36), ("审批部门", 24), ("进展", 12), ("应办结", 14), ("状态", 14)),
        rows,
        "没有在办的审批手续。",
    )


def _files(sheet: Handover) -> Part:
    rows = [
        ((each.kind, each.name, each.number or figures.UNDEFINED, _day(each.dated_on)), False) for each in sheet.files
    ]
    return _part("已存的文件", (("类别", 16), ("名称", 42), ("文号", 28), ("日期", 14)), rows, "还没有存入文件。")


def _tenure(tenure: Tenure) -> tuple[str, str]:
    since = figures.chinese_date(tenure.since) if tenure.since else "登记时"
    until = figures.chinese_date(tenure.until) if tenure.until else "现在"
    return tenure.person, f"{since}—{until}"


def _day(day: date | None) -> str:
    return figures.compact_date(day)


def _late(days: int) -> str:
    return figures.days_late(days)
