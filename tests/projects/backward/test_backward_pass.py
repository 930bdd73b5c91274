"""倒排工期 by hand: each case can be followed on a calendar. 2 March 2026 is a Monday."""

from datetime import date

import pytest

from projects.backward import (
    SITE,
    Blackout,
    DayTimetable,
    Link,
    LinkKind,
    Node,
    PlanError,
    Unit,
    backward_pass,
    every_year,
    headline,
    sentence,
)
from projects.workdays import Announced

from .networks import MONDAY, OFFICE, WITH_SITE, network

SUNDAY_15TH = date(2026, 3, 15)


def day(number: int, month: int = 3) -> date:
    return date(2026, month, number)


def work(key: str, days: int, **facts) -> Node:
    return Node(key=key, name=f"节点{key}", duration=days, **facts)


def calendar_work(key: str, days: int, **facts) -> Node:
    return work(key, days, unit=Unit.CALENDAR, **facts)


def dates(plan, key):
    one = plan.nodes[key]
    return one.early_start, one.early_finish, one.late_start, one.late_finish


def test_a_chain_is_worked_back_over_the_weekend():
    plan = backward_pass(network(work("a", 3), work("b", 4), links=(Link("a", "b"),)), finish=day(13))
    assert dates(plan, "a") == (day(2), day(4), day(5), day(9))
    assert dates(plan, "b") == (day(5), day(10), day(10), day(13))
    assert [one.total_float for one in plan.nodes.values()] == [3, 3]
    assert [one.free_float for one in plan.nodes.values()] == [0, 3]
    assert plan.to_spare == 3


@pytest.mark.parametrize(
    ("kind", "lag", "early", "late_of_first"),
    [
        pytest.param("FS", 0, (day(5), day(6)), (day(9), day(11)), id="finish to start"),
        pytest.param("FS", 2, (day(9), day(10)), (day(5), day(9)), id="finish to start with a lag"),
        pytest.param("FS", -1, (day(4), day(5)), (day(10), day(12)), id="finish to start overlapping"),
        pytest.param("SS", 0, (day(2), day(3)), (day(11), day(13)), id="start to start"),
        pytest.param("SS", 3, (day(5), day(6)), (day(9), day(11)), id="start to start with a lag"),
        pytest.param("FF", 0, (day(3), day(4)), (day(11), day(13)), id="finish to finish"),
        pytest.param("FF", 2, (day(5), day(6)), (day(9), day(11)), id="finish to finish with a lag"),
        pytest.param("SF", 4, (day(4), day(5)), (day(10), day(12)), id="start to finish with a lag"),
    ],
)
def test_four_links_with_lags(kind, lag, early, late_of_first):
    """A takes three days, B two; all is to be finished on Friday the 13th."""
    plan = backward_pass(
        network(work("a", 3), work("b", 2), links=(Link("a", "b", LinkKind(kind), lag),)), finish=day(13)
    )
    assert dates(plan, "b")[:2] == early
    assert dates(plan, "b")[2:] == (day(12), day(13))
    assert dates(plan, "a")[2:] == late_of_first


def test_calendar_days_run_through_the_weekend_and_working_days_do_not():
    plan = backward_pass(network(calendar_work("a", 6), work("b", 1), links=(Link("a", "b"),)))
    assert dates(plan, "a")[:2] == (day(2), day(7))  # to Saturday
    assert dates(plan, "b")[:2] == (day(9), day(9))


def test_a_calendar_lag_runs_through_the_weekend():
    curing = Link("a", "b", lag=7, unit=Unit.CALENDAR)
    plan = backward_pass(network(work("a", 4), work("b", 1), links=(curing,)), finish=day(20))
    assert dates(plan, "b")[:2] == (day(13), day(13))
    assert dates(plan, "a")[2:] == (day(9), day(12))  # 13 to 19 March the concrete hardens


def test_the_start_before_a_weekend_is_the_latest_when_the_weekend_counts_for_the_lag():
    """B must begin on Wednesday at the latest, three calendar days after A does: on Sunday, so on Friday."""
    later = Link("a", "b", LinkKind.START_TO_START, 3, Unit.CALENDAR)
    plan = backward_pass(network(work("a", 1), work("b", 3), links=(later,)), finish=day(13))
    assert dates(plan, "b")[2] == day(11)
    assert dates(plan, "a")[2:] == (day(6), day(6))


