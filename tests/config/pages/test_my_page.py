"""我的: what do I owe, by when?"""

from datetime import date, timedelta

import pytest
from axes.models import AccessAttempt
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from projects import audit, recorded
from projects.actions import milestones
from projects.models import AnnualPlan, KeyProject, LedgerImport, PlanVersion, StoredFile, TierEntry, VanishedRow
from projects.roles import Role
from scheduling.actions import decisions
from scheduling.actions.decisions import Matter
from scheduling.models import ReportPeriod
from scheduling.owed import owes
from scheduling.owed_lines import worded
from tests.conftest import appoint
from tests.factories import KeyProjectFactory, MilestoneFactory, UserFactory
from tests.scheduling.reporting_samples import week_of

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
CAST = ["office", "signer", "leader", "dispatcher", "lead", "outsider", "sys_admin", "sec_admin", "audit_admin"]
READERS = {"office", "signer", "leader", "dispatcher", "lead", "outsider"}


def my_page(client):
    return client.get(reverse("my_page"))


def tasks(client):
    return [task.text for task in my_page(client).context["tasks"]]


def sections(client):
    return {section.title: [row["name"] for row in section.rows] for section in my_page(client).context["sections"]}


def due(project, days):
    day = TODAY + timedelta(days=days)
    milestones.promise(of=MilestoneFactory(project=project), planned_on=day, by=project.responsible_person)
    return project


@pytest.mark.parametrize("who", CAST)
def test_everybody_has_one(enter_as, project, who):
    response = my_page(enter_as(who))
    assert response.status_code == 200
    assert bool(response.context["figures"]) == (who in READERS)


def test_a_stranger_signs_in_first(client, db):
    assert my_page(client).status_code == 302


def test_who_has_nothing_to_do_is_told_so(enter, government):
    judge = appoint(Role.JUDGE, government, username="judge")
    assert "目前没有需要您办理的事项" in my_page(enter(judge)).content.decode()


class TestProjects:
    @pytest.mark.core
    def test_a_lead_sees_the_own_ones_the_late_first(self, enter, lead, lead_unit):
        due(KeyProjectFactory(name="早", lead_unit=lead_unit, liaison=lead), 12)
        due(KeyProjectFactory(name="晚", lead_unit=lead_unit, responsible_person=lead), -17)
        due(KeyProjectFactory(name="别人的", lead_unit=lead_unit), -90)
        assert sections(enter(lead)) == {"我负责的项目": ["晚", "早"]}

    def test_it_says_by_when(self, enter, lead, project):
        due(project, -17)
        row = my_page(enter(lead)).context["sections"][0].rows[0]
        assert (row["due"], row["is_late"]) == (f"应于 {TODAY - timedelta(days=17)}，逾期 17 天", True)

    @pytest.mark.core
    def test_a_leader_sees_the_linked_ones_before_the_district(self, enter, leader, project):
        due(project, 5)
        due(KeyProjectFactory(name="别处"), -9)
        assert list(sections(enter(leader)).items()) == [
            ("我包联的项目", [project.name]),
            ("全区逾期最久的项目", ["别处"]),
        ]

    @pytest.mark.core
    def test_a_reviewer_sees_the_late_ones_of_the_unit(self, enter, dispatcher, project):
        due(project, -5)
        due(KeyProjectFactory(name="别处"), -9)
        assert sections(enter(dispatcher)) == {"本单位逾期最久的项目": [project.name]}

    @pytest.mark.core
    def test_the_figures_are_of_what_the_person_may_see(self, enter, office, dispatcher, project):
        due(project, -5)
        due(KeyProjectFactory(), -9)
        for who, values in ((office, ["2", "2", "9"]), (dispatcher, ["1", "1", "5"])):
            assert [figure["value"] for figure in my_page(enter(who)).context["figures"]] == values


class TestTheOffice:
    def version(self, office, state):
        return PlanVersion.objects.create(
            plan=AnnualPlan.objects.create(year=2027),
            number=1,
            state=state,
            effective_on=date(2027, 1, 1),
            drafted_by=office,
            drafted_at=timezone.now(),
            submitted_by=office if state == "SUBMITTED" else None,
            submitted_at=timezone.now() if state == "SUBMITTED" else None,
        )

    def test_sees_a_plan_in_work(self, enter, office):
        self.version(office, "DRAFT")
        assert tasks(enter(office)) == ["2027 年度计划第 1 版正在编制"]

    def test_and_the_signer_the_one_that_waits(self, enter, office, signer, leader):
        self.version(office, "SUBMITTED")
        assert tasks(enter(signer)) == ["2027 年度计划第 1 版等待您批准"]
        assert tasks(enter(office)) == ["2027 年度计划第 1 版已报批，等待批准"]
        assert tasks(enter(leader)) == []

    def test_sees_an_import_whose_vanished_rows_nobody_decided_on(self, enter, office, signer, project):
        file = StoredFile.objects.create(sha256="0" * 64, name="台账.xlsx", size=1, uploaded_at=timezone.now())
        run = LedgerImport.objects.create(file=file, source="台账", mapping={}, requested_at=timezone.now())
        for milestone in (MilestoneFactory(project=project), None):
            VanishedRow.objects.create(ledger_import=run, project=project, milestone=milestone)
        decided = VanishedRow.objects.filter(milestone=None)
        assert tasks(enter(office)) == ["台账导入“台账.xlsx”有 2 行在新台账中消失，等待处理"]
        decided.update(decision="KEEP", decided_by=office, decided_at=timezone.now())
        assert tasks(enter(office)) == ["台账导入“台账.xlsx”有 1 行在新台账中消失，等待处理"]

    def test_sees_the_ledgers_it_uploaded_and_left(self, enter, office):
        file = StoredFile.objects.create(sha256="0" * 64, name="台账.xlsx", size=1, uploaded_at=timezone.now())
        left = {"file": file, "mapping": {}, "state": LedgerImport.State.MAPPING, "requested_at": timezone.now()}
        LedgerImport.objects.create(requested_by=office, **left)
        LedgerImport.objects.create(**left)
        assert tasks(enter(office)) == ["1 份台账等待核对列对应"]

    def test_what_a_dry_run_missed_waits_for_nobody(self, enter, office, project):
        file = StoredFile.objects.create(sha256="0" * 64, name="台账.xlsx", size=1, uploaded_at=timezone.now())
        tried = LedgerImport.objects.create(
            file=file, source="台账", mapping={}, requested_at=timezone.now(), is_dry_run=True
        )
        VanishedRow.objects.create(ledger_import=tried, project=project)
        assert tasks(enter(office)) == []


