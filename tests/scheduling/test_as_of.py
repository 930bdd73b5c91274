"""As of which day, as known when: read from an address, said back in words."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.http import QueryDict

from projects.errors import RuleViolation
from scheduling.as_of import AsOf, asked, moment_of

TODAY = date(2026, 3, 5)
EVENING = datetime(2026, 3, 4, 10, 30, tzinfo=UTC)  # 18:30 in Beijing


def test_without_a_question_it_is_today_as_known_now():
    assert asked({}, today=TODAY) == AsOf(TODAY)
    assert AsOf(TODAY).in_words() == "截至2026年3月5日，按目前所知"


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        pytest.param("2026-03-04T18:30", EVENING, id="beijing-time"),
        pytest.param("2026-03-04 18:30", EVENING, id="with-a-blank"),
        pytest.param("2026-03-04T10:30Z", EVENING, id="utc"),
        pytest.param("2026-03-04T18:30+08:00", EVENING, id="with-its-zone"),
        pytest.param("2026-03-04T18:30 08:00", EVENING, id="as-an-address-delivers-a-plus"),
        pytest.param("2026-03-04", datetime(2026, 3, 4, 15, 59, 59, 999999, UTC), id="a-day-means-its-end"),
    ],
)
def test_a_moment_is_read(written, moment):
    assert moment_of(written) == moment


@pytest.mark.parametrize("written", ["x", "2026-13-01", "2026-03-04T24:30", "0001-01-01", "9999-12-31", "2026-3-4T1"])
def test_what_is_no_moment_is_refused(written):
    with pytest.raises(RuleViolation, match="不是有效的"):
        moment_of(written)


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        pytest.param(EVENING, "按2026年3月4日 18:30所知", id="a-moment"),
        pytest.param(moment_of("2026-02-28"), "按2026年2月28日当日终了所知", id="the-end-of-a-day"),
    ],
)
def test_earlier_knowledge_is_said_to_be_so(moment, words):
    assert AsOf(TODAY, moment).in_words() == f"截至2026年3月5日，{words}"


def test_paper_says_the_moment_instead_of_now_and_keeps_an_earlier_one():
    assert AsOf(TODAY).as_printed(at=EVENING).in_words() == "截至2026年3月5日，按2026年3月4日 18:30所知"
    asked_for = AsOf(TODAY, moment_of("2026-02-28"))
    assert asked_for.as_printed(at=EVENING) == asked_for


def test_the_address_asks_the_same_again():
    question = AsOf(date(2026, 2, 1), EVENING)
    assert asked(QueryDict(question.address()), today=TODAY) == question


def test_moments_to_choose_from_are_the_day_itself_and_the_ends_of_months():
    labels = [each["label"] for each in AsOf(date(2026, 2, 10)).moments(today=TODAY)]
    assert labels[:4] == ["目前", "2026年2月28日当日终了", "2026年2月10日当日终了", "2026年1月31日当日终了"]
    assert labels[-1] == "2025年9月30日当日终了"


def test_the_chosen_moment_is_among_them_and_selected():
    chosen = [each for each in AsOf(TODAY, EVENING).moments(today=TODAY) if each["selected"]]
    assert [each["label"] for each in chosen] == ["2026年3月4日 18:30"]
    assert moment_of(str(chosen[0]["value"])) == EVENING


def test_what_is_not_yet_over_is_not_offered():
    assert AsOf(TODAY + timedelta(days=9)).moments(today=TODAY)[1]["label"] == "2026年2月28日当日终了"
