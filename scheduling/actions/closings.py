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
from projects.models import Job, KeyProject, PlanEntry, Stage, TierEntry, User
from projects.models.key_project import KeyProjectQuerySet
from projects.roles import Duty
from scheduling.amounts import Amounts, amounts_of, gained
from scheduling.facts import known_facts
from scheduling.models import PeriodClosing, PeriodStanding, ProgressVersion, ReportPeriod
from scheduling.models.progress_report import ProgressVersionQuerySet
from scheduling.reporting import owing
from scheduling.reporting_record import COUNTS
from scheduling.standing import stage_on

BATCH = 500  # projects held in memory at a time
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
    """Who owed a report and who gave one all the same, unit by unit."""
    said = ProgressVersion.objects.known(at=closing.known_at).filter(report__period=closing.period)
    owed = owing(closing.period, known_at=closing.known_at)
    found = KeyProject.objects.filter(Q(pk__in=owed.values("pk")) | Q(pk__in=said.values("report__project")))
    return found.order_by("lead_unit", "pk")


@dataclass(frozen=True)
class _Said:
    """The report of one project: the version that counts, else the one under way; what waits for review."""

    version: int
    state: str
    period_amount: Decimal
    is_unchanged: bool


def _freeze_batch(closing: PeriodClosing, projects: Sequence[int]) -> None:
    """A constant number of queries for any number of projects."""
    on, at = closing.period.ends_on, closing.known_at
    said, waiting, first = _said(closing, projects), _waiting(closing, projects), _first_told(closing, projects)
    tiers = {tier.project_id: tier for tier in TierEntry.objects.filter(project__in=projects).held_on(on, known_at=at)}
    amounts = amounts_of(projects, upto=on, known_at=at)
    plans = dict(
        PlanEntry.objects.in_force(on=on, known_at=at)
        .filter(project__in=projects)
        .values_list("project", "annual_plan_amount")
    )
    facts = known_facts(projects, known_at=at)
    quiet = _periods_without_news(closing, projects, tiers)
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
                annual_plan_amount=plans.get(project),
                stage=stage_on(facts[project].items, on=on, order=Stage.values) if project in facts else "",
                tier=tiers[project].tier if project in tiers else "",
                **_of_report(said.get(project)),
                **_of_amounts(amounts[project]),
            )
            for project, unit in units
        ],
        ignore_conflicts=True,
    )


def _of_report(said: _Said | None) -> dict[str, object]:
    if said is None:
        return {"reported": Reported.MISSING, "version_id": None}
    counted = said.period_amount if said.state == ProgressVersion.State.ACCEPTED else Decimal(0)
    return {
        "reported": _STATES[said.state],
        "version_id": said.version,
        "period_amount": counted,
        "is_unchanged": said.is_unchanged,
    }


def _of_amounts(amounts: Amounts) -> dict[str, object]:
    return {
        "ytd_amount": amounts.ytd_amount,
        "since_start_amount": amounts.since_start_amount,
        "physical_percent": amounts.physical_percent,
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


def _periods_without_news(
    closing: PeriodClosing, projects: Sequence[int], tiers: dict[int, TierEntry]
) -> dict[int, int]:
    """连续无变化: the periods of this kind since the last report that told of a change, or since it is in its tier."""
    period = closing.period
    told = ProgressVersion.objects.known(at=closing.known_at).exclude(state=ProgressVersion.State.RETURNED)
    news = told.filter(report__project__in=projects, report__period__ends_on__lte=period.ends_on, is_unchanged=False)
    last = dict(news.order_by().values_list("report__project").annotate(Max("report__period__ends_on")))
    ends = list(
        ReportPeriod.objects.filter(kind=period.kind, ends_on__lte=period.ends_on)
        .order_by("ends_on")
        .values_list("ends_on", flat=True)
    )
    return {
        project: len(ends) - bisect_right(ends, max(last.get(project, date.min), _entered(tiers.get(project))))
        for project in projects
    }


def _entered(tier: TierEntry | None) -> date:
    return tier.entered_on if tier else date.min


def _counts(closing: PeriodClosing) -> dict[str, object]:
    counts = PeriodStanding.objects.filter(period=closing.period).aggregate(
        **COUNTS,
        amount=Sum("period_amount", default=Decimal(0)),
        unreviewed_sum=Sum("unreviewed_amount", default=Decimal(0)),
    )
    return counts | {"reported": counts.pop("told"), "unreviewed_amount": counts.pop("unreviewed_sum")}
