"""文书: frozen once, chained to the one before, rendered once; one flipped byte is found and its document named."""

from dataclasses import replace
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from projects.actions import stored_files
from projects.models import AuditEvent
from reports import papers
from reports.actions import documents
from reports.dispatch_sheet import EDITION
from reports.models import Document, Rendition
from tests.reports.dispatch_sheets import project as line
from tests.reports.dispatch_sheets import sheet
from tests.reports.weeks import FRIDAY, week

pytestmark = [pytest.mark.django_db, pytest.mark.core]


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def frozen(lead_unit, period=None, whole=None):
    period, at = period or week(), timezone.now()
    return documents.freeze(
        kind=Document.Kind.WEEKLY_DISPATCH,
        subject=f"{period.pk} {lead_unit.pk}",
        title=f"周调度单（{period}）",
        edition=EDITION,
        snapshot=whole or sheet(),
        unit=lead_unit,
        period=period,
        known_at=at,
        by=None,
        at=at,
    )


def test_a_second_freezing_with_any_data_is_the_first_document(lead_unit):
    first = frozen(lead_unit)
    assert frozen(lead_unit, whole=sheet([])) == first
    first.refresh_from_db()
    assert papers.snapshot_of(first) == sheet()
    assert AuditEvent.objects.filter(action="document.frozen").count() == 1


def test_it_follows_the_one_of_the_week_before(lead_unit):
    before = frozen(lead_unit, week(FRIDAY - timedelta(days=7)))
    after = frozen(lead_unit)
    assert after.previous == before
    assert papers.snapshot_of(after).follows == before.digest
    assert papers.snapshot_of(before).follows == ""


def test_it_is_rendered_once(lead_unit):
    document = frozen(lead_unit)
    first = documents.render(document=document, format=Rendition.Format.XLSX, at=timezone.now())
    assert documents.render(document=document, format=Rendition.Format.XLSX, at=timezone.now()) == first


def test_whoever_takes_it_leaves_a_trace(lead_unit, office):
    rendition = documents.render(document=frozen(lead_unit), format=Rendition.Format.XLSX, at=timezone.now())
    assert documents.take(rendition=rendition, by=office, at=timezone.now()).exists()
    assert AuditEvent.objects.get(action="document.taken").by == office


def test_neither_a_document_nor_a_rendition_is_altered_or_deleted(lead_unit):
    rendition = documents.render(document=frozen(lead_unit), format=Rendition.Format.XLSX, at=timezone.now())
    for row, change in ((rendition.document, {"title": "改"}), (rendition, {"format": "PDF"})):
        for attempt in (lambda row=row, change=change: type(row).objects.update(**change), row.delete):
            with pytest.raises(IntegrityError), transaction.atomic():
                attempt()


def verified():
    said, code = StringIO(), 0
    try:
        call_command("verify_issues", stdout=said)
    except SystemExit as stopped:
        code = stopped.code
    return said.getvalue().strip(), code


@pytest.fixture
def three(lead_unit):
    """Three weeks, each rendered."""
    made = [frozen(lead_unit, week(FRIDAY - timedelta(days=7 * n)), sheet([line(n)])) for n in (2, 1, 0)]
    for document in made:
        documents.render(document=document, format=Rendition.Format.XLSX, at=timezone.now())
    return made


def rewrite(document, **changed):
    """As somebody with the database in hand could, past our triggers."""
    table = "reports_document"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE {table} DISABLE TRIGGER USER")
        else:
            cursor.execute(f"DROP TRIGGER {table}_keep_update")
    Document.objects.filter(pk=document.pk).update(**changed)


def test_whole_documents_are_said_to_be_whole(three):
    assert verified() == ("文书完整：3 份，文件 3 个。", 0)


def test_one_flipped_byte_of_a_snapshot_is_found_and_its_document_named(three):
    rewrite(three[1], content=three[1].content.replace("示范区", "示范县", 1))
    said, code = verified()
    assert (f"“{three[1]}”" in said, "快照与登记的校验码不符" in said, "此前 1 份完整" in said, code) == (
        True,
        True,
        True,
        1,
    )


def test_a_snapshot_rewritten_with_its_digest_no_longer_fits_the_one_after_it(three):
    content = papers.snapshots.as_json(replace(sheet([line(2)]), follows=three[0].digest))
    rewrite(three[1], content=content.decode(), digest=papers.snapshots.digest(content))
    said, _code = verified()
    assert f"“{three[2]}”" in said
    assert "与上一期文书不衔接" in said


def test_one_flipped_byte_of_a_file_is_found(three):
    place = stored_files.where(three[2].renditions.get().file)
    content = bytearray(place.read_bytes())
    content[100] ^= 1
    place.chmod(0o640)
    place.write_bytes(content)
    said, _code = verified()
    assert f"“{three[2]}”" in said
    assert "与登记的校验码不符" in said


def test_a_lost_file_is_found(three):
    stored_files.where(three[0].renditions.get().file).unlink()
    assert "缺失" in verified()[0]