def test_the_site_rests_in_flood_season_and_the_office_does_not():
    """The site rests from 20 March to 9 April; Monday 6 April is a holiday."""
    plan = backward_pass(
        network(work("office", 25), work("site", 25, calendar=SITE), calendar_work("long", 25, calendar=SITE)),
        finish=day(30, 4),
    )
    assert dates(plan, "office")[1] == day(3, 4)
    assert dates(plan, "site")[1] == day(24, 4)  # 14 before the stop, 11 from 10 April
    assert dates(plan, "long")[1] == day(16, 4)  # 18 days before the stop, 7 from 10 April
    assert dates(plan, "site")[2] == day(6)


def test_holidays_and_made_up_days_count_as_announced():
    plan = backward_pass(network(work("a", 5), on=day(30, 4)))
    assert dates(plan, "a")[1] == day(9, 5)  # 30 April, 6, 7, 8 May and Saturday the 9th


def test_a_milestone_is_on_the_day_the_work_before_it_ends():
    links = (Link("a", "m"), Link("m", "b"))
    plan = backward_pass(network(work("a", 5), work("m", 0), work("b", 1), links=links), finish=day(10))
    assert dates(plan, "m") == (day(6), day(6), day(9), day(9))
    assert dates(plan, "b")[0] == day(9)


def test_a_milestone_that_waits_for_nothing_is_on_the_day_of_the_plan():
    plan = backward_pass(network(work("m", 0), work("b", 5), links=(Link("m", "b"),)))
    assert dates(plan, "m") == (MONDAY,) * 4


def test_what_is_done_in_working_time_never_finishes_on_a_day_of_rest():
    weekend = (calendar_work("a", 7), work("m", 0), work("b", 2))
    links = (Link("a", "m"), Link("a", "b", LinkKind.FINISH_TO_FINISH))
    plan = backward_pass(network(*weekend, links=links), finish=SUNDAY_15TH)
    assert dates(plan, "a")[1] == day(8)
    assert dates(plan, "m") == (day(9), day(9), day(13), day(13))
    assert dates(plan, "b")[1] == day(9)
    assert plan.due == SUNDAY_15TH


def test_what_has_begun_keeps_its_start_and_ends_no_earlier_than_today():
    begun = work("a", 3, started_on=date(2026, 2, 2))
    plan = backward_pass(network(begun, work("b", 1), links=(Link("a", "b"),)))
    assert dates(plan, "a")[:2] == (date(2026, 2, 2), MONDAY)
    assert dates(plan, "b")[0] == day(3)


def test_a_forecast_holds_even_on_a_saturday():
    begun = work("a", 3, started_on=date(2026, 2, 2), finishes_not_before=day(7))
    assert dates(backward_pass(network(begun)), "a")[1] == day(7)


def test_what_is_finished_waits_for_nothing_and_is_not_critical():
    done = work("b", 2, started_on=date(2026, 2, 2), finished_on=date(2026, 2, 7))
    links = (Link("a", "b"), Link("b", "c"))
    plan = backward_pass(network(work("a", 3), done, work("c", 4), links=links))
    assert dates(plan, "b")[:2] == (date(2026, 2, 2), date(2026, 2, 7))  # a Saturday, as it happened
    assert plan.nodes["a"].total_float == 1
    assert not plan.nodes["b"].is_critical
    assert [one.node.key for one in plan.chain] == ["c"]


def test_limits_of_a_node_bind_it():
    plan = backward_pass(
        network(
            work("a", 2, starts_not_before=day(4)),
            work("b", 2, finishes_not_after=day(6)),
            work("c", 2, starts_not_after=day(5)),
            work("d", 2, finishes_not_before=day(10)),
        ),
        finish=day(20),
    )
    assert dates(plan, "a")[:2] == (day(4), day(5))
    assert dates(plan, "b")[2:] == (day(5), day(6))
    assert dates(plan, "c")[2:] == (day(5), day(6))
    assert dates(plan, "d")[:2] == (day(9), day(10))


def test_a_missed_limit_of_a_node_makes_the_plan_infeasible_and_is_what_it_aims_at():
    plan = backward_pass(
        network(work("a", 4), work("b", 3, finishes_not_after=day(6)), work("c", 9), links=(Link("a", "b"),)),
        finish=day(31),
    )
    assert not plan.is_feasible
    assert (plan.due, plan.expected, plan.to_spare) == (day(6), day(10), -2)
    assert [one.node.key for one in plan.chain] == ["a", "b"]


