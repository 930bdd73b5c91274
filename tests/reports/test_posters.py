"""挂图海报: rendered once for the same data, in the background, for those who see those data."""

from datetime import date
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from projects import changed
from projects.models import AuditEvent, Job, StoredFile
from reports import tasks
from tests.factories import MilestoneFactory, date_milestone

pytestmark = pytest.mark.django_db

ASK, MADE, PDF = (reverse(name) for name in ("wall_chart_poster_ask", "wall_chart_poster_made", "wall_chart_poster"))
ON = "2020-03-15"


@pytest.fixture(autouse=True)
def files(settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(tasks.render_poster, "delay_on_commit", lambda job_id: None)


@pytest.fixture
def late_project(project):
    version = date_milestone(MilestoneFactory(project=project, name="封顶"), approved_on=date(2020, 3, 5))
    changed.announce([project.pk], at=version.recorded_at)
    return project


def ask(browser, size="A1"):
    return browser.post(f"{ASK}?on={ON}", {"size": size})


def taken(browser, size="A1"):
    return browser.get(PDF, {"on": ON, "size": size})


def test_a_poster_is_asked_for_rendered_and_taken(enter, office, late_project):
    browser = enter(office)
    answer = ask(browser)
    assert answer.headers["Location"].startswith(MADE)
    assert "排队等待" in browser.get(answer.headers["Location"]).content.decode()
    job = Job.objects.get()
    tasks.render_poster(job.pk)
    assert "下载 PDF" in browser.get(answer.headers["Location"]).content.decode()
    response = taken(browser)
    text = PdfReader(BytesIO(b"".join(response.streaming_content))).pages[0].extract_text().replace(" ", "")
    assert response.headers["Content-Type"] == "application/pdf"
    assert "逾期10天" in text
    assert AuditEvent.objects.filter(action="wall_chart.poster_taken", by=office).count() == 1


def test_asked_twice_it_is_rendered_once(enter, office, late_project):
    browser = enter(office)
    ask(browser)
    tasks.render_poster(Job.objects.get().pk)
    ask(browser)
    tasks.render_poster(Job.objects.get().pk)
    assert Job.objects.get().attempts == 1
    assert StoredFile.objects.count() == 2  # the data and the poster


def test_new_data_are_another_poster(enter, office, late_project):
    browser = enter(office)
    ask(browser)
    tasks.render_poster(Job.objects.get().pk)
    date_milestone(MilestoneFactory(project=late_project), approved_on=date(2020, 2, 1))
    assert taken(browser).status_code == 302
    assert "还没有这份数据的挂图" in browser.get(MADE, {"on": ON, "size": "A1"}).content.decode()


def test_whoever_sees_other_projects_does_not_get_it(enter, office, outsider, late_project):
    ask(enter(office))
    tasks.render_poster(Job.objects.get().pk)
    assert taken(enter(outsider)).status_code == 302


def test_an_unseen_project_has_no_poster(enter, outsider, late_project):
    browser = enter(outsider)
    assert browser.get(MADE, {"size": "A1", "project": late_project.code}).status_code == 404
    assert browser.post(f"{ASK}?project={late_project.code}", {"size": "A1"}).status_code == 404


@pytest.mark.parametrize("who", ["lead", "dispatcher", "signer", "leader"])
def test_every_reader_may_print_what_he_reads(who, enter_as, late_project):
    assert ask(enter_as(who)).status_code == 302


def test_what_cannot_be_printed_fails_in_words_and_can_be_tried_again(enter, office, late_project):
    late_project.name = "\U000f1234工程"
    late_project.save()
    browser = enter(office)
    ask(browser)
    job = Job.objects.get()
    tasks.render_poster(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.FAILED
    shown = browser.get(MADE, {"on": ON, "size": "A1"}).content.decode()
    assert "系统字体里没有这些字" in shown
    assert "再试一次" in shown
    ask(browser)
    job.refresh_from_db()
    assert (job.state, job.attempts, job.error) == (Job.State.WAITING, 0, "")


def test_an_attempt_that_was_overtaken_stores_nothing(enter, office, late_project, monkeypatch):
    ask(enter(office))
    job = Job.objects.get()
    claim = tasks.jobs.claim(job.pk, at=timezone.now())
    Job.objects.filter(pk=job.pk).update(state=Job.State.WAITING, attempts=1)

    def overtaken(*args, **kwargs):
        raise tasks.jobs.ClaimLost

    monkeypatch.setattr(tasks.jobs, "finish", overtaken)
    tasks.render_poster(job.pk)
    assert claim is not None
    assert StoredFile.objects.count() == 1


def test_another_paper_is_refused_in_words(enter, office):
    response = enter(office).post(ASK, {"size": "A4"})
    assert (response.status_code, "请选择纸张" in response.content.decode()) == (409, True)


def test_more_than_a_wall_holds_is_refused_in_words(enter, office, late_project, monkeypatch):
    monkeypatch.setattr("reports.actions.posters.MOST_ROWS", 0)
    response = ask(enter(office))
    assert "一套挂图最多" in response.content.decode()
