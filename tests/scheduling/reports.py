"""Reports for the tests: periods, a project that owes them, and what a form sends."""

import json
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import uuid4

from django.urls import reverse

from projects import recorded
from projects.models import LibraryTier, TierEntry
from projects.periods import Kind
from scheduling.actions import periods, progress_reports
from scheduling.actions.progress_content import Content

THURSDAY = datetime(2026, 3, 5, 2, tzinfo=UTC)
WORDS = {
    "physical_progress": "主体施工至三层",
    "done_text": "三层顶板浇筑完成",
    "next_text": "四层墙柱钢筋绑扎",
    "problems_text": "",
}


def week_of(day=date(2026, 3, 5)):
    return periods.open_period(kind=Kind.WEEK, day=day, by=None, at=THURSDAY)


def owes(project, since=date(2025, 1, 1)):
    """Being built, so that a report is owed every week."""
    with recorded.writing() as at:
        entry = TierEntry(project=project, tier=LibraryTier.BUILDING, entered_on=since)
        recorded.record([entry], by=None, at=at)
    return project


def submit(project, period, by, amount="120.5", *, client_id=None, correction_reason="", **said):
    return progress_reports.submit(
        project=project,
        period=period,
        content=Content(period_amount=Decimal(amount), **(WORDS | said)),
        client_id=client_id or uuid4(),
        correction_reason=correction_reason,
        by=by,
    )


def form_url(project, period):
    return f"{reverse('weekly_report', args=[project.code])}?period={period.pk}"


def opened(browser, project, period):
    """What a browser would send if nothing were touched."""
    page = browser.get(form_url(project, period))
    form = page.context["form"]
    hidden = {name: page.context[name] for name in ("client_id", "base")}
    return {name: form[name].value() or "" for name in form.fields} | hidden | {"seen": page.context["opening"].seen}


def base_of(sent):
    return json.loads(sent["base"])


def said(page):
    """The words of a page without its markup."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))
