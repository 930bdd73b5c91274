"""An overdue milestone for machines: the API and ``manage.py list_overdue`` say the same."""

from typing import Any

from projects.models import Stage
from scheduling.sheets import OverdueRow, person_name


def as_record(row: OverdueRow) -> dict[str, Any]:
    """Scripts rely on these keys. Dates stay dates."""
    item, project = row.late.item, row.project
    return {
        "project_code": project.code,
        "project_name": project.name,
        "stage": str(Stage(item.stage).label),
        "stage_code": item.stage,
        "milestone": item.name,
        "planned_on": item.approved_on,
        "original_on": item.original_on,
        "days_late": row.late.days,
        "lead_unit": project.lead_unit.name,
        "responsible_person": person_name(row),
        "linked_leader": str(project.linked_leader or ""),
    }
