"""Many questions in one query."""

import pytest

from projects.models import KeyProject, Unit
from scheduling.counting import Rows, at_once
from tests.factories import KeyProjectFactory

pytestmark = [pytest.mark.django_db, pytest.mark.core]


def test_what_is_asked_of_several_tables_is_one_query(office, lead_unit, django_assert_num_queries):
    KeyProjectFactory.create_batch(3, lead_unit=lead_unit)
    questions = {"projects": Rows(KeyProject.objects.all()), "nothing": Rows(KeyProject.objects.none())}
    with django_assert_num_queries(1):
        assert at_once(**questions) == {"projects": 3, "nothing": 0}


def test_a_row_that_is_found_twice_counts_once(office, lead_unit):
    KeyProjectFactory.create_batch(3, lead_unit=lead_unit)
    assert at_once(units=Rows(Unit.objects.filter(led_projects__isnull=False))) == {"units": 1}


def test_nothing_asked_is_no_query(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert at_once() == {}
