"""A permit in words: the one way pages and lists show its status, its clock and its validity."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from projects import permit_clock
from projects.figures import UNDEFINED, compact_date
from projects.models import PermitPhase, PermitState
from projects.permit_clock import Reading
from projects.permits import Row, legal_limit_in_words, limit_in_words

Status = PermitState.Status


def line(row: Row, reading: Reading) -> dict[str, Any]:
    """One permit as the tables have it, as of the day of the reading."""
    permit, state = row.permit, row.state
    return {
        "name": permit.name,
        "url": reverse("permit", args=[permit.pk]),
        "required": permit.is_required_for_start,
        "blocks": permit.is_required_for_start and reading.status not in permit_clock.SETTLED,
        "phase": PermitPhase(permit.phase).label,
        "agency": permit.agency or UNDEFINED,
        "status": Status(reading.status).label,
        "mark": "overdue" if reading.is_overdue else reading.status.lower(),
        "limit": limit_in_words(permit),
        "legal": legal_limit_in_words(permit),
        "planned": compact_date(state.planned_on if state else None),
        "accepted": compact_date(state.accepted_on if state else None),
        "due": compact_date(reading.due_on),
        "clock": reading.in_words(),
        "is_overdue": reading.is_overdue,
        "finished": compact_date(state.finished_on if state else None),
        "number": state.document_number if state else "",
        "expires": compact_date(state.expires_on if state else None),
        "validity": validity_in_words(row, reading),
        "attachment_url": reverse("permit_attachment", args=[state.pk]) if state and state.attachment_id else "",
    }


def validity_in_words(row: Row, reading: Reading) -> str:
    """What is to be said of the expiry on the day of the reading; empty where nothing needs to be done."""
    facts, on = row.facts, reading.on
    if reading.status == Status.EXPIRED:
        return _("已失效")
    if reading.status != Status.GRANTED or facts.expires_on is None:
        return ""
    if permit_clock.is_used(facts.expires_on, on, started_on=row.started_on):
        return _("已开工使用")
    if permit_clock.is_expiring(facts.expires_on, on, started_on=row.started_on):
        return _("还有 %d 天失效") % (facts.expires_on - on).days
    return ""


def warning(years: Iterable[int]) -> str:
    """Where a limit reaches into years nobody announced holidays for."""
    named = "、".join(map(str, sorted(years)))
    return _("%s 年放假安排尚未录入，暂按周一至周五推算工作日。") % named if named else ""
