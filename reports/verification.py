"""文书校验: what may be told of a registered paper to anybody who holds it."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from projects.recorded import day_of
from reports.models import Document, Draft

_CODE = 12  # signs of the digest that are printed


@dataclass(frozen=True)
class Told:
    """``state``: registered, issued or void. ``on``: when it came into it. ``corrected_by``: numbers of the errata."""

    kind: str
    number: str
    title: str
    printer: str
    digest: str
    state: Draft.State
    on: date
    corrected_by: tuple[str, ...]


def told_of(asked: str) -> tuple[Told, ...]:
    """The papers of this check code or of this number: none, one, or more where briefs of several years share one."""
    asked = "".join(asked.split())
    if not asked:
        return ()
    named = Q(digest__startswith=asked.lower()) if len(asked) >= _CODE and asked.isalnum() else Q(pk__in=[])
    found = Document.objects.filter(Q(number=asked) | named, draft__isnull=False)
    papers = found.select_related("draft").prefetch_related("corrections__document").order_by("-pk")
    return tuple(map(_told, papers))


def _told(document: Document) -> Told:
    draft = document.draft
    issued = [each for each in document.corrections.all() if each.state == Draft.State.ISSUED]
    return Told(
        kind=document.get_kind_display(),
        number=document.number,
        title=document.title,
        printer=draft.printer,
        digest=document.digest,
        state=Draft.State(draft.state),
        on=day_of(draft.ended_at or document.composed_at),
        corrected_by=tuple(each.document.number for each in issued if each.document),
    )
