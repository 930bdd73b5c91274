"""台账导入 on the pages: upload, watch, read the result, decide about what vanished."""

import json
from contextlib import closing
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from projects import jobs, rejected_sheet, tasks
from projects.actions import ledgers
from projects.models import AuditEvent, BudgetRevision, Job, KeyProject, LedgerImport, TierEntry, VanishedRow
from tests.projects.ledger.dirty import MERGED, NAMELESS_ROWS, SECTION_TWO, write_dirty_ledger
from tests.projects.ledger.imports import load_template
from tests.projects.ledger.samples import DESIGN, HEADER, MAPPING, NOT_STARTED, STRUCTURE, as_csv, with_
from tests.sheets import taken

pytestmark = pytest.mark.django_db
PROTECTED = b"\xd0\xcf\x11\xe0" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 600


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def sent(monkeypatch):
    """The jobs whose message was sent."""
    told = []
    monkeypatch.setattr(tasks.import_ledger, "delay_on_commit", told.append)
    return told


def waiting(*rows, by=None, dry_run=False):
    return ledgers.submit(
        content=BytesIO(as_csv(*rows)),
        name="台账.csv",
        mapping=ledgers.mapping_of(json.dumps(MAPPING)),
        is_dry_run=dry_run,
        by=by,
        at=timezone.now(),
    )


def load(*rows, **how):
    return ledgers.run(ledger_import=waiting(*rows, **how), by=how.get("by"), at=timezone.now())


def upload(**changes):
    return {"file": SimpleUploadedFile("台账.csv", as_csv(DESIGN)), "is_not_secret": "on", **changes}


def url(this, name="ledger_import", *more):
    return reverse(name, args=[this.pk, *more])


# --- who may ---


@pytest.mark.parametrize(
    "person",
    ["lead", "dispatcher", "signer", "leader", "outsider", "sys_admin", "sec_admin", "audit_admin"],
)
def test_only_the_office_sees_imports(request, enter, person):
    client = enter(request.getfixturevalue(person))
    done = load(DESIGN)
    pages = [
        reverse("ledger_import_list"),
        reverse("ledger_import_new"),
        url(done),
        url(done, "ledger_import_problems"),
        url(done, "ledger_import_file"),
        url(done, "ledger_import_rejected"),
        url(done, "ledger_mapping"),
        reverse("ledger_template"),
        reverse("ledger_layout_list"),
    ]
    assert {client.get(page).status_code for page in pages} == {403}
    verbs = [
        url(done, "ledger_import_repeat"), url(done, "vanished_rows_decide_rest"),
        url(done, "vanished_row_decide", 1), url(done, "ledger_mapping"), url(done, "ledger_mapping_reread"),
        url(done, "ledger_mapping_adopt"), url(done, "ledger_import_discard"), url(done, "ledger_import_remap"),
        reverse("ledger_layout_forget", args=[1]),
    ]  # fmt: skip
    assert {client.post(verb).status_code for verb in verbs} == {403}


def test_a_stranger_is_led_to_the_door(client):
    assert client.get(reverse("ledger_import_list")).status_code == 302


def test_what_is_not_there_is_a_404(enter, office):
    client = enter(office)
    assert client.get(reverse("ledger_import", args=[7])).status_code == 404
    done = load(DESIGN)
    assert client.post(url(done, "vanished_row_decide", 7), {"decision": "KEEP"}).status_code == 404


# --- upload ---


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"is_not_secret": ""}, "须确认文件不含涉密信息"),
        ({"file": ""}, "台账文件"),
        ({"file": SimpleUploadedFile("台账.csv", b"  ")}, "文件是空的"),
        ({"file": SimpleUploadedFile("台账.xlsx", b"PK\x03\x04 damaged")}, "文件损坏或不是 Excel 工作簿"),
        ({"file": SimpleUploadedFile("台账.xls", PROTECTED)}, "文件有打开密码"),
        ({"file": SimpleUploadedFile("台账.xls", b"<html><table>")}, "网页或 XML 文件"),
        ({"file": SimpleUploadedFile("信.csv", "就一句话\n".encode())}, "没有找到表头"),
    ],
)
def test_what_is_wrong_is_said_on_the_form(enter, office, sent, changes, said):
    answer = enter(office).post(reverse("ledger_import_new"), upload(**changes))
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert not sent
    assert not LedgerImport.objects.exists()


