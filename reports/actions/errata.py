"""更正: what was corrected after a bulletin was issued is proposed to be told, one erratum at a time for each issue."""

from collections.abc import Callable, Sequence
from datetime import datetime

from projects import recorded
from projects.recorded import day_of
from reports import erratum_prose, snapshots
from reports.actions import drafting
from reports.bulletin import EDITION, Bulletin, Erratum
from reports.bulletin_corrections import printed_of
from reports.compose import erratum as compose
from reports.compose.corrections import corrections
from reports.models import BulletinRule, Document, Draft
from reports.registered import facts_of
from scheduling.models import PeriodClosing

_ENDED = {Draft.State.ISSUED, Draft.State.VOID}


def propose(*, at: datetime, progress: Callable[[int, int], None] = lambda _done, _total: None) -> list[Draft]:
    """A draft of an erratum for each issued bulletin of this and the last year of which a printed figure has changed.

    Only where a fact was corrected since the last one was drafted, and none is under way. 补报 is none: it stands in
    the next month's bulletin. ``progress`` is told how many issues of how many were looked at.
    """
    year = day_of(at).year
    issued = Document.objects.filter(kind=Document.Kind.MONTHLY_BULLETIN, draft__state=Draft.State.ISSUED)
    recent = issued.filter(period__ends_on__year__gte=year - 1).select_related("draft__text", "period")
    documents, found = list(recent.order_by("pk")), []
    for done, document in enumerate(documents, start=1):
        if draft := _of(document, at=at):
            found.append(draft)
        progress(done, len(documents))
    return found


def _of(document: Document, *, at: datetime) -> Draft | None:
    errata = list(document.corrections.order_by("pk"))
    if any(each.state not in _ENDED for each in errata):
        return None
    bulletin = facts_of(document.draft)
    if not isinstance(bulletin, Bulletin):
        return None
    last = max((each.known_at for each in errata), default=document.draft.known_at)
    if not corrections(on=bulletin.on, since=last):
        return None
    with recorded.standing_still() as known_at:
        found = _composed(document, bulletin, errata, known_at=known_at)
        return _kept(document, found, number=len(errata) + 1, at=at) if found.changes else None


def _composed(document: Document, issued: Bulletin, errata: Sequence[Draft], *, known_at: datetime) -> Erratum:
    """Against the state as it was corrected last; what was proposed and became void was never told."""
    told = [each for each in errata if each.state == Draft.State.ISSUED]
    printed = printed_of(issued)
    for each in told:
        printed |= {change.figure: change.new for change in snapshots.from_json(Erratum, each.facts).changes}
    every = corrections(on=issued.on, since=issued.known_at)
    news = corrections(on=issued.on, since=told[-1].known_at) if told else every
    closing = PeriodClosing.objects.select_related("period").get(period=document.period_id)
    rule = BulletinRule.objects.in_force(on=closing.period.ends_on)
    projects = {each.project for each in (*every, *news)}
    now = compose.as_corrected(issued, closing, rule, projects, at=known_at)
    return compose.of_bulletin(document, issued, printed, now, news, at=known_at)


def _kept(document: Document, found: Erratum, *, number: int, at: datetime) -> Draft:
    corrected = document.draft
    text = corrected.text
    return drafting.keep(
        kind=Draft.Kind.ERRATUM,
        subject=f"{document.pk}-{number}",
        facts=found,
        edition=EDITION,
        style=drafting.Style.like(corrected),
        words=drafting.Words(
            title=erratum_prose.title(found),
            addressee=text.addressee if text else "",
            remark=text.remark if text else "",
            cc=text.cc if text else "",
            copies=text.copies if text else 0,
            sections=erratum_prose.sections(found),
        ),
        period=document.period,
        corrects=document,
        by=None,
        at=at,
    )
