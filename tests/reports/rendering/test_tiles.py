"""A3 tiles: together they show the whole poster, and each names its place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.rendering import tiles


@given(st.integers(1, 5), st.floats(0, 1), st.floats(0, 1))
def test_every_place_of_the_poster_is_on_a_tile(side, across, down):
    width, height = tiles.poster_size(side)
    x, y = across * width, down * height
    shown = [tile.window for tile in tiles.tiles(side)]
    assert any(box.left - 0.01 <= x <= box.right + 0.01 and box.top - 0.01 <= y <= box.bottom + 0.01 for box in shown)


def test_neighbours_share_ten_millimetres():
    one, other = tiles.tiles(2)[:2]
    assert (one.window.right - other.window.left) / tiles.MM == pytest.approx(10)


def test_the_last_tile_ends_with_the_poster():
    last = tiles.tiles(3)[-1].window
    assert (last.right, last.bottom) == pytest.approx(tiles.poster_size(3))


def test_a_tile_says_which_it_is_and_how_to_paste_it():
    tile = tiles.tiles(3)[5]
    said = "".join(shape.markup for shape in tiles.around(tile, 3))
    assert tile.name == "2-3"
    assert "第 2 行第 3 列（2-3），共 3 行 3 列" in said
    assert "搭接 10 毫米" in said