def test_a_file_beyond_the_limit_is_refused_on_the_form(enter, office, sent, settings):
    settings.UPLOAD_LIMIT_MB = 0
    assert "文件超过 0 MB" in enter(office).post(reverse("ledger_import_new"), upload()).content.decode()


# --- while it runs ---


def test_a_waiting_import_says_so_and_asks_again(enter, office, sent):
    this = waiting(DESIGN)
    tasks.ask_for_import(this, at=timezone.now())
    page = enter(office).get(url(this)).content.decode()
    assert "排队中" in page
    assert 'hx-trigger="every 1s"' in page
    assert f'<noscript><p><a class="button" href="{url(this)}">' in page


def test_a_running_import_shows_how_far_it_is_as_a_part_of_the_page(enter, office, sent):
    this = waiting(DESIGN)
    job = tasks.ask_for_import(this, at=timezone.now())
    claim = jobs.claim(job.pk, at=timezone.now())
    jobs.report(claim, done=4_000, total=13_153, at=timezone.now())
    part = enter(office).get(url(this), headers={"HX-Request": "true"}).content.decode()
    assert "已处理 4,000 行，共 13,153 行。" in part
    assert "<html" not in part


def test_when_it_has_ended_the_page_is_asked_for_anew(enter, office):
    answer = enter(office).get(url(load(DESIGN)), headers={"HX-Request": "true"})
    assert answer["HX-Refresh"] == "true"


def test_a_job_that_failed_is_not_watched_for_ever(enter, office, sent):
    this = waiting(DESIGN)
    tasks.ask_for_import(this, at=timezone.now())
    Job.objects.update(state=Job.State.FAILED, finished_at=timezone.now(), error="多次中断，未能完成。")
    page = enter(office).get(url(this)).content.decode()
    assert "多次中断，未能完成。" in page
    assert "hx-trigger" not in page


# --- the result ---


@pytest.mark.core
def test_the_result_tells_counts_and_problems(enter, office):
    done = load(DESIGN, with_(STRUCTURE, 计划完成="soon"), by=office)
    page = enter(office).get(url(done)).content.decode()
    assert "不是能识别的日期，按没有日期处理。" in page
    assert "第 3 行" in page
    assert "区教育局" in page


@pytest.mark.core
def test_problems_are_filtered_by_kind(enter, office):
    done = load(with_(STRUCTURE, 计划完成="soon", 概算="?"))
    page = enter(office).get(url(done), {"code": "bad_amount"}).content.decode()
    assert "不是能识别的金额" in page
    assert "不是能识别的日期" not in page
    assert enter(office).get(url(done), {"code": "<nonsense>"}).status_code == 200
    with closing(enter(office).get(url(done, "ledger_import_problems"), {"code": "<nonsense>"})) as sheet:
        assert sheet.status_code == 200


def test_an_import_without_problems_says_so(enter, office):
    assert "每一行、每一格都读出来了" in enter(office).get(url(load(DESIGN))).content.decode()


def test_a_failed_import_says_why(enter, office):
    this = waiting(DESIGN)
    LedgerImport.objects.update(state="FAILED", finished_at=timezone.now(), error="文件是空的。")
    page = enter(office).get(url(this)).content.decode()
    assert "没有导入任何内容" in page
    assert "文件是空的。" in page


@pytest.mark.core
def test_problems_leave_as_excel_with_a_trace(enter, office):
    done = load(with_(STRUCTURE, 计划完成="soon", 概算="=1+1"))
    answer = enter(office).get(url(done, "ledger_import_problems"), {"code": "bad_amount"})
    rows = list(load_workbook(BytesIO(b"".join(answer.streaming_content)))["数据"].values)
    assert rows[3] == (2, "概算", "'=1+1", "金额无法识别", "不是能识别的金额，按没有金额处理。", "否")
    assert AuditEvent.objects.get(action="list.exported").changes["filters"] == {"类别": "金额无法识别"}
    answer.close()


def test_a_dry_run_can_be_made_real_with_one_button(enter, office, sent):
    done = load(DESIGN, dry_run=True)
    assert "整份导入" in enter(office).get(url(done)).content.decode()
    answer = enter(office).post(url(done, "ledger_import_repeat"), {"takes": "ALL"})
    real = LedgerImport.objects.exclude(pk=done.pk).get()
    assert (answer.url, real.is_dry_run, len(sent)) == (url(real), False, 1)


