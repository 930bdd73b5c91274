"""An overdue item for machines: the API and ``manage.py list_overdue`` say the same of a milestone."""

from datetime import date
from typing import Any

from projects.models import KeyProject
from scheduling.lateness import Told
from scheduling.overdue_words import OverdueRow, kind_code, kind_word, not_yet, person_name, stage_word
from scheduling.standing import Late


def as_record(project: KeyProject, late: Late) -> dict[str, Any]:
    """Scripts rely on these keys. Dates stay dates."""
    item = late.item
    return {
        "project_code": project.code,
        "project_name": project.name,
        "stage": stage_word(item),
        "stage_code": item.stage,
        "milestone": item.name,
        "planned_on": item.approved_on,
        "original_on": item.original_on,
        "days_late": late.days,
        "lead_unit": project.lead_unit.name,
        "responsible_person": person_name(project, item),
        "linked_leader": str(project.linked_leader or ""),
    }


def as_full_record(row: OverdueRow, *, on: date) -> dict[str, Any]:
    """With what the list tells beside; days of the split are those since the approved date."""
    item = row.late.item
    return as_record(row.project, row.late) | {
        "kind": kind_word(item.kind),
        "kind_code": kind_code(item.kind),
        "forecast_on": item.forecast_on,
        "days_late_original": row.late.original_days,
        "replans": row.told.replans,
        "split": _split(row.told),
        "gap_amount": row.told.gap and row.told.gap.amount,
        "gap_points": row.told.gap and row.told.gap.points,
        "sentence": not_yet(row.told, on=on),
        "cause": row.told.cause,
        "promise": row.told.promise,
        "is_new": row.told.is_new,
    }


def _split(told: Told) -> dict[str, Any] | None:
    if told.split is None:
        return None
    others = [{"unit": unit, "days": days} for unit, days in told.split.others]
    return told.split._asdict() | {"others": others}
