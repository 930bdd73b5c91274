"""工期不可行: the plan names the chain, the node and the authority, and squeezes nothing."""

from datetime import date
from itertools import pairwise

from projects.backward import SITE, Blackout, DayTimetable, Link, Network, Node, Unit, backward_pass, headline, sentence
from projects.workdays import Announced

# From the announcements for 2024 and 2025.
ANNOUNCED = Announced(
    dict.fromkeys([date(2024, 2, day) for day in range(10, 18)], False)
    | dict.fromkeys([date(2024, 4, 4), date(2024, 4, 5), date(2024, 10, 1), date(2025, 1, 1)], False)
    | dict.fromkeys([date(2024, 2, 4), date(2024, 2, 18), date(2024, 4, 7)], True)
    | {date(2025, 10, 1): False}
)
FLOOD_SEASON = Blackout("汛期停工", date(2024, 7, 1), date(2024, 7, 20))


def on_site(key: str, name: str, days: int) -> Node:
    return Node(key=key, name=name, duration=days, unit=Unit.CALENDAR, calendar=SITE)


def plan_of(finish: date):
    """261 days on site and 20 of flood season lie between the permit and the opening: 15 March to 20 December."""
    nodes = (
        Node(
            key="land",
            name="用地批复",
            duration=25,
            authority="市自然资源局",
            started_on=date(2024, 2, 19),
        ),
        Node(key="drawings", name="施工图审查", duration=8, authority="区住建局"),
        Node(key="permit", name="施工许可", duration=7, authority="区行政审批局", outcome="取得"),
        on_site("preparation", "施工准备", 10),
        on_site("foundation", "桩基础", 60),
        on_site("structure", "主体结构", 120),
        on_site("equipment", "设备安装", 41),
        on_site("trial", "试生产", 30),
        Node(key="opening", name="投产", duration=0, unit=Unit.CALENDAR),
    )
    steps = ("land", "permit", "preparation", "foundation", "structure", "equipment", "trial", "opening")
    links = (*(Link(*pair) for pair in pairwise(steps)), Link("drawings", "permit"))
    timetable = DayTimetable.of(ANNOUNCED, near=date(2024, 3, 12), blackouts=[FLOOD_SEASON])
    network = Network(nodes=nodes, links=links, timetable=timetable, on=date(2024, 3, 12))
    return backward_pass(network, finish=finish)


def test_an_infeasible_plan_says_which_chain_which_node_and_which_authority():
    plan = plan_of(date(2024, 12, 20))
    assert sentence(plan) == (
        "要 12 月 20 日投产，施工许可最迟 3 月 14 日取得；目前预计 4 月 2 日，"
        "欠 13 个工作日，卡点：用地批复（市自然资源局，已 22 天）"
    )
    assert headline(plan) == "工期不可行，欠 13 个工作日"


def test_the_chain_runs_from_what_is_waited_for_to_the_finish():
    chain = [one.node.name for one in plan_of(date(2024, 12, 20)).chain]
    assert chain == ["用地批复", "施工许可", "施工准备", "桩基础", "主体结构", "设备安装", "试生产", "投产"]


def test_no_duration_is_squeezed():
    plan = plan_of(date(2024, 12, 20))
    structure = plan.nodes["structure"]
    stopped = (FLOOD_SEASON.last - FLOOD_SEASON.first).days + 1
    assert (structure.late_finish - structure.late_start).days + 1 == 120 + stopped
    assert (structure.early_finish - structure.early_start).days + 1 == 120 + stopped
    assert plan.expected == date(2025, 1, 8)


def test_the_same_network_is_feasible_with_a_later_finish():
    plan = plan_of(date(2025, 1, 8))
    assert headline(plan) == "工期可行，没有富余"
    assert plan.nodes["permit"].late_finish == date(2024, 4, 2)
    assert plan.nodes["drawings"].total_float == 1
