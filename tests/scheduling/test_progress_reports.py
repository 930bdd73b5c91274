"""填报: a lead reports an open period of an own project; totals are sums; what was said before is kept."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import uuid4

import pytest
import time_machine
from django.db import DatabaseError, IntegrityError, transaction

from projects import changed
from projects.actions import substitutes
from projects.errors import NotAllowed, RuleViolation
from projects.models import AnnualPlan, AuditEvent, KeyProject, PlanEntry, PlanVersion
from projects.periods import Kind
from scheduling.actions import periods, progress_reports
from scheduling.actions.progress_reports import Content
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


def submit(project, period, by, amount="120.5", *, client_id=None, correction_reason="", **said):
    content = Content(period_amount=Decimal(amount), physical_progress="主体施工至三层", **said)
    return progress_reports.submit(
        project=project,
        period=period,
        content=content,
        client_id=client_id or uuid4(),
        correction_reason=correction_reason,
        by=by,
    )


def amounts(report):
    """What counts, and what is under way."""
    current = report.versions.current().order_by("-counts")
    return [(version.state, version.period_amount) for version in current]


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
    progress_reports.send_back(report=report, note="请补充形象进度", by=dispatcher)
    submit(project, week, lead)
    assert report.versions.current().get().state == "SUBMITTED"
    assert report.versions.count() == 3


def test_what_was_accepted_is_corrected_with_a_reason_and_counts_until_the_correction_does(
    project, week, lead, dispatcher
):
    report = submit(project, week, lead).report
    progress_reports.accept(report=report, by=dispatcher)
    with pytest.raises(RuleViolation, match="请填写更正原因"):
        submit(project, week, lead, amount="1")
    told = submit(project, week, lead, amount="90", correction_reason="多计一张发票")
    assert amounts(report) == [("ACCEPTED", Decimal("120.5")), ("SUBMITTED", Decimal(90))]
    assert told.totals.year_to_date == Decimal(90)
    progress_reports.send_back(report=report, note="请附发票", by=dispatcher)
    assert amounts(report) == [("ACCEPTED", Decimal("120.5")), ("RETURNED", Decimal(90))]
    submit(project, week, lead, amount="91", correction_reason="多计一张发票")
    progress_reports.accept(report=report, by=dispatcher)
    assert amounts(report) == [("ACCEPTED", Decimal(91))]


def test_a_form_sent_twice_is_taken_in_once(project, week, lead, outsider):
    form = uuid4()
    first = submit(project, week, lead, client_id=form)
    assert submit(project, week, lead, amount="999", client_id=form).submission == first.submission
    assert first.report.versions.count() == 1
    with pytest.raises(RuleViolation, match="已用于另一次报送"):
        submit(project, week_of(date(2026, 2, 20)), lead, client_id=form)


def test_each_submission_has_a_receipt_of_its_own(project, week, lead):
    numbers = [submit(project, week, lead, amount=amount).submission.receipt_number for amount in ("1", "2")]
    assert numbers == [f"20260306-{project.code}-W1", f"20260306-{project.code}-W2"]


def test_the_same_words_from_a_second_tab_get_the_same_receipt(project, week, lead):
    first = submit(project, week, lead)
    assert submit(project, week, lead).submission == first.submission


def test_a_months_report_and_its_adjustment_have_receipts_apart(project, lead):
    kinds = ("MONTH", "MONTH_END")
    months = [periods.open_period(kind=kind, day=date(2026, 3, 5), by=None, at=THURSDAY) for kind in kinds]
    assert len({submit(project, month, lead, done_text="审计核定").submission.receipt_number for month in months}) == 2


@pytest.mark.parametrize("person", ["lead", "outsider", "leader", "signer"])
def test_only_the_reviewers_of_its_units_and_the_office_review(person, project, week, lead, request):
    report = submit(project, week, lead).report
    with pytest.raises(NotAllowed, match="审核"):
        progress_reports.accept(report=report, by=request.getfixturevalue(person))
    assert amounts(report) == [("SUBMITTED", Decimal("120.5"))]


def test_a_substitute_reviews_in_the_name_of_the_reviewer(project, week, lead, dispatcher, outsider):
    substitutes.appoint(
        substitute=outsider, starts_on=date(2026, 3, 2), ends_on=date(2026, 3, 8), by=dispatcher, at=THURSDAY
    )
    report = submit(project, week, lead).report
    progress_reports.accept(report=report, by=outsider)
    accepted = report.versions.current().get()
    assert (accepted.reviewed_by, accepted.on_behalf_of) == (outsider, dispatcher)


def test_what_is_reviewed_already_is_not_reviewed_again(project, week, lead, dispatcher, office):
    report = submit(project, week, lead).report
    progress_reports.accept(report=report, by=dispatcher)
    with pytest.raises(RuleViolation, match="没有等待审核的填报"):
        progress_reports.accept(report=report, by=office)


def test_an_unchanged_week_spends_nothing(project, week, lead):
    with pytest.raises(RuleViolation, match="不能按“无变化”报送"):
        submit(project, week, lead, amount="3", is_unchanged=True)


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


def test_what_comes_after_the_lock_is_booked_to_its_week_and_marked(project, week, lead):
    with time_machine.travel(datetime(2026, 3, 6, 10, tzinfo=UTC)):
        ReportPeriod.objects.filter(pk=week.pk).update(locked_at=datetime(2026, 3, 6, 9, 30, tzinfo=UTC))
        late = submit(project, week, lead).report.versions.current().get()
    assert (late.is_late, late.report.period) == (True, week)


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
    progress_reports.accept(report=accepted, by=dispatcher)
    progress_reports.send_back(report=returned, note="请核实金额", by=dispatcher)
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
    "progress_version_reviewed_by_somebody": {"state": "ACCEPTED", "counts": True},
    "progress_version_not_reviewed_by_its_author": {"state": "RETURNED", "reviewed_by": "author", "review_note": "改"},
    "progress_version_not_reviewed_for_its_author": {"on_behalf_of": "author"},
    "progress_version_counts_once_accepted": {"counts": True},
    "progress_version_unchanged_spends_nothing": {"is_unchanged": True},
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
        ("report_period_reviewed_after_due", {"starts_on": date(2026, 3, 1), "review_until": THURSDAY}),
        ("report_period_days_in_order", {"starts_on": date(2026, 3, 7)}),
        ("report_period_in_one_year", {"starts_on": date(2025, 12, 27)}),
        ("report_period_locked_after_due", {"starts_on": date(2026, 3, 1), "locked_at": THURSDAY}),
    ],
)
def test_the_database_refuses_a_period(name, fields, week):
    period = {"kind": "WEEK", "starts_on": week.starts_on, "ends_on": week.ends_on}
    period |= {"due_at": week.due_at, "review_until": week.review_until}
    with pytest.raises(IntegrityError, match=rf"{name}|UNIQUE"), transaction.atomic():
        ReportPeriod.objects.create(**(period | fields))


def test_a_project_reports_a_period_once(project, week):
    ProgressReport.objects.create(project=project, period=week)
    with pytest.raises(IntegrityError, match=r"progress_report_once_per_period|UNIQUE"), transaction.atomic():
        ProgressReport.objects.create(project=project, period=week)


def test_the_database_refuses_to_rewrite_what_was_reported(project, week, lead):
    report = submit(project, week, lead).report
    for change in (lambda rows: rows.update(period_amount=1), lambda rows: rows._raw_delete(rows.db)):
        with pytest.raises(DatabaseError, match="历史记录不可更改或删除"), transaction.atomic():
            change(ProgressVersion.objects.filter(report=report))
    assert KeyProject.objects.get(progress_reports=report) == project
