"""考核: from the facts of a half-year to what is published, and what nobody may alter afterwards."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from projects.actions import key_projects
from projects.errors import NotAllowed, RuleViolation
from projects.models import Responsibility
from projects.roles import Role
from scheduling.actions import appeals, assessment_schemes, assessments
from scheduling.models import Appeal, Assessment, AssessmentRevision, BonusMalus, ManualScore, Notice, SubjectScore
from scheduling.score_indicators import Kind
from scheduling.score_presets import AGENCIES, HUNDRED, PEOPLE
from scheduling.terms import Term, shares
from tests.conftest import appoint
from tests.factories import KeyProjectFactory, UnitFactory, suspend
from tests.scheduling.assessments.cases import (
    FROM,
    NOW,
    UNTIL,
    adopted,
    begun,
    corrected,
    item,
    node,
    planned,
    reported,
    started,
)

pytestmark = [pytest.mark.django_db, pytest.mark.core]

LATER = NOW + timedelta(days=10)


@pytest.fixture(autouse=True)
def after_the_half_year():
    with time_machine.travel(NOW) as clock:
        yield clock


@pytest.fixture
def half_year(project, office, signer, lead, dispatcher):
    """Half of what was planned by the end of June was done; started in time; one of two nodes was late."""
    planned(project, office=office, signer=signer)
    started(project, date(2026, 3, 9))
    version = reported(project, date(2026, 6, 10), "300", lead, dispatcher)
    node(project, date(2026, 4, 1), date(2026, 4, 1))
    node(project, date(2026, 5, 1), date(2026, 5, 8))
    return version


@pytest.fixture
def run(half_year, office, signer):
    return begun(adopted(office, signer), office)


def score_of(run, subject):
    return SubjectScore.objects.of_last_revision().get(assessment=run, unit=subject)


def reckoned_again(run, office, at=NOW):
    assessments.reckon(assessments.ask_again(assessment=run, reason="更正", by=office, at=at))


def test_a_unit_is_scored_by_what_its_projects_did(run, lead_unit, project):
    found = score_of(run, lead_unit)
    investment, start, nodes = (item(found, key) for key in ("investment", "start", "nodes"))
    assert [Decimal(each["value"]) for each in (investment, start, nodes)] == [50, 100, 50]
    assert item(found, "finish")["absent"] == "没有应竣工项目"
    assert found.pool == "部门"
    assert found.total == sum(Decimal(each["points"]) for each in found.breakdown["items"])


def test_the_facts_behind_every_point_come_to_its_value(run, lead_unit, project):
    for each in score_of(run, lead_unit).breakdown["items"]:
        if not each["absent"] and each["below"]:
            assert sum(Fraction(fact[2]) for fact in each["facts"]) == Fraction(each["above"])
            assert sum(Fraction(fact[3]) for fact in each["facts"]) == Fraction(each["below"])
            assert {fact[0] for fact in each["facts"]} == {project.pk}


def test_reckoned_anew_as_known_then_it_is_the_same_to_the_last_digit(run, half_year, office, lead_unit):
    first = run.revisions.get()
    with time_machine.travel(LATER):
        corrected(half_year, "600")
        assert assessments.digest_again(first) == first.digest
        reckoned_again(run, office, LATER)
        second = run.revisions.latest("number")
    assert second.digest != first.digest
    assert Decimal(item(score_of(run, lead_unit), "investment")["value"]) == 100
    assert assessments.digest_again(first) == first.digest


def test_a_change_of_lead_in_mid_month_splits_the_month_by_days(half_year, project, office, signer):
    lead = project.responsible_person
    successor = appoint(Role.PROJECT_LEAD, project.lead_unit, username="lead2", full_name="后任")
    project.responsible_person = successor
    said = {"support_units": [], "seen": key_projects.edition(type(project).objects.get(pk=project.pk))}
    key_projects.amend(project=project, **said, since=date(2026, 6, 11), by=office, at=NOW)
    run = begun(adopted(office, signer, scheme=PEOPLE, kind=Kind.PERSON), office)
    first, second = (SubjectScore.objects.get(assessment=run, person=who) for who in (lead, successor))
    shares_of = [item(each, "investment") for each in (first, second)]
    assert [Fraction(each["above"]) for each in shares_of] == [100, 200], "10 and 20 of the 30 days of June"
    assert [Fraction(each["below"]) for each in shares_of] == [500 + Fraction(100, 3), Fraction(200, 3)]
    assert item(first, "nodes")["below"] == "2"
    assert item(second, "nodes")["absent"] == "没有到期节点"
    assert {first.rank, second.rank} == {None}, "single officials are never ranked"


def test_who_answered_as_known_then_is_not_changed_by_a_later_hand_over(half_year, project, office, signer, lead):
    run = begun(adopted(office, signer, scheme=PEOPLE, kind=Kind.PERSON), office)
    first = run.revisions.get()
    with time_machine.travel(LATER):
        project.responsible_person = None
        seen = key_projects.edition(type(project).objects.get(pk=project.pk))
        key_projects.amend(project=project, support_units=[], seen=seen, since=date(2026, 2, 1), by=office, at=LATER)
        assert Responsibility.objects.get().responsible_person == lead
        assert assessments.digest_again(first) == first.digest


def test_a_hand_over_lies_neither_ahead_nor_before_the_last(project, office):
    def hand_over(since):
        project.responsible_person = None if project.responsible_person else office
        seen = key_projects.edition(type(project).objects.get(pk=project.pk))
        key_projects.amend(project=project, support_units=[], seen=seen, since=since, by=office, at=NOW)

    with pytest.raises(RuleViolation, match="晚于今天"):
        hand_over(date(2026, 7, 11))
    project.refresh_from_db()
    hand_over(date(2026, 7, 1))
    with pytest.raises(RuleViolation, match="不能早于上一次交接"):
        hand_over(date(2026, 6, 1))


def test_the_days_of_a_stretch_are_divided_whole():
    terms = [Term(date(2026, 6, 10), 1, 7, None), Term(date(2026, 6, 20), 1, 8, None), Term(date.max, 2, 7, None)]
    found = shares(terms, since=date(2026, 6, 1), until=date(2026, 6, 30))
    assert [each.days for each in found] == [10, 10, 10]
    assert sum(each.part for each in found) == 1


def test_a_pause_that_was_approved_takes_the_project_out(half_year, project, office, signer, lead_unit):
    suspend(project, date(2026, 6, 1), office, excused_by=office)
    found = score_of(begun(adopted(office, signer), office), lead_unit)
    assert (found.rank, found.total) == (None, None)
    assert "停缓建" in found.breakdown["excused"]


def test_units_are_ranked_with_their_like(half_year, office, signer, lead, dispatcher):
    towns = [UnitFactory(kind="TOWN") for _turn in range(3)]
    for turn, town in enumerate(towns):
        place = KeyProjectFactory(lead_unit=town, responsible_person=lead)
        node(place, date(2026, 4, 1), date(2026, 4, 1 + turn % 2))
    run = begun(adopted(office, signer), office)
    assert [score_of(run, town).rank for town in towns] == [1, 3, 1]
    assert SubjectScore.objects.get(assessment=run, pool="部门").rank is None, "alone nobody is ranked"


def test_points_by_hand_and_bonuses_count_from_the_next_reckoning(run, office, signer, lead_unit):
    before = score_of(run, lead_unit).total
    said = {"assessment": run, "subject": lead_unit, "by": office}
    bonus = assessments.add_bonus(
        points=Decimal(3), reason="省级表彰", evidence="省发〔2026〕3号", at=timezone.now(), **said
    )
    assert "加减分" in assessments.what_changed_since(run.revisions.latest("number"))
    reckoned_again(run, office)
    assert score_of(run, lead_unit).total == before + 3
    assessments.withdraw_bonus(bonus=bonus, reason="重复登记", by=office, at=timezone.now())
    reckoned_again(run, office)
    assert score_of(run, lead_unit).total == before


def test_only_what_is_given_by_hand_is_given_by_hand(run, half_year, office, signer, lead_unit):
    said = {"subject": lead_unit, "points": Decimal(8), "evidence": "测评表", "by": office}
    with pytest.raises(RuleViolation, match="不由人工评定"):
        assessments.give(assessment=run, item="investment", **said)
    agencies = begun(adopted(office, signer, scheme=AGENCIES, kind=Kind.AGENCY), office)
    assessments.give(assessment=agencies, item="service", **said)
    with pytest.raises(RuleViolation, match="0 至 10 分"):
        assessments.give(assessment=agencies, item="service", **said | {"points": Decimal(11)})
    assert ManualScore.objects.current().get().points == 8


def opened(run, office):
    assessments.open_appeals(assessment=run, until=date(2026, 7, 15), by=office, at=NOW)
    return Assessment.objects.select_related("scheme").get(pk=run.pk)


def test_from_preview_through_appeal_and_correction_to_what_is_published(run, office, signer, dispatcher, lead_unit):
    run = opened(run, office)
    appeal = appeals.make(assessment=run, unit=lead_unit, item="nodes", text="节点已完成", by=dispatcher, at=NOW)
    with pytest.raises(RuleViolation, match="申诉期到"):
        assessments.publish(assessment=run, by=signer, at=NOW)
    with pytest.raises(RuleViolation, match="1 件申诉没有答复"):
        assessments.publish(assessment=run, by=signer, at=LATER)
    appeals.answer(appeal=appeal, outcome=Appeal.Outcome.UPHELD, text="核实属实", by=office, at=timezone.now())
    with time_machine.travel(LATER):
        with pytest.raises(RuleViolation, match="申诉予以更正"):
            assessments.publish(assessment=run, by=signer, at=LATER)
        reckoned_again(run, office, LATER)
        assessments.publish(assessment=run, by=signer, at=LATER)
    run.refresh_from_db()
    assert (run.state, run.published_by) == (Assessment.State.FINAL, signer)
    with pytest.raises(RuleViolation, match="已公布"):
        assessments.ask_again(assessment=run, reason="再算", by=office, at=LATER)


def test_a_unit_is_told_of_its_score_shown_for_appeal_and_of_the_result(run, office, signer, lead_unit):
    run = opened(run, office)
    with time_machine.travel(LATER):
        assessments.publish(assessment=run, by=signer, at=LATER)
    shown, final = Notice.objects.filter(kind=Notice.Kind.ASSESSMENT, unit=lead_unit).order_by("issued_at")
    assert "请于 2026-07-15 前" in shown.body
    assert "名" not in shown.body
    assert final.body.startswith("得分 65.38")
    assert final.url == f"/assessments/{run.pk}/scores/{SubjectScore.objects.get(unit=lead_unit).pk}/"


def test_a_person_is_told_by_name(half_year, lead, office, signer):
    opened(begun(adopted(office, signer, scheme=PEOPLE, kind=Kind.PERSON), office), office)
    notice = Notice.objects.get(kind=Notice.Kind.ASSESSMENT)
    assert (notice.user, notice.unit) == (lead, lead.posts.get().unit)


def test_who_prepared_a_result_does_not_publish_it(run, office, signer):
    run = opened(run, office)
    Assessment.objects.filter(pk=run.pk).update(prepared_by=signer)
    with pytest.raises(RuleViolation, match="编制人"):
        assessments.publish(assessment=run, by=signer, at=LATER)
    with pytest.raises(NotAllowed):
        assessments.publish(assessment=run, by=office, at=LATER)


def test_an_appeal_is_made_by_the_unit_itself_in_the_window(run, office, dispatcher, outsider, lead_unit):
    said = {"unit": lead_unit, "item": "", "text": "请复核"}
    with pytest.raises(RuleViolation, match="不在申诉期内"):
        appeals.make(assessment=run, **said, by=dispatcher, at=NOW)
    run = opened(run, office)
    with pytest.raises(NotAllowed):
        appeals.make(assessment=run, **said, by=outsider, at=NOW)
    with pytest.raises(RuleViolation, match="不在申诉期内"):
        appeals.make(assessment=run, **said, by=dispatcher, at=LATER)
    made = appeals.make(assessment=run, **said, by=dispatcher, at=NOW)
    with pytest.raises(RuleViolation, match="不必重复"):
        appeals.make(assessment=run, **said, by=dispatcher, at=NOW)
    with pytest.raises(NotAllowed):
        appeals.answer(appeal=made, outcome=Appeal.Outcome.REFUSED, text="维持", by=dispatcher, at=NOW)


def test_the_database_keeps_what_is_published(run, office, signer, lead_unit):
    assessments.add_bonus(
        assessment=run, subject=lead_unit, points=Decimal(1), reason="表彰", evidence="文号", by=office, at=NOW
    )
    reckoned_again(run, office)
    run = opened(run, office)
    with time_machine.travel(LATER):
        assessments.publish(assessment=run, by=signer, at=LATER)
    for rows, change in [
        (Assessment.objects, {"title": "另一个"}),
        (AssessmentRevision.objects, {"reason": "另一个"}),
        (SubjectScore.objects, {"total": 100}),
        (BonusMalus.objects, {"points": 5}),
    ]:
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**change)
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.all()._raw_delete(rows.db)
    revision = run.revisions.latest("number")
    with pytest.raises(IntegrityError), transaction.atomic():
        SubjectScore.objects.create(
            assessment=run, revision=revision, unit=UnitFactory(), pool="部门", breakdown={}, digest="0" * 64
        )


def test_a_scheme_is_proved_and_adopted_by_another_and_then_stays(office, signer):
    made = assessment_schemes.draft(year=2026, kind=Kind.LEAD, scheme=HUNDRED, by=office, at=NOW)
    with pytest.raises(NotAllowed):
        assessment_schemes.adopt(scheme=made, by=office, at=NOW)
    assessment_schemes.remove_item(scheme=made, place=0, by=office, at=NOW)
    with pytest.raises(RuleViolation, match="权重合计 65 分"):
        assessment_schemes.adopt(scheme=made, by=signer, at=NOW)
    assessment_schemes.put_item(scheme=made, item=HUNDRED.items[0], place=None, by=office, at=NOW)
    assessment_schemes.adopt(scheme=made, by=signer, at=NOW)
    with pytest.raises(RuleViolation, match="已启用"):
        assessment_schemes.remove_item(scheme=made, place=0, by=office, at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        type(made).objects.update(name="另一个")


@pytest.mark.parametrize(
    ("since", "until", "why"),
    [
        pytest.param(date(2026, 1, 2), UNTIL, "整月", id="不从月初"),
        pytest.param(date(2025, 1, 1), date(2025, 6, 30), "2026 年之内", id="别的年份"),
        pytest.param(FROM, date(2026, 7, 31), "还没有结束", id="没有结束"),
    ],
)
def test_only_whole_months_of_the_year_that_are_over_are_assessed(office, signer, since, until, why):
    scheme = adopted(office, signer)
    with pytest.raises(RuleViolation, match=why):
        assessments.begin(scheme=scheme, title="考核", starts_on=since, ends_on=until, by=office, at=NOW)


def test_scores_are_seen_by_whom_they_concern(run, office, signer, request):
    def seen(*cast):
        people = map(request.getfixturevalue, cast)
        return [SubjectScore.objects.visible_to(who).exists() for who in people]

    others = ("dispatcher", "outsider", "lead")
    assert seen("office", "signer", "leader") == [True] * 3
    assert seen(*others) == [False] * 3
    run = opened(run, office)
    assert seen(*others) == [True, False, False]
    with time_machine.travel(LATER):
        assessments.publish(assessment=run, by=signer, at=LATER)
    assert seen(*others) == [True] * 3


def test_the_score_of_a_person_is_nobody_elses_business(half_year, office, signer, request):
    run = opened(begun(adopted(office, signer, scheme=PEOPLE, kind=Kind.PERSON), office), office)
    with time_machine.travel(LATER):
        assessments.publish(assessment=run, by=signer, at=LATER)
    cast = map(request.getfixturevalue, ("lead", "office", "leader", "dispatcher", "outsider"))
    assert [SubjectScore.objects.visible_to(who).count() for who in cast] == [1, 1, 1, 0, 0]
