"""Which of a project's milestones a step carries on. One answer, for who is told and for what is done."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from projects.models import Milestone


class Carrying(Protocol):
    """A step, stored or only wanted."""

    @property
    def position(self) -> int: ...
    @property
    def stage(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def milestone_id(self) -> int | None: ...


def carried_on(steps: Sequence[Carrying], milestones: Iterable[Milestone]) -> dict[int, Milestone]:
    """By position: the milestone the step had, or else the one of its name in its stage that no other step has.

    A step with neither is left out: it is new.
    """
    known = {each.pk: each for each in milestones}
    had = {step.milestone_id for step in steps}
    namesakes = {(each.stage, each.name): each for each in known.values() if each.pk not in had}
    found = {
        step.position: known.get(step.milestone_id or 0) or namesakes.get((step.stage, step.name)) for step in steps
    }
    return {position: milestone for position, milestone in found.items() if milestone}
