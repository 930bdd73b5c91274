"""A problem raised, and the desks of the departments that may be asked about it."""

from typing import NamedTuple

import pytest

from projects.models import Unit, User
from projects.roles import Role
from tests.conftest import appoint
from tests.factories import UnitFactory
from tests.scheduling.problems.cases import raise_it


class Desk(NamedTuple):
    """A unit and who answers for it."""

    unit: Unit
    reviewer: User


@pytest.fixture
def land(government):
    unit = UnitFactory(name="区自然资源局", parent=government, path="000001/000010/")
    return Desk(unit, appoint(Role.REVIEWER, unit, username="land", full_name="许用地"))


@pytest.fixture
def water(government):
    unit = UnitFactory(name="区水利局", parent=government, path="000001/000011/")
    return Desk(unit, appoint(Role.REVIEWER, unit, username="water", full_name="何水利"))


@pytest.fixture
def problem(project, lead):
    return raise_it(project, lead)
