"""A schedule as people read it: its finding, its steps stage by stage, the chain that drives it, what is next."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from projects import figures
from projects.backward import Plan, Scheduled, Unit, headline, sentence
from projects.models import PermitState, ScheduleBlackout, Stage
from projects.planning import Reading, StopWanted, Wanted, settled
from projects.relations import Relation, written

Row = Any  # a ScheduleNode with its facts, or a StepWanted

_SOON = timedelta(days=30)
_CHAIN_SHOWN = 6
_NEXT_SHOWN = 5


def rows_of(reading: Reading) -> list[tuple[Row, Scheduled[date]]]:
    return [(row, reading.plan.nodes[str(row.pk)]) for row in reading.rows]


def rows_written(reading: Reading) -> list[tuple[Row, None]]:
    """Only what was written down: an edition that is over is not reckoned again."""
    return [(row, None) for row in reading.rows]


def rows_supposed(wanted: Wanted, plan: Plan[date]) -> list[tuple[Row, Scheduled[date]]]:
    return [(step, plan.nodes[str(step.position)]) for step in wanted.steps]


def after_of(reading: Reading) -> dict[int, str]:
    """By the position of each step, what it waits for as planners write it."""
    positions = {str(row.pk): row.position for row in reading.rows}
    waits: dict[int, list[Relation]] = {row.position: [] for row in reading.rows}
    for link in reading.network.links:
        relation = Relation(positions[link.predecessor], link.kind, link.lag, link.unit)
        waits[positions[link.successor]].append(relation)
    return {position: written(sorted(relations)) for position, relations in waits.items()}


def after_wanted(wanted: Wanted) -> dict[int, str]:
    return {step.position: written(step.after) for step in wanted.steps}


def finding(plan: Plan[date]) -> dict[str, Any]:
    """The first answer: can the finish be kept, and what must be known beside it."""
    return {
        "headline": headline(plan),
        "sentence": f"{sentence(plan)}。",
        "is_feasible": plan.is_feasible,
        "cautions": plan.cautions,
        "chain": [_chained(one, plan.network.on) for one in plan.chain[:_CHAIN_SHOWN]],
        "chain_rest": [_chained(one, plan.network.on) for one in plan.chain[_CHAIN_SHOWN:]],
    }


def _chained(one: Scheduled[date], on: date) -> dict[str, Any]:
    begun = one.node.started_on
    waiting = _("已 %(days)d 天") % {"days": (on - begun).days} if begun else _("未开始")
    return {
        "name": one.node.name,
        "authority": one.node.authority,
        "state": _("已完成") if one.node.finished_on else waiting,
        "late": figures.compact_date(one.late_finish),
        "early": figures.compact_date(one.early_finish),
        "is_short": one.total_float < 0 and not one.node.finished_on,
    }


def next_steps(rows: Iterable[tuple[Row, Scheduled[date]]], *, on: date) -> list[dict[str, Any]]:
    """What must begin or end within the month at the latest, or should have; the most pressing first."""
    open_ones = [(row, one) for row, one in rows if one.node.finished_on is None]
    pressing = sorted((_pressing(row, one) for row, one in open_ones), key=lambda each: (each["day"], each["position"]))
    return [each | _pressed(each["day"], on) for each in pressing if each["day"] <= on + _SOON][:_NEXT_SHOWN]


def _pressing(row: Row, one: Scheduled[date]) -> dict[str, Any]:
    begun = one.node.started_on is not None
    return {
        "position": row.position,
        "name": row.name,
        "authority": row.authority,
        "verb": _("最迟完成") if begun else _("最迟开始"),
        "day": one.late_finish if begun else one.late_start,
    }


def _pressed(day: date, on: date) -> dict[str, Any]:
    days = (day - on).days
    if days < 0:
        return {"left": _("已过 %(days)d 天") % {"days": -days}, "is_past": True}
    return {"left": _("还有 %(days)d 天") % {"days": days} if days else _("就是今天"), "is_past": False}


def groups(rows: Iterable[tuple[Row, Scheduled[date] | None]], after: Mapping[int, str]) -> list[dict[str, Any]]:
    """The steps under their stages, each stage with the day its last step is planned for and can be at the latest."""
    by_stage = groupby(in_order(rows), lambda pair: pair[0].stage)
    return [_group(Stage(stage), list(of_stage), after) for stage, of_stage in by_stage]


def in_order(rows: Iterable[tuple[Row, Scheduled[date] | None]]) -> list[tuple[Row, Scheduled[date] | None]]:
    """By stage, then as they are numbered."""
    order = list(Stage.values)
    return sorted(rows, key=lambda pair: (order.index(pair[0].stage), pair[0].position))


def _group(
    stage: Stage, rows: Sequence[tuple[Row, Scheduled[date] | None]], after: Mapping[int, str]
) -> dict[str, Any]:
    finishes = [planned(row, one)[1] for row, one in rows]
    open_ones = [one.late_finish for _row, one in rows if one and one.node.finished_on is None]
    return {
        "stage": stage.label,
        "last_on": figures.compact_date(max(day for day in finishes if day) if any(finishes) else None),
        "late_on": figures.compact_date(max(open_ones)) if open_ones else "",
        "rows": [_line(row, one, after[row.position]) for row, one in rows],
    }


def planned(row: Row, one: Scheduled[date] | None) -> tuple[date | None, date | None]:
    """计划开始 and 计划完成: as written, else as reckoned; None where neither says a day."""
    if row.planned_finish_on or one is None:
        return row.planned_start_on, row.planned_finish_on
    return settled(one)


def _line(row: Row, one: Scheduled[date] | None, after: str) -> dict[str, Any]:
    milestone = getattr(row, "milestone_id", None)
    start, finish = planned(row, one)
    line = {
        "position": row.position,
        "name": row.name,
        "url": reverse("milestone", args=[milestone]) if milestone else "",
        "is_key": row.is_key,
        "authority": row.authority,
        "duration": days_of(row.duration, row.unit) if row.duration else _("事件"),
        "after": after or "—",
        "locked": figures.compact_date(row.locked_on) if row.locked_on else "",
        "start": figures.compact_date(start),
        "finish": figures.compact_date(finish),
    }
    if one is None:
        return line
    return line | {"is_critical": one.is_critical} | _dates(row, one) | _slack(row, one) | _state(row, one)


def _dates(row: Row, one: Scheduled[date]) -> dict[str, str]:
    """原定、批准、预计、实际, and between which days it has to lie. 预计 is what is possible as things stand."""
    done = one.node.finished_on
    approved = getattr(row, "approved_on", None)
    days = {
        "original": getattr(row, "original_on", None),
        "approved": approved,
        "forecast": None if done else one.early_finish,
        "actual": done,
        "late_start": None if done else one.late_start,
        "late_finish": None if done else one.late_finish,
        "early_finish": one.early_finish,
    }
    moved = approved is not None and approved != days["original"]
    return {name: figures.compact_date(day) for name, day in days.items()} | {"moved": "yes" if moved else ""}


def _slack(row: Row, one: Scheduled[date]) -> dict[str, Any]:
    if one.node.finished_on:
        return {"total": "—", "free": "—", "is_short": False}
    return {
        "total": float_of(one.total_float, row.unit),
        "free": days_of(one.free_float, row.unit),
        "is_short": one.total_float < 0,
    }


def _state(row: Row, one: Scheduled[date]) -> dict[str, str]:
    """Its word, and the shape the page draws for it."""
    approved = getattr(row, "approved_on", None)
    done, begun = one.node.finished_on, one.node.started_on
    late = (one.early_finish - approved).days if approved and not done else 0
    if getattr(row, "permit_status", None) == PermitState.Status.NOT_CONCERNED:
        word = _("不涉及")
    else:
        word = _("已完成") if done else _("进行中") if begun else _("未开始")
    return {
        "state": word,
        "shape": "done" if done else "begun" if begun else "todo",
        "slip": _("预计晚 %(days)d 天") % {"days": late} if late > 0 else "",
    }


def days_of(number: int, unit: str) -> str:
    """Of calendar days is said 天, of working days 工作日."""
    return f"{number} {_('工作日') if unit == Unit.WORKING else _('天')}"


def float_of(number: int, unit: str) -> str:
    return _("欠 %(days)s") % {"days": days_of(-number, unit)} if number < 0 else days_of(number, unit)


def stops(wanted: Iterable[StopWanted | ScheduleBlackout]) -> list[dict[str, str]]:
    return [
        {
            "name": stop.name,
            "span": _("%(first)s 至 %(last)s") % {"first": stop.first_on, "last": stop.last_on},
            "days": _("%(days)d 天") % {"days": (stop.last_on - stop.first_on).days + 1},
        }
        for stop in wanted
    ]
