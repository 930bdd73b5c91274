"""What is attached in these tests, and to what."""

from datetime import UTC, date, datetime
from io import BytesIO
from uuid import uuid4

from projects.periods import Kind
from scheduling.actions import attachments, periods, progress_reports
from scheduling.actions.attachments import HandedIn, Said
from scheduling.actions.progress_reports import Content
from tests.scheduling.photos import photo

THURSDAY = datetime(2026, 3, 5, 2, tzinfo=UTC)
PHOTO = photo()
PDF = b"%PDF-1.7\n1 0 obj"


def report_on(project, day=date(2026, 3, 5)):
    week = periods.open_period(kind=Kind.WEEK, day=day, by=None, at=THURSDAY)
    return attachments.report_for(project=project, period=week, by=project.responsible_person)


def attach(subject, *contents, by, at=THURSDAY, **said):
    name = "现场.jpg" if said.get("kind", "PHOTO") == "PHOTO" else "批复.pdf"
    files = [HandedIn(BytesIO(content), name) for content in contents or [PHOTO]]
    return attachments.attach(subject=subject, files=files, said=Said(**said), by=by, at=at)


def accepted(project, period, lead, dispatcher):
    content = Content(period_amount=100, physical_progress="主体施工至三层")
    told = progress_reports.submit(project=project, period=period, content=content, client_id=uuid4(), by=lead)
    progress_reports.accept(report=told.report, by=dispatcher)
