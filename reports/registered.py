"""What a draft says, as it would be registered: linter, proof, preview and register read nothing else."""

from dataclasses import asdict
from datetime import date

from django.utils.translation import gettext as _

from projects.recorded import day_of
from reports import snapshots
from reports.bulletin import Bulletin, Erratum, Registered, Section
from reports.linting import Finding
from reports.models import Draft, DraftText
from reports.official import Form

_SERIES = 30  # signs, as long as a counter's name may be


def facts_of(draft: Draft) -> Bulletin | Erratum:
    """The figures it was drafted from; they never change."""
    if draft.kind == Draft.Kind.ERRATUM:
        return snapshots.from_json(Erratum, draft.facts)
    return snapshots.from_json(Bulletin, draft.facts)


def sections_of(text: DraftText) -> tuple[Section, ...]:
    return tuple(Section(**each) for each in text.sections)


def findings_of(text: DraftText) -> tuple[Finding, ...]:
    """What is wrong with its pages; none either while they are not laid out."""
    return tuple(Finding(**each) for each in text.proof_findings)


def written(sections: tuple[Section, ...]) -> list[dict[str, str]]:
    """Sections as a version of the text keeps them."""
    return [asdict(each) for each in sections]


def series_of(draft: Draft) -> str:
    """Papers that are numbered together: of one 机关代字, or of one brief, errata among them."""
    return draft.code if draft.form == Form.OFFICIAL else f"BRIEF {draft.mark}"[:_SERIES]


def number_said(draft: Draft, *, year: int, serial: int) -> str:
    """发文字号, or 第N期 of a brief; the year in its own kind of brackets (GB/T 9704-2012, 7.2.5)."""
    if draft.form == Form.OFFICIAL:
        return f"{draft.code}〔{year}〕{serial}号"
    return _("第%(serial)d期") % {"serial": serial}


def registered(
    draft: Draft, text: DraftText, *, on: date, number: str = "", serial: int = 0, follows: str = ""
) -> Registered:
    """The paper with this text, as it would be registered on this day; without a number while it has none.

    It is dated by its 签发; ``on`` while it is not signed off. Its year is that of the day.
    """
    found = facts_of(draft)
    return Registered(
        form=draft.form,
        mark=draft.mark,
        number=number,
        serial=serial,
        year=on.year,
        title=text.title,
        addressee=text.addressee,
        sections=sections_of(text),
        signature=draft.signature,
        signed_on=day_of(draft.signed_at) if draft.signed_at else on,
        signer=draft.signed_by.full_name if draft.signed_by else "",
        remark=text.remark,
        cc=text.cc,
        printer=draft.printer,
        copies=text.copies,
        bulletin=found if isinstance(found, Bulletin) else None,
        erratum=found if isinstance(found, Erratum) else None,
        follows=follows,
    )
