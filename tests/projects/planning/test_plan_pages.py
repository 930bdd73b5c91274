"""计划 tab: whether the finish can be kept comes first; then all steps, all editions, and what each changed."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from projects.actions import milestones, schedules
from projects.backward import headline, sentence
from projects.models import BackwardSchedule
from projects.planning import StopWanted, from_edition, readings
from tests.projects.planning.plans import STEPS, approved, in_force, reapproved, steps, wanted
from tests.sheets import taken

pytestmark = pytest.mark.django_db


def in_days(number):
    return timezone.localdate() + timedelta(days=number)


def draft(project, by, *, finish=None, **parts):
    plan = wanted(finish=finish or in_days(300), **parts)
    return schedules.draft(project=project, wanted=plan, by=by, at=timezone.now())


def page(browser, project, name="project_plan", *more, **asked):
    return browser.get(reverse(name, args=[project.code, *more]), asked)


def plan_of(project):
    [reading] = readings(BackwardSchedule.objects.in_force().filter(project=project), on=timezone.localdate())
    return reading.plan


@pytest.fixture
def planned(project, lead, signer):
    return in_force(project, lead, signer, finish=in_days(300)).project


class TestPlanTab:
    @pytest.mark.parametrize(
        ("who", "status"),
        [
            ("lead", 200),
            ("dispatcher", 200),
            ("office", 200),
            ("signer", 200),
            ("leader", 200),
            ("outsider", 404),
            ("sys_admin", 403),
            ("sec_admin", 403),
            ("audit_admin", 403),
        ],
    )
    @pytest.mark.parametrize("name", ["project_plan", "schedule_edition", "schedule_changes"])
    def test_it_is_read_by_whoever_sees_the_project(self, enter_as, planned, who, status, name):
        more = [] if name == "project_plan" else [1]
        assert page(enter_as(who), planned, name, *more).status_code == status

    @pytest.mark.parametrize(("name", "more"), [("project_plan", []), ("schedule_edition", [1])])
    def test_its_steps_are_taken_away_as_they_are_reckoned_today(self, enter_as, planned, name, more):
        rows = taken(page(enter_as("lead"), planned, name, *more, sheet="xlsx"))
        latest = {one.node.name: one.late_finish for one in plan_of(planned).nodes.values()}
        assert {row["节点"]: row["最迟完成"].date() for row in rows} == latest
        assert len(rows) == len(STEPS)

    def test_a_project_without_a_schedule_offers_to_draw_one_up(self, enter_as, project):
        body = page(enter_as("lead"), project).content.decode()
        assert "还没有倒排计划" in body
        assert reverse("schedule_new", args=[project.code]) in body

    def test_nobody_else_is_offered_to(self, enter_as, project):
        assert reverse("schedule_new", args=[project.code]) not in page(enter_as("leader"), project).content.decode()

    def test_a_package_says_where_its_schedules_are(self, enter_as, project):
        project.is_package = True
        project.save()
        assert "请到它的子项目查看" in page(enter_as("office"), project).content.decode()

    def test_the_first_sentence_is_what_the_arithmetic_says_today(self, enter_as, project, lead, signer):
        in_force(project, lead, signer, finish=in_days(100))
        body = page(enter_as("leader"), project).content.decode()
        assert headline(plan_of(project)) in body
        assert sentence(plan_of(project)) in body
        assert "工期不可行" in body

    @pytest.mark.core
    def test_the_chain_that_drives_the_finish_is_listed_in_its_order(self, enter_as, project, lead, signer):
        in_force(project, lead, signer, finish=in_days(100))
        shown = page(enter_as("leader"), project).context["finding"]
        assert [one["name"] for one in shown["chain"]] == [name for _stage, name, *_rest in STEPS]

    def test_a_step_that_must_begin_this_month_is_named_with_its_last_day(self, enter_as, project, lead, signer):
        in_force(project, lead, signer, finish=in_days(185))
        [first, *_rest] = page(enter_as("lead"), project).context["next_steps"]
        assert first["name"] == "用地批复"
        assert first["verb"] == "最迟开始"
        assert first["day"] == plan_of(project).chain[0].late_start

    def test_original_approved_expected_and_actual_stand_side_by_side(self, enter_as, project, lead, signer, office):
        schedule = in_force(project, lead, signer, finish=in_days(300))
        first, second = schedule.nodes.all()[:2]
        milestones.complete(of=first.milestone, actual_on=timezone.localdate(), by=office)
        reapproved(second.milestone, in_days(90), office)
        rows = page(enter_as("leader"), project).context["groups"][0]["rows"]
        assert rows[0]["actual"] == timezone.localdate().isoformat()
        assert rows[0]["state"] == "已完成"
        assert (rows[1]["original"], rows[1]["approved"]) == (
            second.planned_finish_on.isoformat(),
            in_days(90).isoformat(),
        )
        assert rows[1]["forecast"] == plan_of(project).nodes[str(second.pk)].early_finish.isoformat()

    def test_a_lack_of_days_is_said_in_words(self, enter_as, project, lead, signer):
        in_force(project, lead, signer, finish=in_days(100))
        rows = page(enter_as("leader"), project).context["groups"][0]["rows"]
        assert rows[0]["total"].startswith("欠 ")
        assert rows[0]["total"].endswith(" 工作日")

    def test_a_year_whose_holidays_are_not_announced_is_warned_of(self, enter_as, project, lead, signer):
        in_force(project, lead, signer, finish=in_days(300))
        assert "请注意" in page(enter_as("leader"), project).content.decode()

    @pytest.mark.core
    def test_its_stops_are_listed(self, enter_as, project, lead, signer):
        stop = StopWanted("冬季停工", in_days(30), in_days(60))
        in_force(project, lead, signer, finish=in_days(300), stops=(stop,))
        [shown] = page(enter_as("leader"), project).context["stops"]
        assert (shown["name"], shown["days"]) == ("冬季停工", "31 天")

    def test_an_edition_in_work_says_whose_turn_it_is(self, enter_as, project, lead):
        draft(project, lead)
        body = page(enter_as("leader"), project).content.decode()
        assert "项目责任人、联络人和区重点办可以修改、报批或作废" in body
        assert "修改、报批</a>" not in body
        assert "修改、报批</a>" in page(enter_as("lead"), project).content.decode()

    @pytest.mark.core
    def test_it_costs_the_same_however_many_steps(self, enter_as, project, lead, signer, django_assert_num_queries):
        many = tuple(
            replace(steps()[1], position=n, name=f"手续{n}", after=steps()[1].after if n > 1 else ())
            for n in range(1, 31)
        )
        in_force(project, lead, signer, finish=in_days(300), steps=many)
        browser = enter_as("leader")
        with django_assert_num_queries(16):
            page(browser, project)


class TestEditions:
    def test_each_can_be_opened_with_who_did_what(self, enter_as, project, lead, signer):
        in_force(project, lead, signer, finish=in_days(300))
        browser = enter_as("leader")
        [row] = page(browser, project).context["editions"]
        assert (row["state"], row["baseline"]) == ("已批准", "第 1 版批准计划")
        assert signer.full_name in row["decided"]
        assert browser.get(row["url"]).status_code == 200

    def test_one_that_is_over_shows_what_was_written_and_is_not_reckoned_again(self, enter_as, project, lead, signer):
        in_force(project, lead, signer, finish=in_days(300))
        second = draft(project, lead, finish=in_days(330))
        approved(second, lead, signer)
        shown = page(enter_as("leader"), project, "schedule_edition", 1).context
        assert not shown["is_live"]
        assert "finding" not in shown
        assert len(shown["groups"]) == 4

    def test_what_is_not_there_is_not_found(self, enter_as, project):
        assert page(enter_as("leader"), project, "schedule_edition", 7).status_code == 404

    @pytest.mark.core
    def test_its_changes_against_the_one_in_force_name_every_step(self, enter_as, project, lead, signer):
        first = in_force(project, lead, signer, finish=in_days(300))
        edition = from_edition(first)
        changed = [replace(edition.steps[0], duration=25), *edition.steps[1:4], replace(edition.steps[4], name="投产")]
        now = replace(edition, required_finish_on=in_days(320), steps=tuple(changed))
        schedules.draft(project=project, wanted=now, by=lead, at=timezone.now())
        shown = page(enter_as("leader"), project, "schedule_changes", 2).context
        assert [(each["kind"], each["name"]) for each in shown["steps"]] == [("修改", "用地批复"), ("修改", "投产")]
        assert shown["steps"][0]["fields"] == [{"label": "工期", "from": "20", "to": "25"}]
        assert shown["heading"][0]["to"] == in_days(320).isoformat()

    def test_any_two_can_be_compared(self, enter_as, project, lead, signer):
        in_force(project, lead, signer, finish=in_days(300))
        schedules.discard(schedule=draft(project, lead), by=lead, at=timezone.now())
        draft(project, lead)
        shown = page(enter_as("leader"), project, "schedule_changes", 3, against="2").context
        assert shown["before"].number == 2

    def test_the_first_has_none_to_compare_with(self, enter_as, project, lead):
        draft(project, lead)
        assert "没有可比较的版次" in page(enter_as("lead"), project, "schedule_changes", 1).content.decode()
