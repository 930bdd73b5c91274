"""审批看板 as Excel and for machines: what the screen shows, of all its pages."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from projects.models import KeyProject, PermitPhase, PermitState
from projects.permit_clock import Limit
from projects.permits import legal_limit_in_words, limit_in_words
from projects.sheets import Column, Kind, Sheet
from scheduling.overdue import AT_ONCE, shown_projects
from scheduling.permit_board import BoardRow


class PermitRow(NamedTuple):
    project: KeyProject
    of: BoardRow

    @property
    def limit(self) -> Limit | None:
        return self.of.row.permit.limit()

    @property
    def unit(self) -> str:
        return "工作日" if self.of.reading.in_workdays else "天"

    def state(self, name: str) -> Any:
        return getattr(self.of.row.state, name) if self.of.row.state else None


def with_projects(rows: Iterable[BoardRow]) -> Iterator[PermitRow]:
    """These rows in this order, each with its project as a list shows it."""
    waiting = list(rows)
    for start in range(0, len(waiting), AT_ONCE):
        part = waiting[start : start + AT_ONCE]
        projects = shown_projects({each.row.permit.project_id for each in part})
        yield from (PermitRow(projects[each.row.permit.project_id], each) for each in part)


def permit_sheet(rows: Iterable[PermitRow], *, as_of: str, filters: Mapping[str, str]) -> Sheet[PermitRow]:
    """One row per permit, in the order of the screen."""
    columns: list[Column[PermitRow]] = [
        Column("项目编号", lambda row: row.project.code),
        Column("项目名称", lambda row: row.project.name, definition="项目库登记的名称"),
        Column("牵头单位", lambda row: row.project.lead_unit.name),
        Column("责任人", lambda row: row.project.responsible_person or ""),
        Column("审批阶段", lambda row: PermitPhase(row.of.row.permit.phase).label),
        Column("审批事项", lambda row: row.of.row.permit.name),
        Column("审批部门", lambda row: row.of.row.permit.agency),
        Column("开工必备", lambda row: row.of.row.permit.is_required_for_start),
        Column(
            "状态",
            lambda row: PermitState.Status(row.of.reading.status).label,
            definition="截止日当天的状态；有效期届满而未开工的为过期",
        ),
        Column("办理时限", lambda row: limit_in_words(row.of.row.permit), definition="有承诺时限的按承诺时限计算"),
        Column("法定时限", lambda row: legal_limit_in_words(row.of.row.permit), definition="空白的同办理时限"),
        Column("计时单位", lambda row: row.unit, definition="工作日按国务院公布的放假和调休安排，或自然日"),
        Column("受理日期", lambda row: row.state("accepted_on"), Kind.DATE, definition="时限从受理次日起算"),
        Column(
            "应办结日期",
            lambda row: row.of.reading.due_on,
            Kind.DATE,
            definition="时限的最后一日，扣除补正和特别程序；中止期间为空",
        ),
        Column(
            "已用时限",
            lambda row: row.of.reading.days_used,
            Kind.NUMBER,
            definition="受理次日起，不含中止",
        ),
        Column("中止天数", lambda row: row.of.reading.days_paused, Kind.NUMBER, unit="天", definition="自然日"),
        Column("剩余时限", lambda row: row.of.reading.days_left, Kind.NUMBER, definition="时限减已用时限，负数为超时"),
        Column("情况", lambda row: row.of.reading.in_words()),
        Column("办结日期", lambda row: row.state("finished_on"), Kind.DATE),
        Column("批准文号", lambda row: row.state("document_number")),
        Column("有效期至", lambda row: row.state("expires_on"), Kind.DATE, definition="须在此日前开工；开工后不再过期"),
        Column("说明", lambda row: row.state("note")),
    ]
    return Sheet(title="审批看板", as_of=as_of, columns=columns, rows=rows, filters=filters)


def as_record(row: PermitRow) -> dict[str, Any]:
    """Scripts rely on these keys. Dates stay dates."""
    permit, reading = row.of.row.permit, row.of.reading
    return {
        "project_code": row.project.code,
        "project_name": row.project.name,
        "lead_unit": row.project.lead_unit.name,
        "permit": permit.name,
        "phase": str(PermitPhase(permit.phase).label),
        "phase_code": permit.phase,
        "agency": permit.agency,
        "is_required_for_start": permit.is_required_for_start,
        "status": str(PermitState.Status(reading.status).label),
        "status_code": reading.status,
        "limit_days": row.limit.days if row.limit else None,
        "counts_working_days": permit.counts_working_days,
        "accepted_on": row.state("accepted_on"),
        "due_on": reading.due_on,
        "days_used": reading.days_used,
        "days_left": reading.days_left,
        "is_overdue": reading.is_overdue,
        "finished_on": row.state("finished_on"),
        "document_number": row.state("document_number") or "",
        "expires_on": row.state("expires_on"),
    }
