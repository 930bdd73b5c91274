"""MS Project XML: files of our own, with dates found by hand. 5 March 2026 is a Thursday."""

from datetime import datetime

import pytest

from projects.backward import backward_pass
from projects.schedules import UnreadableSchedule, read

WEEK = "".join(
    f"<WeekDay><DayType>{number}</DayType><DayWorking>{int(2 <= number <= 6)}</DayWorking><WorkingTimes>"
    "<WorkingTime><FromTime>09:00:00</FromTime><ToTime>12:00:00</ToTime></WorkingTime>"
    "<WorkingTime><FromTime>13:00:00</FromTime><ToTime>18:00:00</ToTime></WorkingTime>"
    "</WorkingTimes></WeekDay>"
    for number in range(1, 8)
)


def calendar(uid: int = 1, week: str = WEEK, more: str = "", base: int = -1) -> str:
    return (
        f"<Calendar><UID>{uid}</UID><Name>日历{uid}</Name><BaseCalendarUID>{base}</BaseCalendarUID>"
        f"<WeekDays>{week}</WeekDays>{more}</Calendar>"
    )


def task(uid: int, hours: int = 8, links: str = "", level: int = 1, **facts: str) -> str:
    said = "".join(f"<{tag}>{text}</{tag}>" for tag, text in facts.items())
    return (
        f"<Task><UID>{uid}</UID><Name>任务{uid}</Name><OutlineLevel>{level}</OutlineLevel>"
        f"<Duration>PT{hours}H0M0S</Duration>{said}{links}</Task>"
    )


def link(predecessor: int, kind: int = 1, lag: int = 0, lag_format: int = 7) -> str:
    return (
        f"<PredecessorLink><PredecessorUID>{predecessor}</PredecessorUID><Type>{kind}</Type>"
        f"<LinkLag>{lag}</LinkLag><LagFormat>{lag_format}</LagFormat></PredecessorLink>"
    )


def project(*tasks: str, calendars: str | None = None, more: str = "") -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?><Project xmlns="http://schemas.microsoft.com/project">'
        "<StartDate>2026-03-05T09:00:00</StartDate><CalendarUID>1</CalendarUID><MinutesPerDay>480</MinutesPerDay>"
        f"<Calendars>{calendar() if calendars is None else calendars}</Calendars>"
        f"<Tasks>{''.join(tasks)}</Tasks>{more}</Project>"
    ).encode()


def planned(*tasks: str, finish: str | None = None, **rest):
    schedule = read("own.xml", project(*tasks, **rest))
    return backward_pass(schedule.network, finish=schedule.moment(finish) if finish else None)


def early(plan, key: str) -> tuple[str, str]:
    one = plan.nodes[key]
    return f"{one.early_start:%d %H:%M}", f"{one.early_finish:%d %H:%M}"


def late(plan, key: str) -> tuple[str, str]:
    one = plan.nodes[key]
    return f"{one.late_start:%d %H:%M}", f"{one.late_finish:%d %H:%M}"


@pytest.mark.parametrize(
    ("hours", "relation", "expected"),
    [
        pytest.param(8, link(1), ("06 09:00", "06 18:00"), id="FS"),
        pytest.param(8, link(1, 1, 2400), ("06 14:00", "09 14:00"), id="FS and four hours"),
        pytest.param(8, link(1, 1, -2400), ("05 14:00", "06 14:00"), id="FS less four hours"),
        pytest.param(8, link(1, 1, 14400, 8), ("09 09:00", "09 18:00"), id="FS and an elapsed day, to Friday night"),
        pytest.param(8, link(1, 1, -50, 19), ("05 14:00", "06 14:00"), id="FS less half of the predecessor"),
        pytest.param(8, link(1, 3, 4800), ("06 09:00", "06 18:00"), id="SS and a day"),
        pytest.param(8, link(1, 0, 2400), ("05 14:00", "06 14:00"), id="FF and four hours"),
        pytest.param(4, link(1, 2, 4800), ("05 14:00", "05 18:00"), id="SF and a day"),
        pytest.param(4, link(1, 2, 9600 + 4800), ("09 14:00", "09 18:00"), id="SF and three days, over the weekend"),
    ],
)
def test_four_links_with_lags(hours, relation, expected):
    assert early(planned(task(1), task(2, hours, relation)), "2") == expected