def test_an_infeasible_plan_keeps_its_durations():
    plan = backward_pass(network(work("a", 10), calendar_work("b", 10), links=(Link("a", "b"),)), finish=day(18))
    assert dates(plan, "b") == (day(14), day(23), day(9), day(18))
    assert dates(plan, "a") == (day(2), day(13), date(2026, 2, 23), day(6))
    assert [one.total_float for one in plan.nodes.values()] == [-5, -5]
    assert headline(plan) == "工期不可行，欠 5 个工作日"


def test_missing_only_days_of_rest_is_said_in_days():
    plan = backward_pass(network(calendar_work("a", 7)), finish=day(7))
    assert headline(plan) == "工期不可行，欠 1 天"


def test_a_feasible_plan_says_what_is_to_spare():
    """After Friday 6 March: 216 days from Monday to Friday, less four holidays, and one Saturday made up."""
    plan = backward_pass(network(Node(key="a", name="通车", duration=5)), finish=date(2027, 1, 4))
    assert sentence(plan) == "要 2027 年 1 月 4 日通车，工期可行，富余 213 个工作日；目前预计 3 月 6 日"


def test_all_done_is_said():
    plan = backward_pass(network(work("a", 1, finished_on=day(2))))
    assert headline(plan) == "全部节点已完成"


def test_a_year_that_is_not_announced_is_named():
    announced = Announced({date(2026, 10, 1): False})
    timetable = DayTimetable.of(announced, near=MONDAY)
    assert backward_pass(network(work("a", 5), timetable=timetable)).cautions == ()
    (caution,) = backward_pass(network(work("a", 5), timetable=timetable), finish=date(2028, 1, 5)).cautions
    assert caution == "2027、2028 年的放假安排尚未公布（未录入），暂按周一至周五计算工作日。"


def test_a_seasonal_stop_runs_into_the_next_year():
    stops = every_year("冬季停工", first=(11, 15), last=(3, 15), years=[2025, 2026])
    assert [(stop.first, stop.last) for stop in stops] == [
        (date(2025, 11, 15), date(2026, 3, 15)),
        (date(2026, 11, 15), date(2027, 3, 15)),
    ]
    site = work("a", 1, calendar=SITE)
    plan = backward_pass(network(site, timetable=OFFICE.with_blackouts(stops)))
    assert dates(plan, "a")[0] == day(16)


@pytest.mark.parametrize(
    ("nodes", "links", "words"),
    [
        pytest.param((), (), "没有任何节点", id="nothing"),
        pytest.param((work("a", 1), work("a", 2)), (), "节点编号重复：a", id="the same key twice"),
        pytest.param((work("a", -1),), (), "“节点a”的工期为负数", id="a negative duration"),
        pytest.param((work("", 1),), (), "没有编号", id="no key"),
        pytest.param((work("a", 1),), (Link("a", "z"),), "节点 z 不存在", id="an unknown node"),
        pytest.param((work("a", 1),), (Link("a", "a"),), "循环依赖：“节点a” → “节点a”。", id="a node after itself"),
        pytest.param(
            (work("a", 1), work("b", 1), work("c", 1), work("d", 1)),
            (Link("a", "b"), Link("b", "c"), Link("c", "b"), Link("c", "d")),
            "循环依赖：“节点b” → “节点c” → “节点b”。",
            id="a circle, without what merely hangs on it",
        ),
    ],
)
def test_a_network_that_cannot_be_reckoned_says_why(nodes, links, words):
    with pytest.raises(PlanError, match=words):
        backward_pass(network(*nodes, links=links))


def test_a_site_that_never_works_is_an_error():
    forever = Blackout("长期停工", date(2020, 1, 1), date(2099, 12, 31))
    with pytest.raises(PlanError, match="没有一个工作日"):
        backward_pass(network(work("a", 1, calendar=SITE), timetable=OFFICE.with_blackouts([forever])))


def test_a_stop_that_ends_before_it_begins_is_refused():
    with pytest.raises(PlanError, match="“汛期”的结束日期 2026-03-01 早于"):
        Blackout("汛期", date(2026, 3, 2), date(2026, 3, 1))


def test_a_finish_beyond_the_calendar_is_an_error():
    with pytest.raises(PlanError, match="公元 1 年至 9999 年"):
        backward_pass(network(calendar_work("a", 4_000_000)))


def test_sites_share_the_days_of_the_office():
    assert WITH_SITE.axis(Unit.WORKING, "") is OFFICE.axis(Unit.WORKING, "")
