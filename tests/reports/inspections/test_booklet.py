"""观摩手册: what it says of the round, of every stop, of the round before; and in how many questions."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from django.utils.timezone import localdate

from projects.actions import stored_files
from projects.models import AnnualPlan, PlanEntry, PlanVersion
from reports import snapshots
from reports.compose import inspection_booklet as compose
from reports.compose.stop_pages import photos_of
from reports.inspection_booklet import Booklet
from scheduling.models import ProblemRequest, Recusal
from tests.factories import MilestoneFactory, UnitFactory, date_milestone
from tests.reports import rounds
from tests.scheduling.reporting_samples import enter_tier, report, week_of

pytestmark = [pytest.mark.django_db, pytest.mark.core]
BEIJING = ZoneInfo("Asia/Shanghai")


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def composed(opened, at=None):
    at = at or timezone.now()
    asked = compose.Asked("示范区", "示范区人民政府办公室", "http://zdxm.example", localdate(at), at)
    return compose.of_round(opened, asked)


def photo_of(project, by, day, caption=""):
    taken_at = datetime(2026, *day, 9, tzinfo=BEIJING)
    content = f"{project.pk} {day} {caption}".encode()
    file = stored_files.keep(content=BytesIO(content), name="IMG.jpg", by=by, at=taken_at)
    return rounds.photograph(project, file, by, taken_at=taken_at, caption=caption)


def test_the_times_of_the_tour_add_up(office, project):
    opened = rounds.routed(office, project, *rounds.projects(1))
    first, second = composed(opened).stops
    assert [f"{each.visit.arrives_at:%H:%M}—{each.visit.leaves_at:%H:%M}" for each in (first, second)] == [
        "08:45—09:05",
        "09:20—09:40",
    ]
    assert first.address == f"http://zdxm.example/projects/{project.code}/"


def test_a_stop_says_its_figures_nodes_and_problems(office, lead, dispatcher, project):
    at = timezone.now()
    today = localdate(at)
    enter_tier(project)
    report(
        project,
        week_of(today - timedelta(days=7), at=at),
        lead,
        "600",
        accepted_by=dispatcher,
        physical_progress="封顶",
    )
    plan = AnnualPlan.objects.create(year=today.year)
    version = PlanVersion.objects.create(plan=plan, number=1, effective_on=date(today.year, 1, 1), drafted_at=at)
    PlanEntry.objects.create(
        version=version, project=project, category="CONTINUING", annual_plan_amount=1200, month_1=1200
    )
    approved = {"state": "APPROVED", "decided_at": at, "decided_by": office, "document_number": "1号"}
    PlanVersion.objects.filter(pk=version.pk).update(**approved)
    date_milestone(MilestoneFactory(project=project), approved_on=today - timedelta(days=5))
    problem = rounds.problem_of(project, lead, "管线未迁改", needed_by=today - timedelta(days=3))
    asked = UnitFactory(name="区供电公司")
    said = {"question": "请迁改", "answer_due_on": today - timedelta(days=1), "asked_by": lead, "asked_at": at}
    ProblemRequest.objects.create(problem=problem, unit=asked, **said)
    stop = composed(rounds.routed(office, project)).stops[0]
    assert (stop.figures.annual_plan, stop.figures.physical) == (Decimal(1200), "封顶")
    assert stop.course.actual[-1].amount == Decimal(600)
    assert stop.course.plan[-1].amount == Decimal(1200)
    assert [node.days for node in stop.nodes] == [5]
    assert [stage.state for stage in stop.stages].count("late") == 1
    assert [(each.title, each.days, each.requests[0].unit, each.requests[0].days) for each in stop.troubles] == [
        ("管线未迁改", 3, "区供电公司", 1)
    ]


def test_the_same_caption_makes_a_pair_of_the_newest_and_the_oldest(lead, project):
    for day, caption in (((3, 1), "东段"), ((6, 1), "东段"), ((11, 1), "东段"), ((11, 8), "航拍")):
        photo_of(project, lead, day, caption)
    newest, oldest = photos_of([project.pk])[project.pk]
    assert (newest.taken_on, oldest.taken_on) == (date(2026, 11, 1), date(2026, 3, 1))


def test_without_a_common_caption_the_newest_stands_alone(lead, project):
    for day, caption in (((3, 1), ""), ((9, 1), "东段"), ((6, 1), "东段"), ((11, 8), "")):
        photo_of(project, lead, day, caption)
    assert photos_of([project.pk])[project.pk][1] is None
    assert photos_of([project.pk])[project.pk][0].taken_on == date(2026, 11, 8)


def test_it_carries_what_the_last_published_round_found_and_how_that_stands(office, signer, project):
    other = rounds.projects(1)[0]
    before = rounds.routed(office, project, other, quarter=3, starts_at=rounds.STARTS - timedelta(days=90))
    solved = rounds.find(before.stops.get(project=project), office, title="扬尘")
    rounds.find(before.stops.get(project=other), office, title="围挡", needed_by=date(2020, 1, 1))
    at = datetime(2026, 9, 1, 9, tzinfo=BEIJING)
    type(solved.problem).objects.filter(pk=solved.problem_id).update(state="CLOSED", closed_at=at, closed_by=office)
    card = rounds.learn(before.stops.first(), office)
    withdrawn = rounds.learn(before.stops.first(), office, title="撤下的")
    type(card).objects.filter(pk=withdrawn.pk).update(withdrawn_at=at, withdrawn_by=office)
    rounds.publish(before, office, signer)
    said = composed(rounds.routed(office, project))
    assert said.previous_round == before.title
    assert [(line.title, line.solved_on, line.days > 0) for line in said.findings] == [
        ("扬尘", date(2026, 9, 1), False),
        ("围挡", None, True),
    ]
    assert [each.title for each in said.practices] == ["四证联发"]


def test_a_sheet_is_printed_for_each_judge_without_what_is_not_to_be_scored(office, leader, signer, project):
    opened = rounds.routed(office, project, *rounds.projects(1))
    judge = rounds.judge_of(opened, leader, office)
    rounds.judge_of(opened, signer, office, code="02")
    said = {"reason": "分管", "by": office, "at": timezone.now()}
    Recusal.objects.create(judge=judge, stop=opened.stops.get(order=2), **said)
    scoring = composed(opened).scoring
    assert [(each.judge, each.recused) for each in scoring.judges] == [("孙区长", (2,)), ("钱签发", ())]
    assert sum(int(item.maximum) for item in scoring.items) == 100
    opened.rule |= {"is_anonymous": True}
    opened.save()
    assert [each.judge for each in composed(opened).scoring.judges] == ["01", "02"]


def test_as_many_questions_for_many_stops_as_for_one(office, lead, project, django_assert_max_num_queries):
    opened = rounds.round_of(office)
    for order, each in enumerate([project, *rounds.projects(29, responsible_person=lead)], start=1):
        rounds.stop_of(opened, each, order)
        date_milestone(MilestoneFactory(project=each), approved_on=date(2026, 4, 2))
        rounds.problem_of(each, lead)
    with django_assert_max_num_queries(24):
        assert len(composed(opened).stops) == 30


def test_it_is_read_back_as_it_was_written(office, project):
    said = composed(rounds.routed(office, project))
    assert snapshots.from_json(Booklet, snapshots.as_json(said)) == said
