"""周调度的页面: who may open what, the whole course from meeting to closing, and pages that stay quick."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from scheduling.actions import agendas, decisions, extensions, meetings, notices, supervision_orders
from scheduling.actions.decisions import Matter
from scheduling.actions.meetings import Arrangement
from scheduling.models import AgendaItem, Decision, Meeting, Notice, SupervisionOrder
from tests.factories import KeyProjectFactory, UnitFactory

pytestmark = pytest.mark.django_db

CAST = ["lead", "dispatcher", "office", "signer", "leader", "outsider"]
SHOWN, HIDDEN, REFUSED = 200, 404, 403


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def meeting(office, leader, project, now):
    said = Arrangement("第10次周调度会", leader, now - timedelta(hours=1), "三楼会议室")
    called = meetings.call(kind=Meeting.Kind.WEEKLY, unit=None, arrangement=said, by=office, at=now)
    agendas.add_project(meeting=called, project=project, by=office, at=now)
    return called


@pytest.fixture
def item(meeting):
    return meeting.agenda.get()


@pytest.fixture
def decision(item, project, lead, office, now):
    due_on = timezone.localdate() + timedelta(days=9)
    matter = Matter("完成剩余房屋征收", project.lead_unit, due_on, lead, project=project)
    return decisions.decide(meeting=item.meeting, agenda_item=item, matter=matter, by=office, at=now)


@pytest.fixture
def order(decision, office, now):
    due_on = timezone.localdate() + timedelta(days=3)
    return supervision_orders.issue(decision=decision, text="请抓紧", due_on=due_on, by=office, at=now)


@pytest.fixture
def extension(decision, lead, now):
    decisions.receive(decision=decision, by=lead, at=now)
    later = decision.due_on + timedelta(days=5)
    return extensions.ask(decision=decision, proposed_due_on=later, reason="汛期", by=lead, at=now)


# Of the address, who sees it: everybody reads lists; what one does not see is not there; duties open the verbs.
PAGES = {
    "meeting_list": (SHOWN, SHOWN, SHOWN, SHOWN, SHOWN, SHOWN),
    "decision_list": (SHOWN, SHOWN, SHOWN, SHOWN, SHOWN, SHOWN),
    "decision_list_export": (SHOWN, SHOWN, SHOWN, SHOWN, SHOWN, SHOWN),
    "supervision_order_list": (SHOWN, SHOWN, SHOWN, SHOWN, SHOWN, SHOWN),
    "meeting": (SHOWN, SHOWN, SHOWN, SHOWN, SHOWN, HIDDEN),
    "meeting_print": (HIDDEN, HIDDEN, SHOWN, HIDDEN, HIDDEN, HIDDEN),  # a draft yet
    "meeting_call": (REFUSED, SHOWN, SHOWN, REFUSED, REFUSED, SHOWN),
    "meeting_amend": (REFUSED, SHOWN, SHOWN, REFUSED, REFUSED, HIDDEN),
    "meeting_cancel": (REFUSED, SHOWN, SHOWN, REFUSED, REFUSED, HIDDEN),
    "meeting_attendance": (REFUSED, SHOWN, SHOWN, REFUSED, REFUSED, HIDDEN),
    "meeting_minutes": (REFUSED, SHOWN, SHOWN, REFUSED, REFUSED, HIDDEN),
    "meeting_issue": (REFUSED, SHOWN, SHOWN, REFUSED, REFUSED, HIDDEN),
    "agenda_add": (REFUSED, SHOWN, SHOWN, REFUSED, REFUSED, HIDDEN),
    "agenda_input": (SHOWN, SHOWN, REFUSED, REFUSED, REFUSED, HIDDEN),
    "agenda_note": (REFUSED, SHOWN, SHOWN, REFUSED, REFUSED, HIDDEN),
    "agenda_decide": (REFUSED, SHOWN, SHOWN, REFUSED, REFUSED, HIDDEN),
    "decision": (SHOWN, SHOWN, SHOWN, SHOWN, SHOWN, HIDDEN),
    "decision_instruct": (REFUSED, SHOWN, SHOWN, REFUSED, REFUSED, SHOWN),
    "decision_receive": (SHOWN, SHOWN, REFUSED, REFUSED, REFUSED, HIDDEN),
    "decision_note": (SHOWN, SHOWN, REFUSED, REFUSED, REFUSED, HIDDEN),
    "decision_ask_to_close": (SHOWN, SHOWN, REFUSED, REFUSED, REFUSED, HIDDEN),
    "decision_ask_extension": (SHOWN, SHOWN, REFUSED, REFUSED, REFUSED, HIDDEN),
    "decision_close_out": (REFUSED, SHOWN, SHOWN, REFUSED, REFUSED, HIDDEN),
    "decision_send_back": (REFUSED, SHOWN, SHOWN, REFUSED, REFUSED, HIDDEN),
    "decision_withdraw": (REFUSED, SHOWN, SHOWN, REFUSED, REFUSED, HIDDEN),
    "decision_reopen": (REFUSED, SHOWN, SHOWN, REFUSED, REFUSED, HIDDEN),
    "decision_decide_extension": (REFUSED, SHOWN, SHOWN, REFUSED, REFUSED, HIDDEN),
    "decision_chase": (REFUSED, SHOWN, SHOWN, REFUSED, REFUSED, HIDDEN),
    "decision_supervise": (REFUSED, REFUSED, SHOWN, REFUSED, REFUSED, REFUSED),
    "supervision_order": (SHOWN, SHOWN, SHOWN, SHOWN, SHOWN, HIDDEN),
    "order_receive": (SHOWN, SHOWN, SHOWN, SHOWN, SHOWN, HIDDEN),
    "order_reply": (SHOWN, SHOWN, SHOWN, SHOWN, SHOWN, HIDDEN),
}
# What a POST without words does to somebody who may not: a refusal, never a change.
PRESSED = {
    "agenda_refresh": (REFUSED, 409, 302, REFUSED, REFUSED, HIDDEN),
    "agenda_move": (REFUSED, 409, 302, REFUSED, REFUSED, HIDDEN),
    "agenda_remove": (REFUSED, 409, 409, REFUSED, REFUSED, HIDDEN),  # something was decided on it
    "meeting_conclude": (REFUSED, 409, 302, REFUSED, REFUSED, HIDDEN),
}
SUBJECTS = {"meeting": "meeting", "agenda": "item", "decision": "decision", "supervision": "order", "order": "order"}


def address(request, name):
    if name.endswith(("_list", "_export", "_call", "_instruct")):
        return reverse(name)
    kind = "meeting" if name in {"agenda_add", "agenda_refresh"} else SUBJECTS[name.split("_")[0]]
    return reverse(name, args=[request.getfixturevalue(kind).pk])


@pytest.mark.parametrize("who", CAST)
def test_each_of_the_cast_at_every_page(request, enter_as, who, order, extension):
    urls = {name: address(request, name) for name in PAGES}
    browser, found = enter_as(who), {}
    for name, url in urls.items():
        response = browser.get(url)
        b"".join(response)
        found[name] = response.status_code
    assert found == {name: answers[CAST.index(who)] for name, answers in PAGES.items()}


@pytest.mark.parametrize("who", CAST)
def test_each_of_the_cast_at_every_button(request, enter_as, who, decision):
    urls = {name: address(request, name) for name in PRESSED}
    found = {name: enter_as(who).post(url).status_code for name, url in urls.items()}
    assert found == {name: answers[CAST.index(who)] for name, answers in PRESSED.items()}


def post(browser, name, of, **said):
    response = browser.post(reverse(name, args=[of.pk] if of else []), said)
    assert response.status_code == 302, response.context["form"].errors if response.context else response.content
    return response


def test_the_whole_course_from_the_meeting_to_the_closing(enter, office, lead, project):
    held_at = timezone.localtime() - timedelta(minutes=1)
    browser = enter(office)
    said = {"kind": "WEEKLY", "title": "第10次周调度会", "place": "三楼会议室", "chair": project.linked_leader_id}
    post(browser, "meeting_call", None, **said, held_at=f"{held_at:%Y-%m-%dT%H:%M}")
    meeting = Meeting.objects.get()
    post(browser, "agenda_add", meeting, project=project.pk)
    item = meeting.agenda.get()
    post(browser, "agenda_note", item, text="请区住建局抓紧。")
    due_on = timezone.localdate() + timedelta(days=7)
    matter = {"text": "完成剩余房屋征收", "owner_unit": project.lead_unit_id, "owner_person": lead.pk, "due_on": due_on}
    post(browser, "agenda_decide", item, **matter)
    post(browser, "meeting_conclude", meeting)
    rows = {
        "rows": 1,
        "row-0-organisation": project.lead_unit.name,
        "row-0-presence": "PRESENT",
        "row-0-person": "王局长",
    }
    post(browser, "meeting_attendance", meeting, **rows)
    post(browser, "meeting_conclude", meeting)
    post(browser, "meeting_issue", meeting)
    paper = browser.get(reverse("meeting_print", args=[meeting.pk])).content.decode()
    assert all(words in paper for words in ["纪〔", "请区住建局抓紧。", "完成剩余房屋征收", "王局长"])

    decision = Decision.objects.get()
    browser = enter(lead)
    post(browser, "decision_receive", decision)
    post(browser, "decision_ask_to_close", decision, text="已签约 32 户")
    post(enter(office), "decision_send_back", decision, text="尚有 1 户未腾空")
    post(enter(lead), "decision_ask_to_close", decision, text="全部腾空")
    post(enter(office), "decision_close_out", decision, text="经核实，已落实。")
    assert Decision.objects.get().state == "CLOSED"


def test_asked_for_beside_its_item_the_form_comes_alone(enter, office, item):
    response = enter(office).get(reverse("agenda_decide", args=[item.pk]), headers={"HX-Request": "true"})
    page = response.content.decode()
    assert page.lstrip().startswith("<form")
    assert "HX-Request" in response["Vary"]


def test_a_refusal_stands_on_the_form(enter, office, decision):
    page = enter(office).post(reverse("decision_close_out", args=[decision.pk]), {"text": "已落实"}).content.decode()
    assert "现为“待签收”，不能销号" in page


def test_an_extension_is_asked_for_and_decided(enter, lead, office, extension, decision):
    assert "申请延至" in enter(office).get(reverse("decision", args=[decision.pk])).content.decode()
    post(enter(office), "decision_decide_extension", decision, outcome="agree", opinion="")
    assert Decision.objects.get().due_on == extension.proposed_due_on


def test_an_order_is_proposed_issued_received_and_answered(enter, lead, office, decision):
    Decision.objects.update(due_on=timezone.localdate(), original_due_on=timezone.localdate())
    assert "签发蓝色督办单" in enter(office).get(reverse("supervision_order_list")).content.decode()
    due_on = timezone.localdate() + timedelta(days=3)
    post(enter(office), "decision_supervise", decision, text="请抓紧办理", due_on=due_on)
    order = SupervisionOrder.objects.get()
    assert "签发蓝色督办单" not in enter(office).get(reverse("supervision_order_list")).content.decode()
    browser = enter(lead)
    post(browser, "order_receive", order)
    post(browser, "order_reply", order, text="三日内完成")
    assert "三日内完成" in browser.get(reverse("supervision_order", args=[order.pk])).content.decode()


class TestReceipts:
    def receipts(self, browser, name, of):
        return browser.get(reverse(name, args=[of.pk])).context["receipts"]

    def test_the_meeting_says_who_has_read_it_and_who_has_not(self, enter, office, dispatcher, meeting, now):
        (row,) = self.receipts(enter(office), "meeting", meeting)
        assert (row["unread"], row["read"]) == ("区住房和城乡建设局", [])
        notices.acknowledge(notice=meeting.notices.get(), by=dispatcher, at=now)
        (row,) = self.receipts(enter(office), "meeting", meeting)
        assert (row["unread"], row["read"][0]["by"], row["read"][0]["at"]) == ("", dispatcher, now)

    def test_a_unit_invited_later_stands_beside_the_first(self, enter, office, meeting, now):
        other = KeyProjectFactory(lead_unit=UnitFactory(name="区水利局"))
        agendas.add_project(meeting=meeting, project=other, by=office, at=now + timedelta(minutes=1))
        (row,) = self.receipts(enter(office), "meeting", meeting)
        assert {*row["unread"].split("、")} == {"区住房和城乡建设局", "区水利局"}

    def test_so_does_an_order(self, enter, office, dispatcher, order, now):
        notices.acknowledge(notice=order.notices.get(), by=dispatcher, at=now)
        (row,) = self.receipts(enter(office), "supervision_order", order)
        assert [each["by"] for each in row["read"]] == [dispatcher]

    def test_a_notice_leads_to_what_it_is_about(self, enter, office, order):
        browser, found = enter(office), {}
        for notice in Notice.objects.all():
            found[notice.kind] = browser.get(reverse("notice", args=[notice.pk])).context["url"]
        assert found == {
            "MEETING": reverse("meeting", args=[order.decision.meeting_id]),
            "ASSIGNMENT": reverse("decision", args=[order.decision_id]),
            "SUPERVISION": reverse("supervision_order", args=[order.pk]),
        }


def test_chased_today_the_button_is_gone(enter, office, decision):
    browser, url = enter(office), reverse("decision", args=[decision.pk])
    assert "催办" in [verb["label"] for verb in browser.get(url).context["verbs"]]
    post(browser, "decision_chase", decision, text="")
    assert "催办" not in [verb["label"] for verb in browser.get(url).context["verbs"]]


def test_a_cancelled_meeting_shows_why(enter, office, meeting, now):
    meetings.cancel(meeting=meeting, reason="与区委会议冲突", by=office, at=now)
    page = enter(office).get(reverse("meeting", args=[meeting.pk])).content.decode()
    assert "会议已取消：与区委会议冲突" in page


def tasks_of(browser):
    return [task.text for task in browser.get(reverse("my_page")).context["tasks"]]


def test_the_own_page_says_what_waits_for_whom(enter, lead, office, order, now):
    assert {f"{order}等待您签收", "1 项交办事项等待您签收", "1 份通知未阅知"} <= {*tasks_of(enter(lead))}
    decisions.receive(decision=order.decision, by=lead, at=now)
    decisions.ask_to_close(decision=order.decision, evidence="已办结", by=lead, at=now)
    assert "1 项交办事项申请销号，等待您核实" in tasks_of(enter(office))
    assert not any("交办事项" in task for task in tasks_of(enter(lead)))


def test_the_own_page_asks_for_what_a_meeting_is_to_read(enter, lead, meeting, now):
    Meeting.objects.update(held_at=now + timedelta(days=2), inputs_due_at=now + timedelta(days=1))
    assert "“第10次周调度会”有 1 项议题等待您报送材料" in tasks_of(enter(lead))


def test_the_own_page_proposes_orders_to_the_office_alone(enter, lead, office, decision):
    Decision.objects.update(due_on=timezone.localdate(), original_due_on=timezone.localdate())
    assert "1 项交办事项建议签发督办单" in tasks_of(enter(office))
    assert not any("建议签发" in task for task in tasks_of(enter(lead)))


def test_the_agenda_shows_others_only_what_concerns_them(enter, office, lead, meeting, now):
    other = KeyProjectFactory(name="城东水厂扩建")
    agendas.add_project(meeting=meeting, project=other, by=office, at=now)
    url = reverse("meeting", args=[meeting.pk])
    assert other.name in enter(office).get(url).content.decode()
    assert other.name not in enter(lead).get(url).content.decode()


class TestLists:
    @pytest.fixture
    def thirty(self, project, lead, now, meeting):
        today = timezone.localdate()
        for n in range(30):
            unit = UnitFactory()
            matter = Matter(f"事项{n}", unit, today + timedelta(days=n), lead, project=project)
            item = AgendaItem.objects.create(meeting=meeting, position=n, kind="OTHER", subject=f"议题{n}")
            decisions.decide(meeting=meeting, agenda_item=item, matter=matter, by=meeting.called_by, at=now)
        Decision.objects.filter(text="事项0").update(due_on=date(2026, 1, 2), original_due_on=date(2026, 1, 2))

    @pytest.mark.core
    @pytest.mark.parametrize(
        ("name", "queries"),
        [("decision_list", 9), ("meeting_list", 9), ("supervision_order_list", 10)],
    )
    @pytest.mark.usefixtures("thirty")
    def test_a_list_asks_a_constant_number_of_questions(self, enter_as, django_assert_num_queries, name, queries):
        browser = enter_as("office")
        with django_assert_num_queries(queries):
            page = browser.get(reverse(name))
        assert len(page.content) < 40_000

    @pytest.mark.core
    def test_so_do_a_meeting_and_a_decision(self, enter, office, thirty, meeting, django_assert_num_queries):
        browser = enter(office)
        with django_assert_num_queries(14):
            browser.get(reverse("meeting", args=[meeting.pk]))
        with django_assert_num_queries(14):
            browser.get(reverse("decision", args=[Decision.objects.first().pk]))

    @pytest.mark.core
    def test_the_longest_overdue_stands_first_and_totals_agree(self, enter, office, thirty):
        shown = enter(office).get(reverse("decision_list")).context
        assert shown["rows"][0]["text"] == "事项0"
        assert "未销号 30 项，其中逾期 1 项，待签收 30 项，待审核 0 项" in shown["headline"]

    @pytest.mark.core
    @pytest.mark.parametrize(
        ("asked", "count"),
        [
            ({"overdue": "on"}, 1),
            ({"state": "CLOSED"}, 0),
            ({"state": "ALL", "source": "MEETING"}, 30),
            ({"source": "INSTRUCTION"}, 0),
            ({"q": "事项29"}, 1),
            ({"project": "ZD-9999"}, 0),
            ({"side": "check"}, 0),
        ],
    )
    def test_it_is_narrowed(self, enter, office, thirty, asked, count):
        assert len(enter(office).get(reverse("decision_list"), asked).context["rows"]) == count

    @pytest.mark.core
    def test_what_is_in_my_court_is_found(self, enter, lead, thirty):
        assert len(enter(lead).get(reverse("decision_list"), {"side": "mine"}).context["rows"]) == 30

    @pytest.mark.core
    def test_excel_has_the_rows_of_the_page(self, enter, office, thirty):
        answer = enter(office).get(reverse("decision_list_export"), {"overdue": "on"})
        rows = list(load_workbook(BytesIO(b"".join(answer))).worksheets[0].iter_rows(min_row=4, values_only=True))
        assert [row[1] for row in rows] == ["事项0"]
