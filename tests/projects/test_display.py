from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.paginator import Paginator
from django.template import engines
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from projects import figures

amounts = st.decimals(min_value=Decimal("-1e11"), max_value=Decimal("1e11"), places=4)
places = st.integers(min_value=0, max_value=4)


def number(text: str) -> Decimal:
    return Decimal(text.replace(",", ""))


def written(template: str, **values: object) -> str:
    engine: Any = engines["django"]
    return str(engine.from_string("{% load display %}" + template).render(values))


# Laws


@given(amounts, places)
def test_a_printed_figure_is_never_more_than_half_a_unit_off(value: Decimal, places: int) -> None:
    assert abs(Decimal(figures.shown(value, places)) - value) <= Decimal("0.5").scaleb(-places)


@given(amounts, places)
def test_a_half_is_rounded_away_from_nought(value: Decimal, places: int) -> None:
    half = Decimal("0.5").scaleb(-places)
    lower = figures.rounded(value, places)
    away = half if lower >= 0 else -half
    assert Decimal(figures.shown(lower + away, places)) == lower + 2 * away


@given(amounts, amounts, places)
def test_rounding_keeps_the_order(one: Decimal, other: Decimal, places: int) -> None:
    low, high = sorted((one, other))
    assert Decimal(figures.shown(low, places)) <= Decimal(figures.shown(high, places))


@given(amounts, places)
def test_the_sign_changes_nothing_but_the_sign(value: Decimal, places: int) -> None:
    assert Decimal(figures.shown(-value, places)) == -Decimal(figures.shown(value, places))


@given(amounts, places)
def test_as_many_decimals_are_printed_as_asked_for(value: Decimal, places: int) -> None:
    assert len(figures.shown(value, places).partition(".")[2]) == places


@given(amounts)
def test_nought_is_never_printed_with_a_sign(value: Decimal) -> None:
    texts = (figures.wan(value), figures.yi(value), figures.shown(value, 2), figures.signed(value))
    assert not [text for text in texts if text[0] in "+-" and not number(text)]


@given(amounts)
def test_thousands_are_separated_and_nothing_else_is(value: Decimal) -> None:
    assert figures.wan(value).replace(",", "") == figures.shown(value, 0)


@given(amounts)
def test_exactly_loses_nothing_and_adds_no_zeros(value: Decimal) -> None:
    assert number(figures.exactly(value)) == value
    assert figures.exactly(Decimal("1200.5000")) == "1,200.5"
    assert figures.exactly(Decimal("12345.0000")) == "12,345"


@given(amounts)
def test_yi_is_wan_divided_by_ten_thousand_before_rounding(value: Decimal) -> None:
    assert number(figures.yi(value)) == figures.rounded(value / 10000, 2)


@given(amounts)
def test_the_word_of_a_gap_agrees_with_the_figure_beside_it(value: Decimal) -> None:
    words = figures.gap_pp(value).split()
    printed = figures.rounded(value, 2)
    assert words[0] == ("超" if printed > 0 else "欠" if printed < 0 else "持平")
    assert words == ["持平"] or Decimal(words[1]) == abs(printed)


# Examples


@pytest.mark.parametrize(
    ("rate", "places", "printed"),
    [
        pytest.param("61.1429", 2, "61.14", id="云浮-2017-08上"),
        pytest.param("97.1579", 1, "97.2", id="江门-2019-10"),
        pytest.param("30.9005", 2, "30.90", id="江门-2021-03-keeps-the-nought"),
        pytest.param("54.4877", 2, "54.49", id="许昌-2021-06"),
        pytest.param("107.5558", 2, "107.56", id="汉中-2018-08-above-100"),
        pytest.param("46.8318", 1, "46.8", id="南阳四水同治-2021-06"),
        pytest.param("74.0596", 1, "74.1", id="湘西-2021-09"),
        pytest.param("21.3299", 1, "21.3", id="松阳-2025-04"),
        pytest.param("0.125", 2, "0.13", id="half-up-not-to-even"),
        pytest.param("-0.125", 2, "-0.13", id="half-away-from-nought"),
    ],
)
def test_a_rate_prints_as_the_bulletin_printed_it(rate: str, places: int, printed: str) -> None:
    assert figures.shown(Decimal(rate), places) == printed


