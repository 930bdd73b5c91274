"""调度单: the weeks and their state, one sheet, its files; each unit its own, the district for who reads it."""

import re
from datetime import timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from projects.models import AuditEvent, Job
from reports import tasks
from reports.actions import dispatch_sheets
from reports.models import Document, Rendition
from tests.factories import KeyProjectFactory, UnitFactory
from tests.reports.weeks import FRIDAY, Reported, close, freeze, week

pytestmark = pytest.mark.django_db

LIST = reverse("dispatch_sheet_list")


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def made(project):
    """The sheets of a closed week: of the district, of ``lead_unit`` and of another unit."""
    other = KeyProjectFactory(lead_unit=UnitFactory(name="区水利局", path="700001/"))
    freeze(week(), project, amount=Decimal("120.4"))
    freeze(week(), other, reported=Reported.MISSING)
    close(week())
    sheets = [dispatch_sheets.make(subject, at=timezone.now()) for subject in dispatch_sheets.subjects_of(week())]
    return {sheet.unit: sheet for sheet in sheets}


def shown(browser, address=LIST):
    return browser.get(address).content.decode()


@pytest.mark.parametrize("who", ["office", "signer", "leader"])
def test_who_reads_the_district_sees_every_sheet(who, enter_as, made):
    page = shown(enter_as(who))
    assert [name for name in ("全区", "区住房和城乡建设局", "区水利局") if name not in page] == []
    assert "已生成 3 份，共 3 份" in page


def test_a_reviewer_sees_those_of_the_own_unit_alone(enter, dispatcher, lead_unit, made):
    browser = enter(dispatcher)
    page = shown(browser)
    assert ("区住房和城乡建设局" in page, "区水利局" in page, "全区" in page) == (True, False, False)
    for unit, sheet in made.items():
        seen = 200 if unit == lead_unit else 404
        assert browser.get(reverse("dispatch_sheet", args=[sheet.pk])).status_code == seen
        response = browser.get(reverse("dispatch_sheet_file", args=[sheet.pk, "xlsx"]))
        b"".join(response)  # a file is closed when it has been read
        assert response.status_code == seen


@pytest.mark.parametrize(("who", "status"), [("outsider", 200), ("lead", 403)])
def test_others_see_none(who, status, enter_as, made):
    response = enter_as(who).get(LIST)
    assert response.status_code == status
    assert "区住房和城乡建设局" not in response.content.decode()


def test_the_page_shows_what_the_pdf_says(enter, office, lead_unit, made):
    browser = enter(office)
    sheet = made[lead_unit]
    page = shown(browser, reverse("dispatch_sheet", args=[sheet.pk]))
    response = browser.get(reverse("dispatch_sheet_file", args=[sheet.pk, "pdf"]))
    printed = "".join(page.extract_text() for page in PdfReader(BytesIO(b"".join(response.streaming_content))).pages)
    printed = re.sub(r"\s", "", printed)
    for part in re.findall(r"<(?:td|li|h2)[^>]*>([^<]*)</(?:td|li|h2)>", page.split("</h1>")[1].split("<footer")[0]):
        assert re.sub(r"\s", "", part) in printed
    assert "本周完成投资 120 万元" in page
    assert response.headers["Content-Type"] == "application/pdf"


def test_whoever_takes_a_file_leaves_a_trace(enter, leader, made):
    response = enter(leader).get(reverse("dispatch_sheet_file", args=[made[None].pk, "xlsx"]))
    assert response.status_code == 200
    b"".join(response.streaming_content)
    event = AuditEvent.objects.get(action="document.taken")
    assert (event.by, event.subject_label) == (leader, str(made[None]))


@pytest.mark.parametrize("form", ["pdf", "docx"])
def test_a_form_that_was_not_made_is_not_found(form, enter, office, lead_unit):
    document = Document.objects.create(
        kind="WEEKLY_DISPATCH",
        subject="x",
        title="单",
        edition="1",
        known_at=timezone.now(),
        content="{}",
        digest="0" * 64,
        composed_at=timezone.now(),
    )
    assert enter(office).get(reverse("dispatch_sheet_file", args=[document.pk, form])).status_code == 404


@pytest.fixture
def failed(project, monkeypatch):
    monkeypatch.setattr(tasks.compose_dispatch_sheet, "delay_on_commit", lambda job_id: None)
    freeze(week(), project)
    close(week())
    subject = dispatch_sheets.subjects_of(week())[0]
    said = {"state": Job.State.FAILED, "error": "系统字体里没有这些字：㍿。", "finished_at": timezone.now()}
    return Job.objects.create(kind=tasks.KINDS.sheet, subject=subject, requested_at=timezone.now(), **said)


def test_what_failed_says_why_and_the_office_tries_it_again(enter, office, failed):
    browser = enter(office)
    page = shown(browser)
    assert "系统字体里没有这些字：㍿。" in page
    assert "生成中" in page
    browser.post(reverse("dispatch_sheet_retry", args=[failed.pk]))
    failed.refresh_from_db()
    assert failed.state == Job.State.WAITING
    assert "重试" not in shown(browser)


@pytest.mark.parametrize("who", ["lead", "dispatcher", "signer", "leader", "outsider"])
def test_nobody_else_tries_it_again(who, enter_as, failed):
    browser = enter_as(who)
    assert browser.post(reverse("dispatch_sheet_retry", args=[failed.pk])).status_code == 403
    assert "重试" not in shown(browser)


def test_another_job_is_not_tried_again_here(enter, office):
    job = Job.objects.create(kind="x", subject="1", requested_at=timezone.now())
    assert enter(office).post(reverse("dispatch_sheet_retry", args=[job.pk])).status_code == 404


def test_before_the_first_week_is_closed_the_page_says_when_it_comes(enter, office):
    assert "每周审核截止并锁定后自动生成" in shown(enter(office))


def test_thirty_units_and_their_weeks_take_few_queries_and_little_html(enter, office, django_assert_num_queries):
    projects = KeyProjectFactory.create_batch(30)
    for back in (0, 1):
        period = week(FRIDAY - timedelta(days=7 * back))
        for each in projects:
            freeze(period, each, amount=Decimal(10))
        close(period)
    browser = enter(office)
    with django_assert_num_queries(11):
        page = browser.get(LIST).content
    assert len(page) < 40_000
    assert page.count("生成中".encode()) == 31


def test_both_forms_are_offered_once_they_are_made(enter, office, made):
    page = shown(enter(office))
    assert page.count(">PDF</a>") == page.count(">Excel</a>") == Rendition.objects.count() / 2 == 3
