"""锁定登记 by a real worker: last week is closed once, however often beat asks."""

from datetime import timedelta

import pytest
from django.utils import timezone

from projects.models import AuditEvent, Job
from scheduling.models import PeriodClosing, PeriodStanding
from scheduling.tasks import close_report_period, keep_report_periods
from tests.scheduling.reporting_samples import project_of, week_of
from tests.workers import eventually, running_worker

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_worker_closes_a_week_once_however_often_it_is_asked(lead, lead_unit):
    now = timezone.now()
    last_week = week_of(timezone.localdate() - timedelta(days=14), at=now)
    for _ in range(3):
        project_of(lead, lead_unit)
    with running_worker():
        for _ in range(3):
            keep_report_periods()
        eventually(lambda: PeriodClosing.objects.filter(period=last_week, finished_at__isnull=False).exists())
        job = Job.objects.get(kind=close_report_period.name, subject=str(last_week.pk))
        close_report_period.delay(job.pk)
        eventually(lambda: not Job.objects.exclude(state=Job.State.DONE).exists())
    assert PeriodStanding.objects.filter(period=last_week).count() == 3
    assert AuditEvent.objects.filter(action="report_period.closed", subject_id=str(last_week.pk)).count() == 1
    job.refresh_from_db()
    assert job.attempts == 1
