"""报送情况: how a period was reported, as frozen when it was closed, and what came afterwards."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from django.db.models import Count, Exists, F, OuterRef, Q

from projects.models import Unit
from scheduling.models import PeriodStanding, ProgressVersion, ReportPeriod
from scheduling.models.report_period import PeriodStandingQuerySet
from scheduling.reporting import on_time_rate

LOOKED_BACK = 12
"""How many closed periods the rates of a unit are taken over."""
_Reported = PeriodStanding.Reported
_TOLD = Q(reported__in=[_Reported.ACCEPTED, _Reported.UNREVIEWED])
COUNTS = {
    "expected": Count("pk"),
    "told": Count("pk", filter=_TOLD),
    "on_time": Count("pk", filter=_TOLD & Q(is_on_time=True)),
    "unreviewed": Count("pk", filter=Q(reported=_Reported.UNREVIEWED)),
    "returned": Count("pk", filter=Q(reported=_Reported.RETURNED)),
    "missing": Count("pk", filter=Q(reported=_Reported.MISSING)),
    "unchanged": Count("pk", filter=_TOLD & Q(is_unchanged=True)),
}
"""What the ledger counts of frozen lines."""


@dataclass(frozen=True)
class Counts:
    """Projects; all but ``came_late`` (补报: lacking when the period was closed, reported since) as frozen."""

    expected: int = 0
    told: int = 0
    on_time: int = 0
    unreviewed: int = 0
    returned: int = 0
    missing: int = 0
    unchanged: int = 0
    came_late: int = 0

    @property
    def on_time_rate(self) -> Decimal | None:
        return on_time_rate(on_time=self.on_time, owed=self.expected)


@dataclass(frozen=True)
class Record:
    """Several periods together: reports owed and come in time, times a report was handed in and was sent back."""

    expected: int = 0
    on_time: int = 0
    submitted: int = 0
    sent_back: int = 0

    @property
    def on_time_rate(self) -> Decimal | None:
        return on_time_rate(on_time=self.on_time, owed=self.expected)

    @property
    def return_rate(self) -> Decimal | None:
        """退回率: times a report was sent back ÷ times one was handed in; None where none was."""
        return 100 * Decimal(self.sent_back) / self.submitted if self.submitted else None


Summed = TypeVar("Summed", Counts, Record)


def total(kind: type[Summed], rows: Iterable[Summed]) -> Summed:
    """Σ, of which a rate is Σ ÷ Σ."""
    return kind(*map(sum, zip(*(vars(row).values() for row in rows), strict=True)))


def with_lateness(standings: PeriodStandingQuerySet) -> PeriodStandingQuerySet:
    """``came_late``: lacking when the period was closed, and a report stands now."""
    stands = ProgressVersion.objects.current().exclude(state=ProgressVersion.State.RETURNED)
    since = Exists(stands.filter(report__project=OuterRef("project"), report__period=OuterRef("period")))
    return standings.annotate(came_late=Q(reported__in=[_Reported.MISSING, _Reported.RETURNED]) & since)


def counted(standings: PeriodStandingQuerySet, *, by: str) -> dict[int, Counts]:
    """The counts of these lines by ``period`` or by ``lead_unit``: one query."""
    lines = with_lateness(standings).order_by().values_list(by)
    rows = lines.annotate(**COUNTS, late=Count("pk", filter=Q(came_late=True)))
    return {key: Counts(*counts) for key, *counts in rows.values_list(by, *COUNTS, "late")}


def records(standings: PeriodStandingQuerySet, *, kind: str) -> dict[int, Record]:
    """By lead unit, over the last closed periods of this kind; what came after their closing is left out."""
    closed = ReportPeriod.objects.filter(kind=kind, closing__finished_at__isnull=False).order_by("-ends_on")
    lines = standings.filter(period__in=list(closed.values_list("pk", flat=True)[:LOOKED_BACK])).order_by()
    owed = lines.values_list("lead_unit").annotate(expected=COUNTS["expected"], on_time=COUNTS["on_time"])
    submitted, sent_back = _handed_in(lines), _sent_back(lines)
    return {
        unit: Record(expected, on_time, submitted.get(unit, 0), sent_back.get(unit, 0))
        for unit, expected, on_time in owed
    }


def _handed_in(lines: PeriodStandingQuerySet) -> dict[int, int]:
    came = lines.filter(
        project__progress_reports__period=F("period"),
        project__progress_reports__submissions__submitted_at__lte=F("period__locked_at"),
    )
    return dict(came.values_list("lead_unit").annotate(Count("pk")))


def _sent_back(lines: PeriodStandingQuerySet) -> dict[int, int]:
    """Every version that is sent back is one return, whatever was said before or after."""
    went = lines.filter(
        project__progress_reports__period=F("period"),
        project__progress_reports__versions__state=ProgressVersion.State.RETURNED,
        project__progress_reports__versions__recorded_at__lte=F("period__locked_at"),
    )
    return dict(went.values_list("lead_unit").annotate(Count("pk")))


def units_of(keys: Collection[int]) -> list[Unit]:
    """In the order of the directory."""
    return list(Unit.objects.filter(pk__in=keys).order_by("sort_key", "pk"))
