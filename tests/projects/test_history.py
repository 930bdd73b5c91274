"""历史: who said what, when, from what to what; from the audit and from the versions."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from projects import recorded
from projects.actions import key_projects, milestones
from projects.history import changes_of
from projects.models import BudgetRevision, MilestoneDates
from tests.factories import MilestoneFactory, StageTargetFactory, date_milestone, reapprove

pytestmark = [pytest.mark.django_db, pytest.mark.core]

JUNE, JULY = date(2026, 6, 30), date(2026, 7, 31)


def told(project):
    return [(change.by_name, change.action, [tuple(line) for line in change.lines]) for change in changes_of(project)]


def test_a_verb_is_told_once_with_its_reason(office, project):
    milestone = MilestoneFactory(project=project, name="封顶")
    milestones.promise(of=milestone, planned_on=JUNE, by=office)
    reapprove(milestone, JULY, office)
    assert told(project)[0] == (
        "赵重点",
        "milestone.reapproved",
        [("封顶", "批准日期", "2026-06-30", "2026-07-31"), ("封顶", "原因", None, "征迁：房屋未腾空")],
    )
    assert len(told(project)) == 2


def test_facts_that_came_without_a_verb_are_told_from_their_versions(office, project):
    for day in (JUNE, JULY):
        with recorded.writing() as at:
            milestone = project.milestones.first() or MilestoneFactory(project=project, name="封顶")
            recorded.record([MilestoneDates(milestone=milestone, original_on=JUNE, approved_on=day)], by=None, at=at)
    assert told(project) == [
        ("系统", "", [("封顶", "批准日期", JUNE, JULY)]),
        ("系统", "", [("封顶", "原定日期", None, JUNE), ("封顶", "批准日期", None, JUNE)]),
    ]


def test_one_import_is_one_change_however_many_facts_it_brought(project):
    nodes = [MilestoneFactory(project=project, name=f"节点{n}") for n in range(5)]
    with recorded.writing() as at:
        recorded.record(
            [MilestoneDates(milestone=n, original_on=JUNE, approved_on=JUNE) for n in nodes], by=None, at=at
        )
        recorded.record([BudgetRevision(project=project, total_investment=Decimal(5))], by=None, at=at)
    (change,) = changes_of(project)
    assert len(change.lines) == 11


def test_the_stages_and_the_project_itself_are_told_too(office, project):
    milestones.promise(of=StageTargetFactory(project=project), planned_on=JUNE, by=office)
    key_projects.revise_budget(project=project, total_investment=Decimal(9), by=office)
    assert [action for _by, action, _lines in told(project)] == ["key_project.budget_revised", "stage_target.promised"]


def test_nothing_of_other_projects_is_told(project):
    date_milestone(MilestoneFactory(), approved_on=JUNE)
    assert told(project) == []


def test_the_page_reads_it_in_words_and_constant_queries(enter, office, project, django_assert_num_queries):
    client = enter(office)
    key_projects.revise_budget(project=project, total_investment=Decimal(12000), by=office)
    address = reverse("project_history", args=[project.code])
    page = client.get(address).content.decode()
    assert "登记或调整总投资" in page
    assert "12,000" in page
    for number in range(30):
        milestones.promise(of=MilestoneFactory(project=project, name=f"节点{number}"), planned_on=JUNE, by=office)
    with django_assert_num_queries(18):
        client.get(address)
