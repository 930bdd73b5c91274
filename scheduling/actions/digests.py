"""每日提醒 by mail: composed once a working day, nothing when nothing is owed, delivered a few at a time.

No trace of its own is left in the audit: the row says what was sent to whom, when, and what went wrong.
"""

from datetime import datetime
from smtplib import SMTPException

from django.core.mail import EmailMessage, get_connection
from django.db.models import F

from projects.models import CalendarDay, User, duties_of
from projects.recorded import day_of
from projects.workdays import is_workday
from scheduling.models import Digest
from scheduling.owed import owes
from scheduling.owed_lines import worded

A_MINUTE = 20
_LONGEST_ERROR = 300


def compose(*, at: datetime) -> int:
    """One for every active person with an address who owes anything and has none of today; returns how many.

    None on a day of rest.
    """
    day = day_of(at)
    if not is_workday(day, CalendarDay.objects.announced([day.year])).value:
        return 0
    have = Digest.objects.filter(day=day).values("user")
    composed = 0
    for user in User.objects.filter(is_active=True).exclude(email="").exclude(pk__in=have).order_by("pk"):
        user.duties = duties_of(user, on=day)
        items = [each._asdict() for each in worded(owes(user, at=at))]
        if items:
            _digest, is_new = Digest.objects.get_or_create(user=user, day=day, defaults={"items": items})
            composed += is_new
    return composed


def deliver(*, at: datetime, site: str) -> int:
    """Send at most ``A_MINUTE`` of today's; returns how many went out. What failed is tried again, three times in all.

    Each is claimed before it is sent, so two workers do not send it both. ``site`` is where people reach the product.
    """
    waiting = Digest.objects.to_send(day=day_of(at), at=at).filter(user__is_active=True).exclude(user__email="")
    sent = 0
    with get_connection() as connection:
        for digest in waiting.select_related("user")[:A_MINUTE]:
            if _is_claimed(digest, at):
                sent += _sent(digest, connection, site, at)
    return sent


def _is_claimed(digest: Digest, at: datetime) -> bool:
    as_seen = Digest.objects.filter(pk=digest.pk, attempts=digest.attempts, sent_at__isnull=True)
    return bool(as_seen.update(attempts=F("attempts") + 1, tried_at=at))


def _sent(digest: Digest, connection: object, site: str, at: datetime) -> bool:
    try:
        _message(digest, connection, site).send()
    except (OSError, SMTPException) as failure:
        error = f"{type(failure).__name__}：{failure}"[:_LONGEST_ERROR]
        Digest.objects.filter(pk=digest.pk).update(error=error)
        return False
    Digest.objects.filter(pk=digest.pk).update(sent_at=at, error="")
    return True


def _message(digest: Digest, connection: object, site: str) -> EmailMessage:
    items = digest.items
    lines = [f"{place}. {each['text']}{_noted(each['note'])}" for place, each in enumerate(items, 1)]
    body = "\n".join([f"{digest.user.full_name}，您好：", "", *lines, "", f"请登录系统办理：{site}", ""])
    subject = f"重点项目待办提醒（{digest.day:%m-%d}，{len(items)} 项）"
    return EmailMessage(subject, body, to=[digest.user.email], connection=connection)  # type: ignore[arg-type]


def _noted(note: str) -> str:
    return f"，{note}" if note else ""
