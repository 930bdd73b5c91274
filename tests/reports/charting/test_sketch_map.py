"""The sketch map: every project inside the frame, none hidden by another, north above."""

import re
from collections import Counter
from math import dist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.charts import sketch_map
from reports.charts.geography import extent_of, projected
from reports.charts.spots import grouped, sited
from reports.drawing import Box
from tests.reports.charting.samples import OUTLINE, spots, words_of

pytestmark = pytest.mark.core

ROOM = Box(20, 40, 620, 420)
degrees = st.tuples(st.floats(73, 135), st.floats(18, 53))
within = st.tuples(st.floats(ROOM.left, ROOM.right), st.floats(ROOM.top, ROOM.bottom))


@given(st.lists(degrees, min_size=1, max_size=30))
def test_every_place_lies_within_the_room(places):
    projection = projected(extent_of(places), ROOM)
    for x, y in (projection.at(*place) for place in places):
        assert ROOM.left - 1e-6 <= x <= ROOM.right + 1e-6
        assert ROOM.top - 1e-6 <= y <= ROOM.bottom + 1e-6


def test_north_is_above_east_is_right_and_a_kilometre_is_one_length_both_ways():
    projection = projected(extent_of(OUTLINE), ROOM)
    here, north, east = (projection.at(*place) for place in ((113.6, 34.74), (113.6, 34.749), (113.611, 34.74)))
    assert north[1] < here[1]
    assert east[0] > here[0]
    assert (east[0] - here[0]) / (here[1] - north[1]) == pytest.approx(0.011 * 0.8218 / 0.009, rel=0.002)


@given(st.lists(within, min_size=1, max_size=60))
def test_what_coincides_is_moved_apart_and_stays_within(places):
    found = sited([(turn, *place) for turn, place in enumerate(places)], ROOM, apart=11)
    assert len({(each.x // 11, each.y // 11) for each in found}) == len(places)
    assert all(ROOM.left <= each.x <= ROOM.right and ROOM.top <= each.y <= ROOM.bottom for each in found)


def test_the_first_of_those_at_one_place_keeps_it_and_the_others_stay_near():
    found = sited([(turn, 300.0, 200.0) for turn in range(12)], ROOM, apart=11)
    assert (found[0].x, found[0].y) == (300, 200)
    assert max(dist((each.x, each.y), (300, 200)) for each in found) < 70


@given(st.lists(within, max_size=300))
def test_groups_leave_nobody_out_and_stay_within(places):
    found = grouped([(turn, *place) for turn, place in enumerate(places)], ROOM, across=74, down=30)
    assert sorted(each for group in found for each in group.members) == list(range(len(places)))
    assert all(ROOM.left <= group.x <= ROOM.right - 59 and ROOM.top <= group.y <= ROOM.bottom - 15 for group in found)


@pytest.mark.parametrize("number", [1, 30, 200, 2000])
def test_any_number_of_projects_is_a_small_drawing(number):
    chart = sketch_map.chart(sketch_map.Sketch(spots(number), OUTLINE))
    assert len(chart.wide.encode()) < 40_000
    assert len(chart.narrow.encode()) < 15_000


def test_two_hundred_projects_are_two_hundred_links():
    hrefs = re.findall(r'<a href="([^"]*)"', sketch_map.chart(sketch_map.Sketch(spots(200))).wide)
    assert Counter(hrefs) == Counter(f"/projects/{turn + 100}/" for turn in range(200))


def test_the_groups_of_two_thousand_add_up():
    titles = re.findall(r"<title>(\d+) 项：|<title>第", sketch_map.chart(sketch_map.Sketch(spots(2000))).wide)
    assert sum(int(number or 1) for number in titles) == 2000


def test_flagged_projects_are_named_beside_the_map():
    chart = sketch_map.chart(sketch_map.Sketch(spots(60), OUTLINE))
    flagged = [spot.name for spot in spots(60) if spot.is_flagged]
    said = [each.said.rstrip("…") for each in words_of(chart.wide) if each.said.startswith("第")]
    assert len(said) == len(flagged) > 0
    assert all(any(name.startswith(each) for name in flagged) for each in said)


def test_what_lies_outside_of_the_district_or_nowhere_is_said():
    lost = sketch_map.Spot("错位项目", 0, 0, "green")
    chart = sketch_map.chart(sketch_map.Sketch((*spots(3), lost), OUTLINE, unplaced=2))
    assert chart.title.startswith("上图 3 项")
    assert "2 项没有坐标、1 项坐标在区域外" in chart.note


def test_no_project_at_all_is_not_drawn():
    assert sketch_map.chart(sketch_map.Sketch((), OUTLINE, unplaced=3)).is_empty


def test_all_projects_at_one_place_can_be_told_apart():
    chart = sketch_map.chart(sketch_map.Sketch(spots(20, place=(113.6, 34.7))))
    assert len(set(re.findall(r"<circle [^>]*", chart.wide))) > 10
