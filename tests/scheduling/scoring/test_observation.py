"""观摩评分: marks, trimmed means, shares and the result, exact to the last digit."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduling.models.score_sheet import usual_items
from scheduling.observation import Given, Group, MonthDone, Result, Sheet, decimal, observed, routine, trimmed
from scheduling.ranking import ranks
from scheduling.ratio import Ratio

pytestmark = pytest.mark.core

SHEET = Sheet.of(usual_items())
totals = st.decimals(min_value=0, max_value=100, places=2)
marks = st.lists(totals, min_size=1, max_size=12)


def group(*values, weight="100", name="评委"):
    return Group(name, Decimal(weight), tuple(Given(Decimal(value)) for value in values))


def score(*groups, full="100", trimmed_from=5):
    return observed(groups, full=Decimal(full), trimmed_from=trimmed_from).score


def test_the_usual_sheet_makes_a_hundred_points():
    assert SHEET.total == 100
    assert SHEET.faults() == []


def test_marks_are_read_as_typed_and_added_up():
    typed = {"physical": "27.5", "investment": "18", "site": "12.25", "benefit": "20", "formalities": "0"}
    read = SHEET.read(typed | {"presentation": " 4 "})
    assert (read.wrong, read.total) == ({}, Decimal("81.75"))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "“形象进度”还没有打分，请填 0 至 30。"),
        ("31", "“形象进度”填的是 31，超出范围，请填 0 至 30 之间、最多两位小数的数。"),
        ("-1", "“形象进度”填的是 -1，超出范围，请填 0 至 30 之间、最多两位小数的数。"),
        ("NaN", "“形象进度”填的是 NaN，超出范围，请填 0 至 30 之间、最多两位小数的数。"),
        ("1.234", "“形象进度”填的是 1.234，小数过多，请填 0 至 30 之间、最多两位小数的数。"),
        ("优秀", "“形象进度”填的是“优秀”，不是数字，请填 0 至 30 之间、最多两位小数的数。"),
    ],
)
def test_a_wrong_mark_is_refused_with_item_value_and_what_is_allowed(typed, said):
    assert SHEET.read({"physical": typed}).wrong["physical"] == said


@pytest.mark.parametrize(
    ("items", "said"),
    [
        ([], "评分表至少要有一项。"),
        ([("a", "进度", 50), ("b", "进度", 50)], "“进度”写了两次，请改名或移除一项。"),
        ([("a", "进度", 0)], "“进度”的满分须大于 0。"),
    ],
)
def test_a_sheet_nobody_can_score_by_is_refused(items, said):
    stored = [{"key": key, "name": name, "maximum": maximum} for key, name, maximum in items]
    assert Sheet.of(stored).faults() == [said]


def test_from_five_judges_on_the_highest_and_the_lowest_are_dropped():
    assert score(group(100, 90, 80, 70, 0)) == 80
    assert score(group(100, 90, 80, 70)) == 85


def test_whether_to_drop_is_counted_within_each_group():
    leaders, experts = group(90, 80, 70, weight="60"), group(100, 60, weight="40")
    assert score(leaders, experts) == Fraction(60 * 80 + 40 * 80, 100)


def test_the_weight_of_a_group_without_marks_goes_to_the_others():
    leaders, experts, public = group(90, weight="50"), group(60, weight="25"), group(weight="25")
    assert score(leaders, experts, public) == 80
    assert score(public) is None


def test_a_sheet_of_another_total_is_brought_to_a_hundred():
    assert score(group(60), full="80") == 75


@given(marks, st.integers(min_value=3, max_value=8))
def test_the_trimmed_mean_lies_between_the_extremes(values, trimmed_from):
    mean = trimmed(group(*values), trimmed_from=trimmed_from).mean
    assert Fraction(min(values)) <= mean <= Fraction(max(values))


@given(marks.flatmap(lambda values: st.tuples(st.just(values), st.permutations(values))))
def test_the_order_of_the_judges_does_not_matter(pair):
    values, shuffled = pair
    assert score(group(*values)) == score(group(*shuffled))


@given(marks, totals)
def test_one_more_point_from_anybody_never_lowers_the_score(values, more):
    raised = [max(values[0], more), *values[1:]]
    assert score(group(*raised)) >= score(group(*values))


@given(st.lists(st.tuples(marks, st.integers(min_value=1, max_value=100)), min_size=1, max_size=4))
def test_the_shares_of_the_groups_that_scored_make_a_whole(groups):
    found = observed([group(*v, weight=str(w)) for v, w in groups], full=Decimal(100), trimmed_from=5)
    assert sum(found.share(each) for each in found.groups) == 1
    assert 0 <= found.score <= 100


def month(number, done, planned):
    return MonthDone(2026, number, Decimal(done), Decimal(planned))


def test_the_routine_score_is_the_mean_of_the_months_each_capped_at_a_hundred():
    assert routine([month(7, 50, 100), month(8, 300, 200), month(9, 270, 300)]) == 80


def test_a_month_that_planned_nothing_is_left_out():
    assert routine([month(1, 0, 0), month(2, 30, 40)]) == 75
    assert routine([month(1, 10, 0)]) is None
    assert routine([]) is None


def test_what_was_taken_back_is_not_below_nought():
    assert routine([month(1, "-5", 10)]) == 0


def test_nine_tenths_routine_and_one_tenth_observation():
    result = Result(Fraction(80), Fraction(95), Decimal(90))
    assert (result.score, result.why) == (Fraction("81.5"), "")


@pytest.mark.parametrize(
    ("routine_score", "observation", "share", "expected"),
    [
        pytest.param(None, Fraction(95), "90", None, id="no-routine"),
        pytest.param(Fraction(80), None, "90", None, id="no-observation"),
        pytest.param(None, Fraction(95), "0", Fraction(95), id="routine-does-not-count"),
        pytest.param(Fraction(80), None, "100", Fraction(80), id="observation-does-not-count"),
    ],
)
def test_a_result_needs_every_part_that_counts(routine_score, observation, share, expected):
    result = Result(routine_score, observation, Decimal(share))
    assert result.score == expected
    assert bool(result.why) == (expected is None)


@given(st.lists(st.fractions(min_value=0, max_value=100), min_size=3, max_size=20))
def test_equal_results_share_a_rank(values):
    places = ranks({n: _ratio(value) for n, value in enumerate([*values, values[0]])})
    assert places[0] == places[len(values)]


def _ratio(value):
    return Ratio(Decimal(value.numerator), Decimal(value.denominator))


@pytest.mark.parametrize(
    ("value", "shown"),
    [(Fraction(2, 3), "0.6667"), (Fraction("0.00005"), "0.0001"), (Fraction(-1, 3), "-0.3333"), (Fraction(0), "0")],
)
def test_it_is_rounded_half_up_once(value, shown):
    assert decimal(value) == Decimal(shown)
