"""A network as large as a schedule gets: a road to completion of so many steps, with every kind of link and a site."""

from datetime import date
from random import Random

from projects.backward import SITE, DayTimetable, Link, LinkKind, Network, Node, Unit

_KINDS = (LinkKind.FINISH_TO_START, LinkKind.FINISH_TO_START, LinkKind.START_TO_START, LinkKind.FINISH_TO_FINISH)


def large_network(count: int, *, seed: int, timetable: DayTimetable, on: date) -> Network[date]:
    """Each step waits for one to three of the ten before it: the same network for a seed."""
    dice = Random(seed)  # noqa: S311 - synthetic, no secret
    nodes: tuple[Node[date], ...] = tuple(
        Node(
            key=f"{number:03}",
            name=f"节点{number}",
            duration=dice.randint(0, 25),
            unit=dice.choice(tuple(Unit)),
            calendar=SITE if number % 3 == 0 else "",
        )
        for number in range(count)
    )
    links = tuple(
        Link(f"{before:03}", f"{number:03}", dice.choice(_KINDS), dice.randint(-2, 5), dice.choice(tuple(Unit)))
        for number in range(1, count)
        for before in dice.sample(range(max(0, number - 10), number), min(number, dice.randint(1, 3)))
    )
    return Network(nodes=nodes, links=links, timetable=timetable, on=on)
