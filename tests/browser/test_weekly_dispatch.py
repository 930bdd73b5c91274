"""The week of those who dispatch: a report goes back and forth until it counts; a matter is given out and closed."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from scheduling.models import Decision, Notice
from tests.browser.conftest import PHONE, fits
from tests.browser.test_pages_for_everybody import faults
from tests.scheduling.reports import submit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MATTER = "三日内完成北侧地块交地"


def send_back(page: Page, project, words: str) -> None:
    page.get_by_role("link", name="2 份填报待审核").click()
    row = page.get_by_role("row").filter(has_text=project.name)
    row.get_by_role("link", name="退回").click()
    page.get_by_label("退回意见").fill(words)
    page.get_by_role("button", name="退回").click()
    expect(page.get_by_text("已退回，填报人会看到您的意见。")).to_be_visible()


def report_again(page: Page, project, *, words: str, amount: str) -> None:
    page.goto("/weekly-report/")
    expect(page.get_by_text(words)).to_be_visible()
    page.get_by_role("link", name=project.name).click()
    expect(page.get_by_text("王审核已退回，请修改后重新报送")).to_be_visible()
    page.get_by_label("本期完成投资").fill(amount)
    page.get_by_role("button", name="报送", exact=True).click()
    expect(page.get_by_text("回执号")).to_be_visible()


def test_a_report_is_sent_back_with_words_amended_accepted_and_counts(sign_in, dispatcher, lead, project, weeks):
    report, words = submit(project, weeks[1], lead, "660").report, "请核对金额，应为 66 万元"
    reviewer, phone = sign_in(dispatcher), sign_in(lead, PHONE)
    send_back(reviewer, project, words)
    report_again(phone, project, words=words, amount="66")
    assert not report.versions.current().filter(counts=True).exists()

    reviewer.goto("/reviews/")
    row = reviewer.get_by_role("row").filter(has_text=project.name)
    expect(row).to_contain_text("66（-14）")
    row.get_by_role("button", name="通过").click()
    expect(reviewer.get_by_text("已审核通过，计入统计。")).to_be_visible()
    assert report.versions.current().get(counts=True).period_amount == 66

    reviewer.get_by_role("link", name="已通过 1").click()
    reviewer.get_by_role("link", name=project.name).click()
    course = reviewer.get_by_role("listitem")
    for said in ("660 万元", words, "审核通过"):
        expect(course.filter(has_text=said).first).to_be_visible()
    assert faults(reviewer) == []


def chase(page: Page) -> None:
    page.goto("/reporting/missing/")
    page.get_by_role("button", name="催报", exact=True).click()
    expect(page.get_by_text("已向 1 个单位发出催报通知。")).to_be_visible()
    expect(page.get_by_text("今天已催")).to_be_visible()


def call_a_meeting(page: Page, chair: str) -> None:
    """After this week's reports were due, so that it talks of them."""
    page.get_by_role("link", name="周调度").first.click()
    page.get_by_role("link", name="召集会议").click()
    page.get_by_label("会议名称").fill("全区周调度会")
    page.get_by_label("会议时间").fill(f"{timezone.localdate() + timedelta(days=7)}T09:00")
    page.get_by_label("会议地点").fill("三楼会议室")
    page.get_by_label("主持人").select_option(label=chair)
    page.get_by_role("button", name="召集").click()
    expect(page.get_by_text("会议已召集。")).to_be_visible()


def decide(page: Page, subject: str) -> None:
    """From the item of the agenda, below it, on the page of the meeting."""
    item = page.get_by_role("listitem").filter(has_text=subject)
    item.get_by_role("link", name="议定").click()
    item.get_by_label("议定事项").fill(MATTER)
    item.get_by_label("责任单位").select_option(label="区住房和城乡建设局")
    item.get_by_role("button", name="登记并交办").click()
    expect(page.get_by_text("本次已议定 1 项")).to_be_visible()


def carry_out(page: Page, evidence: str) -> None:
    page.goto("/decisions/")
    page.get_by_role("link", name=MATTER).click()
    page.get_by_role("link", name="签收").click()
    page.get_by_role("button", name="签收").click()
    expect(page.get_by_text("已签收。")).to_be_visible()
    assert fits(page)
    page.get_by_role("link", name="申请销号").click()
    page.get_by_label("办结情况和佐证").fill(evidence)
    page.get_by_role("button", name="申请销号").click()
    expect(page.get_by_text("已申请销号，等待交办单位核实。")).to_be_visible()


def close_out(page: Page, evidence: str) -> None:
    page.goto("/decisions/")
    page.get_by_role("link", name=MATTER).click()
    expect(page.get_by_text(evidence)).to_be_visible()
    page.get_by_role("link", name="销号", exact=True).click()
    page.get_by_role("button", name="销号").click()
    expect(page.get_by_text("已销号。", exact=True)).to_be_visible()


@pytest.mark.usefixtures("project", "weeks")
def test_the_office_chases_calls_decides_and_closes_what_was_carried_out(
    sign_in, office, signer, dispatcher, lead_unit
):
    desk, phone, evidence = sign_in(office), sign_in(dispatcher, PHONE), "交地确认书已签，现场已移交"
    chase(desk)
    assert Notice.objects.get(kind=Notice.Kind.CHASE).unit == lead_unit
    call_a_meeting(desk, signer.full_name)
    decide(desk, "个项目未报")
    assert faults(desk) == []
    carry_out(phone, evidence)
    close_out(desk, evidence)

    course = desk.get_by_role("listitem")
    for step in ("交办", "签收", evidence, "经核实，已落实。"):
        expect(course.filter(has_text=step).first).to_be_visible()
    desk.goto("/decisions/")
    expect(desk.get_by_role("link", name=MATTER)).to_have_count(0)
    desk.goto("/decisions/?state=CLOSED")
    expect(desk.get_by_role("link", name=MATTER)).to_be_visible()
    assert Decision.objects.get().closed_by == office
