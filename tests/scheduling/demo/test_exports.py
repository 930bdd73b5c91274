"""Every list of the product can be taken away as Excel: the rows the page counts, defined, stamped, harmless."""

from datetime import date
from io import BytesIO

import pytest
from django.core.paginator import Page
from django.db import connection, transaction
from django.test import override_settings
from django.urls import reverse
from openpyxl import load_workbook

from projects import formulas
from projects.models import AuditEvent, KeyProject, PlanVersion, User
from projects.roles import ADMINISTRATORS, Role
from scheduling.actions import demo
from scheduling.models import Assessment, InspectionRound, ReportPeriod
from tests.config.test_separation import ADDRESSES

pytestmark = [pytest.mark.django_db, pytest.mark.core, pytest.mark.xdist_group("the demo of the weeks")]

# Lists nobody takes away: what they are instead.
NO_SHEET = {
    "annual_plan_list": "每版计划自己可以导出",
    "ledger_import_list": "每次导入的问题行可以导出",
    "assessment_scheme_list": "设置",
    "reporting_duties": "设置",
    "template_list": "设置",
    "score_sheets": "设置",
    "substitute_list": "本人的授权",
    "ledger_layout_list": "设置",
    "bulletin_difference": "两期通报的文字比较",
    "wall_chart": "图，另有打印版",
}
# The page counts something else than the rows of its sheet.
COUNTED_OTHERWISE = {
    "dispatch_sheet_list": "页面按周，表格按周和单位",
    "hold_times": "页面按部门，表格按部门和事项",
    "unit_list": "页面按类别分两页，表格含全部单位",
    "overdue_list": "页面按项目，表格按逾期事项",
    "project_baselines": "页面按节点，表格按节点和基线",
    "baselines": "页面按节点，表格按节点和基线",
}
OWN_LINK = {"unit_list": "unit_list_export", "baselines": "baselines_export"}


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


def addresses():
    """Every page without arguments, and those of one project, round, period or edition."""
    project = KeyProject.objects.filter(permits__isnull=False, problems__isnull=False).order_by("pk").first()
    round_ = InspectionRound.objects.filter(state="PUBLISHED").first()
    version = PlanVersion.objects.approved().filter(number__gt=1).select_related("plan").first()
    given = {name: reverse(name) for name, arguments in ADDRESSES.items() if not arguments}
    of_project = ["project_permits", "project_history", "project_problems", "project_measures", "project_baselines"]
    of_round = [name for name in ADDRESSES if name.startswith("inspection_") and ADDRESSES[name] == ["pk"]]
    given |= {name: reverse(name, args=[project.code]) for name in of_project}
    given |= {name: reverse(name, args=[round_.pk]) for name in of_round if round_}
    given |= {"plan_changes": reverse("plan_changes", args=[version.plan.year, version.number])} if version else {}
    period = ReportPeriod.objects.filter(kind="WEEK", closing__finished_at__isnull=False).first()
    given |= {"reporting_period": reverse("reporting_period", args=[period.pk])}
    assessment = Assessment.objects.first()
    return given | ({"assessment": reverse("assessment", args=[assessment.pk])} if assessment else {})


def shown(browser, url):
    """The context of a page, where it is one."""
    response = browser.get(url)
    if response.status_code == 200 and response.context is not None:
        return response.context
    b"".join(response) if response.streaming else None
    return None


def link_of(context, url, name):
    if name in OWN_LINK:
        return reverse(OWN_LINK[name])
    if context.get("sheet_url"):
        return url + context["sheet_url"]
    return context.get("export_url") or ""


def book_of(browser, url):
    return load_workbook(BytesIO(b"".join(browser.get(url).streaming_content)))


def test_every_list_can_be_taken_away_as_it_is(enter_as):
    browser, without, taken = enter_as(Role.OFFICE), [], []
    for name, url in addresses().items():
        context = shown(browser, url)
        if context is None or name in NO_SHEET:
            continue
        link, page = link_of(context, url, name), context.get("page")
        if not link:
            if isinstance(page, Page) or name.endswith("_list"):
                without.append(name)
            continue
        counts = isinstance(page, Page) and name not in COUNTED_OTHERWISE
        check(book_of(browser, link), page.paginator.count if counts else None, name)
        taken.append(name)
    assert not without
    assert len(taken) >= 30, taken
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
