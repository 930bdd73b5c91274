"""The invented district before it is stored: the same one every time, and like a real one on any day."""

from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest

from projects.demo.course import State, versions
from projects.demo.district import compose
from projects.demo.money import by_month, split
from projects.demo.stages import FINISH, START

ANCHORS = [date(2026, 1, 1), date(2026, 2, 28), date(2026, 6, 30), date(2026, 11, 23), date(2026, 12, 31)]


@pytest.fixture(scope="module", params=ANCHORS, ids=str)
def district(request):
    return compose(seed=2025, anchor=request.param)


def courses(district):
    return [spec.course for spec in district.projects if spec.course]


def test_the_same_seed_and_day_give_the_same_district(district):
    assert compose(seed=2025, anchor=district.calendar.anchor) == district


def test_another_seed_gives_another(district):
    assert compose(seed=2026, anchor=district.calendar.anchor).projects != district.projects


def test_two_hundred_projects_four_of_them_packages(district):
    assert len(district.projects) == 200
    assert sum(spec.is_package for spec in district.projects) == 4
    assert sum(bool(spec.package) for spec in district.projects) == 14
    assert sum(spec.is_flagship for spec in district.projects) == 12


def test_no_two_things_share_a_name_or_number(district):
    for names in (
        [spec.named.name for spec in district.projects],
        [spec.code for spec in district.projects],
        [spec.national_code for spec in district.projects if spec.national_code],
        [unit.name for unit in district.units],
        [person.username for person in district.people],
        [person.full_name for person in district.people],
    ):
        assert len(names) == len(set(names))


def test_rare_characters_occur(district):
    written = "".join(spec.named.name + spec.owner_org + spec.lead_unit for spec in district.projects)
    written += "".join(person.full_name for person in district.people)
    assert set("㙍昇玥堃垚") <= set(written)


def test_about_one_project_in_six_is_late_and_few_beyond_a_hundred_days(district):
    anchor = district.calendar.anchor
    late = [
        max((anchor - step.approved).days for step in spec.course.steps if not step.actual)
        for spec in district.projects
        if spec.course and not spec.fate.exits and any(s.approved < anchor and not s.actual for s in spec.course.steps)
    ]
    assert 0.15 <= len(late) / 196 <= 0.20
    assert sum(days <= 10 for days in late) >= 5
    assert 1 <= sum(days > 100 for days in late) <= 6


def test_a_late_project_is_late_by_what_its_fate_says(district):
    for spec in district.projects:
        if spec.fate.days_late:
            waiting = next(step for step in spec.course.steps if not step.actual)
            assert (district.calendar.anchor - waiting.approved).days == spec.fate.days_late


def test_steps_come_in_order_and_nothing_happens_before_the_one_before(district):
    for course in courses(district):
        assert [s.approved for s in course.steps] == sorted(s.approved for s in course.steps)
        reached = [s.actual for s in course.steps if s.actual]
        assert reached == sorted(reached)
        assert [s.actual for s in course.steps[: len(reached)]] == reached


def test_nothing_is_known_before_it_happened_nor_after_the_anchor(district):
    for course in courses(district):
        for step in course.steps:
            for version in versions(step, listed_at=course.listed_at):
                assert version.recorded_at.date() < district.calendar.anchor
                assert version.actual_on is None or version.actual_on <= version.recorded_at.date()


def test_each_version_ends_when_the_next_begins(district):
    for course in courses(district):
        for step in course.steps:
            told = versions(step, listed_at=course.listed_at)
            assert all(earlier.superseded_at == later.recorded_at for earlier, later in pairwise(told))
            assert told[-1].superseded_at is None
            assert (told[-1].approved_on, told[-1].actual_on) == (step.approved, step.actual)


def test_what_is_overdue_is_promised_and_pushes_what_comes_after(district):
    anchor = district.calendar.anchor
    for course in courses(district):
        open_steps = [step for step in course.steps if not step.actual]
        assert all(step.forecast for step in open_steps if step.approved < anchor)
        expected = [step.forecast or step.approved for step in open_steps]
        assert expected == sorted(expected)


def test_the_two_clocks_have_something_to_show(district):
    moved = [course for course in courses(district) if any(step.changed_at for step in course.steps)]
    assert 20 <= len(moved) <= 90
    slow = [s for c in courses(district) for s in c.steps if s.known_at and (s.known_at.date() - s.actual).days >= 10]
    assert len(slow) >= 50


def test_what_is_started_or_finished_agrees_with_the_fate(district):
    for spec in district.projects:
        if spec.course:
            assert (spec.course.steps[FINISH].actual is not None) == (spec.fate.state is State.FINISHED)
            assert (spec.course.steps[START].actual is not None) == (spec.fate.state is not State.PREPARING)


def test_three_plans_the_last_one_an_adjustment(district):
    year = district.calendar.anchor.year
    _, first, second = district.plans
    assert [(plan.year, plan.number) for plan in district.plans] == [(year - 1, 1), (year, 1), (year, 2)]
    assert first.decided_at < second.decided_at
    assert second.decided_at.date() < district.calendar.anchor
    assert min(len(plan.entries) for plan in district.plans) > 50
    kept = {entry.project: entry.amount for entry in first.entries}
    adjusted = {entry.project: entry.amount for entry in second.entries}
    assert set(adjusted) - set(kept)
    assert set(kept) - set(adjusted)
    assert sum(kept[code] != amount for code, amount in adjusted.items() if code in kept) >= 8


def test_every_difference_between_two_editions_has_its_reason(district):
    _, first, second = district.plans
    differing = {entry.project for entry in set(first.entries) ^ set(second.entries)}
    assert set(second.adjustments) == differing


def test_a_plan_holds_only_whole_amounts_and_days_in_order(district):
    for plan in district.plans:
        for entry in plan.entries:
            assert all(amount >= 0 and amount == int(amount) for amount in entry.months)
            assert entry.planned_start_on <= entry.planned_finish_on
            assert entry.cumulative_before_year >= 0


def test_the_plan_gives_the_start_and_finish_that_the_milestones_give(district):
    courses_by_code = {spec.code: spec.course for spec in district.projects}
    plan = district.plans[-1]
    for entry in plan.entries:
        steps = courses_by_code[entry.project].steps
        assert entry.planned_start_on == steps[START].approved_at(plan.decided_at)
        assert entry.planned_finish_on == steps[FINISH].approved_at(plan.decided_at)


def test_the_money_comes_from_somewhere(district):
    for spec in district.projects:
        if spec.budgets:
            assert sum(spec.funds.values()) == spec.budgets[-1].total


@pytest.mark.parametrize("weights", [[1, 1, 1], [0, 2, 5, 0], [0.3, 0, 0]], ids=str)
def test_what_is_split_sums_to_what_was_split(weights):
    amounts = split(1000, weights)
    assert sum(amounts) == 1000
    assert all(amount == 0 for amount, weight in zip(amounts, weights, strict=True) if not weight)


def test_a_project_is_paid_only_in_the_months_in_which_it_builds():
    months = by_month(900, year=2026, start=date(2026, 3, 10), finish=date(2026, 8, 20))
    assert sum(months) == Decimal(900)
    assert [number for number, amount in enumerate(months, start=1) if amount] == [3, 4, 5, 6, 7, 8]
