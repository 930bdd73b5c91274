"""What is stored of a project agrees with its facts, whatever was recorded in whatever order."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from projects import changed, recorded
from projects.actions import key_projects
from projects.models import (
    KeyProject,
    LibraryTier,
    Milestone,
    MilestoneDates,
    Stage,
    StageTargetDates,
    Suspension,
    SuspensionDates,
    TierEntry,
)
from scheduling.actions import standings
from scheduling.models import Light, OpenItem, Standing
from scheduling.overdue import Scope, overdue_list
from tests.factories import KeyProjectFactory, MilestoneFactory, StageTargetFactory, UserFactory, date_milestone

pytestmark = [pytest.mark.django_db, pytest.mark.core]

MONDAY = datetime(2026, 3, 2, 1, tzinfo=UTC)
TODAY = date(2026, 3, 2)
MARCH_5 = date(2026, 3, 5)


def at_beijing(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 4, tzinfo=UTC)


def found(on, *, today, known_at=None, **scope):
    """The list as plain values: project, then kind, subject and both days late of each item."""
    late = overdue_list(Scope(KeyProject.objects.all(), **scope), on=on, known_at=known_at, today=today)
    ids = list(late.project_ids())
    items = late.of_projects(ids)
    by_project = [
        (pk, [(each.item.kind, each.item.subject, each.item.name, each.days, each.original_days) for each in items[pk]])
        for pk in ids
    ]
    return late.totals, by_project, [(pk, each.item.subject) for pk, each in late.milestones()[:]]


def from_standings(on, **scope):
    return found(on, today=on, **scope)


def from_versions(on, known_at=None, **scope):
    return found(on, today=on + timedelta(1), known_at=known_at, **scope)


def test_a_change_announced_is_a_standing_evaluated():
    milestone = MilestoneFactory()
    date_milestone(milestone, approved_on=MARCH_5)
    changed.announce([milestone.project_id], at=MONDAY)

    assert milestone.project.standing.stage == Stage.MAIN_CONSTRUCTION
    assert milestone.project.standing.evaluated_at == MONDAY
    assert not OpenItem.objects.overdue(on=MARCH_5).exists()
    assert OpenItem.objects.overdue(on=MARCH_5 + timedelta(1)).get().milestone == milestone


def test_what_is_reached_is_open_no_longer():
    milestone = MilestoneFactory()
    date_milestone(milestone, approved_on=MARCH_5)
    standings.refresh([milestone.project_id], MONDAY)
    date_milestone(milestone, approved_on=MARCH_5, actual_on=TODAY)
    standings.refresh([milestone.project_id], MONDAY)
    assert not milestone.project.open_items.exists()


def test_a_package_has_nothing_of_its_own():
    milestone = MilestoneFactory(project__is_package=True)
    date_milestone(milestone, approved_on=MARCH_5)
    standings.refresh([milestone.project_id], MONDAY)
    assert not milestone.project.open_items.exists()
    assert from_versions(date(2026, 4, 1))[0].items == 0


def test_a_suspended_project_is_paused_though_nothing_of_it_is_dated():
    project, by = KeyProjectFactory(), UserFactory()
    recorded.record(
        [TierEntry(project=project, tier=LibraryTier.BUILDING, entered_on=date(2025, 1, 1))], by=by, at=MONDAY
    )
    spell = SuspensionDates(
        suspension=Suspension.objects.create(project=project), suspended_on=TODAY, reason="用地调整", excused_by=by
    )
    recorded.record([spell], by=by, at=MONDAY)
    standings.refresh([project.pk], MONDAY)
    assert project.standing.investment_light == Light.PAUSED


def split_by_sqlite():
    """Thirty rows are more than SQLite takes in one statement."""
    return connection.vendor == "sqlite"


def test_many_projects_take_no_more_queries_than_few(django_assert_num_queries):
    milestones = [MilestoneFactory() for _ in range(30)]
    recorded.record(
        [MilestoneDates(milestone=m, original_on=MARCH_5, approved_on=MARCH_5) for m in milestones], by=None, at=MONDAY
    )
    pks = [milestone.project_id for milestone in milestones]
    # A savepoint and a lock, one of rules and one of waivers, 19 of facts; one deletes, two insert.
    with django_assert_num_queries(22):
        standings.refresh(pks[:1], MONDAY)
    with django_assert_num_queries(22 + split_by_sqlite()):
        standings.refresh(pks, MONDAY)


@pytest.mark.parametrize(
    ("wrong", "constraint"),
    [
        pytest.param({"milestone": None}, "open_item_is_one_thing", id="of-nothing"),
        pytest.param({"until": TODAY}, "open_item_days_in_order", id="never"),
        pytest.param({"late_since": TODAY}, "open_item_not_late_before_due", id="late-before-due"),
    ],
)
def test_the_database_refuses_an_impossible_item(wrong, constraint):
    milestone = MilestoneFactory()
    values = {"project": milestone.project, "milestone": milestone, "stage": milestone.stage, "due_on": MARCH_5,
              "since": TODAY, "until": date.max, "leads": True, "leads_stage": True}  # fmt: skip
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        OpenItem.objects.create(**(values | wrong))


def test_the_database_refuses_two_leading_items():
    milestone = MilestoneFactory()
    date_milestone(milestone, approved_on=MARCH_5)
    standings.refresh([milestone.project_id], MONDAY)
    item = milestone.project.open_items.get()
    item.pk = None
    with pytest.raises(IntegrityError, match=r"open_item_one_leads|UNIQUE"), transaction.atomic():
        item.save(force_insert=True)


# Earlier knowledge


def test_before_a_back_dated_completion_was_known_the_item_is_on_the_list():
    milestone = MilestoneFactory()
    planned = MilestoneDates(milestone=milestone, original_on=MARCH_5, approved_on=MARCH_5)
    done = MilestoneDates(
        milestone=milestone, original_on=MARCH_5, approved_on=MARCH_5, actual_on=date(2026, 3, 4), is_reached=True
    )
    told = at_beijing(date(2026, 3, 20))
    recorded.record([planned], by=None, at=MONDAY)
    recorded.record([done], by=None, at=told)

    on = date(2026, 3, 15)
    assert from_versions(on, known_at=told - timedelta(microseconds=1))[0].items == 1
    assert from_versions(on, known_at=told)[0].items == 0


def test_nothing_is_overdue_before_anything_is_known():
    milestone = MilestoneFactory()
    date_milestone(milestone, approved_on=MARCH_5)
    assert from_versions(date(2030, 1, 1), known_at=at_beijing(date(2020, 1, 1)))[0][:3] == (0, 0, 0)


# Laws

DAYS = st.dates(date(2026, 1, 1), date(2026, 6, 30))
PARTS = st.integers(0, 3)


class Ledger:
    """Two projects, each with two milestones, two stage targets and a suspension, about which facts arrive."""

    def __init__(self):
        self.approver = UserFactory()
        self.projects = [KeyProjectFactory(), KeyProjectFactory()]
        self.milestones = [MilestoneFactory(project=self.projects[n % 2], stage=Stage.values[n]) for n in range(4)]
        self.targets = [StageTargetFactory(project=self.projects[n % 2], stage=Stage.values[n]) for n in range(4)]
        self.suspensions = [Suspension.objects.create(project=self.projects[n % 2]) for n in range(4)]

    def record(self, event, at):
        name, part, day, other = event
        getattr(self, name)(part, day, other, at)
        changed.announce([self.projects[part % 2].pk], at=at)

    def plan(self, part, day, other, at):
        self._date(part, at, original_on=min(day, other), approved_on=day, forecast_on=other)

    def complete(self, part, day, other, at):
        self._date(part, at, original_on=day, approved_on=day, actual_on=other, is_reached=True)

    def complete_undated(self, part, day, other, at):
        self._date(part, at, original_on=day, approved_on=day, is_reached=True)

    def _date(self, part, at, **dates):
        versions = [
            MilestoneDates(milestone=self.milestones[part], **dates),
            StageTargetDates(stage_target=self.targets[part], **dates),
        ]
        for version in versions[: 1 + part % 2]:
            recorded.record([version], by=None, at=at)

    def suspend(self, part, day, other, at, *, excused_by=None):
        dates = SuspensionDates(suspension=self.suspensions[part], suspended_on=day, reason="用地调整")
        dates.resumed_on, dates.excused_by = other if other > day else None, excused_by
        recorded.record([dates], by=None, at=at)

    def excuse(self, part, day, other, at):
        self.suspend(part, day, other, at, excused_by=self.approver)

    def leave(self, part, day, other, at):
        entry = TierEntry(project=self.projects[part % 2], entered_on=day, tier=LibraryTier.EXITED, reason="调出")
        recorded.record([entry], by=None, at=at)

    def come_back(self, part, day, other, at):
        entry = TierEntry(project=self.projects[part % 2], entered_on=day, tier=LibraryTier.BUILDING)
        recorded.record([entry], by=None, at=at)


EVENTS = st.tuples(
    st.sampled_from(
        ["plan", "plan", "plan", "complete", "complete_undated", "suspend", "excuse", "excuse", "leave", "come_back"]
    ),
    PARTS,
    DAYS,
    DAYS,
)


class TestLaws(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.ledger = Ledger()

    @settings(max_examples=20, deadline=None)
    @given(st.lists(EVENTS, min_size=1, max_size=12), st.integers(0, 200), st.sampled_from(["", *Stage.values]))
    def test_what_is_stored_is_what_the_versions_say_today_and_on_every_later_day(self, events, later, stage):
        ledger = self.ledger
        for n, event in enumerate(events):
            ledger.record(event, at_beijing(TODAY) + timedelta(minutes=n))
        on = TODAY + timedelta(later)
        for scope in ({}, {"stage": stage}, {"least_days": 10}):
            assert from_standings(on, **scope) == from_versions(on, **scope)

        for project in ledger.projects:
            items = OpenItem.objects.filter(project=project)
            in_order = items.order_by("since", "due_on", "milestone", "stage_target")
            before = list(in_order.values())
            standings.refresh([project.pk], at_beijing(TODAY) + timedelta(hours=1))
            after = list(in_order.values())
            assert [row | {"id": 0} for row in before] == [row | {"id": 0} for row in after]

    @settings(max_examples=15, deadline=None)
    @given(st.lists(EVENTS, min_size=1, max_size=10), st.integers(0, 9), DAYS)
    def test_what_was_known_is_never_changed_by_what_comes_later(self, events, so_far, on):
        ledger, evening = self.ledger, at_beijing(TODAY) + timedelta(minutes=so_far, seconds=30)
        for n, event in enumerate(events[: so_far + 1]):
            ledger.record(event, at_beijing(TODAY) + timedelta(minutes=n))
        then = from_versions(on)
        for n, event in enumerate(events[so_far + 1 :], start=so_far + 1):
            ledger.record(event, at_beijing(TODAY) + timedelta(minutes=n))
        assert from_versions(on, known_at=evening) == then


def test_a_standing_is_kept_for_every_project_that_changed():
    milestone = MilestoneFactory()
    standings.refresh([milestone.project_id, milestone.project_id], MONDAY)
    assert list(Standing.objects.values_list("project", "stage")) == [(milestone.project_id, "")]
    assert Milestone.objects.count() == 1


def test_the_tier_stands_beside_the_stage(office):
    project = KeyProjectFactory()
    for tier, day in ((LibraryTier.RESERVE, date(2025, 1, 1)), (LibraryTier.BUILDING, date(2025, 6, 1))):
        key_projects.enter_tier(project=project, tier=tier, entered_on=day, by=office)
        assert Standing.objects.get(project=project).tier == tier


@pytest.mark.parametrize("parts", [1, 3])
def test_what_the_day_outdated_is_evaluated_again_by_one_worker_or_by_several_in_shares(parts):
    milestones = [MilestoneFactory() for _ in range(7)]
    standings.refresh([milestone.project_id for milestone in milestones], MONDAY)
    later = MONDAY + timedelta(days=60)
    shares = [
        standings.refresh_expired(at=later, progress=lambda done, total: None, part=part, parts=parts)
        for part in range(parts)
    ]
    assert sum(shares) == 7
    assert not Standing.objects.expired(on=later.date()).exists()
    assert standings.refresh_expired(at=later, progress=lambda done, total: None) == 0
