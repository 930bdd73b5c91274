"""A way to write a course of steps down: each names those it waits for, and the numbers come with the composing."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from projects.backward import Unit
from projects.blueprint import Step
from projects.relations import Relation, parse

PREPARATION, GROUNDBREAKING = "PREPARATION", "GROUNDBREAKING"
MAIN_CONSTRUCTION, COMMISSIONING = "MAIN_CONSTRUCTION", "COMMISSIONING"

_AFTER = re.compile(r"(?P<key>[^A-Z+\-]+)(?P<rest>.*)")


@dataclass(frozen=True, kw_only=True)
class Planned:
    """A step before it has a number. ``after`` is a cell of relations with short names: ``桩基;主体SS+60``."""

    key: str
    name: str
    days: int
    stage: str = PREPARATION
    after: str = ""
    unit: Unit = Unit.WORKING
    is_outdoor: bool = False
    is_key: bool = False
    weight: str = "0"
    authority: str = ""
    outcome: str = ""
    permit_name: str = ""


def office(key: str, name: str, days: int, after: str = "", **more: object) -> Planned:
    """Work at desks and counters: in working days."""
    return Planned(key=key, name=name, days=days, after=after, **more)  # type: ignore[arg-type]


def site(key: str, name: str, days: int, after: str, *, weight: str, **more: object) -> Planned:
    """Work under the open sky: in calendar days, resting in the blackouts."""
    more = {"is_outdoor": True, "stage": MAIN_CONSTRUCTION} | more
    return Planned(key=key, name=name, days=days, after=after, unit=Unit.CALENDAR, weight=weight, **more)  # type: ignore[arg-type]


def indoors(key: str, name: str, days: int, after: str, *, weight: str, **more: object) -> Planned:
    """Work under a roof or in a factory: in calendar days, winter or not."""
    return site(key, name, days, after, weight=weight, is_outdoor=False, **more)


def numbered(course: Sequence[Planned]) -> tuple[Step, ...]:
    """The steps in the order written, their relations by number."""
    positions = {planned.key: number for number, planned in enumerate(course, start=1)}
    return tuple(_step(planned, positions) for planned in course)


def _step(planned: Planned, positions: dict[str, int]) -> Step:
    return Step(
        position=positions[planned.key],
        stage=planned.stage,
        name=planned.name,
        duration=planned.days,
        unit=planned.unit,
        after=_relations(planned, positions),
        stops_in_blackout=planned.is_outdoor,
        is_key=planned.is_key,
        weight=Decimal(planned.weight),
        authority=planned.authority,
        outcome=planned.outcome,
        permit_name=planned.permit_name,
    )


def _relations(planned: Planned, positions: dict[str, int]) -> tuple[Relation, ...]:
    pieces = [_AFTER.fullmatch(piece) for piece in planned.after.split(";") if piece]
    cell = ";".join(f"{positions[piece['key']]}{piece['rest']}" for piece in pieces if piece)
    return tuple(sorted(parse(cell, step=planned.name)))
