"""报告期: opened one after the other; a period that is there already is left as it is."""

from datetime import date, datetime, time

from django.db import transaction
from django.utils.timezone import make_aware

from projects import audit
from projects.models import User
from projects.periods import Kind, period_of
from scheduling.models import ReportPeriod

_DUE, _REVIEWED = time(12), time(17, 30)


@transaction.atomic
def open_period(*, kind: Kind, day: date, by: User | None, at: datetime) -> ReportPeriod:
    """The period this day lies in, due at noon of its last day. Asked for twice, it is opened once."""
    span = period_of(day, kind=kind)
    due_at, review_until = (make_aware(datetime.combine(span.ends_on, hour)) for hour in (_DUE, _REVIEWED))
    period, is_new = ReportPeriod.objects.get_or_create(
        kind=kind,
        starts_on=span.starts_on,
        defaults={"ends_on": span.ends_on, "due_at": due_at, "review_until": review_until},
    )
    if is_new:
        audit.record("report_period.opened", period, by=by, at=at)
    return period
