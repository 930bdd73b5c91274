"""What every page of one round of 季观摩 begins with: what it looks at, when it leaves, its tabs and its next step."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.gate import READERS, SignedInRequest
from projects.roles import Duty
from scheduling.actions.inspections import said_of
from scheduling.models import InspectionRound

State = InspectionRound.State
SEES = (*READERS, Duty.SCORE)
"""Whoever reads projects, and the judges."""
_TONES: dict[str, str] = {
    State.CHOOSING: "solid",
    State.ROUTED: "solid",
    State.SCORING: "solid",
    State.LOCKED: "ink",
    State.PUBLISHED: "blue",
}
_CHOOSERS = {Duty.INSPECT, Duty.PRE_SCREEN}
# Label, url name, who opens it beside the office, and whether it is for settled routes alone.
_TABS: list[tuple[Promise, str, set[Duty], bool]] = [
    (gettext_lazy("候选"), "inspection_candidates", _CHOOSERS, False),
    (gettext_lazy("线路"), "inspection_route", set(SEES), True),
    (gettext_lazy("评委"), "inspection_judges", set(), False),
    (gettext_lazy("结果"), "inspection_results", set(SEES), True),
    (gettext_lazy("发现问题"), "inspection_findings", set(READERS), True),
    (gettext_lazy("好做法"), "inspection_practices", set(SEES), True),
]


def round_or_404(request: SignedInRequest, pk: int) -> InspectionRound:
    return get_object_or_404(InspectionRound.objects.visible_to(request.user), pk=pk)


def settled_or_404(request: SignedInRequest, pk: int) -> InspectionRound:
    """As ``round_or_404``; before its route is settled it is there for the office alone."""
    seen = InspectionRound.objects.visible_to(request.user)
    if not request.user.duties.include(Duty.INSPECT):
        seen = seen.routed()
    return get_object_or_404(seen, pk=pk)


def head(request: SignedInRequest, inspection: InspectionRound, *, tab: str) -> dict[str, Any]:
    """The context of ``scheduling/inspection_base.html``; ``tab`` is the url name of the page itself."""
    return {
        "title": inspection.title,
        "inspection": inspection,
        "trail": [{"label": _("季观摩"), "url": reverse("inspection_list")}],
        "tabs": _tabs(request, inspection, tab),
        "badge": badge_of_round(inspection),
        "when": leaves_said(inspection),
        "emphases": said_of(inspection.emphases),
        "runs": request.user.duties.include(Duty.INSPECT),
    }


def badge_of_round(inspection: InspectionRound) -> dict[str, str]:
    return {"word": str(inspection.get_state_display()), "tone": _TONES.get(inspection.state, "")}


def leaves_said(inspection: InspectionRound) -> str:
    return f"{timezone.localtime(inspection.starts_at):%Y-%m-%d %H:%M}"


def trail_of(inspection: InspectionRound) -> list[dict[str, str]]:
    """Of the pages below the round."""
    url = reverse("inspection", args=[inspection.pk])
    return [{"label": _("季观摩"), "url": reverse("inspection_list")}, {"label": inspection.title, "url": url}]


def landing_of(request: SignedInRequest, inspection: InspectionRound) -> str:
    """Where the first question of this day is answered: whom to choose, then where it goes."""
    chooses = any(map(request.user.duties.include, _CHOOSERS))
    return "inspection_candidates" if inspection.state == State.CHOOSING and chooses else "inspection_route"


def _tabs(request: SignedInRequest, inspection: InspectionRound, tab: str) -> list[dict[str, Any]]:
    duties, is_settled = request.user.duties, inspection.state != State.CHOOSING
    return [
        {"label": label, "url": reverse(name, args=[inspection.pk]), "current": name == tab}
        for label, name, openers, settled_only in _TABS
        if duties.include(Duty.INSPECT) or (any(map(duties.include, openers)) and (is_settled or not settled_only))
    ]
