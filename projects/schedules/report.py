"""A plan as plain values for a program to read. The names are kept stable: scripts rely on them."""

from datetime import date
from fractions import Fraction
from typing import Any

from projects.backward import Plan, Scheduled, Unit, headline, sentence

from .outline import Schedule, Task

TENTHS_OF_A_MINUTE_PER_TICK = Fraction(1, 6)


def report(schedule: Schedule[Any], plan: Plan[Any]) -> dict[str, Any]:
    """Floats and durations are in days of the node's unit (periods for PSPLIB).

    ``float`` is what the finish has to spare, ``working_days_short`` what the sentence says is missing.
    """
    timetable, is_dated = plan.network.timetable, isinstance(plan.required_finish, date)
    office = timetable.axis(Unit.WORKING, "")
    length = office.between(timetable.opens(plan.network.on), timetable.closes(plan.earliest_finish))
    return {
        "format": schedule.format,
        "unit": "working_day" if is_dated else "period",
        "start": _written(plan.network.on),
        "required_finish": _written(plan.required_finish),
        "earliest_finish": _written(plan.earliest_finish),
        "length": _number(timetable.amount(length)),
        "printed_length": schedule.printed_length,
        "float": _number(timetable.amount(plan.to_spare)),
        "feasible": plan.is_feasible,
        "working_days_short": _number(timetable.amount(plan.shortage)),
        "headline": headline(plan),
        "sentence": sentence(plan) if is_dated else None,
        "driving_chain": [one.node.key for one in plan.chain],
        "warnings": [*schedule.notes, *plan.cautions, *_differences(schedule, plan)],
        "nodes": [_row(task, plan, schedule.format) for task in schedule.tasks],
    }


def _row(task: Task[Any], plan: Plan[Any], form: str) -> dict[str, Any]:
    """A summary spans the work below it and has the least of its floats."""
    work = [plan.nodes[key] for key in task.parts or (task.key,)]
    row = {
        "key": task.key,
        "name": task.name,
        "summary": bool(task.parts),
        "duration": None if task.parts else _amount(plan, work[0], work[0].node.duration),
        "unit": None if task.parts else work[0].node.unit.lower(),
        "early_start": _written(min(one.early_start for one in work)),
        "early_finish": _written(max(one.early_finish for one in work)),
        "late_start": _written(min(one.late_start for one in work)),
        "late_finish": _written(max(one.late_finish for one in work)),
        "total_float": min(_amount(plan, one, one.total_float) for one in work),
        "free_float": min(_amount(plan, one, one.free_float) for one in work),
        "critical": any(one.is_critical for one in work),
    }
    if form == "msproject":  # as MS Project writes them: tenths of a minute
        row["total_slack"] = min(_number(one.total_float * TENTHS_OF_A_MINUTE_PER_TICK) for one in work)
        row["free_slack"] = min(_number(one.free_float * TENTHS_OF_A_MINUTE_PER_TICK) for one in work)
    return row


def _differences(schedule: Schedule[Any], plan: Plan[Any]) -> list[str]:
    """Work whose early start is not the one the other program wrote."""
    return [
        f"“{task.name}”最早开始：文件中为 {_written(task.start_in_file)}，按关系推算为 {_written(one.early_start)}。"
        for task in schedule.tasks
        if not task.parts and task.start_in_file is not None
        for one in [plan.nodes[task.key]]
        if one.early_start != task.start_in_file
    ]


def _amount(plan: Plan[Any], one: Scheduled[Any], ticks: int) -> int | float:
    return _number(plan.network.timetable.amount(ticks, one.node.unit))


def _number(amount: Fraction) -> int | float:
    return int(amount) if amount.denominator == 1 else round(float(amount), 6)


def _written(moment: Any) -> int | str:
    return moment.isoformat() if isinstance(moment, date) else moment
