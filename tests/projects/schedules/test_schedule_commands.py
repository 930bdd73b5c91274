"""``backward_pass`` and ``working_days``: what scripts rely on."""

import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from projects.models import CalendarDay

from .test_ganttproject import gan, then
from .test_ganttproject import task as gantt_task
from .test_msproject import link, project, task
from .test_psplib import INSTANCE

pytestmark = pytest.mark.core


def told(*arguments: str) -> dict:
    out = StringIO()
    call_command(*arguments, "--json", stdout=out)
    return json.loads(out.getvalue())


@pytest.fixture
def file(tmp_path):
    def written(name: str, content: bytes | str) -> str:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(path)

    return written


def test_a_psplib_file_in_periods(file):
    answer = told("backward_pass", file("own.sm", INSTANCE), "--finish=10")
    assert answer.pop("nodes")[2] == {
        "key": "3",
        "name": "任务 3",
        "summary": False,
        "duration": 6,
        "unit": "working",
        "early_start": 0,
        "early_finish": 6,
        "late_start": -1,
        "late_finish": 5,
        "total_float": -1,
        "free_float": 0,
        "critical": True,
    }
    assert answer == {
        "file": "own.sm",
        "format": "psplib",
        "unit": "period",
        "start": 0,
        "required_finish": 10,
        "earliest_finish": 11,
        "length": 11,
        "printed_length": 11,
        "float": -1,
        "feasible": False,
        "working_days_short": 1,
        "headline": "工期不可行，欠 1 期",
        "sentence": None,
        "driving_chain": ["1", "3", "4", "6"],
        "warnings": [],
    }


def test_an_ms_project_file_with_slack_in_days_and_as_ms_project_writes_it(file):
    content = project(
        task(9, 99),
        task(1, level=2),
        task(2, 16, link(1), level=2),
        task(3, 4, link(1), EarlyStart="2026-03-09T09:00:00"),
    )
    answer = told("backward_pass", file("own.xml", content))
    summary, *_, third = answer["nodes"]
    assert (summary["summary"], summary["early_start"], summary["late_finish"]) == (
        True,
        "2026-03-05T09:00:00",
        "2026-03-09T18:00:00",
    )
    assert (third["early_start"], third["late_finish"]) == ("2026-03-06T09:00:00", "2026-03-09T18:00:00")
    assert (third["total_float"], third["total_slack"], third["free_slack"]) == (1.5, 7200, 7200)
    assert answer["warnings"] == ["“任务3”最早开始：文件中为 2026-03-09T09:00:00，按关系推算为 2026-03-06T09:00:00。"]


def test_a_gantt_project_file_in_dates(file):
    content = gan(gantt_task(1, "2026-03-02", 4, then(2)), gantt_task(2, "2026-03-06", 2))
    answer = told("backward_pass", file("own.gan", content), "--finish=2026-03-06")
    assert (answer["feasible"], answer["length"], answer["float"]) == (False, 6, -1)
    assert answer["sentence"] == (
        "要 3 月 6 日任务2，任务1最迟 3 月 4 日完成；目前预计 3 月 5 日，欠 1 个工作日，卡点：任务1（尚未开始）"
    )
    assert answer["nodes"][1]["late_start"] == "2026-03-05"


def test_without_json_people_can_read_it(file):
    out = StringIO()
    call_command("backward_pass", file("own.sm", INSTANCE), stdout=out)
    first, *lines = out.getvalue().splitlines()
    assert first == "工期可行，没有富余"
    assert lines[2] == "★ 任务 3  最早 0 至 6，最迟 0 至 6，总时差 0，自由时差 0"


@pytest.mark.parametrize(
    ("name", "content", "more", "words"),
    [
        pytest.param("own.sm", "nothing", (), "不是完整的 PSPLIB", id="a broken file"),
        pytest.param("own.sm", INSTANCE, ("--finish=2026-01-01",), "第几期", id="a date where a period is due"),
        pytest.param(
            "own.gan", gan(gantt_task(1, "2026-03-02", 1)), ("--finish=soon",), "“soon”无法识别", id="no date"
        ),
        pytest.param(
            "own.sm",
            INSTANCE.replace("   5        1          1           6", "   5        1          1           3"),
            (),
            "循环依赖：“任务 3” → “任务 5” → “任务 3”",
            id="a circle",
        ),
    ],
)
def test_what_cannot_be_reckoned_is_said_in_words(file, name, content, more, words):
    with pytest.raises(CommandError, match=words):
        told("backward_pass", file(name, content), *more)


def test_a_missing_file_is_named():
    with pytest.raises(CommandError, match=r"找不到文件：nowhere\.sm"):
        told("backward_pass", "nowhere.sm")


@pytest.fixture
def national_day_2026(db):
    CalendarDay.objects.all().delete()
    CalendarDay.objects.bulk_create(
        [CalendarDay(day=date(2026, 10, day), is_workday=day == 10, name="国庆节") for day in (*range(1, 8), 10)]
    )


@pytest.mark.django_db
def test_working_days_of_an_announced_year(national_day_2026):
    answer = told("working_days", "--from=2026-09-30", "--to=2026-10-10")
    special = answer.pop("special")
    assert answer == {
        "from": "2026-09-30",
        "to": "2026-10-10",
        "calendar_days": 11,
        "working_days": 4,
        "announced": True,
        "assumed_years": [],
        "warning": None,
        "dates": ["2026-09-30", "2026-10-08", "2026-10-09", "2026-10-10"],
    }
    assert special[-1] == {"date": "2026-10-10", "is_workday": True, "name": "国庆节"}
    assert len(special) == 8


@pytest.mark.django_db
def test_a_year_that_is_not_announced_is_warned_of(national_day_2026):
    answer = told("working_days", "--from=2026-12-31", "--to=2027-01-04")
    assert answer["dates"] == ["2026-12-31", "2027-01-01", "2027-01-04"]
    assert (answer["announced"], answer["assumed_years"]) == (False, [2027])
    assert answer["warning"] == "2027 年的放假安排尚未公布（未录入），暂按周一至周五计算工作日。"


@pytest.mark.django_db
def test_the_warning_is_seen_without_json_too(national_day_2026):
    out, errors = StringIO(), StringIO()
    call_command("working_days", "--from=2027-01-04", "--to=2027-01-04", stdout=out, stderr=errors)
    assert out.getvalue() == "2027-01-04 至 2027-01-04：1 个工作日。\n2027-01-04\n"
    assert "尚未公布" in errors.getvalue()


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [("2026-03-02", "2026-03-01", "早于第一天"), ("2026-02-30", "2026-03-01", "无法识别")],
)
def test_days_that_make_no_range_are_refused(first, last, words):
    with pytest.raises(CommandError, match=words):
        told("working_days", f"--from={first}", f"--to={last}")
