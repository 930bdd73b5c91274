"""The pages on which the register is kept: who may open which, what they refuse, what they keep."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from projects.actions import key_projects, milestones, task_forces
from projects.models import AuditEvent, FundSource, KeyProject, Milestone, StageTarget, TaskForceMember
from projects.roles import Role
from tests.factories import (
    KeyProjectFactory,
    MilestoneFactory,
    PostFactory,
    StageTargetFactory,
    UnitFactory,
    date_milestone,
    reapprove,
    suspend,
)

pytestmark = pytest.mark.django_db

CAST = ["office", "signer", "leader", "dispatcher", "lead", "outsider", "sys_admin", "sec_admin", "audit_admin"]
READERS = {"office", "signer", "leader", "dispatcher", "lead"}
OFFICE = {"office"}


@pytest.fixture
def flagship(project):
    KeyProject.objects.filter(pk=project.pk).update(is_flagship=True)
    project.refresh_from_db()
    return project


@pytest.fixture
def at_hand(flagship, office):
    """One of everything a page can be about, by the name its address uses."""
    project = flagship
    milestone = MilestoneFactory(project=project)
    date_milestone(milestone, approved_on=date(2026, 6, 30))
    target = StageTargetFactory(project=project)
    suspension = suspend(project, date(2025, 5, 1), office)
    force = task_forces.form(project=project, head=office, formed_on=date(2025, 1, 1), by=office, at=timezone.now())
    task_forces.join(
        task_force=force, user=office, responsibility="用地", starts_on=date(2025, 1, 1), by=office, at=timezone.now()
    )
    return {
        "project": [project.code],
        "milestone": [milestone.pk],
        "stage_target": [target.pk],
        "suspension": [suspension.pk],
        "member": [force.members.get().pk],
        "": [],
    }


DATED = ["promise", "complete", "reopen"]
ASKERS = {"office", "lead"}
PAGES = [
    ("project_detail", "project", READERS),
    ("project_ledger", "project", READERS),
    ("project_history", "project", READERS),
    ("milestone", "milestone", READERS),
    ("stage_target", "stage_target", READERS),
    ("project_new", "", OFFICE),
    ("project_edit", "project", OFFICE),
    ("project_revise_budget", "project", OFFICE),
    ("project_enter_tier", "project", OFFICE),
    ("project_set_funds", "project", OFFICE),
    ("project_record_dates", "project", OFFICE),
    ("project_suspend", "project", ASKERS),
    ("suspension_resume", "suspension", ASKERS),
    ("milestone_request", "milestone", ASKERS),
    ("stage_target_request", "stage_target", ASKERS),
    ("project_baselines", "project", READERS),
    ("project_baseline_take", "project", ASKERS),
    ("suspension_excuse", "suspension", {"office", "signer"}),
    ("task_force_form", "project", OFFICE),
    ("task_force_join", "project", OFFICE),
    ("task_force_leave", "member", OFFICE),
    ("stage_targets", "project", OFFICE),
    ("milestone_add", "project", OFFICE),
    ("milestone_edit", "milestone", OFFICE),
    *[(f"milestone_{verb}", "milestone", OFFICE) for verb in DATED],
    *[(f"stage_target_{verb}", "stage_target", OFFICE) for verb in DATED if verb != "complete"],
    ("stage_target_complete", "stage_target", {"office", "dispatcher"}),
    ("milestone_forecast", "milestone", {"office", "lead"}),
    ("stage_target_forecast", "stage_target", {"office", "lead"}),
]


@pytest.mark.parametrize(("page", "of", "allowed"), PAGES, ids=lambda value: value if isinstance(value, str) else "")
def test_each_page_meets_the_whole_cast(at_hand, enter_as, page, of, allowed):
    address = reverse(page, args=at_hand[of])
    opened = {}
    for who in CAST:
        opened[who] = enter_as(who).get(address).status_code
    assert {who for who, status in opened.items() if status == 200} == allowed
    assert opened["outsider"] in {403, 404}
    assert all(opened[who] == 403 for who in ("sys_admin", "sec_admin", "audit_admin"))


@pytest.mark.parametrize(("page", "of", "_allowed"), PAGES, ids=lambda value: value if isinstance(value, str) else "")
def test_a_stranger_signs_in_first(at_hand, client, page, of, _allowed):
    response = client.get(reverse(page, args=at_hand[of]))
    assert response.status_code == 302
    assert response.url.startswith(reverse("login"))


def test_a_project_of_another_unit_does_not_exist_for_a_reader(enter, outsider, project):
    response = enter(outsider).get(reverse("project_detail", args=[project.code]))
    assert response.status_code == 404


@pytest.mark.parametrize("code", ["ZD/2026/1", "重点 1", "new", "ZD-1"])
def test_whatever_its_code_a_project_has_an_address(enter, office, code):
    KeyProjectFactory(code=code)
    address = reverse("project_ledger", args=[code])
    assert enter(office).get(address).status_code == 200


class TestRegistering:
    def fields(self, lead_unit, **more):
        return {
            "code": "ZD-2026-001",
            "name": "滨江新城学校",
            "focus_area": "LIVELIHOOD",
            "level": "DISTRICT",
            "management_class": "ASSESSED",
            "construction_nature": "NEW",
            "lead_unit": lead_unit.pk,
        } | more

    def test_the_office_registers_a_project(self, enter, office, lead_unit):
        given = self.fields(lead_unit, total_investment="12,000", tier="RESERVE", entered_on="2025-01-05")
        response = enter(office).post(reverse("project_new"), given)
        project = KeyProject.objects.get()
        assert response.url == reverse("project_detail", args=[project.code])
        assert project.budget_revisions.current().get().total_investment == 12_000
        assert project.tier_entries.current().get().entered_on == date(2025, 1, 5)

    @pytest.mark.parametrize(
        ("more", "said"),
        [
            pytest.param({"national_code": "2509-320193-89-01"}, "国家统一项目代码应为 24 位", id="code-format"),
            pytest.param({"built_from": 2027, "built_to": 2026}, "建设终止年不能早于起始年", id="years"),
            pytest.param({"longitude": "110.1"}, "经度和纬度须同时填写", id="half-a-place"),
            pytest.param({"contractor": "查无此公司"}, "没有名为“查无此公司”的单位", id="unknown-unit"),
            pytest.param({"tier": "RESERVE"}, "请填写进入该层级的日期", id="tier-without-day"),
            pytest.param({"is_package": "on", "total_investment": "5"}, "打包项目没有自己的总投资", id="package"),
            pytest.param({"name": ""}, "必填", id="no-name"),
        ],
    )
    def test_what_is_wrong_is_said_and_what_was_typed_is_kept(self, enter, office, lead_unit, more, said):
        given = self.fields(lead_unit, scale="新建教学楼三栋", **more)
        page = enter(office).post(reverse("project_new"), given).content.decode()
        assert said in page
        assert "新建教学楼三栋" in page
        assert "constraint" not in page
        assert not KeyProject.objects.exists()

    def test_a_code_in_use_is_refused(self, enter, office, lead_unit):
        KeyProjectFactory(code="ZD-2026-001")
        page = enter(office).post(reverse("project_new"), self.fields(lead_unit)).content.decode()
        assert "该项目编号已被使用" in page

    @pytest.mark.core
    def test_a_company_is_found_by_its_name(self, enter, office, lead_unit):
        company = UnitFactory(name="江海建工集团", kind="ENTERPRISE")
        enter(office).post(reverse("project_new"), self.fields(lead_unit, contractor="江海建工集团"))
        assert KeyProject.objects.get().contractor == company


class TestAmending:
    def form(self, client, project):
        """What the page holds, as the browser would send it back."""
        page = client.get(reverse("project_edit", args=[project.code]))
        form = page.context["form"]
        said = {name: form[name].value() for name in form.fields}
        typed = {name: value for name, value in said.items() if isinstance(value, str | int) and value is not False}
        return typed | {"seen": page.context["seen"], "support_units": [unit.pk for unit in said["support_units"]]}

    def test_a_change_is_saved_and_traced(self, enter, office, project):
        client = enter(office)
        given = self.form(client, project) | {"scale": "新建道路 3 公里"}
        response = client.post(reverse("project_edit", args=[project.code]), given)
        assert response.status_code == 302
        assert KeyProject.objects.get().scale == "新建道路 3 公里"
        assert AuditEvent.objects.get(action="key_project.amended").changes == {
            "建设内容及规模": [None, "新建道路 3 公里"]
        }

    def test_what_another_changed_meanwhile_is_told_first_then_kept_or_replaced(self, enter, office, signer, project):
        client = enter(office)
        given = self.form(client, project) | {"scale": "新建道路 3 公里"}
        theirs = KeyProject.objects.get()
        theirs.location = "城东"
        key_projects.amend(
            project=theirs,
            support_units=[],
            seen=key_projects.edition(KeyProject.objects.get()),
            by=signer,
            at=timezone.now(),
        )
        page = client.post(reverse("project_edit", args=[project.code]), given)
        assert "您填写期间，钱签发修改了建设地点" in page.content.decode()
        assert KeyProject.objects.get().scale == ""
        again = given | {"seen": page.context["seen"], "location": "城东"}
        assert client.post(reverse("project_edit", args=[project.code]), again).status_code == 302


class TestVerbs:
    """Each form makes its one call; a refusal stands on the form."""

    def post(self, client, page, *args, **given):
        return client.post(reverse(page, args=args), given)

    def test_total_investment(self, enter, office, project):
        client = enter(office)
        self.post(client, "project_revise_budget", project.code, total_investment="9000")
        refused = self.post(client, "project_revise_budget", project.code, total_investment="9800")
        assert "须写明原因和批准文号" in refused.content.decode()
        assert project.budget_revisions.current().get().total_investment == 9000

    def test_tier(self, enter, office, project):
        self.post(enter(office), "project_enter_tier", project.code, tier="BUILDING", entered_on="2025-03-01")
        assert project.tier_entries.current().get().tier == "BUILDING"

    def test_funds(self, enter, office, project):
        self.post(enter(office), "project_set_funds", project.code, FISCAL="1,200.5", OWN="")
        assert dict(project.fund_sources.values_list("kind", "amount")) == {FundSource.Kind.FISCAL: Decimal("1200.5")}

    def test_dates(self, enter, office, project):
        client = enter(office)
        refused = self.post(
            client, "project_record_dates", project.code, started_on="2099-03-01", evidence="开工令 1 号"
        )
        assert "晚于今天" in refused.content.decode()
        self.post(client, "project_record_dates", project.code, started_on="2025-03-01", evidence="开工令 1 号")
        assert project.dates.current().get().started_on == date(2025, 3, 1)

    def test_dates_known_already_are_filled_in(self, enter, office, project):
        client = enter(office)
        self.post(client, "project_record_dates", project.code, started_on="2025-03-01", evidence="开工令 1 号")
        page = client.get(reverse("project_record_dates", args=[project.code])).content.decode()
        assert 'value="2025-03-01"' in page

    @pytest.mark.parametrize("slip", ["0026-03-01", "1899-12-31", "2101-01-01", "9999-12-31"])
    def test_a_year_nobody_means_is_a_slip_of_the_hand(self, enter, office, project, slip):
        milestone, client = MilestoneFactory(project=project), enter(office)
        for page, args, name in [
            ("milestone_promise", [milestone.pk], "planned_on"),
            ("project_record_dates", [project.code], "started_on"),
        ]:
            refused = self.post(client, page, *args, **{name: slip, "evidence": "开工令 1 号"})
            assert f"年份 {int(slip[:4])} 不合理" in refused.content.decode()

    def test_a_suspension_is_excused_by_another(self, enter, office, signer, project):
        suspension = suspend(project, date(2025, 5, 1), office)
        assert "须由另一人批准" in self.post(enter(office), "suspension_excuse", suspension.pk).content.decode()
        self.post(enter(signer), "suspension_excuse", suspension.pk)
        assert suspension.dates.current().get().excused_by == signer

    def test_task_force(self, enter, office, lead, flagship):
        client = enter(office)
        self.post(client, "task_force_form", flagship.code, head=office.pk, formed_on="2025-01-01")
        self.post(client, "task_force_join", flagship.code, user=lead.pk, responsibility="用地", starts_on="2025-01-02")
        self.post(client, "task_force_leave", TaskForceMember.objects.get().pk, ends_on="2025-03-01")
        assert TaskForceMember.objects.get().ends_on == date(2025, 3, 1)

    def test_stage_targets(self, enter, office, project):
        given = {
            "preparation-target": "具备开工条件",
            "preparation-planned_on": "2026-06-30",
            "groundbreaking-planned_on": "2026-05-30",
        }
        client = enter(office)
        refused = client.post(reverse("stage_targets", args=[project.code]), given)
        assert "不能早于“前期准备”" in refused.content.decode()
        client.post(reverse("stage_targets", args=[project.code]), given | {"groundbreaking-planned_on": "2026-08-30"})
        assert StageTarget.objects.count() == 2

    def test_stage_words_change_without_touching_the_promised_date(self, enter, office, project):
        target = StageTargetFactory(project=project)
        milestones.promise(of=target, planned_on=date(2026, 6, 30), by=office)
        enter(office).post(
            reverse("stage_targets", args=[project.code]),
            {"preparation-target": "取得施工许可", "preparation-planned_on": "2027-01-01"},
        )
        target.refresh_from_db()
        assert target.target == "取得施工许可"
        assert milestones.dates_of(target).approved_on == date(2026, 6, 30)

    def test_a_node_from_its_promise_to_its_end(self, enter, office, lead, project):
        client = enter(office)
        self.post(client, "milestone_add", project.code, stage="PREPARATION", name="施工许可", planned_on="2025-06-30")
        node = Milestone.objects.get()
        reapprove(node, date(2025, 7, 31), office)
        ahead = (timezone.localdate() + timedelta(days=5)).isoformat()
        self.post(enter(lead), "milestone_forecast", node.pk, forecast_on=ahead)
        self.post(enter(office), "milestone_complete", node.pk, actual_on="2025-08-02")
        known = milestones.dates_of(node)
        assert (known.original_on, known.approved_on) == (date(2025, 6, 30), date(2025, 7, 31))
        assert (known.forecast_on.isoformat(), known.actual_on) == (ahead, date(2025, 8, 2))
        page = enter(lead).get(reverse("milestone", args=[node.pk])).content.decode()
        assert page.count("2025-07-31") >= 3

    def test_a_lead_who_reads_the_unit_forecasts_the_own_projects_only(self, enter, lead, lead_unit):
        PostFactory(user=lead, unit=lead_unit, role=Role.REVIEWER)
        node = MilestoneFactory(project=KeyProjectFactory(lead_unit=lead_unit))
        ahead = (timezone.localdate() + timedelta(days=5)).isoformat()
        response = self.post(enter(lead), "milestone_forecast", node.pk, forecast_on=ahead)
        assert "预计日期由项目责任人、联络人或区重点办填报" in response.content.decode()
        assert not node.dates.exists()


@pytest.mark.core
def test_an_empty_choice_is_said_in_words(enter, office):
    page = enter(office).get(reverse("project_new")).content.decode()
    assert "---------" not in page
    assert "请选择" in page
    assert "未填" in page
