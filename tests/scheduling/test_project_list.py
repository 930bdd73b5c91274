"""项目库: which projects, in what state; narrowed, ordered, added up, taken away as Excel."""

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from projects.actions import key_projects, milestones
from projects.models import (
    AnnualPlan,
    AuditEvent,
    FocusArea,
    KeyProject,
    Level,
    LibraryTier,
    Milestone,
    PlanEntry,
    PlanVersion,
    Stage,
    Unit,
)
from scheduling.actions import standings
from scheduling.library_columns import COLUMNS
from scheduling.models import Standing
from tests.factories import KeyProjectFactory, MilestoneFactory, UnitFactory, date_milestone, suspend

pytestmark = [pytest.mark.django_db, pytest.mark.core]

TODAY = timezone.localdate()


@pytest.fixture
def plan(office, signer):
    """This year's plan, still in work: ``approve`` puts it in force."""
    version = PlanVersion.objects.create(
        plan=AnnualPlan.objects.create(year=TODAY.year),
        number=1,
        effective_on=date(TODAY.year, 1, 1),
        document_number="府办〔2026〕1号",
        drafted_by=office,
        drafted_at=timezone.now(),
    )

    def approve():
        PlanVersion.objects.filter(pk=version.pk).update(
            state="APPROVED",
            submitted_by=office,
            submitted_at=timezone.now(),
            decided_by=signer,
            decided_at=timezone.now(),
        )

    version.approve = approve
    return version


def enter(version, project, amount, category=PlanEntry.Category.NEW_START, **more):
    return PlanEntry.objects.create(
        version=version, project=project, category=category, annual_plan_amount=amount, month_1=amount, **more
    )


def shown(client, **address):
    return client.get(reverse("project_list"), address)


def names(response):
    return [row["name"] for row in response.context["rows"]]


def total(response):
    cells = {cell["key"]: cell["value"] for cell in response.context["total"] if cell}
    return {"counted": response.context["total_said"]} | cells


class TestWho:
    @pytest.mark.parametrize("who", ["office", "signer", "leader", "dispatcher", "lead"])
    def test_sees_the_projects_in_the_own_scope(self, project, enter_as, who):
        assert names(shown(enter_as(who))) == [project.name]

    def test_sees_nothing_of_other_units(self, project, enter_as):
        response = shown(enter_as("outsider"))
        assert names(response) == []
        assert "项目库里还没有您可见的项目" in response.content.decode()
        assert total(response)["counted"] == "0 个项目"

    @pytest.mark.parametrize("who", ["sys_admin", "sec_admin", "audit_admin"])
    def test_administrators_see_no_business(self, project, enter_as, who):
        assert shown(enter_as(who)).status_code == 403

    def test_a_stranger_signs_in_first(self, client):
        assert shown(client).status_code == 302

    def test_only_the_office_is_offered_to_register(self, project, enter_as):
        assert "登记项目" in shown(enter_as("office")).content.decode()
        assert "登记项目" not in shown(enter_as("leader")).content.decode()


