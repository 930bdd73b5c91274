"""周调度: the meetings, and one as it is projected in the room — what to talk about, why, and what was decided."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Count, Q
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from projects.figures import compact_date
from projects.gate import READERS, SignedInRequest, requires
from projects.lists import page_of
from projects.models import KeyProject
from projects.roles import Duty
from projects.views.listing import asks_for_sheet, list_taken, sheet_url
from scheduling import decision_flow as flow
from scheduling.minutes import in_order, owner_said
from scheduling.models import AgendaItem, Attendance, Decision, Meeting
from scheduling.views import list_columns
from scheduling.views.decision_words import badge_of, clock_said, dispatch_tabs, is_late
from scheduling.views.galleries import gallery
from scheduling.views.notices import receipts

State = Meeting.State
_SHOWN = ("project__lead_unit", "project__responsible_person", "decision", "input_by")
_TONES: dict[str, str] = {State.PLANNED: "solid", State.HELD: "ink", State.ISSUED: "blue", State.CANCELLED: ""}


@requires(*READERS)
def meeting_list(request: SignedInRequest) -> HttpResponseBase:
    seen = Meeting.objects.visible_to(request.user)
    following = seen.filter(state=State.PLANNED).order_by("held_at").first()
    is_open = Q(decisions__state__in=flow.OPEN)
    counted = {"decided": Count("decisions"), "open": Count("decisions", filter=is_open)}
    rows = seen.select_related("unit", "chair").annotate(**counted).order_by("-held_at", "-pk")
    if asks_for_sheet(request):
        return list_taken(request, _("会议"), list_columns.MEETINGS, rows)
    page = page_of(rows, request)
    shown = {
        "title": _("周调度"),
        "tabs": dispatch_tabs("meeting_list", user=request.user),
        "following": following,
        "when": moment_said(following) if following else "",
        "page": page,
        "sheet_url": sheet_url(request),
        "rows": [_row(each) for each in page],
        "may_call": request.user.duties.include(Duty.CALL_MEETING),
    }
    return render(request, "scheduling/meeting_list.html", shown)


def _row(each: Any) -> dict[str, Any]:
    return {
        "title": each.title,
        "url": reverse("meeting", args=[each.pk]),
        "when": moment_said(each),
        "kind": each.get_kind_display(),
        "unit": each.unit or _("区重点办"),
        "chair": each.chair,
        "decided": each.decided,
        "open": each.open,
        "number": each.minutes_number,
        "badge": badge_of_meeting(each),
    }


def moment_said(meeting: Meeting) -> str:
    return f"{timezone.localtime(meeting.held_at):%Y-%m-%d %H:%M}"


def badge_of_meeting(meeting: Meeting) -> dict[str, str]:
    return {"word": str(meeting.get_state_display()), "tone": _TONES[meeting.state]}


@requires(*READERS)
def meeting(request: SignedInRequest, pk: int) -> HttpResponse:
    on, asked = timezone.localdate(), meeting_or_404(request, pk)
    runs = Meeting.objects.run_by(request.user).filter(pk=asked.pk).exists()
    is_open = asked.state in {State.PLANNED, State.HELD}
    decided = _decided(request, asked)
    items = in_order(asked.agenda.visible_to(request.user).select_related(*_SHOWN))
    answered = _answered(request, asked)
    shown = {
        "title": asked.title,
        "trail": [{"label": _("会议"), "url": reverse("meeting_list")}],
        "meeting": asked,
        "badge": badge_of_meeting(asked),
        "when": moment_said(asked),
        "runs": runs,
        "arranges": runs and is_open,
        "headline": _headline(items, decided, on=on),
        "groups": _groups(items, decided, answered, on=on),
        "others": [_decision(each, on=on) for each in decided.get(None, [])],
        "receipts": receipts(asked.notices.sent()),
        "presence": _presence(asked.attendance.all()),
        "shows_minutes": asked.state == State.ISSUED or (runs and asked.state == State.HELD),
        "takes_inputs": asked.takes_inputs(at=timezone.now()),
        "gallery": gallery(request, asked, back=request.get_full_path()),
    }
    return render(request, "scheduling/meeting.html", shown)


@requires(*READERS)
def meeting_print(request: SignedInRequest, pk: int) -> HttpResponse:
    """纪要: as it is printed; before it is issued for those alone who run it, and marked as a draft."""
    asked = meeting_or_404(request, pk)
    if asked.state != State.ISSUED:
        get_object_or_404(Meeting.objects.run_by(request.user), pk=asked.pk)
    issued_on = timezone.localtime(asked.issued_at).date() if asked.issued_at else None
    shown = {
        "title": asked.title,
        "meeting": asked,
        "paragraphs": asked.minutes.split("\n\n"),
        "issued_on": issued_on,
        "issuer": asked.unit or _("区重点项目建设办公室"),
        "back_url": reverse("meeting", args=[asked.pk]),
    }
    return render(request, "scheduling/minutes_print.html", shown)


def meeting_or_404(request: SignedInRequest, pk: int) -> Meeting:
    seen = Meeting.objects.visible_to(request.user).select_related("unit", "chair", "previous", "period")
    return get_object_or_404(seen, pk=pk)


def trail_of(meeting: Meeting) -> list[dict[str, str]]:
    url = reverse("meeting", args=[meeting.pk])
    return [{"label": _("会议"), "url": reverse("meeting_list")}, {"label": meeting.title, "url": url}]


def _decided(request: SignedInRequest, asked: Meeting) -> dict[int | None, list[Decision]]:
    found: dict[int | None, list[Decision]] = defaultdict(list)
    seen = Decision.objects.visible_to(request.user).filter(meeting=asked).order_by("pk")
    for each in seen.select_related("owner_unit", "owner_person", "project"):
        found[each.agenda_item_id].append(each)
    return found


def _answered(request: SignedInRequest, asked: Meeting) -> set[int]:
    """Items for which this person may hand something in."""
    return set(AgendaItem.objects.answered_by(request.user).filter(meeting=asked).values_list("pk", flat=True))


def _headline(items: list[AgendaItem], decided: dict[int | None, list[Decision]], *, on: date) -> str:
    if not items:
        return _("还没有议题。")
    counts = {kind: sum(item.kind == kind for item in items) for kind in AgendaItem.Kind}
    late = sum(bool(item.decision and is_late(item.decision, on=on)) for item in items)
    named = [f"{kind.label} {count} 项" for kind, count in counts.items() if count]
    said = _("共 %(count)d 项议题：%(named)s") % {"count": len(items), "named": "，".join(named)}
    if late:
        said += _("；未销号事项中 %(late)d 项已逾期") % {"late": late}
    if made := sum(map(len, decided.values())):
        said += _("。本次已议定 %(made)d 项") % {"made": made}
    return f"{said}。"


def _groups(
    items: Iterable[AgendaItem], decided: dict[int | None, list[Decision]], answered: set[int], *, on: date
) -> list[dict[str, Any]]:
    groups: dict[str, dict[str, Any]] = {}
    for number, item in enumerate(items, start=1):
        group = groups.setdefault(item.kind, {"label": item.get_kind_display(), "items": []})
        made = [_decision(each, on=on) for each in decided.get(item.pk, [])]
        group["items"].append(_item(item, number, made, on=on) | {"may_hand_in": item.pk in answered})
    return list(groups.values())


def _item(item: AgendaItem, number: int, made: list[dict[str, Any]], *, on: date) -> dict[str, Any]:
    project = item.project
    return {
        "pk": item.pk,
        "number": number,
        "subject": item.subject,
        "why": item.why,
        "is_late": bool(item.decision and is_late(item.decision, on=on)),
        "url": _url(item),
        "project": project.name if project and project.name not in item.subject else "",
        "answering": _answering(project) if project else "",
        "project_url": reverse("project_detail", args=[project.code]) if project else "",
        "input": item.input,
        "input_by": item.input_by,
        "note": item.note,
        "decided": made,
    }


def _url(item: AgendaItem) -> str:
    """Where the matter itself is."""
    if item.decision_id:
        return reverse("decision", args=[item.decision_id])
    if item.problem_id:
        return reverse("problem", args=[item.problem_id])
    return reverse("project_detail", args=[item.project.code]) if item.project else ""


def _answering(project: KeyProject) -> str:
    """Who is to speak on it."""
    return "　".join(filter(None, [str(project.lead_unit), str(project.responsible_person or "")]))


def _decision(each: Decision, *, on: date) -> dict[str, Any]:
    return {
        "number": each.number,
        "url": reverse("decision", args=[each.pk]),
        "text": each.text,
        "owner": owner_said(each),
        "due": compact_date(each.due_on),
        "clock": clock_said(each, on=on),
        "badge": badge_of(each),
    }


def _presence(rows: Iterable[Attendance]) -> list[dict[str, Any]]:
    came: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        came[row.presence].append(f"{row.organisation}（{row.person}）" if row.person else row.organisation)
    return [
        {"label": presence.label, "names": "、".join(came[presence]), "count": len(came[presence])}
        for presence in Attendance.Presence
        if presence in came
    ]
