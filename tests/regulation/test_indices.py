"""投资完成率、开工率、竣工率、序时进度: what was printed in public bulletins, and the cases the rules decide.

Amounts are in 亿元, as printed.
"""

from dataclasses import replace
from datetime import date
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projects import figures
from projects.models import LibraryTier, PlanEntry
from scheduling.index_cards import CARDS, FIELD_NAMES, GAP, TIME_LINEAR, TIME_PLAN
from scheduling.indices import FORMULAS, Index, compare, indices_of
from scheduling.parts import CONTINUING, EXITED, FIELDS, NEW_START, PRELIMINARY, Parts, next_change, parts_of
from scheduling.project_day import ProjectDay, YearPlan
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
EVENLY = (Decimal(10),) * 12


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


def test_by_the_curve_a_project_of_the_second_half_is_not_behind_in_june():
    parts = parts_of(in_plan(annual_amount=Decimal(120), months=(Decimal(0),) * 6 + (Decimal(20),) * 6))
    assert rates(parts, basis=CURVE).progress_gap_pp == 0
    assert rates(parts, basis=LINEAR).progress_gap_pp == -50


def test_a_gap_is_exact_where_two_endless_fractions_end_in_a_half():
    """100.8383… − 83.3333… = 17.505, which rounds up; the two cut off at 28 digits come to less."""
    gap = Ratio(Decimal("302.515"), Decimal(300)).gap_pp(Ratio(Decimal(10), Decimal(12)))
    assert figures.shown(gap, 2) == "17.51"


@given(st.integers(1, 10**10), st.integers(-(10**6), 10**10), st.dates(date(2026, 1, 1), NEW_YEARS_EVE))
def test_a_printed_gap_is_within_half_a_unit_of_the_exact_difference(plan, done, on):
    exact = 100 * (Fraction(done, plan) - Fraction(months_elapsed(on)) / 12)
    printed = figures.rounded(rates(investment(plan, done), on).progress_gap_pp, 2)
    assert abs(Fraction(printed) - exact) <= Fraction(1, 200)


# One project


def in_plan(category=NEW_START, on=JUNE_30, **known):
    plan = {
        "category": category,
        "completes_this_year": True,
        "annual_amount": Decimal(120),
        "months": EVENLY,
        "planned_start_on": date(2026, 6, 1),
        "planned_finish_on": date(2026, 11, 30),
        "original_amount": Decimal(100),
    }
    plan |= {name: known.pop(name) for name in plan.keys() & known.keys()}
    known = {"tier": "BUILDING", "total_investment": Decimal(900), "since_start_amount": Decimal(300)} | known
    return ProjectDay(on=on, plan=YearPlan(**plan), **known)


def spent(amount):
    return (Decimal(amount), *(Decimal(0),) * 11)


def test_the_words_for_categories_and_tiers_are_those_of_the_plan():
    assert set(PlanEntry.Category.values) == {CONTINUING, NEW_START, PRELIMINARY}
    assert LibraryTier.EXITED == EXITED


@pytest.mark.parametrize("gone", [{"tier": EXITED}, {"is_counted": False}], ids=["exited", "package"])
def test_what_has_left_and_what_is_only_a_package_contributes_nothing(gone):
    assert parts_of(in_plan(months_done=spent(50), **gone)) == Parts()


def test_without_a_plan_it_brings_neither_plan_nor_numerator():
    outside = replace(in_plan(months_done=spent(50), started_on=JUNE_30), plan=None)
    assert parts_of(outside) == Parts(unplanned_projects=1, unplanned_ytd_amount=Decimal(50))


def test_a_suspended_project_stays_in_the_denominators():
    going = parts_of(in_plan())
    assert parts_of(in_plan(is_suspended=True)) == going
    assert (going.annual_plan_amount, going.new_starts, going.starts_due) == (120, 1, 1)


def test_a_preliminary_project_has_money_and_no_duty_to_start_or_finish():
    parts = parts_of(in_plan(PRELIMINARY, on=NEW_YEARS_EVE, months_done=spent(5)))
    assert (parts.annual_plan_amount, parts.ytd_amount, parts.projects) == (120, 5, 1)
    assert (parts.new_starts, parts.starts_due, parts.completions, parts.completions_due) == (0, 0, 0, 0)


