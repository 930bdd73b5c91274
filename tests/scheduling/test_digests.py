"""每日提醒: once a working day, nothing when nothing is owed, a failure in sight and tried again."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.db import IntegrityError, transaction

from projects.models import CalendarDay, User
from scheduling.actions import digests, notices
from scheduling.models import Digest, Notice
from scheduling.owed import owes
from scheduling.owed_lines import worded
from tests.scheduling.problems.cases import ask, ask_to_close, raise_it

pytestmark = [pytest.mark.django_db, pytest.mark.core]
MONDAY = datetime(2025, 9, 8, 1, tzinfo=UTC)  # nine in the morning
SITE = "https://zdxm.example.gov.cn"


class BrokenMail(BaseEmailBackend):
    """A mail server nobody reaches."""

    def send_messages(self, messages):
        raise ConnectionRefusedError("Connection refused")


@pytest.fixture
def reviewer(dispatcher):
    dispatcher.email = "shenhe@example.gov.cn"
    dispatcher.save()
    return dispatcher


@pytest.fixture
def told(reviewer, lead_unit):
    """The reviewer's unit has a notice to read."""
    notice = Notice(unit=lead_unit, kind=Notice.Kind.MEETING, title="周调度会通知")
    notices.issue(notice=notice, by=None, at=MONDAY)
    return reviewer


def deliver(at=MONDAY):
    return digests.deliver(at=at, site=SITE)


def lines(user, at=MONDAY):
    return [each.text for each in worded(owes(user, at=at))]


class TestComposing:
    def test_who_owes_something_is_reminded_once_a_day(self, told):
        assert (digests.compose(at=MONDAY), digests.compose(at=MONDAY + timedelta(hours=1))) == (1, 0)
        assert Digest.objects.get().items == [{"text": "1 份通知未阅知", "url": "/notices/", "note": ""}]
        assert digests.compose(at=MONDAY + timedelta(days=1)) == 1

    def test_who_owes_nothing_gets_nothing(self, reviewer):
        assert digests.compose(at=MONDAY) == 0

    def test_nobody_is_reminded_on_a_day_of_rest(self, told):
        assert digests.compose(at=MONDAY - timedelta(days=1)) == 0
        CalendarDay.objects.create(day=MONDAY.date(), is_workday=False, name="中秋节")
        assert digests.compose(at=MONDAY) == 0

    @pytest.mark.parametrize("change", [{"is_active": False}, {"email": ""}])
    def test_nobody_is_reminded_without_an_account_or_an_address(self, told, change):
        User.objects.filter(pk=told.pk).update(**change)
        assert digests.compose(at=MONDAY) == 0

    def test_the_database_holds_one_a_day_and_none_empty(self, told):
        said = {"user": told, "day": MONDAY.date()}
        with pytest.raises(IntegrityError, match="digest_says_something"), transaction.atomic():
            Digest.objects.create(**said, items=[])
        Digest.objects.create(**said, items=[{"text": "一项"}])
        with pytest.raises(IntegrityError, match=r"digest_once_a_day|UNIQUE"), transaction.atomic():
            Digest.objects.create(**said, items=[{"text": "一项"}])


class TestWhatIsOwed:
    def test_a_department_owes_an_answer(self, project, lead, outsider):
        problem = raise_it(project, lead, at=MONDAY)
        desk = type("Desk", (), {"unit": outsider.posts.get().unit})
        ask(problem, desk, lead, at=MONDAY)
        assert lines(outsider) == ["1 项协调请求等待本单位答复"]
        assert lines(lead) == []

    def test_the_asker_owes_the_word_that_closes(self, project, lead, dispatcher):
        ask_to_close(raise_it(project, lead), dispatcher)
        assert lines(lead) == ["1 项问题申请销号，等您确认"]
        assert lines(dispatcher) == []

    def test_it_costs_the_same_however_much_is_owed(self, project, lead, dispatcher, django_assert_num_queries):
        for _ in range(30):
            ask_to_close(raise_it(project, lead), lead)
        with django_assert_num_queries(7):
            assert lines(dispatcher) == ["30 项问题申请销号，等您确认"]


class TestDelivering:
    def test_it_says_what_is_owed_and_where(self, told):
        digests.compose(at=MONDAY)
        assert (deliver(), deliver()) == (1, 0)
        (message,) = mail.outbox
        assert message.to == ["shenhe@example.gov.cn"]
        assert message.subject == "重点项目待办提醒（09-08，1 项）"
        assert "王审核，您好" in message.body
        assert "1. 1 份通知未阅知" in message.body
        assert SITE in message.body
        assert Digest.objects.get().sent_at == MONDAY

    def test_no_more_than_twenty_go_out_at_once(self, told):
        for number in range(25):
            user = User.objects.create(username=f"u{number}", full_name="张三", email=f"u{number}@example.gov.cn")
            Digest.objects.create(user=user, day=MONDAY.date(), items=[{"text": "一项", "note": ""}])
        assert (deliver(), deliver(), deliver()) == (20, 5, 0)

    def test_a_failure_is_in_sight_and_tried_three_times(self, told, settings):
        settings.EMAIL_BACKEND = f"{__name__}.BrokenMail"
        digests.compose(at=MONDAY)
        for attempt in range(5):
            assert deliver(MONDAY + attempt * timedelta(minutes=11)) == 0
        digest = Digest.objects.get()
        assert (digest.attempts, digest.sent_at) == (3, None)
        assert "Connection refused" in digest.error

    def test_it_is_not_tried_again_at_once(self, told, settings):
        settings.EMAIL_BACKEND = f"{__name__}.BrokenMail"
        digests.compose(at=MONDAY)
        deliver()
        deliver(MONDAY + timedelta(minutes=1))
        assert Digest.objects.get().attempts == 1

    def test_delivered_at_last_the_error_is_gone(self, told, settings):
        digests.compose(at=MONDAY)
        Digest.objects.update(attempts=1, tried_at=MONDAY, error="无法连接")
        assert deliver(MONDAY + timedelta(minutes=11)) == 1
        assert (Digest.objects.get().error, Digest.objects.get().attempts) == ("", 2)

    def test_yesterdays_is_not_sent_today(self, told):
        digests.compose(at=MONDAY)
        assert deliver(MONDAY + timedelta(days=1)) == 0
