"""季观摩 · 结果: who did best, how every figure came about; locked by the office, published by another."""

from decimal import Decimal
from itertools import groupby
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.figures import UNDEFINED, grouped, shown
from projects.gate import READERS, SignedInRequest, requires
from projects.models import KeyProject
from projects.roles import Duty
from projects.views.forms import Page, answer, confirmation, sent
from projects.views.listing import asks_for_sheet, list_taken, sheet_url
from scheduling.actions import results
from scheduling.judging import Panel, Terms
from scheduling.models import InspectionRound, StopResult
from scheduling.views import list_columns
from scheduling.views.inspection_head import head

State = InspectionRound.State
_PLACES = 2


class LockForm(forms.Form):
    even_incomplete = forms.BooleanField(label=gettext_lazy("未评齐也锁定"), required=False)
    note = forms.CharField(
        label=gettext_lazy("说明"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("未评齐就锁定的须写明，随结果一并公布。"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class UnlockForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("解除锁定的原因"), max_length=200, strip=True)


@requires(*READERS)
def inspection_results(request: SignedInRequest, pk: int) -> HttpResponseBase:
    inspection, duties = _round(request, pk), request.user.duties
    sees = _may_see(request, inspection)
    if asks_for_sheet(request):
        return list_taken(
            request, _("%s结果") % inspection, list_columns.RESULTS, _in_order(inspection) if sees else []
        )
    pools = _pools(inspection) if sees else []
    context = head(request, inspection, tab="inspection_results") | {
        "inspection": inspection,
        "pools": pools,
        "sheet_url": sheet_url(request) if pools else "",
        "said": _said(inspection, pools),
        "terms": Terms.of(inspection).said,
        "progress": _progress(inspection) if inspection.state == State.SCORING and _is_inside(request) else None,
        "may_lock": inspection.state == State.SCORING and duties.include(Duty.INSPECT),
        "may_unlock": inspection.state == State.LOCKED and duties.include(Duty.INSPECT),
        "may_publish": inspection.state == State.LOCKED and duties.include(Duty.PUBLISH_RESULT),
    }
    return render(request, "scheduling/inspection_results.html", context)


@requires(*READERS)
def stop_result(request: SignedInRequest, pk: int) -> HttpResponse:
    """How one result came about, step by step."""
    found = StopResult.objects.select_related("stop__project", "stop__round").filter(
        stop__round__in=InspectionRound.objects.visible_to(request.user)
    )
    result = get_object_or_404(found, pk=pk)
    inspection = result.stop.round
    if not _may_see(request, inspection):
        raise Http404
    project, back = result.stop.project, reverse("inspection_results", args=[inspection.pk])
    context = {
        "title": project.name,
        "as_of": _("%(round)s得分明细") % {"round": inspection},
        "trail": [{"label": str(inspection), "url": back}],
        "result": _figures(result),
        "months": [_month(each) for each in result.breakdown["months"]],
        "groups": [_group(each) for each in result.breakdown["groups"]],
        "breakdown": result.breakdown,
        "sum": _sum(result),
        "shows_marks": _is_inside(request),
        "terms": Terms.of(inspection).said,
        "project_url": reverse("project_detail", args=[project.code])
        if KeyProject.objects.visible_to(request.user).filter(pk=project.pk).exists()
        else "",
    }
    return render(request, "scheduling/stop_result.html", context)


@requires(Duty.INSPECT)
def results_lock(request: SignedInRequest, pk: int) -> HttpResponse:
    inspection = _round(request, pk)
    form = LockForm(sent(request))
    panel = Panel.of(inspection)
    text = _("应评 %(due)d 份，还缺 %(left)d 份。锁定后评委不能再改，随即计算结果；公布须由另一人办理。")
    said = {"due": sum(1 for _ in panel.due()), "left": len(panel.lacking())}
    page = _page(inspection, _("锁定评分"), _("锁定"), text=text % said, done=_("评分已锁定，结果已算出。"))

    def act() -> None:
        results.lock(inspection=inspection, **form.cleaned_data, by=request.user, at=timezone.now())

    return answer(request, form, page, act)


@requires(Duty.INSPECT)
def results_unlock(request: SignedInRequest, pk: int) -> HttpResponse:
    inspection = _round(request, pk)
    form = UnlockForm(sent(request))
    text = _("解除后评委可以继续评分，现在算出的结果作废，再次锁定时重新计算。")
    page = _page(inspection, _("解除锁定"), _("解除锁定"), text=text, done=_("已解除锁定。"), danger=True)

    def act() -> None:
        results.unlock(inspection=inspection, **form.cleaned_data, by=request.user, at=timezone.now())

    return answer(request, form, page, act)


@requires(Duty.PUBLISH_RESULT)
def results_publish(request: SignedInRequest, pk: int) -> HttpResponse:
    inspection = _round(request, pk)
    text = _("公布后不能更改，并通知各观摩点的牵头、责任单位和属地镇街。")
    page = _page(inspection, _("公布结果"), _("公布"), text=text, done=_("结果已公布。"))

    def act() -> None:
        results.publish(inspection=inspection, by=request.user, at=timezone.now())

    return answer(request, confirmation(request), page, act)


def _round(request: SignedInRequest, pk: int) -> InspectionRound:
    return get_object_or_404(InspectionRound.objects.visible_to(request.user), pk=pk)


def _is_inside(request: SignedInRequest) -> bool:
    """Those who make the result: they see it before it is published, and the marks it is made of."""
    return any(map(request.user.duties.include, (Duty.INSPECT, Duty.PUBLISH_RESULT)))


def _may_see(request: SignedInRequest, inspection: InspectionRound) -> bool:
    return inspection.state == State.PUBLISHED or _is_inside(request)


def _page(inspection: InspectionRound, title: str, submit: str, **more: Any) -> Page:
    back = reverse("inspection_results", args=[inspection.pk])
    return Page(title, submit, back, trail=[{"label": str(inspection), "url": back}], **more)


def _results(inspection: InspectionRound) -> QuerySet[StopResult]:
    return StopResult.objects.filter(stop__round=inspection).select_related("stop__project__lead_unit")


def _pools(inspection: InspectionRound) -> list[dict[str, Any]]:
    return [
        {"name": pool, "rows": [_row(row) for row in each]}
        for pool, each in groupby(_in_order(inspection), key=lambda row: row.stop.pool)
    ]


def _in_order(inspection: InspectionRound) -> list[StopResult]:
    """Each pool in the order of its results, those without one last."""
    return sorted(
        _results(inspection), key=lambda row: (row.stop.pool, row.rank or 999, -_or_nought(row), row.stop.order)
    )


def _or_nought(row: StopResult) -> Decimal:
    return Decimal(-1) if row.result is None else row.result


def _row(row: StopResult) -> dict[str, Any]:
    return {
        "url": reverse("stop_result", args=[row.pk]),
        "order": row.stop.order,
        "name": row.stop.project.name,
        "unit": str(row.stop.project.lead_unit),
        "rank": row.rank or UNDEFINED,
        "is_first": row.rank == 1,
        "why": row.breakdown.get("why", ""),
        **_figures(row),
    }


def _figures(row: StopResult) -> dict[str, Any]:
    values = {"routine": row.routine, "observation": row.observation, "score": row.result}
    return {name: shown(value, _PLACES) for name, value in values.items()} | {"place": row.rank, "ranked": row.ranked}


def _said(inspection: InspectionRound, pools: list[dict[str, Any]]) -> str:
    if not pools:
        waiting = _("结果还没有公布。") if inspection.state == State.LOCKED else _("评分锁定后算出结果。")
        return waiting if inspection.state != State.PUBLISHED else _("没有结果。")
    firsts = [row["name"] for pool in pools for row in pool["rows"] if row["is_first"]]
    best = _("各组第一名：%(names)s。") % {"names": "、".join(firsts)} if firsts else _("没有排出名次。")
    return best if inspection.state == State.PUBLISHED else _("已锁定，待公布。%(best)s") % {"best": best}


def _progress(inspection: InspectionRound) -> dict[str, int]:
    panel = Panel.of(inspection)
    due = sum(1 for _ in panel.due())
    return {"due": due, "done": due - len(panel.lacking()), "left": len(panel.lacking())}


def _month(each: dict[str, Any]) -> dict[str, str]:
    return {
        "month": each["month"],
        "done": grouped(Decimal(each["done"]), 0),
        "planned": grouped(Decimal(each["planned"]), 0),
        "score": _two(each["score"]),
        "why": "" if each["score"] else _("没有同期计划，不计"),
    }


def _group(each: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": each["name"],
        "weight": each["weight"],
        "share": _two(each["share"]),
        "mean": _two(each["mean"]),
        "count": len(each["kept"]) + len(each["dropped"]),
        "kept": each["kept"],
        "dropped": each["dropped"],
    }


def _two(text: str | None) -> str:
    return shown(None if text is None else Decimal(text), _PLACES)


def _sum(row: StopResult) -> str:
    """The result written out; empty where there is none."""
    if row.result is None:
        return ""
    share = Decimal(row.breakdown["routine_share"])
    parts = [f"{shown(row.routine, _PLACES)} × {share}%"] if share else []
    parts += [f"{shown(row.observation, _PLACES)} × {100 - share}%"] if share < 100 else []
    return f"{' + '.join(parts)} = {shown(row.result, _PLACES)}"
