"""编制: the sheet of a draft. Nothing typed is lost, errors name their row, and only “保存” writes."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from projects.actions import schedules
from projects.models import BackwardSchedule, Permit
from tests.projects.planning.plans import in_force, submitted, wanted

pytestmark = [pytest.mark.django_db, pytest.mark.core]


def in_days(number):
    return timezone.localdate() + timedelta(days=number)


@pytest.fixture
def schedule(project, lead):
    plan = wanted(finish=in_days(300))
    return schedules.draft(project=project, wanted=plan, by=lead, at=timezone.now())


def address(schedule, name="schedule_edit"):
    return reverse(name, args=[schedule.project.code, schedule.number])


def filled(browser, schedule, **changes):
    """What the browser would send of the sheet as it is shown, with these fields filled in otherwise."""
    context = browser.get(address(schedule)).context
    sheet = context["sheet"]
    sent = {"rows": str(len(context["rows"]))}
    for row in sheet.table.shown():
        sent |= {cell["name"]: cell["value"] for cell in row["cells"] if cell["kind"] != "check" or cell["value"]}
    for form in (sheet.heading, sheet.stops.management_form, *sheet.stops):
        sent |= {field.html_name: field.value() for field in form if field.value() is not None}
    return sent | changes


def row_of(name):
    return {"用地批复": 0, "施工许可证": 1, "基础施工": 2, "主体施工": 3, "竣工验收": 4}[name]


def field(name, column):
    return f"row-{row_of(name)}-{column}"


@pytest.mark.parametrize(
    ("who", "status"),
    [("lead", 200), ("office", 200), ("dispatcher", 403), ("signer", 403), ("leader", 403), ("outsider", 403)],
)
@pytest.mark.parametrize("name", ["schedule_edit", "schedule_discard"])
def test_it_is_for_those_who_draw_schedules_up(enter_as, schedule, who, status, name):
    assert enter_as(who).get(address(schedule, name)).status_code == status


def test_dates_that_were_worked_back_are_left_blank_and_stay_what_they_were(enter_as, schedule):
    browser = enter_as("lead")
    before = [(node.planned_start_on, node.planned_finish_on) for node in schedule.nodes.all()]
    sent = filled(browser, schedule)
    assert {sent[field(name, "planned_finish_on")] for name in ("用地批复", "竣工验收")} == {""}
    assert browser.post(address(schedule), sent | {"save": "1"}).url == address(schedule)
    assert [(node.planned_start_on, node.planned_finish_on) for node in schedule.nodes.all()] == before


def test_worked_back_again_it_shows_what_it_would_come_to_and_saves_nothing(enter_as, schedule):
    browser = enter_as("lead")
    sent = filled(browser, schedule, **{field("主体施工", "duration"): "400"})
    shown = browser.post(address(schedule), sent | {"reckon": "1"})
    assert not shown.context["finding"]["is_feasible"]
    assert "还没有保存" in shown.content.decode()
    assert schedule.nodes.get(name="主体施工").duration == 90


def test_what_is_wrong_is_said_at_its_row_as_well(enter_as, schedule):
    browser = enter_as("lead")
    shown = browser.post(address(schedule), filled(browser, schedule, **{field("主体施工", "after"): "等三号"}))
    page = shown.content.decode()
    assert page.count("前置关系“等三号”看不懂") == 2
    assert 'aria-describedby="row-3-after-wrong"' in page


def test_saved_the_whole_sheet_is_the_edition(enter_as, schedule):
    browser = enter_as("lead")
    stop = {"stops-0-name": "冬季停工", "stops-0-first_on": in_days(40), "stops-0-last_on": in_days(70)}
    typed = {
        field("主体施工", "duration"): "100",
        field("主体施工", "locked_on"): in_days(290).isoformat(),
        "required_finish_on": in_days(320).isoformat(),
    }
    browser.post(address(schedule), filled(browser, schedule, **typed, **stop, save="1"))
    schedule.refresh_from_db()
    node = schedule.nodes.get(name="主体施工")
    assert (node.duration, node.locked_on) == (100, in_days(290))
    assert schedule.required_finish_on == in_days(320)
    assert [stop.name for stop in schedule.blackouts.all()] == ["冬季停工"]


def test_a_date_somebody_typed_stays_and_its_start_is_worked_back_from_it(enter_as, schedule):
    browser = enter_as("lead")
    typed = {field("用地批复", "planned_finish_on"): in_days(60).isoformat()}
    browser.post(address(schedule), filled(browser, schedule, **typed, save="1"))
    node = schedule.nodes.get(name="用地批复")
    assert node.planned_finish_on == in_days(60)
    assert node.planned_start_on < in_days(60 - 25)
    assert filled(browser, schedule)[field("用地批复", "planned_finish_on")] == in_days(60).isoformat()


def test_all_dates_can_be_let_go_at_once(enter_as, schedule):
    browser = enter_as("lead")
    typed = {field("用地批复", "planned_finish_on"): in_days(60).isoformat(), "rework": "1"}
    rows = browser.post(address(schedule), filled(browser, schedule, **typed)).context["rows"]
    assert [cell["value"] for cell in rows[0]["cells"] if cell["name"].endswith("planned_finish_on")] == [""]


@pytest.mark.parametrize(
    ("column", "typed", "why"),
    [
        pytest.param("after", "9", "没有这一步", id="waits-for-nothing"),
        pytest.param("after", "abc", "看不懂", id="unreadable-relation"),
        pytest.param("duration", "很久", "输入整数", id="no-number"),
        pytest.param("permit_name", "选址意见书", "不在本项目的审批手续中", id="permit-of-no-project"),
        pytest.param("planned_start_on", "2027-01-05", "请一并填写计划完成", id="start-without-finish"),
    ],
)
def test_an_error_names_its_row_and_nothing_typed_is_lost(enter_as, schedule, column, typed, why):
    browser = enter_as("lead")
    changes = {field("主体施工", column): typed, field("基础施工", "authority"): "区住建局", "save": "1"}
    shown = browser.post(address(schedule), filled(browser, schedule, **changes))
    body = shown.content.decode()
    assert "第 4 行" in body
    assert why in body
    assert f'value="{typed}"' in body
    assert 'value="区住建局"' in body
    assert not schedule.nodes.filter(authority="区住建局").exists()


def test_a_circle_is_said_by_name(enter_as, schedule):
    browser = enter_as("lead")
    shown = browser.post(address(schedule), filled(browser, schedule, **{field("用地批复", "after"): "5"}, save="1"))
    assert "循环依赖" in shown.content.decode()


def test_a_stop_that_ends_before_it_begins_is_named(enter_as, schedule):
    stop = {"stops-0-name": "汛期", "stops-0-first_on": in_days(70), "stops-0-last_on": in_days(40)}
    browser = enter_as("lead")
    body = browser.post(address(schedule), filled(browser, schedule, **stop, save="1")).content.decode()
    assert "停工期第 1 行 结束日期" in body


def test_a_row_inserted_moves_the_numbers_and_the_relations_behind_it(enter_as, schedule):
    browser = enter_as("lead")
    rows = browser.post(address(schedule), filled(browser, schedule, insert="2")).context["rows"]
    told = [{cell["name"].rsplit("-", 1)[-1]: cell["value"] for cell in row["cells"]} for row in rows]
    assert [(each["position"], each["name"], each["after"]) for each in told[2:4]] == [
        ("3", "", ""),
        ("4", "基础施工", "2"),
    ]


def test_a_step_may_follow_a_permit_of_the_project(enter_as, schedule):
    permit = Permit.objects.create(project=schedule.project, phase="BUILDING", name="施工许可证")
    browser = enter_as("lead")
    typed = {field("施工许可证", "permit_name"): "施工许可证", "save": "1"}
    browser.post(address(schedule), filled(browser, schedule, **typed))
    assert schedule.nodes.get(name="施工许可证").permit == permit


def test_a_step_keeps_its_milestone_when_it_gets_another_name(enter_as, project, lead, signer):
    first = in_force(project, lead, signer, finish=in_days(300))
    browser = enter_as("lead")
    origin = {"origin": "current", "required_finish_on": in_days(300), "starts_on": timezone.localdate()}
    browser.post(reverse("schedule_new", args=[project.code]), origin)
    second = project.schedules.get(number=2)
    browser.post(address(second), filled(browser, second, **{field("用地批复", "name"): "用地预审", "save": "1"}))
    milestone = first.nodes.get(name="用地批复").milestone_id
    assert second.nodes.get(name="用地预审").milestone_id == milestone


def test_saved_and_handed_in_leads_to_the_request(enter_as, schedule, dispatcher, office):
    browser = enter_as("lead")
    answer = browser.post(address(schedule), filled(browser, schedule, submit="1"))
    assert answer.url == reverse("schedule_request", args=[schedule.pk])
    assert browser.post(answer.url, {"reason": "按年度计划倒排"}).status_code == 302
    schedule.refresh_from_db()
    assert schedule.state == BackwardSchedule.State.SUBMITTED


def test_what_waits_for_approval_is_changed_by_nobody(enter_as, schedule, lead):
    submitted(schedule, lead)
    assert enter_as("lead").get(address(schedule)).url == address(schedule, "schedule_edition")


def test_discarded_it_can_still_be_read(enter_as, schedule):
    browser = enter_as("lead")
    browser.post(address(schedule, "schedule_discard"))
    schedule.refresh_from_db()
    assert schedule.state == BackwardSchedule.State.DISCARDED
    assert browser.get(address(schedule, "schedule_edition")).status_code == 200


def test_the_sheet_costs_the_same_however_many_steps(enter_as, schedule, django_assert_num_queries):
    browser = enter_as("lead")
    sent = filled(browser, schedule)
    for row in range(5, 35):
        sent |= {f"row-{row}-{name}": value for name, value in (("stage", "COMMISSIONING"), ("unit", "WORKING"))}
        sent |= {f"row-{row}-name": f"收尾{row}", f"row-{row}-duration": "1", f"row-{row}-position": str(row + 1)}
    browser.post(address(schedule), sent | {"rows": "35", "save": "1"})
    assert schedule.nodes.count() == 35
    with django_assert_num_queries(13):
        browser.get(address(schedule))
