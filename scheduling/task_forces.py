"""工作专班 at a glance: what was asked and is not settled, what is to be done today, what was said last."""

from datetime import date

from django.db.models import Case, Count, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from projects.models import DayTask, KeyProject, TaskForce, User
from projects.models.task_force import TaskForceQuerySet
from projects.roles import Duty
from scheduling.models import DailyLine, ServiceRequest


def at_a_glance(forces: TaskForceQuerySet, *, user: User, on: date) -> QuerySet[TaskForce]:
    """Counts beside each; those this person heads first, then by project. One query.

    ``open_requests overdue_requests tasks_today tasks_done line_day line_text``.
    """
    requests = ServiceRequest.objects.filter(task_force=OuterRef("pk"))
    tasks = DayTask.objects.filter(project=OuterRef("project"), day=on, cancelled_reason="")
    lines = DailyLine.objects.filter(project=OuterRef("project")).order_by("-day")
    return (
        forces.select_related("project", "head")
        .annotate(
            open_requests=_count(requests.open(), "task_force"),
            overdue_requests=_count(requests.overdue(on=on), "task_force"),
            tasks_today=_count(tasks, "project"),
            tasks_done=_count(tasks.filter(done_on__isnull=False), "project"),
            line_day=Subquery(lines.values("day")[:1]),
            line_text=Subquery(lines.values("text")[:1]),
            is_own=Case(When(head=user, then=Value(0)), default=Value(1)),
        )
        .order_by("is_own", "project__sort_key", "project__code")
    )


def handled_by(user: User, *, on: date) -> list[tuple[str, str, int, int]]:
    """Code and name of each project, how many open requests of it this person handles, and how many are overdue."""
    mine = ServiceRequest.objects.open().filter(handler=user)
    project = ("task_force__project__code", "task_force__project__name")
    counted = mine.values(*project).annotate(count=Count("pk"), late=Count("pk", Q(due_on__lt=on)))
    return list(counted.order_by(project[1]).values_list(*project, "count", "late"))


def followed_by(user: User) -> TaskForceQuerySet:
    """The groups this person heads; all of them for the office."""
    return TaskForce.objects.all() if user.duties.include(Duty.EDIT_REGISTER) else TaskForce.objects.filter(head=user)


def lines_due(user: User, *, on: date) -> QuerySet[KeyProject]:
    """Projects this person answers for whose line of this day is not said yet."""
    daily = TaskForce.objects.reporting_daily(on=on).values("project")
    said = DailyLine.objects.filter(day=on).values("project")
    own = KeyProject.objects.filter(Q(responsible_person=user) | Q(liaison=user), pk__in=daily)
    return own.exclude(pk__in=said)


def _count(rows: QuerySet, of: str) -> Coalesce:
    counted = rows.order_by().values(of).annotate(found=Count("pk")).values("found")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
