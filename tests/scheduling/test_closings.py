"""锁定登记: what was known when a period was locked is frozen once, however often it is asked for."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction

from projects import jobs
from projects.errors import RuleViolation
from projects.models import AuditEvent, Job
from scheduling import tasks
from scheduling.actions import closings, progress_reports
from scheduling.models import PeriodClosing, PeriodStanding
from tests.scheduling.reporting_samples import enter_tier, project_of, report, week_of

THURSDAY = datetime(2026, 3, 5, 2, tzinfo=UTC)
FRIDAY_NOON = datetime(2026, 3, 6, 4, tzinfo=UTC)
LOCKED = FRIDAY_NOON + timedelta(hours=6)

pytestmark = [pytest.mark.django_db, pytest.mark.core]


@pytest.fixture(autouse=True)
def on_a_thursday():
    with time_machine.travel(THURSDAY):
        yield


@pytest.fixture
def week(db):
    return week_of(date(2026, 3, 5), at=THURSDAY)


def closed(period, moment=LOCKED):
    with time_machine.travel(moment):
        closing = closings.close(period=period, by=None)
        closings.freeze(closing, progress=lambda done, total: None)
        return closings.finish(closing, by=None, at=moment)


def row_of(project):
    return PeriodStanding.objects.get(project=project)


def frozen():
    """Every row and every column, but for the key."""
    return sorted(
        tuple(value for name, value in row.items() if name != "id") for row in PeriodStanding.objects.values()
    )


def test_a_period_is_locked_when_its_review_is_over_and_never_before(week):
    with pytest.raises(RuleViolation, match="审核截止到 2026-03-06 17:30"):
        closings.close(period=week, by=None)
    closing = closed(week)
    week.refresh_from_db()
    assert week.locked_at == closing.known_at >= week.review_until
    assert AuditEvent.objects.filter(action="report_period.closed").count() == 1


def test_every_state_is_frozen_and_counted(week, lead, lead_unit, dispatcher):
    accepted, waiting, returned, missing, unchanged = (project_of(lead, lead_unit) for _ in range(5))
    report(accepted, week, lead, "100", accepted_by=dispatcher, physical_percent=Decimal(40))
    report(waiting, week, lead, "20")
    progress_reports.send_back(report=report(returned, week, lead, "7"), note="请核实", by=dispatcher)
    report(unchanged, week, lead, "0", is_unchanged=True, unchanged_reason="春节停工", accepted_by=dispatcher)
    closing = closed(week)
    assert (closing.expected, closing.reported, closing.on_time, closing.unreviewed) == (5, 3, 3, 1)
    assert (closing.returned, closing.missing, closing.unchanged) == (1, 1, 1)
    assert (closing.amount, closing.unreviewed_amount) == (Decimal(100), Decimal(20))
    states = [row_of(project).reported for project in (accepted, waiting, returned, missing)]
    assert states == ["ACCEPTED", "UNREVIEWED", "RETURNED", "MISSING"]
    row = row_of(accepted)
    assert (row.period_amount, row.ytd_amount, row.physical_percent, row.tier) == (100, 100, 40, "BUILDING")
    assert (row_of(waiting).period_amount, row_of(waiting).unreviewed_amount) == (0, 20)
    assert row_of(missing).version is None


def test_a_correction_that_waits_leaves_what_was_accepted(week, lead, lead_unit, dispatcher):
    project = project_of(lead, lead_unit)
    report(project, week, lead, "100", accepted_by=dispatcher)
    report(project, week, lead, "90", correction_reason="多计")
    closed(week)
    assert (row_of(project).reported, row_of(project).period_amount, row_of(project).unreviewed_amount) == (
        "ACCEPTED", 100, -10,
    )  # fmt: skip


def test_on_time_is_whoever_reported_first_by_the_hour(week, lead, lead_unit, dispatcher):
    early, late = project_of(lead, lead_unit), project_of(lead, lead_unit)
    told = report(early, week, lead, "1")
    with time_machine.travel(FRIDAY_NOON + timedelta(hours=1)):
        progress_reports.send_back(report=told, note="请核实", by=dispatcher)
        report(early, week, lead, "2")
        report(late, week, lead, "3")
    closed(week)
    assert (row_of(early).is_on_time, row_of(late).is_on_time) == (True, False)


def test_what_comes_later_does_not_change_what_was_frozen(week, lead, lead_unit, dispatcher):
    project = project_of(lead, lead_unit)
    closed(week)
    before = frozen()
    with time_machine.travel(LOCKED + timedelta(hours=1)):
        report(project, week, lead, "100", accepted_by=dispatcher)
        enter_tier(project, "COMPLETED", date(2026, 3, 1))
    assert closed(week, LOCKED + timedelta(days=1)).expected == 1
    assert frozen() == before
    for change in (lambda rows: rows.update(period_amount=1), lambda rows: rows._raw_delete(rows.db)):
        with pytest.raises(DatabaseError, match="历史记录不可更改或删除"), transaction.atomic():
            change(PeriodStanding.objects.all())


def test_weeks_without_news_are_counted_from_the_last_report_that_had_some(lead, lead_unit, dispatcher):
    weeks = [week_of(date(2026, 2, 10) + timedelta(weeks=n), at=THURSDAY) for n in range(4)]
    quiet, silent = project_of(lead, lead_unit), enter_tier(project_of(lead, lead_unit), "BUILDING", date(2026, 2, 21))
    report(quiet, weeks[0], lead, "9", accepted_by=dispatcher)
    for week in weeks[1:]:
        report(quiet, week, lead, "0", is_unchanged=True, unchanged_reason="雨天停工")
        closed(week)
    counts = PeriodStanding.objects.order_by("period__ends_on")
    assert list(counts.filter(project=quiet).values_list("unchanged_periods", flat=True)) == [1, 2, 3]
    assert row_of_last(silent).unchanged_periods == 2


def row_of_last(project):
    return PeriodStanding.objects.filter(project=project).order_by("-period__ends_on").first()


def test_an_interrupted_closing_taken_up_again_ends_with_the_same_rows(
    week, lead, lead_unit, dispatcher, monkeypatch
):  # fmt: skip
    monkeypatch.setattr(closings, "BATCH", 2)
    projects = [project_of(lead, lead_unit) for _ in range(5)]
    report(projects[0], week, lead, "4", accepted_by=dispatcher)
    with time_machine.travel(LOCKED) as clock:
        job = tasks.closing_job(week)

        def killed(done, total):
            raise SystemExit

        claim = jobs.claim(job.pk, at=LOCKED)
        closing = closings.close(period=week, by=None)
        with pytest.raises(SystemExit):
            closings.freeze(closing, progress=killed)
        assert PeriodStanding.objects.count() == 2
        tasks.close_report_period(job.pk)
        assert PeriodStanding.objects.count() == 2, "the lease still holds"
        clock.shift(jobs.LEASE + timedelta(seconds=1))
        report(projects[4], week, lead, "9", accepted_by=dispatcher)
        tasks.close_report_period(job.pk)
        tasks.close_report_period(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts, job.done, job.total) == (Job.State.DONE, claim.attempt + 1, 5, 5)
    assert [row_of(project).reported for project in projects] == ["ACCEPTED", *["MISSING"] * 4]
    assert PeriodClosing.objects.get().amount == Decimal(4)


def test_a_batch_takes_the_same_queries_for_many_as_for_few(week, lead, lead_unit, django_assert_num_queries):
    project_of(lead, lead_unit)
    with time_machine.travel(LOCKED):
        closing = closings.close(period=week, by=None)
        with django_assert_num_queries(27):
            closings.freeze(closing, progress=lambda done, total: None)
        for _ in range(29):
            project_of(lead, lead_unit)
        closing.known_at += timedelta(hours=1)
        with django_assert_num_queries(27 + (connection.vendor == "sqlite")):
            closings.freeze(closing, progress=lambda done, total: None)
    assert PeriodStanding.objects.count() == 30


def test_a_closing_that_cannot_run_fails_in_sight(week):
    job = tasks.closing_job(week)
    tasks.close_report_period(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.FAILED
    assert "到时自动锁定" in job.error
