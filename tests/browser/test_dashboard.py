"""The 驾驶舱 and its big screen: what is accepted is on them within seconds, and nobody touches them."""

from decimal import Decimal

import pytest
from playwright.sync_api import expect

from scheduling.actions import progress_reports
from scheduling.models import ProgressReport
from tests.browser.conftest import DESKTOP, PHONE, fits
from tests.scheduling.districts import Plot, district
from tests.scheduling.reports import submit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PLOTS = (Plot(amount=12_000, done=6_000, started=9, due=9), Plot("CONTINUING", amount=7_200, done=1_000, due=None))


@pytest.fixture
def year(office, signer, lead, dispatcher, lead_unit):
    cast = {"office": office, "signer": signer, "lead": lead, "dispatcher": dispatcher}
    return district(**cast, lead_unit=lead_unit, plots=PLOTS)


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_every_section_comes_by_itself_and_a_number_opens_its_list(sign_in, office, year, size):
    page = sign_in(office, size)
    page.goto("/dashboard/")
    expect(page.get_by_text("完成 0.70 亿元")).to_be_visible()
    expect(page.get_by_role("columnheader", name="应开未开")).to_be_visible()
    expect(page.get_by_text("没有可以排名的类别")).to_be_visible()
    assert fits(page)
    page.get_by_role("link", name="计划新开工 1 项").click()
    expect(page.get_by_text("合计 1 个项目")).to_be_visible()


def test_an_accepted_report_is_on_the_big_screen_within_seconds(sign_in, office, lead, dispatcher, year):
    page = sign_in(office)
    page.goto("/dashboard/")
    page.get_by_role("link", name="大屏").click()
    expect(page.get_by_text("完成 0.70 亿元")).to_be_visible()
    report = ProgressReport.objects.order_by("pk").first()
    told = submit(report.project, report.period, lead, "7000", correction_reason="漏报").report
    progress_reports.accept(report=told, by=dispatcher)
    assert told.versions.accepted().current().get().period_amount == Decimal(7000)
    expect(page.get_by_text("完成 0.80 亿元")).to_be_visible(timeout=20_000)
    assert fits(page)


def test_without_javascript_the_sections_are_pages_and_the_screen_loads_itself_anew(sign_in, office, year):
    page = sign_in(office, PHONE, java_script_enabled=False)
    page.goto("/dashboard/")
    page.get_by_role("link", name="查看比上周的变化").click()
    expect(page.get_by_text("还没有锁定的报告周")).to_be_visible()
    page.goto("/dashboard/screen/")
    assert page.locator("meta[http-equiv=refresh]").count() == 1
