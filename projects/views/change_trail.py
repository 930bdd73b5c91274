"""办理过程: every hand a request went through, and those it still waits for."""

from datetime import date
from typing import Any

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from projects.audit_words import action_said
from projects.models import ApprovalStep, AuditEvent, ChangeRequest
from projects.views.change_words import hand_of, limit_said

# What is said of the request itself; what its hands said is told from the steps.
_TOLD = ("sent", "resent", "withdrawn", "chased", "countersign_added")


def trail_of(request: ChangeRequest, *, on: date) -> list[dict[str, Any]]:
    """In the order of time; those still to come at the end, in their order."""
    related = ("unit", "decided_by", "on_behalf_of")
    steps = list(request.steps.select_related(*related))
    waiting = set(ApprovalStep.objects.waiting().filter(request=request).values_list("pk", flat=True))
    told = AuditEvent.objects.filter(
        subject_type="changerequest",
        subject_id=str(request.pk),
        action__in=[f"change_request.{verb}" for verb in _TOLD],
    )
    happened = [*map(_event, told), *(_decided(step) for step in steps if step.outcome)]
    ahead = [_ahead(step, is_next=step.pk in waiting, on=on) for step in steps if not step.outcome]
    return sorted(happened, key=lambda entry: entry["when"]) + ahead


def _event(event: AuditEvent) -> dict[str, Any]:
    asked = event.changes.get("会签单位")
    return {
        "when": event.at,
        "title": action_said(event.action) + (f"：{asked[1]}" if asked else ""),
        "who": _signed(event.by_name, event.at),
        "tone": "done",
    }


def _decided(step: ApprovalStep) -> dict[str, Any]:
    lapsed = step.outcome == ApprovalStep.Outcome.LAPSED
    return {
        "when": step.decided_at,
        "title": f"{hand_of(step)}：{_('未办理，随申请终止') if lapsed else step.get_outcome_display()}",
        "text": step.opinion,
        "who": "" if lapsed else _signed(_named(step), step.decided_at),
        "tone": "quiet" if lapsed else "done",
    }


def _ahead(step: ApprovalStep, *, is_next: bool, on: date) -> dict[str, Any]:
    if not is_next:
        return {"when": None, "title": _("待%(hand)s") % {"hand": hand_of(step)}, "tone": "quiet"}
    late = step.due_on < on
    said = {"hand": hand_of(step), "limit": limit_said(step.due_on, on=on)}
    return {
        "when": step.due_on,
        "title": _("等待%(hand)s，%(limit)s") % said,
        "text": _("已超过办理期限，须尽快办理；系统不会自动批准。") if late else "",
        "tone": "strong",
    }


def _named(step: ApprovalStep) -> str:
    """Both names, where one person answered in another's stead."""
    if not step.on_behalf_of:
        return str(step.decided_by)
    return _("%(who)s（代%(principal)s办理）") % {"who": step.decided_by, "principal": step.on_behalf_of}


def _signed(name: str, at: Any) -> str:
    return f"{name}　{localtime(at):%Y-%m-%d %H:%M}"
