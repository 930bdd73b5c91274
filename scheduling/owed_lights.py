"""待办 of 亮灯豁免: of those who grant them, and of those whose own was refused."""

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from projects.models import User
from projects.roles import Duty
from scheduling.models import LightWaiver
from scheduling.owed_lines import Counted

State = LightWaiver.State


def of_lights(user: User, *, on: date) -> Iterator[Counted]:
    """Counts alone: no query of its own."""
    current, page = LightWaiver.objects.current(), reverse("light_waiver_list")
    if user.duties.include(Duty.WAIVE):
        asked = _("%(count)d 项亮灯豁免等待您批准")
        yield Counted(asked, f"{page}?tab=waiting", current.decided_by_user(user))
    if user.duties.include(Duty.ASK_WAIVER):
        refused = current.filter(asked_by=user, state=State.REFUSED, ends_on__gte=on)
        yield Counted(_("%(count)d 项亮灯豁免未获批准，请看意见"), f"{page}?tab=closed", refused)