# --- rows that could not be imported ---


def test_with_rejected_rows_only_the_good_ones_are_offered(enter, office, sent):
    done = load(DESIGN, with_(STRUCTURE, 编号="", 名称=""), dry_run=True)
    page = enter(office).get(url(done)).content.decode()
    assert "有 1 行不能导入" in page
    assert "只导入没有问题的行" in page
    assert url(done, "ledger_import_rejected") in page
    enter(office).post(url(done, "ledger_import_repeat"), {"takes": "GOOD"})
    assert LedgerImport.objects.get(is_dry_run=False).takes == "GOOD"


@pytest.mark.core
def test_rejected_rows_leave_as_they_stood_with_the_reason_beside_and_a_trace(enter, office):
    done = load(DESIGN, with_(STRUCTURE, 编号="", 名称="=1+1", 计划完成="soon"))
    answer = enter(office).get(url(done, "ledger_import_rejected"))
    head, row = load_workbook(BytesIO(b"".join(answer.streaming_content))).active.values
    assert head == (*HEADER, "原行号", "不能导入的原因")
    assert (row[1], row[6], row[-2]) == ("'=1+1", "soon", 3)
    assert "用来识别项目的列全部空缺" in row[-1]
    assert AuditEvent.objects.get(action="list.exported").changes["rows"] == 1
    answer.close()


@pytest.mark.core
def test_mended_rows_come_in_by_the_same_mapping_and_nothing_else_vanishes(office):
    first = load(DESIGN, NOT_STARTED, with_(STRUCTURE, 编号="", 名称=""))
    total = BudgetRevision.objects.get().total_investment
    content = BytesIO()
    rejected_sheet.write(ledgers.rejected_rows(first), content, at=timezone.now())
    book = load_workbook(content)
    book.active["A2"], book.active["B2"] = "A1", "一小扩建"
    mended = BytesIO()
    book.save(mended)
    again = ledgers.submit(
        content=BytesIO(mended.getvalue()), name="改好.xlsx", mapping=ledgers.mapping_of(json.dumps(MAPPING)),
        is_dry_run=False, by=office, at=timezone.now(),
    )  # fmt: skip
    done = ledgers.run(ledger_import=again, by=office, at=timezone.now())
    assert (done.counts["rows_rejected"], done.counts["milestones_new"], done.counts["vanished"]) == (0, 1, 0)
    assert KeyProject.objects.count() == 2
    assert BudgetRevision.objects.get().total_investment == total


@pytest.mark.core
def test_sections_and_a_header_of_two_lines_go_with_the_rejected_rows(office, tmp_path):
    with write_dirty_ledger(tmp_path / "2026.xlsx").open("rb") as file:
        received = ledgers.receive(content=file, name="2026.xlsx", by=office, at=timezone.now())
    tried = ledgers.settle(
        ledger_import=received, choices=ledgers.shown_choices(received), by=office, at=timezone.now()
    )
    done = ledgers.run(ledger_import=tried, by=office, at=timezone.now())
    content = BytesIO()
    rejected_sheet.write(ledgers.rejected_rows(done), content, at=timezone.now())
    page = load_workbook(content).active
    assert page.title == "计划表"
    assert {str(area) for area in page.merged_cells.ranges} == set(MERGED)
    assert [row[0] for row in page.iter_rows(min_row=5, values_only=True)] == [SECTION_TWO[0], "4", "6"]
    assert [page.cell(row, 12).value for row in (6, 7)] == list(NAMELESS_ROWS)
    content.seek(0)
    again = ledgers.receive(content=content, name="改好.xlsx", by=office, at=timezone.now())
    assert again.draft["remembered"]
    assert again.mapping["file"] == tried.mapping["file"]


# --- what vanished ---


