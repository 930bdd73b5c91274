"""How far an invented project had come on any day: read off the steps it reached and when."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from projects.demo.networks import names_of
from projects.demo.projects import ProjectSpec
from projects.demo.stages import FINISH, START

# What is built when each step from the start on is reached, in percent.
_BUILT = (0, 14, 32, 55, 77, 92, 100)
_NEARLY = 0.9  # a step that is late is nearly there, and stays so


@dataclass(frozen=True)
class Reach:
    """Where a project stands: the step last reached and the one under way (None: none), and how much of it is done."""

    last: str | None
    next: str | None
    percent: Decimal
    of_next: int


class Site:
    def __init__(self, spec: ProjectSpec) -> None:
        assert spec.course  # noqa: S101 - asked only of projects that have one
        self.spec, self.steps = spec, spec.course.steps
        self.names = names_of(spec)
        self.began = spec.course.began

    @property
    def started(self) -> date | None:
        return self.steps[START].actual

    @property
    def finished(self) -> date | None:
        return self.steps[FINISH].actual

    @staticmethod
    def _work(step: str) -> str:
        """The work a step is the end of: 桩基及基础工程完成 → 桩基及基础工程."""
        for end in ("完成", "办结", "核发", "批复", "合格", "通过"):
            step = step.removesuffix(end)
        return step

    def on(self, day: date) -> Reach:
        reached = sum(step.actual is not None and step.actual <= day for step in self.steps)
        last = self.names[reached - 1] if reached else None
        if reached == len(self.steps):
            return Reach(last, None, Decimal(100), 100)
        since = self.steps[reached - 1].actual if reached else self.began
        done = self._share(since or self.began, self.steps[reached].actual or self.steps[reached].approved, day)
        return Reach(last, self._work(self.names[reached]), self._percent(reached, done), round(100 * done))

    def _share(self, since: date, until: date, day: date) -> float:
        whole = max((until - since) / timedelta(days=1), 1.0)
        return max(0.0, min((day - since) / timedelta(days=1) / whole, _NEARLY))

    def _percent(self, reached: int, done: float) -> Decimal:
        place = reached - START - 1
        if place < 0:
            return Decimal(0)
        built = _BUILT[place] + (_BUILT[place + 1] - _BUILT[place]) * done
        return Decimal(str(round(built, 1)))
