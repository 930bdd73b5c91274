"""观摩行程: times that add up, and minutes that cannot be true."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduling.itinerary import Leg, Place, by_air, itinerary

pytestmark = pytest.mark.core

NINE = datetime(2026, 12, 10, 9, tzinfo=UTC)
OFFICE, HARBOUR = Place(118.79, 32.04), Place(118.79, 32.24)  # 22.2 km north


def clock(moment):
    return f"{moment:%H:%M}"


def test_each_stop_begins_when_the_way_to_it_is_done_and_ends_when_the_stay_is():
    day = itinerary(NINE, [Leg(15, 20), Leg(30, 25)], origin=None, back_minutes=40)
    assert [(clock(call.arrives_at), clock(call.leaves_at)) for call in day.calls] == [
        ("09:15", "09:35"),
        ("10:05", "10:30"),
    ]
    assert clock(day.back_at) == "11:10"
    assert (day.travelling, day.staying, day.minutes) == (85, 45, 130)


def test_without_a_stop_nobody_leaves():
    day = itinerary(NINE, [], origin=OFFICE, back_minutes=40)
    assert (day.back_at, day.minutes, day.doubt) == (NINE, 0, "")


def test_the_distance_is_that_of_the_globe():
    assert by_air(OFFICE, HARBOUR) == pytest.approx(22.2, abs=0.1)
    assert by_air(OFFICE, None) is None


def test_minutes_in_which_no_bus_gets_there_are_doubted_in_words():
    day = itinerary(NINE, [Leg(10, 20, HARBOUR)], origin=OFFICE, back_minutes=17)
    assert day.calls[0].doubt == "直线距离 22.2 公里，10 分钟到不了，请核对行车时间"
    assert day.doubt == ""
    assert day.kilometres == pytest.approx(44.5, abs=0.1)


def test_what_has_no_coordinates_is_not_doubted():
    day = itinerary(NINE, [Leg(0, 20), Leg(1, 20, HARBOUR)], origin=OFFICE, back_minutes=0)
    assert [call.doubt for call in day.calls] == ["", ""]


minutes = st.integers(0, 240)


@given(legs=st.lists(st.tuples(minutes, minutes).map(lambda pair: Leg(*pair))), back=minutes)
def test_the_times_add_up(legs, back):
    day = itinerary(NINE, legs, origin=None, back_minutes=back)
    assert day.back_at - day.starts_at == timedelta(minutes=day.minutes)
    last = NINE
    for leg, call in zip(legs, day.calls, strict=True):
        assert call.arrives_at - last == timedelta(minutes=leg.travel)
        assert call.leaves_at - call.arrives_at == timedelta(minutes=leg.stay)
        last = call.leaves_at
    assert day.back_at - last == timedelta(minutes=back if legs else 0)
