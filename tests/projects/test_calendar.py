"""节假日: what the office enters, what the package knows, and the page."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.urls import reverse

from projects.actions import calendar
from projects.errors import RuleViolation
from projects.models import AuditEvent, CalendarDay

pytestmark = [pytest.mark.django_db, pytest.mark.core]

NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)
NATIONAL = [date(2027, 10, day) for day in range(1, 8)]


def enter(office, *, off=NATIONAL, worked=(date(2027, 9, 26),), name="国庆节"):
    return calendar.enter_holiday(name=name, off=off, worked=worked, by=office, at=NOON)


def test_a_holiday_is_entered_whole_and_leaves_one_trace(office):
    enter(office)
    assert CalendarDay.objects.covers(2027)
    assert CalendarDay.objects.get(day=date(2027, 9, 26)).is_workday
    event = AuditEvent.objects.get(action="calendar.holiday_entered")
    assert event.changes["2027-10-01"] == [None, "国庆节放假"]
    assert len(event.changes) == 8


def test_entering_a_day_again_replaces_it_and_the_trace_keeps_what_it_was(office):
    enter(office)
    enter(office, off=[date(2027, 10, 7)], worked=(), name="国庆节补休")
    assert AuditEvent.objects.first().changes == {"2027-10-07": ["国庆节放假", "国庆节补休放假"]}
    assert CalendarDay.objects.of_year(2027).count() == 8


@pytest.mark.parametrize(
    ("off", "worked", "sentence"),
    [
        pytest.param([], [], "请填写放假日期", id="nothing"),
        pytest.param(NATIONAL, [date(2027, 9, 27)], "不是周末", id="a Monday made up"),
        pytest.param(NATIONAL, [date(2027, 10, 2)], "既是放假日又是", id="off and worked"),
        pytest.param([date(2027, 10, day) for day in range(1, 18)], [], "放假共 17 天", id="too long"),
    ],
)
def test_slips_of_the_hand_are_refused(office, off, worked, sentence):
    with pytest.raises(RuleViolation, match=sentence):
        enter(office, off=off, worked=worked)
    assert not CalendarDay.objects.exists()


def test_a_day_taken_back_follows_the_week_again(office):
    enter(office)
    calendar.withdraw_day(day=date(2027, 9, 26), by=office, at=NOON)
    assert not CalendarDay.objects.filter(day=date(2027, 9, 26)).exists()
    assert AuditEvent.objects.first().changes == {"2027-09-26": ["国庆节调休上班", None]}
    with pytest.raises(RuleViolation, match="没有登记安排"):
        calendar.withdraw_day(day=date(2027, 9, 26), by=office, at=NOON)


def test_the_package_fills_a_year_but_never_over_what_the_office_entered(office):
    enter(office, off=[date(2026, 10, 1)], worked=(), name="国庆节（更正）")
    added = calendar.take_known_year(year=2026, by=office, at=NOON)
    assert CalendarDay.objects.of_year(2026).count() == added + 1
    assert CalendarDay.objects.get(day=date(2026, 10, 1)).name == "国庆节（更正）"
    assert calendar.take_known_year(year=2026, by=office, at=NOON) == 0


def test_a_year_the_package_does_not_know_is_refused_in_words(office):
    with pytest.raises(RuleViolation, match="系统没有 2099 年的节假日安排"):
        calendar.take_known_year(year=2099, by=office, at=NOON)


def test_the_page_shows_each_holiday_as_it_was_announced(office, enter):
    calendar.take_known_year(year=2026, by=None, at=NOON)
    page = enter(office).get(reverse("calendar"), {"year": 2026}).content.decode()
    assert "10月1日至7日" in page
    assert "9月20日、10月10日" in page
    assert "全年 248 个工作日" in page


@time_machine.travel(NOON)
def test_from_november_the_page_warns_that_next_year_is_missing(office, enter):
    calendar.take_known_year(year=2026, by=None, at=NOON)
    browser = enter(office)
    assert "2027 年的节假日还没有录入" in browser.get(reverse("calendar")).content.decode()
    with time_machine.travel(datetime(2026, 10, 31, 4, tzinfo=UTC)):
        assert "还没有录入，涉及" not in browser.get(reverse("calendar")).content.decode()


@pytest.mark.parametrize("person", ["office", "signer", "leader", "dispatcher", "lead", "outsider"])
def test_everybody_who_reads_projects_reads_the_calendar(person, enter, request):
    page = enter(request.getfixturevalue(person)).get(reverse("calendar"), {"year": 2026})
    assert page.status_code == 200
    assert ("录入一个节日" in page.content.decode()) == (person == "office")


@pytest.mark.parametrize("person", ["sys_admin", "sec_admin", "audit_admin"])
def test_administrators_have_no_business_there(person, enter, request):
    assert enter(request.getfixturevalue(person)).get(reverse("calendar")).status_code == 403


def test_a_stranger_is_asked_to_sign_in(client):
    assert client.get(reverse("calendar")).url.startswith(reverse("login"))


@pytest.mark.parametrize("person", ["signer", "leader", "dispatcher", "lead", "outsider", "sys_admin"])
@pytest.mark.parametrize(
    "address",
    [("holiday_enter",), ("calendar_year_take", 2026), ("calendar_day_withdraw", "2026-10-01")],
    ids=lambda address: address[0],
)
def test_only_the_office_changes_it(person, address, enter, request):
    name, *arguments = address
    assert enter(request.getfixturevalue(person)).post(reverse(name, args=arguments)).status_code == 403


def test_the_office_enters_corrects_and_takes_a_year_on_the_page(office, enter):
    browser = enter(office)
    answers = {"name": "国庆节", "first": "2027-10-01", "last": "2027-10-07", "worked": "2027-09-26、2027-10-09"}
    assert browser.post(reverse("holiday_enter"), answers).url == f"{reverse('calendar')}?year=2027"
    assert CalendarDay.objects.of_year(2027).count() == 9
    browser.post(reverse("calendar_day_withdraw", args=["2027-10-09"]))
    assert CalendarDay.objects.of_year(2027).count() == 8
    browser.post(reverse("calendar_year_take", args=[2026]))
    assert CalendarDay.objects.covers(2026)


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({"worked": "十月九日"}, "看不懂这个日期"),
        ({"first": "2027-10-07", "last": "2027-10-01"}, "请填写放假日期"),
        ({"worked": "2027-09-27"}, "不是周末"),
    ],
    ids=["unreadable", "backwards", "a Monday"],
)
def test_what_cannot_be_entered_stays_in_the_form_with_the_reason(office, enter, answers, sentence):
    given = {"name": "国庆节", "first": "2027-10-01", "last": "2027-10-07", "worked": ""} | answers
    page = enter(office).post(f"{reverse('holiday_enter')}?year=2027", given)
    assert sentence in page.content.decode()
    assert "国庆节" in page.content.decode()
    assert not CalendarDay.objects.exists()


@pytest.mark.parametrize("year", ["1900", "9999", "20261", pytest.param("2" * 5_000, id="very-long")])
def test_a_year_nobody_asks_for_is_not_there(office, enter, year):
    assert enter(office).get(reverse("calendar"), {"year": year}).status_code == 404


def test_a_year_that_is_no_number_is_this_year(office, enter):
    assert enter(office).get(reverse("calendar"), {"year": "abc"}).status_code == 200


def test_a_day_that_is_none_is_not_there(office, enter):
    assert enter(office).post(reverse("calendar_day_withdraw", args=["2026-13-01"])).status_code == 404


def test_the_page_asks_a_constant_number_of_questions(office, enter, django_assert_num_queries):
    calendar.take_known_year(year=2026, by=None, at=NOON)
    browser = enter(office)
    browser.get(reverse("calendar"), {"year": 2026})  # the session notes that it was seen
    with django_assert_num_queries(4):  # session, person, posts, calendar days
        page = browser.get(reverse("calendar"), {"year": 2026})
    assert len(page.content) < 40_000
