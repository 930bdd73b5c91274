"""预测: dates that follow from the pace and from past forecasts, a back-test that knows no future, and refusals."""

from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduling.back_test import (
    HORIZONS,
    LEAST_PAST,
    WINDOW,
    Declared,
    Measure,
    Pace,
    PastErrors,
    Point,
    Window,
    back_test,
    declared_yields,
    paced_yields,
)
from scheduling.forecast import (
    Forecast,
    Line,
    Refusal,
    early_warning,
    finish_forecast,
    milestone_forecast,
    slack_trend,
)

pytestmark = pytest.mark.core

FIRST = date(2026, 1, 2)
LATER = FIRST + timedelta(weeks=60)


def week(number):
    return FIRST + timedelta(weeks=number)


def pace(amounts, *, total=1000, percents=None, **known):
    """A project that has done these amounts by the end of the first weeks."""
    told = percents or [None] * len(amounts)
    points = [Point(week(n), Decimal(a), p and Decimal(p)) for n, (a, p) in enumerate(zip(amounts, told, strict=True))]
    return Pace(points, total and Decimal(total), **known)


def past(*shares, measure=Measure.MONEY, horizons=HORIZONS):
    """So many past forecasts that yielded these shares of what was foretold."""
    return PastErrors.known({Window(measure, days, 1, 2): shares for days in horizons}, on=FIRST)


KEPT = past(*[1.0] * LEAST_PAST)
STEADY = pace(range(10, 110, 10))  # 10 a week, 100 done


@cache
def portfolio():
    """Twelve projects that slow down, stand still and catch up over 44 weeks, the same every time."""
    chance = Random(7)  # noqa: S311
    found = []
    for _ in range(12):
        done, mood, amounts = 0.0, 1.0, []
        for _week in range(44):
            mood = max(0.0, min(2.0, mood + chance.gauss(0, 0.3)))
            done += 10 * mood * (chance.random() > 0.3)
            amounts.append(str(round(done, 4)))
        found.append(pace(amounts, total=450))
    return found


def test_a_steady_pace_that_was_always_kept_leads_to_one_day():
    told = finish_forecast(STEADY, KEPT)
    assert told == Forecast(week(9), [Line(Measure.MONEY, week(99), week(99), week(99))])


def test_past_forecasts_shift_the_dates():
    """Half of them came to 0.8 of what was foretold, four fifths to 0.5: 90 weeks become 112.5 and 180."""
    told = finish_forecast(STEADY, past(*[0.5] * 10, *[0.8] * 10))
    assert (told.p50_on, told.p80_on) == (week(9) + timedelta(days=788), week(9 + 180))


def test_where_percent_is_estimated_it_counts_and_money_stands_beside_it():
    both = PastErrors.known(
        {Window(measure, 180, 1, 2): [1.0] * LEAST_PAST for measure in (Measure.MONEY, Measure.PERCENT)}, on=FIRST
    )
    slow = pace(range(10, 110, 10), percents=range(1, 11), total=2000)  # money in 190 weeks, percent in 90
    told = finish_forecast(slow, both)
    assert [line.paced_on for line in told.lines] == [week(99), week(199)]
    assert told.p50_on == week(99)
    assert "投资按近 8 期速度为" in str(told)
    assert "仅供预警" in str(told)


def test_a_single_great_booking_moves_the_pace_little_and_weeks_without_progress_count_as_nought():
    booked = finish_forecast(pace([10, 20, 30, 40, 50, 60, 70, 380]), KEPT)
    assert week(7 + 46) < booked.p50_on < week(7 + 64)  # 620 left; by the mean of the weeks it would be 11
    steps = pace([0, 0, 0, 20, 20, 20, 40, 40])
    assert isinstance(finish_forecast(steps, KEPT), Forecast)


@pytest.mark.parametrize(
    ("told", "words"),
    [
        pytest.param(pace(range(WINDOW - 1)), "只有 7 期，少于 8 期", id="期数不足"),
        pytest.param(pace([50] * 12), "投资没有进展", id="停滞"),
        pytest.param(pace(range(10, 110, 10), finished_on=week(9)), "已于 2026-03-06 竣工", id="已竣工"),
        pytest.param(pace(range(10, 110, 10), total=None), "没有总投资", id="无总投资"),
        pytest.param(pace(range(10, 110, 10), total=100), "已全部完成", id="已完成"),
        pytest.param(pace(range(10, 110, 10), total=10**6), "10 年内不能完成", id="遥远"),
        pytest.param(
            pace(range(1, 11), total=None, percents=[None] * 4 + [1, 2, 3, 4, 5, 6]), "形象进度已审核", id="百分比不足"
        ),
    ],
)
def test_it_refuses_in_words(told, words):
    refusal = finish_forecast(told, KEPT)
    assert isinstance(refusal, Refusal)
    assert words in refusal.text


