"""目标分解 in the browser: who reads, who splits, what the buttons propose, what it costs."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from projects.actions import day_tasks, quantities
from projects.models import (
    BackwardSchedule,
    DayTask,
    KeyProject,
    MilestoneQuantity,
    PlanEntry,
    ScheduleNode,
    WeekTarget,
)
from projects.weekly_plan import weeks_of
from tests.factories import KeyProjectFactory, MilestoneFactory
from tests.projects.test_annual_plan_pages import approved, draft  # noqa: F401 - the fixture is asked for by name

pytestmark = pytest.mark.django_db

CAST = ["office", "signer", "leader", "dispatcher", "lead", "outsider", "sys_admin", "sec_admin", "audit_admin"]
READERS = {"office", "signer", "leader", "dispatcher", "lead"}
KEEPERS = {"office", "lead"}
TODAY = timezone.localdate()
WEEKS = weeks_of(TODAY.year, 10)


@pytest.fixture
def flagship(project):
    KeyProject.objects.filter(pk=project.pk).update(is_flagship=True)
    project.refresh_from_db()
    return project


def measured(project, by, name="雨污水管"):
    node = MilestoneFactory(project=project, name=name)
    row = MilestoneQuantity(milestone=node, unit="米", planned_quantity=Decimal(1200), weight=Decimal(2))
    quantities.set_quantity(quantity=row, by=by)
    return node


def planned(project, by, text="浇筑二层梁板", day=TODAY):
    return day_tasks.plan_day_task(task=DayTask(project=project, day=day, text=text), by=by)


@pytest.fixture
def at_hand(flagship, lead):
    return {
        "project": [flagship.code],
        "month": [flagship.code, TODAY.year, 10],
        "task": [planned(flagship, lead).pk],
        "node": [measured(flagship, lead).pk],
    }


@pytest.mark.parametrize(
    ("page", "of", "allowed"),
    [
        ("project_targets", "project", READERS),
        ("week_targets_set", "month", KEEPERS),
        ("day_task_plan", "project", KEEPERS),
        ("day_task_finish", "task", KEEPERS),
        ("day_task_cancel", "task", KEEPERS),
        ("quantity_set", "node", KEEPERS),
        ("quantity_report", "node", KEEPERS),
    ],
)
def test_each_page_meets_the_whole_cast(at_hand, enter_as, page, of, allowed):
    address, opened = reverse(page, args=at_hand[of]), {}
    for who in CAST:
        opened[who] = enter_as(who).get(address).status_code
    assert {who for who, status in opened.items() if status == 200} == allowed
    assert opened["outsider"] in {403, 404}


def look(client, project, **query):
    return client.get(reverse("project_targets", args=[project.code], query=query or None))


@pytest.mark.usefixtures("approved")
class TestWeeks:
    def address(self, project):
        return reverse("week_targets_set", args=[project.code, TODAY.year, 10])

    def sent(self, *amounts, **more):
        shares = [*amounts, *["0"] * (len(WEEKS) - len(amounts))]
        given = {f"amount_{week.ends_on}": share for week, share in zip(WEEKS, shares, strict=True)}
        return given | {f"work_{week.ends_on}": "" for week in WEEKS} | more

    def test_the_button_proposes_by_working_days_and_saves_nothing(self, enter, lead, project):
        typed = {f"work_{WEEKS[0].ends_on}": "基础开挖"}
        form = enter(lead).post(self.address(project), self.sent(propose="1", **typed)).context["form"]
        shares = [Decimal(row["amount"].value()) for row in form.rows()]
        assert sum(shares) == 100
        assert form.rows()[0]["work"].value() == "基础开挖"
        assert not WeekTarget.objects.exists()

    def test_what_was_proposed_is_saved_and_shown(self, enter, lead, leader, project):
        client = enter(lead)
        form = client.post(self.address(project), self.sent(propose="1")).context["form"]
        response = client.post(self.address(project), {name: form[name].value() for name in form.fields})
        assert response.url == f"{reverse('project_targets', args=[project.code])}?week={WEEKS[0].ends_on}"
        shown = look(enter(leader), project, week=WEEKS[0].ends_on).context
        assert (shown["months"][9]["word"], shown["months"][8]["word"]) == ("已分周", "未分周")
        assert all(week["amount"] != "—" for week in shown["weeks"])

    def test_weeks_that_miss_the_month_are_refused_by_how_much(self, enter, lead, project):
        page = enter(lead).post(self.address(project), self.sent("40", "61")).content.decode()
        assert "比 10 月目标 100 万元多 1 万元" in page

    def test_a_month_the_plan_changed_since_asks_to_be_split_again(self, enter, office, signer, project):
        client = enter(office)
        client.post(self.address(project), self.sent("40", "60"))
        entry = draft(office, amount=1200).entries.get()
        PlanEntry.objects.filter(pk=entry.pk).update(month_10=90, month_11=110)
        version = entry.version
        version.state, version.submitted_by, version.submitted_at = "SUBMITTED", office, timezone.now()
        version.save()
        version.state, version.decided_by, version.decided_at = "APPROVED", signer, timezone.now()
        version.document_number = "2号"
        version.save()
        shown = look(client, project, week=WEEKS[0].ends_on).context
        assert shown["months"][9]["word"] == "与月目标不符"
        assert "各周合计 100 万元，现行月度目标为 90 万元" in shown["differs"]

    def test_no_month_is_the_thirteenth(self, enter, office, project):
        address = reverse("week_targets_set", args=[project.code, TODAY.year, 13])
        assert enter(office).get(address).status_code == 404


@pytest.mark.parametrize("asked", ["", "2026-13-01", "0001-01-01", "9999-12-31", "昨天"])
def test_whatever_week_is_asked_for_a_page_is_shown(enter, lead, project, asked):
    assert look(enter(lead), project, week=asked).status_code == 200


def test_a_reader_is_offered_no_verb(enter, leader, at_hand, flagship):
    shown = look(enter(leader), flagship).context
    assert not shown["set_url"]
    assert not shown["days"]["plan_url"]
    assert not any(row["finish_url"] for row in shown["days"]["rows"])
    assert not shown["quantities"]["others"]


def test_a_project_without_need_of_days_is_told_so(enter, lead, project):
    page = look(enter(lead), project).content.decode()
    assert "日任务只用于龙头项目和关键节点批准日期前 30 天" in page
    assert "安排日任务" not in page


def test_a_task_from_its_plan_to_its_end(enter, lead, flagship):
    client = enter(lead)
    given = {"day": TODAY.isoformat(), "text": "浇筑二层梁板"}
    response = client.post(reverse("day_task_plan", args=[flagship.code]), given)
    assert response.url == f"{reverse('project_targets', args=[flagship.code])}?week={TODAY}#days"
    task = DayTask.objects.get()
    client.post(reverse("day_task_finish", args=[task.pk]), {"done_on": TODAY.isoformat(), "result": "完成"})
    (row,) = look(client, flagship).context["days"]["rows"]
    assert (row["mark"], row["word"], row["note"], row["finish_url"]) == ("✓", "已完成", "完成", "")


def test_a_quantity_from_its_plan_to_its_progress(enter, lead, project):
    node, client = MilestoneFactory(project=project, name="雨污水管"), enter(lead)
    given = {"unit": "米", "planned_quantity": "1200", "weight": "3"}
    client.post(reverse("quantity_set", args=[node.pk]), given)
    client.post(reverse("quantity_report", args=[node.pk]), {"done_quantity": "300"})
    shown = look(client, project).context["quantities"]
    assert (shown["percent"], shown["rows"][0]["done"], shown["others"]) == ("25.00%", "300", [])


def test_a_package_leads_to_its_children(enter, office):
    assert "打包项目没有自己的目标" in look(enter(office), KeyProjectFactory(is_package=True)).content.decode()


@pytest.mark.core
@pytest.mark.usefixtures("approved")
def test_thirty_rows_cost_no_more_queries_than_one(enter, lead, at_hand, flagship, django_assert_num_queries):
    client = enter(lead)
    look(client, flagship)
    with django_assert_num_queries(11):
        look(client, flagship)
    for number in range(30):
        planned(flagship, lead, text=f"任务{number}")
        measured(flagship, lead, name=f"节点{number}")
    with django_assert_num_queries(11):
        look(client, flagship)


class TestTheCurve:
    """“按倒排计划分月” on the plan entry."""

    def ask(self, client, entry):
        months = {f"month_{n}": "0" for n in range(1, 13)}
        given = {"category": "CONTINUING", "annual_plan_amount": "1,000", "cumulative_before_year": "0", **months}
        return client.post(reverse("plan_entry", args=[entry.pk]), given | {"propose": "curve"})

    def schedule(self, project, signer, *steps):
        at = timezone.now()
        version = BackwardSchedule.objects.create(
            project=project, number=1, required_finish_on=TODAY, starts_on=TODAY, drafted_at=at
        )
        for position, (first, last, weight) in enumerate(steps, start=1):
            ScheduleNode.objects.create(
                version=version,
                position=position,
                stage="MAIN_CONSTRUCTION",
                name=f"步骤{position}",
                duration=1,
                weight=weight,
                planned_start_on=first,
                planned_finish_on=last,
            )
        version.state, version.decided_by, version.decided_at = "APPROVED", signer, at
        version.save()

    def test_the_months_follow_the_weights_of_the_schedule_in_force(self, enter, office, signer, project):
        entry = draft(office, project).entries.get()
        year = entry.version.plan.year
        self.schedule(
            project,
            signer,
            (date(year, 3, 1), date(year, 3, 31), 3),
            (date(year, 6, 1), date(year, 6, 30), 1),
            (date(year, 1, 1), date(year, 12, 31), 0),
        )
        page = self.ask(enter(office), entry)
        shown = [field.value() for field in page.context["form"].month_fields()]
        assert shown == ["0", "0", "750", "0", "0", "250", *["0"] * 6]
        assert page.context["is_proposed"]

    def test_without_a_schedule_it_says_what_to_do_and_keeps_what_was_typed(self, enter, office, project):
        page = self.ask(enter(office), draft(office, project).entries.get())
        assert "还没有已批准的、带权重的倒排计划" in page.content.decode()
        assert page.context["form"]["annual_plan_amount"].value() == "1,000"
        assert not page.context["is_proposed"]

    def test_nor_does_a_schedule_of_another_year_help(self, enter, office, signer, project):
        entry = draft(office, project).entries.get()
        day = date(entry.version.plan.year + 1, 5, 1)
        self.schedule(project, signer, (day, day + timedelta(days=30), 5))
        assert "都不在" in self.ask(enter(office), entry).content.decode()
