"""数据来源的页面: what a figure is made of adds up to it, down to the reports of a project."""

import re
from urllib.parse import quote

import pytest
import time_machine
from django.urls import reverse

from tests.reports.bulletins.issued import JANUARY, issue_october, plan, reported
from tests.scheduling.reporting_samples import project_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(lead, dispatcher, office, signer):
    """Of 1,200 each they have done 900 and 500 by the end of October."""
    unit = lead.posts.get().unit
    with time_machine.travel(JANUARY):
        projects = [project_of(lead, unit, code=f"ZD-000{n}") for n in (1, 2)]
        plan(projects, office, signer)
    for project, amount in zip(projects, ("900", "500"), strict=True):
        reported(project, lead, dispatcher, amount)
    return projects


@pytest.fixture
def document(two, people):
    return issue_october(people)


def shown(browser, document, name, **query):
    return browser.get(reverse("bulletin_figure", args=[document.draft.pk, name]), query).content.decode()


@pytest.mark.core
def test_the_projects_add_up_to_the_printed_figure(enter, leader, document, two):
    page = shown(enter(leader), document, "全区·投资完成率")
    assert "Σ 1,400 ÷ Σ 2,400 × 100% = 58.3%" in page
    assert [project.name for project in two if project.name not in page] == []
    assert "当年累计完成投资 ÷ 年度计划投资" in page


@pytest.mark.core
def test_a_project_opens_the_reports_that_were_counted(enter, leader, document, two):
    page = shown(enter(leader), document, "全区·当年累计完成投资", project=two[0].pk)
    reports = page.partition('id="reports"')[2]
    assert "王审核" in reports
    assert reports.count("900") == 2
    assert "500" not in reports


def test_a_gap_says_what_is_taken_off(enter, leader, document):
    assert " − 83.3333% = 欠25.0个百分点" in shown(enter(leader), document, "全区·超欠进度")


@pytest.mark.parametrize("name", ["全区·逾期项目数", "全区·序时进度", "全区·应开未开"])
def test_every_kind_of_figure_opens(enter, leader, document, name):
    assert "怎样算" in shown(enter(leader), document, name)


@pytest.mark.core
def test_a_figure_is_found_by_its_words(enter, office, draft):
    page = enter(office).get(reverse("bulletin_figures", args=[draft.pk]), {"q": "全区 完成率"}).content.decode()
    assert "{全区·投资完成率}" in page
    assert "{全区·项目数}" not in page


@pytest.mark.parametrize(("who", "status"), [("dispatcher", 403), ("outsider", 403), ("leader", 404)])
def test_of_a_paper_under_way_nobody_else_learns_figures(enter_as, draft, who, status):
    browser = enter_as(who)
    for name, args in (("bulletin_figures", [draft.pk]), ("bulletin_figure", [draft.pk, "全区·投资完成率"])):
        assert browser.get(reverse(name, args=args)).status_code == status


def test_what_is_no_figure_is_not_found(enter, office, draft):
    assert enter(office).get(reverse("bulletin_figure", args=[draft.pk, "全区·不存在"])).status_code == 404


@pytest.mark.core
def test_thirty_projects_take_few_queries(enter, lead, people, leader, django_assert_num_queries):
    with time_machine.travel(JANUARY):
        projects = [project_of(lead, lead.posts.get().unit) for _ in range(30)]
        plan(projects, people[0], people[2])
    document = issue_october(people)
    browser = enter(leader)
    with django_assert_num_queries(12):
        page = shown(browser, document, "全区·投资完成率")
    assert page.count("滨河路综合改造工程") == 30
    assert len(page) < 40_000


@pytest.mark.core
def test_a_row_of_a_table_opens_the_figures_of_its_group(enter, leader, document):
    browser = enter(leader)
    annex = browser.get(reverse("bulletin_issued", args=[document.pk]), {"annex": 1}).content.decode()
    search = reverse("bulletin_figures", args=[document.draft.pk])
    links = [part.partition('"')[0] for part in annex.split('href="')[1:] if part.startswith(f"{search}?q=")]
    opened = [browser.get(link).content.decode() for link in dict.fromkeys(links)]
    assert any("单位：区住房和城乡建设局·投资完成率" in page for page in opened)


@pytest.mark.core
@pytest.mark.parametrize("at_desk", [True, False])
def test_each_figure_of_a_table_opens_what_is_behind_it(enter, people, document, at_desk):
    browser = enter(people[0])
    where = ("bulletin", document.draft.pk) if at_desk else ("bulletin_issued", document.pk)
    annex = browser.get(reverse(where[0], args=[where[1]]), {"annex": 1}).content.decode()
    row = annex.partition("区住房和城乡建设局</a>")[2].partition("</tr>")[0]
    links = re.findall(r'<td class="num"><a href="([^"]*)">([^<]*)</a></td>', row)
    assert len(links) == row.count("<td") - row.count(">—<") == 13
    rate = next(link for link, printed in links if printed == "58.33")
    response = browser.get(rate, follow=True)
    assert response.redirect_chain[0][0].endswith(quote("单位：区住房和城乡建设局·投资完成率") + "/")
    assert "Σ 1,400 ÷ Σ 2,400 × 100% = 58.3%" in response.content.decode()


def test_a_code_that_stands_for_no_figure_is_not_found(enter, office, draft):
    assert enter(office).get(reverse("figure_by_code", args=[draft.pk, "AAAAAAAA"])).status_code == 404
