"""考核 on its pages: who opens what, what a unit sees before and after publication, and the verbs of everybody."""

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
import time_machine
from django.urls import reverse
from openpyxl import load_workbook

from projects.models import Job
from scheduling import tasks
from scheduling.actions import appeals, assessment_schemes, assessments
from scheduling.models import Appeal, Assessment, AssessmentScheme, BonusMalus, ManualScore, SubjectScore
from scheduling.owed import owes
from scheduling.owed_lines import worded
from scheduling.score_indicators import Kind
from scheduling.score_presets import AGENCIES, CITY_2020, HUNDRED, YANAN
from tests.factories import KeyProjectFactory, UnitFactory
from tests.scheduling.assessments.cases import NOW, adopted, begun, node, planned, reported, started
from tests.scheduling.reports import said

pytestmark = [pytest.mark.django_db, pytest.mark.core]

LATER = NOW + timedelta(days=10)
LIST = "/assessments/"


@pytest.fixture(autouse=True)
def after_the_half_year():
    with time_machine.travel(NOW) as clock:
        yield clock


@pytest.fixture
def run(project, office, signer, lead, dispatcher):
    planned(project, office=office, signer=signer)
    started(project, date(2026, 3, 9))
    reported(project, date(2026, 6, 10), "300", lead, dispatcher)
    node(project, date(2026, 5, 1), date(2026, 5, 8))
    return begun(adopted(office, signer), office)


def url(run, name="assessment", *more):
    return reverse(name, args=[run.pk, *more])


def score(run, unit):
    return SubjectScore.objects.of_last_revision().get(assessment=run, unit=unit)


def opened(run, office):
    assessments.open_appeals(assessment=run, until=date(2026, 7, 15), by=office, at=NOW)
    return run


def published(run, office, signer):
    opened(run, office)
    with time_machine.travel(LATER):
        assessments.publish(assessment=run, by=signer, at=LATER)
    return run


@pytest.mark.parametrize(
    ("who", "preview", "appeals", "final"),
    [
        ("office", 200, 200, 200),
        ("signer", 200, 200, 200),
        ("leader", 200, 200, 200),
        ("dispatcher", 404, 200, 200),
        ("outsider", 404, 404, 200),
        ("lead", 404, 404, 200),
    ],
)
def test_an_assessment_is_opened_step_by_step(run, enter_as, office, signer, who, preview, appeals, final):  # noqa: PLR0917
    browser = enter_as(who)
    assert browser.get(LIST).status_code == 200
    assert browser.get(url(run)).status_code == preview
    opened(run, office)
    assert browser.get(url(run)).status_code == appeals
    with time_machine.travel(LATER):
        assessments.publish(assessment=run, by=signer, at=LATER)
    assert browser.get(url(run)).status_code == final


def test_a_unit_sees_its_own_row_alone_until_it_is_published(run, enter_as, office, signer, lead):
    other = UnitFactory(name="区水务局")
    node(KeyProjectFactory(lead_unit=other, responsible_person=lead), date(2026, 4, 1))
    assessments.reckon(assessments.ask_again(assessment=run, reason="增加", by=office, at=NOW))
    opened(run, office)
    assert "区水务局" not in said(enter_as("dispatcher").get(url(run)))
    assert enter_as("dispatcher").get(url(run, "assessment_score", score(run, other).pk)).status_code == 404
    with time_machine.travel(LATER):
        assessments.publish(assessment=run, by=signer, at=LATER)
        assert "区水务局" in said(enter_as("dispatcher").get(url(run)))


def test_the_own_page_says_what_of_it_waits_for_whom(run, office, signer, dispatcher, lead_unit):
    opened(run, office)
    assert ("1 次考核正在公示得分，如有异议请申诉", "2026-07-15 截止") in owed(dispatcher, NOW)
    complaint = {"item": "", "text": "节点按期完成", "by": dispatcher, "at": NOW}
    appeal = appeals.make(assessment=run, unit=lead_unit, **complaint)
    assert ("1 件考核申诉等待答复", "") in owed(office, LATER)
    assert "考核" not in str(owed(signer, LATER))
    appeals.answer(appeal=appeal, outcome=Appeal.Outcome.REFUSED, text="按登记日期计算", by=office, at=NOW)
    assert ("1 次考核申诉期已过，等待公布", "") in owed(signer, LATER)
    assert "考核" not in str([*owed(office, LATER), *owed(dispatcher, LATER)])


