"""红黑榜, by the 绵阳 rule: red met the target and is among the first, black missed it and is among the last."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduling.boards import Competing, Places, board
from scheduling.ratio import Ratio

pytestmark = pytest.mark.core

TARGET = Ratio(Decimal(10), Decimal(12))
PLACES = Places(honoured=2, lagging=2, fewest=3)


def ratio(done, plan=100):
    return Ratio(Decimal(done), Decimal(plan))


def standing(*done, **more):
    """Members a, b, c … with these rates in percent."""
    return [Competing(name, ratio(each), **more) for name, each in zip("abcdefgh", done, strict=False)]


def names(places):
    return "".join(place.key for place in places)


@pytest.mark.parametrize(
    ("done", "red", "black"),
    [
        pytest.param((99, 98, 97, 50, 40), "ab", "ed", id="both-ends"),
        pytest.param((99, 98, 97, 96, 40), "ab", "e", id="who-met-the-target-is-not-named-though-last-but-one"),
        pytest.param((99, 50, 49, 48, 40), "a", "ed", id="who-missed-it-is-not-praised-though-second"),
        pytest.param((99, 98, 97), "ab", "", id="all-met-it"),
        pytest.param((9, 8, 7), "", "cb", id="nobody-met-it"),
        pytest.param((99, 98, 98, 50), "abc", "d", id="the-second-place-is-shared-and-so-is-the-board"),
        pytest.param((99, 90, 40, 40, 40), "ab", "edc", id="equally-last-all-of-them"),
        pytest.param((99, 98, 50, 50, 40), "ab", "edc", id="equally-last-but-one-all-of-them"),
        pytest.param((99, 40), "", "", id="too-few"),
    ],
)
def test_who_stands_on_the_boards(done, red, black):
    found = board(standing(*done), target=TARGET, places=PLACES)
    assert names(found.honoured) == red
    assert sorted(names(found.lagging)) == sorted(black)
    assert found.too_few == (len(done) < 3)


def test_the_worst_is_named_first():
    assert names(board(standing(99, 98, 50, 40), target=TARGET, places=PLACES).lagging) == "dc"


def test_the_target_itself_is_met():
    brought = [*standing(99, 98, 97), Competing("met", Ratio(Decimal(10), Decimal(12)))]
    found = board(brought, target=TARGET, places=PLACES)
    assert found.lagging == ()


def test_a_member_is_the_sum_of_what_its_projects_bring():
    brought = [Competing("a", ratio(90)), Competing("a", ratio(30, 300)), *standing(99, 98, 97)[1:]]
    found = board(brought, target=TARGET, places=PLACES)
    assert [(place.key, place.ratio.rate) for place in found.lagging] == [("a", Decimal(30))]


def test_the_rank_before_is_of_the_same_projects():
    brought = [Competing("a", ratio(99), before=ratio(10)), Competing("a", ratio(99)), *standing(0, 98, 97)[1:]]
    brought[2:] = [replace(each, before=ratio(20)) for each in brought[2:]]
    assert [place.was for place in board(brought, target=TARGET, places=PLACES).honoured] == [3, 1]


def test_who_has_no_plan_has_no_rank():
    found = board([*standing(99, 98, 97), Competing("z", Ratio(Decimal(5), Decimal(0)))], target=TARGET, places=PLACES)
    assert found.ranked == 3


SHARES = st.builds(
    Competing,
    st.sampled_from("abcdefgh"),
    st.builds(ratio, st.integers(0, 40), st.sampled_from([0, 10, 20, 30])),
    st.none() | st.builds(ratio, st.integers(0, 40), st.sampled_from([0, 10, 20, 30])),
    st.booleans(),
)
BROUGHT = st.lists(SHARES, max_size=25)
SIZES = st.builds(Places, st.integers(0, 5), st.integers(0, 5), st.integers(2, 4))


@given(BROUGHT, SHARES, SIZES)
def test_an_excused_one_more_changes_nobodys_place(brought, another, places):
    more = [*brought, replace(another, is_excused=True)]
    assert board(more, target=TARGET, places=places) == board(brought, target=TARGET, places=places)


@given(BROUGHT, SIZES)
def test_nobody_is_on_both_and_who_met_the_target_is_never_named_as_lagging(brought, places):
    found = board(brought, target=TARGET, places=places)
    assert not {place.key for place in found.honoured} & {place.key for place in found.lagging}
    assert all((place.ratio.gap_pp(TARGET) or 0) >= 0 for place in found.honoured)
    assert all((place.ratio.gap_pp(TARGET) or 0) < 0 for place in found.lagging)


@given(BROUGHT, SIZES)
def test_equal_rates_are_on_a_board_together_or_not_at_all(brought, places):
    found = board(brought, target=TARGET, places=places)
    everybody = board(brought, target=TARGET, places=Places(99, 99, places.fewest))
    for some, every in ((found.honoured, everybody.honoured), (found.lagging, everybody.lagging)):
        named, rates = {place.key for place in some}, {place.ratio.rate for place in some}
        assert {place.key for place in every if place.ratio.rate in rates} == named
