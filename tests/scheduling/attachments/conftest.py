from datetime import date

import pytest
import time_machine

from scheduling.models import Decision, Meeting, Problem
from tests.scheduling.attachments.cases import THURSDAY, report_on


@pytest.fixture(autouse=True)
def on_a_thursday(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    with time_machine.travel(THURSDAY, tick=False):
        yield


@pytest.fixture
def report(project):
    return report_on(project)


@pytest.fixture
def problem(project, lead, lead_unit):
    return Problem.objects.create(
        project=project,
        kind="LAND",
        title="红线内尚有 3 户未征迁",
        responsible_unit=lead_unit,
        court_unit=lead_unit,
        needed_by=date(2026, 4, 1),
        level_since=THURSDAY,
        court_since=THURSDAY,
        raised_by=lead,
        raised_at=THURSDAY,
    )


@pytest.fixture
def meeting(lead_unit, dispatcher):
    return Meeting.objects.create(
        kind="TOPICAL",
        title="专题调度会",
        unit=lead_unit,
        chair=dispatcher,
        held_at=THURSDAY,
        place="三楼会议室",
        called_by=dispatcher,
        called_at=THURSDAY,
    )


@pytest.fixture
def decision(project, lead, lead_unit, dispatcher):
    return Decision.objects.create(
        source="INSTRUCTION",
        issuing_unit=lead_unit,
        number="交办〔2026〕1号",
        project=project,
        text="三月底前完成征迁",
        owner_unit=lead_unit,
        owner_person=lead,
        original_due_on=date(2026, 3, 31),
        due_on=date(2026, 3, 31),
        assigned_by=dispatcher,
        assigned_at=THURSDAY,
    )
