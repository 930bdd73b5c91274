"""Shapes: complete text, exact cuts, nothing that the policy forbids."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.drawing import Box, Paint, balanced, hatched, rectangle, svg, text, width_of, wrapped

words = st.text(st.sampled_from("重点项目建设（二期）A1，。 昇玥垚㎡30"), max_size=80)


@given(words, st.floats(4, 30), st.floats(60, 400))
def test_wrapping_leaves_nothing_out(said, size, width):
    def bare(each):
        return each.replace(" ", "")

    assert bare("".join(wrapped(said, size=size, width=width))) == bare(said)


@given(words, st.floats(4, 30), st.floats(60, 400))
def test_balancing_leaves_nothing_out_and_takes_no_more_lines(said, size, width):
    lines, plain = balanced(said, size=size, width=width), wrapped(said, size=size, width=width)
    assert len(lines) == len(plain)
    assert "".join(lines).replace(" ", "") == "".join(plain).replace(" ", "")


def test_no_single_sign_is_left_for_the_second_line():
    name = "临溪街道城乡供水一体化及老旧管网更新改造工程"
    assert [len(each) for each in wrapped(name, size=10, width=210)] == [21, 1]
    assert min(len(each) for each in balanced(name, size=10, width=210)) >= 9


def test_a_short_remark_in_brackets_stays_together():
    assert wrapped("白沙临港物流园联运枢纽项目（二期）", size=10, width=150) == [
        "白沙临港物流园联运枢纽项目",
        "（二期）",
    ]


@given(st.floats(1, 200), st.floats(1, 200), st.floats(1, 30))
def test_a_texture_stays_within_its_box(width, height, gap):
    box = Box(10, 20, 10 + width, 20 + height)
    for shape in hatched(box, Paint(stroke="#000"), gap=gap):
        numbers = shape.markup.split('d="')[1].split('"')[0].replace("M", " ").replace("L", " ").split()
        across, down = [float(each) for each in numbers[::2]], [float(each) for each in numbers[1::2]]
        assert all(box.left - 0.01 <= x <= box.right + 0.01 for x in across)
        assert all(box.top - 0.01 <= y <= box.bottom + 0.01 for y in down)


def test_a_drawing_has_no_style_and_escapes_what_people_wrote():
    drawn = svg([text("<甲&乙>", 0, 5, size=10)], Box(0, 0, 50, 10), width="50", height="10", label='"图"')
    assert "&lt;甲&amp;乙&gt;" in drawn
    assert "style" not in drawn


def test_only_what_meets_the_window_is_drawn():
    shapes = [rectangle(Box(0, 0, 10, 10), Paint("#111")), rectangle(Box(50, 50, 60, 60), Paint("#222"))]
    drawn = svg(shapes, Box(0, 0, 20, 20), width="20", height="20", label="")
    assert "#111" in drawn
    assert "#222" not in drawn


@pytest.mark.parametrize(("said", "width"), [("重点", 20), ("A1", 11.2), ("", 0)])
def test_how_wide_words_are_about(said, width):
    assert width_of(said, 10) == pytest.approx(width)
