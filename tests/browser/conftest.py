"""Journeys of real people in the system's Chromium."""

import os
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from projects.models import User
from projects.periods import Kind
from scheduling.actions import periods
from tests.factories import PASSWORD, MilestoneFactory, date_milestone
from tests.scheduling.reports import owes, submit

PHONE = {"width": 360, "height": 800}
DESKTOP = {"width": 1366, "height": 768}


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # playwright runs a loop in this thread
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ["CHROMIUM"],
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"],
        )
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


def is_fault(line: ConsoleMessage) -> bool:
    """An error, unless the test itself took the network away."""
    return line.type == "error" and "net::ERR_INTERNET_DISCONNECTED" not in line.text


@pytest.fixture
def open_browser(chromium, live_server):
    """A new window of this size, at the product's address; what fails on the page fails the test."""
    contexts, faults = [], []

    def opened(size: dict[str, int] = DESKTOP, **options: object) -> Page:
        context = chromium.new_context(viewport=size, base_url=live_server.url, locale="zh-CN", **options)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda line: faults.append(line.text) if is_fault(line) else None)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not faults


@pytest.fixture
def sign_in(open_browser):
    """Sign this person in by the form, as a person does."""

    def signed_in(user: User, size: dict[str, int] = DESKTOP, **options: object) -> Page:
        page = open_browser(size, **options)
        page.goto("/")
        page.get_by_label("账号").fill(user.username)
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        expect(page.get_by_text(user.full_name).first).to_be_visible()
        return page

    return signed_in


def fits(page: Page) -> bool:
    """Nothing has to be scrolled for sideways."""
    return page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.fixture
def weeks(project, lead):
    """This week, and the one before it, which was reported."""
    owes(project)
    day, now = timezone.localdate(), timezone.now()
    this = periods.open_period(kind=Kind.WEEK, day=day, by=None, at=now)
    before = periods.open_period(kind=Kind.WEEK, day=this.starts_on - timedelta(days=1), by=None, at=now)
    before.locked_at = before.review_until
    before.save(update_fields=["locked_at"])
    submit(project, before, lead, "80")
    date_milestone(MilestoneFactory(project=project), approved_on=day)
    return before, this
