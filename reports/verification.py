"""文书校验: what may be told of a registered paper to anybody who holds it."""

import json
import re
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from projects.recorded import day_of
from reports.models import Document, Draft

_CODE = re.compile(r"[0-9a-fA-F]{12,64}")


@dataclass(frozen=True)
class Told:
    """``state``: registered, issued or void. ``on``: when it came into it. ``corrected_by``: numbers of the errata.

    ``is_public``: there is a version for everybody, of the document ``pk``.
    """

    pk: int
    kind: str
    number: str
    title: str
    printer: str
    digest: str
    state: Draft.State
    on: date
    is_public: bool
    corrected_by: tuple[str, ...]


def is_code(asked: str) -> bool:
    """Whether it can be the beginning of a digest, as it is printed or in full."""
    return bool(_CODE.fullmatch(asked.strip()))


def told_of(asked: str) -> tuple[Told, ...]:
    """The papers of this check code, or of this number once they are issued or void: a number can be guessed.

    None, one, or more where briefs of several years share one.
    """
    asked = "".join(asked.split())
    if not asked:
        return ()
    ended = Q(draft__ended_at__isnull=False) | Q(round__isnull=False)
    named = Q(digest__startswith=asked.lower()) if is_code(asked) else Q(ended, number=asked)
    found = Document.objects.filter(named, Q(draft__isnull=False) | Q(round__isnull=False))
    papers = found.select_related("draft").prefetch_related("corrections__document").order_by("-pk")
    return tuple(map(_told, papers))


def _told(document: Document) -> Told:
    return _told_of_round(document) if document.round_id else _told_of_draft(document)


def _told_of_round(document: Document) -> Told:
    """Issued as it was registered, by whom it says itself."""
    return Told(
        pk=document.pk,
        kind=document.get_kind_display(),
        number=document.number,
        title=document.title,
        printer=json.loads(document.content)["printer"],
        digest=document.digest,
        state=Draft.State.ISSUED,
        is_public=False,
        on=day_of(document.composed_at),
        corrected_by=(),
    )


def _told_of_draft(document: Document) -> Told:
    draft = document.draft
    issued = [each for each in document.corrections.all() if each.state == Draft.State.ISSUED]
    return Told(
        pk=document.pk,
        kind=document.get_kind_display(),
        number=document.number,
        title=document.title,
        printer=draft.printer,
        digest=document.digest,
        state=Draft.State(draft.state),
        is_public=draft.is_public and draft.state == Draft.State.ISSUED,
        on=day_of(draft.ended_at or document.composed_at),
        corrected_by=tuple(each.document.number for each in issued if each.document),
    )
