"""年度计划: drafted, submitted, approved by another person, unalterable; and which edition judges a day."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from projects import changed
from projects.actions import annual_plans
from projects.actions.annual_plans import Figures
from projects.errors import NotAllowed, RuleViolation
from projects.models import AuditEvent, PlanEntry, PlanVersion
from projects.monthly_plan import even_split
from projects.roles import Role
from tests.conftest import appoint
from tests.factories import KeyProjectFactory

pytestmark = [pytest.mark.django_db, pytest.mark.core]

AT = datetime(2026, 1, 5, 1, tzinfo=UTC)
NEW_YEAR, JULY = date(2026, 1, 1), date(2026, 7, 1)
State = PlanVersion.State


def figures(amount, **fields):
    amount = Decimal(amount)
    return Figures(**({"category": "CONTINUING", "annual_plan_amount": amount, "months": even_split(amount)} | fields))


def draft(by, effective_on=NEW_YEAR, reason="年中调整"):
    return annual_plans.draft(year=2026, effective_on=effective_on, reason=reason, by=by, at=AT)


def add(version, by, *projects, reason="增补"):
    projects = projects or [KeyProjectFactory()]
    found = annual_plans.add_projects(
        version=version, projects=projects, category="CONTINUING", reason=reason, by=by, at=AT
    )
    return found[0]


def approve(version, by, **words):
    annual_plans.approve(version=version, by=by, **({"document_number": "示政发〔2026〕1号"} | words))


@pytest.fixture
def approved(office, signer, project):
    """The first edition: ``project`` with 1,200."""
    version = draft(office)
    entry = add(version, office, project)
    annual_plans.amend_entry(entry=entry, figures=figures(1200), by=office, at=AT)
    annual_plans.submit(version=version, by=office, at=AT)
    approve(version, signer)
    return PlanVersion.objects.get()


class TestDrafting:
    def test_the_first_edition_of_a_year_is_empty(self, office):
        version = draft(office)
        assert (version.number, version.state, version.entries.count()) == (1, State.DRAFT, 0)

    def test_the_next_is_a_copy_of_the_approved_one(self, office, approved):
        version = draft(office, JULY)
        assert version.number == 2
        assert version.entries.figures() == approved.entries.figures()

    def test_only_one_is_worked_on_at_a_time(self, office):
        draft(office)
        with pytest.raises(RuleViolation, match="一次只能编制一版"):
            draft(office)

    def test_it_takes_effect_within_its_year(self, office):
        with pytest.raises(RuleViolation, match="须在 2026 年内"):
            draft(office, date(2027, 1, 1))

    def test_it_never_takes_effect_before_the_one_it_replaces(self, office, signer, approved):
        later = draft(office, JULY)
        annual_plans.submit(version=later, by=office, at=AT)
        approve(later, signer)
        with pytest.raises(RuleViolation, match="不能早于上一版的生效日期 2026-07-01"):
            draft(office, date(2026, 6, 30))

    def test_an_adjustment_says_why(self, office, approved):
        with pytest.raises(RuleViolation, match="须写明调整说明"):
            draft(office, JULY, reason="")

    def test_its_heading_can_be_corrected_while_in_work(self, office, approved):
        version = draft(office, JULY)
        annual_plans.correct_heading(
            version=version, effective_on=date(2026, 8, 1), reason="半年调整", by=office, at=AT
        )
        version.refresh_from_db()
        assert (version.effective_on, version.reason) == (date(2026, 8, 1), "半年调整")

    def test_one_discarded_leaves_its_trace_and_makes_room(self, office, approved):
        annual_plans.discard(version=draft(office, JULY), by=office, at=AT)
        assert AuditEvent.objects.latest("pk").action == "plan_version.discarded"
        assert draft(office, JULY).number == 2


class TestEntries:
    def test_a_package_has_no_figures_of_its_own(self, office):
        version, package = draft(office), KeyProjectFactory(name="学校打包项目", is_package=True)
        with pytest.raises(RuleViolation, match=r"“学校打包项目”是打包项目.*请列入它的子项目"):
            add(version, office, package)

    def test_a_project_is_in_the_plan_once(self, office, project):
        version = draft(office)
        add(version, office, project)
        with pytest.raises(RuleViolation, match="已在本版计划中"):
            add(version, office, project)

    def test_an_addition_to_an_approved_plan_takes_a_reason(self, office, approved):
        version = draft(office, JULY)
        with pytest.raises(RuleViolation, match="增补项目须写明理由"):
            add(version, office, reason="")
        entry = add(version, office, reason="区政府专题会议定")
        assert version.adjustments.get(project=entry.project).reason == "区政府专题会议定"

    def test_the_first_edition_takes_none(self, office):
        assert add(draft(office), office, reason="").pk

    def test_figures_are_kept_and_traced_in_words(self, office, project):
        entry = add(draft(office), office, project)
        annual_plans.amend_entry(
            entry=entry,
            figures=figures(10_000, completes_this_year=True, planned_finish_on=date(2026, 11, 30)),
            reason="提前竣工",
            by=office,
            at=AT,
        )
        entry.refresh_from_db()
        assert entry.monthly_amounts() == [833] * 11 + [837]
        said = AuditEvent.objects.latest("pk").changes
        assert said["年内竣工投产"] == [False, True]
        assert said["计划竣工"] == [None, "2026-11-30"]
        assert said["理由"] == "提前竣工"

    @pytest.mark.parametrize(
        ("wrong", "why"),
        [
            pytest.param({"months": [Decimal(900)] + [Decimal(0)] * 11}, "少 300 万元", id="less"),
            pytest.param({"months": [Decimal("1200.0001")] + [Decimal(0)] * 11}, "多 0.0001 万元", id="more"),
            pytest.param({"months": [Decimal(1300), Decimal(-100)] + [Decimal(0)] * 10}, "不能为负数", id="negative"),
            pytest.param({"planned_start_on": JULY, "planned_finish_on": NEW_YEAR}, "早于计划开工", id="backwards"),
        ],
    )
    def test_wrong_figures_are_refused_in_words(self, office, wrong, why):
        entry = add(draft(office), office)
        with pytest.raises(RuleViolation, match=why):
            annual_plans.amend_entry(entry=entry, figures=figures(1200, **wrong), by=office, at=AT)

    def test_a_planned_project_leaves_with_a_reason(self, office, approved, project):
        version = draft(office, JULY)
        with pytest.raises(RuleViolation, match="退出须写明理由"):
            annual_plans.remove_entry(entry=version.entries.get(), reason="", by=office, at=AT)
        annual_plans.remove_entry(entry=version.entries.get(), reason="企业撤资", by=office, at=AT)
        assert not version.entries.exists()
        assert version.adjustments.get().reason == "企业撤资"
        assert approved.entries.count() == 1

    def test_one_only_just_added_simply_goes(self, office, approved):
        version = draft(office, JULY)
        annual_plans.remove_entry(entry=add(version, office), reason="", by=office, at=AT)
        assert not version.adjustments.exists()


class TestDeciding:
    def test_what_a_colleague_removed_meanwhile_is_said_and_not_amended(self, office):
        entry = add(draft(office), office)
        annual_plans.remove_entry(entry=PlanEntry.objects.get(pk=entry.pk), reason="", by=office, at=AT)
        with pytest.raises(RuleViolation, match="已被移出本版计划"):
            annual_plans.amend_entry(entry=entry, figures=figures(1200), by=office, at=AT)

    def test_an_empty_plan_is_not_submitted(self, office):
        with pytest.raises(RuleViolation, match="还没有列入项目"):
            annual_plans.submit(version=draft(office), by=office, at=AT)

    def test_what_is_submitted_waits_unchanged(self, office):
        version = draft(office)
        entry = add(version, office)
        annual_plans.submit(version=version, by=office, at=AT)
        for change in (
            lambda: add(version, office),
            lambda: annual_plans.amend_entry(entry=entry, figures=figures(1), by=office, at=AT),
            lambda: annual_plans.remove_entry(entry=entry, reason="误列", by=office, at=AT),
            lambda: annual_plans.discard(version=version, by=office, at=AT),
            lambda: annual_plans.submit(version=version, by=office, at=AT),
        ):
            with pytest.raises(RuleViolation, match="正在等待批准，请先撤回"):
                change()

    def test_the_office_may_take_it_back(self, office):
        version = draft(office)
        entry = add(version, office)
        annual_plans.submit(version=version, by=office, at=AT)
        annual_plans.withdraw(version=version, by=office, at=AT)
        annual_plans.amend_entry(entry=entry, figures=figures(1), by=office, at=AT)

    def test_neither_author_nor_submitter_decides(self, office, government):
        colleague = appoint(Role.OFFICE, government, full_name="同事")
        version = draft(office)
        add(version, office)
        annual_plans.submit(version=version, by=colleague, at=AT)
        for by in (office, colleague):
            with pytest.raises(NotAllowed, match="请由另一人办理"):
                approve(version, by)
            with pytest.raises(NotAllowed, match="请由另一人办理"):
                annual_plans.send_back(version=version, note="不同意", by=by, at=AT)

    def test_approval_names_its_document(self, office, signer):
        version = draft(office)
        add(version, office)
        annual_plans.submit(version=version, by=office, at=AT)
        with pytest.raises(RuleViolation, match="文号"):
            approve(version, signer, document_number="")

    def test_what_is_approved_is_no_longer_changed(self, office, approved):
        with pytest.raises(RuleViolation, match="已经批准，请另编新版"):
            annual_plans.amend_entry(entry=approved.entries.get(), figures=figures(1), by=office, at=AT)

    def test_nobody_decides_twice(self, signer, approved):
        with pytest.raises(RuleViolation, match="不在待批准状态"):
            approve(approved, signer)

    def test_one_sent_back_says_why_and_is_mended_and_submitted_again(self, office, signer):
        version = draft(office)
        entry = add(version, office)
        annual_plans.submit(version=version, by=office, at=AT)
        with pytest.raises(RuleViolation, match="退回须写明意见"):
            annual_plans.send_back(version=version, note="", by=signer, at=AT)
        annual_plans.send_back(version=version, note="金额偏低", by=signer, at=AT)
        version.refresh_from_db()
        assert (version.state, version.decision_note) == (State.RETURNED, "金额偏低")

        annual_plans.amend_entry(entry=entry, figures=figures(2400), by=office, at=AT)
        annual_plans.submit(version=version, by=office, at=AT)
        version.refresh_from_db()
        assert (version.decided_by, version.decision_note) == (None, "")
        approve(version, signer)

    def test_it_waits_for_those_who_may_decide(self, office, signer, leader):
        version = draft(office)
        add(version, office)
        waiting = PlanVersion.objects
        assert not waiting.awaiting(signer)
        annual_plans.submit(version=version, by=office, at=AT)
        assert [waiting.awaiting(user).count() for user in (signer, office, leader)] == [1, 0, 0]

    def test_approval_is_announced_for_all_it_concerns(self, office, signer, approved, project, monkeypatch):
        heard = []
        monkeypatch.setattr(changed, "_listeners", [lambda projects, at: heard.append((set(projects), at))])
        version = draft(office, JULY)
        annual_plans.remove_entry(entry=version.entries.get(), reason="企业撤资", by=office, at=AT)
        added = add(version, office).project
        annual_plans.submit(version=version, by=office, at=AT)
        approve(version, signer)
        version.refresh_from_db()
        assert heard == [({project.pk, added.pk}, version.decided_at)]


class TestInForce:
    """A day is judged by the edition in force on it, as far as it was then known."""

    @pytest.fixture
    def two(self, office, signer, approved):
        second = draft(office, JULY)
        annual_plans.submit(version=second, by=office, at=AT)
        approve(second, signer)
        second.refresh_from_db()
        return approved, second

    def test_until_the_second_takes_effect_the_first_judges(self, two):
        first, second = two
        now = timezone.now()
        versions = first.plan.versions
        assert versions.in_force(on=JULY - timedelta(days=1), known_at=now) == first
        assert versions.in_force(on=JULY, known_at=now) == second
        assert versions.in_force(on=NEW_YEAR - timedelta(days=1), known_at=now) is None

    def test_before_it_was_approved_nobody_knew_it(self, two):
        first, second = two
        before = second.decided_at - timedelta(microseconds=1)
        assert first.plan.versions.in_force(on=JULY, known_at=before) == first

    def test_of_two_from_the_same_day_the_later_one_judges(self, office, signer, approved):
        second = draft(office, NEW_YEAR)
        annual_plans.submit(version=second, by=office, at=AT)
        approve(second, signer)
        assert approved.plan.versions.in_force(on=NEW_YEAR, known_at=timezone.now()) == second


def test_totals_are_one_row(office, django_assert_num_queries):
    version = draft(office)
    for category in ("CONTINUING", "NEW_START", "NEW_START", "PRELIMINARY"):
        annual_plans.amend_entry(entry=add(version, office), figures=figures(1200, category=category), by=office, at=AT)
    with django_assert_num_queries(1):
        totals = version.entries.totals(by_month=True)
    assert (totals["all"], totals["continuing"], totals["new_start"], totals["preliminary"]) == (4, 1, 2, 1)
    assert (totals["amount"], totals["month_12"], totals["completing"]) == (4800, 400, 0)


def test_project_leads_see_their_own_projects_of_approved_plans_alone(office, lead, outsider, approved):
    draft_two = draft(office, JULY)
    add(draft_two, office)
    entries = PlanEntry.objects.visible_to
    assert {entry.version_id for entry in entries(lead)} == {approved.pk, draft_two.pk}
    assert not entries(outsider).exists()
    assert list(PlanVersion.objects.visible_to(lead)) == [approved]
    assert PlanVersion.objects.visible_to(office).count() == 2