def owed(user, at):
    return [(line.text, line.note) for line in worded(owes(user, at=at))]


def test_every_point_opens_the_facts_it_was_made_of(run, enter, office, project, lead_unit):
    page = said(enter(office).get(url(run, "assessment_score", score(run, lead_unit).pk)))
    assert "完成 300 万元，同期计划 600 万元" in page
    assert "批准 2026-05-01，2026-05-08 完成，逾期 7 天" in page
    assert "没有应竣工项目" in page
    assert project.name in page


def test_a_page_of_thirty_asks_a_constant_number_of_questions(run, enter, office, lead, django_assert_num_queries):
    for _turn in range(30):
        node(KeyProjectFactory(lead_unit=UnitFactory(), responsible_person=lead), date(2026, 4, 1), date(2026, 4, 1))
    assessments.reckon(assessments.ask_again(assessment=run, reason="增加", by=office, at=NOW))
    browser = enter(office)
    with django_assert_num_queries(15):
        page = browser.get(url(run))
    assert len(page.content) < 40_000


def test_an_assessment_is_begun_and_reckoned_in_the_background(run, enter, office, django_capture_on_commit_callbacks):
    scheme = AssessmentScheme.objects.get()
    given = {"scheme": scheme.pk, "title": "上半年", "starts_on": "2026-01-01", "ends_on": "2026-06-30"}
    browser = enter(office)
    browser.post(reverse("assessment_begin"), given)
    made = Assessment.objects.get(title="上半年")
    assert "正在计算第 1 版" in said(browser.get(url(made)))
    job = Job.objects.get(kind=tasks.reckon_assessment.name)
    tasks.reckon_assessment(job.pk)
    assert made.revisions.get().digest
    assert browser.get(url(made, "assessment_reckoning"), headers={"HX-Request": "true"})["HX-Refresh"] == "true"


def test_a_unit_appeals_and_the_office_answers(run, enter, office, dispatcher, lead_unit):
    opened(run, office)
    where = url(run, "assessment_score", score(run, lead_unit).pk)
    browser = enter(dispatcher)
    assert "申诉" in said(browser.get(where))
    browser.post(f"{where}appeal/", {"item": "nodes", "text": "节点已完成"})
    appeal = Appeal.objects.get()
    assert (appeal.unit, appeal.item) == (lead_unit, "nodes")
    answer = enter(office).post(reverse("appeal_answer", args=[appeal.pk]), {"outcome": "UPHELD", "text": "属实"})
    assert answer.url.startswith(url(run, "assessment_reckon"))
    assert "属实" in said(enter(dispatcher).get(where))


def test_a_stranger_appeals_for_nobody(run, enter, office, outsider, lead_unit):
    opened(run, office)
    where = url(run, "assessment_score", score(run, lead_unit).pk)
    assert enter(outsider).post(f"{where}appeal/", {"item": "", "text": "不服"}).status_code == 404


def test_the_office_adds_a_bonus_and_takes_it_back(run, enter, office, lead_unit):
    browser = enter(office)
    where = url(run, "assessment_score", score(run, lead_unit).pk)
    browser.post(f"{where}bonus/", {"points": "2", "reason": "表彰", "evidence": "文号"})
    bonus = BonusMalus.objects.get()
    assert "重新计算后才计入" in said(browser.get(url(run)))
    browser.post(reverse("bonus_withdraw", args=[bonus.pk]), {"reason": "重复"})
    bonus.refresh_from_db()
    assert bonus.withdrawn_reason == "重复"


def test_points_by_hand_are_entered_with_their_evidence(project, enter, office, signer, lead):
    planned(project, office=office, signer=signer)
    run = begun(adopted(office, signer, scheme=AGENCIES, kind=Kind.AGENCY), office)
    assert not run.scores.exists(), "no agency had anything to decide"
    browser = enter(office)
    assert "没有可以计分的对象" in said(browser.get(url(run)))
    assert not ManualScore.objects.exists()


