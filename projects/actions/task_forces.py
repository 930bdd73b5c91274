"""工作专班: formed for a flagship project, with a head and members who join and leave on a day."""

from datetime import date, datetime

from django.db import transaction

from projects import audit
from projects.errors import RuleViolation
from projects.models import KeyProject, TaskForce, TaskForceMember, User
from projects.recorded import day_of


@transaction.atomic
def form(
    *, project: KeyProject, head: User, formed_on: date, document_number: str = "", by: User, at: datetime
) -> TaskForce:
    """Form it, or name another head. Only a 龙头项目 has one."""
    locked = KeyProject.objects.select_for_update().get(pk=project.pk)
    if not locked.is_flagship:
        raise RuleViolation("只有龙头项目成立工作专班，请先把该项目标为龙头项目。")
    before = TaskForce.objects.filter(project=project).select_related("head").first()
    after, _ = TaskForce.objects.update_or_create(
        project=project, defaults={"head": head, "formed_on": formed_on, "document_number": document_number}
    )
    changes = audit.in_words(before, after, ["head", "formed_on", "document_number"])
    audit.record("key_project.task_force_formed", project, by=by, at=at, changes=changes)
    return after


@transaction.atomic
def report_daily(*, task_force: TaskForce, starts_on: date | None, by: User, at: datetime) -> None:
    """启用日报 from a day on, which has not passed; None: 停用, the week's report is enough."""
    known = TaskForce.objects.select_for_update().get(pk=task_force.pk)
    if starts_on and starts_on < day_of(at):
        raise RuleViolation(f"{starts_on.isoformat()} 已过，日报从今天或以后开始。")
    changes = {"按日报送起": [known.reports_daily_from, starts_on]}
    known.reports_daily_from = starts_on
    known.save(update_fields=["reports_daily_from"])
    audit.record("key_project.daily_line_switched", known.project, by=by, at=at, changes=changes)


@transaction.atomic
def join(*, task_force: TaskForce, user: User, responsibility: str, starts_on: date, by: User, at: datetime) -> None:
    task_force = TaskForce.objects.select_for_update().get(pk=task_force.pk)
    if task_force.members.filter(user=user, ends_on__isnull=True).exists():
        raise RuleViolation(f"{user.full_name}已是专班成员，无须再次加入。")
    member = TaskForceMember.objects.create(
        task_force=task_force, user=user, responsibility=responsibility, starts_on=starts_on
    )
    changes = audit.in_words(None, member, ["user", "responsibility", "starts_on"])
    audit.record("key_project.task_force_joined", task_force.project, by=by, at=at, changes=changes)


@transaction.atomic
def leave(*, member: TaskForceMember, ends_on: date, by: User, at: datetime) -> None:
    member = TaskForceMember.objects.select_for_update().get(pk=member.pk)
    if member.ends_on:
        raise RuleViolation(f"{member.user.full_name}已于 {member.ends_on.isoformat()} 离开专班。")
    if ends_on < member.starts_on:
        raise RuleViolation(f"离开日期不能早于加入日期 {member.starts_on.isoformat()}。")
    member.ends_on = ends_on
    member.save(update_fields=["ends_on"])
    changes = {"成员": [member.user.full_name, None], "止": [None, ends_on]}
    audit.record("key_project.task_force_left", member.task_force.project, by=by, at=at, changes=changes)
