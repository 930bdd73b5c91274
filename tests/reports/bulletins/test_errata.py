"""更正通报: one for each issue whose printed figures a correction has changed, with every one of them and the cause."""

from datetime import date, timedelta

import pytest
import time_machine

from projects import recorded
from projects.actions import project_dates
from projects.models import Level, MilestoneDates, ProjectDates, Suspension, SuspensionDates, TierEntry, Unit
from projects.recorded import amended
from reports import snapshots
from reports.actions import drafts, errata
from reports.bulletin import Erratum
from reports.bulletin_corrections import changes, printed_of
from reports.compose.corrections import corrections
from reports.compose.erratum import as_corrected
from reports.linting import lint
from reports.models import BulletinRule, Draft
from reports.registered import facts_of, registered
from scheduling.models import PeriodClosing
from tests.factories import MilestoneFactory, UnitFactory
from tests.reports.bulletins.issued import (
    CLOSED,
    JANUARY,
    LATER,
    OCTOBER,
    WEEK,
    corrected,
    issue_october,
    issued,
    plan,
    reported,
)
from tests.reports.bulletins.papers import go
from tests.scheduling.reporting_samples import project_of, report, week_of

pytestmark = [pytest.mark.django_db, pytest.mark.core]


@pytest.fixture
def town(db):
    return UnitFactory(name="东湖镇", kind=Unit.Kind.TOWN)


@pytest.fixture
def two(lead, dispatcher, office, signer, town):
    """Two projects of one unit in two areas; of 1,200 each they have done 900 and 500 by the end of October."""
    unit = lead.posts.get().unit
    with time_machine.travel(JANUARY):
        first = project_of(lead, unit, code="ZD-0001", town=town, level=Level.DISTRICT)
        second = project_of(lead, unit, code="ZD-0002", focus_area="INDUSTRY", level=Level.CITY)
        plan([first, second], office, signer)
    reported(first, lead, dispatcher, "900")
    reported(second, lead, dispatcher, "500")
    return first, second


@pytest.fixture
def document(two, people):
    return issue_october(people)


def proposed(at=LATER):
    with time_machine.travel(at + timedelta(hours=8)):
        return errata.propose(at=at + timedelta(hours=8))


def facts(draft):
    return snapshots.from_json(Erratum, draft.facts)


def told(draft):
    return {change.figure: (change.old, change.new) for change in facts(draft).changes}


def groups(draft):
    return {name.partition("·")[0] for name in told(draft)}


def test_one_corrected_report_changes_exactly_the_figures_it_touches(document, two, lead, dispatcher):
    corrected(two[0], lead, dispatcher, "700")
    [draft] = proposed()
    assert groups(draft) == {
        "全区",
        "领域：基础设施",
        "阶段：未定阶段",
        "类别：续建",
        "级别：区级重点",
        "单位：区住房和城乡建设局",
        "镇街：东湖镇",
        "项目：ZD-0001",
    }
    changes = told(draft)
    assert changes["全区·投资完成率"] == ("58.3%", "50.0%")
    assert changes["镇街：东湖镇·当年累计完成投资"] == ("900万元", "700万元")
    assert changes["镇街：东湖镇·投资完成率"] == ("75.0%", "58.3%")
    assert changes["全区·本月完成投资"] == ("1400万元", "1200万元")
    assert "全区·项目数" not in changes


def test_it_names_the_cause_who_corrected_it_and_when(document, two, lead, dispatcher):
    corrected(two[0], lead, dispatcher, "700")
    [draft] = proposed()
    [cause] = facts(draft).causes
    assert (cause.project.code, cause.old, cause.new) == ("ZD-0001", "900万元", "700万元")
    assert (cause.reason, cause.person, cause.at.date()) == ("重复计算", "李项目", LATER.date())


