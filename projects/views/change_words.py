"""How a request and its hands are called, wherever they are shown."""

from datetime import date

from django.utils.translation import gettext as _

from projects.actions import milestones
from projects.actions.milestones import Dated
from projects.figures import compact_date, days_late
from projects.models import ApprovalStep, ChangeRequest


def matter_of(request: ChangeRequest) -> str:
    """What is asked for, in a few words; the project is named beside it."""
    kind = ChangeRequest.Kind(request.kind)
    if kind is ChangeRequest.Kind.SCHEDULE and request.schedule:
        return _("倒排计划第 %(number)d 版") % {"number": request.schedule.number}
    if request.stage_target:
        return _("“%(stage)s”阶段改期") % {"stage": request.stage_target}
    return _("“%(node)s”改期") % {"node": request.milestone} if request.milestone else str(kind.label)


def move_of(request: ChangeRequest) -> str:
    """From which day to which, and how far."""
    if request.kind == ChangeRequest.Kind.DATE and request.present_on and request.proposed_on:
        days = (request.proposed_on - request.present_on).days
        return _("%(before)s → %(after)s，%(shift)s") % {
            "before": compact_date(request.present_on),
            "after": compact_date(request.proposed_on),
            "shift": shift_said(days),
        }
    said = {
        ChangeRequest.Kind.SUSPENSION: _("%(day)s 起"),
        ChangeRequest.Kind.RESUMPTION: _("%(day)s 复工"),
        ChangeRequest.Kind.SCHEDULE: _("要求 %(day)s 完成"),
    }
    return said[ChangeRequest.Kind(request.kind)] % {"day": compact_date(request.proposed_on)}


def shift_said(days: int | None) -> str:
    if days is None:
        return "—"
    if not days:
        return _("不变")
    return (_("推后 %(days)d 天") if days > 0 else _("提前 %(days)d 天")) % {"days": abs(days)}


def hand_of(step: ApprovalStep) -> str:
    """Who has to answer and in which capacity."""
    return f"{step.unit or _('区重点办、签发领导')}{step.get_kind_display()}"


def limit_said(due_on: date | None, *, on: date) -> str:
    """By when; once past, by how much."""
    if due_on is None:
        return "—"
    if due_on < on:
        said = {"day": compact_date(due_on), "late": days_late((on - due_on).days)}
        return _("%(day)s 到期，%(late)s") % said
    return _("%(day)s 前") % {"day": compact_date(due_on)}


def four_dates_said(subject: Dated) -> str:
    known = milestones.dates_of(subject)
    said = [
        (_("原定"), known.original_on),
        (_("批准"), known.approved_on),
        (_("预计"), known.forecast_on),
        (_("实际"), known.actual_on),
    ]
    return "　".join(f"{label}\N{NO-BREAK SPACE}{compact_date(day)}" for label, day in said)
