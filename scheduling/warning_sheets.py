"""预警核查 as Excel: forecasts, contradictions and what a draw found, as the screens show them."""

from collections.abc import Iterable, Mapping
from typing import Any

from projects.sheets import Column, Kind, Sheet
from scheduling.models import ContradictionCheck, FinishForecast, Verification, VerificationDraw


def _named() -> list[Column[Any]]:
    return [
        Column("项目编号", lambda row: row.project.code),
        Column("项目名称", lambda row: row.project.name),
        Column("牵头单位", lambda row: row.project.lead_unit.name),
    ]


def forecast_sheet(rows: Iterable[FinishForecast], *, as_of: str, filters: Mapping[str, str]) -> Sheet[FinishForecast]:
    """One row per project, in the order of the screen."""
    columns: list[Column[FinishForecast]] = [
        *_named(),
        Column("责任人", lambda row: row.project.responsible_person or ""),
        Column(
            "批准竣工",
            lambda row: row.approved_finish,
            Kind.DATE,
            definition="本年度计划要求竣工的为其计划竣工日期，其余为竣工投产阶段的批准日期",
        ),
        Column(
            "五成把握", lambda row: row.p50_on, Kind.DATE, definition="以往这样的预测有五成在此日前完成；仅用于预警"
        ),
        Column(
            "八成把握", lambda row: row.p80_on, Kind.DATE, definition="以往这样的预测有八成在此日前完成；空为十年以后"
        ),
        Column(
            "余量",
            lambda row: row.slack,
            Kind.NUMBER,
            unit="天",
            definition="五成把握至批准竣工的日历天数，负数为已用完",
        ),
        Column("预警", lambda row: row.warning),
        Column("走势", lambda row: row.trend, definition="与四周前所作预测相比"),
        Column("依据", lambda row: row.basis, definition="只按各自近 8 期速度推算的日期"),
        Column("填报截至", lambda row: row.made_on, Kind.DATE),
    ]
    return Sheet(title="完工预测预警", as_of=as_of, columns=columns, rows=rows, filters=filters)


def contradiction_sheet(
    rows: Iterable[ContradictionCheck], *, as_of: str, filters: Mapping[str, str]
) -> Sheet[ContradictionCheck]:
    """One row per project, in the order of the screen."""
    columns: list[Column[ContradictionCheck]] = [
        *_named(),
        Column("责任人", lambda row: row.project.responsible_person or ""),
        Column("亮灯", lambda row: row.project.standing.get_light_display()),
        Column("矛盾分", lambda row: row.score, Kind.NUMBER, definition="各项矛盾的权重之和；供核查，不作为考核依据"),
        Column("矛盾", _said),
    ]
    return Sheet(title="外绿内红核查", as_of=as_of, columns=columns, rows=rows, filters=filters)


def verification_sheet(rows: Iterable[Verification], made: VerificationDraw, *, as_of: str) -> Sheet[Verification]:
    """One row per project drawn, in the order of the draw."""
    columns: list[Column[Verification]] = [
        Column("序号", lambda row: row.place, Kind.NUMBER),
        *_named(),
        Column("矛盾分", lambda row: row.score, Kind.NUMBER, definition="抽取时的矛盾分；供核查，不作为考核依据"),
        Column("矛盾", _said),
        Column("核查结果", lambda row: row.get_outcome_display()),
        Column("核查日期", lambda row: row.verified_on, Kind.DATE),
        Column("核查情况", lambda row: row.words),
        Column("登记人", lambda row: row.recorded_by or ""),
    ]
    return Sheet(title="随机核查", as_of=as_of, columns=columns, rows=rows, filters={"随机种子": made.seed})


def _said(row: ContradictionCheck | Verification) -> str:
    return "".join(each["text"] for each in row.found)
