"""计分: what was published comes out as published, and the laws every scheme keeps."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduling.score_formulas import (
    Amounts,
    BandTable,
    Case,
    Count,
    Linear,
    Manual,
    Measured,
    Places,
    RankTable,
    rounded,
)
from scheduling.score_presets import CITY_2020, HUNDRED, PRESETS, YANAN
from scheduling.score_proof import prove
from scheduling.score_texts import as_text, scheme_of
from scheduling.scoring import Absent, Entry, Item, Scheme, Subject, score, spread

pytestmark = pytest.mark.core

PLAN, _RANK, START, LATE, _SERVICE = CITY_2020.items


def percent(value, *, of=100):
    return Measured(Fraction(Decimal(value)) * of / 100, Fraction(of))


def points_of(item, measured, place=None):
    return rounded(item.formula.found(Case(measured, Fraction(item.weight), place)).points, 2)


@pytest.mark.parametrize(
    ("done", "points"),
    [
        pytest.param("100", "25.00", id="年度计划完成-基本分25"),
        pytest.param("90", "24.00", id="每低1个百分点减0.1"),
        pytest.param("110", "27.00", id="100至130每高1个百分点加0.2"),
        pytest.param("130", "31.00", id="130到顶"),
        pytest.param("140", "32.00", id="130以上每个百分点加0.1"),
        pytest.param("300", "35.00", id="加分不超过10"),
        pytest.param("0", "15.00", id="减分不超过10"),
    ],
)
def test_the_city_of_2020_scores_the_annual_plan_as_published(done, points):
    assert points_of(PLAN, percent(done)) == Decimal(points)


@pytest.mark.parametrize(
    ("started", "of", "points"),
    [
        pytest.param(4, 5, "5.00", id="5个以下-80%得5分"),
        pytest.param(3, 4, "5.00", id="75%-不足10个百分点不扣"),
        pytest.param(3, 5, "3.00", id="60%-低20个百分点减2"),
        pytest.param(1, 5, "3.00", id="减分不超过2"),
        pytest.param(5, 5, "7.00", id="100%-高20个百分点加2"),
        pytest.param(7, 10, "5.00", id="6个以上-70%得5分"),
        pytest.param(8, 10, "6.00", id="6个以上-80%加1"),
    ],
)
def test_the_start_rate_has_another_target_from_six_projects_on(started, of, points):
    assert points_of(START, Measured(Fraction(started), Fraction(of))) == Decimal(points)


def test_who_starts_nothing_this_year_gets_the_base_of_two():
    nothing = Subject({item.key: Measured() for item in CITY_2020.items} | {"start": Measured(absent="没有新开工项目")})
    found = {each.item.key: each for each in score(CITY_2020, {"某县": nothing})["某县"].items}
    assert found["start"].points == 2
    assert "没有新开工项目" in found["start"].words


def test_every_project_not_started_in_time_takes_three():
    assert points_of(LATE, Measured(Fraction(2))) == -6


def test_the_rank_table_gives_seven_five_three_and_then_nothing():
    table = CITY_2020.items[1]
    assert [points_of(table, percent(1), place) for place in (1, 3, 4, 6, 7, 10, 11)] == [7, 7, 5, 5, 3, 3, 0]


def test_yanan_adds_up_without_a_full_mark():
    said = {
        "starts": Measured(Fraction(2)),
        "continuing": Measured(Fraction(3)),
        "size": Measured(each=(Decimal(120_000), Decimal(60_000), Decimal(30_000), Decimal(9_999))),
        "industry": Measured(Fraction(1)),
        "livelihood": Measured(Fraction(1)),
        "function": Measured(Fraction(2)),
        "progress": percent(75),
        "commissioned": Measured(Fraction(1)),
    }
    entries = (Entry("集中开工", Decimal(30)), Entry("市批评", Decimal(-5)))
    found = score(YANAN, {"某县": Subject(said, entries=entries)})["某县"]
    assert {each.item.key: each.points for each in found.items} == {
        "starts": 10,
        "continuing": 6,
        "size": 39,
        "industry": 15,
        "livelihood": 8,
        "function": 12,
        "progress": 45,
        "commissioned": 20,
    }
    assert found.total == 155 + 30 - 5


def test_a_band_begins_with_its_lower_end():
    table = BandTable((Amounts(Decimal(0), Decimal(5), Decimal(1)), Amounts(Decimal(5), None, Decimal(2))))
    case = [Case(Measured(Fraction(value)), Fraction(2)) for value in ("4.99", "5")]
    assert [table.found(each).points for each in case] == [1, 2]


def test_the_hundred_points_are_all_got_by_who_did_all():
    everything = Subject({item.key: percent(100) for item in HUNDRED.items})
    found = score(HUNDRED, {"某局": everything})["某局"]
    assert found.total == 100
    assert found.rank is None, "alone in a pool nobody is ranked"


def test_what_does_not_apply_gives_its_weight_to_the_others():
    said = {item.key: percent(50) for item in HUNDRED.items} | {"finish": Measured(absent="没有应竣工项目")}
    found = score(HUNDRED, {"某局": Subject(said)})["某局"]
    assert found.total == 50
    investment, *_rest = found.items
    assert rounded(investment.weight, 2) == Decimal("41.18")
    assert "没有应竣工项目" in found.items[2].words
    assert found.items[2].points == 0


def test_who_has_nothing_that_applies_gets_no_total():
    nothing = Subject({item.key: Measured(absent="没有") for item in HUNDRED.items})
    found = score(HUNDRED, {"某局": nothing})["某局"]
    assert (found.total, found.rank) == (None, None)


def test_equal_totals_share_a_place():
    pool = {name: Subject({item.key: percent(value) for item in HUNDRED.items}) for name, value in _FOUR.items()}
    assert {name: each.rank for name, each in score(HUNDRED, pool).items()} == {"甲": 1, "乙": 2, "丙": 2, "丁": 4}


_FOUR = {"甲": 90, "乙": 80, "丙": 80, "丁": 70}


def test_bonus_and_malus_keep_to_their_most():
    entries = (Entry("表彰", Decimal(8)), Entry("先进", Decimal(7)), Entry("通报批评", Decimal(-3)))
    found = score(HUNDRED, {"某局": Subject({item.key: percent(50) for item in HUNDRED.items}, entries=entries)})
    assert (found["某局"].added, found["某局"].taken, found["某局"].total) == (10, 3, 57)


def test_less_is_better_where_the_full_line_is_below_the_other():
    returned = Linear(full=Decimal(0), nought=Decimal(20))
    points = [returned.found(Case(percent(value), Fraction(10))).points for value in (0, 5, 20, 40)]
    assert points == [10, Fraction(15, 2), 0, 0]


def test_what_nobody_gave_by_hand_is_said_to_be_open():
    assert "尚未评定" in Manual().found(Case(Measured(), Fraction(10))).words


@pytest.mark.parametrize("key", PRESETS)
def test_every_preset_is_proved_and_survives_being_stored(key):
    scheme, kinds = PRESETS[key]
    assert [prove(scheme, kind=kind) for kind in kinds] == [()] * len(kinds)
    assert scheme_of(as_text(scheme), name=scheme.name, source=scheme.source, note=scheme.note) == scheme


def _with(item: Item) -> Scheme:
    return Scheme("试", (item,), full=item.weight)


_ITEM = Item("a", "某项", Decimal(10), "investment_to_date", Linear())
_BAND = Item("a", "某项", Decimal(10), "planned_amount", Linear())


@pytest.mark.parametrize(
    ("scheme", "fault"),
    [
        pytest.param(replace(HUNDRED, items=HUNDRED.items[1:]), "各项权重合计 65 分，应为 100 分", id="权重"),
        pytest.param(Scheme("空", ()), "一个考核项也没有", id="空"),
        pytest.param(_with(replace(_ITEM, indicator="mood")), "没有“mood”这个指标", id="未知指标"),
        pytest.param(_with(replace(_ITEM, indicator="permits_in_time")), "不用于考核", id="对象不符"),
        pytest.param(
            _with(replace(_ITEM, formula=RankTable((Places(1, 3, Decimal(7)), Places(5, 6, Decimal(3)))))),
            "第 4 名至第 4 名没有得分",
            id="名次有缺",
        ),
        pytest.param(
            _with(replace(_ITEM, formula=RankTable((Places(1, 3, Decimal(7)), Places(3, 6, Decimal(3)))))),
            "第 3 名至第 3 名有两个得分",
            id="名次重叠",
        ),
        pytest.param(
            _with(replace(_BAND, formula=BandTable((Amounts(Decimal(0), Decimal(5), Decimal(1)),)))),
            "5万元以上没有得分",
            id="档位有缺",
        ),
        pytest.param(
            _with(
                replace(
                    _BAND,
                    formula=BandTable(
                        (Amounts(Decimal(0), Decimal(5), Decimal(1)), Amounts(Decimal(4), None, Decimal(2)))
                    ),
                )
            ),
            "4 至 5万元有两档",
            id="档位重叠",
        ),
        pytest.param(_with(replace(_ITEM, formula=Count(Decimal(1)))), "只用于以个数计", id="公式不符"),
        pytest.param(_with(replace(_ITEM, formula=Manual())), "须同时选用", id="人工评定"),
        pytest.param(_with(replace(_ITEM, formula=Linear(nought=Decimal(100)))), "不能相同", id="满分线等于零分线"),
        pytest.param(replace(HUNDRED, items=(*HUNDRED.items, HUNDRED.items[0])), "“投资完成”重复", id="重复"),
    ],
)
def test_a_scheme_with_a_fault_is_not_proved(scheme, fault):
    assert any(fault in text for text in prove(scheme, kind=scheme_kind()))


def scheme_kind():
    return next(iter(PRESETS["hundred"][1]))


def test_single_officials_are_never_scored_by_their_place():
    (kind,) = PRESETS["people"][1]
    ranked = _with(replace(_ITEM, formula=RankTable((Places(1, 9, Decimal(7)),))))
    assert any("不对个人排名" in text for text in prove(ranked, kind=kind))


MEASURED = st.builds(
    lambda above, below: Measured(Fraction(above), Fraction(below)), st.integers(0, 400), st.integers(1, 200)
)
ABSENT = st.just(Measured(absent="没有"))
SUBJECTS = st.builds(
    lambda values, entries: Subject(
        dict(zip((item.key for item in HUNDRED.items), values, strict=True)),
        entries=tuple(Entry("项", Decimal(points)) for points in entries),
    ),
    st.lists(MEASURED | ABSENT, min_size=7, max_size=7),
    st.lists(st.integers(-20, 20), max_size=3),
)


@given(SUBJECTS)
def test_the_weights_stay_whole_however_they_are_spread(subject):
    weights = sum(spread(HUNDRED, subject).values())
    assert weights == 100


@given(SUBJECTS)
def test_no_total_leaves_its_bounds_and_the_items_come_to_it(subject):
    found = score(replace(HUNDRED, most=Decimal(100)), {0: subject})[0]
    if found.total is None:
        return
    assert 0 <= found.total <= 100
    assert 0 <= found.added <= 10
    assert 0 <= found.taken <= 10
    wanted = sum(each.points for each in found.items) + found.added - found.taken
    assert found.total == max(0, min(wanted, 100))


@given(SUBJECTS, st.sampled_from(HUNDRED.items), st.integers(1, 100))
def test_who_does_more_never_gets_less(subject, item, more):
    before = subject.measured[item.key]
    if before.absent:
        return
    better = Measured(before.above + more, before.below)
    improved = replace(subject, measured={**subject.measured, item.key: better})
    assert score(HUNDRED, {0: improved})[0].total >= score(HUNDRED, {0: subject})[0].total


@given(st.lists(SUBJECTS, min_size=1, max_size=6), SUBJECTS)
def test_an_excused_subject_changes_nobody_else(subjects, excused):
    scheme = Scheme(
        "试", (replace(HUNDRED.items[0], formula=CITY_2020.items[1].formula), *HUNDRED.items[1:]), full=None
    )
    pool = dict(enumerate(subjects))
    with_it = score(scheme, pool | {"excused": replace(excused, excused="停缓建")})
    assert {key: with_it[key] for key in pool} == score(scheme, pool)
    assert with_it["excused"].rank is None


def test_an_item_that_does_not_apply_may_keep_its_base():
    item = replace(_ITEM, absent=Absent.BASE, base=Decimal(4))
    found = score(_with(item), {0: Subject({"a": Measured(absent="没有")}), 1: Subject({"a": percent(100)})})
    assert (found[1].total, found[0].items[0].points) == (10, 4)
