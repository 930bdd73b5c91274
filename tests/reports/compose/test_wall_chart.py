"""From facts to the snapshot: lateness by the one rule, any day, and as many queries for thirty projects as for one."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from projects import recorded
from projects.models import (
    BackwardSchedule,
    KeyProject,
    LibraryTier,
    NodeOutlook,
    ScheduleBlackout,
    ScheduleNode,
    ScheduleOutlook,
    Stage,
    Suspension,
    SuspensionDates,
    TierEntry,
)
from reports.compose import selection
from reports.compose import wall_chart as compose
from reports.wall_chart import State, Stretch
from tests.factories import (
    KeyProjectFactory,
    MilestoneFactory,
    StageTargetFactory,
    date_milestone,
    date_stage_target,
)

pytestmark = pytest.mark.django_db

ON = date(2026, 3, 5)
HEADING = compose.Heading("示范区", "全区", "", ON, ON)
NOON = datetime(2026, 1, 5, 12, tzinfo=ZoneInfo("Asia/Shanghai"))


def row_of(project, *, on=ON):
    heading = compose.Heading("示范区", "", "", on, on)
    return compose.of_projects([project], grouping="unit", heading=heading).rows[0]


def node_row(project, *, on=ON):
    heading = compose.Heading("示范区", "", "", on, on)
    return next(row for row in compose.of_one(project, heading=heading).rows if not row.is_heading)


def suspend(project, since, until=None, *, excused_by=None):
    version = SuspensionDates(
        suspension=Suspension.objects.create(project=project),
        suspended_on=since,
        resumed_on=until,
        reason="设计变更",
        excused_by=excused_by,
    )
    with recorded.writing() as at:
        recorded.record([version], by=None, at=at)


# What a row says


def test_a_project_is_late_by_its_worst_open_item(project):
    date_milestone(MilestoneFactory(project=project, name="封顶"), approved_on=date(2026, 2, 16))
    date_milestone(MilestoneFactory(project=project, name="基础"), approved_on=date(2026, 3, 1))
    row = row_of(project)
    assert (row.state, row.word, row.leading.name) == (State.LATE, "逾期 17 天", "封顶")


def test_it_is_not_late_on_its_approved_day(project):
    date_milestone(MilestoneFactory(project=project), approved_on=ON)
    assert row_of(project).state is State.OPEN
    assert row_of(project, on=date(2026, 3, 6)).word == "逾期 1 天"


def test_excused_days_are_not_counted(project, signer):
    date_milestone(MilestoneFactory(project=project), approved_on=date(2026, 2, 1))
    suspend(project, date(2026, 2, 11), date(2026, 2, 21), excused_by=signer)
    assert row_of(project).word == "逾期 22 天"


def test_what_is_done_later_was_late_on_an_earlier_day(project):
    date_milestone(MilestoneFactory(project=project), approved_on=date(2026, 2, 16), actual_on=date(2026, 3, 4))
    assert row_of(project).state is State.DONE
    earlier = row_of(project, on=date(2026, 2, 26))
    assert (earlier.word, earlier.leading.actual_on) == ("逾期 10 天", None)


def test_a_project_without_dates_has_no_plan_and_no_bars(project):
    row = row_of(project)
    assert (row.state, row.word) == (State.UNDATED, "未定计划")
    assert all(bar.planned is None and bar.actual is None for bar in row.bars)


def test_each_stage_is_planned_from_the_end_of_the_one_before(project):
    for stage, day in zip(Stage, (date(2026, 1, 31), date(2026, 3, 31), date(2026, 9, 30), None), strict=True):
        date_stage_target(StageTargetFactory(project=project, stage=stage), approved_on=day)
    planned = [bar.planned for bar in row_of(project).bars]
    assert planned[1] == Stretch(date(2026, 1, 31), date(2026, 3, 31))
    assert planned[2] == Stretch(date(2026, 3, 31), date(2026, 9, 30))
    assert planned[3] is None


def test_the_stage_under_way_lasts_until_the_day_of_the_chart(project):
    done, going = (
        StageTargetFactory(project=project, stage=stage) for stage in (Stage.PREPARATION, Stage.GROUNDBREAKING)
    )
    date_stage_target(done, approved_on=date(2026, 1, 31), actual_on=date(2026, 2, 3))
    date_stage_target(going, approved_on=date(2026, 6, 30))
    bars = row_of(project).bars
    assert bars[1].actual == Stretch(date(2026, 2, 3), ON)
    assert bars[2].actual is None


def test_a_suspension_is_a_blackout_and_says_so(project):
    date_milestone(MilestoneFactory(project=project), approved_on=date(2026, 9, 30))
    suspend(project, date(2026, 2, 1))
    row = row_of(project)
    assert (row.word, row.blackouts) == ("停缓建", (Stretch(date(2026, 2, 1), ON, "停缓建"),))


# One project


def test_a_node_has_its_four_dates_and_its_answer(project, lead):
    milestone = MilestoneFactory(project=project, responsible_person=lead)
    date_milestone(
        milestone, original_on=date(2026, 1, 31), approved_on=date(2026, 2, 28), forecast_on=date(2026, 3, 20)
    )
    row = node_row(project)
    node = row.nodes[0]
    assert (node.original_on, node.approved_on, node.forecast_on) == (
        date(2026, 1, 31),
        date(2026, 2, 28),
        date(2026, 3, 20),
    )
    assert (row.person, row.word) == ("李项目", "逾期 5 天")


def test_a_node_that_is_done_shows_no_forecast(project):
    date_milestone(
        MilestoneFactory(project=project),
        approved_on=date(2026, 2, 28),
        forecast_on=date(2026, 3, 20),
        actual_on=date(2026, 2, 27),
    )
    node = node_row(project).nodes[0]
    assert (node.state, node.forecast_on, node.actual_on) == (State.DONE, None, date(2026, 2, 27))


def test_nodes_stand_within_their_stages(project):
    MilestoneFactory(project=project, stage=Stage.COMMISSIONING, name="验收")
    MilestoneFactory(project=project, stage=Stage.PREPARATION, name="立项")
    groups = compose.of_one(project, heading=HEADING).groups
    assert [(group.name, [row.name for row in group.rows]) for group in groups] == [
        ("前期准备", ["立项"]),
        ("竣工投产", ["验收"]),
    ]


def test_the_finding_of_one_project_counts_its_nodes(project):
    date_milestone(MilestoneFactory(project=project, name="封顶"), approved_on=date(2026, 2, 16))
    date_milestone(MilestoneFactory(project=project), approved_on=date(2026, 2, 16), actual_on=date(2026, 2, 16))
    finding = compose.of_one(project, heading=HEADING).finding
    assert finding == "2 个节点，完成 1 个，逾期 1 个，最久的是“封顶”，逾期 17 天。"


def draft(project):
    return BackwardSchedule.objects.create(
        project=project,
        number=1,
        required_finish_on=date(2026, 12, 31),
        starts_on=date(2026, 1, 5),
        drafted_at=NOON,
    )


def approve(version, *, office, signer):
    version.state = BackwardSchedule.State.APPROVED
    version.submitted_by, version.submitted_at, version.decided_by, version.decided_at = office, NOON, signer, NOON
    version.save()


@pytest.mark.parametrize(
    ("headline", "sentence", "said"),
    [
        (
            "工期可行，富余 5 个工作日",
            "要 6 月 30 日交付，工期可行，富余 5 个工作日",
            "要 6 月 30 日交付，工期可行，富余 5 个工作日。",
        ),
        ("工期不可行，欠 5 天", "要 6 月 30 日交付，欠 5 天", "工期不可行，欠 5 天：要 6 月 30 日交付，欠 5 天。"),
    ],
)
def test_the_outlook_is_told_without_saying_its_headline_twice(project, headline, sentence, said):
    date_milestone(MilestoneFactory(project=project), approved_on=date(2026, 9, 30))
    ScheduleOutlook.objects.create(
        project=project,
        version=draft(project),
        on=ON,
        is_feasible=True,
        to_spare=5,
        due_on=ON,
        expected_on=ON,
        headline=headline,
        sentence=sentence,
    )
    assert compose.of_one(project, heading=HEADING).finding == f"1 个节点，完成 0 个，没有逾期。{said}"


def test_float_and_blackouts_come_from_the_schedule_in_force(project, signer, office):
    milestone = MilestoneFactory(project=project)
    date_milestone(milestone, approved_on=date(2026, 9, 30))
    version = draft(project)
    ScheduleBlackout.objects.create(
        version=version, name="春节停工", first_on=date(2026, 2, 10), last_on=date(2026, 2, 25)
    )
    node = ScheduleNode.objects.create(
        version=version, position=1, name="封顶", stage=milestone.stage, duration=30, milestone=milestone
    )
    approve(version, office=office, signer=signer)
    NodeOutlook.objects.create(
        project=project,
        node=node,
        milestone=milestone,
        early_start_on=date(2026, 8, 1),
        early_finish_on=date(2026, 9, 18),
        late_start_on=date(2026, 8, 13),
        late_finish_on=date(2026, 9, 30),
        total_float=12,
        free_float=0,
        is_critical=False,
        is_begun=False,
        is_done=False,
    )
    chart = compose.of_one(project, heading=HEADING)
    told = chart.rows[0].nodes[0]
    assert (told.float_days, told.float_unit) == (12, "个工作日")
    assert (told.float_from, told.float_until) == (date(2026, 9, 18), date(2026, 9, 30))
    assert chart.blackouts == (Stretch(date(2026, 2, 10), date(2026, 2, 25), "春节停工"),)


# Which projects, and how many queries


def test_neither_packages_nor_those_that_left_are_on_the_chart(project):
    KeyProjectFactory(is_package=True)
    left = KeyProjectFactory()
    entry = TierEntry(project=left, tier=LibraryTier.EXITED, entered_on=date(2026, 2, 1), reason="土地收回")
    with recorded.writing() as at:
        recorded.record([entry], by=None, at=at)
    seen = KeyProject.objects.all()
    assert set(selection.on_the_chart(seen, on=ON)) == {project}
    assert set(selection.on_the_chart(seen, on=date(2026, 1, 31))) == {project, left}


@pytest.mark.parametrize("grouping", selection.GROUPINGS)
def test_neighbours_of_one_group_stand_together(grouping, leader):
    for turn in range(6):
        KeyProjectFactory(linked_leader=leader if turn % 2 else None)
    ordered = list(selection.in_order(KeyProject.objects.all(), grouping=grouping))
    names = [group.name for group in compose.of_projects(ordered, grouping=grouping, heading=HEADING).groups]
    assert len(names) == len(set(names))


def thirty(project):
    for _ in range(29):
        KeyProjectFactory(lead_unit=project.lead_unit, linked_leader=project.linked_leader)
    for each in KeyProject.objects.all():
        for stage in Stage:
            date_milestone(MilestoneFactory(project=each, stage=stage, is_key=True), approved_on=date(2026, 2, 1))


def test_thirty_projects_take_as_many_queries_as_one(project, django_assert_num_queries):
    thirty(project)
    projects = list(selection.in_order(KeyProject.objects.all(), grouping="unit"))
    for some in (projects[:1], projects):
        with django_assert_num_queries(6):
            compose.of_projects(some, grouping="unit", heading=HEADING)


def test_sixty_nodes_take_as_many_queries_as_one(project, django_assert_num_queries):
    for number in range(60):
        date_milestone(MilestoneFactory(project=project, position=number), approved_on=date(2026, 2, 1))
    seen = KeyProject.objects.with_people().get(pk=project.pk)
    with django_assert_num_queries(9):
        assert len(compose.of_one(seen, heading=HEADING).rows) == 60
