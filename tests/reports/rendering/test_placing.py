"""Words among signs: none lies over a sign while there is room, whatever stands in the row."""

from hypothesis import given
from hypothesis import strategies as st

from reports.drawing import Box, width_of
from reports.rendering import placing

SIZE, BAR = 10.0, Box(100, 10, 400, 30)
signs = st.lists(
    st.builds(lambda left, width: Box(left, 5, left + width, 35), st.floats(0, 500), st.floats(0, 60)), max_size=8
)


def overlap(one, other):
    return one.left < other.right and other.left < one.right


@given(signs)
def test_a_bar_s_name_stays_within_it_and_clear_of_every_sign(taken):
    for name in placing.inside(BAR, ("前期准备", "前期"), taken, size=SIZE, fill="#000"):
        assert BAR.left <= name.box.left <= name.box.right <= BAR.right
        assert not any(overlap(name.box, each) for each in taken)


def test_a_bar_too_short_for_two_signs_has_no_name():
    assert placing.inside(Box(0, 0, 21, 20), ("前期准备", "前期"), [], size=SIZE, fill="#000") == []


def test_a_bar_without_signs_has_its_full_name_in_the_middle():
    (name,) = placing.inside(BAR, ("前期准备", "前期"), [], size=SIZE, fill="#000")
    assert ">前期准备<" in name.markup
    assert (name.box.left + name.box.right) / 2 == 250


def caption(sign, taken, within=(0.0, 500.0)):
    ground, _words = placing.beside("逾期 17 天", sign, 20, taken, size=SIZE, within=within, bold=False)
    return ground.box


def test_words_stand_behind_their_sign():
    assert caption(Box(90, 10, 100, 30), []).left > 100


def test_where_something_stands_behind_it_they_go_before_it():
    assert caption(Box(90, 10, 100, 30), [Box(110, 10, 160, 30)]).right < 90


def test_at_the_right_edge_they_go_before_it():
    assert caption(Box(480, 10, 490, 30), []).right < 480


@given(signs, st.floats(0, 490))
def test_words_never_leave_the_axis(taken, left):
    box = caption(Box(left, 10, left + 10, 30), taken)
    assert box.left >= -1
    assert box.right <= 501
    assert box.width > width_of("逾期 17 天", SIZE)
