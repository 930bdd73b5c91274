"""GanttProject ``.gan``: durations and lags in working days of the file's own calendar.

GanttProject moves a task only along its strong links. One without any stays where it was put, which is read as
"not before that day". A milestone stands on the day the following work can start.
"""

from collections.abc import Callable, Iterator
from datetime import date
from xml.etree.ElementTree import Element

from projects.backward import DayTimetable, Link, LinkKind, Network, Node

from .outline import Row, Schedule, UnreadableSchedule, between_work, outlined
from .xml import parse

KINDS = {
    "1": LinkKind.START_TO_START,
    "2": LinkKind.FINISH_TO_START,
    "3": LinkKind.FINISH_TO_FINISH,
    "4": LinkKind.START_TO_FINISH,
}
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
REST = "1"


class GanttDays(DayTimetable):
    milestones_open = True


def read(content: bytes) -> Schedule[date]:
    project = parse(content)
    if project.tag != "project" or project.find("tasks") is None:
        raise UnreadableSchedule("不是 GanttProject 文件：最外层应为 project，其下应有 tasks。")
    elements = list(_outline(project))
    starts = {_key(task): _date(task, "start") for task, _ in elements}
    if len(starts) < len(elements):
        raise UnreadableSchedule("文件中的任务编号有重复。")
    if not elements:
        raise UnreadableSchedule("文件中没有任务。")
    tasks = outlined([Row(_key(task), _name(task), level, starts[_key(task)]) for task, level in elements])
    links = list(between_work((link for task, _ in elements for link in _links(task)), tasks))
    moved = _moved(elements, {task.key: task.parts for task in tasks})
    work = {task.key for task in tasks if not task.parts}
    first = min(starts.values())
    network = Network(
        nodes=tuple(_node(task, is_moved=_key(task) in moved) for task, _ in elements if _key(task) in work),
        links=tuple(links),
        timetable=GanttDays(_works(project), near=first),
        on=first,
    )
    return Schedule(format="ganttproject", network=network, tasks=tasks, moment=date.fromisoformat)


def _outline(parent: Element) -> Iterator[tuple[Element, int]]:
    """All tasks in reading order, with their depth."""
    waiting = [(task, 0) for task in reversed(parent.findall("tasks/task"))]
    while waiting:
        task, level = waiting.pop()
        yield task, level
        waiting.extend((part, level + 1) for part in reversed(task.findall("task")))


def _node(task: Element, *, is_moved: bool) -> Node[date]:
    is_milestone = task.get("meeting") == "true"
    limits = [] if is_moved else [_date(task, "start")]
    if task.get("thirdDate-constraint") == "1":
        limits.append(_date(task, "thirdDate"))
    return Node(
        key=_key(task),
        name=_name(task),
        duration=0 if is_milestone else _whole(task, "duration"),
        starts_not_before=max(limits, default=None),
    )


def _links(task: Element) -> Iterator[Link]:
    for link in task.iterfind("depend"):
        kind = link.get("type", "2")
        if kind not in KINDS:
            raise UnreadableSchedule(f"任务“{_name(task)}”的关系类型 {kind} 无法识别。")
        yield Link(_key(task), link.get("id", ""), KINDS[kind], _whole(link, "difference", default="0", of=task))


def _moved(elements: list[tuple[Element, int]], parts: dict[str, tuple[str, ...]]) -> set[str]:
    """The tasks whose start a strong link sets, directly or through a summary they are part of."""
    reached = {
        link.get("id", "")
        for task, _ in elements
        for link in task.iterfind("depend")
        if link.get("hardness", "Strong") == "Strong"
    }
    return reached | {part for key in reached for part in parts.get(key, ())}


def _works(project: Element) -> Callable[[date], bool]:
    """Whether a day is worked: by weekday, but for the dated exceptions; one without a year returns every year."""
    week = project.find("calendars/day-types/default-week")
    rests = {number for number, name in enumerate(WEEK) if week is not None and week.get(name) == REST}
    shown = project.find("calendars/day-types/only-show-weekends")
    if shown is not None and shown.get("value") == "true":
        rests = set()
    every_year: dict[tuple[int, int], bool] = {}
    once: dict[date, bool] = {}
    for day in project.iterfind("calendars/date"):
        works = day.get("type") == "WORKING_DAY"
        if day.get("type") not in ("HOLIDAY", "WORKING_DAY"):
            continue
        if day.get("year"):
            once[_exception(day)] = works
        else:
            every_year[_exception(day).month, _exception(day).day] = works

    def is_worked(day: date) -> bool:
        if day in once:
            return once[day]
        return every_year.get((day.month, day.day), day.weekday() not in rests)

    return is_worked


def _exception(day: Element) -> date:
    leap_year = "2024"
    try:
        return date(int(day.get("year") or leap_year), int(day.get("month", "")), int(day.get("date", "")))
    except (ValueError, OverflowError):
        raise UnreadableSchedule(f"日历中的日期 {dict(day.attrib)} 无法识别。") from None


def _key(task: Element) -> str:
    key = task.get("id", "")
    if not key:
        raise UnreadableSchedule(f"任务“{_name(task)}”没有编号。")
    return key


def _name(task: Element) -> str:
    return task.get("name", "").strip() or "（未命名）"


def _date(task: Element, attribute: str) -> date:
    text = task.get(attribute, "")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UnreadableSchedule(f"任务“{_name(task)}”的日期“{text}”无法识别。") from None


def _whole(element: Element, attribute: str, *, default: str = "", of: Element | None = None) -> int:
    text = element.get(attribute, default)
    try:
        return int(text)
    except ValueError:
        task = element if of is None else of
        raise UnreadableSchedule(f"任务“{_name(task)}”的天数“{text}”不是整数。") from None
