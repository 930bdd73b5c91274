"""推算: what the schedules in force come to on a day, written down so that a district's lists can ask the database.

Derived from facts alone, so nothing is left in the audit. A project is reckoned again in the transaction that
changed one of its facts, and every night, because a day that passes moves what has not begun.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from projects import bulk
from projects.backward import PlanError, headline, is_over, sentence
from projects.models import BackwardSchedule, KeyProject, NodeOutlook, ScheduleOutlook
from projects.planning import Reading, readings
from projects.recorded import day_of

Progress = Callable[[int, int], None]
BATCH = 250  # projects held in memory at a time
_ASKED = 2_000  # projects by one question

Step = tuple[Any, ...]
_STEP = (
    "node_id",
    "project_id",
    "milestone_id",
    "early_start_on",
    "early_finish_on",
    "late_start_on",
    "late_finish_on",
    "total_float",
    "free_float",
    "is_critical",
    "is_begun",
    "is_done",
)
_SAID_OF_STEP = [name.removesuffix("_id") for name in _STEP[1:]]
_SAID_OF_PROJECT = [field.name for field in ScheduleOutlook._meta.concrete_fields if not field.primary_key]


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
    schedules = BackwardSchedule.objects.in_force().order_by("project").values_list("pk", flat=True)
    if project_ids is None:
        return list(schedules)
    ordered = sorted(set(project_ids))
    portions = (ordered[start : start + _ASKED] for start in range(0, len(ordered), _ASKED))
    return [pk for portion in portions for pk in schedules.filter(project__in=portion)]


def count() -> int:
    """How many projects work by a schedule."""
    return BackwardSchedule.objects.in_force().count()


@transaction.atomic
def _replan_batch(schedule_ids: Sequence[int], *, on: date) -> None:
    """Only what came out otherwise is written: a night that passes leaves most steps where they were.

    Of two transactions that reckon the same project, the later one reckons what both have recorded.
    """
    of_these = KeyProject.objects.filter(schedules__in=schedule_ids).order_by("pk")
    list(of_these.select_for_update(of=("self",), no_key=True).values_list("pk"))
    found = readings(BackwardSchedule.objects.in_force().filter(pk__in=schedule_ids), on=on)
    projects = [reading.schedule.project_id for reading in found]
    reckoned = [reading for reading in found if _can_be_reckoned(reading)]
    ScheduleOutlook.objects.filter(project__in=projects).exclude(
        project__in=[reading.schedule.project_id for reading in reckoned]
    ).delete()
    bulk.upsert([_whole(reading) for reading in reckoned], unique=["project"], update=_SAID_OF_PROJECT)
    _write_steps(projects, {step[0]: step for reading in reckoned for step in _steps(reading)})


def _write_steps(projects: Collection[int], wanted: Mapping[int, Step]) -> None:
    """``wanted`` by node: those that differ from what is stored are written, those not wanted removed."""
    stored: dict[int, Step] = {
        step[0]: step for step in NodeOutlook.objects.filter(project__in=projects).values_list(*_STEP)
    }
    NodeOutlook.objects.filter(pk__in=stored.keys() - wanted.keys()).delete()
    news = [
        NodeOutlook(**dict(zip(_STEP, step, strict=True))) for key, step in wanted.items() if stored.get(key) != step
    ]
    bulk.upsert(news, unique=["node"], update=_SAID_OF_STEP)


def _can_be_reckoned(reading: Reading) -> bool:
    """An edition is proved before it is approved; a calendar entered later may still leave it no day to work on."""
    try:
        return bool(reading.plan)
    except PlanError:
        return False


def _whole(reading: Reading) -> ScheduleOutlook:
    """What is done entirely is no longer infeasible, however late it came."""
    plan = reading.plan
    is_feasible = plan.is_feasible or is_over(plan)
    return ScheduleOutlook(
        project_id=reading.schedule.project_id,
        version=reading.schedule,
        on=plan.network.on,
        is_feasible=is_feasible,
        to_spare=max(0, plan.to_spare) if is_feasible else -plan.shortage,
        due_on=plan.due,
        expected_on=plan.expected,
        headline=headline(plan),
        sentence=sentence(plan),
        caution="".join(plan.cautions),
    )


def _steps(reading: Reading) -> Iterator[Step]:
    """The rows of ``NodeOutlook``, as plain values in the order of ``_STEP``."""
    for row in reading.rows:
        one = reading.plan.nodes[str(row.pk)]
        yield (
            row.pk,
            reading.schedule.project_id,
            row.milestone_id,
            one.early_start,
            one.early_finish,
            one.late_start,
            one.late_finish,
            one.total_float,
            one.free_float,
            one.is_critical,
            one.node.started_on is not None or one.node.finished_on is not None,
            one.node.finished_on is not None,
        )


def replan_all(*, on: date, progress: Progress) -> int:
    """Every project that works by a schedule; ``progress`` is told how many of how many. Returns how many."""
    total, done = count(), 0
    progress(0, total)
    for done in replan(None, on=on):
        progress(done, total)
    return done
