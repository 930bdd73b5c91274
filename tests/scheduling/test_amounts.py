"""投资: what is stored of a project and what is frozen at a closing are sums of what was accepted."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from projects.models import AnnualPlan, KeyProject, PlanEntry, PlanVersion
from projects.periods import Kind
from projects.roles import Role
from scheduling.actions import progress_reports
from scheduling.amounts import Amounts, amounts_of, month_amounts
from scheduling.models import ProgressVersion, Standing
from scheduling.project_day import NO_MONTHS
from tests.conftest import appoint
from tests.factories import UnitFactory
from tests.scheduling.reporting_samples import project_of, report, week_of

pytestmark = [pytest.mark.django_db, pytest.mark.core]

THURSDAY = datetime(2026, 3, 5, 2, tzinfo=UTC)
THE_YEAR = date(2026, 12, 31)
THIS_WEEK, LAST_WEEK, LAST_YEAR = date(2026, 3, 5), date(2026, 2, 26), date(2025, 12, 30)


@pytest.fixture(autouse=True)
def on_a_thursday():
    with time_machine.travel(THURSDAY):
        yield


def said(project, period_day, lead, amount, **more):
    return report(project, week_of(period_day, at=THURSDAY), lead, amount, **more)


def amounts(project, *, upto=THE_YEAR, known_at=None):
    """But for what is not stored: the months, whose sum is the year's, and how far anything was told."""
    found = amounts_of([project.pk], upto=upto, known_at=known_at)[project.pk]
    assert sum(found.months) == found.ytd_amount
    return replace(found, months=NO_MONTHS, told_to=None)


def approve_plan(project, year, before, signer, office):
    plan, _ = AnnualPlan.objects.get_or_create(year=year)
    version = PlanVersion.objects.create(
        plan=plan, number=1, effective_on=date(year, 1, 1), drafted_by=office, drafted_at=THURSDAY
    )
    PlanEntry.objects.create(
        version=version, project=project, category="CONTINUING", annual_plan_amount=0, cumulative_before_year=before
    )
    version.state, version.decided_by, version.decided_at = "APPROVED", signer, THURSDAY
    version.document_number = "示政发〔2026〕1号"
    version.save()


def stored(project):
    row = Standing.objects.get(project=project)
    return Amounts(
        row.amounts_year,
        row.ytd_amount,
        row.since_start_amount,
        row.unreviewed_amount,
        row.physical_percent,
        row.reported_to,
    )


def test_only_what_was_accepted_counts_and_what_waits_stands_beside_it(project, lead, dispatcher, office, signer):
    approve_plan(project, 2025, "400", signer, office)
    said(project, LAST_YEAR, lead, "50", accepted_by=dispatcher, physical_percent=Decimal(20))
    said(project, LAST_WEEK, lead, "7", accepted_by=dispatcher)
    said(project, THIS_WEEK, lead, "3", physical_percent=Decimal(90))
    expected = Amounts(2026, Decimal(7), Decimal(457), Decimal(3), Decimal(20), date(2026, 2, 27))
    assert amounts(project) == stored(project) == expected


def test_a_correction_waits_with_the_difference_it_would_make(project, lead, dispatcher):
    said(project, LAST_WEEK, lead, "100", accepted_by=dispatcher)
    told = said(project, LAST_WEEK, lead, "90", correction_reason="多计一张发票")
    assert (amounts(project).ytd_amount, amounts(project).unreviewed_amount) == (Decimal(100), Decimal(-10))
    progress_reports.accept(report=told, by=dispatcher)
    assert (stored(project).ytd_amount, stored(project).unreviewed_amount) == (Decimal(90), Decimal(0))


def test_before_the_first_report_the_start_is_what_the_last_plan_says(project, office, signer):
    approve_plan(project, 2026, "400", signer, office)
    expected = Amounts(2026, Decimal(0), Decimal(400), Decimal(0), None, None)
    assert amounts(project) == expected
    assert amounts(project, upto=date(2025, 5, 1)).since_start_amount == 0


