"""审计日志: who did what, when, from where, from what to what; and whether the chain holds."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from projects import lists, sheets
from projects.audit_actions import ACTIONS
from projects.audit_words import Line, action_said, lines, subject_said
from projects.gate import SignedInRequest, requires
from projects.models import AuditEvent
from projects.models.audit_event import AuditEventQuerySet
from projects.roles import Duty
from projects.sheets import Column, Kind, Sheet
from projects.tasks import verify_audit_chain
from projects.views.forms import DayField

_PER_PAGE = 50
_MOST_LINES = 200  # an import may have changed thousands of fields


class AuditFilters(forms.Form):
    first = DayField(label=gettext_lazy("自"), required=False)
    last = DayField(label=gettext_lazy("至"), required=False)
    by = forms.CharField(label=gettext_lazy("操作人"), required=False)
    action = forms.ChoiceField(
        label=gettext_lazy("操作"), required=False, choices=[("", gettext_lazy("全部")), *ACTIONS.items()]
    )
    subject = forms.CharField(label=gettext_lazy("对象"), required=False)

    def narrow(self, events: AuditEventQuerySet) -> AuditEventQuerySet:
        if not self.is_valid():
            return events.none()
        wanted = self.cleaned_data
        conditions = {
            "by_name__icontains": wanted["by"],
            "action": wanted["action"],
            "subject_label__icontains": wanted["subject"],
            "at__gte": wanted["first"] and _midnight(wanted["first"]),
            "at__lt": wanted["last"] and _midnight(wanted["last"] + timedelta(days=1)),
        }
        return events.filter(**{name: value for name, value in conditions.items() if value})

    def used(self) -> dict[str, str]:
        """What the list is narrowed by, in words."""
        if not self.is_valid():
            return {}
        said = dict(self.cleaned_data)
        said["action"] = said["action"] and action_said(said["action"])
        return {str(self.fields[name].label): str(value) for name, value in said.items() if value}


@requires(Duty.READ_AUDIT)
def audit_log(request: SignedInRequest) -> HttpResponse:
    form = AuditFilters(request.GET)
    events = AuditEvent.objects.visible_to(request.user)
    page = lists.page_of(form.narrow(events).order_by("-pk"), request, per_page=_PER_PAGE)
    context = {
        "title": _("审计日志"),
        "form": form,
        "used": len(form.used()),
        "page": page,
        "rows": [_row(event) for event in page],
        "facts": _chain(events),
        "query": request.GET.urlencode(),
    }
    return render(request, "projects/audit_log.html", context)


@requires(Duty.READ_AUDIT)
def audit_event(request: SignedInRequest, pk: int) -> HttpResponse:
    event = get_object_or_404(AuditEvent.objects.visible_to(request.user), pk=pk)
    told = list(lines(event.changes, subject_type=event.subject_type))
    context = {
        "title": action_said(event.action),
        "trail": [{"label": _("审计日志"), "url": reverse("audit_log")}],
        "facts": _facts(event),
        "lines": told[:_MOST_LINES],
        "more": max(len(told) - _MOST_LINES, 0),
    }
    return render(request, "projects/audit_event.html", context)


@requires(Duty.READ_AUDIT)
def audit_export(request: SignedInRequest) -> FileResponse:
    """The same entries as the page with the same address, of all its pages, in the order they came."""
    form = AuditFilters(request.GET)
    events = form.narrow(AuditEvent.objects.visible_to(request.user)).order_by("pk")
    now = timezone.now()
    sheet = Sheet(
        title=_("审计日志"),
        as_of=sheets.as_of_moment(now),
        columns=_columns(),
        rows=events.iterator(chunk_size=2_000),
        filters=form.used(),
    )
    return sheets.download(sheet, by=request.user, at=now)


@require_POST
@requires(Duty.READ_AUDIT)
def audit_verify(request: SignedInRequest) -> HttpResponse:
    """A long chain takes its time, so a worker walks it; the result is an entry of the log."""
    verify_audit_chain.delay_on_commit(request.user.pk)  # type: ignore[attr-defined]  # Celery's Django task has it
    messages.info(request, _("校验已经开始，结果稍后显示在“最近校验”一栏。"))
    return redirect("audit_log")


def _midnight(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def _row(event: AuditEvent) -> dict[str, Any]:
    return {
        "url": reverse("audit_event", args=[event.pk]),
        "at": event.at,
        "by": event.by_name,
        "action": action_said(event.action),
        "kind": subject_said(event.subject_type),
        "subject": event.subject_label,
        "address": event.address or "—",
        "position": event.position or _("未封存"),
    }


def _chain(events: AuditEventQuerySet) -> list[dict[str, Any]]:
    head = events.sealed().last()
    verified = events.filter(action="audit.verified").order_by("-pk").first()
    sealed = _("至第 %(position)d 条") % {"position": head.position} if head else _("尚无")
    return [
        {"label": _("已封存"), "value": sealed},
        {"label": _("未封存"), "value": _("%(count)d 条") % {"count": events.unsealed().count()}},
        {"label": _("最近校验"), "value": _verified(verified), "href": verified and _row(verified)["url"]},
    ]


def _verified(event: AuditEvent | None) -> str:
    if not event:
        return _("尚未校验")
    return f"{timezone.localtime(event.at):%Y-%m-%d %H:%M}，{event.changes['结果']}"


def _facts(event: AuditEvent) -> list[dict[str, Any]]:
    return [
        {"label": _("时间"), "value": f"{timezone.localtime(event.at):%Y-%m-%d %H:%M:%S}"},
        {"label": _("操作人"), "value": event.by_name},
        {"label": _("对象类别"), "value": subject_said(event.subject_type)},
        {"label": _("对象"), "value": event.subject_label},
        {"label": _("来源地址"), "value": event.address or None},
        {"label": _("序号"), "value": event.position or _("未封存")},
        {"label": _("客户端"), "value": event.agent or None, "wide": True},
        {"label": _("校验值"), "value": event.hash or None, "wide": True},
        {"label": _("前一条校验值"), "value": event.previous_hash or None, "wide": True},
    ]


def _columns() -> list[Column[AuditEvent]]:
    def told(event: AuditEvent) -> str:
        return "；".join(map(_line, lines(event.changes, subject_type=event.subject_type)))

    return [
        Column("序号", lambda row: row.position, Kind.NUMBER, definition="封存次序；空为尚未封存"),
        Column("时间", lambda row: row.at, Kind.MOMENT),
        Column("操作人", lambda row: row.by_name),
        Column("操作", lambda row: action_said(row.action)),
        Column("对象类别", lambda row: subject_said(row.subject_type)),
        Column("对象", lambda row: row.subject_label),
        Column("变化", told, definition="字段：原值 → 新值"),
        Column("来源地址", lambda row: row.address),
        Column("客户端", lambda row: row.agent),
        Column("校验值", lambda row: row.hash, definition="SHA-256，含前一条的校验值"),
    ]


def _line(line: Line) -> str:
    return f"{line.label}：{line.before} → {line.after}" if line.before is not None else f"{line.label}：{line.after}"
