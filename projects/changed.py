"""The port through which a changed fact is announced.

An action calls ``announce`` in its transaction with every project it touched, each once; thousands of them may come in
portions. Apps above register what has to follow in their ``ready()``; this app does not know them.
"""

from collections.abc import Callable, Collection, Iterator
from datetime import datetime

Listener = Callable[[Collection[int], datetime], None]
_listeners: list[Listener] = []
_planners: list[Listener] = []
_PORTION = 500


def listen(listener: Listener) -> None:
    """Whatever fact changed."""
    if listener not in _listeners:
        _listeners.append(listener)


def listen_to_plans(planner: Listener) -> None:
    """Only where a fact changed on which the schedule of a project rests."""
    if planner not in _planners:
        _planners.append(planner)


def announce(project_ids: Collection[int], *, at: datetime, moves_plan: bool = True) -> None:
    """Facts of these projects changed at this moment. A weekly report moves no date of a plan."""
    for listener in [*(_planners if moves_plan else ()), *_listeners]:
        listener(project_ids, at)


def announced(project_ids: Collection[int], *, at: datetime) -> Iterator[int]:
    """Thousands of them, some at a time; gives after each portion how many are done, so that a job keeps its lease."""
    ordered = sorted(set(project_ids))
    for start in range(0, len(ordered), _PORTION):
        portion = ordered[start : start + _PORTION]
        announce(portion, at=at)
        yield start + len(portion)
