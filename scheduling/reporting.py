"""应报: which projects owe a report of a period."""

from datetime import datetime
from decimal import Decimal

from projects.models import KeyProject, LibraryTier, TierEntry
from projects.models.key_project import KeyProjectQuerySet
from scheduling.models import ReportingDuty, ReportPeriod

OWING_TIERS = (LibraryTier.PREPARATION, LibraryTier.BUILDING)


def owing(period: ReportPeriod, *, known_at: datetime | None) -> KeyProjectQuerySet:
    """In preparation or being built on the last day of the period, and by then due to report by this kind.

    A suspended project still owes one; an adjustment at the end of a month is owed by none.
    """
    tiers = TierEntry.objects.held_on(period.ends_on, known_at=known_at).filter(tier__in=OWING_TIERS)
    owed = KeyProject.objects.counted().filter(pk__in=tiers.values("project"))
    duties = ReportingDuty.objects.in_force(on=period.ends_on)
    if period.kind == ReportPeriod.Kind.WEEK:
        return owed.exclude(pk__in=duties.exclude(kind=period.kind).values("project"))
    return owed.filter(pk__in=duties.filter(kind=period.kind).values("project"))


def on_time_rate(*, on_time: int, owed: int) -> Decimal | None:
    """按时率: reports that came by the hour they were due ÷ reports owed; None where none was."""
    return 100 * Decimal(on_time) / owed if owed else None
