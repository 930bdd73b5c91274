"""投资 S 曲线: what rises is drawn rising, and the gap is said in words beside it."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.charts import s_curve
from reports.charts.chart import NARROW, WIDE
from tests.reports.charting.samples import ON, investment, points, words_of

pytestmark = pytest.mark.core


@given(st.lists(st.integers(0, 90000), min_size=12, max_size=12), st.sampled_from([WIDE, NARROW]))
def test_a_plan_that_never_falls_is_drawn_never_falling_within_the_axes(monthly, frame):
    curve = s_curve.Curve(ON, points(monthly), ())
    plane, _ticks = s_curve.plane_of(curve, frame)
    drawn = plane.curve(curve.plan)
    assert all(later[0] > earlier[0] and later[1] <= earlier[1] + 1e-9 for earlier, later in pairwise(drawn))
    assert all(plane.box.left <= x <= plane.box.right + 1e-6 for x, _y in drawn)
    assert all(plane.box.top - 1e-6 <= y <= plane.box.bottom for _x, y in drawn)


def test_the_title_says_how_far_and_how_far_behind():
    assert s_curve.chart(investment()).title == "截至10月18日完成投资 23.63 亿元，比计划欠 2.48 亿元"


@pytest.mark.parametrize(
    ("done", "said"),
    [(236300, "欠 2.48 亿元"), (264100, "超 0.30 亿元"), (261140, "与计划持平")],
    ids=["behind", "ahead", "even"],
)
def test_the_gap_is_written_beside_the_line_of_the_day(done, said):
    chart = s_curve.chart(investment(done=done))
    assert all(said in {each.said for each in words_of(drawing)} for drawing in (chart.wide, chart.narrow))


def test_without_a_plan_to_that_day_there_is_no_gap():
    curve = replace(investment(), planned_to_date=None)
    assert s_curve.gap_words(curve) == "—"
    assert "欠" not in s_curve.chart(curve).wide


def test_what_is_expected_is_dashed_and_named():
    assert "stroke-dasharray" in s_curve.chart(investment()).wide
    said = {each.said for each in words_of(s_curve.chart(investment()).wide)}
    assert {"计划 33.50", "预计 31.03", "八成把握 28.83"} <= said


@pytest.mark.parametrize("on", [date(2026, 1, 4), date(2026, 3, 5), date(2026, 7, 31), date(2026, 12, 31)])
def test_no_words_lie_over_others_whenever_it_is(on):
    planned = Decimal(335000) * on.timetuple().tm_yday // 365
    chart = s_curve.chart(investment(on, int(planned * 9 // 10), int(planned), with_forecast=on.month < 11))
    for drawing in (chart.wide, chart.narrow):
        said = words_of(drawing)
        over = [
            (one.said, other.said)
            for turn, one in enumerate(said)
            for other in said[turn + 1 :]
            if one.left < other.right - 1 and other.left < one.right - 1 and abs(one.y - other.y) < one.size - 1
        ]
        assert over == []


def test_a_year_without_plan_or_work_is_not_drawn():
    chart = s_curve.chart(s_curve.Curve(ON, (), ()))
    assert chart.is_empty
    assert chart.title == "尚无已审核的完成投资"
