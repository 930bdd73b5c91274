"""月末调整: a month is the sum of its weeks and what was adjusted at its end, reviewed at the same desk."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse

from projects.errors import RuleViolation
from scheduling.actions.progress_content import Content
from scheduling.amounts import month_amounts
from scheduling.models import ProgressVersion
from scheduling.plausibility import Report, flags
from tests.scheduling.reporting_samples import report, week_of
from tests.scheduling.reports import said

pytestmark = [pytest.mark.django_db, pytest.mark.core]

THURSDAY = datetime(2026, 3, 5, 2, tzinfo=UTC)


@pytest.fixture(autouse=True)
def on_a_thursday():
    with time_machine.travel(THURSDAY):
        yield


@pytest.fixture
def february(db):
    return week_of(date(2026, 2, 1), at=THURSDAY, kind="MONTH_END")


@pytest.fixture
def reported(project, lead, dispatcher):
    """A project with two weeks of February: 100 accepted, 20 that waits."""
    report(project, week_of(date(2026, 2, 10), at=THURSDAY), lead, "100", accepted_by=dispatcher)
    report(project, week_of(date(2026, 2, 26), at=THURSDAY), lead, "20")
    return project


def url(project):
    return reverse("month_end", args=[project.code])


def filled(amount="8", direction="more", **more):
    return {"direction": direction, "amount": amount, "reason": "审计核定", "client_id": uuid4(), **more}


def adjusted(project, period, lead, amount, **more):
    content = vars(Content.of_adjustment(amount=Decimal(amount), reason="审计核定"))
    return report(project, period, lead, **(content | {"amount": amount, "period_amount": Decimal(amount)}), **more)


def month(project):
    return month_amounts([project.pk], year=2026, month=2, known_at=None)[project.pk]


def test_the_page_says_what_the_weeks_come_to(reported, february, enter, lead):
    words = said(enter(lead).get(url(reported)))
    for told in ("2026年2月完成投资", "+100.00", "待审核 20", "本月合计 100"):
        assert told in words


@pytest.mark.parametrize(("direction", "total"), [("more", 108), ("less", 92)])
def test_an_adjustment_is_submitted_reviewed_at_the_desk_and_then_counts(
    direction, total, reported, february, enter_as
):  # fmt: skip
    answer = enter_as("lead").post(url(reported), filled(direction=direction))
    assert answer.url.startswith("/weekly-report/receipt/")
    assert month(reported) == 100
    told = ProgressVersion.objects.current().get(report__period=february)
    assert told.done_text == "审计核定"
    desk = enter_as("dispatcher")
    assert "审计核定" in said(desk.get(reverse("review_desk"), {"period": february.pk}))
    shown = said(desk.get(reverse("progress_report", args=[told.report_id])))
    assert "调整原因" in shown
    assert "本月合计 100" in shown
    desk.post(reverse("progress_report_accept", args=[told.report_id]))
    assert month(reported) == total


def test_what_was_accepted_is_corrected_with_a_reason_and_taken_back_with_nought(
    reported, february, enter, lead, dispatcher
):  # fmt: skip
    adjusted(reported, february, lead, "8", accepted_by=dispatcher)
    browser = enter(lead)
    assert browser.post(url(reported), filled("0")).context["form"].errors.keys() == {"correction_reason"}
    assert browser.post(url(reported), filled("0", correction_reason="重复计算")).status_code == 302
    assert month(reported) == 108


def test_of_nothing_there_is_nothing_to_take_back(project, february, enter, lead):
    assert "本月无须调整" in said(enter(lead).post(url(project), filled("0")))


def test_a_returned_adjustment_says_why(project, february, enter, lead, dispatcher):
    told = adjusted(project, february, lead, "8")
    enter(dispatcher).post(reverse("progress_report_return", args=[told.pk]), {"note": "请附审计报告"})
    assert "请附审计报告" in said(enter(lead).get(url(project)))


def test_only_months_that_have_begun_are_offered(project, february, enter, lead):
    week = week_of(date(2026, 3, 5), at=THURSDAY)
    april = week_of(date(2026, 4, 5), at=THURSDAY, kind="MONTH_END")
    browser = enter(lead)
    assert [each["label"] for each in browser.get(url(project)).context["months"]] == ["2026年2月"]
    assert {browser.get(url(project), {"period": each.pk}).status_code for each in (week, april)} == {404}


@pytest.mark.parametrize(
    ("who", "status"),
    [("lead", 200), ("dispatcher", 403), ("office", 403), ("leader", 403), ("signer", 403), ("outsider", 403)],
)
def test_only_who_answers_for_the_project_adjusts_its_month(who, status, project, february, enter_as):
    assert enter_as(who).get(url(project)).status_code == status


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"done_text": " "}, "须写明调整原因"),
        ({"physical_percent": Decimal(50)}, "只调整本月完成投资"),
        ({"is_unchanged": True, "amount": "0"}, "只调整本月完成投资"),
        ({"funds": [{"kind": "OWN", "received": "1", "paid": ""}]}, "只调整本月完成投资"),
        ({"amount": "-1"}, "请填写核减原因"),
    ],
)
def test_an_adjustment_tells_of_an_amount_and_its_reason_alone(told, words, project, february, lead):
    with pytest.raises(RuleViolation, match=words):
        report(project, february, lead, **({"done_text": "审计核定"} | told))


@pytest.mark.parametrize(
    ("month_before", "amount", "codes"),
    [
        pytest.param("100", "20", [], id="a-fifth-is-not-doubted"),
        pytest.param("100", "20.01", ["GREAT_ADJUSTMENT"], id="beyond-a-fifth"),
        pytest.param("100", "-21", ["REDUCTION", "GREAT_ADJUSTMENT"], id="less"),
        pytest.param("100", "-101", ["REDUCTION", "MONTH_BELOW_NOUGHT"], id="below-nought"),
        pytest.param("0", "1", ["GREAT_ADJUSTMENT"], id="a-month-without-reports"),
    ],
)
def test_a_great_adjustment_is_doubted(month_before, amount, codes):
    told = Report(Decimal(amount), "", month_before=Decimal(month_before))
    assert [flag.code for flag in flags(told)] == codes


def test_the_page_of_many_weeks_takes_no_more_queries(project, february, enter, lead, django_assert_num_queries):
    for day in range(1, 29, 7):
        report(project, week_of(date(2026, 2, day), at=THURSDAY), lead, "1")
    browser = enter(lead)
    browser.get(url(project))
    with django_assert_num_queries(8):
        browser.get(url(project))
