"""季观摩的页面: who opens what, the whole course by buttons without a script, and pages that stay quick."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from scheduling.actions import inspections, pre_screenings
from scheduling.models import Finding, InspectionRound, InspectionRule, PracticeCard, Problem
from tests.factories import KeyProjectFactory
from tests.scheduling.inspections.cases import choose, make_fit, open_round
from tests.sheets import taken

pytestmark = [pytest.mark.django_db, pytest.mark.core]
CAST = ["lead", "dispatcher", "office", "signer", "leader", "outsider"]
SHOWN, HIDDEN, REFUSED = 200, 404, 403
EVERYBODY, OFFICE = (SHOWN,) * 6, (REFUSED, REFUSED, SHOWN, REFUSED, REFUSED, REFUSED)

# While candidates are chosen the round is the office's and the reviewers'; nobody else knows where it goes.
CHOOSING = {
    "inspection_list": EVERYBODY,
    "inspection_open": OFFICE,
    "inspection_rules": EVERYBODY,
    "inspection_rule_add": OFFICE,
    "inspection_candidates": (REFUSED, SHOWN, SHOWN, REFUSED, REFUSED, SHOWN),
    "inspection_route": (HIDDEN, HIDDEN, SHOWN, HIDDEN, HIDDEN, HIDDEN),
    "inspection_findings": (HIDDEN, HIDDEN, SHOWN, HIDDEN, HIDDEN, HIDDEN),
    "inspection_practices": (HIDDEN, HIDDEN, SHOWN, HIDDEN, HIDDEN, HIDDEN),
    "inspection_amend": OFFICE,
    "inspection_cancel": OFFICE,
    "inspection_timetable": OFFICE,
    "stop_choose": OFFICE,
    "pre_screen": (REFUSED, SHOWN, REFUSED, REFUSED, REFUSED, HIDDEN),
    "stop_edit": OFFICE,
}
TOURED = {
    "inspection_route": EVERYBODY,
    "inspection_findings": EVERYBODY,
    "inspection_practices": EVERYBODY,
    "finding_new": OFFICE,
    "practice_card_new": OFFICE,
}
PRESSED = ["inspection_fix_route", "inspection_reopen_route", "stop_move", "stop_drop"]


def address(name, inspection, project):
    if name in {"inspection_list", "inspection_open", "inspection_rules", "inspection_rule_add"}:
        return reverse(name)
    if name in {"stop_choose", "pre_screen"}:
        return reverse(name, args=[inspection.pk, project.code])
    if name in {"stop_edit", "stop_move", "stop_drop", "finding_new"}:
        return reverse(name, args=[inspection.stops.first().pk])
    return reverse(name, args=[inspection.pk])


def answers(browser, names, *about):
    return {name: browser.get(address(name, *about)).status_code for name in names}


@pytest.mark.parametrize("who", CAST)
def test_each_of_the_cast_while_candidates_are_chosen(enter_as, inspection, fit, others, who):
    choose(inspection, others[0], by=inspection.opened_by)
    expected = {name: codes[CAST.index(who)] for name, codes in CHOOSING.items()}
    assert answers(enter_as(who), CHOOSING, inspection, fit) == expected


@pytest.mark.parametrize("who", CAST)
def test_each_of_the_cast_once_the_route_is_fixed(enter_as, toured, fit, who):
    expected = {name: codes[CAST.index(who)] for name, codes in TOURED.items()}
    assert answers(enter_as(who), TOURED, toured, fit) == expected


@pytest.mark.parametrize("who", [who for who in CAST if who != "office"])
def test_nobody_but_the_office_presses_a_button(enter_as, toured, fit, who):
    browser = enter_as(who)
    assert {browser.post(address(name, toured, fit)).status_code for name in PRESSED} == {REFUSED}


def test_a_judge_without_any_project_sees_the_route_and_no_link_to_a_project(enter, outsider, toured, fit):
    page = enter(outsider).get(reverse("inspection_route", args=[toured.pk])).content.decode()
    assert fit.name in page
    assert reverse("project_detail", args=[fit.code]) not in page


def test_the_route_is_taken_away_from_where_all_meet_and_back_to_it(enter, office, toured, fit):
    rows = taken(enter(office).get(reverse("inspection_route", args=[toured.pk]), {"sheet": "xlsx"}))
    assert [row["顺序"] for row in rows] == [None, 1, 2, 3, None]
    assert (rows[0]["地点"], rows[1]["地点"]) == (f"{toured.origin}集合出发", fit.name)
    moments = [moment for row in rows for moment in (row["到达"], row["离开"]) if moment]
    assert moments == sorted(moments)
    assert rows[-1]["行车（分钟）"] == toured.return_minutes


def test_the_office_goes_from_opening_to_the_fixed_route_by_forms_alone(enter, office, fit, others):
    browser, leaves = enter(office), timezone.localtime() + timedelta(days=9)
    said = {"title": "年末观摩", "emphases": ["COMPLETION"], "starts_at": f"{leaves:%Y-%m-%dT%H:%M}"}
    said |= {"year": 2026, "quarter": 4, "origin": "区政府东门", "return_minutes": 25}
    page = browser.post(reverse("inspection_open"), said, follow=True).content.decode()
    opened = InspectionRound.objects.get()
    assert "3 个候选项目中 3 个符合条件（3 个待初审），已选定 0 个观摩点" in page
    for project in (fit, others[0]):
        browser.post(reverse("stop_choose", args=[opened.pk, project.code]))
    first, second = opened.stops.all()
    browser.post(reverse("stop_move", args=[second.pk]), {"to": "up"})
    said = {f"stop-{first.pk}-{name}": value for name, value in _line(2, 40, 30, "李局长").items()}
    said |= {f"stop-{second.pk}-{name}": value for name, value in _line(1, 10, 20, "").items()}
    browser.post(reverse("inspection_timetable", args=[opened.pk]), said)
    page = browser.post(reverse("inspection_fix_route", args=[opened.pk]), follow=True).content.decode()
    back = leaves + timedelta(minutes=10 + 20 + 40 + 30 + 25)
    assert f"2 个观摩点，{leaves:%H:%M} 出发，{back:%H:%M} 返回，共 2 小时 5 分钟" in page
    assert "李局长" in page


def _line(place, travel, minutes, presenter):
    return {"place": place, "travel_minutes": travel, "minutes": minutes, "presenter": presenter}


def test_what_is_excluded_is_chosen_on_a_page_of_its_own_that_says_why_it_is(enter, office, inspection, lead_unit):
    behind = make_fit(KeyProjectFactory(lead_unit=lead_unit), share=12)
    url = reverse("stop_choose", args=[inspection.pk, behind.code])
    page = enter(office).post(url).content.decode()
    assert "累计完成投资占总投资 12.0%，低于 33%" in page
    assert not inspection.stops.exists()
    enter(office).post(url, {"exception": "省级示范项目"})
    assert inspection.stops.get().exception == "省级示范项目"


def test_a_reviewer_owes_a_word_on_the_own_candidates_until_it_is_given(enter_as, dispatcher, inspection, fit, others):
    owed = "候选项目待本单位初审"
    assert f"有 3 个{owed}" in enter_as("dispatcher").get(reverse("my_page")).content.decode()
    assert owed not in enter_as("outsider").get(reverse("my_page")).content.decode()
    url = reverse("pre_screen", args=[inspection.pk, fit.code])
    enter_as("dispatcher").post(url, {"verdict": "NOT_RECOMMENDED", "note": "正在停产检修"})
    for project in others:
        pre_screenings.pre_screen(
            inspection=inspection, project=project, verdict="RECOMMENDED", note="", by=dispatcher, at=timezone.now()
        )
    assert owed not in enter_as("dispatcher").get(reverse("my_page")).content.decode()
    page = enter_as("dispatcher").get(reverse("inspection_candidates", args=[inspection.pk])).content.decode()
    assert "牵头单位不推荐：正在停产检修" in page


def test_candidates_are_narrowed_to_those_one_asks_for(enter, office, inspection, lead_unit):
    three = [make_fit(KeyProjectFactory(lead_unit=lead_unit)) for _ in range(3)]
    KeyProjectFactory(lead_unit=lead_unit)
    choose(inspection, three[0], by=office)
    browser, url = enter(office), reverse("inspection_candidates", args=[inspection.pk])
    asked = {"": 4, "eligible": 3, "excluded": 1, "chosen": 1, "waiting": 3, "nonsense": 4}
    assert {show: len(browser.get(url, {"show": show}).context["rows"]) for show in asked} == asked


def test_findings_and_practices_are_written_down_after_the_tour(enter, office, toured, fit):
    stop, browser, by_then = toured.stops.get(project=fit), enter(office), timezone.localdate() + timedelta(days=9)
    said = {"kind": "CONSTRUCTION", "title": "围挡破损", "responsible_unit": fit.lead_unit_id, "needed_by": by_then}
    page = browser.post(reverse("finding_new", args=[stop.pk]), said, follow=True).content.decode()
    assert "发现问题 1 项，已解决 0 项。" in page
    assert reverse("problem", args=[Finding.objects.get().problem_id]) in page
    said = {"stop": stop.pk, "title": "拿地即开工", "what": "并行报建", "contact": "区住建局 李某"}
    browser.post(reverse("practice_card_new", args=[toured.pk]), said)
    card = PracticeCard.objects.get()
    page = browser.get(reverse("inspection_practices", args=[toured.pk])).content.decode()
    assert "拿地即开工" in page
    browser.post(reverse("practice_card_withdraw", args=[card.pk]), {"text": "不属实"})
    assert "拿地即开工" not in browser.get(reverse("inspection_practices", args=[toured.pk])).content.decode()
    assert Problem.objects.count() == 1


def test_a_rule_is_adopted_by_its_form(enter, office):
    said = {"effective_on": timezone.localdate(), "rest_rounds": 6, "least_invested": "", "trimmed_from": 5}
    said |= {"routine_share": 80, "fewest": 3, "emphasis_0": ["START", "PROGRESS"], "emphasis_3": ["COMPLETION"]}
    page = enter(office).post(reverse("inspection_rule_add"), said, follow=True).content.decode()
    assert "最近 6 轮观摩过的不再入选" in page
    adopted = InspectionRule.objects.get()
    assert adopted.emphases == [["START", "PROGRESS"], [], [], ["COMPLETION"]]
    assert (adopted.needs_formalities, adopted.least_invested) == (False, None)


def test_thirty_rows_take_as_many_queries_as_one(django_assert_num_queries, enter, office, lead_unit):
    opened = open_round(office, starts_in=timedelta(hours=-1))
    thirty = [make_fit(KeyProjectFactory(lead_unit=lead_unit)) for _ in range(30)]
    choose(opened, *thirty, by=office)
    browser = enter(office)
    browser.get(reverse("inspection_list"))
    numbers = {"inspection_candidates": 16, "inspection_route": 6, "inspection_timetable": 5}
    pages_of_thirty(browser, opened, numbers, django_assert_num_queries)
    inspections.fix_route(inspection=opened, by=office, at=timezone.now())
    pages_of_thirty(browser, opened, {"inspection_findings": 7}, django_assert_num_queries)
    with django_assert_num_queries(6):
        browser.get(reverse("inspection_list"))


def pages_of_thirty(browser, opened, numbers, counting):
    for name, number in numbers.items():
        with counting(number):
            page = browser.get(reverse(name, args=[opened.pk]))
        assert len(page.context["rows"]) == 30
        assert len(page.content) < 40_000, name
