"""审批手续: prepared, accepted, paused, granted or refused, in this order; the due day is kept with every step."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from projects import permits as questions
from projects import recorded
from projects.actions import calendar, permits, project_dates
from projects.actions.permit_corrections import correct, reopen
from projects.actions.permit_items import add_permit, amend_permit, take_permits
from projects.blueprint import PermitNeed
from projects.errors import NotAllowed, RuleViolation
from projects.models import AuditEvent, CalendarDay, Permit, PermitPause, PermitState, ProjectDates
from projects.workdays import Announced, add_workdays
from tests.factories import KeyProjectFactory

pytestmark = [pytest.mark.django_db, pytest.mark.core]

TODAY = timezone.localdate()
NO_HOLIDAYS = Announced({})
PDF = b"%PDF-1.7\n"


def ago(days):
    return TODAY - timedelta(days=days)


@pytest.fixture
def permit(project):
    return Permit.objects.create(
        project=project,
        phase="BUILDING",
        name="施工许可证",
        agency="区行政审批服务局",
        is_required_for_start=True,
        legal_days=7,
        promised_days=5,
        valid_months=3,
        max_extensions=2,
    )


@pytest.fixture
def prepared(permit, lead):
    permits.prepare(permit=permit, planned_on=TODAY, handler="周经办", by=lead)
    return permit


@pytest.fixture
def accepted(prepared, lead):
    permits.accept(permit=prepared, accepted_on=ago(20), by=lead)
    return prepared


@pytest.fixture
def granted(accepted, lead):
    permits.grant(permit=accepted, finished_on=ago(10), document_number="示建施〔2026〕1号", by=lead)
    return accepted


def known(permit):
    return PermitState.objects.current().get(permit=permit)


def refusal(verb, **said):
    with pytest.raises(RuleViolation) as refused:
        verb(**said)
    return refused.value.message


def pause(permit, lead, paused_on, kind="SUPPLEMENT"):
    permits.pause(permit=permit, kind=PermitPause.Kind(kind), paused_on=paused_on, reason="补图纸", by=lead)


class TestTheWay:
    def test_leads_from_preparation_to_the_document(self, granted):
        statuses = (
            PermitState.objects.filter(permit=granted).order_by("recorded_at", "pk").values_list("status", flat=True)
        )
        assert list(statuses) == ["PREPARING", "ACCEPTED", "GRANTED"]
        state = known(granted)
        assert (state.accepted_on, state.finished_on) == (ago(20), ago(10))
        assert (state.document_number, state.handler) == ("示建施〔2026〕1号", "周经办")

    def test_every_step_leaves_its_trace(self, granted):
        actions = AuditEvent.objects.filter(subject_type="permit").order_by("pk").values_list("action", flat=True)
        assert list(actions) == ["permit.prepared", "permit.accepted", "permit.granted"]
        assert AuditEvent.objects.get(action="permit.granted").changes["状态"] == ["已受理", "办结"]

    def test_shows_in_the_history_of_the_project(self, granted, enter, office, project):
        page = enter(office).get(f"/projects/{project.code}/history/").content.decode()
        assert "登记办结" in page
        assert "登记受理" in page

    def test_after_a_refusal_begins_anew(self, accepted, lead):
        permits.refuse(permit=accepted, finished_on=ago(12), reason="材料不符", by=lead)
        assert (known(accepted).status, known(accepted).note) == ("REFUSED", "材料不符")
        permits.prepare(permit=accepted, planned_on=TODAY, by=lead)
        state = known(accepted)
        assert (state.status, state.accepted_on, state.finished_on, state.due_on) == ("PREPARING", None, None, None)

    def test_the_next_application_is_not_accepted_before_the_last_one_ended(self, accepted, lead):
        """Or the pauses of the one before would lengthen its limit."""
        pause(accepted, lead, ago(18))
        permits.refuse(permit=accepted, finished_on=ago(12), reason="未补正", by=lead)
        permits.prepare(permit=accepted, planned_on=TODAY, by=lead)
        said = refusal(permits.accept, permit=accepted, accepted_on=ago(19), by=lead)
        assert said == f"受理日期（{ago(19)}）不能早于上一次申请的恢复或不予许可日期（{ago(12)}）。"
        permits.accept(permit=accepted, accepted_on=ago(12), by=lead)
        said = refusal(correct, permit=accepted, accepted_on=ago(19), reason="误登", by=lead)
        assert "不能早于上一次申请" in said

    def test_a_refusal_ends_the_pause_that_lasts(self, accepted, lead):
        pause(accepted, lead, ago(18))
        permits.refuse(permit=accepted, finished_on=ago(12), reason="未补正", by=lead)
        assert PermitPause.objects.current().get().resumed_on == ago(12)

    def test_what_is_not_concerned_says_why(self, permit, lead):
        assert "须写明理由" in refusal(permits.not_concerned, permit=permit, reason="", by=lead)
        permits.not_concerned(permit=permit, reason="不属于限额以上工程", by=lead)
        assert (known(permit).status, known(permit).note) == ("NOT_CONCERNED", "不属于限额以上工程")


class TestTheDueDay:
    def test_is_the_promised_limit_after_the_acceptance(self, accepted):
        assert known(accepted).due_on == add_workdays(ago(20), 5, NO_HOLIDAYS).value

    def test_is_the_legal_one_where_nothing_is_promised(self, prepared, lead):
        Permit.objects.filter(pk=prepared.pk).update(promised_days=None, counts_working_days=False)
        permits.accept(permit=Permit.objects.get(pk=prepared.pk), accepted_on=ago(20), by=lead)
        assert known(prepared).due_on == ago(13)

    def test_is_unknown_while_paused_and_later_by_the_pause(self, accepted, lead):
        pause(accepted, lead, ago(18))
        assert (known(accepted).status, known(accepted).due_on) == ("SUPPLEMENT", None)
        permits.resume(permit=accepted, resumed_on=ago(11), by=lead)
        assert known(accepted).status == "ACCEPTED"
        assert known(accepted).due_on == add_workdays(ago(20), 10, NO_HOLIDAYS).value  # seven days: five workdays

    def test_follows_an_amended_limit(self, accepted, office):
        accepted.promised_days = 3
        amend_permit(permit=accepted, by=office)
        assert known(accepted).due_on == add_workdays(ago(20), 3, NO_HOLIDAYS).value

    def test_follows_a_holiday_announced_later(self, accepted, office):
        off = [day for n in range(1, 20) if (day := ago(20) + timedelta(days=n)).weekday() < 5][:2]
        before = known(accepted).due_on
        calendar.enter_holiday(name="国庆节", off=off, worked=[], by=office, at=timezone.now())
        moved = add_workdays(ago(20), 5, Announced(dict.fromkeys(off, False))).value
        assert known(accepted).due_on == moved > before
        event = AuditEvent.objects.get(action="calendar.holiday_entered")
        assert event.changes["应办结日期随之变动的审批事项"] == [None, 1]
        calendar.withdraw_day(day=off[0], by=office, at=timezone.now())
        calendar.withdraw_day(day=off[1], by=office, at=timezone.now())
        assert known(accepted).due_on == before

    def test_stored_is_what_the_clock_says(self, accepted, lead, project):
        CalendarDay.objects.create(day=ago(19), is_workday=False, name="节")
        other = Permit.objects.create(
            project=project, phase="LAND", name="环评", legal_days=30, counts_working_days=False
        )
        permits.prepare(permit=other, planned_on=TODAY, by=lead)
        permits.accept(permit=other, accepted_on=ago(19), by=lead)
        pause(other, lead, ago(15))
        permits.resume(permit=other, resumed_on=ago(9), by=lead)
        reopen(permit=accepted, reason="误登", by=lead)
        permits.accept(permit=accepted, accepted_on=ago(20), by=lead)
        rows = questions.rows_of(Permit.objects.all(), known_at=None)
        for row, due in questions.due_days(rows, on=TODAY):
            assert row.state.due_on == due is not None


class TestTheOrder:
    def test_accepted_only_after_the_application(self, permit, lead):
        said = refusal(permits.accept, permit=permit, accepted_on=ago(1), by=lead)
        assert said == "“施工许可证”现在是“未启动”，请先登记材料准备（申请），再登记受理。"

    def test_nothing_happens_in_the_future(self, prepared, accepted, lead):
        tomorrow = ago(-1)
        assert "晚于今天" in refusal(permits.grant, permit=accepted, finished_on=tomorrow, document_number="1", by=lead)
        assert "晚于今天" in refusal(permits.refuse, permit=accepted, finished_on=tomorrow, reason="否", by=lead)
        assert "晚于今天" in refusal(pause, permit=accepted, lead=lead, paused_on=tomorrow)

    def test_a_plan_lies_not_in_the_past(self, permit, lead):
        assert "不能早于今天" in refusal(permits.prepare, permit=permit, planned_on=ago(1), by=lead)

    def test_finished_not_before_accepted(self, accepted, lead):
        said = refusal(permits.grant, permit=accepted, finished_on=ago(21), document_number="1", by=lead)
        assert said == f"办结日期（{ago(21)}）不能早于受理或恢复日期（{ago(20)}）。"

    def test_granted_needs_a_number_and_no_pause(self, accepted, lead):
        assert "批准文号" in refusal(permits.grant, permit=accepted, finished_on=ago(5), document_number="", by=lead)
        pause(accepted, lead, ago(18))
        said = refusal(permits.grant, permit=accepted, finished_on=ago(5), document_number="1", by=lead)
        assert said == "“施工许可证”现在是“补正”，请先登记恢复。"

    def test_pauses_do_not_overlap_and_end_after_they_begin(self, accepted, lead):
        assert "不能早于受理日期" in refusal(pause, permit=accepted, lead=lead, paused_on=ago(21))
        pause(accepted, lead, ago(18))
        assert "须晚于中止日期" in refusal(permits.resume, permit=accepted, resumed_on=ago(18), by=lead)
        permits.resume(permit=accepted, resumed_on=ago(15), by=lead)
        assert "不能早于上一次恢复日期" in refusal(pause, permit=accepted, lead=lead, paused_on=ago(16))
        pause(accepted, lead, ago(15), kind="SPECIAL")
        assert known(accepted).status == "SPECIAL"

    def test_only_what_is_paused_resumes(self, accepted, lead):
        assert "没有中止" in refusal(permits.resume, permit=accepted, resumed_on=ago(1), by=lead)

    @pytest.mark.parametrize("verb", ["not_concerned", "prepare", "accept"])
    def test_what_is_granted_stays_so(self, granted, lead, verb):
        said = {"not_concerned": {"reason": "无"}, "prepare": {"planned_on": TODAY}, "accept": {"accepted_on": ago(1)}}
        assert "现在是“办结”" in refusal(getattr(permits, verb), permit=granted, by=lead, **said[verb])


class TestValidity:
    def test_is_reckoned_from_the_day_it_was_granted(self, granted):
        assert known(granted).expires_on == questions.permit_clock.months_later(ago(10), 3)

    def test_may_be_what_is_printed_on_the_document(self, accepted, lead):
        permits.grant(permit=accepted, finished_on=ago(5), document_number="1", expires_on=ago(-30), by=lead)
        assert known(accepted).expires_on == ago(-30)
        permits.extend(permit=accepted, reason="延期批复 2 号", by=lead)
        assert known(accepted).expires_on == questions.permit_clock.months_later(ago(-30), 3)

    def test_is_extended_as_often_as_the_law_allows(self, granted, lead):
        permits.extend(permit=granted, reason="征迁未完", by=lead)
        permits.extend(permit=granted, reason="征迁未完", by=lead)
        assert known(granted).expires_on == questions.permit_clock.months_later(ago(10), 9)
        said = refusal(permits.extend, permit=granted, reason="征迁未完", by=lead)
        assert said == "“施工许可证”最多延期 2 次，已延期 2 次。"

    def test_is_used_up_by_the_start(self, granted, lead, office, project):
        dates = ProjectDates(project=project, started_on=ago(2), evidence="开工令")
        project_dates.record_dates(dates=dates, by=office)
        assert "不会再过期" in refusal(permits.extend, permit=granted, reason="征迁", by=lead)

    def test_ended_it_is_void_and_not_extended(self, accepted, lead):
        permits.grant(permit=accepted, finished_on=ago(15), document_number="1", expires_on=ago(3), by=lead)
        assert "须重新办理" in refusal(permits.extend, permit=accepted, reason="征迁", by=lead)
        permits.expire(permit=accepted, reason="逾期未开工", by=lead)
        assert known(accepted).status == "EXPIRED"
        permits.prepare(permit=accepted, planned_on=TODAY, by=lead)

    def test_still_running_it_is_not_void(self, granted, lead):
        assert "仍在有效期内" in refusal(permits.expire, permit=granted, reason="误", by=lead)


class TestMistakes:
    def test_are_taken_back_step_by_step(self, granted, lead):
        seen = []
        for _turn in range(3):
            reopen(permit=granted, reason="误登", by=lead)
            seen.append((known(granted).status, known(granted).accepted_on, known(granted).finished_on))
        assert seen == [("ACCEPTED", ago(20), None), ("PREPARING", None, None), ("NOT_BEGUN", None, None)]
        assert "没有可撤销的步骤" in refusal(reopen, permit=granted, reason="误登", by=lead)

    def test_a_pause_taken_back_never_was(self, accepted, lead):
        due = known(accepted).due_on
        pause(accepted, lead, ago(18))
        reopen(permit=accepted, reason="误登", by=lead)
        assert (known(accepted).status, known(accepted).due_on) == ("ACCEPTED", due)
        assert not PermitPause.objects.current().exists()
        pause(accepted, lead, ago(18), kind="SPECIAL")
        assert PermitPause.objects.current().get().kind == "SPECIAL"

    def test_a_resumption_taken_back_lets_the_pause_last(self, accepted, lead):
        pause(accepted, lead, ago(18))
        permits.resume(permit=accepted, resumed_on=ago(15), by=lead)
        reopen(permit=accepted, reason="误登", by=lead)
        assert (known(accepted).status, known(accepted).due_on) == ("SUPPLEMENT", None)
        assert PermitPause.objects.current().get().resumed_on is None

    def test_a_wrong_day_is_corrected_with_a_reason(self, granted, lead):
        assert "须写明原因" in refusal(correct, permit=granted, reason="", finished_on=ago(9), by=lead)
        correct(permit=granted, reason="以证书为准", finished_on=ago(9), by=lead)
        assert known(granted).finished_on == ago(9)
        assert known(granted).expires_on == questions.permit_clock.months_later(ago(9), 3)
        assert AuditEvent.objects.get(action="permit.corrected").changes["原因"] == [None, "以证书为准"]

    def test_a_corrected_acceptance_moves_the_due_day(self, accepted, lead):
        correct(permit=accepted, reason="以回执为准", accepted_on=ago(13), by=lead)
        assert known(accepted).due_on == add_workdays(ago(13), 5, NO_HOLIDAYS).value

    @pytest.mark.parametrize(
        ("said", "words"),
        [
            ({"accepted_on": ago(5)}, "不能早于受理或恢复日期"),
            ({"finished_on": None}, "不能留空"),
            ({"finished_on": ago(-1)}, "晚于今天"),
            ({"document_number": ""}, "批准文号"),
            ({"handler": "周经办"}, "没有需要更正的变化"),
        ],
    )
    def test_a_correction_cannot_say_what_cannot_be(self, granted, lead, said, words):
        assert words in refusal(correct, permit=granted, reason="误登", by=lead, **said)

    def test_a_correction_is_no_step(self, accepted, lead):
        assert "用相应的步骤" in refusal(correct, permit=accepted, reason="误", finished_on=ago(1), by=lead)


class TestTheDocument:
    @pytest.fixture(autouse=True)
    def _root(self, settings, tmp_path):
        settings.MEDIA_ROOT = tmp_path / "files"

    def test_is_kept_with_the_grant(self, accepted, lead):
        document = ContentFile(PDF, name="证.pdf")
        permits.grant(permit=accepted, finished_on=ago(5), document_number="1", document=document, by=lead)
        assert (known(accepted).attachment.name, known(accepted).attachment.uploaded_by) == ("证.pdf", lead)

    def test_may_follow_later(self, granted, lead):
        correct(permit=granted, reason="补传批文", document=ContentFile(PDF, name="证.pdf"), by=lead)
        assert known(granted).attachment.name == "证.pdf"

    def test_of_a_wrong_format_nothing_is_granted(self, accepted, lead):
        document = ContentFile(b"MZ", name="证.exe")
        refusal(permits.grant, permit=accepted, finished_on=ago(5), document_number="1", document=document, by=lead)
        assert known(accepted).status == "ACCEPTED"


class TestWhoMay:
    def test_who_answers_for_the_project_and_the_office(self, permit, lead, office):
        permits.prepare(permit=permit, planned_on=TODAY, by=lead)
        permits.accept(permit=permit, accepted_on=TODAY, by=office)

    @pytest.mark.parametrize("who", ["dispatcher", "signer", "leader", "outsider"])
    def test_nobody_else(self, request, permit, who):
        with pytest.raises(NotAllowed, match="由项目责任人、联络人或区重点办登记"):
            permits.prepare(permit=permit, planned_on=TODAY, by=request.getfixturevalue(who))

    def test_nor_a_lead_of_another_project(self, lead):
        other = Permit.objects.create(project=KeyProjectFactory(), phase="LAND", name="备案")
        with pytest.raises(NotAllowed):
            permits.prepare(permit=other, planned_on=TODAY, by=lead)

    def test_a_package_has_no_permits_of_its_own(self, office):
        package = Permit(project=KeyProjectFactory(is_package=True), phase="LAND", name="备案")
        assert "打包项目" in refusal(add_permit, permit=package, by=office)


class TestTheItems:
    items = (
        PermitNeed(phase="LAND", name="项目备案", legal_days=0),
        PermitNeed(phase="BUILDING", name="施工许可证", legal_days=1),
    )

    def test_of_a_template_are_added_and_those_present_left_alone(self, granted, project, office):
        added = take_permits(project=project, items=self.items, by=office)
        assert [permit.name for permit in added] == ["项目备案"]
        assert Permit.objects.get(name="施工许可证").legal_days == 7
        assert take_permits(project=project, items=self.items, by=office) == []
        assert AuditEvent.objects.filter(action="key_project.permits_taken").count() == 1

    def test_are_named_once_in_a_project(self, permit, project, lead):
        namesake = Permit(project=project, phase="LAND", name="施工许可证")
        assert "已有审批事项“施工许可证”" in refusal(add_permit, permit=namesake, by=lead)

    def test_are_amended_with_a_trace(self, permit, lead):
        permit.agency = "区数据局"
        amend_permit(permit=permit, by=lead)
        assert AuditEvent.objects.get(action="permit.amended").changes == {"审批部门": ["区行政审批服务局", "区数据局"]}


class TestTheQuestions:
    def test_overdue_is_from_the_day_after_and_not_while_paused(self, accepted, lead):
        due = known(accepted).due_on
        states = PermitState.objects.current()
        assert not states.overdue(on=due).exists()
        assert states.overdue(on=due + timedelta(days=1)).exists()
        assert states.due_soon(on=due, until=due).exists()
        pause(accepted, lead, due)
        assert not states.overdue(on=TODAY).exists()

    def test_an_earlier_knowledge_is_still_known(self, accepted, lead):
        with recorded.writing() as moment:
            pass
        permits.grant(permit=accepted, finished_on=ago(10), document_number="1", by=lead)
        everything = Permit.objects.all()
        assert questions.rows_of(everything, known_at=moment)[0].state.status == "ACCEPTED"
        assert questions.rows_of(everything, known_at=None)[0].state.status == "GRANTED"

    def test_a_start_before_the_permit_is_a_risk_that_is_said(self, granted, project, office):
        dates = ProjectDates(project=project, started_on=ago(15), evidence="开工令")
        project_dates.record_dates(dates=dates, by=office)
        rows = questions.rows_of(project.permits.all(), known_at=None)
        assert questions.start_risk(rows, on=TODAY) == (
            f"先开工后办证：{ago(15)} 开工，“施工许可证”{ago(10)} 才办结，晚 5 天。"
        )
        assert questions.start_risk(rows, on=ago(16)) == ""

    def test_readiness_is_computed_from_the_record(self, granted, project):
        rows = questions.rows_of(project.permits.all(), known_at=None)
        announced = questions.announced_for(rows, on=TODAY)
        assert questions.ready_to_start(rows, on=TODAY, announced=announced).value.is_ready
