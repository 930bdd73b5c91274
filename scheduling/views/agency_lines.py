"""A department and its items as ``scheduling/_agencies.html`` shows them."""

from typing import Any

from django.utils.translation import gettext as _

from projects.figures import UNDEFINED, percent, shown
from scheduling.permit_league import OfAgency, OfItem


def agency_line(row: OfAgency) -> dict[str, Any]:
    return {
        "name": row.agency or _("没有登记审批部门"),
        "running": row.running,
        "overdue": row.overdue,
        "decided": row.decided,
        "over_limit": row.over_limit,
        "rows": [_item(item) for item in row.items],
    }


def _item(row: OfItem) -> dict[str, Any]:
    tally = row.tally
    return {
        "name": row.name,
        "unit": _("工作日") if row.in_workdays else _("天"),
        "running": tally.running,
        "overdue": tally.overdue,
        "longest": tally.longest if tally.running else UNDEFINED,
        "decided": tally.decided,
        "over_limit": tally.over_limit,
        "mean": shown(tally.mean, 1),
        "middle": shown(tally.middle, 1),
        "limit": shown(tally.mean_limit, 1),
        "rate": percent(tally.rate, 1),
    }
