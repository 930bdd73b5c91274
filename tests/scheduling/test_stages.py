"""四阶段: done, current, late or to come, from plain dates."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from scheduling.stages import State, four_stages
from scheduling.standing import Facts, Item, ItemKind, Span

ORDER = ("PREPARATION", "GROUNDBREAKING", "MAIN_CONSTRUCTION", "COMMISSIONING")
TODAY = date(2026, 7, 1)
TARGET, NODE = ItemKind.STAGE_TARGET, ItemKind.MILESTONE


def item(stage, kind=TARGET, subject=None, *, approved=None, actual=None, reached=None):
    key = ORDER.index(stage) if subject is None else subject
    is_reached = actual is not None if reached is None else reached
    return Item(kind, key, stage, "", None, approved, approved, None, actual, is_reached)


def states(*items, **facts):
    return [step.state for step in four_stages(Facts(items, **facts), on=TODAY, order=ORDER)]


def test_the_first_stage_not_reached_is_the_current_one():
    assert states(
        item("PREPARATION", approved=date(2026, 3, 1), actual=date(2026, 3, 2)),
        item("GROUNDBREAKING", approved=date(2026, 9, 1)),
        item("MAIN_CONSTRUCTION", approved=date(2027, 9, 1)),
    ) == [State.DONE, State.CURRENT, State.TODO, State.TODO]


def test_a_stage_past_its_date_is_late_by_its_days():
    steps = four_stages(Facts([item("PREPARATION", approved=date(2026, 6, 14))]), on=TODAY, order=ORDER)
    assert (steps[0].state, steps[0].days) == (State.LATE, 17)


def test_on_its_day_it_is_not_late():
    assert states(item("PREPARATION", approved=TODAY))[0] is State.CURRENT


def test_the_target_decides_where_there_is_one():
    late_node = item("PREPARATION", kind=NODE, approved=date(2026, 1, 1))
    assert states(late_node, item("PREPARATION", approved=date(2026, 12, 1)))[0] is State.CURRENT


def test_without_a_target_the_milestones_do():
    nodes = [item("PREPARATION", NODE, n, approved=date(2026, n, 1), actual=date(2026, n, 3)) for n in (1, 2)]
    step = four_stages(Facts(nodes), on=TODAY, order=ORDER)[0]
    assert (step.state, step.planned, step.actual) == (State.DONE, date(2026, 2, 1), date(2026, 2, 3))


def test_reached_on_an_unknown_day_is_done_without_a_day():
    nodes = [item("PREPARATION", NODE, 1, reached=True), item("PREPARATION", NODE, 2, actual=date(2026, 2, 3))]
    step = four_stages(Facts(nodes), on=TODAY, order=ORDER)[0]
    assert (step.state, step.actual) == (State.DONE, None)


def test_days_of_an_excused_suspension_are_not_late():
    late = item("PREPARATION", approved=date(2026, 6, 14))
    excused = [Span(date(2026, 6, 10), date(2026, 7, 10))]
    assert states(late, excused=excused)[0] is State.CURRENT


def test_nothing_known_is_all_to_come():
    assert states() == [State.TODO] * 4


@given(
    st.lists(
        st.tuples(st.sampled_from(ORDER), st.dates(date(2026, 1, 1), date(2026, 12, 31)), st.booleans()), max_size=12
    )
)
def test_at_most_one_stage_is_current_and_a_done_one_is_never_late(drawn):
    items = [
        item(stage, NODE, number, approved=day, actual=TODAY if reached else None)
        for number, (stage, day, reached) in enumerate(drawn)
    ]
    steps = four_stages(Facts(items), on=TODAY, order=ORDER)
    assert [step.stage for step in steps] == list(ORDER)
    assert sum(step.state is State.CURRENT for step in steps) <= 1
    assert all((step.days > 0) == (step.state is State.LATE) for step in steps if step.state is not State.DONE)
    assert all(step.days == 0 for step in steps if step.state is State.DONE)
