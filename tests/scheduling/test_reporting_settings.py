"""设置: the office keeps by what hour reports are due and which projects report otherwise than weekly."""

from datetime import UTC, date, datetime, time

import pytest
import time_machine
from django.urls import reverse

from scheduling.models import ReportingDuty, ReportingRule
from tests.factories import KeyProjectFactory
from tests.scheduling.reports import said

pytestmark = [pytest.mark.django_db, pytest.mark.core]

THURSDAY = datetime(2026, 3, 5, 2, tzinfo=UTC)
RULE = {
    "kind": "WEEK", "effective_on": "2026-03-07", "due_time": "10:00", "review_time": "16:00", "when_holiday": "LATER",
}  # fmt: skip
PAGES = ("reporting_rules", "reporting_duties")
FORMS = ("reporting_rule_add", "reporting_duty_change")


@pytest.fixture(autouse=True)
def on_a_thursday():
    with time_machine.travel(THURSDAY):
        yield


def duty(project, **told):
    return {"project": project.pk, "kind": "MONTH", "starts_on": "2026-04-01", "reason": "仅剩尾款"} | told


@pytest.mark.parametrize(
    ("who", "reads", "keeps"),
    [
        ("office", 200, 200),
        ("lead", 200, 403),
        ("dispatcher", 200, 403),
        ("outsider", 200, 403),
        ("leader", 200, 403),
        ("signer", 200, 403),
        ("sec_admin", 403, 403),
    ],
)
def test_everybody_reads_them_and_the_office_keeps_them(who, reads, keeps, enter_as):
    browser = enter_as(who)
    assert {browser.get(reverse(name)).status_code for name in PAGES} == {reads}
    assert {browser.get(reverse(name)).status_code for name in FORMS} == {keeps}
    assert {browser.post(reverse(name)).status_code for name in FORMS} == {keeps}


def test_a_new_limit_stands_in_the_list_until_it_begins(enter, office):
    browser = enter(office)
    assert browser.post(reverse("reporting_rule_add"), RULE).status_code == 302
    rule = ReportingRule.objects.get()
    assert (rule.due_time, rule.when_holiday) == (time(10), "LATER")
    assert "2026-03-07 10:00 16:00 顺延到此后最近的工作日 未生效" in said(browser.get(reverse("reporting_rules")))
    with time_machine.travel(datetime(2026, 3, 8, tzinfo=UTC)):
        browser = enter(office)
        browser.post(reverse("reporting_rule_add"), RULE | {"effective_on": "2026-03-08"})
        words = said(browser.get(reverse("reporting_rules")))
    assert words.index("现行") < words.index("已停用")


@pytest.mark.parametrize(
    ("told", "words"),
    [({"effective_on": "2026-03-04"}, "报送时限不能追溯"), ({"review_time": "09:00"}, "须晚于报送截止")],
)
def test_a_limit_that_cannot_be_is_refused_on_the_form(told, words, enter, office):
    assert words in said(enter(office).post(reverse("reporting_rule_add"), RULE | told))


def test_a_project_that_reports_by_the_month_is_listed(project, enter_as):
    browser = enter_as("office")
    assert "所有项目都报周报" in said(browser.get(reverse("reporting_duties")))
    assert browser.post(reverse("reporting_duty_change"), duty(project)).status_code == 302
    words = said(browser.get(reverse("reporting_duties")))
    for told in (project.name, "月报", "未生效", "2026-04 起", "仅剩尾款"):
        assert told in words
    assert project.name in said(enter_as("lead").get(reverse("reporting_duties")))
    assert project.name not in said(enter_as("outsider").get(reverse("reporting_duties")))


def test_whoever_is_back_to_weeks_is_listed_no_more(project, enter, office):
    duties = [("MONTH", date(2026, 1, 1), date(2026, 2, 28)), ("WEEK", date(2026, 3, 1), None)]
    for kind, starts_on, ends_on in duties:
        ReportingDuty.objects.create(project=project, kind=kind, starts_on=starts_on, ends_on=ends_on, reason="已复工")
    assert "所有项目都报周报" in said(enter(office).get(reverse("reporting_duties")))


def test_a_change_that_cannot_be_is_refused_on_the_form(project, enter, office):
    assert "现在就报周报" in said(enter(office).post(reverse("reporting_duty_change"), duty(project, kind="WEEK")))


def test_a_long_list_takes_no_more_queries(enter, office, lead_unit, django_assert_num_queries):
    for _ in range(30):
        ReportingDuty.objects.create(
            project=KeyProjectFactory(lead_unit=lead_unit), kind="MONTH", starts_on=date(2026, 3, 1), reason="尾工"
        )
    browser = enter(office)
    browser.get(reverse("reporting_duties"))
    with django_assert_num_queries(5):
        browser.get(reverse("reporting_duties"))
