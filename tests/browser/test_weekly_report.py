"""A lead reports the week on a phone: in under a minute, and without a network no word of it is lost."""

import re
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from scheduling.models import ProgressDraft, ProgressReport
from tests.browser.conftest import DESKTOP, PHONE, fits
from tests.browser.test_pages_for_everybody import faults
from tests.factories import KeyProjectFactory
from tests.scheduling.photos import photo
from tests.scheduling.reports import WORDS, owes
from tests.workers import running_worker

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


SAVED = re.compile(r"已保存 \d\d:\d\d")


def opened(page: Page, project) -> None:
    page.goto("/weekly-report/")
    page.get_by_role("link", name=project.name).click()
    expect(page.get_by_label("形象进度", exact=True)).to_have_value(WORDS["physical_progress"])


def kept(page: Page) -> None:
    """The worker stands by, and the form can be opened without a network."""
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    page.wait_for_function("caches.match(location.href, { ignoreVary: true }).then((found) => found !== undefined)")


def version_of(project, period):
    return ProgressReport.objects.get(project=project, period=period).versions.current().get()


def with_a_photo(page: Page) -> None:
    """Taken on the site; its small copy comes by itself, and nothing that was typed is lost."""
    with running_worker():
        taken = {"name": "现场.jpg", "mimeType": "image/jpeg", "buffer": photo((900, 700))}
        page.get_by_label("选择照片").set_input_files(taken)
        page.get_by_role("button", name="上传照片").click()
        expect(page.locator(".photos img")).to_be_visible(timeout=30_000)


def test_a_week_is_reported_on_a_phone(sign_in, lead, project, weeks):
    page = sign_in(lead, PHONE)
    page.get_by_role("link", name=f"“{project.name}”待报周报").click()
    expect(page.get_by_text("上期计划：四层墙柱钢筋绑扎")).to_be_visible()
    page.get_by_label("本期完成投资").fill("1,200.5")
    expect(page.locator("[data-total=year]")).to_have_text("1,280.5")
    page.get_by_label("本期完成", exact=True).fill("四层墙柱钢筋绑扎完成")
    expect(page.get_by_role("status")).to_have_text(SAVED)
    assert ProgressDraft.objects.get().fields["done_text"]["text"] == "四层墙柱钢筋绑扎完成"
    expect(page.get_by_role("button", name="报送", exact=True)).to_be_in_viewport()
    with_a_photo(page)
    assert fits(page)
    assert faults(page) == []
    page.get_by_role("button", name="报送", exact=True).click()
    expect(page.get_by_text("回执号")).to_be_visible()
    assert fits(page)
    assert faults(page) == []
    version = version_of(project, weeks[1])
    assert (version.period_amount, version.done_text) == (Decimal("1200.5"), "四层墙柱钢筋绑扎完成")
    assert version.report.attachments.get().name == "现场.jpg"
    assert not ProgressDraft.objects.exists()


def test_without_javascript_as_well(sign_in, lead, project, weeks):
    page = sign_in(lead, PHONE, java_script_enabled=False)
    opened(page, project)
    page.get_by_label("本期完成投资").fill("20")
    page.locator("button[name=save]").last.click()
    expect(page.get_by_text("草稿已保存，还没有报送")).to_be_visible()
    expect(page.locator("[data-total=year]")).to_have_text("100")
    page.get_by_label("本期完成", exact=True).fill("四层墙柱")
    page.get_by_role("button", name="报送", exact=True).click()
    expect(page.get_by_text("回执号")).to_be_visible()
    assert version_of(project, weeks[1]).period_amount == 20


def test_a_form_filled_in_without_a_network_is_sent_once_it_is_back(sign_in, lead, project, weeks):
    page = sign_in(lead, PHONE)
    opened(page, project)
    page.reload()
    kept(page)
    page.get_by_label("下期计划").fill("五层模板")
    expect(page.get_by_role("status")).to_have_text(SAVED)

    page.context.set_offline(True)
    page.reload()
    page.get_by_label("本期完成投资").fill("66")
    page.get_by_label("本期完成", exact=True).fill("断网时填写的内容")
    expect(page.get_by_role("status")).to_contain_text("等待网络")
    page.reload()
    expect(page.get_by_label("本期完成投资")).to_have_value("66")
    expect(page.get_by_label("下期计划")).to_have_value("五层模板")
    page.get_by_role("button", name="报送", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("等待网络，接通后自动报送")
    assert not ProgressReport.objects.filter(period=weeks[1]).exists()

    page.context.set_offline(False)
    expect(page.get_by_text("回执号")).to_be_visible(timeout=20_000)
    version = version_of(project, weeks[1])
    assert (version.period_amount, version.done_text, version.next_text) == (66, "断网时填写的内容", "五层模板")
    opened_again = page.context.new_page()
    opened_again.goto("/weekly-report/")
    expect(opened_again.get_by_text("待审核")).to_be_visible()
    assert ProgressReport.objects.get(period=weeks[1]).versions.count() == 1


def test_what_waits_is_sent_from_the_list_as_well(sign_in, lead, project, weeks):
    page = sign_in(lead, PHONE)
    opened(page, project)
    page.context.set_offline(True)
    page.get_by_label("本期完成投资").fill("66")
    page.get_by_label("本期完成", exact=True).fill("四层墙柱")
    page.get_by_role("button", name="报送", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("等待网络")
    page.context.set_offline(False)
    expect(page.get_by_text("回执号")).to_be_visible(timeout=20_000)
    assert version_of(project, weeks[1]).period_amount == 66


def test_nobody_finds_the_pages_of_another_after_signing_out(sign_in, lead, project, weeks):
    page = sign_in(lead)
    opened(page, project)
    page.reload()
    kept(page)
    page.locator("summary.user").click()
    page.get_by_role("button", name="退出登录").click()
    expect(page.get_by_text("您已退出登录")).to_be_visible()
    page.wait_for_function("caches.keys().then((names) => names.length === 0)")


def test_what_two_tabs_wrote_differently_is_asked_about(sign_in, lead, project, weeks):
    page = sign_in(lead)
    opened(page, project)
    other = page.context.new_page()
    other.goto(page.url)
    other.get_by_label("下期计划").fill("五层模板")
    expect(other.get_by_role("status")).to_have_text(SAVED)
    page.evaluate("localStorage.clear()")
    page.get_by_label("下期计划").fill("五层钢筋")
    expect(page.get_by_text("“下期计划”已由 李项目")).to_be_visible()
    page.get_by_role("button", name="改用他人填的").click()
    expect(page.get_by_label("下期计划")).to_have_value("五层模板")


def test_a_block_from_a_spreadsheet_fills_the_grid(sign_in, lead, lead_unit, project, weeks):
    other = owes(KeyProjectFactory(lead_unit=lead_unit, responsible_person=lead))
    page = sign_in(lead, DESKTOP)
    page.goto("/weekly-report/batch/")
    assert fits(page)
    assert faults(page) == []
    rows = "\n".join(["5\t40\t主体施工至四层\t四层顶板\t五层", '6.5\t20\t基础施工\t桩基完成\t"承台\n一层"'])
    page.locator("input[name$=-period_amount]").first.focus()
    page.evaluate(
        """(text) => {
            const data = new DataTransfer();
            data.setData("text/plain", text);
            document.activeElement.dispatchEvent(
                new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        }""",
        rows,
    )
    page.get_by_role("button", name="报送填好的各行").click()
    expect(page.get_by_text("已报送 2 个项目")).to_be_visible()
    said = {version_of(each, weeks[1]).next_text for each in (project, other)}
    assert said == {"五层", "承台\n一层"}
