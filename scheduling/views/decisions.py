"""议定事项: overdue first, whoever has them; and one with its course."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import Case, Count, Exists, OuterRef, Q, QuerySet, Value, When
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects import filters, sheets
from projects.figures import UNDEFINED, chinese_date, compact_date
from projects.gate import READERS, SignedInRequest, requires
from projects.lists import page_of
from projects.models import KeyProject
from projects.recorded import day_of
from projects.roles import Duty
from projects.views.forms import UnitFilters
from scheduling import decision_flow as flow
from scheduling.actions.decision_moves import sides_of
from scheduling.decision_flow import Verb
from scheduling.minutes import owner_said
from scheduling.models import Decision, DecisionMove, ExtensionRequest, Meeting, SupervisionOrder
from scheduling.sheets import decision_sheet
from scheduling.views.decision_words import badge_of, clock_said, dispatch_tabs, is_late, standing_said
from scheduling.views.galleries import gallery

_ALL = ("", gettext_lazy("全部"))
_SIDES = {"mine": gettext_lazy("由我（本单位）办理"), "check": gettext_lazy("等我审核")}


class DecisionFilters(UnitFilters):
    q = forms.CharField(label=gettext_lazy("编号或内容"), required=False)
    state = forms.ChoiceField(
        label=gettext_lazy("状态"),
        required=False,
        choices=[("", gettext_lazy("未销号")), *Decision.State.choices, ("ALL", gettext_lazy("全部状态"))],
    )
    unit = forms.ChoiceField(label=gettext_lazy("责任单位"), required=False)
    overdue = forms.BooleanField(label=gettext_lazy("只看逾期的"), required=False)
    source = forms.ChoiceField(label=gettext_lazy("来源"), required=False, choices=[_ALL, *Decision.Source.choices])
    side = forms.ChoiceField(label=gettext_lazy("在谁手上"), required=False, choices=[_ALL, *_SIDES.items()])
    project = forms.CharField(label=gettext_lazy("项目编号"), required=False)
    field_order = ["q", "state", "unit", "overdue", "source", "side", "project"]

    def narrow(self, request: SignedInRequest, *, on: date) -> QuerySet[Decision]:
        decisions = Decision.objects.visible_to(request.user)
        if not self.is_valid():
            return decisions.none()
        said = self.cleaned_data
        if said["side"] == "mine":
            decisions = decisions.carried_out_by(request.user).with_owner()
        elif said["side"] == "check":
            decisions = decisions.given_by(request.user).awaiting_issuer()
        if said["overdue"]:
            decisions = decisions.overdue(on=on)
        elif said["state"] == "":
            decisions = decisions.open()
        elif said["state"] != "ALL":
            decisions = decisions.filter(state=said["state"])
        columns = {"owner_unit": said["unit"], "source": said["source"], "project__code": said["project"].strip()}
        decisions = decisions.filter(**{column: value for column, value in columns.items() if value})
        return decisions.filter(Q(number__contains=said["q"]) | Q(text__contains=said["q"]))

    def used(self) -> dict[str, str]:
        """The conditions set, in words; a box not ticked is none."""
        return {label: word for label, word in filters.used(self).items() if word != "False"} if self.is_valid() else {}


@requires(*READERS)
def decision_list(request: SignedInRequest) -> HttpResponse:
    on, form = timezone.localdate(), DecisionFilters(request.GET)
    found = form.narrow(request, on=on)
    totals = _totals(found, on=on)
    page = page_of(_in_turn(found), request, count=totals["count"])
    used = form.used()
    shown = {
        "title": _("周调度"),
        "tabs": dispatch_tabs("decision_list", user=request.user),
        "headline": _headline(totals, on=on, narrowed=bool(used)),
        "is_late": bool(totals["late"]),
        "form": form,
        "used": len(used),
        "page": page,
        "rows": [_row(each, on=on) for each in page],
        "may_instruct": request.user.duties.include(Duty.CLOSE_OUT),
        "may_export": request.user.duties.include(Duty.EXPORT),
        "export_url": f"{reverse('decision_list_export')}?{request.GET.urlencode()}",
    }
    return render(request, "scheduling/decision_list.html", shown)


@requires(Duty.EXPORT)
def decision_list_export(request: SignedInRequest) -> FileResponse:
    """The same rows as the page with the same address, of all its pages."""
    now, form = timezone.now(), DecisionFilters(request.GET)
    on = timezone.localtime(now).date()
    rows = _in_turn(form.narrow(request, on=on)).iterator(chunk_size=500)
    sheet = decision_sheet(rows, on=on, as_of=sheets.as_of_moment(now), filters=form.used())
    return sheets.download(sheet, by=request.user, at=now)


def _in_turn(decisions: QuerySet[Decision]) -> QuerySet[Decision]:
    """Open ones by their due date, so the longest overdue stands first; then what is ended."""
    is_ended = Case(When(state__in=flow.ENDED, then=Value(1)), default=Value(0))
    asked = ExtensionRequest.objects.filter(decision=OuterRef("pk"), outcome="")
    related = ("project", "owner_unit", "owner_person", "meeting")
    rows = decisions.select_related(*related).annotate(is_ended=is_ended, extension_asked=Exists(asked))
    return rows.order_by("is_ended", "due_on", "pk")


def _totals(decisions: QuerySet[Decision], *, on: date) -> dict[str, int]:
    is_open = Q(state__in=flow.OPEN)
    return decisions.aggregate(
        count=Count("pk"),
        open=Count("pk", filter=is_open),
        late=Count("pk", filter=is_open & Q(due_on__lt=on)),
        unreceived=Count("pk", filter=Q(state=Decision.State.AWAITING_RECEIPT)),
        waiting=Count("pk", filter=Q(state=Decision.State.AWAITING_CHECK)),
        closed=Count("pk", filter=Q(state=Decision.State.CLOSED)),
    )


def _headline(totals: dict[str, int], *, on: date, narrowed: bool) -> str:
    among = _("符合条件的事项中，") if narrowed else ""
    if not totals["open"]:
        return _("截至%(day)s，%(among)s没有未销号的事项。") % {"day": chinese_date(on), "among": among}
    counted = _("未销号 %(open)d 项，其中逾期 %(late)d 项，待签收 %(unreceived)d 项，待审核 %(waiting)d 项") % totals
    return _("截至%(day)s，%(among)s%(counted)s。") % {"day": chinese_date(on), "among": among, "counted": counted}


def _row(each: Any, *, on: date) -> dict[str, Any]:
    return {
        "number": each.number,
        "url": reverse("decision", args=[each.pk]),
        "text": each.text,
        "project": each.project.name if each.project else "",
        "source": each.meeting.title if each.meeting else each.get_source_display(),
        "owner": owner_said(each),
        "due": compact_date(each.due_on),
        "clock": clock_said(each, on=on),
        "is_late": is_late(each, on=on),
        "badge": badge_of(each),
        "standing": standing_said(each, on=on, extension_asked=each.extension_asked),
    }


@requires(*READERS)
def decision(request: SignedInRequest, pk: int) -> HttpResponse:
    on, asked = timezone.localdate(), decision_or_404(request, pk)
    extension = asked.extensions.filter(outcome="").select_related("asked_by").first()
    orders, moves = list(asked.supervision_orders.all()), list(asked.moves.select_related("by"))
    shown = {
        "title": asked.number,
        "trail": [{"label": _("议定事项"), "url": reverse("decision_list")}],
        "decision": asked,
        "badge": badge_of(asked),
        "clock": clock_said(asked, on=on),
        "is_late": is_late(asked, on=on),
        "standing": standing_said(asked, on=on, extension_asked=extension is not None),
        "facts": _facts(request, asked),
        "extension": extension,
        "entries": [_entry(move) for move in moves],
        "orders": [_order(each) for each in orders],
        "verbs": _verbs(request, asked, _unfit(request, asked, extension, orders, moves, on=on)),
        "gallery": gallery(request, asked, back=request.get_full_path()),
    }
    return render(request, "scheduling/decision.html", shown)


def decision_or_404(request: SignedInRequest, pk: int) -> Decision:
    related = ("project__lead_unit", "owner_unit", "owner_person", "issuing_unit", "meeting", "problem", "assigned_by")
    return get_object_or_404(Decision.objects.visible_to(request.user).select_related(*related), pk=pk)


_URLS: dict[Verb, str] = {
    Verb.RECEIVE: "decision_receive",
    Verb.NOTE: "decision_note",
    Verb.ASK_TO_CLOSE: "decision_ask_to_close",
    Verb.ASK_EXTENSION: "decision_ask_extension",
    Verb.CLOSE_OUT: "decision_close_out",
    Verb.SEND_BACK: "decision_send_back",
    Verb.DECIDE_EXTENSION: "decision_decide_extension",
    Verb.CHASE: "decision_chase",
    Verb.SUPERVISE: "decision_supervise",
    Verb.WITHDRAW: "decision_withdraw",
    Verb.REOPEN: "decision_reopen",
}
_FIRST = {Verb.RECEIVE, Verb.ASK_TO_CLOSE, Verb.CLOSE_OUT, Verb.DECIDE_EXTENSION}


def _unfit(
    request: SignedInRequest,
    asked: Decision,
    extension: ExtensionRequest | None,
    orders: list[SupervisionOrder],
    moves: list[DecisionMove],
    *,
    on: date,
) -> set[Verb]:
    """What its state alone would allow and something else forbids."""
    user = request.user
    unfit = {Verb.ASK_EXTENSION} if extension or on >= asked.due_on else set()
    if extension is None or user.pk in {extension.asked_by_id, asked.owner_person_id}:
        unfit.add(Verb.DECIDE_EXTENSION)
    if user.pk in {asked.owner_person_id, asked.close_asked_by_id}:
        unfit.add(Verb.CLOSE_OUT)
    if any(move.kind == DecisionMove.Kind.CHASED and day_of(move.at) == on for move in moves):
        unfit.add(Verb.CHASE)
    if len(orders) == len(flow.Level) or not user.duties.include(Duty.SUPERVISE):
        unfit.add(Verb.SUPERVISE)
    return unfit


def _verbs(request: SignedInRequest, asked: Decision, unfit: set[Verb]) -> list[dict[str, Any]]:
    sides = sides_of(asked, request.user)
    found = [verb for verb in flow.allowed(flow.State(asked.state), sides=sides) if verb not in unfit]
    primary = next((verb for verb in found if verb in _FIRST), None)
    return [
        {
            "label": verb.value,
            "url": reverse(_URLS[verb], args=[asked.pk]),
            "is_primary": verb is primary,
            "is_rare": verb in {Verb.WITHDRAW, Verb.REOPEN},
        }
        for verb in found
    ]


def _facts(request: SignedInRequest, asked: Decision) -> list[dict[str, Any]]:
    meeting, project, user = asked.meeting, asked.project, request.user
    sees_project = project and KeyProject.objects.visible_to(user).filter(pk=project.pk).exists()
    sees_meeting = meeting and Meeting.objects.visible_to(user).filter(pk=meeting.pk).exists()
    due = chinese_date(asked.due_on)
    if asked.due_on != asked.original_due_on:
        due = _("%(due)s（原定 %(original)s）") % {"due": due, "original": chinese_date(asked.original_due_on)}
    source = meeting.title if meeting else asked.get_source_display()
    facts: list[dict[str, Any]] = [
        {"label": _("责任单位"), "value": owner_said(asked)},
        {"label": _("办理期限"), "value": due},
        {
            "label": _("来源"),
            "value": source,
            "href": reverse("meeting", args=[asked.meeting_id]) if sees_meeting else "",
        },
        {"label": _("交办单位"), "value": asked.issuing_unit or _("区重点办")},
        {"label": _("交办人"), "value": asked.assigned_by},
        {
            "label": _("项目"),
            "value": project or UNDEFINED,
            "href": reverse("project_detail", args=[project.code]) if project and sees_project else "",
        },
    ]
    if asked.requirement:
        facts.append({"label": _("办理要求"), "value": asked.requirement, "wide": True})
    return facts


_STRONG = {DecisionMove.Kind.SENT_BACK, DecisionMove.Kind.SUPERVISED, DecisionMove.Kind.WITHDRAWN}


def _entry(move: DecisionMove) -> dict[str, Any]:
    tone = "strong" if move.kind in _STRONG else "done" if move.kind == DecisionMove.Kind.CLOSED else ""
    return {
        "when": timezone.localtime(move.at).date(),
        "title": move.get_kind_display(),
        "text": move.text,
        "who": move.by,
        "tone": tone,
    }


def _order(order: SupervisionOrder) -> dict[str, Any]:
    return {
        "name": str(order),
        "url": reverse("supervision_order", args=[order.pk]),
        "due": compact_date(order.due_on),
        "state": order_state(order),
    }


def order_state(order: SupervisionOrder) -> str:
    if order.reply:
        return _("已回复")
    return _("待回复") if order.received_at else _("待签收")
