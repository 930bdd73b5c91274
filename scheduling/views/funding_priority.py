"""资金安排优先清单 of a published assessment."""

from typing import Any

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from projects import sheets
from projects.figures import compact_date, percent, shown, wan
from projects.gate import SignedInRequest, requires
from projects.lists import page_of
from projects.models import KeyProject
from projects.roles import Duty
from scheduling.assessment_sheet import RULE, funding_sheet
from scheduling.funding import Candidate, priorities
from scheduling.models import Assessment, ReportPeriod
from scheduling.score_formulas import total
from scheduling.score_indicators import Kind
from scheduling.views.assessments import assessment_or_404, trail


@requires(Duty.READ_DISTRICT)
def funding_priority(request: SignedInRequest, pk: int) -> HttpResponse:
    found = _published_or_404(request, pk)
    week, candidates = priorities(found)
    page = page_of(candidates, request)
    shown_here = {
        "title": _("资金安排优先清单"),
        "trail": trail(found),
        "as_of": _as_of(found, week),
        "rule": RULE,
        "rows": [_row(each) for each in page],
        "page": page,
        "amount": wan(total(each.planned for each in candidates)),
        "export_url": reverse("funding_priority_export", args=[found.pk]),
        "may_export": request.user.duties.include(Duty.EXPORT),
    }
    return render(request, "scheduling/funding_priority.html", shown_here)


@requires(Duty.READ_DISTRICT)
def funding_priority_export(request: SignedInRequest, pk: int) -> FileResponse:
    found = _published_or_404(request, pk)
    week, candidates = priorities(found)
    sheet = funding_sheet(found, candidates, as_of=_as_of(found, week))
    return sheets.download(sheet, by=request.user, at=timezone.now())


def _published_or_404(request: SignedInRequest, pk: int) -> Assessment:
    found = assessment_or_404(request, pk)
    if found.state != Assessment.State.FINAL or found.kind is not Kind.LEAD:
        raise Http404
    return found


def _as_of(found: Assessment, week: ReportPeriod | None) -> str:
    said = {"title": found.title, "day": compact_date(week.ends_on) if week else "—"}
    return _("依据%(title)s的得分和 %(day)s 锁定的亮灯；供安排资金时参考，不自动下达") % said


def _row(each: Candidate) -> dict[str, Any]:
    project: KeyProject = each.project
    return {
        "place": each.place,
        "name": project.name,
        "url": reverse("project_detail", args=[project.code]),
        "light": each.light.value.lower(),
        "word": each.light_word,
        "unit": str(project.lead_unit),
        "total": shown(each.total, 2),
        "planned": wan(each.planned),
        "rate": percent(each.rate, 1),
        "reason": each.reason,
    }
