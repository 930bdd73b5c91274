"""问题和协调: who may do what about a problem, and what is left of it in the history."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from projects.errors import NotAllowed, RuleViolation
from projects.models import AuditEvent
from scheduling.actions import problem_closings, problem_requests, problems
from scheduling.models import EscalationLevel, EscalationRule, Problem, ProblemMove, ProblemRequest
from tests.factories import MilestoneFactory
from tests.scheduling.problems.cases import NOW, ask, ask_to_close, close, fresh, history, in_days, raise_it

pytestmark = [pytest.mark.django_db, pytest.mark.core]
Kind, State = ProblemMove.Kind, Problem.State


class TestRaising:
    @pytest.mark.parametrize("who", ["lead", "dispatcher", "office"])
    def test_it_begins_on_the_projects_level_with_the_unit_that_answers_for_it(self, request, project, who):
        by = request.getfixturevalue(who)
        problem = fresh(raise_it(project, by))
        assert (problem.level, problem.court_unit, problem.state) == (1, project.lead_unit, State.OPEN)
        assert history(problem) == [Kind.RAISED]
        assert AuditEvent.objects.get(action="problem.raised").by == by

    @pytest.mark.parametrize("who", ["outsider", "leader", "signer"])
    def test_others_do_not_raise_it(self, request, project, who):
        with pytest.raises(NotAllowed):
            raise_it(project, request.getfixturevalue(who))

    def test_it_is_needed_by_a_day_still_to_come(self, project, lead):
        with pytest.raises(RuleViolation, match="早于今天"):
            raise_it(project, lead, needed_by=in_days(-1))

    def test_it_delays_a_milestone_of_its_own_project_by_some_days(self, project, lead):
        own = MilestoneFactory(project=project)
        assert raise_it(project, lead, milestone=own, effect_days=12).effect_days == 12
        with pytest.raises(RuleViolation, match="不属于本项目"):
            raise_it(project, lead, milestone=MilestoneFactory(), effect_days=12)
        with pytest.raises(RuleViolation, match="选择影响的节点"):
            raise_it(project, lead, effect_days=12)


class TestAmending:
    def test_what_changed_is_in_the_log(self, problem, lead, land):
        problem.title = "北侧两户尚未腾空"
        problems.amend(problem=problem, support_units=[land.unit], by=lead, at=NOW)
        assert fresh(problem).title == "北侧两户尚未腾空"
        assert AuditEvent.objects.get(action="problem.amended").changes == {
            "问题": ["北侧地块尚未交付", "北侧两户尚未腾空"],
            "配合单位": [None, "区自然资源局"],
        }

    def test_nothing_changed_is_nothing_to_save(self, problem, lead):
        with pytest.raises(RuleViolation, match="没有改动"):
            problems.amend(problem=problem, support_units=[], by=lead, at=NOW)

    def test_the_unit_that_has_it_in_hand_does_not_amend_it(self, problem, lead, land):
        ask(problem, land, lead)
        with pytest.raises(NotAllowed):
            problems.amend(problem=problem, support_units=[], by=land.reviewer, at=NOW)


class TestTelling:
    @pytest.mark.parametrize("who", ["lead", "dispatcher", "office", "supporter"])
    def test_whoever_works_on_it_tells_how_it_goes(self, request, project, lead, land, who):
        problem = raise_it(project, lead, support=[land.unit])
        by = land.reviewer if who == "supporter" else request.getfixturevalue(who)
        problems.note(problem=problem, text="已约谈两户", by=by, at=NOW)
        assert history(problem) == [Kind.RAISED, Kind.NOTED]

    def test_others_have_nothing_to_tell(self, problem, outsider):
        with pytest.raises(NotAllowed):
            problems.note(problem=problem, text="与我无关", by=outsider, at=NOW)


class TestHandingOver:
    def test_the_days_begin_anew_with_the_next_unit(self, problem, lead, land):
        later = NOW + timedelta(days=1)
        problems.hand_over(problem=problem, to=land.unit, text="属用地审批", by=lead, at=later)
        problem = fresh(problem)
        assert (problem.court_unit, problem.court_since, problem.level) == (land.unit, later, 1)

    def test_it_is_not_handed_to_whom_has_it(self, problem, lead):
        with pytest.raises(RuleViolation, match="请选择其他单位"):
            problems.hand_over(problem=problem, to=problem.court_unit, text="请办理", by=lead, at=NOW)

    def test_a_unit_that_does_not_have_it_hands_nothing_over(self, problem, land, water):
        with pytest.raises(NotAllowed):
            problems.hand_over(problem=problem, to=water.unit, text="请办理", by=land.reviewer, at=NOW)


class TestRequests:
    def test_asked_a_department_has_it_in_hand(self, problem, lead, land):
        asked = ask(problem, land, lead)
        assert fresh(problem).court_unit == land.unit
        assert list(ProblemRequest.objects.unanswered()) == [asked]

    def test_a_department_is_asked_one_thing_at_a_time(self, problem, lead, land):
        ask(problem, land, lead)
        with pytest.raises(RuleViolation, match="请待其答复"):
            ask(problem, land, lead)

    def test_accepted_it_stays_there_with_a_promised_day(self, problem, lead, land):
        asked = ask(problem, land, lead)
        said = {"answer": "下周完成交地", "promised_on": in_days(9)}
        problem_requests.accept(request=asked, by=land.reviewer, at=NOW, **said)
        asked.refresh_from_db()
        assert (asked.outcome, asked.promised_on) == ("ACCEPTED", in_days(9))
        assert fresh(problem).court_unit == land.unit

    def test_refused_it_goes_back_to_the_unit_responsible(self, problem, lead, land):
        asked = ask(problem, land, lead)
        problem_requests.refuse(request=asked, answer="不属我局职责", by=land.reviewer, at=NOW)
        assert fresh(problem).court_unit == problem.responsible_unit

    def test_refused_by_the_unit_responsible_it_goes_to_the_lead_unit(self, project, lead, land):
        problem = raise_it(project, lead, responsible_unit=land.unit)
        problem_requests.refuse(request=ask(problem, land, lead), answer="不属我局职责", by=land.reviewer, at=NOW)
        assert fresh(problem).court_unit == project.lead_unit

    def test_transferred_it_is_asked_anew_of_the_other(self, problem, lead, land, water):
        asked = ask(problem, land, lead)
        said = {"to": water.unit, "answer": "涉河道蓝线", "answer_due_on": in_days(5)}
        news = problem_requests.transfer(request=asked, by=land.reviewer, at=NOW, **said)
        assert (news.transferred_from, news.question) == (asked, asked.question)
        assert fresh(problem).court_unit == water.unit
        assert history(problem) == [Kind.RAISED, Kind.ASKED, Kind.ANSWERED, Kind.ASKED]

    @pytest.mark.parametrize("who", ["lead", "dispatcher", "outsider", "office"])
    def test_only_the_department_answers(self, request, problem, lead, land, who):
        asked = ask(problem, land, lead)
        with pytest.raises(NotAllowed):
            problem_requests.refuse(request=asked, answer="代答", by=request.getfixturevalue(who), at=NOW)

    def test_nobody_answers_the_own_question(self, project, land, lead):
        problem = raise_it(project, lead, responsible_unit=land.unit)
        asked = ask(problem, land, land.reviewer)
        with pytest.raises(NotAllowed, match="不能答复自己"):
            problem_requests.refuse(request=asked, answer="不属我局职责", by=land.reviewer, at=NOW)

    def test_it_is_answered_once(self, problem, lead, land):
        asked = ask(problem, land, lead)
        problem_requests.refuse(request=asked, answer="不属我局职责", by=land.reviewer, at=NOW)
        with pytest.raises(RuleViolation, match="已由许用地答复"):
            problem_requests.refuse(request=asked, answer="再答", by=land.reviewer, at=NOW)

    def test_it_is_overdue_from_the_day_after_the_limit(self, problem, lead, land):
        ask(problem, land, lead, due=in_days(5))
        assert not ProblemRequest.objects.overdue(on=in_days(5))
        assert ProblemRequest.objects.overdue(on=in_days(6))


class TestClosing:
    @pytest.fixture
    def solved(self, problem, lead, land):
        """Raised by the lead, said to be solved by the department that has it in hand."""
        problems.hand_over(problem=problem, to=land.unit, text="请办理", by=lead, at=NOW)
        ask_to_close(problem, land.reviewer)
        return problem

    @pytest.mark.parametrize("who", ["lead", "dispatcher"])
    def test_the_askers_side_closes_it(self, request, solved, who):
        close(solved, request.getfixturevalue(who))
        assert (fresh(solved).state, fresh(solved).closed_by) == (State.CLOSED, request.getfixturevalue(who))
        assert history(solved)[-2:] == [Kind.CLOSE_ASKED, Kind.CLOSED]

    @pytest.mark.parametrize("who", ["outsider", "leader"])
    def test_nobody_else_does(self, request, solved, who):
        with pytest.raises(NotAllowed):
            close(solved, request.getfixturevalue(who))

    def test_whoever_asked_to_close_it_does_not_close_it(self, problem, lead, dispatcher):
        ask_to_close(problem, lead)
        with pytest.raises(NotAllowed, match="不能自己确认"):
            close(problem, lead)
        close(problem, dispatcher)

    def test_it_is_not_closed_unasked(self, problem, lead):
        with pytest.raises(RuleViolation, match="没有等待确认"):
            close(problem, lead)

    def test_it_is_not_closed_over_an_unanswered_request(self, problem, lead, land):
        ask(problem, land, lead)
        with pytest.raises(RuleViolation, match="尚未答复"):
            ask_to_close(problem, lead)

    def test_while_it_waits_for_the_word_nothing_else_is_done(self, solved, lead):
        with pytest.raises(RuleViolation, match="正等提出人确认"):
            problems.note(problem=solved, text="还在办", by=lead, at=NOW)

    def test_refused_it_is_worked_on_again_where_it_was(self, solved, lead, land):
        later = NOW + timedelta(days=2)
        problem_closings.refuse_close(problem=solved, text="仍有一户未腾空", by=lead, at=later)
        problem = fresh(solved)
        assert (problem.state, problem.court_unit, problem.court_since) == (State.OPEN, land.unit, later)

    def test_reopened_it_keeps_its_history(self, solved, lead, land):
        close(solved, lead)
        problem_closings.reopen(problem=solved, text="农户返迁", by=lead, at=NOW + timedelta(days=9))
        problem = fresh(solved)
        assert (problem.state, problem.closed_by, problem.court_unit) == (State.OPEN, None, land.unit)
        assert history(problem) == [Kind.RAISED, Kind.HANDED_OVER, Kind.CLOSE_ASKED, Kind.CLOSED, Kind.REOPENED]

    def test_others_do_not_reopen_it(self, solved, lead, outsider):
        close(solved, lead)
        with pytest.raises(NotAllowed):
            problem_closings.reopen(problem=solved, text="又出现", by=outsider, at=NOW)


@pytest.mark.parametrize("missing", ["", "  "])
def test_every_word_that_decides_has_its_reason(problem, lead, dispatcher, missing):
    with pytest.raises(RuleViolation):
        problem_closings.ask_to_close(problem=problem, evidence=missing, by=lead, at=NOW)
    ask_to_close(problem, lead)
    with pytest.raises(RuleViolation):
        problem_closings.refuse_close(problem=problem, text=missing, by=dispatcher, at=NOW)


class TestTheDatabase:
    @pytest.mark.parametrize(
        ("change", "name"),
        [
            ({"state": "CLOSED"}, "problem_closed_by_somebody"),
            ({"effect_days": 3}, "problem_delays_a_milestone"),
            ({"level": 5}, "problem_level_on_the_ladder"),
        ],
    )
    def test_it_refuses_what_no_problem_can_be(self, problem, change, name):
        with pytest.raises(IntegrityError, match=name):
            Problem.objects.filter(pk=problem.pk).update(**change)

    def test_a_request_is_not_answered_by_its_asker(self, problem, lead, land):
        asked = ask(problem, land, lead)
        said = {"outcome": "REFUSED", "answer": "否", "answered_at": NOW, "answered_by": lead}
        with pytest.raises(IntegrityError, match="problem_request_not_answered_by_its_asker"):
            ProblemRequest.objects.filter(pk=asked.pk).update(**said)

    def test_clocks_only_propose(self, problem):
        said = {"problem": problem, "kind": Kind.CLOSED, "level": 1, "at": NOW}
        with pytest.raises(IntegrityError, match="problem_move_clocks_only_propose"):
            ProblemMove.objects.create(**said)

    def test_the_history_is_never_altered(self, problem):
        with pytest.raises(DatabaseError), transaction.atomic():
            problem.moves.update(text="改写")
        with pytest.raises(DatabaseError), transaction.atomic():
            problem.moves.all().delete()

    def test_the_top_has_no_limit(self):
        with pytest.raises(IntegrityError, match="escalation_rule_below_the_top"):
            EscalationRule.objects.create(level=EscalationLevel.DISTRICT_HEAD, effective_on=NOW, limit_workdays=5)
