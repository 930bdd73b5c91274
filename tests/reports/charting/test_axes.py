"""Scales are round and reach far enough; words give way to one another."""

from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.charts.axes import spread, steps, year_share
from reports.charts.chart import lengths

pytestmark = pytest.mark.core

amounts = st.decimals(0, 10**7, places=2)
wanted = st.lists(st.tuples(st.floats(-50, 400), st.floats(1, 30)), min_size=1, max_size=12)


@given(amounts, st.integers(2, 8))
def test_the_steps_of_a_scale_are_even_few_and_reach_the_highest(highest, at_most):
    ticks = steps(highest, at_most=at_most)
    assert ticks[0] == 0
    assert ticks[-1] >= highest
    assert len({later - earlier for earlier, later in pairwise(ticks)}) == 1
    assert len(ticks) <= at_most + 1


@pytest.mark.parametrize(
    ("highest", "at_most", "ticks"),
    [("33.5", 7, "0 5 10 15 20 25 30 35"), ("33.5", 4, "0 10 20 30 40"), ("0.9", 4, "0 0.25 0.50 0.75 1.00")],
)
def test_the_steps_are_round(highest, at_most, ticks):
    assert steps(Decimal(highest), at_most=at_most) == [Decimal(each) for each in ticks.split()]


@given(wanted)
def test_words_never_lie_over_one_another_and_stay_inside_where_there_is_room(words):
    middles, rooms = zip(*words, strict=True)
    places = spread(middles, rooms, low=0, high=400)
    edges = sorted((place - room / 2, place + room / 2) for place, room in zip(places, rooms, strict=True))
    assert all(later[0] >= earlier[1] - 1e-6 for earlier, later in pairwise(edges))
    assert edges[0][0] >= -1e-6
    assert edges[-1][1] <= 400 + 1e-6


def test_words_that_have_room_stay_where_they_are_wanted():
    assert spread([30, 200, 100], [20, 20, 20], low=0, high=400) == [30, 200, 100]


@given(st.lists(st.integers(0, 500), min_size=1, max_size=6), st.floats(10, 900))
def test_the_parts_of_a_bar_add_up_to_its_length(counts, room):
    assert sum(lengths(counts, room=room, whole=sum(counts))) == pytest.approx(room if sum(counts) else 0)


@pytest.mark.parametrize(
    ("day", "share"), [(date(2026, 12, 31), 1), (date(2028, 12, 31), 1), (date(2026, 1, 1), 1 / 365)]
)
def test_a_year_is_over_at_the_end_of_its_last_day(day, share):
    assert year_share(day) == pytest.approx(share)
