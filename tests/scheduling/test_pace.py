"""速度: what the forecast is told of a project is what was accepted, by the week, as known at the moment asked for."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine

from projects import recorded
from projects.models import BudgetRevision, ProjectDates
from projects.periods import Kind
from scheduling.back_test import Declared, Pace, Point
from scheduling.models import ProgressReport, ProgressVersion, ReportPeriod
from scheduling.pace import declared, paces
from tests.factories import KeyProjectFactory, MilestoneFactory, StageTargetFactory, date_milestone, date_stage_target

pytestmark = [pytest.mark.django_db, pytest.mark.core]

THURSDAY = datetime(2026, 3, 5, 2, tzinfo=UTC)
FRIDAY = date(2026, 2, 6)
UPTO = date(2026, 3, 31)


@pytest.fixture(autouse=True)
def on_a_thursday():
    with time_machine.travel(THURSDAY):
        yield


@pytest.fixture
def people(lead, dispatcher):
    """Who submits, and who accepts."""
    return lead, dispatcher


def period(ends_on, kind=Kind.WEEK):
    days = timedelta(0 if kind == "MONTH_END" else 6 if ends_on.day > 6 else ends_on.day - 1)
    return ReportPeriod.objects.get_or_create(
        kind=kind, starts_on=ends_on - days, defaults={"ends_on": ends_on, "due_at": THURSDAY, "review_until": THURSDAY}
    )[0]


def say(project, people, ends_on, amount, *, percent=None, kind=Kind.WEEK, state="ACCEPTED"):
    by, reviewer = people
    report, _ = ProgressReport.objects.get_or_create(project=project, period=period(ends_on, kind))
    version = ProgressVersion(
        report=report,
        counts=state == "ACCEPTED",
        period_amount=Decimal(amount),
        physical_percent=percent,
        reduction_reason="审计核减" if amount.startswith("-") else "",
        physical_progress="主体施工",
        state=state,
        submitted_by=by,
        reviewed_by=reviewer if state == "ACCEPTED" else None,
    )
    record(version)


def record(*versions):
    with recorded.writing() as at:
        recorded.record(versions, by=None, at=at)


def test_the_weeks_are_sums_of_what_was_accepted(project, people):
    record(BudgetRevision(project=project, total_investment=Decimal(900)))
    record(ProjectDates(project=project, works_finished_on=date(2026, 2, 2), accepted_on=date(2026, 3, 2)))
    date_stage_target(StageTargetFactory(project=project, stage="COMMISSIONING"), approved_on=UPTO)
    say(project, people, FRIDAY, "10", percent=20)
    say(project, people, FRIDAY + timedelta(7), "5")
    say(project, people, FRIDAY + timedelta(14), "99", percent=90, state="SUBMITTED")
    assert paces([project.pk], upto=UPTO, known_at=None) == {
        project.pk: Pace(
            [Point(FRIDAY, Decimal(10), Decimal(20)), Point(FRIDAY + timedelta(7), Decimal(15))],
            total_amount=Decimal(900),
            approved_finish=UPTO,
            finished_on=date(2026, 3, 2),
            paused=[],
        )
    }


def test_an_adjustment_of_a_month_is_counted_with_the_next_report(project, people):
    say(project, people, date(2026, 2, 27), "10")
    say(project, people, date(2026, 2, 28), "-3", kind="MONTH_END")
    say(project, people, date(2026, 3, 6), "5")
    [told] = paces([project.pk], upto=UPTO, known_at=None).values()
    assert told.points == [Point(date(2026, 2, 27), Decimal(10)), Point(date(2026, 3, 6), Decimal(12))]


def test_a_later_correction_does_not_reach_back(project, people):
    say(project, people, FRIDAY, "10")
    with time_machine.travel(THURSDAY + timedelta(hours=2)):
        say(project, people, FRIDAY, "8")
    [then] = paces([project.pk], upto=UPTO, known_at=THURSDAY + timedelta(hours=1)).values()
    [now] = paces([project.pk], upto=UPTO, known_at=None).values()
    assert [pace.points[0].done_amount for pace in (then, now)] == [10, 8]


def test_what_ends_later_is_not_told_and_who_said_nothing_is_left_out(project, people):
    silent = KeyProjectFactory()
    say(project, people, FRIDAY, "10")
    assert paces([project.pk, silent.pk], upto=FRIDAY - timedelta(1), known_at=None) == {}
    assert list(paces([project.pk, silent.pk], upto=FRIDAY, known_at=None)) == [project.pk]


def test_any_number_of_projects_costs_eight_questions(people, django_assert_num_queries):
    projects = KeyProjectFactory.create_batch(30)
    for each in projects:
        say(each, people, FRIDAY, "10")
    with django_assert_num_queries(8):
        assert len(paces([each.pk for each in projects], upto=UPTO, known_at=THURSDAY + timedelta(days=1))) == 30


def test_a_day_foretold_counts_once_from_when_it_was_first_said(project, django_assert_num_queries):
    """Said on the 5th, repeated a day later beside a new approved date, changed on the 15th, reached on the 25th."""
    node = MilestoneFactory(project=project)
    first, second, reached = date(2026, 3, 12), date(2026, 3, 20), date(2026, 3, 25)
    steps = [
        (0, {"approved_on": UPTO, "forecast_on": first}),
        (1, {"approved_on": UPTO + timedelta(1), "forecast_on": first}),
        (10, {"approved_on": UPTO, "forecast_on": second}),
        (20, {"approved_on": UPTO, "forecast_on": second, "actual_on": reached}),
    ]
    for days, dates in steps:
        with time_machine.travel(THURSDAY + timedelta(days)):
            date_milestone(node, **dates)
    with django_assert_num_queries(1):
        assert declared([project.pk], known_at=THURSDAY + timedelta(30)) == [
            Declared(date(2026, 3, 5), first, reached),
            Declared(date(2026, 3, 15), second, reached),
        ]
    assert declared([project.pk], known_at=THURSDAY + timedelta(5)) == [Declared(date(2026, 3, 5), first)]
