"""初始模板: what a new installation starts from, until the office puts its own editions into force.

Five kinds of project on three ways in, composed from building blocks: the way in decides the preparation and the
permits, the kind the construction. Durations, links and permits after domain §4.2 and §5: a developer's internal
standard for the building works, statutory and promised limits for the permits, the rest the usual experience.
"""

from projects.blueprint import Blueprint, YearlyStop
from projects.blueprints import building, factory, other, permits, road, stages, water
from projects.blueprints.course import Planned, numbered
from projects.blueprints.preparation import FOR_WORKS
from projects.blueprints.stages import Words

PROJECT_TYPES = ("BUILDING", "FACTORY", "ROAD", "WATER", "OTHER")
ROUTES = ("GOV", "VERIFY", "RECORD")

_WORKS: dict[str, tuple[Words, tuple[Planned, ...], tuple[YearlyStop, ...]]] = {
    "BUILDING": (stages.BUILDING, building.CONSTRUCTION, building.BLACKOUTS),
    "FACTORY": (stages.FACTORY, factory.CONSTRUCTION, factory.BLACKOUTS),
    "ROAD": (stages.ROAD, road.CONSTRUCTION, road.BLACKOUTS),
    "WATER": (stages.WATER, water.CONSTRUCTION, water.BLACKOUTS),
    "OTHER": (stages.OTHER, other.CONSTRUCTION, other.BLACKOUTS),
}


def initial_edition(project_type: str, route: str) -> Blueprint:
    """The first edition of the template for this kind of project (``PROJECT_TYPES``) on this way in (``ROUTES``)."""
    words, construction, blackouts = _WORKS[project_type]
    return Blueprint(
        steps=numbered((*_preparation(project_type, route), *construction)),
        stages=stages.stage_words(words),
        evidence=stages.evidence(words, route),
        permits=permits.for_water(route) if project_type == "WATER" else permits.for_works(route),
        blackouts=blackouts,
    )


def _preparation(project_type: str, route: str) -> tuple[Planned, ...]:
    own = {"ROAD": road.preparation, "WATER": water.preparation}.get(project_type)
    return own(route) if own else FOR_WORKS[route]
