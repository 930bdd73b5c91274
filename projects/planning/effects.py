"""改期的影响: what another date of one milestone does to everything behind it, said before it is asked for."""

from dataclasses import dataclass
from datetime import date

from projects.backward import Plan, sentence
from projects.models import BackwardSchedule, Milestone

from .reading import Reading, readings


@dataclass(frozen=True)
class Effect:
    """A later step that could no longer keep its approved date. ``days`` are calendar days beyond it."""

    name: str
    approved_on: date
    would_be_on: date

    @property
    def days(self) -> int:
        return (self.would_be_on - self.approved_on).days


@dataclass(frozen=True)
class Effects:
    """``steps`` are those that keep their date now and would not then, in order. ``sentence`` tells of the finish."""

    steps: tuple[Effect, ...]
    is_feasible: bool
    was_feasible: bool
    sentence: str

    @property
    def breaks_the_finish(self) -> bool:
        return self.was_feasible and not self.is_feasible


def effects_of(milestone: Milestone, *, on: date, proposed_on: date) -> Effects | None:
    """None where the project works by no schedule, or its schedule does not hold this milestone.

    Raises ``PlanError`` for a schedule that cannot be reckoned.
    """
    found = readings(BackwardSchedule.objects.in_force().filter(project=milestone.project_id), on=on)
    keys = {row.milestone_id: str(row.pk) for reading in found for row in reading.rows}
    if milestone.pk not in keys:
        return None
    before = found[0]
    after = before.supposing(key=keys[milestone.pk], finishes_not_before=max(proposed_on, on))
    return Effects(
        steps=tuple(_broken(before, after, besides=milestone.pk)),
        is_feasible=after.plan.is_feasible,
        was_feasible=before.plan.is_feasible,
        sentence=sentence(after.plan),
    )


def _broken(before: Reading, after: Reading, *, besides: int) -> list[Effect]:
    later = (row for row in after.rows if row.milestone_id != besides and row.approved_on and not row.is_reached)
    effects = (
        Effect(row.name, row.approved_on, _expected(after.plan, row.pk))
        for row in later
        if _expected(after.plan, row.pk) > max(row.approved_on, _expected(before.plan, row.pk))
    )
    return sorted(effects, key=lambda effect: (effect.approved_on, effect.name))


def _expected(plan: Plan[date], key: int) -> date:
    return plan.nodes[str(key)].early_finish
