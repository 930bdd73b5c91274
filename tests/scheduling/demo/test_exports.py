"""Every list of the product can be taken away as Excel: the rows the page counts, defined, stamped, harmless."""

import re
from collections import deque
from datetime import date
from html import unescape
from io import BytesIO
from urllib.parse import urljoin

import pytest
from django.core.paginator import Page
from django.db import connection, transaction
from django.test import override_settings
from django.urls import Resolver404, resolve, reverse
from openpyxl import load_workbook

from projects import formulas
from projects.models import AuditEvent, KeyProject, User
from projects.roles import ADMINISTRATORS, Role
from scheduling.actions import demo
from scheduling.models import InspectionRound, ReportPeriod
from tests.config.test_separation import ADDRESSES

pytestmark = [pytest.mark.django_db, pytest.mark.core, pytest.mark.xdist_group("the demo of the weeks")]

# What shows a table or lines and is no list to take away: what it is instead.
NO_SHEET = {
    "设置": {
        *("assessment_scheme", "assessment_scheme_list", "calendar", "ledger_layout_list", "light_rule_edition"),
        *("light_rules", "measure_rule_add", "measure_rules", "reporting_duties", "reporting_rules"),
        *("score_sheet_add", "score_sheets", "template_edition", "template_list"),
    },
    "填报": {"inspection_timetable", "month_end", "report_batch", "weekly_report"},
    "一件事的页面，表格说的是它自己": {
        *("assessment_score", "audit_event", "change_request", "decision", "measure", "meeting", "milestone"),
        *("permit", "problem", "progress_report", "project_detail", "project_gate", "project_ledger"),
        *("project_photos", "project_targets", "stage_target", "stop_result", "supervision_order", "unit", "user"),
    },
    "文书，整份下载": {
        *("bulletin", "bulletin_difference", "bulletin_figure", "bulletin_figures", "bulletin_issued"),
        *("bulletin_public", "bulletin_text", "dispatch_sheet", "handover"),
    },
    "图和交叉表，每格打开自己的清单": {
        *("dashboard", "dashboard_groups", "dashboard_map", "dashboard_ranking", "dashboard_screen"),
        *("index_card", "wall_chart"),
    },
    "别处清单的摘要": {"my_page", "dashboard_changes"},
    "本人的授权": {"substitute_list"},
}
NOT_TAKEN = set().union(*NO_SHEET.values())
# The page counts something else than the rows of its sheet.
COUNTED_OTHERWISE = {
    "dispatch_sheet_list": "页面按周，表格按周和单位",
    "hold_times": "页面按部门，表格按部门和事项",
    "unit_list": "页面按类别分两页，表格含全部单位",
    "overdue_list": "页面按项目，表格按逾期事项",
    "project_baselines": "页面按节点，表格按节点和基线",
    "baselines": "页面按节点，表格按节点和基线",
}
LINKS = re.compile(r'<a (?!class="button)[^>]*href="(/[^"]*)"')  # a button leads to what one does, not to what there is
LEFT_ALONE = {"logout", "api_docs"}
READERS = (Role.OFFICE, Role.PROJECT_LEAD, Role.AUDIT_ADMIN)


@pytest.fixture(scope="module", autouse=True)
def loaded(django_db_setup, django_db_blocker, tmp_path_factory):
    """Loaded once for this file and rolled back after it."""
    files = override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("files"))
    with files, django_db_blocker.unblock(), transaction.atomic():
        demo.load(seed=2025, anchor=date(2026, 11, 27), by=None)
        connection.check_constraints()
        KeyProject.objects.filter(pk=KeyProject.objects.order_by("pk").values("pk")[:1]).update(name="=1+1")
        yield
        transaction.set_rollback(True)


@pytest.fixture
def enter_as(client):
    """Sign in the first person of the demo district who holds this role."""

    def sign_in(role):
        user = User.objects.filter(posts__role=role).order_by("pk").first()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


