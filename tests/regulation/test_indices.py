"""投资完成率、开工率、竣工率、序时进度: what was printed in public bulletins, and how time is counted.

Amounts are in 亿元, as printed.
"""

from dataclasses import replace
from datetime import date
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects import figures
from scheduling.indices import Index, indices_of
from scheduling.parts import Parts
from scheduling.ratio import Ratio
from scheduling.time_progress import (
    DAY,
    Basis,
    TimeBasis,
    months_elapsed,
    next_step,
    plan_to_date,
    time_progress,
)

pytestmark = pytest.mark.core

LINEAR, CURVE = Basis(), Basis(TimeBasis.PLAN)
JUNE_30 = date(2026, 6, 30)
NEW_YEARS_EVE = date(2026, 12, 31)


def rates(parts, on=JUNE_30, basis=LINEAR):
    return indices_of(parts, on=on, basis=basis)


def printed_rate(ratio, like):
    """With as many decimals as the bulletin printed."""
    return figures.shown(ratio.rate, -Decimal(like).as_tuple().exponent)


def investment(plan, done):
    return Parts(annual_plan_amount=Decimal(plan), ytd_amount=Decimal(done))


# What was printed


@pytest.mark.parametrize(
    ("plan", "done", "printed"),
    [
        pytest.param("195.82", "119.73", "61.14", id="云浮-2017-08-上半月"),
        pytest.param("647.4", "629.0", "97.2", id="江门-2019-10"),
        pytest.param("1015", "313.64", "30.90", id="江门-2021-03-keeps-its-nought"),
        pytest.param("495.58", "270.03", "54.49", id="许昌-2021-06"),
        pytest.param("258.08", "277.58", "107.56", id="汉中-2018-08-省-above-100"),
        pytest.param("307.05", "210.88", "68.68", id="甘孜-2020-08-竣工投产-is-a-subset"),
        pytest.param("21.6", "22.39", "103.66", id="沁水-2021-县级"),
        pytest.param("137.3", "64.3", "46.8", id="南阳四水同治-2021-06"),
        pytest.param("640.7", "474.5", "74.1", id="湘西-2021-09"),
        pytest.param("98.5", "21.01", "21.3", id="松阳-2025-04"),
        pytest.param("401.9", "107.4", "26.7", id="江门-2013-04"),
        pytest.param("618.0", "349.4", "56.5", id="江门-2018-06"),
        pytest.param("165.7", "83.4", "50.3", id="江门-2018-06-交通"),
        pytest.param("65.9", "46.3", "70.3", id="开平-2020-08-江门市重点"),
        pytest.param("90.5", "38.8", "42.9", id="开平-2021-05-江门市重点"),
        pytest.param("131.5", "50.2", "38.2", id="开平-2021-05-本级重点"),
        pytest.param("62.4", "9.7", "15.5", id="开平-2019-02-江门市重点"),
        pytest.param("63.27", "77.57", "122.6", id="沁水-2021-全部"),
        pytest.param("19", "28.78", "151.47", id="沁水-2021-省级"),
        pytest.param("22.67", "26.4", "116.45", id="沁水-2021-市级"),
        pytest.param("5.71", "2.13", "37.3", id="连南-05-省市重点"),
    ],
)
def test_an_investment_rate_is_printed_as_the_bulletin_printed_it(plan, done, printed):
    assert printed_rate(rates(investment(plan, done))[Index.INVESTMENT], printed) == printed


@pytest.mark.parametrize(
    ("plan", "done", "on", "printed"),
    [
        pytest.param("195.82", "119.73", date(2017, 8, 15), "-1.36", id="云浮-2017-08-上半月-慢"),
        pytest.param("647.4", "629.0", date(2019, 10, 31), "13.8", id="江门-2019-10-超"),
        pytest.param("1015", "313.64", date(2021, 3, 31), "5.90", id="江门-2021-03-超"),
        pytest.param("401.9", "107.4", date(2013, 4, 30), "-6.6", id="江门-2013-04-欠"),
        pytest.param("100", "74", date(2021, 8, 31), "7.33", id="三元区-1-8月-rate-74-printed"),
        pytest.param("100", "75", date(2021, 10, 31), "-8.3", id="达州-1-10月-rate-75-printed"),
        pytest.param("100", "70.7", date(2020, 8, 31), "4", id="开平-2020-08-产业-rate-70.7-printed"),
    ],
)
def test_a_gap_is_printed_as_the_bulletin_printed_it(plan, done, on, printed):
    gap = rates(investment(plan, done), on).progress_gap_pp
    assert figures.shown(gap, -Decimal(printed).as_tuple().exponent) == printed


