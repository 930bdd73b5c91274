"""近期必办 and 议定事项 as Excel: what the screen shows, of all its pages."""

from collections.abc import Iterable, Mapping
from datetime import date

from projects.models import NodeOutlook, Stage
from projects.sheets import Column, Kind, Sheet
from scheduling import decision_flow as flow
from scheduling.models import Decision


def look_ahead_sheet(
    rows: Iterable[NodeOutlook], *, on: date, as_of: str, filters: Mapping[str, str]
) -> Sheet[NodeOutlook]:
    """One row per step, in the order of the screen."""
    columns: list[Column[NodeOutlook]] = [
        Column("项目编号", lambda row: row.project.code),
        Column("项目名称", lambda row: row.project.name),
        Column("牵头单位", lambda row: row.project.lead_unit.name),
        Column("责任人", lambda row: row.project.responsible_person or ""),
        Column("包联领导", lambda row: row.project.linked_leader or ""),
        Column("阶段", lambda row: Stage(row.node.stage).label),
        Column("节点", lambda row: row.node.name),
        Column("办理部门", lambda row: row.node.authority),
        Column(
            "最迟开始",
            lambda row: row.late_start_on,
            Kind.DATE,
            definition="再晚开始就误项目的要求完成日期（倒排推算）",
        ),
        Column("最迟完成", lambda row: row.late_finish_on, Kind.DATE, definition="再晚完成就误项目的要求完成日期"),
        Column("已开始", lambda row: row.is_begun),
        Column(
            "总时差",
            lambda row: row.total_float,
            Kind.NUMBER,
            unit="天",
            definition="还能推迟的天数，按节点自己的工期单位（工作日或日历天）；负数为已欠的天数",
        ),
        Column("过期天数", lambda row: max(0, (on - row.late_finish_on).days), Kind.NUMBER, unit="天"),
    ]
    return Sheet(title="近期必办", as_of=as_of, columns=columns, rows=rows, filters=filters)


def decision_sheet(rows: Iterable[Decision], *, on: date, as_of: str, filters: Mapping[str, str]) -> Sheet[Decision]:
    """议定事项: one row per decision, in the order of the screen."""
    columns: list[Column[Decision]] = [
        Column("编号", lambda row: row.number),
        Column("事项", lambda row: row.text),
        Column("办理要求", lambda row: row.requirement),
        Column("来源", lambda row: row.meeting.title if row.meeting else row.get_source_display()),
        Column("项目", lambda row: row.project and row.project.name),
        Column("责任单位", lambda row: row.owner_unit.name),
        Column("责任人", lambda row: row.owner_person or ""),
        Column("交办时间", lambda row: row.assigned_at, Kind.MOMENT),
        Column("原定期限", lambda row: row.original_due_on, Kind.DATE, definition="交办时的期限，此后不变"),
        Column("办理期限", lambda row: row.due_on, Kind.DATE, definition="经批准延期或重新交办后的现行期限"),
        Column("状态", lambda row: row.get_state_display(), definition="只有交办单位能销号；到期不会自动销号"),
        Column(
            "逾期天数",
            lambda row: max(0, (on - row.due_on).days) if row.state in flow.OPEN else None,
            Kind.NUMBER,
            unit="天",
            definition="未销号事项办理期限次日起的日历天数",
        ),
        Column("销号时间", lambda row: row.closed_at, Kind.MOMENT),
    ]
    return Sheet(title="议定事项", as_of=as_of, columns=columns, rows=rows, filters=filters)
