"""The forward and the backward pass, in ticks."""

from typing import NamedTuple

from .axis import Axis
from .network import Link, Network, Node
from .timetable import M


class Window(NamedTuple):
    start: int
    finish: int


class Floor(NamedTuple):
    """Not before ``tick``, because of this predecessor; "" when no predecessor is the reason."""

    tick: int
    driver: str = ""


def early_windows(network: Network[M]) -> tuple[dict[str, Window], dict[str, str]]:
    """When each node is done at the earliest, and the predecessor that keeps it from being earlier ("": none)."""
    windows: dict[str, Window] = {}
    drivers: dict[str, str] = {}
    for node in network.order:
        windows[node.key], drivers[node.key] = _earliest(network, node, windows)
    return windows, drivers


def late_windows(network: Network[M], *, cap: int) -> dict[str, Window]:
    """When each node must be done at the latest for everything to be finished by ``cap``."""
    windows: dict[str, Window] = {}
    for node in reversed(network.order):
        windows[node.key] = latest(network, node, network.outgoing[node.key], windows, cap=cap)
    return windows


def latest(network: Network[M], node: Node[M], links: list[Link], windows: dict[str, Window], *, cap: int) -> Window:
    """The last window of a node by its own limits and by these links to nodes whose windows are given."""
    axis, opens, closes = network.axes[node.key], network.timetable.opens, network.timetable.closes
    starts: list[int] = [] if node.starts_not_after is None else [opens(node.starts_not_after)]
    finishes = [cap] if node.finishes_not_after is None else [cap, closes(node.finishes_not_after)]
    for link in links:
        window = windows[link.successor]
        limit = window.finish if link.kind.reaches_finish else window.start
        (starts if link.kind.leaves_start else finishes).append(network.lag_axis(link).ahead(limit, link.lag))
    finish = min(finishes)
    if node.started_on is not None or node.finished_on is not None:
        return Window(axis.ahead(finish, node.duration), finish)
    start = min([axis.ahead(finish, node.duration), *starts])
    if not node.duration:
        return Window(start, start)
    start = axis.last_opening(start)
    return Window(start, min(finish, axis.opening(axis.after(start, node.duration))))


def _earliest(network: Network[M], node: Node[M], windows: dict[str, Window]) -> tuple[Window, str]:
    axis, timetable = network.axes[node.key], network.timetable
    if node.finished_on is not None:
        return _happened(network, node, timetable.closes(node.finished_on)), ""
    starts, finishes = _floors(network, node, windows)
    if node.started_on is not None:
        start = timetable.opens(node.started_on)
        finish, driver = max([*finishes, Floor(axis.after(start, node.duration)), Floor(timetable.closes(network.on))])
        return Window(start, finish), driver
    if not finishes:
        begin, driver = max(starts)
        start = begin if not node.duration else axis.opening(begin)
        return Window(start, axis.after(start, node.duration)), driver
    return _pulled(axis, node.duration, max(starts), max(finishes))


def _happened(network: Network[M], node: Node[M], finish: int) -> Window:
    if node.started_on is None:
        return Window(network.axes[node.key].ahead(finish, node.duration), finish)
    return Window(min(network.timetable.opens(node.started_on), finish), finish)


def _pulled(axis: Axis, duration: int, begin: Floor, end: Floor) -> tuple[Window, str]:
    """A node that may not finish before ``end``. Its finish waits where only idle time lies between."""
    begin = max(begin, Floor(axis.after(end.tick, -duration), end.driver))
    start = axis.opening(begin.tick) if duration else begin.tick
    return Window(start, max(axis.after(start, duration), end.tick)), begin.driver


def _floors(network: Network[M], node: Node[M], windows: dict[str, Window]) -> tuple[list[Floor], list[Floor]]:
    timetable = network.timetable
    starts, finishes = [Floor(timetable.opens(network.on))], []
    if node.starts_not_before is not None:
        starts.append(Floor(timetable.opens(node.starts_not_before)))
    if node.finishes_not_before is not None:
        finishes.append(Floor(timetable.closes(node.finishes_not_before)))
    for link in network.incoming[node.key]:
        window = windows[link.predecessor]
        event = window.start if link.kind.leaves_start else window.finish
        floor = Floor(network.lag_axis(link).after(event, link.lag), link.predecessor)
        (finishes if link.kind.reaches_finish else starts).append(floor)
    return starts, finishes
