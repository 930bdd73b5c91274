"""结果运用: proposed, approved by another, told, recorded, put right, re-inspected and closed."""

import pytest

from projects.errors import NotAllowed, RuleViolation
from projects.models import AuditEvent
from projects.roles import Role
from scheduling.actions import measures, rectifications
from scheduling.actions.rectifications import Wanted
from scheduling.models import Measure, MeasureMove, Notice, RectificationItem
from tests.conftest import appoint
from tests.scheduling.measures.cases import (
    NOW,
    approved,
    arrange,
    at,
    fresh,
    history,
    in_days,
    lit,
    proposed,
    record,
    states,
    told,
)

pytestmark = [pytest.mark.django_db, pytest.mark.core]
Kind = MeasureMove.Kind


@pytest.fixture
def colleague(government):
    return appoint(Role.OFFICE, government, username="colleague", full_name="孙复查")


@pytest.fixture
def told_to_improve(project, office, signer):
    return told(project, office, signer, "RECTIFICATION")


# 提出


def test_a_closed_month_proposes_what_its_rules_say_and_sends_nothing(project):
    closing = lit(project, "RED", "RED")
    (new,) = measures.propose_after(closing=closing, at=NOW)
    assert (new.kind, new.state, new.proposed_by, new.rule) == ("INTERVIEW", "PROPOSED", None, "RED_MONTHS:INTERVIEW")
    assert new.reasons.startswith("连续 2 个月亮红灯")
    assert measures.evidence_of(new).code == project.code
    assert not Notice.objects.exists()


def test_asked_twice_it_proposes_once(project):
    closing = lit(project, "RED")
    assert [len(measures.propose_after(closing=closing, at=NOW)) for _ in range(2)] == [1, 0]


def test_what_was_dismissed_is_not_proposed_again_for_the_same_month(project, signer):
    closing = lit(project, "RED", "RED")
    (new,) = measures.propose_after(closing=closing, at=NOW)
    measures.dismiss(measure=new, note="用地未交，非项目方责任", by=signer, at=NOW)
    assert not measures.propose_after(closing=closing, at=NOW)


def test_a_measure_that_is_open_is_followed_only_by_a_stronger_one(project, office, signer):
    approved(project, office, signer, "RECTIFICATION")
    assert not measures.propose_after(closing=lit(project, "RED", "RED"), at=NOW)


def test_an_open_reminder_does_not_keep_an_interview_from_being_proposed(project, office, signer):
    approved(project, office, signer, "REMINDER")
    assert [each.kind for each in measures.propose_after(closing=lit(project, "RED", "RED"), at=NOW)] == ["INTERVIEW"]


def test_a_project_that_goes_well_is_proposed_for_praise(project):
    assert [each.kind for each in measures.propose_after(closing=lit(project, *["GREEN"] * 6), at=NOW)] == [
        "COMMENDATION"
    ]


def test_a_paused_project_is_left_alone(project):
    assert not measures.propose_after(closing=lit(project, "RED", "PAUSED"), at=NOW)


def test_a_broken_undertaking_proposes_the_next_level_and_names_what_it_follows(project, office, signer):
    measure = told(project, office, signer)
    record(measure, office)
    RectificationItem.objects.update(due_on=in_days(-1))
    (new,) = measures.propose_after(closing=lit(project, "BLUE"), at=NOW)
    assert (new.kind, new.follows, new.rule) == ("RECTIFICATION", measure, "BROKEN_UNDERTAKINGS:ABOVE")


def test_the_office_proposes_in_its_own_words_with_the_same_evidence(project, office):
    new = proposed(project, office)
    assert (new.proposed_by, new.rule) == (office, "")
    assert measures.evidence_of(new).name == project.name
    assert AuditEvent.objects.filter(action="measure.proposed").exists()


@pytest.mark.parametrize("who", ["lead", "dispatcher", "signer", "leader", "outsider"])
def test_nobody_else_proposes(who, project, request):
    with pytest.raises(NotAllowed):
        proposed(project, request.getfixturevalue(who))


def test_the_same_is_not_proposed_twice_at_once(project, office):
    proposed(project, office)
    with pytest.raises(RuleViolation, match="不能重复提出"):
        proposed(project, office)


# 审定


