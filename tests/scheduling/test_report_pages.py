"""周报填报 in the browser: who may, what it asks, what it comes back with, and what it costs."""

import json
from datetime import date, datetime
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from projects import recorded
from projects.models import TaskForce, WeekTarget
from scheduling.actions import progress_reports
from scheduling.models import DailyLine, ProgressDraft, ProgressReport, ProgressSubmission, ReportPeriod
from scheduling.views.report_form import ReportForm
from tests.factories import KeyProjectFactory, MilestoneFactory, date_milestone
from tests.scheduling.reports import THURSDAY, WORDS, base_of, form_url, opened, owes, said, submit, week_of
from tests.sheets import taken

pytestmark = pytest.mark.django_db

CAST = ["office", "signer", "leader", "dispatcher", "lead", "outsider", "sys_admin", "sec_admin", "audit_admin"]
READERS = {"office", "signer", "leader", "dispatcher", "lead"}


@pytest.fixture(autouse=True)
def on_a_thursday():
    with time_machine.travel(THURSDAY):
        yield


@pytest.fixture
def week(db):
    return week_of()


@pytest.fixture
def last_week(project, lead):
    return submit(project, week_of(date(2026, 2, 26)), lead, "80", physical_percent=Decimal(30)).report


@pytest.fixture
def liaison(project, outsider):
    """The other person who reports on ``project``."""
    from projects.models import Post  # noqa: PLC0415

    Post.objects.filter(user=outsider).update(role="PROJECT_LEAD")
    project.liaison = outsider
    project.save()
    return outsider


@pytest.fixture
def locked_week(db):
    """The week before, over and done with."""
    period = week_of(date(2026, 2, 26))
    ReportPeriod.objects.filter(pk=period.pk).update(locked_at=THURSDAY)
    return period


def filled(browser, project, week, **said_now):
    """The form as it was opened, with this typed into it."""
    return opened(browser, project, week) | {"period_amount": "100", "done_text": "四层顶板"} | said_now


@pytest.mark.parametrize("who", CAST)
def test_only_who_reports_opens_the_pages(enter_as, project, week, who):
    browser = enter_as(who)
    expected = 200 if who == "lead" else 403
    for url in (reverse("weekly_reports"), reverse("report_batch")):
        assert browser.get(url).status_code == expected
    assert browser.get(form_url(project, week)).status_code == expected


def test_a_lead_does_not_open_the_form_of_another_s_project(enter, lead, week):
    assert enter(lead).get(form_url(KeyProjectFactory(), week)).status_code == 404


@pytest.mark.parametrize("who", CAST)
def test_a_receipt_is_read_by_whoever_sees_the_project(enter_as, last_week, who):
    response = enter_as(who).get(reverse("report_receipt", args=[last_week.submissions.get().pk]))
    assert response.status_code == (200 if who in READERS else 404 if who == "outsider" else 403)


class TestList:
    def test_it_says_what_is_owed_until_when_and_how_far_it_has_come(self, enter, project, week, dispatcher):
        states, lead = {}, project.responsible_person
        for name in ("未报", "草稿", "待审核", "已退回", "已通过"):
            one = KeyProjectFactory(name=f"{name}项目", lead_unit=project.lead_unit, responsible_person=lead)
            states[name] = owes(one)
        ProgressDraft.objects.create(project=states["草稿"], period=week, saved_by=lead, saved_at=THURSDAY)
        reports = {name: submit(states[name], week, lead).report for name in ("待审核", "已退回", "已通过")}
        progress_reports.send_back(report=reports["已退回"], note="请写明楼层", by=dispatcher)
        progress_reports.accept(report=reports["已通过"], by=dispatcher)
        page = enter(lead).get(reverse("weekly_reports"))
        rows = {row["name"]: row for row in page.context["rows"]}
        assert {name: rows[f"{name}项目"]["state"] for name in states} == {name: name for name in states}
        assert rows["已退回项目"]["note"] == "请写明楼层"
        assert rows["未报项目"]["due"] == "3月6日 12:00 截止"
        assert "还有 3 个项目待报，最早 03-06 12:00 截止" in said(page)
        assert project.name in said(page)  # not being built yet: it may be reported, and is not owed

    def test_what_is_owed_is_taken_away(self, enter, project, week):
        owes(project)
        [row] = taken(enter(project.responsible_person).get(reverse("weekly_reports"), {"sheet": "xlsx"}))
        assert (row["项目名称"], row["状态"]) == (project.name, "未报")

    @pytest.mark.core
    def test_it_costs_as_much_for_thirty_projects_as_for_one(self, enter, project, week, django_assert_num_queries):
        lead = project.responsible_person
        for each in KeyProjectFactory.create_batch(30, lead_unit=project.lead_unit, responsible_person=lead):
            owes(each)
        browser = enter(lead)
        with django_assert_num_queries(11):
            page = browser.get(reverse("weekly_reports"))
        assert len(page.context["rows"]) == 30
        assert len(page.content) < 40_000


