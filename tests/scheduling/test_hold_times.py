"""各部门用时: permits and requests in one table, with the days that are nobody's left out exactly."""

from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pytest
import time_machine
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from projects.models import KeyProject
from projects.roles import Role
from projects.workdays import Announced, workdays_between
from scheduling.actions import problem_closings, problem_requests
from scheduling.hold_times import hold_times, requests_held
from scheduling.problem_clock import Turn, answering
from tests.conftest import appoint
from tests.factories import UnitFactory
from tests.scheduling.problems.cases import raise_it
from tests.scheduling.reports import said
from tests.scheduling.test_permit_board import permit

pytestmark = [pytest.mark.django_db, pytest.mark.core]

MONDAY = datetime(2026, 3, 2, 2, tzinfo=UTC)
NO_HOLIDAYS = Announced({})
WAITING, DESK = 0, 1


def march(day):
    return date(2026, 3, day)


@pytest.mark.parametrize(
    ("turns", "used", "excluded"),
    [
        pytest.param([], 10, 0, id="一直在办"),
        pytest.param([Turn(march(6), WAITING), Turn(march(11), DESK)], 7, 3, id="等待确认三个工作日"),
        pytest.param([Turn(march(6), None), Turn(march(10), DESK)], 8, 2, id="销号后重新打开"),
        pytest.param([Turn(march(4), 7)], 10, 0, id="转到别的单位手里仍未答复"),
    ],
)
def test_days_of_waiting_for_the_asker_are_not_the_departments(turns, used, excluded):
    found = answering(
        [Turn(march(2), DESK), *turns], asked_on=march(2), until=march(16), idle=WAITING, announced=NO_HOLIDAYS
    )
    assert found.value == (used, excluded)


@given(
    st.lists(st.tuples(st.integers(1, 30), st.sampled_from([WAITING, DESK, 7, None])), max_size=8), st.integers(0, 35)
)
def test_used_and_excluded_days_come_to_the_whole(moves, length):
    turns = [
        Turn(march(1), DESK),
        *(Turn(march(day), holder) for day, holder in sorted(moves, key=lambda move: move[0])),
    ]
    until = march(1) + timedelta(days=length)
    found = answering(turns, asked_on=march(1), until=until, idle=WAITING, announced=NO_HOLIDAYS).value
    assert found.used + found.excluded == workdays_between(march(1), until, NO_HOLIDAYS).value
    assert found.used >= 0
    assert found.excluded >= 0


@pytest.fixture
def asked(project, lead, dispatcher):
    """Asked on a Monday, to be answered within five workdays; a permit of the same department was overdue then."""
    desk = UnitFactory(name="区自然资源局", short_name="区资规局")
    with time_machine.travel(MONDAY):
        problem = raise_it(project, lead, at=MONDAY, needed_by=march(30))
        request = problem_requests.ask(
            problem=problem, unit=desk, question="请明确交地时间", answer_due_on=march(9), by=lead, at=MONDAY
        )
        permit(project, "用地批准", agency="区资规局", status="ACCEPTED", accepted_on=march(2), due_on=march(9))
    return request


def held_on(day):
    return list(requests_held(KeyProject.objects.all(), on=march(day), known_at=None))


def test_a_request_runs_from_the_day_after_it_was_asked(asked):
    (before,), (after,) = held_on(9), held_on(10)
    assert (before.reading.days_used, before.limit, before.reading.is_overdue) == (5, 5, False)
    assert (after.reading.days_used, after.reading.days_over, after.reading.is_overdue) == (6, 1, True)


@pytest.fixture
def accepted(asked):
    """On Tuesday, with the promise to be done by the next Monday."""
    desk = appoint(Role.REVIEWER, asked.unit, username="desk", full_name="资规窗口")
    at = MONDAY + timedelta(days=1)
    problem_requests.accept(request=asked, answer="正在办理", promised_on=march(9), by=desk, at=at)
    return asked, desk


def test_what_is_accepted_runs_on_against_its_promise(accepted):
    (held,) = held_on(10)
    assert (held.reading.days_used, held.limit, held.reading.is_overdue, held.is_decided) == (6, 5, True, False)


def test_while_the_asker_is_waited_for_the_limit_stands_still(accepted, lead):
    asked, desk = accepted
    problem_closings.ask_to_close(problem=asked.problem, evidence="交地确认书", by=desk, at=MONDAY + timedelta(days=2))
    (waiting,) = held_on(20)
    assert (waiting.reading.days_used, waiting.reading.days_excluded, waiting.reading.is_overdue) == (2, 12, False)
    problem_closings.refuse_close(problem=asked.problem, text="还有一户", by=lead, at=MONDAY + timedelta(days=18))
    (again,) = held_on(24)
    assert (again.reading.days_used, again.reading.days_excluded, again.reading.is_overdue) == (4, 12, False)


def test_what_is_closed_is_done_with(accepted, lead):
    asked, desk = accepted
    problem_closings.ask_to_close(problem=asked.problem, evidence="交地确认书", by=desk, at=MONDAY + timedelta(days=2))
    problem_closings.close(problem=asked.problem, by=lead, at=MONDAY + timedelta(days=4))
    (held,) = held_on(20)
    assert (held.reading.days_used, held.reading.days_over, held.is_decided) == (2, 0, True)


def test_a_department_is_one_with_its_permits_and_requests(asked):
    (department,) = hold_times(KeyProject.objects.all(), on=march(16), known_at=None)
    assert department.agency == "区自然资源局"
    assert [(item.name, item.tally.running, item.tally.overdue) for item in department.items] == [
        ("协调请求（用地）", 1, 1),
        ("用地批准", 1, 1),
    ]


@pytest.mark.parametrize("who", ["lead", "dispatcher", "office", "signer", "leader", "outsider"])
def test_everybody_sees_what_concerns_the_own_projects(asked, enter_as, who):
    page = enter_as(who).get(reverse("hold_times"), {"on": "2026-03-16"})
    assert page.status_code == 200
    assert ("协调请求（用地）" in said(page)) == (who != "outsider")


def test_the_table_asks_a_constant_number_of_questions(asked, enter, office, django_assert_num_queries):
    browser = enter(office)
    browser.get(reverse("hold_times"))
    with django_assert_num_queries(12):
        browser.get(reverse("hold_times"), {"on": "2026-03-16"})


def test_excel_has_a_line_for_each_department_and_item(asked, enter, office):
    answer = enter(office).get(reverse("hold_times_export"), {"on": "2026-03-16"})
    rows = list(load_workbook(BytesIO(b"".join(answer))).worksheets[0].iter_rows(min_row=4, values_only=True))
    assert [row[:5] for row in rows] == [
        ("区自然资源局", "协调请求（用地）", "工作日", 1, 1),
        ("区自然资源局", "用地批准", "工作日", 1, 1),
    ]