class TestNarrowing:
    @pytest.mark.parametrize("words", ["滨江", "bjxc", "binjiang", "BJXC", "滨江 学校", "ZD-9"])
    def test_by_name_code_pinyin_or_initials(self, enter_as, lead_unit, office, words):
        project = KeyProject(code="ZD-9", name="滨江新城学校", lead_unit=lead_unit, focus_area=FocusArea.LIVELIHOOD)
        key_projects.register(project=project, by=office)
        KeyProjectFactory(name="环城路")
        assert names(shown(enter_as("office"), q=words)) == ["滨江新城学校"]

    @pytest.mark.parametrize(
        ("field", "value"),
        [("level", Level.PROVINCE), ("focus_area", FocusArea.INDUSTRY), ("flagship", "yes")],
    )
    def test_by_what_the_project_is(self, enter_as, field, value):
        KeyProjectFactory(name="甲", level=Level.PROVINCE, focus_area=FocusArea.INDUSTRY, is_flagship=True)
        KeyProjectFactory(name="乙")
        assert names(shown(enter_as("office"), **{field: value})) == ["甲"]

    def test_by_who_answers_and_where(self, enter_as, project, leader):
        town = UnitFactory(name="城关镇", kind=Unit.Kind.TOWN)
        KeyProject.objects.filter(pk=project.pk).update(town=town)
        KeyProjectFactory(name="乙")
        office = enter_as("office")
        for field, value in (("town", town.pk), ("lead_unit", project.lead_unit_id), ("leader", leader.pk)):
            assert names(shown(office, **{field: value})) == [project.name]

    def test_by_plan(self, enter_as, plan):
        new, finishing = KeyProjectFactory(name="新"), KeyProjectFactory(name="竣")
        enter(plan, new, Decimal(100))
        enter(plan, finishing, Decimal(100), PlanEntry.Category.CONTINUING, completes_this_year=True)
        KeyProjectFactory(name="计划外")
        plan.approve()
        office = enter_as("office")
        assert names(shown(office, category="NEW_START")) == ["新"]
        assert names(shown(office, category="COMPLETES")) == ["竣"]

    def test_by_tier_as_it_is_now(self, enter_as, office):
        project = KeyProjectFactory(name="甲")
        key_projects.enter_tier(project=project, tier=LibraryTier.SIGNED, entered_on=date(2025, 1, 1), by=office)
        key_projects.enter_tier(project=project, tier=LibraryTier.BUILDING, entered_on=date(2025, 2, 1), by=office)
        client = enter_as("office")
        assert names(shown(client, tier=LibraryTier.BUILDING)) == ["甲"]
        assert names(shown(client, tier=LibraryTier.SIGNED)) == []

    def test_by_stage_and_lateness(self, enter_as, office):
        late, early = KeyProjectFactory(name="晚"), KeyProjectFactory(name="早")
        _due(late, TODAY - timedelta(days=17), office)
        _due(early, TODAY, office)
        client = enter_as("office")
        assert set(names(shown(client, stage=Stage.MAIN_CONSTRUCTION))) == {"晚", "早"}
        response = shown(client, late="yes")
        assert names(response) == ["晚"]
        assert response.context["rows"][0]["late"] == "17"

    def test_what_is_no_choice_narrows_nothing_and_says_so(self, enter_as, project):
        response = shown(enter_as("office"), level="nonsense", town="x")
        assert names(response) == [project.name]
        assert "errorlist" in response.content.decode()

    def test_further_conditions_open_where_one_of_them_is_set(self, enter_as, project):
        client = enter_as("office")
        folded, open_ = '<details class="filters-more">', '<details class="filters-more" open>'
        assert folded in shown(client, q="滨", lead_unit=project.lead_unit_id, sort="-total").content.decode()
        assert open_ in shown(client, level=Level.CITY).content.decode()

    def test_what_was_found_is_marked_and_what_was_written_is_harmless(self, enter_as):
        KeyProjectFactory(code="ZD-8", name="<b>长江</b>大道")
        html = shown(enter_as("office"), q="cj zd-8").content.decode()
        assert "&lt;b&gt;<mark>长江</mark>&lt;/b&gt;大道</a>" in html
        assert "<mark>ZD-8</mark>" in html

    def test_nothing_found_offers_the_way_back(self, enter_as, project):
        assert "清除条件" in shown(enter_as("office"), q="没有的项目").content.decode()


def _due(project, day, by):
    node = Milestone(project=project, stage=Stage.MAIN_CONSTRUCTION, name="封顶")
    milestones.add_milestone(milestone=node, planned_on=day, by=by)


class TestLights:
    def lights(self, response):
        return {light["light"]: light["count"] for light in response.context["lights"]}

    def test_they_are_counted_over_the_whole_list_and_lead_to_their_projects(self, enter_as, office):
        for number in range(32):
            _due(KeyProjectFactory(name=f"甲{number}"), TODAY - timedelta(days=40 * (number % 2)), office)
        KeyProjectFactory(name="乙")
        client = enter_as("office")
        response = shown(client, q="甲", dimension="INVESTMENT", sort="-total")
        assert sum(int(count) for count in self.lights(response).values()) == 32
        assert len(self.lights(response)) > 1
        for light in response.context["lights"]:
            behind = client.get(reverse("project_list") + light["url"])
            assert behind.context["page"].paginator.count == int(light["count"])

    def test_of_another_day_they_are_those_of_that_day(self, enter_as, project):
        on = (TODAY - timedelta(days=7)).isoformat()
        assert self.lights(shown(enter_as("office"), on=on)) == {"none": "1"}

    def test_a_package_has_none(self, enter_as):
        KeyProjectFactory(parent=KeyProjectFactory(is_package=True))
        on = (TODAY - timedelta(days=7)).isoformat()
        assert self.lights(shown(enter_as("office"), on=on)) == {"none": "1"}


