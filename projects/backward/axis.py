"""Time in whole ticks, and how much of it is worked.

A tick is a day, a second or a period. Moment ``t`` lies between tick ``t - 1`` and tick ``t``: work that fills
ticks 3 and 4 starts at 3 and finishes at 5, and what follows it may start at 5. All else rests on one measure, the
work done before a moment, and on its two inverses: the first moment by which so much is done and the last one.
``after`` and ``ahead`` are adjoint (``after(s, n) <= t`` exactly when ``s <= ahead(t, n)``), which is why the forward
and the backward pass agree on what is feasible.
"""

from abc import ABC, abstractmethod
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from itertools import accumulate

Span = tuple[int, int]

IDLE_STRETCHES = 10
REACH = 200


class PlanError(ValueError):
    """A network that cannot be reckoned. The message is Chinese and names the nodes."""


class Axis(ABC):
    """The ticks on which one kind of work goes on."""

    @abstractmethod
    def worked(self, moment: int) -> int:
        """Worked ticks before this moment, counted from anywhere: only differences mean something."""

    @abstractmethod
    def first_reaching(self, work: int) -> int:
        """The first moment by which so much is worked."""

    @abstractmethod
    def last_within(self, work: int) -> int:
        """The last moment by which no more than that is worked."""

    def after(self, moment: int, work: int) -> int:
        """The first moment with so much work between; a negative amount is a lead. Nought is the moment itself."""
        return self.first_reaching(self.worked(moment) + work) if work else moment

    def ahead(self, moment: int, work: int) -> int:
        """The last moment from which so much work still fits before this one."""
        return self.last_within(self.worked(moment) - work) if work else moment

    def between(self, earlier: int, later: int) -> int:
        return self.worked(later) - self.worked(earlier)

    def opening(self, moment: int) -> int:
        """The same moment, or when work resumes."""
        return self.last_within(self.worked(moment))

    def closing(self, moment: int) -> int:
        """The same moment, or when work last stopped before it."""
        return self.first_reaching(self.worked(moment))

    def last_opening(self, moment: int) -> int:
        """The last moment up to this one at which work can start."""
        return moment if self.opening(moment) == moment else self.closing(moment) - 1


class Unbroken(Axis):
    """Every tick is worked."""

    def worked(self, moment: int) -> int:
        return moment

    def first_reaching(self, work: int) -> int:
        return work

    def last_within(self, work: int) -> int:
        return work


class Interrupted(Axis):
    """Work in spans. They are laid out stretch by stretch (about a year each), as far as somebody asks.

    ``origin`` is any moment near which the questions will lie.
    """

    def __init__(self, spans_in: Callable[[int, int], Iterable[Span]], *, origin: int, stretch: int) -> None:
        self._spans_in, self._stretch = spans_in, stretch
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._before: list[int] = []  # work before each start
        self._left = self._right = origin - origin % stretch
        self._work_left = self._work_right = 0
        self._idle = 0

    def worked(self, moment: int) -> int:
        while moment < self._left:
            self._grow_left()
        while moment > self._right:
            self._grow_right()
        span = bisect_right(self._starts, moment) - 1
        if span < 0:
            return self._work_left
        return self._before[span] + min(moment, self._ends[span]) - self._starts[span]

    def first_reaching(self, work: int) -> int:
        while self._work_left >= work:
            self._grow_left()
        while self._work_right < work:
            self._grow_right()
        span = bisect_left(self._before, work) - 1
        return self._starts[span] + work - self._before[span]

    def last_within(self, work: int) -> int:
        while self._work_left > work:
            self._grow_left()
        while self._work_right <= work:
            self._grow_right()
        span = bisect_right(self._before, work) - 1
        return self._starts[span] + work - self._before[span]

    def _grow_right(self) -> None:
        start, self._right = self._right, self._right + self._stretch
        for first, stop in self._laid_out(start, self._right):
            self._starts.append(first)
            self._ends.append(stop)
            self._before.append(self._work_right)
            self._work_right += stop - first

    def _grow_left(self) -> None:
        stop, self._left = self._left, self._left - self._stretch
        spans = self._laid_out(self._left, stop)
        self._work_left -= sum(end - start for start, end in spans)
        self._before[:0] = list(accumulate((end - start for start, end in spans), initial=self._work_left))[:-1]
        self._starts[:0] = [start for start, _ in spans]
        self._ends[:0] = [end for _, end in spans]

    def _laid_out(self, start: int, stop: int) -> list[Span]:
        spans = list(self._spans_in(start, stop))
        self._idle = 0 if spans else self._idle + 1
        if self._idle > IDLE_STRETCHES:
            raise PlanError(f"日历中连续 {IDLE_STRETCHES} 年没有一个工作日，排不出工期；请检查工作日历和停工期。")
        if self._right - self._left > REACH * self._stretch:
            raise PlanError(f"工期长达 {REACH} 年以上，排不出日期；请检查各节点的工期。")
        return spans
