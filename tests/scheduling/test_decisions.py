"""交办、签收、销号、延期、督办: every step is a person's, and the side that gave it alone closes it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from projects.errors import NotAllowed, RuleViolation
from projects.models import AuditEvent
from projects.roles import Role
from scheduling.actions import decisions, extensions, supervision_orders
from scheduling.actions.decisions import Matter
from scheduling.models import Decision, DecisionMove, Notice, SupervisionOrder
from scheduling.supervision import orders_due
from tests.conftest import appoint

pytestmark = [pytest.mark.django_db, pytest.mark.core]

AT = datetime(2026, 3, 2, 1, tzinfo=UTC)
DUE = date(2026, 3, 16)


def later(days):
    return AT + timedelta(days=days)


@pytest.fixture
def matter(project, lead, lead_unit):
    return Matter("三月底前完成剩余房屋征收", lead_unit, DUE, owner_person=lead, project=project)


@pytest.fixture
def decision(matter, office):
    return decisions.instruct(matter=matter, issuing_unit=None, by=office, at=AT)


@pytest.fixture
def in_hand(decision, lead):
    decisions.receive(decision=decision, by=lead, at=AT)
    return decision


@pytest.fixture
def asked(in_hand, lead):
    decisions.ask_to_close(decision=in_hand, evidence="征收协议已签 32 户，腾空交地单见附件", by=lead, at=AT)
    return in_hand


@pytest.fixture
def colleague(government):
    return appoint(Role.OFFICE, government, username="colleague", full_name="陈重点")


def state_of(decision):
    return Decision.objects.get(pk=decision.pk).state


def supervise(decision, by, at=AT, due_on=DUE):
    return supervision_orders.issue(decision=decision, text="请抓紧办理", due_on=due_on, by=by, at=at)


def test_what_is_given_out_is_numbered_by_the_year(matter, office):
    numbers = [decisions.instruct(matter=matter, issuing_unit=None, by=office, at=AT).number for _ in range(2)]
    assert numbers == ["议〔2026〕1号", "议〔2026〕2号"]
    assert AuditEvent.objects.filter(action="decision.assigned").count() == 2


def test_a_matter_goes_from_receipt_to_closing_and_every_step_says_who(decision, lead, office):
    decisions.receive(decision=decision, by=lead, at=later(1))
    decisions.note_progress(decision=decision, text="已签约 20 户", by=lead, at=later(2))
    decisions.ask_to_close(decision=decision, evidence="32 户全部签约，见交地单", by=lead, at=later(3))
    decisions.send_back(decision=decision, reason="尚有 1 户未腾空", by=office, at=later(4))
    decisions.ask_to_close(decision=decision, evidence="已全部腾空", by=lead, at=later(5))
    decisions.close_out(decision=decision, opinion="经现场核实，已落实", by=office, at=later(6))
    told = [(move.get_kind_display(), move.by.full_name) for move in decision.moves.select_related("by")]
    assert told == [
        ("交办", "赵重点"),
        ("签收", "李项目"),
        ("进展", "李项目"),
        ("申请销号", "李项目"),
        ("退回重办", "赵重点"),
        ("申请销号", "李项目"),
        ("销号", "赵重点"),
    ]
    closed = Decision.objects.get()
    assert (closed.state, closed.closed_by, closed.closed_at) == ("CLOSED", office, later(6))


def test_the_reviewer_of_the_owner_unit_receives_for_the_unit(decision, dispatcher):
    decisions.receive(decision=decision, by=dispatcher, at=AT)
    assert state_of(decision) == "IN_HAND"


@pytest.mark.parametrize("who", ["outsider", "office", "leader", "signer"])
def test_the_owner_alone_receives(request, decision, who):
    with pytest.raises(NotAllowed, match="由责任单位"):
        decisions.receive(decision=decision, by=request.getfixturevalue(who), at=AT)


@pytest.mark.parametrize("who", ["lead", "dispatcher", "outsider", "leader", "signer"])
def test_the_issuing_side_alone_closes(request, asked, who):
    with pytest.raises(NotAllowed):
        decisions.close_out(decision=asked, opinion="已落实", by=request.getfixturevalue(who), at=AT)
    assert state_of(asked) == "AWAITING_CHECK"


def test_a_unit_closes_what_it_gave_itself_but_not_who_carries_it_out_or_asked(matter, lead_unit, dispatcher, office):
    own = decisions.instruct(matter=matter, issuing_unit=lead_unit, by=dispatcher, at=AT)
    decisions.receive(decision=own, by=dispatcher, at=AT)
    decisions.ask_to_close(decision=own, evidence="已办结", by=dispatcher, at=AT)
    with pytest.raises(NotAllowed, match="须由交办单位其他人"):
        decisions.close_out(decision=own, opinion="已落实", by=dispatcher, at=AT)
    decisions.close_out(decision=own, opinion="已落实", by=office, at=AT)


def test_a_reviewer_gives_nothing_out_for_the_district_or_another_unit(matter, dispatcher, government):
    for unit in (None, government):
        with pytest.raises(NotAllowed, match="只能以本单位名义"):
            decisions.instruct(matter=matter, issuing_unit=unit, by=dispatcher, at=AT)
    assert not Decision.objects.exists()


def test_it_is_given_to_somebody_who_can_carry_it_out_and_not_for_yesterday(lead_unit, office, leader):
    with pytest.raises(RuleViolation, match="没有办理交办事项的职责"):
        decisions.instruct(matter=Matter("督促", lead_unit, DUE, leader), issuing_unit=None, by=office, at=AT)
    yesterday = Matter("督促", lead_unit, date(2026, 3, 1))
    with pytest.raises(RuleViolation, match="早于今天"):
        decisions.instruct(matter=yesterday, issuing_unit=None, by=office, at=AT)


SILENT = {
    "closing is asked for without evidence": lambda it, lead, office: decisions.ask_to_close(
        decision=it, evidence=" ", by=lead, at=AT
    ),
    "progress without words": lambda it, lead, office: decisions.note_progress(decision=it, text="", by=lead, at=AT),
    "withdrawal without a reason": lambda it, lead, office: decisions.withdraw(
        decision=it, reason="", by=office, at=AT
    ),
}


@pytest.mark.parametrize("act", SILENT.values(), ids=SILENT)
def test_a_step_says_why(in_hand, lead, office, act):
    with pytest.raises(RuleViolation, match="写明"):
        act(in_hand, lead, office)


def test_a_step_in_the_wrong_state_is_refused_in_words(in_hand, lead, office):
    with pytest.raises(RuleViolation, match="现为“办理中”，不能签收"):
        decisions.receive(decision=in_hand, by=lead, at=AT)
    with pytest.raises(RuleViolation, match="现为“办理中”，不能销号"):
        decisions.close_out(decision=in_hand, opinion="已落实", by=office, at=AT)


def test_reopened_it_is_in_hand_again_with_a_new_date_and_its_history(asked, office):
    decisions.close_out(decision=asked, opinion="已落实", by=office, at=AT)
    decisions.reopen(decision=asked, reason="领导复核：道路未通", due_on=date(2026, 4, 1), by=office, at=later(20))
    again = Decision.objects.get()
    assert (again.state, again.due_on, again.original_due_on) == ("IN_HAND", date(2026, 4, 1), DUE)
    assert again.closed_by is None
    assert again.moves.filter(kind=DecisionMove.Kind.CLOSED).exists()


def notices_of(user):
    return [(each.get_kind_display(), each.title) for each in Notice.objects.addressed_to(user).order_by("pk")]


class TestNotices:
    def test_the_person_named_is_told_what_to_do_by_when(self, decision, lead, dispatcher):
        assert notices_of(lead) == [("交办", "议〔2026〕1号请签收，2026-03-16 前办结")]
        assert decision.notices.get().body == "三月底前完成剩余房屋征收"
        assert notices_of(dispatcher) == []

    def test_where_nobody_is_named_the_unit_is(self, lead_unit, dispatcher, lead, office):
        matter = Matter("完成征收", lead_unit, DUE)
        decisions.instruct(matter=matter, issuing_unit=None, by=office, at=AT)
        assert len(notices_of(dispatcher)) == 1
        assert notices_of(lead) == []

    def test_an_order_is_told_to_the_unit(self, in_hand, office, dispatcher):
        order = supervise(in_hand, office)
        assert notices_of(dispatcher) == [("督办", f"{order}请签收，2026-03-16 前回复")]
        assert order.notices.get().body == "请抓紧办理"


class TestChasing:
    def test_it_is_written_down_and_told(self, in_hand, office, lead):
        decisions.chase(decision=in_hand, text="请倒排工期", by=office, at=later(1))
        assert notices_of(lead)[-1] == ("催办", "催办：议〔2026〕1号应于 2026-03-16 前办结")
        assert [(move.kind, move.text) for move in in_hand.moves.all()][-1] == ("CHASED", "请倒排工期")
        assert state_of(in_hand) == "IN_HAND"

    def test_once_a_day_and_again_the_next(self, in_hand, office, colleague):
        decisions.chase(decision=in_hand, by=office, at=AT)
        with pytest.raises(RuleViolation, match="今天已催办"):
            decisions.chase(decision=in_hand, by=colleague, at=AT + timedelta(hours=3))
        decisions.chase(decision=in_hand, by=colleague, at=later(1))
        assert in_hand.moves.filter(kind="CHASED").count() == 2

    def test_the_database_holds_it_to_once_a_day(self, in_hand, office):
        decisions.chase(decision=in_hand, by=office, at=AT)
        second = in_hand.notices.get(kind="URGE")
        second.pk = None
        with pytest.raises(IntegrityError, match=r"notice_urges_a_decision_once_a_day|UNIQUE"), transaction.atomic():
            second.save()

    @pytest.mark.parametrize("who", ["lead", "dispatcher", "leader", "signer", "outsider"])
    def test_by_the_issuing_side_alone(self, request, in_hand, who):
        with pytest.raises(NotAllowed, match="催办由交办单位办理"):
            decisions.chase(decision=in_hand, by=request.getfixturevalue(who), at=AT)

    def test_not_while_it_waits_for_the_issuing_side_itself(self, asked, office):
        with pytest.raises(RuleViolation, match="待审核"):
            decisions.chase(decision=asked, by=office, at=AT)


def test_years_pass_and_nothing_leaves_the_list(in_hand):
    assert list(Decision.objects.overdue(on=date(2036, 1, 1))) == [in_hand]
    assert not Decision.objects.overdue(on=DUE).exists()


class TestExtension:
    @pytest.fixture
    def extension(self, in_hand, lead):
        said = {"proposed_due_on": date(2026, 3, 31), "reason": "汛期停工 8 天"}
        return extensions.ask(decision=in_hand, by=lead, at=AT, **said)

    def test_agreed_it_moves_the_date_and_keeps_the_first(self, extension, office):
        extensions.agree(extension=extension, opinion="仅此一次", by=office, at=AT)
        moved = Decision.objects.get()
        assert (moved.due_on, moved.original_due_on, moved.state) == (date(2026, 3, 31), DUE, "IN_HAND")

    def test_refused_the_date_stands(self, extension, office):
        extensions.refuse(extension=extension, opinion="请倒排工期", by=office, at=AT)
        assert Decision.objects.get().due_on == DUE

    def test_it_is_asked_for_before_the_date(self, in_hand, lead):
        with pytest.raises(RuleViolation, match="须在期限 2026-03-16 之前申请"):
            extensions.ask(decision=in_hand, proposed_due_on=date(2026, 4, 1), reason="x", by=lead, at=later(14))

    def test_one_at_a_time_and_to_a_later_day(self, extension, in_hand, lead):
        with pytest.raises(RuleViolation, match="等待审批"):
            extensions.ask(decision=in_hand, proposed_due_on=date(2026, 4, 1), reason="再延", by=lead, at=AT)
        with pytest.raises(RuleViolation, match="须晚于现行期限"):
            extensions.ask(decision=in_hand, proposed_due_on=DUE, reason="再延", by=lead, at=AT)

    @pytest.mark.parametrize("who", ["lead", "dispatcher", "outsider", "leader"])
    def test_the_owner_side_does_not_grant_it(self, request, extension, who):
        with pytest.raises(NotAllowed):
            extensions.agree(extension=extension, by=request.getfixturevalue(who), at=AT)

    def test_it_waits_for_the_issuing_side(self, extension, in_hand):
        assert list(Decision.objects.awaiting_issuer()) == [in_hand]


class TestSupervision:
    def test_colours_follow_one_another_each_with_its_own_number(self, in_hand, office):
        first = supervise(in_hand, office, at=later(10))
        second = supervise(in_hand, office, at=later(15), due_on=date(2026, 3, 20))
        third = supervise(in_hand, office, at=later(19), due_on=date(2026, 3, 30))
        assert [order.number for order in (first, second, third)] == [
            "蓝督〔2026〕1号",
            "黄督〔2026〕1号",
            "红督〔2026〕1号",
        ]
        with pytest.raises(RuleViolation, match="已发红色督办单"):
            supervise(in_hand, office, at=later(60), due_on=date(2026, 6, 1))

    def test_the_next_colour_waits_for_the_limit_of_the_last(self, in_hand, office):
        supervise(in_hand, office, at=later(10))
        with pytest.raises(RuleViolation, match="期限未过"):
            supervise(in_hand, office, at=later(14))

    def test_what_is_due_is_proposed_and_nothing_is_issued_by_itself(self, in_hand):
        assert orders_due([in_hand], on=date(2026, 3, 4)) == {}
        assert orders_due([in_hand], on=date(2026, 3, 12)) == {in_hand.pk: "BLUE"}
        assert not SupervisionOrder.objects.exists()

    @pytest.mark.parametrize("who", ["lead", "dispatcher", "leader", "signer", "outsider"])
    def test_the_office_alone_issues(self, request, in_hand, who):
        with pytest.raises(NotAllowed, match="由区重点办签发"):
            supervise(in_hand, request.getfixturevalue(who))

    def test_it_is_received_then_answered_by_the_unit(self, in_hand, office, dispatcher, outsider):
        order = supervise(in_hand, office)
        with pytest.raises(RuleViolation, match="请先签收"):
            supervision_orders.reply(order=order, text="已整改", by=dispatcher, at=AT)
        with pytest.raises(NotAllowed):
            supervision_orders.receive(order=order, by=outsider, at=AT)
        supervision_orders.receive(order=order, by=dispatcher, at=AT)
        supervision_orders.reply(order=order, text="3月10日前全部腾空", by=dispatcher, at=AT)
        with pytest.raises(RuleViolation, match="已回复"):
            supervision_orders.reply(order=order, text="再报", by=dispatcher, at=AT)
        assert state_of(in_hand) == "IN_HAND"  # an answer closes nothing


class TestTheDatabase:
    """What the actions promise holds whoever writes."""

    def test_nobody_closes_what_was_not_asked_for(self, in_hand, office):
        with pytest.raises(IntegrityError, match="decision_closed_when_asked_for"), transaction.atomic():
            Decision.objects.update(state="CLOSED", closed_by=office, closed_at=AT)

    def test_the_asker_does_not_close(self, asked, dispatcher):
        with pytest.raises(IntegrityError, match="decision_not_closed_by_its_asker"), transaction.atomic():
            Decision.objects.update(state="CLOSED", close_asked_by=dispatcher, closed_by=dispatcher, closed_at=AT)

    def test_the_owner_does_not_close(self, asked, lead, dispatcher):
        with pytest.raises(IntegrityError, match="decision_not_closed_by_its_owner"), transaction.atomic():
            Decision.objects.update(state="CLOSED", close_asked_by=dispatcher, closed_by=lead, closed_at=AT)

    def test_history_is_not_rewritten(self, in_hand):
        with pytest.raises(DatabaseError, match="不可更改或删除"), transaction.atomic():
            DecisionMove.objects.update(text="改写")
