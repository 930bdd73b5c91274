"""``GET /api/overdue`` and ``manage.py list_overdue``: one object per overdue milestone."""

import json
from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from projects import changed
from projects.figures import chinese_date
from projects.models import Stage
from tests.factories import (
    KeyProjectFactory,
    MilestoneFactory,
    StageTargetFactory,
    UserFactory,
    date_milestone,
    date_stage_target,
)

pytestmark = [pytest.mark.django_db, pytest.mark.core]

DUE = date(2020, 3, 5)
GONE_BY, TO_COME = "2020-03-15", "2100-03-15"
both_ways = pytest.mark.parametrize("on", [GONE_BY, TO_COME])
API = reverse("api_overdue")


def late(project, *, approved_on=DUE, **fields):
    milestone = MilestoneFactory(project=project, **fields)
    version = date_milestone(milestone, approved_on=approved_on, original_on=date(2020, 1, 5))
    changed.announce([project.pk], at=version.recorded_at)
    return milestone


def listed(capsys, *options):
    call_command("list_overdue", *options, "--json")
    return json.loads(capsys.readouterr().out)


@both_ways
def test_an_overdue_milestone_is_one_object(on, office, project, enter, capsys):
    late(project, name="主体结构封顶", responsible_person=UserFactory(full_name="周封顶"))
    expected = {
        "project_code": project.code,
        "project_name": project.name,
        "stage": "主体施工",
        "stage_code": "MAIN_CONSTRUCTION",
        "milestone": "主体结构封顶",
        "planned_on": "2020-03-05",
        "original_on": "2020-01-05",
        "days_late": (date.fromisoformat(on) - DUE).days,
        "lead_unit": "区住房和城乡建设局",
        "responsible_person": "周封顶",
        "linked_leader": "孙区长",
    }
    told = {
        "kind": "节点逾期",
        "kind_code": "NODE",
        "forecast_on": None,
        "days_late_original": expected["days_late"] + 60,
        "replans": 0,
        "split": {"own": expected["days_late"], "others": [], "weather": 0, "force_majeure": 0, "paused": 0},
        "gap_amount": None,
        "gap_points": None,
        "sentence": f"截至{chinese_date(date.fromisoformat(on))}仍未完成“主体结构封顶”，"
        f"应于 2020-03-05 完成，逾期 {expected['days_late']:,} 天",
        "cause": "",
        "promise": "",
        "is_new": None,
    }
    answer = enter(office).get(API, {"on": on}).json()
    assert answer == {"count": 1, "next": None, "previous": None, "results": [expected | told]}
    assert listed(capsys, "--on", on) == [expected]


@both_ways
def test_stage_targets_are_not_milestones(on, office, project, enter, capsys):
    version = date_stage_target(StageTargetFactory(project=project), approved_on=DUE)
    changed.announce([project.pk], at=version.recorded_at)
    assert enter(office).get(API, {"on": on}).json()["count"] == 0
    assert listed(capsys, "--on", on) == []
    for kind in ("NODE", "ALL"):
        (found,) = enter(office).get(API, {"on": on, "kind": kind}).json()["results"]
        assert (found["kind_code"], found["planned_on"]) == ("NODE", "2020-03-05")
    assert enter(office).get(API, {"on": on, "kind": "PERMIT"}).json()["count"] == 0


@both_ways
def test_the_worst_come_first_page_by_page(on, office, project, enter, capsys):
    for n in (2, 3, 1):
        late(project, approved_on=date(2020, 3, n), name=f"节点{n}")
    client = enter(office)
    pages = [client.get(API, {"on": on, "page_size": 2, "page": n}).json() for n in (1, 2)]
    assert [each["count"] for each in pages] == [3, 3]
    assert [row["milestone"] for each in pages for row in each["results"]] == ["节点1", "节点2", "节点3"]
    assert [row["milestone"] for row in listed(capsys, "--on", on)] == ["节点1", "节点2", "节点3"]


@both_ways
def test_it_is_narrowed_by_lead_unit_and_stage(on, office, project, enter):
    late(project, stage=Stage.PREPARATION)
    late(KeyProjectFactory(), stage=Stage.COMMISSIONING)
    client = enter(office)
    for address in ({"lead_unit": "区住房和城乡建设局"}, {"stage": "PREPARATION"}):
        assert [row["project_code"] for row in client.get(API, {"on": on} | address).json()["results"]] == [
            project.code
        ]


