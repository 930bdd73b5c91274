"""变更申请: what waits for me, what I asked for, what is in hand, what is ended; and one request with its trail."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import F
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from projects import lists
from projects.actions import change_decisions, change_requests
from projects.errors import RuleViolation
from projects.filters import used
from projects.gate import READERS, SignedInRequest, requires
from projects.models import ApprovalStep, ChangeRequest, DelayReason, KeyProject, MilestoneDates, StageTargetDates
from projects.models.change_request import ChangeRequestQuerySet
from projects.models.key_project import matching
from projects.roles import Duty
from projects.views import list_columns
from projects.views.change_difference import difference_of
from projects.views.change_forms import DecisionForm, OtherUnitForm, PassOnForm
from projects.views.change_trail import trail_of
from projects.views.change_words import hand_of, limit_said, matter_of, move_of
from projects.views.forms import Page, UnitFilters, answer, confirmation, sent
from projects.views.listing import asks_for_sheet, list_taken, sheet_url
from projects.views.schedule_words import edition_url

_State = ChangeRequest.State
TONES: dict[str, str] = {
    _State.OPEN: "solid",
    _State.RETURNED: "ink",
    _State.APPROVED: "blue",
    _State.REFUSED: "ink",
    _State.WITHDRAWN: "",
}
_ABOUT = ("project__lead_unit", "milestone__project", "stage_target__project", "schedule", "suspension__project")


class RequestFilters(UnitFilters):
    q = forms.CharField(label=gettext_lazy("项目名称、编号或拼音"), required=False)
    kind = forms.ChoiceField(
        label=gettext_lazy("申请事项"),
        required=False,
        choices=[("", gettext_lazy("全部")), *ChangeRequest.Kind.choices],
    )
    reason = forms.ChoiceField(
        label=gettext_lazy("原因类别"), required=False, choices=[("", gettext_lazy("全部")), *DelayReason.choices]
    )
    unit = forms.ChoiceField(label=gettext_lazy("牵头单位"), required=False)
    late = forms.BooleanField(label=gettext_lazy("只看超过办理期限的"), required=False)
    tab = forms.CharField(required=False, widget=forms.HiddenInput)
    field_order = ["q", "kind", "reason", "unit", "late", "tab"]

    def narrow(self, requests: ChangeRequestQuerySet) -> ChangeRequestQuerySet:
        if not self.is_valid():
            return requests.none()
        said = self.cleaned_data
        columns = {"kind": "kind", "reason": "reason_code", "unit": "project__lead_unit"}
        wanted = {column: said[name] for name, column in columns.items() if said[name]}
        if said["late"]:
            wanted["limit_on__lt"] = timezone.localdate()
        return requests.filter(matching(said["q"], "project__"), **wanted)

    def used(self) -> int:
        return sum(bool(self.cleaned_data.get(name)) for name in ("q", "kind", "reason", "unit", "late"))


@requires(*READERS)
def change_request_list(request: SignedInRequest) -> HttpResponseBase:
    """What is overdue stands first: nothing is decided by the passing of time, so somebody has to see it."""
    tabs = _tabs(request)
    asked_for = request.GET.get("tab", "")
    wanted = asked_for if asked_for in tabs else next(iter(tabs))
    form = RequestFilters(request.GET)
    found = form.narrow(tabs[wanted].with_limit())
    first_due = F("limit_on").asc(nulls_last=True)
    ordered = found.order_by(*(["-ended_at"] if wanted == "ended" else [first_due, "-requested_at"]), "pk")
    whole = ordered.select_related(*_ABOUT, "requested_by")
    if asks_for_sheet(request):
        told = {_("范围"): str(_LABELS[wanted])} | (used(form) if form.is_valid() else {})
        return list_taken(request, _("变更申请"), list_columns.CHANGE_REQUESTS, _rows(list(whole)), filters=told)
    page = lists.page_of(whole, request)
    shown = {
        "title": _("变更申请"),
        "tabs": _tab_links(tabs, wanted),
        "form": form,
        "used": form.used() if form.is_valid() else 0,
        "clear_url": f"?tab={wanted}",
        "page": page,
        "sheet_url": sheet_url(request),
        "rows": _rows(list(page.object_list)),
        "is_ended": wanted == "ended",
        "empty": _EMPTY[wanted],
    }
    return render(request, "projects/change_request_list.html", shown)


_LABELS = {
    "mine": gettext_lazy("待我办理"),
    "sent": gettext_lazy("我提出的"),
    "open": gettext_lazy("办理中"),
    "ended": gettext_lazy("已办结"),
}
_EMPTY = {
    "mine": gettext_lazy("没有等您办理的变更申请。轮到您审核、会签或批准时，会显示在这里。"),
    "sent": gettext_lazy("您还没有提出过变更申请。在项目的节点页可以申请调整批准日期。"),
    "open": gettext_lazy("没有正在办理的变更申请。"),
    "ended": gettext_lazy("还没有办结的变更申请。"),
}


def _tabs(request: SignedInRequest) -> dict[str, ChangeRequestQuerySet]:
    on, everything = timezone.localdate(), ChangeRequest.objects.all()
    waiting = ApprovalStep.objects.awaiting(request.user, on=on).values("request")
    seen = everything.visible_to(request.user)
    return {
        "mine": everything.filter(pk__in=waiting),
        "sent": everything.filter(requested_by=request.user),
        "open": seen.in_work(),
        "ended": seen.filter(state__in=ChangeRequest.ENDED),
    }


def _tab_links(tabs: dict[str, ChangeRequestQuerySet], wanted: str) -> list[dict[str, Any]]:
    return [
        {"label": _LABELS[name], "url": f"?tab={name}", "current": name == wanted, "count": rows.count()}
        for name, rows in tabs.items()
    ]


def _rows(requests: list[ChangeRequest]) -> list[dict[str, Any]]:
    on = timezone.localdate()
    waiting: dict[int, list[str]] = {}
    hands = ApprovalStep.objects.waiting().filter(request__in=requests).select_related("unit")
    for step in hands:
        waiting.setdefault(step.request_id, []).append(hand_of(step))
    nodes = MilestoneDates.objects.filter(milestone__in={r.milestone_id for r in requests}).replan_counts()
    stages = StageTargetDates.objects.filter(stage_target__in={r.stage_target_id for r in requests}).replan_counts()
    return [
        {
            "url": reverse("change_request", args=[each.pk]),
            "project": each.project.name,
            "unit": each.project.lead_unit,
            "matter": matter_of(each),
            "move": move_of(each),
            "replans": nodes.get(each.milestone_id or 0) or stages.get(each.stage_target_id or 0) or 0,
            "reason": each.get_reason_code_display(),
            "by": each.requested_by,
            "at": each.requested_at,
            "ended_at": each.ended_at,
            "state": each.get_state_display(),
            "tone": TONES[each.state],
            "waits_for": "、".join(waiting.get(each.pk, [])),
            "limit": limit_said(each.limit_on, on=on),  # type: ignore[attr-defined]
            "is_late": bool(each.limit_on and each.limit_on < on),  # type: ignore[attr-defined]
        }
        for each in requests
    ]


@requires(*READERS)
def change_request(request: SignedInRequest, pk: int) -> HttpResponse:
    """What would change, what that breaks, who has said what; and the answer, for whoever's turn it is."""
    asked = _request_or_404(request, pk)
    form = DecisionForm(sent(request))
    if request.method == "POST" and form.is_valid() and _decided(request, asked, form):
        return redirect("change_request", pk)
    on, user = timezone.localdate(), request.user
    step = ApprovalStep.objects.awaiting(user, on=on).filter(request=asked).select_related("unit").first()
    is_mine = asked.requested_by_id == user.pk
    sees_project = KeyProject.objects.visible_to(user).filter(pk=asked.project_id).exists()
    shown = {
        "title": f"{asked.get_kind_display()}：{matter_of(asked)}",
        "trail": [{"label": _("变更申请"), "url": reverse("change_request_list")}],
        "asked": asked,
        "badge": {"word": asked.get_state_display(), "tone": TONES[asked.state]},
        "project_url": reverse("project_detail", args=[asked.project.code]) if sees_project else "",
        "edition_url": edition_url(asked.schedule) if sees_project and asked.schedule else "",
        "step": step,
        "turn": _turn(step, on=on) if step else "",
        "decision": form,
        "may_amend": is_mine and asked.state == _State.RETURNED,
        "may_withdraw": is_mine and asked.state not in ChangeRequest.ENDED,
        "may_chase": asked.state == _State.OPEN and (is_mine or user.duties.include(Duty.APPROVE_CHANGE)),
        "entries": trail_of(asked, on=on),
        **difference_of(asked, on=on),
    }
    return render(request, "projects/change_request.html", shown)


