"""GanttProject: a file of our own, with dates found by hand. 2 March 2026 is a Monday."""

from datetime import date

import pytest

from projects.backward import backward_pass
from projects.schedules import UnreadableSchedule, read

REST = 'sun="1" mon="0" tue="0" wed="0" thu="0" fri="0" sat="1"'
DAYS = (
    '<date year="2026" month="3" date="4" type="HOLIDAY"/><date year="" month="3" date="9" type="HOLIDAY"/>'
    '<date year="2026" month="3" date="7" type="WORKING_DAY"/>'
)


def task(uid: int, start: str, days: int, inside: str = "", **facts: str) -> str:
    said = "".join(f' {name.replace("_", "-")}="{value}"' for name, value in facts.items())
    return f'<task id="{uid}" name="任务{uid}" start="{start}" duration="{days}"{said}>{inside}</task>'


def then(uid: int, kind: int = 2, days: int = 0, hardness: str = "Strong") -> str:
    return f'<depend id="{uid}" type="{kind}" difference="{days}" hardness="{hardness}"/>'


def gan(*tasks: str, week: str = REST, days: str = "", weekends_only_shown: str = "false") -> bytes:
    return (
        f'<?xml version="1.0"?><project><calendars><day-types><default-week id="1" {week}/>'
        f'<only-show-weekends value="{weekends_only_shown}"/></day-types>{days}</calendars>'
        f"<tasks>{''.join(tasks)}</tasks></project>"
    ).encode()


def planned(*tasks: str, **rest):
    return backward_pass(read("own.gan", gan(*tasks, **rest)).network)


def early(plan, key: str) -> tuple[int, int]:
    one = plan.nodes[key]
    return one.early_start.day, one.early_finish.day


@pytest.mark.parametrize(
    ("relation", "expected"),
    [
        pytest.param(then(2), (6, 9), id="finish to start"),
        pytest.param(then(2, 2, 1), (9, 10), id="finish to start with a day between"),
        pytest.param(then(2, 1, 1), (3, 4), id="start to start"),
        pytest.param(then(2, 3), (4, 5), id="finish to finish"),
        pytest.param(then(2, 4, 3), (3, 4), id="start to finish"),
    ],
)
def test_four_links_with_lags(relation, expected):
    plan = planned(task(1, "2026-03-02", 4, relation), task(2, "2026-03-02", 2))
    assert early(plan, "2") == expected


def test_holidays_return_every_year_without_a_year_and_weekends_can_be_worked():
    plan = planned(task(1, "2026-03-02", 7), days=DAYS)
    assert early(plan, "1") == (2, 11)  # not the 4th, 8th, 9th; but Saturday the 7th


def test_weekends_that_are_only_shown_are_worked():
    assert early(planned(task(1, "2026-03-02", 7), weekends_only_shown="true"), "1") == (2, 8)


def test_a_task_without_a_strong_link_stays_where_it_was_put():
    plan = planned(
        task(1, "2026-03-02", 1, then(2) + then(3, hardness="Rubber")),
        task(2, "2026-03-11", 1),
        task(3, "2026-03-12", 1),
        task(4, "2026-03-13", 1),
    )
    assert [early(plan, key)[0] for key in "1234"] == [2, 3, 12, 13]


def test_an_earliest_start_set_by_hand_is_kept():
    later = task(2, "2026-03-10", 1, thirdDate="2026-03-10", thirdDate_constraint="1")
    assert early(planned(task(1, "2026-03-02", 1, then(2)), later), "2")[0] == 10


def test_a_milestone_stands_on_the_day_the_next_work_can_start():
    plan = planned(task(1, "2026-03-02", 5, then(2)), task(2, "2026-03-09", 0, meeting="true"))
    assert early(plan, "2") == (9, 9)
    assert plan.nodes["2"].late_start == date(2026, 3, 9)


def test_what_follows_a_summary_follows_all_of_it():
    parts = task(11, "2026-03-02", 2) + task(12, "2026-03-02", 4)
    schedule = read("own.gan", gan(task(1, "2026-03-02", 4, then(2) + parts), task(2, "2026-03-06", 1)))
    plan = backward_pass(schedule.network)
    assert early(plan, "2") == (6, 6)
    assert plan.nodes["11"].total_float == 2
    assert [(one.key, one.parts) for one in schedule.tasks] == [("1", ("11", "12")), ("11", ()), ("12", ()), ("2", ())]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(b"<project/>", "不是 GanttProject 文件", id="something else"),
        pytest.param(gan(), "没有任务", id="no tasks"),
        pytest.param(gan(task(1, "2026-03-02", 1) * 2), "编号有重复", id="the same key twice"),
        pytest.param(gan(task(1, "2.3.2026", 1)), "日期“2.3.2026”无法识别", id="a date"),
        pytest.param(gan(task(1, "2026-03-02", 1, then(2, 8))), "关系类型 8", id="a kind of link"),
        pytest.param(gan(task(1, "2026-03-02", 1, then(2))), "任务 2 不在文件中", id="a link to nowhere"),
        pytest.param(gan(task(1, "2026-03-02", 1).replace('"1" name', '"" name')), "没有编号", id="no key"),
        pytest.param(
            gan(task(1, "2026-03-02", 1), days='<date month="2" date="31" type="HOLIDAY"/>'), "日历", id="a day"
        ),
        pytest.param(
            gan(task(1, "2026-03-02", 1).replace('duration="1"', 'duration="1.5"')), "“1.5”不是整数", id="half a day"
        ),
        pytest.param(
            gan(task(1, "2026-03-02", 1, then(2, 3)), task(2, "2026-03-02", 1, task(3, "2026-03-02", 1))),
            "摘要任务的完成时间",
            id="the finish of a summary",
        ),
    ],
)
def test_a_broken_file_says_what_is_wrong(content, words):
    with pytest.raises(UnreadableSchedule, match=words):
        read("own.gan", content)


def test_other_kinds_of_files_are_refused():
    with pytest.raises(UnreadableSchedule, match="只能读取"):
        read("plan.mpp", b"")
