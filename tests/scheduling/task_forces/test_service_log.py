"""工作专班: what a flagship project asks of its group, who handles it until when, and its line of the day."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from projects.actions import task_forces
from projects.errors import NotAllowed, RuleViolation
from projects.models import AuditEvent, TaskForce
from projects.periods import Kind
from scheduling.actions import periods, progress_reports, service_log
from scheduling.actions.progress_reports import Content
from scheduling.models import DailyLine, ServiceRequest
from tests.scheduling.task_forces.cases import THURSDAY, TODAY, ask, say, settle

pytestmark = [pytest.mark.django_db, pytest.mark.core]


class TestRequests:
    def test_what_was_asked_has_a_handler_and_a_limit(self, force, member, lead):
        asked = ask(force, member, lead)
        assert list(ServiceRequest.objects.open()) == [asked]
        assert (asked.logged_by, asked.logged_at) == (lead, THURSDAY)
        assert AuditEvent.objects.get(action="service_request.logged").changes["承办人"] == [None, "许用地"]

    @pytest.mark.parametrize(
        ("who", "may"),
        [
            *((who, True) for who in ("lead", "office", "leader", "member")),
            *((who, False) for who in ("dispatcher", "signer", "outsider")),
        ],
    )
    def test_the_group_the_project_and_the_office_log(self, request, force, member, who, may):
        assert service_log.may_log(force, request.getfixturevalue(who), THURSDAY) == may

    def test_nobody_else_does(self, force, member, outsider):
        with pytest.raises(NotAllowed, match="由专班成员、项目责任人、联络人或区重点办登记"):
            ask(force, member, outsider)

    def test_only_one_of_the_group_handles_it(self, force, member, lead, outsider, office):
        with pytest.raises(RuleViolation, match="周旁观不在该专班"):
            ask(force, outsider, lead)
        task_forces.leave(member=force.members.get(), ends_on=date(2026, 3, 4), by=office, at=THURSDAY)
        with pytest.raises(RuleViolation, match="许用地不在该专班"):
            ask(force, member, lead)

    @pytest.mark.parametrize(
        ("said", "words"),
        [
            ({"asked_on": date(2026, 3, 6)}, "提出日期 2026-03-06 晚于今天"),
            ({"due_on": date(2026, 3, 1)}, "办理期限 2026-03-01 早于提出日期"),
        ],
    )
    def test_the_days_are_in_order(self, force, member, lead, said, words):
        with pytest.raises(RuleViolation, match=words):
            ask(force, member, lead, **said)

    def test_it_is_overdue_from_the_day_after_its_limit(self, force, member, lead):
        ask(force, member, lead)
        assert not ServiceRequest.objects.overdue(on=date(2026, 3, 9)).exists()
        assert ServiceRequest.objects.overdue(on=date(2026, 3, 10)).exists()

    @pytest.mark.parametrize(
        ("who", "may"),
        [
            *((who, True) for who in ("member", "leader", "office")),
            *((who, False) for who in ("lead", "dispatcher", "signer", "outsider")),
        ],
    )
    def test_the_handler_the_head_and_the_office_settle(self, request, asked, who, may):
        assert service_log.may_settle(asked, request.getfixturevalue(who)) == may

    def test_settled_it_says_what_came_of_it(self, force, member, lead):
        asked = ask(force, member, lead)
        settle(asked, member)
        asked.refresh_from_db()
        assert (asked.handled_on, asked.result) == (TODAY, "已通电")
        with pytest.raises(RuleViolation, match="已于 2026-03-05 办结"):
            settle(asked, member)

    @pytest.mark.parametrize(
        ("said", "words"),
        [
            ({"handled_on": date(2026, 3, 6)}, "须在提出日期 2026-03-02 和今天之间"),
            ({"handled_on": date(2026, 3, 1)}, "须在提出日期 2026-03-02 和今天之间"),
            ({"result": " "}, "须写明办理结果"),
        ],
    )
    def test_it_is_not_settled_without_a_day_and_words(self, force, member, lead, said, words):
        asked = ask(force, member, lead)
        with pytest.raises(RuleViolation, match=words):
            settle(asked, member, **said)

    def test_handed_over_its_limit_stays(self, force, member, lead, leader):
        asked = ask(force, member, lead)
        service_log.hand_over(request=asked, handler=leader, by=member, at=THURSDAY)
        asked.refresh_from_db()
        assert (asked.handler, asked.due_on) == (leader, date(2026, 3, 9))
        assert AuditEvent.objects.get(action="service_request.handed_over").changes == {"承办人": ["许用地", "孙区长"]}

    def test_it_is_handed_to_one_of_the_group_and_not_to_oneself(self, force, member, lead, outsider):
        asked = ask(force, member, lead)
        with pytest.raises(RuleViolation, match="不在该专班"):
            service_log.hand_over(request=asked, handler=outsider, by=member, at=THURSDAY)
        with pytest.raises(RuleViolation, match="已由许用地承办"):
            service_log.hand_over(request=asked, handler=member, by=member, at=THURSDAY)
        with pytest.raises(NotAllowed):
            service_log.hand_over(request=asked, handler=member, by=lead, at=THURSDAY)


class TestTheLineOfTheDay:
    def test_is_said_once_and_put_in_other_words_the_same_day(self, daily, project, lead):
        say(project, lead)
        say(project, lead, "浇筑完成 200 方", at=THURSDAY + timedelta(hours=5))
        line = DailyLine.objects.get()
        assert (line.day, line.text, line.amount, line.headcount) == (TODAY, "浇筑完成 200 方", Decimal("12.5"), 86)
        last = AuditEvent.objects.filter(action="daily_line.said").latest("pk")
        assert last.changes == {"当日进展": ["浇筑完成", "浇筑完成 200 方"]}

    def test_belongs_to_the_day_here(self, daily, project, lead):
        say(project, lead, at=datetime(2026, 3, 5, 23, tzinfo=UTC))
        assert DailyLine.objects.get().day == date(2026, 3, 6)

    def test_is_asked_only_where_it_is_switched_on(self, force, project, lead, office):
        with pytest.raises(RuleViolation, match="没有启用日报"):
            say(project, lead)
        task_forces.report_daily(task_force=force, starts_on=date(2026, 3, 6), by=office, at=THURSDAY)
        with pytest.raises(RuleViolation, match="没有启用日报"):
            say(project, lead)
        say(project, lead, at=THURSDAY + timedelta(days=1))

    def test_is_switched_on_for_a_day_to_come_and_off_again(self, force, office):
        with pytest.raises(RuleViolation, match="2026-03-04 已过"):
            task_forces.report_daily(task_force=force, starts_on=date(2026, 3, 4), by=office, at=THURSDAY)
        task_forces.report_daily(task_force=force, starts_on=TODAY, by=office, at=THURSDAY)
        task_forces.report_daily(task_force=force, starts_on=None, by=office, at=THURSDAY)
        assert not TaskForce.objects.reporting_daily(on=TODAY).exists()

    @pytest.mark.parametrize("who", ["dispatcher", "office", "leader", "signer", "outsider"])
    def test_is_said_by_who_answers_for_the_project(self, request, daily, project, who):
        with pytest.raises(NotAllowed, match="日报由其责任人或联络人填写"):
            say(project, request.getfixturevalue(who))

    def test_is_closed_with_the_report_of_the_week_until_that_is_sent_back(self, daily, project, lead, dispatcher):
        week = periods.open_period(kind=Kind.WEEK, day=TODAY, by=None, at=THURSDAY)
        content = Content(period_amount=Decimal(60), physical_progress="三层")
        told = progress_reports.submit(project=project, period=week, content=content, client_id=uuid4(), by=lead)
        with pytest.raises(RuleViolation, match="2026-02-28 至 2026-03-06 周报已报送"):
            say(project, lead)
        progress_reports.send_back(report=told.report, note="请补充", by=dispatcher)
        say(project, lead)

    def test_says_something(self, daily, project, lead):
        with pytest.raises(RuleViolation, match="一句话"):
            say(project, lead, " ")
