"""季观摩 · 评委: who judges, who is excused, and how far the scoring has come."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.gate import SignedInRequest, requires
from projects.models import Post, User
from projects.models.unit import in_force_on
from projects.roles import GRANTS, Duty
from projects.views.forms import Page, answer, confirmation, sent
from projects.views.listing import asks_for_sheet, list_taken, sheet_url
from projects.widgets import PlainSelect
from scheduling.actions import judging
from scheduling.judging import Panel, Terms
from scheduling.models import InspectionRound, Judge, JudgeGroup, Recusal, Stop
from scheduling.observation import plain
from scheduling.views import list_columns
from scheduling.views.inspection_head import head

State = InspectionRound.State
_SCORERS = [role for role, duties in GRANTS.items() if Duty.SCORE in duties]


class GroupForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("评委组"), max_length=30)
    weight = forms.DecimalField(
        label=gettext_lazy("权重"),
        max_digits=5,
        decimal_places=2,
        help_text=gettext_lazy("各组权重不必合计 100，按比例计算；没有评分的组，权重由其他组按比例分摊。"),
    )


class AppointForm(forms.Form):
    group = forms.ModelChoiceField(
        label=gettext_lazy("评委组"), queryset=JudgeGroup.objects.none(), widget=PlainSelect, empty_label=None
    )
    people = forms.ModelMultipleChoiceField(
        label=gettext_lazy("人员"),
        queryset=User.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("列出今天任“评委”的人员；没有列出的，请安全管理员先任命。"),
    )

    def __init__(self, *args: Any, inspection: InspectionRound, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["group"].queryset = inspection.judge_groups.all()  # type: ignore[attr-defined]
        self.fields["people"].queryset = _candidates(inspection)  # type: ignore[attr-defined]


class RecusalForm(forms.Form):
    judge = forms.ModelChoiceField(
        label=gettext_lazy("评委"),
        queryset=Judge.objects.none(),
        widget=PlainSelect,
        empty_label=gettext_lazy("请选择"),
    )
    stop = forms.ModelChoiceField(
        label=gettext_lazy("观摩点"),
        queryset=Stop.objects.none(),
        widget=PlainSelect,
        empty_label=gettext_lazy("请选择"),
    )
    reason = forms.CharField(label=gettext_lazy("回避理由"), max_length=200, strip=True)

    def __init__(self, *args: Any, inspection: InspectionRound, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        judges = inspection.judges.select_related("user").order_by("user__sort_key")
        self.fields["judge"].queryset = judges  # type: ignore[attr-defined]
        self.fields["stop"].queryset = inspection.stops.select_related("project")  # type: ignore[attr-defined]


class LiftForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("撤销理由"), max_length=200, strip=True)


@requires(Duty.INSPECT)
def inspection_judges(request: SignedInRequest, pk: int) -> HttpResponseBase:
    """Whole, or its table alone, as the page asks for it by itself."""
    inspection = _round(request, pk)
    panel = Panel.of(inspection)
    if asks_for_sheet(request):
        return list_taken(request, _("%s评委") % inspection, list_columns.JUDGES, _taken(panel))
    shown = {"matrix": _matrix(panel), "here": request.path}
    if request.htmx:
        return render(request, "scheduling/inspection_judges.html#matrix", shown)
    shown |= head(request, inspection, tab="inspection_judges") | {
        "inspection": inspection,
        "terms": Terms.of(inspection).said,
        "groups": _groups(panel),
        "recusals": _recusals(panel),
        "sheet_url": sheet_url(request) if panel.judges else "",
        "may_change": inspection.state in (State.CHOOSING, State.ROUTED, State.SCORING),
        "may_weigh": inspection.state in (State.CHOOSING, State.ROUTED),
        "may_begin": inspection.state == State.ROUTED and bool(panel.judges),
    }
    return render(request, "scheduling/inspection_judges.html", shown)


@requires(Duty.INSPECT)
def judge_group_add(request: SignedInRequest, pk: int) -> HttpResponse:
    inspection = _round(request, pk)
    form = GroupForm(sent(request), initial={"weight": 100})
    page = _page(inspection, _("增加评委组"), _("增加"), done=_("评委组已增加。"))

    def act() -> None:
        judging.add_group(inspection=inspection, **form.cleaned_data, by=request.user, at=timezone.now())

    return answer(request, form, page, act)


@requires(Duty.INSPECT)
def judge_group_amend(request: SignedInRequest, pk: int) -> HttpResponse:
    groups = JudgeGroup.objects.filter(round__in=InspectionRound.objects.visible_to(request.user))
    group = get_object_or_404(groups.select_related("round"), pk=pk)
    form = GroupForm(sent(request), initial={"name": group.name, "weight": plain(group.weight)})
    page = _page(group.round, _("修改评委组"), _("保存"), done=_("评委组已修改。"))

    def act() -> None:
        judging.amend_group(group=group, **form.cleaned_data, by=request.user, at=timezone.now())

    return answer(request, form, page, act)


@requires(Duty.INSPECT)
def judge_appoint(request: SignedInRequest, pk: int) -> HttpResponse:
    inspection = _round(request, pk)
    form = AppointForm(sent(request), inspection=inspection)
    page = _page(inspection, _("聘请评委"), _("聘请"), done=_("评委已聘请。"))

    def act() -> None:
        judging.appoint(**form.cleaned_data, by=request.user, at=timezone.now())

    return answer(request, form, page, act)


@requires(Duty.INSPECT)
def judge_dismiss(request: SignedInRequest, pk: int) -> HttpResponse:
    judges = Judge.objects.filter(round__in=InspectionRound.objects.visible_to(request.user))
    judge = get_object_or_404(judges.select_related("round", "user"), pk=pk)
    text = _("%(name)s不再是本次观摩的评委。已有评分的不能移出。") % {"name": judge.user}
    page = _page(judge.round, _("移出评委"), _("移出"), text=text, done=_("评委已移出。"), danger=True)

    def act() -> None:
        judging.dismiss(judge=judge, by=request.user, at=timezone.now())

    return answer(request, confirmation(request), page, act)


@requires(Duty.INSPECT)
def judge_recuse(request: SignedInRequest, pk: int) -> HttpResponse:
    inspection = _round(request, pk)
    form = RecusalForm(sent(request), inspection=inspection)
    text = _("本单位牵头、负责或属地的项目由系统自动回避，无须登记。登记后，该评委给该观摩点已有的评分不再计入。")
    page = _page(inspection, _("登记回避"), _("登记"), text=text, done=_("回避已登记。"))

    def act() -> None:
        judging.recuse(**form.cleaned_data, by=request.user, at=timezone.now())

    return answer(request, form, page, act)


@requires(Duty.INSPECT)
def recusal_lift(request: SignedInRequest, pk: int) -> HttpResponse:
    found = Recusal.objects.filter(judge__round__in=InspectionRound.objects.visible_to(request.user))
    recusal = get_object_or_404(found.select_related("judge__round", "judge__user", "stop__project"), pk=pk)
    said = {"name": recusal.judge.user, "stop": recusal.stop, "reason": recusal.reason}
    text = _("%(name)s对“%(stop)s”的回避（%(reason)s）撤销后，可以评分，已有的评分重新计入。") % said
    page = _page(recusal.judge.round, _("撤销回避"), _("撤销"), text=text, done=_("回避已撤销。"))
    form = LiftForm(sent(request))

    def act() -> None:
        judging.lift_recusal(recusal=recusal, **form.cleaned_data, by=request.user, at=timezone.now())

    return answer(request, form, page, act)


@requires(Duty.INSPECT)
def scoring_begin(request: SignedInRequest, pk: int) -> HttpResponse:
    inspection = _round(request, pk)
    text = _("开始后，评委可以在手机上评分；评分表、评委组和权重不能再改。")
    page = _page(inspection, _("开始评分"), _("开始评分"), text=text, done=_("评分已开始。"))

    def act() -> None:
        judging.begin(inspection=inspection, by=request.user, at=timezone.now())

    return answer(request, confirmation(request), page, act)


def _round(request: SignedInRequest, pk: int) -> InspectionRound:
    return get_object_or_404(InspectionRound.objects.visible_to(request.user), pk=pk)


def _page(inspection: InspectionRound, title: str, submit: str, **more: Any) -> Page:
    back = reverse("inspection_judges", args=[inspection.pk])
    return Page(title, submit, back, trail=[{"label": str(inspection), "url": back}], **more)


def _candidates(inspection: InspectionRound) -> QuerySet[User]:
    """Whoever may score today and does not judge this round yet."""
    holding = Post.objects.filter(in_force_on(timezone.localdate()), role__in=_SCORERS, unit__is_active=True)
    free = User.objects.filter(is_active=True, pk__in=holding.values("user"))
    return free.exclude(pk__in=inspection.judges.values("user")).order_by("sort_key")


def _groups(panel: Panel) -> list[dict[str, Any]]:
    """By name: who judges is no secret, who gave what is."""
    by_name = _by_name(panel)
    return [
        {
            "name": group.name,
            "weight": plain(group.weight),
            "amend_url": reverse("judge_group_amend", args=[group.pk]),
            "judges": [
                {"name": judge.user.full_name, "dismiss_url": reverse("judge_dismiss", args=[judge.pk])}
                for judge in by_name
                if judge.group_id == group.pk
            ],
        }
        for group in panel.groups
    ]


def _taken(panel: Panel) -> Iterator[dict[str, Any]]:
    """By group and name. Of an anonymous round nobody's progress is told: it would give away who has which code."""
    is_anonymous = Terms.of(panel.inspection).is_anonymous
    for group in panel.groups:
        for judge in (each for each in _by_name(panel) if each.group_id == group.pk):
            due = [stop for stop in panel.stops if panel.is_due(judge, stop)]
            excused = {stop.project.name: panel.excused[judge.pk, stop.pk] for stop in panel.stops if stop not in due}
            yield {
                "group": group.name,
                "weight": plain(group.weight),
                "name": judge.user.full_name,
                "due": len(due),
                "done": None if is_anonymous else sum(panel.score(judge, stop) is not None for stop in due),
                "recused": "；".join(f"{stop}：{why}" for stop, why in excused.items()),
            }


