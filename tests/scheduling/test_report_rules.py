"""无变化, doubts and claims: what the verbs of a weekly report hold to."""

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from projects import recorded
from projects.actions import milestones
from projects.errors import NotAllowed, RuleViolation
from projects.models import AuditEvent, BudgetRevision, FundReceipt, WeekTarget
from scheduling.actions import progress_drafts, progress_reports, report_reviews
from scheduling.actions.progress_content import Content
from scheduling.actions.progress_drafts import Typed
from scheduling.actions.progress_reports import Entry, EntryRefused
from scheduling.field_merge import merged, settled
from scheduling.models import ProgressDraft, ProgressVersion
from scheduling.report_basis import basis_of
from tests.factories import KeyProjectFactory, MilestoneFactory, date_milestone
from tests.scheduling.reports import THURSDAY, WORDS, submit, week_of

pytestmark = [pytest.mark.django_db, pytest.mark.core]

WEEKS = [date(2026, 2, 12), date(2026, 2, 19), date(2026, 2, 26), date(2026, 3, 5)]


@pytest.fixture(autouse=True)
def on_a_thursday():
    with time_machine.travel(THURSDAY):
        yield


@pytest.fixture
def weeks(db):
    return [week_of(day) for day in WEEKS]


def known(fact):
    with recorded.writing() as at:
        recorded.record([fact], by=None, at=at)


def flags(told):
    return [flag["code"] for flag in told.report.versions.current().get().flags]


class TestUnchanged:
    def test_the_first_needs_no_reason_and_each_one_after_it_does(self, project, weeks, lead):
        submit(project, weeks[0], lead)
        submit(project, weeks[1], lead, "0", done_text="", is_unchanged=True)
        with pytest.raises(RuleViolation, match="此前已连续 1 期无变化，本期再报“无变化”须填写原因"):
            submit(project, weeks[2], lead, "0", done_text="", is_unchanged=True, unchanged_reason=" ")
        submit(project, weeks[2], lead, "0", done_text="", is_unchanged=True, unchanged_reason="雨天停工")
        assert basis_of(project, weeks[3], known_at=THURSDAY).unchanged_periods == 2

    def test_a_week_with_progress_begins_the_count_anew(self, project, weeks, lead):
        submit(project, weeks[0], lead, "0", is_unchanged=True)
        submit(project, weeks[1], lead)
        submit(project, weeks[2], lead, "0", is_unchanged=True)
        assert basis_of(project, weeks[3], known_at=THURSDAY).unchanged_periods == 1

    def test_an_unchanged_form_cannot_be_submitted_as_progress(self, project, weeks, lead):
        submit(project, weeks[0], lead)
        with pytest.raises(RuleViolation, match="没有变化请按“无变化”报送"):
            submit(project, weeks[1], lead, "0")
        for change in ({"amount": "1"}, {"done_text": "拆模"}, {"physical_percent": Decimal(31)}):
            assert submit(project, weeks[1], lead, **({"amount": "0"} | change))

    def test_money_moved_is_a_change(self, project, weeks, lead):
        with pytest.raises(RuleViolation, match="不能按“无变化”报送"):
            submit(project, weeks[0], lead, "0", is_unchanged=True, funds=[{"kind": "OWN", "received": "1"}])


class TestDoubts:
    def test_they_are_kept_with_the_report_and_reckoned_again(self, project, weeks, lead):
        known(BudgetRevision(project=project, total_investment=Decimal(100)))
        known(WeekTarget(project=project, week_ends_on=weeks[0].ends_on, amount=Decimal(60)))
        assert flags(submit(project, weeks[0], lead, "130")) == ["BEYOND_TARGET", "BEYOND_TOTAL"]
        assert flags(submit(project, weeks[0], lead, "90")) == []

    def test_a_total_is_held_to_without_the_report_itself(self, project, weeks, lead):
        known(BudgetRevision(project=project, total_investment=Decimal(100)))
        first = submit(project, weeks[0], lead, "60")
        assert submit(project, weeks[0], lead, "60").submission == first.submission  # nothing new was said
        assert flags(submit(project, weeks[0], lead, "70")) == []
        assert flags(submit(project, weeks[1], lead, "40")) == ["BEYOND_TOTAL"]

    def test_the_lead_explains_them(self, project, weeks, lead, outsider, dispatcher):
        report = submit(project, weeks[0], lead, "-3", reduction_reason="审计核减").report
        with pytest.raises(NotAllowed):
            progress_reports.explain(report=report, explanation="已核对", by=outsider)
        progress_reports.explain(report=report, explanation="审计报告第 3 页", by=lead)
        version = report.versions.current().get()
        assert (version.explanation, version.state, len(version.flags)) == ("审计报告第 3 页", "SUBMITTED", 1)
        progress_reports.accept(report=report, by=dispatcher)
        assert report.versions.current().get().explanation == "审计报告第 3 页"
        with pytest.raises(RuleViolation, match="没有等待审核的填报"):
            progress_reports.explain(report=report, explanation="再说一句", by=lead)


