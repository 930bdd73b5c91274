"""载入演示数据: the invented district, what it reported in forty weeks and more, and what it met about and decided."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from random import Random
from uuid import UUID, uuid5

from django.db import transaction

from projects import recorded
from projects.actions import demo as register
from projects.actions.demo import Account, Loaded
from projects.actions.demo_rows import each, insert, survey
from projects.demo.course import BEIJING
from projects.models import KeyProject, User
from projects.periods import Kind, period_of, previous
from scheduling.demo.adjustments import adjustment
from scheduling.demo.site import Site
from scheduling.demo.weeks import Hours, Told, reports
from scheduling.models import (
    PeriodClosing,
    ProgressReport,
    ProgressSubmission,
    ProgressVersion,
    ReportPeriod,
)
from scheduling.reporting_calendar import span_of

from . import (
    closings,
    demo_assessments,
    demo_inspections,
    demo_meetings,
    demo_photos,
    demo_waivers,
    forecasts,
    periods,
    standings,
)
from .progress_reports import receipt_number

_WEEKS = 40
_FORMS = UUID("6f1f6f0e-4d0b-4a57-9a4e-1f7a2f0d5c11")  # any; the forms of the demo are named within it
Weeks = Mapping[date, ReportPeriod]
Reported = tuple[KeyProject, ReportPeriod, list[Told], User, User]
"""Of which project and period, what was told by whom, and who reviewed it."""


@transaction.atomic
def load(*, seed: int, anchor: date, by: User | None) -> list[Account]:
    """As ``projects.actions.demo.load``, and the weeks before ``anchor``: the whole year, forty at the least."""
    loaded = register.load(seed=seed, anchor=anchor, by=by)
    until = datetime.combine(anchor, time(), BEIJING)
    weeks, months = _opened(anchor, kind=Kind.WEEK), _opened(anchor, kind=ReportPeriod.Kind.MONTH_END)
    cast = demo_meetings.Cast(loaded)
    told = [*_weekly(loaded, cast, weeks, seed=seed, until=until), *_adjusted(loaded, cast, months, seed=seed)]
    _load_reports([each for each in told if each[2]])
    survey()
    demo_meetings.load(loaded, weeks, until=until, dice=_dice(seed, "meetings"))
    _close([*weeks.values(), *months.values()], until)
    demo_waivers.load(loaded, until=until)
    everything = [project.pk for project in loaded.saved.projects.values()]
    with recorded.writing() as at:
        standings.refresh(everything, at)
        demo_inspections.load(on=anchor)
        demo_photos.load(loaded, until=until)
        standings.refresh(everything, at)  # as of now again, for what was found on tours
    demo_assessments.load(loaded, anchor=anchor)
    forecasts.renew(at=at, progress=lambda _done, _total: None)
    return loaded.accounts


def _dice(seed: int, purpose: str) -> Random:
    return Random(f"{seed}:{purpose}")  # noqa: S311 - a demo is drawn from a seed and keeps no secret


def _opened(anchor: date, *, kind: str) -> Weeks:
    """The periods of this kind by their last day, the earliest first."""
    first, found = min(anchor - timedelta(weeks=_WEEKS), date(anchor.year, 1, 1)), []
    span = span_of(anchor, kind=kind)
    while span.ends_on >= first:
        found.append(span)
        span = previous(span)
    return {
        span.ends_on: periods.open_period(
            kind=kind, day=span.ends_on, by=None, at=datetime.combine(span.starts_on, time(0, 5), BEIJING)
        )
        for span in reversed(found)
    }


def _weekly(
    loaded: Loaded, cast: demo_meetings.Cast, weeks: Weeks, *, seed: int, until: datetime
) -> Iterator[Reported]:  # fmt: skip
    hours = [
        Hours(period_of(period.ends_on, kind=Kind.WEEK), period.due_at, period.review_until)
        for period in weeks.values()
    ]
    for spec, project, by in each(loaded.district, loaded.saved):
        if spec.course:
            dice, total = _dice(seed, f"weeks:{spec.code}"), spec.budgets[-1].total
            for told_of, versions in reports(Site(spec), hours, total=total, until=until, dice=dice):
                yield project, weeks[told_of.week.ends_on], versions, by, cast.hand(spec.lead_unit)


def _adjusted(loaded: Loaded, cast: demo_meetings.Cast, months: Weeks, *, seed: int) -> Iterator[Reported]:
    """月末调整 of a few, reviewed before the month is closed."""
    closing = [*months.values()][:-1]
    for spec, project, by in each(loaded.district, loaded.saved):
        if spec.course:
            dice, site, total = _dice(seed, f"months:{spec.code}"), Site(spec), spec.budgets[-1].total
            for month in closing:
                versions = adjustment(site, month.starts_on, due_at=month.due_at, total=total, dice=dice)
                yield project, month, versions, by, cast.hand(spec.lead_unit)


def _load_reports(told: Sequence[Reported]) -> None:
    """Reports first, then their versions, then the receipts of those that were handed in."""
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


def _close(opened: Iterable[ReportPeriod], until: datetime) -> None:
    """Every period whose review was over before the anchor day, as known at that hour."""
    for period in sorted(opened, key=lambda period: period.review_until):
        if period.review_until < until:
            ReportPeriod.objects.filter(pk=period.pk).update(locked_at=period.review_until)
            closing = PeriodClosing.objects.create(period=period, known_at=period.review_until)
            closings.freeze(closing, progress=lambda _done, _total: None)
            closings.finish(closing, by=None, at=period.review_until + timedelta(minutes=2))
