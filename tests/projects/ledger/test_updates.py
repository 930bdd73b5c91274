"""What a newer ledger makes of what is known."""

import json
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.actions import ledgers
from projects.ledger.mapping import MILESTONE_AMOUNTS, MILESTONE_DATES, Status
from projects.ledger.problems import Code
from projects.ledger.rows import LedgerRow
from projects.ledger.updates import NOTHING_KNOWN, Amounts, Dates, amounts_after, dates_after, doubts
from tests.projects.ledger.samples import MAPPING

pytestmark = pytest.mark.core

MARCH, JUNE, SEPTEMBER = date(2025, 3, 1), date(2025, 6, 1), date(2025, 9, 1)
STARTED = Dates(original_on=MARCH, approved_on=MARCH, started_on=date(2024, 4, 1))


def row(status=Status.IN_PROGRESS, nothing=(), amounts=None, **dates):
    return LedgerRow(2, "A1", "结构", status=status, dates=dates, amounts=amounts or {}, nothing=frozenset(nothing))


def test_the_first_planned_date_is_the_original_and_the_approved_one():
    after = dates_after(row(planned_on=MARCH), NOTHING_KNOWN)
    assert (after.original_on, after.approved_on, after.is_reached) == (MARCH, MARCH, False)


def test_a_later_planned_date_changes_the_approved_one_and_leaves_the_original():
    after = dates_after(row(planned_on=JUNE), STARTED)
    assert (after.original_on, after.approved_on) == (MARCH, JUNE)


def test_a_planned_date_that_comes_later_becomes_the_original():
    after = dates_after(row(planned_on=JUNE), dates_after(row(), NOTHING_KNOWN))
    assert (after.original_on, after.approved_on) == (JUNE, JUNE)


def test_an_empty_or_unreadable_cell_erases_nothing():
    assert dates_after(row(), STARTED) == STARTED
    known = Amounts(Decimal(1), Decimal(2), Decimal(3))
    assert amounts_after(row(amounts={"budget_amount": None}), known) == known


def test_the_code_for_not_started_says_there_is_no_date():
    after = dates_after(row(Status.NOT_STARTED, nothing=["planned_on", "started_on"]), STARTED)
    assert after == Dates(original_on=MARCH)


def test_completion_is_reached_with_its_date():
    after = dates_after(row(Status.COMPLETE, actual_on=JUNE), STARTED)
    assert (after.is_reached, after.actual_on) == (True, JUNE)


def test_completion_without_a_readable_date_is_reached_without_date():
    after = dates_after(row(Status.COMPLETE), STARTED)
    assert (after.is_reached, after.actual_on) == (True, None)
    assert [problem.code for problem in said(row(Status.COMPLETE), after)] == [Code.COMPLETE_WITHOUT_DATE, Code.KEPT]


def test_completion_once_dated_keeps_its_date():
    known = STARTED._replace(is_reached=True, actual_on=JUNE)
    assert dates_after(row(Status.COMPLETE), known).actual_on == JUNE


def test_what_is_in_progress_again_is_open_again():
    known = STARTED._replace(is_reached=True, actual_on=JUNE)
    after = dates_after(row(), known)
    assert (after.is_reached, after.actual_on) == (False, None)


def test_without_a_status_a_date_says_that_it_is_reached():
    assert dates_after(row(None, actual_on=JUNE), STARTED).is_reached
    assert not dates_after(row(None), STARTED).is_reached


def said(of, after):
    return list(doubts(of, after, ledgers.mapping_of(json.dumps(MAPPING)).dates))


@pytest.mark.parametrize(
    ("of", "code"),
    [
        (row(planned_on=MARCH, started_on=JUNE), Code.PLANNED_BEFORE_START),
        (row(Status.COMPLETE, planned_on=JUNE, started_on=JUNE, actual_on=MARCH), Code.ENDED_BEFORE_START),
        (row(planned_on=JUNE, actual_on=MARCH), Code.STATUS_AGAINST_DATE),
    ],
)
def test_what_does_not_fit_is_kept_and_pointed_out(of, code):
    [problem] = said(of, dates_after(of, NOTHING_KNOWN))
    assert problem.code is code
    assert not problem.rejected


def test_a_planned_date_that_is_no_longer_given_is_kept_and_pointed_out():
    [problem] = said(row(), dates_after(row(), STARTED))
    assert problem.code is Code.KEPT
    assert "沿用原批准日期 2025-03-01" in problem.message


days = st.none() | st.dates(date(2020, 1, 1), date(2030, 1, 1))
rows = st.builds(
    lambda status, dates, amounts, nothing: LedgerRow(
        2, "A", "B", status=status, dates={n: d for n, d in dates.items() if n not in nothing},
        amounts=amounts, nothing=frozenset(nothing),
    ),
    st.none() | st.sampled_from(Status),
    st.fixed_dictionaries(dict.fromkeys(MILESTONE_DATES, days)),
    st.fixed_dictionaries({name: st.none() | st.decimals(-9, 9, places=2) for name in MILESTONE_AMOUNTS}),
    st.sets(st.sampled_from(MILESTONE_DATES)),
)  # fmt: skip


@given(st.lists(rows, min_size=1, max_size=5))
def test_saying_it_again_changes_nothing_and_the_original_stays(ledger):
    known, amounts = NOTHING_KNOWN, Amounts()
    for said_row in ledger:
        before = known.original_on
        known, amounts = dates_after(said_row, known), amounts_after(said_row, amounts)
        assert before is None or known.original_on == before
        assert dates_after(said_row, known) == known
        assert amounts_after(said_row, amounts) == amounts
        # what the database holds of the four dates
        assert known.actual_on is None or known.is_reached
        assert known.approved_on is None or known.original_on is not None
