"""Days as offices type them: what is exact stays exact, what is vague becomes a day and keeps its words."""

from contextlib import suppress
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.ledger.cells import UnreadableError
from projects.ledger.days import Edge, day_of
from projects.ledger.problems import Code

pytestmark = pytest.mark.core

YEAR = 2026


def both(raw, year=YEAR):
    """As a start and as a finish."""
    return tuple(day_of(raw, (), edge=edge, year=year).on.isoformat() for edge in Edge)


@pytest.mark.parametrize(
    "raw", ["2026-03-15", "2026年3月15日", "2026.3.15", "20260315", 20260315, 46096.0, date(2026, 3, 15)]
)
def test_an_exact_day_is_no_vague_one(raw):
    for edge in Edge:
        day = day_of(raw, (), edge=edge, year=None)
        assert (day.on, day.is_vague) == (date(2026, 3, 15), False)


@pytest.mark.parametrize(
    ("raw", "start", "finish"),
    [
        pytest.param("2026.3", "2026-03-01", "2026-03-31", id="month"),
        pytest.param(2026.3, "2026-03-01", "2026-03-31", id="month-as-number"),
        pytest.param("202602", "2026-02-01", "2026-02-28", id="packed"),
        pytest.param("26年3月", "2026-03-01", "2026-03-31", id="short-year"),
        pytest.param("２０２６年３月份", "2026-03-01", "2026-03-31", id="full-width"),
        pytest.param("2026年3月底", "2026-03-31", "2026-03-31", id="month-end"),
        pytest.param("拟于2026年6月底前完工", "2026-06-30", "2026-06-30", id="with-ornaments"),
        pytest.param("3月中旬", "2026-03-11", "2026-03-20", id="ten-days-of-the-year"),
        pytest.param("2月下旬", "2026-02-21", "2026-02-28", id="last-days"),
        pytest.param("3月初", "2026-03-01", "2026-03-10", id="beginning"),
        pytest.param("明年3月", "2027-03-01", "2027-03-31", id="next-year"),
        pytest.param("3.15", "2026-03-15", "2026-03-15", id="day-of-the-year"),
        pytest.param("2026年上半年", "2026-06-30", "2026-06-30", id="half-year"),
        pytest.param("第三季度", "2026-09-30", "2026-09-30", id="quarter"),
        pytest.param("2026年底", "2026-12-31", "2026-12-31", id="year-end"),
        pytest.param(2026, "2026-12-31", "2026-12-31", id="year"),
        pytest.param("09.10-11.3", "2009-10-01", "2011-03-31", id="short-range"),
        pytest.param("24.10—27.3", "2024-10-01", "2027-03-31", id="near-range"),
        pytest.param("9.10-11.3", "2026-09-10", "2026-11-03", id="range-of-the-year"),
        pytest.param("2023-2026", "2023-01-01", "2026-12-31", id="years"),
        pytest.param("2024年3月至5月", "2024-03-01", "2024-05-31", id="months"),
        pytest.param("2026-03-01~2026-06-30", "2026-03-01", "2026-06-30", id="days"),
    ],
)
def test_a_vague_day_is_a_day_with_its_words(raw, start, finish):
    assert both(raw) == (start, finish)
    words = day_of(raw, (), edge=Edge.FINISH, year=YEAR).words
    assert words == str(raw)


@pytest.mark.parametrize("raw", ["3月中旬", "上半年", "年底", "3.15", "明年3月"])
def test_without_the_year_of_the_ledger_there_is_no_day(raw):
    with pytest.raises(UnreadableError) as refusal:
        day_of(raw, (), edge=Edge.FINISH, year=None)
    assert refusal.value.code is Code.BAD_DATE


@pytest.mark.parametrize(
    "raw", ["", "soon", "2月30日", "2026年13月", "12", "9999年", "至", "2026.6-2026.3", "1" * 500, True]
)
def test_what_is_no_day_is_refused(raw):
    with pytest.raises(UnreadableError):
        day_of(raw, (), edge=Edge.START, year=YEAR)


TYPED = st.text("0123456789年月日.-—至上中下旬半季度底初末一二三四前 明今约", max_size=14)
NUMBERS = st.floats() | st.integers() | st.booleans() | st.none()


@given(TYPED | st.text(max_size=30) | NUMBERS, st.none() | st.just(YEAR), st.lists(st.just("%m/%d/%Y"), max_size=1))
def test_anything_is_a_plausible_day_or_refused_and_a_start_is_not_after_its_finish(raw, year, formats):
    with suppress(UnreadableError):
        start, finish = (day_of(raw, formats, edge=edge, year=year) for edge in Edge)
        assert 1900 <= start.on.year <= finish.on.year <= 2100
        assert start.on <= finish.on
        assert start.words == finish.words


@given(st.dates(date(1990, 1, 1), date(2090, 12, 31)))
def test_a_month_written_in_any_style_is_that_month(day):
    after = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
    for typed in (f"{day.year}.{day.month}", f"{day.year}年{day.month}月", f"{day:%Y-%m}", f"{day.year}/{day.month}"):
        assert both(typed, None) == (day.replace(day=1).isoformat(), (after - timedelta(days=1)).isoformat())
