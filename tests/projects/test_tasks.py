"""Background work: repeated without harm, lost without loss, failing in sight."""

import json
from datetime import timedelta
from io import BytesIO

import pytest
import structlog
import time_machine
from celery import current_app
from django.utils import timezone

from projects import audit, jobs, tasks
from projects.actions import ledgers
from projects.models import CalendarDay, Job, KeyProject, LedgerImport
from tests.projects.ledger.samples import DESIGN, MAPPING, STRUCTURE, as_csv


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def asked(monkeypatch):
    """An import that was asked for and whose message we deliver ourselves."""
    monkeypatch.setattr(tasks.import_ledger, "delay_on_commit", lambda job_id: None)

    def ask(content=None):
        waiting = ledgers.submit(
            content=BytesIO(content or as_csv(DESIGN, STRUCTURE)),
            name="台账.csv",
            mapping=ledgers.mapping_of(json.dumps(MAPPING)),
            is_dry_run=False,
            by=None,
            at=timezone.now(),
        )
        return tasks.ask_for_import(waiting, at=timezone.now())

    return ask


# On a real transaction, because progress is stored beside it; SQLite's history cannot be emptied afterwards.
@pytest.mark.django_db(transaction=True)
def test_an_import_is_done_once_however_often_its_message_comes(asked):
    job = asked()
    tasks.import_ledger(job.pk)
    tasks.import_ledger(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts, job.total) == (Job.State.DONE, 1, 2)
    assert KeyProject.objects.count() == 1
    assert LedgerImport.objects.get().state == LedgerImport.State.DONE


@pytest.mark.django_db(transaction=True)
def test_a_file_that_cannot_be_read_fails_in_sight(asked):
    job = asked(b"PK\x03\x04broken")
    tasks.import_ledger(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.FAILED
    assert "损坏" in job.error
    assert LedgerImport.objects.get().error == job.error


@pytest.mark.django_db(transaction=True)
def test_an_attempt_whose_lease_was_taken_stores_nothing(asked, monkeypatch):
    job = asked()

    def overtaken(*args, **kwargs):
        Job.objects.filter(pk=job.pk).update(attempts=2)
        raise jobs.ClaimLost

    monkeypatch.setattr(jobs, "finish", overtaken)
    tasks.import_ledger(job.pk)
    assert not KeyProject.objects.exists()
    assert LedgerImport.objects.get().state == LedgerImport.State.RUNNING


@pytest.mark.core
@pytest.mark.django_db
def test_a_job_whose_worker_died_is_sent_again(asked, monkeypatch):
    sent = []
    monkeypatch.setattr(current_app, "send_task", lambda name, args: sent.append((name, args)))
    job = asked()
    jobs.claim(job.pk, at=timezone.now())
    tasks.recover_jobs()
    assert sent == []
    with time_machine.travel(timezone.now() + jobs.LEASE + timedelta(seconds=1)):
        tasks.recover_jobs()
    assert sent == [("projects.tasks.import_ledger", [job.pk])]


@pytest.mark.core
@pytest.mark.django_db
def test_an_import_whose_workers_always_died_no_longer_seems_to_run(asked):
    job = asked()
    moment = timezone.now()
    for _ in range(Job.MAX_ATTEMPTS):
        jobs.claim(job.pk, at=moment)
        moment += jobs.LEASE + timedelta(seconds=1)
    with time_machine.travel(moment):
        tasks.recover_jobs()
    assert LedgerImport.objects.get().state == LedgerImport.State.FAILED
    assert "多次中断" in LedgerImport.objects.get().error


@pytest.mark.core
@pytest.mark.django_db
def test_sealing_goes_on_until_nothing_is_left(office, monkeypatch):
    monkeypatch.setattr(audit, "_SEAL_BATCH", 2)
    for _ in range(5):
        audit.record("test.done", office, by=office, at=timezone.now())
    tasks.seal_audit()
    assert (audit.verify().sealed, audit.verify().unsealed) == (5, 0)


@pytest.mark.core
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("day", "known", "warned"),
    [("2026-11-30", False, False), ("2026-12-01", False, True), ("2026-12-01", True, False)],
)
def test_next_years_holidays_are_missed_from_december_on(day, known, warned):
    if known:
        CalendarDay.objects.create(day="2027-10-01", is_workday=False, name="国庆节")
    with time_machine.travel(f"{day}T06:10:00+08:00"), structlog.testing.capture_logs() as logs:
        tasks.check_calendar()
    assert [entry["year"] for entry in logs] == ([2027] if warned else [])
