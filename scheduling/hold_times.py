"""各部门用时: what each department holds and held for how long: permits and coordination requests in one table.

A permit runs from its acceptance without its pauses. A request runs from the day after it was asked until it is
answered and, accepted, until the department has no more to do with the matter, without the days on which the matter
waited for the asker's word. What runs on the day is there, and what was settled in its year up to it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, time

from django.db.models import Q, QuerySet
from django.utils.timezone import make_aware
from django.utils.translation import gettext as _

from projects.models import KeyProject, PermitState, Unit
from projects.permit_clock import Reading
from projects.recorded import day_of
from projects.workdays import Announced, add_workdays, workdays_between
from scheduling.models import Problem, ProblemRequest
from scheduling.permit_board import Scope, board
from scheduling.permit_league import Held, OfAgency, league
from scheduling.problem_clock import Turn, answering
from scheduling.problems import AWAITING, announced_for, turns_of


def hold_times(projects: QuerySet[KeyProject], *, on: date, known_at: datetime | None) -> list[OfAgency]:
    """Departments by what is overdue with them. A constant number of queries; ``known_at`` None: as known now."""
    names = _full_names()
    permits = (
        replace(each, agency=names.get(each.agency, each.agency))
        for each in board(Scope(projects), on=on, known_at=known_at).held()
    )
    return league([*permits, *requests_held(projects, on=on, known_at=known_at)])


def requests_held(projects: QuerySet[KeyProject], *, on: date, known_at: datetime | None) -> Iterator[Held]:
    """Requests in hand on the day, and those done with in its year; the limit is the answer's, then the promise."""
    end = make_aware(datetime.combine(on, time.max))
    moment = min(known_at, end) if known_at else end
    recent = Q(problem__closed_at__isnull=True) | Q(problem__closed_at__year__gte=on.year)
    asked = ProblemRequest.objects.filter(recent, problem__project__in=projects, asked_at__lte=moment)
    found = list(asked.select_related("problem", "unit").order_by("asked_at", "pk"))
    problems = list({each.problem_id: each.problem for each in found}.values())
    turns, announced = turns_of([each.pk for each in problems]), announced_for(problems, on=on)
    for request in found:
        said = [turn for turn in turns[request.problem_id] if turn.on <= on]
        done_on = _done_on(request, said, moment=moment)
        if done_on is None or done_on.year == on.year:
            yield _held(request, said, done_on, moment=moment, on=on, announced=announced)


def _done_on(request: ProblemRequest, turns: Iterable[Turn[int]], *, moment: datetime) -> date | None:
    """Refused or passed on: when it was answered. Else when the matter was closed or came to others; None: not yet."""
    at = request.answered_at
    is_answered = at is not None and at <= moment
    if at and is_answered and request.outcome != ProblemRequest.Outcome.ACCEPTED:
        return day_of(at)
    since = day_of(at) if at and is_answered else day_of(request.asked_at)
    gone = {None} if not is_answered else {turn.holder for turn in turns} - {request.unit_id, AWAITING} | {None}
    return next((turn.on for turn in turns if turn.on >= since and turn.holder in gone), None)


def _held(
    request: ProblemRequest,
    turns: Iterable[Turn[int]],
    done_on: date | None,
    *,
    moment: datetime,
    on: date,
    announced: Announced,
) -> Held:
    asked_on = day_of(request.asked_at)
    is_promised = request.promised_on and request.answered_at and request.answered_at <= moment
    due_on = request.promised_on if request.promised_on and is_promised else request.answer_due_on
    clock = answering(turns, asked_on=asked_on, until=done_on or on, idle=AWAITING, announced=announced).value
    limit = workdays_between(asked_on, due_on, announced).value
    status = PermitState.Status.GRANTED if done_on else PermitState.Status.ACCEPTED
    reading = Reading(
        status=status,
        on=on,
        due_on=add_workdays(asked_on, limit + clock.excluded, announced).value,
        days_used=clock.used,
        days_excluded=clock.excluded,
        days_left=limit - clock.used,
    )
    name = _("协调请求（%s）") % Problem.Kind(request.problem.kind).label
    return Held(request.unit.name, name, reading, limit, is_decided=done_on is not None)


def _full_names() -> dict[str, str]:
    """A department is one, whether a permit calls it by its full or its short name."""
    return {short: name for name, short in Unit.objects.exclude(short_name="").values_list("name", "short_name")}
