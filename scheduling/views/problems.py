"""问题协调: the ones in my court and overdue first; how many on which level; and which unit holds them how long."""

from collections import Counter
from typing import Any

from django import forms
from django.db.models import Q
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects import sheets
from projects.figures import chinese_date
from projects.filters import ALL, used
from projects.gate import READERS, SignedInRequest, requires
from projects.lists import page_of
from projects.models import KeyProject, Unit
from projects.models.key_project import matching
from projects.roles import Duty
from projects.views.key_projects import project_or_404
from projects.views.listing import asks_for_sheet, list_taken, sheet_url
from projects.views.project_head import head
from projects.widgets import PlainSelect
from scheduling.actions.problems import may_raise
from scheduling.delays import Delay, delay_of
from scheduling.models import EscalationLevel, Problem, ProblemRequest
from scheduling.models.problem import ProblemQuerySet
from scheduling.problem_sheet import ProblemRow, problem_sheet
from scheduling.problems import Court, Tally, clocks_of, counts, courts, first_mine
from scheduling.views import list_columns
from scheduling.views.problem_lines import lines

_ABOUT = ("project__lead_unit", "court_unit", "milestone")
_EVERY = "ALL"


class _OneOf(forms.ChoiceField):
    widget = PlainSelect

    def __init__(self, *, label: Any, choices: Any = (), empty: Any = ALL) -> None:
        super().__init__(label=label, choices=[("", empty), *choices], required=False)


class ProblemFilters(forms.Form):
    """What the list is narrowed to; what was filled in wrongly narrows nothing."""

    q = forms.CharField(label=gettext_lazy("项目或问题"), required=False)
    only = _OneOf(
        label=gettext_lazy("情形"),
        choices=[
            ("mine", gettext_lazy("在我单位手里")),
            ("late", gettext_lazy("已逾期")),
            ("asked", gettext_lazy("等本单位答复")),
            ("up", gettext_lazy("建议升级")),
            ("word", gettext_lazy("等我确认销号")),
        ],
    )
    level = _OneOf(label=gettext_lazy("协调层级"), choices=EscalationLevel.choices)
    kind = _OneOf(label=gettext_lazy("问题类别"), choices=Problem.Kind.choices)
    unit = _OneOf(label=gettext_lazy("当前办理单位"))
    state = _OneOf(
        label=gettext_lazy("状态"),
        choices=[*Problem.State.choices, (_EVERY, gettext_lazy("全部，含已解决"))],
        empty=gettext_lazy("未解决"),
    )

    def __init__(self, request: SignedInRequest) -> None:
        super().__init__(request.GET)
        self.user = request.user
        units = Unit.objects.active().leading().values_list("pk", "name")
        self.fields["unit"].choices = [("", ALL), *((str(pk), name) for pk, name in units)]  # type: ignore[attr-defined]
        self.is_valid()

    def narrowed(self, problems: ProblemQuerySet) -> ProblemQuerySet:
        chosen, on = self.cleaned_data, timezone.localdate()
        if words := chosen.get("q"):
            problems = problems.filter(matching(words, "project__") | Q(title__icontains=words))
        columns = {"level": "level", "kind": "kind", "unit": "court_unit"}
        problems = problems.filter(**{column: chosen[name] for name, column in columns.items() if chosen.get(name)})
        match chosen.get("only"):
            case "mine":
                problems = problems.in_court_of(self.user)
            case "late":
                problems = problems.overdue(on=on)
            case "asked":
                asked = ProblemRequest.objects.unanswered().addressed_to(self.user)
                problems = problems.filter(pk__in=asked.values("problem"))
            case "up":
                problems = problems.to_escalate()
            case "word":
                problems = problems.awaiting_word_of(self.user)
        state = chosen.get("state")
        if not state:
            return problems.open()
        return problems if state == _EVERY else problems.filter(state=state)


@requires(*READERS)
def problem_list(request: SignedInRequest) -> HttpResponse:
    on, form = timezone.localdate(), ProblemFilters(request)
    found = form.narrowed(Problem.objects.visible_to(request.user))
    tallies = counts(found, on=on)
    ordered = first_mine(found, request.user, on=on).select_related(*_ABOUT)
    page = page_of(ordered, request, count=sum(tally.number for tally in tallies))
    conditions = used(form)
    shown = {
        "title": _("问题协调"),
        "headline": _headline(tallies, is_narrowed=bool(conditions)),
        "is_late": any(tally.late for tally in tallies),
        "form": form,
        "used": len(conditions),
        "matrix": _matrix(tallies),
        "page": page,
        "rows": lines(list(page.object_list), on=on),
        "export_url": f"{reverse('problem_list_export')}?{request.GET.urlencode()}",
        "may_export": request.user.duties.include(Duty.EXPORT),
    }
    return render(request, "scheduling/problem_list.html", shown)


