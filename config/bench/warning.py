"""每日预测: the whole night's work, back-test, forecasts and contradictions of every project."""

import resource
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from scheduling.actions import forecasts
from scheduling.forecasts import back_tested
from scheduling.models import ContradictionCheck, FinishForecast


@dataclass(frozen=True)
class Foretold:
    projects: int
    warned: int
    doubted: int
    sentence: str
    seconds: float
    cpu_seconds: float  # of this process: what PostgreSQL does is not in it
    megabytes: float  # the most this process ever held, whatever it did before


def foretell(*, at: datetime) -> Foretold:
    began, began_cpu = time.perf_counter(), time.process_time()
    forecasts.renew(at=at, progress=lambda _done, _total: None)
    seconds, cpu_seconds = time.perf_counter() - began, time.process_time() - began_cpu
    tested = back_tested()
    return Foretold(
        FinishForecast.objects.count(),
        FinishForecast.objects.warned().count(),
        ContradictionCheck.objects.doubted().count(),
        tested.sentence if tested else "",
        seconds,
        cpu_seconds,
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    )


def foretold(*, at: datetime) -> Iterator[str]:
    """A section of the report: to be told after the projects are loaded."""
    done = foretell(at=at)
    yield f"\n每日预测 {done.projects:,} 个在建和前期项目：{done.seconds:.1f} 秒，其中 Python {done.cpu_seconds:.1f} 秒"
    yield f"  内存最高 {done.megabytes:.0f} MB；预警 {done.warned:,} 个，数据对不上 {done.doubted:,} 个"
    yield f"  {done.sentence}"
