"""The invented weeks before they are stored: the same every time, and like real ones."""

from collections import Counter
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from random import Random

import pytest

from projects.demo.course import BEIJING
from projects.demo.district import compose
from projects.periods import Kind, period_of, previous
from scheduling.demo.site import Site
from scheduling.demo.sittings import sittings
from scheduling.demo.troubles import troubles
from scheduling.demo.weeks import Hours, reports

ANCHOR = date(2026, 11, 28)
UNTIL = datetime.combine(ANCHOR, time(), BEIJING)


def dice(purpose):
    return Random(purpose)  # noqa: S311 - drawn from a seed, and keeps no secret


def hours():
    week, found = period_of(ANCHOR, kind=Kind.WEEK), []
    while len(found) < 48:
        week = previous(week)
        friday = datetime.combine(week.ends_on, time(12), BEIJING)
        found.append(Hours(week, friday, friday + timedelta(hours=5, minutes=30)))
    return found[::-1]


def tell(seed=2025):
    """Every project's weeks: the week, and what was told of it."""
    district = compose(seed=seed, anchor=ANCHOR)
    return {
        spec.code: list(reports(Site(spec), hours(), total=spec.budgets[-1].total, until=UNTIL, dice=dice(spec.code)))
        for spec in district.projects
        if spec.course
    }


@pytest.fixture(scope="module")
def told():
    return tell()


@pytest.fixture(scope="module")
def versions(told):
    return [versions for weeks in told.values() for _, versions in weeks]


def test_the_same_seed_tells_the_same_weeks(told):
    assert tell() == told


def test_nothing_is_known_before_it_happened_nor_after_the_anchor(told):
    for weeks in told.values():
        for each, versions in weeks:
            assert all(each.due_at - timedelta(hours=27) < one.recorded_at < UNTIL for one in versions)


def test_a_version_ends_with_what_follows_it_on_its_track(versions):
    for told in versions:
        counting = [one for one in told if one.state == "ACCEPTED"]
        under_way = [one for one in told if one.state != "ACCEPTED"]
        assert all(earlier.superseded_at == later.recorded_at for earlier, later in pairwise(counting))
        assert sum(one.superseded_at is None for one in counting) <= 1
        assert sum(one.superseded_at is None for one in under_way) <= 1
        assert told[-1].superseded_at is None


def test_every_fate_occurs(told, versions):
    last = Counter(one[-1].state for one in versions)
    assert last["SUBMITTED"] >= 5
    assert last["RETURNED"] >= 1
    assert sum(any(one.state == "RETURNED" for one in told) for told in versions) >= 200
    assert sum(any(one.said.get("correction_reason") for one in told) for told in versions) >= 50
    assert sum(one[-1].said["is_unchanged"] for one in versions) >= 300
    late = [each for weeks in told.values() for each, one in weeks if one[0].recorded_at > each.due_at]
    assert len(late) >= 300
    assert len(versions) < 0.98 * 48 * len(told)  # the missing


def test_an_unchanged_week_spends_nothing_and_the_second_in_a_row_says_why(told):
    for weeks in told.values():
        said = [versions[0].said for _, versions in weeks]
        assert not any(one["is_unchanged"] and one["period_amount"] for one in said)


def test_troubles_are_told_in_order_and_most_are_over():
    specs = list(compose(seed=2025, anchor=ANCHOR).projects)
    found = troubles(specs, until=UNTIL, dice=dice("troubles"))
    assert 40 <= len(found) <= 120
    for one in found:
        assert [move.at for move in one.moves] == sorted(move.at for move in one.moves)
        assert one.moves[-1].at < UNTIL
    states = Counter(one.state for one in found)
    assert states["CLOSED"] > states["OPEN"] >= 10
    assert states["AWAITING_CHECK"] >= 1


def test_meetings_decide_and_most_of_it_is_closed():
    specs = list(compose(seed=2025, anchor=ANCHOR).projects)
    held = sittings(specs, troubles(specs, until=UNTIL, dice=dice("troubles")), until=UNTIL, dice=dice("sittings"))
    assert {sitting.kind for sitting in held} == {"WEEKLY", "MONTHLY", "TOPICAL", "ONSITE"}
    assert all(sitting.held_at < UNTIL for sitting in held)
    states = Counter(decision.state for sitting in held for decision in sitting.decisions)
    assert states["CLOSED"] > 50
    assert states["IN_HAND"]
