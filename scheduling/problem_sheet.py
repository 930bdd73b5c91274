"""问题清单 as Excel: what the screen shows, of all its pages."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from projects.sheets import Column, Kind, Sheet
from scheduling.models import Problem
from scheduling.problems import Clock


class ProblemRow(NamedTuple):
    problem: Problem
    clock: Clock


def problem_sheet(rows: Iterable[ProblemRow], *, on: date, as_of: str, filters: Mapping[str, str]) -> Sheet[ProblemRow]:
    """One row per problem, in the order of the screen."""
    columns: list[Column[ProblemRow]] = [
        Column("项目编号", lambda row: row.problem.project.code),
        Column("项目名称", lambda row: row.problem.project.name),
        Column("牵头单位", lambda row: row.problem.project.lead_unit.name),
        Column("问题类别", lambda row: row.problem.get_kind_display()),
        Column("问题", lambda row: row.problem.title),
        Column("具体情况", lambda row: row.problem.description),
        Column("责任单位", lambda row: row.problem.responsible_unit.name, definition="答应解决这一问题的单位"),
        Column(
            "协调层级", lambda row: row.problem.get_level_display(), definition="项目、牵头单位、分管领导、区长专题会"
        ),
        Column(
            "本层级期限", lambda row: row.clock.level_due_on, Kind.DATE, definition="过期未解决的建议升级，由人确认"
        ),
        Column("当前办理单位", _court, definition="问题现在由谁办理；申请销号后和销号后为空"),
        Column(
            "已办理",
            lambda row: row.clock.in_court,
            Kind.NUMBER,
            unit="工作日",
            definition="转到本单位的次日起至截止日的工作日",
        ),
        Column("需解决日期", lambda row: row.problem.needed_by, Kind.DATE),
        Column(
            "逾期", lambda row: _late(row.problem, on), Kind.NUMBER, unit="天", definition="需解决日期次日起的日历天数"
        ),
        Column("影响节点", lambda row: row.problem.milestone and row.problem.milestone.name),
        Column(
            "影响天数", lambda row: row.problem.effect_days, Kind.NUMBER, unit="天", definition="项目方估计的延误天数"
        ),
        Column("状态", lambda row: row.problem.get_state_display()),
        Column("提出人", lambda row: row.problem.raised_by),
        Column("提出时间", lambda row: row.problem.raised_at, Kind.MOMENT),
        Column("解决时间", lambda row: row.problem.closed_at, Kind.MOMENT),
    ]
    return Sheet(title="问题清单", as_of=as_of, columns=columns, rows=rows, filters=filters)


def _court(row: ProblemRow) -> str:
    return row.problem.court_unit.name if row.problem.state == Problem.State.OPEN else ""


def _late(problem: Problem, on: date) -> int | None:
    return (on - problem.needed_by).days if problem.closed_at is None and problem.needed_by < on else None
