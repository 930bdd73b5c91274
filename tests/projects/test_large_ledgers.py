"""A large workbook is recognised in the background: in sight, once, and refused in words."""

from datetime import timedelta
from io import BytesIO

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from projects import jobs, tasks, template_sheet
from projects.models import AuditEvent, Job, LedgerImport
from tests.projects.ledger.samples import as_xlsx

pytestmark = [pytest.mark.django_db, pytest.mark.core]

HEADER = ["项目名称", "牵头单位", "总投资（亿元）", "建设状态"]
ROAD = ["滨河路工程", "区住建局", "1.2", "在建"]


@pytest.fixture(autouse=True)
def files(settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr("projects.actions.ledgers.recognising.LARGE", 100)


@pytest.fixture
def sent(monkeypatch):
    """The jobs whose message was sent, by what they do."""
    told: list[tuple[str, int]] = []
    for name in ("recognise_ledger", "import_ledger"):
        task = getattr(tasks, name)
        monkeypatch.setattr(task, "delay_on_commit", lambda job, name=name: told.append((name, job)))
    return told


@pytest.fixture
def desk(enter, office):
    return enter(office)


def upload(desk, content, name="2026年台账.xlsx"):
    answer = desk.post(reverse("ledger_import_new"), {"file": SimpleUploadedFile(name, content), "is_not_secret": "on"})
    this = LedgerImport.objects.get()
    assert answer.url == url(this)
    return this


def url(this, name="ledger_import"):
    return reverse(name, args=[this.pk])


def work(sent):
    name, job = sent[-1]
    assert name == "recognise_ledger"
    tasks.recognise_ledger(job)


def recognised(desk, sent):
    this = upload(desk, as_xlsx(ROAD, header=HEADER))
    work(sent)
    this.refresh_from_db()
    return this


def doubts(this):
    this.refresh_from_db()
    assert this.state == LedgerImport.State.MAPPING
    return this.draft["found"]["doubts"]


def test_it_is_kept_at_once_and_its_page_waits_for_it(desk, sent):
    this = upload(desk, as_xlsx(ROAD, header=HEADER))
    assert (this.state, this.source) == (LedgerImport.State.READING, "2026年台账")
    page = desk.get(url(this)).content.decode()
    for said in ("排队中", 'hx-trigger="every 1s"', "可以离开本页，识别会继续"):
        assert said in page
    assert desk.get(url(this, "ledger_mapping")).url == url(this)
    assert "正在识别" in desk.get(reverse("ledger_import_list")).content.decode()
    refused = desk.post(url(this, "ledger_import_discard"), follow=True)
    assert "正在识别，请等识别完再改" in refused.content.decode()
    jobs.claim(sent[0][1], at=timezone.now())
    assert "正在识别表头和各列" in desk.get(url(this), headers={"HX-Request": "true"}).content.decode()


def test_then_its_columns_are_checked_as_those_of_any_other(desk, sent):
    this = recognised(desk, sent)
    assert [one["target"] for one in this.draft["found"]["columns"]][:2] == ["project.name", "project.lead_unit"]
    assert desk.get(url(this), headers={"HX-Request": "true"})["HX-Redirect"] == url(this, "ledger_mapping")
    assert desk.get(url(this), follow=True).context["title"] == "核对列对应"
    tasks.recognise_ledger(sent[0][1])
    assert AuditEvent.objects.filter(action="ledger.recognised").count() == 1


def test_our_own_template_is_tried_without_a_word(desk, sent, government):
    content = BytesIO()
    template_sheet.write(content, year=2027, at=timezone.now())
    this = upload(desk, content.getvalue())
    work(sent)
    this.refresh_from_db()
    assert (this.state, this.source) == (LedgerImport.State.WAITING, "template-2027")
    assert [name for name, _job in sent] == ["recognise_ledger", "import_ledger"]


def test_what_cannot_be_read_says_why_on_its_page(desk, sent):
    this = upload(desk, as_xlsx(["就一句话"], header=["信"]))
    work(sent)
    this.refresh_from_db()
    assert (this.state, Job.objects.get().state) == (LedgerImport.State.FAILED, Job.State.FAILED)
    page = desk.get(url(this)).content.decode()
    assert "没有找到表头" in page
    assert "修改列对应" not in page
    assert desk.post(url(this, "ledger_import_remap")).status_code == 409


def test_one_whose_workers_died_is_given_up_in_sight(desk, sent):
    this = upload(desk, as_xlsx(ROAD, header=HEADER))
    at = timezone.now()
    for _attempt in range(Job.MAX_ATTEMPTS):
        jobs.claim(sent[0][1], at=at)
        at += jobs.LEASE + timedelta(seconds=1)
    with time_machine.travel(at, tick=False):
        tasks.recover_jobs()
    this.refresh_from_db()
    assert (this.state, this.error) == (LedgerImport.State.FAILED, "多次中断，未能完成。")


def test_another_header_is_looked_for_in_the_background_and_a_wrong_one_loses_nothing(desk, sent):
    this = recognised(desk, sent)
    for row in (9, 1):
        asked = {"header_row": row, "header_rows": 1, "rows": "project"}
        assert desk.post(url(this, "ledger_mapping_reread"), asked).status_code == 302
        this.refresh_from_db()
        assert this.state == LedgerImport.State.READING
        work(sent)
        assert ("没有第 9 行作表头" in doubts(this)[0]) == (row == 9)
        assert this.draft["found"]["columns"][0]["column"] == "项目名称"
    assert len(sent) == 3


def test_another_mapping_is_laid_over_it_in_the_background(desk, sent):
    this = recognised(desk, sent)
    desk.post(url(this, "ledger_mapping_adopt"), {"known": "nyc-sca-schedules"})
    work(sent)
    assert "这份列对应还用到文件里没有的列" in doubts(this)[0]
    desk.post(url(this, "ledger_import_remap"))
    again = LedgerImport.objects.exclude(pk=this.pk).get()
    assert (again.state, again.file) == (LedgerImport.State.READING, this.file)
    work(sent)
    assert "这份列对应还用到文件里没有的列" in doubts(again)[0]
