"""逾期清单: of every kind what is missing, whose the days are, what is told of it, and what is new since last week."""

import re
from datetime import date, timedelta
from io import BytesIO

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from openpyxl import load_workbook

from projects import changed
from projects.models import KeyProject, Unit
from projects.roles import Role
from scheduling.actions import problems
from scheduling.lateness import pauses_by_reason, told
from scheduling.models import PeriodStanding, Problem
from scheduling.overdue import KINDS, Scope, overdue_list
from scheduling.overdue_words import split_words
from scheduling.project_days import AsKnown
from scheduling.standing import Span
from tests.conftest import appoint
from tests.factories import KeyProjectFactory, UnitFactory, date_milestone, reapprove, resume, suspend
from tests.scheduling.overdue_samples import (
    FEBRUARY,
    THURSDAY,
    TODAY,
    close_the_week,
    evaluate,
    late,
    owes_everything,
)

pytestmark = [pytest.mark.django_db, pytest.mark.core]

LIST, EXCEL, CHANGES = reverse("overdue_list"), reverse("overdue_export"), reverse("overdue_changes")


@pytest.fixture(autouse=True)
def on_a_thursday():
    with time_machine.travel(THURSDAY):
        yield


@pytest.fixture
def owing(request, project):
    cast = ("lead", "lead_unit", "dispatcher", "office", "signer")
    owes_everything(project, **{name: request.getfixturevalue(name) for name in cast})
    return project


def html_of(client, url=LIST, **address):
    return client.get(url, address).content.decode()


def said(client, url=LIST, **address):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html_of(client, url, **address)))


def told_of(project, on=TODAY, known_at=None):
    late = overdue_list(Scope(KeyProject.objects.filter(pk=project.pk)), on=on, known_at=known_at, today=TODAY)
    items = late.of_projects([project.pk])
    return told(items, AsKnown.past(on, known_at=known_at), verdicts=late.verdicts([project.pk]), last_week=None).get(
        project.pk, []
    )


# What is missing


both_days = pytest.mark.parametrize("on", [date(2026, 3, 4), TODAY], ids=["gone-by", "today"])


@both_days
def test_of_every_kind_it_says_what_has_not_been_done(on, owing, office, enter):
    words, day = said(enter(office), on=on.isoformat()), f"截至2026年3月{on.day}日"
    days = {since: (on - since).days for since in (date(2026, 2, 10), date(2026, 2, 25), date(2026, 3, 1))}
    for sentence in (
        f"{day}仍未开工，应于 2026-02-10 开工，逾期 {days[date(2026, 2, 10)]} 天。",
        f"{day}仍未竣工，应于 2026-03-02 竣工，逾期 {(on - date(2026, 3, 2)).days} 天。",
        f"{day}仍未完成“主体结构封顶”，应于 2026-03-01 完成，逾期 {days[date(2026, 3, 1)]} 天。",
        f"{day}“施工许可证”仍未办结，应于 2026-02-25 办结，逾期 {days[date(2026, 2, 25)]} 天。",
        f"{day}仍未办结交办事项“三月底前完成剩余房屋征收”，期限 2026-03-03，逾期 {(on - date(2026, 3, 3)).days} 天。",
    ):
        assert sentence in words
    assert "欠 190.00 万元，低 15.83 个百分点" in words, "投资滞后 is told by the gap, not by days alone"


@both_days
@pytest.mark.parametrize("kind", KINDS)
def test_the_tabs_count_every_kind_and_show_it_alone(kind, on, owing, office, enter):
    tabs = enter(office).get(LIST, {"on": on.isoformat(), "kind": kind}).context["tabs"]
    assert [tab["count"] for tab in tabs] == [6, 1, 1, 1, 1, 1, 1]
    assert [str(tab["label"]) for tab in tabs if tab["current"]] != ["全部"]
    response = enter(office).get(LIST, {"on": on.isoformat(), "kind": kind})
    (row,) = response.context["rows"]
    assert [item["kind"] for item in row["items"]] == [str(tab["label"]) for tab in tabs if tab["current"]]
    assert "共 1 个项目 1 项逾期" in response.context["headline"]


