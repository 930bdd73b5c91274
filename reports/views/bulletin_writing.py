"""拟稿: what is typed is shown, kept as a version, and laid beside what stood there before."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from projects.errors import RuleViolation
from projects.gate import READERS, SignedInRequest, requires
from projects.roles import Duty
from reports.actions import drafts
from reports.models import DraftText
from reports.views.bulletin_access import draft_or_404, text_of
from reports.views.bulletin_changes import between
from reports.views.bulletin_forms import TextForm
from reports.views.bulletin_page import TEMPLATE, read, shown


@require_POST
@requires(Duty.DRAFT_BULLETIN)
def bulletin_preview(request: SignedInRequest, pk: int) -> HttpResponse:
    """How it would read with what is typed, unsaved; asked by htmx, the page alone."""
    draft, form = draft_or_404(request, pk), TextForm.sent(request)
    if request.htmx:
        return render(request, f"{TEMPLATE}#preview", read(request, draft, form))
    return shown(request, draft, form)


@require_POST
@requires(Duty.DRAFT_BULLETIN)
def bulletin_save(request: SignedInRequest, pk: int) -> HttpResponse:
    """Refused, what was typed is still there, beside what somebody else wrote meanwhile where that is why."""
    draft, form = draft_or_404(request, pk), TextForm.sent(request)
    if not form.is_valid():
        return shown(request, draft, form)
    based_on = form.cleaned_data["based_on"]
    try:
        drafts.write(draft=draft, based_on=based_on, **form.words(), by=request.user, at=timezone.now())
    except RuleViolation as refusal:
        form.add_error(None, refusal.message)
        now = text_of(draft)
        return shown(request, draft, form, theirs=now if now.sequence != based_on else None)
    messages.success(request, _("文稿已保存。"))
    return redirect("bulletin", pk)


@requires(*READERS)
def bulletin_text(request: SignedInRequest, pk: int, number: int) -> HttpResponse:
    """One version beside the one before it."""
    draft = draft_or_404(request, pk)
    texts = draft.texts.select_related("recorded_by")
    text = get_object_or_404(texts, sequence=number)
    before = texts.filter(sequence__lt=number).first()
    given = {
        "title": _("第 %d 稿的修改") % number if before else _("第 %d 稿") % number,
        "trail": [
            {"label": _("月通报"), "url": reverse("bulletin_list")},
            {"label": str(draft), "url": reverse("bulletin", args=[pk])},
        ],
        "as_of": _said(text),
        "before": before and _said(before),
        "number": number,
        "rows": between(before, text),
    }
    return render(request, "reports/bulletin_text.html", given)


def _said(text: DraftText) -> str:
    at = timezone.localtime(text.recorded_at)
    return _("第 %(number)d 稿　%(who)s　%(at)s") % {
        "number": text.sequence,
        "who": text.recorded_by or _("系统生成"),
        "at": f"{at:%Y-%m-%d %H:%M}",
    }
