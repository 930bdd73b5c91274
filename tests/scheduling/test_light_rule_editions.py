"""亮灯规则: drafted one at a time, proved, adopted with a day, and respected by every evaluation from that day on."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction

from projects import changed
from projects.errors import NotAllowed, RuleViolation
from projects.models import AuditEvent, Job
from scheduling import tasks
from scheduling.actions import light_dry_runs, light_rules, standings
from scheduling.dry_run import days_of
from scheduling.evaluation import rules_in_force
from scheduling.light_presets import INITIAL, WUHAN, YINCHUAN, YINCHUAN_AS_PRINTED, proposed
from scheduling.light_proof import prove
from scheduling.light_rules import Dimension, Measure, RuleSet
from scheduling.models import LightDryRun, LightRuleEdition, PeriodStanding, ReportPeriod, Standing
from scheduling.project_days import AsKnown
from tests.factories import MilestoneFactory, date_milestone
from tests.scheduling.reporting_samples import enter_tier, week_of

pytestmark = [pytest.mark.django_db, pytest.mark.core]

DAY = timedelta(days=1)
MONDAY = datetime(2026, 3, 9, 2, tzinfo=UTC)
TODAY = date(2026, 3, 9)
STRICT = replace(
    INITIAL, rules=(replace(proposed(Measure.MILESTONE_DAYS), bands=(proposed(Measure.PERMIT_COUNT).bands)),)
)
"""A node three days late is a warning, where the initial edition only draws attention to it."""


@pytest.fixture(autouse=True)
def on_a_monday():
    with time_machine.travel(MONDAY, tick=False):
        yield


def draft(by, rules=YINCHUAN, name="本区规则"):
    return light_rules.draft(name=name, rules=rules, by=by, at=MONDAY)


def adopted(by, on=TODAY, rules=YINCHUAN):
    return light_rules.adopt(edition=draft(by, rules), effective_on=on, by=by)


def number_on(day, known_at=None):
    return rules_in_force(AsKnown(day, known_at, day)).edition


@pytest.fixture
def late_project(project):
    """A node that has been late for three days: 关注 by the initial edition."""
    date_milestone(MilestoneFactory(project=project), approved_on=TODAY - 3 * DAY)
    changed.announce([project.pk], at=MONDAY)
    return project


class TestDrafting:
    def test_there_is_one_draft_at_a_time(self, office):
        first = draft(office)
        with pytest.raises(RuleViolation, match=f"第 {first.number} 版（本区规则）正在起草"):
            draft(office)
        light_rules.discard(edition=first, by=office, at=MONDAY)
        assert draft(office).number == 2

    def test_a_draft_says_what_its_preset_says(self, office):
        assert draft(office).rule_set.rules == YINCHUAN.rules

    def test_rules_are_put_replaced_and_removed(self, office):
        edition = draft(office)
        funds, said = proposed(Measure.PAID_RATIO), {"edition": edition, "by": office, "at": MONDAY}
        light_rules.put_rule(rule=funds, place=None, **said)
        light_rules.put_rule(rule=proposed(Measure.MONTH_RATIO), place=0, **said)
        light_rules.remove_rule(place=1, **said)
        edition.refresh_from_db()
        measures = [rule.measure for rule in edition.rule_set.rules]
        assert measures == [Measure.MONTH_RATIO, Measure.ENTRY_MONTHS, Measure.PAID_RATIO]
        with pytest.raises(RuleViolation, match="没有第 4 条"):
            light_rules.remove_rule(place=3, **said)
        assert AuditEvent.objects.filter(action="light_rule_edition.amended").count() == 3

    @pytest.mark.parametrize("who", ["lead", "dispatcher", "signer", "leader"])
    def test_nobody_but_the_office_keeps_them(self, request, office, who):
        by, edition = request.getfixturevalue(who), draft(office)
        for refused in (
            lambda: draft(by),
            lambda: light_rules.amend(edition=edition, name="改", source="", note="", by=by, at=MONDAY),
            lambda: light_rules.remove_rule(edition=edition, place=0, by=by, at=MONDAY),
            lambda: light_rules.adopt(edition=edition, effective_on=TODAY, by=by),
            lambda: light_rules.discard(edition=edition, by=by, at=MONDAY),
            lambda: light_dry_runs.ask(edition=edition, span="FOUR_WEEKS", by=by, at=MONDAY),
        ):
            with pytest.raises(NotAllowed):
                refused()

    def test_every_measure_has_a_proved_rule_to_begin_from(self):
        for measure in Measure:
            rules = RuleSet(1, "某区", "", (proposed(measure),))
            assert rules.rules[0].measure is measure
            assert prove(rules) == ()


class TestAdopting:
    def test_what_yinchuan_printed_is_refused_for_its_hole(self, office):
        with pytest.raises(RuleViolation, match=r"低 0（不含）至 10（不含）个百分点之间没有灯"):
            adopted(office, rules=YINCHUAN_AS_PRINTED)

    def test_an_empty_edition_is_refused(self, office):
        with pytest.raises(RuleViolation, match="一条规则也没有"):
            adopted(office, rules=RuleSet(0, "空白", "", ()))

    def test_the_days_of_a_locked_period_keep_their_rules(self, office):
        week = week_of(date(2026, 3, 5), at=MONDAY)
        ReportPeriod.objects.filter(pk=week.pk).update(locked_at=week.review_until)
        edition = draft(office)
        with pytest.raises(RuleViolation, match="生效日期最早为 2026-03-07：此前的报告期已锁定"):
            light_rules.adopt(edition=edition, effective_on=week.ends_on, by=office)
        light_rules.adopt(edition=edition, effective_on=week.ends_on + DAY, by=office)
        assert (number_on(week.ends_on), number_on(week.ends_on + DAY)) == (1, 2)

    def test_a_year_ahead_is_taken_for_a_slip(self, office):
        with pytest.raises(RuleViolation, match="在一年以后"):
            adopted(office, on=date(2027, 4, 1))

    def test_what_is_adopted_is_unalterable(self, office):
        edition = adopted(office)
        with pytest.raises(RuleViolation, match="已启用，不能再改"):
            light_rules.amend(edition=edition, name="改", source="", note="", by=office, at=MONDAY)
        for forbidden in (
            lambda: LightRuleEdition.objects.filter(pk=edition.pk).update(name="改"),
            lambda: LightRuleEdition.objects.filter(pk=edition.pk).delete(),
        ):
            with pytest.raises(IntegrityError, match="已启用的亮灯规则不可更改"), transaction.atomic():
                forbidden()

    def test_it_is_audited_with_its_day(self, office):
        edition = adopted(office)
        event = AuditEvent.objects.get(action="light_rule_edition.adopted")
        assert (event.by, event.subject_id) == (office, str(edition.pk))
        assert event.changes["生效日期"] == [None, "2026-03-09"]

    def test_of_two_the_last_adopted_holds_from_its_day(self, office):
        adopted(office, on=date(2026, 6, 1))
        adopted(office, on=date(2026, 4, 1), rules=WUHAN)
        assert [number_on(date(2026, month, 1)) for month in (3, 4, 6)] == [1, 3, 3]

    def test_an_earlier_knowledge_has_the_earlier_rules(self, office):
        adopted(office)
        assert (number_on(TODAY), number_on(TODAY, known_at=MONDAY - DAY)) == (2, 1)


class TestTheStandings:
    def test_rules_in_force_at_once_judge_every_project_anew(self, office, late_project):
        assert late_project.standing.milestone_light == "BLUE"
        edition = adopted(office, rules=STRICT)
        assert Standing.objects.expired(on=TODAY).count() == 1
        tasks.ask_for_new_judgement(edition, at=MONDAY)
        tasks.refresh_standings(Job.objects.get(subject="edition-2 0/1").pk)
        standing = Standing.objects.get()
        assert (standing.edition, standing.milestone_light) == (2, "YELLOW")
        assert not Standing.objects.expired(on=TODAY).exists()

    def test_no_standing_outlives_the_rules_it_rests_on(self, office, late_project):
        adopted(office, on=TODAY + 2 * DAY)
        assert Standing.objects.get().valid_until == TODAY + DAY
        standings.refresh([late_project.pk], MONDAY)
        assert Standing.objects.get().valid_until == TODAY + DAY

    def test_rules_to_come_judge_on_their_night_and_no_earlier(self, office, late_project):
        edition = adopted(office, on=TODAY + DAY)
        tasks.ask_for_new_judgement(edition, at=MONDAY)
        assert not Job.objects.exists()
        assert Standing.objects.get().edition == 1
        tomorrow = MONDAY + DAY
        standings.refresh_expired(at=tomorrow, progress=lambda _done, _total: None)
        assert Standing.objects.get().edition == edition.number


class TestDryRun:
    @pytest.fixture
    def closed(self, late_project, lead):
        """The week to 6 March, closed when its node was due on that very day, and the one after it."""
        enter_tier(late_project)
        weeks = []
        for at, day in ((MONDAY, date(2026, 3, 5)), (MONDAY + 7 * DAY, date(2026, 3, 12))):
            with time_machine.travel(at):
                week = week_of(day, at=at)
                tasks.close_report_period(tasks.closing_job(week).pk)
                weeks.append(week)
        return weeks

    def run(self, edition, by, at=MONDAY + 8 * DAY):
        with time_machine.travel(at):
            run = light_dry_runs.ask(edition=edition, span="FOUR_WEEKS", by=by, at=at)
            tasks.ask_for_dry_run(run, at=at)
            tasks.dry_run_light_rules(Job.objects.get(kind=tasks.dry_run_light_rules.name).pk)
        run.refresh_from_db()
        return run

    def test_it_says_which_lights_would_have_been_others(self, office, late_project, closed):
        rules = replace(STRICT, rules=(replace(STRICT.rules[0], bands=proposed(Measure.MISSING_PERIODS).bands),))
        run = self.run(draft(office, rules), office)
        assert [period["label"] for period in run.result["periods"]] == ["2026-03-06", "2026-03-13"]
        assert run.result["periods"][1] | {"now": {"RED": 1}, "differing": 1} == run.result["periods"][1]
        assert run.result["projects"] == [[late_project.pk, "2026-03-13", "BLUE", "RED", 1]]

    def test_it_changes_nothing_else(self, office, late_project, closed):
        def everything():
            return list(PeriodStanding.objects.order_by("pk").values()), list(Standing.objects.values())

        before, edition = everything(), draft(office, STRICT)
        self.run(edition, office)
        edition.refresh_from_db()
        assert everything() == before
        assert edition.state == "DRAFT"

    def test_the_same_rules_change_no_light(self, office, closed):
        result = self.run(draft(office, INITIAL), office).result
        assert (result["differing"], result["projects"]) == (0, [])
        assert all(period["then"] == period["now"] for period in result["periods"])

    def test_rules_with_a_hole_are_not_tried(self, office, closed):
        with pytest.raises(RuleViolation, match="请先改好再试算"):
            self.run(draft(office, YINCHUAN_AS_PRINTED), office)

    def test_without_a_closed_period_there_is_nothing_to_reckon(self, office):
        with pytest.raises(RuleViolation, match="上季度没有已锁定的报告期"):
            light_dry_runs.ask(edition=draft(office), span="LAST_QUARTER", by=office, at=MONDAY)
        assert not LightDryRun.objects.exists()

    @pytest.mark.parametrize(
        ("on", "first", "last"),
        [
            pytest.param(date(2026, 3, 9), date(2025, 10, 1), date(2025, 12, 31), id="一季度"),
            pytest.param(date(2026, 12, 31), date(2026, 7, 1), date(2026, 9, 30), id="四季度"),
        ],
    )
    def test_the_last_quarter_is_three_whole_months(self, on, first, last):
        assert days_of("LAST_QUARTER", on=on) == (first, last)


def test_funds_are_off_until_a_rule_switches_them_on(office):
    assert Dimension.FUND not in INITIAL.dimensions
    edition = draft(office, INITIAL)
    light_rules.put_rule(edition=edition, rule=proposed(Measure.PAID_RATIO), place=None, by=office, at=MONDAY)
    edition.refresh_from_db()
    assert Dimension.FUND in edition.rule_set.dimensions
    light_rules.adopt(edition=edition, effective_on=TODAY, by=office)
