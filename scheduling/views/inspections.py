"""季观摩: where do we go, who did best? The rounds, and what the office does with one as a whole."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count, F
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from projects.gate import SignedInRequest, requires
from projects.ledger.cells import YEARS
from projects.lists import page_of
from projects.roles import Duty
from projects.views.forms import Page, answer, sent
from projects.views.listing import asks_for_sheet, list_taken, sheet_url
from scheduling.actions import inspections as actions
from scheduling.actions.inspections import Arrangement
from scheduling.models import Emphasis, InspectionRound, InspectionRule, StopResult
from scheduling.views import list_columns
from scheduling.views.decision_forms import SaidForm
from scheduling.views.inspection_head import (
    SEES,
    badge_of_round,
    landing_of,
    leaves_said,
    round_or_404,
    trail_of,
)
from scheduling.views.meeting_verbs import MomentField

State = InspectionRound.State
_BEST = 3
_QUARTERS = ["一", "二", "三", "四"]
_WHERE = ["origin", "origin_longitude", "origin_latitude"]


class ArrangementForm(forms.Form):
    title = forms.CharField(label=gettext_lazy("名称"), max_length=100)
    emphases = forms.MultipleChoiceField(
        label=gettext_lazy("本季度侧重"),
        choices=Emphasis.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("符合侧重的候选项目排在前面，不符合的不因此排除。"),
    )
    starts_at = MomentField(label=gettext_lazy("出发时间"))
    origin = forms.CharField(label=gettext_lazy("集合地点"), max_length=100)
    origin_longitude = forms.DecimalField(
        label=gettext_lazy("集合点经度"), max_digits=9, decimal_places=6, required=False
    )
    origin_latitude = forms.DecimalField(
        label=gettext_lazy("集合点纬度"),
        max_digits=8,
        decimal_places=6,
        required=False,
        help_text=gettext_lazy("填写经纬度后，线路示意图画出集合点，并核对行车时间。"),
    )
    return_minutes = forms.IntegerField(label=gettext_lazy("返程行车（分钟）"), min_value=0, max_value=240)

    def arrangement(self) -> Arrangement:
        return Arrangement(**{name: self.cleaned_data[name] for name in ArrangementForm.base_fields})


class OpenForm(ArrangementForm):
    year = forms.IntegerField(label=gettext_lazy("年份"), min_value=min(YEARS), max_value=max(YEARS))
    quarter = forms.ChoiceField(
        label=gettext_lazy("季度"), choices=[(n, f"第{_QUARTERS[n - 1]}季度") for n in range(1, 5)]
    )
    field_order = ["year", "quarter", *ArrangementForm.base_fields]


@requires(*SEES)
def inspection_list(request: SignedInRequest) -> HttpResponseBase:
    seen = InspectionRound.objects.visible_to(request.user)
    counted = {"chosen": Count("stops", distinct=True), "found": Count("stops__findings", distinct=True)}
    rounds = seen.annotate(**counted).order_by("-year", "-quarter", "-pk")
    if asks_for_sheet(request):
        return list_taken(request, _("季观摩"), list_columns.ROUNDS, rounds)
    page = page_of(rounds, request)
    best = _best([each.pk for each in page])
    shown = {
        "title": _("季观摩"),
        "headline": _headline(list(page), best),
        "page": page,
        "sheet_url": sheet_url(request),
        "rows": [_row(each, best.get(each.pk, [])) for each in page],
        "may_open": request.user.duties.include(Duty.INSPECT),
    }
    return render(request, "scheduling/inspection_list.html", shown)


@requires(*SEES)
def inspection(request: SignedInRequest, pk: int) -> HttpResponse:
    asked = round_or_404(request, pk)
    return redirect(landing_of(request, asked), pk=asked.pk)


@requires(Duty.INSPECT)
def inspection_open(request: SignedInRequest) -> HttpResponse:
    """Begun for the next quarter without a round, with the emphasis of today's rule, from where the last one left."""
    form = OpenForm(sent(request), initial=_proposed(timezone.localdate()))

    def act() -> str:
        year, quarter = form.cleaned_data["year"], int(form.cleaned_data["quarter"])
        opened = actions.open_round(
            year=year, quarter=quarter, arrangement=form.arrangement(), by=request.user, at=timezone.now()
        )
        return reverse("inspection_candidates", args=[opened.pk])

    url = reverse("inspection_list")
    text = _("开办时采用当天生效的观摩规则，以后规则改版不影响本轮。")
    done = _("本轮观摩已开办，各牵头单位可以初审。")
    page = Page(_("开办观摩"), _("开办"), url, trail=[{"label": _("季观摩"), "url": url}], text=text, done=done)
    return answer(request, form, page, act)