def test_it_is_a_paper_like_the_one_it_corrects(document, two, lead, dispatcher):
    corrected(two[0], lead, dispatcher, "700")
    [draft] = proposed()
    assert (draft.kind, draft.corrects, draft.subject) == (Draft.Kind.ERRATUM, document, f"{document.pk}-1")
    assert draft.text.title == f"关于更正《{document.title}》有关数据的通报"
    assert draft.text.addressee == document.draft.text.addressee
    assert "由900万元更正为700万元" in draft.text.sections[1]["text"]
    assert (draft.code, draft.mark, draft.form) == (document.draft.code, document.draft.mark, document.draft.form)


def test_its_words_pass_the_linter(document, two, lead, dispatcher):
    corrected(two[0], lead, dispatcher, "700")
    [draft] = proposed()
    assert [each for each in lint(registered(draft, draft.text, on=LATER.date())) if each.is_error] == []


def test_nothing_corrected_nothing_proposed(document):
    assert proposed() == []


def test_a_correction_that_changes_no_printed_figure_is_none(document, two, lead, dispatcher):
    corrected(two[0], lead, dispatcher, "900.0001")
    assert proposed() == []


def test_evaluated_again_without_any_correction_every_figure_is_as_it_was_printed(document, two):
    bulletin, closing = facts_of(document.draft), PeriodClosing.objects.get(period=document.period)
    now = as_corrected(bulletin, closing, BulletinRule(), {each.pk for each in two}, at=LATER)
    assert changes(printed_of(bulletin), now) == ()


def test_a_report_made_up_for_late_is_none(document, two, lead, dispatcher):
    with time_machine.travel(LATER):
        report(two[0], week_of(WEEK - timedelta(days=7), at=LATER), lead, "30", accepted_by=dispatcher)
    assert proposed() == []


def test_nor_is_what_was_corrected_before_the_month_was_closed(two, people, lead, dispatcher):
    corrected(two[0], lead, dispatcher, "700", at=CLOSED - timedelta(days=1))
    issue_october(people)
    assert proposed() == []


def test_nor_a_report_of_a_later_month(document, two, lead, dispatcher):
    for amount, reason in (("50", ""), ("40", "重复计算")):
        with time_machine.travel(LATER + timedelta(minutes=len(reason))):
            week = week_of(date(2026, 11, 10), at=LATER)
            report(two[0], week, lead, amount, correction_reason=reason, accepted_by=dispatcher)
    assert proposed() == []


def test_bulletins_before_the_last_year_are_left(document, two, lead, dispatcher):
    corrected(two[0], lead, dispatcher, "700")
    assert proposed(at=LATER.replace(year=2028)) == []


class TestDates:
    def dated(self, project, office, at, **days):
        with time_machine.travel(at):
            project_dates.record_dates(dates=ProjectDates(project=project, evidence="竣工验收报告", **days), by=office)

    @pytest.fixture
    def accepted(self, two, office, people):
        self.dated(two[0], office, OCTOBER, accepted_on=date(2026, 10, 10))
        return issue_october(people)

    def test_an_acceptance_that_was_not_is_corrected(self, accepted, two, office):
        self.dated(two[0], office, LATER, accepted_on=date(2026, 11, 3))
        [draft] = proposed()
        assert told(draft)["全区·在建"] == ("1", "2")
        [cause] = facts(draft).causes
        assert (cause.what, cause.old, cause.new) == ("竣工验收", "2026年10月10日", "2026年11月3日")
        assert cause.reason == "竣工验收报告"

    def test_one_told_late_goes_into_the_next_month(self, document, two, office):
        self.dated(two[0], office, LATER, accepted_on=date(2026, 10, 10))
        assert proposed() == []


