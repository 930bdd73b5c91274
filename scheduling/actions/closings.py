"""锁定登记: a period is locked at one moment, and what was known then is frozen project by project.

Locking takes an instant and everything after it rests on that moment alone, so freezing may be interrupted and taken
up again as often as need be: it ends with the same rows.
"""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Max, Min, Q, Sum
from django.utils.timezone import localtime  # noqa: TID251 - localtime is given the moment

from projects import audit, jobs, recorded
from projects.errors import NotAllowed, RuleViolation
from projects.models import Job, KeyProject, LibraryTier, TierEntry, User
from projects.models.key_project import KeyProjectQuerySet
from projects.roles import Duty
from scheduling.amounts import gained
from scheduling.evaluation import Evaluation, evaluated
from scheduling.last_week import kept
from scheduling.models import PeriodClosing, PeriodStanding, ProgressVersion, ReportPeriod
from scheduling.models.progress_report import ProgressVersionQuerySet
from scheduling.project_days import AsKnown
from scheduling.reporting import owing
from scheduling.reporting_record import COUNTS

BATCH = 500  # projects held in memory at a time
_OF_ALL = {ReportPeriod.Kind.WEEK, ReportPeriod.Kind.MONTH_END}
Progress = Callable[[int, int], None]
Reported = PeriodStanding.Reported
_STATES = {"ACCEPTED": Reported.ACCEPTED, "SUBMITTED": Reported.UNREVIEWED, "RETURNED": Reported.RETURNED}


def close(*, period: ReportPeriod, by: User | None) -> PeriodClosing:
    """锁定: what comes from now on is 补报. Closed twice, it keeps its first moment."""
    with recorded.standing_still() as at:
        period = ReportPeriod.objects.select_for_update().get(pk=period.pk)
        if closing := PeriodClosing.objects.filter(period=period).first():
            return closing
        if at < period.review_until:
            until = localtime(period.review_until)
            raise RuleViolation(f"{period}审核截止到 {until:%Y-%m-%d %H:%M}，到时自动锁定，不能提前。")
        period.locked_at = period.locked_at or at
        period.save(update_fields=["locked_at"])
        audit.record("report_period.locked", period, by=by, at=at)
        return PeriodClosing.objects.create(period=period, known_at=period.locked_at)


def freeze(closing: PeriodClosing, *, progress: Progress) -> None:
    """What was known of every project when the period was locked; what is frozen already stays as it is."""
    projects = list(_concerned(closing).values_list("pk", flat=True))
    for start in range(0, len(projects), BATCH):
        _freeze_batch(closing, projects[start : start + BATCH])
        progress(min(start + BATCH, len(projects)), len(projects))


@transaction.atomic
def finish(closing: PeriodClosing, *, by: User | None, at: datetime) -> PeriodClosing:
    """登记: the counts of what was frozen, once."""
    closing = PeriodClosing.objects.select_for_update().select_related("period").get(pk=closing.pk)
    if closing.finished_at:
        return closing
    for name, value in _counts(closing).items():
        setattr(closing, name, value)
    closing.finished_at = at
    closing.save()
    counted = audit.in_words(None, closing, ["expected", "reported", "missing", "amount"])
    audit.record("report_period.closed", closing.period, by=by, at=at, changes=counted)
    return closing


def retry(*, period: ReportPeriod, job: Job, by: User, at: datetime) -> None:
    """Have a closing that failed begun anew. Raises ``RuleViolation`` for one that has not failed."""
    if not by.duties.include(Duty.KEEP_REPORTING):
        raise NotAllowed("报告期的锁定由区重点办重试。")
    if job.state != Job.State.FAILED:
        raise RuleViolation(f"{period}的锁定没有失败，不需要重试，请刷新页面。")
    with transaction.atomic():
        jobs.retry(job, at=at)
        audit.record("report_period.retried", period, by=by, at=at)


def _concerned(closing: PeriodClosing) -> KeyProjectQuerySet:
    """A week and a month's end: the whole register. Else who owed a report and who gave one all the same."""
    found = KeyProject.objects.order_by("lead_unit", "pk")
    if closing.period.kind in _OF_ALL:
        left = TierEntry.objects.held_on(closing.period.ends_on, known_at=closing.known_at)
        return found.counted().exclude(pk__in=left.filter(tier=LibraryTier.EXITED).values("project"))
    said = ProgressVersion.objects.known(at=closing.known_at).filter(report__period=closing.period)
    owed = owing(closing.period, known_at=closing.known_at)
    return found.filter(Q(pk__in=owed.values("pk")) | Q(pk__in=said.values("report__project")))


@dataclass(frozen=True)
class _Said:
    """The report of one project: the version that counts, else the one under way; what waits for review."""

    version: int
    state: str
    period_amount: Decimal
    is_unchanged: bool


