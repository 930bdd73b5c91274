"""What a person chose to see of a list: address and kept view say the same."""

from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduling.list_views import ListView, arranged

pytestmark = pytest.mark.core

WORDS = st.text("abc滨江-. ＆&=%", max_size=8)
NAMES = st.text("abcdefgh_", min_size=1, max_size=8)
ADDRESSES = st.dictionaries(NAMES | st.sampled_from(["columns", "sort", "page", "on"]), WORDS, max_size=6)


def said(address):
    return dict(parse_qsl(address, keep_blank_values=True))


@given(ADDRESSES)
def test_an_address_written_from_a_view_shows_that_view(address):
    view = ListView.from_address(address)
    assert ListView.from_address(said(view.address())) == view


@given(ADDRESSES)
def test_a_kept_view_comes_back_as_it_was(address):
    view = ListView.from_address(address)
    assert ListView.from_kept(view.kept()) == view


def test_the_day_and_the_page_belong_to_no_view():
    assert ListView.from_address({"on": "2026-01-01", "known_at": "x", "page": "2", "q": " "}) == ListView()


def test_an_address_of_the_whole_list_still_says_something():
    assert ListView().address() == "sort="


def test_what_a_list_no_longer_knows_is_named():
    view = ListView.from_address({"town": "3", "mood": "x", "columns": "a.b", "sort": "-b"})
    left = view.left_out(filters={"town"}, columns={"a"}, orders={"a"})
    assert (left.filters, left.columns, left.sort) == (("mood",), ("b",), "-b")
    assert not view.left_out(filters={"town", "mood"}, columns={"a", "b"}, orders={"b"})


def test_columns_stand_by_their_numbers_and_those_without_come_last():
    places = {"a": "3", "b": "1", "c": "x", "d": ""}
    assert arranged(["a", "c", "b", "d"], places) == ("b", "a", "c", "d")