def test_the_result_is_published_from_its_page_by_the_signer(run, enter, office, signer):
    opened(run, office)
    assert enter(office).post(url(run, "assessment_publish")).status_code == 403
    assert "核定公布" not in said(enter(signer).get(url(run)))
    with time_machine.travel(LATER):
        browser = enter(signer)
        assert "核定公布" in said(browser.get(url(run)))
        browser.post(url(run, "assessment_publish"))
    run.refresh_from_db()
    assert run.state == Assessment.State.FINAL


def test_excel_has_every_value_and_what_it_means(run, enter, office, lead_unit):
    answer = enter(office).get(url(run, "assessment_export"))
    book = load_workbook(BytesIO(b"".join(answer)))
    rows = list(book.worksheets[0].iter_rows(min_row=3, values_only=True))
    found = dict(zip(rows[0], rows[1], strict=True))
    assert found["对象"] == str(lead_unit)
    assert Decimal(str(found["总分（分）"])) == score(run, lead_unit).total
    assert any("同期各月计划投资" in str(cell) for row in book.worksheets[1].values for cell in row)


def test_the_priority_list_is_of_what_is_published(run, enter, office, signer, dispatcher):
    assert enter(office).get(url(run, "funding_priority")).status_code == 404
    published(run, office, signer)
    assert "没有可排序的项目" in said(enter(office).get(url(run, "funding_priority")))
    assert enter(dispatcher).get(url(run, "funding_priority")).status_code == 403


SCHEMES = "/assessment-schemes/"


def test_a_scheme_is_drafted_amended_proved_and_adopted_on_its_pages(enter, office, signer):
    browser = enter(office)
    browser.post(f"{SCHEMES}draft/", {"year": 2026, "kind": "LEAD", "begin": "hundred"})
    made = AssessmentScheme.objects.get()
    where = reverse("assessment_scheme", args=[made.pk])
    assert "已证明" in said(browser.get(where))
    item = {"name": "投资完成", "weight": "30", "indicator": "investment_to_date", "formula": "linear"}
    given = item | {"absent": "SPREAD", "full": "100", "nought": "0", "rows": "0"}
    browser.post(f"{where}items/0/", given)
    assert "各项权重合计 95 分，应为 100 分" in said(browser.get(where))
    assert enter(signer).post(f"{where}adopt/").status_code == 200, "refused on the form itself"
    enter(office).post(f"{where}items/add/", given | {"name": "年度投资", "weight": "5"})
    enter(signer).post(f"{where}adopt/")
    made.refresh_from_db()
    assert (made.state, made.adopted_by) == ("ADOPTED", signer)
    assert enter(office).post(f"{where}items/0/", given).status_code == 409


@pytest.mark.parametrize("formula", range(7))
def test_every_item_of_a_preset_is_shown_and_saved_unchanged(enter, office, formula):
    items = (*CITY_2020.items, YANAN.items[2], YANAN.items[6])
    item = items[formula]
    made = assessment_schemes.draft(year=2026, kind=Kind.LEAD, scheme=HUNDRED, by=office, at=NOW)
    assessment_schemes.put_item(scheme=made, item=item, place=0, by=office, at=NOW)
    browser, where = enter(office), reverse("assessment_item_edit", args=[made.pk, 0])
    page = browser.get(where)
    given = {name: page.context["form"][name].value() for name in page.context["form"].fields}
    given = {name: value for name, value in given.items() if value not in (None, False)}
    rows = page.context["table"].rows
    given |= {"rows": len(rows)} | {
        f"row-{place}-{name}": value for place, row in enumerate(rows) for name, value in row.values.items()
    }
    assert browser.post(where, given).status_code == 302
    made.refresh_from_db()
    assert made.scheme.items[0] == item


def test_an_appeal_is_answered_once(run, office, dispatcher, lead_unit, enter):
    opened(run, office)
    made = appeals.make(assessment=run, unit=lead_unit, item="", text="请复核", by=dispatcher, at=NOW)
    browser, where = enter(office), reverse("appeal_answer", args=[made.pk])
    browser.post(where, {"outcome": "REFUSED", "text": "维持"})
    assert "已答复" in said(browser.post(where, {"outcome": "UPHELD", "text": "更正"}))
