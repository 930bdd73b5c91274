"""Networks to try the laws on: up to nine nodes, all four links with lags, working and calendar days, a site."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import strategies as st

from projects.backward import SITE, Blackout, DayTimetable, Link, LinkKind, Network, Node, Unit

MONDAY = date(2026, 3, 2)
HOLIDAYS = {date(2026, 4, 6), date(2026, 5, 1), date(2026, 5, 4), date(2026, 5, 5)}
MADE_UP = {date(2026, 5, 9)}
LAGS = st.integers(-3, 6)
FLOOD_SEASON = Blackout("汛期", date(2026, 3, 20), date(2026, 4, 9))


def works(day: date) -> bool:
    return day in MADE_UP or (day.weekday() < 5 and day not in HOLIDAYS)


OFFICE = DayTimetable(works, near=MONDAY)
WITH_SITE = OFFICE.with_blackouts([FLOOD_SEASON])


def network(*nodes: Node, links: tuple[Link, ...] = (), timetable: DayTimetable = WITH_SITE, on=MONDAY) -> Network:
    return Network(nodes=nodes, links=links, timetable=timetable, on=on)


@st.composite
def networks(draw, *, units=tuple(Unit), calendars=("", SITE), kinds=tuple(LinkKind), lags=LAGS):
    count = draw(st.integers(1, 9))
    nodes = tuple(
        Node(
            key=f"n{number}",
            name=f"节点{number}",
            duration=draw(st.integers(0, 12)),
            unit=draw(st.sampled_from(units)),
            calendar=draw(st.sampled_from(calendars)),
        )
        for number in range(count)
    )
    return network(*nodes, links=draw(links_among(count, units=units, kinds=kinds, lags=lags)))


def links_among(count, *, units=tuple(Unit), kinds=tuple(LinkKind), lags=LAGS):
    pairs = [(first, second) for second in range(count) for first in range(second)]
    if not pairs:
        return st.just(())
    link = st.builds(
        lambda pair, kind, lag, unit: Link(f"n{pair[0]}", f"n{pair[1]}", kind, lag, unit),
        st.sampled_from(pairs),
        st.sampled_from(kinds),
        lags,
        st.sampled_from(units),
    )
    return st.lists(link, max_size=14).map(tuple)


def in_working_days(**choices):
    """Networks whose every duration and lag is in the office's working days."""
    return networks(units=(Unit.WORKING,), calendars=("",), **choices)


def moved(day: date, workdays: int) -> date:
    """The reference for counting working days: one at a time."""
    step = timedelta(days=1 if workdays > 0 else -1)
    while workdays:
        day += step
        workdays -= step.days * works(day)
    return day


def begun_late(one: Network, plan) -> Network:
    """Every node told to begin as late as the plan allows; a milestone due at the very beginning is not told."""

    def told(node: Node) -> Node:
        late = plan.nodes[node.key]
        if node.duration:
            return replace(node, starts_not_before=late.late_start)
        return node if late.late_finish == one.on else replace(node, finishes_not_before=late.late_finish)

    return replace(one, nodes=tuple(told(node) for node in one.nodes))


def begun_later(one: Network, key: str, *, begins: date) -> Network:
    """One node told not to begin before this day."""
    return replace(
        one,
        nodes=tuple(replace(node, starts_not_before=begins) if node.key == key else node for node in one.nodes),
    )
