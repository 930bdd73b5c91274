"""载入演示数据: the invented district, and forty weeks and more of what it reported, met about and decided."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from random import Random
from uuid import UUID, uuid5

from django.db import transaction

from projects import recorded
from projects.actions import demo as register
from projects.actions.demo import Account, Loaded
from projects.actions.demo_rows import each, insert
from projects.demo.course import BEIJING
from projects.models import User
from projects.periods import Kind, period_of, previous
from scheduling.demo.site import Site
from scheduling.demo.weeks import Hours, Told, reports
from scheduling.models import (
    PeriodClosing,
    ProgressReport,
    ProgressSubmission,
    ProgressVersion,
    ReportPeriod,
)

from . import closings, demo_meetings, demo_waivers, forecasts, periods, standings
from .progress_reports import receipt_number

_WEEKS = 40
_FORMS = UUID("6f1f6f0e-4d0b-4a57-9a4e-1f7a2f0d5c11")  # any; the forms of the demo are named within it
Weeks = Mapping[date, ReportPeriod]


@transaction.atomic
def load(*, seed: int, anchor: date, by: User | None) -> list[Account]:
    """As ``projects.actions.demo.load``, and the weeks before ``anchor``: the whole year, forty at the least."""
    loaded = register.load(seed=seed, anchor=anchor, by=by)
    until = datetime.combine(anchor, time(), BEIJING)
    weeks = _open_weeks(anchor)
    _load_reports(loaded, weeks, seed=seed, until=until)
    demo_meetings.load(loaded, weeks, until=until, dice=_dice(seed, "meetings"))
    _close(weeks, until)
    demo_waivers.load(loaded, until=until)
    with recorded.writing() as at:
        standings.refresh([project.pk for project in loaded.saved.projects.values()], at)
    forecasts.renew(at=at, progress=lambda _done, _total: None)
    return loaded.accounts


def _dice(seed: int, purpose: str) -> Random:
    return Random(f"{seed}:{purpose}")  # noqa: S311 - a demo is drawn from a seed and keeps no secret


def _open_weeks(anchor: date) -> Weeks:
    """By their last day, the earliest first."""
    first, week, found = (
        min(anchor - timedelta(weeks=_WEEKS), date(anchor.year, 1, 1)),
        period_of(anchor, kind=Kind.WEEK),
        [],
    )
    while week.ends_on >= first:
        found.append(week)
        week = previous(week)
    return {
        week.ends_on: periods.open_period(
            kind=Kind.WEEK, day=week.ends_on, by=None, at=datetime.combine(week.starts_on, time(0, 5), BEIJING)
        )
        for week in reversed(found)
    }


def _load_reports(loaded: Loaded, weeks: Weeks, *, seed: int, until: datetime) -> None:
    """Reports first, then their versions, then the receipts of those that were handed in."""
    district, saved = loaded.district, loaded.saved
    cast = demo_meetings.Cast(loaded)
    hours = [
        Hours(period_of(period.ends_on, kind=Kind.WEEK), period.due_at, period.review_until)
        for period in weeks.values()
    ]
    told = [
        (project, weeks[each_hours.week.ends_on], versions, by, cast.hand(spec.lead_unit))
        for spec, project, by in each(district, saved)
        if spec.course
        for each_hours, versions in reports(
            Site(spec),
            hours,
            total=spec.budgets[-1].total,
            until=until,
            dice=_dice(seed, f"weeks:{spec.code}"),
        )
    ]
    made = insert(ProgressReport(project=project, period=period) for project, period, *_rest in told)
    pairs = [
        (one, version)
        for report, (_project, _period, versions, by, reviewer) in zip(made, told, strict=True)
        for one, version in _versions(report, versions, by=by, reviewer=reviewer)
    ]
    insert(version for _, version in pairs)
    insert(_receipts([version for one, version in pairs if one.is_submission]))


def _versions(
    report: ProgressReport, versions: list[Told], *, by: User, reviewer: User
) -> Iterator[tuple[Told, ProgressVersion]]:
    for one in versions:
        is_reviewed = one.state != ProgressVersion.State.SUBMITTED
        yield (
            one,
            ProgressVersion(
                report=report,
                counts=one.state == ProgressVersion.State.ACCEPTED,
                state=one.state,
                submitted_by=by,
                reviewed_by=reviewer if is_reviewed else None,
                recorded_by=reviewer if is_reviewed else by,
                recorded_at=one.recorded_at,
                superseded_at=one.superseded_at,
                **one.said,
            ),
        )


def _receipts(submitted: list[ProgressVersion]) -> Iterator[ProgressSubmission]:
    numbers: dict[int, int] = {}
    for version in submitted:
        report = version.report
        numbers[report.pk] = number = numbers.get(report.pk, 0) + 1
        receipt = receipt_number(report, number)
        yield ProgressSubmission(
            report=report,
            version=version,
            client_id=uuid5(_FORMS, receipt),
            receipt_number=receipt,
            submitted_by_id=version.submitted_by_id,
            submitted_at=version.recorded_at,
        )


def _close(weeks: Weeks, until: datetime) -> None:
    """Every week whose review was over before the anchor day, as known at that hour."""
    for period in weeks.values():
        if period.review_until < until:
            ReportPeriod.objects.filter(pk=period.pk).update(locked_at=period.review_until)
            closing = PeriodClosing.objects.create(period=period, known_at=period.review_until)
            closings.freeze(closing, progress=lambda _done, _total: None)
            closings.finish(closing, by=None, at=period.review_until + timedelta(minutes=2))
