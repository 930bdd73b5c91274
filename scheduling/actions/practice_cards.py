"""好做法卡片: what others may learn from, written down after a stop was seen; taken off if it does not hold."""

from datetime import datetime

from django.db import transaction

from projects import audit
from projects.errors import RuleViolation
from projects.models import User
from scheduling.models import PracticeCard, Stop

from .findings import TOURED
from .inspections import locked_for, refuse_stranger
from .words import refuse_faults, refuse_silence

_SAID = ["stop", "title", "what", "contact"]


@transaction.atomic
def write(*, stop: Stop, title: str, what: str, contact: str, by: User, at: datetime) -> PracticeCard:
    """记录好做法: what, where, and whom to ask. The next booklet and bulletin may carry it."""
    inspection = locked_for(stop.round, by, *TOURED)
    if inspection.starts_at > at:
        raise RuleViolation("观摩还没有开始，不能记录现场看到的好做法。")
    card = PracticeCard(stop=stop, title=title.strip(), what=what.strip(), contact=contact.strip())
    card.written_by, card.written_at = by, at
    refuse_faults(card, exclude=["stop", "written_by", "withdrawn_by"])
    card.save()
    audit.record("practice_card.written", card, by=by, at=at, changes=audit.in_words(None, card, _SAID))
    return card


@transaction.atomic
def withdraw(*, card: PracticeCard, reason: str, by: User, at: datetime) -> None:
    """撤下: no paper carries it from now on; what was issued with it stays."""
    refuse_stranger(by)
    card = PracticeCard.objects.select_for_update().get(pk=card.pk)
    if card.withdrawn_at:
        raise RuleViolation(f"“{card}”已撤下。")
    why = refuse_silence(reason, "撤下好做法须写明原因。")
    card.withdrawn_by, card.withdrawn_at = by, at
    card.save(update_fields=["withdrawn_by", "withdrawn_at"])
    audit.record("practice_card.withdrawn", card, by=by, at=at, changes={"撤下原因": [None, why]})
