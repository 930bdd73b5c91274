"""试算亮灯规则: asked for on the page of an edition, watched there, and its result read there."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from projects.gate import SignedInRequest, requires
from projects.lists import page_of
from projects.models import Job, KeyProject
from projects.roles import Duty
from scheduling import tasks
from scheduling.actions import light_dry_runs as actions
from scheduling.dry_run import Differing
from scheduling.light_rules import Light
from scheduling.models import LightDryRun, LightRuleEdition, ReportPeriod
from scheduling.views.light_rule_forms import DryRunForm

_LIGHTS = tuple(Light)


@require_POST
@requires(Duty.KEEP_LIGHT_RULES)
def light_rules_dry_run(request: SignedInRequest, number: int) -> HttpResponse:
    edition, form = get_object_or_404(LightRuleEdition, number=number), DryRunForm(request.POST)
    if form.is_valid():
        run = actions.ask(edition=edition, **form.cleaned_data, by=request.user, at=timezone.now())
        tasks.ask_for_dry_run(run, at=timezone.now())
    return redirect(f"{reverse('light_rule_edition', args=[number])}#dry-run")


@requires(Duty.KEEP_LIGHT_RULES)
def light_dry_run(request: SignedInRequest, pk: int) -> HttpResponse:
    """How far it has come, and what it found: a part of the page of its edition."""
    run = get_object_or_404(LightDryRun.objects.select_related("edition", "asked_by"), pk=pk)
    if not request.htmx:
        return redirect(f"{reverse('light_rule_edition', args=[run.edition.number])}#dry-run")
    return render(request, "scheduling/_light_dry_run.html", {"run": _shown(request, run)})


def last_run(request: SignedInRequest, edition: LightRuleEdition) -> dict[str, Any] | None:
    run = edition.dry_runs.select_related("edition", "asked_by").first()
    return _shown(request, run) if run else None


def _shown(request: SignedInRequest, run: LightDryRun) -> dict[str, Any]:
    asked = _("%(who)s %(at)s 试算，按当时的规则草稿和各期锁定时的数据。") % {
        "who": run.asked_by,
        "at": f"{localtime(run.asked_at):%Y-%m-%d %H:%M}",
    }
    shown = {"url": reverse("light_dry_run", args=[run.pk]), "asked": asked}
    if run.result is None:
        job = Job.objects.filter(kind=tasks.dry_run_light_rules.name, subject=str(run.pk)).first()
        failed = job.error if job and job.state == Job.State.FAILED else ""
        return shown | {"is_running": not failed, "failed": failed, "job": job}
    return shown | _found(request, run, run.result)


def _found(request: SignedInRequest, run: LightDryRun, result: dict[str, Any]) -> dict[str, Any]:
    page = page_of([Differing(*each) for each in result["projects"]], request)
    last = result["periods"][-1]
    kind = str(ReportPeriod.Kind(run.kind).label)
    said = {"span": run.get_span_display(), "then": last["then"].get("RED", 0), "now": last["now"].get("RED", 0)}
    found = _("以新规则重算%(span)s：红灯 %(then)d→%(now)d") % said
    counted = {"day": last["label"], "kind": kind, "count": result["differing"]}
    note = _("（%(day)s %(kind)s）；%(count)d 个项目的灯与当时不同。") % counted
    return {
        "finding": found + note,
        "lights": [{"light": light, "word": light.word} for light in _LIGHTS],
        "periods": [_period(each) for each in result["periods"]],
        "rows": _rows(list(page)),
        "page": page,
        "left_out": result["differing"] - len(result["projects"]),
    }


def _period(found: dict[str, Any]) -> dict[str, Any]:
    cells = [_cell(light, found["then"].get(light.value, 0), found["now"].get(light.value, 0)) for light in _LIGHTS]
    return {"label": found["label"], "cells": cells, "differing": found["differing"]}


def _cell(light: Light, then: int, now: int) -> dict[str, Any]:
    text = str(then) if then == now else f"{then}→{now}"
    return {"word": light.word, "text": text, "differs": then != now}


def _rows(differing: Sequence[Differing]) -> list[dict[str, Any]]:
    projects = KeyProject.objects.in_bulk([each.project for each in differing])
    return [
        {
            "name": projects[each.project].name,
            "url": reverse("project_detail", args=[projects[each.project].code]),
            "period": each.period,
            "then": {"light": each.then, "word": Light(each.then).word},
            "now": {"light": each.now, "word": Light(each.now).word},
            "periods": each.periods,
        }
        for each in differing
    ]
