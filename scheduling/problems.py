"""问题: whose court each is in and for how long, what its level allows, and what each unit has held."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import NamedTuple

from django.db.models import Case, Count, Exists, Max, OuterRef, Q, Value, When

from projects.models import CalendarDay, Unit, User
from projects.recorded import day_of
from projects.workdays import Announced, workdays_between
from scheduling.models import EscalationRule, Problem, ProblemMove
from scheduling.models.problem import ProblemQuerySet, overdue_on
from scheduling.problem_clock import Limit, Stay, Turn, due_on, held, spans

AWAITING = 0  # the holder of days on which a matter waits for the asker's word


class Clock(NamedTuple):
    """How one problem stands on a day. ``in_court`` and ``on_level`` are workdays; None: no longer worked on.

    ``level_due_on`` is the last day of its level; None at the top.
    """

    in_court: int | None
    on_level: int | None
    level_due_on: date | None


class Tally(NamedTuple):
    """Open problems of one level and kind."""

    level: int
    kind: str
    number: int
    late: int


class Court(NamedTuple):
    """What one unit has and had in hand. Days are workdays of the span asked about; ``longest`` is of one matter."""

    unit: Unit
    waiting: int
    late: int
    oldest: int
    matters: int
    days: int
    longest: int


def limits() -> list[Limit]:
    return [Limit(*row) for row in EscalationRule.objects.values_list("level", "effective_on", "limit_workdays")]


def announced_for(problems: Iterable[Problem], *, on: date) -> Announced:
    """The calendar from the first of these problems to the year after this day: one query."""
    first = min((day_of(problem.raised_at).year for problem in problems), default=on.year)
    return CalendarDay.objects.announced(range(first, on.year + 2))


def stays_of(problems: Collection[Problem]) -> dict[int, Stay]:
    """Each problem on its level, by key: one query."""
    declined = ProblemMove.objects.filter(problem__in=problems, kind=ProblemMove.Kind.ESCALATION_DECLINED)
    last = dict(declined.values_list("problem").annotate(last=Max("at")))
    return {
        problem.pk: Stay(
            problem.level,
            day_of(problem.level_since),
            day_of(last[problem.pk]) if problem.pk in last else None,
        )
        for problem in problems
    }


def clocks_of(problems: Sequence[Problem], *, on: date) -> dict[int, Clock]:
    """Three queries, however many problems."""
    rules, announced, stays = limits(), announced_for(problems, on=on), stays_of(problems)
    return {each.pk: _clock(each, stays[each.pk], rules, announced, on=on) for each in problems}


def _clock(problem: Problem, stay: Stay, rules: Sequence[Limit], announced: Announced, *, on: date) -> Clock:
    if problem.state != Problem.State.OPEN:
        return Clock(None, None, None)
    return Clock(
        in_court=workdays_between(day_of(problem.court_since), on, announced).value,
        on_level=workdays_between(stay.since, on, announced).value,
        level_due_on=due_on(stay, rules, announced).value,
    )


def first_mine(problems: ProblemQuerySet, user: User, *, on: date) -> ProblemQuerySet:
    """In one's own court first, then what is overdue, then by the day it is needed; ``is_mine``, ``is_late``."""
    mine = Problem.objects.in_court_of(user).filter(pk=OuterRef("pk"))
    late = Case(When(overdue_on(on), then=Value(True)), default=Value(False))
    marked = problems.annotate(is_mine=Exists(mine), is_late=late).with_proposal()
    return marked.order_by("-is_mine", "-is_late", "needed_by", "pk")


def counts(problems: ProblemQuerySet, *, on: date) -> list[Tally]:
    """By level and kind: one query."""
    grouped = problems.order_by().values_list("level", "kind")
    return [Tally(*row) for row in grouped.annotate(number=Count("pk"), late=Count("pk", overdue_on(on)))]


def turns_of(problems: Collection[int] | ProblemQuerySet) -> dict[int, list[Turn[int]]]:
    """Who had each problem from which day, as its moves say: one query."""
    moves = ProblemMove.objects.filter(problem__in=problems).order_by("at", "pk")
    turns: dict[int, list[Turn[int]]] = defaultdict(list)
    for problem, kind, at, unit in moves.values_list("problem", "kind", "at", "court_unit"):
        holder = AWAITING if kind == ProblemMove.Kind.CLOSE_ASKED else unit
        turns[problem].append(Turn(day_of(at), holder))
    return turns


def courts(problems: ProblemQuerySet, *, on: date) -> list[Court]:
    """被各单位持有多少天: those open, and those closed since the year began; days of this year alone.

    The longest-holding unit first. Four queries, however many problems.
    """
    new_year = date(on.year - 1, 12, 31)
    of_year = problems.filter(Q(closed_at__isnull=True) | Q(closed_at__year=on.year))
    rows = list(of_year.select_related(None).only("pk", "state", "needed_by", "closed_at", "court_unit", "raised_at"))
    announced = announced_for(rows, on=on)
    turns = turns_of([row.pk for row in rows])
    days: dict[int, list[int]] = defaultdict(list)
    present: dict[int, list[tuple[Problem, int]]] = defaultdict(list)
    for row in rows:
        for unit, count in held(turns[row.pk], on=on, since=new_year, announced=announced).value.items():
            days[unit].append(count)
        if row.state == Problem.State.OPEN:
            last = spans(turns[row.pk], on=on)[-1]
            present[row.court_unit_id].append((row, workdays_between(last.since, on, announced).value))
    units = Unit.objects.in_bulk({*days, *present} - {AWAITING})
    found = [_court(unit, days[pk], present[pk], on=on) for pk, unit in units.items()]
    return sorted(found, key=lambda court: (-court.days, -court.waiting, court.unit.sort_key))


def _court(unit: Unit, days: Sequence[int], present: Sequence[tuple[Problem, int]], *, on: date) -> Court:
    return Court(
        unit=unit,
        waiting=len(present),
        late=sum(problem.needed_by < on for problem, _held in present),
        oldest=max((held for _problem, held in present), default=0),
        matters=len(days),
        days=sum(days),
        longest=max(days, default=0),
    )
