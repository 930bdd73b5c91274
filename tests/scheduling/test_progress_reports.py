"""填报: a lead reports an open period of an own project; totals are sums; what was said before is kept."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine
from django.db import DatabaseError, IntegrityError, transaction

from projects import changed, recorded
from projects.errors import NotAllowed, RuleViolation
from projects.models import AnnualPlan, AuditEvent, KeyProject, PlanEntry, PlanVersion
from projects.periods import Kind
from scheduling.actions import periods, progress_reports
from scheduling.models import ProgressReport, ProgressVersion, ReportPeriod
from tests.factories import KeyProjectFactory

pytestmark = [pytest.mark.django_db, pytest.mark.core]

THURSDAY = datetime(2026, 3, 5, 2, tzinfo=UTC)


@pytest.fixture(autouse=True)
def on_a_thursday():
    with time_machine.travel(THURSDAY):
        yield


@pytest.fixture
def week(db):
    return periods.open_period(kind=Kind.WEEK, day=date(2026, 3, 5), by=None, at=THURSDAY)


def week_of(day):
    return periods.open_period(kind=Kind.WEEK, day=day, by=None, at=THURSDAY)


def submit(project, period, by, amount="120.5", **fields):
    return progress_reports.submit(
        project=project,
        period=period,
        period_amount=Decimal(amount),
        physical_progress="主体施工至三层",
        by=by,
        **fields,
    )


def review(report, reviewer, state, note=""):
    version = report.versions.current().get()
    with recorded.writing() as at:
        news = recorded.amended(version, state=state, reviewed_by_id=reviewer.pk, review_note=note)
        recorded.record([news], by=reviewer, at=at)


def test_a_period_is_opened_once_due_on_friday_noon(week):
    assert week_of(date(2026, 2, 28)) == week
    assert (week.starts_on, week.ends_on) == (date(2026, 2, 28), date(2026, 3, 6))
    assert week.due_at == datetime(2026, 3, 6, 4, tzinfo=UTC)  # noon in Beijing
    assert AuditEvent.objects.filter(action="report_period.opened").count() == 1


def test_a_lead_reports_the_week(project, week, lead):
    told = submit(project, week, lead, physical_percent=Decimal("35"), done_text="三层顶板浇筑", next_text="四层")
    version = told.report.versions.current().get()
    assert (version.period_amount, version.state) == (Decimal("120.5"), "SUBMITTED")
    assert version.submitted_by == version.recorded_by == lead
    event = AuditEvent.objects.get(action="progress_report.submitted")
    before, after = event.changes["本期完成投资（万元）"]
    assert (before, Decimal(after)) == (None, Decimal("120.5"))


def test_the_facts_of_the_project_are_announced(project, week, lead, monkeypatch):
    heard = []
    monkeypatch.setattr(changed, "_listeners", [lambda projects, at: heard.append(list(projects))])
    submit(project, week, lead)
    assert heard == [[project.pk]]


def test_submitting_again_is_a_new_version_and_the_old_one_is_kept(project, week, lead):
    first = submit(project, week, lead).report
    second = submit(project, week, lead, amount="130").report
    assert first == second
    assert [v.period_amount for v in first.versions.order_by("pk")] == [Decimal("120.5"), Decimal(130)]
    assert first.versions.current().get().period_amount == Decimal(130)


def test_what_was_sent_back_can_be_filled_in_again(project, week, lead, dispatcher):
    report = submit(project, week, lead).report
    review(report, dispatcher, "RETURNED", "请补充形象进度")
    submit(project, week, lead)
    assert report.versions.current().get().state == "SUBMITTED"
    assert report.versions.count() == 3


def test_what_was_accepted_is_not_filled_in_again(project, week, lead, dispatcher):
    report = submit(project, week, lead).report
    review(report, dispatcher, "ACCEPTED")
    with pytest.raises(RuleViolation, match="已审核通过"):
        submit(project, week, lead, amount="1")
    assert report.versions.current().get().period_amount == Decimal("120.5")


@pytest.mark.parametrize("person", ["dispatcher", "office", "leader", "outsider"])
def test_nobody_reports_for_another(person, project, week, request):
    with pytest.raises(NotAllowed, match="责任人或联络人"):
        submit(project, week, request.getfixturevalue(person))
    assert not ProgressReport.objects.exists()


def test_the_liaison_reports_too(project, week, outsider):
    project.liaison = outsider
    project.save()
    assert submit(project, week, outsider).report.period == week


def test_a_package_is_not_reported(lead, lead_unit, week):
    package = KeyProjectFactory(lead_unit=lead_unit, responsible_person=lead, is_package=True)
    with pytest.raises(RuleViolation, match="打包项目"):
        submit(package, week, lead)


def test_a_locked_period_takes_no_reports(project, week, lead):
    with time_machine.travel(datetime(2026, 3, 6, 10, tzinfo=UTC)):
        ReportPeriod.objects.filter(pk=week.pk).update(locked_at=datetime(2026, 3, 6, 9, 30, tzinfo=UTC))
        with pytest.raises(RuleViolation, match="已锁定"):
            submit(project, week, lead)


def test_a_period_to_come_takes_no_reports(project, lead):
    with pytest.raises(RuleViolation, match="尚未开始，2026-03-07 起可以填报"):
        submit(project, week_of(date(2026, 3, 9)), lead)


def test_a_reduction_needs_its_reason(project, week, lead):
    with pytest.raises(RuleViolation, match="请填写核减原因"):
        submit(project, week, lead, amount="-3", reduction_reason=" ")
    told = submit(project, week, lead, amount="-3", reduction_reason="审计核减")
    assert told.totals.year_to_date == Decimal(-3)


def test_totals_are_sums_of_the_periods(project, lead):
    for day, amount in ((date(2025, 12, 30), "50"), (date(2026, 1, 1), "7"), (date(2026, 2, 20), "100.25")):
        submit(project, week_of(day), lead, amount=amount)
    totals = submit(project, week_of(date(2026, 3, 5)), lead, amount="20").totals
    assert totals == (Decimal("127.25"), Decimal("177.25"))
    earlier = ProgressVersion.objects.current().totals(project=project, upto=week_of(date(2026, 2, 20)))
    assert earlier == (Decimal("107.25"), Decimal("157.25"))


def test_what_was_spent_before_comes_from_the_plan_of_the_first_year(project, lead, office, signer):
    for year, before in ((2025, "400"), (2026, "9999")):
        version = PlanVersion.objects.create(
            plan=AnnualPlan.objects.create(year=year), number=1, effective_on=date(year, 1, 1), drafted_by=office,
            drafted_at=THURSDAY,
        )  # fmt: skip
        PlanEntry.objects.create(
            version=version, project=project, category="CONTINUING", annual_plan_amount=0, cumulative_before_year=before
        )
        version.state, version.decided_by, version.decided_at = "APPROVED", signer, THURSDAY
        version.document_number = "示政发〔2025〕1号"
        version.save()
    submit(project, week_of(date(2025, 12, 30)), lead, amount="50")
    assert submit(project, week_of(date(2026, 3, 5)), lead, amount="20").totals == (Decimal(20), Decimal(470))


def test_only_accepted_reports_count_and_returned_ones_are_not_declared(project, lead, dispatcher):
    accepted = submit(project, week_of(date(2026, 2, 10)), lead, amount="10").report
    returned = submit(project, week_of(date(2026, 2, 20)), lead, amount="200").report
    review(accepted, dispatcher, "ACCEPTED")
    review(returned, dispatcher, "RETURNED", "请核实金额")
    this = week_of(date(2026, 3, 5))
    assert submit(project, this, lead, amount="3").totals.year_to_date == Decimal(13)
    counted = ProgressVersion.objects.current().accepted().totals(project=project, upto=this)
    assert counted.year_to_date == Decimal(10)


def test_other_projects_do_not_count(project, week, lead, lead_unit):
    other = KeyProjectFactory(lead_unit=lead_unit, responsible_person=lead)
    submit(other, week, lead, amount="1000")
    assert submit(project, week, lead, amount="5").totals == (Decimal(5), Decimal(5))


BREACHES = {
    "progress_version_reduction_has_reason": {"period_amount": -1},
    "progress_version_percent_in_range": {"physical_percent": 101},
    "progress_version_reviewed_by_somebody": {"state": "ACCEPTED"},
    "progress_version_not_reviewed_by_its_author": {"state": "ACCEPTED", "reviewed_by": "author"},
    "progress_version_return_has_words": {"state": "RETURNED", "reviewed_by": "reviewer"},
    "progress_version_superseded_after_recorded": {"superseded_at": datetime(2026, 3, 1, tzinfo=UTC)},
}


@pytest.mark.parametrize("name", BREACHES)
def test_the_database_refuses(name, project, week, lead, dispatcher):
    people = {"author": lead, "reviewer": dispatcher}
    fields = {key: people.get(value, value) for key, value in BREACHES[name].items()}
    report = ProgressReport.objects.create(project=project, period=week)
    version = {"period_amount": 1, "recorded_at": THURSDAY, "submitted_by": lead} | fields
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        ProgressVersion.objects.create(report=report, **version)


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("report_period_once", {}),
        ("report_period_days_in_order", {"starts_on": date(2026, 3, 7)}),
        ("report_period_in_one_year", {"starts_on": date(2025, 12, 27)}),
        ("report_period_locked_after_due", {"starts_on": date(2026, 3, 1), "locked_at": THURSDAY}),
    ],
)
def test_the_database_refuses_a_period(name, fields, week):
    period = {"kind": "WEEK", "starts_on": week.starts_on, "ends_on": week.ends_on, "due_at": week.due_at}
    with pytest.raises(IntegrityError, match=rf"{name}|UNIQUE"), transaction.atomic():
        ReportPeriod.objects.create(**(period | fields))


def test_a_project_reports_a_period_once(project, week):
    ProgressReport.objects.create(project=project, period=week)
    with pytest.raises(IntegrityError, match=r"progress_report_once_per_period|UNIQUE"), transaction.atomic():
        ProgressReport.objects.create(project=project, period=week)


def test_the_database_refuses_to_rewrite_what_was_reported(project, week, lead):
    report = submit(project, week, lead).report
    for change in (lambda rows: rows.update(period_amount=1), lambda rows: rows.delete()):
        with pytest.raises(DatabaseError, match="历史记录不可更改或删除"), transaction.atomic():
            change(ProgressVersion.objects.filter(report=report))
    assert KeyProject.objects.get(progress_reports=report) == project
