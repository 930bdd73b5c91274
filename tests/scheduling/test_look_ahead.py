"""近期必办: every step whose latest start or finish falls in the coming days, or is past already."""

from datetime import date, timedelta
from io import BytesIO

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from projects import jobs, recorded, tasks
from projects.actions import key_projects, milestones, one_project, project_dates, replanning
from projects.models import KeyProject, LibraryTier, NodeOutlook
from scheduling.look_ahead import Horizon, LookAhead
from tests.factories import KeyProjectFactory
from tests.projects.planning.plans import in_force, noon

pytestmark = [pytest.mark.django_db, pytest.mark.core]

PAGE, EXPORT = reverse("look_ahead"), reverse("look_ahead_export")
FINISH = date(2027, 3, 31)
STARTED = noon(date(2026, 3, 2))


@pytest.fixture
def schedule(project, lead, signer):
    with time_machine.travel(STARTED, tick=False):
        return in_force(project, lead, signer, finish=FINISH)


def outlook(name):
    return NodeOutlook.objects.get(node__name=name)


def ahead_on(day, horizon=Horizon.WEEK):
    """As the night before that day reckons it."""
    with time_machine.travel(noon(day), tick=False):
        replanning.replan_all(on=day, progress=lambda _done, _total: None)
    return LookAhead(KeyProject.objects.all(), on=day, until=horizon.until(day))


def names(ahead, **kind):
    return [row.node.name for row in ahead.rows(**kind)]


class TestHorizon:
    def test_this_week_ends_on_its_friday(self):
        assert Horizon.WEEK.until(date(2026, 11, 28)) == date(2026, 12, 4)
        assert Horizon.WEEK.until(date(2026, 12, 4)) == date(2026, 12, 4)

    @given(st.dates(date(2024, 1, 1), date(2030, 1, 1)))
    def test_whoever_looks_further_sees_no_less(self, day):
        ends = [horizon.until(day) for horizon in Horizon]
        assert ends == sorted(ends)
        assert all(end >= day for end in ends)


class TestWhatMustHappen:
    def test_a_step_must_start_in_the_week_of_its_latest_start(self, schedule):
        day = outlook("用地批复").late_start_on
        assert names(ahead_on(day), kind="start") == ["用地批复"]

    def test_not_in_the_week_before(self, schedule):
        day = outlook("用地批复").late_start_on - timedelta(days=7)
        assert names(ahead_on(day)) == []

    def test_but_four_weeks_ahead_shows_it(self, schedule):
        day = outlook("用地批复").late_start_on - timedelta(days=20)
        assert "用地批复" in names(ahead_on(day, Horizon.FOUR))

    def test_from_the_day_after_it_is_past_and_stays_on_the_list(self, schedule):
        day = outlook("用地批复").late_start_on + timedelta(days=1)
        ahead = ahead_on(day)
        assert names(ahead, kind="missed") == ["用地批复"]
        assert ahead.counts().missed == 1

    def test_what_is_owed_this_week_stands_before_what_is_past_already(self, schedule, office):
        first, later = outlook("用地批复"), outlook("主体施工")
        with time_machine.travel(noon(first.late_start_on), tick=False):
            dates = recorded.amended(milestones.dates_of(later.milestone), started_on=first.late_start_on)
            with one_project.facts_of(schedule.project) as at:
                recorded.record([dates], by=office, at=at)
        listed = names(ahead_on(outlook("主体施工").late_finish_on))
        assert listed[0] == "主体施工"
        assert "用地批复" in listed[1:]

    def test_what_is_done_is_owed_no_longer(self, schedule, office):
        day = outlook("用地批复").late_finish_on
        with time_machine.travel(noon(day), tick=False):
            milestones.complete(of=schedule.nodes.first().milestone, actual_on=day, by=office)
        assert "用地批复" not in names(ahead_on(day))

    def test_a_suspended_project_owes_nothing_meanwhile(self, schedule, office):
        day = outlook("用地批复").late_start_on
        with time_machine.travel(noon(day), tick=False), one_project.facts_of(schedule.project) as at:
            project_dates.suspend(
                project=schedule.project,
                suspended_on=day,
                reason="资金未到位",
                document_number="区办〔2026〕9号",
                by=office,
                at=at,
            )
        assert names(ahead_on(day)) == []

    def test_nor_does_one_that_left_the_register(self, schedule, office):
        day = outlook("用地批复").late_start_on
        with time_machine.travel(noon(day), tick=False):
            key_projects.enter_tier(
                project=schedule.project,
                tier=LibraryTier.EXITED,
                entered_on=day,
                reason="终止",
                document_number="区办〔2026〕10号",
                by=office,
            )
        assert names(ahead_on(day)) == []


class TestPage:
    def test_the_first_sentence_says_what_must_start_and_what_must_be_done(self, schedule, enter, office):
        with time_machine.travel(noon(outlook("用地批复").late_start_on), tick=False):
            page = enter(office).get(PAGE).content.decode()
        assert "本周必须开始 1 项，必须办结 0 项。" in page
        assert schedule.project.name in page

    @pytest.mark.parametrize("who", ["lead", "dispatcher", "office", "signer", "leader"])
    def test_whoever_reads_the_project_finds_its_steps(self, schedule, enter_as, who):
        with time_machine.travel(noon(outlook("用地批复").late_start_on), tick=False):
            assert "用地批复" in enter_as(who).get(PAGE).content.decode()

    def test_whoever_does_not_see_the_project_sees_no_count_either(self, schedule, enter, outsider):
        with time_machine.travel(noon(outlook("用地批复").late_start_on), tick=False):
            page = enter(outsider).get(PAGE).content.decode()
        assert "没有必须开始或办结的事项" in page

    @pytest.mark.parametrize("url", [PAGE, EXPORT])
    @pytest.mark.parametrize("who", ["sys_admin", "sec_admin", "audit_admin"])
    def test_administrators_see_no_business(self, enter_as, who, url):
        assert enter_as(who).get(url).status_code == 403

    def test_an_address_nobody_writes_is_this_week(self, schedule, enter, office):
        assert enter(office).get(PAGE, {"weeks": "99", "kind": "x", "lead_unit": "x"}).status_code == 200

    def test_the_sheet_has_the_rows_of_the_screen(self, schedule, enter, office):
        with time_machine.travel(noon(outlook("用地批复").late_start_on), tick=False):
            content = b"".join(enter(office).get(EXPORT))
        cells = [cell.value for row in load_workbook(BytesIO(content)).worksheets[0].iter_rows() for cell in row]
        assert "用地批复" in cells

    def test_a_replan_under_way_shows_how_far_it_is(self, schedule, enter, office):
        job = jobs.ask(tasks.replan_schedules.name, "2026-11-28", at=timezone.now())
        jobs.report(jobs.claim(job.pk, at=timezone.now()), done=5_000, total=20_000, at=timezone.now())
        browser = enter(office)
        for url in (PAGE, reverse("replan_progress")):
            assert (
                '<progress aria-label="正在重新推算全部倒排计划" value="5000" max="20000">'
                in browser.get(url).content.decode()
            )

    def test_thirty_steps_cost_nine_queries(self, lead, signer, enter, office, django_assert_num_queries):
        for _ in range(30):
            in_force(
                KeyProjectFactory(responsible_person=lead),
                lead,
                signer,
                finish=timezone.localdate() + timedelta(days=200),
            )
        browser = enter(office)
        browser.get(PAGE)
        with django_assert_num_queries(9):
            page = browser.get(PAGE, {"weeks": "12"}).content.decode()
        assert page.count("cell-title") == 30
