"""The office's first job: sign in, import a ledger, read who is late."""

import csv

import pytest
from playwright.sync_api import expect

from projects.models import LedgerImport, MilestoneDates
from tests.workers import running_worker

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HEADER = [
    "Project Geographic District ",
    "Project Building Identifier",
    "Project School Name",
    "Project Type ",
    "Project Description",
    "Project Phase Name",
    "Project Status Name",
    "Project Phase Actual Start Date",
    "Project Phase Planned End Date",
    "Project Phase Actual End Date",
    "Project Budget Amount",
    "Final Estimate of Actual Costs Through End of Phase Amount",
    "Total Phase Actual Spending Amount",
    "DSF Number(s)",
]
SCHOOL = ["1", "M015", "P.S. 15 - MANHATTAN", "SCA CIP", "BOILER CONVERSION"]
MONEY = ["68660", "79351.00", "79351.00", "DSF0001"]
PHASES = [
    ["Scope", "Complete", "4/13/2021", "9/13/2021", "7/1/2021"],
    ["Construction", "In-Progress", "6/28/2024", "3/31/2025", ""],
    ["CM,F&E", "In-Progress", "1/5/2025", "DOER", ""],
]


@pytest.fixture
def ledger(tmp_path, settings):
    """A ledger of three phases, one of them late on 30 June 2025."""
    path = tmp_path / "phases.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([HEADER, *([*SCHOOL, *phase, *MONEY] for phase in PHASES)])
    return path


def test_the_office_imports_a_ledger_and_reads_who_is_late(sign_in, office, ledger):
    page = sign_in(office)
    with running_worker():
        page.get_by_role("link", name="台账导入").click()
        page.get_by_role("link", name="导入台账").first.click()
        page.get_by_label("台账文件").set_input_files(ledger)
        page.get_by_label("不含涉密信息").check()
        page.get_by_role("button", name="上传").click()
        page.get_by_text("改用别的列对应").click()
        page.get_by_label("按哪一份的列对应").select_option("nyc-sca-schedules")
        page.get_by_role("button", name="采用").click()
        page.get_by_role("button", name="试导入，看看结果").click()
        expect(page.get_by_text("填的是代码").first).to_be_visible(timeout=60_000)
        page.get_by_role("button", name="整份导入").click()
        page.get_by_role("link", name="查看逾期清单").wait_for(timeout=60_000)

    assert LedgerImport.objects.get(is_dry_run=False).state == LedgerImport.State.DONE
    assert MilestoneDates.objects.current().count() == len(PHASES)

    page.get_by_role("link", name="查看逾期清单").click()
    page.goto("/overdue/?on=2025-06-30")
    expect(page.get_by_text("共 1 个项目 1 项逾期，最长逾期 91 天")).to_be_visible()
    row = page.get_by_role("row").filter(has_text="BOILER CONVERSION")
    expect(row.get_by_role("cell", name="2025-03-31")).to_be_visible()
    row.get_by_role("link").click()
    expect(page.get_by_role("heading", name="BOILER CONVERSION")).to_be_visible()


def test_a_file_that_is_no_ledger_is_refused_in_words(sign_in, office, tmp_path):
    picture = tmp_path / "photo.csv"
    picture.write_bytes(bytes(range(256)) * 4)
    page = sign_in(office)
    page.goto("/ledgers/new/")
    page.get_by_label("台账文件").set_input_files(picture)
    page.get_by_label("不含涉密信息").check()
    page.get_by_role("button", name="上传").click()
    expect(page.get_by_text("这不是文本表格，也不是 Excel 文件").first).to_be_visible()
    assert not MilestoneDates.objects.exists()