def _freeze_batch(closing: PeriodClosing, projects: Sequence[int]) -> None:
    """A constant number of queries for any number of projects."""
    asked = AsKnown.past(closing.period.ends_on, known_at=closing.known_at)
    found = {each.project: each for each in evaluated(projects, asked)}
    said, waiting, first = _said(closing, projects), _waiting(closing, projects), _first_told(closing, projects)
    quiet, owed = _periods_without_news(closing, projects), _owed(closing, projects)
    units = KeyProject.objects.filter(pk__in=projects).values_list("pk", "lead_unit")
    PeriodStanding.objects.bulk_create(
        [
            PeriodStanding(
                period=closing.period,
                project_id=project,
                lead_unit_id=unit,
                is_on_time=project in first and first[project] <= closing.period.due_at,
                unchanged_periods=quiet[project],
                unreviewed_amount=waiting.get(project, Decimal(0)),
                **_of_report(said.get(project), is_owed=project in owed),
                **_of_evaluation(found[project]),
            )
            for project, unit in units
        ],
        ignore_conflicts=True,
    )


def _of_evaluation(found: Evaluation) -> dict[str, object]:
    day, amounts = found.read.day, found.read.amounts
    return {
        "annual_plan_amount": day.plan.annual_amount if day.plan else None,
        "stage": found.stage,
        "tier": day.tier,
        "ytd_amount": amounts.ytd_amount,
        "since_start_amount": amounts.since_start_amount,
        "physical_percent": amounts.physical_percent,
        "late_items": [kept(late.item) for late in found.overdue()],
        **found.columns,
    }


def _owed(closing: PeriodClosing, projects: Sequence[int]) -> set[int]:
    owed = owing(closing.period, known_at=closing.known_at).filter(pk__in=projects)
    return set(owed.values_list("pk", flat=True))


def _of_report(said: _Said | None, *, is_owed: bool) -> dict[str, object]:
    if said is None:
        return {"reported": Reported.MISSING if is_owed else Reported.NOT_OWED, "version_id": None}
    counted = said.period_amount if said.state == ProgressVersion.State.ACCEPTED else Decimal(0)
    return {
        "reported": _STATES[said.state],
        "version_id": said.version,
        "period_amount": counted,
        "is_unchanged": said.is_unchanged,
    }


def _known_versions(closing: PeriodClosing, projects: Sequence[int]) -> ProgressVersionQuerySet:
    of_period = ProgressVersion.objects.filter(report__period=closing.period, report__project__in=projects)
    return of_period.known(at=closing.known_at)


def _said(closing: PeriodClosing, projects: Sequence[int]) -> dict[int, _Said]:
    rows = _known_versions(closing, projects).order_by("counts")  # what counts comes last and stays
    columns = ("report__project", "pk", "state", "period_amount", "is_unchanged")
    return {project: _Said(*values) for project, *values in rows.values_list(*columns)}


def _waiting(closing: PeriodClosing, projects: Sequence[int]) -> dict[int, Decimal]:
    return dict(gained(_known_versions(closing, projects)).values_list("report__project", "gained_amount"))


def _first_told(closing: PeriodClosing, projects: Sequence[int]) -> dict[int, datetime]:
    told = ProgressVersion.objects.filter(
        report__period=closing.period, report__project__in=projects, recorded_at__lte=closing.known_at
    )
    return dict(told.order_by().values_list("report__project").annotate(Min("recorded_at")))


def _periods_without_news(closing: PeriodClosing, projects: Sequence[int]) -> dict[int, int]:
    """连续无变化: the periods of this kind since the last report that told of a change, or since it is in its tier."""
    period = closing.period
    held = TierEntry.objects.filter(project__in=projects).held_on(period.ends_on, known_at=closing.known_at)
    entered = dict(held.values_list("project", "entered_on"))
    told = ProgressVersion.objects.known(at=closing.known_at).exclude(state=ProgressVersion.State.RETURNED)
    news = told.filter(report__project__in=projects, report__period__ends_on__lte=period.ends_on, is_unchanged=False)
    last = dict(news.order_by().values_list("report__project").annotate(Max("report__period__ends_on")))
    ends = list(
        ReportPeriod.objects.filter(kind=period.kind, ends_on__lte=period.ends_on)
        .order_by("ends_on")
        .values_list("ends_on", flat=True)
    )
    return {
        project: len(ends) - bisect_right(ends, max(last.get(project, date.min), entered.get(project, date.min)))
        for project in projects
    }


def _counts(closing: PeriodClosing) -> dict[str, object]:
    counts = (
        PeriodStanding.objects.filter(period=closing.period)
        .owed()
        .aggregate(
            **COUNTS,
            amount=Sum("period_amount", default=Decimal(0)),
            unreviewed_sum=Sum("unreviewed_amount", default=Decimal(0)),
        )
    )
    return counts | {"reported": counts.pop("told"), "unreviewed_amount": counts.pop("unreviewed_sum")}
