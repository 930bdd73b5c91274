"""通知、催报: who has not reported is told once a day, and who read it is kept."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
import time_machine
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone

from projects import recorded
from projects.errors import NotAllowed, RuleViolation
from projects.models import AuditEvent, KeyProject, LibraryTier, TierEntry
from projects.periods import Kind as PeriodKind
from projects.roles import Role
from scheduling.actions import notices, periods, progress_reports
from scheduling.missing import all_said, missing
from scheduling.models import Notice
from tests.conftest import appoint
from tests.factories import KeyProjectFactory, UnitFactory

pytestmark = [pytest.mark.django_db, pytest.mark.core]
FRIDAY = datetime(2026, 3, 6, 6, tzinfo=UTC)  # two in the afternoon; the week was due at noon


@pytest.fixture(autouse=True)
def on_a_friday():
    with time_machine.travel(FRIDAY, tick=False):
        yield


@pytest.fixture
def week(db):
    return periods.open_period(kind=PeriodKind.WEEK, day=date(2026, 3, 6), by=None, at=FRIDAY)


@pytest.fixture
def building(project):
    return under_way(project)


def under_way(project):
    with recorded.writing() as at:
        recorded.record(
            [TierEntry(project=project, tier=LibraryTier.BUILDING, entered_on=date(2026, 1, 1))], by=None, at=at
        )
    return project


def report(project, week, by):
    content = progress_reports.Content(period_amount=Decimal(10), physical_progress="三层")
    return progress_reports.submit(project=project, period=week, content=content, client_id=uuid4(), by=by).report


def rows(week):
    return missing(KeyProject.objects.all(), week)


def chase(week, by, at=FRIDAY):
    return notices.chase(period=week, rows=rows(week), url="/reporting/missing/", by=by, at=at)


class TestMissing:
    def test_who_has_not_reported_is_missing_and_who_has_is_not(self, building, week, lead):
        (row,) = rows(week)
        assert (row.owed, row.missing, row.on_time, row.on_time_rate) == (1, [building], 0, 0)
        with time_machine.travel(FRIDAY - timedelta(hours=5)):
            report(building, week, lead)
        (row,) = rows(week)
        assert (row.missing, row.on_time, row.on_time_rate) == ([], 1, 100)

    def test_a_report_after_the_hour_is_not_on_time(self, building, week, lead):
        report(building, week, lead)
        (row,) = rows(week)
        assert (row.lacking, row.on_time) == (0, 0)

    def test_what_was_sent_back_is_lacking_again(self, building, week, lead, dispatcher):
        progress_reports.send_back(report=report(building, week, lead), note="漏填", by=dispatcher)
        (row,) = rows(week)
        assert (row.missing, row.returned) == ([], [building])

    def test_the_text_for_the_chat_names_the_units_the_projects_and_the_people(self, building, week):
        text = all_said(rows(week), week, at=FRIDAY)
        assert "还有 1 个项目没有报送" in text
        assert f"区住房和城乡建设局（1 个）\n1. {building.name}（李项目）" in text

    def test_with_nobody_missing_it_says_so(self, project, week):
        assert all_said(rows(week), week, at=FRIDAY).endswith("已全部报送（截至 03-06 14:00）。")


class TestChasing:
    def test_each_unit_gets_a_notice_with_its_projects(self, building, week, office):
        (notice,) = chase(week, office)
        assert (notice.unit, notice.kind, notice.issued_by) == (building.lead_unit, "CHASE", office)
        assert building.name in notice.body
        assert AuditEvent.objects.get(action="notice.issued").by == office

    def test_a_unit_is_chased_once_a_day_for_a_period(self, building, week, office, dispatcher):
        chase(week, office)
        with pytest.raises(RuleViolation, match="一天只催一次"):
            chase(week, dispatcher)
        assert len(chase(week, dispatcher, at=FRIDAY + timedelta(days=1))) == 1

    def test_the_database_holds_it_to_once_a_day(self, building, week, office):
        (notice,) = chase(week, office)
        notice.pk = None
        with pytest.raises(IntegrityError, match=r"notice_chases_a_unit_once_a_day|UNIQUE"):
            notice.save(force_insert=True)

    def test_a_reviewer_chases_the_own_unit_alone(self, building, week, dispatcher, outsider):
        with pytest.raises(NotAllowed, match="只能催报本单位"):
            chase(week, outsider)
        assert len(chase(week, dispatcher)) == 1

    @pytest.mark.parametrize("who", ["lead", "leader", "signer"])
    def test_others_chase_nobody(self, request, building, week, who):
        with pytest.raises(NotAllowed):
            chase(week, request.getfixturevalue(who))

    @pytest.mark.parametrize(
        ("who", "status"),
        [("office", 200), ("dispatcher", 200), ("leader", 200), ("signer", 200), ("outsider", 200), ("lead", 403)],
    )
    def test_its_page(self, enter_as, building, week, who, status):
        assert enter_as(who).get(reverse("missing_reports")).status_code == status

    def test_the_button_chases_one_unit_and_then_is_gone(self, enter, building, week, dispatcher):
        browser = enter(dispatcher)
        (row,) = browser.get(reverse("missing_reports")).context["rows"]
        assert row["may_chase"]
        sent = {"period": week.pk, "unit": row["pk"]}
        assert browser.post(reverse("missing_reports_chase"), sent).status_code == 302
        (row,) = browser.get(reverse("missing_reports")).context["rows"]
        assert (row["is_chased"], row["may_chase"]) == (True, False)

    def test_the_office_chases_every_unit_wherever_it_sits_itself(self, enter, building, week):
        browser = enter(appoint(Role.OFFICE, UnitFactory()))
        browser.post(reverse("missing_reports_chase"), {"period": week.pk})
        assert Notice.objects.get().unit == building.lead_unit

    def test_a_leader_presses_no_button(self, enter, building, week, leader):
        assert enter(leader).post(reverse("missing_reports_chase"), {"period": week.pk}).status_code == 403

    def test_many_units_cost_no_more_than_one(self, enter, week, office, django_assert_num_queries):
        for _ in range(30):
            under_way(KeyProjectFactory())
        browser = enter(office)
        browser.get(reverse("missing_reports"))
        with django_assert_num_queries(6):
            page = browser.get(reverse("missing_reports"))
        assert len(page.context["rows"]) == 30
        assert len(page.content) < 40_000


class TestReading:
    @pytest.fixture
    def notice(self, lead_unit, office):
        said = {"kind": Notice.Kind.MEETING, "title": "周调度会通知"}
        return notices.issue(notice=Notice(unit=lead_unit, **said), by=office, at=FRIDAY)

    def test_it_is_read_once_by_whom_it_is_meant_for(self, notice, dispatcher, outsider):
        with pytest.raises(NotAllowed):
            notices.acknowledge(notice=notice, by=outsider, at=FRIDAY)
        notices.acknowledge(notice=notice, by=dispatcher, at=FRIDAY)
        notice.refresh_from_db()
        assert (notice.read_by, notice.read_at) == (dispatcher, FRIDAY)
        with pytest.raises(RuleViolation, match="已由王审核阅知"):
            notices.acknowledge(notice=notice, by=dispatcher, at=FRIDAY)

    def test_one_to_a_person_is_read_by_that_person_alone(self, lead_unit, lead, dispatcher, office):
        said = {"kind": Notice.Kind.ASSIGNMENT, "title": "交办", "user": lead}
        notice = notices.issue(notice=Notice(unit=lead_unit, **said), by=office, at=FRIDAY)
        with pytest.raises(NotAllowed):
            notices.acknowledge(notice=notice, by=dispatcher, at=FRIDAY)
        notices.acknowledge(notice=notice, by=lead, at=FRIDAY)

    @pytest.mark.parametrize(
        ("who", "status"),
        [("dispatcher", 200), ("office", 200), ("lead", 404), ("leader", 404), ("outsider", 404)],
    )
    def test_who_opens_it(self, enter_as, notice, who, status):
        assert enter_as(who).get(reverse("notice", args=[notice.pk])).status_code == status

    def test_pressing_the_button_leaves_the_receipt_its_sender_sees(self, enter, notice, dispatcher, office):
        assert enter(dispatcher).get(reverse("notice_list")).context["rows"][0]["read"] == ""
        enter(dispatcher).post(reverse("notice_acknowledge", args=[notice.pk]))
        (row,) = enter(office).get(reverse("notice_list"), {"tab": "sent"}).context["rows"]
        assert row["read"] == "王审核已阅"

    def test_what_nobody_has_read_is_first(self, enter, notice, lead_unit, dispatcher, office):
        later = FRIDAY + timedelta(hours=1)
        notice = Notice(unit=lead_unit, kind=Notice.Kind.DISPATCH, title="调度单")
        newest = notices.issue(notice=notice, by=office, at=later)
        notices.acknowledge(notice=newest, by=dispatcher, at=later)
        listed = enter(dispatcher).get(reverse("notice_list")).context["rows"]
        assert [row["title"] for row in listed] == ["周调度会通知", "调度单"]

    def test_a_chase_names_its_period(self):
        with pytest.raises(IntegrityError, match="notice_names_what_it_chases"):
            Notice.objects.create(kind="CHASE", unit=UnitFactory(), title="催报", issued_at=timezone.now())
