"""每日预测: what each night stores of every project under way, of the portfolio, and of the rest of the year."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import IntegrityError, transaction

from projects import jobs
from projects.models import Job, KeyProject, LibraryTier, ProjectDates, TierEntry
from scheduling import tasks
from scheduling.actions import forecasts
from scheduling.forecasts import back_tested, forecast_curve
from scheduling.models import BackTestResult, ContradictionCheck, FinishForecast
from tests.factories import resume, suspend
from tests.scheduling.warning_cases import FRIDAY, NIGHT, ON, built, night, planned, record

pytestmark = [pytest.mark.django_db, pytest.mark.core]

STEADY = [10] * 30
SOON, FAR = FRIDAY + timedelta(weeks=30), FRIDAY + timedelta(weeks=300)


@pytest.fixture(autouse=True)
def in_the_night():
    with time_machine.travel(NIGHT, tick=False):
        yield


@pytest.fixture
def people(lead, dispatcher):
    return lead, dispatcher


@pytest.fixture
def portfolio(people):
    """Four that go on as ever: past forecasts enough, and all of them kept."""
    return [built(people, STEADY) for _ in range(4)]


def stored(project):
    return FinishForecast.objects.get(project=project)


def rows():
    """Everything a night stores."""
    tables = (FinishForecast, ContradictionCheck, BackTestResult)
    return [list(table.objects.order_by("pk").values()) for table in tables]


class TestNight:
    def test_a_steady_project_is_done_when_its_money_is_spent(self, people, portfolio):
        """300 of 1,000 in 30 weeks leaves 70 weeks, and such forecasts were always kept."""
        project = built(people, STEADY, finish=FAR)
        night([*portfolio, project])
        forecast = stored(project)
        assert (forecast.made_on, forecast.p50_on, forecast.p80_on) == (FRIDAY, *[FRIDAY + timedelta(weeks=70)] * 2)
        assert (forecast.approved_finish, forecast.warning, forecast.trend) == (FAR, "", "")
        assert (forecast.on, forecast.known_at) == (ON, NIGHT)

    def test_one_that_will_hardly_be_done_by_its_day_is_warned_of(self, people, portfolio):
        project = built(people, STEADY, finish=SOON)
        night([*portfolio, project])
        assert stored(project).warning.endswith(f"比批准日期 {SOON} 晚 280 天。")
        assert stored(project).slack == -280
        assert list(FinishForecast.objects.warned()) == [stored(project)]

    def test_after_its_day_it_is_overdue_and_warned_of_no_longer(self, people, portfolio):
        project = built(people, STEADY, finish=FRIDAY)
        night([*portfolio, project])
        assert (stored(project).slack, stored(project).warning) == (-490, "")

    def test_a_day_that_passed_without_the_finish_is_foretold_no_longer(self, people, portfolio):
        project = built(people, STEADY, total="301")
        night([*portfolio, project], at=NIGHT + timedelta(days=2))
        assert stored(project).refusal_kind == "PASSED"

    def test_one_that_slows_down_is_told_with_its_slack(self, people, portfolio):
        project = built(people, [*[20] * 22, *[5] * 8], finish=FAR)
        night([*portfolio, project])
        assert "近 4 周预计完成日期由" in stored(project).trend

    def test_the_finish_meant_is_the_one_that_is_overdue_once_it_is_missed(self, people, portfolio, office, signer):
        """应竣未竣 goes by the plan of the year, so the forecast does; and 竣工 is the acceptance, no earlier day."""
        project = built(people, STEADY, finish=FAR)
        record(ProjectDates(project=project, works_finished_on=FRIDAY))
        asked = date(2026, 12, 31)
        planned(project, office, signer, finish=asked)
        night([*portfolio, project])
        assert stored(project).approved_finish == asked
        assert stored(project).p50_on

    def test_whoever_reported_too_little_is_refused_in_words_and_counted(self, people, portfolio):
        project, silent = built(people, [10] * 3), built(people, [])
        night([*portfolio, project, silent])
        assert "只有 3 期" in stored(project).refusal
        assert FinishForecast.objects.refusals() == {"FEW_REPORTS": 2}

    def test_whoever_stopped_reporting_is_refused_by_the_light_that_says_so(self, people, portfolio):
        late = built(people, STEADY, ago=3)
        night([*portfolio, late])
        assert (stored(late).refusal_kind, late.standing.report_light) == ("STALE", "RED")
        assert f"最近填报至 {FRIDAY - timedelta(weeks=3)}" in stored(late).refusal

    def test_nothing_is_foretold_during_an_excused_pause_and_after_it_by_the_reports_since(
        self, people, portfolio, office, signer
    ):
        project = built(people, [*[10] * 12, *[0] * 8, *[10] * 10])
        pause = suspend(project, FRIDAY - timedelta(weeks=18, days=1), office, excused_by=signer)
        night([*portfolio, project])
        assert stored(project).refusal_kind == "PAUSED"
        resume(pause, FRIDAY - timedelta(weeks=10, days=-1), office)
        night([*portfolio, project])
        assert stored(project).basis == f"投资按近 8 期速度为 {FRIDAY + timedelta(weeks=78)}"

    def test_a_pause_nobody_excused_is_slowness(self, people, portfolio, office):
        project = built(people, [*[10] * 22, *[0] * 8])
        suspend(project, FRIDAY - timedelta(weeks=8), office)
        night([*portfolio, project])
        assert stored(project).refusal_kind == "NO_PROGRESS"

    def test_the_back_test_says_how_such_forecasts_came_out(self, portfolio):
        night(portfolio)
        tested = back_tested()
        assert tested.on == ON
        assert tested.sentence.startswith("过去")
        assert [bucket["days"] for bucket in tested.buckets] == [30, 90, 180]
        assert tested.buckets[0]["n"] > 0
        assert tested.buckets[2] == {"days": 180, "n": 0, "error": None, "p50": None, "p80": None}

    def test_without_a_past_there_is_no_forecast(self, people):
        project = built(people, STEADY[:9], finish=SOON)
        night([project])
        assert stored(project).refusal_kind == "FEW_PAST"
        assert "历史数据不足" in back_tested().sentence

    def test_done_twice_it_stores_the_same(self, people, portfolio):
        night([*portfolio, built(people, STEADY, finish=SOON)])
        once = rows()
        forecasts.renew(at=NIGHT, progress=lambda _done, _total: None)
        assert rows() == once

    def test_the_next_night_replaces_it_and_forgets_what_is_no_longer_under_way(self, people, portfolio):
        gone = built(people, STEADY)
        night([*portfolio, gone])
        record(TierEntry(project=gone, tier=LibraryTier.COMPLETED, entered_on=ON))
        night([*portfolio, gone], at=NIGHT + timedelta(days=1))
        assert set(FinishForecast.objects.values_list("project", flat=True)) == {each.pk for each in portfolio}
        assert ContradictionCheck.objects.count() == len(portfolio)
        assert [each.on for each in BackTestResult.objects.all()] == [ON + timedelta(days=1)]

    def test_any_number_of_projects_costs_the_same_questions(self, people, portfolio, django_assert_max_num_queries):
        more = [built(people, STEADY, finish=SOON) for _ in range(30)]
        night([*portfolio, *more])
        with django_assert_max_num_queries(45):
            forecasts.renew(at=NIGHT, progress=lambda _done, _total: None)


class TestJob:
    def test_a_day_is_foretold_once_however_often_it_is_asked_for(self, portfolio):
        night(portfolio)
        job = jobs.ask(tasks.foretell.name, ON.isoformat(), at=NIGHT)
        tasks.foretell(job.pk)
        known_at = back_tested().known_at
        with time_machine.travel(NIGHT + timedelta(hours=1), tick=False):
            assert jobs.ask(tasks.foretell.name, ON.isoformat(), at=NIGHT) == job
            tasks.foretell(job.pk)
        job.refresh_from_db()
        assert (job.state, job.done, job.total) == (Job.State.DONE, 8, 8)
        assert back_tested().known_at == known_at


class TestRestOfTheYear:
    def test_is_what_counts_already_and_what_the_own_pace_leads_to(self, people, portfolio, office, signer):
        project = built(people, STEADY)
        planned(project, office, signer)
        night([*portfolio, project])
        told = forecast_curve(KeyProject.objects.all(), on=ON)
        done, days = project.standing.counted_ytd_amount, (date(2026, 12, 31) - FRIDAY).days
        assert told.on == date(2026, 12, 31)
        assert told.likely == told.safe == done + (Decimal(10) * days / 7).quantize(Decimal("0.0001"))
        assert told.unknown == 0

    def test_a_project_of_which_nobody_can_say_is_counted_as_such(self, people, portfolio, office, signer):
        project = built(people, [10] * 3)
        planned(project, office, signer)
        night([*portfolio, project])
        assert forecast_curve(KeyProject.objects.all(), on=ON).unknown == 1

    def test_of_another_year_nothing_is_foretold(self, portfolio):
        night(portfolio)
        assert forecast_curve(KeyProject.objects.all(), on=date(2027, 1, 5)) is None


BROKEN = [
    ("finish_forecast_or_refusal", {"refusal": "", "refusal_kind": ""}),
    ("finish_forecast_or_refusal", {"p50_on": ON, "made_on": ON}),
    (
        "finish_forecast_days_in_order",
        {"refusal": "", "refusal_kind": "", "made_on": ON, "p50_on": ON, "p80_on": FRIDAY},
    ),
    ("finish_forecast_warns_of_a_day", {"warning": "晚"}),
    ("finish_forecast_rest_in_order", {"rest_likely_amount": 1, "rest_safe_amount": 2}),
    ("finish_forecast_rest_in_order", {"rest_likely_amount": 1}),
]


@pytest.mark.parametrize(("constraint", "said"), BROKEN)
def test_the_database_refuses(project, constraint, said):
    refused = {"refusal": "填报不足", "refusal_kind": "FEW_REPORTS"}
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        FinishForecast.objects.create(project=project, on=ON, known_at=NIGHT, **(refused | said))
