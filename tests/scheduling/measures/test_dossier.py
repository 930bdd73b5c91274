"""约谈材料: put together by itself; what a department has not answered is always there."""

from datetime import timedelta

import pytest
from django.utils import timezone

from projects import snapshots
from scheduling.actions import decisions, problem_requests
from scheduling.actions.decisions import Matter
from scheduling.dossier import Dossier
from scheduling.dossiers import dossiers
from scheduling.measure_rules import Level
from scheduling.models import RectificationItem
from tests.factories import KeyProjectFactory, MilestoneFactory, date_milestone, suspend
from tests.scheduling.measures.cases import NOW, TODAY, in_days, lit, record, told
from tests.scheduling.problems.cases import ask, raise_it
from tests.scheduling.problems.conftest import land  # noqa: F401 - a fixture

pytestmark = [pytest.mark.django_db, pytest.mark.core]


def of(project, on=TODAY):
    return dossiers([project.pk], on=on, at=timezone.now())[project.pk]


def test_a_request_past_its_limit_always_appears_with_the_department_that_holds_it(project, lead, office, land):  # noqa: F811
    problem = raise_it(project, lead, at=NOW - timedelta(days=30))
    ask(problem, land, lead, due=in_days(-12), at=NOW - timedelta(days=20))
    found = of(project)
    (request,) = found.requests
    assert (request.unit, request.late, request.problem) == ("区自然资源局", 12, problem.title)
    assert next(each.unit for each in found.problems[0].held) == str(land.unit)
    assert any("区自然资源局" in sentence and "仍未答复" in sentence for sentence in found.excused())
    request = problem.requests.get()
    problem_requests.accept(request=request, answer="本月交地", promised_on=in_days(9), by=land.reviewer, at=NOW)
    assert not of(project).requests


def test_it_has_the_lights_of_the_frozen_months_the_latest_first(project):
    lit(
        project,
        "GREEN",
        "YELLOW",
        "RED",
        counted_annual_plan_amount=1000,
        counted_plan_to_date_amount=600,
        counted_ytd_amount=500,
    )
    found = of(project)
    assert [each.light for each in found.lights] == ["RED", "YELLOW", "GREEN"]
    assert found.lights[0].gap_pp == -10
    assert found.situation.gap_pp == -10


def test_it_has_the_missed_nodes_with_four_dates(project):
    node = MilestoneFactory(project=project, name="主体封顶")
    date_milestone(node, approved_on=in_days(-17), forecast_on=in_days(8))
    (found,) = of(project).nodes
    assert (found.name, found.original_on, found.approved_on, found.forecast_on, found.actual_on, found.days) == (
        "主体封顶",
        in_days(-17),
        in_days(-17),
        in_days(8),
        None,
        17,
    )


def test_it_has_the_decisions_that_are_overdue(project, office, lead_unit):
    matter = Matter(text="完成管线迁改", owner_unit=lead_unit, due_on=in_days(-5), project=project)
    given = decisions.instruct(matter=matter, issuing_unit=None, by=office, at=NOW - timedelta(days=9))
    (found,) = of(project).decisions
    assert (found.number, found.days) == (given.number, 5)


def test_it_shows_what_excuses(project, office):
    lit(project, "RED")
    suspend(project, in_days(-40), office, excused_by=office)
    (excuse,) = of(project).excuses
    assert (excuse.what, excuse.days) == ("停缓建，获准不计逾期", 41)


def test_a_promise_not_kept_in_time_is_broken_and_says_under_which_measure(project, office, signer):
    measure = told(project, office, signer)
    record(measure, office)
    assert not of(project).situation.broken
    RectificationItem.objects.update(due_on=in_days(-1))
    found = of(project)
    assert found.situation.broken == (Level.INTERVIEW,)
    assert [(each.kind, each.number) for each in found.earlier] == [("约谈", "×重点督〔2026〕1号")]


def test_it_is_read_back_as_it_was_written_down(project, lead):
    raise_it(project, lead)
    lit(project, "RED", counted_annual_plan_amount=7, counted_plan_to_date_amount=5, counted_ytd_amount=3)
    found = of(project)
    assert snapshots.from_json(Dossier, snapshots.as_json(found)) == found


def test_thirty_projects_cost_as_many_queries_as_one(lead_unit, lead, office, django_assert_num_queries):
    projects = [KeyProjectFactory(lead_unit=lead_unit, responsible_person=lead) for _ in range(30)]
    for each in projects[:3]:
        raise_it(each, lead)
        lit(each, "RED", "RED")
    with django_assert_num_queries(25):
        dossiers([projects[0].pk], on=TODAY, at=timezone.now())
    with django_assert_num_queries(25):
        assert len(dossiers([each.pk for each in projects], on=TODAY, at=timezone.now())) == 30
