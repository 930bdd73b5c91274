"""结果运用的页面: who sees what, what is to be done now, and that a long list costs no more than a short one."""

import pytest
from django.urls import reverse

from projects.models import KeyProject
from scheduling.actions import measures, rectifications
from scheduling.models import Interview, Measure, MeasureRuleEdition, RectificationItem
from tests.factories import KeyProjectFactory
from tests.scheduling.measures.cases import NOW, approved, arrange, fresh, in_days, lit, proposed, told
from tests.scheduling.reports import said

pytestmark = [pytest.mark.django_db, pytest.mark.core]
LIST = "/measures/"
CAST = ["office", "signer", "leader", "dispatcher", "lead", "outsider", "sys_admin"]


@pytest.fixture
def measure(project, office):
    return proposed(project, office)


@pytest.fixture
def told_to_improve(project, office, signer):
    return told(project, office, signer, "RECTIFICATION")


def labels(page):
    return [verb["label"] for verb in page.context["verbs"]]


@pytest.mark.parametrize(("who", "status"), [*zip(CAST, [200, 200, 200, 404, 404, 404, 403], strict=True)])
def test_a_proposal_is_not_known_to_whom_it_concerns(who, status, measure, enter_as):
    assert enter_as(who).get(reverse("measure", args=[measure.pk])).status_code == status


@pytest.mark.parametrize(("who", "status"), [*zip(CAST, [200, 200, 200, 200, 200, 404, 403], strict=True)])
def test_once_told_it_is(who, status, told_to_improve, enter_as):
    measure, project = told_to_improve, told_to_improve.project
    assert enter_as(who).get(reverse("measure", args=[measure.pk])).status_code == status
    item = measure.items.get()
    assert enter_as(who).get(reverse("rectification", args=[item.pk])).status_code == status
    assert enter_as(who).get(reverse("project_measures", args=[project.code])).status_code == status


@pytest.mark.parametrize(
    ("who", "shown"),
    [("office", []), ("signer", ["审定", "不采纳"]), ("leader", [])],
)
def test_each_is_offered_what_is_to_be_done_now(who, shown, measure, enter_as):
    assert labels(enter_as(who).get(reverse("measure", args=[measure.pk]))) == shown


def test_the_way_of_an_interview_on_its_pages(measure, office, signer, enter):
    enter(signer).post(reverse("measure_approve", args=[measure.pk]), {"kind": "INTERVIEW", "note": ""})
    browser = enter(office)
    page = browser.get(reverse("measure", args=[measure.pk]))
    assert labels(page) == ["安排约谈"]
    arranged = {
        "held_at": f"{in_days(2).isoformat()}T09:00",
        "place": "二楼会议室",
        "interviewees": "张局长",
        "interviewers": "分管副区长",
    }
    browser.post(reverse("measure_arrange", args=[measure.pk]), arranged)
    page = browser.get(reverse("measure", args=[measure.pk]))
    assert labels(page) == ["安排约谈", "起草通知书"]
    assert "二楼会议室" in said(page)
    drafted = browser.post(reverse("measure_draft_notice", args=[measure.pk]))
    assert drafted.status_code == 302
    assert browser.get(drafted.url).status_code == 200
    assert labels(browser.get(reverse("measure", args=[measure.pk]))) == []


def test_an_interview_is_recorded_with_its_promises(project, office, signer, enter):
    measure = told(project, office, signer)
    Interview.objects.update(held_at=NOW)
    form = {
        "held_at": NOW.strftime("%Y-%m-%dT00:00"),
        "demands": "倒排工期",
        "explanation": "劳务不足",
        "text_1": "封顶",
        "due_on_1": in_days(9),
        "text_2": "报周计划",
    }
    url = reverse("measure_record", args=[measure.pk])
    page = enter(office).post(url, form)
    assert "须同时填写" in said(page)
    assert enter(office).post(url, form | {"due_on_2": in_days(3)}).status_code == 302
    assert [item.text for item in fresh(measure).items.all()] == ["报周计划", "封顶"]


