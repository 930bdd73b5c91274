"""项目 → 结果运用: what was decided about this project, what it has promised, and how that stands."""

from typing import Any

from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from projects.figures import compact_date
from projects.gate import READERS, SignedInRequest, requires
from projects.models import KeyProject
from projects.recorded import day_of
from projects.roles import Duty
from projects.views.listing import asks_for_sheet, list_taken, sheet_url
from projects.views.project_head import head
from scheduling.models import Measure, RectificationItem
from scheduling.views import list_columns
from scheduling.views.measure_words import item_row, kind_badge, next_said, state_badge


@requires(*READERS)
def project_measures(request: SignedInRequest, code: str) -> HttpResponseBase:
    on = timezone.localdate()
    project = get_object_or_404(KeyProject.objects.visible_to(request.user).select_related("lead_unit"), code=code)
    measures = Measure.objects.visible_to(request.user).filter(project=project).defer("evidence")
    items = RectificationItem.objects.filter(measure__in=measures).open()
    if asks_for_sheet(request):
        return list_taken(request, _("%s的结果运用") % project, list_columns.MEASURES, measures)
    shown = head(request, project, tab="project_measures") | {
        "sheet_url": sheet_url(request),
        "rows": [_row(each) for each in measures],
        "items": [
            item_row(each, url=reverse("rectification", args=[each.pk]), on=on)
            for each in items.order_by("due_on", "pk")
        ],
        "may_propose": request.user.duties.include(Duty.PROPOSE_MEASURE) and not project.is_package,
    }
    return render(request, "scheduling/project_measures.html", shown)


def _row(measure: Measure) -> dict[str, Any]:
    return {
        "url": reverse("measure", args=[measure.pk]),
        "kind": kind_badge(measure),
        "state": state_badge(measure),
        "reasons": measure.reasons,
        "number": measure.notice_number,
        "next": measure.outcome or next_said(measure),
        "day": compact_date(day_of(measure.told_at or measure.proposed_at)),
    }
