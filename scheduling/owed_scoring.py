"""待办 of a judge: the stops of the rounds under way that are still to be scored."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from projects.models import User
from projects.roles import Duty
from scheduling.judging import Panel, judging_of
from scheduling.models import InspectionRound
from scheduling.owed_lines import Owed


def of_scoring(user: User) -> Iterator[Owed]:
    if not user.duties.include(Duty.SCORE):
        return
    for judge in judging_of(user, InspectionRound.State.SCORING):
        if left := len(Panel.of_one(judge).lacking()):
            yield Owed(
                _("“%(round)s”还有 %(left)d 站待评分") % {"round": judge.round, "left": left}, reverse("scoring")
            )
