"""A milestone promised, and everybody a request for another day passes through."""

from typing import NamedTuple

import pytest

from projects.models import Unit, User
from projects.roles import Role
from tests.conftest import appoint
from tests.factories import MilestoneFactory, UnitFactory, date_milestone
from tests.projects.changes.cases import PROMISED


class Desk(NamedTuple):
    """A unit that may be asked to countersign, and who answers for it."""

    unit: Unit
    reviewer: User


@pytest.fixture
def milestone(project):
    node = MilestoneFactory(project=project, name="主体结构封顶", position=1)
    date_milestone(node, approved_on=PROMISED)
    return node


@pytest.fixture(autouse=True)
def hands_there_are(dispatcher, office, signer):
    """A reviewer of the lead unit, the office and a signer: without them nobody could decide."""


@pytest.fixture
def water(government):
    unit = UnitFactory(name="区水利局", parent=government, path="000001/000009/")
    return Desk(unit, appoint(Role.REVIEWER, unit, username="water", full_name="何水利"))


@pytest.fixture
def land(government):
    unit = UnitFactory(name="区自然资源局", parent=government, path="000001/000010/")
    return Desk(unit, appoint(Role.REVIEWER, unit, username="land", full_name="许用地"))
