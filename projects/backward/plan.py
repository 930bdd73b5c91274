"""The plan that a network allows: for every node its earliest and its latest dates, and what they leave to spare."""

from dataclasses import dataclass
from typing import Any, Generic

from .network import Network, Node
from .passes import Window, early_windows, late_windows, latest
from .timetable import M, Unit


@dataclass(frozen=True, kw_only=True)
class Scheduled(Generic[M]):
    """A node with its dates.

    ``total_float`` is how far it can slip before the required finish is missed (negative: by how much it already
    misses it), ``free_float`` before any successor moves, both in ticks of the node's own unit and calendar.
    ``workdays_to_spare`` is the total float by the office's calendar, so that all nodes can be compared.
    """

    node: Node[M]
    early_start: M
    early_finish: M
    late_start: M
    late_finish: M
    total_float: int
    free_float: int
    workdays_to_spare: int

    @property
    def is_critical(self) -> bool:
        """Not done, and without any slack."""
        return self.node.finished_on is None and self.total_float <= 0


@dataclass(frozen=True, kw_only=True)
class Plan(Generic[M]):
    """``chain`` is the driving chain: from what is being waited for now to the finish that has least to spare.

    ``due`` is when the last node of the chain must be finished, by the required finish or a limit of its own, and
    ``expected`` when it will be at the earliest.
    ``to_spare`` is in ticks worked by the office's calendar, negative when the plan is too late.
    """

    network: Network[M]
    required_finish: M
    earliest_finish: M
    due: M
    expected: M
    is_feasible: bool
    to_spare: int
    nodes: dict[str, Scheduled[M]]
    chain: tuple[Scheduled[M], ...]
    cautions: tuple[str, ...]

    @property
    def bottleneck(self) -> Scheduled[M]:
        """卡点: what the chain is waiting for now."""
        return self.chain[0]

    @property
    def gate(self) -> Scheduled[M]:
        """The node by which lateness is told: the first on the chain that others wait for, or the bottleneck."""
        return next((one for one in self.chain if one.node.outcome), self.bottleneck)

    @property
    def shortage(self) -> int:
        """Working time that the gate is late; what it is at the finish (``to_spare``) holidays in between change."""
        return 0 if self.is_feasible else max(0, -self.gate.workdays_to_spare)


def backward_pass(network: Network[M], *, finish: M | None = None) -> Plan[M]:
    """Work back from the required finish; None requires the earliest finish the network itself allows.

    Durations are never squeezed: what does not fit gets a negative float. Raises ``PlanError`` for a network that
    cannot be reckoned (circles, unknown nodes, a calendar without working days).
    """
    early, drivers = early_windows(network)
    ends = max(window.finish for window in early.values())
    cap = ends if finish is None else network.timetable.closes(finish)
    late = late_windows(network, cap=cap)
    office = network.timetable.axis(Unit.WORKING, "")
    nodes = {node.key: _scheduled(network, node, early, late[node.key], cap=cap) for node in network.nodes}
    goal, due = _goal(network, early, drivers, cap=cap)
    dates: list[Any] = [
        day for one in nodes.values() for day in (one.early_start, one.early_finish, one.late_start, one.late_finish)
    ]
    return Plan(
        network=network,
        required_finish=network.timetable.finish(cap),
        earliest_finish=network.timetable.finish(ends),
        due=network.timetable.finish(due),
        expected=network.timetable.finish(early[goal].finish),
        is_feasible=early[goal].finish <= due,
        to_spare=office.between(early[goal].finish, due),
        nodes=nodes,
        chain=tuple(nodes[key] for key in _chain(network, drivers, goal)),
        cautions=network.timetable.cautions(min(dates), max(dates)),
    )


def _scheduled(network: Network[M], node: Node[M], early: dict[str, Window], late: Window, *, cap: int) -> Scheduled[M]:
    axis = network.axes[node.key]
    finish = early[node.key].finish
    undisturbed = latest(network, node, network.outgoing[node.key], early, cap=cap)
    early_start, early_finish = _shown(network, node, early[node.key], is_late=False)
    late_start, late_finish = _shown(network, node, late, is_late=True)
    return Scheduled(
        node=node,
        early_start=early_start,
        early_finish=early_finish,
        late_start=late_start,
        late_finish=late_finish,
        total_float=axis.between(finish, late.finish),
        free_float=max(0, axis.between(finish, undisturbed.finish)),
        workdays_to_spare=network.timetable.axis(Unit.WORKING, "").between(finish, late.finish),
    )


def _shown(network: Network[M], node: Node[M], window: Window, *, is_late: bool) -> tuple[M, M]:
    """A window as written. What is done in working time finishes on a working day: a latest finish on the last
    one before, an earliest finish on the next one after."""
    timetable, axis = network.timetable, network.axes[node.key]
    if not node.duration and timetable.milestones_open:
        day = timetable.start(axis.opening(window.finish))
        return day, day
    if not node.duration and window.finish == timetable.opens(network.on):
        return network.on, network.on
    closing = axis.closing(window.finish)
    if is_late or closing == window.finish:
        finish = timetable.finish(closing)
    elif window.finish in _said(network, node):
        finish = timetable.finish(window.finish)
    else:
        finish = timetable.start(axis.opening(window.finish))
    return (timetable.start(window.start) if node.duration else finish), finish


def _said(network: Network[M], node: Node[M]) -> list[int]:
    """Finishes that people named: they are written as named, whatever day of the week it was."""
    named = (node.finished_on, node.finishes_not_before)
    return [network.timetable.closes(day) for day in named if day is not None]


def _goal(network: Network[M], early: dict[str, Window], drivers: dict[str, str], *, cap: int) -> tuple[str, int]:
    """The node with least to spare before its own limit or the required finish, and that limit.

    Of several on one chain the last; of several chains the one whose key sorts first, so that order means nothing.
    """
    office = network.timetable.axis(Unit.WORKING, "")
    limits = {node.key: latest(network, node, [], {}, cap=cap).finish for node in network.nodes}
    spare = {
        node.key: (office.between(early[node.key].finish, limits[node.key]), limits[node.key] - early[node.key].finish)
        for node in network.nodes
        if node.finished_on is None
    } or {key: (0, limit - early[key].finish) for key, limit in limits.items()}
    least = min(spare.values())
    tied = {key for key, left in spare.items() if left == least}
    goal = min(tied - {drivers[key] for key in tied})
    return goal, limits[goal]


def _chain(network: Network[M], drivers: dict[str, str], goal: str) -> list[str]:
    chain = [goal]
    while (driver := drivers[chain[-1]]) and network.by_key[driver].finished_on is None:
        chain.append(driver)
    return chain[::-1]
