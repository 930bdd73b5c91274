"""The two clocks: what holds, and when we knew it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from projects import recorded
from projects.models import MilestoneDates
from tests.factories import MilestoneFactory, date_milestone

pytestmark = [pytest.mark.django_db, pytest.mark.core]

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
days = st.dates(date(2026, 1, 1), date(2027, 12, 31))


def version(milestone, approved_on):
    return MilestoneDates(milestone=milestone, original_on=approved_on, approved_on=approved_on)


def test_a_correction_supersedes_and_keeps_what_was_known():
    milestone = MilestoneFactory()
    recorded.record([version(milestone, date(2026, 6, 30))], by=None, at=MONDAY)
    recorded.record([version(milestone, date(2026, 9, 30))], by=None, at=MONDAY + timedelta(days=1))

    assert milestone.dates.current().get().approved_on == date(2026, 9, 30)
    assert milestone.dates.known(at=MONDAY).get().approved_on == date(2026, 6, 30)
    assert milestone.dates.count() == 2


def test_saying_the_same_again_writes_nothing():
    milestone = MilestoneFactory()
    recorded.record([version(milestone, date(2026, 6, 30))], by=None, at=MONDAY)
    assert recorded.record([version(milestone, date(2026, 6, 30))], by=None, at=MONDAY + timedelta(days=1)) == 0
    assert milestone.dates.count() == 1


def test_nothing_was_known_before_the_first_record():
    milestone = MilestoneFactory()
    recorded.record([version(milestone, date(2026, 6, 30))], by=None, at=MONDAY)
    assert not milestone.dates.known(at=MONDAY - timedelta(microseconds=1)).exists()


def test_the_database_refuses_two_current_versions():
    milestone = MilestoneFactory()
    date_milestone(milestone, approved_on=date(2026, 6, 30))
    second = version(milestone, date(2026, 7, 1))
    second.recorded_at = MONDAY
    with pytest.raises(IntegrityError, match=r"one_current|UNIQUE"), transaction.atomic():
        second.save()


def test_the_database_refuses_to_rewrite_a_version():
    dates = date_milestone(MilestoneFactory(), approved_on=date(2026, 6, 30))
    with pytest.raises(DatabaseError, match="历史记录不可更改或删除"), transaction.atomic():
        MilestoneDates.objects.filter(pk=dates.pk).update(approved_on=date(2026, 12, 31))


def test_the_database_refuses_to_delete_a_version():
    dates = date_milestone(MilestoneFactory(), approved_on=date(2026, 6, 30))
    with pytest.raises(DatabaseError, match="历史记录不可更改或删除"), transaction.atomic():
        MilestoneDates.objects.filter(pk=dates.pk).delete()


def test_the_database_refuses_to_reopen_a_superseded_version():
    milestone = MilestoneFactory()
    first = date_milestone(milestone, approved_on=date(2026, 6, 30))
    date_milestone(milestone, approved_on=date(2026, 7, 30))
    with pytest.raises(DatabaseError, match="历史记录不可更改或删除"), transaction.atomic():
        MilestoneDates.objects.filter(pk=first.pk).update(superseded_at=None)


@pytest.mark.parametrize(
    "model", [m for m in recorded.Recorded.__subclasses__() if not m._meta.abstract], ids=lambda m: m.__name__
)
def test_every_version_table_is_protected(model):
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass", [table])
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [table])
        names = {name for (name,) in cursor.fetchall()}
    assert {f"{table}_keep_update", f"{table}_keep_delete"} <= names


class TestLaws(TestCase):
    @given(st.lists(days, min_size=1, max_size=6))
    def test_at_every_moment_exactly_one_version_is_known(self, approved):
        milestone = MilestoneFactory()
        moments = [MONDAY + timedelta(days=n) for n in range(len(approved))]
        for moment, day in zip(moments, approved, strict=True):
            recorded.record([version(milestone, day)], by=None, at=moment)

        for moment, day in zip(moments, approved, strict=True):
            assert milestone.dates.known(at=moment).get().approved_on == day
            assert milestone.dates.known(at=moment + timedelta(hours=23)).get().approved_on == day

    @given(st.lists(days, min_size=1, max_size=5), st.lists(days, min_size=1, max_size=5))
    def test_what_was_known_is_never_changed_by_what_comes_later(self, early, late):
        milestone = MilestoneFactory()
        for n, day in enumerate(early):
            recorded.record([version(milestone, day)], by=None, at=MONDAY + timedelta(days=n))
        evening = MONDAY + timedelta(days=len(early))
        before = list(milestone.dates.known(at=evening).values("approved_on"))
        for n, day in enumerate(late, start=1):
            recorded.record([version(milestone, day)], by=None, at=evening + timedelta(days=n))
        assert list(milestone.dates.known(at=evening).values("approved_on")) == before
