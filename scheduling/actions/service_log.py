"""全程跟踪服务: what a flagship project asks of its task force, and its line of the day."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from projects import audit
from projects.errors import NotAllowed, RuleViolation
from projects.models import KeyProject, TaskForce, User
from projects.recorded import day_of
from projects.roles import Duty
from scheduling.models import DailyLine, ProgressVersion, ReportPeriod, ServiceRequest

_SAID = ("asked_on", "asked_by", "text", "handler", "due_on")


@transaction.atomic
def log(*, asked: ServiceRequest, by: User, at: datetime) -> None:
    """登记诉求: by the group itself, the project or the office; handled by one of the group."""
    force = asked.task_force
    _refuse(may_log(force, by, at), "服务台账由专班成员、项目责任人、联络人或区重点办登记。")
    if asked.asked_on > day_of(at):
        raise RuleViolation(f"提出日期 {asked.asked_on.isoformat()} 晚于今天，请核对。")
    if asked.due_on < asked.asked_on:
        raise RuleViolation(
            f"办理期限 {asked.due_on.isoformat()} 早于提出日期 {asked.asked_on.isoformat()}，请重新填写。"
        )
    _refuse_outsider(force, asked.handler, at)
    asked.logged_by, asked.logged_at = by, at
    asked.save(force_insert=True)
    audit.record("service_request.logged", asked, by=by, at=at, changes=audit.in_words(None, asked, _SAID))


@transaction.atomic
def settle(*, request: ServiceRequest, handled_on: date, result: str, by: User, at: datetime) -> None:
    """办结: on which day, and what came of it; by its handler, the head or the office."""
    known = _open(request)
    _refuse(may_settle(known, by), "诉求由承办人、专班负责人或区重点办办结。")
    if not known.asked_on <= handled_on <= day_of(at):
        raise RuleViolation(f"办结日期须在提出日期 {known.asked_on.isoformat()} 和今天之间，请核对。")
    if not result.strip():
        raise RuleViolation("办结须写明办理结果。")
    known.handled_on, known.result = handled_on, result.strip()
    _save(known, ["handled_on", "result"], "service_request.settled", by=by, at=at)


@transaction.atomic
def hand_over(*, request: ServiceRequest, handler: User, by: User, at: datetime) -> None:
    """转办: to another of the group. The limit stays."""
    known = _open(request)
    _refuse(may_settle(known, by), "诉求由承办人、专班负责人或区重点办转交。")
    if handler == known.handler:
        raise RuleViolation(f"该诉求已由{handler.full_name}承办，请选择其他成员。")
    _refuse_outsider(known.task_force, handler, at)
    known.handler = handler
    _save(known, ["handler"], "service_request.handed_over", by=by, at=at)


@transaction.atomic
def say_daily_line(
    *, project: KeyProject, text: str, amount: Decimal, headcount: int | None, by: User, at: datetime
) -> None:
    """报日报: the line of this day, once; said again the same day it is put in other words. 万元."""
    KeyProject.objects.select_for_update().get(pk=project.pk)
    _refuse(may_say_line(project, by), f"“{project.name}”的日报由其责任人或联络人填写。")
    day = day_of(at)
    if not TaskForce.objects.reporting_daily(on=day).filter(project=project).exists():
        raise RuleViolation("本项目没有启用日报；如需按日报送，请联系区重点办在专班页面启用。")
    if not text.strip():
        raise RuleViolation("请用一句话写明当日进展。")
    if week := _reported_week(project, day):
        raise RuleViolation(f"{week}已报送，当日进展已计入周报，不再填写日报；确需修改的请更正周报。")
    known = DailyLine.objects.filter(project=project, day=day).first()
    line, _ = DailyLine.objects.update_or_create(
        project=project,
        day=day,
        defaults={"text": text.strip(), "amount": amount, "headcount": headcount, "said_by": by, "said_at": at},
    )
    changes = audit.in_words(known, line, ["day", "text", "amount", "headcount"])
    audit.record("daily_line.said", line, by=by, at=at, changes=changes)


def may_log(force: TaskForce, by: User, at: datetime) -> bool:
    """One of the group, who answers for the project, or the office."""
    if not by.duties.include(Duty.KEEP_SERVICE_LOG):
        return False
    belongs = by.duties.include(Duty.EDIT_REGISTER) or force.project.is_answered_for_by(by)
    return belongs or force.serving(on=day_of(at)).filter(pk=by.pk).exists()


def may_settle(request: ServiceRequest, by: User) -> bool:
    """Its handler, the head of the group, or the office."""
    concerned = by.duties.include(Duty.EDIT_REGISTER) or by.pk in (request.handler_id, request.task_force.head_id)
    return concerned and by.duties.include(Duty.KEEP_SERVICE_LOG)


def may_say_line(project: KeyProject, by: User) -> bool:
    return by.duties.include(Duty.REPORT_PROGRESS) and project.is_answered_for_by(by)


def _refuse(allowed: bool, words: str) -> None:
    if not allowed:
        raise NotAllowed(words)


def _refuse_outsider(force: TaskForce, handler: User, at: datetime) -> None:
    if not force.serving(on=day_of(at)).filter(pk=handler.pk).exists():
        raise RuleViolation(f"{handler.full_name}不在该专班，请选择专班成员承办，或先将其列入专班。")


def _open(request: ServiceRequest) -> ServiceRequest:
    related = ("handler", "task_force__project", "task_force__head")
    known = ServiceRequest.objects.select_for_update(of=("self",)).select_related(*related).get(pk=request.pk)
    if known.handled_on:
        raise RuleViolation(f"该诉求已于 {known.handled_on.isoformat()} 办结。")
    return known


def _save(request: ServiceRequest, names: list[str], action: str, *, by: User, at: datetime) -> None:
    changes = audit.in_words(ServiceRequest.objects.get(pk=request.pk), request, names)
    request.save(update_fields=names)
    audit.record(action, request, by=by, at=at, changes=changes)


def _reported_week(project: KeyProject, day: date) -> ReportPeriod | None:
    """The period of this day, where its report was handed in and not sent back."""
    reports = ProgressVersion.objects.current().filter(report__project=project).declared()
    spans = reports.filter(report__period__starts_on__lte=day, report__period__ends_on__gte=day)
    found = spans.exclude(report__period__kind=ReportPeriod.Kind.MONTH_END).select_related("report__period").first()
    return found.report.period if found else None
