"""The demo as it lies in the database, and the command that puts it there."""

import hashlib
import io
import json
from datetime import date, datetime

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.password_validation import validate_password
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import F, Sum
from django.urls import reverse
from django.utils import timezone

from projects import permits
from projects.actions import demo
from projects.errors import RuleViolation
from projects.models import (
    AuditEvent,
    BudgetRevision,
    KeyProject,
    LibraryTier,
    MilestoneDates,
    Permit,
    PermitState,
    PlanEntry,
    PlanVersion,
    Post,
    ProjectDates,
    StageTarget,
    SuspensionDates,
    TaskForce,
    TierEntry,
    Unit,
    User,
)
from projects.roles import Role

pytestmark = [pytest.mark.django_db, pytest.mark.core, pytest.mark.xdist_group("the demo of the register")]

ANCHOR = date(2026, 6, 30)
DIGESTED = {
    Unit: ("name", "kind", "parent__name"),
    Post: ("user__username", "user__full_name", "unit__name", "role", "title", "starts_on"),
    KeyProject: ("code", "name", "national_code", "lead_unit__name", "liaison__username", "scale", "longitude"),
    StageTarget: ("project__code", "stage", "target", "work_focus", "task_requirement"),
    MilestoneDates: (
        "milestone__project__code", "milestone__position", "original_on", "approved_on", "forecast_on", "actual_on",
        "recorded_at", "superseded_at", "recorded_by__username",
    ),
    ProjectDates: ("project__code", "started_on", "stat_entry_on", "accepted_on", "recorded_at", "superseded_at"),
    TierEntry: ("project__code", "tier", "entered_on", "recorded_at"),
    PermitState: ("permit__project__code", "permit__name", "status", "due_on", "finished_on", "recorded_at"),
    PlanEntry: ("version__plan__year", "version__number", "project__code", "category", "annual_plan_amount", "month_9"),
}  # fmt: skip


def digest() -> str:
    """Everything the district says, without keys, passwords and the moment of loading."""
    content = [sorted(map(repr, model._default_manager.values_list(*fields))) for model, fields in DIGESTED.items()]
    return hashlib.sha256(repr(content).encode()).hexdigest()


@pytest.fixture(scope="module")
def accounts(django_db_setup, django_db_blocker):
    """The demo, loaded once for this file and rolled back after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        accounts = demo.load(seed=2025, anchor=ANCHOR, by=None).accounts
        connection.check_constraints()  # here once, or every test would do it for all that was loaded
        yield accounts
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def loaded(accounts, db):
    return accounts


def test_the_district_is_there():
    assert KeyProject.objects.count() == 200
    assert KeyProject.objects.counted().count() == 196
    assert {unit.kind for unit in Unit.objects.all()} == set(Unit.Kind)
    assert 80 <= User.objects.count() <= 100
    assert not KeyProject.objects.exclude(stage_targets=None).filter(is_package=True).exists()


def test_about_one_project_in_six_is_overdue():
    overdue = (
        MilestoneDates.objects.current()
        .overdue(on=ANCHOR)
        .exclude(milestone__project__tier_entries__tier=LibraryTier.EXITED)
    )
    assert 0.15 <= overdue.values("milestone__project").distinct().count() / 196 <= 0.20


def test_what_was_known_in_spring_differs_from_what_is_known_of_spring_today():
    spring = date(2026, 4, 30)
    then = MilestoneDates.objects.known(at=datetime(2026, 5, 1, tzinfo=timezone.get_current_timezone()))
    assert then.overdue(on=spring).count() != MilestoneDates.objects.current().overdue(on=spring).count()
    assert not MilestoneDates.objects.filter(recorded_at__date__gte=ANCHOR).exists()


def test_every_plan_is_approved_by_somebody_else_and_sums_to_its_months():
    assert PlanVersion.objects.approved().count() == 3
    entries = PlanEntry.objects.filter(version__plan__year=2026, version__number=2)
    assert entries.aggregate(total=Sum("annual_plan_amount"))["total"] > 500_000
    assert entries.filter(completes_this_year=True).exists()
    assert set(entries.values_list("category", flat=True)) == set(PlanEntry.Category)


def test_one_suspension_is_excused_one_is_not_and_one_project_left():
    assert sorted(bool(row.excused_by_id) for row in SuspensionDates.objects.current()) == [False, True]
    assert TierEntry.objects.filter(tier=LibraryTier.EXITED).count() == 1


def test_every_flagship_has_a_task_force_and_every_project_its_money():
    assert TaskForce.objects.filter(project__is_flagship=True).count() == 12
    budgets = BudgetRevision.objects.current()
    assert budgets.count() == 196
    funded = budgets.annotate(funded=Sum("project__fund_sources__amount"))
    assert not funded.exclude(funded=F("total_investment")).exists()


def test_permits_stand_where_the_preparation_stands():
    statuses = set(PermitState.objects.current().values_list("status", flat=True))
    assert {"GRANTED", "ACCEPTED", "PREPARING", "NOT_BEGUN"} <= statuses


def test_what_was_done_leaves_one_trace():
    event = AuditEvent.objects.get(action="demo.loaded")
    assert event.changes["projects"] == 200
    assert event.by_name == "系统"


def test_there_is_an_account_for_every_role(loaded):
    told = {account.username for account in loaded}
    held = set(Post.objects.filter(user__username__in=told).values_list("role", flat=True))
    assert held == set(Role)


def test_only_the_accounts_told_can_sign_in(loaded):
    told = {account.username for account in loaded}
    assert all(user.has_usable_password() == (user.username in told) for user in User.objects.all())


def test_passwords_keep_our_own_rules_and_no_two_are_alike(loaded):
    assert len({account.password for account in loaded}) == len(loaded)
    for account in loaded:
        validate_password(account.password, User(username=account.username, full_name=account.full_name))


def test_one_signs_in_with_what_was_told_and_works_at_once(loaded, client, rf):
    office = next(account for account in loaded if account.username == "zhongdianban")
    assert authenticate(rf.post("/login/"), username=office.username, password=office.password)
    client.post(reverse("login"), {"username": office.username, "password": office.password})
    assert client.get(reverse("calendar")).status_code == 200


def test_the_lead_and_the_reviewer_told_work_in_one_unit():
    lead, reviewer = (Post.objects.get(user__username=name) for name in ("fuzeren", "shenhe"))
    assert lead.unit == reviewer.unit
    assert KeyProject.objects.filter(responsible_person=lead.user).exists()


def test_a_register_that_holds_anything_is_not_filled():
    with pytest.raises(RuleViolation, match="只能载入空的数据库"):
        demo.load(seed=1, anchor=ANCHOR, by=None)


def test_the_command_leaves_a_filled_register_alone_when_asked_to():
    answer = io.StringIO()
    call_command("load_demo", "--if-empty", "--json", stdout=answer)
    assert json.loads(answer.getvalue()) == {"loaded": False, "accounts": []}
    with pytest.raises(CommandError, match="只能载入空的数据库"):
        call_command("load_demo")


def test_a_permit_in_supplement_is_paused_and_due_days_are_the_clocks():
    rows = permits.rows_of(Permit.objects.all(), known_at=None)
    paused = [row for row in rows if row.state and row.state.status == PermitState.Status.SUPPLEMENT]
    assert paused
    assert all(pause.resumed_on is None for row in paused for pause in row.pauses)
    running = [row for row in rows if row.state and row.state.status == PermitState.Status.ACCEPTED]
    assert all(row.state.due_on == due for row, due in permits.due_days([*running, *paused], on=ANCHOR))
