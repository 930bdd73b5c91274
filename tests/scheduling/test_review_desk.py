"""审核台: the reviewers' one row per project, with what is new in it; nobody reviews one's own."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from projects.actions import substitutes
from projects.errors import NotAllowed, RuleViolation
from projects.models import AuditEvent
from projects.roles import Role
from scheduling.actions import progress_reports, report_reviews
from scheduling.models import ProgressVersion, Standing
from tests.conftest import appoint
from tests.factories import UnitFactory
from tests.scheduling.reporting_samples import project_of, report, week_of

pytestmark = [pytest.mark.django_db, pytest.mark.core]

THURSDAY = datetime(2026, 3, 5, 2, tzinfo=UTC)
DESK = "/reviews/"


@pytest.fixture(autouse=True)
def on_a_thursday():
    with time_machine.travel(THURSDAY):
        yield


@pytest.fixture
def last_week(db):
    return week_of(date(2026, 2, 26), at=THURSDAY)


@pytest.fixture
def week(last_week):
    return week_of(date(2026, 3, 5), at=THURSDAY)


@pytest.fixture
def waiting(week, last_week, lead, lead_unit, dispatcher):
    """A project with a report that waits, after one that was accepted."""
    project = project_of(lead, lead_unit, name="滨江隧道")
    report(project, last_week, lead, "100", physical_percent=Decimal(40), accepted_by=dispatcher)
    return report(project, week, lead, "130.5", physical_percent=Decimal("42.5"))


def flagged(told):
    """As the check of plausibility leaves it; a version is written once, so it is reported anew."""
    version = told.versions.current().get(counts=False)
    version.pk, version.recorded_at = None, THURSDAY
    told.versions.current().filter(counts=False).update(superseded_at=THURSDAY + timedelta(hours=1))
    version.flags = [{"code": "jump", "text": "本期投资是上期的 5 倍"}]
    version.recorded_at = THURSDAY + timedelta(hours=1)
    version.save()


def page(browser, **asked):
    return browser.get(DESK, asked).content.decode()


def test_the_desk_says_what_is_new_since_last_week(waiting, enter, dispatcher):
    shown = page(enter(dispatcher))
    for words in ("应报 1 个项目，已报 1 个", "滨江隧道", "130.5", "+30.5", "42.5%", "+2.5", "形象进度与上期相同"):
        assert words in shown


def test_who_has_not_reported_is_listed_apart(waiting, enter, dispatcher, lead, lead_unit):
    project_of(lead, lead_unit, name="城北水厂")
    browser = enter(dispatcher)
    assert "城北水厂" not in page(browser)
    assert "城北水厂" in page(browser, state="MISSING")


def test_a_flag_and_a_correction_are_shown_with_words(waiting, enter, dispatcher, lead):
    progress_reports.accept(report=waiting, by=dispatcher)
    report(waiting.project, waiting.period, lead, "90", correction_reason="多计一张发票", explanation="发票作废")
    flagged(waiting)
    shown = page(enter(dispatcher))
    for words in ("更正", "本期投资是上期的 5 倍", "发票作废"):
        assert words in shown


def test_a_report_is_accepted_and_sent_back_from_the_desk(waiting, enter, dispatcher):
    browser = enter(dispatcher)
    sent = browser.post(reverse("progress_report_return", args=[waiting.pk]), {"note": ""})
    assert sent.status_code == 200, "without words nothing is sent back"
    browser.post(reverse("progress_report_return", args=[waiting.pk]), {"note": "请附照片"})
    assert waiting.versions.current().get().review_note == "请附照片"
    assert "请附照片" in page(browser, state="RETURNED")


def test_after_a_review_the_desk_is_as_it_was_left(waiting, enter, dispatcher, lead_unit):
    browser = enter(dispatcher)
    left = {"unit": lead_unit.pk, "state": "SUBMITTED"}
    kept = f"unit={lead_unit.pk}&state=SUBMITTED&page=1"
    assert f"/progress-reports/{waiting.pk}/accept/?{kept}".replace("&", "&amp;") in page(browser, **left)
    answer = browser.post(f"{reverse('progress_report_accept', args=[waiting.pk])}?{kept}")
    assert answer.url == f"{DESK}?period={waiting.period_id}&{kept}"
    assert browser.get(answer.url).status_code == 200


def test_of_one_unit_only_what_it_leads_is_accepted_at_once(week, lead, lead_unit, office, enter):
    other = report(project_of(lead, UnitFactory(path="000001/000009/")), week, lead)
    own = report(project_of(lead, lead_unit), week, lead)
    enter(office).post(f"{reverse('review_accept_all', args=[week.pk])}?unit={lead_unit.pk}")
    assert [told.versions.current().get().state for told in (own, other)] == ["ACCEPTED", "SUBMITTED"]


@pytest.mark.parametrize(
    ("who", "status"),
    [("dispatcher", 200), ("office", 200), ("lead", 403), ("leader", 403), ("signer", 403), ("sys_admin", 403)],
)
def test_the_desk_is_the_reviewers(who, status, waiting, enter_as):
    assert enter_as(who).get(DESK).status_code == status


def test_another_units_reviewer_finds_nothing_on_the_desk(waiting, enter, outsider):
    browser = enter(outsider)
    assert "滨江隧道" not in page(browser)
    for name in ("progress_report", "progress_report_accept", "progress_report_return"):
        assert browser.get(reverse(name, args=[waiting.pk])).status_code == 404


def test_a_substitute_reviews_at_the_desk(waiting, enter, dispatcher, outsider):
    days = {"starts_on": date(2026, 3, 2), "ends_on": date(2026, 3, 8)}
    substitutes.appoint(substitute=outsider, **days, by=dispatcher, at=THURSDAY)
    browser = enter(outsider)
    assert "滨江隧道" in page(browser)
    browser.post(reverse("progress_report_accept", args=[waiting.pk]))
    assert waiting.versions.current().get().on_behalf_of == dispatcher


@pytest.mark.parametrize("who", ["lead", "dispatcher", "office", "leader"])
def test_a_report_is_read_by_whoever_sees_the_project(who, waiting, enter_as):
    shown = enter_as(who).get(reverse("progress_report", args=[waiting.pk])).content.decode()
    for words in ("130.50", "100.00", "报送和审核经过", "回执 20260306"):
        assert words in shown
    assert (f"progress-reports/{waiting.pk}/accept/" in shown) == (who in {"dispatcher", "office"})


def test_everything_without_flags_is_accepted_at_once(week, lead, lead_unit, dispatcher):
    _clear, corrected, odd = (report(project_of(lead, lead_unit), week, lead, "10") for _ in range(3))
    progress_reports.accept(report=corrected, by=dispatcher)
    report(corrected.project, week, lead, "8", correction_reason="多计")
    flagged(odd)
    assert report_reviews.accept_all(period=week, of=None, by=dispatcher) == 2
    assert odd.versions.current().get().state == "SUBMITTED"
    counting = ProgressVersion.objects.current().accepted().order_by("report")
    assert [version.period_amount for version in counting] == [10, 8]
    assert Standing.objects.get(project=corrected.project).ytd_amount == 8
    assert AuditEvent.objects.filter(action="progress_report.accepted").count() == 3
    with pytest.raises(RuleViolation, match="没有可以一并通过的填报"):
        report_reviews.accept_all(period=week, of=None, by=dispatcher)


def test_nobody_accepts_all_of_ones_own_nor_of_whom_one_stands_in_for(week, lead_unit, office):
    both = appoint(Role.REVIEWER, lead_unit, username="both")
    told = report(project_of(both, lead_unit), week, both)
    with pytest.raises(RuleViolation, match="本人填报的由他人审核"):
        report_reviews.accept_all(period=week, of=None, by=both)
    stand_in = appoint(Role.REVIEWER, UnitFactory(), username="standin")
    days = {"starts_on": date(2026, 3, 2), "ends_on": date(2026, 3, 8)}
    substitutes.appoint(substitute=stand_in, **days, by=both, at=THURSDAY)
    with pytest.raises(RuleViolation, match="没有可以一并通过"):
        report_reviews.accept_all(period=week, of=None, by=stand_in)
    assert report_reviews.accept_all(period=week, of=None, by=office) == 1
    assert told.versions.current().get().reviewed_by == office


@pytest.mark.parametrize("who", ["lead", "signer", "leader"])
def test_only_reviewers_accept_all(who, waiting, week, request):
    with pytest.raises(NotAllowed):
        report_reviews.accept_all(period=week, of=None, by=request.getfixturevalue(who))


def test_my_page_says_how_many_wait(waiting, enter, dispatcher):
    assert "1 份填报待审核" in enter(dispatcher).get(reverse("my_page")).content.decode()


def test_the_desk_opens_on_the_week_in_which_something_waits(last_week, week, enter, dispatcher, project):
    late = report(project, last_week, project.responsible_person)
    shown = enter(dispatcher).get(DESK)
    assert (shown.context["period"], [row["pk"] for row in shown.context["rows"]]) == (last_week, [late.pk])
    this_week = enter(dispatcher).get(DESK, {"period": week.pk})
    assert f"{last_week} 1 份" in this_week.content.decode()
    progress_reports.accept(report=late, by=dispatcher)
    assert enter(dispatcher).get(DESK).context["period"] == week


def test_a_full_desk_takes_no_more_queries_than_a_short_one(
    week, lead, lead_unit, enter_as, django_assert_num_queries
):  # fmt: skip
    for _ in range(30):
        report(project_of(lead, lead_unit), week, lead)
    browser = enter_as("dispatcher")
    browser.get(DESK)
    with django_assert_num_queries(13):
        answer = browser.get(DESK)
    assert len(answer.content) < 40_000