def test_it_refuses_while_the_portfolio_has_too_few_past_forecasts():
    assert "不足 20 次" in finish_forecast(STEADY, past(*[1.0] * (LEAST_PAST - 1))).text
    assert isinstance(finish_forecast(STEADY, past(*[1.0] * LEAST_PAST, horizons=[30])), Forecast)


def test_where_a_fifth_of_past_forecasts_came_to_nothing_no_safe_day_is_named():
    told = finish_forecast(STEADY, past(*[0.0] * 5, *[1.0] * 16))
    assert (told.p50_on, told.p80_on) == (week(99), None)
    assert "八成把握 10 年以后" in str(told)


RISES = st.lists(st.integers(0, 40), min_size=WINDOW, max_size=WINDOW + 2)
SHARE = st.floats(-0.5, 3)


@st.composite
def any_past(draw):
    """For each horizon a fifth of the forecasts yielded one share, the others another."""
    found = {Window(Measure.MONEY, days, 1, 2): [draw(SHARE)] * 5 + [draw(SHARE)] * 20 for days in HORIZONS}
    return PastErrors.known(found, on=FIRST)


def running(rises, *, left):
    amounts = [sum(rises[: n + 1]) for n in range(len(rises))]
    return pace(amounts, total=amounts[-1] + left)


@given(RISES, st.integers(1, 2000), any_past())
def test_p80_is_never_before_p50(rises, left, known):
    told = finish_forecast(running(rises, left=left), known)
    if isinstance(told, Forecast) and told.p80_on:
        assert told.made_on <= told.p50_on <= told.p80_on


@given(RISES, st.integers(1, 1000), st.integers(1, 1000), any_past())
def test_more_to_do_is_never_done_earlier(rises, left, more, known):
    near, far = (finish_forecast(running(rises, left=amount), known) for amount in (left, left + more))
    if isinstance(near, Refusal):
        assert isinstance(far, Refusal)
    elif isinstance(far, Forecast):
        assert near.p50_on <= far.p50_on
        assert not far.p80_on or (near.p80_on and near.p80_on <= far.p80_on)


def test_weeks_that_pass_without_a_report_are_no_progress():
    """The forecast of a project that stopped reporting stands where its last report left it."""
    assert finish_forecast(STEADY, KEPT) == finish_forecast(STEADY.until(LATER), KEPT)


def test_the_yield_of_a_week_is_what_came_divided_by_what_was_foretold():
    """10 a week for nine weeks, then 5: of the 50 foretold for the next five weeks came 25."""
    slowing = pace([*range(10, 100, 10), *range(95, 120, 5)])
    assert paced_yields([slowing])[Window(Measure.MONEY, 30, week(8).toordinal(), week(13).toordinal())] == [
        pytest.approx(0.5)
    ]


def test_a_project_that_stands_still_counts_as_nothing_and_one_that_finishes_has_done_all():
    [*_, still] = paced_yields([pace([*range(10, 90, 10), *[80] * 5])]).values()
    assert still == [0.0]
    yields = paced_yields([pace(range(10, 90, 10), total=160, finished_on=week(9) + timedelta(weeks=2))])
    assert yields == {Window(Measure.MONEY, 30, week(7).toordinal(), week(11).toordinal()): [pytest.approx(2.0)]}


def test_a_stretch_without_reports_is_no_forecast_of_a_month():
    """After a hundred days of silence the report tells of 90 days, and of nothing shorter."""
    [*early, last] = pace(range(10, 100, 10)).points
    silent = Pace([*early, last._replace(ends_on=early[-1].ends_on + timedelta(100))], Decimal(1000))
    assert [window.horizon for window in paced_yields([silent])] == [90]


def test_the_back_test_is_printed_with_its_numbers():
    tested = back_test(paced_yields(portfolio()))
    assert tested.whole.n == sum(tested.horizons[days].n for days in HORIZONS) == sum(row.n for row in tested.rows)
    assert str(tested) == (
        f"过去 {tested.weeks} 周的回溯检验 {tested.whole.n} 次：误差中位数 {tested.whole.median_error_days:.0f} 天，"
        f"P50 覆盖 {tested.whole.p50_hit_share:.0f}%，P80 覆盖 {tested.whole.p80_hit_share:.0f}%。"
    )
    assert 20 < tested.weeks < 44
    assert "未作回溯检验" in str(back_test(paced_yields([])))