def test_a_finish_waits_for_the_monday_on_which_its_successor_starts():
    """As MS Project has it: finished on Friday night and on Monday morning are the same working time."""
    plan = planned(task(1, 16), task(2, links=link(1)), task(3, links=link(2, 2)))
    assert early(plan, "2") == ("09 09:00", "09 18:00")
    assert early(plan, "3") == ("06 09:00", "09 09:00")
    assert late(plan, "3") == ("09 09:00", "09 18:00")


def test_slack_is_working_time():
    plan = planned(task(1), task(2, 16, link(1)), task(3, 4, link(1)), task(4, 8, link(2) + link(3)))
    third = plan.nodes["3"]
    assert early(plan, "3") == ("06 09:00", "06 14:00")
    assert late(plan, "3") == ("09 14:00", "09 18:00")
    assert third.total_float == third.free_float == 12 * 3600
    assert not third.is_critical


def test_an_elapsed_duration_runs_through_the_night():
    plan = planned(task(1), task(2, 24, link(1), DurationFormat="8"))
    assert early(plan, "2") == ("05 18:00", "06 18:00")


def test_a_milestone_stays_at_the_end_of_a_working_day():
    plan = planned(task(1), task(2, 0, link(1)), task(3, 8, link(2)))
    assert early(plan, "2") == ("05 18:00", "05 18:00")
    assert late(plan, "2") == ("05 18:00", "05 18:00")


def test_a_required_day_means_the_end_of_its_working_hours():
    plan = planned(task(1), task(2, links=link(1)), finish="2026-03-10")
    assert plan.required_finish == datetime(2026, 3, 10, 18)
    assert late(plan, "1") == ("09 09:00", "09 18:00")
    assert planned(task(1), finish="2026-03-10T12:00:00").required_finish == datetime(2026, 3, 10, 12)


@pytest.mark.parametrize(
    ("code", "at", "expected_early", "expected_late"),
    [
        pytest.param("2", "2026-03-10T09:00:00", "10 09:00", "10 09:00", id="must start on"),
        pytest.param("3", "2026-03-10T18:00:00", "10 09:00", "10 09:00", id="must finish on"),
        pytest.param("4", "2026-03-10T09:00:00", "10 09:00", "12 09:00", id="start no earlier than"),
        pytest.param("5", "2026-03-10T09:00:00", "05 09:00", "10 09:00", id="start no later than"),
        pytest.param("6", "2026-03-10T18:00:00", "10 09:00", "12 09:00", id="finish no earlier than"),
        pytest.param("7", "2026-03-10T18:00:00", "05 09:00", "10 09:00", id="finish no later than"),
    ],
)
def test_constraints_limit_a_task(code, at, expected_early, expected_late):
    plan = planned(task(1, ConstraintType=code, ConstraintDate=at), finish="2026-03-12")
    assert early(plan, "1")[0] == expected_early
    assert late(plan, "1")[0] == expected_late


def test_a_deadline_limits_the_latest_finish():
    plan = planned(task(1, Deadline="2026-03-06T18:00:00"), finish="2026-03-12")
    assert late(plan, "1")[1] == "06 18:00"


def test_what_has_happened_stays():
    done = {"ActualStart": "2026-03-05T09:00:00", "ActualFinish": "2026-03-09T12:00:00"}
    plan = planned(task(1, **done), task(2, 8, link(1)))
    assert early(plan, "1") == ("05 09:00", "09 12:00")
    assert early(plan, "2") == ("09 13:00", "10 12:00")


