"""What no hand may bring about, whoever asks the database."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from reports.actions import drafts
from reports.models import Document, Draft
from tests.reports.bulletins.papers import drafted, go, signed

pytestmark = [pytest.mark.django_db, pytest.mark.core]


def refused(constraint):
    return pytest.raises(IntegrityError, match=constraint)


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"facts_digest": "0"}, "draft_digest_is_sha256"),
        ({"kind": "ERRATUM"}, "draft_of_an_erratum_names_what_it_corrects"),
        ({"state": "SIGNED"}, "draft_goes_on_once_signed"),
    ],
)
def test_no_draft_is_made_so(draft, change, constraint):
    draft.pk, draft.subject = None, "2"
    for name, value in change.items():
        setattr(draft, name, value)
    with refused(constraint), transaction.atomic():
        draft.save(force_insert=True)


def test_who_signs_signs_at_a_moment_what_was_checked(draft, people):
    drafter, checker, signer = people
    for change in ({"signed_by": signer}, {"signed_by": signer, "signed_at": timezone.now()}):
        with refused("draft_signed_once_checked"), transaction.atomic():
            Draft.objects.filter(pk=draft.pk).update(submitted_by=drafter, **change)
    said = {"submitted_by": drafter, "checked_by": checker, "signed_by": signer, "signed_at": timezone.now()}
    assert Draft.objects.filter(pk=draft.pk).update(**said)


class TestRegistered:
    @pytest.fixture
    def document(self, draft, people):
        return go(signed(draft, people), drafts.register, people[0]).document

    def test_it_stays_registered(self, document):
        for state in ("DRAFT", "SIGNED"):
            with refused("draft_is_not_altered_once_registered"), transaction.atomic():
                Draft.objects.update(state=state)

    def test_it_stands_on_its_document(self, document):
        with refused("draft_registered_as_a_document"), transaction.atomic():
            Draft.objects.update(document=None)

    @pytest.mark.parametrize(
        ("change", "constraint"),
        [
            ({"subject": "2"}, r"document_number_once|series"),
            ({"serial": 2}, r"document_once_per_subject|subject"),
            ({"subject": "2", "serial": 2, "number": ""}, "document_number_whole"),
            ({"subject": "2", "serial": 2, "series": ""}, "document_number_whole"),
            ({"subject": "2", "serial": 0}, "document_number_whole"),
        ],
    )
    def test_no_number_is_given_twice_or_in_part(self, document, change, constraint):
        document.pk = None
        for name, value in change.items():
            setattr(document, name, value)
        with refused(constraint), transaction.atomic():
            document.save(force_insert=True)
        assert Document.objects.count() == 1


def test_a_version_has_a_place_of_its_own(draft):
    text = draft.text
    text.pk = None
    with refused(r"draft_text_once_per_sequence|sequence"), transaction.atomic():
        text.save(force_insert=True)


def test_nobody_acts_for_himself_as_another(office):
    draft = drafted()
    said = {"text": draft.text, "kind": "SUBMITTED", "by": office, "principal": office, "at": timezone.now()}
    with refused("draft_move_for_another"), transaction.atomic():
        draft.moves.create(**said)
