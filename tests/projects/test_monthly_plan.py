"""The months of a plan, and how two editions differ."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.monthly_plan import ChangeKind, Span, changes, curve_split, even_split, excess, working_months

amounts = st.decimals(0, 10**9, places=4, allow_nan=False)
spans = st.tuples(st.integers(1, 12), st.integers(1, 12)).map(sorted)


@given(amounts, spans)
def test_a_split_always_sums_exactly_to_the_year(amount, span):
    first, last = span
    months = even_split(amount, first=first, last=last)
    assert len(months) == 12
    assert sum(months) == amount
    assert excess(amount, months) == 0


@given(amounts, spans)
def test_only_the_last_month_differs_and_nothing_lies_outside_the_span(amount, span):
    first, last = span
    months = even_split(amount, first=first, last=last)
    assert len(set(months[first - 1 : last - 1])) <= 1
    assert min(months) >= 0
    assert months[last - 1] == max(months)
    assert not any(months[: first - 1] + months[last:])


@pytest.mark.parametrize(
    ("amount", "span", "months"),
    [
        pytest.param("12000", (1, 12), ["1000"] * 12, id="even"),
        pytest.param("10000", (1, 12), ["833"] * 11 + ["837"], id="the-last-month-takes-the-remainder"),
        pytest.param("100.5", (7, 9), ["0"] * 6 + ["33", "33", "34.5"] + ["0"] * 3, id="from-july-to-september"),
        pytest.param("5", (1, 12), ["0"] * 11 + ["5"], id="less-than-a-month-each"),
        pytest.param("0", (1, 12), ["0"] * 12, id="nothing"),
    ],
)
def test_a_split_is_in_whole_wan(amount, span, months):
    assert even_split(Decimal(amount), first=span[0], last=span[1]) == tuple(map(Decimal, months))


days = st.dates(date(2025, 6, 1), date(2027, 6, 30))
weights = st.decimals("0.01", "99.99", places=2)
steps = st.lists(st.builds(lambda one, two, w: Span(min(one, two), max(one, two), w), days, days, weights), max_size=8)


@given(amounts, steps)
def test_a_curve_always_sums_exactly_to_the_year(amount, spans):
    months = curve_split(amount, spans, year=2026)
    falls_within = any(span.starts_on.year <= 2026 <= span.finishes_on.year for span in spans)
    assert (months is not None) == falls_within
    if months:
        assert len(months) == 12
        assert sum(months) == amount
        assert min(months) >= 0


@given(amounts, steps)
def test_a_month_in_which_no_step_is_worked_on_gets_nothing(amount, spans):
    months = curve_split(amount, spans, year=2026)
    for month, share in enumerate(months or (), start=1):
        worked = any(
            (span.starts_on.year, span.starts_on.month)
            <= (2026, month)
            <= (span.finishes_on.year, span.finishes_on.month)
            for span in spans
        )
        assert worked or not share


@given(steps)
def test_all_weights_of_a_step_within_the_year_fall_on_its_months(spans):
    for span in spans:
        whole = span.part_within(date(2025, 1, 1), date(2027, 12, 31))
        assert whole == Fraction(span.weight)


def span(starts_on, finishes_on, weight="1"):
    return Span(date.fromisoformat(starts_on), date.fromisoformat(finishes_on), Decimal(weight))


@pytest.mark.parametrize(
    ("amount", "spans", "months"),
    [
        pytest.param("900", [span("2026-04-01", "2026-04-30")], {4: "900"}, id="one-month"),
        pytest.param(
            "6100", [span("2026-03-01", "2026-04-30")], {3: "3100", 4: "3000"}, id="by-the-days-of-each-month"
        ),
        pytest.param(
            "400",
            [span("2026-02-01", "2026-02-28", "3"), span("2026-06-01", "2026-06-30", "1")],
            {2: "300", 6: "100"},
            id="by-weight-whatever-the-length",
        ),
        pytest.param("100", [span("2025-12-01", "2026-01-31")], {1: "100"}, id="only-the-part-within-the-year"),
        pytest.param(
            "100.5",
            [span("2026-01-01", "2026-01-31"), span("2026-02-01", "2026-02-28"), span("2026-03-01", "2026-03-31")],
            {1: "33", 2: "33", 3: "34.5"},
            id="the-last-worked-month-takes-the-remainder",
        ),
    ],
)
def test_a_curve_follows_the_weights_of_the_steps(amount, spans, months):
    split = curve_split(Decimal(amount), spans, year=2026)
    assert {month: share for month, share in enumerate(split, start=1) if share} == {
        month: Decimal(share) for month, share in months.items()
    }


@pytest.mark.parametrize(
    ("start", "finish", "span"),
    [
        pytest.param(None, None, (1, 12), id="unknown"),
        pytest.param(date(2025, 5, 1), date(2027, 6, 1), (1, 12), id="all-year"),
        pytest.param(date(2026, 7, 15), date(2027, 6, 1), (7, 12), id="starts-in-july"),
        pytest.param(date(2024, 7, 15), date(2026, 9, 30), (1, 9), id="finishes-in-september"),
        pytest.param(date(2027, 3, 1), date(2028, 3, 1), (1, 12), id="starts-next-year"),
        pytest.param(date(2026, 9, 1), date(2026, 3, 1), (1, 12), id="contradictory"),
    ],
)
def test_the_months_a_project_is_built_in(start, finish, span):
    assert working_months(year=2026, start=start, finish=finish) == span


def test_what_differs_between_two_editions():
    before = {1: {"amount": 10, "goal": "封顶"}, 2: {"amount": 20, "goal": ""}, 3: {"amount": 30, "goal": ""}}
    after = {1: {"amount": 12, "goal": "封顶"}, 2: {"amount": 20, "goal": ""}, 4: {"amount": 40, "goal": ""}}
    found = {change.project: (change.kind, change.fields) for change in changes(before, after)}
    assert found == {
        4: (ChangeKind.ADDED, (("amount", None, 40), ("goal", None, ""))),
        3: (ChangeKind.REMOVED, (("amount", 30, None), ("goal", "", None))),
        1: (ChangeKind.CHANGED, (("amount", 10, 12),)),
    }


plans = st.dictionaries(st.integers(1, 6), st.fixed_dictionaries({"amount": st.integers(0, 3)}))


@given(plans, plans)
def test_the_changes_lead_from_one_edition_to_the_other(before, after):
    plan = {project: dict(figures) for project, figures in before.items()}
    for change in changes(before, after):
        if change.kind is ChangeKind.REMOVED:
            del plan[change.project]
        else:
            plan.setdefault(change.project, {}).update({name: new for name, _, new in change.fields})
    assert plan == after
