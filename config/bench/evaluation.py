"""Where everything stands: one project in a submit, all of them in a night, and a month gone by."""

import resource
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from multiprocessing import get_context

from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from config.bench.timing import Timing, timed
from scheduling.actions import standings
from scheduling.evaluation import evaluated, every_project
from scheduling.models import Standing
from scheduling.project_days import AsKnown

PROCESSES = 2


@dataclass(frozen=True)
class Night:
    """All standings evaluated anew and stored, by several processes at once; memory is of the largest of them."""

    projects: int
    seconds: float
    megabytes: float

    @property
    def per_second(self) -> float:
        return self.projects / self.seconds


def evaluate_one(*, at: datetime, runs: int) -> tuple[Timing, int]:
    """What a submit waits for: one project evaluated and stored in its transaction; also how many queries."""
    project = every_project()[7]

    def one(_run: int) -> None:
        with transaction.atomic():
            standings.refresh([project], at)

    timing = timed(one, runs=runs)
    with CaptureQueriesContext(connection) as queries:
        one(0)
    return timing, len(queries)


def evaluate_all(*, at: datetime) -> Night:
    Standing.objects.update(valid_until=date.min)
    connections.close_all()  # a process of its own has connections of its own
    began = time.perf_counter()
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("fork")) as pool:
        parts = list(pool.map(_evaluate_part, range(PROCESSES), [at] * PROCESSES))
    return Night(sum(count for count, _ in parts), time.perf_counter() - began, max(most for _, most in parts))


def _evaluate_part(part: int, at: datetime) -> tuple[int, float]:
    done = standings.refresh_expired(at=at, progress=lambda done, total: None, part=part, parts=PROCESSES)
    connections.close_all()
    return done, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_024


def evaluate_past_month(*, on: date, projects: int) -> tuple[float, int]:
    """A month's end of the past as known now, of so many projects: seconds, and how many there were."""
    month_end = on.replace(day=1) - timedelta(days=1)
    wanted: Sequence[int] = every_project()[:projects]
    began = time.perf_counter()
    found = sum(1 for _ in evaluated(wanted, AsKnown.past(month_end, known_at=None)))
    return time.perf_counter() - began, found
