"""变更申请的页面: the inbox, one request with what it changes and breaks, and the forms on which it is asked for."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from projects.actions import change_requests, schedules
from projects.actions.change_requests import Grounds, Proposal
from projects.errors import NotAllowed, RuleViolation
from projects.models import ApprovalStep, BackwardSchedule, Baseline, ChangeRequest, KeyProject
from tests.factories import KeyProjectFactory, MilestoneFactory, date_milestone, reapprove, suspend
from tests.projects.changes.cases import PROMISED, agree, approved_on, ask, in_days, refuse, send_back, step_of
from tests.projects.planning.plans import in_force, wanted

pytestmark = pytest.mark.django_db

CAST = ["office", "signer", "leader", "dispatcher", "lead", "outsider", "sys_admin", "sec_admin", "audit_admin"]
READERS = {"office", "signer", "leader", "dispatcher", "lead", "outsider"}
WORDS = {"reason_code": "LAND", "reason": "用地批复未下达"}


@pytest.fixture
def request_of_lead(milestone, lead):
    return ask(milestone, lead)


def inbox(client, tab="mine", **more):
    return client.get(reverse("change_request_list"), {"tab": tab, **more})


def matters(response):
    return [row["matter"] for row in response.context["rows"]]


def decide(client, request, outcome, opinion=""):
    step = ApprovalStep.objects.waiting().filter(request=request).first()
    given = {"outcome": outcome, "opinion": opinion, "step": step.pk if step else ""}
    return client.post(reverse("change_request", args=[request.pk]), given, follow=True)


class TestCast:
    def opened(self, enter_as, name, *args):
        return {who for who in CAST if enter_as(who).get(reverse(name, args=args)).status_code == 200}

    def test_every_reader_has_an_inbox_and_may_name_a_substitute(self, enter_as):
        for name in ("change_request_list", "substitute_list", "substitute_appoint", "baselines"):
            assert self.opened(enter_as, name) == READERS

    def test_a_request_is_read_by_who_sees_the_project(self, enter_as, request_of_lead):
        assert self.opened(enter_as, "change_request", request_of_lead.pk) == READERS - {"outsider"}

    @pytest.mark.core
    def test_and_by_the_unit_that_is_asked_to_countersign(self, enter, milestone, lead, water):
        request = ask(milestone, lead, countersigners=[water.unit])
        page = enter(water.reviewer).get(reverse("change_request", args=[request.pk]))
        assert page.status_code == 200
        assert page.context["project_url"] == ""

    @pytest.mark.parametrize("name", ["change_request_withdraw", "change_request_chase", "change_request_amend"])
    def test_the_verbs_of_the_requester_are_not_anothers(self, enter, leader, request_of_lead, name):
        enter(leader).post(reverse(name, args=[request_of_lead.pk]))
        request_of_lead.refresh_from_db()
        assert request_of_lead.state == ChangeRequest.State.OPEN


class TestInbox:
    @pytest.mark.core
    def test_each_finds_what_waits_what_was_sent_and_what_is_ended(self, enter, request_of_lead, lead, dispatcher):
        assert matters(inbox(enter(dispatcher))) == ["“主体结构封顶”改期"]
        assert matters(inbox(enter(lead))) == []
        assert matters(inbox(enter(lead), "sent")) == matters(inbox(enter(lead), "open")) == ["“主体结构封顶”改期"]
        refuse(request_of_lead, dispatcher)
        assert matters(inbox(enter(dispatcher))) == []
        assert matters(inbox(enter(lead), "ended")) == ["“主体结构封顶”改期"]

    @pytest.mark.core
    def test_what_is_overdue_stands_first_and_is_said_in_words(self, enter, project, request_of_lead, lead, leader):
        with time_machine.travel(timezone.now() + timedelta(days=30)):
            other = MilestoneFactory(project=project, name="竣工验收")
            date_milestone(other, approved_on=in_days(90))
            ask(other, lead, day=in_days(99))
            response = inbox(enter(leader), "open")
            assert matters(response) == ["“主体结构封顶”改期", "“竣工验收”改期"]
            assert [row["is_late"] for row in response.context["rows"]] == [True, False]
            assert "逾期" in response.context["rows"][0]["limit"]
            assert matters(inbox(enter(leader), "open", late="on")) == ["“主体结构封顶”改期"]

    @pytest.mark.core
    def test_it_is_narrowed(self, enter, office, request_of_lead):
        client = enter(office)
        assert len(matters(inbox(client, "open", reason="DEMOLITION", kind="DATE"))) == 1
        assert matters(inbox(client, "open", reason="WEATHER")) == []
        assert matters(inbox(client, "open", q="没有这个项目")) == []

    @pytest.mark.core
    @pytest.mark.parametrize("tab", ["mine", "open"])
    def test_thirty_requests_take_thirteen_queries(self, enter, lead, dispatcher, django_assert_num_queries, tab):
        for number in range(30):
            project = KeyProjectFactory(lead_unit=dispatcher.posts.get().unit, responsible_person=lead)
            node = MilestoneFactory(project=project, name=f"节点{number}")
            date_milestone(node, approved_on=PROMISED)
            ask(node, lead)
        client = enter(dispatcher)
        inbox(client)
        with django_assert_num_queries(13):
            response = inbox(client, tab)
        assert len(response.context["rows"]) == 30

    def test_the_own_page_says_how_many_wait_and_how_many_too_long(self, enter, request_of_lead, dispatcher, leader):
        def tasks(user):
            return [task.text for task in enter(user).get(reverse("my_page")).context["tasks"]]

        assert tasks(dispatcher) == ["1 项变更申请等待您办理"]
        assert tasks(leader) == []
        with time_machine.travel(timezone.now() + timedelta(days=30)):
            assert tasks(leader) == ["全区有 1 项变更申请超过办理期限"]

    def test_and_what_came_back(self, enter, request_of_lead, lead, dispatcher):
        send_back(request_of_lead, dispatcher)
        tasks = enter(lead).get(reverse("my_page")).context["tasks"]
        assert [task.text for task in tasks] == ["1 项变更申请被退回，请修改后重新报送"]


class TestDeciding:
    def test_the_last_word_moves_the_date(self, enter, milestone, request_of_lead, dispatcher, office):
        decide(enter(dispatcher), request_of_lead, "agree")
        page = decide(enter(office), request_of_lead, "agree").content.decode()
        assert approved_on(milestone) == in_days(60)
        for said in ("王审核", "赵重点", "区重点办、签发领导批准：同意", "推后 30 天"):
            assert said in page

    def test_a_no_without_words_stays_on_the_form(self, enter, request_of_lead, dispatcher):
        page = decide(enter(dispatcher), request_of_lead, "refuse").content.decode()
        assert "不同意须写明意见" in page
        decide(enter(dispatcher), request_of_lead, "refuse", "理由不充分")
        assert (
            "理由不充分" in enter(dispatcher).get(reverse("change_request", args=[request_of_lead.pk])).content.decode()
        )

    def test_who_is_not_asked_has_no_form_and_is_refused(self, enter, request_of_lead, leader):
        client = enter(leader)
        assert client.get(reverse("change_request", args=[request_of_lead.pk])).context["step"] is None
        assert "您不在办理人之列" in decide(client, request_of_lead, "agree").content.decode()

    @pytest.mark.parametrize("given", [{"outcome": "shrug"}, {"outcome": "agree", "step": "x"}])
    def test_an_answer_nobody_offered_is_none(self, enter, request_of_lead, dispatcher, given):
        page = enter(dispatcher).post(reverse("change_request", args=[request_of_lead.pk]), given).content.decode()
        assert "请选择同意、退回修改或不同意" in page

    def test_it_is_passed_on_and_one_more_is_asked(self, enter, request_of_lead, dispatcher, water, land):
        step = step_of(request_of_lead)
        client = enter(dispatcher)
        client.post(reverse("approval_step_countersign", args=[step.pk]), {"unit": land.unit.pk})
        client.post(reverse("approval_step_pass_on", args=[step.pk]), {"unit": water.unit.pk, "opinion": "属水利事项"})
        assert step_of(request_of_lead).unit == water.unit
        assert request_of_lead.steps.filter(unit=land.unit, kind="COUNTERSIGN", outcome="").exists()

    def test_withdrawn_and_chased_by_its_requester(self, enter, request_of_lead, lead):
        client = enter(lead)
        page = client.post(reverse("change_request_chase", args=[request_of_lead.pk]), follow=True)
        assert "催办变更申请" in page.content.decode()
        client.post(reverse("change_request_withdraw", args=[request_of_lead.pk]))
        request_of_lead.refresh_from_db()
        assert request_of_lead.state == ChangeRequest.State.WITHDRAWN

    def test_the_approver_reads_what_is_planned_how_often_it_moved_and_what_breaks(
        self, enter, project, milestone, office, signer
    ):
        behind = MilestoneFactory(project=project, name="设备安装", position=2)
        date_milestone(behind, approved_on=in_days(50))
        reapprove(milestone, in_days(40), signer)
        request = ask(milestone, office)
        page = enter(signer).get(reverse("change_request", args=[request.pk]))
        lines = {line["field"]: (line["before"], line["after"]) for line in page.context["lines"]}
        assert lines["批准日期"] == (str(in_days(40)), str(in_days(60)))
        assert lines["原定日期"] == (str(PROMISED), str(PROMISED))
        assert lines["改期次数"] == ("1 次", "2 次")
        assert [row["name"] for row in page.context["consequences"]] == ["设备安装"]


class TestAsking:
    def test_what_it_breaks_is_shown_before_it_is_sent(self, enter, project, milestone, lead):
        behind = MilestoneFactory(project=project, name="设备安装", position=2)
        date_milestone(behind, approved_on=in_days(45))
        client, address = enter(lead), reverse("milestone_request", args=[milestone.pk])
        given = WORDS | {"proposed_on": in_days(60).isoformat()}
        page = client.post(address, given)
        assert not ChangeRequest.objects.exists()
        assert "设备安装" in page.content.decode()
        other = in_days(70).isoformat()
        client.post(address, given | {"previewed": given["proposed_on"], "proposed_on": other})
        assert not ChangeRequest.objects.exists()
        client.post(address, given | {"previewed": given["proposed_on"]})
        request = ChangeRequest.objects.get()
        assert (request.reason_code, request.consequences["rows"][0]["name"]) == ("LAND", "设备安装")

    def test_what_cannot_be_asked_is_said_on_the_first_step(self, enter, milestone, lead):
        given = WORDS | {"proposed_on": PROMISED.isoformat()}
        page = enter(lead).post(reverse("milestone_request", args=[milestone.pk]), given).content.decode()
        assert "与现行批准日期相同" in page

    def test_a_suspension_and_its_end(self, enter, project, lead, dispatcher, office):
        days = {"proposed_on": in_days(-1).isoformat(), "expected_resume_on": in_days(60).isoformat()}
        given = WORDS | days | {"document_number": "住建请〔2026〕3号", "excludes_lateness": "on"}
        enter(lead).post(reverse("project_suspend", args=[project.code]), given)
        asked = ChangeRequest.objects.get()
        assert "申请不计逾期" in enter(office).get(reverse("change_request", args=[asked.pk])).content.decode()
        agree(asked, dispatcher)
        agree(asked, office)
        stopped = project.suspensions.get()
        resumes = {"proposed_on": in_days(0).isoformat(), "reason": "用地批复已取得"}
        enter(lead).post(reverse("suspension_resume", args=[stopped.pk]), resumes)
        again = ChangeRequest.objects.get(kind="RESUMPTION")
        assert "共停 1 天" in enter(office).get(reverse("change_request", args=[again.pk])).content.decode()

    def test_what_came_back_is_mended_on_the_same_form(self, enter, request_of_lead, lead, dispatcher):
        send_back(request_of_lead, dispatcher)
        client, address = enter(lead), reverse("change_request_amend", args=[request_of_lead.pk])
        assert "两户房屋未腾空" in client.get(address).content.decode()
        day = in_days(50).isoformat()
        client.post(address, WORDS | {"proposed_on": day, "previewed": day})
        request_of_lead.refresh_from_db()
        assert (request_of_lead.state, request_of_lead.reason) == (ChangeRequest.State.OPEN, "用地批复未下达")

    def test_nobody_else_mends_it(self, enter, request_of_lead, office, dispatcher):
        send_back(request_of_lead, dispatcher)
        assert enter(office).get(reverse("change_request_amend", args=[request_of_lead.pk])).status_code == 403

    def test_the_node_offers_it_once_and_shows_what_is_in_hand(self, enter, milestone, lead):
        client, address = enter(lead), reverse("milestone", args=[milestone.pk])
        assert "申请调整" in [verb["label"] for verb in client.get(address).context["verbs"]]
        ask(milestone, lead)
        page = client.get(address)
        assert "申请调整" not in [verb["label"] for verb in page.context["verbs"]]
        assert "查看申请" in page.content.decode()

    def test_three_replans_and_four_dates_stand_side_by_side(self, enter, milestone, lead, office):
        for number in (40, 50, 70):
            reapprove(milestone, in_days(number), office)
        page = enter(lead).get(reverse("milestone", args=[milestone.pk]))
        values = {figure["label"]: figure["value"] for figure in page.context["dates"]}
        assert values == {
            "原定日期": str(PROMISED),
            "批准日期": str(in_days(70)),
            "预计日期": "—",
            "实际日期": "—",
            "改期次数": "3",
        }
        project = enter(lead).get(reverse("project_detail", args=[milestone.project.code]))
        assert [row["replans"] for row in project.context["plan"] if row["name"] == milestone.name] == [3]
        assert [f["value"] for f in project.context["figures"] if f["label"] == "改期次数"] == ["3"]


class TestSchedules:
    """倒排计划报批."""

    @pytest.fixture
    def drafted(self, project, lead):
        plan = wanted(finish=in_days(300))
        return schedules.draft(project=project, wanted=plan, by=lead, at=timezone.now())

    def test_it_is_sent_approved_and_in_force(self, enter, drafted, lead, dispatcher, office):
        client = enter(lead)
        assert "新增 9 项" in client.get(reverse("schedule_request", args=[drafted.pk])).content.decode()
        client.post(reverse("schedule_request", args=[drafted.pk]), {"reason": "首次编制"})
        request = ChangeRequest.objects.get()
        drafted.refresh_from_db()
        assert (drafted.state, drafted.submitted_by, drafted.reason) == ("SUBMITTED", lead, "首次编制")
        agree(request, dispatcher)
        agree(request, office)
        assert BackwardSchedule.objects.in_force().get() == drafted
        assert Baseline.objects.get().schedule == drafted

    def test_sent_back_or_refused_it_is_its_authors_again(self, drafted, lead, dispatcher):
        for verb in (send_back, refuse):
            request = change_requests.request_schedule(schedule=drafted, why=Grounds("首次编制"), by=lead)
            verb(request, dispatcher)
            drafted.refresh_from_db()
            assert drafted.state == "RETURNED"
            if verb is send_back:
                change_requests.withdraw(request=request, by=lead)

    def test_who_no_longer_answers_for_the_project_does_not_send_it_again(self, drafted, project, lead, dispatcher):
        request = change_requests.request_schedule(schedule=drafted, why=Grounds("首次编制"), by=lead)
        send_back(request, dispatcher)
        KeyProject.objects.filter(pk=project.pk).update(responsible_person=None)
        with pytest.raises(NotAllowed, match="变更由项目责任人、联络人或区重点办申请"):
            change_requests.amend_and_resend(request=request, proposal=Proposal(), why=Grounds("再报"), by=lead)
        change_requests.withdraw(request=request, by=lead)

    def test_what_is_handed_in_is_what_is_stored(self, drafted, lead):
        """A page opened before it was discarded hands nothing in."""
        schedules.discard(schedule=drafted, by=lead, at=timezone.now())
        drafted.state = "DRAFT"
        with pytest.raises(RuleViolation, match="已作废，不能报批"):
            change_requests.request_schedule(schedule=drafted, why=Grounds("首次编制"), by=lead)

    def test_withdrawn_it_is_a_draft(self, drafted, lead):
        request = change_requests.request_schedule(schedule=drafted, why=Grounds("首次编制"), by=lead)
        change_requests.withdraw(request=request, by=lead)
        drafted.refresh_from_db()
        assert drafted.state == "DRAFT"

    def test_the_approver_sees_every_node_of_either_edition(self, enter, project, lead, signer, office):
        in_force(project, lead, signer, finish=in_days(300))
        apart = MilestoneFactory(project=project, name="台账节点")
        date_milestone(apart, approved_on=in_days(20))
        plan = wanted(finish=in_days(295))
        plan = type(plan)(**{**vars(plan), "steps": plan.steps[:-1]})
        later = schedules.draft(project=project, wanted=plan, by=office, at=timezone.now())
        request = change_requests.request_schedule(schedule=later, why=Grounds("调整"), by=office)
        rows = enter(signer).get(reverse("change_request", args=[request.pk])).context["consequences"]
        notes = {row["name"]: row["note"] for row in rows}
        assert notes["竣工验收"] == "撤销"
        assert notes["台账节点"] == "不在倒排计划内，批准日期不变"
        assert notes["主体施工"] == "推后"

    def test_the_approver_reads_whether_the_finish_can_be_kept_and_is_led_to_the_edition(
        self, enter, drafted, lead, dispatcher
    ):
        asked = enter(lead).get(reverse("schedule_request", args=[drafted.pk]))
        assert "工期可行" in asked.context["found"].sentence
        request = change_requests.request_schedule(schedule=drafted, why=Grounds("首次编制"), by=lead)
        page = enter(dispatcher).get(reverse("change_request", args=[request.pk]))
        assert "工期可行" in page.context["consequence"]
        assert reverse("schedule_edition", args=[drafted.project.code, 1]) in page.content.decode()

    def test_the_finish_asked_for_stands_beside_the_one_in_force(self, enter, project, lead, signer, office):
        in_force(project, lead, signer, finish=in_days(300))
        later = schedules.draft(project=project, wanted=wanted(finish=in_days(330)), by=lead, at=timezone.now())
        request = change_requests.request_schedule(schedule=later, why=Grounds("调整"), by=lead)
        [line] = enter(office).get(reverse("change_request", args=[request.pk])).context["lines"]
        assert (line["before"], line["after"], line["note"]) == (str(in_days(300)), str(in_days(330)), "推后 30 天")

    def test_a_date_behind_the_schedule_says_what_becomes_of_the_finish(self, project, lead, signer):
        schedule = in_force(project, lead, signer, finish=in_days(300))
        node = schedule.nodes.get(name="主体施工").milestone
        request = ask(node, lead, day=in_days(320))
        assert "按现行倒排计划推算" in request.consequences["sentence"]
        assert request.consequences["sentence"].endswith("。")
        assert "竣工验收" in [row["name"] for row in request.consequences["rows"]]


def test_a_suspended_project_offers_to_ask_for_its_resumption(enter, project, lead, office):
    stopped = suspend(project, in_days(-20), office)
    page = enter(lead).get(reverse("project_detail", args=[project.code])).content.decode()
    assert reverse("suspension_resume", args=[stopped.pk]) in page