def _turn(step: ApprovalStep, *, on: Any) -> str:
    said = {"hand": hand_of(step), "limit": limit_said(step.due_on, on=on)}
    return _("轮到您办理：%(hand)s，%(limit)s。") % said


def _decided(request: SignedInRequest, asked: ChangeRequest, form: DecisionForm) -> bool:
    verbs: dict[str, tuple[Any, str]] = {
        "agree": (change_decisions.agree, _("已同意。")),
        "send_back": (change_decisions.send_back, _("已退回申请人修改。")),
        "refuse": (change_decisions.refuse, _("已答复不同意，原批准内容不变。")),
    }
    verb, done = verbs.get(request.POST.get("outcome", ""), (None, ""))
    step = asked.steps.select_related("request__project").filter(pk=_number(request.POST.get("step"))).first()
    if verb is None or step is None:
        form.add_error(None, _("请选择同意、退回修改或不同意。"))
        return False
    try:
        verb(step=step, opinion=form.cleaned_data["opinion"], by=request.user)
    except RuleViolation as refusal:
        form.add_error(None, refusal.message)
        return False
    messages.success(request, done)
    return True


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 19 else 0


@requires(*READERS)
def withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    asked = _request_or_404(request, pk)
    text = _("撤回后申请终止，原批准内容不变；需要时可以重新申请。")
    page = _page(asked, _("撤回申请"), text=text, submit=_("撤回"), done=_("申请已撤回。"))
    return answer(
        request, confirmation(request), page, lambda: change_requests.withdraw(request=asked, by=request.user)
    )


