"""The month of the bulletin: drafted by itself, checked, signed on a phone, issued, opened, corrected; and so is it."""

from datetime import datetime, time, timedelta
from typing import NamedTuple

import pytest
import time_machine
from django.utils import timezone
from playwright.sync_api import Page, expect

from projects.models import AnnualPlan, PlanEntry, PlanVersion
from projects.periods import Kind, Period, period_of, previous
from projects.roles import Role
from reports import tasks
from reports.models import Document, Draft, Rendition
from scheduling.actions import closings, periods
from tests.browser.conftest import PHONE, fits
from tests.browser.test_pages_for_everybody import faults
from tests.conftest import appoint
from tests.scheduling.reporting_samples import project_of, report, week_of
from tests.workers import eventually, running_worker

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def moment(day, hour=10):
    return timezone.make_aware(datetime.combine(day, time(hour)))


@pytest.fixture
def checker(government):
    return appoint(Role.OFFICE, government, username="checker", full_name="褚核稿")


@pytest.fixture
def month():
    """The last one that was over three days ago, so that it has been closed."""
    return previous(period_of(timezone.localdate() - timedelta(days=3), kind=Kind.MONTH))


@pytest.fixture
def week(month):
    """One of the month's own."""
    return month.starts_on + timedelta(days=13)


@pytest.fixture
def planned(month, lead, office, signer):
    """A project with an annual plan of 1,200."""
    at = moment(month.starts_on.replace(month=1, day=2))
    with time_machine.travel(at):
        found = project_of(lead, lead.posts.get().unit, code="ZD-0001")
        version = PlanVersion.objects.create(
            plan=AnnualPlan.objects.get_or_create(year=at.year)[0],
            number=1,
            effective_on=at.date().replace(day=1),
            drafted_by=office,
            drafted_at=at,
        )
        months = {f"month_{n}": 100 for n in range(1, 13)}
        said = {"category": "CONTINUING", "annual_plan_amount": 1200, "cumulative_before_year": 0}
        PlanEntry.objects.create(version=version, project=found, **said, **months)
        version.state, version.decided_by, version.decided_at = "APPROVED", signer, at
        version.document_number = "示政发〔1〕号"
        version.save()
    return found


@pytest.fixture
def closed(month: Period, week, planned, lead, dispatcher):
    """Reported, accepted and entered in the ledger."""
    with time_machine.travel(moment(week)):
        report(planned, week_of(week, at=timezone.now()), lead, "900", accepted_by=dispatcher)
        period = periods.open_period(kind="MONTH_END", day=week, by=None, at=timezone.now())
    with time_machine.travel(moment(month.ends_on + timedelta(days=1), 22)):
        closing = closings.close(period=period, by=None)
        closings.freeze(closing, progress=lambda done, total: None)
        closings.finish(closing, by=None, at=timezone.now())


@pytest.fixture
def correct(planned, week, lead, dispatcher):
    """The lead takes back what was told twice, and the reviewer accepts it."""
    words = {"correction_reason": "重复", "accepted_by": dispatcher}
    return lambda: report(planned, week_of(week, at=timezone.now()), lead, "700", **words)


class Screens(NamedTuple):
    """Of who drafts, who checks, who signs, and who reads it in a unit."""

    desk: Page
    second: Page
    phone: Page
    unit: Page


@pytest.fixture
def screens(sign_in, office, checker, signer, dispatcher):
    return Screens(sign_in(office), sign_in(checker), sign_in(signer, PHONE), sign_in(dispatcher, PHONE))


def drafted(task, **about) -> Draft:
    """What the timetable's task drafts once it is sent."""
    task.delay()
    eventually(Draft.objects.filter(**about).exists, patience=60)
    return Draft.objects.get(**about)


def open_paper(page: Page, draft: Draft) -> None:
    page.goto("/bulletins/")
    page.get_by_role("link", name=str(draft), exact=True).click()


def press(page: Page, verb: str, said: str) -> None:
    page.get_by_role("button", name=verb, exact=True).click()
    expect(page.get_by_text(said)).to_be_visible()


def put_in_words(page: Page) -> None:
    """A figure is looked for, put into the text, read on the page beside it, and saved."""
    page.get_by_label("查找数据").fill("全区 累计完成投资")
    token = page.get_by_role("button", name="{全区·当年累计完成投资}")
    text = page.get_by_label("正文").first
    text.fill("请各单位对照。本年已完成")
    token.click()
    expect(page.locator("#preview").get_by_text("本年已完成900万元")).to_be_visible()
    press(page, "保存", "文稿已保存。")


def pass_on(draft: Draft, screens: Screens) -> None:
    """送核、核稿、签发 by three people, once a worker has laid out and measured the pages."""
    open_paper(screens.desk, draft)
    press(screens.desk, "送核", "已送核")
    eventually(draft.texts.filter(proof__isnull=False).exists, patience=90)
    open_paper(screens.second, draft)
    press(screens.second, "核稿通过", "核稿通过，已送签发。")
    open_paper(screens.phone, draft)
    expect(screens.phone.get_by_text("褚核稿").first).to_be_visible()
    assert fits(screens.phone)
    press(screens.phone, "签发", "已签发")


def register_and_issue(draft: Draft, desk: Page) -> Document:
    """The number at once; the pages by a worker; then to both units."""
    open_paper(desk, draft)
    press(desk, "登记编号", "已登记，编号为")
    draft.refresh_from_db()
    made = Rendition.objects.filter(document=draft.document)
    eventually(lambda: made.count() == len(Rendition.Format), patience=90)
    desk.get_by_role("link", name="印发", exact=True).click()
    press(desk, "印发", "已印发，已通知 2 个单位。")
    return draft.document


@pytest.mark.usefixtures("closed")
def test_a_month_is_told_and_told_again_where_it_was_wrong(screens, correct):
    desk, unit = screens.desk, screens.unit
    with running_worker():
        draft = drafted(tasks.draft_bulletins, kind=Draft.Kind.MONTHLY_BULLETIN)
        open_paper(desk, draft)
        put_in_words(desk)
        assert faults(desk) == []
        pass_on(draft, screens)
        document = register_and_issue(draft, desk)

        open_paper(unit, draft)
        expect(unit.get_by_text(document.number).first).to_be_visible()
        assert fits(unit)
        desk.reload()
        expect(desk.get_by_text("2 个单位已打开 2 个")).to_be_visible()

        correct()
        erratum = drafted(tasks.propose_errata, kind=Draft.Kind.ERRATUM)
        open_paper(desk, erratum)
        expect(desk.get_by_text(document.number).first).to_be_visible()
        pass_on(erratum, screens)
        correction = register_and_issue(erratum, desk)

    unit.goto(f"/verify/{document.digest[:12]}/")
    expect(unit.get_by_text(f"已由 {correction.number} 更正")).to_be_visible()