def test_of_one_kind_the_worst_of_that_kind_comes_first(owing, office, enter):
    other = KeyProjectFactory(name="临溪产业园")
    late(other, date(2026, 2, 1))
    evaluate(other)
    rows = enter(office).get(LIST, {"kind": "NODE"}).context["rows"]
    assert [row["name"] for row in rows] == [other.name, owing.name]
    assert enter(office).get(LIST, {"kind": "NODE", "sort": "days"}).context["rows"][0]["name"] == owing.name


# Whose the days are


def test_the_parts_come_to_the_days_since_the_approved_date(project, lead, office, government):
    bureau = UnitFactory(name="区水利局", parent=government)
    with time_machine.travel(FEBRUARY - timedelta(days=20)):
        milestone = late(project, date(2026, 2, 1))
        problem = Problem(
            project=project,
            kind="PIPELINES",
            title="管线未迁改",
            responsible_unit=bureau,
            court_unit=bureau,
            milestone=milestone,
            effect_days=9,
            needed_by=date(2026, 3, 1),
        )
        problems.raise_problem(problem=problem, support_units=(), by=lead, at=FEBRUARY - timedelta(days=20))
    resume(suspend(project, date(2026, 2, 4), office, excused_by=office), date(2026, 2, 9), office)
    suspend(project, date(2026, 3, 3), office, reason="资金：未到位", excused_by=office)
    evaluate(project)
    (found,) = told_of(project)
    assert (found.split.weather, found.split.paused, found.split.others) == (5, 3, (("区水利局", 9),))
    assert found.split.total == (TODAY - date(2026, 2, 1)).days == 32
    assert found.late.days == found.split.own + found.split.of_others == 24
    assert split_words(found.split) == "自身 15 天、区水利局 9 天、天气 5 天、批准停缓建 3 天"
    assert found.cause == "管线未迁改（区水利局办理，需 2026-03-01 前解决）"


@given(
    days=st.integers(0, 40),
    pauses=st.lists(
        st.tuples(st.sampled_from(["WEATHER", "FORCE_MAJEURE", "FUNDS", ""]), st.integers(0, 40), st.integers(1, 20)),
        max_size=4,
    ),
)
def test_whatever_was_paused_for_which_reason_the_parts_come_to_the_whole(days, pauses):
    first = date(2026, 2, 1)
    spans = [
        (reason, Span(first + timedelta(days=since), first + timedelta(days=since + length)))
        for reason, since, length in pauses
    ]
    parts = pauses_by_reason(days, spans, after=first, to=TODAY)
    assert sum(parts) == days
    assert min(parts) >= 0


def test_how_often_it_was_replanned_is_told_as_it_was_known(project, signer):
    with time_machine.travel(FEBRUARY):
        milestone = late(project, date(2026, 2, 1))
    reapprove(milestone, date(2026, 3, 1), signer)
    evaluate(project)
    assert [each.replans for each in told_of(project)] == [1]
    assert [each.replans for each in told_of(project, known_at=FEBRUARY + timedelta(hours=1))] == [0]


def test_without_an_expected_date_the_last_report_tells_what_is_intended(owing, project):
    assert {each.promise for each in told_of(owing)} == {"抢工"}
    (node,) = (each for each in told_of(owing) if each.late.item.name == "主体结构封顶")
    milestone = owing.milestones.get()
    date_milestone(milestone, approved_on=date(2026, 3, 1), forecast_on=date(2026, 4, 1))
    evaluate(owing)
    (node,) = (each for each in told_of(owing) if each.late.item.name == "主体结构封顶")
    assert node.promise == "预计 2026-04-01 完成"


# Since last week