def test_where_every_pace_was_kept_the_back_test_finds_no_error():
    tested = back_test(paced_yields([pace(range(0, 400, 10))] * LEAST_PAST))
    assert (tested.whole.median_error_days, tested.whole.p50_hit_share, tested.whole.p80_hit_share) == (0, 100, 100)


def test_over_many_projects_the_shares_come_near_what_they_promise():
    chance = Random(11)  # noqa: S311
    histories = [
        pace([str(round(sum(steps[: n + 1]), 4)) for n in range(30)], total=10_000)
        for steps in [[10 * chance.uniform(0.2, 1.8) for _ in range(30)] for _ in range(120)]
    ]
    whole = back_test(paced_yields(histories)).whole
    assert whole.p50_hit_share == pytest.approx(50, abs=6)
    assert whole.p80_hit_share == pytest.approx(80, abs=6)


@pytest.mark.parametrize("cut", [20, 28, 36, 43])
def test_what_came_later_changes_no_earlier_row(cut):
    then = back_test(paced_yields([history.until(week(cut)) for history in portfolio()]))
    whole = back_test(paced_yields(portfolio()))
    assert then.rows == [row for row in whole.rows if row.known_on <= week(cut)]


@given(st.integers(10, 40), st.lists(st.integers(0, 500), min_size=1, max_size=12))
def test_whatever_comes_later_changes_no_earlier_row(cut, rises):
    until = [history.until(week(cut)) for history in portfolio()]
    top = max(point.done_amount for point in until[0].points)
    later = [Point(week(cut + 1 + n), top + rise) for n, rise in enumerate(rises)]
    changed = [Pace([*until[0].points, *later], until[0].total_amount, finished_on=week(60)), *until[1:]]
    rows = back_test(paced_yields(changed)).rows
    assert back_test(paced_yields(until)).rows == [row for row in rows if row.known_on <= week(cut)]


def test_reports_must_come_in_order():
    with pytest.raises(ValueError, match="由早到晚"):
        Pace([Point(week(1), Decimal(1)), Point(week(1), Decimal(2))])


def test_a_declared_day_is_corrected_by_how_such_days_were_kept():
    """Twenty were foretold for 50 days and took 100: 30 days become 60."""
    kept = [Declared(FIRST, FIRST + timedelta(50), FIRST + timedelta(100))] * LEAST_PAST
    known = PastErrors.known(declared_yields(kept, on=LATER), on=LATER)
    made_on = LATER
    told = milestone_forecast(declared_on=made_on + timedelta(30), made_on=made_on, past=known)
    assert (told.p50_on, told.p80_on) == (made_on + timedelta(60), made_on + timedelta(60))
    assert f"（申报预计日期为 {made_on + timedelta(30)}）" in str(told)
    assert isinstance(milestone_forecast(declared_on=made_on, made_on=made_on, past=known), Refusal)


def test_an_open_declaration_counts_from_the_day_it_is_overdue():
    open_still = [Declared(FIRST, FIRST + timedelta(50))]
    assert declared_yields(open_still, on=FIRST + timedelta(50)) == {}
    [share] = declared_yields(open_still, on=FIRST + timedelta(100)).values()
    assert share == [0.5]


def at(p50, p80, *, made_on=FIRST):
    return Forecast(made_on, [Line(Measure.MONEY, p50, p50, p80)])


@pytest.mark.parametrize(
    ("told", "words"),
    [
        pytest.param(at(week(21), week(30)), "比批准日期 2026-05-22 晚 7 天", id="多半逾期"),
        pytest.param(
            at(week(20), week(30)), "有五成把握、没有八成把握：八成把握为 2026-07-31 前，余量 0 天", id="余量用完"
        ),
        pytest.param(at(week(10), None), "八成把握为 10 年以后，余量 70 天", id="无八成"),
    ],
)
def test_it_warns_before_the_date_is_missed(told, words):
    assert words in early_warning(told, week(20))


def test_what_is_safe_raises_no_warning():
    assert early_warning(at(week(10), week(20)), week(20)) is None


def test_a_finish_that_moves_away_uses_up_the_slack():
    then, now = at(week(10), None), at(week(16), None, made_on=week(4))
    assert slack_trend(then, now, week(20)) == (
        "近 4 周预计完成日期由 2026-03-13 推后到 2026-04-24，推后 42 天；"
        "对批准日期 2026-05-22 的余量由 70 天减为 28 天。"
    )
    assert "已无余量，差 7 天" in slack_trend(then, now, week(15))
    assert slack_trend(then, at(week(11), None, made_on=week(4)), week(20)) is None
