"""What a wall chart needs to know of many projects, in one query a question, however many projects."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from projects.models import BackwardSchedule, MilestoneDates, NodeOutlook, ScheduleBlackout, SuspensionDates
from reports.wall_chart import Stretch
from scheduling.standing import DAY


class Step(NamedTuple):
    """What the four dates of a milestone leave unsaid."""

    is_key: bool
    planned_start_on: date | None
    started_on: date | None


def steps_of(projects: Collection[int]) -> dict[int, Step]:
    """By milestone, as known now."""
    rows = MilestoneDates.objects.current().filter(milestone__project__in=projects)
    columns = ("milestone_id", "milestone__is_key", "planned_start_on", "started_on")
    return {pk: Step(is_key, planned, began) for pk, is_key, planned, began in rows.values_list(*columns)}


def suspensions_of(projects: Collection[int], *, on: date) -> dict[int, list[Stretch]]:
    """停缓建 that had begun by this day, in order; one that still lasts is known up to this day."""
    begun = SuspensionDates.objects.current().filter(suspension__project__in=projects, suspended_on__lte=on)
    columns = ("suspension__project_id", "suspended_on", "resumed_on")
    found: dict[int, list[Stretch]] = defaultdict(list)
    for project, since, until in begun.order_by("suspended_on").values_list(*columns):
        last_on = on if until is None or until > on else until - DAY
        found[project].append(Stretch(since, last_on, "停缓建"))
    return found


def blackouts_of(projects: Collection[int]) -> dict[int, list[Stretch]]:
    """停工期 of the schedules in force."""
    in_force = BackwardSchedule.objects.in_force().filter(project__in=projects)
    rows = ScheduleBlackout.objects.filter(version__in=in_force)
    found: dict[int, list[Stretch]] = defaultdict(list)
    for project, first_on, last_on, name in rows.values_list("version__project_id", "first_on", "last_on", "name"):
        found[project].append(Stretch(first_on, last_on, name))
    return found


def floats_of(projects: Collection[int]) -> dict[int, NodeOutlook]:
    """By milestone, as reckoned last."""
    rows = NodeOutlook.objects.filter(project__in=projects, milestone__isnull=False).select_related("node")
    return {row.milestone_id: row for row in rows if row.milestone_id}
