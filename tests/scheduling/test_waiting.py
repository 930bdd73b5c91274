"""What waits longest: one row per project, the late ones first."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from projects.actions import milestones
from projects.models import KeyProject, Milestone, Stage
from scheduling import waiting
from tests.factories import KeyProjectFactory, suspend

pytestmark = [pytest.mark.django_db, pytest.mark.core]

TODAY = timezone.localdate()


def due(project, days, by, name="封顶"):
    node = Milestone(project=project, stage=Stage.MAIN_CONSTRUCTION, name=name)
    milestones.add_milestone(milestone=node, planned_on=TODAY + timedelta(days=days), by=by)
    return node


def rows(**asked):
    found = waiting.longest(KeyProject.objects.all(), on=TODAY, limit=30, **asked)
    return [(row.name, row.item, row.days_late) for row in found]


def test_each_project_by_the_item_that_is_due_first(office):
    late, early = KeyProjectFactory(name="晚"), KeyProjectFactory(name="早")
    due(early, 12, office)
    due(late, 90, office, "装修")
    due(late, -17, office)
    KeyProjectFactory(name="无事")
    assert rows() == [("晚", "封顶", 17), ("早", "封顶", 0)]
    assert rows(late_only=True) == [("晚", "封顶", 17)]


def test_what_is_reached_waits_no_longer(office):
    node = due(KeyProjectFactory(name="甲"), -17, office)
    milestones.complete(of=node, actual_on=TODAY, by=office)
    assert rows() == []


def test_an_excused_suspension_stands_last_and_is_not_late(office, signer):
    stopped = KeyProjectFactory(name="停")
    due(stopped, -5, office)
    suspend(stopped, TODAY - timedelta(days=30), office, excused_by=signer)
    due(KeyProjectFactory(name="早"), 90, office)
    assert rows() == [("早", "封顶", 0), ("停", "封顶", 0)]


def test_counts_are_of_projects_and_the_worst_of_their_items(office):
    project = KeyProjectFactory()
    due(project, -3, office, "一")
    due(project, -40, office, "二")
    due(KeyProjectFactory(), 3, office)
    assert waiting.counts(KeyProject.objects.all(), on=TODAY) == (2, 1, 40)


def test_nothing_late_is_nought(office):
    assert waiting.counts(KeyProject.objects.none(), on=date(2026, 1, 1)) == (0, 0, 0)