@both_ways
def test_nobody_is_told_of_projects_of_others(on, outsider, lead, project, enter):
    late(project)
    late(KeyProjectFactory())
    assert enter(outsider).get(API, {"on": on}).json()["count"] == 0
    assert enter(lead).get(API, {"on": on}).json()["count"] == 1


def test_today_is_what_is_asked_of_when_no_day_is_named(office, project, enter):
    late(project, approved_on=timezone.localdate() - timedelta(days=3))
    assert enter(office).get(API).json()["results"][0]["days_late"] == 3


def test_it_can_be_asked_as_it_was_known(office, project, enter, capsys):
    milestone = late(project)
    known_at = milestone.dates.get().recorded_at.isoformat()
    date_milestone(milestone, approved_on=DUE, actual_on=date(2020, 3, 4))
    client = enter(office)
    assert client.get(API, {"on": GONE_BY}).json()["count"] == 0
    assert client.get(API, {"on": GONE_BY, "known_at": known_at}).json()["count"] == 1
    assert len(listed(capsys, "--on", GONE_BY, "--known-at", known_at)) == 1
    assert listed(capsys, "--on", GONE_BY) == []


def test_a_day_as_the_moment_of_knowledge_means_all_that_became_known_on_it(project, capsys):
    late(project)
    today = timezone.localdate()
    assert len(listed(capsys, "--on", GONE_BY, "--known-at", today.isoformat())) == 1
    assert listed(capsys, "--on", GONE_BY, "--known-at", (today - timedelta(days=1)).isoformat()) == []


def test_a_moment_without_a_zone_is_beijing_time(project, capsys):
    recorded_at = late(project).dates.get().recorded_at
    beijing = timezone.localtime(recorded_at)
    before = (beijing - timedelta(seconds=1)).replace(tzinfo=None).isoformat()
    assert listed(capsys, "--on", GONE_BY, "--known-at", before) == []
    assert len(listed(capsys, "--on", GONE_BY, "--known-at", beijing.replace(tzinfo=None).isoformat())) == 1


@pytest.mark.parametrize(
    ("address", "words"),
    [
        pytest.param({"on": "2026-02-30"}, "“2026-02-30”不是有效的日期", id="no-such-day"),
        pytest.param({"on": "昨天"}, "“昨天”不是有效的日期", id="not-a-day"),
        pytest.param({"known_at": "2026-03-05T25:00"}, "“2026-03-05T25:00”不是有效的时刻", id="no-such-moment"),
        pytest.param({"stage": "FINISHED"}, "没有阶段“FINISHED”", id="no-such-stage"),
        pytest.param({"kind": "LATE"}, "没有类别“LATE”", id="no-such-kind"),
        pytest.param({"lead_unit": "区不存在局"}, "没有名为“区不存在局”的单位", id="no-such-unit"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(address, words, office, enter):
    response = enter(office).get(API, address)
    assert response.status_code == 400
    assert words in response.json()["detail"]


def test_the_shell_refuses_a_wrong_day_in_words():
    with pytest.raises(CommandError, match="“2026-02-30”不是有效的日期"):
        call_command("list_overdue", "--on", "2026-02-30")


def test_for_people_it_is_a_sentence_and_a_line_each(project, capsys):
    late(project, name="主体结构封顶")
    call_command("list_overdue", "--on", GONE_BY)
    heading, line = capsys.readouterr().out.splitlines()
    assert heading == "截至2020年3月15日，按目前所知，逾期节点 1 个。"
    assert line.split("\t") == [
        "逾期 10 天",
        f"{project.code} {project.name}",
        "主体施工·主体结构封顶",
        "批准 2020年3月5日",
        "区住房和城乡建设局",
    ]


@pytest.mark.parametrize("person", ["sys_admin", "sec_admin", "audit_admin"])
def test_administrators_see_no_business(person, request, enter):
    assert enter(request.getfixturevalue(person)).get(API).status_code == 403


def test_nobody_is_answered_without_signing_in(client):
    assert client.get(API).status_code == 403


@pytest.mark.parametrize(("on", "queries"), [(GONE_BY, 25), (TO_COME, 11)])
def test_many_take_as_many_queries_as_few(on, queries, office, enter, django_assert_num_queries):
    for _ in range(30):
        late(KeyProjectFactory())
    client = enter(office)
    client.get(API)
    with django_assert_num_queries(queries):
        assert len(client.get(API, {"on": on}).json()["results"]) == 30