class TestItems:
    """A node told reached in time, a 停缓建 and an exit: told by the end of the month, and otherwise later."""

    def tell(self, version, at):
        recorded.record([version], by=None, at=at)
        return version

    def test_a_node_that_was_not_reached_makes_its_project_late(self, two, people):
        node = MilestoneFactory(project=two[0], name="主体封顶")
        said = {"original_on": date(2026, 9, 30), "approved_on": date(2026, 9, 30), "is_reached": True}
        first = self.tell(MilestoneDates(milestone=node, actual_on=date(2026, 9, 28), **said), OCTOBER)
        issue_october(people)
        self.tell(amended(first, actual_on=date(2026, 11, 5)), LATER)
        [draft] = proposed()
        assert told(draft)["全区·逾期项目数"] == ("1", "2")
        assert told(draft)["项目：ZD-0001·逾期天数"] == ("—", "31")
        [cause] = facts(draft).causes
        assert (cause.what, cause.old, cause.new) == ("主体封顶实际日期", "2026年9月28日", "2026年11月5日")

    def test_a_suspension_and_an_exit_are_found(self, document, two):
        suspension = Suspension.objects.create(project=two[0])
        stopped = SuspensionDates(suspension=suspension, suspended_on=date(2026, 9, 1), reason="资金")
        entry = TierEntry(project=two[1], tier="EXITED", entered_on=date(2026, 10, 20), reason="终止")
        stopped, entry = self.tell(stopped, OCTOBER), self.tell(entry, OCTOBER)
        self.tell(amended(stopped, suspended_on=date(2026, 10, 1), reason="日期有误"), LATER)
        self.tell(amended(entry, tier="BUILDING", reason="未终止"), LATER)
        found = corrections(on=date(2026, 10, 31), since=CLOSED)
        assert [(each.project, each.what, each.old, each.new, each.reason) for each in found] == [
            (two[0].pk, "停缓建日期", "2026年9月1日", "2026年10月1日", "日期有误"),
            (two[1].pk, "2026年10月20日层级", "退出", "在建", "未终止"),
        ]


def test_a_plan_that_reaches_back_is_corrected(document, two, office, signer):
    months = {"annual_plan_amount": 1000, "month_12": 0, "month_11": 0}
    plan(two, office, signer, number=2, effective_on=date(2026, 10, 1), at=LATER, ZD0001=months)
    [draft] = proposed()
    assert told(draft)["全区·年度计划投资"] == ("2400万元", "2200万元")
    assert {cause.what for cause in facts(draft).causes} == {"年度计划投资（万元）", "分月投资计划（万元）"}
    assert {cause.reason for cause in facts(draft).causes} == {"按审计意见调整"}


def test_one_from_a_later_day_is_not(document, two, office, signer):
    plan(two, office, signer, number=2, effective_on=date(2026, 11, 1), at=LATER)
    assert proposed() == []


class TestOneAtATime:
    def test_asked_for_every_night_it_is_drafted_once(self, document, two, lead, dispatcher):
        corrected(two[0], lead, dispatcher, "700")
        assert len(proposed()) == 1
        corrected(two[0], lead, dispatcher, "650", at=LATER + timedelta(days=1))
        assert proposed(at=LATER + timedelta(days=1)) == []

    def test_a_further_one_starts_from_what_was_corrected(self, document, two, people, lead, dispatcher):
        corrected(two[0], lead, dispatcher, "700")
        [first] = proposed()
        issued(first, people)
        corrected(two[0], lead, dispatcher, "650", at=LATER + timedelta(days=1))
        [second] = proposed(at=LATER + timedelta(days=1))
        assert second.subject == f"{document.pk}-2"
        assert told(second)["镇街：东湖镇·当年累计完成投资"] == ("700万元", "650万元")
        assert [(cause.old, cause.new) for cause in facts(second).causes] == [("700万元", "650万元")]

    def test_what_was_not_told_is_not_proposed_again_until_more_is_corrected(
        self, document, two, people, lead, dispatcher
    ):  # fmt: skip
        corrected(two[0], lead, dispatcher, "700")
        [first] = proposed()
        go(first, drafts.void, people[0], note="影响较小，不发")
        assert proposed(at=LATER + timedelta(days=1)) == []
        corrected(two[1], lead, dispatcher, "400", at=LATER + timedelta(days=2))
        [second] = proposed(at=LATER + timedelta(days=2))
        assert told(second)["镇街：东湖镇·当年累计完成投资"] == ("900万元", "700万元")
        assert len(facts(second).causes) == 2


def test_the_issue_itself_stays_as_it_was(document, two, lead, dispatcher):
    before = (document.content, document.digest)
    corrected(two[0], lead, dispatcher, "700")
    proposed()
    document.refresh_from_db()
    assert (document.content, document.digest) == before
