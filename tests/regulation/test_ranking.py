"""排名: fair pools, ties that share a rank, and nobody moved by who is excused."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduling.ranking import FEWEST, ranked, ranks
from scheduling.ratio import Ratio

pytestmark = pytest.mark.core

amounts = st.integers(0, 30).map(Decimal)
pools = st.dictionaries(st.integers(0, 40), st.builds(Ratio, amounts, amounts), max_size=12)


def of(**rates):
    return {name: Ratio(Decimal(rate), Decimal(100)) for name, rate in rates.items()}


def test_equal_rates_share_a_rank_and_the_next_is_left_out():
    assert ranks(of(甲=90, 乙=80, 丙=80, 丁=70)) == {"甲": 1, "乙": 2, "丙": 2, "丁": 4}


def test_rates_are_equal_exactly_and_not_as_they_are_printed():
    close = {"甲": Ratio(Decimal(1), Decimal(3)), "乙": Ratio(Decimal(33333), Decimal(99999)), "丙": Ratio(Decimal(33333), Decimal(100000))}  # fmt: skip  # noqa: E501
    assert ranks(close) == {"甲": 1, "乙": 1, "丙": 3}


def test_a_pool_of_fewer_than_three_rates_is_not_ranked():
    assert FEWEST == 3
    assert ranks(of(甲=90, 乙=80)) == {}
    assert ranks(of(甲=90, 乙=80) | {"丙": Ratio(Decimal(5), Decimal(0))}) == {}


def test_whoever_has_no_plan_has_no_rate_and_comes_last():
    places = ranked(of(甲=10, 乙=80, 丙=40) | {"丁": Ratio(Decimal(5), Decimal(0))}, of(甲=50, 乙=40, 丙=30))
    assert [(place.key, place.rank, place.was) for place in places] == [
        ("乙", 1, 2),
        ("丙", 2, 3),
        ("甲", 3, 1),
        ("丁", None, None),
    ]


@given(pools)
def test_a_higher_rate_never_has_a_worse_rank(pool):
    found = ranks(pool)
    for one in found:
        for other in found:
            higher = pool[one].numerator * pool[other].denominator > pool[other].numerator * pool[one].denominator
            assert (found[one] < found[other]) == higher


@given(pools, st.integers(0, 40).map(lambda key: key + 100))
def test_a_member_without_a_rate_moves_nobody(pool, newcomer):
    assert ranks(pool | {newcomer: Ratio(Decimal(3), Decimal(0))}) == ranks(pool)
