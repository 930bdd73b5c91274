"""The small copy of a photo is made by a real worker, from the bytes as they came."""

import pytest
from django.conf import settings
from django.test import override_settings
from django.urls import reverse

from scheduling.models import Attachment
from tests.scheduling.attachments.cases import report_on
from tests.scheduling.attachments.test_attachment_pages import upload
from tests.scheduling.photos import photo
from tests.workers import eventually, running_worker

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def where_the_worker_looks():
    with override_settings(MEDIA_ROOT=settings.VAR_DIR / "files"):
        yield


@pytest.mark.usefixtures("where_the_worker_looks")
def test_a_photo_handed_in_is_soon_to_be_seen(enter, lead, project):
    report, new = report_on(project), photo((900, 700), form="HEIF")
    with running_worker():
        assert upload(enter(lead), report, new, name="现场.heic").status_code == 302
        attachment = report.attachments.get()

        def is_there():
            return Attachment.objects.get(pk=attachment.pk).thumbnail_id is not None

        eventually(is_there)
    shown = enter(lead).get(reverse("attachment_thumbnail", args=[attachment.pk]))
    assert b"".join(shown).startswith(b"\xff\xd8\xff")
    original = enter(lead).get(reverse("attachment", args=[attachment.pk]))
    assert b"".join(original) == new
    assert original["Content-Type"] == "image/heic"
