from datetime import date

import pytest
import time_machine

from projects.actions import task_forces
from projects.roles import Role
from tests.conftest import appoint
from tests.factories import UnitFactory
from tests.scheduling.task_forces.cases import THURSDAY, TODAY, ask


@pytest.fixture(autouse=True)
def on_a_thursday():
    with time_machine.travel(THURSDAY, tick=False):
        yield


@pytest.fixture
def force(project, leader, office):
    project.is_flagship = True
    project.save()
    return task_forces.form(project=project, head=leader, formed_on=date(2026, 1, 5), by=office, at=THURSDAY)


@pytest.fixture
def member(force, office):
    """Of another unit, which has nothing to do with the project."""
    unit = UnitFactory(name="区自然资源局", path="900001/")
    user = appoint(Role.REVIEWER, unit, username="member", full_name="许用地")
    task_forces.join(
        task_force=force, user=user, responsibility="用地报批", starts_on=date(2026, 1, 5), by=office, at=THURSDAY
    )
    return user


@pytest.fixture
def daily(force, office):
    task_forces.report_daily(task_force=force, starts_on=TODAY, by=office, at=THURSDAY)
    return force


@pytest.fixture
def asked(force, member, lead):
    """Two days late."""
    return ask(force, member, lead, due_on=date(2026, 3, 3))