def test_an_item_is_handed_in_and_inspected_on_its_page(project, office, signer, dispatcher, enter):
    item = told(project, office, signer, "RECTIFICATION").items.get()
    enter(dispatcher).post(reverse("rectification_hand_in", args=[item.pk]), {"text": "已到场"})
    page = enter(office).get(reverse("rectification", args=[item.pk]))
    assert "复查销号" in said(page)
    enter(office).post(reverse("rectification_close", args=[item.pk]), {"text": "属实"})
    assert fresh(item).state == "CLOSED"


def test_what_is_refused_is_said_on_the_form(measure, signer, enter):
    page = enter(signer).post(reverse("measure_approve", args=[measure.pk]), {"kind": "REMINDER", "note": ""})
    assert "调整措施须写明原因" in said(page)


def test_the_evidence_is_on_the_page_and_what_excuses_is_for_those_who_decide(project, office, signer, enter):
    lit(
        project,
        "GREEN",
        "RED",
        counted_annual_plan_amount=1000,
        counted_plan_to_date_amount=600,
        counted_ytd_amount=500,
    )
    page = enter(signer).get(reverse("measure", args=[proposed(project, office).pk]))
    assert [each["title"] for each in page.context["tables"]] == ["亮灯历史"]
    assert "欠 10.00 个百分点" in said(page)


@pytest.fixture
def many(lead_unit, lead, office, signer):
    """Thirty measures at different steps."""
    for place in range(30):
        project = KeyProjectFactory(lead_unit=lead_unit, responsible_person=lead, name=f"项目{place:02}")
        kind = ["INTERVIEW", "REMINDER", "COMMENDATION"][place % 3]
        (proposed(project, office, kind) if place % 2 else approved(project, office, signer, kind))


@pytest.mark.parametrize(("tab", "count"), [("proposed", 15), ("open", 10), ("praise", 5), ("ended", 0)])
def test_a_list_of_thirty_costs_as_few_queries_as_one_of_three(
    tab, count, many, enter_as, django_assert_max_num_queries
):
    browser = enter_as("office")
    with django_assert_max_num_queries(12):
        page = browser.get(f"{LIST}?tab={tab}")
    assert len(page.context["rows"]) == count
    assert len(page.content) < 40_000


def test_the_list_is_narrowed_and_taken_along_as_excel(many, office, enter):
    page = enter(office).get(f"{LIST}?tab=open&kind=INTERVIEW&q=项目0")
    assert [row["project"] for row in page.context["rows"]] == ["项目00", "项目06"]
    assert b"".join(enter(office).get("/measures.xlsx?tab=open")).startswith(b"PK")


def test_several_proposals_are_decided_at_once_or_none_is(many, signer, enter):
    chosen = list(Measure.objects.filter(state="PROPOSED").values_list("pk", flat=True)[:3])
    browser = enter(signer)
    browser.post(reverse("measure_decide_all"), {"chosen": chosen, "dismiss": "1", "note": ""})
    assert not Measure.objects.filter(state="DISMISSED").exists()
    browser.post(reverse("measure_decide_all"), {"chosen": chosen[:2], "approve": "1"})
    browser.post(reverse("measure_decide_all"), {"chosen": chosen[2:], "dismiss": "1", "note": "用地未交"})
    assert [Measure.objects.get(pk=pk).state for pk in chosen] == ["APPROVED", "APPROVED", "DISMISSED"]


def test_a_dismissed_one_ends_with_its_dismissal_and_has_no_step_left(project, office, signer, enter):
    measure = proposed(project, office)
    measures.dismiss(measure=measure, note="用地未交，非项目方责任", by=signer, at=NOW)
    steps = enter(office).get(reverse("measure", args=[measure.pk])).context["steps"]
    assert [(step["name"], step["state"]) for step in steps] == [("提出", "done"), ("不采纳", "done")]
    assert steps[1]["who"] == signer


def test_a_unit_is_not_shown_the_tab_of_proposals(measure, dispatcher, enter):
    page = enter(dispatcher).get(LIST)
    assert "待定建议" not in [str(tab["label"]) for tab in page.context["tabs"]]


