"""What holds of every plan."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from projects.backward import LinkKind, backward_pass

from .networks import begun_late, begun_later, in_working_days, links_among, moved, networks

finishes = st.dates(date(2026, 2, 1), date(2026, 9, 30))
workdays = st.dates(date(2026, 4, 1), date(2026, 8, 31)).map(lambda day: moved(moved(day, 1), -1))


@given(networks(), finishes)
def test_latest_is_not_before_earliest_exactly_when_feasible(network, finish):
    plan = backward_pass(network, finish=finish)
    slack = [one.total_float for one in plan.nodes.values()]
    assert plan.is_feasible == (plan.earliest_finish <= finish)
    if plan.is_feasible:
        assert min(slack) >= 0
        assert all(one.late_start >= one.early_start for one in plan.nodes.values() if one.node.duration)


@given(networks(), finishes)
def test_total_float_is_at_least_free_float_when_feasible(network, finish):
    plan = backward_pass(network, finish=finish)
    assume(plan.is_feasible)
    assert all(one.total_float >= one.free_float >= 0 for one in plan.nodes.values())


@given(networks(), finishes)
def test_free_float_is_never_negative(network, finish):
    assert all(one.free_float >= 0 for one in backward_pass(network, finish=finish).nodes.values())


@given(networks())
def test_what_begins_as_late_as_allowed_is_finished_in_time(network):
    finish = backward_pass(network).earliest_finish + timedelta(days=20)
    plan = backward_pass(network, finish=finish)
    late = backward_pass(begun_late(network, plan), finish=finish)
    assert late.is_feasible
    assert all(late.nodes[key].early_start == one.late_start for key, one in plan.nodes.items() if one.node.duration)


@given(networks())
def test_a_free_float_can_be_used_without_moving_any_other_node(network):
    plan = backward_pass(network)
    for key, one in plan.nodes.items():
        if one.node.duration:
            axis = network.axes[key]
            begins = date.fromordinal(axis.opening(axis.after(one.early_start.toordinal(), one.free_float)))
            changed = backward_pass(begun_later(network, key, begins=begins), finish=plan.earliest_finish)
            assert changed.is_feasible
            assert all(
                changed.nodes[other].early_start == before.early_start
                for other, before in plan.nodes.items()
                if other != key
            )


@given(in_working_days(), workdays, st.integers(-10, 10))
def test_moving_the_finish_moves_every_latest_date_by_as_many_working_days(network, finish, by):
    before = backward_pass(network, finish=finish)
    after = backward_pass(network, finish=moved(finish, by))
    for key, one in before.nodes.items():
        assert after.nodes[key].late_finish == moved(one.late_finish, by)
        assert after.nodes[key].late_start == moved(one.late_start, by)
        assert after.nodes[key].total_float == one.total_float + by


@given(st.data(), networks(), finishes)
def test_another_link_never_adds_to_a_total_float(data, network, finish):
    before = backward_pass(network, finish=finish)
    more = data.draw(links_among(len(network.nodes)))
    after = backward_pass(replace(network, links=network.links + more), finish=finish)
    assert all(after.nodes[key].total_float <= one.total_float for key, one in before.nodes.items())


@given(st.data(), networks(), finishes)
def test_the_order_of_nodes_and_links_means_nothing(data, network, finish):
    shuffled = replace(
        network,
        nodes=tuple(data.draw(st.permutations(network.nodes))),
        links=tuple(data.draw(st.permutations(network.links))),
    )
    one, other = backward_pass(network, finish=finish), backward_pass(shuffled, finish=finish)
    assert one.nodes == other.nodes
    assert one.chain == other.chain


@given(in_working_days(), finishes)
def test_the_driving_chain_has_one_float_and_the_least(network, finish):
    plan = backward_pass(network, finish=finish)
    least = min(one.total_float for one in plan.nodes.values())
    assert {one.total_float for one in plan.chain} == {least}
    assert least == plan.to_spare


@given(in_working_days(kinds=(LinkKind.FINISH_TO_START,), lags=st.integers(0, 6)))
def test_the_length_is_that_of_the_longest_path(network):
    """Against walking all paths."""
    durations = {node.key: node.duration for node in network.nodes}

    def longest_from(key: str) -> int:
        onward = [link.lag + longest_from(link.successor) for link in network.links if link.predecessor == key]
        return durations[key] + max(onward, default=0)

    plan = backward_pass(network)
    office = network.timetable.axis(network.nodes[0].unit, "")
    length = office.between(network.on.toordinal(), plan.earliest_finish.toordinal() + 1)
    assert length == max(longest_from(node.key) for node in network.nodes)
