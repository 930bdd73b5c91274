"""倒排: one large network in memory, and the schedules of thousands of projects read, reckoned and stored."""

import time
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from config.bench.networks import large_network
from config.bench.timing import WARM_UPS, Timing, timed
from projects.actions import replanning
from projects.backward import Blackout, DayTimetable, backward_pass
from projects.models import BackwardSchedule

_NODES = 120
_MONDAY, _FINISH = date(2026, 3, 2), date(2029, 12, 31)


def pass_backward(*, runs: int, seed: int) -> Timing:
    """A network of 120 nodes; a calendar laid out once serves all, as it does all projects of a replan."""
    winter = Blackout("冬季停工", date(2026, 12, 1), date(2027, 2, 28))
    calendar = DayTimetable(lambda day: day.weekday() < 5, near=_MONDAY, blackouts=[winter])
    networks = [
        large_network(_NODES, seed=seed + run, timetable=calendar, on=_MONDAY) for run in range(runs + WARM_UPS)
    ]
    return timed(lambda run: backward_pass(networks[run], finish=_FINISH), runs=runs)


@dataclass(frozen=True)
class Replanned:
    projects: int
    seconds: float
    cpu_seconds: float  # of this process: what PostgreSQL does is not in it

    @property
    def projects_per_second(self) -> float:
        return self.projects / self.seconds


def replan(count: int, *, days_ahead: int) -> Replanned:
    """The first so many projects with a schedule, as they stand on a day to come."""
    schedules = BackwardSchedule.objects.in_force().order_by("project")
    projects = list(schedules.values_list("project", flat=True)[:count])
    on = timezone.localdate() + timedelta(days=days_ahead)
    began, began_cpu = time.perf_counter(), time.process_time()
    for _ in replanning.replan(projects, on=on):
        pass
    return Replanned(len(projects), time.perf_counter() - began, time.process_time() - began_cpu)
