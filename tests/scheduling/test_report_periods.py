"""报告期: opened by themselves, due by the rule of their first day, owed by whoever is being prepared or built."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine

from projects.errors import NotAllowed, RuleViolation
from projects.models import AuditEvent, CalendarDay
from projects.periods import Kind
from scheduling.actions import periods, reporting_rules
from scheduling.models import ReportingDuty, ReportPeriod
from scheduling.reporting import owing
from tests.factories import KeyProjectFactory, suspend
from tests.scheduling.reporting_samples import enter_tier, project_of, report, week_of

pytestmark = [pytest.mark.django_db, pytest.mark.core]

THURSDAY = datetime(2026, 3, 5, 2, tzinfo=UTC)
MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)


@pytest.fixture(autouse=True)
def on_a_thursday():
    with time_machine.travel(THURSDAY, tick=False):
        yield


def opened(kind="WEEK"):
    return list(ReportPeriod.objects.filter(kind=kind).order_by("starts_on").values_list("starts_on", flat=True))


def change_duty(project, by, *, kind="MONTH", starts_on=APRIL, reason="储备项目进展慢", at=THURSDAY):
    return reporting_rules.change_duty(
        project=project, kind=kind, starts_on=starts_on, reason=reason, by=by, at=at
    )  # fmt: skip


def add_rule(by, effective_on, **limits):
    limits = {"due_time": time(10), "review_time": time(16)} | limits
    return reporting_rules.add_rule(kind="WEEK", effective_on=effective_on, **limits, by=by, at=THURSDAY)


def test_the_first_week_opened_is_this_one_with_the_adjustment_of_its_month():
    assert periods.keep_calendar(at=THURSDAY) == []
    assert opened() == [date(2026, 2, 28)]
    assert opened("MONTH_END") == [MARCH]
    assert opened("MONTH") == []


def test_after_an_outage_what_was_missed_is_opened_once_and_named_to_be_closed_in_order():
    periods.keep_calendar(at=THURSDAY)
    three_weeks_on = THURSDAY + timedelta(days=21)
    for _turn in range(2):
        to_close = periods.keep_calendar(at=three_weeks_on)
    assert opened() == [date(2026, 2, 28) + timedelta(days=7 * n) for n in range(4)]
    assert [period.ends_on for period in to_close] == [date(2026, 3, 6), date(2026, 3, 13), date(2026, 3, 20)]
    assert AuditEvent.objects.filter(action="report_period.opened").count() == 5


def test_other_kinds_are_opened_for_the_days_somebody_is_due_to_report_by_them(project, office):
    periods.keep_calendar(at=THURSDAY)
    change_duty(project, office, kind="TEN_DAY")
    periods.keep_calendar(at=THURSDAY + timedelta(days=20))
    assert opened("TEN_DAY") == []
    periods.keep_calendar(at=datetime(2026, 4, 12, 2, tzinfo=UTC))
    assert opened("TEN_DAY") == [APRIL, date(2026, 4, 11)]
    change_duty(project, office, kind="MONTH", starts_on=date(2026, 5, 1), at=datetime(2026, 4, 12, 2, tzinfo=UTC))
    periods.keep_calendar(at=datetime(2026, 5, 12, 2, tzinfo=UTC))
    assert opened("TEN_DAY") == [APRIL, date(2026, 4, 11), date(2026, 4, 21)]
    assert opened("MONTH") == [date(2026, 5, 1)]


def test_an_edition_of_the_rule_holds_for_periods_that_begin_later(office):
    week = week_of(date(2026, 3, 5), at=THURSDAY)
    add_rule(office, date(2026, 3, 7))
    next_week = week_of(date(2026, 3, 9), at=THURSDAY)
    week.refresh_from_db()
    assert week.due_at == datetime(2026, 3, 6, 4, tzinfo=UTC)
    assert next_week.due_at == datetime(2026, 3, 13, 2, tzinfo=UTC)
    assert next_week.review_until == datetime(2026, 3, 13, 8, tzinfo=UTC)


def test_a_week_whose_friday_is_off_is_due_before_or_after_as_the_rule_says(office):
    for day in (4, 5, 6):
        CalendarDay.objects.create(day=date(2026, 4, day - 1), is_workday=False, name="清明节")
    assert week_of(date(2026, 4, 1), at=THURSDAY).due_at == datetime(2026, 4, 2, 4, tzinfo=UTC)
    ReportPeriod.objects.all().delete()
    add_rule(office, date(2026, 3, 7), when_holiday="LATER")
    assert week_of(date(2026, 4, 1), at=THURSDAY).due_at == datetime(2026, 4, 6, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("effective_on", "limits", "words"),
    [
        (date(2026, 3, 4), {}, "不能追溯"),
        (date(2026, 3, 7), {"due_time": time(16)}, "须晚于报送截止"),
    ],
)
def test_a_rule_is_refused_in_words(effective_on, limits, words, office):
    with pytest.raises(RuleViolation, match=words):
        add_rule(office, effective_on, **limits)


def test_an_edition_is_never_changed(office):
    add_rule(office, date(2026, 3, 7))
    with pytest.raises(RuleViolation, match="已登记，不能改动"):
        add_rule(office, date(2026, 3, 7))


@pytest.mark.parametrize("person", ["lead", "dispatcher", "signer", "outsider"])
def test_only_the_office_keeps_rules_and_duties(person, project, request):
    by = request.getfixturevalue(person)
    with pytest.raises(NotAllowed, match="区重点办"):
        add_rule(by, date(2026, 3, 7))
    with pytest.raises(NotAllowed, match="区重点办"):
        change_duty(project, by)


def test_a_report_is_owed_by_what_is_prepared_or_built_suspended_or_not(project, lead, lead_unit, office):
    week = week_of(date(2026, 3, 5), at=THURSDAY)
    enter_tier(project, "PREPARATION")
    stopped = project_of(lead, lead_unit)
    suspend(stopped, date(2026, 2, 1), office)
    for tier in ("RESERVE", "SIGNED", "COMPLETED", "EXITED"):
        enter_tier(KeyProjectFactory(lead_unit=lead_unit), tier)
    enter_tier(KeyProjectFactory(lead_unit=lead_unit, is_package=True))
    done = project_of(lead, lead_unit)
    enter_tier(done, "COMPLETED", date(2026, 3, 4))
    enter_tier(KeyProjectFactory(lead_unit=lead_unit), entered_on=date(2026, 3, 7))
    assert set(owing(week, known_at=None)) == {project, stopped}


def test_what_was_learnt_later_changes_nothing_of_what_was_owed_then(project):
    week = week_of(date(2026, 3, 5), at=THURSDAY)
    with time_machine.travel(THURSDAY + timedelta(days=3)):
        enter_tier(project, entered_on=MARCH)
    assert not owing(week, known_at=THURSDAY).exists()
    assert owing(week, known_at=None).get() == project


def test_a_project_reports_by_the_kind_in_force_on_the_last_day(project, office):
    enter_tier(project)
    change_duty(project, office)
    kinds = {Kind.WEEK: [(date(2026, 3, 27), True), (date(2026, 4, 1), False)], Kind.MONTH: [(APRIL, True)]}
    for kind, days in kinds.items():
        for day, owed in days:
            assert owing(week_of(day, at=THURSDAY, kind=kind), known_at=None).exists() is owed
    assert not owing(week_of(APRIL, at=THURSDAY, kind="MONTH_END"), known_at=None).exists()


def test_a_new_kind_ends_the_one_before(project, office):
    change_duty(project, office)
    change_duty(project, office, kind="WEEK", starts_on=date(2026, 6, 9))
    spans = ReportingDuty.objects.order_by("starts_on").values_list("kind", "starts_on", "ends_on")
    assert list(spans) == [("MONTH", APRIL, date(2026, 5, 31)), ("WEEK", date(2026, 6, 1), None)]


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"starts_on": date(2026, 2, 1)}, "不能追溯到 2026-02"),
        ({"kind": "WEEK"}, "现在就报周报"),
        ({"kind": "MONTH_END"}, "不是报送方式"),
        ({"reason": " "}, "请写明"),
    ],
)
def test_a_change_of_kind_is_refused_in_words(asked, words, project, office):
    with pytest.raises(RuleViolation, match=words):
        change_duty(project, office, **asked)


def test_what_is_reported_already_is_not_counted_twice(project, lead, office):
    report(project, week_of(date(2026, 3, 5), at=THURSDAY), lead)
    with pytest.raises(RuleViolation, match="请从下月起调整"):
        change_duty(project, office, starts_on=MARCH)
    assert change_duty(project, office).starts_on == APRIL
    with pytest.raises(RuleViolation, match="已定从 2026-04 起改为月报"):
        change_duty(project, office, kind="TEN_DAY")
