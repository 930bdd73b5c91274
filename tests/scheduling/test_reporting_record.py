"""报送情况: what the ledger says of a period is what was frozen; rates are sums by sums; a unit sees its own lines."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from projects import jobs
from projects.errors import NotAllowed, RuleViolation
from projects.models import AuditEvent, Job, Unit
from scheduling import tasks
from scheduling.actions import closings, progress_reports
from scheduling.models import PeriodStanding
from scheduling.reporting_record import LOOKED_BACK, Record, records, total
from tests.factories import UnitFactory
from tests.scheduling.reporting_samples import project_of, report, week_of
from tests.scheduling.reports import said

pytestmark = [pytest.mark.django_db, pytest.mark.core]

THURSDAY = datetime(2026, 3, 5, 2, tzinfo=UTC)
SATURDAY = THURSDAY + timedelta(days=2)
RECORD = "/reporting/"


@pytest.fixture(autouse=True)
def on_a_thursday():
    with time_machine.travel(THURSDAY) as clock:
        yield clock


@pytest.fixture
def week(db):
    return week_of(date(2026, 3, 5), at=THURSDAY)


@pytest.fixture
def other_unit(government):
    return UnitFactory(name="区水务局", parent=government, path="000001/000009/")


def closed(period, moment=SATURDAY):
    with time_machine.travel(moment):
        closing = closings.close(period=period, by=None)
        closings.freeze(closing, progress=lambda done, total: None)
        return closings.finish(closing, by=None, at=moment)


@pytest.fixture
def entered(week, lead, lead_unit, other_unit, dispatcher):
    """A closed week: one accepted after a return, one missing, and one of another unit that waits."""
    told = report(project_of(lead, lead_unit, name="滨江隧道"), week, lead, "5")
    progress_reports.send_back(report=told, note="请核实", by=dispatcher)
    report(told.project, week, lead, "6", accepted_by=dispatcher)
    project_of(lead, lead_unit, name="城北水厂")
    report(project_of(lead, other_unit, name="引水渠"), week, lead, "7")
    return closed(week)


def page(browser, *where, **asked):
    return browser.get(reverse(*where) if where else RECORD, asked)


def period_page(browser, period, **asked):
    return browser.get(reverse("reporting_period", args=[period.pk]), asked)


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("dispatcher", 200),
        ("outsider", 200),
        ("office", 200),
        ("signer", 200),
        ("leader", 200),
        ("lead", 403),
        ("sys_admin", 403),
    ],
)
def test_whoever_reads_a_unit_or_the_district_reads_how_it_reported(who, status, entered, enter_as):
    browser = enter_as(who)
    assert page(browser).status_code == status
    assert period_page(browser, entered.period).status_code == status


def test_the_ledger_entry_is_what_was_frozen(entered, enter, office):
    (row,) = page(enter(office)).context["rows"]
    counts = row["counts"]
    assert (counts.expected, counts.told, counts.on_time) == (3, 2, 2)
    assert (counts.expected, counts.told, counts.missing) == (entered.expected, entered.reported, entered.missing)
    assert row["rate"] == "66.7%"


def test_a_unit_sees_its_own_lines_only(entered, enter, dispatcher, outsider):
    browser = enter(dispatcher)
    (row,) = page(browser).context["rows"]
    assert (row["counts"].expected, row["counts"].missing) == (2, 1)
    words = said(period_page(browser, entered.period))
    assert "城北水厂" in words
    assert "引水渠" not in words
    assert "区水务局" not in words
    assert "城北水厂" not in said(period_page(enter(outsider), entered.period))


def test_what_lacked_comes_first_and_can_be_asked_for_alone(entered, enter, office, lead_unit):
    browser = enter(office)
    assert [row["name"] for row in period_page(browser, entered.period).context["rows"]] == [
        "城北水厂", "引水渠", "滨江隧道",
    ]  # fmt: skip
    asked = {"state": "ACCEPTED", "unit": lead_unit.pk}
    assert [row["name"] for row in period_page(browser, entered.period, **asked).context["rows"]] == ["滨江隧道"]


def test_what_is_made_up_for_later_is_counted_beside_what_was_frozen(entered, enter, office, lead):
    with time_machine.travel(SATURDAY + timedelta(hours=1)):
        missing = PeriodStanding.objects.get(reported="MISSING")
        report(missing.project, entered.period, lead, "3")
        browser = enter(office)
        (row,) = page(browser).context["rows"]
        assert (row["counts"].missing, row["counts"].came_late) == (1, 1)
        assert "锁定后补报 1 个" in said(period_page(browser, entered.period))


def test_a_return_counts_each_time_and_an_explanation_is_none(entered, lead_unit, other_unit):
    found = records(PeriodStanding.objects.all(), kind="WEEK")
    assert found == {lead_unit.pk: Record(2, 1, 2, 1), other_unit.pk: Record(1, 1, 1, 0)}
    assert found[lead_unit.pk].return_rate == 50
    whole = total(Record, found.values())
    assert (whole, whole.on_time_rate) == (Record(3, 2, 3, 1), Decimal(200) / 3)


def test_explaining_is_not_reporting_again_nor_a_return(week, lead, lead_unit):
    told = report(project_of(lead, lead_unit), week, lead)
    progress_reports.explain(report=told, explanation="已核实", by=lead)
    closed(week)
    assert records(PeriodStanding.objects.all(), kind="WEEK")[lead_unit.pk] == Record(1, 1, 1, 0)


def test_rates_look_back_twelve_closed_periods_of_the_kind(lead, lead_unit, other_unit):
    project_of(lead, lead_unit)
    for number in range(LOOKED_BACK + 2):
        closed(week_of(date(2025, 11, 6) + timedelta(weeks=number), at=THURSDAY))
    found = records(PeriodStanding.objects.all(), kind="WEEK")
    assert found == {lead_unit.pk: Record(expected=LOOKED_BACK)}
    assert found[lead_unit.pk].return_rate is None
    assert records(PeriodStanding.objects.all(), kind="MONTH") == {}


def test_of_no_units_the_sum_is_nought_and_there_is_no_rate():
    assert total(Record, []) == Record()
    assert Record().on_time_rate is None


class TestFailed:
    @pytest.fixture
    def failed(self, week):
        job = tasks.closing_job(week)
        jobs.fail(jobs.claim(job.pk, at=THURSDAY), error="磁盘已满。", at=THURSDAY)
        job.refresh_from_db()
        return job

    @pytest.mark.parametrize(("who", "offered"), [("office", True), ("leader", False), ("dispatcher", False)])
    def test_it_is_in_sight_and_the_office_tries_again(self, who, offered, failed, week, enter_as):
        browser = enter_as(who)
        for words in (said(page(browser)), said(period_page(browser, week))):
            assert "磁盘已满" in words
            assert ("重试" in words) is offered
        answer = browser.post(reverse("reporting_retry", args=[week.pk]))
        assert answer.status_code == (302 if offered else 403)
        failed.refresh_from_db()
        assert (failed.state == Job.State.WAITING) is offered
        assert AuditEvent.objects.filter(action="report_period.retried").count() == offered

    def test_what_has_not_failed_is_not_tried_again(self, failed, week, office, leader):
        with pytest.raises(NotAllowed):
            closings.retry(period=week, job=failed, by=leader, at=THURSDAY)
        closings.retry(period=week, job=failed, by=office, at=THURSDAY)
        with pytest.raises(RuleViolation, match="没有失败"):
            closings.retry(period=week, job=failed, by=office, at=THURSDAY)


def test_a_period_under_way_says_until_when_and_points_to_what_lacks(week, enter, office):
    browser = enter(office)
    assert "填报中，03-06 12:00 截止" in said(page(browser))
    assert f"/reporting/missing/?period={week.pk}" in period_page(browser, week).content.decode()


def test_the_pages_of_reporting_lead_to_one_another(entered, enter, dispatcher):
    browser = enter(dispatcher)
    for name in ("review_desk", "missing_reports", "reporting_list"):
        shown = browser.get(reverse(name)).content.decode()
        assert all(
            f'href="{reverse(other)}"' in shown for other in ("review_desk", "missing_reports", "reporting_list")
        )


def test_many_periods_and_units_take_no_more_queries_than_few(
    week, lead, office, enter, django_assert_num_queries
):  # fmt: skip
    government = Unit.objects.get(path="000001/")
    for number in range(30):
        unit = UnitFactory(parent=government, path=f"000001/9{number:05}/")
        report(project_of(lead, unit), week, lead, accepted_by=office)
    for number in range(1, 13):
        closed(week_of(date(2026, 3, 5) - timedelta(weeks=number), at=THURSDAY))
    entry = closed(week)
    with time_machine.travel(SATURDAY):
        browser = enter(office)
        page(browser)
        with django_assert_num_queries(12):
            listed = page(browser)
        with django_assert_num_queries(9):
            shown = period_page(browser, entry.period)
    assert max(len(listed.content), len(shown.content)) < 40_000
