"""From the closed week to its sheet: as known at the closing, exceptions included, whatever is learned later."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
import time_machine

from reports.compose.dispatch_sheet import of_week
from reports.dispatch_sheet import Reported as Stood
from scheduling.models import Decision, DecisionMove, ExtensionRequest, Meeting, Problem, ProblemRequest
from tests.factories import KeyProjectFactory, MilestoneFactory, UnitFactory, date_milestone
from tests.reports.weeks import FRIDAY, Reported, close, freeze, week

pytestmark = [pytest.mark.django_db, pytest.mark.core]

BEIJING = ZoneInfo("Asia/Shanghai")
CLOSED = datetime(2026, 3, 13, 17, 30, tzinfo=BEIJING)
BEFORE, LATER = CLOSED - timedelta(days=1), CLOSED + timedelta(days=3)


def composed(period=None, unit=None):
    return of_week(close(period or week()), unit, district="示范区")


def dated(project, approved_on, *, at, **more):
    with time_machine.travel(at, tick=False):
        return date_milestone(MilestoneFactory(project=project, **more), approved_on=approved_on)


def test_a_project_is_told_as_it_was_frozen_and_against_the_week_before(project, lead_unit):
    freeze(week(FRIDAY - timedelta(days=7)), project, amount=Decimal(150))
    close(week(FRIDAY - timedelta(days=7)))
    freeze(week(), project, amount=Decimal("120.5"))
    (line,) = composed(unit=lead_unit).projects
    assert (line.name, line.person, line.physical) == (project.name, "李项目", "主体施工至三层")
    assert (line.amounts.period, line.amounts.change) == (Decimal("120.5"), Decimal("-29.5"))
    assert line.amounts.rate == 100 * Decimal("1530.5") / 12000


def test_a_project_that_was_not_there_the_week_before_is_compared_with_nothing(project, lead_unit):
    freeze(week(), project)
    sheet = composed(unit=lead_unit)
    assert sheet.projects[0].amounts.change is None
    assert sheet.total.change is None


def test_a_unit_sees_its_own_projects_the_district_all_of_them_by_unit(project, lead_unit):
    other = KeyProjectFactory(lead_unit=UnitFactory(name="区水利局"))
    for each in (project, other):
        freeze(week(), each)
    closing = close(week())
    assert [line.name for line in of_week(closing, lead_unit, district="示范区").projects] == [project.name]
    whole = of_week(closing, None, district="示范区")
    assert {line.name: line.completeness.expected for line in whole.units} == {str(lead_unit): 1, "区水利局": 1}
    assert whole.total.period == sum(line.amounts.period for line in whole.units) == 240


def test_what_is_missing_or_unreviewed_is_named_and_not_counted(project, lead_unit):
    silent, waiting = (KeyProjectFactory(lead_unit=lead_unit) for _ in range(2))
    freeze(week(), project)
    freeze(week(), silent, reported=Reported.MISSING)
    freeze(week(), waiting, reported=Reported.UNREVIEWED, amount=Decimal(350))
    sheet = composed(unit=lead_unit)
    assert [line.name for line in sheet.having(Stood.MISSING)] == [silent.name]
    assert (sheet.completeness.reported, sheet.completeness.missing, sheet.completeness.on_time) == (2, 1, 1)
    assert (sheet.completeness.unreviewed_amount, sheet.total.period) == (350, 120)


def test_overdue_is_what_was_known_to_be_and_new_what_was_not_a_week_before(project, lead_unit):
    freeze(week(), project)
    dated(project, date(2026, 2, 1), at=BEFORE, name="桩基完成")
    dated(project, date(2026, 3, 10), at=BEFORE, name="主体结构封顶")
    dated(project, date(2026, 1, 1), at=LATER, name="后来才登记")
    sheet = composed(unit=lead_unit)
    assert [(line.item, line.days) for line in sheet.newly_overdue] == [("主体结构封顶", 3)]
    assert [(line.item, line.days, line.others) for line in sheet.overdue] == [("桩基完成", 40, 1)]


def test_what_was_overdue_before_but_is_learned_this_week_is_new(project, lead_unit):
    last = week(FRIDAY - timedelta(days=7))
    for period in (last, week()):
        freeze(period, project)
    close(last)
    dated(project, date(2026, 2, 1), at=BEFORE, name="桩基完成")
    assert [line.item for line in composed(unit=lead_unit).newly_overdue] == ["桩基完成"]


@pytest.fixture
def decide(project, lead_unit, office):
    def decided(number, *, due_on=date(2026, 3, 10), moves=(), state=Decision.State.IN_HAND, **more):
        meeting, _ = Meeting.objects.get_or_create(
            kind="WEEKLY", title="第8次周调度会", chair=office, held_at=BEFORE, called_by=office, called_at=BEFORE
        )
        said = {"assigned_by": office, "assigned_at": BEFORE, "original_due_on": date(2026, 3, 1), "due_on": due_on}
        given = said | {"text": "征收剩余三户", "owner_unit": lead_unit, "project": project, "source": "MEETING"} | more
        decision = Decision.objects.create(number=number, meeting=meeting, state=state, **given)
        for kind, at in moves:
            DecisionMove.objects.create(decision=decision, kind=kind, text="说明", at=at, by=office)
        return decision

    return decided


def numbers(sheet):
    return [line.number for line in sheet.decisions]


def test_decisions_are_those_open_at_the_closing(decide, project, lead_unit, lead, office):
    freeze(week(), project)
    ended = {"state": Decision.State.CLOSED, "closed_by": office, "close_asked_by": lead}
    decide("开着")
    decide("当时已销号", moves=[("CLOSED", BEFORE)], closed_at=BEFORE, **ended)
    decide("后来才销号", moves=[("CLOSED", LATER)], closed_at=LATER, **ended)
    decide("销号又重新交办", moves=[("CLOSED", BEFORE - timedelta(days=1)), ("REOPENED", BEFORE)])
    decide("当时已撤销", moves=[("WITHDRAWN", BEFORE)], state=Decision.State.WITHDRAWN)
    decide("后来才交办", assigned_at=LATER)
    decide("别的单位的", owner_unit=UnitFactory(), project=None)
    sheet = composed(unit=lead_unit)
    assert numbers(sheet) == ["开着", "后来才销号", "销号又重新交办"]
    assert {line.days for line in sheet.decisions} == {3}


def test_a_limit_extended_afterwards_is_the_limit_of_that_day(decide, project, lead_unit, lead, office):
    freeze(week(), project)
    decision = decide("议1", due_on=date(2026, 4, 1))
    asked = {"reason": "汛期", "asked_by": lead, "asked_at": BEFORE, "decided_by": office}
    days = [(date(2026, 3, 1), date(2026, 3, 9), BEFORE), (date(2026, 3, 9), date(2026, 4, 1), LATER)]
    for present, proposed, at in days:
        ExtensionRequest.objects.create(
            decision=decision,
            present_due_on=present,
            proposed_due_on=proposed,
            outcome="AGREED",
            decided_at=at,
            **asked,
        )
    (line,) = composed(unit=lead_unit).decisions
    assert (line.due_on, line.days) == (date(2026, 3, 9), 4)


def test_requests_are_those_unanswered_at_the_closing_of_ones_projects_or_to_oneself(project, lead_unit, lead, office):
    freeze(week(), project)
    of_others = KeyProjectFactory()

    def ask(about, unit, question, **more):
        problem = Problem.objects.create(
            project=about,
            kind="PIPELINES",
            title="管线",
            responsible_unit=lead_unit,
            needed_by=FRIDAY,
            level_since=BEFORE,
            court_unit=lead_unit,
            court_since=BEFORE,
            raised_by=lead,
            raised_at=BEFORE,
        )
        said = {"answer_due_on": date(2026, 3, 11), "asked_by": lead, "asked_at": BEFORE} | more
        ProblemRequest.objects.create(problem=problem, unit=unit, question=question, **said)

    answered = {"outcome": "ACCEPTED", "answer": "照办", "answered_by": office}
    ask(project, UnitFactory(), "未答复")
    ask(of_others, lead_unit, "问到本单位")
    ask(project, UnitFactory(), "当时已答复", answered_at=BEFORE, **answered)
    ask(project, UnitFactory(), "后来才答复", answered_at=LATER, **answered)
    ask(of_others, UnitFactory(), "与本单位无关")
    ask(project, UnitFactory(), "后来才提出", asked_at=LATER)
    sheet = composed(unit=lead_unit)
    assert [line.question for line in sheet.requests] == ["未答复", "问到本单位", "后来才答复"]
    assert {line.days for line in sheet.requests} == {2}


def test_thirty_projects_take_as_many_queries_as_one(django_assert_num_queries, project, lead_unit):
    for each in (project, *KeyProjectFactory.create_batch(29, lead_unit=lead_unit)):
        freeze(week(), each)
        dated(each, date(2026, 3, 10), at=BEFORE)
    closing = close(week())
    with django_assert_num_queries(44):
        assert len(of_week(closing, lead_unit, district="示范区").newly_overdue) == 30
