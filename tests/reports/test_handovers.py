"""交接单: what is open, who held the post on which day; drawn up once, kept, read by whoever sees the project."""

from datetime import date, datetime, timedelta
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from projects.actions import key_projects
from projects.errors import NotAllowed
from projects.models import Job
from projects.roles import Role
from reports import tasks
from reports.actions import handovers
from reports.compose import handover as compose
from reports.models import Document
from scheduling.models import Decision, ProblemRequest
from tests.conftest import appoint
from tests.factories import MilestoneFactory, UnitFactory, date_milestone
from tests.reports import rounds
from tests.scheduling.measures.cases import told

pytestmark = [pytest.mark.django_db, pytest.mark.core]
BEIJING = ZoneInfo("Asia/Shanghai")


@pytest.fixture(autouse=True)
def files(settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(tasks.render_document, "delay_on_commit", lambda job_id: None)


@pytest.fixture
def successor(lead_unit):
    return appoint(Role.PROJECT_LEAD, lead_unit, full_name="吴接任")


def hand_to(person, project, office, day):
    at = datetime(*day, 10, tzinfo=BEIJING)
    seen = key_projects.edition(project)
    project.responsible_person = person
    key_projects.amend(project=project, support_units=[], seen=seen, by=office, at=at)


def sheet_of(project):
    at = timezone.now()
    return compose.of_project(project, district="示范区", on=timezone.localdate(), known_at=at)


def test_a_change_in_mid_month_splits_the_month(project, office, successor):
    hand_to(successor, project, office, (2026, 3, 16))
    tenures = compose.tenures_of(project)
    assert [(each.person, each.since, each.until) for each in tenures] == [
        ("李项目", None, date(2026, 3, 16)),
        ("吴接任", date(2026, 3, 16), None),
    ]


def test_what_was_changed_and_changed_back_on_a_day_is_no_change(project, office, lead, successor):
    hand_to(successor, project, office, (2026, 3, 16))
    hand_to(lead, project, office, (2026, 3, 16))
    assert [each.person for each in compose.tenures_of(project)] == ["李项目"]


def test_it_names_everything_that_is_open_and_nothing_that_is_done(request, project, office, lead, successor):
    at, today, lead_unit = timezone.now(), timezone.localdate(), project.lead_unit
    for name, days in (("逾期的", -5), ("近期的", 30), ("远期的", 200)):
        date_milestone(MilestoneFactory(project=project, name=name), approved_on=today + timedelta(days=days))
    done = MilestoneFactory(project=project, name="完成的")
    date_milestone(done, approved_on=today, actual_on=today - timedelta(days=1))
    problem = rounds.problem_of(project, lead, "管线未迁改")
    said = {"problem": problem, "asked_by": lead, "asked_at": at, "answer_due_on": today}
    ProblemRequest.objects.create(unit=UnitFactory(name="区供电公司"), question="请迁改", **said)
    answered = {"outcome": "ACCEPTED", "answer": "月底完成", "answered_by": office, "answered_at": at}
    ProblemRequest.objects.create(
        unit=UnitFactory(name="区水务局"), question="请移管", promised_on=today - timedelta(days=2), **answered, **said
    )
    limit = {"original_due_on": today, "due_on": today, "assigned_by": office, "assigned_at": at}
    Decision.objects.create(
        source="INSTRUCTION", number="议1号", project=project, text="月底通车", owner_unit=lead_unit, **limit
    )
    told(project, office, request.getfixturevalue("signer"), kind="RECTIFICATION")
    hand_to(successor, project, office, (2026, 3, 16))
    sheet = sheet_of(project)
    assert (sheet.handing, sheet.receiving, sheet.changed_on) == ("李项目", "吴接任", date(2026, 3, 16))
    assert [node.name for node in sheet.nodes] == ["逾期的", "近期的"]
    assert [each.requests[0].unit for each in sheet.problems] == ["区供电公司"]
    assert [(each.unit, each.days) for each in sheet.promises] == [("区水务局", 2)]
    assert [each.number for each in sheet.duties] == ["议1号"]
    assert [(each.measure, each.text, each.days) for each in sheet.undertakings] == [("限期整改", "增加两台塔吊", 0)]


def test_as_many_questions_however_much_is_open(project, lead, django_assert_max_num_queries):
    for number in range(30):
        date_milestone(MilestoneFactory(project=project, name=f"节点{number}"), approved_on=date(2026, 4, 2))
        rounds.problem_of(project, lead, f"问题{number}")
    with django_assert_max_num_queries(24):
        sheet_of(project)


def test_only_the_office_draws_it_up(project, lead):
    with pytest.raises(NotAllowed):
        handovers.draw_up(project=project, by=lead, at=timezone.now())


def test_it_is_drawn_up_kept_and_taken(enter, project, office, lead, successor):
    hand_to(successor, project, office, (2026, 3, 16))
    enter(office).post(reverse("handover_draw_up", args=[project.code]))
    document = Document.objects.get(kind="HANDOVER")
    tasks.render_document(Job.objects.get(subject=f"{document.pk} PDF").pk)
    response = enter(lead_of(project)).get(reverse("handover_file", args=[project.code, document.pk]))
    said = "".join(PdfReader(BytesIO(b"".join(response.streaming_content))).pages[0].extract_text().split())
    for words in ("李项目", "吴接任", "移交人", "没有未解决的问题"):
        assert words in said


def lead_of(project):
    return appoint(Role.REVIEWER, project.lead_unit)


def test_whoever_changes_the_person_is_led_to_it(enter, project, office, successor):
    browser = enter(office)
    page = browser.get(reverse("project_edit", args=[project.code]))
    form = page.context["form"]
    sent = {name: form[name].value() for name in form.fields}
    sent = {name: value for name, value in sent.items() if value not in (None, False)}
    sent |= {"responsible_person": successor.pk, "seen": page.context["seen"]}
    answer = browser.post(reverse("project_edit", args=[project.code]), sent)
    assert answer.headers["Location"] == reverse("handover", args=[project.code])


@pytest.mark.parametrize(
    ("who", "expected"),
    [("office", 200), ("leader", 200), ("lead", 200), ("dispatcher", 200), ("outsider", 404), ("sys_admin", 403)],
)
def test_who_opens_the_page(enter_as, project, who, expected):
    assert enter_as(who).get(reverse("handover", args=[project.code])).status_code == expected


def test_the_day_of_the_sheet_is_that_of_the_moment(project, office):
    with time_machine.travel(datetime(2026, 11, 20, 7, tzinfo=BEIJING), tick=False):
        assert sheet_of(project).on == date(2026, 11, 20)
