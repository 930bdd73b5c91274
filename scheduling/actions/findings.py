"""观摩发现问题: what was found wrong at a stop goes to a unit with a day by which it is to be solved."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from projects import audit
from projects.errors import RuleViolation
from projects.models import Unit, User
from scheduling.models import Finding, InspectionRound, Problem, Stop

from .inspections import locked_for
from .problems import raise_problem

State = InspectionRound.State
TOURED = (State.ROUTED, State.SCORING, State.LOCKED, State.PUBLISHED)


@transaction.atomic
def record(*, stop: Stop, problem: Problem, support_units: Iterable[Unit], by: User, at: datetime) -> Finding:
    """登记发现问题: ``problem`` is not yet stored; from now on it is asked about like any other of the project."""
    inspection = locked_for(stop.round, by, *TOURED)
    if inspection.starts_at > at:
        raise RuleViolation("观摩还没有开始，不能登记现场发现的问题。")
    if problem.project_id != stop.project_id:
        raise RuleViolation("问题不属于该观摩点的项目，请核对。")
    raised = raise_problem(problem=problem, support_units=support_units, by=by, at=at)
    finding = Finding.objects.create(stop=stop, problem=raised, found_by=by, found_at=at)
    changes = {"观摩点": [None, str(stop)], "问题": [None, raised.title]}
    audit.record("finding.recorded", finding, by=by, at=at, changes=changes)
    return finding