@pytest.mark.parametrize(
    ("index", "parts", "printed"),
    [
        pytest.param(Index.START, Parts(started=122, new_starts=124), "98.4", id="A-汉中"),
        pytest.param(Index.START, Parts(started=206, new_starts=255), "80.8", id="A-江门"),
        pytest.param(Index.START, Parts(started=7, new_starts=15), "46.7", id="A-松阳"),
        pytest.param(Index.START, Parts(started=137, new_starts=238), "57.6", id="A-江门-2018-06"),
        pytest.param(Index.START, Parts(started=188, new_starts=225), "83.6", id="A-南阳四水同治-2021-06"),
        pytest.param(Index.UNDER_WAY, Parts(building=223, finished=60, projects=386), "73.32", id="C-许昌"),
        pytest.param(Index.UNDER_WAY, Parts(building=33, projects=50), "66", id="C-连南-1-5月"),
        pytest.param(
            Index.START_RESUME,
            Parts(resumed=146, started=145, continuing=158, new_starts=158),
            "92.1",
            id="D-湘西-of-316-together",
        ),
        pytest.param(Index.ON_TARGET, Parts(on_target=32, targeted=56), "57.1", id="E-安福"),
    ],
)
def test_a_start_rate_is_printed_as_the_bulletin_printed_it(index, parts, printed):
    assert printed_rate(rates(parts)[index], printed) == printed


def test_140_due_less_33_not_started_and_11_early_are_118_started():
    parts = Parts(new_starts=200, started=118, starts_due=140, started_due=107)
    assert (parts.due_not_started, parts.started_early) == (33, 11)
    assert parts.starts_due - parts.due_not_started + parts.started_early == parts.started
    assert rates(parts)[Index.START_ON_TIME] == Ratio(Decimal(107), Decimal(140))


def test_103_of_113_due_by_the_middle_of_the_year_had_started():
    assert printed_rate(rates(Parts(started_due=103, starts_due=113))[Index.START_ON_TIME], "0.00") == "91.15"


def test_4_of_6_due_were_completed_and_10_of_38_of_the_year_early():
    parts = Parts(completions=44, completed=14, completions_due=6, completed_due=4)
    assert (parts.due_not_completed, parts.completed_early) == (2, 10)
    assert printed_rate(rates(parts)[Index.COMPLETION_ON_TIME], "0.0") == "66.7"


def test_songyang_prints_the_plan_to_date_beside_the_year():
    """The plan to date, 15.9, is not printed; it follows from the rate that is."""
    found = rates(replace(investment("98.5", "21.01"), plan_to_date_amount=Decimal("15.9")), basis=CURVE)
    assert printed_rate(found[Index.TO_DATE], "132.1") == "132.1"
    assert printed_rate(found.time_progress, "0.0") == "16.1"


def test_xiangxi_has_one_whole_by_two_ways_of_dividing_it():
    by_duty = [investment(0, "114.8"), investment(0, "359.7")]
    by_place = [investment(0, "92.0"), investment(0, "382.5")]
    assert sum(by_duty, Parts()) == sum(by_place, Parts()) == investment(0, "474.5")


def test_in_ganzi_continuing_and_new_are_the_whole_and_completing_is_not_added():
    whole = investment("307.05", "191.1") + investment(0, "19.78")
    assert whole.ytd_amount == Decimal("210.88")


# What was printed and cannot be had from what was printed


@pytest.mark.parametrize(
    ("done", "whole", "printed", "ours"),
    [
        pytest.param("129", "270", "47", "47.78", id="江门-2021-03-printed-47-is-47.78-cut-off"),
        pytest.param("7", "13", "53", "53.85", id="民和-2019-printed-53-is-53.85-cut-off"),
    ],
)
def test_a_print_that_was_cut_off_is_not_copied(done, whole, printed, ours):
    ratio = Ratio(Decimal(done), Decimal(whole))
    assert str(ratio.rate.quantize(Decimal(1), ROUND_DOWN)) == printed
    assert printed_rate(ratio, ours) == ours
    assert printed_rate(ratio, "0") != printed


@pytest.mark.parametrize(
    ("plan", "done", "printed", "ours"),
    [
        pytest.param("156.7", "92.0", "58.8", "58.7", id="湘西-州直"),
        pytest.param("18.2", "11.4", "62.4", "62.6", id="开平-2020-08-省重点"),
        pytest.param("130.6", "79.2", "60.7", "60.6", id="开平-2020-08-本级重点"),
        pytest.param("31.4", "15.5", "49.6", "49.4", id="开平-2021-05-省重点"),
        pytest.param("14.5", "2.2", "15.3", "15.2", id="开平-2019-02-省重点"),
    ],
)
def test_a_print_made_of_finer_amounts_is_within_what_the_printed_ones_allow(plan, done, printed, ours):
    half = Decimal("0.05")
    least = Ratio(Decimal(done) - half, Decimal(plan) + half).rate
    most = Ratio(Decimal(done) + half, Decimal(plan) - half).rate
    assert printed_rate(Ratio(Decimal(done), Decimal(plan)), printed) == ours
    assert least < Decimal(printed) + half
    assert Decimal(printed) - half < most


def test_liannan_printed_24_25_which_is_24_21_of_what_it_printed():
    """Not even the rounding of 4.28 and 17.68 explains it."""
    assert printed_rate(rates(investment("17.68", "4.28"))[Index.INVESTMENT], "24.25") == "24.21"
    assert figures.shown(Ratio(Decimal("4.285"), Decimal("17.675")).rate, 2) == "24.24"


