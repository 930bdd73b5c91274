"""One dated thing on the chart: its four dates as they stand on the day, and what the day makes of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from projects.models import DurationUnit, NodeOutlook, Stage
from reports.compose.known import Step
from reports.wall_chart import Bar, Node, State, Stretch
from scheduling.stages import State as StageState
from scheduling.stages import four_stages
from scheduling.standing import Facts, Item, ItemKind, Late, overdue

ORDER = tuple(Stage.values)
_UNITS = {DurationUnit.WORKING: "个工作日", DurationUnit.CALENDAR: "天"}


@dataclass(frozen=True)
class Judged:
    """The facts of one project and the judgement of one day on them."""

    facts: Facts
    on: date
    steps: Mapping[int, Step] = field(default_factory=dict)
    floats: Mapping[int, NodeOutlook] = field(default_factory=dict)
    is_paused: bool = False

    @property
    def is_away(self) -> bool:
        return any(span.holds(self.on) for span in self.facts.away)

    @cached_property
    def late(self) -> list[Late]:
        """Worst first."""
        return overdue(self.facts, on=self.on)

    def node(self, item: Item, *, days: int = 0) -> Node:
        """``days`` it is late. What is dated after the day has not happened yet."""
        is_open = item.is_open(on=self.on)
        state = State.LATE if days else State.OPEN if is_open else State.DONE
        reckoned = self.floats.get(item.subject) if is_open and item.kind is ItemKind.MILESTONE else None
        return Node(
            name=item.name or str(Stage(item.stage).label),
            state=State.UNDATED if state is State.OPEN and item.approved_on is None else state,
            original_on=item.original_on,
            approved_on=item.approved_on,
            forecast_on=item.forecast_on if is_open else None,
            actual_on=None if is_open else item.actual_on,
            days_late=days,
            float_days=reckoned.total_float if reckoned else None,
            float_unit=_UNITS[DurationUnit(reckoned.node.unit)] if reckoned else "",
            float_from=reckoned.early_finish_on if reckoned else None,
            float_until=reckoned.late_finish_on if reckoned else None,
            is_critical=reckoned is not None and reckoned.is_critical,
        )

    def nodes(self) -> dict[tuple[ItemKind, int], Node]:
        days = {(each.item.kind, each.item.subject): each.days for each in self.late}
        return {
            (item.kind, item.subject): self.node(item, days=days.get((item.kind, item.subject), 0))
            for item in self.facts.items
        }

    def leading(self) -> Item | None:
        """The worst overdue item; else the next that is due; else the one reached last."""
        if late := self.late:
            return late[0].item
        waiting = [item for item in self.facts.items if item.approved_on and item.is_open(on=self.on)]
        if waiting:
            return min(waiting, key=lambda item: (item.approved_on or date.max, item.subject))
        reached = [item for item in self.facts.items if not item.is_open(on=self.on)]
        return max(reached, key=lambda item: item.actual_on or item.approved_on or date.min, default=None)

    def bars(self) -> tuple[Bar, ...]:
        """Each stage from the end of the one before it; the first from the earliest day known of it."""
        found, planned_from, actual_from = [], self._begins(), self._began()
        for number, step in enumerate(four_stages(self.facts, on=self.on, order=ORDER), start=1):
            reached = step.actual if step.state is StageState.DONE else None
            planned = _between(planned_from, step.planned)
            is_under_way = step.state is not StageState.DONE
            actual = _between(actual_from, self.on if is_under_way else reached)
            found.append(Bar(number, planned, actual))
            planned_from = step.planned or planned_from
            actual_from = None if is_under_way else reached or actual_from
        return tuple(found)

    def _begins(self) -> date | None:
        first = [item for item in self.facts.items if item.stage == ORDER[0]]
        starts = [step.planned_start_on for item in first if (step := self._step(item)) and step.planned_start_on]
        return min([*starts, *(item.approved_on for item in first if item.approved_on)], default=None)

    def _began(self) -> date | None:
        first = [item for item in self.facts.items if item.stage == ORDER[0]]
        days = [step.started_on for item in first if (step := self._step(item)) and step.started_on]
        days += [item.actual_on for item in first if item.actual_on]
        return min((day for day in days if day <= self.on), default=None)

    def _step(self, item: Item) -> Step | None:
        return self.steps.get(item.subject) if item.kind is ItemKind.MILESTONE else None


def _between(first_on: date | None, last_on: date | None) -> Stretch | None:
    """Only what is known at both ends; a stage whose end lies before its beginning is a single day."""
    if first_on is None or last_on is None:
        return None
    return Stretch(min(first_on, last_on), last_on)
