"""倒排: choose where to start from and the finish, see whether it can be kept, and only then save a draft."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.actions import schedule_starts, schedules
from projects.backward import Plan, PlanError
from projects.errors import RuleViolation
from projects.gate import SignedInRequest, requires
from projects.models import BackwardSchedule, KeyProject, PlanEntry, PlanVersion, TemplateVersion
from projects.planning import Reading, Wanted, continued, from_blueprint, known_to, readings, supposed
from projects.project_kinds import likely_route, likely_type
from projects.roles import Duty
from projects.template_parts import blueprint_of
from projects.views import schedule_table, schedule_words
from projects.views.forms import DayField, say_what_empty_means
from projects.views.key_projects import project_or_404, project_url
from projects.views.schedule_words import edition_url

CURRENT = "current"


@dataclass(frozen=True)
class Starts:
    """Where an edition of this project may start from, on this day."""

    project: KeyProject
    on: date

    @cached_property
    def templates(self) -> dict[str, TemplateVersion]:
        found = TemplateVersion.objects.in_force(on=self.on).select_related("template")
        ordered = sorted(found, key=lambda each: (each.template.project_type, each.template.approval_route))
        return {str(version.pk): version for version in ordered}

    @cached_property
    def reading(self) -> Reading | None:
        """The edition in force as it stands."""
        in_force = BackwardSchedule.objects.in_force().filter(project=self.project)
        return next(iter(readings(in_force, on=self.on)), None)

    def choices(self) -> list[tuple[str, str]]:
        current = self.reading and _("从现行计划（第 %(number)d 版）继续") % {"number": self.reading.schedule.number}
        templates = [(key, _("模板：%(version)s") % {"version": version}) for key, version in self.templates.items()]
        return [(CURRENT, current), *templates] if current else templates

    def likely(self) -> str:
        """The edition in force; else the template of this kind of project on its approval route."""
        if self.reading:
            return CURRENT
        project = self.project
        kind = likely_type(name=project.name, industry=project.industry, focus_area=project.focus_area)
        route = likely_route(approval_route=project.approval_route, focus_area=project.focus_area)
        fits = {
            key: (each.template.project_type == kind, each.template.approval_route == route)
            for key, each in self.templates.items()
        }
        return max(fits, key=lambda key: fits[key], default="")

    def likely_finish(self) -> date | None:
        """What is required now; else what the plan of the year says, or the last year of construction."""
        if self.reading:
            return self.reading.finish
        plans = PlanVersion.objects.filter(plan__year=self.on.year)
        version = plans.in_force(on=self.on, known_at=timezone.now())
        entry = PlanEntry.objects.filter(project=self.project, version=version).first() if version else None
        if entry and entry.planned_finish_on:
            return entry.planned_finish_on
        return date(self.project.built_to, 12, 31) if self.project.built_to else None

    def wanted(self, origin: str, *, starts_on: date, required_finish_on: date) -> Wanted:
        days = {"starts_on": starts_on, "required_finish_on": required_finish_on}
        if origin == CURRENT and self.reading:
            return continued(self.reading, **days)
        return known_to(self.project, from_blueprint(blueprint_of(self.templates[origin]), **days))


class StartForm(forms.Form):
    origin = forms.ChoiceField(label=gettext_lazy("从哪里开始"))
    required_finish_on = DayField(
        label=gettext_lazy("要求完成日期"), help_text=gettext_lazy("竣工或投产必须达到的日期，由此往回排。")
    )
    starts_on = DayField(
        label=gettext_lazy("编排起点"), help_text=gettext_lazy("未开始的工作从这一天起排，一般是今天。")
    )

    def __init__(self, data: Any, starts: Starts) -> None:
        initial = {
            "origin": starts.likely(),
            "required_finish_on": starts.likely_finish(),
            "starts_on": starts.on,
        }
        super().__init__(data, initial=initial)
        self.fields["origin"].choices = starts.choices()  # type: ignore[attr-defined]
        for field in self.fields.values():
            say_what_empty_means(field)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        finish, start = said.get("required_finish_on"), said.get("starts_on")
        if finish and start and finish <= start:
            self.add_error("required_finish_on", _("要求完成日期须晚于编排起点。"))
        return said


@requires(Duty.DRAFT_SCHEDULE)
def schedule_new(request: SignedInRequest, code: str) -> HttpResponse:
    """Asking writes nothing: what one sees before saving is reckoned, whatever is tried. Only the post saves."""
    project = project_or_404(request, code)
    schedules.refuse_strangers(project, request.user)
    if working := project.schedules.in_work().first():
        messages.info(request, _("%(edition)s正在办理，一次只能编制一版。") % {"edition": working})
        return redirect(edition_url(working))
    starts = Starts(project, timezone.localdate())
    asked = request.POST if request.method == "POST" else (request.GET if "origin" in request.GET else None)
    form = StartForm(asked, starts)
    wanted, plan = _tried(starts, form) if form.is_bound else (None, None)
    if wanted and request.method == "POST":
        saved = _save(request, starts, form, wanted)
        if saved:
            return saved
    return render(request, "projects/schedule_new.html", _around(project, starts, form, wanted, plan))


def _tried(starts: Starts, form: StartForm) -> tuple[Wanted | None, Plan[date] | None]:
    if not form.is_valid():
        return None, None
    try:
        wanted = starts.wanted(**form.cleaned_data)
        return wanted, supposed(starts.project, wanted, on=starts.on)
    except (PlanError, RuleViolation) as impossible:
        form.add_error(None, str(impossible))
        return None, None


def _save(request: SignedInRequest, starts: Starts, form: StartForm, wanted: Wanted) -> HttpResponse | None:
    who: dict[str, Any] = {"project": starts.project, "wanted": wanted, "by": request.user, "at": timezone.now()}
    version = starts.templates.get(form.cleaned_data["origin"])
    try:
        made = schedule_starts.draft_from_template(version=version, **who) if version else schedules.draft(**who)
    except RuleViolation as refusal:
        form.add_error(None, refusal.message)
        return None
    messages.success(request, _("已保存为草稿。请逐项核对，调整后报批。"))
    return redirect(edition_url(made, "schedule_edit"))


def _around(
    project: KeyProject, starts: Starts, form: StartForm, wanted: Wanted | None, plan: Plan[date] | None
) -> dict[str, Any]:
    plan_url = project_url(project.code, "project_plan")
    context: dict[str, Any] = {
        "title": _("倒排：%(project)s") % {"project": project.name},
        "trail": schedule_words.trail_to(project),
        "project": project,
        "form": form,
        "back_url": plan_url,
        "has_choices": bool(form.fields["origin"].choices),  # type: ignore[attr-defined]
    }
    if wanted is None or plan is None:
        return context
    rows = schedule_table.rows_supposed(wanted, plan)
    return context | {
        "finding": schedule_table.finding(plan),
        "groups": schedule_table.groups(rows, schedule_table.after_wanted(wanted)),
        "stops": schedule_table.stops(wanted.stops),
    }
