"""结果运用 as Excel: what the screen shows, of all its pages."""

from collections.abc import Iterable, Mapping

from projects.sheets import Column, Kind, Sheet
from scheduling.models import Measure


def measure_sheet(rows: Iterable[Measure], *, as_of: str, filters: Mapping[str, str]) -> Sheet[Measure]:
    """One row per measure, in the order of the screen; its items are prefetched."""
    columns: list[Column[Measure]] = [
        Column("项目编号", lambda row: row.project.code),
        Column("项目名称", lambda row: row.project.name),
        Column("责任单位", lambda row: row.unit.name),
        Column("措施", lambda row: row.get_kind_display()),
        Column("建议的措施", lambda row: row.get_proposed_kind_display(), definition="提出时的措施，审定时可以调整"),
        Column("状态", lambda row: row.get_state_display()),
        Column("事由", lambda row: row.reasons),
        Column("提出人", lambda row: row.proposed_by or "系统按规则"),
        Column("提出时间", lambda row: row.proposed_at, Kind.MOMENT),
        Column("审定人", lambda row: row.decided_by or ""),
        Column("审定意见", lambda row: row.decision_note),
        Column("文号", lambda row: row.notice_number),
        Column("通知时间", lambda row: row.told_at, Kind.MOMENT),
        Column("办理期限", lambda row: row.due_on, Kind.DATE, definition="承诺、整改事项中最晚的一项"),
        Column("承诺整改事项", lambda row: len(row.items.all()), Kind.NUMBER, unit="项"),
        Column("已销号", lambda row: sum(each.state == "CLOSED" for each in row.items.all()), Kind.NUMBER, unit="项"),
        Column("办结时间", lambda row: row.closed_at, Kind.MOMENT),
        Column("办结情况", lambda row: row.outcome),
    ]
    return Sheet(title="结果运用", as_of=as_of, columns=columns, rows=rows, filters=filters)
