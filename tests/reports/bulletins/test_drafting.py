"""起草: by itself once the month is closed and its day has come; once, however often and by however many asked for."""

from datetime import date, time, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from config.celery import app
from projects.errors import NotAllowed, RuleViolation
from projects.models import AuditEvent, Job
from reports import tasks
from reports.actions import bulletins, drafts
from reports.models import BulletinRule, Draft
from reports.official import Form
from scheduling.models import PeriodClosing
from tests.reports.bulletins.papers import closed_month, go, month
from tests.reports.weeks import close, moment, week

pytestmark = [pytest.mark.django_db, pytest.mark.core]
OCTOBER, SEPTEMBER, AUGUST = date(2026, 10, 31), date(2026, 9, 30), date(2026, 8, 31)


@pytest.fixture
def closing(project):
    return closed_month(project)


def on(day, hour=9):
    return moment(day, time(hour))


class TestDue:
    def test_from_the_day_the_rule_says(self, closing, office):
        BulletinRule.objects.create(effective_on=SEPTEMBER, draft_after=3)
        assert bulletins.due(at=on(OCTOBER + timedelta(days=2), 23)) == []
        assert bulletins.due(at=on(OCTOBER + timedelta(days=3), 0)) == [closing]

    def test_not_before_the_month_is_entered_in_the_ledger(self, closing, office):
        begun = PeriodClosing.objects.create(period=month(SEPTEMBER), known_at=on(OCTOBER))
        assert bulletins.due(at=on(OCTOBER)) == [closing]
        with pytest.raises(RuleViolation, match="还没有锁定登记"):
            bulletins.draft_month(closing=begun, by=office, at=on(OCTOBER))

    def test_only_the_last_two_months_are_looked_after(self, closing):
        earlier = close(month(SEPTEMBER))
        close(month(AUGUST))
        assert bulletins.due(at=on(OCTOBER)) == [earlier, closing]

    def test_no_more_once_it_is_drafted_or_void(self, closing, office):
        draft = bulletins.draft_month(closing=closing, by=None, at=on(OCTOBER))
        assert bulletins.due(at=on(OCTOBER)) == []
        go(draft, drafts.void, office, note="本月不发")
        assert bulletins.due(at=on(OCTOBER)) == []

    def test_no_week_has_a_bulletin(self, project):
        close(week())
        assert bulletins.due(at=on(OCTOBER)) == []


class TestDrafted:
    def test_with_its_figures_frozen_and_its_words_from_the_rule(self, closing):
        draft = bulletins.draft_month(closing=closing, by=None, at=on(OCTOBER))
        assert (draft.state, draft.drafted_by, draft.period) == (Draft.State.DRAFT, None, closing.period)
        assert (draft.mark, draft.code, draft.form) == ("示范区人民政府办公室文件", "×政办发", Form.OFFICIAL)
        assert draft.text.title == "关于2026年10月全区重点项目建设进展情况的通报"
        assert (draft.text.sequence, draft.text.recorded_by, draft.text.copies) == (1, None, 60)
        assert "一、总体进展" in {each["heading"] for each in draft.text.sections}
        assert AuditEvent.objects.get(action="draft.drafted").by_name == "系统"

    def test_as_a_brief_under_its_own_mark(self, closing):
        BulletinRule.objects.create(effective_on=SEPTEMBER, form=Form.BRIEF)
        draft = bulletins.draft_month(closing=closing, by=None, at=on(OCTOBER))
        assert (draft.mark, draft.form) == ("示范区重点项目建设通报", Form.BRIEF)

    def test_once_however_often_it_is_asked_for(self, closing, office):
        first = bulletins.draft_month(closing=closing, by=None, at=on(OCTOBER))
        assert bulletins.draft_month(closing=closing, by=office, at=on(OCTOBER, 10)) == first
        assert (Draft.objects.count(), first.texts.count()) == (1, 1)

    def test_what_is_void_is_drafted_anew_by_hand_alone(self, closing, office):
        first = bulletins.draft_month(closing=closing, by=None, at=on(OCTOBER))
        go(first, drafts.void, office, note="数据口径调整")
        assert bulletins.draft_month(closing=closing, by=None, at=on(OCTOBER)) == first
        second = bulletins.draft_month(closing=closing, by=office, at=on(OCTOBER))
        assert (second.subject, second.state) == (f"{closing.period_id}-2", Draft.State.DRAFT)

    def test_by_the_office_alone(self, closing, signer):
        with pytest.raises(NotAllowed, match="区重点办"):
            bulletins.draft_month(closing=closing, by=signer, at=on(OCTOBER))

    def test_the_database_keeps_one_for_each_subject(self, draft):
        draft.pk = None
        with pytest.raises(IntegrityError, match=r"draft_once_per_subject|kind"), transaction.atomic():
            draft.save(force_insert=True)


class TestJob:
    """The timetable asks; a job drafts, fails visibly and is begun again by hand."""

    def job_of(self, closing):
        at = timezone.now()
        return tasks.jobs.ask(tasks.draft_bulletin.name, str(closing.period_id), at=at)

    def test_it_is_on_the_timetable(self):
        assert app.conf.beat_schedule["draft-bulletins"]["task"] == tasks.draft_bulletins.name

    def test_it_drafts_and_is_done(self, closing):
        job = self.job_of(closing)
        tasks.draft_bulletin(job.pk)
        job.refresh_from_db()
        assert (job.state, Draft.objects.get().period) == (Job.State.DONE, closing.period)

    def test_it_fails_visibly_and_is_retried(self, office, signer):
        closing = PeriodClosing.objects.create(period=month(), known_at=on(OCTOBER))
        job = self.job_of(closing)
        tasks.draft_bulletin(job.pk)
        job.refresh_from_db()
        assert (job.state, "还没有锁定登记" in job.error) == (Job.State.FAILED, True)
        PeriodClosing.objects.update(finished_at=timezone.now())
        with pytest.raises(NotAllowed):
            bulletins.retry(job=job, by=signer, at=timezone.now())
        bulletins.retry(job=job, by=office, at=timezone.now())
        tasks.draft_bulletin(job.pk)
        assert Draft.objects.count() == 1
        job.refresh_from_db()
        with pytest.raises(RuleViolation, match="没有失败"):
            bulletins.retry(job=job, by=office, at=timezone.now())