def test_vanished_rows_are_shown_and_decided(enter, office):
    load(DESIGN, STRUCTURE, NOT_STARTED)
    done = load(DESIGN)
    client, listed = enter(office), f"{url(done)}?show=vanished"
    page = client.get(listed).content.decode()
    assert page.count('name="decision"') == 2 * 2 + 2
    row = VanishedRow.objects.first()
    assert client.post(url(done, "vanished_row_decide", row.pk), {"decision": "KEEP"}).url == listed
    assert client.post(url(done, "vanished_rows_decide_rest"), {"decision": "WITHDRAW"}).url == listed
    assert set(VanishedRow.objects.values_list("decision", "decided_by")) == {
        ("KEEP", office.pk),
        ("WITHDRAW", office.pk),
    }
    assert "赵重点" in client.get(listed).content.decode()
    rows = taken(client.get(f"{listed}&sheet=xlsx"))
    assert {(row["处理"], row["处理人"]) for row in rows} == {("保留", "赵重点"), ("撤销计划", "赵重点")}


def test_a_decision_nobody_knows_is_refused_in_words(enter, office):
    load(DESIGN, STRUCTURE)
    done = load(DESIGN)
    answer = enter(office).post(url(done, "vanished_rows_decide_rest"), {"decision": "DELETE"})
    assert answer.status_code == 409
    assert "请选择保留，或撤销计划" in answer.content.decode()
    assert KeyProject.objects.count() == 1


# --- cost ---


@pytest.mark.core
def test_the_list_costs_the_same_for_thirty_imports(enter, office, django_assert_num_queries):
    file = load(DESIGN, by=office).file
    LedgerImport.objects.bulk_create(
        LedgerImport(file=file, source="sample", mapping=MAPPING, requested_by=office, requested_at=timezone.now())
        for _ in range(40)
    )
    client = enter(office)
    client.get(reverse("ledger_import_list"))
    with django_assert_num_queries(5):
        page = client.get(reverse("ledger_import_list"))
    assert len(page.content) < 40_000


@pytest.mark.core
@pytest.mark.parametrize("show", ["", "vanished"])
def test_a_result_costs_the_same_for_any_number_of_rows(enter, office, django_assert_num_queries, show):
    load(*(with_(STRUCTURE, 编号=f"X{n}") for n in range(40)))
    done = load(*(with_(NOT_STARTED, 编号=f"Y{n}") for n in range(40)), by=office)
    client = enter(office)
    client.get(url(done))
    with django_assert_num_queries(7):
        page = client.get(url(done), {"show": show})
    assert len(page.content) < 40_000


# --- a ledger of one row a project ---


def test_a_project_no_longer_listed_leaves_with_a_reason(enter, office):
    kept, gone = ({"project.code": f"ZD-{n}", "project.name": f"工程{n}"} for n in (1, 2))
    load_template(kept, gone)
    done = load_template(kept)
    client, row = enter(office), done.vanished.get()
    page = client.get(f"{url(done)}?show=vanished").content.decode()
    assert "整个项目" in page
    address = reverse("vanished_row_exit", args=[done.pk, row.pk])
    assert address in page
    client.post(address, {"reason": "停建"})
    assert not TierEntry.objects.exists()
    client.post(address, {"reason": "停建", "document_number": "示政发〔2026〕9号"})
    assert TierEntry.objects.get().tier == "EXITED"
    assert client.get(address.replace(str(row.pk), "999999")).status_code == 404


def test_only_those_who_import_let_a_project_leave(enter, outsider):
    address = reverse("vanished_row_exit", args=[1, 1])
    assert enter(outsider).get(address).status_code == 403


def test_the_project_shows_what_the_ledger_states_and_that_nobody_reviewed_it(enter, office):
    load_template({"project.code": "ZD-1", "project.name": "工程", "reported.ytd_amount": "760.5"})
    page = enter(office).get(reverse("project_ledger", args=["ZD-1"])).content.decode()
    for words in ("台账记载，未经周报审核，不计入指标", "760.5", "重点项目台账（本系统模板）"):
        assert words in page


def test_the_result_says_where_the_plan_went_and_that_it_has_to_be_approved(enter, office):
    planned = {"plan.annual_plan_amount": "1200", "plan.category": "续建"}
    done = load_template({"project.code": "ZD-1", "project.name": "工程"} | planned)
    plan = enter(office).get(url(done)).context["plan"]
    assert plan["text"].startswith("1 个项目的年度计划已写入2026 年度计划第 1 版（编制中），批准后")
    assert plan["url"] == reverse("plan_version", args=[2026, 1])
