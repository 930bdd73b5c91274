"""起草: a paper is drafted once, with its figures frozen and its first words generated from them."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from projects import audit
from projects.errors import NotAllowed
from projects.models import User
from projects.roles import Duty
from reports import snapshots
from reports.bulletin import Bulletin, Erratum, Section
from reports.measure_notice import MeasureNotice
from reports.models import BulletinRule, Document, Draft
from reports.official import Form
from reports.registered import written
from scheduling.models import Measure, ReportPeriod


@dataclass(frozen=True)
class Style:
    """How the office issues its papers: the columns of a draft, and those of its first text."""

    form: str
    mark: str
    code: str
    signature: str
    printer: str

    @classmethod
    def of(cls, rule: BulletinRule, *, district: str) -> "Style":
        mark = rule.mark if rule.form == Form.OFFICIAL else rule.brief_mark
        said = (mark, rule.code, rule.signature, rule.printer)
        return cls(rule.form, *(each.replace("{district}", district) for each in said))

    @classmethod
    def like(cls, draft: Draft) -> "Style":
        """As that paper was issued: what corrects it looks like it and is numbered with it."""
        return cls(draft.form, draft.mark, draft.code, draft.signature, draft.printer)


@dataclass(frozen=True)
class Words:
    """The first text."""

    title: str
    addressee: str
    remark: str
    cc: str
    copies: int
    sections: Sequence[Section]


def refuse_strangers(by: User | None) -> None:
    """None: the system itself."""
    if by and not by.duties.include(Duty.DRAFT_BULLETIN):
        raise NotAllowed(_("通报由区重点办起草。"))


@transaction.atomic
def keep(
    *,
    kind: Draft.Kind,
    subject: str,
    facts: Bulletin | Erratum | MeasureNotice,
    edition: str,
    style: Style,
    words: Words,
    period: ReportPeriod | None = None,
    corrects: Document | None = None,
    measure: Measure | None = None,
    by: User | None,
    at: datetime,
) -> Draft:
    """The draft of this kind and subject; only the first call makes it, however many call at once."""
    content = snapshots.as_json(facts)
    frozen = {"facts": content.decode(), "facts_digest": snapshots.digest(content), "known_at": facts.known_at}
    made = {"edition": edition, "period": period, "corrects": corrects, "measure": measure}
    draft, is_new = Draft.objects.get_or_create(
        kind=kind,
        subject=subject,
        defaults=frozen
        | made
        | {"drafted_by": by, "drafted_at": at}
        | {name: getattr(style, name) for name in asdict(style)},
    )
    if is_new:
        said = vars(words) | {"sections": written(tuple(words.sections))}
        draft.text = draft.texts.create(sequence=1, recorded_by=None, recorded_at=at, **said)
        draft.save(update_fields=["text"])
        changes = {"数据校验码": [None, draft.facts_digest]}
        audit.record("draft.drafted", draft, by=by, at=at, changes=changes)
    return draft


def subject_to_draft(drafts: Sequence[Draft], subject: str, *, again: bool) -> str:
    """What a further draft about this is called, "" where the present one stands.

    ``drafts`` are all about it so far, in their order. ``again``: what became void is drafted anew.
    """
    if not drafts:
        return subject
    is_void = drafts[-1].state == Draft.State.VOID
    return f"{subject}-{len(drafts) + 1}" if again and is_void else ""
