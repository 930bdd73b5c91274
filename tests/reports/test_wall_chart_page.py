"""挂图作战: the page, for everybody who reads projects and for nobody else."""

from datetime import date

import pytest
from django.urls import reverse

from projects import changed
from tests.factories import KeyProjectFactory, MilestoneFactory, date_milestone

pytestmark = pytest.mark.django_db

CHART = reverse("wall_chart")
ON = "2020-03-15"


@pytest.fixture
def late_project(project):
    version = date_milestone(MilestoneFactory(project=project, name="封顶"), approved_on=date(2020, 3, 5))
    changed.announce([project.pk], at=version.recorded_at)
    return project


def page(browser, **address):
    response = browser.get(CHART, {"on": ON} | address)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("who", ["lead", "dispatcher", "office", "signer", "leader"])
def test_whoever_reads_the_project_sees_it_on_the_chart(who, enter_as, late_project):
    html = page(enter_as(who))
    assert late_project.name in html
    assert "截至2020年3月15日，1 个项目，1 个逾期（共 1 项），最长逾期 10 天。" in html


def test_whoever_may_not_see_it_sees_neither_it_nor_its_count(enter, outsider, late_project):
    browser = enter(outsider)
    html = page(browser)
    assert late_project.name not in html
    assert "没有可以上图的项目" in html
    assert browser.get(CHART, {"project": late_project.code}).status_code == 404


@pytest.mark.parametrize("who", ["sys_admin", "sec_admin", "audit_admin"])
def test_administrators_see_no_chart(who, enter_as):
    assert enter_as(who).get(CHART).status_code == 403


def test_the_chart_of_one_project_shows_its_nodes(enter, lead, late_project):
    html = page(enter(lead), project=late_project.code)
    assert "封顶" in html
    assert "1 个节点，完成 0 个，逾期 1 个" in html


@pytest.mark.parametrize("group", ["unit", "leader", "area", "stage", "town", "nonsense"])
@pytest.mark.parametrize("zoom", ["month", "week", "day", "nonsense"])
def test_every_grouping_and_zoom_is_drawn(group, zoom, enter, office, late_project):
    html = page(enter(office), group=group, zoom=zoom)
    assert "<svg" in html
    assert "逾期 10 天" in html


def test_zooming_swaps_the_same_part_that_the_page_holds(client, enter, office, late_project):
    browser = enter(office)
    part = browser.get(CHART, {"on": ON, "zoom": "week"}, headers={"HX-Request": "true"}).content.decode()
    assert part.strip().startswith('<div id="wall-chart"')
    assert part.strip() in page(browser, zoom="week")


def test_the_table_says_the_same_with_four_dates(enter, office, late_project):
    html = page(enter(office))
    table = html[html.index("<table") :]
    assert table.count("2020-03-05") == 2  # original and approved
    assert "<b>逾期 10 天</b>" in table


def test_it_can_be_narrowed_to_a_leader(enter, office, leader, late_project):
    other = KeyProjectFactory()
    html = page(enter(office), leader=leader.pk)
    assert late_project.name in html
    assert other.name not in html


def test_the_window_can_be_moved(enter, office, late_project):
    html = page(enter(office), zoom="week", **{"from": "2021-05-01"})
    assert "2021年4月26日至2021年10月24日" in html


def test_the_frame_can_be_reached_by_keyboard(enter, office, late_project):
    assert '<div class="wall" tabindex="0" role="region" aria-label=' in page(enter(office))


def test_all_rows_of_one_project_are_in_sight(enter, office, late_project):
    browser = enter(office)
    assert 'class="wall wall-full"' in page(browser, project=late_project.code)
    assert "wall-full" not in page(browser)


def test_the_frame_knows_where_its_day_lies_unless_the_window_is_elsewhere(enter, office, late_project):
    browser = enter(office)
    assert "data-scroll-to=" in page(browser)
    assert "data-scroll-to=" not in page(browser, **{"from": "2022-01-01"})


@pytest.mark.parametrize("name", ["project_detail", "project_plan"])
def test_a_project_s_pages_lead_to_its_chart(name, enter, lead, late_project):
    html = enter(lead).get(reverse(name, args=[late_project.code])).content.decode()
    assert f'href="{CHART}?project={late_project.code}"' in html


def test_a_package_has_no_chart_to_lead_to(enter, office):
    package = KeyProjectFactory(is_package=True)
    assert f"{CHART}?project" not in enter(office).get(reverse("project_plan", args=[package.code])).content.decode()


def test_no_style_stands_in_the_page(enter, office, late_project):
    assert "style=" not in page(enter(office))


def test_thirty_projects_take_as_many_queries_as_one(enter, office, late_project, django_assert_max_num_queries):
    browser = enter(office)
    page(browser)
    for _ in range(29):
        date_milestone(MilestoneFactory(project=KeyProjectFactory()), approved_on=date(2020, 3, 5))
    with django_assert_max_num_queries(34):
        page(browser)
