"""推算: what the schedules in force come to on a day, written down so that a district's lists can ask the database.

Derived from facts alone, so nothing is left in the audit. A project is reckoned again in the transaction that
changed one of its facts, and every night, because a day that passes moves what has not begun.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date, datetime

from django.db import transaction

from projects.backward import PlanError, headline, sentence
from projects.models import BackwardSchedule, NodeOutlook, ScheduleOutlook
from projects.planning import Reading, readings
from projects.recorded import day_of

Progress = Callable[[int, int], None]
BATCH = 250  # projects held in memory at a time
_INSERTED = 2_000


def refresh(project_ids: Collection[int], at: datetime) -> None:
    """Reckon these projects on the day of ``at``. Those without a schedule in force cost one query together."""
    for _ in replan(project_ids, on=day_of(at)):
        pass


def replan(project_ids: Collection[int] | None, *, on: date) -> Iterator[int]:
    """Reckon these projects, or all; gives after each batch how many are done, for whoever shows progress.

    Every batch is a transaction of its own: a reader sees a project before or after, never half.
    """
    ids = _in_force(project_ids)
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        _replan_batch(batch, on=on)
        yield start + len(batch)


def _in_force(project_ids: Collection[int] | None) -> list[int]:
    """The editions these projects work by; asked in portions, because a ledger may bring thousands."""
    schedules = BackwardSchedule.objects.in_force().order_by("pk").values_list("pk", flat=True)
    if project_ids is None:
        return list(schedules)
    ordered = sorted(set(project_ids))
    portions = (ordered[start : start + _INSERTED] for start in range(0, len(ordered), _INSERTED))
    return [pk for portion in portions for pk in schedules.filter(project__in=portion)]


def count() -> int:
    """How many projects work by a schedule."""
    return BackwardSchedule.objects.in_force().count()


@transaction.atomic
def _replan_batch(schedule_ids: Sequence[int], *, on: date) -> None:
    found = readings(BackwardSchedule.objects.filter(pk__in=schedule_ids), on=on)
    projects = [reading.schedule.project_id for reading in found]
    reckoned = [reading for reading in found if _can_be_reckoned(reading)]
    NodeOutlook.objects.filter(project__in=projects).delete()
    ScheduleOutlook.objects.filter(project__in=projects).delete()
    ScheduleOutlook.objects.bulk_create([_whole(reading) for reading in reckoned], batch_size=_INSERTED)
    NodeOutlook.objects.bulk_create([step for reading in reckoned for step in _steps(reading)], batch_size=_INSERTED)


def _can_be_reckoned(reading: Reading) -> bool:
    """An edition is proved before it is approved; a calendar entered later may still leave it no day to work on."""
    try:
        return bool(reading.plan)
    except PlanError:
        return False


def _whole(reading: Reading) -> ScheduleOutlook:
    plan = reading.plan
    return ScheduleOutlook(
        project_id=reading.schedule.project_id,
        version=reading.schedule,
        on=plan.network.on,
        is_feasible=plan.is_feasible,
        to_spare=plan.to_spare if plan.is_feasible else -plan.shortage,
        due_on=plan.due,
        expected_on=plan.expected,
        headline=headline(plan),
        sentence=sentence(plan),
        caution="".join(plan.cautions),
    )


def _steps(reading: Reading) -> Iterator[NodeOutlook]:
    for row in reading.rows:
        one = reading.plan.nodes[str(row.pk)]
        yield NodeOutlook(
            project_id=reading.schedule.project_id,
            node_id=row.pk,
            milestone_id=row.milestone_id,
            early_start_on=one.early_start,
            early_finish_on=one.early_finish,
            late_start_on=one.late_start,
            late_finish_on=one.late_finish,
            total_float=one.total_float,
            free_float=one.free_float,
            is_critical=one.is_critical,
            is_begun=one.node.started_on is not None or one.node.finished_on is not None,
            is_done=one.node.finished_on is not None,
        )


def replan_all(*, on: date, progress: Progress) -> int:
    """Every project that works by a schedule; ``progress`` is told how many of how many. Returns how many."""
    total, done = count(), 0
    progress(0, total)
    for done in replan(None, on=on):
        progress(done, total)
    return done