HOLIDAY = "<TimePeriod><FromDate>2026-03-06T00:00:00</FromDate><ToDate>2026-03-06T23:59:00</ToDate></TimePeriod>"
SATURDAY = "<TimePeriod><FromDate>2026-03-07T00:00:00</FromDate><ToDate>2026-03-07T23:59:00</ToDate></TimePeriod>"


@pytest.mark.parametrize(
    ("exceptions", "expected"),
    [
        pytest.param(
            f"<Exceptions><Exception>{HOLIDAY}<Type>1</Type><DayWorking>0</DayWorking></Exception></Exceptions>",
            "09 18:00",
            id="a holiday",
        ),
        pytest.param(
            f"<Exceptions><Exception>{HOLIDAY}<Type>1</Type><DayWorking>0</DayWorking></Exception>"
            f"<Exception>{SATURDAY}<Type>1</Type><DayWorking>1</DayWorking><WorkingTimes><WorkingTime>"
            "<FromTime>09:00:00</FromTime><ToTime>13:00:00</ToTime></WorkingTime></WorkingTimes></Exception></Exceptions>",
            "09 14:00",
            id="a holiday, and half a Saturday made up",
        ),
        pytest.param(
            f"<WorkWeeks><WorkWeek>{HOLIDAY}<WeekDays><WeekDay><DayType>6</DayType><DayWorking>0</DayWorking></WeekDay>"
            "</WeekDays></WorkWeek></WorkWeeks>",
            "09 18:00",
            id="a week of its own",
        ),
    ],
)
def test_exceptions_change_single_days(exceptions, expected):
    plan = planned(task(1, 16), calendars=calendar(more=exceptions))
    assert early(plan, "1")[1] == expected


def test_dated_days_of_older_files_are_exceptions_too():
    dated = f"<WeekDay><DayType>0</DayType><DayWorking>0</DayWorking>{HOLIDAY}</WeekDay>"
    assert early(planned(task(1, 16), calendars=calendar(week=WEEK + dated)), "1")[1] == "09 18:00"


def test_a_task_and_the_lag_before_it_follow_the_calendar_of_the_task():
    """Calendar 2 is the project's, but works on Saturdays."""
    saturday = "<WeekDay><DayType>7</DayType><DayWorking>1</DayWorking></WeekDay>"
    both = calendar() + calendar(2, week=saturday, base=1)
    plan = planned(task(1), task(2, 8, link(1, 1, 4800), CalendarUID="2"), calendars=both)
    assert early(plan, "2") == ("07 08:00", "07 17:00")


def test_a_night_shift_ends_at_midnight():
    night = "".join(
        f"<WeekDay><DayType>{number}</DayType><DayWorking>1</DayWorking><WorkingTimes><WorkingTime>"
        "<FromTime>20:00:00</FromTime><ToTime>00:00:00</ToTime></WorkingTime></WorkingTimes></WeekDay>"
        for number in range(1, 8)
    )
    assert early(planned(task(1, 8), calendars=calendar(week=night)), "1") == ("05 20:00", "07 00:00")


def test_a_summary_is_its_parts():
    schedule = read("own.xml", project(task(9, 99, level=1), task(1, level=2), task(2, level=2), task(3, 8, link(9))))
    plan = backward_pass(schedule.network)
    assert [one.parts for one in schedule.tasks] == [("1", "2"), (), (), ()]
    assert early(plan, "3")[0] == "06 09:00"
    assert set(plan.nodes) == {"1", "2", "3"}


def test_what_is_left_out_is_said():
    schedule = read(
        "own.xml",
        project(
            task(1),
            task(2, links=link(1), Active="0"),
            task(3, links=link(2)),
            task(4, links=link(1), Manual="1", Start="2026-03-11T09:00:00"),
        ),
    )
    assert schedule.notes == (
        "未计入停用或外部的任务：任务2。",
        "未计入 1 条指向停用任务或其他项目的前置关系。",
        "手动排程的任务按文件中的开始时间固定：任务4。",
    )
    assert early(backward_pass(schedule.network), "4")[0] == "11 09:00"


