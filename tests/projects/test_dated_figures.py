"""四个日期和预计趋势: how far behind which promise, and what was expected when."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from projects.models import MilestoneDates
from projects.views.dated_figures import four_dates, trend_of

BEIJING = ZoneInfo("Asia/Shanghai")
MARCH, APRIL, MAY = date(2026, 3, 31), date(2026, 4, 30), date(2026, 5, 31)


def version(day, **dates):
    return MilestoneDates(recorded_at=datetime(2026, 3, day, 7, tzinfo=BEIJING), **dates)


def notes(known, on):
    return [figure["note"] for figure in four_dates(known, replans=1, on=on)][:3]


@pytest.mark.parametrize(
    ("known", "said"),
    [
        pytest.param(
            {"forecast_on": MAY}, ["至今晚 41 天", "至今晚 11 天", "较批准推后 31 天"], id="open-and-past-both-promises"
        ),
        pytest.param(
            {"actual_on": date(2026, 5, 1), "is_reached": True},
            ["晚 31 天完成", "晚 1 天完成", "项目单位预计"],
            id="reached-late",
        ),
        pytest.param(
            {"is_reached": True}, ["首次批准，不再改动", "现行计划", "项目单位预计"], id="reached-nobody-knows-when"
        ),
    ],
)
def test_it_is_behind_each_promise_by_its_own_days(known, said):
    dates = MilestoneDates(original_on=MARCH, approved_on=APRIL, **known)
    assert notes(dates, date(2026, 5, 11)) == said


def test_before_a_promise_there_is_nothing_to_be_behind():
    assert [figure["value"] for figure in four_dates(None, replans=0, on=MAY)] == ["—", "—", "—", "—", "0"]


def test_the_trend_is_one_row_for_each_day_on_which_something_else_was_expected():
    versions = [
        version(9, approved_on=APRIL, forecast_on=MAY),
        version(9, approved_on=APRIL, forecast_on=APRIL),
        version(5, approved_on=APRIL, forecast_on=MARCH, started_on=MARCH),
        version(2, approved_on=APRIL, forecast_on=MARCH),
        version(1, approved_on=APRIL),
    ]
    trend = trend_of(versions)
    assert [(row["reported"], row["forecast"], row["shift"]) for row in trend["rows"]] == [
        ("2026-03-02", "2026-03-31", "—"),
        ("2026-03-09", "2026-05-31", "推后 61 天"),
    ]
    assert trend["sentence"] == "首次填报以来变动 1 次，合计推后 61 天"
    assert len(trend["chart"]["marks"]) == 2


def test_without_a_forecast_there_is_no_trend():
    assert trend_of([version(1, approved_on=APRIL)]) == {"rows": []}