@pytest.mark.parametrize(("who", "status"), [*zip(CAST, [200, 403, 403, 403, 403, 403, 403], strict=True)])
def test_the_office_alone_proposes(who, status, enter_as):
    assert enter_as(who).get(reverse("measure_propose")).status_code == status
    assert enter_as(who).get(reverse("measure_rule_add")).status_code == status


def test_it_proposes_of_any_project(project, office, enter):
    sent = {"project": project.code, "kind": "REWARD", "reasons": "提前竣工"}
    page = enter(office).post(reverse("measure_propose"), sent)
    assert page.url == reverse("measure", args=[Measure.objects.get().pk])


# 规则


def rows_of(*rules, **more):
    sent = {"effective_on": in_days(1), "code": "×重点督", "source": "区政府会议", "rows": len(rules)}
    for place, (trigger, limit, level) in enumerate(rules):
        sent |= {f"row-{place}-trigger": trigger, f"row-{place}-limit": limit, f"row-{place}-level": level}
    return sent | more


STRICT, KIND = ("RED_MONTHS", 2, "INTERVIEW"), ("SMOOTH_MONTHS", 8, "COMMENDATION")


def test_rules_are_tried_on_the_last_month_before_they_are_adopted(project, office, enter):
    lit(project, "RED", "RED", "RED")
    page = enter(office).post(reverse("measure_rule_add"), rows_of(STRICT, KIND, **{"try": "1"}))
    (row,) = page.context["tried"]["rows"]
    assert (row["before"], row["after"], row["is_changed"]) == ("限期整改", "约谈", True)
    assert not MeasureRuleEdition.objects.exists()
    assert not Measure.objects.exists()


def test_an_edition_is_added_and_judges_from_its_day_on(project, office, enter):
    closing = lit(project, "RED", "RED", "RED")
    assert enter(office).post(reverse("measure_rule_add"), rows_of(STRICT, KIND)).status_code == 302
    edition = MeasureRuleEdition.objects.get()
    assert (edition.number, edition.rule_set[0].in_words()) == (2, "连续亮红灯 2 个月及以上：约谈")
    (new,) = measures.propose_after(closing=closing, at=NOW)
    assert (new.kind, new.rule_edition) == ("RECTIFICATION", 1)
    assert "第 2 版" in said(enter(office).get(reverse("measure_rules")))


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        pytest.param(rows_of(STRICT), "“表扬支持”没有规则", id="one-side"),
        pytest.param(rows_of(STRICT, ("RED_MONTHS", 3, "REMINDER"), KIND), "不比", id="milder"),
        pytest.param(rows_of(STRICT, KIND, effective_on=in_days(-1)), "早于今天", id="past"),
    ],
)
def test_rules_with_a_fault_are_refused_in_words(sent, words, office, enter):
    assert words in said(enter(office).post(reverse("measure_rule_add"), sent))
    assert not MeasureRuleEdition.objects.exists()


def test_my_page_says_what_waits(project, office, signer, dispatcher, enter):
    proposed(KeyProject.objects.get(), office)
    assert "1 项结果运用建议等待您审定" in said(enter(signer).get("/"))
    measure = told(KeyProjectFactory(lead_unit=project.lead_unit), office, signer, "RECTIFICATION")
    assert "1 项承诺、整改事项在您手上办理" in said(enter(dispatcher).get("/"))
    rectifications.hand_in(item=measure.items.get(), report="已到场", by=dispatcher, at=NOW)
    assert "1 项整改情况等待复查" in said(enter(office).get("/"))
    assert RectificationItem.objects.get().state == "HANDED_IN"


def test_what_a_project_has_promised_is_on_its_page(project, office, signer, lead, enter):
    arrange(approved(project, office, signer), office)
    told(project, office, signer, "RECTIFICATION")
    page = enter(lead).get(reverse("project_measures", args=[project.code]))
    assert [row["text"] for row in page.context["items"]] == ["增加两台塔吊"]
    assert len(page.context["rows"]) == 1
