"""A snapshot is a value: it survives being written down, exactly, and says the same twice."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.dispatch_sheet import DispatchSheet
from reports.snapshots import as_json, digest, from_json
from reports.wall_chart import State, Stretch, WallChart
from tests.reports import dispatch_sheets
from tests.reports.charts import chart, row


@dataclass(frozen=True)
class Written:
    amount: Decimal
    at: datetime
    on: date | None
    pair: tuple[str, int]


def test_what_is_written_down_is_sorted_and_spelt_as_it_is():
    value = Written(Decimal("12.5000"), datetime(2026, 3, 13, 9, 30, tzinfo=UTC), None, ("区", 1))
    assert as_json(value).decode() == (
        '{"amount": "12.5000", "at": "2026-03-13T09:30:00+00:00", "on": null, "pair": ["区", 1]}'
    )


@given(
    st.builds(
        Written,
        st.decimals(allow_nan=False, allow_infinity=False),
        st.datetimes(timezones=st.just(UTC)),
        st.none() | st.dates(),
        st.tuples(st.text(), st.integers()),
    )
)
def test_any_value_is_read_back_as_it_was(value):
    again = from_json(Written, as_json(value))
    assert again == value
    assert str(again.amount) == str(value.amount)
    assert as_json(again) == as_json(value)


def test_what_is_not_plain_is_refused():
    with pytest.raises(TypeError, match="plain values"):
        as_json(Written(object(), None, None, None))


def test_a_chart_read_back_is_the_chart_that_was_written():
    whole = chart(
        [row(), row(days=9), row(state=State.DONE)],
        blackouts=(Stretch(date(2026, 2, 1), date(2026, 2, 20), "春节停工"),),
    )
    assert from_json(WallChart, as_json(whole)) == whole


def test_a_dispatch_sheet_read_back_is_the_sheet_that_was_written():
    whole = dispatch_sheets.sheet(dispatch_sheets.mixed(), of_district=True)
    assert from_json(DispatchSheet, as_json(whole)) == whole


def test_the_same_data_have_the_same_digest_and_others_another():
    def of(whole):
        return digest(as_json(whole))

    assert of(chart([row()])) == of(chart([row()]))
    assert of(chart([row()])) != of(chart([row(days=1)]))
    assert of(chart([row()])) != of(replace(chart([row()]), on=date(2026, 3, 6)))


def test_charts_kept_before_are_found_again():
    """Posters are found by this digest: another spelling of the same data would orphan every one of them."""
    assert digest(as_json(chart([row()]))) == "1a127f7e98c62a1c52b730f5c6230e36c51bf2e026594c018b39c847e650097c"