@requires(*READERS)
@require_POST
def chase(request: SignedInRequest, pk: int) -> HttpResponse:
    asked = _request_or_404(request, pk)
    change_requests.chase(request=asked, by=request.user)
    messages.success(request, _("已催办，催办记录在办理过程中可查。"))
    return redirect("change_request", pk)


@requires(*READERS)
def pass_on(request: SignedInRequest, pk: int) -> HttpResponse:
    step = _step_or_404(request, pk)
    form = PassOnForm(sent(request))
    page = _page(
        step.request, _("转办"), text=_("转给另一单位办理，本单位的环节保留在办理过程中。"), done=_("已转办。")
    )
    return answer(
        request,
        form,
        page,
        lambda: change_decisions.pass_on(
            step=step, to=form.cleaned_data["unit"], opinion=form.cleaned_data["opinion"], by=request.user
        ),
    )


@requires(*READERS)
def countersign(request: SignedInRequest, pk: int) -> HttpResponse:
    step = _step_or_404(request, pk)
    form = OtherUnitForm(sent(request))
    page = _page(step.request, _("加签"), text=_("请另一单位会签，会签之后再批准。"), done=_("已加签。"))
    return answer(
        request,
        form,
        page,
        lambda: change_decisions.add_countersign(step=step, unit=form.cleaned_data["unit"], by=request.user),
    )


def _page(asked: ChangeRequest, title: str, *, text: str, done: str, submit: str = "") -> Page:
    url = reverse("change_request", args=[asked.pk])
    trail = [
        {"label": _("变更申请"), "url": reverse("change_request_list")},
        {"label": f"{asked.project}{matter_of(asked)}", "url": url},
    ]
    return Page(title, submit or _("提交"), url, trail=trail, text=text, done=done)


def _request_or_404(request: SignedInRequest, pk: int) -> ChangeRequest:
    seen = ChangeRequest.objects.open_to(request.user, on=timezone.localdate())
    return get_object_or_404(seen.select_related(*_ABOUT, "requested_by"), pk=pk)


def _step_or_404(request: SignedInRequest, pk: int) -> ApprovalStep:
    seen = ChangeRequest.objects.open_to(request.user, on=timezone.localdate())
    related = ("request__project", "request__milestone", "request__stage_target", "request__schedule")
    return get_object_or_404(ApprovalStep.objects.select_related(*related).filter(request__in=seen), pk=pk)