class TestForm:
    def test_what_everybody_is_asked_is_seven_fields(self, enter, lead, project, week, last_week):
        """The burden of a week: whoever adds one says what it is for."""
        page = enter(lead).get(form_url(project, week)).content.decode()
        folded = page.index('class="report-fold"')
        touched = [name for name in ReportForm.base_fields if 0 < page.find(f'name="{name}"') < folded]
        assert sorted(touched) == sorted(ReportForm.ASKED)
        assert len(touched) == 7
        prefilled = [name for name in touched if enter(lead).get(form_url(project, week)).context["form"][name].value()]
        assert sorted(prefilled) == ["done_text", "next_text", "physical_progress"]

    def test_the_words_of_the_last_week_are_there_to_amend_and_its_figures_are_not(
        self, enter, lead, project, week, last_week
    ):
        sent = opened(enter(lead), project, week)
        assert {name: sent[name] for name in WORDS} == WORDS
        assert sent["period_amount"] == sent["physical_percent"] == sent["headcount"] == ""
        page = enter(lead).get(form_url(project, week))
        assert "上期完成 80 万元" in said(page)
        assert [total["value"] for total in page.context["totals"]] == ["80", "80", "—"]

    def test_the_target_of_the_week_stands_beside_the_amount(self, enter, lead, project, week):
        with recorded.writing() as at:
            target = WeekTarget(project=project, week_ends_on=week.ends_on, amount=Decimal(110), work="三层封顶")
            recorded.record([target], by=lead, at=at)
        assert "周目标 110 万元（三层封顶）" in said(enter(lead).get(form_url(project, week)))

    def test_a_project_that_reports_by_day_finds_what_its_days_came_to(self, enter, lead, project, week):
        TaskForce.objects.create(
            project=project, head=lead, formed_on=date(2026, 1, 1), reports_daily_from=date(2026, 3, 3)
        )
        for day, amount in ((date(2026, 3, 2), "99"), (date(2026, 3, 3), "10.5"), (date(2026, 3, 4), "20")):
            DailyLine.objects.create(
                project=project, day=day, text=f"{day.day}日施工", amount=amount, said_by=lead, said_at=THURSDAY
            )
        sent = opened(enter(lead), project, week)
        assert (sent["period_amount"], sent["done_text"]) == ("30.5", "3月3日：3日施工\n3月4日：4日施工")

    def test_it_is_submitted_and_leads_to_the_receipt(self, enter, lead, project, week, last_week):
        browser = enter(lead)
        response = browser.post(form_url(project, week), filled(browser, project, week, physical_percent="32"))
        submission = ProgressSubmission.objects.get(report__period=week)
        assert response.url == reverse("report_receipt", args=[submission.pk])
        page = browser.get(response.url)
        assert submission.receipt_number in said(page)
        assert [total["value"] for total in page.context["totals"]] == ["180", "180", "—"]
        assert "等待区住房和城乡建设局审核，03-06 17:30 前审核完毕" in said(page)
        version = submission.report.versions.current().get()
        assert (version.period_amount, version.physical_percent, version.done_text) == (100, 32, "四层顶板")

    def test_sent_twice_it_is_taken_in_once(self, enter, lead, project, week):
        browser = enter(lead)
        sent = filled(browser, project, week, **WORDS)
        first, second = (browser.post(form_url(project, week), sent | {"headcount": n}).url for n in ("1", "2"))
        assert first == second
        assert ProgressReport.objects.get().versions.count() == 1

    def test_what_is_refused_is_said_and_nothing_is_lost(self, enter, lead, project, week, last_week):
        browser = enter(lead)
        words = {"period_amount": "0", "done_text": WORDS["done_text"]}
        page = browser.post(form_url(project, week), filled(browser, project, week, **words))
        assert "没有变化请按“无变化”报送" in said(page)
        page = browser.post(form_url(project, week), filled(browser, project, week, period_amount="很多"))
        assert page.context["form"]["period_amount"].errors
        assert page.context["form"]["done_text"].value() == "四层顶板"

    def test_nothing_new_takes_one_tap(self, enter, lead, project, week, last_week):
        browser = enter(lead)
        browser.post(form_url(project, week), opened(browser, project, week) | {"unchanged": "1"})
        version = ProgressReport.objects.get(period=week).versions.current().get()
        assert (version.is_unchanged, version.period_amount, version.done_text) == (True, 0, "")
        assert (version.physical_progress, version.physical_percent) == (WORDS["physical_progress"], 30)

    def test_the_second_time_it_asks_why(self, enter, lead, project, week, last_week):
        submit(project, last_week.period, lead, "0", done_text="", is_unchanged=True)
        browser = enter(lead)
        sent = opened(browser, project, week) | {"unchanged": "1"}
        assert "再报“无变化”须填写原因" in said(browser.post(form_url(project, week), sent))
        browser.post(form_url(project, week), sent | {"unchanged_reason": "汛期停工"})
        submission = ProgressSubmission.objects.get(report__period=week)
        assert "连续第 2 期" in said(browser.get(reverse("report_receipt", args=[submission.pk])))

    def test_what_was_written_anew_is_not_nothing_new(self, enter, lead, project, week, last_week):
        browser = enter(lead)
        sent = filled(browser, project, week, period_amount="") | {"unchanged": "1"}
        page = browser.post(form_url(project, week), sent)
        assert "不是无变化" in page.context["form"]["done_text"].errors[0]

    def test_a_reduction_is_typed_without_its_sign(self, enter, lead, project, week, last_week):
        browser = enter(lead)
        sent = filled(browser, project, week, is_reduction="on", reduction_reason="审计核减")
        browser.post(form_url(project, week), sent)
        assert ProgressReport.objects.get(period=week).versions.current().get().period_amount == -100

    def test_milestones_and_funds_are_claimed_in_it(self, enter, lead, project, week):
        node = MilestoneFactory(project=project)
        date_milestone(node, approved_on=date(2026, 3, 31))
        browser, name = enter(lead), f"milestone-{node.pk}"
        claims = {f"{name}-actual_on": "2026-03-04", f"{name}-evidence": "验收单", "fund-OWN-received": "1,200.5"}
        browser.post(form_url(project, week), filled(browser, project, week, **WORDS) | claims)
        version = ProgressReport.objects.get().versions.current().get()
        node_claim = {"milestone": node.pk, "forecast_on": "", "actual_on": "2026-03-04", "evidence": "验收单"}
        assert version.milestones == [node_claim]
        assert version.funds == [{"kind": "OWN", "received": "1200.5", "paid": ""}]
        again = opened(browser, project, week)
        assert (again[f"{name}-actual_on"], again["fund-OWN-received"]) == ("2026-03-04", "1200.5")

    def test_a_locked_week_is_reported_late_and_says_so(self, enter, lead, project, last_week, week):
        missed = week_of(date(2026, 2, 19))
        ReportPeriod.objects.filter(pk=missed.pk).update(locked_at=THURSDAY)
        browser = enter(lead)
        page = browser.get(form_url(project, missed))
        assert "已锁定，现在报送记为补报" in page.context["as_of"]
        assert [choice["label"].split("（")[1] for choice in page.context["choices"]] == [
            "未报）",
            "待审核）",
            "未报）",
        ]
        browser.post(form_url(project, missed), filled(browser, project, missed, **WORDS))
        assert ProgressReport.objects.get(period=missed).versions.current().get().is_late

    def test_what_was_accepted_is_corrected_with_a_reason(self, enter, lead, project, last_week, dispatcher):
        progress_reports.accept(report=last_week, by=dispatcher)
        browser = enter(lead)
        sent = filled(browser, project, last_week.period)
        assert "请填写更正原因" in said(browser.post(form_url(project, last_week.period), sent))
        browser.post(form_url(project, last_week.period), sent | {"correction_reason": "多计发票"})
        assert last_week.versions.current().count() == 2

    def test_doubts_are_shown_on_the_receipt_and_explained_there(self, enter, lead, project, week, dispatcher):
        browser = enter(lead)
        sent = filled(browser, project, week, **WORDS) | {"period_amount": "-3", "reduction_reason": "审计核减"}
        receipt = browser.post(form_url(project, week), sent).url
        assert "本期核减 3 万元" in said(browser.get(receipt))
        browser.post(f"{receipt}explain/", {"explanation": "审计报告第 3 页"})
        assert ProgressReport.objects.get().versions.current().get().explanation == "审计报告第 3 页"
        assert "填报人说明：审计报告第 3 页" in said(enter(dispatcher).get(receipt))
        assert enter(dispatcher).post(f"{receipt}explain/", {"explanation": "好"}).status_code == 403

    @pytest.mark.core
    def test_it_costs_a_constant_number_of_queries(self, enter, project, week, last_week, django_assert_num_queries):
        lead = project.responsible_person
        for number in range(30):
            date_milestone(MilestoneFactory(project=project, name=f"节点{number}"), approved_on=date(2026, 4, 1))
        browser = enter(lead)
        with django_assert_num_queries(20):
            page = browser.get(form_url(project, week))
        assert len(page.content) < 40_000


