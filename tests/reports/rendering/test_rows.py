"""The band of one row: its words are clear of its signs and of what was really done."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from reports.drawing import BLUE, Box, Shape
from reports.rendering import marks, rows
from reports.rendering.time_axis import fitted
from reports.wall_chart import Bar, Node, Row, State, Stretch
from tests.reports.charts import ON, chart, row

AXIS = fitted(date(2026, 1, 1), date(2026, 12, 31), left=0, right=1200)
BAND = Box(0, 0, 1200, 44)


def drawn(of, *, of_nodes=False):
    return rows.drawn(chart([of], of_nodes=of_nodes), of, AXIS, BAND, 11)


def words(found):
    return [shape for shape in found.over if shape.markup.startswith("<text")]


def signs(found):
    """Flags, diamonds and circles: all that is drawn over the bars but words and their grounds."""
    return [shape for shape in found.over if shape.markup.startswith(("<path", "<circle")) or marks.RED in shape.markup]


def glyphs(said: Shape) -> Box:
    box = said.box
    return Box(box.left, box.top + 3, box.right, box.bottom - 3)


def node(*, late=0, forecast=None, spare=None):
    due = ON - timedelta(days=late) if late else date(2026, 8, 1)
    state = State.LATE if late else State.OPEN
    early, latest = (date(2026, 5, 1), date(2026, 5, 1) + timedelta(days=spare)) if spare is not None else (None, None)
    return Node(
        *("封顶", state, date(2026, 2, 1), due, forecast, None),
        days_late=late,
        float_days=spare,
        float_unit="个工作日",
        float_from=early,
        float_until=latest,
    )


def node_row(of):
    bar = Bar(3, Stretch(date(2026, 1, 10), date(2026, 8, 1)), Stretch(date(2026, 1, 12), ON))
    return Row(of.name, "", "", of.state, "", bars=(bar,), nodes=(of,), leading=of)


@given(st.integers(0, 60), st.one_of(st.none(), st.dates(ON, date(2026, 9, 1))), st.integers(-60, 200))
def test_the_words_of_a_node_lie_over_no_sign_and_over_no_other_words(late, forecast, spare):
    found = drawn(node_row(node(late=late, forecast=forecast, spare=spare)), of_nodes=True)
    said = [glyphs(each) for each in words(found)]
    lines = [each.box for each in signs(found) if "dasharray" not in each.markup]
    assert not any(one.meets(other) for at, one in enumerate(said) for other in said[at + 1 :])
    assert not any(one.meets(sign) for one in said for sign in lines)


@given(st.integers(0, 60))
def test_the_names_of_a_project_s_stages_lie_under_no_flag_and_no_diamond(days):
    found = drawn(row(days=days, nodes=(node(), node(late=0, forecast=None))))
    flags = [each.box for each in signs(found) if "dasharray" not in each.markup]
    assert words(found)
    assert not any(glyphs(one).meets(sign) for one in words(found) for sign in flags)


def test_words_do_not_hide_what_was_really_done():
    found = drawn(node_row(node(late=20, forecast=date(2026, 3, 20), spare=5)), of_nodes=True)
    actual = next(shape.box for shape in found.under if "#8993a0" in shape.markup)
    assert not any(each.box.meets(actual) for each in words(found))


def test_flags_of_nodes_stay_below_the_planned_dates():
    done = Node("封顶", State.DONE, ON, ON, actual_on=ON)
    found = drawn(node_row(done), of_nodes=True)
    (flag,) = [shape.box for shape in found.over if "<rect x" in shape.markup and marks.RED in shape.markup]
    diamond = next(shape.box for shape in found.over if BLUE in shape.markup)
    assert flag.top >= diamond.bottom
