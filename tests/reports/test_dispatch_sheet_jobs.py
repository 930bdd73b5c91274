"""Once a week is closed its sheets are made: each once, counted on the week's job, failing in sight, caught up."""

from datetime import datetime, time, timedelta

import pytest
import time_machine
from celery import current_app
from django.utils import timezone

from projects import jobs
from projects.actions import stored_files
from projects.errors import RuleViolation
from projects.models import Job
from reports import tasks
from reports.models import Document, Rendition
from tests.factories import KeyProjectFactory, UnitFactory
from tests.reports.weeks import FRIDAY, close, freeze, moment, week
from tests.workers import eventually, running_worker

NOW = moment(FRIDAY + timedelta(days=1), time(9))
DONE, FAILED, RUNNING, WAITING = Job.State.DONE, Job.State.FAILED, Job.State.RUNNING, Job.State.WAITING
UNPRINTABLE = "\U000f1234工程"


@pytest.fixture
def sent(monkeypatch, settings, tmp_path):
    """The messages, which we deliver ourselves."""
    settings.MEDIA_ROOT = tmp_path
    waiting = []
    monkeypatch.setattr(current_app, "send_task", lambda name, args: waiting.append(args[0]))
    monkeypatch.setattr(tasks.compose_dispatch_sheet, "delay", waiting.append)
    monkeypatch.setattr(tasks.compose_dispatch_sheet, "delay_on_commit", waiting.append)
    return waiting


def deliver(sent, *, most=None):
    known = {task.name: task for task in (tasks.compose_dispatch_sheets, tasks.compose_dispatch_sheet)}
    while sent and most != 0:
        job = Job.objects.get(pk=sent.pop(0))
        known[job.kind](job.pk)
        most = most and most - 1


def ring(sent, *, at=NOW, most=None):
    with time_machine.travel(at, tick=False):
        tasks.dispatch_closed_weeks()
        deliver(sent, most=most)


def of_week(period):
    return Job.objects.get(kind=tasks.KINDS.week, subject=str(period.pk))


def counted(period):
    job = of_week(period)
    return job.state, job.done, job.total


def bytes_of_all():
    found = {each.subject: each.content for each in Document.objects.all()}
    kept = Rendition.objects.select_related("file")
    return found | {each.pk: stored_files.where(each.file).read_bytes() for each in kept}


@pytest.mark.core
@pytest.mark.django_db
def test_every_lead_unit_and_the_district_get_their_sheet_in_both_forms(sent, project):
    other = KeyProjectFactory()
    for each in (project, other):
        freeze(week(), each)
    close(week())
    ring(sent)
    made = {each.unit: each.renditions.count() for each in Document.objects.all()}
    assert made == {None: 2, project.lead_unit: 2, other.lead_unit: 2}
    assert counted(week()) == (DONE, 3, 3)


@pytest.mark.core
@pytest.mark.django_db
def test_asked_again_and_again_nothing_changes(sent, project):
    freeze(week(), project)
    close(week())
    ring(sent)
    before, job = bytes_of_all(), Job.objects.values().order_by("pk")
    known = list(job)
    project.name = "改了名"
    project.save()
    ring(sent, at=NOW + timedelta(minutes=1))
    for each in Job.objects.all():
        sent.append(each.pk)
    deliver(sent)
    assert bytes_of_all() == before
    assert list(job.all()) == known


@pytest.mark.core
@pytest.mark.django_db
def test_a_week_that_is_not_closed_or_no_week_has_no_sheet(sent, project):
    for period in (week(), week(FRIDAY - timedelta(days=7), kind="MONTH")):
        freeze(period, project)
    close(week(FRIDAY - timedelta(days=7), kind="MONTH"))
    ring(sent)
    assert not Job.objects.exists()


@pytest.mark.core
@pytest.mark.django_db
def test_the_job_of_the_week_counts_its_sheets(sent, project):
    freeze(week(), project)
    close(week())
    ring(sent, most=2)
    assert counted(week()) == (RUNNING, 1, 2)
    deliver(sent)
    assert counted(week()) == (DONE, 2, 2)


@pytest.mark.django_db
def test_what_cannot_be_printed_fails_in_sight_and_keeps_the_others_from_nothing(sent, project, office):
    broken = KeyProjectFactory(name=UNPRINTABLE)
    for each in (project, broken):
        freeze(week(), each)
    close(week())
    ring(sent)
    failed = Job.objects.filter(kind=tasks.KINDS.sheet, state=FAILED)
    assert {job.subject.split()[1] for job in failed} == {str(broken.lead_unit_id)}
    assert all("系统字体里没有这些字" in job.error for job in failed)
    assert counted(week()) == (FAILED, 2, 3)
    assert of_week(week()).error == "1 项没有完成。"


