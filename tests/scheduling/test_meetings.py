"""调度会: exceptions first, what was left open returns by itself, and an issued 会议纪要 is never altered."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import DatabaseError, transaction

from projects import recorded
from projects.errors import NotAllowed, RuleViolation
from projects.models import AuditEvent
from scheduling.actions import agendas, decisions, meetings, standings
from scheduling.actions.decisions import Matter
from scheduling.actions.meetings import Arrangement, Came
from scheduling.models import AgendaItem, Attendance, Decision, Meeting, Problem, ProblemRequest
from tests.factories import KeyProjectFactory, MilestoneFactory, UnitFactory, date_milestone
from tests.scheduling.reporting_samples import project_of, report, week_of

pytestmark = [pytest.mark.django_db, pytest.mark.core]

FRIDAY = datetime(2026, 3, 6, 7, tzinfo=UTC)  # 15:00 in Beijing
DUE = date(2026, 3, 27)
Kind, Presence = AgendaItem.Kind, Attendance.Presence


@pytest.fixture(autouse=True)
def in_that_week():
    with time_machine.travel(FRIDAY):
        yield


def arrangement(chair, held_at=FRIDAY, **said):
    return Arrangement("第10次周调度会", chair, held_at, "区政府三楼会议室", **said)


def call(by, held_at=FRIDAY, *, kind=Meeting.Kind.WEEKLY, unit=None, **said):
    said = arrangement(by, held_at, **said)
    return meetings.call(kind=kind, unit=unit, arrangement=said, by=by, at=held_at - timedelta(days=1))


@pytest.fixture
def meeting(office):
    return call(office)


@pytest.fixture
def decision(meeting, project, lead_unit, lead, office):
    matter = Matter("完成剩余房屋征收", lead_unit, DUE, lead, project=project)
    return decisions.decide(meeting=meeting, matter=matter, by=office, at=FRIDAY)


def everybody_came(meeting, by, *more):
    rows = [Came(name, Presence.PRESENT) for name in meeting.attendance.values_list("organisation", flat=True)]
    meetings.record_attendance(meeting=meeting, rows=[*rows, *more], by=by, at=FRIDAY)


def issue(meeting, by, at=FRIDAY):
    meetings.conclude(meeting=meeting, by=by, at=at)
    everybody_came(meeting, by)
    meetings.issue_minutes(meeting=meeting, by=by, at=at)
    return Meeting.objects.get(pk=meeting.pk)


def agenda_of(meeting):
    return [(item.kind, item.subject) for item in meeting.agenda.all()]


class TestAgenda:
    def test_an_unclosed_decision_opens_every_next_agenda_until_it_is_closed(self, meeting, decision, office, lead):
        issue(meeting, office)
        for week in (1, 2, 30):
            following = call(office, FRIDAY + timedelta(weeks=week))
            first = following.agenda.first()
            assert (first.kind, first.decision) == (Kind.OPEN_DECISION, decision)
        assert "议〔2026〕1号" in first.why
        assert "已逾期 188 天" in first.why
        decisions.receive(decision=decision, by=lead, at=FRIDAY)
        decisions.ask_to_close(decision=decision, evidence="已签约", by=lead, at=FRIDAY)
        decisions.close_out(decision=decision, opinion="已落实", by=office, at=FRIDAY)
        assert not call(office, FRIDAY + timedelta(weeks=31)).agenda.filter(decision=decision).exists()

    def test_exceptions_stand_in_their_order_and_each_says_why(self, project, lead_unit, lead, office, decision):
        overdue = MilestoneFactory(project=project, name="主体封顶")
        date_milestone(overdue, approved_on=date(2026, 3, 9))
        problem = a_problem(project, lead_unit, lead, level=3)
        asked_in_vain(problem, lead, FRIDAY.date())
        a_problem(project, lead_unit, lead, level=4, title="资金未到位")
        with recorded.writing() as at:
            standings.refresh([project.pk], at=at)
        items = list(call(office, FRIDAY + timedelta(weeks=1)).agenda.all())
        assert [item.kind for item in items] == ["OPEN_DECISION", "NEWLY_OVERDUE", "UNANSWERED", "PROBLEM", "PROBLEM"]
        assert "“主体封顶”应于 2026-03-09 完成" in items[1].why
        assert "应于 2026-03-06 答复，已超 6 天" in items[2].why
        assert all(item.why for item in items)

    def test_those_who_have_not_reported_are_one_item_by_unit(self, lead, lead_unit, dispatcher, office):
        told, silent = (project_of(lead, lead_unit) for _ in range(2))
        week = week_of(FRIDAY.date(), at=FRIDAY)
        report(told, week, lead)
        item = call(office).agenda.get(kind=Kind.MISSING_REPORT)
        assert item.subject == f"1 个项目未报{week}"
        assert item.why == "应报 2 个；区住房和城乡建设局 1 个"
        report(silent, week, lead)
        agendas.refresh(meeting=item.meeting, by=office, at=FRIDAY)
        assert not item.meeting.agenda.exists()

    def test_people_arrange_it(self, meeting, office, project):
        agendas.add_other(meeting=meeting, subject="通报春节后复工情况", by=office, at=FRIDAY)
        agendas.add_other(meeting=meeting, subject="部署汛前检查", by=office, at=FRIDAY)
        agendas.add_project(meeting=meeting, project=project, by=office, at=FRIDAY)
        first, second = meeting.agenda.filter(kind=Kind.OTHER)
        agendas.move(item=second, up=True, by=office, at=FRIDAY)
        assert [item.pk for item in meeting.agenda.filter(kind=Kind.OTHER)] == [second.pk, first.pk]
        agendas.remove(item=first, by=office, at=FRIDAY)
        assert agenda_of(meeting) == [("OTHER", "部署汛前检查"), ("PROJECT", project.name)]

    def test_a_project_brings_what_is_open_about_it(self, office, project, decision, lead, lead_unit):
        a_problem(project, lead_unit, lead, level=1)
        on_site = call(office, FRIDAY + timedelta(days=4), kind=Meeting.Kind.ONSITE)
        assert not on_site.agenda.exists()
        agendas.add_project(meeting=on_site, project=project, by=office, at=FRIDAY)
        assert [kind for kind, _ in agenda_of(on_site)] == ["PROJECT", "OPEN_DECISION", "PROBLEM"]

    def test_drawn_up_anew_it_keeps_what_people_wrote_on(self, office, project, lead, lead_unit):
        old, new = (a_problem(project, lead_unit, lead, level=3, title=title) for title in ("征迁", "管线"))
        meeting = call(office)
        agendas.note(item=meeting.agenda.get(problem=old), text="请区住建局牵头", by=office, at=FRIDAY)
        Problem.objects.update(state="CLOSED", closed_at=FRIDAY, closed_by=office)
        newest = a_problem(project, lead_unit, lead, level=3, title="资金")
        agendas.refresh(meeting=meeting, by=office, at=FRIDAY)
        assert {item.problem for item in meeting.agenda.all()} == {old, newest}
        assert new not in {item.problem for item in meeting.agenda.all()}

    def test_a_unit_meets_about_its_own_projects_alone(self, lead_unit, dispatcher, project, lead):
        a_problem(project, lead_unit, lead, level=2)
        a_problem(KeyProjectFactory(), UnitFactory(), lead, level=4)
        own = call(dispatcher, unit=lead_unit)
        assert [item.project for item in own.agenda.all()] == [project]


def a_problem(project, unit, by, *, level, title="剩余 3 户未签约"):
    court = {"responsible_unit": unit, "court_unit": unit, "court_since": FRIDAY, "level": level, "level_since": FRIDAY}
    raised = {"raised_by": by, "raised_at": FRIDAY, "needed_by": date(2026, 4, 30), "kind": "DEMOLITION"}
    return Problem.objects.create(project=project, title=title, **court, **raised)


def asked_in_vain(problem, by, due_on):
    return ProblemRequest.objects.create(
        problem=problem, unit=UnitFactory(), question="请出具意见", answer_due_on=due_on, asked_by=by, asked_at=FRIDAY
    )


class TestCalling:
    def test_the_week_it_speaks_of_is_the_last_one_due_before_it(self, meeting, office):
        assert meeting.period.ends_on == date(2026, 3, 6)
        following = call(office, FRIDAY + timedelta(days=9))
        assert following.period.ends_on == date(2026, 3, 13)
        assert following.previous == meeting

    def test_one_weekly_meeting_a_week(self, meeting, office):
        with pytest.raises(RuleViolation, match="已召集"):
            call(office, FRIDAY + timedelta(hours=1))
        meetings.cancel(meeting=meeting, reason="与区委会议冲突", by=office, at=FRIDAY)
        assert call(office, FRIDAY + timedelta(hours=1)).agenda.count() == 0

    @pytest.mark.parametrize("who", ["lead", "dispatcher", "outsider", "signer", "leader"])
    def test_the_office_alone_calls_the_district(self, request, who):
        with pytest.raises(NotAllowed, match="由区重点办召集"):
            call(request.getfixturevalue(who))
        assert not Meeting.objects.exists()

    def test_it_is_put_off_until_it_is_held(self, meeting, office):
        meetings.amend(
            meeting=meeting, arrangement=arrangement(office, FRIDAY + timedelta(hours=2)), by=office, at=FRIDAY
        )
        assert Meeting.objects.get().held_at == FRIDAY + timedelta(hours=2)
        issue(meeting, office, FRIDAY + timedelta(hours=3))
        with pytest.raises(RuleViolation, match="纪要已印发"):
            meetings.amend(meeting=meeting, arrangement=arrangement(office), by=office, at=FRIDAY)

    def test_what_units_hand_in_is_due_before_it(self, office):
        with pytest.raises(RuleViolation, match="不能晚于会议时间"):
            call(office, inputs_due_at=FRIDAY + timedelta(minutes=1))

    def test_nor_does_the_database_take_what_is_due_after_it(self, meeting):
        with pytest.raises(DatabaseError, match="meeting_reads_what_was_handed_in"), transaction.atomic():
            Meeting.objects.update(inputs_due_at=FRIDAY + timedelta(minutes=1))

    def test_those_who_answer_for_the_agenda_are_invited(self, decision, office, lead_unit):
        following = call(office, FRIDAY + timedelta(weeks=1))
        assert [row.unit for row in following.attendance.all()] == [lead_unit]


class TestNotices:
    @pytest.fixture
    def called(self, decision, office):
        """A week later, with the owner of an open matter invited."""
        return call(office, FRIDAY + timedelta(weeks=1))

    def told(self, meeting):
        return [(notice.get_kind_display(), str(notice.unit), notice.title) for notice in meeting.notices.sent()]

    def test_the_units_invited_are_told_when_and_where(self, called, lead_unit):
        assert self.told(called) == [("会议通知", str(lead_unit), "请参加第10次周调度会")]
        assert "时间：2026-03-13 15:00\n地点：区政府三楼会议室\n主持：赵重点" in called.notices.get().body

    def test_so_is_a_unit_invited_later_but_no_contractor(self, called, office, lead):
        contractor = UnitFactory(kind="ENTERPRISE")
        other = KeyProjectFactory(lead_unit=UnitFactory(name="区水利局"), contractor=contractor)
        agendas.add_project(meeting=called, project=other, by=office, at=FRIDAY)
        assert called.attendance.filter(unit=contractor).exists()
        assert {unit for _, unit, _ in self.told(called)} == {"区住房和城乡建设局", "区水利局"}

    def test_what_is_changed_is_told_and_what_is_not_is_not(self, called, office):
        as_it_was, later = arrangement(office, called.held_at), arrangement(office, FRIDAY + timedelta(days=9))
        meetings.amend(meeting=called, arrangement=as_it_was, by=office, at=FRIDAY)
        assert called.notices.count() == 1
        meetings.amend(meeting=called, arrangement=later, by=office, at=FRIDAY)
        assert "时间：2026-03-15 15:00" in called.notices.get(title="会议安排有变：第10次周调度会").body

    def test_a_cancelled_meeting_says_why(self, called, office):
        meetings.cancel(meeting=called, reason="与区委会议冲突", by=office, at=FRIDAY)
        assert Meeting.objects.get(pk=called.pk).cancelled_reason == "与区委会议冲突"
        assert "原因：与区委会议冲突" in called.notices.get(title="会议取消：第10次周调度会").body

    def test_minutes_go_to_those_who_came_and_those_given_something(self, called, office):
        absent, given = UnitFactory(name="区档案馆"), UnitFactory(name="区水利局")
        decisions.decide(meeting=called, matter=Matter("办结取水许可", given, DUE), by=office, at=FRIDAY)
        meetings.conclude(meeting=called, by=office, at=called.held_at)
        everybody_came(called, office, Came(absent.name, Presence.ABSENT))
        meetings.issue_minutes(meeting=called, by=office, at=called.held_at)
        assert {unit for kind, unit, _ in self.told(called) if kind == "会议纪要"} == {"区住房和城乡建设局", "区水利局"}

    def test_the_database_keeps_a_reason_with_what_was_cancelled_alone(self, meeting):
        for wrong in ({"state": "CANCELLED"}, {"cancelled_reason": "冲突"}):
            with pytest.raises(DatabaseError, match="meeting_cancelled_for_a_reason"), transaction.atomic():
                Meeting.objects.update(**wrong)


class TestInputs:
    @pytest.fixture
    def item(self, office, project, lead, lead_unit):
        a_problem(project, lead_unit, lead, level=3)
        return call(office, inputs_due_at=FRIDAY - timedelta(hours=5)).agenda.get()

    def test_they_are_handed_in_before_the_hour_and_locked_after(self, item, lead, dispatcher):
        agendas.hand_in(item=item, text="已约谈 2 户", by=lead, at=FRIDAY - timedelta(hours=6))
        agendas.hand_in(item=item, text="已约谈 3 户", by=dispatcher, at=FRIDAY - timedelta(hours=5))
        with pytest.raises(RuleViolation, match="已截止"):
            agendas.hand_in(item=item, text="已约谈 4 户", by=lead, at=FRIDAY - timedelta(hours=4))
        assert AgendaItem.objects.get().input == "已约谈 3 户"

    @pytest.mark.parametrize("who", ["outsider", "signer", "leader", "office"])
    def test_by_those_it_concerns(self, request, item, who):
        with pytest.raises(NotAllowed):
            agendas.hand_in(item=item, text="x", by=request.getfixturevalue(who), at=FRIDAY - timedelta(hours=6))

    def test_what_is_missing_is_known(self, item, lead, outsider):
        before = FRIDAY - timedelta(hours=6)
        assert list(AgendaItem.objects.answered_by(lead).awaiting_input(at=before)) == [item]
        assert not AgendaItem.objects.answered_by(lead).awaiting_input(at=FRIDAY).exists()
        assert not AgendaItem.objects.answered_by(outsider).exists()


class TestMinutes:
    def test_they_are_drafted_from_notes_and_decisions_of_several_projects(
        self, meeting, decision, office, project, leader
    ):
        other = KeyProjectFactory(name="城东水厂扩建")
        agendas.add_project(meeting=meeting, project=other, by=office, at=FRIDAY)
        item = meeting.agenda.get(project=other, kind=Kind.PROJECT)
        agendas.note(item=item, text="原则同意调整取水口方案。", by=office, at=FRIDAY)
        matter = Matter("办结取水许可", other.lead_unit, DUE, project=other, requirement="每周报送进展")
        decisions.decide(meeting=meeting, matter=matter, agenda_item=item, by=office, at=FRIDAY)
        meetings.conclude(meeting=meeting, by=office, at=FRIDAY)
        everybody_came(meeting, office, Came("中建八局项目部", Presence.OBSERVER, "李工"))
        meetings.conclude(meeting=meeting, by=office, at=FRIDAY)
        text = Meeting.objects.get(pk=meeting.pk).minutes
        assert text.startswith("2026年3月6日，赵重点在区政府三楼会议室主持召开")
        assert "一、城东水厂扩建\n原则同意调整取水口方案。\n议定（议〔2026〕2号）：办结取水许可。每周报送进展。" in text
        assert f"责任单位：{other.lead_unit}；办理期限：2026年3月27日。" in text
        assert "二、其他议定事项\n议定（议〔2026〕1号）" in text
        assert "列席：中建八局项目部（李工）。" in text

    def test_they_are_numbered_when_issued_and_not_before(self, meeting, office):
        with pytest.raises(RuleViolation, match="待召开"):
            meetings.issue_minutes(meeting=meeting, by=office, at=FRIDAY)
        assert issue(meeting, office).minutes_number == "纪〔2026〕1号"
        assert AuditEvent.objects.filter(action="meeting.minutes_issued").count() == 1

    def test_a_meeting_is_not_over_before_it_began(self, meeting, office):
        with pytest.raises(RuleViolation, match="会议时间未到"):
            meetings.conclude(meeting=meeting, by=office, at=FRIDAY - timedelta(minutes=1))

    def test_who_came_is_known_before_they_are_issued(self, meeting, decision, office, project):
        agendas.add_project(meeting=meeting, project=project, by=office, at=FRIDAY)
        meetings.conclude(meeting=meeting, by=office, at=FRIDAY)
        with pytest.raises(RuleViolation, match="区住房和城乡建设局尚未登记是否到会"):
            meetings.issue_minutes(meeting=meeting, by=office, at=FRIDAY)

    def test_nothing_is_decided_at_a_meeting_whose_minutes_are_out(self, meeting, office, lead_unit):
        issue(meeting, office)
        with pytest.raises(RuleViolation, match="纪要已印发"):
            decisions.decide(meeting=meeting, matter=Matter("补记", lead_unit, DUE), by=office, at=FRIDAY)
        assert not Decision.objects.exists()


CHANGES = {
    "the minutes are reworded": lambda meeting: Meeting.objects.filter(pk=meeting.pk).update(minutes="改写"),
    "they are taken back": lambda meeting: Meeting.objects.filter(pk=meeting.pk).update(
        state="HELD", issued_by=None, issued_at=None, minutes_number=""
    ),
    "the meeting is deleted": lambda meeting: Meeting.objects.filter(pk=meeting.pk)._raw_delete("default"),
    "an item is added": lambda meeting: meeting.agenda.create(position=9, kind="OTHER", subject="补议"),
    "an opinion is reworded": lambda meeting: meeting.agenda.update(note="改写"),
    "an item is removed": lambda meeting: meeting.agenda.all().delete(),
    "an item is moved to another meeting": lambda meeting: meeting.agenda.update(meeting=meeting.previous),
    "somebody comes later": lambda meeting: meeting.attendance.create(organisation="区审计局"),
    "who was absent came": lambda meeting: meeting.attendance.update(presence="ABSENT"),
    "who came is forgotten": lambda meeting: meeting.attendance.all().delete(),
}


@pytest.fixture
def with_parts(office, project, decision):
    following = call(office, FRIDAY + timedelta(weeks=1))
    agendas.add_project(meeting=following, project=project, by=office, at=FRIDAY)
    return following


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_the_database_refuses_that_of_an_issued_meeting(with_parts, office, change):
    issued = issue(with_parts, office, FRIDAY + timedelta(weeks=1))
    with pytest.raises(DatabaseError, match="已印发的会议纪要"), transaction.atomic():
        change(issued)


def test_nothing_slips_into_an_issued_meeting_from_another(with_parts, meeting, office):
    issue(meeting, office)
    with pytest.raises(DatabaseError, match="已印发的会议纪要"), transaction.atomic():
        with_parts.agenda.update(meeting=meeting)
