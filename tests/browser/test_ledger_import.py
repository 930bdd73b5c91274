"""The office brings in a ledger as it came by mail: mends the mapping, takes what is good, mends the rest."""

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from projects.models import KeyProject, LedgerImport, PlanEntry
from tests.browser.conftest import fits
from tests.projects.ledger.dirty import write_dirty_ledger
from tests.workers import running_worker

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SLOW = 60_000


def upload(page: Page, path) -> None:
    page.get_by_role("link", name="台账导入").first.click()
    page.get_by_role("link", name="导入台账").first.click()
    page.get_by_label("台账文件").set_input_files(path)
    page.get_by_label("不含涉密信息").check()
    page.get_by_role("button", name="上传").click()
    expect(page.get_by_role("heading", name="核对列对应")).to_be_visible()


def line(page: Page, column: str):
    return page.get_by_role("combobox", name=column, exact=True)


def mend_the_mapping(page: Page) -> None:
    page.get_by_role("button", name="改 目前状态").click()
    expect(line(page, "目前状态")).to_be_focused()
    line(page, "目前状态").select_option(label="计划类别")
    page.get_by_label("重点领域空缺时归").select_option(label="基础设施")
    page.get_by_role("button", name="试导入，看看结果").click()
    expect(page.get_by_text("这一列有没见过的词").first).to_be_visible()
    expect(page.get_by_label("“在建” 是")).to_have_value("CONTINUING")
    page.get_by_label("“打地基” 是").select_option(label="新开工")
    page.get_by_role("button", name="试导入，看看结果").click()


def mend_the_rows(path) -> None:
    book = load_workbook(path)
    sheet = book.active
    for row in sheet.iter_rows(min_row=5):
        if row[0].value in {"4", "6"}:
            row[1].value = {"4": "东湖水闸", "6": "创业园二期"}[row[0].value]
    book.save(path)


def test_a_dirty_ledger_is_mended_taken_in_part_and_completed(sign_in, office, tmp_path):
    page = sign_in(office)
    with running_worker():
        upload(page, write_dirty_ledger(tmp_path / "计划表.xlsx"))
        mend_the_mapping(page)
        expect(page.get_by_text("有 2 行不能导入")).to_be_visible(timeout=SLOW)
        assert fits(page)
        assert not KeyProject.objects.exists()

        with page.expect_download() as download:
            page.get_by_role("link", name="下载不能导入的行").click()
        mended = tmp_path / "改好.xlsx"
        download.value.save_as(mended)
        page.get_by_role("button", name="只导入没有问题的行").click()
        expect(page.get_by_text("2 行没有导入")).to_be_visible(timeout=SLOW)
        assert KeyProject.objects.count() == 4

        mend_the_rows(mended)
        upload(page, mended)
        expect(page.get_by_text("赵重点核对过的列对应")).to_be_visible()
        page.get_by_role("button", name="试导入，看看结果").click()
        page.get_by_role("button", name="整份导入").click(timeout=SLOW)
        expect(page.get_by_role("link", name="查看项目库")).to_be_visible(timeout=SLOW)

    assert LedgerImport.objects.filter(is_dry_run=False, state="DONE").count() == 2
    assert PlanEntry.objects.filter(annual_plan_amount=3000).exists()
    page.get_by_role("link", name="查看项目库").click()
    for name in ("滨河路改造工程", "第十二中学新建", "北山隧道", "城南安置房", "东湖水闸", "创业园二期"):
        expect(page.get_by_role("link", name=name)).to_be_visible()
