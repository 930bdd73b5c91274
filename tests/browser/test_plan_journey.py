"""A lead works a schedule back on a phone and others approve it; a later date is asked for, and refused."""

import re
from datetime import date, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from projects.actions import templates
from projects.actions.milestones import dates_of
from projects.models import BackwardSchedule, Milestone
from tests.browser.conftest import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FINISH = timezone.localdate() + timedelta(days=900)
NODE = "路基工程"


@pytest.fixture(autouse=True)
def templates_in_force(project):
    templates.take_initial_editions(by=None, at=timezone.now())


def fits(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def worked_back(page: Page, project, finish: date) -> None:
    """From the list of projects to what the finish comes to; nothing is saved yet."""
    page.goto("/projects/")
    page.get_by_role("link", name=project.name).first.click()
    page.get_by_role("link", name="计划", exact=True).click()
    page.get_by_role("link", name="倒排", exact=True).first.click()
    expect(page.get_by_label("从哪里开始")).not_to_have_value("")
    page.get_by_label("要求完成日期").fill(finish.isoformat())
    page.get_by_role("button", name="推算工期").click()
    expect(page.locator(".finding")).to_contain_text("工期可行，富余")
    assert not BackwardSchedule.objects.exists()
    page.get_by_role("button", name="保存为草稿").click()
    expect(page.get_by_text("已保存为草稿")).to_be_visible()


def slip_and_mend(page: Page) -> None:
    """One slip in twenty rows: the list leads to its row, where its sentence stands; all else is as it was typed."""
    page.locator("#row-3-duration").fill("33")
    page.locator("#row-4-after").fill("等三号")
    page.get_by_role("button", name="保存", exact=True).click()
    slips = page.get_by_role("alert").get_by_role("listitem")
    expect(slips).to_have_count(1)
    slips.get_by_role("link").click()
    expect(page.locator("#row-4-after")).to_be_in_viewport()
    expect(page.locator("#row-4-after")).to_have_accessible_description(re.compile("“等三号”看不懂"))
    expect(page.locator("#row-4-after")).to_have_value("等三号")
    expect(page.locator("#row-3-duration")).to_have_value("33")
    page.locator("#row-4-after").fill("4")


def hand_in(page: Page, reason: str) -> None:
    page.get_by_role("button", name="保存并报批").click()
    page.get_by_label("编制说明").fill(reason)
    page.get_by_role("button", name="提交申请").click()
    expect(page.get_by_text("申请已提交")).to_be_visible()


def agree(page: Page, project_name: str, opinion: str = "") -> None:
    page.goto("/requests/")
    page.get_by_role("link", name=project_name).first.click()
    expect(page.get_by_role("heading", name="对后续的影响")).to_be_visible()
    page.get_by_label("办理意见").fill(opinion)
    page.get_by_role("button", name="同意", exact=True).click()
    expect(page.get_by_text("已同意。")).to_be_visible()


def ask_for_a_later_date(page: Page, node: str, *, days: int) -> None:
    """What it breaks is read before it is sent."""
    page.get_by_role("link", name=node).first.click()
    page.get_by_role("link", name="申请调整", exact=True).click()
    later = FINISH + timedelta(days=days)
    page.get_by_label("申请调整到").fill(later.isoformat())
    page.get_by_label("原因类别").select_option(label="征迁")
    page.get_by_label("原因说明").fill("两户房屋未腾空")
    page.get_by_role("button", name="查看影响").click()
    expect(page.get_by_role("status")).to_contain_text("个节点不能按批准日期完成")
    page.get_by_role("button", name="提交申请").click()
    expect(page.get_by_text("申请已提交")).to_be_visible()


def refuse(page: Page, project_name: str, opinion: str) -> None:
    """Without words it is not taken."""
    page.goto("/requests/")
    page.get_by_role("link", name=project_name).first.click()
    page.get_by_role("button", name="不同意").click()
    expect(page.get_by_text("不同意须写明意见。", exact=True)).to_be_visible()
    page.get_by_label("办理意见").fill(opinion)
    page.get_by_role("button", name="不同意").click()
    expect(page.get_by_text("已答复不同意，原批准内容不变")).to_be_visible()


def test_a_schedule_is_drawn_up_on_a_phone_and_approved_and_a_date_of_it_stands(
    sign_in, dispatcher, signer, office, project
):
    phone = sign_in(project.responsible_person, PHONE)
    worked_back(phone, project, FINISH)
    assert fits(phone)
    slip_and_mend(phone)
    hand_in(phone, "按市政道路模板倒排，已与施工单位核对")
    assert BackwardSchedule.objects.get().nodes.get(position=4).duration == 33

    agree(sign_in(dispatcher), project.name)
    agree(sign_in(signer), project.name)

    phone.goto(f"/projects/{project.code}/plan/")
    expect(phone.locator(".finding")).to_contain_text("工期可行，富余")
    edition = phone.locator("#editions").get_by_role("row").filter(has_text="第 1 版")
    for word in ("已批准", f"钱签发 {timezone.localdate()}", "第 1 版批准计划"):
        expect(edition).to_contain_text(word)
    assert fits(phone)

    promised = dates_of(Milestone.objects.get(name=NODE)).approved_on
    ask_for_a_later_date(phone, NODE, days=400)
    agree(sign_in(dispatcher), project.name, "情况属实")
    refuse(sign_in(office), project.name, "要求完成日期不变，请增加作业面赶工")
    phone.goto(f"/projects/{project.code}/plan/")
    phone.get_by_role("link", name=NODE).first.click()
    expect(phone.get_by_role("listitem").filter(has_text="两户房屋未腾空")).to_contain_text("不同意")
    assert dates_of(Milestone.objects.get(name=NODE)).approved_on == promised


def test_without_javascript_it_is_worked_back_and_saved_as_well(sign_in, lead, project):
    page = sign_in(lead, PHONE, java_script_enabled=False)
    worked_back(page, project, FINISH)
    page.get_by_role("button", name="在第 2 行之前插入一行").click()
    page.locator("#row-1-name").fill("资金落实")
    page.locator("#row-1-duration").fill("10")
    page.get_by_role("button", name="重新倒排").first.click()
    expect(page.get_by_text("还没有保存")).to_be_visible()
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text("已保存")).to_be_visible()
    assert BackwardSchedule.objects.get().nodes.filter(name="资金落实", position=2).exists()