def test_it_is_approved_by_who_signs(project, office, signer):
    measure = approved(project, office, signer)
    assert (measure.state, measure.decided_by) == ("APPROVED", signer)


@pytest.mark.parametrize("who", ["office", "lead", "dispatcher", "leader", "outsider"])
def test_nobody_else_approves(who, project, office, request):
    with pytest.raises(NotAllowed):
        measures.approve(measure=proposed(project, office), kind="INTERVIEW", by=request.getfixturevalue(who), at=NOW)


def test_the_level_is_changed_for_a_reason_only(project, office, signer):
    measure = proposed(project, office)
    with pytest.raises(RuleViolation, match="须写明原因"):
        measures.approve(measure=measure, kind="REMINDER", by=signer, at=NOW)
    measures.approve(measure=measure, kind="REMINDER", note="首次滞后，先提醒", by=signer, at=NOW)
    measure = fresh(measure)
    assert (measure.kind, measure.proposed_kind, history(measure)) == (
        "REMINDER",
        "INTERVIEW",
        [Kind.PROPOSED, Kind.LEVEL_CHANGED],
    )


def test_blame_is_not_turned_into_praise(project, office, signer):
    with pytest.raises(RuleViolation, match="不能由督促问效改为表扬支持"):
        measures.approve(measure=proposed(project, office), kind="REWARD", note="改", by=signer, at=NOW)


def test_dismissing_takes_a_reason(project, office, signer):
    with pytest.raises(RuleViolation, match="须写明原因"):
        measures.dismiss(measure=proposed(project, office), note=" ", by=signer, at=NOW)


def test_what_is_approved_may_be_withdrawn_until_it_is_told(project, office, signer):
    measure = approved(project, office, signer)
    measures.withdraw(measure=measure, note="已整改到位", by=signer, at=NOW)
    assert fresh(measure).state == "DISMISSED"
    with pytest.raises(RuleViolation):
        measures.withdraw(measure=told(project, office, signer), note="改", by=signer, at=NOW)


# 提醒


def test_a_reminder_is_a_notice_to_the_unit_that_explains_and_then_it_is_closed(project, office, signer, dispatcher):
    measure = approved(project, office, signer, "REMINDER")
    notice = measures.remind(measure=measure, text="请查明原因", due_on=in_days(7), by=office, at=NOW)
    assert (notice.unit, notice.kind, fresh(measure).state) == (project.lead_unit, "MEASURE", "NOTIFIED")
    measures.answer(measure=measure, text="已增派人手", by=dispatcher, at=at(1))
    measures.close(measure=measure, outcome="进度已恢复", by=office, at=at(2))
    assert fresh(measure).state == "CLOSED"
    assert history(measure)[-3:] == [Kind.TOLD, Kind.ANSWERED, Kind.CLOSED]


# 约谈


def test_an_interview_is_arranged_told_held_and_leaves_undertakings(project, office, signer, lead, colleague):
    measure = told(project, office, signer)
    assert measure.state == "NOTIFIED"
    record(measure, office, Wanted("封顶", in_days(20)), Wanted("报周计划", in_days(5)))
    measure = fresh(measure)
    assert (measure.state, measure.due_on, measure.items.count()) == ("UNDER_WAY", in_days(20), 2)
    for item in measure.items.all():
        rectifications.hand_in(item=item, report="已完成", by=lead, at=at(4))
        rectifications.close_item(item=item, opinion="现场复查，属实", by=colleague, at=at(5))
    measures.close(measure=measure, outcome="承诺事项全部兑现", by=office, at=at(6))
    assert fresh(measure).state == "CLOSED"


def test_an_interview_without_an_undertaking_is_no_interview(project, office, signer):
    measure = told(project, office, signer)
    with pytest.raises(RuleViolation, match="承诺事项"):
        rectifications.record(
            measure=measure,
            held_at=at(2),
            attendees="",
            demands="抓紧",
            explanation="好的",
            undertakings=[],
            by=office,
            at=at(3),
        )