def test_with_nothing_planned_for_the_year_there_is_no_rate_and_no_target_to_reach():
    found = rates(parts_of(in_plan(PRELIMINARY, annual_amount=Decimal(0), months=(Decimal(0),) * 12)))
    assert found[Index.INVESTMENT].rate is None
    assert found[Index.ON_TARGET].rate is None
    assert found.progress_gap_pp is None
    assert figures.percent(found[Index.INVESTMENT].rate) == "—"


def test_a_project_added_in_the_year_counts_wholly_and_not_at_all_in_the_original_plan():
    parts = parts_of(in_plan(original_amount=None, months_done=spent(60)))
    assert (parts.annual_plan_amount, parts.ytd_amount) == (120, 60)
    assert (parts.original_plan_amount, parts.original_ytd_amount) == (0, 0)


def test_the_original_plan_judges_the_same_money_by_what_was_first_asked():
    found = rates(parts_of(in_plan(months_done=spent(60))))
    assert (found[Index.INVESTMENT].rate, found[Index.ORIGINAL].rate) == (50, 60)
    assert (found.progress_gap_pp, found.original_gap_pp) == (0, 10)


def test_without_a_known_total_nothing_is_measured_against_it():
    parts = parts_of(in_plan(total_investment=None))
    assert (parts.since_start_amount, parts.total_investment) == (0, 0)
    assert rates(parts)[Index.OF_TOTAL].rate is None


def test_more_than_the_plan_and_less_than_nothing_are_lawful():
    assert rates(parts_of(in_plan(months_done=spent(180))))[Index.INVESTMENT].rate == 150
    corrected = rates(parts_of(in_plan(months_done=spent(-12))))
    assert (corrected[Index.INVESTMENT].rate, corrected.progress_gap_pp) == (-10, -60)


def test_it_is_on_target_when_it_reaches_the_plan_to_date_exactly():
    assert parts_of(in_plan(months_done=spent(60))).on_target == 1
    assert parts_of(in_plan(months_done=spent("59.9999"))).on_target == 0


@pytest.mark.parametrize(
    ("planned_on", "started_on", "started", "due", "started_due"),
    [
        pytest.param(JUNE_30, None, 0, 1, 0, id="due-on-its-planned-day"),
        pytest.param(JUNE_30 + DAY, None, 0, 0, 0, id="not-due-the-day-before"),
        pytest.param(JUNE_30, JUNE_30, 1, 1, 1, id="started-on-the-day"),
        pytest.param(JUNE_30, JUNE_30 + DAY, 0, 1, 0, id="a-start-to-come-is-none-yet"),
        pytest.param(JUNE_30 + DAY, JUNE_30, 1, 0, 0, id="an-early-start-counts-in-A-and-not-in-B"),
        pytest.param(
            date(2026, 6, 1), date(2026, 3, 1), 1, 1, 1, id="once-its-day-has-come-an-early-start-counts-in-B"
        ),
        pytest.param(date(2026, 6, 1), date(2025, 12, 1), 1, 1, 1, id="started-before-the-year"),
        pytest.param(None, None, 0, 0, 0, id="without-a-planned-day-not-due-in-june"),
    ],
)
def test_a_new_start(planned_on, started_on, started, due, started_due):
    parts = parts_of(in_plan(planned_start_on=planned_on, planned_finish_on=None, started_on=started_on))
    assert (parts.new_starts, parts.started, parts.starts_due, parts.started_due) == (1, started, due, started_due)


def test_without_planned_days_all_is_due_on_the_last_day_of_the_year():
    parts = parts_of(in_plan(on=NEW_YEARS_EVE, planned_start_on=None, planned_finish_on=None))
    assert (parts.starts_due, parts.completions_due) == (1, 1)


def test_a_continuing_project_has_no_duty_to_start_and_counts_as_under_construction():
    parts = parts_of(in_plan(CONTINUING))
    assert (parts.new_starts, parts.starts_due, parts.building, parts.continuing) == (0, 0, 1, 1)


