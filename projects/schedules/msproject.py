"""MS Project XML: durations and lags in minutes of working or elapsed time, calendars with working hours.

Dates follow tasks, links, constraints, deadlines and calendars as MS Project's own do. Resources do not shift them:
a file whose resources keep calendars of their own is read with a note.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from xml.etree.ElementTree import Element

from projects.backward import Link, LinkKind, Network, Node, Unit

from .msproject_calendars import calendars
from .office_hours import DAY, Calendar, OfficeHours
from .outline import Row, Schedule, UnreadableSchedule, between_work, moment_of, outlined
from .xml import parse

KINDS = {
    "0": LinkKind.FINISH_TO_FINISH,
    "1": LinkKind.FINISH_TO_START,
    "2": LinkKind.START_TO_FINISH,
    "3": LinkKind.START_TO_START,
}
# Codes of DurationFormat and LagFormat: minutes to months, the elapsed ones, and the same marked "estimated".
ELAPSED = {"4", "6", "8", "10", "12", "20", "36", "38", "40", "42", "44", "52"}
PERCENT = {"19", "20", "51", "52"}
# ConstraintType: which limits its date sets. As soon and as late as possible set none.
CONSTRAINTS: dict[str, tuple[str, ...]] = {
    "0": (),
    "1": (),
    "2": ("starts_not_before", "starts_not_after"),
    "3": ("finishes_not_before", "finishes_not_after"),
    "4": ("starts_not_before",),
    "5": ("starts_not_after",),
    "6": ("finishes_not_before",),
    "7": ("finishes_not_after",),
}
DEFAULT_LINK, DEFAULT_LAG_FORMAT, NO_CALENDAR = "1", "7", "-1"
TENTH_OF_A_MINUTE = 6


def read(content: bytes) -> Schedule[datetime]:
    project = parse(content)
    if project.tag != "Project":
        raise UnreadableSchedule("不是 MS Project 导出的 XML 文件：最外层应为 Project。")
    elements = {_uid(task): task for task in project.iterfind("Tasks/Task") if not _is_left_out(task)}
    tasks = outlined([_row(uid, task) for uid, task in elements.items()])
    work = [elements[task.key] for task in tasks if not task.parts]
    if not work:
        raise UnreadableSchedule("文件中没有任务。")
    known, own = calendars(project), _said(project, "CalendarUID")
    if own not in known:
        raise UnreadableSchedule(f"找不到项目日历（CalendarUID 为 {own or '空'}）。")
    start = _moment(project, "StartDate")
    if start is None:
        raise UnreadableSchedule("文件没有写明项目开始时间（StartDate）。")
    day_length = _whole(project, "MinutesPerDay", default=480) * 60
    if day_length <= 0:
        raise UnreadableSchedule("每天的工作时间（MinutesPerDay）应为正数。")
    network = Network(
        nodes=tuple(_node(task, known) for task in work),
        links=tuple(between_work(_links(elements, known), tasks)),
        timetable=OfficeHours({"": known[own], **known}, near=start, day_length=day_length),
        on=start,
    )
    return Schedule(
        format="msproject",
        network=network,
        tasks=tasks,
        moment=lambda text: _required(text, known[own]),
        notes=tuple(_notes(project, elements, known)),
    )


def _is_left_out(task: Element) -> bool:
    return _said(task, "IsNull") == "1" or _said(task, "Active") == "0" or _said(task, "ExternalTask") == "1"


def _row(uid: str, task: Element) -> Row:
    early = _moment(task, "EarlyStart") or _moment(task, "Start")
    return Row(uid, _name(task), _whole(task, "OutlineLevel", default=1), early)


def _node(task: Element, known: dict[str, Calendar]) -> Node[datetime]:
    limits: dict[str, Any] = {limit: _moment(task, "ConstraintDate") for limit in _constraints(task)}
    deadline = _moment(task, "Deadline")
    if deadline:
        limits["finishes_not_after"] = min(deadline, limits.get("finishes_not_after") or deadline)
    if _said(task, "Manual") == "1":
        limits["starts_not_before"] = limits["starts_not_after"] = _moment(task, "Start")
    return Node(
        key=_uid(task),
        name=_name(task),
        duration=_duration(task),
        unit=_unit(_said(task, "DurationFormat")),
        calendar=_calendar(task, known),
        started_on=_moment(task, "ActualStart"),
        finished_on=_moment(task, "ActualFinish"),
        **limits,
    )


def _constraints(task: Element) -> tuple[str, ...]:
    code = _said(task, "ConstraintType") or "0"
    if code not in CONSTRAINTS:
        raise UnreadableSchedule(f"任务“{_name(task)}”的限制类型 {code} 无法识别。")
    return CONSTRAINTS[code]


def _links(elements: dict[str, Element], known: dict[str, Calendar]) -> Iterator[Link]:
    for uid, task in elements.items():
        for link in task.iterfind("PredecessorLink"):
            predecessor = _said(link, "PredecessorUID")
            if predecessor in elements and _said(link, "CrossProject") != "1":
                yield _link(elements[predecessor], uid, link, _calendar(task, known))


def _link(before: Element, successor: str, link: Element, calendar: str) -> Link:
    code = _said(link, "Type") or DEFAULT_LINK
    if code not in KINDS:
        raise UnreadableSchedule(f"任务 {successor} 的前置关系类型 {code} 无法识别。")
    lag, lag_format = _whole(link, "LinkLag", default=0), _said(link, "LagFormat") or DEFAULT_LAG_FORMAT
    unit = _unit(lag_format)
    if lag_format in PERCENT:
        ticks = round(Decimal(_duration(before) * lag) / 100)
        unit = max(unit, _unit(_said(before, "DurationFormat")), key=lambda one: one is Unit.CALENDAR)
    else:
        ticks = lag * TENTH_OF_A_MINUTE
    return Link(_uid(before), successor, KINDS[code], ticks, unit, calendar)


def _notes(project: Element, elements: dict[str, Element], known: dict[str, Calendar]) -> Iterator[str]:
    """What is in the file and not in the network."""
    left_out = [_name(task) for task in project.iterfind("Tasks/Task") if _is_left_out(task) and _said(task, "Name")]
    if left_out:
        yield f"未计入停用或外部的任务：{'、'.join(left_out)}。"
    links = [link for task in elements.values() for link in task.iterfind("PredecessorLink")]
    dropped = [link for link in links if _said(link, "PredecessorUID") not in elements or _flag(link, "CrossProject")]
    if dropped:
        yield f"未计入 {len(dropped)} 条指向停用任务或其他项目的前置关系。"
    manual = [_name(task) for task in elements.values() if _flag(task, "Manual")]
    if manual:
        yield f"手动排程的任务按文件中的开始时间固定：{'、'.join(manual)}。"
    own_calendars = {
        _said(resource, "UID")
        for resource in project.iterfind("Resources/Resource")
        if (calendar := known.get(_said(resource, "CalendarUID"))) and (calendar.week or calendar.exceptions)
    }
    if any(_said(one, "ResourceUID") in own_calendars for one in project.iterfind("Assignments/Assignment")):
        yield "有的资源另有日历；推算按任务和项目日历，不按资源日历。"


def _required(text: str, calendar: Calendar) -> datetime:
    """A required finish; a day without a time means the end of its working hours."""
    if len(text) > len("2026-12-31"):
        return moment_of(text)
    day = date.fromisoformat(text)
    hours = calendar.hours(day)
    return moment_of(day.isoformat()) + timedelta(seconds=hours[-1][1] if hours else DAY - 1)


def _duration(task: Element) -> int:
    """In seconds."""
    text = _said(task, "Duration")
    match = re.fullmatch(r"PT(\d+)H(\d+)M(\d+)S", text)
    if not match:
        raise UnreadableSchedule(f"任务“{_name(task)}”的工期“{text}”无法识别。")
    hours, minutes, seconds = (int(part) for part in match.groups())
    return hours * 3600 + minutes * 60 + seconds


def _unit(duration_format: str) -> Unit:
    return Unit.CALENDAR if duration_format in ELAPSED else Unit.WORKING


def _calendar(task: Element, known: dict[str, Calendar]) -> str:
    """The task's own calendar, or "" for the project's."""
    uid = _said(task, "CalendarUID") or NO_CALENDAR
    if uid != NO_CALENDAR and uid not in known:
        raise UnreadableSchedule(f"任务“{_name(task)}”使用的日历 {uid} 不在文件中。")
    return "" if uid == NO_CALENDAR else uid


def _uid(task: Element) -> str:
    uid = _said(task, "UID")
    if not uid:
        raise UnreadableSchedule(f"任务“{_said(task, 'Name')}”没有编号（UID）。")
    return uid


def _name(task: Element) -> str:
    return _said(task, "Name") or f"任务 {_uid(task)}"


def _moment(element: Element, path: str) -> datetime | None:
    text = _said(element, path)
    try:
        return moment_of(text) if text else None
    except ValueError:
        raise UnreadableSchedule(f"“{_said(element, 'Name')}”的时间“{text}”（{path}）无法识别。") from None


def _whole(element: Element, path: str, *, default: int) -> int:
    text = _said(element, path)
    try:
        return int(text) if text else default
    except ValueError:
        raise UnreadableSchedule(f"“{_said(element, 'Name')}”的数值“{text}”（{path}）不是整数。") from None


def _flag(element: Element, path: str) -> bool:
    return _said(element, path) == "1"


def _said(element: Element, path: str) -> str:
    return (element.findtext(path) or "").strip()
