"""Background work survives a dead worker, is done once, and fails visibly."""

from datetime import UTC, datetime, timedelta

import pytest

from projects import jobs
from projects.models import Job

pytestmark = [pytest.mark.django_db, pytest.mark.core]

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
LATER = NOON + jobs.LEASE + timedelta(seconds=1)


def asked() -> Job:
    return jobs.ask("projects.tasks.import_ledger", "7", at=NOON)


def test_asked_for_twice_it_is_one_job():
    assert asked() == asked()


def test_one_worker_claims_and_the_next_gets_nothing():
    job = asked()
    assert jobs.claim(job.pk, at=NOON) == jobs.Claim(job.pk, "7", 1)
    assert jobs.claim(job.pk, at=NOON) is None


def test_a_lease_that_ran_out_lets_another_attempt_in():
    job = asked()
    jobs.claim(job.pk, at=NOON)
    assert jobs.claim(job.pk, at=LATER).attempt == 2


def test_reporting_progress_renews_the_lease():
    job = asked()
    claim = jobs.claim(job.pk, at=NOON)
    jobs.report(claim, done=10, total=40, at=LATER)
    job.refresh_from_db()
    assert (job.done, job.total) == (10, 40)
    assert jobs.claim(job.pk, at=LATER + timedelta(seconds=1)) is None


def test_an_outdated_attempt_stores_nothing():
    job = asked()
    first = jobs.claim(job.pk, at=NOON)
    second = jobs.claim(job.pk, at=LATER)
    with pytest.raises(jobs.ClaimLost):
        jobs.finish(first, at=LATER)
    jobs.finish(second, at=LATER)
    job.refresh_from_db()
    assert job.state == Job.State.DONE


def test_a_finished_job_is_not_claimed_again():
    job = asked()
    jobs.finish(jobs.claim(job.pk, at=NOON), at=NOON)
    assert jobs.claim(job.pk, at=LATER) is None


def test_a_failure_stays_visible_and_is_not_tried_again():
    job = asked()
    jobs.fail(jobs.claim(job.pk, at=NOON), error="文件读不出来", at=NOON)
    job.refresh_from_db()
    assert (job.state, job.error) == (Job.State.FAILED, "文件读不出来")
    assert jobs.claim(job.pk, at=LATER) is None


def test_a_job_left_by_a_dead_worker_is_sent_again():
    job = asked()
    jobs.claim(job.pk, at=NOON)
    assert jobs.abandoned(at=NOON) == []
    assert jobs.abandoned(at=LATER) == [job]


def test_a_job_whose_message_was_lost_is_sent_again_once_a_lease():
    job = asked()
    assert jobs.abandoned(at=NOON + timedelta(seconds=30)) == []
    assert jobs.abandoned(at=LATER) == [job]
    assert jobs.abandoned(at=LATER + timedelta(seconds=30)) == []
    assert jobs.abandoned(at=LATER + jobs.LEASE + timedelta(seconds=1)) == [job]


def test_a_recovered_attempt_cannot_report():
    job = asked()
    claim = jobs.claim(job.pk, at=NOON)
    jobs.abandoned(at=LATER)
    with pytest.raises(jobs.ClaimLost):
        jobs.report(claim, done=1, total=2, at=LATER)


def test_a_job_that_always_dies_is_failed_in_the_end():
    job = asked()
    moment = NOON
    for _ in range(Job.MAX_ATTEMPTS):
        assert jobs.claim(job.pk, at=moment)
        moment += jobs.LEASE + timedelta(seconds=1)
    assert jobs.abandoned(at=moment) == []
    job.refresh_from_db()
    assert job.state == Job.State.FAILED