@pytest.mark.parametrize(
    ("plan", "done", "printed", "ours"),
    [
        pytest.param("62.4", "9.7", "-1.2", "-1.1", id="江门市重点-rounded-before-subtracting"),
        pytest.param("14.5", "2.2", "-1.3", "-1.5", id="省重点-of-finer-amounts"),
    ],
)
def test_kaiping_printed_gaps_that_its_amounts_do_not_give(plan, done, printed, ours):
    gap = rates(investment(plan, done), date(2019, 2, 28)).progress_gap_pp
    assert figures.shown(gap, 1) == ours != printed


def test_kaiping_rounded_both_rates_before_it_subtracted_them():
    assert Decimal("15.5") - figures.rounded(Ratio(Decimal(2), Decimal(12)).rate, 1) == Decimal("-1.2")


def test_jiangmen_rounded_first_would_have_printed_13_9():
    assert Decimal("97.2") - figures.rounded(Ratio(Decimal(10), Decimal(12)).rate, 1) == Decimal("13.9")


# 序时进度


@pytest.mark.parametrize(
    ("on", "months", "whole_months"),
    [
        pytest.param(date(2026, 1, 1), "0", "0", id="the-year-begins-at-nought"),
        pytest.param(date(2026, 8, 14), "7", "7", id="the-14th-is-not-half-a-month"),
        pytest.param(date(2026, 8, 15), "7.5", "7", id="the-15th-is"),
        pytest.param(date(2026, 8, 30), "7.5", "7", id="the-last-but-one-day-is-still-half"),
        pytest.param(date(2026, 8, 31), "8", "8", id="the-last-day-is-the-whole-month"),
        pytest.param(date(2026, 9, 1), "8", "8", id="the-day-after-adds-nothing"),
        pytest.param(date(2028, 2, 28), "1.5", "1", id="28-february-of-a-leap-year"),
        pytest.param(date(2028, 2, 29), "2", "2", id="29-february"),
        pytest.param(date(2026, 2, 28), "2", "2", id="28-february"),
        pytest.param(NEW_YEARS_EVE, "12", "12", id="the-year-ends-at-twelve"),
    ],
)
def test_months_are_gone(on, months, whole_months):
    assert months_elapsed(on) == Decimal(months)
    assert months_elapsed(on, half_months=False) == Decimal(whole_months)


@given(st.dates(date(2024, 1, 1), date(2029, 12, 31)), st.booleans())
def test_time_stands_still_until_its_next_step_and_not_longer(on, half_months):
    step = next_step(on, half_months=half_months)
    still = {months_elapsed(on + DAY * n, half_months=half_months) for n in range((step - on).days)}
    assert still == {months_elapsed(on, half_months=half_months)}
    assert months_elapsed(step, half_months=half_months) not in still


def test_the_plan_to_date_takes_half_of_the_running_month_from_the_15th():
    months = tuple(Decimal(n) for n in range(1, 13))
    assert plan_to_date(months, date(2026, 3, 14)) == 1 + 2
    assert plan_to_date(months, date(2026, 3, 15)) == 1 + 2 + Decimal("1.5")
    assert plan_to_date(months, date(2026, 3, 15), half_months=False) == 1 + 2
    assert plan_to_date(months, NEW_YEARS_EVE) == sum(months)


def test_a_set_target_raises_what_time_asks_by_either_basis():
    amounts = {"annual_amount": Decimal(1000), "to_date_amount": Decimal(250)}
    for kind, asked in ((TimeBasis.LINEAR, 60), (TimeBasis.PLAN, 30)):
        assert time_progress(JUNE_30, basis=Basis(kind, Decimal(120)), **amounts).rate == asked


def test_the_curve_has_no_time_progress_where_nothing_is_planned_and_the_months_do():
    nothing = {"annual_amount": Decimal(0), "to_date_amount": Decimal(0)}
    assert time_progress(JUNE_30, basis=CURVE, **nothing).rate is None
    assert time_progress(JUNE_30, basis=LINEAR, **nothing).rate == 50


def test_a_gap_is_exact_where_two_endless_fractions_end_in_a_half():
    """100.8383… − 83.3333… = 17.505, which rounds up; the two cut off at 28 digits come to less."""
    gap = Ratio(Decimal("302.515"), Decimal(300)).gap_pp(Ratio(Decimal(10), Decimal(12)))
    assert figures.shown(gap, 2) == "17.51"


@given(st.integers(1, 10**10), st.integers(-(10**6), 10**10), st.dates(date(2026, 1, 1), NEW_YEARS_EVE))
def test_a_printed_gap_is_within_half_a_unit_of_the_exact_difference(plan, done, on):
    exact = 100 * (Fraction(done, plan) - Fraction(months_elapsed(on)) / 12)
    printed = figures.rounded(rates(investment(plan, done), on).progress_gap_pp, 2)
    assert abs(Fraction(printed) - exact) <= Fraction(1, 200)
