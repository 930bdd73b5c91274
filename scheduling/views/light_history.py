"""亮灯记录: each closed period's light as it was given then, and as the same day is known now."""

from typing import Any

from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from projects.gate import READERS, SignedInRequest, requires
from projects.views.key_projects import project_or_404
from projects.views.listing import asks_for_sheet, list_taken, sheet_url
from projects.views.project_head import head
from scheduling.then_and_now import Lit, ThenAndNow, then_and_now
from scheduling.views import list_columns
from scheduling.views.light_words import lit


@requires(*READERS)
def project_lights(request: SignedInRequest, code: str) -> HttpResponseBase:
    """A page of its own, and a part of the project's."""
    project = project_or_404(request, code)
    shown: dict[str, Any] = {"rows": [_row(each) for each in then_and_now(project)]}
    if asks_for_sheet(request):
        return list_taken(request, _("%s的亮灯记录") % project, list_columns.LIGHTS, shown["rows"])
    if request.htmx:
        return render(request, "scheduling/_then_and_now.html", shown)
    shown |= head(request, project, tab="project_lights") | {"sheet_url": sheet_url(request)}
    return render(request, "scheduling/project_lights.html", shown)


def _row(each: ThenAndNow) -> dict[str, Any]:
    changed = [
        _("%(name)s：%(then)s→%(now)s") % {"name": name.word, "then": then.word, "now": now.word}
        for name, then, now in each.changed()
    ]
    return {
        "day": each.period.ends_on,
        "kind": each.period.get_kind_display(),
        "then": _lit(each.then),
        "now": _lit(each.now),
        "differs": each.differs,
        "changed": "；".join(changed),
    }


def _lit(found: Lit) -> dict[str, Any]:
    return lit(found.light, found.computed)
