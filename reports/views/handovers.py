"""交接: what is open now of one project, and the sheets drawn up when its responsible person changed."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from projects.gate import READERS, SignedInRequest, requires
from projects.models import KeyProject
from projects.roles import Duty
from reports import tasks
from reports.actions import handovers
from reports.compose import handover as compose
from reports.models import Document
from reports.rendering import handover_sheet
from reports.views.document_files import handed_out


@requires(*READERS)
def handover(request: SignedInRequest, code: str) -> HttpResponse:
    project = _project_or_404(request, code)
    now = timezone.now()
    sheet = compose.of_project(project, district=settings.DISTRICT_NAME, on=timezone.localdate(), known_at=now)
    shown = handover_sheet.laid_out(sheet)
    given = {
        "title": shown.title,
        "as_of": shown.known,
        "trail": _trail(project),
        "sheet": shown,
        "facts": [{"label": label, "value": value} for label, value in shown.facts],
        "drawn": [_drawn(project, each) for each in handovers.of_project(project)],
        "may_draw_up": request.user.duties.include(Duty.EDIT_REGISTER),
        "draw_up_url": reverse("handover_draw_up", args=[project.code]),
    }
    return render(request, "reports/handover.html", given)


@require_POST
@requires(Duty.EDIT_REGISTER)
def handover_draw_up(request: SignedInRequest, code: str) -> HttpResponse:
    tasks.draw_up_handover(_project_or_404(request, code), by=request.user)
    messages.success(request, _("已按此刻的数据生成交接单，PDF 稍候可下载，双方签字后存档。"))
    return redirect("handover", code)


@requires(*READERS)
def handover_file(request: SignedInRequest, code: str, pk: int) -> FileResponse:
    document = get_object_or_404(handovers.of_project(_project_or_404(request, code)), pk=pk)
    return handed_out(document, "pdf", by=request.user)


def _project_or_404(request: SignedInRequest, code: str) -> KeyProject:
    seen = KeyProject.objects.visible_to(request.user).filter(is_package=False)
    people = ("lead_unit", "responsible_unit", "responsible_person", "linked_leader", "town")
    return get_object_or_404(seen.select_related(*people), code=code)


def _trail(project: KeyProject) -> list[dict[str, str]]:
    return [
        {"label": _("项目库"), "url": reverse("project_list")},
        {"label": project.name, "url": reverse("project_detail", args=[project.code])},
    ]


def _drawn(project: KeyProject, document: Document) -> dict[str, Any]:
    made = bool(document.renditions.all())
    return {
        "at": document.composed_at,
        "by": document.composed_by,
        "url": reverse("handover_file", args=[project.code, document.pk]) if made else "",
    }
