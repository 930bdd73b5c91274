"""Stages, starts, ranks and moves: bars as long as their figures, each with its words."""

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.charts import changes, dues, funnel, gauge, ranking
from reports.charts.chart import Tone
from tests.reports.charting.samples import card, words_of

pytestmark = pytest.mark.core

counts = st.integers(0, 300)


@given(counts, counts, counts, counts)
def test_what_is_due_is_one_bar_without_holes_that_fills_the_room_with_what_is_early(on_time, late, missed, early):
    due = dues.starts(on_time=on_time, late=late, missed=missed, early=early)
    boxes = dues.segments(due, 640, whole=due.count + early, top=0, height=20)
    within = [box for part, box in zip(due.shown, boxes, strict=True) if part is not due.early]
    assert all(earlier.right == later.left for earlier, later in pairwise(within))
    assert all(box.right <= 640 + 1e-6 for box in boxes)
    assert sum(box.width for box in boxes) == pytest.approx(632 if boxes else 0)


def test_starts_are_told_as_the_bulletin_tells_them():
    chart = dues.chart([dues.starts(on_time=107, late=0, missed=33, early=11)])
    assert chart.title == "应开工 140 项，逾期未开 33 项"
    assert [each.said for each in words_of(chart.wide)] == ["应开工 140 项", "按期 107", "逾期未开 33", "提前 11"]


def test_nothing_missed_is_said_as_well():
    assert dues.chart([dues.finishes(on_time=4, late=0, missed=0, early=0)]).title == "应竣工 4 项，无逾期"


def test_nothing_due_is_not_drawn():
    assert dues.chart([dues.starts(on_time=0, late=0, missed=0, early=0)]).is_empty


def test_a_stage_tells_how_many_of_its_projects_are_overdue():
    chart = funnel.chart([funnel.Stage("主体施工", 94, 21), funnel.Stage("竣工投产", 21, 0)])
    assert chart.title == "115 项中 21 项逾期，主体施工最多（21 项）"
    assert {"94 项，逾期 21（22.3%）", "21 项"} <= {each.said for each in words_of(chart.wide)}


def test_of_no_projects_no_share_is_overdue():
    assert funnel.Stage("前期准备", 0, 0).share is None


@pytest.mark.parametrize(
    ("rank", "was", "moved"), [(1, 3, "升 2"), (2, 1, "降 1"), (3, 3, "持平"), (4, None, "新"), (None, 2, "—")]
)
def test_a_rank_says_in_words_how_it_moved(rank, was, moved):
    assert ranking.Ranked("区水利局", Decimal(50), rank, was).moved == moved


def test_a_unit_without_a_rate_has_no_bar_and_is_neither_first_nor_last():
    ranked = [
        ranking.Ranked("甲局", Decimal("60"), 1),
        ranking.Ranked("乙局", Decimal("40"), 2),
        ranking.Ranked("丙局", None, None),
    ]
    chart = ranking.chart("建设类", ranked, rate_name="开工率")
    assert chart.title == "建设类开工率：甲局最高（60.00%），乙局最低（40.00%）"
    assert chart.wide.count("<rect") == 2


def test_a_rate_above_a_hundred_stays_within_the_room():
    chart = ranking.chart("建设类", [ranking.Ranked("甲局", Decimal("250"), 1)], rate_name="投资完成率")
    assert max(each.right for each in words_of(chart.wide)) <= 640


def test_what_became_worse_stands_before_what_became_better_and_a_pause_is_neither():
    moves = [changes.Move("red", "green", 2), changes.Move("green", "paused", 1), changes.Move("green", "red", 3)]
    chart = changes.chart(moves)
    assert chart.title == "比上周：变差 3 项、变好 2 项、其他 1 项"
    assert [row[1].words for row in chart.table.rows] == ["滞后", "正常", "停缓建"]


def test_a_week_without_change_says_so():
    assert changes.chart([]).title == "比上周：亮灯没有变化"


def test_a_rate_behind_time_shows_its_gap_as_a_lined_piece():
    assert card().is_behind
    assert card().gap == "欠 8.33 个百分点"
    assert card().bar.count("<path") > card(rate="84.29", gap="4.56").bar.count("<path")


def test_an_undefined_rate_is_a_dash():
    shown = card(rate=None, gap=None)
    assert (shown.value, shown.gap, shown.is_behind) == ("—", "—", False)


def test_every_tone_is_drawn_in_a_way_of_its_own():
    one = gauge.Box(0, 0, 40, 10)
    drawn = {"".join(shape.markup for shape in dues.painted(one, tone)) for tone in Tone}
    assert len(drawn) == len(Tone)