def test_it_is_arranged_for_a_day_to_come_and_recorded_once_it_was_held(project, office, signer):
    measure = approved(project, office, signer)
    with pytest.raises(RuleViolation, match="晚于现在"):
        arrange(measure, office, held_at=at(-1))
    arrange(measure, office)
    measures.tell(measure=measure, number="×重点督〔2026〕1号", by=office, at=NOW)
    with pytest.raises(RuleViolation, match="约谈之后"):
        rectifications.record(
            measure=measure,
            held_at=at(2),
            attendees="",
            demands="抓紧",
            explanation="好",
            undertakings=[Wanted("封顶", in_days(20))],
            by=office,
            at=at(1),
        )


def test_it_is_not_closed_before_it_was_held(project, office, signer):
    with pytest.raises(RuleViolation):
        measures.close(measure=told(project, office, signer), outcome="好", by=office, at=NOW)


# 整改


def test_an_item_is_handed_in_by_its_unit_and_inspected_by_another(told_to_improve, dispatcher, office, outsider):
    item = told_to_improve.items.get()
    with pytest.raises(NotAllowed):
        rectifications.hand_in(item=item, report="已完成", by=outsider, at=NOW)
    rectifications.hand_in(item=item, report="已完成", by=dispatcher, at=NOW)
    with pytest.raises(NotAllowed):
        rectifications.close_item(item=item, opinion="属实", by=dispatcher, at=NOW)
    rectifications.send_back(item=item, opinion="只到场一台", by=office, at=NOW)
    assert (fresh(item).state, fresh(item).report) == ("OPEN", "")
    rectifications.hand_in(item=item, report="第二台已到场", by=dispatcher, at=NOW)
    rectifications.close_item(item=item, opinion="属实", by=office, at=NOW)
    assert fresh(item).state == "CLOSED"


def test_a_measure_is_not_closed_while_an_item_is_open(told_to_improve, office):
    with pytest.raises(RuleViolation, match="还有 1 项"):
        measures.close(measure=told_to_improve, outcome="好", by=office, at=NOW)


def test_what_is_not_put_right_goes_up_and_ends_once_the_next_is_approved(told_to_improve, project, office, signer):
    new = measures.escalate(measure=told_to_improve, reasons="塔吊未进场", by=office, at=NOW)
    assert (new.kind, new.follows, fresh(told_to_improve).state) == ("LISTED_SUPERVISION", told_to_improve, "UNDER_WAY")
    with pytest.raises(RuleViolation, match="已提出升级"):
        measures.escalate(measure=told_to_improve, reasons="塔吊未进场", by=office, at=NOW)
    measures.approve(measure=new, kind=new.kind, by=signer, at=NOW)
    assert (fresh(told_to_improve).state, told_to_improve.items.get().state) == ("CLOSED", "ESCALATED")


def test_a_dismissed_escalation_leaves_the_measure_in_force(told_to_improve, office, signer):
    new = measures.escalate(measure=told_to_improve, reasons="塔吊未进场", by=office, at=NOW)
    measures.dismiss(measure=new, note="已签进场合同", by=signer, at=NOW)
    assert fresh(told_to_improve).state == "UNDER_WAY"
    assert measures.escalate(measure=told_to_improve, reasons="仍未进场", by=office, at=NOW)


# 表扬


def test_praise_ends_with_its_paper_and_support_with_what_was_given(project, office, signer):
    assert told(project, office, signer, "COMMENDATION").state == "CLOSED"
    reward = told(project, office, signer, "REWARD")
    measures.close(measure=reward, outcome="奖金已拨付", by=office, at=NOW)
    assert ("REWARD", "CLOSED") in states()


# 看得见的


@pytest.mark.parametrize(
    ("who", "before", "after"),
    [("dispatcher", 0, 1), ("lead", 0, 1), ("outsider", 0, 0), ("leader", 1, 1), ("office", 1, 1)],
)
def test_a_unit_sees_what_it_was_told_and_nothing_before(who, before, after, project, request):
    office, signer = request.getfixturevalue("office"), request.getfixturevalue("signer")
    user = request.getfixturevalue(who)
    measure = approved(project, office, signer, "REMINDER")
    assert Measure.objects.visible_to(user).count() == before
    measures.remind(measure=measure, text="请查明原因", due_on=in_days(7), by=office, at=NOW)
    assert Measure.objects.visible_to(user).count() == after


def test_what_is_overdue_is_asked_of_its_items(told_to_improve):
    assert not Measure.objects.overdue(on=in_days(10))
    assert Measure.objects.overdue(on=in_days(11)).get() == told_to_improve
