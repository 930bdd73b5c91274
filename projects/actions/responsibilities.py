"""交接: when those who answer for a project change, the record keeps who answered until when."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from projects import recorded
from projects.errors import RuleViolation
from projects.models import KeyProject, Responsibility, User
from projects.recorded import day_of

HOLDERS = ("lead_unit_id", "responsible_person_id", "linked_leader_id")
_DAY = timedelta(days=1)


def hand_over(*, before: KeyProject, after: KeyProject, since: date | None, by: User, at: datetime) -> None:
    """Keep who answered before, where that changes. ``since``: the first day of the new ones; None: that of ``at``.

    Who answered for less than a day leaves no trace. Raises ``RuleViolation`` for a day to come, or one before the
    last hand-over.
    """
    if all(getattr(before, name) == getattr(after, name) for name in HOLDERS):
        return
    since = since or day_of(at)
    if since > day_of(at):
        raise RuleViolation(f"交接日期 {since.isoformat()} 晚于今天，请在交接当天登记。")
    until = since - _DAY
    with recorded.writing(holding=KeyProject.objects.filter(pk=before.pk)) as known_at:
        known = Responsibility.objects.current().filter(project=before)
        if later := known.filter(until__gt=until).order_by("-until").first():
            raise RuleViolation(f"交接日期不能早于上一次交接的 {(later.until + _DAY).isoformat()}。")
        recorded.record(answered_until([before], until=until), by=by, at=known_at)


def answered_until(before: Collection[KeyProject], *, until: date) -> list[Responsibility]:
    """What to record of projects that others answer for from the next day on; whoever came that day is left out."""
    known = Responsibility.objects.current().filter(project__in=before, until=until).values_list("project", flat=True)
    gone = set(known)
    return [
        Responsibility(project=each, until=until, **{name: getattr(each, name) for name in HOLDERS})
        for each in before
        if each.pk not in gone
    ]