class TestLosingNothing:
    def save(self, browser, project, week, seen="", **typed):
        body = {"seen": seen, "typed": {name: {"base": base, "text": text} for name, (base, text) in typed.items()}}
        url = f"{reverse('report_draft', args=[project.code])}?period={week.pk}"
        return browser.post(url, json.dumps(body), content_type="application/json")

    def test_what_is_typed_is_kept_and_found_again(self, enter, lead, project, week):
        browser = enter(lead)
        answer = self.save(browser, project, week, done_text=("", "三层"), unknown=("", "x")).json()
        assert (answer["revision"], answer["fields"], answer["saved_at"]) == (1, {"done_text": "三层"}, "10:00")
        assert opened(browser, project, week)["done_text"] == "三层"

    def test_it_is_kept_without_a_script_as_well(self, enter, lead, project, week):
        browser = enter(lead)
        browser.post(form_url(project, week), opened(browser, project, week) | {"done_text": "三层", "save": "1"})
        assert opened(browser, project, week)["done_text"] == "三层"
        assert not ProgressReport.objects.exists()

    def test_a_conflict_comes_back_with_who_and_when(self, enter, lead, liaison, project, week):
        self.save(enter(liaison), project, week, done_text=("", "二层"))
        answer = self.save(enter(lead), project, week, done_text=("", "三层"), headcount=("", "9")).json()
        told = {"yours": "三层", "theirs": "二层", "by": "周旁观", "at": "03-05 10:00", "label": "本期完成"}
        assert answer["conflicts"] == {"done_text": told}
        assert answer["fields"] == {"done_text": "二层", "headcount": "9"}

    @pytest.mark.parametrize("body", ["", "[]", '{"typed": {"done_text": "x"}}', '{"typed": []}'])
    def test_a_broken_request_is_refused(self, enter, lead, project, week, body):
        url = reverse("report_draft", args=[project.code])
        assert enter(lead).post(url, body, content_type="application/json").status_code == 400

    def test_a_form_older_than_the_last_report_keeps_no_draft(self, enter, lead, project, week):
        submit(project, week, lead)
        answer = self.save(enter(lead), project, week, done_text=("", "三层"))
        assert (answer.status_code, ProgressDraft.objects.exists()) == (409, False)

    def test_two_tabs_lose_no_field(self, enter, lead, project, week, last_week):
        """One tab typed the words and saved; the other, opened before, types the amount and submits."""
        browser = enter(lead)
        older = opened(browser, project, week)
        newer = filled(browser, project, week, period_amount="", next_text="五层")
        browser.post(form_url(project, week), newer | {"save": "1"})
        browser.post(form_url(project, week), older | {"period_amount": "77"})
        version = ProgressReport.objects.get(period=week).versions.current().get()
        assert (version.period_amount, version.done_text, version.next_text) == (77, "四层顶板", "五层")

    def test_what_two_people_wrote_differently_is_put_side_by_side(self, enter, liaison, project, week, last_week):
        lead = project.responsible_person
        mine = filled(enter(lead), project, week)
        self.save(enter(liaison), project, week, done_text=(WORDS["done_text"], "四层墙柱"))
        browser = enter(lead)
        page = browser.post(form_url(project, week), mine)
        [field] = page.context["fields"]
        assert (field["label"], field["mine"], field["theirs"], field["who"]) == (
            "本期完成",
            "四层顶板",
            "四层墙柱",
            "周旁观 03-05 10:00",
        )
        assert not ProgressReport.objects.filter(period=week).exists()
        chosen = mine | {"choose-done_text": "theirs", "base": page.context["base"]}
        assert browser.post(form_url(project, week), chosen).status_code == 302
        version = ProgressReport.objects.get(period=week).versions.current().get()
        assert (version.period_amount, version.done_text) == (100, "四层墙柱")

    def test_a_report_made_meanwhile_is_told_before_another_is_made(self, enter, lead, liaison, project, week):
        mine = filled(enter(lead), project, week, **WORDS)
        submit(project, week, liaison, "55")
        page = enter(lead).post(form_url(project, week), mine)
        assert "周旁观 的填报已有新的版本" in said(page)
        assert [field["name"] for field in page.context["fields"]] == ["period_amount"]
        chosen = mine | {"seen": page.context["opening"].seen, "base": page.context["base"]}
        enter(lead).post(form_url(project, week), chosen | {"choose-period_amount": "mine"})
        versions = ProgressReport.objects.get().versions.order_by("pk")
        assert [version.period_amount for version in versions] == [55, 100]

    def test_a_damaged_base_takes_nobody_s_words_for_old(self, enter, lead, project, week):
        browser = enter(lead)
        sent = filled(browser, project, week, **WORDS)
        assert base_of(sent).keys() >= WORDS.keys()
        assert browser.post(form_url(project, week), sent | {"base": "[1]"}).status_code == 302

    def test_the_worker_is_served_to_everybody_from_the_root(self, client, db):
        response = client.get("/sw.js")
        assert response["Content-Type"].startswith("text/javascript")
        assert "default-src 'self'" in response["Content-Security-Policy"]


