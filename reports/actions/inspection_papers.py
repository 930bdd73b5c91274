"""观摩文书: what 手册 and 结果 have in common as numbered papers of a round, and the result's own registering."""

from dataclasses import replace
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from projects import audit
from projects.actions.numbering import next_number
from projects.errors import NotAllowed, RuleViolation
from projects.models import Unit, User
from projects.recorded import day_of
from projects.roles import Duty
from reports.actions import documents
from reports.compose import inspection_result
from reports.inspection_booklet import SERIES, Booklet
from reports.inspection_result import EDITION, ResultSheet
from reports.models import BulletinRule, Document, Receipt
from scheduling.actions import notices
from scheduling.models import InspectionRound, Notice


@transaction.atomic
def issue_result(*, round: InspectionRound, by: User, at: datetime) -> Document:  # noqa: A002 - the model's word
    """登记印发结果: of a published round, once; a notice to every unit with a stop.

    Issued before, it is that document. Raises ``RuleViolation`` while the result is not published.
    """
    refuse_others(Duty.REGISTER, by)
    locked = InspectionRound.objects.select_for_update(of=("self",)).select_related("locked_by", "published_by")
    opened = locked.get(pk=round.pk)
    if opened.state != InspectionRound.State.PUBLISHED:
        said = {"state": opened.get_state_display()}
        raise RuleViolation(_("本轮观摩%(state)s，结果公布之后才能登记印发结果单。") % said)
    if found := result_of(opened):
        return found
    sheet = inspection_result.of_round(opened, district=settings.DISTRICT_NAME, printer=printer_on(at), at=at)
    document = register(
        kind=Document.Kind.INSPECTION_RESULT, subject=str(opened.pk), snapshot=sheet, of_round=opened, by=by, at=at
    )
    send(document=document, by=by, at=at)
    audit.record("inspection_result.issued", opened, by=by, at=at, changes={_("文号"): [None, document.number]})
    return document


def result_of(round: InspectionRound) -> Document | None:  # noqa: A002 - the model's word
    found = Document.objects.filter(round=round, kind=Document.Kind.INSPECTION_RESULT)
    return found.defer("content").prefetch_related("renditions").first()


def register(
    *, kind: str, subject: str, snapshot: Booklet | ResultSheet, of_round: InspectionRound, by: User, at: datetime
) -> Document:
    """Under the next number of 季观摩. Called within the transaction that uses it."""
    on = day_of(at)
    serial = next_number(kind=SERIES, year=on.year)
    numbered = replace(snapshot, year=on.year, serial=serial, number=f"观摩〔{on.year}〕{serial}号", issued_on=on)
    return documents.register(
        kind=kind,
        subject=subject,
        snapshot=numbered,
        series=SERIES,
        edition=EDITION,
        period=None,
        known_at=snapshot.known_at,
        of_round=of_round,
        by=by,
        at=at,
    )


def send(*, document: Document, by: User, at: datetime) -> list[Receipt]:
    """A notice to every unit that leads a project shown, with the receipt of who opens it."""
    units = Unit.objects.filter(led_projects__stops__round=document.round).distinct().order_by("sort_key", "pk")
    return [_sent(document, unit, by=by, at=at) for unit in units]


def printer_on(at: datetime) -> str:
    """印发机关, as the bulletins of the day name it."""
    return BulletinRule.objects.in_force(on=day_of(at)).printer.format(district=settings.DISTRICT_NAME)


def refuse_others(duty: Duty, by: User) -> None:
    if not by.duties.include(duty):
        raise NotAllowed(_("“%s”由区重点办办理。") % duty.value)


def _sent(document: Document, unit: Unit, *, by: User, at: datetime) -> Receipt:
    body = _("%(number)s《%(title)s》已印发，请及时阅知。") % {"number": document.number, "title": document.title}
    notice = Notice(kind=Notice.Kind.INSPECTION, unit=unit, title=document.title, body=body)
    notice.url = reverse("inspection_paper", args=[document.pk])
    notices.issue(notice=notice, by=by, at=at)
    return Receipt.objects.create(document=document, unit=unit, notice=notice)
