"""倒排 on a new project: what it comes to is shown before anything is saved, as often as one likes."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from projects.actions import milestones
from projects.models import AuditEvent, BackwardSchedule, Permit
from projects.project_kinds import likely_route, likely_type
from tests.factories import MilestoneFactory
from tests.projects.planning import templates
from tests.projects.planning.plans import in_force, reapproved

pytestmark = [pytest.mark.django_db, pytest.mark.core]


def in_days(number):
    return timezone.localdate() + timedelta(days=number)


def address(project):
    return reverse("schedule_new", args=[project.code])


def asked(origin, finish, starts=None):
    return {
        "origin": origin,
        "required_finish_on": finish.isoformat(),
        "starts_on": (starts or timezone.localdate()).isoformat(),
    }


@pytest.fixture
def road(db):
    return templates.in_force("ROAD", "GOV")


@pytest.mark.parametrize(
    ("who", "status"),
    [("lead", 200), ("office", 200), ("dispatcher", 403), ("signer", 403), ("leader", 403), ("outsider", 403)],
)
def test_it_is_for_those_who_draw_schedules_up(enter_as, project, road, who, status):
    assert enter_as(who).get(address(project)).status_code == status


def test_the_template_of_its_kind_and_route_is_offered_first(enter_as, project, road):
    templates.in_force("BUILDING", "GOV")
    templates.in_force("ROAD", "RECORD")
    form = enter_as("lead").get(address(project)).context["form"]
    assert form["origin"].value() == str(road.pk)


def test_the_finish_offered_is_the_last_year_of_construction_where_no_plan_says_better(enter_as, project, road):
    project.built_to = 2028
    project.save()
    assert enter_as("lead").get(address(project)).context["form"]["required_finish_on"].value() == date(2028, 12, 31)


def test_without_a_template_it_says_what_to_do(enter_as, project):
    assert "还没有启用的倒排模板" in enter_as("lead").get(address(project)).content.decode()


def test_what_it_comes_to_is_shown_and_nothing_is_written(enter_as, project, road):
    trail = AuditEvent.objects.count()
    shown = enter_as("lead").get(address(project), asked(road.pk, in_days(100)))
    assert not shown.context["finding"]["is_feasible"]
    assert [group["stage"] for group in shown.context["groups"]] == ["前期准备", "开工建设", "主体施工", "竣工投产"]
    assert not BackwardSchedule.objects.exists()
    assert AuditEvent.objects.count() == trail


def test_a_later_finish_tried_next_may_be_feasible(enter_as, project, road):
    browser = enter_as("lead")
    assert browser.get(address(project), asked(road.pk, in_days(600))).context["finding"]["is_feasible"]


def test_a_finish_before_the_start_is_refused_at_its_field(enter_as, project, road):
    form = enter_as("lead").get(address(project), asked(road.pk, in_days(-1))).context["form"]
    assert form.errors["required_finish_on"] == ["要求完成日期须晚于编排起点。"]


def test_what_is_reached_already_counts(enter_as, project, road, office):
    milestone = MilestoneFactory(project=project, stage="PREPARATION", name="用地批复")
    milestones.complete(of=milestone, actual_on=in_days(-3), by=office)
    shown = enter_as("lead").get(address(project), asked(road.pk, in_days(600)))
    assert shown.context["groups"][0]["rows"][0]["state"] == "已完成"


def test_saved_it_is_a_draft_from_that_template_to_be_looked_through(enter_as, project, lead, road):
    answer = enter_as("lead").post(address(project), asked(road.pk, in_days(400)))
    schedule = BackwardSchedule.objects.get()
    assert answer.url == reverse("schedule_edit", args=[project.code, 1])
    assert (schedule.state, schedule.template, schedule.drafted_by) == ("DRAFT", road, lead)
    assert schedule.nodes.count() == 5


def test_the_permits_of_the_template_are_taken_and_its_steps_follow_them(enter_as, project, road):
    enter_as("lead").post(address(project), asked(road.pk, in_days(400)))
    permit = project.permits.get()
    assert (permit.name, permit.agency, permit.legal_days) == ("施工许可证", "区行政审批局", 7)
    assert BackwardSchedule.objects.get().nodes.get(permit=permit).name == "施工许可证"


def test_a_permit_the_project_has_already_is_not_taken_twice(enter_as, project, road):
    Permit.objects.create(project=project, phase="BUILDING", name="施工许可证", legal_days=5)
    enter_as("lead").post(address(project), asked(road.pk, in_days(400)))
    assert project.permits.get().legal_days == 5


def test_its_yearly_stops_come_along(enter_as, project, road):
    enter_as("lead").post(address(project), asked(road.pk, in_days(400)))
    assert BackwardSchedule.objects.get().blackouts.filter(name="冬季停工").exists()


def test_while_one_is_in_work_one_is_led_to_it(enter_as, project, road):
    browser = enter_as("lead")
    browser.post(address(project), asked(road.pk, in_days(400)))
    assert browser.get(address(project)).url == reverse("schedule_edition", args=[project.code, 1])


class TestCarriedOn:
    def test_with_an_edition_in_force_one_goes_on_from_it(self, enter_as, project, lead, signer, road):
        in_force(project, lead, signer, finish=in_days(300))
        form = enter_as("lead").get(address(project)).context["form"]
        assert form["origin"].value() == "current"
        assert form["required_finish_on"].value() == in_days(300)

    def test_for_the_same_finish_the_approved_dates_stay(self, enter_as, project, lead, signer):
        first = in_force(project, lead, signer, finish=in_days(300))
        enter_as("lead").post(address(project), asked("current", in_days(300)))
        second = project.schedules.get(number=2)
        assert dates(second) == dates(first)
        assert [node.milestone_id for node in second.nodes.all()] == [node.milestone_id for node in first.nodes.all()]

    def test_a_date_approved_since_stays_and_not_the_one_it_replaced(self, enter_as, project, lead, signer, office):
        first = in_force(project, lead, signer, finish=in_days(300))
        node = first.nodes.get(name="用地批复")
        earlier = node.planned_finish_on - timedelta(days=7)
        reapproved(node.milestone, earlier, office)
        enter_as("lead").post(address(project), asked("current", in_days(300)))
        assert project.schedules.get(number=2).nodes.get(name="用地批复").planned_finish_on == earlier

    def test_for_another_finish_all_dates_are_worked_back_again(self, enter_as, project, lead, signer):
        first = in_force(project, lead, signer, finish=in_days(300))
        enter_as("lead").post(address(project), asked("current", in_days(330)))
        moved = list(zip(dates(project.schedules.get(number=2)), dates(first), strict=True))
        assert all(now > then for now, then in moved), moved


def dates(schedule):
    return [node.planned_finish_on for node in schedule.nodes.all()]


@pytest.mark.parametrize(
    ("name", "focus", "kind"),
    [
        ("滨河大道快速化改造工程", "INFRASTRUCTURE", "ROAD"),
        ("第三实验小学新建工程", "LIVELIHOOD", "BUILDING"),
        ("年产 5 万吨新材料生产基地", "INDUSTRY", "FACTORY"),
        ("青溪水库除险加固", "INFRASTRUCTURE", "WATER"),
        ("综合整治", "LIVELIHOOD", "BUILDING"),
        ("综合整治", "", "OTHER"),
    ],
)
def test_the_kind_is_guessed_by_the_name_and_then_by_the_focus(name, focus, kind):
    assert likely_type(name=name, industry="", focus_area=focus) == kind


@pytest.mark.parametrize(
    ("registered", "focus", "route"),
    [("VERIFY", "INDUSTRY", "VERIFY"), ("", "INDUSTRY", "RECORD"), ("", "LIVELIHOOD", "GOV")],
)
def test_the_route_registered_goes_before_the_usual_one(registered, focus, route):
    assert likely_route(approval_route=registered, focus_area=focus) == route
