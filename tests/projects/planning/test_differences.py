"""版次比较: nothing is dropped silently, whatever was moved, renamed or renumbered."""

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from projects.planning import StepWanted, StopWanted, Wanted, difference
from projects.planning.differences import Kind
from projects.relations import parse
from tests.projects.planning.plans import steps

FINISH = date(2027, 12, 20)
EDITION = Wanted(required_finish_on=FINISH, starts_on=date(2026, 10, 1), steps=steps())


def of(found, kind):
    return [change.name for change in found.steps if change.kind is kind]


def with_step(number, **changes):
    return replace(EDITION, steps=tuple(replace(s, **changes) if s.position == number else s for s in EDITION.steps))


def test_the_same_edition_differs_in_nothing():
    assert difference(EDITION, EDITION).is_nothing


def test_a_longer_duration_is_told_from_and_to():
    [change] = difference(EDITION, with_step(1, duration=25)).steps
    assert change.fields == (("duration", 20, 25),)


def test_a_step_that_was_left_out_is_told_as_cancelled_and_the_one_behind_it_waits_for_nothing():
    kept = tuple(replace(step, after=()) if step.position == 3 else step for step in EDITION.steps)
    found = difference(EDITION, replace(EDITION, steps=tuple(step for step in kept if step.position != 2)))
    assert of(found, Kind.REMOVED) == ["施工许可证"]
    assert of(found, Kind.CHANGED) == ["基础施工"]


def test_a_new_name_is_a_change_where_the_milestone_is_the_same():
    then = replace(EDITION, steps=tuple(replace(step, milestone_id=step.position) for step in EDITION.steps))
    now = replace(then, steps=(replace(then.steps[0], name="用地预审"), *then.steps[1:]))
    [change] = difference(then, now).steps
    assert change.fields == (("name", "用地批复", "用地预审"),)


def test_a_step_inserted_changes_no_other_although_all_numbers_move():
    moved = [
        replace(step, position=step.position + 1, after=tuple(replace(r, position=r.position + 1) for r in step.after))
        for step in EDITION.steps
    ]
    new = StepWanted(position=1, stage="PREPARATION", name="可研批复", duration=10)
    found = difference(EDITION, replace(EDITION, steps=(new, *moved)))
    assert [(change.kind, change.name) for change in found.steps] == [(Kind.ADDED, "可研批复")]


def test_another_relation_is_told_with_the_name_of_the_step_waited_for():
    [change] = difference(EDITION, with_step(4, after=parse("3SS+10", step="主体施工"))).steps
    [(_name, before, after)] = change.fields
    assert (before[0][0], after[0][0], after[0][1].lag) == ("基础施工", "基础施工", 10)


def test_stops_and_the_required_finish_are_told_too():
    stop = StopWanted("冬季停工", date(2026, 12, 1), date(2027, 2, 28))
    found = difference(EDITION, replace(EDITION, stops=(stop,), required_finish_on=date(2027, 12, 31)))
    assert [(change.kind, change.name) for change in found.stops] == [(Kind.ADDED, "冬季停工")]
    assert found.heading == (("required_finish_on", FINISH, date(2027, 12, 31)),)


names = st.sampled_from(["用地批复", "施工许可证", "基础施工", "主体施工", "竣工验收"])
stages = st.sampled_from(["PREPARATION", "COMMISSIONING"])
drawn = st.lists(
    st.tuples(stages, names, st.integers(0, 3), st.none() | st.integers(1, 4)),
    max_size=6,
    unique_by=(lambda drawn: drawn[:2], lambda drawn: drawn[3] or object()),
)


def edition(rows):
    made = (
        StepWanted(position=n, stage=stage, name=name, duration=days, milestone_id=milestone)
        for n, (stage, name, days, milestone) in enumerate(rows, 1)
    )
    return replace(EDITION, steps=tuple(made))


@given(drawn, drawn)
def test_every_step_of_either_edition_is_accounted_for(before, after):
    found = difference(edition(before), edition(after))
    kept = len(after) - found.count(Kind.ADDED)
    assert kept == len(before) - found.count(Kind.REMOVED)
    assert found.count(Kind.CHANGED) <= kept


@given(drawn, drawn)
def test_turned_round_it_adds_what_it_cancelled(before, after):
    there, back = difference(edition(before), edition(after)), difference(edition(after), edition(before))
    assert there.count(Kind.ADDED) == back.count(Kind.REMOVED)
    assert there.count(Kind.CHANGED) == back.count(Kind.CHANGED)
    assert there.is_nothing == back.is_nothing
