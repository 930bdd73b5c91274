"""逾期清单: the page, its print, its Excel. Every question is asked of a day gone by and of a day to come."""

import re
from datetime import date
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from projects import changed
from projects.figures import chinese_date
from projects.models import AuditEvent, Stage
from scheduling.actions import standings
from tests.factories import (
    KeyProjectFactory,
    MilestoneFactory,
    StageTargetFactory,
    UnitFactory,
    date_milestone,
    date_stage_target,
)

pytestmark = pytest.mark.django_db

DUE = date(2020, 3, 5)
GONE_BY, TO_COME = "2020-03-15", "2100-03-15"
both_ways = pytest.mark.parametrize("on", [GONE_BY, TO_COME])
LIST = reverse("overdue_list")


def late(project, *, approved_on=DUE, **fields):
    """A milestone of this project that was due, and never reached."""
    dates = {key: fields.pop(key) for key in ("original_on", "forecast_on") if key in fields}
    milestone = MilestoneFactory(project=project, **fields)
    version = date_milestone(milestone, approved_on=approved_on, **dates)
    changed.announce([project.pk], at=version.recorded_at)
    return milestone


def page(client, **address):
    response = client.get(LIST, address)
    assert response.status_code == 200
    return response.content.decode()


def text_of(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def names(html):
    return re.findall(r'class="cell-title"><a [^>]*>([^<]+)<', html)


# Who is let in


@pytest.mark.parametrize("person", ["lead", "dispatcher", "office", "signer", "leader"])
def test_whoever_reads_the_project_sees_it_on_the_list(person, request, project, enter):
    late(project)
    assert names(page(enter(request.getfixturevalue(person)), on=GONE_BY)) == [project.name]


@pytest.mark.core
@both_ways
def test_whoever_may_not_see_the_project_does_not_see_it_nor_its_count(on, outsider, project, enter):
    late(project)
    html = page(enter(outsider), on=on)
    assert names(html) == []
    assert "您可查看的项目没有逾期事项" in html


@pytest.mark.parametrize("person", ["sys_admin", "sec_admin", "audit_admin"])
@pytest.mark.parametrize("url", [LIST, reverse("overdue_export")])
def test_administrators_see_no_business(person, url, request, enter):
    assert enter(request.getfixturevalue(person)).get(url).status_code == 403


@pytest.mark.parametrize("url", [LIST, reverse("overdue_export")])
def test_nobody_sees_it_without_signing_in(url, client, db):
    assert client.get(url).headers["Location"].startswith(reverse("login"))


# What it says


@pytest.mark.core
@both_ways
def test_the_first_sentence_says_how_many_are_late_and_by_how_much(on, office, project, enter):
    late(project)
    late(project, approved_on=date(2020, 3, 10))
    late(KeyProjectFactory(), approved_on=date(2020, 3, 1))
    days = (date.fromisoformat(on) - date(2020, 3, 1)).days
    assert f"共 2 个项目 3 项逾期，最长逾期 {days:,} 天。" in page(enter(office), on=on)


@both_ways
def test_a_row_names_who_answers_and_opens_to_all_dates(on, office, project, enter):
    late(project, name="主体结构封顶", original_on=date(2020, 1, 5), forecast_on=date(2100, 12, 31))
    date_stage_target(StageTargetFactory(project=project, target="具备开工条件"), approved_on=date(2020, 3, 9))
    standings.refresh([project.pk], project.milestones.get().dates.get().recorded_at)

    said = text_of(page(enter(office), on=on))
    days = (date.fromisoformat(on) - DUE).days
    assert f"{project.name} 区住房和城乡建设局 李项目 孙区长 主体结构封顶 节点逾期 2020-03-05 {days:,}" in said
    assert f"共 2 项逾期，较原定 2020-01-05 晚 {days + 60:,} 天，预计 2100-12-31 完成" in said
    day = chinese_date(date.fromisoformat(on))
    assert f"截至{day}仍未完成“主体结构封顶”，应于 2020-03-05 完成，逾期 {days:,} 天。" in said
    assert f"截至{day}仍未实现阶段目标“具备开工条件”，应于 2020-03-09 实现，逾期 {days - 4:,} 天。" in said


@both_ways
def test_an_expected_date_gone_by_is_said_to_be_so(on, office, project, enter):
    late(project, forecast_on=date(2020, 3, 14))
    assert "预计 2020-03-14 完成，预计日期已过" in page(enter(office), on=on)


@pytest.mark.core
@both_ways
def test_the_worst_comes_first_and_the_order_can_be_turned(on, office, enter):
    for n in (3, 1, 2):
        late(KeyProjectFactory(name=f"项目{n}", sort_key=str(n)), approved_on=date(2020, 3, n))
    client = enter(office)
    assert names(page(client, on=on)) == ["项目1", "项目2", "项目3"]
    assert names(page(client, on=on, sort="days")) == ["项目3", "项目2", "项目1"]
    assert names(page(client, on=on, sort="-name")) == ["项目3", "项目2", "项目1"]
    assert names(page(client, on=on, sort="nonsense")) == ["项目1", "项目2", "项目3"]


@pytest.mark.core
@both_ways
@pytest.mark.parametrize("sort", ["leader", "-leader"])
def test_projects_without_a_leader_come_last_either_way(sort, on, office, project, enter):
    late(project)
    late(KeyProjectFactory(name="无人包联"))
    assert names(page(enter(office), on=on, sort=sort)) == [project.name, "无人包联"]


@pytest.mark.core
@both_ways
def test_it_is_narrowed_by_what_the_project_is(on, office, leader, project, enter):
    late(project)
    town = UnitFactory(name="临溪街道", kind="TOWN")
    other = KeyProjectFactory(name="临溪产业园", town=town, focus_area="INDUSTRY")
    late(other)
    client = enter(office)
    for address in ({"lead_unit": other.lead_unit_id}, {"town": town.pk}, {"focus_area": "INDUSTRY"}, {"q": "lxcy"}):
        assert names(page(client, on=on, **address)) == ["临溪产业园"], address
    for address in ({"leader": leader.pk}, {"person": "李项"}):
        assert names(page(client, on=on, **address)) == [project.name], address


@pytest.mark.core
@both_ways
def test_it_is_narrowed_by_what_the_items_are(on, office, project, enter):
    late(project, approved_on=date(2020, 3, 1), name="早", stage=Stage.PREPARATION)
    late(project, approved_on=date(2020, 3, 9), name="晚", stage=Stage.COMMISSIONING)
    client = enter(office)
    said = text_of(page(client, on=on, stage="COMMISSIONING"))
    assert "符合条件的项目中，共 1 个项目 1 项逾期" in said
    assert "早" not in said
    least = (date.fromisoformat(on) - date(2020, 3, 1)).days
    assert "共 1 个项目 1 项逾期" in page(client, on=on, least_days=least)
    assert "没有逾期事项" in page(client, on=on, least_days=least + 1)


def test_a_condition_that_cannot_be_read_is_pointed_out_and_narrows_nothing(office, project, enter):
    late(project)
    html = page(enter(office), on=GONE_BY, least_days="很久")
    assert "field-wrong" in html
    assert names(html) == [project.name]


def test_a_day_that_is_none_is_refused_in_words(office, enter):
    response = enter(office).get(LIST, {"on": "2026-02-30"})
    assert response.status_code == 409
    assert "“2026-02-30”不是有效的日期" in response.content.decode()


@pytest.mark.core
def test_before_a_completion_was_recorded_the_item_is_on_the_list_as_then_known(office, project, enter):
    milestone = late(project)
    before = milestone.dates.get().recorded_at
    date_milestone(milestone, approved_on=DUE, actual_on=date(2020, 3, 4))
    client = enter(office)
    assert names(page(client, on=GONE_BY)) == []
    html = page(client, on=GONE_BY, known_at=before.isoformat())
    assert names(html) == [project.name]
    assert "所知" in html


def test_an_empty_list_says_what_to_do_next(office, enter):
    client = enter(office)
    assert "都没有超过期限" in page(client)
    assert "可放宽或清除筛选条件" in page(client, q="查无此项")


# How it is built


@pytest.mark.core
@pytest.mark.parametrize(("on", "queries"), [(GONE_BY, 26), (TO_COME, 13)])
def test_thirty_projects_take_as_many_queries_as_one(on, queries, office, enter, django_assert_num_queries):
    for _ in range(35):
        late(KeyProjectFactory())
    client = enter(office)
    page(client)
    with django_assert_num_queries(queries):
        html = page(client, on=on, print=1)
    assert html.count("主体结构封顶</td>") == 35
    html = page(client, on=on)
    assert len(names(html)) == 20
    assert len(html.encode()) < 30_000
    assert "第 1–20 个项目，共 35 个项目" in text_of(html)
    assert len(names(page(client, on=on, page=2, stage="MAIN_CONSTRUCTION", sort="unit"))) == 15


# On paper and in Excel


@pytest.mark.core
@both_ways
def test_the_print_has_all_rows_on_one_page(on, office, enter):
    for _ in range(35):
        late(KeyProjectFactory())
    html = page(enter(office), on=on, print=1, q="滨河")
    assert html.count("主体结构封顶</td>") == 35
    assert "筛选条件：项目名称、编号或拼音：滨河" in html
    assert "按目前所知" not in html, "paper outlives the moment"


@pytest.mark.core
@both_ways
def test_the_excel_says_what_the_page_says(on, office, lead, project, enter):
    late(project, original_on=date(2020, 1, 5))
    late(project, approved_on=date(2020, 3, 10), name="=1+1")
    late(KeyProjectFactory(name="不在其中"))
    response = enter(office).get(reverse("overdue_export"), {"on": on, "leader": project.linked_leader_id})
    sheet = load_workbook(BytesIO(b"".join(response.streaming_content))).worksheets[0]

    assert re.search(r"，按\d+年\d+月\d+日 \d\d:\d\d所知", sheet["A2"].value)
    heading, *rows = [row for row in sheet.iter_rows(values_only=True) if row[2]]
    found = [dict(zip(heading, row, strict=True)) for row in rows]
    days = (date.fromisoformat(on) - DUE).days
    assert [row["逾期天数（天）"] for row in found] == [days, days - 5]
    assert [row["较原定晚（天）"] for row in found] == [days + 60, days - 5]
    assert [row["逾期事项"] for row in found] == ["主体结构封顶", "'=1+1"]
    assert {(row["项目名称"], row["责任人"], row["包联领导"]) for row in found} == {(project.name, "李项目", "孙区长")}
    assert AuditEvent.objects.get(action="list.exported").changes["rows"] == 2
