"""计划: can the finish be kept, and what must be done next; then every step, every edition and what each changed."""

from typing import Any

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _

from projects.actions.schedules import may_draw_up
from projects.backward import PlanError
from projects.gate import READERS, SignedInRequest, requires
from projects.models import BackwardSchedule, KeyProject
from projects.planning import difference, from_edition, readings
from projects.views import schedule_changes as changed
from projects.views import schedule_columns, schedule_table, schedule_words
from projects.views.listing import asks_for_sheet, list_taken, sheet_url
from projects.views.project_head import head

State = BackwardSchedule.State


@requires(*READERS)
def project_plan(request: SignedInRequest, code: str) -> HttpResponseBase:
    """The edition in force as it stands today, or the way to a first one."""
    project, editions = _project(request, code)
    current = next((each for each in editions if each.state == State.APPROVED), None)
    if current and asks_for_sheet(request):
        return _taken(request, current, is_live=True)
    working = next((each for each in editions if each.state in BackwardSchedule.IN_WORK), None)
    context = head(request, project, tab="project_plan") | {
        "may_draw_up": may_draw_up(project, request.user) and not project.is_package,
        "editions": schedule_words.edition_rows(project, editions),
        "working": schedule_words.working(working, request.user) if working else None,
    }
    if current:
        context |= _reckoned(current) | {"sheet_url": sheet_url(request)}
        context["figures"] = schedule_words.figures_of(current, context.get("reading"), editions)
    return render(request, "projects/project_plan.html", context)


@requires(*READERS)
def schedule_edition(request: SignedInRequest, code: str, number: int) -> HttpResponseBase:
    """One edition as it was written; one that is still to come about is reckoned as of today."""
    project, editions = _project(request, code)
    schedule = _numbered(editions, number)
    is_live = _is_live(schedule, editions)
    if asks_for_sheet(request):
        return _taken(request, schedule, is_live=is_live)
    context = _head(request, project, schedule, editions) | _reckoned(schedule, is_live=is_live)
    context |= {"is_live": is_live, "sheet_url": sheet_url(request)}
    return render(request, "projects/schedule_edition.html", context)


@requires(*READERS)
def schedule_changes(request: SignedInRequest, code: str, number: int) -> HttpResponse:
    """What this edition changes against the approved one before it, or against any other one asks for."""
    project, editions = _project(request, code)
    schedule = _numbered(editions, number)
    others = [each for each in editions if each.pk != schedule.pk]
    before = _compared_with(request.GET.get("against", ""), schedule, others)
    context = _head(request, project, schedule, editions) | {"before": before, "others": others}
    if before:
        context |= changed.in_words(difference(from_edition(before), from_edition(schedule)))
    return render(request, "projects/schedule_changes.html", context)


def _taken(request: SignedInRequest, schedule: BackwardSchedule, *, is_live: bool) -> HttpResponseBase:
    [reading] = readings(BackwardSchedule.objects.filter(pk=schedule.pk), on=timezone.localdate())
    try:
        rows = schedule_table.rows_of(reading) if is_live else schedule_table.rows_written(reading)
    except PlanError:
        rows = schedule_table.rows_written(reading)
    after = schedule_table.after_of(reading)
    return list_taken(request, _title(schedule), schedule_columns.COLUMNS, schedule_columns.steps(rows, after))


def _title(schedule: BackwardSchedule) -> str:
    said = {"project": schedule.project.name, "number": schedule.number}
    return _("%(project)s倒排计划第 %(number)d 版") % said


def _project(request: SignedInRequest, code: str) -> tuple[KeyProject, list[BackwardSchedule]]:
    """The project and its editions, the latest first."""
    project = get_object_or_404(KeyProject.objects.visible_to(request.user), code=code)
    people = ("drafted_by", "submitted_by", "decided_by", "template__template", "project")
    return project, list(project.schedules.select_related(*people))


def _numbered(editions: list[BackwardSchedule], number: int) -> BackwardSchedule:
    found = next((each for each in editions if each.number == number), None)
    if found is None:
        raise Http404(_("没有这一版倒排计划。"))
    return found


def _head(
    request: SignedInRequest, project: KeyProject, schedule: BackwardSchedule, editions: list[BackwardSchedule]
) -> dict[str, Any]:
    shown = head(request, project, tab="project_plan")
    is_open = schedule.state in BackwardSchedule.IN_WORK
    return shown | {
        "title": _title(schedule),
        "trail": schedule_words.trail_to(project),
        "schedule": schedule,
        "facts": schedule_words.facts(schedule),
        "has_others": len(editions) > 1,
        "working": schedule_words.working(schedule, request.user) if is_open else None,
    }


def _is_live(schedule: BackwardSchedule, editions: list[BackwardSchedule]) -> bool:
    """What is in work or in force is reckoned as of today; of the rest only what was written counts."""
    in_force = next((each for each in editions if each.state == State.APPROVED), None)
    return schedule.state in BackwardSchedule.IN_WORK or schedule == in_force


def _compared_with(asked: str, schedule: BackwardSchedule, others: list[BackwardSchedule]) -> BackwardSchedule | None:
    """The one asked for; else the last approved one before it, else the one before it."""
    earlier = [each for each in others if each.number < schedule.number]
    chosen = [each for each in others if str(each.number) == asked]
    return next(iter([*chosen, *(each for each in earlier if each.state == State.APPROVED), *earlier]), None)


def _reckoned(schedule: BackwardSchedule, *, is_live: bool = True) -> dict[str, Any]:
    """The finding and the table; where a later entry in the calendar leaves no dates, the sentence that says so."""
    on = timezone.localdate()
    [reading] = readings(BackwardSchedule.objects.filter(pk=schedule.pk), on=on)
    shown: dict[str, Any] = {"stops": schedule_table.stops(schedule.blackouts.all())}
    after = schedule_table.after_of(reading)
    if not is_live:
        return shown | {"groups": schedule_table.groups(schedule_table.rows_written(reading), after)}
    try:
        rows = schedule_table.rows_of(reading)
    except PlanError as impossible:
        written = schedule_table.groups(schedule_table.rows_written(reading), after)
        return shown | {"groups": written, "impossible": str(impossible)}
    return shown | {
        "finding": schedule_table.finding(reading.plan),
        "next_steps": schedule_table.next_steps(rows, on=on),
        "groups": schedule_table.groups(rows, after),
        "reading": reading,
        "reckoned_on": on,
    }