@pytest.mark.parametrize(
    ("known", "resumed"),
    [
        pytest.param({}, 0, id="nothing-spent-this-year"),
        pytest.param({"months_done": spent(1)}, 1, id="spent-this-year"),
        pytest.param({"months_done": spent(1), "is_suspended": True}, 0, id="suspended"),
        pytest.param({"months_done": spent(-1)}, 0, id="only-a-correction-downwards"),
        pytest.param({"finished_on": date(2026, 2, 1)}, 1, id="what-is-finished-need-not-resume"),
    ],
)
def test_a_continuing_project_has_resumed(known, resumed):
    assert parts_of(in_plan(CONTINUING, **known)).resumed == resumed


def test_a_project_may_start_and_finish_in_one_year():
    parts = parts_of(in_plan(started_on=date(2026, 3, 1), finished_on=JUNE_30))
    assert (parts.started, parts.completed, parts.completed_early, parts.building, parts.finished) == (1, 1, 1, 0, 1)


def test_finished_and_commissioned_are_two_days_of_one_duty():
    parts = parts_of(in_plan(CONTINUING, planned_finish_on=JUNE_30, finished_on=JUNE_30))
    assert (parts.completions_due, parts.completed_due, parts.commissioned_due) == (1, 1, 0)
    found = rates(parts)
    assert (found[Index.COMPLETION].rate, found[Index.COMMISSION].rate) == (100, 0)


def test_what_was_commissioned_before_its_planned_finish_is_not_among_the_due():
    parts = parts_of(in_plan(CONTINUING, planned_finish_on=JUNE_30 + DAY, commissioned_on=JUNE_30))
    assert (parts.commissioned, parts.completions_due, parts.commissioned_due) == (1, 0, 0)


def test_what_is_finished_has_started_even_where_nobody_noted_the_day():
    assert parts_of(in_plan(finished_on=JUNE_30)).started == 1


@pytest.mark.parametrize(
    "name", ["planned_start_on", "planned_finish_on", "started_on", "finished_on", "commissioned_on"]
)
def test_a_day_ahead_is_the_next_change(name):
    ahead = date(2026, 7, 9)
    assert next_change(in_plan(**{name: ahead})) == ahead
    assert next_change(in_plan()) == date(2026, 7, 15)


def test_who_finishes_without_being_planned_to_is_in_no_completion_rate():
    parts = parts_of(in_plan(CONTINUING, completes_this_year=False, finished_on=JUNE_30))
    assert (parts.completions, parts.completed, parts.finished) == (0, 0, 1)


# Groups


few = settings(max_examples=30)


def amounts_from(least):
    return st.integers(least, 10**10).map(lambda fractions: Decimal(fractions).scaleb(-4))


def from_month(first, amount):
    months = (Decimal(0),) * (first - 1) + (amount,) * (13 - first)
    return {"months": months, "annual_amount": sum(months)}


amounts = amounts_from(0)
days = st.integers(0, 364).map(lambda gone: NEW_YEARS_EVE - DAY * gone)
some_day = st.none() | days
plans = st.builds(
    lambda curve, **plan: YearPlan(**curve, **plan),
    st.builds(from_month, st.integers(1, 12), amounts),
    category=st.sampled_from([CONTINUING, NEW_START, PRELIMINARY]),
    completes_this_year=st.booleans(),
    planned_start_on=some_day,
    planned_finish_on=some_day,
    original_amount=st.none() | amounts,
)


def project_days(plan):
    return st.builds(
        ProjectDay,
        on=days,
        plan=plan,
        is_suspended=st.booleans(),
        months_done=amounts_from(-(10**6)).map(spent),
        since_start_amount=amounts,
        total_investment=st.none() | amounts,
        started_on=some_day,
        finished_on=some_day,
        commissioned_on=some_day,
    )


planned, unplanned, any_day = project_days(plans), project_days(st.none()), project_days(st.none() | plans)


@few
@given(any_day, any_day, any_day)
def test_a_sum_does_not_depend_on_the_order(first, second, third):
    one, two, three = parts_of(first), parts_of(second), parts_of(third)
    assert sum([one, two, three], Parts()) == three + (one + two) == two + (three + one)


@few
@given(any_day, unplanned)
def test_a_project_without_a_plan_changes_no_rate(member, outsider):
    alone = parts_of(member)
    assert rates(alone + parts_of(outsider)) == rates(alone)


