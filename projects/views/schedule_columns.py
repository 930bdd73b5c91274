"""The steps of a schedule as Excel has them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from projects.backward import Scheduled
from projects.models import Stage
from projects.sheets import Column, Kind
from projects.views.schedule_table import Row, days_of, float_of, in_order, planned


class Step(NamedTuple):
    """``reckoned`` None: only what was written down counts."""

    row: Row
    reckoned: Scheduled[date] | None
    after: str


def steps(rows: Sequence[tuple[Row, Scheduled[date] | None]], after: Mapping[int, str]) -> Iterator[Step]:
    return (Step(row, one, after[row.position]) for row, one in in_order(rows))


def _open(step: Step, name: str) -> Any:
    """What is reckoned of a step that is not done."""
    is_open = step.reckoned is not None and step.reckoned.node.finished_on is None
    return getattr(step.reckoned, name) if is_open else None


def _total(step: Step) -> str:
    total = _open(step, "total_float")
    return "" if total is None else float_of(total, step.row.unit)


COLUMNS = [
    Column[Any]("序号", lambda step: step.row.position, Kind.NUMBER),
    Column[Any]("阶段", lambda step: Stage(step.row.stage).label),
    Column[Any]("节点", lambda step: step.row.name),
    Column[Any]("办理部门", lambda step: step.row.authority),
    Column[Any]("关键节点", lambda step: step.row.is_key),
    Column[Any](
        "工期",
        lambda step: days_of(step.row.duration, step.row.unit) if step.row.duration else "",
        definition="空白的是事件，当天完成",
    ),
    Column[Any](
        "前置", lambda step: step.after, definition="须先完成的节点的序号；FS、SS、FF、SF 为衔接关系，加减为间隔"
    ),
    Column[Any]("锁定日期", lambda step: step.row.locked_on, Kind.DATE, definition="会议等定死的日期"),
    Column[Any]("计划开始", lambda step: planned(step.row, step.reckoned)[0], Kind.DATE),
    Column[Any]("计划完成", lambda step: planned(step.row, step.reckoned)[1], Kind.DATE),
    Column[Any](
        "最早完成", lambda step: _open(step, "early_finish"), Kind.DATE, definition="按今天所知推算；已完成的为空"
    ),
    Column[Any](
        "最迟开始", lambda step: _open(step, "late_start"), Kind.DATE, definition="再晚就误了要求完成日期；已完成的为空"
    ),
    Column[Any](
        "最迟完成",
        lambda step: _open(step, "late_finish"),
        Kind.DATE,
        definition="再晚就误了要求完成日期；已完成的为空",
    ),
    Column[Any]("总时差", _total, definition="最迟完成减最早完成，按工期的单位；欠的赶不上要求完成日期"),
    Column[Any](
        "实际完成",
        lambda step: step.reckoned and step.reckoned.node.finished_on,
        Kind.DATE,
        definition="登记的完成日期",
    ),
]
