"""报告期: opened one after the other; a period that is there already is left as it is."""

from collections.abc import Iterator
from datetime import date, datetime, time

from django.db import transaction
from django.db.models import Max
from django.utils.timezone import make_aware

from projects import audit
from projects.models import CalendarDay, User
from projects.periods import Period
from projects.recorded import day_of
from scheduling.models import ReportingDuty, ReportingRule, ReportPeriod
from scheduling.reporting_calendar import DAY, begun, due_on, span_of

_ALWAYS: tuple[str, ...] = (ReportPeriod.Kind.WEEK, ReportPeriod.Kind.MONTH_END)
_Duties = list[tuple[str, date, date | None]]


@transaction.atomic
def keep_calendar(*, at: datetime) -> list[ReportPeriod]:
    """Open every period that has begun since the last one opened; returns those whose review is over.

    Weeks and adjustments at the end of months always, other kinds for the days a project is due to report by them.
    """
    for kind, span in list(_not_opened(on=day_of(at))):
        open_period(kind=kind, day=span.ends_on, by=None, at=at)
    return list(ReportPeriod.objects.to_close(at=at))


@transaction.atomic
def open_period(*, kind: str, day: date, by: User | None, at: datetime) -> ReportPeriod:
    """The period this day lies in, due by the rule in force on its first day. Asked for twice, it is opened once."""
    span = span_of(day, kind=kind)
    period, is_new = ReportPeriod.objects.get_or_create(
        kind=kind, starts_on=span.starts_on, defaults={"ends_on": span.ends_on, **_limits(kind, span)}
    )
    if is_new:
        audit.record("report_period.opened", period, by=by, at=at)
    return period


def _not_opened(*, on: date) -> Iterator[tuple[str, Period]]:
    opened = dict(ReportPeriod.objects.order_by().values_list("kind").annotate(Max("ends_on")))
    duties: _Duties = list(ReportingDuty.objects.values_list("kind", "starts_on", "ends_on"))
    for kind in _ALWAYS:
        first = opened[kind] + DAY if kind in opened else on
        yield from ((kind, span) for span in begun(first, kind=kind, on=on))
    for kind in {kind for kind, *_days in duties} - set(_ALWAYS):
        days = [(starts_on, ends_on or date.max) for each, starts_on, ends_on in duties if each == kind]
        first = opened[kind] + DAY if kind in opened else min(days)[0]
        for span in begun(first, kind=kind, on=on):
            if any(starts_on <= span.ends_on <= ends_on for starts_on, ends_on in days):
                yield kind, span


def _limits(kind: str, span: Period) -> dict[str, datetime]:
    rule = ReportingRule.objects.in_force(kind=kind, on=span.starts_on)
    announced = CalendarDay.objects.announced([span.starts_on.year, span.ends_on.year + 1])
    day = due_on(span, postponed=rule.when_holiday == ReportingRule.Holiday.LATER, announced=announced)
    return {"due_at": _moment(day, rule.due_time), "review_until": _moment(day, rule.review_time)}


def _moment(day: date, hour: time) -> datetime:
    return make_aware(datetime.combine(day, hour))
