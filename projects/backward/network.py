"""The work to be planned: nodes, the links between them, and the order in which they can be reckoned."""

from collections import Counter, defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Generic

from .axis import Axis, PlanError
from .timetable import M, Timetable, Unit


class LinkKind(StrEnum):
    FINISH_TO_START = "FS"
    START_TO_START = "SS"
    FINISH_TO_FINISH = "FF"
    START_TO_FINISH = "SF"

    @property
    def leaves_start(self) -> bool:
        return self in (LinkKind.START_TO_START, LinkKind.START_TO_FINISH)

    @property
    def reaches_finish(self) -> bool:
        return self in (LinkKind.FINISH_TO_FINISH, LinkKind.START_TO_FINISH)


@dataclass(frozen=True, kw_only=True)
class Node(Generic[M]):
    """节点. Work of a fixed duration, done without a break but for the days its calendar leaves out.

    ``duration`` is in ticks (days for a ``DayTimetable``); nought is a milestone. ``calendar`` is a name its timetable
    knows, ``SITE`` for work that blackouts stop. ``outcome`` is how reaching it is said (取得、开工) and marks a node
    that others wait for: the sentence about an infeasible plan names the first such one on the driving chain.
    """

    key: str
    name: str
    duration: int
    unit: Unit = Unit.WORKING
    calendar: str = ""
    authority: str = ""
    outcome: str = ""
    started_on: M | None = None
    finished_on: M | None = None
    starts_not_before: M | None = None
    starts_not_after: M | None = None
    finishes_not_before: M | None = None
    finishes_not_after: M | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """The successor waits for the predecessor, and ``lag`` ticks more; a negative lag is an overlap."""

    predecessor: str
    successor: str
    kind: LinkKind = LinkKind.FINISH_TO_START
    lag: int = 0
    unit: Unit = Unit.WORKING
    calendar: str = ""


@dataclass(frozen=True, kw_only=True)
class Network(Generic[M]):
    """``on`` is the day of the plan: what has not begun begins then at the earliest, what is open ends no earlier."""

    nodes: tuple[Node[M], ...]
    links: tuple[Link, ...]
    timetable: Timetable[M]
    on: M

    @cached_property
    def by_key(self) -> dict[str, Node[M]]:
        return {node.key: node for node in self.nodes}

    @cached_property
    def axes(self) -> dict[str, Axis]:
        return {node.key: self.timetable.axis(node.unit, node.calendar) for node in self.nodes}

    @cached_property
    def incoming(self) -> dict[str, list[Link]]:
        """Links that still hold: what has happened waits for nothing any more."""
        links: dict[str, list[Link]] = defaultdict(list)
        for link in self._holding():
            links[link.successor].append(link)
        return links

    @cached_property
    def outgoing(self) -> dict[str, list[Link]]:
        links: dict[str, list[Link]] = defaultdict(list)
        for link in self._holding():
            links[link.predecessor].append(link)
        return links

    def lag_axis(self, link: Link) -> Axis:
        return self.timetable.axis(link.unit, link.calendar)

    @cached_property
    def order(self) -> tuple[Node[M], ...]:
        """Every node after all it waits for. Raises ``PlanError`` when there is no such order."""
        self._check()
        waiting = Counter(link.successor for link in self.links)
        ready = deque(node.key for node in self.nodes if not waiting[node.key])
        followers: dict[str, list[str]] = defaultdict(list)
        for link in self.links:
            followers[link.predecessor].append(link.successor)
        ordered: list[Node[M]] = []
        while ready:
            key = ready.popleft()
            ordered.append(self.by_key[key])
            for follower in followers[key]:
                waiting[follower] -= 1
                if not waiting[follower]:
                    ready.append(follower)
        if len(ordered) < len(self.nodes):
            raise PlanError(f"节点之间循环依赖：{self._circle({key for key, count in waiting.items() if count})}。")
        return tuple(ordered)

    def _holding(self) -> Iterator[Link]:
        for link in self.links:
            successor = self.by_key[link.successor]
            if successor.finished_on is None and (successor.started_on is None or link.kind.reaches_finish):
                yield link

    def _check(self) -> None:
        if not self.nodes:
            raise PlanError("没有任何节点，无法排工期。")
        repeated = [key for key, count in Counter(node.key for node in self.nodes).items() if count > 1]
        if repeated:
            raise PlanError(f"节点编号重复：{'、'.join(repeated)}。")
        for node in self.nodes:
            if not node.key:
                raise PlanError(f"节点“{node.name}”没有编号。")
            if node.duration < 0:
                raise PlanError(f"节点“{node.name}”的工期为负数（{node.duration}）。")
        for link in self.links:
            for key in (link.predecessor, link.successor):
                if key not in self.by_key:
                    raise PlanError(f"关系“{link.predecessor} → {link.successor}”中的节点 {key} 不存在。")

    def _circle(self, stuck: set[str]) -> str:
        """One circle among the nodes that never became ready, each of which waits for another of them."""
        waits_for = {link.successor: link.predecessor for link in self.links if link.predecessor in stuck}
        key = min(stuck)
        seen: list[str] = []
        while key not in seen:
            seen.append(key)
            key = waits_for[key]
        circle = [key, *reversed(seen[seen.index(key) :])]
        return " → ".join(f"“{self.by_key[key].name}”" for key in circle)
