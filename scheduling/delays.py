"""Whose are the days the longest overdue milestone of a project is late, as the problems that hold it up say."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from projects.models import KeyProject, Unit
from projects.workdays import Announced
from scheduling.delay_shares import Claim, Shares, shares
from scheduling.models import OpenItem, Problem
from scheduling.problem_clock import Turn, held
from scheduling.problems import AWAITING, announced_for, turns_of
from scheduling.standing import days_since


class Delay(NamedTuple):
    """Calendar days that come to ``late``; ``of`` names units, those with most days first."""

    milestone: str
    late: int
    paused: int
    of: list[tuple[Unit, int]]
    own: int


def delay_of(project: KeyProject, problems: Sequence[Problem], *, on: date) -> Delay | None:
    """``problems`` are all of the project. None where no milestone leads what is overdue. Four queries.

    Days on which a problem waited for the word of whoever raised it are the project's own.
    """
    leading = OpenItem.objects.overdue(on=on).filter(project=project, leads=True, milestone__isnull=False)
    item = leading.select_related("milestone").first()
    if item is None or item.milestone is None:
        return None
    found = _shares(item, [each for each in problems if each.milestone_id == item.milestone_id], on=on)
    units = Unit.objects.in_bulk([pk for pk, days in found.of.items() if days and pk != AWAITING])
    named = sorted(((unit, found.of[pk]) for pk, unit in units.items()), key=lambda each: (-each[1], each[0].sort_key))
    return Delay(item.milestone.name, found.late, found.paused, named, found.own + found.of.get(AWAITING, 0))


class Hindrance(NamedTuple):
    """A problem that delays a milestone: by how many days (None: not estimated), and in whose court it was when."""

    effect_days: int | None
    turns: Sequence[Turn[int]]


def whose_days(
    late: int, accountable: int, hindrances: Sequence[Hindrance], *, on: date, announced: Announced
) -> Shares[int]:
    """``late`` is all the days since the date was missed, ``accountable`` those that no pause excuses."""
    claims = [Claim(each.effect_days or 0, held(each.turns, on=on, announced=announced).value) for each in hindrances]
    return shares(late=late, paused=late - accountable, claims=claims)


def _shares(item: OpenItem, problems: Sequence[Problem], *, on: date) -> Shares[int]:
    turns, announced = turns_of([each.pk for each in problems]), announced_for(problems, on=on)
    hindrances = [Hindrance(each.effect_days, turns[each.pk]) for each in problems]
    accountable = days_since(item.late_since, on=on, stopped_on=item.stopped_on)
    return whose_days((on - item.due_on).days, accountable, hindrances, on=on, announced=announced)