class TestMilestones:
    @pytest.fixture
    def node(self, project):
        node = MilestoneFactory(project=project)
        date_milestone(node, approved_on=date(2026, 3, 31))
        return node

    def claim(self, node, **said):
        return {"milestone": node.pk, "forecast_on": "", "actual_on": "", "evidence": ""} | said

    def test_a_claim_is_fact_once_it_is_accepted_and_not_before(self, project, weeks, lead, dispatcher, node):
        claims = [self.claim(node, actual_on="2026-03-04", evidence="监理验收单 3 号")]
        report = submit(project, weeks[3], lead, milestones=claims).report
        assert not milestones.dates_of(node).is_reached
        progress_reports.accept(report=report, by=dispatcher)
        reached = milestones.dates_of(node)
        assert (reached.actual_on, reached.recorded_by) == (date(2026, 3, 4), lead)
        assert report.versions.current().get().flags == []

    def test_a_forecast_too(self, project, weeks, lead, dispatcher, node):
        claims = [self.claim(node, forecast_on="2026-04-09")]
        told = submit(project, weeks[3], lead, milestones=claims)
        assert flags(told) == ["LATE_WITHOUT_PROBLEM"]
        progress_reports.accept(report=told.report, by=dispatcher)
        assert milestones.dates_of(node).forecast_on == date(2026, 4, 9)

    def test_what_was_reached_meanwhile_is_left_out_and_told(self, project, weeks, dispatcher, office, node):
        lead = project.responsible_person
        report = submit(project, weeks[3], lead, milestones=[self.claim(node, forecast_on="2026-04-09")]).report
        milestones.complete(of=node, actual_on=date(2026, 3, 2), by=office)
        progress_reports.accept(report=report, by=dispatcher)
        assert milestones.dates_of(node).actual_on == date(2026, 3, 2)
        version = report.versions.current().get()
        assert (version.state, version.flags[-1]["code"]) == ("ACCEPTED", "CLAIM_LEFT_OUT")
        told = AuditEvent.objects.get(action="progress_report.accepted").changes["节点进展"]
        assert told[1] == ["节点进展未采纳：“主体结构封顶”已完成，无须再预计。"]

    @pytest.mark.parametrize(
        ("said", "words"),
        [
            ({"actual_on": "2026-03-06"}, "晚于今天"),
            ({"actual_on": "昨天"}, "不是有效日期"),
        ],
    )
    def test_an_impossible_claim_is_refused(self, project, weeks, node, said, words):
        with pytest.raises(RuleViolation, match=words):
            submit(project, weeks[3], project.responsible_person, milestones=[self.claim(node, **said)])

    def test_nobody_claims_a_node_of_another_project(self, project, weeks, lead):
        other = MilestoneFactory()
        date_milestone(other, approved_on=date(2026, 3, 31))
        with pytest.raises(RuleViolation, match="不属于本项目"):
            submit(project, weeks[3], lead, milestones=[self.claim(other, actual_on="2026-03-04")])


class TestFunds:
    def accepted(self, project, period, lead, dispatcher, *funds, **more):
        claims = [dict(zip(("kind", "received", "paid"), claim, strict=True)) for claim in funds]
        told = submit(project, period, lead, funds=claims, **more)
        progress_reports.accept(report=told.report, by=dispatcher)

    def test_a_month_is_the_sum_of_its_accepted_reports(self, project, weeks, lead, dispatcher):
        self.accepted(project, weeks[0], lead, dispatcher, ("SPECIAL_BOND", "300", "120.5"))
        self.accepted(project, weeks[1], lead, dispatcher, ("SPECIAL_BOND", "", "10"), ("OWN", "5", "0"))
        submit(project, weeks[2], lead, funds=[{"kind": "OWN", "received": "1000", "paid": ""}])
        self.accepted(project, weeks[3], lead, dispatcher, ("OWN", "7", "7"))
        rows = FundReceipt.objects.current().values_list("month", "kind", "received_amount", "paid_amount")
        assert sorted(rows) == [
            (date(2026, 2, 1), "OWN", 5, 0),
            (date(2026, 2, 1), "SPECIAL_BOND", 300, Decimal("130.5")),
            (date(2026, 3, 1), "OWN", 7, 7),
        ]

    def test_reports_accepted_all_at_once_count_as_well(self, project, weeks, lead, dispatcher):
        submit(project, weeks[3], lead, funds=[{"kind": "OWN", "received": "7", "paid": ""}])
        report_reviews.accept_all(period=weeks[3], of=None, by=dispatcher)
        assert FundReceipt.objects.current().get().received_amount == 7

    def test_a_correction_takes_the_place_of_what_was_accepted(self, project, weeks, lead, dispatcher):
        self.accepted(project, weeks[0], lead, dispatcher, ("LOAN", "300", "0"))
        self.accepted(project, weeks[0], lead, dispatcher, ("OWN", "300", "0"), correction_reason="来源填错")
        rows = FundReceipt.objects.current().values_list("kind", "received_amount")
        assert sorted(rows) == [("LOAN", 0), ("OWN", 300)]

    @pytest.mark.parametrize("received", ["-1", "一百"])
    def test_what_is_no_amount_is_refused(self, project, weeks, lead, received):
        with pytest.raises(RuleViolation, match="资金"):
            submit(project, weeks[0], lead, funds=[{"kind": "OWN", "received": received, "paid": "0"}])


