"""通知: issued to a unit or a person, read by somebody whose name and moment are kept."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from projects import audit
from projects.errors import NotAllowed, RuleViolation
from projects.models import User
from projects.recorded import day_of
from projects.roles import Duty
from scheduling.missing import OfUnit, chase_said
from scheduling.models import Notice, ReportPeriod

Kind = Notice.Kind


@transaction.atomic
def issue(*, notice: Notice, by: User | None, at: datetime) -> Notice:
    """Send a new one. ``by`` None: the system itself.

    Whether ``by`` may send it is for the verb to say of which the notice is a part.
    """
    notice.issued_by, notice.issued_at = by, at
    notice.save()
    changes = audit.in_words(None, notice, ["kind", "unit", "user", "title"])
    audit.record("notice.issued", notice, by=by, at=at, changes=changes)
    return notice


@transaction.atomic
def acknowledge(*, notice: Notice, by: User, at: datetime) -> None:
    """阅知: read once, by a person for whom it is meant. Raises ``RuleViolation`` where it was read already."""
    notice = Notice.objects.select_for_update(of=("self",)).get(pk=notice.pk)
    if not Notice.objects.addressed_to(by).filter(pk=notice.pk).exists():
        raise NotAllowed("通知由送达单位的审核人或送达本人阅知。")
    if notice.read_at:
        raise RuleViolation(f"该通知已由{notice.read_by}阅知。")
    notice.read_by, notice.read_at = by, at
    notice.save(update_fields=["read_by", "read_at"])
    audit.record("notice.acknowledged", notice, by=by, at=at)


@transaction.atomic
def chase(*, period: ReportPeriod, rows: Sequence[OfUnit], url: str, by: User, at: datetime) -> list[Notice]:
    """催报: one notice to each unit that still owes reports of the period; those chased today are left alone.

    Returns those sent. Raises ``NotAllowed`` for another's unit, ``RuleViolation`` where nobody is left to chase.
    """
    _refuse_strangers(rows, by)
    today = Notice.objects.filter(kind=Kind.CHASE, period=period, chased_on=day_of(at))
    chased = set(today.values_list("unit", flat=True))
    due = [row for row in rows if row.lacking and row.unit.pk not in chased]
    if not due:
        raise RuleViolation("没有需要催报的单位：已经报齐，或今天已经催过。每个单位每期一天只催一次。")
    notices = []
    for row in due:
        notice = Notice(kind=Kind.CHASE, unit=row.unit, title=f"请尽快报送{period}", body=chase_said(row), url=url)
        notice.period, notice.chased_on = period, day_of(at)
        notices.append(issue(notice=notice, by=by, at=at))
    return notices


def _refuse_strangers(rows: Sequence[OfUnit], by: User) -> None:
    if not by.duties.include(Duty.CHASE):
        raise NotAllowed("催报由牵头单位审核人或区重点办办理。")
    if by.duties.include(Duty.EDIT_REGISTER):
        return
    own = by.duties.unit_paths(Duty.CHASE)
    strange = [str(row.unit) for row in rows if not row.unit.path.startswith(own)]
    if strange:
        raise NotAllowed(f"只能催报本单位牵头的项目，{'、'.join(strange)}请由区重点办催报。")