def test_a_day_past_and_what_was_known_then(project, lead, dispatcher):
    said(project, LAST_YEAR, lead, "50", accepted_by=dispatcher)
    with time_machine.travel(THURSDAY + timedelta(days=1)):
        said(project, LAST_WEEK, lead, "7", accepted_by=dispatcher)
    assert amounts(project, upto=date(2025, 12, 31)).ytd_amount == Decimal(50)
    assert amounts(project, upto=THIS_WEEK).ytd_amount == Decimal(7)
    assert amounts(project, upto=THIS_WEEK, known_at=THURSDAY + timedelta(hours=9)).ytd_amount == 0


def test_a_month_is_the_sum_of_its_weeks_and_its_adjustment(project, lead, dispatcher):
    for day, amount in ((date(2026, 1, 30), "1"), (date(2026, 1, 31), "20"), (LAST_WEEK, "300")):
        said(project, day, lead, amount, accepted_by=dispatcher)
    said(project, date(2026, 2, 10), lead, "9999")
    adjustment = week_of(date(2026, 2, 1), at=THURSDAY, kind="MONTH_END")
    report(project, adjustment, lead, "-5", accepted_by=dispatcher, done_text="审计核减", reduction_reason="审计核减")
    months = {month: month_amounts([project.pk], year=2026, month=month, known_at=None) for month in (1, 2, 3)}
    assert months == {1: {project.pk: Decimal(1)}, 2: {project.pk: Decimal(315)}, 3: {project.pk: Decimal(0)}}
    assert stored(project).reported_to == date(2026, 2, 27)


def test_many_projects_take_no_more_queries_than_one(project, lead, lead_unit, dispatcher, django_assert_num_queries):
    others = [project_of(lead, lead_unit) for _ in range(10)]
    for each in others:
        said(each, LAST_WEEK, lead, "1", accepted_by=dispatcher, physical_percent=Decimal(5))
    for projects in (others[:1], others):
        with django_assert_num_queries(4):
            amounts_of([each.pk for each in projects], upto=THIS_WEEK, known_at=None)


STEPS = st.tuples(st.integers(0, 1), st.integers(0, 5), st.sampled_from(["report", "accept", "return"]))


class WhateverIsSaid(TestCase):
    @settings(max_examples=8)
    @given(st.lists(st.tuples(STEPS, st.integers(-50, 500)), max_size=6))
    def test_what_is_stored_is_what_is_reckoned_anew_and_accepted_and_waiting_make_the_declared(self, steps):
        unit = UnitFactory()
        lead, reviewer = appoint(Role.PROJECT_LEAD, unit), appoint(Role.REVIEWER, unit)
        projects = [project_of(lead, unit) for _ in range(2)]
        weeks = [week_of(date(2026, 1, 2) + timedelta(weeks=n), at=THURSDAY, kind=Kind.WEEK) for n in range(6)]
        for (which, week, verb), amount in steps:
            _do(verb, projects[which], weeks[week], amount=amount, lead=lead, reviewer=reviewer)
        for project in KeyProject.objects.filter(standing__isnull=False):
            found = amounts(project, upto=weeks[-1].ends_on)
            assert stored(project) == amounts(project)
            declared = ProgressVersion.objects.current().declared().totals(project=project, upto=weeks[-1])
            assert found.since_start_amount + found.unreviewed_amount == declared.since_start


def _do(verb, project, week, *, amount, lead, reviewer):
    waiting = project.progress_reports.filter(
        period=week, versions__state="SUBMITTED", versions__superseded_at__isnull=True
    )
    if verb == "report":
        report(project, week, lead, amount, correction_reason="更正", reduction_reason="核减")
    elif told := waiting.first():
        words = {"note": "请核实"} if verb == "return" else {}
        review = progress_reports.send_back if verb == "return" else progress_reports.accept
        review(report=told, by=reviewer, **words)
