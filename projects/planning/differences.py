"""版次比较: what one edition of a schedule changes against another. Every step of either is accounted for."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from projects.relations import Relation

from .wanted import StepWanted, StopWanted, Wanted

Part = TypeVar("Part", StepWanted, StopWanted)
Pairs = list[tuple[StepWanted, StepWanted]]

HEADING = ("required_finish_on", "starts_on")
STEP = (
    *("name", "stage", "duration", "unit", "after", "planned_start_on", "planned_finish_on", "locked_on"),
    *("permit", "authority", "outcome", "stops_in_blackout", "is_key", "weight"),
)
STOP = ("first_on", "last_on")
_BY: tuple[Callable[[StepWanted], Hashable], ...] = (
    lambda step: step.milestone_id,
    lambda step: (step.stage, step.name),
    lambda step: step.name,
)


class Kind(StrEnum):
    ADDED = "新增"
    REMOVED = "取消"
    CHANGED = "修改"


@dataclass(frozen=True)
class Change:
    """``fields`` are (name, before, after). Of what is added or removed they tell everything that is set."""

    kind: Kind
    name: str
    fields: tuple[tuple[str, Any, Any], ...]


@dataclass(frozen=True)
class Difference:
    """``after`` in ``steps`` holds (name of the step waited for, relation), because numbers mean nothing across."""

    heading: tuple[tuple[str, Any, Any], ...]
    steps: tuple[Change, ...]
    stops: tuple[Change, ...]

    @property
    def is_nothing(self) -> bool:
        return not (self.heading or self.steps or self.stops)

    def count(self, kind: Kind) -> int:
        return sum(change.kind is kind for change in self.steps)


def difference(before: Wanted, after: Wanted) -> Difference:
    """Steps are the same when they have the same milestone, or else stage and name, or else name. Numbers do not count,
    because inserting one step renumbers all behind it.
    """
    pairs = _paired(before.steps, after.steps)
    names_before, names_after = _names(before), _names(after)
    renamed = {old.name: new.name for old, new in pairs}
    now = {step.position: _told(step, names_after) for step in after.steps}
    then = {step.position: _told(step, names_before, renamed) for step in before.steps}
    kept = {new.position: old.position for old, new in pairs}
    gone = [step for step in before.steps if step.position not in set(kept.values())]
    changes = [
        _change(step.name, then[kept[step.position]] if step.position in kept else {}, now[step.position])
        for step in after.steps
    ]
    changes += [_change(step.name, then[step.position], {}) for step in gone]
    return Difference(
        heading=_fields(_values(before, HEADING), _values(after, HEADING)),
        steps=tuple(change for change in changes if change.fields),
        stops=tuple(_stop_changes(before.stops, after.stops)),
    )


def _paired(before: Sequence[StepWanted], after: Sequence[StepWanted]) -> Pairs:
    pairs: Pairs = []
    for key in _BY:
        rest = [step for step in before if all(old is not step for old, _new in pairs)]
        for new in after:
            if key(new) is None or any(known is new for _old, known in pairs):
                continue
            old = next((step for step in rest if key(step) == key(new)), None)
            if old is not None:
                rest.remove(old)
                pairs.append((old, new))
    return pairs


def _names(wanted: Wanted) -> dict[int, str]:
    return {step.position: step.name for step in wanted.steps}


def _told(step: StepWanted, names: Mapping[int, str], renamed: Mapping[str, str] | None = None) -> dict[str, Any]:
    """``renamed``: a step waited for that only got another name is waited for as before."""
    called = {position: (renamed or {}).get(name, name) for position, name in names.items()}
    told = _values(step, STEP)
    told["after"] = tuple(sorted(_by_name(relation, called) for relation in step.after))
    return told


def _by_name(relation: Relation, names: Mapping[int, str]) -> tuple[str, Relation]:
    return names.get(relation.position, ""), Relation(0, relation.kind, relation.lag, relation.unit)


def _stop_changes(before: Iterable[StopWanted], after: Iterable[StopWanted]) -> Iterator[Change]:
    """Stops have no identity: one with other days is another one."""
    then, now = list(before), list(after)
    for stop in [*now, *then]:
        if (stop in now) != (stop in then):
            is_new = stop in now
            told = _values(stop, STOP)
            yield _change(stop.name, {} if is_new else told, told if is_new else {})


def _change(name: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Change:
    kind = Kind.CHANGED if before and after else Kind.ADDED if after else Kind.REMOVED
    return Change(kind, name, _fields(before, after))


def _fields(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[tuple[str, Any, Any], ...]:
    """What differs; where one side is nothing, what is set."""
    names = before or after
    pairs = ((name, before.get(name), after.get(name)) for name in names)
    return tuple((name, old, new) for name, old, new in pairs if (old or None) != (new or None))


def _values(part: Any, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(part, name) for name in names}
