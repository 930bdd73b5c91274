"""季观摩的办理: opened once a quarter, screened by units, chosen by the office, settled, and learnt from."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from projects.errors import NotAllowed, RuleViolation
from projects.models import AuditEvent, KeyProject
from scheduling.actions import findings, inspection_rules, inspections, practice_cards, pre_screenings, stops
from scheduling.actions.stops import Description, Timing
from scheduling.inspection_pool import pool, unscreened
from scheduling.models import (
    Finding,
    InspectionRound,
    InspectionRule,
    Judge,
    JudgeGroup,
    PracticeCard,
    Problem,
    ScoreSheet,
    Stop,
)
from tests.factories import KeyProjectFactory, suspend
from tests.scheduling.inspections.cases import arrangement, choose, make_fit, open_round

pytestmark = [pytest.mark.django_db, pytest.mark.core]
State = InspectionRound.State
TODAY = date(2026, 11, 29)


def candidates(inspection):
    found = pool(inspection, projects=KeyProject.objects.all(), on=timezone.localdate())
    return {each.project.pk: each.candidacy for each in found}


def order(inspection):
    return [(stop.order, stop.project_id) for stop in inspection.stops.all()]


# 开办


def test_a_quarter_is_inspected_once_and_its_round_keeps_the_rule_it_was_opened_by(office, inspection, now):
    with pytest.raises(RuleViolation, match="已开办"):
        open_round(office)
    rule = InspectionRule(effective_on=timezone.localdate(), rest_rounds=8, least_invested=None)
    inspection_rules.adopt(rule=rule, by=office, at=now)
    inspection.refresh_from_db()
    assert (inspection.rule["rest_rounds"], inspection.rule["least_invested"]) == (4, "33")
    assert open_round(office, year=2027, quarter=1).rule["rest_rounds"] == 8


def test_a_cancelled_round_says_why_and_makes_room_for_another(office, inspection, now):
    with pytest.raises(RuleViolation, match="写明原因"):
        inspections.cancel(inspection=inspection, reason=" ", by=office, at=now)
    inspections.cancel(inspection=inspection, reason="暴雪，改至下季度", by=office, at=now)
    assert open_round(office).state == State.CHOOSING


def test_only_the_office_runs_a_round(inspection, dispatcher, leader, now):
    for who in (dispatcher, leader):
        with pytest.raises(NotAllowed):
            inspections.open_round(year=2027, quarter=2, arrangement=arrangement(), by=who, at=now)
        with pytest.raises(NotAllowed):
            inspections.fix_route(inspection=inspection, by=who, at=now)


def test_what_is_changed_of_the_arrangement_is_traced_with_the_emphasis_in_words(office, inspection, now):
    inspections.amend(inspection=inspection, arrangement=arrangement(emphases=["START", "PROGRESS"]), by=office, at=now)
    traced = AuditEvent.objects.get(action="inspection_round.amended")
    assert traced.changes["侧重"] == ["竣工", "开工、进度"]


def test_a_rule_is_not_adopted_for_a_day_that_has_passed_nor_twice_nor_changed(office, leader, now):
    adopted = inspection_rules.adopt(rule=InspectionRule(effective_on=timezone.localdate()), by=office, at=now)
    for day, by in [(timezone.localdate(), office), (TODAY - timedelta(days=900), office), (date(2099, 1, 1), leader)]:
        with pytest.raises(RuleViolation):
            inspection_rules.adopt(rule=InspectionRule(effective_on=day), by=by, at=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        InspectionRule.objects.filter(pk=adopted.pk).update(rest_rounds=1)


# 候选


def test_the_pool_says_of_every_project_why_it_is_in_or_out(office, inspection, fit, lead_unit, now):
    bare = KeyProjectFactory(lead_unit=lead_unit)
    behind = make_fit(KeyProjectFactory(lead_unit=lead_unit), share=20)
    stopped = KeyProjectFactory(lead_unit=lead_unit)
    suspend(stopped, timezone.localdate() - timedelta(days=9), office)
    make_fit(stopped)
    found = candidates(inspection)
    assert found[fit.pk].is_eligible
    assert found[behind.pk].against == ("累计完成投资占总投资 20.0%，低于 33%",)
    assert found[stopped.pk].against == ("停缓建中",)
    assert len(found[bare.pk].against) == 2  # no permit is known, no total investment


def test_what_was_shown_rests_for_as_many_rounds_as_the_rule_says(office, fit, now):
    earlier = open_round(office, quarter=2)
    choose(earlier, fit, by=office)
    later = open_round(office, quarter=3)
    assert candidates(later)[fit.pk].is_eligible  # not settled yet
    inspections.fix_route(inspection=earlier, by=office, at=now)
    assert "2026年第2季度观摩已观摩" in candidates(later)[fit.pk].against[0]
    assert candidates(earlier)[fit.pk].is_eligible  # not against itself
    for quarter in range(1, 5):
        between = open_round(office, year=2027, quarter=quarter)
        choose(between, make_fit(KeyProjectFactory()), by=office)
        inspections.fix_route(inspection=between, by=office, at=now)
    assert candidates(open_round(office, year=2028, quarter=1))[fit.pk].is_eligible


def test_packages_and_what_is_only_signed_are_no_candidates(office, inspection, lead_unit, now):
    package = KeyProjectFactory(lead_unit=lead_unit, is_package=True)
    assert package.pk not in candidates(inspection)
    with pytest.raises(RuleViolation, match="不能作为观摩点"):
        stops.choose(inspection=inspection, project=package, exception="确需", by=office, at=now)


def test_the_pool_asks_the_same_number_of_questions_of_thirty_projects(
    django_assert_num_queries, inspection, lead_unit
):  # fmt: skip
    for _ in range(30):
        make_fit(KeyProjectFactory(lead_unit=lead_unit))
    with django_assert_num_queries(12):
        assert len(candidates(inspection)) == 30


# 部门初审


def test_a_unit_speaks_of_its_own_projects_and_its_last_word_counts(inspection, dispatcher, outsider, fit, now):
    said = {"inspection": inspection, "project": fit, "at": now}
    with pytest.raises(NotAllowed):
        pre_screenings.pre_screen(verdict="RECOMMENDED", note="", by=outsider, **said)
    with pytest.raises(RuleViolation, match="写明理由"):
        pre_screenings.pre_screen(verdict="NOT_RECOMMENDED", note="", by=dispatcher, **said)
    assert unscreened(inspection, projects=KeyProject.objects.all(), on=timezone.localdate()) == 1
    pre_screenings.pre_screen(verdict="NOT_RECOMMENDED", note="厂房未封顶", by=dispatcher, **said)
    assert candidates(inspection)[fit.pk].against == ("牵头单位不推荐：厂房未封顶",)
    pre_screenings.pre_screen(verdict="RECOMMENDED", note="", by=dispatcher, **said)
    assert candidates(inspection)[fit.pk].is_eligible
    assert inspection.pre_screenings.get().unit == fit.lead_unit


def test_nobody_screens_once_the_route_is_fixed(toured, dispatcher, fit, now):
    with pytest.raises(RuleViolation, match="初审已结束"):
        pre_screenings.pre_screen(inspection=toured, project=fit, verdict="RECOMMENDED", note="", by=dispatcher, at=now)


# 线路


def test_what_a_rule_speaks_against_is_chosen_only_with_a_reason(office, inspection, fit, now):
    bare = KeyProjectFactory()
    with pytest.raises(RuleViolation, match="例外入选理由"):
        stops.choose(inspection=inspection, project=bare, by=office, at=now)
    chosen = stops.choose(inspection=inspection, project=bare, exception="省级示范", by=office, at=now)
    assert chosen.exception == "省级示范"
    plain = stops.choose(inspection=inspection, project=fit, exception="不需要", by=office, at=now)
    assert (plain.exception, plain.order, plain.pool) == ("", 2, "部门")
    with pytest.raises(RuleViolation, match="已选定"):
        stops.choose(inspection=inspection, project=fit, by=office, at=now)


def test_the_order_counts_from_one_whatever_is_dropped_or_moved(office, inspection, fit, others, now):
    first, second, third = choose(inspection, fit, *others, by=office)
    stops.move(stop=third, up=True, by=office, at=now)
    assert order(inspection) == [(1, first.project_id), (2, third.project_id), (3, second.project_id)]
    stops.move(stop=first, up=True, by=office, at=now)  # the first stays first
    stops.drop(stop=first, by=office, at=now)
    assert order(inspection) == [(1, third.project_id), (2, second.project_id)]


def test_the_timetable_is_arranged_as_a_whole_and_refused_if_a_stop_is_missing(office, inspection, fit, others, now):
    first, second, third = choose(inspection, fit, *others, by=office)
    lines = [Timing(first, 3, 10, 20, "李局长"), Timing(second, 1, 25, 30, ""), Timing(third, 2, 5, 15, "")]
    stops.arrange(inspection=inspection, timings=lines, by=office, at=now)
    assert [project for _, project in order(inspection)] == [second.project_id, third.project_id, first.project_id]
    assert inspection.stops.get(order=3).presenter == "李局长"
    with pytest.raises(RuleViolation, match="刷新"):
        stops.arrange(inspection=inspection, timings=lines[:2], by=office, at=now)
    with pytest.raises(RuleViolation, match="5 至 240"):
        stops.arrange(inspection=inspection, timings=[*lines[:2], Timing(third, 2, 5, 1, "")], by=office, at=now)


def test_a_route_without_a_stop_is_not_fixed_and_a_fixed_one_is_not_changed(office, inspection, fit, others, now):
    with pytest.raises(RuleViolation, match="还没有选定观摩点"):
        inspections.fix_route(inspection=inspection, by=office, at=now)
    (stop,) = choose(inspection, fit, by=office)
    inspections.fix_route(inspection=inspection, by=office, at=now)
    with pytest.raises(RuleViolation, match="线路已定"):
        stops.drop(stop=stop, by=office, at=now)
    described = Description(pool="工业", travel_minutes=12, minutes=25, sights="三条生产线")
    stops.describe(stop=stop, description=described, by=office, at=now)  # who speaks may still change
    inspections.reopen_route(inspection=inspection, by=office, at=now)
    choose(inspection, others[0], by=office)


def test_scoring_starts_with_a_sheet_and_judges(office, leader, toured, now):
    start = {"inspection": toured, "by": office, "at": now}
    with pytest.raises(RuleViolation, match="评分表"):
        inspections.start_scoring(**start)
    ScoreSheet.objects.create(name="通用", effective_on=timezone.localdate())
    with pytest.raises(RuleViolation, match="评委"):
        inspections.start_scoring(**start)
    group = JudgeGroup.objects.create(round=toured, name="区领导")
    Judge.objects.create(round=toured, group=group, user=leader, code="A1", added_by=office, added_at=now)
    inspections.start_scoring(**start)
    toured.refresh_from_db()
    assert (toured.state, toured.sheet.name) == (State.SCORING, "通用")


# 发现问题和好做法


def found_wrong(project, **said):
    said = {"kind": "CONSTRUCTION", "title": "围挡破损", "responsible_unit": project.lead_unit} | said
    return Problem(project=project, **{"needed_by": timezone.localdate() + timedelta(days=7)} | said)


def test_what_is_found_wrong_becomes_a_problem_of_the_project_with_a_unit_and_a_day(office, toured, fit, now):
    stop = toured.stops.get(project=fit)
    finding = findings.record(stop=stop, problem=found_wrong(fit), support_units=[], by=office, at=now)
    assert finding.problem.court_unit == fit.lead_unit
    assert Problem.objects.open().get() == finding.problem
    with pytest.raises(IntegrityError), transaction.atomic():
        Finding.objects.filter(pk=finding.pk).update(found_by=None)


def test_nothing_is_found_before_the_buses_leave_nor_of_another_project(office, toured, fit, others, now):
    stop = toured.stops.get(project=fit)
    with pytest.raises(RuleViolation, match="不属于"):
        findings.record(stop=stop, problem=found_wrong(others[0]), support_units=[], by=office, at=now)
    toured.starts_at = now + timedelta(hours=1)
    toured.save(update_fields=["starts_at"])
    with pytest.raises(RuleViolation, match="还没有开始"):
        findings.record(stop=stop, problem=found_wrong(fit), support_units=[], by=office, at=now)


def test_a_good_practice_says_what_and_whom_to_ask_and_is_withdrawn_for_a_reason(office, toured, fit, now):
    stop, words = toured.stops.get(project=fit), {"what": "提前三个月并行报建", "contact": "区住建局 李某 025-1"}
    with pytest.raises(RuleViolation):
        practice_cards.write(stop=stop, title="拿地即开工", what="", contact="", by=office, at=now)
    card = practice_cards.write(stop=stop, title="拿地即开工", by=office, at=now, **words)
    with pytest.raises(RuleViolation, match="写明原因"):
        practice_cards.withdraw(card=card, reason="", by=office, at=now)
    practice_cards.withdraw(card=card, reason="与事实不符", by=office, at=now)
    with pytest.raises(RuleViolation, match="已撤下"):
        practice_cards.withdraw(card=card, reason="再撤", by=office, at=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        PracticeCard.objects.filter(pk=card.pk).update(title="改")


# 数据库


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("inspection_round_both_coordinates", {"origin_longitude": 118}),
        ("inspection_round_is_back_the_same_day", {"return_minutes": 241}),
        ("inspection_round_of_a_quarter", {"quarter": 5}),
        ("inspection_round_cancelled_for_a_reason", {"state": "CANCELLED"}),
        ("inspection_round_locked_by_somebody", {"state": "LOCKED"}),
    ],
)
def test_the_database_refuses_a_round_that_cannot_be(inspection, name, values):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        InspectionRound.objects.filter(pk=inspection.pk).update(**values)


def test_the_database_refuses_a_stop_no_day_has_room_for(office, inspection, fit):
    (stop,) = choose(inspection, fit, by=office)
    with pytest.raises(IntegrityError, match="stop_minutes_fit_in_a_day"), transaction.atomic():
        Stop.objects.filter(pk=stop.pk).update(minutes=1)