def beginnings():
    """Every page without arguments, and those of a project, a round and a week of which there is much."""
    project = KeyProject.objects.filter(permits__isnull=False, problems__isnull=False).order_by("pk").first()
    week = ReportPeriod.objects.filter(kind="WEEK", closing__finished_at__isnull=False).first()
    of = {
        "project": project.code,
        "inspection": InspectionRound.objects.filter(state="PUBLISHED").first().pk,
        "reporting": week.pk,
    }
    for name, arguments in ADDRESSES.items():
        noun = name.partition("_")[0]
        if not arguments:
            yield reverse(name)
        elif noun in of and arguments in (["pk"], ["code"]):
            yield reverse(name, args=[of[noun]])


def pages(browser, known):
    """One page of every address the person comes to by links, with its context; none of those known."""
    waiting, asked = deque(beginnings()), set()
    while waiting:
        url = waiting.popleft().partition("#")[0]
        shape = re.sub(r"[0-9]+", "0", url.partition("?")[0])  # what differs in its numbers alone is one address
        if shape in asked:
            continue
        asked.add(shape)
        name = name_of(url)
        if name is None or name in known:
            continue
        response = browser.get(url)
        if response.status_code == 302:
            waiting.appendleft(response.url)
        elif b"".join(response) and response.status_code == 200 and response.context is not None:
            known.add(name)
            html = response.content.decode()
            yield name, url, html, response.context
            waiting.extend(map(unescape, LINKS.findall(html)))


def name_of(url):
    try:
        name = resolve(url.partition("?")[0]).url_name
    except Resolver404:
        return None
    return None if name in LEFT_ALONE else name


def is_list(name, html, context):
    shows_rows = "<table" in html or '<ul class="lines' in html
    return shows_rows or isinstance(context.get("page"), Page) or name.endswith("_list")


def link_of(url, html):
    found = re.search(r'href="([^"]+)">导出 Excel</a>', html)
    return found and urljoin(url, unescape(found[1]))


def book_of(browser, url):
    return load_workbook(BytesIO(b"".join(browser.get(url).streaming_content)))


def test_every_list_can_be_taken_away_as_it_is(enter_as):
    known, without, taken = set(), set(), set()
    for role in READERS:
        browser = enter_as(role)
        for name, url, html, context in pages(browser, known):
            link, page = link_of(url, html), context.get("page")
            if link:
                counts = isinstance(page, Page) and name not in COUNTED_OTHERWISE
                check(book_of(browser, link), page.paginator.count if counts else None, name)
                taken.add(name)
            elif is_list(name, html, context):
                without.add(name)
    assert not without - NOT_TAKEN
    assert not taken & NOT_TAKEN
    assert len(taken) >= 45, taken
    assert AuditEvent.objects.filter(action="list.exported").count() >= len(taken)


def check(book, count, name):
    """One sheet of rows under a title and a stamp, and the sheet that says what its columns mean."""
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    defined = {line[0]: line[1] for line in book["口径说明"].iter_rows(values_only=True)}
    assert rows[0][0], name
    assert rows[1][0] == defined["截止"], name
    assert all(defined.get(formulas.guarded(heading)) for heading in rows[2]), name
    assert int(defined["行数"]) == len(rows) - 3, name
    assert count in {None, len(rows) - 3}, name
    for row in rows:
        assert not any(isinstance(cell, str) and cell[:1] in formulas.STARTS for cell in row), name


def test_what_a_list_is_narrowed_to_holds_in_the_sheet_and_is_named(enter_as):
    browser = enter_as(Role.OFFICE)
    for url, word in (
        (f"{reverse('project_list_export')}?level=CITY&columns=level.town", "级别：市级重点"),
        (f"{reverse('change_request_list')}?tab=open&q=%E9%81%93%E8%B7%AF&sheet=xlsx", "范围：办理中"),
        (f"{reverse('light_waiver_list')}?tab=closed&sheet=xlsx", "状态：已结束"),
    ):
        about = {line[0]: line[1] for line in book_of(browser, url)["口径说明"].iter_rows(values_only=True)}
        assert word in about["筛选条件"]


@pytest.mark.parametrize("role", sorted(ADMINISTRATORS))
def test_an_administrator_takes_no_business_away(enter_as, role):
    browser = enter_as(role)
    for name in ("notice_list", "meeting_list", "supervision_order_list", "change_request_list", "bulletin_list"):
        assert browser.get(f"{reverse(name)}?sheet=xlsx").status_code == 403