@pytest.mark.django_db
def test_what_failed_is_tried_again_by_hand_at_once_and_by_itself_after_an_hour(sent, project, office, monkeypatch):
    freeze(week(), project)
    close(week())
    with monkeypatch.context() as without_fonts:
        without_fonts.setattr(tasks.dispatch_sheets, "make", refuse)
        ring(sent)
    assert counted(week()) == (FAILED, 0, 2)
    ring(sent, at=NOW + timedelta(minutes=59))
    assert counted(week()) == (FAILED, 0, 2)
    tasks.retry_dispatch_sheet(Job.objects.filter(kind=tasks.KINDS.sheet).first(), by=office)
    assert counted(week()) == (RUNNING, 0, 2)
    deliver(sent)
    assert counted(week()) == (FAILED, 1, 2)
    ring(sent, at=timezone.now() + timedelta(hours=2))
    assert counted(week()) == (DONE, 2, 2)


def refuse(*args, **kwargs):
    raise RuleViolation("系统字体里没有这些字。")


@pytest.mark.core
@pytest.mark.django_db
def test_only_what_failed_is_tried_again(sent, project, office):
    freeze(week(), project)
    close(week())
    ring(sent)
    with pytest.raises(RuleViolation, match="没有失败"):
        tasks.retry_dispatch_sheet(Job.objects.filter(kind=tasks.KINDS.sheet).first(), by=office)


@pytest.mark.core
@pytest.mark.django_db
def test_after_an_outage_the_last_eight_weeks_are_caught_up_the_earliest_first(project):
    weeks = [week(FRIDAY - timedelta(days=7 * back)) for back in range(9, -1, -1)]
    for period in weeks:
        close(period)
    asked = []
    for turn in range(10):
        for job in tasks.dispatch_sheets.ask_for_all(kinds=tasks.KINDS, at=NOW + timedelta(minutes=turn)):
            assert not Job.objects.filter(state=WAITING).exclude(pk=job.pk).exists()
            Job.objects.update(state=DONE, finished_at=NOW)
            asked.append(int(job.subject))
    assert asked == [period.pk for period in weeks[2:]]


@pytest.mark.core
@pytest.mark.django_db
def test_a_worker_that_died_while_dividing_leaves_nothing_half_divided(sent, project):
    freeze(week(), project)
    close(week())
    ring(sent, most=0)
    jobs.claim(sent.pop(), at=NOW)
    assert Job.objects.count() == 1
    with time_machine.travel(NOW + jobs.LEASE + timedelta(seconds=1), tick=False):
        sent += [job.pk for job in jobs.abandoned(at=timezone.now())]
        deliver(sent)
    assert counted(week()) == (DONE, 2, 2)


@pytest.mark.core
@pytest.mark.django_db
def test_sheets_whose_workers_always_died_end_the_week_badly(sent, project):
    freeze(week(), project)
    close(week())
    ring(sent, most=1)
    Job.objects.filter(kind=tasks.KINDS.sheet).update(state=FAILED, finished_at=NOW, error="多次中断，未能完成。")
    with time_machine.travel(NOW + jobs.LEASE + timedelta(seconds=1), tick=False):
        sent[:] = [job.pk for job in jobs.abandoned(at=timezone.now())]
        deliver(sent)
    assert counted(week()) == (FAILED, 0, 2)


@pytest.mark.core
@pytest.mark.django_db
def test_two_hundred_units_are_divided_in_a_few_queries(sent, django_assert_max_num_queries):
    for _ in range(200):
        freeze(week(), KeyProjectFactory(lead_unit=UnitFactory()))
    close(week())
    with time_machine.travel(NOW, tick=False):
        tasks.dispatch_closed_weeks()
    with django_assert_max_num_queries(18):
        tasks.compose_dispatch_sheets(sent.pop(0))
    assert len(sent) == 201
    assert counted(week()) == (RUNNING, 0, 201)


@pytest.mark.django_db(transaction=True)
def test_a_real_worker_makes_them_and_a_second_run_changes_no_byte(project):
    freeze(week(), project)
    close(week())
    with running_worker():
        tasks.dispatch_closed_weeks()

        def is_done():
            """the week has its sheets"""
            return counted(week()) == (DONE, 2, 2)

        eventually(is_done, patience=120)
        before = bytes_of_all()
        Job.objects.update(
            state=WAITING, attempts=0, finished_at=None, requested_at=datetime(2020, 1, 1, tzinfo=NOW.tzinfo)
        )
        for job in Job.objects.all():
            current_app.send_task(job.kind, [job.pk])
        eventually(is_done, patience=120)
    assert bytes_of_all() == before
    assert len(before) == 6