class TestAdministrators:
    @pytest.mark.core
    def test_the_system_administrator_sees_accounts_that_need_a_hand(self, enter, sys_admin):
        UserFactory(must_change_password=True)
        AccessAttempt.objects.create(
            username="zhang",
            ip_address="10.0.0.1",
            failures_since_start=settings.AXES_FAILURE_LIMIT,
            attempt_time=timezone.now(),
        )
        assert tasks(enter(sys_admin)) == ["1 个账号还没有修改初始密码", "账号“zhang”因多次输错密码被锁定"]

    def test_an_old_lock_is_none(self, enter, sys_admin):
        AccessAttempt.objects.create(
            username="zhang", ip_address="10.0.0.1", failures_since_start=9, attempt_time=timezone.now()
        )
        AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(days=1))
        assert tasks(enter(sys_admin)) == []

    @pytest.mark.core
    def test_the_security_administrator_sees_accounts_without_a_post(self, enter, sec_admin):
        UserFactory()
        assert tasks(enter(sec_admin)) == ["1 个启用的账号没有任职"]

    @pytest.mark.core
    def test_the_audit_administrator_sees_what_is_not_yet_sealed(self, enter, audit_admin):
        for _ in range(2):
            audit.record("user.corrected", audit_admin, by=None, at=timezone.now())
        audit.seal()
        audit.record("user.corrected", audit_admin, by=None, at=timezone.now())
        assert tasks(enter(audit_admin)) == ["审计日志已封存 2 条，待封存 1 条"]


class TestOneDefinition:
    """The morning's mail says what the page says, and nothing that is only watched."""

    def mailed(self, user):
        return [*worded(owes(user, at=timezone.now()))]

    @pytest.mark.core
    @pytest.mark.usefixtures("busy")
    @pytest.mark.parametrize("who", ["lead", "dispatcher", "office", "signer", "leader"])
    def test_what_is_mailed_stands_on_the_page_word_for_word(self, request, enter_as, who):
        shown = my_page(enter_as(who)).context["tasks"]
        assert [each for each in self.mailed(request.getfixturevalue(who)) if each not in shown] == []

    @pytest.mark.usefixtures("busy")
    def test_a_lead_reads_how_much_is_to_be_reported_and_done(self, enter, lead):
        assert {"60 个项目待报周报", "1 项交办事项等待您签收", "1 份通知未阅知"} <= {*tasks(enter(lead))}

    def test_administrators_owe_nothing_of_the_business(self, sys_admin, busy):
        assert self.mailed(sys_admin) == []


@pytest.fixture
def thirty(lead, leader, lead_unit):
    for number in range(30):
        due(KeyProjectFactory(lead_unit=lead_unit, responsible_person=lead, linked_leader=leader), -number - 1)


@pytest.fixture
def busy(thirty, lead, lead_unit, office):
    """Thirty projects that owe two weeks, one of them past due, and a matter given out."""
    with recorded.writing() as at:
        building = {"tier": "BUILDING", "entered_on": TODAY - timedelta(days=60), "reason": "按文件"}
        recorded.record([TierEntry(project=each, **building) for each in KeyProject.objects.all()], by=None, at=at)
    for days in (7, 0):
        week_of(TODAY - timedelta(days=days), at=timezone.now())
    ReportPeriod.objects.update(locked_at=None)
    matter = Matter("完成征收", lead_unit, TODAY, owner_person=lead)
    decisions.instruct(matter=matter, issuing_unit=None, by=office, at=timezone.now())


@pytest.mark.core
@pytest.mark.parametrize(
    ("who", "queries"), [("lead", 14), ("dispatcher", 12), ("leader", 9), ("office", 14), ("signer", 8)]
)
def test_thirty_projects_take_no_more_queries_than_none(enter_as, busy, who, queries, django_assert_num_queries):
    client = enter_as(who)
    my_page(client)
    with django_assert_num_queries(queries):
        assert len(my_page(client).context["sections"][0].rows) >= 10
