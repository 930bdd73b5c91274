"""观摩评分, on the judge's phone: which stops are still mine to score, and one stop a screen."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects import figures
from projects.errors import RuleViolation
from projects.gate import SignedInRequest, requires
from projects.models import KeyProject
from projects.roles import Duty
from projects.views.forms import Page, answer, sent
from scheduling.actions import judging, stop_scores
from scheduling.judging import Panel, judging_of
from scheduling.models import InspectionRound, Stop, StopScore
from scheduling.observation import Read, Sheet, plain

State = InspectionRound.State
_SEEN = (State.ROUTED, State.SCORING, State.LOCKED, State.PUBLISHED)
_LISTED = (State.ROUTED, State.SCORING, State.LOCKED)
_BIG = Decimal(10_000)


class RecusalForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("回避理由"), max_length=200, widget=forms.Textarea(attrs={"rows": 3}), strip=True
    )


@requires(Duty.SCORE)
def scoring(request: SignedInRequest) -> HttpResponse:
    panels = [Panel.of_one(judge) for judge in judging_of(request.user, *_LISTED)]
    shown = {
        "title": _("观摩评分"),
        "as_of": _headline(panels),
        "rounds": [_round(panel) for panel in panels],
    }
    return render(request, "scheduling/scoring.html", shown)


@requires(Duty.SCORE)
def stop_scoring(request: SignedInRequest, pk: int) -> HttpResponse:
    panel, stop = _mine(request, pk)
    if request.method != "POST":
        return _show(request, panel, stop)
    sheet = _sheet(panel)
    typed = {item.key: request.POST.get(item.key, "") for item in sheet.items}
    try:
        score = stop_scores.record(
            stop=stop,
            typed=typed,
            comment=request.POST.get("comment", ""),
            client_id=_client_id(request),
            entered_at=_entered_at(request),
            by=request.user,
            at=timezone.now(),
        )
    except RuleViolation as refusal:
        return _show(request, panel, stop, typed=typed, refusal=refusal.message)
    return redirect("score_receipt", score.pk)


@requires(Duty.SCORE)
def score_receipt(request: SignedInRequest, pk: int) -> HttpResponse:
    """Taken in: and where to go next."""
    score = get_object_or_404(StopScore.objects.filter(judge__user=request.user), pk=pk)
    panel, stop = _mine(request, score.stop_id)
    return render(
        request,
        "scheduling/score_receipt.html",
        {
            "title": stop.project.name,
            "trail": _trail(),
            "total": plain(score.total),
            "received": score.recorded_at,
            "is_current": score.superseded_at is None,
            "left": len(panel.lacking()),
            "next": _next(panel, stop),
            "stop_url": reverse("stop_scoring", args=[stop.pk]),
        },
    )


@requires(Duty.SCORE)
def stop_recuse(request: SignedInRequest, pk: int) -> HttpResponse:
    panel, stop = _mine(request, pk)
    page = Page(
        _("申请回避"),
        _("登记回避"),
        reverse("scoring"),
        trail=_trail(),
        text=_("登记后您不再给“%(stop)s”评分，已有的评分不再计入；登记错的由区重点办撤销。")
        % {"stop": stop.project.name},
        done=_("回避已登记。"),
    )
    form = RecusalForm(sent(request))

    def act() -> None:
        judging.recuse(judge=panel.judges[0], stop=stop, **form.cleaned_data, by=request.user, at=timezone.now())

    return answer(request, form, page, act)


def _mine(request: SignedInRequest, pk: int) -> tuple[Panel, Stop]:
    """A stop of a round this person judges; of any other nothing is known (404)."""
    mine = judging_of(request.user, *_SEEN)
    judge = get_object_or_404(mine.filter(round__stops=pk))
    panel = Panel.of_one(judge)
    return panel, next(stop for stop in panel.stops if stop.pk == pk)


def _client_id(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("client_id", ""))
    except ValueError:
        return uuid4()


def _entered_at(request: HttpRequest) -> datetime:
    """As the device says; without it, or where it says nonsense, now."""
    try:
        found = parse_datetime(request.POST.get("entered_at", ""))
    except ValueError:
        found = None
    return found if found and found.tzinfo else timezone.now()


def _sheet(panel: Panel) -> Sheet:
    kept = panel.inspection.sheet
    return Sheet.of(kept.items if kept else [])


def _show(
    request: SignedInRequest, panel: Panel, stop: Stop, *, typed: dict[str, str] | None = None, refusal: str = ""
) -> HttpResponse:
    judge, sheet = panel.judges[0], _sheet(panel)
    score = panel.scores.get((judge.pk, stop.pk))
    read = sheet.read(typed) if typed else Read({}, {})
    place = panel.stops.index(stop)
    shown = {
        "title": stop.project.name,
        "as_of": _("%(round)s　第 %(place)d 站，共 %(all)d 站")
        % {"round": panel.inspection, "place": place + 1, "all": len(panel.stops)},
        "trail": _trail(),
        "stop": stop,
        "facts": _facts(stop),
        "items": [_item(item, typed, score, read) for item in sheet.items],
        "comment": request.POST.get("comment", score.comment if score else ""),
        "total": plain(read.total if typed else score.total if score else Decimal(0)),
        "full": plain(sheet.total),
        "refusal": refusal if typed is None or not read.wrong else "",
        "wrong": list(read.wrong.values()),
        "excused": panel.excused.get((judge.pk, stop.pk), ""),
        "is_open": panel.inspection.state == State.SCORING,
        "state": panel.inspection.get_state_display(),
        "score": score,
        "entered": int(score.entered_at.timestamp() * 1000) if score else 0,
        "client_id": uuid4(),
        "user_key": request.user.pk,
        "previous": _neighbour(panel, place - 1),
        "following": _neighbour(panel, place + 1),
    }
    return render(request, "scheduling/stop_scoring.html", shown)


def _item(item: Any, typed: dict[str, str] | None, score: StopScore | None, read: Read) -> dict[str, Any]:
    known = score.marks.get(item.key, "") if score else ""
    return {
        "key": item.key,
        "name": item.name,
        "hint": item.hint,
        "maximum": plain(item.maximum),
        "value": known if typed is None else typed.get(item.key, ""),
        "wrong": read.wrong.get(item.key, ""),
    }


def _facts(stop: Stop) -> list[dict[str, Any]]:
    """What of the booklet a judge needs at the place; no more of the project than that."""
    project = (
        KeyProject.objects.with_total_investment()
        .select_related("lead_unit", "responsible_unit")
        .get(pk=stop.project_id)
    )
    total = project.total_investment  # type: ignore[attr-defined]  # with_total_investment
    built = _("%(first)s—%(last)s年") % {"first": project.built_from, "last": project.built_to}
    amount = f"{figures.yi(total)} 亿元" if total and total >= _BIG else f"{figures.wan(total)} 万元"
    said = [
        (_("地点"), stop.place or project.location, False),
        (_("牵头单位"), project.lead_unit, False),
        (_("讲解人"), stop.presenter, False),
        (_("总投资"), amount if total else "", False),
        (_("建设年限"), built if project.built_from and project.built_to else "", False),
        (_("看点"), stop.sights, True),
        (_("建设内容及规模"), project.scale, True),
    ]
    return [{"label": label, "value": value, "wide": wide} for label, value, wide in said if value]


def _neighbour(panel: Panel, place: int) -> dict[str, str] | None:
    if not 0 <= place < len(panel.stops):
        return None
    stop = panel.stops[place]
    return {"url": reverse("stop_scoring", args=[stop.pk]), "name": stop.project.name}


def _next(panel: Panel, stop: Stop) -> dict[str, str] | None:
    """The first one still to be scored behind this, or else before it."""
    left = {each.pk for _, each in panel.lacking()}
    place = panel.stops.index(stop)
    order = [*panel.stops[place + 1 :], *panel.stops[:place]]
    found = next((each for each in order if each.pk in left), None)
    return _neighbour(panel, panel.stops.index(found)) if found else None


def _round(panel: Panel) -> dict[str, Any]:
    judge, inspection = panel.judges[0], panel.inspection
    due, left = sum(1 for _ in panel.due()), len(panel.lacking())
    words = {
        State.ROUTED: _("还没有开始评分。"),
        State.SCORING: _("已评 %(done)d 站，还有 %(left)d 站。") % {"done": due - left, "left": left},
        State.LOCKED: _("评分已锁定，不能再改。"),
    }
    return {
        "title": str(inspection),
        "when": inspection.starts_at,
        "said": words[State(inspection.state)],
        "is_open": inspection.state == State.SCORING,
        "done": due - left,
        "due": due,
        "stops": [_line(panel, judge, stop) for stop in panel.stops],
    }


def _line(panel: Panel, judge: Any, stop: Stop) -> dict[str, Any]:
    score, reason = panel.score(judge, stop), panel.excused.get((judge.pk, stop.pk), "")
    return {
        "pk": stop.pk,
        "order": stop.order,
        "url": reverse("stop_scoring", args=[stop.pk]),
        "name": stop.project.name,
        "place": stop.place or stop.project.location,
        "mark": "away" if reason else "done" if score else "todo",
        "word": _("回避") if reason else _("%(total)s 分") % {"total": plain(score.total)} if score else _("未评"),
    }


def _headline(panels: list[Panel]) -> str:
    scoring_now = [panel for panel in panels if panel.inspection.state == State.SCORING]
    left = sum(len(panel.lacking()) for panel in scoring_now)
    if not scoring_now:
        return _("目前没有需要您评分的观摩。")
    return _("还有 %(left)d 站待评分。") % {"left": left} if left else _("您负责的观摩点都已评分。")


def _trail() -> list[dict[str, str]]:
    return [{"label": _("观摩评分"), "url": reverse("scoring")}]