def _by_name(panel: Panel) -> list[Judge]:
    return sorted(panel.judges, key=lambda judge: judge.user.sort_key)


def _recusals(panel: Panel) -> list[dict[str, str]]:
    """What the rule itself says, and what was declared; only that can be lifted."""
    declared = {
        (pair[0], pair[1]): pair[2]
        for pair in Recusal.objects.filter(judge__in=panel.judges).values_list("judge", "stop", "pk")
    }
    rows = []
    for judge in _by_name(panel):
        for stop in panel.stops:
            pair = (judge.pk, stop.pk)
            if reason := panel.excused.get(pair):
                lift = reverse("recusal_lift", args=[declared[pair]]) if pair in declared else ""
                rows.append({"who": judge.user.full_name, "stop": stop.project.name, "why": reason, "lift_url": lift})
    return rows


def _matrix(panel: Panel) -> dict[str, Any]:
    """Stops by judges. In an anonymous round who is excused looks like who has scored, or it would tell who he is."""
    is_anonymous = Terms.of(panel.inspection).is_anonymous
    due, lacking = sum(1 for _ in panel.due()), len(panel.lacking())
    return {
        "is_anonymous": is_anonymous,
        "is_open": panel.inspection.state == State.SCORING,
        "has_begun": panel.inspection.state in (State.SCORING, State.LOCKED, State.PUBLISHED),
        "judges": [judge.code if is_anonymous else judge.user.full_name for judge in panel.judges],
        "rows": [_row(panel, stop, is_anonymous) for stop in panel.stops],
        "said": _("应评 %(due)d 份，已评 %(done)d 份，还缺 %(left)d 份。")
        % {"due": due, "done": due - lacking, "left": lacking},
        "due": due,
        "done": due - lacking,
    }


def _row(panel: Panel, stop: Stop, is_anonymous: bool) -> dict[str, Any]:
    due = [judge for judge in panel.judges if panel.is_due(judge, stop)]
    return {
        "order": stop.order,
        "name": stop.project.name,
        "cells": [_cell(panel, judge, stop, is_anonymous) for judge in panel.judges],
        "done": sum(panel.score(judge, stop) is not None for judge in due),
        "due": len(due),
    }


def _cell(panel: Panel, judge: Judge, stop: Stop, is_anonymous: bool) -> str:
    if not panel.is_due(judge, stop):
        return "●" if is_anonymous else "－"
    return "●" if panel.score(judge, stop) else "○"
