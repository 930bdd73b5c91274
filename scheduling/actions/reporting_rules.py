"""报送时限和报送方式: by what hour reports are due, and which kind of them a project owes."""

from datetime import date, datetime, time, timedelta

from django.db import transaction

from projects import audit
from projects.errors import NotAllowed, RuleViolation
from projects.models import KeyProject, User
from projects.recorded import day_of
from projects.roles import Duty
from scheduling.models import ProgressReport, ReportingDuty, ReportingRule, ReportPeriod

_LIMITS = ["effective_on", "due_time", "review_time", "when_holiday"]
_DUTY = ["kind", "starts_on", "reason"]
Holiday = ReportingRule.Holiday


@transaction.atomic
def add_rule(
    *,
    kind: str,
    effective_on: date,
    due_time: time,
    review_time: time,
    when_holiday: str = Holiday.EARLIER,
    by: User,
    at: datetime,
) -> ReportingRule:
    """An edition for the periods that begin on this day or later; those open already keep their limits."""
    _refuse_other_than_office(by)
    if effective_on < day_of(at):
        raise RuleViolation(f"生效日期 {effective_on.isoformat()} 早于今天。报送时限不能追溯，请填今天或以后的日期。")
    if review_time <= due_time:
        raise RuleViolation(f"审核截止 {review_time:%H:%M} 须晚于报送截止 {due_time:%H:%M}。")
    rules = ReportingRule.objects.filter(kind=kind)
    if rules.filter(effective_on=effective_on).exists():
        raise RuleViolation(f"{effective_on.isoformat()} 生效的时限已登记，不能改动，请另选生效日期。")
    before = rules.in_force(kind=kind, on=effective_on)
    rule = ReportingRule.objects.create(
        kind=kind, effective_on=effective_on, due_time=due_time, review_time=review_time, when_holiday=when_holiday
    )
    audit.record("reporting_rule.added", rule, by=by, at=at, changes=audit.in_words(before, rule, _LIMITS))
    return rule


@transaction.atomic
def change_duty(
    *, project: KeyProject, kind: str, starts_on: date, reason: str, by: User, at: datetime
) -> ReportingDuty:
    """From this month on the project reports by this kind; what it owed before ends the day before.

    ``starts_on`` is any day of the month, which is the present one or a later one.
    """
    _refuse_other_than_office(by)
    project = KeyProject.objects.select_for_update(no_key=True).get(pk=project.pk)
    starts_on = starts_on.replace(day=1)
    _refuse_unfit(project, kind, starts_on, reason, at)
    before = project.reporting_duties.filter(ends_on__isnull=True).first()
    _refuse_unchanged(project, before, kind, starts_on)
    if before:
        before.ends_on = starts_on - timedelta(days=1)
        before.save(update_fields=["ends_on"])
    duty = ReportingDuty.objects.create(project=project, kind=kind, starts_on=starts_on, reason=reason)
    audit.record("reporting_duty.changed", duty, by=by, at=at, changes=audit.in_words(before, duty, _DUTY))
    return duty


def _refuse_other_than_office(by: User) -> None:
    if not by.duties.include(Duty.KEEP_REPORTING):
        raise NotAllowed("报送时限和报送方式由区重点办维护。")


def _refuse_unfit(project: KeyProject, kind: str, starts_on: date, reason: str, at: datetime) -> None:
    this_month = day_of(at).replace(day=1)
    if project.is_package:
        raise RuleViolation(f"“{project.name}”是打包项目，没有自己的填报，请为它的子项目调整。")
    if kind == ReportPeriod.Kind.MONTH_END:
        raise RuleViolation("月末调整不是报送方式，请选择周报、旬报、半月报或月报。")
    if not reason.strip():
        raise RuleViolation("请写明调整报送方式的原因。")
    if starts_on < this_month:
        raise RuleViolation(f"报送方式不能追溯到 {starts_on:%Y-%m}，最早从本月起调整。")
    told = ProgressReport.objects.filter(project=project, period__ends_on__gte=starts_on)
    if told.exclude(period__kind=ReportPeriod.Kind.MONTH_END).exists():
        raise RuleViolation(f"“{project.name}”在 {starts_on:%Y-%m} 已有填报，改变方式会重复计数，请从下月起调整。")


def _refuse_unchanged(project: KeyProject, before: ReportingDuty | None, kind: str, starts_on: date) -> None:
    if before and before.starts_on >= starts_on:
        said = f"{before.starts_on:%Y-%m} 起改为{before.get_kind_display()}"
        raise RuleViolation(f"“{project.name}”已定从 {said}，请选择其后的月份。")
    if kind == (before.kind if before else ReportPeriod.Kind.WEEK):
        raise RuleViolation(f"“{project.name}”现在就报{ReportPeriod.Kind(kind).label}，无须调整。")
