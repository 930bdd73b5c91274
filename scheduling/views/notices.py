"""通知: what was sent to me and my unit, unread first; what we sent, and whether it was read."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.db.models import F
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from projects import lists
from projects.gate import READERS, SignedInRequest, requires
from projects.roles import Duty
from projects.views.listing import asks_for_sheet, list_taken, sheet_url
from scheduling.actions import notices
from scheduling.models import Notice
from scheduling.views import list_columns

_ABOUT = ("unit", "user", "issued_by", "read_by")


@requires(*READERS)
def notice_list(request: SignedInRequest) -> HttpResponseBase:
    """The inbox, or with ``?tab=sent`` what was sent; what nobody has read stands first in both."""
    received = Notice.objects.addressed_to(request.user)
    is_sent = request.GET.get("tab") == "sent"
    rows = _sent(request) if is_sent else received
    ordered = rows.order_by(F("read_at").asc(nulls_first=True), "-issued_at", "-pk").select_related(*_ABOUT)
    if asks_for_sheet(request):
        return list_taken(request, _("发出的通知") if is_sent else _("收到的通知"), list_columns.NOTICES, ordered)
    page, unread = lists.page_of(ordered, request), received.unread().count()
    shown = {
        "title": _("通知"),
        "headline": _("有 %(count)d 份通知等待阅知。") % {"count": unread} if unread else _("没有等待阅知的通知。"),
        "is_late": bool(unread),
        "tabs": [
            {"label": _("收到的"), "url": "?", "current": not is_sent, "count": unread},
            {"label": _("发出的"), "url": "?tab=sent", "current": is_sent},
        ],
        "is_sent": is_sent,
        "may_chase": request.user.duties.include(Duty.CHASE),
        "page": page,
        "sheet_url": sheet_url(request),
        "rows": [_row(notice) for notice in page],
    }
    return render(request, "scheduling/notice_list.html", shown)


def _sent(request: SignedInRequest) -> Any:
    """The office sees all, everybody else what one sent oneself."""
    sees_all = request.user.duties.include(Duty.EDIT_REGISTER)
    return Notice.objects.all() if sees_all else Notice.objects.filter(issued_by=request.user)


def _row(notice: Notice) -> dict[str, Any]:
    return {
        "url": reverse("notice", args=[notice.pk]),
        "kind": notice.get_kind_display(),
        "title": notice.title,
        "to": _to(notice),
        "by": notice.issued_by or _("系统"),
        "at": notice.issued_at,
        "read": _("%(name)s已阅") % {"name": notice.read_by} if notice.read_at else "",
        "read_at": notice.read_at,
    }


@requires(*READERS)
def notice_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    notice = _notice_or_404(request, pk)
    is_mine = Notice.objects.addressed_to(request.user).filter(pk=pk).exists()
    shown = {
        "title": notice.title,
        "trail": [{"label": _("通知"), "url": reverse("notice_list")}],
        "notice": notice,
        "url": _subject_url(notice),
        "may_acknowledge": is_mine and notice.read_at is None,
    }
    return render(request, "scheduling/notice_detail.html", shown)


def _subject_url(notice: Notice) -> str:
    """The page of what it is about."""
    about = {"meeting": notice.meeting_id, "decision": notice.decision_id, "supervision_order": notice.order_id}
    return next((reverse(name, args=[pk]) for name, pk in about.items() if pk), notice.url)


def receipts(sent: Iterable[Notice]) -> list[dict[str, Any]]:
    """Of what was sent in the same words, who has read it and when, and who has not; those first."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for notice in sent:
        row = found.setdefault(
            (notice.title, notice.body), {"title": notice.title, "at": notice.issued_at, "unread": [], "read": []}
        )
        row["read" if notice.read_at else "unread"].append(notice)
    return [
        row | {"unread": "、".join(_to(each) for each in row["unread"]), "read": [_read(each) for each in row["read"]]}
        for row in found.values()
    ]


def _to(notice: Notice) -> str:
    return str(notice.user or notice.unit)


def _read(notice: Notice) -> dict[str, Any]:
    return {"to": _to(notice), "by": notice.read_by, "at": notice.read_at}


@requires(*READERS)
@require_POST
def acknowledge(request: SignedInRequest, pk: int) -> HttpResponse:
    notice = _notice_or_404(request, pk)
    notices.acknowledge(notice=notice, by=request.user, at=timezone.now())
    messages.success(request, _("已阅知，发出人可以看到阅知人和时间。"))
    return redirect("notice", pk)


def _notice_or_404(request: SignedInRequest, pk: int) -> Notice:
    return get_object_or_404(Notice.objects.seen_by(request.user).select_related(*_ABOUT), pk=pk)
