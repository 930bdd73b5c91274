"""印发回执: who opens an issued paper for a unit has thereby read its notice; units that have not are asked again."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from projects import audit
from projects.errors import RuleViolation
from projects.models import User
from projects.recorded import day_of
from projects.roles import Duty
from reports import hands
from reports.models import Document, Receipt
from scheduling.actions import notices
from scheduling.models import Notice

_OF_PAPERS = (Notice.Kind.BULLETIN, Notice.Kind.INSPECTION, Notice.Kind.MEASURE)


@transaction.atomic
def open_paper(*, document: Document, by: User, at: datetime) -> None:
    """The first of those addressed who opens it acknowledges its notice; for anybody else nothing changes."""
    sent = Q(receipt__document=document)
    asked_again = Q(kind__in=_OF_PAPERS, url__in=Notice.objects.filter(sent).exclude(url="").values("url"))
    addressed = Notice.objects.addressed_to(by).unread().filter(sent | asked_again).values_list("pk", flat=True)
    for notice in Notice.objects.select_for_update(of=("self",)).filter(pk__in=list(addressed), read_at__isnull=True):
        notices.acknowledge(notice=notice, by=by, at=at)


@transaction.atomic
def remind(*, document: Document, by: User, at: datetime) -> list[Receipt]:
    """催阅: a further notice to each unit that has not opened it, once a day.

    Raises ``RuleViolation`` where nobody is left to ask.
    """
    hands.hands_of(Duty.REGISTER, by=by, at=at)
    unopened = Receipt.objects.select_for_update(of=("self",)).filter(document=document).unopened()
    waiting = [each for each in unopened.select_related("unit", "notice") if not _is_asked_today(each, at=at)]
    if not waiting:
        raise RuleViolation(_("没有需要催阅的单位：都已阅知，或今天已经印发、催过。每个单位一天只催一次。"))
    for receipt in waiting:
        notices.issue(notice=_again(receipt), by=by, at=at)
        receipt.reminded_at = at
        receipt.save(update_fields=["reminded_at"])
    changes = {"送达单位": [None, "、".join(str(each.unit) for each in waiting)]}
    audit.record("document.reminded", document, by=by, at=at, changes=changes)
    return waiting


def _is_asked_today(receipt: Receipt, *, at: datetime) -> bool:
    return day_of(receipt.reminded_at or receipt.notice.issued_at) == day_of(at)


def _again(receipt: Receipt) -> Notice:
    sent = receipt.notice
    title = _("请尽快阅知：%s") % sent.title
    return Notice(kind=sent.kind, unit=receipt.unit, title=title[:200], body=sent.body, url=sent.url)
