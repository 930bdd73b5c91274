"""项目: the sentence, the four stages, the plan with four dates, and never more queries for more milestones."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from projects import recorded
from projects.actions import key_projects, milestones, project_dates
from projects.models import KeyProject, LibraryTier, Milestone, Permit, PermitState, Stage
from scheduling.stages import State
from tests.factories import (
    KeyProjectFactory,
    MilestoneFactory,
    StageTargetFactory,
    date_milestone,
    date_stage_target,
    reapprove,
    suspend,
)

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()


def ago(days):
    return TODAY - timedelta(days=days)


def open_page(client, project):
    return client.get(reverse("project_detail", args=[project.code]))


def node(project, name, approved_on, **more):
    milestone = MilestoneFactory(project=project, name=name, **more)
    date_milestone(milestone, approved_on=approved_on)
    return milestone


class TestTheSentence:
    def finding(self, enter, office, project):
        return open_page(enter(office), project).context["finding"]

    def test_names_the_worst_of_what_is_late(self, enter, office, project):
        node(project, "主体封顶", ago(17))
        node(project, "围护完成", ago(3))
        assert self.finding(enter, office, project) == (
            f"2 项逾期，最久的是“主体封顶”，应于 {ago(17)} 完成，逾期 17 天。"
        )

    def test_names_what_comes_next_when_nothing_is_late(self, enter, office, project):
        node(project, "主体封顶", ago(-9))
        assert self.finding(enter, office, project) == (
            f"没有逾期。下一项是“主体封顶”，应于 {ago(-9)} 完成，还有 9 天。"
        )

    def test_on_its_day_an_item_is_not_late(self, enter, office, project):
        node(project, "主体封顶", TODAY)
        assert "还有 0 天" in self.finding(enter, office, project)

    def test_says_when_all_is_done(self, enter, office, project):
        milestones.complete(of=node(project, "主体封顶", ago(9)), actual_on=ago(9), by=office)
        assert self.finding(enter, office, project) == "四个阶段和全部节点均已完成。"

    def test_says_when_nothing_is_known(self, enter, office, project):
        assert self.finding(enter, office, project) == "还没有登记阶段目标和节点。"

    def test_says_when_nodes_have_no_dates(self, enter, office, project):
        MilestoneFactory(project=project)
        assert self.finding(enter, office, project) == "没有逾期。未完成的节点还没有定计划日期。"

    def test_a_suspension_comes_first_and_excused_days_are_not_late(self, enter, office, signer, project):
        node(project, "主体封顶", ago(5))
        suspension = suspend(project, ago(30), office, reason="汛期")
        assert "停缓建：汛期。1 项逾期" in self.finding(enter, office, project)
        project_dates.excuse(suspension=suspension, by=signer)
        assert self.finding(enter, office, project) == f"自 {ago(30)} 起停缓建：汛期。"

    def test_what_left_the_register_owes_nothing(self, enter, office, project):
        node(project, "主体封顶", ago(5))
        key_projects.enter_tier(
            project=project,
            tier=LibraryTier.EXITED,
            entered_on=ago(1),
            reason="投资方撤资",
            document_number="1号",
            by=office,
        )
        assert self.finding(enter, office, project) == f"已于 {ago(1)} 退出项目库：投资方撤资。"


def test_the_four_stages_show_plan_and_actual(enter, office, project):
    done = StageTargetFactory(project=project, stage=Stage.PREPARATION)
    date_stage_target(done, approved_on=ago(60), actual_on=ago(58))
    late = StageTargetFactory(project=project, stage=Stage.GROUNDBREAKING)
    date_stage_target(late, approved_on=ago(7))
    stages = open_page(enter(office), project).context["stages"]
    assert [stage["state"] for stage in stages] == [State.DONE, State.LATE, State.TODO, State.TODO]
    assert (stages[0]["planned"], stages[0]["actual"]) == (ago(60), ago(58))
    assert stages[1]["word"] == "逾期 7 天"


def test_the_plan_shows_four_dates_and_what_became_of_each(enter, office, project):
    milestone = Milestone(project=project, stage=Stage.PREPARATION, name="施工许可")
    milestones.add_milestone(milestone=milestone, planned_on=ago(90), by=office)
    reapprove(milestone, ago(60), office)
    milestones.complete(of=milestone, actual_on=ago(48), by=office)
    stage, row = open_page(enter(office), project).context["plan"]
    assert (stage["name"], stage["is_stage"]) == ("前期准备", True)
    said = [row["original"], row["approved"], row["forecast"], row["actual"], row["state"]]
    assert said == [str(ago(90)), str(ago(60)), "—", str(ago(48)), "晚 12 天完成"]
    assert row["moved"]


@pytest.mark.core
def test_it_lists_the_permits_under_way_and_says_which_still_block_the_start(enter, office, project):
    permits = [
        Permit.objects.create(project=project, phase="BUILDING", name="施工许可证", is_required_for_start=True),
        Permit.objects.create(project=project, phase="LAND", name="用地批准", is_required_for_start=True),
        Permit.objects.create(project=project, phase="LAND", name="节能审查"),
    ]
    with recorded.writing() as at:
        granted = PermitState(permit=permits[1], status=PermitState.Status.GRANTED, finished_on=date(2025, 1, 1))
        preparing = PermitState(permit=permits[2], status=PermitState.Status.PREPARING)
        recorded.record([granted, preparing], by=office, at=at)
    page = open_page(enter(office), project)
    assert page.context["missing"] == ["施工许可证"]
    assert [row["name"] for row in page.context["permits"]] == ["节能审查"]
    assert "共 3 项，已办结或不涉及 1 项。" in page.content.decode()
    assert "开工必备手续还差 1 项：施工许可证" in page.content.decode()


@pytest.mark.core
def test_a_package_is_what_its_visible_children_come_to(enter, office, lead, project):
    package = KeyProjectFactory(is_package=True, responsible_person=lead, lead_unit=project.lead_unit)
    KeyProject.objects.filter(pk=project.pk).update(parent=package)
    other = KeyProjectFactory(parent=package)
    for child, amount in ((project, 10_000), (other, 20_000)):
        key_projects.revise_budget(project=child, total_investment=Decimal(amount), by=office)
    assert [f["value"] for f in open_page(enter(office), package).context["figures"][:2]] == ["2", "3.00"]
    assert [f["value"] for f in open_page(enter(lead), package).context["figures"][:2]] == ["1", "1.00"]


def test_only_the_office_is_offered_to_keep_the_register(enter, office, lead, project):
    assert "登记关键日期" in open_page(enter(office), project).content.decode()
    assert "登记关键日期" not in open_page(enter(lead), project).content.decode()


@pytest.mark.core
def test_sixty_milestones_take_no_more_queries_than_one(enter, office, project, django_assert_num_queries):
    node(project, "节点", ago(1))
    client = enter(office)
    open_page(client, project)
    with django_assert_num_queries(21):
        open_page(client, project)
    for number in range(60):
        person = KeyProjectFactory().lead_unit
        node(project, f"节点{number}", ago(number), responsible_unit=person)
    with django_assert_num_queries(21):
        response = open_page(client, project)
    assert len(response.context["plan"]) == 62
    assert len(response.content) < 60_000


def test_an_address_no_project_can_have_names_nothing(enter, office):
    assert enter(office).get("/projects/a%00b/").status_code == 404