def test_resources_with_calendars_of_their_own_are_said():
    both = calendar() + calendar(2, base=1)
    resources = (
        "<Resources><Resource><UID>5</UID><CalendarUID>2</CalendarUID></Resource></Resources>"
        "<Assignments><Assignment><TaskUID>1</TaskUID><ResourceUID>5</ResourceUID></Assignment></Assignments>"
    )
    assert "不按资源日历" in read("own.xml", project(task(1), calendars=both, more=resources)).notes[0]


RECURRING = f"<Exceptions><Exception><Name>国庆</Name>{HOLIDAY}<Type>2</Type></Exception></Exceptions>"
OVERLAPPING = (
    "<WeekDay><DayType>2</DayType><DayWorking>1</DayWorking><WorkingTimes>"
    "<WorkingTime><FromTime>09:00:00</FromTime><ToTime>12:00:00</ToTime></WorkingTime>"
    "<WorkingTime><FromTime>11:00:00</FromTime><ToTime>18:00:00</ToTime></WorkingTime></WorkingTimes></WeekDay>"
)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(b"<Project><Tasks>", "不是完整的 XML", id="cut off"),
        pytest.param(b"PK\x03\x04", "不是完整的 XML（第 1 行有误）", id="not XML at all"),
        pytest.param(b"", "不是完整的 XML", id="empty"),
        pytest.param(b'<?xml version="1.0" encoding="klingon"?><Project/>', "不是完整的 XML", id="an unknown encoding"),
        pytest.param(b"<Projekt/>", "不是 MS Project", id="something else"),
        pytest.param(project(), "没有任务", id="no tasks"),
        pytest.param(project(task(1), calendars=calendar(2)), "找不到项目日历", id="no calendar"),
        pytest.param(project(task(1), calendars=calendar(more=RECURRING)), "“国庆”按周、按月或按年循环", id="recurs"),
        pytest.param(project(task(1), calendars=calendar(week=OVERLAPPING)), "相互重叠", id="overlapping hours"),
        pytest.param(project(task(1), calendars=calendar(base=2) + calendar(2, base=1)), "以自身为基准", id="bases"),
        pytest.param(project(task(1).replace("PT8H0M0S", "8d")), "工期“8d”无法识别", id="a duration"),
        pytest.param(project(task(1, ConstraintType="9")), "限制类型 9", id="a constraint"),
        pytest.param(project(task(1), task(2, links=link(1, 7))), "关系类型 7", id="a kind of link"),
        pytest.param(project(task(1, CalendarUID="8")), "使用的日历 8 不在文件中", id="a calendar of a task"),
        pytest.param(project(task(1, Deadline="soon")), "时间“soon”（Deadline）", id="a moment"),
        pytest.param(
            project(task(9), task(1, level=2), task(2, links=link(9, 3))),
            "用到摘要任务的开始时间",
            id="the start of a summary",
        ),
    ],
)
def test_a_broken_file_says_what_is_wrong(content, words):
    with pytest.raises(UnreadableSchedule, match=words):
        read("own.xml", content)


def test_entities_are_refused_before_they_are_expanded():
    bomb = (
        '<!DOCTYPE Project [<!ENTITY a "哈哈哈哈"><!ENTITY b "&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;">]>'
        "<Project><Name>&c;</Name></Project>"
    )
    with pytest.raises(UnreadableSchedule, match="DOCTYPE"):
        read("own.xml", bomb.encode())


def test_elements_without_end_are_refused():
    with pytest.raises(UnreadableSchedule, match="嵌套超过 200 层"):
        read("own.xml", b"<Project>" * 100_000)