@few
@given(planned, planned)
def test_the_rate_of_a_group_lies_between_those_of_its_members(one, other):
    members, group = [rates(parts_of(one)), rates(parts_of(other))], rates(parts_of(one) + parts_of(other))
    for index in Index:
        defined = [each[index].rate for each in members if each[index].rate is not None]
        if len(defined) == len(members):
            assert min(defined) <= group[index].rate <= max(defined)


@few
@given(any_day, any_day)
def test_what_was_done_adds_up_inside_and_outside_of_the_plan(one, other):
    parts = parts_of(one) + parts_of(other)
    assert parts.ytd_amount + parts.unplanned_ytd_amount == one.ytd_amount + other.ytd_amount


@few
@given(planned)
def test_what_is_counted_above_the_line_is_counted_below_it(day):
    parts = parts_of(day)
    for index in set(Index) - {Index.INVESTMENT, Index.TO_DATE, Index.ORIGINAL, Index.OF_TOTAL}:
        ratio = FORMULAS[index].of(parts)
        assert 0 <= ratio.numerator <= ratio.denominator
    assert parts.starts_due - parts.due_not_started + parts.started_early == parts.started


@few
@given(any_day, st.booleans())
def test_nothing_changes_by_itself_before_the_next_change(day, half_months):
    change = next_change(day, half_months=half_months)
    assert change > day.on
    eve = replace(day, on=change - DAY)
    assert parts_of(eve, half_months=half_months) == parts_of(day, half_months=half_months)


def test_a_group_is_the_sum_over_the_sum_and_not_the_mean():
    large, small = investment(900, 90), investment(100, 100)
    assert rates(large + small)[Index.INVESTMENT].rate == 19


# 同口径比较


def test_two_days_are_compared_over_the_projects_that_were_in_the_plan_on_both():
    stayed, before = parts_of(in_plan(months_done=spent(60))), parts_of(in_plan(months_done=spent(40)))
    came, left = parts_of(in_plan(months_done=spent(7))), parts_of(in_plan(months_done=spent(9)))
    found = compare({1: stayed, 2: came}, {1: before, 3: left})
    assert (found.same_now, found.same_then) == (stayed, before)
    assert (found.entered, found.left) == ({2: came}, {3: left})


def test_who_is_outside_the_plan_is_not_there_to_be_compared():
    inside, outside = parts_of(in_plan()), Parts(unplanned_projects=1)
    found = compare({1: inside, 2: outside}, {1: outside, 2: inside})
    assert (list(found.entered), list(found.left)) == ([1], [2])
    assert found.same_now == found.same_then == Parts()


# 口径卡


def test_every_index_has_a_card_made_of_what_it_is_computed_of():
    for index, formula in FORMULAS.items():
        assert (CARDS[index].numerator, CARDS[index].denominator) == formula
    assert set(FORMULAS) == set(Index) == CARDS.keys() & set(Index)


def test_every_card_names_existing_fields_and_another_card_beside_it():
    assert set(FIELD_NAMES) == set(FIELDS)
    for key, card in CARDS.items():
        assert {*card.numerator, *card.denominator} <= set(FIELDS)
        assert card.others
        assert set(card.others) <= CARDS.keys() - {key}


def test_a_card_says_its_formula_in_words():
    assert CARDS[Index.START].formula == "已开工的新开工项目 ÷ 本年计划新开工项目 × 100%"
    assert CARDS[Index.UNDER_WAY].formula == "（在建项目＋竣工项目） ÷ 年度计划内项目 × 100%"
    assert (CARDS[GAP].formula, CARDS[TIME_LINEAR].formula) == ("投资完成率 － 序时进度", "已过月数 ÷ 12 × 100%")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Index.START, Index.START_ON_TIME),
        (Index.INVESTMENT, Index.TO_DATE),
        (Index.INVESTMENT, Index.ORIGINAL),
        (Index.COMPLETION, Index.COMMISSION),
        (Index.COMPLETION, Index.COMPLETION_ON_TIME),
        (TIME_LINEAR, TIME_PLAN),
    ],
)
def test_the_two_common_definitions_stand_beside_each_other(one, other):
    assert other in CARDS[one].others
    assert one in CARDS[other].others
