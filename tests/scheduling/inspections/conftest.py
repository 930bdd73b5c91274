from datetime import timedelta

import pytest
from django.utils import timezone

from scheduling.actions import inspections
from tests.factories import KeyProjectFactory
from tests.scheduling.inspections.cases import choose, make_fit, open_round


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def fit(project):
    return make_fit(project)


@pytest.fixture
def others(lead_unit):
    return [make_fit(KeyProjectFactory(lead_unit=lead_unit)) for _ in range(2)]


@pytest.fixture
def inspection(office):
    return open_round(office)


@pytest.fixture
def toured(office, fit, others, now):
    """A round under way: the route is fixed and the buses have left."""
    opened = open_round(office, starts_in=timedelta(hours=-1))
    choose(opened, fit, *others, by=office)
    inspections.fix_route(inspection=opened, by=office, at=now)
    opened.refresh_from_db()
    return opened
