"""Snapshots of wall charts made by hand, for tests of what is drawn from them."""

from datetime import date, timedelta

from projects.figures import days_late
from reports.wall_chart import Bar, Group, Node, Row, State, Stretch, WallChart

ON = date(2026, 3, 5)


def row(name="滨河路综合改造工程", *, days=0, state=State.OPEN, **more):
    """A project on its way, late by so many days, or done."""
    due = ON - timedelta(days=days) if days else date(2026, 9, 30)
    state = State.LATE if days else state
    actual_on = date(2026, 2, 10) if state is State.DONE else None
    node = Node("主体结构封顶", state, date(2026, 1, 31), due, None, actual_on, days_late=days)
    bars = (
        Bar(1, Stretch(date(2025, 6, 1), date(2026, 1, 15)), Stretch(date(2025, 6, 3), date(2026, 1, 20))),
        Bar(2, Stretch(date(2026, 1, 15), date(2026, 6, 30)), Stretch(date(2026, 1, 20), ON)),
        Bar(3, Stretch(date(2026, 6, 30), date(2026, 12, 1))),
        Bar(4, Stretch(date(2026, 12, 1), date(2027, 3, 31))),
    )
    words = {State.LATE: days_late(days), State.DONE: "完成"}
    said = {"unit": "区住建局", "person": "王玥", "word": words.get(state, "主体施工"), "bars": bars, "leading": node}
    return Row(name, state=state, **(said | more))


def chart(rows, *, of_nodes=False, groups=1, **more):
    size = -(-len(rows) // groups)
    grouped = tuple(Group(f"第{turn + 1}组", tuple(rows[turn * size : (turn + 1) * size])) for turn in range(groups))
    said = {"title": "示范区重点项目挂图", "district": "示范区", "scope": "全区", "finding": "截至2026年3月5日。"}
    heads = ("项目", "牵头单位", "包联领导")
    return WallChart(**(said | more), on=ON, made_on=ON, of_nodes=of_nodes, headings=heads, groups=grouped)
