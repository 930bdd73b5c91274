"""The whole district as plain values: the same seed and anchor give the same one, down to the minute."""

from dataclasses import dataclass
from datetime import date
from random import Random

from projects.demo import people, projects
from projects.demo.lives import Calendar
from projects.demo.plans import PlanSpec, plans


@dataclass(frozen=True)
class District:
    calendar: Calendar
    units: tuple[people.UnitSpec, ...]
    people: tuple[people.PersonSpec, ...]
    projects: tuple[projects.ProjectSpec, ...]
    plans: tuple[PlanSpec, ...]


def compose(*, seed: int, anchor: date) -> District:
    """Each part has dice of its own, so that a change to one leaves the others as they were."""

    def dice(purpose: str) -> Random:
        return Random(f"{seed}:{purpose}")  # noqa: S311 - a demo is drawn from a seed and keeps no secret

    units, persons, calendar = people.units(dice("units")), people.people(dice("people")), Calendar(anchor)
    drawn = projects.draw(units, persons, calendar, dice)
    return District(calendar, units, persons, drawn, plans(drawn, calendar, dice("plans")))