@requires(Duty.EXPORT)
def problem_list_export(request: SignedInRequest) -> FileResponse:
    """The same rows as the page with the same address, of all its pages."""
    now, form = timezone.now(), ProblemFilters(request)
    on = timezone.localtime(now).date()
    found = first_mine(form.narrowed(Problem.objects.visible_to(request.user)), request.user, on=on)
    problems = list(found.select_related(*_ABOUT, "responsible_unit", "raised_by"))
    clocks = clocks_of(problems, on=on)
    rows = (ProblemRow(problem, clocks[problem.pk]) for problem in problems)
    sheet = problem_sheet(rows, on=on, as_of=sheets.as_of_moment(now), filters=used(form))
    return sheets.download(sheet, by=request.user, at=now)


def _headline(tallies: list[Tally], *, is_narrowed: bool) -> str:
    said = {
        "day": chinese_date(timezone.localdate()),
        "all": sum(tally.number for tally in tallies),
        "late": sum(tally.late for tally in tallies),
        "high": sum(tally.number for tally in tallies if tally.level >= EscalationLevel.LEADER),
    }
    if not said["all"]:
        return (
            _("截至%(day)s，没有符合条件的问题。") % said
            if is_narrowed
            else _("截至%(day)s，没有待协调的问题。") % said
        )
    among = _("符合条件的问题") if is_narrowed else _("未解决的问题")
    words = _("截至%(day)s，%(among)s %(all)d 项，其中逾期 %(late)d 项，已到分管领导以上层级 %(high)d 项。")
    return words % (said | {"among": among})


def _matrix(tallies: list[Tally]) -> dict[str, Any]:
    """Levels by kinds, as far as there are any; every figure leads to its list."""
    kinds = [kind for kind in Problem.Kind if any(tally.kind == kind for tally in tallies)]
    of = {(tally.level, tally.kind): tally.number for tally in tallies}
    by_kind, by_level = Counter[str](), Counter[int]()
    for tally in tallies:
        by_kind[tally.kind] += tally.number
        by_level[tally.level] += tally.number
    return {
        "kinds": [{"key": kind.value, "label": kind.label, "total": by_kind[kind]} for kind in kinds],
        "levels": [
            {
                "key": level.value,
                "label": level.label,
                "cells": [{"kind": kind.value, "number": of.get((level, kind), 0)} for kind in kinds],
                "total": by_level[level],
            }
            for level in EscalationLevel
        ],
        "total": sum(by_level.values()),
    }


@requires(*READERS)
def problem_courts(request: SignedInRequest) -> HttpResponseBase:
    """在谁手里、多少天: of the problems one may see."""
    title, on = _("各单位办理用时"), timezone.localdate()
    found = courts(Problem.objects.visible_to(request.user), on=on)
    if asks_for_sheet(request):
        return list_taken(request, title, list_columns.COURTS, found)
    shown = {
        "title": title,
        "sheet_url": sheet_url(request),
        "trail": [{"label": _("问题协调"), "url": reverse("problem_list")}],
        "year": on.year,
        "headline": _courts_headline(found),
        "rows": [court._asdict() for court in found],
    }
    return render(request, "scheduling/problem_courts.html", shown)


def _courts_headline(found: list[Court]) -> str:
    waiting = [court for court in found if court.waiting]
    if not waiting:
        return _("目前没有单位在办问题。")
    longest = max(waiting, key=lambda court: court.oldest)
    said = {"units": len(waiting), "all": sum(court.waiting for court in waiting)}
    words = _("%(units)d 个单位在办问题 %(all)d 项，在办最久的是%(unit)s的一项，已 %(days)d 个工作日。")
    return words % (said | {"unit": longest.unit, "days": longest.oldest})


@requires(*READERS)
def project_problems(request: SignedInRequest, code: str) -> HttpResponseBase:
    """The problems of one project: those open, then those solved."""
    project, on = project_or_404(request, code), timezone.localdate()
    whole = first_mine(Problem.objects.filter(project=project), request.user, on=on)
    found = list(whole.select_related(*_ABOUT, "responsible_unit", "raised_by"))
    if asks_for_sheet(request):
        title = _("%s的问题") % project
        clocks = clocks_of(found, on=on)
        told = (ProblemRow(problem, clocks[problem.pk]) for problem in found)
        sheet = problem_sheet(told, on=on, as_of="", filters={})
        return list_taken(request, title, sheet.columns, sheet.rows)
    rows = lines(found, on=on)
    shown = {
        "sheet_url": sheet_url(request),
        "delay": _delay_said(delay_of(project, found, on=on)),
        "open": [row for row in rows if row["tone"]],
        "closed": [row for row in rows if not row["tone"]],
        "may_raise": may_raise(project, request.user) and not project.is_package,
    }
    return render(request, "scheduling/project_problems.html", head(request, project, tab="project_problems") | shown)


def _delay_said(delay: Delay | None) -> str:
    """The parts come to the whole."""
    if delay is None:
        return ""
    parts = [(_("批准停缓建"), delay.paused), *delay.of, (_("项目自身"), delay.own)]
    named = "，".join(_("%(whose)s %(days)d 天") % {"whose": whose, "days": days} for whose, days in parts if days)
    said = {"name": delay.milestone, "late": delay.late, "named": named}
    return _("“%(name)s”已过批准日期 %(late)d 天，其中：%(named)s。") % said


def sees_project(problem: Problem, request: SignedInRequest) -> bool:
    return KeyProject.objects.visible_to(request.user).filter(pk=problem.project_id).exists()
