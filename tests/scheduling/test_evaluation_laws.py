"""Whatever happens to a project in whatever order, what is stored is what its facts, the rules and the day say."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from projects import changed, recorded
from projects.models import (
    AnnualPlan,
    KeyProject,
    LibraryTier,
    MilestoneDates,
    Permit,
    PermitState,
    PlanEntry,
    PlanVersion,
    ProjectDates,
    Suspension,
    SuspensionDates,
    TierEntry,
)
from projects.models.annual_plan import MONTHS, month_field
from projects.periods import Kind
from scheduling.actions import closings, periods, standings
from scheduling.evaluation import evaluated
from scheduling.models import (
    LightWaiver,
    PeriodStanding,
    Problem,
    ProgressReport,
    ProgressVersion,
    Standing,
)
from scheduling.models.evaluated import LIGHT_FIELDS
from scheduling.parts import Parts
from scheduling.project_days import AsKnown
from scheduling.states import states
from tests.factories import KeyProjectFactory, MilestoneFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.core]

TODAY = date(2026, 3, 10)
YEAR_DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))
AMOUNTS = st.integers(-3, 40).map(lambda n: Decimal(n) * 50)
OF_DAY = {"evaluated_at", "verdicts", "valid_until"}
"""What differs though nothing else does: when it was said, and the day inside the evidence."""


def at_beijing(day):
    return datetime(day.year, day.month, day.day, 4, tzinfo=UTC)


class Said(NamedTuple):
    day: date
    other: date
    amount: Decimal
    at: datetime


class Happenings:
    """Two projects in one plan, to which things happen; every fact is written as an action would write it."""

    def __init__(self):
        self.lead, self.reviewer = UserFactory(), UserFactory()
        self.projects = [KeyProjectFactory(), KeyProjectFactory()]
        self.plan = AnnualPlan.objects.create(year=2026)
        self.milestones = [MilestoneFactory(project=project) for project in self.projects]
        self.suspensions = [Suspension.objects.create(project=project) for project in self.projects]
        self.permits = [
            Permit.objects.create(project=project, phase="LAND", name="用地批复") for project in self.projects
        ]
        self.weeks = [self._week(date(2026, 1, 2) + timedelta(weeks=n)) for n in range(20)]
        self._enter(LibraryTier.BUILDING, date(2025, 1, 1), at_beijing(date(2025, 1, 1)))

    def _week(self, day):
        return periods.open_period(kind=Kind.WEEK, day=day, by=None, at=at_beijing(day))

    def _enter(self, tier, day, at, projects=None):
        entries = [
            TierEntry(project=each, tier=tier, entered_on=day, reason="调整") for each in projects or self.projects
        ]
        recorded.record(entries, by=None, at=at)

    def happen(self, event, at):
        name, part, *said = event
        getattr(self, name)(self.projects[part], part, Said(*said, at))
        changed.announce([self.projects[part].pk], at=at)

    def approve_plan(self, project, part, said):
        """A new edition in force from a day on, perhaps one to come; the other project keeps its entry."""
        number = self.plan.versions.count() + 1
        fields = {"effective_on": said.day if number > 1 else date(2026, 1, 1), "document_number": "区政发〔2026〕1号"}
        version = PlanVersion.objects.create(
            plan=self.plan,
            number=number,
            drafted_by=self.lead,
            drafted_at=said.at,
            decided_by=self.reviewer,
            decided_at=said.at,
            **fields,
        )
        for n, each in enumerate(self.projects):
            months = {month_field(month): abs(said.amount) if (month + n) % 3 else Decimal(0) for month in MONTHS}
            PlanEntry.objects.create(
                version=version,
                project=each,
                category=list(PlanEntry.Category)[(number + n) % 3],
                completes_this_year=bool(n),
                annual_plan_amount=sum(months.values()),
                planned_start_on=min(said.day, said.other),
                planned_finish_on=max(said.day, said.other),
                **months,
            )
        PlanVersion.objects.filter(pk=version.pk).update(state=PlanVersion.State.APPROVED)
        changed.announce([each.pk for each in self.projects], at=said.at)

    def report(self, project, part, said, *, state="ACCEPTED"):
        week = self.weeks[said.day.toordinal() % len(self.weeks)]
        report, _ = ProgressReport.objects.get_or_create(project=project, period=week)
        version = ProgressVersion(
            report=report, period_amount=said.amount, reduction_reason="核减", physical_progress="主体施工", state=state
        )
        version.counts, version.submitted_by = state == "ACCEPTED", self.lead
        version.reviewed_by = None if state == "SUBMITTED" else self.reviewer
        version.review_note = "请核对" if state == "RETURNED" else ""
        recorded.record([version], by=None, at=said.at)

    def submit(self, *said):
        self.report(*said, state="SUBMITTED")

    def send_back(self, *said):
        self.report(*said, state="RETURNED")

    def replan(self, project, part, said):
        dates = MilestoneDates(
            milestone=self.milestones[part], original_on=min(said.day, said.other), approved_on=said.day
        )
        recorded.record([dates], by=None, at=said.at)

    def reach(self, project, part, said):
        dates = MilestoneDates(
            milestone=self.milestones[part], original_on=said.day, approved_on=said.day, actual_on=said.other
        )
        dates.is_reached = True
        recorded.record([dates], by=None, at=said.at)

    def live(self, project, part, said):
        dates = ProjectDates(project=project, started_on=min(said.day, said.other), stat_entry_on=said.other)
        dates.accepted_on = max(said.day, said.other) if said.amount > 1000 else None
        recorded.record([dates], by=None, at=said.at)

    def suspend(self, project, part, said):
        dates = SuspensionDates(suspension=self.suspensions[part], suspended_on=said.day, reason="用地调整")
        dates.resumed_on, dates.excused_by = (
            said.other if said.other > said.day else None,
            self.reviewer if said.amount > 500 else None,
        )
        recorded.record([dates], by=None, at=said.at)

    def remove(self, project, part, said):
        self._enter(LibraryTier.EXITED, said.day, said.at, [project])

    def return_to_list(self, project, part, said):
        self._enter(LibraryTier.BUILDING, said.day, said.at, [project])

    def apply_for_permit(self, project, part, said):
        state = PermitState(permit=self.permits[part], status="ACCEPTED", accepted_on=min(said.day, said.other, TODAY))
        state.due_on = max(said.day, said.other)
        recorded.record([state], by=None, at=said.at)

    def meet_a_problem(self, project, part, said):
        Problem.objects.create(
            project=project, kind="LAND", title="征迁未完", responsible_unit=project.lead_unit, needed_by=said.day,
            court_unit=project.lead_unit, court_since=said.at, level_since=said.at,
            raised_by=self.lead, raised_at=said.at,
        )  # fmt: skip

    def waive(self, project, part, said):
        waiver = LightWaiver(
            project=project,
            dimension="MILESTONE",
            starts_on=min(said.day, said.other),
            ends_on=max(said.day, said.other),
        )
        waiver.reason, waiver.document_number, waiver.state = "汛期停工", "区防指〔2026〕2号", "GRANTED"
        waiver.asked_by, waiver.decided_by = self.lead, self.reviewer
        recorded.record([waiver], by=None, at=said.at)


EVENTS = st.tuples(
    st.sampled_from(
        ["approve_plan", "approve_plan", "report", "report", "submit", "send_back", "replan", "reach", "live",
         "suspend", "remove", "return_to_list", "apply_for_permit", "meet_a_problem", "waive"]
    ),
    st.integers(0, 1),
    YEAR_DAYS,
    YEAR_DAYS,
    AMOUNTS,
)  # fmt: skip


def columns_of(standing):
    names = [field.attname for field in type(standing)._meta.concrete_fields]
    return {name: getattr(standing, name) for name in names if name not in OF_DAY | {"id"}}


class TestLaws(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.happenings = Happenings()
        cls.pks = [project.pk for project in cls.happenings.projects]
        standings.refresh(cls.pks, at_beijing(TODAY))

    def _let_happen(self, events, *, so_far=0):
        for n, event in enumerate(events, start=so_far):
            self.happenings.happen(event, at_beijing(TODAY) + timedelta(minutes=n))

    @settings(max_examples=25, deadline=None)
    @given(st.lists(EVENTS, min_size=1, max_size=8), st.integers(0, 295))
    def test_what_is_stored_is_what_is_evaluated_on_every_later_day(self, events, later):
        self._let_happen(events)
        on = TODAY + timedelta(later)
        standings.refresh_expired(at=at_beijing(on), progress=lambda done, total: None)

        stored = {standing.project_id: columns_of(standing) for standing in Standing.objects.filter(pk__in=self.pks)}
        for found in evaluated(self.pks, AsKnown.today(on)):
            assert stored[found.project] == columns_of(found.standing(at=at_beijing(on)))

    @settings(max_examples=15, deadline=None)
    @given(st.lists(EVENTS, min_size=2, max_size=8), st.integers(1, 7))
    def test_what_was_frozen_is_what_was_known_then_whatever_is_told_later(self, events, so_far):
        self._let_happen(events[:so_far])
        week = self.happenings.weeks[8]
        closing = closings.close(period=week, by=None)
        closing.known_at = at_beijing(TODAY) + timedelta(minutes=so_far, seconds=-30)
        closings.freeze(closing, progress=lambda done, total: None)
        self._let_happen(events[so_far:], so_far=so_far)

        asked = AsKnown.past(week.ends_on, known_at=closing.known_at)
        frozen = {each.project_id: each for each in PeriodStanding.objects.filter(period=week)}
        for found in evaluated(list(frozen), asked):
            for name, value in found.columns.items():
                assert getattr(frozen[found.project], name) == value, name

    @settings(max_examples=15, deadline=None)
    @given(st.lists(EVENTS, min_size=1, max_size=8))
    def test_the_sums_of_today_are_the_same_whether_stored_or_evaluated(self, events):
        self._let_happen(events)
        stored = states(KeyProject.objects.filter(pk__in=self.pks), on=TODAY, known_at=None, today=TODAY)
        fresh = [found.standing(at=at_beijing(TODAY)) for found in evaluated(self.pks, AsKnown.today(TODAY))]
        assert stored.parts() == sum((each.parts for each in fresh), Parts())
        assert stored.parts_by("pk") == {each.project_id: each.parts for each in fresh}
        assert stored.lights_by("pk") == {
            each.project_id: {(name, getattr(each, name)): 1 for name in LIGHT_FIELDS} for each in fresh
        }
