"""结果运用: one measure: why, on what evidence, how far it has come, and the one thing to be done now."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from projects.figures import UNDEFINED, chinese_date, compact_date
from projects.gate import READERS, SignedInRequest, requires
from projects.models import KeyProject
from projects.roles import Duty
from reports.actions import measure_notices
from reports.models import Draft
from reports.models.draft import has_a_hand
from reports.views.bulletin_words import turn_of
from scheduling import measure_flow as flow
from scheduling.actions.measure_moves import allowed
from scheduling.actions.measures import evidence_of
from scheduling.dossier import Dossier
from scheduling.measure_flow import Verb
from scheduling.models import Interview, Measure, RectificationItem
from scheduling.views.measure_verbs import measure_or_404
from scheduling.views.measure_words import (
    dossier_tables,
    due_said,
    entries_of,
    item_row,
    kind_badge,
    next_said,
    proposer_said,
    state_badge,
    steps_of,
)

_URLS: dict[Verb, str] = {
    Verb.APPROVE: "measure_approve",
    Verb.DISMISS: "measure_dismiss",
    Verb.ARRANGE: "measure_arrange",
    Verb.DEMAND: "measure_demand",
    Verb.REMIND: "measure_remind",
    Verb.DRAFT_NOTICE: "measure_draft_notice",
    Verb.WITHDRAW: "measure_withdraw",
    Verb.RECORD: "measure_record",
    Verb.ANSWER: "measure_answer",
    Verb.CLOSE: "measure_close",
    Verb.ESCALATE: "measure_escalate",
}
"""At another level it is approved in the same place."""
_RARE = {Verb.WITHDRAW, Verb.DISMISS, Verb.ESCALATE}


@requires(*READERS)
def measure(request: SignedInRequest, pk: int) -> HttpResponse:
    on, found = timezone.localdate(), measure_or_404(request, pk)
    moves = list(found.moves.select_related("by", "item"))
    items, interview = list(found.items.all()), Interview.objects.filter(measure=found).first()
    drafts = list(found.papers.select_related("text", "document", "submitted_by", "original_signer").order_by("pk"))
    dossier, due = evidence_of(found), due_said(found.due_on, on=on, is_open=found.state in flow.OPEN)
    shown = {
        "title": _("%(kind)s：%(project)s") % {"kind": found.get_kind_display(), "project": found.project.name},
        "trail": [{"label": _("结果运用"), "url": reverse("measure_list")}],
        "kind": kind_badge(found),
        "state": state_badge(found),
        "due": due[0],
        "is_late": due[1],
        "reasons": found.reasons,
        "next": found.outcome or next_said(found),
        "excused": list(dossier.excused()) if request.user.duties.include(Duty.READ_DISTRICT) else [],
        "steps": steps_of(found, moves),
        "facts": _facts(request, found),
        "verbs": _verbs(request, found, interview, items, drafts),
        "papers": [paper for each in drafts if (paper := _paper(request, each))],
        "interview": _interview(interview),
        "items": [item_row(each, url=reverse("rectification", args=[each.pk]), on=on) for each in items],
        "items_said": _items_said(items, on=on),
        "evidence_said": _evidence_said(found, dossier),
        "evidence_facts": _evidence_facts(dossier),
        "tables": dossier_tables(dossier),
        "entries": entries_of(moves),
    }
    return render(request, "reports/measure.html", shown)


@require_POST
@requires(Duty.DRAFT_BULLETIN)
def measure_draft_notice(request: SignedInRequest, pk: int) -> HttpResponse:
    found = measure_or_404(request, pk)
    draft = measure_notices.draft_notice(measure=found, by=request.user, at=timezone.now())
    messages.success(request, _("已按材料起草，请核对文字后送核。"))
    return redirect("bulletin", draft.pk)


def _verbs(
    request: SignedInRequest,
    found: Measure,
    interview: Interview | None,
    items: list[RectificationItem],
    drafts: list[Draft],
) -> list[dict[str, Any]]:
    """The one that moves it on is the first of those that fit."""
    unfit = _unfit(found, interview, items, drafts)
    verbs = [verb for verb in allowed(found, request.user) if verb in _URLS and verb not in unfit]
    usual = [verb for verb in verbs if verb not in _RARE]
    primary = Verb.DRAFT_NOTICE if Verb.DRAFT_NOTICE in usual else next(iter(usual), None)
    return [
        {
            "label": _("审定") if verb is Verb.APPROVE else verb.value,
            "url": reverse(_URLS[verb], args=[found.pk]),
            "is_post": verb is Verb.DRAFT_NOTICE,
            "is_primary": verb is primary,
            "is_rare": verb in _RARE,
        }
        for verb in usual + [verb for verb in verbs if verb in _RARE]
    ]


def _unfit(
    found: Measure, interview: Interview | None, items: list[RectificationItem], drafts: list[Draft]
) -> set[Verb]:
    """What its state alone would allow and something else forbids for now."""
    unfit = set()
    if found.state == flow.State.APPROVED and any(each.state != Draft.State.VOID for each in drafts):
        unfit = {Verb.DRAFT_NOTICE, Verb.ARRANGE, Verb.DEMAND, Verb.WITHDRAW}
    lacks_items = found.level in flow.PUT_RIGHT and not items
    if lacks_items or (found.kind == Measure.Kind.INTERVIEW and interview is None):
        unfit.add(Verb.DRAFT_NOTICE)
    if any(each.state in {flow.ItemState.OPEN, flow.ItemState.HANDED_IN} for each in items):
        unfit.add(Verb.CLOSE)
    if found.followers.exclude(state=flow.State.DISMISSED).exists():
        unfit.add(Verb.ESCALATE)
    return unfit


def _facts(request: SignedInRequest, found: Measure) -> list[dict[str, Any]]:
    project = found.project
    sees_project = KeyProject.objects.visible_to(request.user).filter(pk=project.pk).exists()
    project_url = reverse("project_detail", args=[project.code]) if sees_project else ""
    facts: list[dict[str, Any]] = [
        {"label": _("项目"), "value": project.name, "href": project_url},
        {"label": _("责任单位"), "value": found.unit},
        {"label": _("项目负责人"), "value": found.person or UNDEFINED},
        {
            "label": _("提出"),
            "value": _("%(who)s，%(day)s") % {"who": proposer_said(found), "day": _day(found.proposed_at)},
        },
    ]
    if found.decided_by:
        said = {"who": found.decided_by, "day": _day(found.decided_at)}
        facts.append({"label": _("审定"), "value": _("%(who)s，%(day)s") % said})
    if found.proposed_kind != found.kind:
        facts.append({"label": _("建议的措施"), "value": found.get_proposed_kind_display()})
    if found.decision_note:
        facts.append({"label": _("审定意见"), "value": found.decision_note, "wide": True})
    if found.notice_number:
        facts.append({"label": _("文号"), "value": found.notice_number})
    if found.follows:
        facts.append(
            {"label": _("由此升级"), "value": found.follows, "href": reverse("measure", args=[found.follows_id])}
        )
    if found.outcome:
        facts.append({"label": _("办结情况"), "value": found.outcome, "wide": True})
    return facts


def _paper(request: SignedInRequest, draft: Draft) -> dict[str, str] | None:
    """The document once it is issued; before that the desk, for those who have a hand in it."""
    document = draft.document
    if draft.state == Draft.State.ISSUED and document:
        url, state = reverse("bulletin_issued", args=[document.pk]), _("%s　已印发") % document.number
    elif has_a_hand(request.user):
        url, state = reverse("bulletin", args=[draft.pk]), turn_of(draft)
    else:
        return None
    return {"title": str(draft), "url": url, "state": state}


def _interview(found: Interview | None) -> dict[str, Any] | None:
    if found is None:
        return None
    held_at = timezone.localtime(found.held_at)
    told = [
        (_("时间"), _("%(day)s %(time)s") % {"day": chinese_date(held_at.date()), "time": f"{held_at:%H:%M}"}, False),
        (_("地点"), found.place, False),
        (_("被约谈人"), found.interviewees, False),
        (_("约谈人"), found.interviewers, False),
        (_("参加人"), found.attendees, False),
        (_("要求与措施"), found.demands, True),
        (_("情况说明"), found.explanation, True),
    ]
    facts = [{"label": label, "value": value, "wide": wide} for label, value, wide in told if value]
    return {"is_recorded": found.recorded_at is not None, "facts": facts}


def _items_said(items: list[RectificationItem], *, on: date) -> str:
    closed = sum(each.state == flow.ItemState.CLOSED for each in items)
    late = sum(each.state == flow.ItemState.OPEN and each.due_on < on for each in items)
    said = {"all": len(items), "closed": closed, "late": late}
    return _("共 %(all)d 项，已销号 %(closed)d 项，逾期 %(late)d 项") % said


def _evidence_said(found: Measure, dossier: Dossier) -> str:
    said = {"day": compact_date(dossier.on), "code": found.evidence_digest[:12]}
    return _("提出时由系统汇集，截至 %(day)s，此后不变。校验码 %(code)s") % said


def _evidence_facts(dossier: Dossier) -> list[dict[str, Any]]:
    last = compact_date(dossier.last_photo_on)
    photos = (
        _("%(count)d 张，最近 %(day)s 上传") % {"count": dossier.photos, "day": last} if dossier.photos else _("无")
    )
    solved = _("%(all)d 个，其中超期解决 %(late)d 个") % {"all": dossier.solved, "late": dossier.solved_late}
    return [
        {"label": _("牵头单位"), "value": dossier.unit},
        {"label": _("责任人"), "value": dossier.person or UNDEFINED},
        {"label": _("包联领导"), "value": dossier.leader or UNDEFINED},
        {"label": _("影像"), "value": photos},
        {"label": _("已解决的问题"), "value": solved},
    ]


def _day(moment: Any) -> str:
    return compact_date(timezone.localtime(moment).date())
