"""工作专班: all groups for whoever heads them, and the page of one."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from projects import figures
from projects.actions.one_project import answers_for
from projects.gate import READERS, SignedInRequest, requires
from projects.lists import page_of
from projects.models import KeyProject, TaskForce
from projects.periods import Kind, period_of
from projects.roles import Duty
from projects.views.key_projects import project_or_404
from projects.views.listing import asks_for_sheet, list_taken, sheet_url
from projects.views.project_head import head
from projects.views.targets import days_shown
from scheduling import waiting
from scheduling.actions import service_log
from scheduling.models import DailyLine, ServiceRequest
from scheduling.task_forces import at_a_glance
from scheduling.views import list_columns
from scheduling.views.service_log import force_or_404
from scheduling.waiting import Waiting

_PER_PAGE = 30
_LINES = timedelta(days=13)  # a fortnight with today


@requires(*READERS)
def task_force_list(request: SignedInRequest) -> HttpResponseBase:
    on = timezone.localdate()
    seen = at_a_glance(TaskForce.objects.visible_to(request.user, on=on), user=request.user, on=on)
    if asks_for_sheet(request):
        return list_taken(request, _("工作专班"), list_columns.TASK_FORCES, seen)
    page = page_of(seen, request, per_page=_PER_PAGE)
    projects = KeyProject.objects.filter(pk__in=[force.project_id for force in page.object_list])
    first = {each.code: each for each in waiting.longest(projects, on=on, limit=_PER_PAGE)}
    rows = [_row(force, first.get(force.project.code), user_pk=request.user.pk, on=on) for force in page.object_list]
    shown = {
        "title": _("工作专班"),
        "as_of": _("截至%(day)s") % {"day": figures.chinese_date(on)},
        "page": page,
        "sheet_url": sheet_url(request),
        "rows": rows,
        "finding": _finding(rows),
    }
    return render(request, "scheduling/task_force_list.html", shown)


@requires(*READERS)
def task_force(request: SignedInRequest, code: str) -> HttpResponseBase:
    """One group. A flagship project that has none yet says so; a member who sees the group alone sees no tabs."""
    on = timezone.localdate()
    project, force = _project_and_force(request, code)
    if force and asks_for_sheet(request):
        return _requests_taken(request, force, on=on)
    shown = head(request, project, tab="task_force")
    if not KeyProject.objects.visible_to(request.user).filter(pk=project.pk).exists():
        shown |= {"tabs": [], "trail": []}
    shown["trail"] = [*shown["trail"], {"label": _("工作专班"), "url": reverse("task_force_list")}]
    if force:
        shown |= _group(request, force, on=on)
    return render(request, "scheduling/task_force.html", shown | {"force": force})


def _project_and_force(request: SignedInRequest, code: str) -> tuple[KeyProject, TaskForce | None]:
    if TaskForce.objects.filter(project__code=code).exists():
        force = force_or_404(request, code)
        return force.project, force
    return project_or_404(request, code), None


def _group(request: SignedInRequest, force: TaskForce, *, on: date) -> dict[str, Any]:
    user, project = request.user, force.project
    requests, asked_for = force.service_requests.all(), request.GET.get("show", "")
    page = page_of(_in_turn(force, asked_for, on=on), request, per_page=_PER_PAGE)
    days = days_shown(project, period_of(on, kind=Kind.WEEK), on, may=answers_for(project, user, Duty.SPLIT_TARGETS))
    lines = list(DailyLine.objects.filter(project=project, day__gte=on - _LINES).order_by("-day"))
    is_open = Q(handled_on__isnull=True)
    counts = requests.aggregate(
        open=Count("pk", is_open), late=Count("pk", is_open & Q(due_on__lt=on)), all=Count("pk")
    )
    is_daily = bool(force.reports_daily_from and force.reports_daily_from <= on)
    return {
        "as_of": _("截至%(day)s") % {"day": figures.chinese_date(on)},
        "sheet_url": sheet_url(request),
        "counts": counts,
        "filters": _filters(counts, asked_for),
        "page": page,
        "requests": [_request(each, request, on=on) for each in page.object_list],
        "days": days,
        "is_daily": is_daily,
        "says_today": is_daily and not any(line.day == on for line in lines),
        "lines": [_line(line) for line in lines],
        "members": _members(force),
        "may_log": service_log.may_log(force, user, timezone.now()),
        "may_say": is_daily and service_log.may_say_line(project, user),
    }


def _requests_taken(request: SignedInRequest, force: TaskForce, *, on: date) -> HttpResponseBase:
    asked_for = request.GET.get("show", "")
    title, words = _("%s服务台账") % force.project, {value: label for value, label, _key in _narrowings()}
    rows = _in_turn(force, asked_for, on=on).select_related("handler", "logged_by")
    filters = {_("范围"): words.get(asked_for, words[""])}
    return list_taken(request, title, list_columns.service_requests(on), rows, filters=filters)


def _in_turn(force: TaskForce, asked_for: str, *, on: date) -> QuerySet[ServiceRequest]:
    """The longest due first; among all, the settled ones behind."""
    requests = force.service_requests.all()
    narrowed = {"late": requests.overdue(on=on), "all": requests}.get(asked_for, requests.open())
    settled_last = [F("handled_on").desc(nulls_first=True)] if asked_for == "all" else []
    return narrowed.select_related("handler", "task_force").order_by(*settled_last, "due_on", "pk")


def _narrowings() -> list[tuple[str, str, str]]:
    return [("", _("未办结"), "open"), ("late", _("超期"), "late"), ("all", _("全部"), "all")]


def _row(force: Any, first: Waiting | None, *, user_pk: int, on: date) -> dict[str, Any]:
    is_daily = bool(force.reports_daily_from and force.reports_daily_from <= on)
    tasks = {"done": force.tasks_done, "all": force.tasks_today}
    return {
        "url": reverse("task_force", args=[force.project.code]),
        "name": force.project.name,
        "head": force.head,
        "is_own": force.head_id == user_pk,
        "open": force.open_requests,
        "late": force.overdue_requests,
        "tasks": _("共 %(all)d 项，已完成 %(done)d 项") % tasks if force.tasks_today else figures.UNDEFINED,
        "line": f"{force.line_day:%m-%d}　{force.line_text}" if force.line_day else "",
        "misses_line": is_daily and force.line_day != on,
        "item": first.item if first else "",
        "due": figures.compact_date(first.due_on) if first else "",
        "days_late": first.days_late if first else 0,
    }


def _finding(rows: Iterable[dict[str, Any]]) -> str:
    found = list(rows)
    said = {
        "groups": len(found),
        "open": sum(row["open"] for row in found),
        "late": sum(row["late"] for row in found),
        "behind": sum(bool(row["days_late"]) for row in found),
    }
    return _("%(groups)d 个专班，未办结诉求 %(open)d 项，其中超期 %(late)d 项；%(behind)d 个项目有逾期事项。") % said


def _filters(counts: dict[str, int], asked_for: str) -> list[dict[str, Any]]:
    chosen = asked_for if asked_for in ("late", "all") else ""
    return [
        {"label": label, "url": f"?show={value}#requests", "count": counts[key], "current": value == chosen}
        for value, label, key in _narrowings()
    ]


def _request(each: ServiceRequest, request: SignedInRequest, *, on: date) -> dict[str, Any]:
    may = not each.handled_on and service_log.may_settle(each, request.user)
    late = 0 if each.handled_on else (on - each.due_on).days
    if each.handled_on:
        mark, word = "✓", _("%(day)s 办结") % {"day": figures.compact_date(each.handled_on)}
    else:
        mark, word = ("！", figures.days_late(late)) if late > 0 else ("○", _("办理中"))
    return {
        "text": each.text,
        "asked": f"{figures.compact_date(each.asked_on)}　{each.asked_by}",
        "handler": each.handler,
        "due": figures.compact_date(each.due_on),
        "mark": mark,
        "word": word,
        "is_late": late > 0,
        "result": each.result,
        "settle_url": reverse("service_request_settle", args=[each.pk]) if may else "",
        "hand_over_url": reverse("service_request_hand_over", args=[each.pk]) if may else "",
    }


def _line(line: DailyLine) -> dict[str, Any]:
    return {
        "day": figures.compact_date(line.day),
        "text": line.text,
        "amount": figures.exactly(line.amount),
        "headcount": figures.UNDEFINED if line.headcount is None else str(line.headcount),
    }


def _members(force: TaskForce) -> list[dict[str, Any]]:
    members = force.members.select_related("user").order_by(F("ends_on").desc(nulls_first=True), "starts_on")
    return [
        {
            "name": member.user.full_name,
            "responsibility": member.responsibility,
            "since": figures.compact_date(member.starts_on),
            "until": figures.compact_date(member.ends_on) if member.ends_on else "",
            "leave_url": reverse("task_force_leave", args=[member.pk]),
        }
        for member in members
    ]