def test_it_says_what_is_new_and_what_is_gone_since_the_week_was_closed(owing, office, enter):
    with time_machine.travel(FEBRUARY):
        done = late(owing, date(2026, 2, 12), name="基础施工")
    close_the_week()
    date_milestone(done, approved_on=date(2026, 2, 12), actual_on=date(2026, 3, 2))
    evaluate(owing)
    words = said(enter(office))
    assert "与上周末（2026年2月27日）相比，新增逾期 3 项，不再逾期 1 项。" in words
    changes = said(enter(office), CHANGES)
    new, _, gone = changes.partition("不再逾期 已经完成")
    for name in ("主体结构封顶", "三月底前完成剩余房屋征收", "竣工"):
        assert name in new
    assert "基础施工" in gone
    assert "基础施工" not in new
    (row,) = enter(office).get(LIST).context["rows"]
    assert sum(item["is_new"] for item in row["items"]) == 3


def test_where_nothing_was_kept_of_the_week_nothing_is_compared(owing, office, enter):
    assert "没有可以比较的上周数据" in said(enter(office), CHANGES)
    assert "与上周末" not in said(enter(office))


def test_a_week_frozen_before_items_were_kept_is_no_comparison(owing, office, enter):
    closing = close_the_week()
    row = PeriodStanding.objects.get(period=closing.period)
    assert {each["kind"] for each in row.late_items} == {"START", "PERMIT", "INVESTMENT"}


@pytest.mark.parametrize(
    ("who", "found"), [("lead", True), ("dispatcher", True), ("signer", True), ("leader", True), ("outsider", False)]
)
def test_changes_are_shown_of_the_projects_one_sees(who, found, owing, enter_as):
    close_the_week()
    assert (owing.name in said(enter_as(who), CHANGES)) == found


# The same on the page, on paper and in Excel


def figures_of_page(html):
    return re.findall(r"<li><b>(\S+?)</b>.*?(?:逾期|已) ([\d,]+) 天", html)


def figures_of_print(html):
    cells = r"<td>(\S{4})(?: <i>新增</i>)?</td><td>[^<]*</td><td class=\"date\">\S+</td><td class=\"date\">\S+</td>"
    return re.findall(cells + r"<td class=\"num\">([\d,]+)</td>", html)


def figures_of_sheet(response):
    sheet = load_workbook(BytesIO(b"".join(response.streaming_content))).worksheets[0]
    heading, *rows = [row for row in sheet.iter_rows(values_only=True) if row[2]]
    kind, days = heading.index("类别"), heading.index("逾期天数（天）")
    return [(row[kind], f"{row[days]:,}") for row in rows]


class TestTheSame(TestCase):
    def setUp(self):
        government = UnitFactory(name="区人民政府", kind=Unit.Kind.GOVERNMENT, path="000001/")
        self.office = appoint(Role.OFFICE, government, username="office", full_name="赵重点")
        self.client = Client()
        self.client.force_login(self.office, backend="django.contrib.auth.backends.ModelBackend")

    @given(
        st.lists(st.lists(st.integers(-20, 60), min_size=1, max_size=3), min_size=1, max_size=5),
        st.sampled_from(["-days", "days", "name"]),
        st.sampled_from(["", "NODE"]),
    )
    @settings(max_examples=5)
    def test_rows_and_figures_are_the_same_on_page_paper_and_sheet(self, district, sort, kind):
        with time_machine.travel(THURSDAY):
            for place, days_late in enumerate(district):
                project = KeyProjectFactory(sort_key=str(place))
                for days in days_late:
                    late(project, TODAY - timedelta(days=days))
            changed.announce([each.pk for each in KeyProject.objects.all()], at=THURSDAY)
            address = {"sort": sort, "kind": kind}
            page = figures_of_page(self.client.get(LIST, address).content.decode())
            assert page == figures_of_print(self.client.get(LIST, address | {"print": 1}).content.decode())
            assert page == figures_of_sheet(self.client.get(EXCEL, address))
            assert len(page) == sum(days > 0 for each in district for days in each)
