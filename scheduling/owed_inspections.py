"""待办 of 季观摩: which of the own projects wait for the word of their unit before the office chooses."""

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from projects.models import KeyProject, User
from projects.models.key_project import in_units_of
from projects.roles import Duty
from scheduling.inspection_pool import unscreened
from scheduling.models import InspectionRound
from scheduling.owed_lines import Owed


def of_inspections(user: User, *, on: date) -> Iterator[Owed]:
    """One query while no round is being chosen for; eligible projects alone are waited for."""
    if not user.duties.include(Duty.PRE_SCREEN):
        return
    own = KeyProject.objects.filter(in_units_of(user.duties, Duty.PRE_SCREEN))
    for inspection in InspectionRound.objects.filter(state=InspectionRound.State.CHOOSING):
        if count := unscreened(inspection, projects=own, on=on):
            text = _("“%(round)s”有 %(count)d 个候选项目待本单位初审") % {"round": inspection, "count": count}
            yield Owed(text, f"{reverse('inspection_candidates', args=[inspection.pk])}?show=waiting")
