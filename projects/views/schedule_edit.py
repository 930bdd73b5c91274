"""编制: the draft of an edition, worked back as often as wanted, saved, discarded, or handed in."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from projects.actions import schedules
from projects.backward import Plan, PlanError
from projects.errors import RuleViolation
from projects.gate import SignedInRequest, requires
from projects.models import BackwardSchedule
from projects.planning import from_edition, supposed
from projects.roles import Duty
from projects.views import schedule_table, schedule_words
from projects.views.forms import Page, answer, confirmation
from projects.views.key_projects import project_or_404, project_url
from projects.views.schedule_sheet import Sheet
from projects.views.schedule_words import edition_url


@requires(Duty.DRAFT_SCHEDULE)
def schedule_edit(request: SignedInRequest, code: str, number: int) -> HttpResponse:
    """“重新倒排” shows what it comes to and saves nothing; “保存” writes the whole edition."""
    schedule = _edition(request, code, number)
    if schedule.state not in BackwardSchedule.CHANGEABLE:
        messages.info(request, schedule_words.whose_turn(schedule))
        return redirect(edition_url(schedule))
    schedules.refuse_strangers(schedule.project, request.user)
    if request.method != "POST":
        return _show(request, schedule, *_stored(schedule))
    sheet = Sheet.sent(schedule.project, request.POST)
    if sheet.table.rearranged(request.POST):
        return _show(request, schedule, sheet, None)
    if "rework" in request.POST:
        sheet.table.let_dates_go()
    plan = _plan(schedule, sheet)
    if plan and _is_kept(request.POST) and _saved(request, schedule, sheet):
        return redirect(edition_url(schedule, "schedule_submit" if "submit" in request.POST else "schedule_edit"))
    return _show(request, schedule, sheet, plan)


@requires(Duty.DRAFT_SCHEDULE)
def schedule_discard(request: SignedInRequest, code: str, number: int) -> HttpResponse:
    schedule = _edition(request, code, number)
    text = _("%(edition)s作废后仍可查看，不能再改；版次号不再使用。已批准的各版不受影响。") % {"edition": schedule}
    page = Page(
        _("作废第 %(number)d 版") % {"number": number},
        _("作废"),
        edition_url(schedule),
        schedule_words.trail_to(schedule.project),
        text,
        danger=True,
    )

    def act() -> str:
        schedules.discard(schedule=schedule, by=request.user, at=timezone.now())
        messages.success(request, _("%(edition)s已作废。") % {"edition": schedule})
        return reverse("project_plan", args=[schedule.project.code])

    return answer(request, confirmation(request), page, act)


def _edition(request: SignedInRequest, code: str, number: int) -> BackwardSchedule:
    project = project_or_404(request, code)
    people = ("project", "drafted_by", "submitted_by")
    return get_object_or_404(BackwardSchedule.objects.select_related(*people), project=project, number=number)


def _is_kept(posted: Any) -> bool:
    return "save" in posted or "submit" in posted


def _stored(schedule: BackwardSchedule) -> tuple[Sheet, Plan[date] | None]:
    edition = from_edition(schedule)
    try:
        plan = supposed(schedule.project, edition, on=timezone.localdate())
    except PlanError:
        plan = None  # “重新倒排” says why
    return Sheet.of(schedule.project, edition, plan), plan


def _plan(schedule: BackwardSchedule, sheet: Sheet) -> Plan[date] | None:
    """What the sheet comes to; None where it is wrong, which it then says itself."""
    if not sheet.is_valid():
        return None
    wanted = sheet.wanted()
    try:
        schedules.refuse_unlikely(wanted)
        return supposed(schedule.project, wanted, on=timezone.localdate())
    except (PlanError, RuleViolation) as impossible:
        sheet.heading.add_error(None, str(impossible))
        return None


def _saved(request: SignedInRequest, schedule: BackwardSchedule, sheet: Sheet) -> bool:
    try:
        schedules.save(schedule=schedule, wanted=sheet.wanted(), by=request.user, at=timezone.now())
    except RuleViolation as refusal:
        sheet.heading.add_error(None, refusal.message)
        return False
    messages.success(request, _("%(edition)s已保存。") % {"edition": schedule})
    return True


def _show(request: SignedInRequest, schedule: BackwardSchedule, sheet: Sheet, plan: Plan[date] | None) -> HttpResponse:
    context = {
        "title": _("编制%(edition)s") % {"edition": schedule},
        "trail": schedule_words.trail_to(schedule.project),
        "project": schedule.project,
        "schedule": schedule,
        "working": schedule_words.working(schedule, request.user),
        "sheet": sheet,
        "rows": list(sheet.table.shown_with(plan)),
        "finding": schedule_table.finding(plan) if plan else None,
        "is_saved": request.method != "POST",
        "back_url": project_url(schedule.project.code, "project_plan"),
    }
    return render(request, "projects/schedule_edit.html", context)
