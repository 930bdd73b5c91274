"""亮灯 on the page of a project: its light, and of each dimension why it is what it is, by which rule."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from projects.gate import SignedInRequest
from projects.models import KeyProject
from scheduling.actions.light_waivers import may_ask
from scheduling.light_rules import Dimension, Light
from scheduling.light_sentences import clause, is_judged, reason
from scheduling.lights import Verdict, restored
from scheduling.models import LightWaiver, Standing
from scheduling.views.light_words import lit

_LIVE = (LightWaiver.State.ASKED, LightWaiver.State.GRANTED)
_Waivers = Mapping[str, LightWaiver]


def lights(request: SignedInRequest, project: KeyProject, *, on: date) -> dict[str, Any]:
    """Two queries. An evaluation that has run out is shown with the last day it holds for."""
    standing = Standing.objects.filter(project=project).first()
    asks = may_ask(project, request.user)
    if standing is None:
        return {"light": lit(None, None), "dimensions": [], "may_ask_waiver": asks}
    day = min(on, standing.valid_until)
    current = LightWaiver.objects.current().filter(project=project, state__in=_LIVE, ends_on__gte=on)
    waivers = {waiver.dimension: waiver for waiver in current.order_by("-starts_on")}
    lines = [_line(restored(parts, on=day), waivers, parts, on=day) for parts in standing.verdicts.values()]
    lines.sort(key=lambda line: list(Dimension).index(line["dimension"]))
    return {
        "light": lit(standing.light, standing.computed_light),
        "held_until": day if day < on else None,
        "dimensions": [line for line in lines if line["dimension"] is not Dimension.REPORT],
        "freshness": next((line for line in lines if line["dimension"] is Dimension.REPORT), None),
        "may_ask_waiver": asks,
    }


def _line(verdict: Verdict, waivers: _Waivers, stored: Mapping[str, Any], *, on: date) -> dict[str, Any]:
    waiver = waivers.get(verdict.dimension.value)
    return {
        "dimension": verdict.dimension,
        "name": verdict.dimension.word,
        "light": verdict.light.value.lower(),
        "word": verdict.light.word,
        "why": reason(verdict, on=on),
        "clause": clause(verdict) if is_judged(verdict) else "",
        "clause_url": _clause_url(verdict) if is_judged(verdict) else "",
        "waived": _waived(stored),
        "asked": _("豁免待批准") if waiver and waiver.state == LightWaiver.State.ASKED else "",
        "waiver_url": reverse("light_waiver", args=[waiver.pk]) if waiver else "",
        "may_be_waived": waiver is None and verdict.light.severity > Light.GREEN.severity,
    }


def _waived(stored: Mapping[str, Any]) -> str:
    if "waived_until" not in stored:
        return ""
    return _("豁免至 %(day)s：%(reason)s") % {"day": stored["waived_until"], "reason": stored["waived_for"]}


def _clause_url(verdict: Verdict) -> str:
    place = "" if verdict.rule is None else f"#rule-{verdict.rule + 1}"
    return reverse("light_rule_edition", args=[verdict.edition]) + place
