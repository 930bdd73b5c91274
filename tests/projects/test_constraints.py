"""What the rules forbid, the database refuses: every named constraint meets a row that breaks it."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction

from projects.models import (
    AnnualPlan,
    AuditEvent,
    BudgetRevision,
    FundReceipt,
    FundSource,
    ImportProblem,
    Job,
    KeyProject,
    LedgerImport,
    LedgerStatement,
    LibraryTier,
    Milestone,
    MilestoneAmounts,
    MilestoneDates,
    NumberCounter,
    Permit,
    PermitState,
    PlanAdjustment,
    PlanEntry,
    PlanVersion,
    Post,
    ProjectDates,
    Responsibility,
    StageTarget,
    StageTargetDates,
    StoredFile,
    Suspension,
    SuspensionDates,
    TaskForce,
    TaskForceMember,
    TierEntry,
    Unit,
    VanishedRow,
)
from projects.recorded import Recorded
from tests.factories import (
    KeyProjectFactory,
    MilestoneFactory,
    PostFactory,
    StageTargetFactory,
    UnitFactory,
    UserFactory,
)
from tests.projects import plan_breaches

pytestmark = [pytest.mark.django_db, pytest.mark.core]

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
EARLIER = datetime(2026, 3, 1, 4, tzinfo=UTC)
DAY, DAY_BEFORE = date(2026, 3, 2), date(2026, 3, 1)


def suspension():
    return Suspension.objects.create(project=KeyProjectFactory())


def permit():
    return Permit.objects.create(project=KeyProjectFactory(), phase="LAND", name="用地预审")


def responsible(project, **fields):
    known = {"until": DAY, "lead_unit": project.lead_unit, "recorded_at": NOON}
    return Responsibility.objects.create(project=project, **known, **fields)


def plan_version(**fields):
    plan, _ = AnnualPlan.objects.get_or_create(year=2026)
    defaults = {"number": 1, "effective_on": DAY, "drafted_at": NOON, "drafted_by": UserFactory()}
    return PlanVersion.objects.create(plan=plan, **(defaults | fields))


def plan_entry(**fields):
    fields["version"] = fields.get("version") or plan_version()
    defaults = {"project": KeyProjectFactory(), "category": "CONTINUING", "annual_plan_amount": 1200, "month_1": 1200}
    return PlanEntry.objects.create(**(defaults | fields))


def stored_file(**fields):
    return StoredFile.objects.create(
        **({"sha256": "a" * 64, "name": "台账.csv", "size": 1, "uploaded_at": NOON} | fields)
    )


def ledger_import(**fields):
    defaults = {"file": stored_file(), "source": "ledger", "mapping": {}, "requested_at": NOON}
    return LedgerImport.objects.create(**(defaults | fields))


def task_force():
    return TaskForce.objects.create(project=KeyProjectFactory(), head=UserFactory(), formed_on=DAY)


def twice(model: type[models.Model], **fields: object) -> None:
    for _ in range(2):
        model.objects.create(**fields)


def twice_current(model: type[Recorded], make_fact: Callable, **fields: object) -> Callable[[], None]:
    return lambda: twice(model, recorded_at=NOON, **{model.KEY[0]: make_fact()}, **fields)


def ended_before_begun(model: type[Recorded], make_fact: Callable, **fields: object) -> Callable[[], models.Model]:
    return lambda: model.objects.create(
        recorded_at=NOON, superseded_at=EARLIER, **{model.KEY[0]: make_fact()}, **fields
    )


def recorded_fact(model: type[Recorded], make_fact: Callable, **fields: object) -> Callable[[], models.Model]:
    return lambda: model.objects.create(recorded_at=NOON, **{model.KEY[0]: make_fact()}, **fields)


FACTS: dict[str, tuple[type[Recorded], Callable, dict]] = {
    "budget_revision": (BudgetRevision, KeyProjectFactory, {"total_investment": 1}),
    "project_dates": (ProjectDates, KeyProjectFactory, {}),
    "tier_entry": (TierEntry, KeyProjectFactory, {"tier": LibraryTier.RESERVE, "entered_on": DAY}),
    "suspension_dates": (SuspensionDates, suspension, {"suspended_on": DAY, "reason": "资金未到位"}),
    "stage_target_dates": (StageTargetDates, StageTargetFactory, {}),
    "milestone_dates": (MilestoneDates, MilestoneFactory, {}),
    "milestone_amounts": (MilestoneAmounts, MilestoneFactory, {}),
    "permit_state": (PermitState, permit, {}),
    "ledger_statement": (LedgerStatement, KeyProjectFactory, {"source": "台账", "source_key": "1", "title": "台账"}),
    "fund_receipt": (FundReceipt, KeyProjectFactory, {"kind": "LOAN", "month": date(2026, 3, 1)}),
    **plan_breaches.FACTS,
}


def own_parent(row: models.Model) -> None:
    type(row).objects.filter(pk=row.pk).update(parent=row)


def approved_by_its_author():
    author = UserFactory()
    plan_version(drafted_by=author, decided_by=author)


def approved_by_its_submitter():
    submitter = UserFactory()
    plan_version(submitted_by=submitter, decided_by=submitter)


def entry_twice():
    entry = plan_entry()
    plan_entry(version=entry.version, project=entry.project)


BREACHES: dict[str, Callable[[], object]] = {
    "unit_not_its_own_parent": lambda: own_parent(UnitFactory()),
    "unit_path_is_a_path": lambda: UnitFactory(path="1"),
    "post_ends_after_it_starts": lambda: PostFactory(role="LEADER", starts_on=DAY, ends_on=DAY_BEFORE),
    "post_once_a_day": lambda: twice(Post, user=UserFactory(), unit=UnitFactory(), role="LEADER", starts_on=DAY),
    "key_project_national_code_format": lambda: KeyProjectFactory(national_code="2509-320193-89-01-54406X"),
    "key_project_package_has_no_parent": lambda: KeyProjectFactory(is_package=True, parent=KeyProjectFactory()),
    "key_project_not_its_own_parent": lambda: own_parent(KeyProjectFactory()),
    "key_project_both_coordinates": lambda: KeyProjectFactory(longitude=Decimal("118.8")),
    "key_project_years_in_order": lambda: KeyProjectFactory(built_from=2027, built_to=2026),
    "key_project_one_per_source_key": lambda: [KeyProjectFactory(source="台账", source_key="1") for _ in range(2)],
    "budget_revision_not_negative": recorded_fact(BudgetRevision, KeyProjectFactory, total_investment=-1),
    "project_dates_finish_after_start": recorded_fact(
        ProjectDates, KeyProjectFactory, started_on=DAY, works_finished_on=DAY_BEFORE
    ),
    "tier_entry_exit_has_reason": recorded_fact(TierEntry, KeyProjectFactory, tier=LibraryTier.EXITED, entered_on=DAY),
    "suspension_dates_resumes_later": recorded_fact(
        SuspensionDates, suspension, suspended_on=DAY, resumed_on=DAY, reason="资金未到位"
    ),
    "suspension_dates_has_reason": recorded_fact(SuspensionDates, suspension, suspended_on=DAY, reason=""),
    "fund_source_once_per_kind": lambda: twice(FundSource, project=KeyProjectFactory(), kind="LOAN", amount=1),
    "fund_source_not_negative": lambda: FundSource.objects.create(project=KeyProjectFactory(), kind="LOAN", amount=-1),
    "fund_receipt_of_a_month": recorded_fact(FundReceipt, KeyProjectFactory, kind="LOAN", month=DAY),
    "fund_receipt_not_negative": recorded_fact(
        FundReceipt, KeyProjectFactory, kind="LOAN", month=DAY_BEFORE, paid_amount=-1
    ),
    "task_force_member_ends_after_start": lambda: TaskForceMember.objects.create(
        task_force=task_force(), user=UserFactory(), responsibility="联络", starts_on=DAY, ends_on=DAY_BEFORE
    ),
    "task_force_member_serves_once": lambda: twice(
        TaskForceMember, task_force=task_force(), user=UserFactory(), responsibility="联络", starts_on=DAY
    ),
    "plan_version_numbered_once": lambda: [plan_version(), plan_version(state="RETURNED")],
    "plan_version_one_in_work": lambda: [plan_version(), plan_version(number=2)],
    "plan_version_approved_by_somebody": lambda: plan_version(state="APPROVED", document_number="1", decided_at=NOON),
    "plan_version_not_approved_by_its_author": approved_by_its_author,
    "plan_version_not_approved_by_its_submitter": approved_by_its_submitter,
    "plan_version_submitted_by_somebody": lambda: plan_version(state="SUBMITTED", submitted_at=NOON),
    "plan_adjustment_once_per_project": lambda: twice(
        PlanAdjustment, version=plan_version(), project=KeyProjectFactory(), reason="增补"
    ),
    "plan_adjustment_has_reason": lambda: PlanAdjustment.objects.create(
        version=plan_version(), project=KeyProjectFactory(), reason=""
    ),
    "plan_entry_once_per_version": entry_twice,
    "plan_entry_months_sum_to_year": lambda: plan_entry(month_2=Decimal("0.0001")),
    "plan_entry_not_negative": lambda: plan_entry(month_1=1300, month_2=-100),
    "plan_entry_finish_after_start": lambda: plan_entry(planned_start_on=DAY, planned_finish_on=DAY_BEFORE),
    "stage_target_once_per_stage": lambda: twice(StageTarget, project=KeyProjectFactory(), stage="PREPARATION"),
    "milestone_one_per_source_key": lambda: twice(
        Milestone, project=KeyProjectFactory(), stage="PREPARATION", name="可研", source_key="1"
    ),
    "permit_once_per_project": lambda: twice(Permit, project=KeyProjectFactory(), phase="LAND", name="用地预审"),
    "permit_state_granted_is_dated": recorded_fact(PermitState, permit, status="GRANTED"),
    "stored_file_digest": lambda: stored_file(sha256="A" * 64),
    "ledger_import_ended_is_dated": lambda: ledger_import(state="DONE"),
    "ledger_import_written_is_done": lambda: ledger_import(written_at=NOON),
    "ledger_statement_one_per_key": lambda: [
        recorded_fact(LedgerStatement, KeyProjectFactory, source="台账", source_key="1", title="台账")()
        for _ in range(2)
    ],
    "vanished_row_decided_in_its_kind": lambda: VanishedRow.objects.create(
        ledger_import=ledger_import(),
        project=KeyProjectFactory(),
        decision="WITHDRAW",
        decided_by=UserFactory(),
        decided_at=NOON,
    ),
    "vanished_row_decided_by_somebody": lambda: VanishedRow.objects.create(
        ledger_import=ledger_import(), project=KeyProjectFactory(), decision="KEEP"
    ),
    "audit_event_sealed_whole": lambda: AuditEvent.objects.create(at=NOON, action="x", position=1),
    "number_counter_once_a_year": lambda: twice(NumberCounter, kind="decision", year=2026),
    "job_once_per_subject": lambda: twice(Job, kind="import", subject="1", requested_at=NOON),
    "job_running_has_lease": lambda: Job.objects.create(kind="import", subject="1", requested_at=NOON, state="RUNNING"),
    "job_ended_is_dated": lambda: Job.objects.create(kind="import", subject="1", requested_at=NOON, state="DONE"),
    "responsibility_one_current": lambda: [responsible(project) for project in [KeyProjectFactory()] * 2],
    "responsibility_superseded_after_recorded": lambda: responsible(KeyProjectFactory(), superseded_at=EARLIER),
    **plan_breaches.BREACHES,
}
for _name, (_model, _make, _fields) in FACTS.items():
    BREACHES[f"{_name}_one_current"] = twice_current(_model, _make, **_fields)
    BREACHES[f"{_name}_superseded_after_recorded"] = ended_before_begun(_model, _make, **_fields)
for _name in ("stage_target_dates", "milestone_dates"):
    _model, _make, _ = FACTS[_name]
    BREACHES[f"{_name}_dated_is_reached"] = recorded_fact(_model, _make, actual_on=DAY)
    BREACHES[f"{_name}_approved_has_original"] = recorded_fact(_model, _make, approved_on=DAY)


@pytest.mark.parametrize("name", sorted(BREACHES))
def test_the_database_refuses(name):
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        BREACHES[name]()
    # SQLite names a broken CHECK but only the columns of a broken UNIQUE.
    assert name in str(refusal.value) or (connection.vendor == "sqlite" and "UNIQUE" in str(refusal.value))


def test_every_named_constraint_has_its_breach():
    named = {c.name for model in apps.get_app_config("projects").get_models() for c in model._meta.constraints}
    assert named == set(BREACHES)


def test_an_import_problem_goes_with_its_import():
    problem = ImportProblem.objects.create(ledger_import=ledger_import(), row=2, code="日期", message="无法识别")
    problem.ledger_import.delete()
    assert not ImportProblem.objects.exists()


def test_a_unit_with_projects_cannot_be_deleted():
    project = KeyProjectFactory()
    with pytest.raises(models.ProtectedError):
        Unit.objects.get(pk=project.lead_unit_id).delete()
    assert KeyProject.objects.count() == 1
