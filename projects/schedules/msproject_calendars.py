"""The calendars of an MS Project XML file: working times, exceptions, work weeks, derived calendars."""

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import pairwise
from xml.etree.ElementTree import Element

from .office_hours import DAY, Calendar, Exceptional, Hours
from .outline import UnreadableSchedule, moment_of

USUAL_HOURS: Hours = ((8 * 3600, 12 * 3600), (13 * 3600, 17 * 3600))
EVERY_DAY = range(7)
A_DATED_DAY = 0  # DayType: 1 is Sunday, 7 Saturday, 0 a period with dates
DAILY = "1"
MOST_BASES = 20


def calendars(project: Element) -> dict[str, Calendar]:
    """By UID, each on top of its base. Raises ``UnreadableSchedule`` for exceptions that recur other than daily."""
    found = {_said(calendar, "UID"): calendar for calendar in project.iterfind("Calendars/Calendar")}
    built: dict[str, Calendar] = {}

    def build(uid: str, above: tuple[str, ...] = ()) -> Calendar:
        if uid in above or len(above) > MOST_BASES:
            raise UnreadableSchedule(f"日历 {uid} 以自身为基准日历，或层层套用过深，无法读取。")
        if uid not in built:
            base = _said(found[uid], "BaseCalendarUID")
            built[uid] = _calendar(found[uid], build(base, (*above, uid)) if base in found and base != uid else None)
        return built[uid]

    for uid in found:
        build(uid)
    return built


def _calendar(element: Element, base: Calendar | None) -> Calendar:
    name = _said(element, "Name")
    dated = [day for day in element.iterfind("WeekDays/WeekDay") if _said(day, "DayType") == str(A_DATED_DAY)]
    exceptions = [_exceptional(one, name) for one in [*element.iterfind("Exceptions/Exception"), *dated]]
    work_weeks = [
        Exceptional(*_period(one, name), _week(one.iterfind("WeekDays/WeekDay"), name))
        for one in element.iterfind("WorkWeeks/WorkWeek")
    ]
    week = _week(element.iterfind("WeekDays/WeekDay"), name)
    return Calendar(week, (*exceptions, *work_weeks), base)


def _week(days: Iterable[Element], calendar: str) -> dict[int, Hours]:
    week = {}
    for day in days:
        number = _said(day, "DayType")
        if number not in {"0", "1", "2", "3", "4", "5", "6", "7"}:
            raise UnreadableSchedule(f"日历“{calendar}”中的星期 {number or '（空）'} 不是 1 至 7。")
        if int(number) != A_DATED_DAY:
            week[(int(number) - 2) % 7] = _hours(day, calendar)
    return week


def _exceptional(element: Element, calendar: str) -> Exceptional:
    recurs = _said(element, "Type") not in ("", DAILY) or _said(element, "Period") not in ("", "1")
    if recurs:
        raise UnreadableSchedule(
            f"日历“{calendar}”的例外“{_said(element, 'Name')}”按周、按月或按年循环，无法读取；"
            "请改为具体日期后重新导出。"
        )
    return Exceptional(*_period(element, calendar), dict.fromkeys(EVERY_DAY, _hours(element, calendar)))


def _period(element: Element, calendar: str) -> tuple[date, date]:
    """The first and the last day; a period that ends at midnight ends with the day before."""
    try:
        start = moment_of(_said(element, "TimePeriod/FromDate"))
        end = moment_of(_said(element, "TimePeriod/ToDate"))
    except ValueError:
        raise UnreadableSchedule(f"日历“{calendar}”的例外“{_said(element, 'Name')}”没有写明起止日期。") from None
    return start.date(), max(start.date(), (end - timedelta(seconds=1)).date())


def _hours(day: Element, calendar: str) -> Hours:
    if _said(day, "DayWorking") != "1":
        return ()
    hours = tuple(sorted(_spans(day, calendar)))
    if any(later[0] < earlier[1] for earlier, later in pairwise(hours)):
        raise UnreadableSchedule(f"日历“{calendar}”中一天的工作时间相互重叠。")
    return hours or USUAL_HOURS


def _spans(day: Element, calendar: str) -> Iterator[tuple[int, int]]:
    for working_time in day.iterfind("WorkingTimes/WorkingTime"):
        first, last = _said(working_time, "FromTime"), _said(working_time, "ToTime")
        if not first and not last:
            continue
        start, end = _seconds(first), _seconds(last)
        if start is None or end is None or start >= (end or DAY):
            raise UnreadableSchedule(f"日历“{calendar}”中的工作时间“{first}—{last}”无法识别。")
        yield start, end or DAY  # midnight closes the day


def _seconds(clock: str) -> int | None:
    match = re.fullmatch(r"(\d{2}):(\d{2}):(\d{2})", clock)
    if not match:
        return None
    hours, minutes, seconds = (int(part) for part in match.groups())
    return hours * 3600 + minutes * 60 + seconds


def _said(element: Element, path: str) -> str:
    return (element.findtext(path) or "").strip()
