"""How a decision is said on pages: its day, its clock, its badge, and the tabs of 周调度."""

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.figures import days_late
from projects.models import User
from projects.recorded import day_of
from projects.roles import Duty
from scheduling import decision_flow as flow
from scheduling.decision_flow import Standing
from scheduling.models import Decision

State = Decision.State
_TONES: dict[str, str] = {
    State.AWAITING_RECEIPT: "solid",
    State.IN_HAND: "",
    State.AWAITING_CHECK: "blue",
    State.REDO: "ink",
    State.CLOSED: "blue",
    State.WITHDRAWN: "",
}
SHEET_READERS = (Duty.READ_DISTRICT, Duty.READ_UNIT)
_STANDINGS = {
    Standing.EXTENSION_ASKED: gettext_lazy("延期申请中"),
    Standing.OVERDUE: gettext_lazy("逾期"),
    Standing.EXTENDED: gettext_lazy("已延期"),
}
_TABS = {
    "meeting_list": gettext_lazy("会议"),
    "decision_list": gettext_lazy("议定事项"),
    "supervision_order_list": gettext_lazy("督办单"),
    "dispatch_sheet_list": gettext_lazy("调度单"),
}
_ONLY_FOR = {"dispatch_sheet_list": SHEET_READERS}


def dispatch_tabs(current: str, *, user: User) -> list[dict[str, Any]]:
    """Those this person may open."""
    return [
        {"label": label, "url": reverse(name), "current": name == current}
        for name, label in _TABS.items()
        if any(map(user.duties.include, _ONLY_FOR.get(name, Duty)))
    ]


def badge_of(decision: Decision) -> dict[str, str]:
    return {"word": str(decision.get_state_display()), "tone": _TONES[decision.state]}


def standing_said(decision: Decision, *, on: date, extension_asked: bool) -> str:
    found = flow.standing_of(
        state=flow.State(decision.state),
        original_due_on=decision.original_due_on,
        due_on=decision.due_on,
        extension_asked=extension_asked,
        on=on,
    )
    return str(_STANDINGS.get(found, ""))


def clock_said(decision: Decision, *, on: date) -> str:
    """On which day of it one is, and how many are left: in calendar days, the day it was given out is the first."""
    if decision.closed_at:
        return _("用时 %(days)d 天") % {"days": (day_of(decision.closed_at) - day_of(decision.assigned_at)).days}
    if decision.state not in flow.OPEN:
        return ""
    left = (decision.due_on - on).days
    said = {"day": (on - day_of(decision.assigned_at)).days + 1, "left": left, "late": days_late(-left)}
    if left < 0:
        return _("第 %(day)d 天，%(late)s") % said
    return _("第 %(day)d 天，还有 %(left)d 天") % said if left else _("第 %(day)d 天，今天到期") % said


def is_late(decision: Decision, *, on: date) -> bool:
    return decision.state in flow.OPEN and decision.due_on < on
