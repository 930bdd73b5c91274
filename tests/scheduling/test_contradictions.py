"""外绿内红: a project whose figures fit is not doubted, each contradiction is found, and the draw can be repeated."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduling.contradictions import WEIGHTS, Contradiction, Kind, Picture, Step, Week, contradictions, draw, score

pytestmark = pytest.mark.core

FRIDAY = date(2026, 11, 27)
FINISH = date(2027, 6, 30)


def weeks(*told):
    """(amount, percent) of weeks in order, the last ending on the Friday."""
    return [
        Week(FRIDAY - timedelta(weeks=len(told) - place), Decimal(amount), percent and Decimal(percent))
        for place, (amount, percent) in enumerate(told, start=1)
    ]


CLEAN = Picture(
    on=FRIDAY,
    weeks=weeks((90, 36), (100, 37), (0, 37), (110, 38), (100, 40)),
    since_start_amount=Decimal(4000),
    total_investment=Decimal(10_000),
    stages=[Step("开工建设", True, True), Step("主体施工")],
    nodes=[Step("桩基完成", True, True), Step("主体封顶")],
    photos_owed=True,
    photographed_on=FRIDAY - timedelta(days=21),
    approved_finish=FINISH,
    declared_finish=FINISH,
    paced_finish=FINISH + timedelta(days=30),
    likely_finish=FINISH,
)
SEEDED = [
    pytest.param(Kind.RATE_GAP, {"since_start_amount": Decimal(6001)}, "投资比形象进度高 20.0 个百分点", id="投资高"),
    pytest.param(Kind.RATE_GAP, {"since_start_amount": Decimal(1900)}, "投资比形象进度低 21.0 个百分点", id="投资低"),
    pytest.param(
        Kind.BEYOND_TOTAL,
        {"since_start_amount": Decimal(10_050), "weeks": weeks((50, None))},
        "超出 50 万元",
        id="超总投资",
    ),
    pytest.param(Kind.STAGE_UNPROVEN, {"stages": [Step("主体施工", True)]}, "1 个阶段报为完成", id="阶段无佐证"),
    pytest.param(
        Kind.NODE_UNPROVEN,
        {"nodes": [Step(f"节点{n}", True) for n in "甲乙丙丁"]},
        "甲、节点乙、节点丙等",
        id="节点无依据",
    ),
    pytest.param(
        Kind.COMPLETE_WITH_OPEN,
        {"weeks": weeks((90, 99), (100, 100)), "since_start_amount": Decimal(9900)},
        "还有 2 个阶段或节点没有完成：主体施工、主体封顶",
        id="满而未完",
    ),
    pytest.param(
        Kind.SAME_PERCENT,
        {"weeks": weeks((9, 38), (90, 40), (100, 40), (0, 40), (110, 40))},
        "连续 4 期形象进度都是 40.0%，其间又完成投资 210 万元",
        id="形象不变",
    ),
    pytest.param(
        Kind.MONEY_STILL,
        {"weeks": weeks((90, 36), (0, 36), (0, 37), (0, None), (0, 40))},
        "连续 4 期没有完成投资，形象进度却由 36.0% 升到 40.0%",
        id="投资不变",
    ),
    pytest.param(
        Kind.UNCHANGED,
        {"weeks": [week._replace(amount=Decimal(0), physical_percent=None, is_unchanged=True) for week in CLEAN.weeks]},
        "连续 5 期填报“无变化”（自 2026-10-30 起）",
        id="多期无变化",
    ),
    pytest.param(
        Kind.STALE_REPORT, {"stale_report": "已连续 2 期未填报"}, "不及时：已连续 2 期未填报。", id="填报陈旧"
    ),
    pytest.param(Kind.STALE_PHOTO, {"photographed_on": FRIDAY - timedelta(22)}, "已过 22 天", id="照片陈旧"),
    pytest.param(Kind.STALE_PHOTO, {"photographed_on": None}, "没有一张现场照片", id="没有照片"),
    pytest.param(Kind.FORECAST_LATE, {"likely_finish": FINISH + timedelta(15)}, "晚 15 天", id="预测晚"),
    pytest.param(Kind.DECLARED_TOO_EARLY, {"declared_finish": FINISH - timedelta(1)}, "早了 31 天", id="申报早"),
]


def test_a_project_whose_figures_fit_is_not_doubted():
    assert contradictions(CLEAN) == ()
    assert contradictions(Picture(FRIDAY)) == ()


@pytest.mark.parametrize(("kind", "said", "words"), SEEDED)
def test_each_contradiction_is_found_alone_and_with_its_numbers(kind, said, words):
    [found] = contradictions(replace(CLEAN, **said))
    assert (found.kind, found.weight) == (kind, WEIGHTS[kind])
    assert words in found.text


def test_every_kind_is_seeded_and_weighs_something():
    assert {case.values[0] for case in SEEDED} == set(Kind) == set(WEIGHTS)
    assert min(WEIGHTS.values()) > 0


@pytest.mark.parametrize(
    "said",
    [
        pytest.param({"on": FRIDAY + timedelta(40)}, id="照片陈旧"),
        pytest.param({"stale_report": "已连续 3 期未填报"}, id="填报陈旧"),
        pytest.param({"likely_finish": FINISH + timedelta(99)}, id="预测晚"),
    ],
)
def test_what_its_light_already_says_is_no_contradiction(said):
    assert contradictions(replace(CLEAN, **said))
    assert contradictions(replace(CLEAN, **said, is_normal=False)) == ()


def test_the_heaviest_comes_first_and_the_score_is_their_sum():
    found = contradictions(
        replace(CLEAN, photographed_on=None, since_start_amount=Decimal(7000), likely_finish=FINISH + timedelta(19))
    )
    assert [each.kind for each in found] == [Kind.RATE_GAP, Kind.FORECAST_LATE, Kind.STALE_PHOTO]
    assert score(found) == 45
    assert score([Contradiction(Kind.UNCHANGED, 3, ""), Contradiction(Kind.UNCHANGED, 4, "")]) == 7


SCORES = st.dictionaries(st.integers(1, 10_000), st.integers(0, 180), min_size=1, max_size=20)


def test_the_draw_of_a_seed_never_changes():
    scores = {project: project % 5 * 20 for project in range(1, 201)}
    assert draw(scores, seed="2026年第48周", size=8) == [138, 108, 59, 73, 63, 119, 34, 58]
    assert draw(scores, seed="2026年第49周", size=8) != draw(scores, seed="2026年第48周", size=8)


@given(SCORES, st.text(max_size=12), st.integers(0, 25))
def test_same_seed_same_list_in_whatever_order_the_projects_come(scores, seed, size):
    drawn = draw(scores, seed=seed, size=size)
    assert drawn == draw(dict(reversed(scores.items())), seed=seed, size=size)
    assert len(drawn) == len(set(drawn)) == min(size, len(scores))
    assert set(drawn) <= set(scores)


@given(SCORES, st.text(max_size=12), st.integers(1, 20), st.integers(1, 100), st.data())
def test_a_higher_score_never_takes_a_project_out_of_the_draw(scores, seed, size, more, data):
    drawn = draw(scores, seed=seed, size=size)
    project = data.draw(st.sampled_from(drawn))
    assert project in draw({**scores, project: scores[project] + more}, seed=seed, size=size)


@given(SCORES, st.text(max_size=12), st.data())
def test_a_project_that_leaves_changes_nobody_elses_turn(scores, seed, data):
    whole = draw(scores, seed=seed, size=len(scores))
    gone = data.draw(st.sampled_from(whole))
    rest = {project: points for project, points in scores.items() if project != gone}
    assert draw(rest, seed=seed, size=len(rest)) == [project for project in whole if project != gone]


def test_a_doubted_project_is_drawn_as_often_as_its_weight_and_nobody_is_safe():
    scores = {1: 59, 2: 29, 3: 0}
    firsts = Counter(draw(scores, seed=str(number), size=1)[0] for number in range(1500))
    assert firsts[1] / 1500 == pytest.approx(60 / 91, abs=0.04)
    assert firsts[2] / 1500 == pytest.approx(30 / 91, abs=0.04)
    assert firsts[3]