@pytest.mark.parametrize(
    ("gap", "places", "words"),
    [
        pytest.param("13.8245", 1, "超 13.8 个百分点", id="江门-2019-10"),
        pytest.param("5.9005", 2, "超 5.90 个百分点", id="江门-2021-03"),
        pytest.param("-8.3333", 2, "欠 8.33 个百分点", id="达州-1–10月"),
        pytest.param("-1.3571", 2, "欠 1.36 个百分点", id="云浮-2017-08上"),
        pytest.param("0", 2, "持平", id="even"),
        pytest.param("-0.0049", 2, "持平", id="prints-as-nought"),
    ],
)
def test_a_gap_is_written_in_words(gap: str, places: int, words: str) -> None:
    assert figures.gap_pp(Decimal(gap), places) == words


def test_amounts_are_entered_in_wan_and_summed_up_in_yi() -> None:
    assert figures.wan(Decimal("6474000.5000")) == "6,474,001"
    assert figures.yi(Decimal("6474000.5000")) == "647.40"
    assert figures.yi(Decimal(123456789)) == "12,345.68"


def test_a_difference_shows_its_sign_unless_it_is_nought() -> None:
    printed = [figures.signed(Decimal(text)) for text in ("5.9005", "-1.3571", "0.001", "1234.5")]
    assert printed == ["+5.90", "-1.36", "0.00", "+1,234.50"]


@pytest.mark.parametrize(
    ("days", "words"), [(17, "逾期 17 天"), (7047, "逾期 7,047 天"), (0, "未逾期"), (-3, "未逾期"), (None, "—")]
)
def test_lateness_is_written_in_days(days: int | None, words: str) -> None:
    assert figures.days_late(days) == words


def test_a_date_is_long_in_a_document_and_compact_in_a_table() -> None:
    day = date(2026, 3, 5)
    assert (figures.chinese_date(day), figures.compact_date(day)) == ("2026年3月5日", "2026-03-05")


# Filters


@pytest.mark.parametrize(
    "name",
    ["shown", "wan", "yi", "percent", "signed", "gap_pp", "days_late", "chinese_date", "compact_date", "moment"],
)
def test_whatever_is_undefined_is_a_dash(name: str) -> None:
    assert written("{{ value|" + name + " }}", value=None) == "—"


def test_a_filter_takes_its_number_of_decimals() -> None:
    template = "{{ rate|percent:1 }} {{ rate|percent }} {{ rate|shown:3 }} {{ count|wan }}"
    assert written(template, rate=Decimal("97.1579"), count=1200) == "97.2% 97.16% 97.158 1,200"


def test_a_float_is_refused_because_it_is_no_longer_exact() -> None:
    with pytest.raises(TypeError, match="Decimal"):
        written("{{ value|shown }}", value=0.1)


def test_before_eight_in_the_morning_the_local_day_is_shown() -> None:
    seven_in_beijing = datetime(2026, 3, 4, 23, 0, tzinfo=UTC)
    template = "{{ at|compact_date }} {{ at|chinese_date }} {{ at|moment }}"
    assert written(template, at=seven_in_beijing) == "2026-03-05 2026年3月5日 2026-03-05 07:00"


# Components


def component(path: str, query: str = "", **values: object) -> str:
    engine: Any = engines["django"]
    return str(engine.get_template(f"components/{path}.html").render(values, RequestFactory().get(f"/{query}")))


def stage(state: str, **more: object) -> dict[str, object]:
    return {"name": "主体施工", "planned": date(2026, 2, 16), "actual": None, "state": state, **more}


def test_a_light_says_its_word_beside_its_colour() -> None:
    html = component("light", light="RED", word="滞后")
    assert 'class="light light-red"' in html
    assert "滞后" in html


def test_the_stage_bar_says_each_state_in_a_word() -> None:
    states = ("done", "late", "current", "todo")
    html = component("stage_bar", stages=[stage(state) for state in states])
    assert [word in html for word in ("已完成", "逾期", "进行中", "未开始")] == [True] * 4


def test_the_stage_bar_prefers_the_word_it_is_given() -> None:
    html = component("stage_bar", stages=[stage("late", word="逾期 17 天")])
    assert "逾期 17 天" in html
    assert "2026-02-16" in html
    assert "—" in html


def test_the_pager_keeps_the_other_parameters_of_the_address() -> None:
    html = component("pager", "?unit=3&page=2", page=Paginator(range(90), 30).page(2), unit="个项目")
    assert "?unit=3&amp;page=3" in html
    assert "第 31–60 个项目，共 90 个项目" in html


def test_a_second_click_on_a_header_turns_the_order_round_and_starts_at_page_one() -> None:
    html = component("sort_header", "?sort=-days&page=4", label="逾期", key="days", sort="-days")
    assert 'href="?sort=days"' in html
    assert 'aria-sort="descending"' in html