class TestBatch:
    @pytest.fixture
    def three(self, lead, lead_unit, week):
        made = KeyProjectFactory.create_batch(3, lead_unit=lead_unit, responsible_person=lead)
        return [owes(project) for project in made]

    def rows(self, browser):
        page = browser.get(reverse("report_batch"))
        sent = {"client_id": page.context["client_id"], "rows": len(page.context["rows"])}
        for row in page.context["rows"]:
            sent[f"row-{row['number']}-key"] = row["key"]
            sent |= {cell["name"]: cell["value"] for cell in row["cells"]}
        return sent

    def with_words(self, row, **said_now):
        return {f"row-{row}-{name}": text for name, text in (WORDS | {"period_amount": "5"} | said_now).items()}

    def test_the_rows_filled_in_are_taken_in_and_the_others_are_not(self, enter, lead, three):
        browser = enter(lead)
        sent = self.rows(browser) | self.with_words(0) | self.with_words(2, period_amount="1,200")
        browser.post(reverse("report_batch"), sent)
        said_now = ProgressReport.objects.order_by("project").values_list("project", "versions__period_amount")
        assert [*said_now] == [(three[0].pk, 5), (three[2].pk, 1200)]
        again = browser.post(reverse("report_batch"), sent)
        assert "这些行已移出" in said(again)
        assert ProgressReport.objects.count() == 2

    def test_one_wrong_row_holds_all_back_and_nothing_typed_is_lost(self, enter, lead, three):
        browser = enter(lead)
        sent = self.rows(browser) | self.with_words(0) | self.with_words(1, period_amount="五")
        page = browser.post(reverse("report_batch"), sent)
        assert page.context["table"].wrong == [2]
        assert page.context["rows"][0]["cells"][0]["value"] == "5"
        assert not ProgressReport.objects.exists()

    def test_a_row_the_rules_refuse_is_named(self, enter, lead, three, locked_week):
        submit(three[1], locked_week, lead, "1")
        browser = enter(lead)
        sent = self.rows(browser) | self.with_words(0) | self.with_words(1, period_amount="0")
        page = browser.post(reverse("report_batch"), sent)
        assert "没有变化请按“无变化”报送" in page.context["rows"][1]["errors"][0]["text"]
        assert not ProgressReport.objects.filter(period__starts_on=date(2026, 2, 28)).exists()

    def test_nothing_new_is_ticked(self, enter, lead, three, locked_week):
        submit(three[1], locked_week, lead, "1")
        browser = enter(lead)
        browser.post(reverse("report_batch"), self.rows(browser) | {"row-1-is_unchanged": "1"})
        version = ProgressReport.objects.get(project=three[1], period__starts_on=date(2026, 2, 28)).versions.get()
        assert (version.is_unchanged, version.done_text) == (True, "")

    def test_an_empty_sheet_is_told(self, enter, lead, three):
        browser = enter(lead)
        assert "还没有填写" in said(browser.post(reverse("report_batch"), self.rows(browser)))

    @pytest.mark.core
    def test_it_costs_as_much_for_thirty_projects(self, enter, project, week, locked_week, django_assert_num_queries):
        lead = project.responsible_person
        for each in KeyProjectFactory.create_batch(30, lead_unit=project.lead_unit, responsible_person=lead):
            submit(owes(each), locked_week, lead, "1")
        browser = enter(lead)
        with django_assert_num_queries(10):
            page = browser.get(reverse("report_batch"))
        assert len(page.context["rows"]) == 30


