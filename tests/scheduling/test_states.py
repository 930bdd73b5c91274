"""What is stored of today and what is evaluated of any day answer every question alike."""

from datetime import timedelta
from decimal import Decimal

import pytest

from projects.models import KeyProject
from scheduling.conditions import COUNTED_AS, IN_PLAN, Excused, Not, of_light
from scheduling.models import Dimension, Light, Standing
from scheduling.project_days import AsKnown
from scheduling.states import OnDemand, Stored, states
from tests.scheduling.districts import TODAY, district

pytestmark = [pytest.mark.django_db, pytest.mark.core]


@pytest.fixture
def both(office, signer, lead, dispatcher, lead_unit):
    district(office=office, signer=signer, lead=lead, dispatcher=dispatcher, lead_unit=lead_unit)
    seen = KeyProject.objects.all()
    stored = Stored(Standing.objects.filter(project__in=seen), on=TODAY)
    return stored, OnDemand(seen, AsKnown.today(TODAY))


def keys(found):
    return sorted(row["project"] if isinstance(row, dict) else row for row in found.projects())


def test_every_condition_finds_the_same_projects(both):
    stored, evaluated = both
    lights = [of_light(light, dimension) for light in Light.values for dimension in ("", *Dimension.values)]
    excused = [each for dimension in Dimension.values for each in (Excused(dimension), Not(Excused(dimension)))]
    asked = [*COUNTED_AS.values(), *((each,) for each in (*lights, *excused))]
    found = {tuple(keys(stored.where(*conditions))) for conditions in asked}
    assert len(found) > 20  # the district tells the conditions from each other
    for conditions in asked:
        assert keys(stored.where(*conditions)) == keys(evaluated.where(*conditions))
        assert stored.where(*conditions).count() == evaluated.where(*conditions).count()


@pytest.mark.parametrize("by", ["lead_unit", "town", "linked_leader", "focus_area"])
def test_groups_add_up_to_the_same_whole(both, by):
    stored, evaluated = both
    assert dict(stored.parts_by(by)) == dict(evaluated.parts_by(by))
    assert dict(stored.lights_by(by)) == dict(evaluated.lights_by(by))
    assert sum(stored.parts_by(by).values(), start=type(stored.parts())()) == evaluated.parts()


def test_stages_lights_lateness_and_what_is_shown_agree(both):
    stored, evaluated = both
    everything = KeyProject.objects.values_list("pk", flat=True)
    assert stored.lights() == evaluated.lights()
    assert sum(stored.lights().values()) == stored.count()
    assert dict(stored.stages()) == dict(evaluated.stages())
    assert sum(count.late for count in stored.stages().values()) == stored.late().count() > 0
    assert keys(stored.late()) == keys(evaluated.late())
    assert stored.shown(everything, counted="ytd_amount") == evaluated.shown(everything, counted="ytd_amount")


def test_the_months_come_to_the_year(both):
    stored, evaluated = both
    assert stored.months() == evaluated.months()
    assert sum(stored.months().plan) == stored.parts().annual_plan_amount
    assert sum(stored.months().done) == stored.parts().ytd_amount > 0


def test_among_leaves_the_others_out(both):
    for found in both:
        some = KeyProject.objects.filter(pk__in=keys(found.where(IN_PLAN))[:3])
        assert found.among(some).count() == 3
        assert found.among(some).parts().projects == 3


def test_nothing_was_done_before_anybody_knew(both):
    seen = KeyProject.objects.all()
    before = states(seen, on=TODAY, known_at=min(seen.values_list("tier_entries__recorded_at", flat=True)), today=TODAY)
    assert before.parts().ytd_amount == Decimal(0)
    assert states(seen, on=TODAY - timedelta(days=400), known_at=None, today=TODAY).parts().projects == 0
