"""豁免: for a good reason and for a time, given by another hand; the light computed is never hidden."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from projects.actions import milestones
from projects.errors import NotAllowed, RuleViolation
from projects.models import AuditEvent
from projects.roles import Role
from scheduling import tasks
from scheduling.actions import light_waivers, standings
from scheduling.models import LightWaiver, PeriodStanding, Standing
from scheduling.owed import owes
from scheduling.owed_lines import worded
from scheduling.then_and_now import then_and_now
from tests.conftest import appoint
from tests.factories import KeyProjectFactory, MilestoneFactory, date_milestone
from tests.scheduling.reporting_samples import enter_tier, week_of
from tests.scheduling.reports import said

pytestmark = [pytest.mark.django_db, pytest.mark.core]

DAY = timedelta(days=1)
MONDAY = datetime(2026, 3, 9, 2, tzinfo=UTC)
TODAY, LAST = date(2026, 3, 9), date(2026, 3, 31)
SAID = {
    "dimension": "MILESTONE",
    "starts_on": TODAY,
    "ends_on": LAST,
    "reason": "征迁：文物勘探",
    "document_number": "府办函〔2026〕3号",
}
CAST = ["office", "signer", "leader", "dispatcher", "lead", "outsider", "sys_admin"]


@pytest.fixture(autouse=True)
def on_a_monday():
    with time_machine.travel(MONDAY, tick=False):
        yield


@pytest.fixture
def node(project):
    """Late for forty days: 滞后."""
    node = MilestoneFactory(project=project)
    date_milestone(node, approved_on=TODAY - 40 * DAY)
    standings.refresh([project.pk], MONDAY)
    return node


@pytest.fixture
def asked(project, node, lead):
    return ask(project, lead)


def ask(project, by, **told):
    return light_waivers.ask(project=project, by=by, **(SAID | told))


def lights():
    standing = Standing.objects.get()
    return standing.light, standing.computed_light


def tasks_of(user):
    return [each.text for each in worded(owes(user, at=MONDAY))]


def url(name, *args):
    return reverse(name, args=args)


class TestTheRule:
    def test_a_light_waived_does_not_count_and_stays_computed(self, asked, signer):
        assert lights() == ("RED", "RED")
        light_waivers.grant(waiver=asked, by=signer)
        assert lights() == ("NONE", "RED")
        standing = Standing.objects.get()
        assert standing.milestone_light == "RED"
        assert standing.verdicts["MILESTONE"]["waived_until"] == "2026-03-31"

    def test_the_day_after_its_last_it_counts_again(self, project, node, lead, signer):
        light_waivers.grant(waiver=ask(project, lead, ends_on=date(2026, 3, 11)), by=signer)
        assert Standing.objects.get().valid_until == date(2026, 3, 11)
        tomorrow = datetime(2026, 3, 12, 2, tzinfo=UTC)
        with time_machine.travel(tomorrow):
            standings.refresh_expired(at=tomorrow, progress=lambda _done, _total: None)
        assert lights() == ("RED", "RED")

    def test_whoever_asks_does_not_decide(self, project, node, office, government):
        asked = ask(project, office)
        for verb in (light_waivers.grant, light_waivers.refuse):
            with pytest.raises(NotAllowed, match="申请人不能办理自己的豁免申请"):
                verb(waiver=asked, note="同意", by=office)
        another = appoint(Role.OFFICE, government, username="office2", full_name="郑重点")
        assert light_waivers.grant(waiver=asked, by=another).state == "GRANTED"

    @pytest.mark.parametrize("who", ["lead", "dispatcher", "leader"])
    def test_only_the_office_and_the_signer_decide(self, request, project, node, office, who):
        with pytest.raises(NotAllowed, match="由区重点办或签发领导批准"):
            light_waivers.grant(waiver=ask(project, office), by=request.getfixturevalue(who))

    @pytest.mark.parametrize("who", ["lead", "dispatcher", "office"])
    def test_the_project_its_reviewer_and_the_office_ask(self, request, project, who):
        assert ask(project, request.getfixturevalue(who)).state == "ASKED"

    @pytest.mark.parametrize("who", ["leader", "signer", "outsider"])
    def test_nobody_else_asks(self, request, project, who):
        with pytest.raises(NotAllowed, match="豁免由本项目责任人"):
            ask(project, request.getfixturevalue(who))

    def test_a_refusal_has_words_and_changes_no_light(self, asked, signer):
        with pytest.raises(RuleViolation, match="不批准须写明意见"):
            light_waivers.refuse(waiver=asked, note=" ", by=signer)
        assert light_waivers.refuse(waiver=asked, note="理由不充分", by=signer).decision_note == "理由不充分"
        assert lights() == ("RED", "RED")
        with pytest.raises(RuleViolation, match="未批准，不能再办理"):
            light_waivers.grant(waiver=asked, by=signer)

    def test_after_a_refusal_it_may_be_asked_for_again(self, asked, project, lead, signer):
        light_waivers.refuse(waiver=asked, note="请附文号", by=signer)
        assert ask(project, lead, document_number="府办函〔2026〕9号").state == "ASKED"
        assert LightWaiver.objects.current().count() == 1
        assert LightWaiver.objects.count() == 3

    def test_taken_back_the_light_counts_again_and_the_days_before_stay_waived(self, project, node, lead, signer):
        asked = ask(project, lead, starts_on=TODAY - 5 * DAY)
        granted = light_waivers.grant(waiver=asked, by=signer)
        ended = light_waivers.withdraw(waiver=granted, note="勘探已完成", by=lead)
        assert (ended.state, ended.ends_on) == ("GRANTED", TODAY - DAY)
        assert lights() == ("RED", "RED")

    def test_taken_back_before_it_began_it_never_was(self, asked, lead, outsider):
        with pytest.raises(NotAllowed):
            light_waivers.withdraw(waiver=asked, by=outsider)
        assert light_waivers.withdraw(waiver=asked, by=lead).state == "WITHDRAWN"
        with pytest.raises(RuleViolation, match="无须撤销"):
            light_waivers.withdraw(waiver=asked, by=lead)

    @pytest.mark.parametrize(
        ("told", "words"),
        [
            ({"dimension": "REPORT"}, "填报灯不计入项目亮灯"),
            ({"ends_on": TODAY - DAY}, "不能早于起日，也不能早于今天"),
            ({"ends_on": date(2027, 4, 1)}, "最长一年"),
            ({"reason": "  "}, "请写明正当理由"),
            ({"document_number": ""}, "须有佐证"),
        ],
    )
    def test_what_cannot_be_asked_for_is_refused_in_words(self, project, lead, told, words):
        with pytest.raises(RuleViolation, match=words):
            ask(project, lead, **told)

    def test_of_one_light_there_is_one_at_a_time(self, asked, project, lead):
        with pytest.raises(RuleViolation, match=r"2026-03-09 至 2026-03-31 的节点灯豁免待批准"):
            ask(project, lead, starts_on=LAST, ends_on=LAST)
        ask(project, lead, starts_on=LAST + DAY, ends_on=LAST + DAY)
        ask(project, lead, dimension="PERMIT")

    def test_a_package_has_no_lights(self, lead, lead_unit):
        with pytest.raises(RuleViolation, match="打包项目"):
            ask(KeyProjectFactory(lead_unit=lead_unit, responsible_person=lead, is_package=True), lead)

    def test_every_step_is_audited_and_no_version_is_rewritten(self, asked, signer):
        light_waivers.grant(waiver=asked, by=signer)
        told = AuditEvent.objects.filter(action__startswith="light_waiver").values_list("action", "by")
        assert list(told.order_by("pk")) == [
            ("light_waiver.asked", asked.asked_by_id),
            ("light_waiver.granted", signer.pk),
        ]
        for forbidden in (
            lambda: LightWaiver.objects.update(reason="改"),
            lambda: LightWaiver.objects.all().delete(),
        ):
            with pytest.raises(IntegrityError, match="历史记录不可更改或删除"), transaction.atomic():
                forbidden()


class TestThenAndNow:
    @pytest.fixture
    def closed(self, project, node):
        enter_tier(project)
        week = week_of(date(2026, 3, 5), at=MONDAY)
        tasks.close_report_period(tasks.closing_job(week).pk)
        return week

    def test_what_was_told_in_time_is_the_same_then_and_now(self, closed, project):
        (week,) = then_and_now(project)
        assert (week.period, week.then.light, week.differs) == (closed, "RED", False)

    def test_a_waiver_told_late_changes_no_frozen_light(self, closed, project, lead, signer):
        frozen = PeriodStanding.objects.values().get()
        light_waivers.grant(waiver=ask(project, lead, starts_on=date(2026, 3, 1)), by=signer)
        assert PeriodStanding.objects.values().get() == frozen
        (week,) = then_and_now(project)
        assert (week.then.light, week.now.light, week.now.computed) == ("RED", "NONE", "RED")

    def test_what_is_made_up_later_shows_as_known_now(self, closed, project, node, office, enter):
        milestones.complete(of=node, actual_on=date(2026, 3, 4), by=office)
        (week,) = then_and_now(project)
        assert [(each.word, then.word, now.word) for each, then, now in week.changed()] == [("节点", "滞后", "正常")]
        words = said(enter(office).get(url("project_lights", project.code)))
        assert "2026-03-06 周报 滞后 无数据 与当时不同 节点：滞后→正常" in words
        assert PeriodStanding.objects.get().milestone_light == "RED"


class TestThePages:
    def test_from_asking_to_granting(self, project, node, enter_as):
        browser = enter_as("lead")
        page = browser.get(url("project_detail", project.code)).content.decode()
        assert f"{url('light_waiver_ask', project.code)}?dimension=MILESTONE" in page
        file = SimpleUploadedFile("复函.pdf", b"%PDF-1.4 reply", content_type="application/pdf")
        told = SAID | {"document_number": "", "file": file}
        page = browser.post(url("light_waiver_ask", project.code), told)
        waiver = LightWaiver.objects.get()
        assert page["Location"] == url("light_waiver", waiver.pk)
        assert b"".join(browser.get(url("light_waiver_evidence", waiver.pk))) == b"%PDF-1.4 reply"
        assert "豁免待批准" in said(browser.get(url("project_detail", project.code)))
        browser = enter_as("signer")
        assert browser.post(url("light_waiver_grant", waiver.pk), {"note": "同意"}).status_code == 302
        page = said(browser.get(url("light_waiver", waiver.pk)))
        for told in ("现在计算为 滞后", "已逾期 40 天", "批准 2026-03-09 至 2026-03-31 同意 钱签发"):
            assert told in page
        page = said(browser.get(url("project_detail", project.code)))
        assert "豁免，计算为滞后" in page
        assert "豁免至 2026-03-31：征迁：文物勘探" in page

    def test_it_waits_for_whoever_may_decide_and_comes_back_to_whoever_asked(self, asked, lead, office, signer):
        waiting = "1 项亮灯豁免等待您批准"
        assert [waiting in tasks_of(user) for user in (office, signer, lead)] == [True, True, False]
        light_waivers.refuse(waiver=asked, note="请附文号", by=signer)
        assert waiting not in tasks_of(office)
        assert "1 项亮灯豁免未获批准，请看意见" in tasks_of(lead)

    @pytest.mark.parametrize("who", CAST)
    def test_the_cast_at_every_door(self, asked, project, who, enter_as):
        browser, seen = enter_as(who), who not in ("outsider", "sys_admin")
        read = 403 if who == "sys_admin" else 200 if seen else 404
        assert browser.get(url("light_waiver_list")).status_code == (403 if who == "sys_admin" else 200)
        assert browser.get(url("light_waiver", asked.pk)).status_code == read
        assert browser.get(url("project_lights", project.code)).status_code == read
        assert browser.get(url("light_waiver_withdraw", asked.pk)).status_code == read
        asks = {"lead": 200, "dispatcher": 200, "office": 200, "outsider": 404}.get(who, 403)
        assert browser.get(url("light_waiver_ask", project.code)).status_code == asks
        decides = 200 if who in ("office", "signer") else 403
        for name in ("light_waiver_grant", "light_waiver_refuse"):
            assert browser.get(url(name, asked.pk)).status_code == decides

    def test_the_list_keeps_to_what_one_sees(self, asked, enter_as):
        assert asked.project.name in said(enter_as("leader").get(url("light_waiver_list")))
        assert asked.project.name not in said(enter_as("outsider").get(url("light_waiver_list")))

    def test_thirty_take_no_more_queries_than_one(self, asked, enter, office, lead, django_assert_num_queries):
        browser = enter(office)
        browser.get(url("light_waiver_list"))
        with django_assert_num_queries(7):
            browser.get(url("light_waiver_list"))
        for place in range(29):
            ask(asked.project, lead, starts_on=LAST + (place + 1) * DAY, ends_on=LAST + (place + 1) * DAY)
        with django_assert_num_queries(7):
            browser.get(url("light_waiver_list"))
