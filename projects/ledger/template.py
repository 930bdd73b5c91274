"""Our own ledger: the columns of the file people download, and how it is read when it comes back."""

from dataclasses import dataclass
from typing import Any

from .drafts import Assignment, Draft
from .targets import BOTH_ENDS, FOCUS_AREA, LEAD_UNIT, NAME, NODES, TARGETS, Kind

SOURCE, TITLE = "template", "重点项目台账（本系统模板）"
SERIAL = "序号"
_UNITS = {Kind.AMOUNT: "万元", Kind.PERCENT: "%"}
_NODES_GIVEN = ("开工进场", "基础完工", "主体封顶", "竣工验收", "正式投产或交付")
_NODE_DATES = {"planned_on": "计划", "actual_on": "实际"}
FALLBACKS = {LEAD_UNIT: "区重点办", FOCUS_AREA: "基础设施"}
_WITHOUT = frozenset({"project.approval_route", "project.industry_rank", "project.origin"})  # asked for in the system
_DATE_HINT = "年月日，如 2026-03-15；只写到月份、旬、季度的按约期登记"


@dataclass(frozen=True)
class TemplateColumn:
    """``target`` is empty for the serial number, which is not read; ``unit`` where there is one."""

    heading: str
    target: str
    kind: Kind
    unit: str = ""
    example: str = ""
    hint: str = ""


def template_columns() -> tuple[TemplateColumn, ...]:
    """The columns in their order. The heading names the unit; the header is the first row of the file."""
    given = [target for target in TARGETS if target.path not in _WITHOUT]
    columns = [
        TemplateColumn(
            heading=f"{target.label}（{unit}）" if (unit := _UNITS.get(target.kind, "")) else target.label,
            target=target.path,
            kind=target.kind,
            unit=unit,
            example=target.example,
            hint=target.hint or (_DATE_HINT if target.kind is Kind.DATE else ""),
        )
        for target in given
    ]
    *most, note = columns
    return (TemplateColumn(SERIAL, "", Kind.TEXT, example="1"), *most, *_node_columns(), note)


def _node_columns() -> list[TemplateColumn]:
    return [
        TemplateColumn(f"{node}{word}", f"milestones.{node}.{name}", Kind.DATE, example="2026-09-30", hint=_DATE_HINT)
        for node in _NODES_GIVEN
        for name, word in _NODE_DATES.items()
    ]


def mapping(*, year: int) -> dict[str, Any]:
    """The mapping of a ledger written by the template, for the plan of this year."""
    assignments = [one for column in template_columns() if column.target for one in _assignments(column)]
    frame = {
        "source": f"{SOURCE}-{year}",
        "title": TITLE,
        "rows": "project",
        "year": year,
        "file": {"header_row": 1, "totals": True, "notes": True},
        "amount_unit": "万元",
        "codes": {sign: {"means": "blank"} for sign in ("/", "—", "-")},
        "project": {"key": [_heading(NAME)]},
    }
    stages = {node.name: node.stage for node in NODES if node.name in _NODES_GIVEN}
    return Draft(frame, tuple(assignments), stages).json()


def _assignments(column: TemplateColumn) -> list[Assignment]:
    spec: dict[str, Any] = {"column": column.heading}
    if column.target in FALLBACKS:
        spec["otherwise"] = FALLBACKS[column.target]
    both = BOTH_ENDS.get(column.target)
    return [Assignment(column.target, spec), *([Assignment(both, spec)] if both else [])]


def _heading(path: str) -> str:
    return next(column.heading for column in template_columns() if column.target == path)
