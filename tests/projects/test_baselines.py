"""基线: any two moments beside one another; every node of either is there, whatever became of it."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from projects import recorded
from projects.actions import baselines, milestones
from projects.baselines import Became, compare
from projects.errors import NotAllowed, RuleViolation
from projects.models import AuditEvent, Baseline, KeyProject, Stage
from tests.factories import (
    KeyProjectFactory,
    MilestoneFactory,
    StageTargetFactory,
    date_milestone,
    date_stage_target,
    reapprove,
)

pytestmark = [pytest.mark.django_db, pytest.mark.core]

TODAY = timezone.localdate()


def in_days(number):
    return TODAY + timedelta(days=number)


def node(project, name, number, **more):
    made = MilestoneFactory(project=project, name=name, **more)
    date_milestone(made, approved_on=in_days(number))
    return made


def take(project, by, name="年初计划"):
    return baselines.take(project=project, name=name, by=by)


def since(baseline, project):
    return compare(KeyProject.objects.filter(pk=project.pk), earlier=baseline.known_at, later=timezone.now())


def became(comparison):
    return {row.name: row.became for row in comparison.rows}


class TestTaking:
    def test_the_office_takes_any_and_a_lead_the_own(self, project, office, lead):
        assert take(project, office, "一").taken_by == office
        assert take(project, lead, "二").project == project
        assert take(None, office).project is None
        assert AuditEvent.objects.filter(action="baseline.taken").count() == 3

    @pytest.mark.parametrize("who", ["dispatcher", "signer", "leader", "outsider", "sys_admin"])
    def test_nobody_else_does(self, project, request, who):
        with pytest.raises(NotAllowed):
            take(project, request.getfixturevalue(who))

    def test_a_lead_takes_none_of_the_district_nor_of_another_project(self, lead):
        for project in (None, KeyProjectFactory()):
            with pytest.raises(NotAllowed):
                take(project, lead)

    def test_a_name_is_given_once_and_is_one(self, project, office):
        take(project, office)
        with pytest.raises(RuleViolation, match="已有名为“年初计划”的基线"):
            take(project, office, " 年初计划 ")
        with pytest.raises(RuleViolation, match="请填写基线名称"):
            take(project, office, " ")
        take(None, office)
        with pytest.raises(IntegrityError), transaction.atomic():
            Baseline.objects.create(name="年初计划", known_at=timezone.now())

    def test_the_names_of_approved_schedules_are_kept_for_them(self, project, office):
        with pytest.raises(RuleViolation, match="留给批准的倒排计划"):
            take(project, office, "第 2 版批准计划")


class TestComparing:
    def test_what_moved_is_said_in_days(self, project, office):
        late, early, same = (node(project, name, 30) for name in ("推", "提", "同"))
        baseline = take(project, office)
        reapprove(late, in_days(42), office)
        reapprove(early, in_days(25), office)
        found = since(baseline, project)
        assert {row.name: row.days for row in found.rows} == {"推": 12, "提": -5, "同": 0}
        assert became(found) == {"推": Became.LATER, "提": Became.EARLIER, "同": Became.SAME}
        assert found.in_words() == "共 3 项，其中推后 1 项，提前 1 项；变动最大的是“推”，推后 12 天。"
        assert same.name not in {row.name for row in found.changed()}

    def test_what_was_dropped_is_listed_with_the_day_it_had(self, project, office):
        dropped = node(project, "管线迁改", 30)
        baseline = take(project, office)
        with recorded.writing() as at:
            recorded.record([recorded.amended(dropped.dates.current().get(), approved_on=None)], by=office, at=at)
        (row,) = since(baseline, project).rows
        assert (row.became, row.earlier.planned_on, row.later.planned_on) == (Became.REMOVED, in_days(30), None)
        assert "撤销 1 项" in since(baseline, project).in_words()

    def test_what_came_later_is_listed_as_new(self, project, office):
        baseline = take(project, office)
        node(project, "新增节点", 30)
        assert became(since(baseline, project)) == {"新增节点": Became.ADDED}

    def test_what_was_reached_is_said(self, project, office):
        done = node(project, "施工许可", 30)
        baseline = take(project, office)
        milestones.complete(of=done, actual_on=TODAY, by=office)
        assert became(since(baseline, project)) == {"施工许可": Became.REACHED}

    def test_each_moment_calls_a_node_by_its_name_of_then(self, project, office):
        renamed = node(project, "一", 30)
        first = take(project, office, "甲")
        for name in ("二", "三"):
            renamed.name = name
            milestones.amend_milestone(milestone=renamed, by=office)
            if name == "二":
                second = take(project, office, "乙")
        (row,) = since(first, project).rows
        assert (row.former_name, row.name, row.became) == ("一", "三", Became.SAME)
        assert "改名 1 项" in since(first, project).in_words()
        only = KeyProject.objects.filter(pk=project.pk)
        (between,) = compare(only, earlier=first.known_at, later=second.known_at).rows
        assert (between.former_name, between.name) == ("一", "二")

    def test_stages_stand_before_their_nodes(self, project, office):
        node(project, "封顶", 30, stage=Stage.MAIN_CONSTRUCTION)
        node(project, "施工许可", 10, stage=Stage.PREPARATION)
        target = StageTargetFactory(project=project, stage=Stage.MAIN_CONSTRUCTION)
        date_stage_target(target, approved_on=in_days(40))
        names = [row.name for row in since(take(project, office), project).rows]
        assert names == ["施工许可", "主体施工（阶段）", "封顶"]

    def test_the_order_of_queries_does_not_grow(self, project, office, django_assert_num_queries):
        baseline = take(None, office)
        for number in range(30):
            node(KeyProjectFactory(), f"节点{number}", number)
        with django_assert_num_queries(6):
            found = compare(KeyProject.objects.all(), earlier=baseline.known_at, later=timezone.now())
        assert len(found.rows) == 30


class TestPages:
    def test_without_a_baseline_it_says_what_one_is(self, enter, office, project):
        page = enter(office).get(reverse("project_baselines", args=[project.code])).content.decode()
        assert "还没有基线" in page

    def test_any_two_are_chosen_and_the_earlier_stands_first(self, enter, office, project):
        moved = node(project, "封顶", 30)
        client = enter(office)
        client.post(reverse("project_baseline_take", args=[project.code]), {"name": "年初计划"})
        reapprove(moved, in_days(45), office)
        second = take(project, office, "调整后")
        page = client.get(
            reverse("project_baselines", args=[project.code]), {"a": second.pk, "b": Baseline.objects.first().pk}
        )
        assert [page.context["chosen"].earlier_name, page.context["chosen"].later_name] == ["年初计划", "调整后"]
        (row,) = page.context["rows"]
        assert (row["before"], row["after"], row["shift"]) == (str(in_days(30)), str(in_days(45)), "推后 15 天")

    def test_a_baseline_of_the_district_serves_each_project(self, enter, office, lead, project):
        node(project, "封顶", 30)
        take(None, office, "年度计划批准时")
        assert "年度计划批准时" in enter(lead).get(reverse("project_baselines", args=[project.code])).content.decode()

    def test_a_reader_compares_only_what_is_visible(self, enter, lead, office, project):
        take(None, office)
        node(project, "我的节点", 30)
        node(KeyProjectFactory(), "别人的节点", 30)
        page = enter(lead).get(reverse("baselines")).content.decode()
        assert "我的节点" in page
        assert "别人的节点" not in page

    def test_another_project_is_not_there(self, enter, lead):
        assert enter(lead).get(reverse("project_baselines", args=[KeyProjectFactory().code])).status_code == 404

    @pytest.mark.parametrize(("name", "args"), [("project_baselines_export", True), ("baselines_export", False)])
    def test_the_sheet_leaves_nothing_out(self, enter, office, project, name, args):
        moved = node(project, "封顶", 30)
        node(project, "不变的节点", 60)
        baseline = take(None, office)
        reapprove(moved, in_days(45), office)
        address = reverse(name, args=[project.code] if args else [])
        answer = enter(office).get(address, {"a": baseline.pk, "b": "now"})
        rows = list(load_workbook(BytesIO(b"".join(answer)))["数据"].values)[3:]
        assert [(row[1], row[5], row[7]) for row in rows] == [("封顶", 15, "推后"), ("不变的节点", 0, "不变")]

    @pytest.mark.parametrize(("who", "status"), [("office", 302), ("lead", 403), ("signer", 403), ("leader", 403)])
    def test_only_the_office_takes_one_of_the_district(self, enter_as, project, who, status):
        assert enter_as(who).post(reverse("baseline_take"), {"name": "一"}).status_code == status
