"""Medians over repeated runs, with the fastest and the slowest beside them."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

WARM_UPS = 5


@dataclass(frozen=True)
class Timing:
    """Milliseconds on the clock, and of this process's own CPU, which a busy machine does not lengthen."""

    median: float
    fastest: float
    slowest: float
    cpu: float

    def __str__(self) -> str:
        return f"{self.median:.1f}（{self.fastest:.1f}–{self.slowest:.1f}）"


def timed(work: Callable[[int], object], *, runs: int, warm_ups: int = WARM_UPS) -> Timing:
    """``work`` is handed the number of the run; the first few are not counted."""
    taken, cpu = [], []
    for number in range(warm_ups + runs):
        began, began_cpu = time.perf_counter(), time.process_time()
        work(number)
        taken.append((time.perf_counter() - began) * 1_000)
        cpu.append((time.process_time() - began_cpu) * 1_000)
    counted = taken[warm_ups:]
    return Timing(median(counted), min(counted), max(counted), median(cpu[warm_ups:]))
