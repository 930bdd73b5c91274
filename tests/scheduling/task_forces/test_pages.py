"""工作专班 on its pages: the head sees what is open and late, members settle, the lead says the line of the day."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from projects.actions import task_forces
from projects.models import TaskForce
from scheduling.actions import service_log
from scheduling.models import DailyLine, ServiceRequest
from tests.factories import KeyProjectFactory
from tests.scheduling.task_forces.cases import THURSDAY, TODAY, ask, say

pytestmark = pytest.mark.django_db

READ = {"lead", "dispatcher", "office", "signer", "leader", "member"}
CAST = sorted(READ | {"outsider"})
LOG = {"lead", "office", "leader", "member"}
SETTLE = {"office", "leader", "member"}
LIST = reverse("task_force_list")


def page_of(project):
    return reverse("task_force", args=[project.code])


class TestThePageOfAGroup:
    @pytest.mark.parametrize("who", CAST)
    def test_the_cast(self, enter_as, who, asked, project):
        answer = enter_as(who).get(page_of(project))
        assert answer.status_code == (200 if who in READ else 404)

    @pytest.mark.core
    def test_says_first_what_is_open_and_late(self, enter, leader, asked, project):
        shown = enter(leader).get(page_of(project)).content.decode()
        assert "未办结诉求 1 项" in shown
        assert "超期 1 项" in shown
        assert "逾期 2 天" in shown

    @pytest.mark.core
    @pytest.mark.parametrize(("show", "count"), [("", 2), ("late", 1), ("all", 3)])
    def test_is_narrowed_to_what_is_open_or_late(self, enter, leader, asked, show, count):
        force, member = asked.task_force, asked.handler
        ask(force, member, leader)
        settled = ask(force, member, leader)
        service_log.settle(request=settled, handled_on=TODAY, result="已办", by=member, at=THURSDAY)
        assert len(enter(leader).get(page_of(force.project), {"show": show}).context["requests"]) == count

    def test_a_member_who_sees_the_group_alone_is_led_to_no_other_page_of_the_project(
        self, enter, asked, member, project
    ):
        shown = enter(member).get(page_of(project))
        assert shown.context["tabs"] == []
        assert enter(member).get(reverse("project_detail", args=[project.code])).status_code == 404

    def test_a_flagship_project_without_one_says_who_forms_it(self, enter, lead, office, project):
        project.is_flagship = True
        project.save()
        assert "由区重点办登记" in enter(lead).get(page_of(project)).content.decode()
        assert reverse("task_force_form", args=[project.code]) in enter(office).get(page_of(project)).content.decode()

    def test_only_a_flagship_project_has_the_tab(self, enter, lead, force, project):
        shown = enter(lead).get(reverse("project_targets", args=[project.code]))
        assert page_of(project) in [tab["url"] for tab in shown.context["tabs"]]
        other = KeyProjectFactory(lead_unit=project.lead_unit, responsible_person=lead)
        shown = enter(lead).get(reverse("project_targets", args=[other.code]))
        assert page_of(other) not in [tab["url"] for tab in shown.context["tabs"]]

    @pytest.mark.core
    @pytest.mark.parametrize("count", [1, 30])
    def test_the_number_of_queries_does_not_grow(self, enter, leader, asked, count, django_assert_num_queries):
        for _ in range(count):
            ask(asked.task_force, asked.handler, leader)
        browser = enter(leader)
        with django_assert_num_queries(17):
            answer = browser.get(page_of(asked.task_force.project))
        assert len(answer.content) < 40_000


class TestTheListOfGroups:
    @pytest.mark.parametrize("who", CAST)
    def test_shows_the_cast_what_it_sees(self, enter_as, who, asked):
        rows = enter_as(who).get(LIST).context["rows"]
        assert len(rows) == (1 if who in READ else 0)

    @pytest.mark.core
    @pytest.mark.usefixtures("asked", "daily")
    def test_a_head_finds_the_own_groups_first(self, enter, leader, office, project):
        other = KeyProjectFactory(name="滨江一号", sort_key="a", is_flagship=True)
        task_forces.form(project=other, head=office, formed_on=TODAY, by=office, at=THURSDAY)
        shown = enter(leader).get(LIST)
        assert [row["name"] for row in shown.context["rows"]] == [project.name, other.name]
        first = shown.context["rows"][0]
        assert (first["open"], first["late"], first["misses_line"]) == (1, 1, True)
        assert "2 个专班，未办结诉求 1 项，其中超期 1 项" in shown.context["finding"]

    def test_the_last_line_is_shown(self, enter, leader, lead, project, daily):
        say(project, lead, "浇筑完成 200 方")
        [row] = enter(leader).get(LIST).context["rows"]
        assert (row["line"], row["misses_line"]) == ("03-05　浇筑完成 200 方", False)

    @pytest.mark.core
    @pytest.mark.parametrize("count", [1, 30])
    def test_the_number_of_queries_does_not_grow(self, enter, leader, count, django_assert_num_queries):
        for _ in range(count):
            TaskForce.objects.create(
                project=KeyProjectFactory(is_flagship=True), head=leader, formed_on=date(2026, 1, 5)
            )
        browser = enter(leader)
        with django_assert_num_queries(9):
            answer = browser.get(LIST)
        assert len(answer.content) < 40_000


class TestTheVerbs:
    @pytest.mark.parametrize("who", CAST)
    def test_logging(self, enter_as, who, force, member, project):
        said = {"text": "临时用电", "asked_by": "项目公司", "asked_on": "2026-03-04", "due_on": "2026-03-11"}
        url = reverse("service_request_log", args=[project.code])
        enter_as(who).post(url, said | {"handler": member.pk})
        assert ServiceRequest.objects.exists() == (who in LOG)

    @pytest.mark.parametrize("who", CAST)
    def test_settling(self, enter_as, who, asked):
        url = reverse("service_request_settle", args=[asked.pk])
        enter_as(who).post(url, {"handled_on": "2026-03-05", "result": "已通电"})
        asked.refresh_from_db()
        assert bool(asked.handled_on) == (who in SETTLE)

    @pytest.mark.parametrize("who", CAST)
    def test_handing_over(self, enter_as, who, asked, leader):
        enter_as(who).post(reverse("service_request_hand_over", args=[asked.pk]), {"handler": leader.pk})
        asked.refresh_from_db()
        assert (asked.handler == leader) == (who in SETTLE)

    @pytest.mark.parametrize("who", CAST)
    def test_the_office_switches_the_line_of_the_day(self, enter_as, who, force, member, project):
        enter_as(who).post(reverse("task_force_daily", args=[project.code]), {"starts_on": "2026-03-05"})
        force.refresh_from_db()
        assert (force.reports_daily_from == TODAY) == (who == "office")

    @pytest.mark.parametrize("who", CAST)
    def test_the_lead_says_it(self, enter_as, who, daily, member, project):
        url = reverse("daily_line_say", args=[project.code])
        enter_as(who).post(url, {"text": "浇筑完成", "amount": "1,200.5", "headcount": ""})
        assert DailyLine.objects.exists() == (who == "lead")


class TestMyPage:
    def tasks(self, browser):
        return [task.text for task in browser.get(reverse("my_page")).context["tasks"]]

    @pytest.mark.usefixtures("asked", "daily")
    def test_names_what_one_handles_and_the_line_not_said(self, enter, member, lead, leader, project):
        assert f"“{project.name}”专班 1 项诉求由您承办" in self.tasks(enter(member))
        assert f"“{project.name}”今日日报未填" in self.tasks(enter(lead))
        assert "1 个工作专班" in self.tasks(enter(leader))
        say(project, lead)
        assert f"“{project.name}”今日日报未填" not in self.tasks(enter(lead))

    def test_forgets_what_was_settled(self, enter, member, asked, project):
        service_log.settle(request=asked, handled_on=TODAY, result="已通电", by=member, at=THURSDAY)
        assert f"“{project.name}”专班 1 项诉求由您承办" not in self.tasks(enter(member))


def test_the_line_of_yesterday_is_not_that_of_today(enter, lead, daily, project):
    DailyLine.objects.create(
        project=project, day=TODAY - timedelta(days=1), text="昨日", said_by=lead, said_at=THURSDAY
    )
    shown = enter(lead).get(page_of(project)).content.decode()
    assert "今日日报未填" in shown
