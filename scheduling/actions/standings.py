"""Standings follow the facts: evaluated again in the transaction that changed them, so they never disagree.

No trace of its own is left in the audit: a standing says nothing that the recorded facts do not say.
"""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime

from django.db import transaction

from projects.models import KeyProject, Stage, TierEntry
from projects.recorded import day_of
from scheduling.amounts import Amounts, amounts_of
from scheduling.facts import known_facts
from scheduling.models import OpenItem, Standing
from scheduling.standing import Facts, ItemKind, Prospect, outlook, stage_on

BATCH = 500  # projects held in memory at a time
_INSERTED = 2_000  # rows written by one statement; SQLite takes fewer and divides for itself
_NOTHING = Facts(items=())
_EVALUATED = [field.name for field in Standing._meta.concrete_fields if not field.primary_key]


@transaction.atomic
def refresh(project_ids: Collection[int], at: datetime) -> None:
    """Evaluate these projects as known now, for the day of ``at`` and all later ones."""
    ordered = sorted(set(project_ids))
    for start in range(0, len(ordered), BATCH):
        _refresh_batch(ordered[start : start + BATCH], at)


def _refresh_batch(project_ids: Sequence[int], at: datetime) -> None:
    _wait_for_others(project_ids)
    on, facts = day_of(at), known_facts(project_ids, known_at=None)
    tiers = dict(TierEntry.objects.in_force().filter(project__in=project_ids).values_list("project", "tier"))
    amounts = amounts_of(project_ids, upto=None, known_at=None)
    standings, items = [], []
    for project in project_ids:
        known = facts.get(project, _NOTHING)
        stage = stage_on(known.items, on=on, order=Stage.values)
        standings.append(
            Standing(
                project_id=project,
                stage=stage,
                tier=tiers.get(project, ""),
                evaluated_at=at,
                **_columns(amounts[project]),
            )
        )
        items += [_open_item(project, prospect) for prospect in outlook(known, on=on)]
    OpenItem.objects.filter(project__in=project_ids).delete()
    OpenItem.objects.bulk_create(items, batch_size=_INSERTED)
    Standing.objects.bulk_create(standings, update_conflicts=True, unique_fields=["project"], update_fields=_EVALUATED)


def _columns(amounts: Amounts) -> dict[str, object]:
    columns = asdict(amounts)
    return {"amounts_year": columns.pop("year"), **columns}


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
    is_milestone = item.kind is ItemKind.MILESTONE
    return OpenItem(
        project_id=project,
        milestone_id=item.subject if is_milestone else None,
        stage_target_id=None if is_milestone else item.subject,
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
