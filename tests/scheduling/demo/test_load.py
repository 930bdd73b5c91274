"""The demo as it is stored: closed weeks that add up, and a district that has something to decide."""

from datetime import date

import pytest
from django.db import connection, transaction
from django.db.models import F, Sum
from django.test import override_settings

from projects.models import AuditEvent
from reports.compose.stop_pages import photos_of
from scheduling.actions import demo
from scheduling.amounts import amounts_of
from scheduling.models import (
    Attachment,
    Decision,
    Finding,
    InspectionRound,
    LightWaiver,
    Meeting,
    PeriodClosing,
    PeriodStanding,
    Problem,
    ProgressSubmission,
    ProgressVersion,
    Standing,
    Stop,
    SupervisionOrder,
)

pytestmark = [pytest.mark.django_db, pytest.mark.core, pytest.mark.xdist_group("the demo of the weeks")]
ANCHOR = date(2026, 11, 27)


@pytest.fixture(scope="module", autouse=True)
def loaded(django_db_setup, django_db_blocker, tmp_path_factory):
    """Loaded once for this file and rolled back after it."""
    files = override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("files"))
    with files, django_db_blocker.unblock(), transaction.atomic():
        loaded = demo.load(seed=2025, anchor=ANCHOR, by=None)
        connection.check_constraints()  # here once, or every test would do it for all that was loaded
        yield loaded
        transaction.set_rollback(True)


def test_forty_weeks_are_closed_and_their_ledger_adds_up():
    closings = PeriodClosing.objects.filter(finished_at__isnull=False)
    assert closings.count() >= 40
    assert not closings.exclude(expected=F("reported") + F("missing") + F("returned")).exists()
    assert closings.filter(missing__gt=0, unchanged__gt=0).count() > 30


def test_every_month_is_closed_too_and_a_few_projects_adjusted_theirs_before_that():
    months = PeriodClosing.objects.filter(period__kind="MONTH_END", finished_at__isnull=False)
    days = sorted(months.values_list("period__ends_on", flat=True))
    assert days[-3:] == [date(2026, 8, 31), date(2026, 9, 30), date(2026, 10, 31)]
    adjusted = ProgressVersion.objects.current().accepted().filter(report__period__kind="MONTH_END")
    assert {each.report.period.ends_on for each in adjusted} <= set(days)
    assert adjusted.count() > 20
    assert not adjusted.filter(recorded_at__gte=F("report__period__review_until")).exists()


def test_what_a_closing_counts_is_the_sum_of_its_projects():
    for closing in PeriodClosing.objects.order_by("-known_at")[:3]:
        lines = PeriodStanding.objects.filter(period=closing.period)
        assert lines.aggregate(all=Sum("period_amount"))["all"] == closing.amount


def test_standings_say_what_the_reports_come_to():
    standings = {standing.project_id: standing for standing in Standing.objects.filter(reported_to__isnull=False)}
    assert len(standings) > 100
    for project, amounts in amounts_of(list(standings), upto=ANCHOR, known_at=None).items():
        assert standings[project].since_start_amount == amounts.since_start_amount


def test_every_submission_has_its_receipt_and_some_wait_for_review():
    assert ProgressSubmission.objects.count() == ProgressVersion.objects.filter(state="SUBMITTED").count()
    assert ProgressVersion.objects.current().filter(state="SUBMITTED").exists()


def test_there_is_something_to_coordinate_to_meet_about_and_to_close():
    assert Problem.objects.open().count() >= 10
    assert Meeting.objects.filter(state="ISSUED").count() >= 60
    assert Decision.objects.overdue(on=ANCHOR).exists()
    assert SupervisionOrder.objects.exists()
    assert AuditEvent.objects.filter(action="report_period.closed").count() == PeriodClosing.objects.count()


def test_some_lights_are_waived_and_one_waits_for_a_word():
    current = LightWaiver.objects.current()
    waived = current.filter(state="GRANTED", starts_on__lte=ANCHOR, ends_on__gte=ANCHOR).values_list(
        "project", flat=True
    )
    standings = list(Standing.objects.filter(project__in=waived))
    assert len(standings) == 2
    assert all("waived_until" in standing.verdicts["INVESTMENT"] for standing in standings)
    assert current.waiting().count() == 1


def test_two_quarters_are_published_the_present_one_half_scored_and_the_next_being_chosen_for():
    coming, this, last, before = rounds = InspectionRound.objects.order_by("-year", "-quarter")
    assert [(each.year, each.quarter) for each in rounds] == [(2027, 1), (2026, 4), (2026, 3), (2026, 2)]
    assert [each.state for each in rounds] == ["CHOOSING", "SCORING", "PUBLISHED", "PUBLISHED"]
    assert {each.verdict for each in coming.pre_screenings.all()} == {"RECOMMENDED", "NOT_RECOMMENDED"}
    assert [each.stops.count() for each in rounds] == [5, 8, 8, 8]
    assert not set(last.stops.values_list("project")) & set(before.stops.values_list("project"))
    assert this.stops.filter(scores__isnull=False).distinct().count() == 4
    assert Finding.objects.filter(problem__state="CLOSED").exists()


def test_what_is_toured_can_be_seen_now_and_as_it_was_a_quarter_before():
    toured = set(Stop.objects.values_list("project", flat=True))
    pairs = photos_of(toured)
    assert len(pairs) > len(toured) * 0.8
    assert all((now.taken_on - before.taken_on).days >= 91 for now, before in pairs.values() if before)
    assert sum(before is not None for _, before in pairs.values()) > len(pairs) * 0.8
    assert not Attachment.objects.filter(thumbnail__isnull=True).exists()
