"""Closed months with the lights they ended in, and measures at every step of their way."""

from datetime import date, datetime, timedelta

from django.utils import timezone

from projects.periods import Kind, period_of, previous
from scheduling.actions import measures, rectifications
from scheduling.actions.rectifications import Wanted
from scheduling.models import Measure, PeriodClosing, PeriodStanding, ReportPeriod

NOW = timezone.now()
TODAY = timezone.localdate()


def in_days(number):
    return TODAY + timedelta(days=number)


def at(days):
    return NOW + timedelta(days=days)


def closed_months(count):
    """The last months before this one, the earliest first, entered in the ledger and still empty."""
    span, found = period_of(TODAY, kind=Kind.MONTH), []
    for _ in range(count):
        span = previous(span)
        found.append(span)
    return [_closed(span.starts_on, span.ends_on) for span in reversed(found)]


def _closed(starts_on: date, ends_on: date):
    end = timezone.make_aware(datetime(ends_on.year, ends_on.month, ends_on.day, 12))
    period, _ = ReportPeriod.objects.get_or_create(
        kind=ReportPeriod.Kind.MONTH_END,
        starts_on=starts_on,
        defaults={"ends_on": ends_on, "due_at": end, "review_until": end, "locked_at": end},
    )
    return PeriodClosing.objects.get_or_create(period=period, defaults={"known_at": end, "finished_at": end})[0]


def lit(project, *lights, **columns):
    """Its lights at the ends of the last months, the earliest first. Gives back the last closing."""
    closings = closed_months(len(lights))
    PeriodStanding.objects.bulk_create(
        PeriodStanding(
            period=closing.period,
            project=project,
            lead_unit=project.lead_unit,
            reported=PeriodStanding.Reported.NOT_OWED,
            light=light,
            computed_light=light,
            tier="BUILDING",
            **columns,
        )
        for closing, light in zip(closings, lights, strict=True)
    )
    return closings[-1]


def proposed(project, office, kind="INTERVIEW"):
    return measures.propose(project=project, kind=kind, reasons="连续两月滞后，进场时间未兑现", by=office, at=NOW)


def approved(project, office, signer, kind="INTERVIEW"):
    measure = proposed(project, office, kind)
    measures.approve(measure=measure, kind=kind, by=signer, at=NOW)
    return fresh(measure)


def told(project, office, signer, kind="INTERVIEW", **demand):
    """Its notice is out."""
    measure = approved(project, office, signer, kind)
    if kind == "INTERVIEW":
        arrange(measure, office)
    if kind in {"RECTIFICATION", "LISTED_SUPERVISION"}:
        rectifications.demand(
            measure=measure, **({"text": "增加两台塔吊", "due_on": in_days(10)} | demand), by=office, at=NOW
        )
    measures.tell(measure=measure, number="×重点督〔2026〕1号", by=office, at=NOW)
    return fresh(measure)


def arrange(measure, office, **said):
    given = {
        "held_at": at(2),
        "place": "区政府第二会议室",
        "interviewees": "区住房和城乡建设局主要负责同志",
        "interviewers": "分管副区长",
    }
    return rectifications.arrange(measure=measure, **(given | said), by=office, at=NOW)


def record(measure, office, *undertakings):
    wanted = undertakings or (Wanted("月底前完成主体封顶", in_days(20)),)
    return rectifications.record(
        measure=measure,
        held_at=at(2),
        attendees="区重点办",
        demands="倒排工期，专人驻场",
        explanation="劳务不足，已签补充合同",
        undertakings=wanted,
        by=office,
        at=at(3),
    )


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def history(measure):
    return [move.kind for move in measure.moves.all()]


def states():
    return sorted(Measure.objects.values_list("kind", "state"))
