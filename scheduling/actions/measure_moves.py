"""One step of a measure: held as it stands, allowed to this person in this state, and written down."""

from datetime import datetime

from projects.errors import NotAllowed, RuleViolation
from projects.models import User
from projects.roles import Duty
from scheduling import measure_flow as flow
from scheduling.measure_flow import Actor, Verb
from scheduling.models import Measure, MeasureMove, RectificationItem


def held(measure: Measure) -> Measure:
    """As it stands now; nobody else moves it until this transaction ends."""
    related = Measure.objects.select_related("project", "unit", "follows", "proposed_by")
    return related.select_for_update(of=("self",)).get(pk=measure.pk)


def actors_of(measure: Measure, user: User) -> set[Actor]:
    """As whom this person acts: one query for those who carry out. Who proposed it never decides on it."""
    duties, found = user.duties, set()
    if duties.include(Duty.APPROVE_MEASURE) and measure.proposed_by_id != user.pk:
        found.add(Actor.APPROVER)
    if duties.include(Duty.PROPOSE_MEASURE):
        found.add(Actor.OFFICE)
    if Measure.objects.filter(pk=measure.pk).owed_by(user).exists():
        found.add(Actor.OWNER)
    return found


def allowed(measure: Measure, user: User) -> list[Verb]:
    """What this person may do with it now."""
    return flow.allowed(measure.level, flow.State(measure.state), actors=actors_of(measure, user))


def step(measure: Measure, verb: Verb, *, by: User) -> None:
    """Raises ``NotAllowed`` for who is not to do it, ``RuleViolation`` for a state or kind in which nobody can."""
    found = flow.STEPS[verb]
    if found.actor not in actors_of(measure, by):
        if found.actor is Actor.APPROVER and measure.proposed_by_id == by.pk:
            raise NotAllowed("提出人不能审定自己提出的措施，请由其他签发领导审定。")
        raise NotAllowed(f"{measure}的“{verb.value}”由{found.actor.value}办理。")
    if verb not in flow.allowed(measure.level, flow.State(measure.state), actors={found.actor}):
        raise RuleViolation(
            f"{measure}现为“{measure.get_state_display()}”，不能{verb.value}；可能已由他人办理，请刷新页面。"
        )


def write_down(
    measure: Measure,
    kind: MeasureMove.Kind,
    *,
    item: RectificationItem | None = None,
    text: str = "",
    by: User | None,
    at: datetime,
) -> None:
    MeasureMove.objects.create(measure=measure, item=item, kind=kind, text=text, by=by, at=at)
