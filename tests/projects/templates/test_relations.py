"""前置关系: what planners write in one cell is understood, and written back the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.backward import LinkKind, Unit
from projects.relations import LARGEST_POSITION, LONGEST_LAG, Relation, RelationError, parse, renumbered, written

SS, FF, SF = LinkKind.START_TO_START, LinkKind.FINISH_TO_FINISH, LinkKind.START_TO_FINISH


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        pytest.param("", (), id="waits-for-nothing"),
        pytest.param("3", (Relation(3),), id="a-number-is-finish-to-start"),
        pytest.param("3;5", (Relation(3), Relation(5)), id="two"),
        pytest.param("3SS+10", (Relation(3, SS, 10),), id="working-days-unless-told"),
        pytest.param("4FF-5天", (Relation(4, FF, -5, Unit.CALENDAR),), id="calendar-days"),
        pytest.param("4ff-5日历天", (Relation(4, FF, -5, Unit.CALENDAR),), id="calendar-days-in-full"),
        pytest.param("4FS+10", (Relation(4, lag=10),), id="finish-to-start-said"),
        pytest.param("4+10个工作日", (Relation(4, lag=10),), id="lag-without-a-kind"),
        pytest.param(
            "４ｓｆ－２；　５、6，7", (Relation(4, SF, -2), Relation(5), Relation(6), Relation(7)), id="full-width"
        ),
        pytest.param("3 SS + 10 ;", (Relation(3, SS, 10),), id="spaces-and-a-trailing-sign"),
        pytest.param("3ss—4", (Relation(3, SS, -4),), id="a-long-dash-is-a-minus"),
        pytest.param("3SS+0天", (Relation(3, SS),), id="no-lag-has-no-unit"),
    ],
)
def test_a_cell_is_understood(text, meant):
    assert parse(text, step="主体施工") == meant


@pytest.mark.parametrize("text", ["三", "3XX", "3+", "SS3", "3SS10", "3.5", "-3", "3FS+10周"])
def test_what_cannot_be_read_is_refused_with_the_way_to_write_it(text):
    with pytest.raises(RelationError, match=r"“主体施工”的前置关系“.+”看不懂.+3SS\+10"):
        parse(text, step="主体施工")


@pytest.mark.parametrize(
    ("text", "why"),
    [("0", "序号 0 不存在"), ("1000", "序号 1000 不存在"), ("3+9999", "间隔 9999 天过长"), ("3;3FS+2", "重复")],
)
def test_an_unlikely_cell_is_refused_in_words(text, why):
    with pytest.raises(RelationError, match=why):
        parse(text, step="主体施工")


def test_one_step_may_hold_both_ends_of_another():
    assert parse("3SS;3FF", step="安装") == (Relation(3, SS), Relation(3, FF))


relations = st.builds(
    lambda position, kind, lag, unit: Relation(position, kind, lag, unit if lag else Unit.WORKING),
    st.integers(1, LARGEST_POSITION),
    st.sampled_from(LinkKind),
    st.integers(-LONGEST_LAG, LONGEST_LAG),
    st.sampled_from(Unit),
)
cells = st.lists(relations, unique_by=lambda relation: (relation.position, relation.kind)).map(tuple)


@given(cells)
def test_what_is_written_is_read_back_the_same(found):
    assert parse(written(found), step="任何一步") == found


@given(st.text(alphabet="0129３ FfＳs+-—;；、,天工作日三x", max_size=14))
def test_any_text_is_read_or_refused_in_words(text):
    try:
        found = parse(text, step="任何一步")
    except RelationError:
        found = ()
    assert parse(written(found), step="任何一步") == found


def test_the_cell_follows_when_steps_get_other_numbers():
    assert renumbered("3；5ss+2", lambda position: position + 1) == "4;6SS+2"


def test_a_cell_nobody_can_read_is_left_as_it_was_typed():
    assert renumbered("三层以后", lambda position: position + 1) == "三层以后"
