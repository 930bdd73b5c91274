"""The day of the chart comes into sight by itself, on a phone as well, and again whenever the chart is drawn anew."""

from datetime import date

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from projects import changed
from tests.browser.conftest import DESKTOP, PHONE
from tests.factories import MilestoneFactory, date_milestone

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ON = "2026-10-15"


@pytest.fixture
def late_project(project):
    date_milestone(MilestoneFactory(project=project, name="封顶"), approved_on=date(2026, 3, 31))
    changed.announce([project.pk], at=timezone.now())
    return project


def day_is_in_sight(page: Page) -> bool:
    """Between the column of names and the right edge of the frame."""
    return page.evaluate(
        """() => {
          const frame = document.querySelector(".wall");
          const names = frame.querySelector(".wall-corner").offsetWidth;
          const x = names + Number(frame.dataset.scrollTo) - frame.scrollLeft;
          return x > names && x < frame.clientWidth;
        }"""
    )


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_the_day_is_in_sight_at_once_and_after_zooming(sign_in, office, late_project, size):
    page = sign_in(office, size)
    page.goto(f"/wall-chart/?on={ON}")
    assert day_is_in_sight(page)
    page.get_by_role("link", name="周", exact=True).click()
    expect(page.locator("#zoom-week")).to_have_attribute("aria-current", "true")
    assert day_is_in_sight(page)


def test_the_rows_of_one_project_need_no_scrolling_within_the_frame(sign_in, office, late_project):
    page = sign_in(office)
    page.goto(f"/wall-chart/?project={late_project.code}&on={ON}")
    assert page.evaluate(
        "(({scrollHeight, clientHeight}) => scrollHeight === clientHeight)(document.querySelector('.wall'))"
    )


def test_without_a_script_the_chart_begins_at_the_left(sign_in, office, late_project):
    page = sign_in(office, PHONE, java_script_enabled=False)
    page.goto(f"/wall-chart/?on={ON}")
    expect(page.locator(".wall-names").get_by_text(late_project.name)).to_be_visible()
