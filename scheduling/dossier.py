"""约谈材料: the evidence beside a proposed measure, whole and frozen: what speaks for it and what excuses.

Days late and held are calendar days or workdays as said at each; ``on`` is the day up to which they are counted.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from scheduling.measure_rules import Level, Situation

EDITION = "1"


@dataclass(frozen=True)
class MonthLight:
    """The project's light at the end of a month, and what it would have been without waivers.

    ``why``: the sentences of the dimensions that were yellow or red. ``gap_pp``: of the investment against the plan.
    """

    ends_on: date
    light: str
    computed_light: str
    gap_pp: Decimal | None
    why: tuple[str, ...]


@dataclass(frozen=True)
class Node:
    """Missed: still open, or finished after its day this year. Four dates; ``days`` late against the approved one."""

    kind: str
    name: str
    original_on: date | None
    approved_on: date | None
    forecast_on: date | None
    actual_on: date | None
    days: int


@dataclass(frozen=True)
class Held:
    """Workdays a unit had a matter in hand."""

    unit: str
    days: int


@dataclass(frozen=True)
class OpenProblem:
    """``days`` since it was raised, ``late`` past the day by which it was needed, nought while it is not."""

    title: str
    kind: str
    level: str
    unit: str
    raised_on: date
    needed_by: date
    days: int
    late: int
    held: tuple[Held, ...]


@dataclass(frozen=True)
class Request:
    """Asked of a department and not answered. ``days``: workdays since; ``late``: calendar days past its limit."""

    problem: str
    unit: str
    question: str
    asked_on: date
    due_on: date
    days: int
    late: int


@dataclass(frozen=True)
class PermitHeld:
    """At a counter. ``words``: what is left of its limit or how far it is over, as its clock says."""

    name: str
    agency: str
    accepted_on: date
    days: int
    in_workdays: bool
    is_overdue: bool
    words: str


@dataclass(frozen=True)
class Replan:
    """An approved change of an approved date."""

    what: str
    before: date | None
    after: date | None
    cause: str
    reason: str
    decided_on: date | None


@dataclass(frozen=True)
class LateDecision:
    number: str
    text: str
    unit: str
    due_on: date
    days: int


@dataclass(frozen=True)
class Earlier:
    """A measure taken before."""

    kind: str
    state: str
    on: date
    number: str


@dataclass(frozen=True)
class Undertaking:
    """What was promised or demanded under a measure before. ``late``: days past its limit while it is open."""

    level: str
    text: str
    due_on: date
    state: str
    late: int


@dataclass(frozen=True)
class Excuse:
    """豁免, 停缓建, or days of another unit: ``what``, from when to when, and why. Days are calendar days."""

    what: str
    starts_on: date | None
    ends_on: date | None
    days: int
    why: str


@dataclass(frozen=True)
class Dossier:
    """Everything known of one project when a measure was proposed. ``solved_late``: of the months of ``lights``."""

    on: date
    known_at: datetime
    code: str
    name: str
    unit: str
    town: str
    person: str
    leader: str
    lights: tuple[MonthLight, ...]
    nodes: tuple[Node, ...]
    problems: tuple[OpenProblem, ...]
    requests: tuple[Request, ...]
    permits: tuple[PermitHeld, ...]
    decisions: tuple[LateDecision, ...]
    replans: tuple[Replan, ...]
    earlier: tuple[Earlier, ...]
    undertakings: tuple[Undertaking, ...]
    excuses: tuple[Excuse, ...]
    photos: int
    last_photo_on: date | None
    solved: int
    solved_late: int
    is_early: bool
    edition: str = EDITION

    @property
    def situation(self) -> Situation:
        """What the rules ask of it."""
        late = [each for each in self.problems if each.late]
        return Situation(
            lights=tuple(each.light for each in self.lights),
            replans=len(self.replans),
            late_decisions=len(self.decisions),
            late_decision_days=max((each.days for each in self.decisions), default=0),
            open_problems=len(self.problems),
            late_problems=len(late),
            problem_days=max((each.days for each in self.problems), default=0),
            solved_late=self.solved_late,
            broken=tuple(Level(each.level) for each in self.undertakings if each.late),
            gap_pp=self.lights[0].gap_pp if self.lights else None,
            is_early=self.is_early,
        )

    def excused(self) -> Iterator[str]:
        """What is to be weighed before anybody is blamed, in sentences."""
        if late := [each for each in self.requests if each.late]:
            names = "、".join(dict.fromkeys(each.unit for each in late))
            yield f"{len(late)} 项协调请求已过答复期限仍未答复，在{names}。"
        if held := [each for each in self.permits if each.is_overdue]:
            names = "、".join(dict.fromkeys(each.agency or "审批部门" for each in held))
            yield f"{len(held)} 项审批超过办理时限，在{names}。"
        for each in self.excuses:
            yield f"{each.what}：{each.why}{f'（{each.days} 天）' if each.days else ''}。"