def test_the_own_page_names_what_is_due_and_what_came_back(enter, lead, project, week, dispatcher):
    owes(project)
    [due] = [task for task in enter(lead).get("/").context["tasks"] if "周报" in task.text]
    assert (due.text, due.url) == (f"“{project.name}”待报周报", form_url(project, week))
    assert due.note == "3月6日 12:00 截止"
    report = submit(project, week, lead).report
    assert not [task for task in enter(lead).get("/").context["tasks"] if "周报" in task.text]
    progress_reports.send_back(report=report, note="请写明楼层", by=dispatcher)
    [returned] = [task for task in enter(lead).get("/").context["tasks"] if "周报" in task.text]
    assert (returned.text, returned.note) == (f"“{project.name}”周报被退回：请写明楼层", "3月6日 12:00 截止")
    with time_machine.travel(datetime.fromisoformat("2026-03-06T13:00:00+08:00")):
        [late] = [task for task in enter(lead).get("/").context["tasks"] if "周报" in task.text]
    assert late.note == "已过报送截止时间"


def test_many_reports_due_are_one_line(enter, lead, lead_unit, week):
    for project in KeyProjectFactory.create_batch(7, lead_unit=lead_unit, responsible_person=lead):
        owes(project)
    [due] = [task for task in enter(lead).get("/").context["tasks"] if "周报" in task.text]
    assert (due.text, due.url) == ("7 个项目待报周报", reverse("weekly_reports"))
