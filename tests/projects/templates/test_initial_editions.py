"""初始模板: all fifteen can be planned from, and take as long as such projects do."""

from decimal import Decimal

import pytest

from projects.blueprint import STAGES, faults, typical_course
from projects.blueprints import PROJECT_TYPES, ROUTES, initial_edition
from projects.models import PermitPhase, ProjectType
from projects.models.key_project import ApprovalRoute

EVERY = pytest.mark.parametrize(
    ("project_type", "route"), [(project_type, route) for project_type in PROJECT_TYPES for route in ROUTES]
)
MONTHS = {"BUILDING": (17, 23), "FACTORY": (13, 19), "ROAD": (10, 17), "WATER": (14, 19), "OTHER": (13, 19)}


def test_there_is_one_for_every_kind_of_project_on_every_way_in():
    assert (set(PROJECT_TYPES), set(ROUTES)) == (set(ProjectType), set(ApprovalRoute))


@EVERY
def test_it_is_proved(project_type, route):
    assert faults(initial_edition(project_type, route)) == ()


@EVERY
def test_it_takes_as_long_as_such_projects_do(project_type, route):
    shortest, longest = MONTHS[project_type]
    assert shortest <= typical_course(initial_edition(project_type, route)).months <= longest


@EVERY
def test_it_has_a_length_one_can_oversee_and_weights_that_come_to_a_hundred(project_type, route):
    steps = initial_edition(project_type, route).steps
    assert 12 <= len(steps) <= 25
    assert sum(step.weight for step in steps) == 100
    assert sum(step.weight for step in steps if step.stage == "PREPARATION") <= 10


@EVERY
def test_it_has_words_and_papers_for_all_four_stages(project_type, route):
    blueprint = initial_edition(project_type, route)
    assert all(words.work_focus and words.task_requirement for words in blueprint.stages)
    assert {paper.stage for paper in blueprint.evidence} == set(STAGES)


@EVERY
def test_every_permit_names_its_authority_and_a_known_phase(project_type, route):
    permits = initial_edition(project_type, route).permits
    assert all(permit.agency and permit.phase in PermitPhase for permit in permits)
    assert any(permit.is_required_for_start for permit in permits)


@EVERY
def test_only_what_lies_under_the_sky_rests_in_the_blackouts(project_type, route):
    resting = {step.stage for step in initial_edition(project_type, route).steps if step.stops_in_blackout}
    assert "PREPARATION" not in resting
    assert "MAIN_CONSTRUCTION" in resting


def test_a_longer_way_in_takes_longer():
    for project_type in PROJECT_TYPES:
        approved, verified, recorded = (typical_course(initial_edition(project_type, route)).months for route in ROUTES)
        assert approved > verified > recorded - Decimal("0.1")


def test_the_building_permit_lapses_after_three_months_and_is_extended_twice_at_most():
    for project_type in ("BUILDING", "FACTORY", "ROAD", "OTHER"):
        (permit,) = (p for p in initial_edition(project_type, "GOV").permits if p.name == "施工许可证")
        assert (permit.valid_months, permit.max_extensions, permit.is_required_for_start) == (3, 2, True)


def test_water_works_need_no_building_permit():
    assert "施工许可证" not in {permit.name for permit in initial_edition("WATER", "GOV").permits}