class TestTotals:
    def test_they_are_of_the_whole_list_not_of_the_page(self, enter_as, office, plan):
        for number in range(35):
            project = KeyProjectFactory(name=f"项目{number:02}")
            key_projects.revise_budget(project=project, total_investment=Decimal("10000.5"), by=office)
            enter(plan, project, Decimal(1000))
        plan.approve()
        response = shown(enter_as("office"))
        assert len(names(response)) == 30
        assert total(response) == {"counted": "35 个项目", "total": "35.00", "plan": "35,000"}

    def test_they_follow_the_filter(self, enter_as, office):
        for name, amount in (("甲", 10_000), ("乙", 20_000)):
            key_projects.revise_budget(
                project=KeyProjectFactory(name=name), total_investment=Decimal(amount), by=office
            )
        assert total(shown(enter_as("office"), q="甲"))["total"] == "1.00"

    def test_only_the_budget_in_force_counts(self, enter_as, office, project):
        key_projects.revise_budget(project=project, total_investment=Decimal(10_000), by=office)
        key_projects.revise_budget(
            project=project, total_investment=Decimal(30_000), reason="调概", document_number="1号", by=office
        )
        response = shown(enter_as("office"))
        assert total(response)["total"] == "3.00"
        assert len(names(response)) == 1

    def test_a_package_is_one_item_and_its_children_are_the_projects(self, enter_as):
        package = KeyProjectFactory(is_package=True)
        KeyProjectFactory.create_batch(3, parent=package)
        assert total(shown(enter_as("office")))["counted"] == "1 项，按子项 3 个"

    def test_without_a_plan_there_is_a_dash_not_a_nought(self, enter_as, project):
        response = shown(enter_as("office"))
        assert total(response)["plan"] == "—"
        assert "本年度计划尚未批准" in response.context["as_of"]


class TestOrder:
    def test_by_amount_those_without_come_last(self, enter_as, office):
        for name, amount in (("小", 1), ("大", 9)):
            key_projects.revise_budget(
                project=KeyProjectFactory(name=name), total_investment=Decimal(amount), by=office
            )
        KeyProjectFactory(name="无")
        assert names(shown(enter_as("office"), sort="-total")) == ["大", "小", "无"]

    def test_by_lateness_the_longest_waiting_first(self, enter_as, office):
        for name, days in (("乙", 5), ("甲", 50)):
            _due(KeyProjectFactory(name=name), TODAY - timedelta(days=days), office)
        KeyProjectFactory(name="丙")
        assert names(shown(enter_as("office"), sort="late")) == ["甲", "乙", "丙"]

    def test_by_name_in_pinyin(self, enter_as):
        for name in ("中山路", "安置房", "滨河路"):
            KeyProjectFactory(name=name)
        assert names(shown(enter_as("office"))) == ["安置房", "滨河路", "中山路"]


def test_a_suspended_project_says_so(enter_as, project, office):
    suspend(project, date(2025, 5, 1), office)
    assert shown(enter_as("office")).context["rows"][0]["is_suspended"]
    assert "停缓建" in shown(enter_as("office")).content.decode()


def test_a_full_page_is_small_and_takes_eleven_queries(enter_as, office, plan, django_assert_num_queries):
    for number in range(30):
        project = KeyProjectFactory(name=f"滨江新城智能装备制造产业基地配套基础设施项目{number}")
        key_projects.revise_budget(project=project, total_investment=Decimal(50_000), by=office)
        enter(plan, project, Decimal(100))
        date_milestone(MilestoneFactory(project=project), approved_on=TODAY - timedelta(days=number))
    plan.approve()
    client = enter_as("office")
    shown(client)
    with django_assert_num_queries(11):
        response = shown(client, sort="-total", q="滨江")
    assert len(names(response)) == 30
    assert len(response.content) < 40_000