class TestTogether:
    def entries(self, weeks, *told):
        return [
            Entry(project, weeks[3], Content(period_amount=Decimal(amount), **WORDS), uuid4())
            for project, amount in told
        ]

    def test_many_are_taken_in_at_once(self, project, lead, lead_unit, weeks):
        other = KeyProjectFactory(lead_unit=lead_unit, responsible_person=lead)
        entries = self.entries(weeks, (project, "1"), (other, "2"))
        first = progress_reports.submit_all(entries=entries, by=lead)
        again = progress_reports.submit_all(entries=entries, by=lead)
        assert [each.submission for each in first] == [each.submission for each in again]
        assert ProgressVersion.objects.count() == 2

    def test_or_none_of_them(self, project, lead, weeks):
        entries = self.entries(weeks, (project, "1"), (other := KeyProjectFactory(), "2"))
        with pytest.raises(EntryRefused, match="责任人或联络人") as refused:
            progress_reports.submit_all(entries=entries, by=lead)
        assert refused.value.project == other
        assert not ProgressVersion.objects.exists()


class TestDrafts:
    def save(self, project, week, by, **typed):
        typed = {name: Typed(*pair) for name, pair in typed.items()}
        return progress_drafts.save(project=project, period=week, typed=typed, by=by, at=THURSDAY)

    @pytest.fixture
    def liaison(self, project, outsider):
        project.liaison = outsider
        project.save()
        return outsider

    def test_two_people_write_different_fields_of_one_draft(self, project, weeks, lead, liaison):
        self.save(project, weeks[3], lead, done_text=("", "三层"))
        saved = self.save(project, weeks[3], liaison, next_text=("", "四层"))
        texts = {name: each["text"] for name, each in saved.draft.fields.items()}
        assert texts == {"done_text": "三层", "next_text": "四层"}
        assert (saved.draft.revision, saved.conflicts) == (2, {})
        assert AuditEvent.objects.filter(action="progress_draft.begun").count() == 1

    def test_a_field_somebody_else_changed_is_given_back_and_the_others_are_kept(self, project, weeks, lead, liaison):
        self.save(project, weeks[3], liaison, done_text=("", "二层"))
        saved = self.save(project, weeks[3], lead, done_text=("", "三层"), headcount=("", "40"))
        conflict = saved.conflicts["done_text"]
        assert (conflict.yours, conflict.theirs, conflict.by, conflict.at) == (
            "三层",
            "二层",
            "周旁观",
            THURSDAY.isoformat(),
        )
        assert saved.draft.fields["headcount"]["text"] == "40"
        settled_now = self.save(project, weeks[3], lead, done_text=("二层", "三层"))
        assert (settled_now.draft.fields["done_text"]["text"], settled_now.conflicts) == ("三层", {})

    def test_nothing_new_is_no_new_revision(self, project, weeks, lead):
        self.save(project, weeks[3], lead, done_text=("", "三层"))
        assert self.save(project, weeks[3], lead, done_text=("三层", "三层")).draft.revision == 1

    def test_a_stranger_keeps_none(self, project, weeks, outsider):
        with pytest.raises(NotAllowed):
            self.save(project, weeks[3], outsider, done_text=("", "三层"))
        assert not ProgressDraft.objects.exists()

    def test_it_is_gone_once_submitted(self, project, weeks, lead):
        self.save(project, weeks[3], lead, done_text=("", "三层"))
        submit(project, weeks[3], lead)
        assert not ProgressDraft.objects.exists()


texts = st.text("一二三 \n", max_size=4)


@given(base=texts, mine=texts, theirs=texts)
def test_what_one_side_changed_is_never_lost_and_both_sides_agree(base, mine, theirs):
    agreed = settled(base=base, mine=mine, theirs=theirs)
    assert agreed == settled(base=base, mine=theirs, theirs=mine)
    if agreed is None:
        assert len({base.strip(), mine.strip(), theirs.strip()}) == 3
    else:
        changed = {text.strip() for text in (mine, theirs)} - {base.strip()}
        assert changed <= {agreed}


@given(fields=st.dictionaries(st.sampled_from("abc"), st.tuples(texts, texts, texts)))
def test_fields_are_merged_one_by_one(fields):
    base, mine, theirs = ({name: each[side] for name, each in fields.items()} for side in range(3))
    together, conflicts = merged(base=base, mine=mine, theirs=theirs)
    assert together.keys() == mine.keys()
    assert all(together[name] == mine[name] for name in conflicts)
