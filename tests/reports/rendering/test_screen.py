"""The chart on a screen: every sign has its word, and the window follows the zoom."""

import re
from dataclasses import replace
from datetime import date

import pytest

from reports.rendering import screen
from reports.rendering.time_axis import Zoom
from reports.wall_chart import Bar, Node, Row, State, Stretch
from tests.reports.charts import ON, chart, row


def drawn(whole, zoom=Zoom.MONTH):
    return screen.drawn(whole, days=screen.window(whole, zoom=zoom, begins=None), zoom=zoom)


def test_what_is_overdue_has_a_black_flag_and_says_by_how_much():
    body = drawn(chart([row(days=17)])).body
    assert ">逾期 17 天<" in body
    assert 'fill="#1a2332"' in body


def test_what_is_done_has_a_red_flag_and_says_so():
    body = drawn(chart([row(state=State.DONE)])).body
    assert ">完成<" in body
    assert 'fill="#c4161c"' in body


def test_the_stages_are_named_where_there_is_room_and_the_day_stands_above():
    seen = drawn(chart([row()]))
    assert all(name in seen.body for name in ("前期", "开工建设", "主体施工"))
    assert "截至3月5日" in seen.head
    assert "2026年" in seen.head


def test_of_a_project_s_nodes_the_stage_alone_is_named():
    bar = Bar(1, Stretch(date(2026, 1, 1), date(2026, 8, 31)))
    step = Row("立项批复", "", "", State.OPEN, "未完成", bars=(bar,))
    stage = replace(step, name="阶段目标", is_heading=True)
    assert "前期准备" not in drawn(chart([step], of_nodes=True)).body
    assert drawn(chart([stage, step], of_nodes=True)).body.count("前期准备") == 1


def test_how_late_it_is_stands_behind_the_day_of_the_chart():
    seen = drawn(chart([row(days=17)]))
    at = re.search(r'<text x="([\d.]+)"[^>]*>逾期 17 天<', seen.body)
    assert at
    assert float(at[1]) > seen.day_at


def test_a_window_elsewhere_has_no_day_to_show():
    days = (date(2027, 1, 1), date(2027, 12, 31))
    assert screen.drawn(chart([row()]), days=days, zoom=Zoom.MONTH).day_at is None


def test_the_float_of_a_node_is_said_in_its_own_unit():
    spared = Node(
        "竣工验收",
        State.OPEN,
        ON,
        ON,
        float_days=12,
        float_unit="个工作日",
        float_from=ON,
        float_until=date(2026, 3, 17),
    )
    short = Node(
        "竣工验收", State.OPEN, ON, ON, float_days=-4, float_unit="天", float_from=ON, float_until=date(2026, 3, 1)
    )
    rows = [Row("竣工验收", "", "", State.OPEN, "未完成", nodes=(node,), leading=node) for node in (spared, short)]
    body = drawn(chart(rows, of_nodes=True)).body
    assert "时差 12 个工作日" in body
    assert "欠 4 天" in body


def test_a_blackout_of_all_rows_runs_through_the_chart():
    festival = Stretch(date(2026, 2, 10), date(2026, 2, 25), "春节停工")
    with_it, without = chart([row()], blackouts=(festival,)), chart([row()])
    assert len(drawn(with_it).body) > len(drawn(without).body)


@pytest.mark.parametrize("zoom", Zoom)
def test_nothing_on_the_screen_is_styled_inline(zoom):
    seen = drawn(chart([row(), row(days=3), row(state=State.DONE)]), zoom)
    assert "style" not in seen.head + seen.body + "".join(picture for picture, _words in seen.legend)


@pytest.mark.parametrize(
    ("zoom", "days"),
    [
        (Zoom.MONTH, (date(2026, 1, 1), date(2026, 12, 31))),
        (Zoom.WEEK, (date(2026, 1, 5), date(2026, 7, 5))),
        (Zoom.DAY, (date(2026, 2, 16), date(2026, 4, 12))),
    ],
)
def test_the_window_holds_the_day_of_the_chart(zoom, days):
    assert screen.window(chart([row()]), zoom=zoom, begins=None) == days


def test_a_chart_of_all_days_holds_them_all():
    first_on, last_on = screen.window(chart([row()], whole=True), zoom=Zoom.MONTH, begins=None)
    assert first_on <= date(2025, 6, 1)
    assert last_on >= date(2027, 3, 31)


def test_sixty_nodes_of_one_project_are_sixty_bands():
    nodes = [Node(f"第{n}道工序", State.OPEN, ON, ON) for n in range(60)]
    rows = [Row(node.name, "区住建局", "王玥", State.OPEN, "未完成", nodes=(node,), leading=node) for node in nodes]
    whole = chart(rows, of_nodes=True, groups=4)
    assert f'height="{60 * screen.MEASURES.row + 4 * screen.MEASURES.group:g}"' in drawn(whole).body
