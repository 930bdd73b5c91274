"""Which decisions call for a supervision order today, and of which colour."""

from collections.abc import Iterable
from datetime import date

from projects.models import CalendarDay
from projects.recorded import day_of
from scheduling import decision_flow as flow
from scheduling.decision_flow import Level, Order
from scheduling.models import Decision, SupervisionOrder

_PLACES = {level: place for place, level in enumerate(Level)}


def last_order(decision: Decision) -> Order | None:
    """The order of the highest colour, if any was issued: one query."""
    return _last_orders([decision]).get(decision.pk)


def orders_due(decisions: Iterable[Decision], *, on: date) -> dict[int, Level]:
    """By decision the colour to propose; those that call for none are left out. Two queries, however many."""
    decisions = list(decisions)
    if not decisions:
        return {}
    announced = CalendarDay.objects.announced({on.year - 1, on.year, on.year + 1})
    last = _last_orders(decisions)
    due = {
        each.pk: flow.order_due(
            state=flow.State(each.state),
            due_on=each.due_on,
            assigned_on=day_of(each.assigned_at),
            last=last.get(each.pk),
            on=on,
            announced=announced,
        )
        for each in decisions
    }
    return {pk: level for pk, level in due.items() if level}


def _last_orders(decisions: Iterable[Decision]) -> dict[int, Order]:
    issued = SupervisionOrder.objects.filter(decision__in=[each.pk for each in decisions])
    rows = [
        (pk, Order(Level(level), due_on)) for pk, level, due_on in issued.values_list("decision", "level", "due_on")
    ]
    return dict(sorted(rows, key=lambda row: _PLACES[row[1].level]))
