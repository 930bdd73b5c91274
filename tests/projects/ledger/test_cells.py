"""What people type into dates and amounts."""

from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects import formulas
from projects.ledger.cells import LARGEST, UNITS, UnreadableError, amount_of, date_of, line_of, text_of
from projects.ledger.problems import Code

pytestmark = pytest.mark.core

NEW_YORK = ("%m/%d/%Y",)


@pytest.mark.parametrize(
    ("raw", "day"),
    [
        pytest.param("6/28/2024", date(2024, 6, 28), id="named-format"),
        pytest.param("2026-03-15", date(2026, 3, 15), id="iso"),
        pytest.param("2026/3/15", date(2026, 3, 15), id="slashes"),
        pytest.param("2026.3.15", date(2026, 3, 15), id="dots"),
        pytest.param("2026年3月15日", date(2026, 3, 15), id="chinese"),
        pytest.param("２０２６年３月１５日", date(2026, 3, 15), id="full-width"),
        pytest.param(" 2026-03-15 00:00:00 ", date(2026, 3, 15), id="with-time"),
        pytest.param(datetime(2026, 3, 15, 8), date(2026, 3, 15), id="excel-moment"),
        pytest.param(date(2026, 3, 15), date(2026, 3, 15), id="excel-day"),
        pytest.param(46096.0, date(2026, 3, 15), id="excel-serial"),
    ],
)
def test_a_date_is_read(raw, day):
    assert date_of(raw, NEW_YORK) == day


@pytest.mark.parametrize(
    "raw",
    [
        "soon",
        "2026-02-30",
        "13/45/2024",
        "0024-01-01",
        "9999-01-01",
        "46096",
        0.5,
        1e9,
        float("nan"),
        "2026",
        "x" * 500,
    ],
)
def test_what_is_no_date_is_refused_in_words(raw):
    with pytest.raises(UnreadableError) as refusal:
        date_of(raw, NEW_YORK)
    assert refusal.value.code is Code.BAD_DATE
    assert refusal.value.message


@pytest.mark.parametrize(
    ("raw", "unit", "wan"),
    [
        pytest.param("206654.00", "元", "20.6654", id="yuan"),
        pytest.param("1,234.5", "万元", "1234.5", id="thousands"),
        pytest.param("１，２３４", "万元", "1234", id="full-width"),
        pytest.param("1.2亿", "万元", "12000", id="unit-in-the-cell"),
        pytest.param("3000 元", "万元", "0.3", id="yuan-in-the-cell"),
        pytest.param("5000", "thousand", "500", id="thousand"),
        pytest.param("¥ 88", "万元", "88", id="currency"),
        pytest.param("(15)", "万元", "-15", id="book-keeper"),
        pytest.param("-0.00", "元", "0", id="no-negative-zero"),
        pytest.param(7724250, "元", "772.4250", id="number"),
        pytest.param(0.1, "万元", "0.1", id="float-as-shown"),
        pytest.param("0.5", "元", "0.0001", id="half-up"),
    ],
)
def test_an_amount_is_read_in_wan(raw, unit, wan):
    assert amount_of(raw, unit) == Decimal(wan)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("NaN", Code.BAD_AMOUNT),
        ("-Infinity", Code.BAD_AMOUNT),
        (float("inf"), Code.BAD_AMOUNT),
        ("1,5", Code.BAD_AMOUNT),
        ("1_000", Code.BAD_AMOUNT),
        ("12%", Code.BAD_AMOUNT),
        ("约三千", Code.BAD_AMOUNT),
        (True, Code.BAD_AMOUNT),
        (date(2026, 1, 1), Code.BAD_AMOUNT),
        ("1e400", Code.TOO_LARGE),
        ("1e999", Code.TOO_LARGE),
        ("1000000000000", Code.TOO_LARGE),
        ("999999999999.99999", Code.TOO_LARGE),
    ],
)
def test_what_is_no_amount_is_refused_in_words(raw, code):
    with pytest.raises(UnreadableError) as refusal:
        amount_of(raw, "万元")
    assert refusal.value.code is code


def test_the_invisible_is_not_read():
    assert text_of("\ufeff 甲\x00\x07 ") == "甲"
    assert line_of("甲\n\xa0 乙\t") == "甲 乙"
    assert text_of("'=1+1") == "=1+1"
    assert text_of("'quoted") == "'quoted"
    assert text_of(12.0) == "12"
    assert text_of(None) == ""


@given(st.text("'=+-@＝ \t\r\n\x00\ufeff甲1"))
def test_what_left_with_a_formula_mark_comes_back_without_it(text):
    assert formulas.unguarded(formulas.guarded(text)) == text
    for read in (text_of, line_of):
        assert read(formulas.guarded(read(text))) == read(text)


ANYTHING = st.one_of(
    st.none(), st.text(), st.floats(), st.integers(), st.booleans(), st.dates(), st.datetimes(), st.timedeltas()
)


@given(ANYTHING, st.sampled_from(sorted(UNITS)))
def test_any_cell_is_an_amount_that_can_be_stored_or_a_problem(raw, unit):
    with suppress(UnreadableError):
        amount = amount_of(raw, unit)
        assert abs(amount) < LARGEST
        assert amount == amount.quantize(Decimal("0.0001"))


@given(ANYTHING)
def test_any_cell_is_a_plausible_day_or_a_problem(raw):
    with suppress(UnreadableError):
        assert 1900 <= date_of(raw, NEW_YORK).year <= 2100


@given(
    st.dates(date(1900, 1, 1), date(2100, 12, 31)),
    st.sampled_from(["%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日", "%m/%d/%Y"]),
)
def test_a_day_written_in_any_style_is_that_day(day, style):
    assert date_of(day.strftime(style), NEW_YORK) == day


@given(st.decimals(min_value=-(10**11), max_value=10**11, places=4))
def test_an_amount_written_out_is_that_amount(amount):
    assert amount_of(f"{amount:,}", "万元") == amount


@given(ANYTHING)
def test_every_cell_can_be_stored_as_text(raw):
    text = text_of(raw)
    assert "\x00" not in text
    text.encode()
