"""挂图海报: ask for it, see how far it is, take it. Found by what the chart holds, so nobody gets another's."""

from typing import Any

from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from projects.actions import stored_files
from projects.errors import RuleViolation
from projects.gate import SignedInRequest, requires
from projects.models import Job
from projects.roles import Duty
from reports import tasks
from reports.actions import posters
from reports.rendering.poster import Paper
from reports.views.asked import address, asked

_TEMPLATE = "reports/wall_chart_poster.html"


@require_POST
@requires(Duty.EXPORT)
def wall_chart_poster_ask(request: SignedInRequest) -> HttpResponse:
    """What was rendered of the same data before is not rendered again."""
    paper = _paper(request.POST.get("size", ""))
    tasks.ask_for_poster(_poster(request, paper), by=request.user)
    return redirect(f"{reverse('wall_chart_poster_made')}?{address(request, size=paper)}")


@requires(Duty.EXPORT)
def wall_chart_poster_made(request: SignedInRequest) -> HttpResponse:
    """How far it is, then where it lies; asked by htmx, only that."""
    paper = _paper(request.GET.get("size", ""))
    wanted = _poster(request, paper)
    shown = _shown(request, wanted)
    return render(request, f"{_TEMPLATE}#progress" if request.htmx else _TEMPLATE, shown)


@requires(Duty.EXPORT)
def wall_chart_poster(request: SignedInRequest) -> HttpResponse | FileResponse:
    """The poster, where it is rendered; else the page that says how far it is."""
    paper = _paper(request.GET.get("size", ""))
    wanted = _poster(request, paper)
    file = posters.take(wanted, by=request.user, at=timezone.now())
    if file is None:
        return redirect(f"{reverse('wall_chart_poster_made')}?{address(request)}")
    name = f"{wanted.chart.title}_{wanted.chart.on:%Y%m%d}_{paper}.pdf"
    content = stored_files.where(file).open("rb")
    return FileResponse(content, as_attachment=True, filename=name, content_type="application/pdf")


def _paper(word: str) -> Paper:
    if word not in set(Paper):
        raise RuleViolation(_("请选择纸张：A0、A1 或 A3。"))
    return Paper(word)


def _poster(request: SignedInRequest, paper: Paper) -> posters.Asked:
    return posters.Asked(asked(request).whole_chart(most=posters.MOST_ROWS), paper)


def _shown(request: SignedInRequest, wanted: posters.Asked) -> dict[str, Any]:
    job = wanted.job(tasks.render_poster.name)
    state = job.state if job else None
    kept = address(request, size=None)
    return {
        "title": _("%(chart)s（%(paper)s）") % {"chart": wanted.chart.title, "paper": wanted.paper},
        "trail": [{"label": _("挂图作战"), "url": f"{reverse('wall_chart')}?{kept}"}],
        "is_done": state == Job.State.DONE,
        "failed": job.error if job and state == Job.State.FAILED else "",
        "is_missing": job is None,
        "is_running": state == Job.State.RUNNING,
        "finding": wanted.chart.finding,
        "size": str(wanted.paper),
        "here": f"{reverse('wall_chart_poster_made')}?{address(request)}",
        "ask_url": f"{reverse('wall_chart_poster_ask')}?{kept}",
        "pdf_url": f"{reverse('wall_chart_poster')}?{address(request)}",
        "is_tiled": wanted.paper is Paper.A3,
    }
