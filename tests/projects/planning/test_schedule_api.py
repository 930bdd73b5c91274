"""``GET /api/projects/<code>/schedule``: the network of the edition in force with what it comes to today."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from projects.backward import sentence
from projects.models import BackwardSchedule
from projects.planning import readings
from tests.projects.planning.plans import STEPS, in_force

pytestmark = [pytest.mark.django_db, pytest.mark.core]


def asked(browser, project):
    return browser.get(reverse("api_project_schedule", args=[project.code]))


@pytest.fixture
def planned(project, lead, signer):
    return in_force(project, lead, signer, finish=timezone.localdate() + timedelta(days=100)).project


@pytest.mark.parametrize(
    ("who", "status"),
    [("lead", 200), ("dispatcher", 200), ("office", 200), ("leader", 200), ("outsider", 404), ("sys_admin", 403)],
)
def test_it_answers_whoever_sees_the_project(enter_as, planned, who, status):
    assert asked(enter_as(who), planned).status_code == status


def test_a_project_without_an_approved_schedule_has_none(enter_as, project):
    answer = asked(enter_as("leader"), project)
    assert (answer.status_code, answer.json()["detail"]) == (404, "该项目还没有批准的倒排计划。")


def test_it_holds_the_network_the_dates_the_chain_and_the_sentence(enter_as, planned):
    [reading] = readings(BackwardSchedule.objects.in_force(), on=timezone.localdate())
    told = asked(enter_as("leader"), planned).json()
    assert told["sentence"] == sentence(reading.plan)
    assert not told["is_feasible"]
    assert told["workdays_to_spare"] == -reading.plan.shortage
    assert told["chain"] == [1, 2, 3, 4, 5]
    assert (told["steps"][0]["stage"], told["steps"][0]["stage_code"]) == ("前期准备", "PREPARATION")
    assert [step["name"] for step in told["steps"]] == [name for _stage, name, *_rest in STEPS]
    assert [(link["predecessor"], link["successor"], link["kind"]) for link in told["links"]][:2] == [
        (1, 2, "FS"),
        (2, 3, "FS"),
    ]
    first = reading.plan.nodes[str(reading.rows[0].pk)]
    assert told["steps"][0]["late_finish"] == first.late_finish.isoformat()
    assert told["steps"][0]["total_float"] == first.total_float
