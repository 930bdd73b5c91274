"""The snapshot of a wall chart is a value: it survives being written down, and says the same twice."""

from dataclasses import replace
from datetime import date

from reports.wall_chart import Node, State, Stretch, as_json, digest, from_json
from tests.reports.charts import chart, row


def test_a_chart_read_back_is_the_chart_that_was_written():
    whole = chart(
        [row(), row(days=9), row(state=State.DONE)],
        blackouts=(Stretch(date(2026, 2, 1), date(2026, 2, 20), "春节停工"),),
    )
    assert from_json(as_json(whole)) == whole


def test_the_same_data_have_the_same_digest_and_others_another():
    assert digest(chart([row()])) == digest(chart([row()]))
    assert digest(chart([row()])) != digest(chart([row(days=1)]))
    assert digest(chart([row()])) != digest(replace(chart([row()]), on=date(2026, 3, 6)))


def test_a_state_is_said_in_a_word():
    assert Node("", State.DONE).word == "完成"
    assert Node("", State.LATE, days_late=17).word == "逾期 17 天"


def test_a_group_counts_its_rows_and_those_late_but_no_heading():
    group = chart([row(is_heading=True), row(), row(days=3)]).groups[0]
    assert group.note == "2 项，1 项逾期"


def test_the_extent_of_an_empty_chart_is_none():
    assert chart([]).extent() is None
    assert chart([row()]).extent() == (date(2025, 6, 1), date(2027, 3, 31))