@requires(Duty.INSPECT)
def inspection_amend(request: SignedInRequest, pk: int) -> HttpResponse:
    asked = round_or_404(request, pk)
    initial = {name: getattr(asked, name) for name in ArrangementForm.base_fields}
    form = ArrangementForm(sent(request), initial=initial)

    def act() -> None:
        actions.amend(inspection=asked, arrangement=form.arrangement(), by=request.user, at=timezone.now())

    page = _page(asked, _("修改观摩安排"), submit=_("保存"), done=_("观摩安排已修改。"))
    return answer(request, form, page, act)


@requires(Duty.INSPECT)
def inspection_cancel(request: SignedInRequest, pk: int) -> HttpResponse:
    asked, form = round_or_404(request, pk), SaidForm(sent(request), label=_("取消原因"))

    def act() -> str:
        actions.cancel(inspection=asked, reason=form.cleaned_data["text"], by=request.user, at=timezone.now())
        return reverse("inspection_list")

    page = _page(asked, _("取消观摩"), submit=_("取消观摩"), done=_("本轮观摩已取消。"), danger=True)
    return answer(request, form, page, act)


@requires(Duty.INSPECT)
@require_POST
def inspection_fix_route(request: SignedInRequest, pk: int) -> HttpResponse:
    return _done(request, pk, actions.fix_route, _("线路已确定，各单位可以看到观摩安排。"))


@requires(Duty.INSPECT)
@require_POST
def inspection_reopen_route(request: SignedInRequest, pk: int) -> HttpResponse:
    return _done(request, pk, actions.reopen_route, _("线路已退回调整。"))


def _done(request: SignedInRequest, pk: int, verb: Callable[..., None], said: str) -> HttpResponse:
    asked = round_or_404(request, pk)
    verb(inspection=asked, by=request.user, at=timezone.now())
    messages.success(request, said)
    return redirect("inspection_route", pk=asked.pk)


def _page(asked: InspectionRound, title: str, *, submit: str, done: str, danger: bool = False) -> Page:
    url = reverse("inspection", args=[asked.pk])
    return Page(title, submit, url, trail=trail_of(asked), done=done, danger=danger)


def _proposed(on: date) -> dict[str, Any]:
    year, quarter = on.year, (on.month + 2) // 3
    while InspectionRound.objects.standing().filter(year=year, quarter=quarter).exists():
        year, quarter = (year, quarter + 1) if quarter < len(_QUARTERS) else (year + 1, 1)
    last = InspectionRound.objects.order_by("-year", "-quarter").first()
    day = max(on + timedelta(days=14), date(year, 3 * quarter, 15))
    return {
        "year": year,
        "quarter": quarter,
        "title": _("%(year)d年第%(quarter)s季度重点项目观摩") % {"year": year, "quarter": _QUARTERS[quarter - 1]},
        "emphases": InspectionRule.objects.in_force(on=on).emphases_of(quarter),
        "starts_at": datetime.combine(day, time(9)),
        "return_minutes": last.return_minutes if last else 30,
        **({name: getattr(last, name) for name in _WHERE} if last else {}),
    }


def _best(rounds: Iterable[int]) -> Mapping[int, list[tuple[int, str]]]:
    """By published round the first places and the stops that hold them; a pool has its own first."""
    ranked = StopResult.objects.filter(stop__round__in=rounds, stop__round__state=State.PUBLISHED, rank__lte=_BEST)
    found: dict[int, list[tuple[int, str]]] = {}
    rows = ranked.order_by("rank", F("result").desc()).values_list("stop__round", "rank", "stop__project__name")
    for round_pk, rank, name in rows:
        found.setdefault(round_pk, []).append((rank or 0, name))
    return found


def _headline(rounds: Sequence[Any], best: Mapping[int, list[tuple[int, str]]]) -> list[dict[str, str]]:
    """Where we go next, and who did best last."""
    lines = []
    ahead = [each for each in rounds if each.state in {State.CHOOSING, State.ROUTED, State.SCORING}]
    for each in ahead[:1]:
        said = {"when": leaves_said(each), "origin": each.origin, "count": each.chosen}
        text = _("%(when)s 从%(origin)s出发，已选定 %(count)d 个观摩点") % said
        lines.append({"label": each.title, "url": reverse("inspection", args=[each.pk]), "text": text})
    done = next((each for each in rounds if best.get(each.pk)), None)
    if done:
        first = "、".join(name for rank, name in best[done.pk] if rank == 1)
        url = reverse("inspection", args=[done.pk])
        lines.append({"label": done.title, "url": url, "text": _("第一名：%(first)s") % {"first": first}})
    return lines


def _row(each: Any, best: Sequence[tuple[int, str]]) -> dict[str, Any]:
    return {
        "title": each.title,
        "url": reverse("inspection", args=[each.pk]),
        "when": leaves_said(each),
        "emphases": actions.said_of(each.emphases),
        "chosen": each.chosen,
        "found": each.found,
        "best": "；".join(f"{rank}. {name}" for rank, name in best[:_BEST]),
        "badge": badge_of_round(each),
    }
