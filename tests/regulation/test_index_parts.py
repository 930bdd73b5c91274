"""What one project contributes to the indices, what a group comes to, what two days share, and the cards' words."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projects import figures
from projects.models import LibraryTier, PlanEntry
from scheduling.index_cards import CARDS, FIELD_NAMES, GAP, TIME_LINEAR, TIME_PLAN
from scheduling.indices import FORMULAS, Index, compare, indices_of
from scheduling.parts import CONTINUING, EXITED, FIELDS, NEW_START, PRELIMINARY, Parts, next_change, parts_of
from scheduling.project_day import ProjectDay, YearPlan
from scheduling.time_progress import DAY, Basis, TimeBasis

pytestmark = pytest.mark.core

LINEAR, CURVE = Basis(), Basis(TimeBasis.PLAN)
JUNE_30 = date(2026, 6, 30)
NEW_YEARS_EVE = date(2026, 12, 31)
EVENLY = (Decimal(10),) * 12


def rates(parts, on=JUNE_30, basis=LINEAR):
    return indices_of(parts, on=on, basis=basis)


def investment(plan, done):
    return Parts(annual_plan_amount=Decimal(plan), ytd_amount=Decimal(done))


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


def test_by_the_curve_a_project_of_the_second_half_is_not_behind_in_june():
    parts = parts_of(in_plan(annual_amount=Decimal(120), months=(Decimal(0),) * 6 + (Decimal(20),) * 6))
    assert rates(parts, basis=CURVE).progress_gap_pp == 0
    assert rates(parts, basis=LINEAR).progress_gap_pp == -50


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
