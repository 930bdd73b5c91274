"""What every page about one round of inspection begins with: its name, its state, its tabs."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

from projects.gate import SignedInRequest
from projects.roles import Duty
from scheduling.models import InspectionRound

_TABS = [
    ("inspection_judges", gettext_lazy("评委"), Duty.INSPECT),
    ("inspection_results", gettext_lazy("结果"), None),
]


def head(request: SignedInRequest, inspection: InspectionRound, *, tab: str) -> dict[str, Any]:
    """The context of the shared top of the page; ``tab`` is the url name of the page itself."""
    return {
        "title": str(inspection),
        "as_of": inspection.get_state_display(),
        "tabs": [
            {"label": label, "url": reverse(name, args=[inspection.pk]), "current": name == tab}
            for name, label, duty in _TABS
            if duty is None or request.user.duties.include(duty)
        ],
    }
