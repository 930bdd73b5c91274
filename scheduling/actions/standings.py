"""Standings follow the facts: evaluated again in the transaction that changed them, so they never disagree.

No trace of its own is left in the audit: a standing says nothing that the recorded facts do not say.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from django.db import transaction

from projects import bulk, recorded
from projects.models import KeyProject
from projects.recorded import day_of
from scheduling.evaluation import BATCH, evaluated
from scheduling.models import OpenItem, PeriodClosing, PeriodStanding, Standing
from scheduling.models.standing import SUBJECTS
from scheduling.project_days import AsKnown
from scheduling.standing import Prospect

_LACKING = (PeriodStanding.Reported.MISSING, PeriodStanding.Reported.RETURNED)
Progress = Callable[[int, int], None]
_EVALUATED = [field.name for field in Standing._meta.concrete_fields if not field.primary_key]


@transaction.atomic
def refresh(project_ids: Collection[int], at: datetime) -> None:
    """Evaluate these projects as known now, for the day of ``at`` and all later ones."""
    ordered = sorted(set(project_ids))
    for start in range(0, len(ordered), BATCH):
        _refresh_batch(ordered[start : start + BATCH], at)


def refresh_expired(*, at: datetime, progress: Progress, part: int = 0, parts: int = 1) -> int:
    """Evaluate anew what a day that passed may have changed, batch by batch. Returns how many projects.

    ``part`` of ``parts``: the share of one of several workers.
    """
    waiting = Standing.objects.expired(on=day_of(at)).in_part(part, parts=parts)
    expired = list(waiting.order_by("project").values_list("project", flat=True))
    for start in range(0, len(expired), BATCH):
        with recorded.writing():  # no rules are adopted between reading them and storing what they say
            refresh(expired[start : start + BATCH], at)
        progress(min(start + BATCH, len(expired)), len(expired))
    return len(expired)


def refresh_after(closing: PeriodClosing, *, at: datetime) -> None:
    """A period that closed without a report of theirs is missing to these projects from now on."""
    lacking = PeriodStanding.objects.filter(period=closing.period, reported__in=_LACKING)
    found = list(lacking.order_by("project").values_list("project", flat=True))
    for start in range(0, len(found), BATCH):
        refresh(found[start : start + BATCH], at)


def _refresh_batch(project_ids: Sequence[int], at: datetime) -> None:
    _wait_for_others(project_ids)
    standings, items = [], []
    for found in evaluated(project_ids, AsKnown.today(day_of(at))):
        standings.append(found.standing(at=at))
        items += [_open_item(found.project, prospect) for prospect in found.outlook()]
    OpenItem.objects.filter(project__in=project_ids).delete()
    bulk.insert(items)
    bulk.upsert(standings, unique=["project"], update=_EVALUATED)


def _wait_for_others(project_ids: Sequence[int]) -> None:
    """Of two transactions that change the same project, the later one evaluates what both have recorded."""
    list(
        KeyProject.objects.filter(pk__in=project_ids)
        .order_by("pk")
        .select_for_update(no_key=True)
        .values_list("pk", flat=True)
    )


def _open_item(project: int, prospect: Prospect) -> OpenItem:
    item = prospect.item
    subject = {f"{SUBJECTS[item.kind]}_id": item.subject} if item.kind in SUBJECTS else {}
    return OpenItem(
        project_id=project,
        kind=item.kind,
        **subject,
        stage=item.stage,
        original_on=item.original_on,
        due_on=prospect.due_on,
        forecast_on=item.forecast_on,
        since=prospect.since,
        until=prospect.until,
        late_since=prospect.late_since,
        original_late_since=prospect.original_late_since,
        stopped_on=prospect.stopped_on,
        leads=prospect.leads,
        leads_stage=prospect.leads_stage,
    )
