"""撤销导入 in the background: asked for once, done once, refused in sight, lost without loss."""

from datetime import timedelta

import pytest
import time_machine
from celery import current_app
from django.urls import reverse
from django.utils import timezone

from projects import jobs, tasks
from projects.models import Job, KeyProject, Milestone
from tests.factories import MilestoneFactory
from tests.projects.ledger.samples import DESIGN, STRUCTURE, with_
from tests.projects.test_ledgers import load


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def sent(monkeypatch):
    """The jobs whose message was sent."""
    told = []
    monkeypatch.setattr(tasks.undo_ledger, "delay_on_commit", told.append)
    return told


@pytest.mark.core
@pytest.mark.django_db
def test_whoever_asks_while_it_is_under_way_asks_for_nothing_new(office, dispatcher, sent):
    done = load(STRUCTURE)
    asked = {tasks.ask_for_undo(done, by=person, at=timezone.now()).pk for person in (office, dispatcher)}
    assert sent == list(asked)


@pytest.mark.core
@pytest.mark.django_db
def test_an_undo_whose_worker_died_is_sent_again(office, sent, monkeypatch):
    job = tasks.ask_for_undo(load(STRUCTURE), by=office, at=timezone.now())
    jobs.claim(job.pk, at=timezone.now())
    again = []
    monkeypatch.setattr(current_app, "send_task", lambda name, args: again.append((name, args)))
    with time_machine.travel(timezone.now() + jobs.LEASE + timedelta(seconds=1)):
        tasks.recover_jobs()
    assert again == [("projects.tasks.undo_ledger", [job.pk])]


# On a real transaction, because progress is stored beside it; SQLite's history cannot be emptied afterwards.
@pytest.mark.django_db(transaction=True)
def test_the_job_does_it_once_however_often_its_message_comes(office, sent):
    load(STRUCTURE)
    done = load(with_(STRUCTURE, 完成="6000000"), DESIGN)
    job = tasks.ask_for_undo(done, by=office, at=timezone.now())
    tasks.undo_ledger(job.pk)
    tasks.undo_ledger(job.pk)
    job.refresh_from_db()
    done.refresh_from_db()
    assert (job.state, job.attempts, job.done) == (Job.State.DONE, 1, job.total)
    assert (done.undone_by, [one.name for one in Milestone.objects.all()]) == (office, ["结构"])


@pytest.mark.django_db(transaction=True)
def test_what_was_built_on_it_meanwhile_is_said_on_the_page_and_once_gone_it_is_asked_anew(enter, office, sent):
    done = load(STRUCTURE)
    client, url = enter(office), reverse("ledger_import_undo", args=[done.pk])
    client.post(url)
    built = MilestoneFactory(project=KeyProject.objects.get())
    tasks.undo_ledger(*sent)
    page = client.get(url).content.decode()
    assert "没有撤销成功，什么都没有改动" in page
    assert "<li>导入的重点项目“一小扩建”已有节点</li>" in page
    assert KeyProject.objects.exists()
    built.delete()
    client.post(url)
    assert len(sent) == 2
    tasks.undo_ledger(sent[1])
    assert "这次导入已撤销" in client.get(url, follow=True).content.decode()