class TestColumns:
    def heads(self, response):
        return [column["label"] for column in response.context["columns"]]

    def cells(self, response, row=0):
        return [cell["text"] for cell in response.context["rows"][row]["cells"]]

    def test_the_address_says_which_and_in_which_order(self, enter_as, project):
        KeyProject.objects.filter(pk=project.pk).update(industry="新材料", level=Level.CITY)
        response = shown(enter_as("office"), columns="level.industry.code")
        assert self.heads(response) == ["项目", "级别", "行业", "项目编号"]
        assert self.cells(response) == [project.name, "市级重点", "新材料", project.code]

    def test_ticked_and_numbered_they_become_an_address(self, enter_as, project):
        chosen = {"c": ["town", "level", "done"], "at-town": "2", "at-level": "1", "q": "环城", "sort": "-total"}
        response = enter_as("office").get(reverse("project_list_columns"), chosen)
        assert response.url == f"{reverse('project_list')}?q=%E7%8E%AF%E5%9F%8E&columns=level.town.done&sort=-total"

    def test_looking_again_and_clearing_keep_them(self, enter_as, project):
        response = shown(enter_as("office"), columns="level", sort="-total", q="x")
        assert response.context["clear_url"] == "?columns=level&sort=-total"
        assert '<input type="hidden" name="columns" value="level"' in response.content.decode()

    def test_what_exists_no_more_is_left_out_and_said(self, enter_as, project):
        response = shown(enter_as("office"), columns="level.weather", sort="mood", colour="red")
        assert self.heads(response) == ["项目", "级别"]
        assert names(response) == [project.name]
        assert "条件“colour”、列“weather”、排序“mood”" in response.content.decode()

    def test_money_done_is_of_accepted_reports_and_its_rate_of_the_plan(self, enter_as, plan, office, project):
        enter(plan, project, Decimal(400))
        plan.approve()
        standings.refresh([project.pk], timezone.now())
        Standing.objects.filter(project=project).update(amounts_year=TODAY.year, ytd_amount=100, since_start_amount=250)
        columns = "done.rate.since_start.total.first_total"
        assert self.cells(shown(enter_as("office"), columns=columns))[1:] == ["100", "25.00%", "250", "—", "—"]

    def test_the_first_total_outlives_a_change_of_budget(self, enter_as, office, project):
        key_projects.revise_budget(project=project, total_investment=Decimal(10_000), by=office)
        key_projects.revise_budget(
            project=project, total_investment=Decimal(30_000), reason="调概", document_number="1号", by=office
        )
        assert self.cells(shown(enter_as("office"), columns="total.first_total"))[1:] == ["3.00", "1.00"]

    def test_another_day_shows_the_same_columns(self, enter_as, office, project):
        everything = ".".join(COLUMNS)
        now = self.cells(shown(enter_as("office"), columns=everything))
        then = self.cells(shown(enter_as("office"), columns=everything, on=(TODAY - timedelta(days=1)).isoformat()))
        assert len(now) == len(then) == len(COLUMNS)

    def test_all_of_them_take_a_constant_number_of_queries(self, enter_as, office, django_assert_num_queries):
        KeyProjectFactory.create_batch(30)
        client = enter_as("office")
        shown(client)
        with django_assert_num_queries(12):  # one more for the many supporting units
            shown(client, columns=".".join(COLUMNS))


class TestExport:
    def sheet(self, client, **address):
        response = client.get(reverse("project_list_export"), address)
        book = load_workbook(BytesIO(b"".join(response.streaming_content)))
        return list(book["数据"].iter_rows(min_row=3, values_only=True)), book

    def test_it_holds_what_the_screen_is_narrowed_to(self, enter_as, office, project):
        key_projects.revise_budget(project=project, total_investment=Decimal("12345.67"), by=office)
        KeyProjectFactory(name="别的")
        (heading, *rows), book = self.sheet(enter_as("office"), q=project.code)
        said = dict(zip(heading, rows[0], strict=True))
        assert len(rows) == 1
        assert (said["项目名称"], said["总投资（万元）"]) == (project.name, 12345.67)
        assert "口径说明" in book.sheetnames
        assert AuditEvent.objects.filter(action="list.exported").exists()

    def test_it_has_exactly_the_columns_chosen_each_defined(self, enter_as, project):
        (heading, _row), book = self.sheet(enter_as("office"), columns="town.level.total")
        assert heading == ("项目编号", "项目名称", "属地镇街", "级别", "总投资（万元）")
        defined = {line[0]: line[1] for line in book["口径说明"].iter_rows(values_only=True)}
        assert all(defined[name] not in {None, "见列名"} for name in heading)

    def test_without_a_choice_it_has_all(self, enter_as, project):
        (heading, _row), _book = self.sheet(enter_as("office"))
        assert len(heading) == len(COLUMNS)

    def test_a_lead_takes_the_own_projects_only(self, enter_as, project):
        KeyProjectFactory(name="别的")
        (_heading, *rows), _book = self.sheet(enter_as("lead"))
        assert [row[1] for row in rows] == [project.name]

    @pytest.mark.parametrize("who", ["sys_admin", "sec_admin", "audit_admin"])
    def test_administrators_take_nothing(self, enter_as, who):
        assert enter_as(who).get(reverse("project_list_export")).status_code == 403
