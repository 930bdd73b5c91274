"""分组: the same indices in total and for each unit, town, leader or area; every number opens its list."""

from typing import Any

from django.utils.translation import gettext as _

from config.pages.dashboard.asked import BASIS, Asked
from projects import figures
from scheduling.indices import Index, indices_of
from scheduling.parts import Parts


def rows(asked: Asked) -> list[dict[str, Any]]:
    named = [_row(asked, group.name, group.parts, group.key) for group in asked.groups if group.parts.projects]
    total = sum((group.parts for group in asked.groups), Parts())
    return [_row(asked, _("合计"), total, None, is_total=True), *named]


def _row(asked: Asked, name: str, parts: Parts, key: Any, *, is_total: bool = False) -> dict[str, Any]:
    found = indices_of(parts, on=asked.on, basis=BASIS)
    where = {asked.group.filter: key}

    def opens(counted: str) -> str:
        return asked.list_of(counted=counted, **where) if key or is_total else ""

    def number(value: int, counted: str) -> dict[str, str]:
        return {"value": f"{value:,}", "url": opens(counted) if value else ""}

    return {
        "name": name,
        "is_total": is_total,
        "projects": number(parts.projects, "projects"),
        "plan": figures.yi(parts.annual_plan_amount),
        "done": {"value": figures.yi(parts.ytd_amount), "url": opens("ytd_amount")},
        "rate": figures.percent(found[Index.INVESTMENT].rate),
        "gap": figures.signed(found.progress_gap_pp),
        "is_behind": found.progress_gap_pp is not None and figures.rounded(found.progress_gap_pp, 2) < 0,
        "started": number(parts.started, "started"),
        "new_starts": number(parts.new_starts, "new_starts"),
        "missed_starts": number(parts.due_not_started, "due_not_started"),
        "completed": number(parts.completed, "completed"),
        "completions": number(parts.completions, "completions"),
        "missed_completions": number(parts.due_not_completed, "due_not_completed"),
    }
