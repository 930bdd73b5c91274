"""Every page holds on a phone and on an old office screen, for the eye, the keyboard and a screen reader."""

from datetime import date, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page, expect

from projects import changed
from projects.models import Permit, StageTarget
from scheduling.actions import decisions, meetings
from scheduling.actions.decisions import Matter
from scheduling.actions.meetings import Arrangement
from scheduling.models import Meeting
from tests.browser.conftest import DESKTOP, PHONE
from tests.factories import PASSWORD, MilestoneFactory, date_milestone, date_stage_target
from tests.projects.changes.cases import ask, in_days
from tests.projects.planning import plans
from tests.projects.planning import templates as road
from tests.scheduling.problems.cases import raise_it
from tests.scheduling.reports import submit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

OFFICE_PAGES = [
    "/",
    "/dashboard/",
    "/dashboard/screen/",
    "/dashboard/groups/",
    "/dashboard/ranking/",
    "/dashboard/changes/",
    "/dashboard/map/",
    "/dashboard/indices/start_rate/",
    "/overdue/",
    "/projects/",
    "/projects/new/",
    "/look-ahead/",
    "/permits/",
    "/wall-chart/",
    "/requests/",
    "/requests/substitutes/",
    "/baselines/",
    "/plans/",
    "/templates/",
    "/ledgers/",
    "/ledgers/new/",
    "/units/",
    "/units/people/",
    "/calendar/",
    "/inspections/",
    "/inspections/open/",
    "/inspection-rules/",
    "/inspection-rules/add/",
]
WEEK_PAGES = [
    "/reviews/",
    "/reporting/missing/",
    "/problems/",
    "/problems/courts/",
    "/meetings/",
    "/meetings/call/",
    "/decisions/",
    "/supervision-orders/",
    "/dispatch-sheets/",
    "/notices/",
    "/task-forces/",
]
LEAD_PAGES = ["/", "/weekly-report/", "/weekly-report/batch/", "/problems/", "/meetings/", "/decisions/"]
PROJECT_TABS = ["", "plan/", "permits/", "gate/", "targets/", "baselines/"]
SIZES = {"phone": PHONE, "desktop": DESKTOP}


@pytest.fixture
def late_project(project, lead, dispatcher, signer):
    """Late against its plan, with a permit, a baseline, and a request that waits."""
    road.in_force()
    schedule = plans.in_force(project, lead, signer, finish=in_days(100))
    Permit.objects.create(
        project=project, phase="BUILDING", name="施工许可证", legal_days=7, is_required_for_start=True
    )
    ask(schedule.nodes.last().milestone, lead, day=in_days(200))
    late = MilestoneFactory(project=project)
    date_milestone(late, approved_on=date(2026, 3, 31))
    target = StageTarget.objects.get(project=project, stage="PREPARATION")
    date_stage_target(target, approved_on=date(2026, 1, 31), actual_on=date(2026, 1, 20))
    changed.announce([project.pk], at=timezone.now())
    return project


@pytest.fixture
def dispatched(project, office, weeks):
    """A problem, a week sent in, a meeting on it, and what it decided."""
    lead, now = project.responsible_person, timezone.now()
    report, problem = submit(project, weeks[1], lead, "66").report, raise_it(project, lead)
    arrangement = Arrangement("全区周调度会", chair=office, held_at=now + timedelta(days=1), place="三楼会议室")
    meeting = meetings.call(kind=Meeting.Kind.WEEKLY, unit=None, arrangement=arrangement, by=office, at=now)
    matter = Matter(
        "三日内完成交地", project.lead_unit, timezone.localdate() + timedelta(days=3), lead, project=project
    )
    decision = decisions.decide(meeting=meeting, matter=matter, by=office, at=now)
    one = {"progress-reports": report, "problems": problem, "meetings": meeting, "decisions": decision}
    return [f"/{place}/{each.pk}/" for place, each in one.items()]


def faults(page: Page) -> list[str]:
    """What the accessibility rules find: rule and place."""
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [f"{rule['id']}: {node['html']}" for rule in found for node in rule["nodes"]]


def overflows(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_the_office_s_pages_fit_and_are_accessible(sign_in, office, late_project, size):
    page = sign_in(office, size)
    for path in [*OFFICE_PAGES, *(f"/projects/{late_project.code}/{tab}" for tab in PROJECT_TABS)]:
        assert page.goto(path).ok, path
        assert not overflows(page), path
        assert faults(page) == [], path


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_so_do_those_of_a_week_and_what_it_brings(sign_in, office, project, dispatched, size):
    form = f"/weekly-report/{project.code}/"
    for who, pages in ((office, [*WEEK_PAGES, *dispatched]), (project.responsible_person, [*LEAD_PAGES, form])):
        page = sign_in(who, size)
        for path in pages:
            assert page.goto(path).ok, path
            assert not overflows(page), path
            assert faults(page) == [], path


def test_a_lead_reads_the_own_projects_on_a_phone_without_javascript(sign_in, lead, late_project):
    page = sign_in(lead, PHONE, java_script_enabled=False)
    page.get_by_role("link", name=late_project.name).first.click()
    expect(page.get_by_role("heading", name=late_project.name)).to_be_visible()
    page.goto("/overdue/")
    expect(page.get_by_role("link", name=late_project.name)).to_be_visible()


def test_whoever_must_change_the_password_gets_no_further_before(open_browser, lead):
    lead.must_change_password = True
    lead.save()
    page = open_browser()
    page.goto("/overdue/")
    page.get_by_label("账号").fill(lead.username)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page).to_have_url("/password/")
    page.goto("/overdue/")
    expect(page).to_have_url("/password/")
