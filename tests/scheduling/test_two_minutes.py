"""两分钟: what changed since last week and what waits for one's word, on one sheet."""

from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse

from projects.models import User
from scheduling.actions import decisions, extensions
from scheduling.actions.decisions import Matter
from scheduling.models import PeriodStanding, Problem
from tests.factories import KeyProjectFactory, date_milestone
from tests.scheduling.overdue_samples import FEBRUARY, THURSDAY, TODAY, close_the_week, evaluate, late
from tests.scheduling.problems.cases import raise_it
from tests.scheduling.reporting_samples import enter_tier

pytestmark = [pytest.mark.django_db, pytest.mark.core]

PAGE = reverse("two_minutes")


@pytest.fixture(autouse=True)
def on_a_thursday():
    with time_machine.travel(THURSDAY):
        yield


@pytest.fixture
def turned(project):
    """29 days late on the Friday, which is yellow, and 35 now, which is red."""
    with time_machine.travel(FEBRUARY):
        enter_tier(project)
        late(project, date(2026, 1, 29))
    close_the_week()
    evaluate(project)
    return project


def parts(client):
    response = client.get(PAGE)
    return {part.title: part for part in (response.context["asked"], *response.context["changes"])}


def texts(part):
    return [line["text"] for line in part.lines]


@pytest.mark.parametrize(
    ("who", "status"),
    [("leader", 200), ("signer", 200), ("office", 200), ("lead", 403), ("dispatcher", 403), ("outsider", 403)],
)
def test_it_is_for_those_who_read_the_whole_district(who, status, enter_as):
    assert enter_as(who).get(PAGE).status_code == status


def test_a_project_that_turned_red_since_the_week_was_closed_is_named_with_its_reason(turned, leader, enter):
    (line,) = parts(enter(leader))["新亮红灯"].lines
    assert (line["text"], line["word"]) == (turned.name, "滞后")
    assert line["note"].startswith("“主体结构封顶”应于 2026-01-29 完成，已逾期 35 天")


def test_one_that_was_red_already_is_not_new(turned, leader, enter):
    close_the_week(date(2026, 3, 5), at=THURSDAY + timedelta(days=7))
    with time_machine.travel(THURSDAY + timedelta(days=8)):
        evaluate(turned)
        assert texts(parts(enter(leader))["新亮红灯"]) == []


def test_what_fell_due_and_what_was_done_since_is_told(turned, leader, enter):
    with time_machine.travel(FEBRUARY):
        early = late(turned, date(2026, 1, 5), name="桩基完成")
        late(turned, date(2026, 3, 2), name="二层结构")
    date_milestone(early, approved_on=date(2026, 1, 5), actual_on=date(2026, 3, 3))
    evaluate(turned)
    found = parts(enter(leader))
    assert [line["note"] for line in found["新增逾期"].lines][-1] == "节点逾期：二层结构，逾期 3 天"
    assert [line["note"] for line in found["新完成"].lines] == ["桩基完成，2026-03-03"]


def test_without_a_closed_week_it_says_that_nothing_can_be_compared(project, leader, enter):
    late(project, date(2026, 1, 1))
    evaluate(project)
    response = enter(leader).get(PAGE)
    assert "无可比数据" in response.context["as_of"]
    assert [part.title for part in response.context["changes"]] == ["红灯项目"]


def test_a_project_of_which_last_week_kept_nothing_is_not_called_new(turned, leader, enter):
    other = KeyProjectFactory(name="临溪产业园")
    period = PeriodStanding.objects.get().period
    said = {"reported": "NOT_OWED", "lead_unit": other.lead_unit}
    PeriodStanding.objects.create(period=period, project=other, **said)
    late(other, date(2026, 1, 1))
    evaluate(other)
    response = enter(leader).get(PAGE)
    assert "另有 1 个项目没有上周数据，未作比较" in response.context["as_of"]
    assert texts(response.context["changes"][0]) == [turned.name]


class TestQuestions:
    def test_an_extension_asked_for_is_a_question_to_the_issuing_side(self, project, lead, lead_unit, office, enter):
        matter = Matter("三月底前完成剩余房屋征收", lead_unit, date(2026, 3, 16), owner_person=lead, project=project)
        decision = decisions.instruct(matter=matter, issuing_unit=None, by=office, at=FEBRUARY)
        decisions.receive(decision=decision, by=lead, at=FEBRUARY)
        extensions.ask(decision=decision, proposed_due_on=date(2026, 4, 1), reason="汛期", by=lead, at=THURSDAY)
        (question,) = texts(parts(enter(office))["请您定的事"])
        assert question == "交办事项“三月底前完成剩余房屋征收”（区住房和城乡建设局）申请延到 2026-04-01，是否同意？"

    @pytest.mark.parametrize(
        ("level", "is_linked", "asked"), [(2, True, 0), (3, True, 1), (3, False, 0), (4, False, 1)]
    )
    def test_a_leader_is_asked_about_the_own_projects_and_what_came_to_the_top(
        self, level, is_linked, asked, lead, enter_as
    ):
        client = enter_as("leader")
        linked = User.objects.get(username="leader") if is_linked else None
        project = KeyProjectFactory(linked_leader=linked, responsible_person=lead)
        problem = raise_it(project, lead, at=FEBRUARY, needed_by=date(2026, 3, 1))
        Problem.objects.filter(pk=problem.pk).update(level=level)
        found = texts(parts(client)["请您定的事"])
        assert [each.endswith("怎么解决？") for each in found] == [True] * asked


def test_thirty_projects_cost_no_more_than_one_and_are_cut_with_a_link(
    leader, office, enter, django_assert_max_num_queries
):
    made = [enter_tier(KeyProjectFactory(linked_leader=leader)) for _ in range(30)]
    with time_machine.travel(FEBRUARY):
        for each in made:
            late(each, date(2026, 1, 29))
            late(each, TODAY - timedelta(days=1), name="二层结构")
    close_the_week()
    evaluate(*made)
    browser = enter(leader)
    browser.get(PAGE)
    with django_assert_max_num_queries(24):
        html = browser.get(PAGE).content.decode()
    assert "另有 26 项" in html
    assert len(html.encode()) < 40_000
    assert "另有" not in browser.get(PAGE, {"full": 1}).content.decode()
